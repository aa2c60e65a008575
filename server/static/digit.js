// A digit drawn with mouse or finger, read by the server.
import { postJson } from "/static/api.js";

const SIDE = 28;

export function setUpDigit(words) {
  const dialog = document.getElementById("digit");
  const canvas = document.getElementById("canvas");
  const answer = document.getElementById("digit-answer");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let drawing = false;
  let waiting = 0;

  function clear() {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    answer.textContent = words().digit_hint;
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  function pixels() {
    const image = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    const cell = canvas.width / SIDE;
    return Array.from({ length: SIDE }, (_, row) =>
      Array.from({ length: SIDE }, (_, column) => {
        let ink = 0;
        for (let y = 0; y < cell; y++) {
          for (let x = 0; x < cell; x++) ink += 255 - image[4 * ((row * cell + y) * canvas.width + column * cell + x)];
        }
        return Math.round(ink / (cell * cell));
      }),
    );
  }

  async function read() {
    try {
      const found = await postJson("/api/vision/digits", { pixels: pixels() });
      const percent = Math.round(100 * found.probabilities[found.digit]);
      answer.textContent = `${words().digit_answer}${found.digit} (${percent} %)`;
    } catch (error) {
      answer.textContent = words().failed + error.message;
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    pen.lineWidth = 22;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    drawing = false;
    clearTimeout(waiting);
    waiting = setTimeout(read, 300);
  });
  document.getElementById("digit-open").addEventListener("click", () => { clear(); dialog.showModal(); });
  document.getElementById("digit-clear").addEventListener("click", clear);
  document.getElementById("digit-close").addEventListener("click", () => dialog.close());
}
