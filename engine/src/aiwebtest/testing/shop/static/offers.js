// Offers come late, and the slow answer to an old question must not cover the answer to the new one.
import { send } from "./lib.js";

const house = document.querySelector("#house");
const section = document.querySelector("#offers");
const list = document.querySelector("#offer-list");
const loading = document.querySelector("#loading");

async function load() {
  const asked = house.value;
  section.setAttribute("aria-busy", "true");
  document.querySelector("#house-name").textContent = asked;
  loading.hidden = false;
  list.replaceChildren();
  const offers = await send("GET", `/api/offers?house=${encodeURIComponent(asked)}`);
  if (asked !== house.value) return;
  list.replaceChildren(
    ...offers.map(({ name, price }) => {
      const row = document.createElement("li");
      row.innerHTML = "<span></span> <span class='price'></span>";
      row.firstChild.textContent = name;
      row.lastChild.textContent = price;
      return row;
    }),
  );
  loading.hidden = true;
  section.setAttribute("aria-busy", "false");
}

house.addEventListener("change", load);
load();
