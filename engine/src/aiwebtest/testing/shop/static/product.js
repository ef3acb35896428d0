// The product page: gallery, buying, wish list, tabs, reviews.
import { send, setBasketCount, showError, toast } from "./lib.js";

const slug = document.querySelector(".product").dataset.slug;

const picture = document.querySelector("#picture");
const thumbs = [...document.querySelectorAll(".thumbs button")];
for (const thumb of thumbs) {
  thumb.addEventListener("click", () => {
    picture.src = thumb.dataset.src;
    picture.alt = thumb.dataset.alt;
    for (const other of thumbs) other.setAttribute("aria-pressed", String(other === thumb));
  });
}

const buy = document.querySelector("#buy");
const quantity = buy.elements.quantity;
buy.elements.colour?.addEventListener("change", () => {
  buy.querySelector("#add").disabled = !buy.elements.colour.value;
});
for (const step of buy.querySelectorAll(".step")) {
  const go = () => {
    quantity.value = Math.max(1, Math.min(20, Number(quantity.value) + Number(step.dataset.step)));
  };
  step.addEventListener("click", go);
  step.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") go();
  });
}
buy.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await send("POST", "/api/basket", {
      slug,
      colour: buy.elements.colour?.value ?? "",
      quantity: Number(quantity.value),
    });
    setBasketCount(answer.count);
    toast(answer.text);
  } catch (error) {
    toast(error.message, "bad");
  }
});

const wish = document.querySelector("#wish");
wish.addEventListener("click", async () => {
  const answer = await send("POST", `/api/wishes/${slug}`);
  wish.setAttribute("aria-pressed", String(answer.on));
  wish.title = answer.on ? "Remove from wish list" : "Add to wish list";
  toast(answer.text);
});

const tabs = [...document.querySelectorAll("[role=tab]")];
function open(tab) {
  for (const other of tabs) {
    const now = other === tab;
    other.setAttribute("aria-selected", String(now));
    other.tabIndex = now ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !now;
  }
}
tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const next = tabs[(at + way + tabs.length) % tabs.length];
    next.focus();
    open(next);
  });
});

const form = document.querySelector("#write-review");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch(`/api/products/${slug}/reviews`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  if (!answer.ok) return showError(form, (await answer.json()).error);
  showError(form, "");
  const reviews = document.querySelector("#reviews");
  reviews.innerHTML = await answer.text();
  document.querySelector("#review-count").textContent = reviews.querySelectorAll("li").length;
  document.querySelector("#rating").textContent = reviews.firstElementChild.dataset.rating;
  form.reset();
  toast("Thank you for your review.");
});
