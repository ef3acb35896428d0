// Inside the payment frame, on an origin of its own. It tells the shop a token, never the number.
const form = document.querySelector("#card");
const shop = document.body.dataset.shop;

window.addEventListener("message", (event) => {
  if (event.origin === shop && event.data.amount) document.querySelector("#amount").textContent = event.data.amount;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/cards", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  const { errors = {}, token, last4 } = await answer.json();
  for (const line of form.querySelectorAll(".error")) {
    line.textContent = errors[line.dataset.for] ?? "";
    line.hidden = !line.textContent;
  }
  const done = document.querySelector("#done");
  done.hidden = !token;
  if (!token) return;
  done.textContent = `Card ending ${last4} confirmed`;
  window.parent.postMessage({ token, last4 }, shop);
});
