// What makes the console pleasant; every page works without it.
"use strict";

// Leaving a form with changes that were not saved asks first.
const editor = document.querySelector("form[data-unsaved]");
if (editor) {
  let changed = false;
  editor.addEventListener("input", () => { changed = true; });
  editor.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) { event.preventDefault(); event.returnValue = editor.dataset.unsaved; } });
}

// What cannot be taken back asks first.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// A list is narrowed to the rows that hold what is typed, accents or not.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
for (const input of document.querySelectorAll("[data-filter]")) {
  input.addEventListener("input", () => {
    for (const row of document.querySelectorAll(`#${input.dataset.filter} tbody tr`)) row.hidden = !plain(row.textContent).includes(plain(input.value));
  });
}

// What tells how far something is asks again; when it has ended, the whole page is loaded anew. Without scripts the page renews itself.
const ask = async (region) => {
  let fresh = region;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    fresh = page.querySelector("[data-poll]");
    if (!fresh) return location.replace(location.pathname);
    region.replaceWith(fresh);
  } catch { /* The server is away for a moment: ask again. */ }
  return setTimeout(ask, 1000 * fresh.dataset.poll, fresh);
};
for (const region of document.querySelectorAll("[data-poll]")) setTimeout(ask, 1000 * region.dataset.poll, region);

// A part that others change is renewed while the page is looked at: it is fetched again and put in place when it differs.
for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of [`#${part.id}`, "header nav"]) {
      const [old, now] = [document.querySelector(place), fresh.querySelector(place)];
      if (old && now && old.innerHTML !== now.innerHTML && !old.contains(document.activeElement)) old.innerHTML = now.innerHTML;
    }
  }, 1000 * part.dataset.refresh);
}
// A report is printed by a button.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
