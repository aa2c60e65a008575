// The page: conversations at the side, messages in the middle, a form below.
import { getJson, remove, say } from "/static/api.js";
import { setUpDigit } from "/static/digit.js";
import { choices, element, judgementCard } from "/static/messages.js";
import { WORDS } from "/static/words.js";

const find = (id) => document.getElementById(id);
const form = find("form");
const field = find("message");
const list = find("messages");
const parts = document.body.dataset.parts.split(" ");

let language = localStorage.getItem("language") || (navigator.language.startsWith("ko") ? "ko" : "en");
let conversation = localStorage.getItem("conversation");
let pasted = null;
let busy = false;
let listing = 0;

const words = () => WORDS[language];

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = words()[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words()[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = words()[node.dataset.placeholder];
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === chosen));
  }
}

function add(role, text, extra = "") {
  list.querySelector(".welcome")?.remove();
  const item = element("li", { class: `${role} ${extra}`.trim() }, text);
  list.append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

function fill(item, reply) {
  item.className = `assistant ${reply.kind}`;
  item.lang = reply.language;
  item.textContent = reply.text;
  if (reply.judgement) item.append(judgementCard(reply.judgement, WORDS[reply.language]));
  if (reply.topics.length) item.append(choices(reply.topics, send));
}

function welcome() {
  const item = add("welcome", words().welcome);
  item.append(choices(words().examples.map((question) => ({ title: question, question })), send));
}

async function send(text) {
  if (busy || !text.trim()) return;
  busy = find("send").disabled = true;
  add("user", text);
  const item = add("assistant", "", "wait");
  const said = document.createTextNode("");
  item.append(said);
  try {
    const body = { message: text, conversation, language };
    if (pasted && text.includes(pasted)) body.pasted = pasted;
    await say(body, (name, data) => {
      if (name === "start") keep(data.conversation);
      if (name === "judgement") item.append(judgementCard(data, words()));
      if (name === "delta") said.data += data.text;
      if (name === "done") fill(item, data.reply);
      item.scrollIntoView({ block: "nearest" });
    });
    await listConversations();
  } catch (error) {
    item.className = "assistant failed";
    item.textContent = words().failed + (error instanceof TypeError ? words().offline : error.message);
    field.value = field.value || text;
  } finally {
    pasted = null;
    busy = find("send").disabled = false;
    item.scrollIntoView({ block: "end" });
    field.focus();
  }
}

function keep(id) {
  conversation = id;
  if (id) localStorage.setItem("conversation", id);
  else localStorage.removeItem("conversation");
}

async function open(id) {
  let found;
  try {
    found = await getJson(`/api/conversations/${id}`);
  } catch {
    return start();
  }
  keep(id);
  list.replaceChildren();
  for (const message of found.messages) {
    const item = add(message.role, message.text);
    if (message.reply) fill(item, message.reply);
  }
  list.lastChild?.scrollIntoView({ block: "end" });
  closeMenu();
  await listConversations();
}

function start() {
  keep(null);
  list.replaceChildren();
  welcome();
  closeMenu();
  listConversations();
}

async function listConversations() {
  const asked = ++listing;
  const { conversations } = await getJson("/api/conversations");
  if (asked !== listing) return; // a later answer is the newer one
  const lines = conversations.map((one) => {
    const openButton = element("button", { class: "open", type: "button", title: one.title, onclick: () => open(one.id) }, one.title);
    const removeButton = element("button", { class: "remove", type: "button", "aria-label": `${words().remove}: ${one.title}`, title: words().remove, onclick: () => drop(one.id) }, "✕");
    return element("li", { class: one.id === conversation ? "current" : "" }, openButton, removeButton);
  });
  find("conversations").replaceChildren(...(lines.length ? lines : [element("li", { class: "notice" }, words().nothing)]));
}

async function drop(id) {
  if (!confirm(words().remove_ask)) return;
  await remove(`/api/conversations/${id}`);
  if (id === conversation) start();
  else await listConversations();
}

function closeMenu() {
  find("side").classList.remove("open");
  find("menu").setAttribute("aria-expanded", "false");
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value;
  if (busy || !text.trim()) return;
  field.value = "";
  grow();
  send(text);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
field.addEventListener("input", grow);
field.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text").trim();
  if (text.length >= 12) pasted = text;
});
find("fresh").addEventListener("click", start);
find("menu").addEventListener("click", () => {
  const isOpen = find("side").classList.toggle("open");
  find("menu").setAttribute("aria-expanded", String(isOpen));
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.language);
    if (list.querySelector(".welcome")) { list.replaceChildren(); welcome(); }
    listConversations();
  });
}
find("digit-open").hidden = !parts.includes("vision");
speak(language);
setUpDigit(words);
if (conversation) open(conversation);
else start();
field.focus();
