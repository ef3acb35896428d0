// The orders table: sorting, paging, and what can be done with an order.
import { send, setBasketCount, swap, toast } from "./lib.js";

const orders = document.querySelector("#orders");
const dialog = document.querySelector("#cancel-dialog");
const view = { sort: "-number", page: "1" };
const show = () => swap(orders, `/account/orders?${new URLSearchParams({ ...view, part: "orders" })}`);

async function reorder(number) {
  try {
    const answer = await send("POST", `/account/orders/${number}/reorder`);
    setBasketCount(answer.count);
    toast(answer.text);
  } catch (error) {
    toast(error.message, "bad");
  }
}

function askToCancel(number) {
  dialog.dataset.order = number;
  dialog.querySelector("[data-order]").textContent = number;
  dialog.showModal();
}

async function cancel(number) {
  try {
    const answer = await send("POST", `/account/orders/${number}/cancel`);
    await show();
    toast(answer.text);
  } catch (error) {
    toast(error.message, "bad");
  }
}

orders.addEventListener("click", (event) => {
  const { sort, page, do: what } = event.target.closest("button")?.dataset ?? {};
  const number = event.target.closest("tr")?.dataset.order;
  if (sort) Object.assign(view, { sort, page: "1" });
  if (page) view.page = page;
  if (sort || page) show();
  if (what === "reorder") reorder(number);
  if (what === "cancel") askToCancel(number);
});
dialog.addEventListener("click", (event) => {
  if (event.target.tagName !== "BUTTON") return;
  dialog.close();
  if (event.target.value === "cancel") cancel(dialog.dataset.order);
});
