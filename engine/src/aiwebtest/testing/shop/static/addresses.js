// The address book: one dialog adds and edits.
import { send, showError, swap, toast } from "./lib.js";

const list = document.querySelector("#addresses");
const dialog = document.querySelector("#address-dialog");
const form = dialog.querySelector("form");
const refresh = () => swap(list, "/account/addresses?part=list");

function open(title, entry) {
  dialog.querySelector("h2").textContent = title;
  for (const name of ["id", "name", "street", "postcode", "city"]) form.elements[name].value = entry[name] ?? "";
  showError(form, "");
  dialog.showModal();
  form.elements.name.focus();
}

document.querySelector("#add-address").addEventListener("click", () => open("New address", {}));
dialog.querySelector("[value=close]").addEventListener("click", () => dialog.close());
list.addEventListener("click", async (event) => {
  const what = event.target.closest("button")?.dataset.do;
  const entry = event.target.closest("li")?.dataset;
  if (what === "edit") open("Edit address", entry);
  if (what === "remove") {
    const answer = await send("DELETE", `/api/addresses/${entry.id}`);
    await refresh();
    toast(answer.text);
  }
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await send("POST", "/api/addresses", new FormData(form));
    await refresh();
    dialog.close();
    toast(answer.text);
  } catch (error) {
    showError(form, error.message);
  }
});
