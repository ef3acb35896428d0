// Help: characters left, and sending.
import { send, showError, toast } from "./lib.js";

const form = document.querySelector("#contact");
const message = form.elements.message;
const count = () => {
  document.querySelector("#left").textContent = message.maxLength - message.value.length;
};
message.addEventListener("input", count);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await send("POST", "/api/contact", new FormData(form));
    showError(form, "");
    toast(answer.text);
    form.reset();
    count();
  } catch (error) {
    showError(form, error.message);
  }
});
