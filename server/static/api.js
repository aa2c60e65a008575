// Talks to the server: JSON, and replies as server-sent events.
async function checked(response) {
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || problem.title || response.statusText);
}

export async function getJson(path) {
  return (await checked(await fetch(path))).json();
}

export async function postJson(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await checked(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }))).json();
}

export async function remove(path) {
  await checked(await fetch(path, { method: "DELETE" }));
}

// Sends a message, and calls `heard(name, data)` for each event of the reply.
export async function say(body, heard) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const response = await checked(await fetch("/api/chat", { method: "POST", headers, body: JSON.stringify(body) }));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      // Not by a pattern: to its "." and "$" the character U+2028 ends a line, too.
      const field = (name) => event.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = JSON.parse(field("data"));
      if (field("event") === "error") throw new Error(data.detail);
      heard(field("event"), data);
    }
  }
}
