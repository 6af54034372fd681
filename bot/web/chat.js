"use strict";
// The web chat: sends what is typed or pressed, and lays out the replies. All text goes in as text, never as markup.

const byId = (id) => document.getElementById(id);
const log = byId("log"), input = byId("input"), state = byId("state"), send = byId("send");
let words = null, listening = null, language = navigator.language.startsWith("en") ? "en" : "vi";

// Before its words have come, and while an answer is awaited, the page takes no other request.
const busy = () => !words || send.disabled;

function session() {
  let kept = sessionStorage.getItem("session");
  if (!kept) {
    kept = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem("session", kept);
  }
  return kept;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function speak() {
  document.documentElement.lang = language;
  document.title = words[language].title;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[language][node.dataset.word];
  input.placeholder = words[language].placeholder;
  log.setAttribute("aria-label", words[language].log);
}

function say(speaker, className) {
  const card = element("article", "", className);
  const name = element("span", speaker + ": ", "hidden");
  name.lang = language;
  card.append(name);
  log.append(card);
  return card;
}

function layOut(reply) {
  const person = reply.outcome === "person_wrote";
  const card = say(person ? words[language].person : words[language].bot, person ? "theirs person" : "theirs");
  card.tabIndex = -1;
  card.lang = reply.about.language;
  if (reply.title) card.append(element("h2", reply.title));
  for (const block of reply.blocks) {
    if (block.heading) card.append(element("h3", block.heading));
    const list = { bullets: "ul", numbers: "ol" }[block.style];
    if (list) {
      const items = element(list);
      items.append(...block.lines.map((line) => element("li", line)));
      card.append(items);
    } else card.append(...block.lines.map((line) => element("p", line)));
  }
  if (reply.footer.length) {
    const footer = element("footer");
    footer.append(...reply.footer.map((line) => element("div", line)));
    card.append(footer);
  }
  if (reply.buttons.length) {
    const buttons = element("div", "", "buttons");
    for (const row of reply.buttons) {
      const line = element("div");
      line.append(...row.map(button));
      buttons.append(line);
    }
    card.append(buttons);
  }
  if (reply.outcome === "data_shown") card.append(download());
  return card;
}

// Hands over everything that is kept of this chat as a file.
function download() {
  const made = element("button", words[language].download, "download");
  made.type = "button";
  made.addEventListener("click", async () => {
    try {
      const response = await fetch("/chat/mydata", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session: session() }),
      });
      if (!response.ok) throw new Error(String(response.status));
      const link = element("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = "my-data.json";
      link.click();
      URL.revokeObjectURL(link.href);
      state.textContent = "";
    } catch {
      state.textContent = words[language].offline;
    }
  });
  return made;
}

function button(given) {
  if (given.url) {
    const link = element("a", given.label, "button");
    link.href = given.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const made = element("button", given.label);
  made.type = "button";
  made.addEventListener("click", async (event) => {
    const answer = await ask(given.payload, given.label);
    // Who goes by keyboard (such a click has no place) goes on from the answer, not through the buttons of the one before.
    if (answer && event.detail === 0) answer.focus({ preventScroll: true });
  });
  return made;
}

// Brings the beginning of an answer, not its end, onto the screen, and above it the question, or its last lines if it is long.
function show(asked, answer) {
  const top = Math.max(asked ? asked.offsetTop : 0, answer.offsetTop - (asked ? log.clientHeight / 4 : 0));
  log.scrollTo({ top: top - 12, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// Asks the bot; `shown` is what the citizen sees of it (nothing for the greeting). Returns the answer, or null when not delivered.
function ask(text, shown) {
  return deliver("/chat/messages", {
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session: session(), text, language }),
  }, shown);
}

async function deliver(address, request, shown) {
  if (busy()) return null;
  send.disabled = true;
  state.textContent = words[language].waiting;
  try {
    const response = await fetch(address, { method: "POST", ...request });
    if (!response.ok) throw new Error(String(response.status));
    const replies = await response.json();
    const asked = shown ? say(words[language].you, "mine") : null;
    if (asked) asked.append(element("p", shown));
    const cards = replies.map(layOut);
    // There is no answer when what was written went to a person.
    const first = cards[0] || asked;
    if (first) show(asked, first);
    state.textContent = "";
    if (response.headers.get("X-News")) listen();
    return first;
  } catch {
    state.textContent = words[language].offline;
    return null;
  } finally {
    send.disabled = false;
  }
}

// Asks for what somebody may write by themselves, as long as the answers say that something may come.
async function listen() {
  const of = session();
  if (listening === of) return;
  listening = of;
  let got = 0, more = true;
  while (more && listening === of) {
    try {
      const response = await fetch("/chat/news", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session: of, got }),
      });
      if (!response.ok) throw new Error(String(response.status));
      const news = await response.json();
      if (listening !== of) return;
      // A message whose receipt got lost comes again.
      const cards = news.replies.filter((one) => one.id > got).map((one) => layOut(one.reply));
      if (news.replies.length) got = news.replies.at(-1).id;
      if (cards.length) show(null, cards[0]);
      more = news.more;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
  if (listening === of) listening = null;
}

byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = input.value.trim();
  // What was typed while the answer came stays.
  if (text && await ask(text, text) && input.value.trim() === text) input.value = "";
  input.focus();
});
byId("photo").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", async () => {
  const [photo] = byId("file").files;
  byId("file").value = "";
  if (!photo || busy()) return;
  if (photo.size > 6 * 1024 * 1024) state.textContent = words[language].photo_large;
  else await deliver(`/chat/photo?session=${session()}&language=${language}`, { body: photo }, words[language].photo_sent);
});
byId("language").addEventListener("click", async () => {
  if (busy()) return;
  language = language === "vi" ? "en" : "vi";
  speak();
  await ask(`/change_language{"item": "${language}"}`, "");
});
byId("new").addEventListener("click", () => {
  if (busy()) return;
  sessionStorage.removeItem("session");
  listening = null;
  log.replaceChildren();
  ask("/greet", "");
  input.focus();
});

fetch("/chat/words").then((response) => response.json()).then((given) => {
  words = given;
  if (!words[language]) language = "vi";
  speak();
  ask("/greet", "");
});
