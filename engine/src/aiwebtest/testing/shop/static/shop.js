// On every page: theme, search suggestions, language, the letter.
import { ListBox, send, toast } from "./lib.js";

const root = document.documentElement;
root.dataset.theme = localStorage.getItem("theme") ?? "";
document.querySelector("#theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

const search = document.querySelector("#search");
const list = document.querySelector("#suggestions");
const suggestions = new ListBox(search, list, {
  choose(name) {
    search.value = name;
    search.form.requestSubmit();
  },
});
let asked = 0;
search.addEventListener("input", async () => {
  const now = ++asked;
  const names = await send("GET", `/api/suggest?q=${encodeURIComponent(search.value)}`);
  if (now !== asked) return;
  list.replaceChildren(
    ...names.map((name, n) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `suggestion-${n}`;
      option.textContent = name;
      return option;
    }),
  );
  suggestions.open();
});

document.querySelector("#language").addEventListener("change", (event) => event.target.form.submit());

const newsletter = document.querySelector("#newsletter");
newsletter.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await send("POST", "/api/newsletter", new FormData(newsletter));
    toast(answer.text);
    newsletter.reset();
  } catch (error) {
    toast(error.message, "bad");
  }
});
