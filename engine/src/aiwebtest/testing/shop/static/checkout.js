// The checkout: checks fields before sending, follows the way of delivery, listens to the payment frame.
import { send } from "./lib.js";

const form = document.querySelector("#checkout");
const frame = document.querySelector("#payment-frame");

const checks = {
  email: (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) || "Enter a valid e-mail address.",
  name: (text) => text.trim() !== "" || "Enter your full name.",
  street: (text) => text.trim() !== "" || "Enter street and number.",
  postcode: (text) => /^\d{5}$/.test(text) || "Enter a postcode of five digits.",
  city: (text) => text.trim() !== "" || "Enter a city.",
  deliver_on: (text) => text !== "" || "Choose a delivery date.",
  payment: (text) => text !== "" || "Confirm your card first.",
  terms: () => form.elements.terms.checked || "Accept the terms of sale to go on.",
};

function check(name) {
  const field = form.elements[name];
  const said = checks[name](field.value);
  const line = document.getElementById(`${name}-error`);
  const wrong = said !== true;
  line.textContent = wrong ? said : "";
  line.hidden = !wrong;
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return !wrong;
}

form.addEventListener("submit", (event) => {
  const wrong = Object.keys(checks).filter((name) => !check(name));
  if (wrong.length === 0) return;
  event.preventDefault();
  form.elements[wrong[0]].focus();
});
for (const name of ["email", "postcode"]) form.elements[name].addEventListener("change", () => check(name));

for (const radio of form.elements.delivery) {
  radio.addEventListener("change", async () => {
    const totals = await send("GET", `/api/checkout?delivery=${radio.value}`);
    document.querySelector("#shipping").textContent = totals.shipping;
    document.querySelector("#total").textContent = totals.total;
    frame.contentWindow.postMessage({ amount: totals.frame }, frame.dataset.origin);
  });
}

window.addEventListener("message", (event) => {
  if (event.origin !== frame.dataset.origin || !event.data.token) return;
  document.querySelector("#payment").value = event.data.token;
  const status = document.querySelector("#payment-status");
  status.textContent = `Card ending ${event.data.last4} confirmed.`;
  status.hidden = false;
  check("payment");
});
