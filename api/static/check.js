// Checks a dropped, chosen or pasted file through POST /api/v1/verify and shows the verdict.
// Everything that comes back is put into the page as text, never as markup.

import { announceBusy, showProblem, showVerdict } from "./verdict.js";

const section = document.getElementById("check");
const drop = document.getElementById("drop");
const input = document.getElementById("file");
const paste = document.getElementById("paste");
const pasteOpen = document.getElementById("paste-open");
const text = document.getElementById("text");
const limit = Number(section.dataset.limit);
let newest = 0;

async function check(blob, name) {
  const turn = ++newest;
  if (blob.size > limit) {
    showProblem(name, {
      title: "Too large for this page",
      detail: `This file has ${blob.size} bytes, and this server reads at most ${limit}.`,
      hint: "ledger verify FILE reads larger files, on your own machine.",
    });
    return;
  }
  announceBusy(name);
  let answer;
  let response;
  try {
    response = await fetch("/api/v1/verify", {
      method: "POST",
      body: blob,
      headers: { "Content-Type": "application/octet-stream" },
    });
    answer = await response.json();
  } catch {
    answer = {
      title: "No answer",
      detail: "The file could not be sent, or this server did not answer.",
      hint: "ledger verify FILE needs no server.",
    };
  }
  // A file that was dropped meanwhile has the word now.
  if (turn !== newest) return;
  if (response?.ok && answer.verdict) showVerdict(name, blob.size, answer);
  else showProblem(name, answer);
}

function checkText(value, name) {
  if (value.trim()) check(new Blob([value]), name);
}

input.addEventListener("change", () => {
  if (input.files.length) check(input.files[0], input.files[0].name);
  input.value = ""; // so that the same file can be chosen again after a change
});

pasteOpen.addEventListener("click", () => {
  paste.hidden = !paste.hidden;
  pasteOpen.setAttribute("aria-expanded", String(!paste.hidden));
  if (!paste.hidden) text.focus();
});

// A text field gives up the line feed that ends every evidence file and document, or an editor
// added one; the form has exactly one.
document.getElementById("paste-check").addEventListener("click", () => {
  checkText(`${text.value.replace(/\s+$/, "")}\n`, "pasted text");
});

document.addEventListener("paste", (event) => {
  if (event.target === text) return;
  const file = event.clipboardData.files[0];
  const pasted = event.clipboardData.getData("text/plain");
  if (file) check(file, file.name);
  else if (pasted) checkText(`${pasted.replace(/\s+$/, "")}\n`, "pasted text");
});

let depth = 0;
window.addEventListener("dragenter", () => {
  depth += 1;
  drop.classList.add("over");
});
window.addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  if (depth === 0) drop.classList.remove("over");
});
// The whole window takes the file: a near miss must not make the browser open it.
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  drop.classList.remove("over");
  const file = event.dataTransfer.files[0];
  const dragged = event.dataTransfer.getData("text/plain");
  if (file) check(file, file.name);
  else if (dragged) checkText(`${dragged.replace(/\s+$/, "")}\n`, "dropped text");
});
