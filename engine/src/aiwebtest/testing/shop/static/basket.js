// The basket: every change goes to the server, which sends the basket back.
import { setBasketCount, swap } from "./lib.js";

const basket = document.querySelector("#basket");

async function post(path, form) {
  await swap(basket, path, { method: "POST", body: form });
  setBasketCount(basket.querySelector("[data-count]").dataset.count);
}

const lineOf = (element) => element.closest("tr").dataset.line;

basket.addEventListener("change", (event) => {
  if (event.target.name !== "quantity") return;
  const form = new FormData();
  form.set("quantity", event.target.value);
  post(`/basket/lines/${lineOf(event.target)}`, form);
});
basket.addEventListener("click", (event) => {
  const button = event.target.closest(".remove");
  if (button) post(`/basket/lines/${lineOf(button)}/remove`);
});
basket.addEventListener("submit", (event) => {
  event.preventDefault();
  post("/basket/code", new FormData(event.target));
});
