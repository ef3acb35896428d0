// The archive: five hundred rows, of which only those in view exist.
import { send, toast } from "./lib.js";

const ROW_PX = 44;
const SPARE = 4;
const box = document.querySelector("#archive");
const spacer = box.querySelector(".spacer");
const items = await send("GET", "/api/archive");
spacer.style.height = `${items.length * ROW_PX}px`;

function row(at) {
  const [number, name, year, requested] = items[at];
  const element = document.createElement("div");
  element.role = "listitem";
  element.className = "virtual-row";
  element.style.top = `${at * ROW_PX}px`;
  element.setAttribute("aria-posinset", number);
  element.setAttribute("aria-setsize", items.length);
  element.innerHTML = "<span class='name'></span> <span class='meta'></span> <button type='button' class='quiet'></button>";
  element.querySelector(".name").textContent = name;
  element.querySelector(".meta").textContent = year;
  const button = element.querySelector("button");
  button.textContent = requested ? "Requested" : "Request";
  button.disabled = requested;
  button.addEventListener("click", async () => {
    const answer = await send("POST", `/api/archive/${number}/request`);
    items[at][3] = true;
    button.textContent = "Requested";
    button.disabled = true;
    toast(answer.text);
  });
  return element;
}

const drawn = new Map(); // rows that exist now, by position

function draw() {
  const first = Math.max(0, Math.floor(box.scrollTop / ROW_PX) - SPARE);
  const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_PX) + SPARE);
  for (const [at, element] of drawn) {
    if (at >= first && at < last) continue;
    element.remove();
    drawn.delete(at);
  }
  for (let at = first; at < last; at++) {
    if (drawn.has(at)) continue;
    drawn.set(at, row(at));
    spacer.append(drawn.get(at));
  }
}

box.addEventListener("scroll", () => requestAnimationFrame(draw));
draw();
