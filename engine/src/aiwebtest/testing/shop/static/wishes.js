// The wish list: drag a row, or move it up with its button.
import { send } from "./lib.js";

const list = document.querySelector("#wishes");
const status = document.querySelector("#wishes-status");
let held = null;

async function keep() {
  const slugs = [...list.children].map((row) => row.dataset.slug);
  const answer = await send("PUT", "/api/wishes", slugs);
  status.textContent = answer.text;
}

list.addEventListener("dragstart", (event) => {
  held = event.target.closest("li");
  held.classList.add("held");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.dataset.slug);
});
list.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!held || !over) return;
  event.preventDefault();
});
list.addEventListener("drop", (event) => {
  const over = event.target.closest("li");
  if (!held || !over || over === held) return;
  event.preventDefault();
  const rows = [...list.children];
  if (rows.indexOf(held) < rows.indexOf(over)) over.after(held);
  else over.before(held);
  keep();
});
list.addEventListener("dragend", () => {
  held?.classList.remove("held");
  held = null;
});
list.addEventListener("click", (event) => {
  if (!event.target.closest("button")) return;
  const row = event.target.closest("li");
  row.previousElementSibling?.before(row);
  keep();
});
