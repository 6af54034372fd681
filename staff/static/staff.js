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

// A report is printed by a button.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
