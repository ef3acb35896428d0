// <star-rating name label>: five stars to choose from, a form control with an open shadow root.
class StarRating extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #value = 0;

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `
      <style>
        fieldset { border: 0; margin: 0 0 .8rem; padding: 0 }
        legend { padding: 0; margin-bottom: .3rem; font-weight: 600 }
        button { border: 0; background: none; padding: 2px; font-size: 1.7rem; line-height: 1; cursor: pointer; color: var(--edge, #999) }
        button.on { color: var(--star, #d99a1c) }
        button:focus-visible { outline: 3px solid var(--accent, #3f7a54); border-radius: 6px }
      </style>
      <fieldset><legend></legend><span class="stars"></span> <output>No rating</output></fieldset>`;
    root.querySelector("legend").textContent = this.getAttribute("label");
    for (let n = 1; n <= 5; n++) {
      const star = document.createElement("button");
      star.type = "button";
      star.textContent = "★";
      star.setAttribute("aria-label", n === 1 ? "1 star" : `${n} stars`);
      star.addEventListener("click", () => this.#set(n));
      root.querySelector(".stars").append(star);
    }
  }

  formResetCallback() {
    this.#set(0);
  }

  #set(value) {
    this.#value = value;
    this.#internals.setFormValue(String(value));
    this.shadowRoot.querySelectorAll("button").forEach((star, at) => {
      star.classList.toggle("on", at < value);
      star.setAttribute("aria-pressed", String(at + 1 === value));
    });
    this.shadowRoot.querySelector("output").textContent = value ? `${value} of 5` : "No rating";
  }
}
customElements.define("star-rating", StarRating);
