// The catalogue: filters act at once, and the address keeps what was chosen.
import { swap } from "./lib.js";

const filters = document.querySelector("#filters");
const results = document.querySelector("#results");
let asked = 0;

async function refresh() {
  const now = ++asked;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value) query.append(name, value);
  history.replaceState(null, "", `/shop${query.size ? `?${query}` : ""}`);
  query.set("part", "results");
  const fresh = document.createElement("div");
  await swap(fresh, `/shop?${query}`);
  if (now === asked) results.replaceChildren(...fresh.childNodes);
}

filters.addEventListener("input", refresh);
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  refresh();
});
filters.querySelector("[type=reset]").addEventListener("click", (event) => {
  event.preventDefault(); // a reset would bring back what the page came with
  for (const input of filters.elements) {
    if (input.type === "checkbox") input.checked = false;
    else if (input.tagName === "SELECT") input.selectedIndex = 0;
    else if (input.tagName === "INPUT") input.value = "";
  }
  refresh();
});
