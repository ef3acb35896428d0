// The profile: photo, combobox, switch, slider, and a question before it is all gone.
import { ListBox, send, showError, toast } from "./lib.js";

const form = document.querySelector("#profile");

const photo = document.querySelector("#photo");
photo.addEventListener("change", async () => {
  const [file] = photo.files;
  if (!file) return;
  const preview = document.querySelector("#photo-preview");
  preview.src = URL.createObjectURL(file);
  preview.hidden = false;
  const body = new FormData();
  body.set("photo", file);
  try {
    toast((await send("POST", "/api/profile/photo", body)).text);
    document.querySelector("#photo-name").textContent = file.name;
  } catch (error) {
    preview.hidden = true;
    toast(error.message, "bad");
  }
});

const country = form.elements.country;
const list = document.querySelector("#country-list");
const box = new ListBox(country, list, {
  choose(name) {
    country.value = name;
    for (const option of list.children) option.setAttribute("aria-selected", String(option.textContent === name));
  },
});
function narrow(words) {
  for (const option of list.children) option.hidden = !option.textContent.toLowerCase().includes(words.toLowerCase());
  box.open();
}
country.addEventListener("input", () => narrow(country.value));
country.addEventListener("click", () => narrow(""));

const newsletter = document.querySelector("#newsletter-switch");
newsletter.addEventListener("click", () => {
  const on = newsletter.getAttribute("aria-checked") !== "true";
  newsletter.setAttribute("aria-checked", String(on));
  form.elements.newsletter.value = on ? "on" : "off";
});

const slider = document.querySelector("#budget");
function setBudget(dollars) {
  const value = Math.max(0, Math.min(500, Math.round(dollars / 10) * 10));
  slider.setAttribute("aria-valuenow", value);
  slider.setAttribute("aria-valuetext", `$${value}`);
  slider.style.left = `${value / 5}%`;
  document.querySelector("#budget-text").textContent = `$${value}`;
  form.elements.budget.value = value;
}
const budget = () => Number(slider.getAttribute("aria-valuenow"));
slider.addEventListener("keydown", (event) => {
  const to = {
    ArrowRight: budget() + 10, ArrowUp: budget() + 10, ArrowLeft: budget() - 10, ArrowDown: budget() - 10,
    PageUp: budget() + 100, PageDown: budget() - 100, Home: 0, End: 500,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  setBudget(to);
});
const track = slider.parentElement;
const follow = (event) => {
  const { left, width } = track.getBoundingClientRect();
  setBudget(((event.clientX - left) / width) * 500);
};
track.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  track.setPointerCapture(event.pointerId);
  slider.focus();
  follow(event);
});
track.addEventListener("pointermove", (event) => {
  if (track.hasPointerCapture(event.pointerId)) follow(event);
});
setBudget(budget());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await send("POST", "/api/profile", new FormData(form));
    showError(form, "");
    toast(answer.text);
  } catch (error) {
    showError(form, error.message);
  }
});

document.querySelector("#delete-account").addEventListener("submit", (event) => {
  if (!confirm("Delete your account and all its orders?")) event.preventDefault();
});
