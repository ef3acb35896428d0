// Shared by all pages: talking to the server, toasts, the basket's badge.

/** Send a request and return the JSON answer; what the shop refuses is thrown as an Error with its words. */
export async function send(method, path, body) {
  const json = body !== undefined && !(body instanceof FormData);
  const answer = await fetch(path, {
    method,
    body: json ? JSON.stringify(body) : body,
    headers: json ? { "Content-Type": "application/json" } : {},
  });
  const said = await answer.json();
  if (answer.ok) return said;
  throw new Error(answer.status === 422 ? said.error : "Something went wrong. Please try again.");
}

/** Send a request and put the HTML that comes back into an element. */
export async function swap(element, path, options = {}) {
  const answer = await fetch(path, options);
  element.innerHTML = await answer.text();
}

export function toast(text, kind = "good") {
  const note = document.createElement("div");
  note.className = `toast ${kind}`;
  note.textContent = text;
  document.querySelector("#toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

export function setBasketCount(count) {
  document.querySelector("#basket-count").textContent = count;
}

/** Show a form's error line, or hide it when there is nothing to say. */
export function showError(form, text) {
  const line = form.querySelector(".error[role=alert]");
  line.textContent = text;
  line.hidden = !text;
}

/** A list of options under a text field: typing narrows it, arrows and Enter or the mouse choose. */
export class ListBox {
  constructor(input, list, { choose }) {
    Object.assign(this, { input, list, choose, at: -1 });
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#pick(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([hidden])")];
  }

  open() {
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.#mark(-1);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #mark(at) {
    this.at = at;
    this.options.forEach((option, n) => option.classList.toggle("now", n === at));
    const now = this.options[at];
    if (now) {
      this.input.setAttribute("aria-activedescendant", now.id);
      now.scrollIntoView({ block: "nearest" });
    }
  }

  #pick(option) {
    if (!option) return;
    this.close();
    this.choose(option.textContent.trim());
  }

  #key(event) {
    if (this.list.hidden) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") this.#mark(Math.min(last, this.at + 1));
    else if (event.key === "ArrowUp") this.#mark(Math.max(0, this.at - 1));
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.#pick(this.options[this.at]);
    else return;
    event.preventDefault();
  }
}
