// Draws messages. Text from anywhere goes through textContent alone.
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// The judged text with what speaks for fraud marked; spans count code points, as Python does.
function marked(text, spans) {
  const points = Array.from(text);
  const quote = element("blockquote", { tabindex: "0" });
  let done = 0;
  for (const span of spans) {
    quote.append(points.slice(done, span.start).join(""));
    quote.append(element("mark", {}, points.slice(span.start, span.end).join("")));
    done = span.end;
  }
  quote.append(points.slice(done).join(""));
  return quote;
}

function risk(judgement, words) {
  const percent = Math.min(99, Math.round(judgement.probability * 100));  // never certain
  const label = `${words.risk} ${percent} %`;
  const head = element("div", { class: "verdict" }, element("span", {}, label));
  if (judgement.kind_title) head.append(element("span", { class: "kind" }, judgement.kind_title));
  return [head, element("meter", { min: 0, max: 100, low: 20, high: 70, optimum: 0, value: percent, "aria-label": label })];
}

export function judgementCard(judgement, words) {
  const card = element("section", { class: `judgement ${judgement.verdict}` });
  const suspect = !["honest", "too_short"].includes(judgement.verdict);  // a small number would sound like "safe"
  if (suspect) card.append(...risk(judgement, words));
  card.append(marked(judgement.text, judgement.spans));
  if (judgement.advice.length) {
    card.append(element("strong", {}, words.to_do));
    card.append(element("ul", {}, ...judgement.advice.map((line) => element("li", {}, line))));
  }
  card.append(element("p", { class: "notice" }, judgement.notice));
  return card;
}

export function choices(topics, chosen) {
  const buttons = topics.map((topic) =>
    element("button", { type: "button", class: "quiet", onclick: () => chosen(topic.question) }, topic.title),
  );
  return element("div", { class: "choices" }, ...buttons);
}
