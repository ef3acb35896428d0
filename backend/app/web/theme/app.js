// Moments in the viewer's zone: <aw-time at="2026-01-02T03:04:05Z" as="ago|time|date|both"></aw-time>
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto", style: "short" });
const forms = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  clock: { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  date: { day: "2-digit", month: "short", year: "numeric" },
  both: { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};
const steps = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
const shown = new Set();
class AwTime extends HTMLElement {
  static observedAttributes = ["at", "as"];
  connectedCallback() { shown.add(this); this.paint(); }
  disconnectedCallback() { shown.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.paint(); }
  paint() {
    const at = new Date(this.getAttribute("at"));
    if (isNaN(at)) return;
    this.title = at.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    const as = this.getAttribute("as") || "ago";
    this.textContent = as === "ago" ? relative(at) : at.toLocaleString(undefined, forms[as]);
  }
}
function relative(at) {
  const seconds = (at - Date.now()) / 1000;
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step ? ago.format(Math.round(seconds / step[1]), step[0]) : seconds < 0 ? "just now" : "in a moment";
}
customElements.define("aw-time", AwTime);
setInterval(() => shown.forEach((each) => each.paint()), 20000);

// A running clock: <aw-elapsed since="..."></aw-elapsed>
class AwElapsed extends HTMLElement {
  connectedCallback() { this.tick(); this.timer = setInterval(() => this.tick(), 200); }
  disconnectedCallback() { clearInterval(this.timer); }
  tick() { this.textContent = Math.max(0, (Date.now() - new Date(this.getAttribute("since"))) / 1000).toFixed(1) + " s"; }
}
customElements.define("aw-elapsed", AwElapsed);

// What forms are sent as: every named field, in order, so that several of one name are all kept.
window.awForm = (event) => {
  event.preventDefault();
  return [...new FormData(event.target, event.submitter)].map(([key, value]) => [key, typeof value === "string" ? value : ""]);
};

// What is wrong with a field is said below it until it is changed, behind the field's label where that is to be `labelled`.
// Returns whether there is such a field to see.
window.awInvalid = (name, told, labelled) => {
  const root = [...document.querySelectorAll("dialog[open]")].pop() ?? document;
  const field = root.querySelector(`.aw-lbl [name="${CSS.escape(name)}"]`);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  const id = `wrong-${name}`;
  document.getElementById(id)?.remove();
  const box = field.closest(".aw-lbl"), label = labelled ? `${box.querySelector(":scope > span, :scope > legend").textContent}: ` : "";
  const said = Object.assign(document.createElement("span"), { id, className: "aw-wrong", textContent: label + told, role: "alert" });
  box.append(said);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", id);
  field.addEventListener("input", () => { said.remove(); field.removeAttribute("aria-invalid"); }, { once: true });
  field.focus();
  return true;
};
// Ctrl+S and / where the page offers them; Escape closes the phone's menu.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    const save = document.querySelector("[data-key=save]");
    if (save) { event.preventDefault(); save.click(); }
  } else if (event.key === "/" && !event.target.closest("input, textarea, select")) {
    const search = document.querySelector("[data-key=search]");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (event.key === "Escape") {
    document.querySelectorAll(".aw-more[open]").forEach((each) => each.removeAttribute("open"));
  }
});
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".aw-more[open]");
  if (menu && (event.target.closest(".aw-more a") || !menu.contains(event.target))) menu.removeAttribute("open");
});

// Light, dark, or as the system is: kept by the browser, no word with the server.
window.awShowLook = () => {
  const look = localStorage.getItem("look") || "auto";
  Quasar.Dark.set(look === "auto" ? "auto" : look === "dark");
};
window.awNextLook = () => {
  const looks = ["auto", "light", "dark"], now = localStorage.getItem("look") || "auto";
  localStorage.setItem("look", looks[(looks.indexOf(now) + 1) % 3]);
  awShowLook();
};

// For handlers in the pages: tell the value once typing rests; tell which of many buttons was pressed.
window.awRest = (event, emit, wait) => {
  const box = event.target;
  clearTimeout(box.awTimer);
  box.awTimer = setTimeout(() => emit(box.value), wait);
};
window.awPressed = (event, emit, ...names) => {
  if (event.detail > 1) return; // a double click is one wish
  const pressed = event.target.closest(names.map((name) => `[data-${name}]`).join(""));
  if (pressed) emit(names.length === 1 ? pressed.dataset[names[0]] : names.map((name) => pressed.dataset[name]));
};

// What takes longer than a moment is seen to go on.
let doing = 0;
window.awBusy = (more) => {
  doing += more;
  document.body.toggleAttribute("data-busy", doing > 0);
};

// A dialog opens with the focus in its first field, else on its first command, which is the one that changes nothing.
const openers = new Map();
const wanted = [
  "[autofocus]", ".aw-body :is(input, select, textarea):not([type=radio]:not(:checked))", ".aw-body .aw-ends .aw-btn",
  ".aw-body :is(.aw-btn, a, [tabindex])",
];
window.awOpen = (id, tries = 60) => {
  const box = document.getElementById(id);
  if (!box) {
    if (tries) requestAnimationFrame(() => awOpen(id, tries - 1));
    return;
  }
  if (box.open) return;
  openers.set(box, document.activeElement);
  box.showModal();
  const able = (each) => !each.disabled && each.checkVisibility();
  for (const places of wanted) {
    const first = [...box.querySelectorAll(places)].find(able);
    if (first) return first.focus();
  }
};

// On a narrow screen what was chosen stands below the list: it comes into view.
window.awInView = (id) => {
  const first = document.getElementById(id)?.querySelector(".aw-card");
  if (!first || first.getBoundingClientRect().top < innerHeight * 0.7) return;
  first.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
};

// What is painted anew keeps the focus: the place that had it is found again by what it leads to or is called. What
// opened a dialog that is gone gets it back. Of a line that is gone the line after it gets it, or else the one before; of a
// command that is called otherwise now, its line. Where nothing is like it any more, the page's title gets it.
const line = ".aw-stack > .aw-card, tr, li";
let focused = null, page = "", search;
const sign = (element) => {
  const told = [...element.attributes].filter(({ name }) => /^(href|name|aria-label|data-.*)$/.test(name) && name !== "data-s");
  return element.tagName + (told.length ? told.map(({ name, value }) => name + value).sort() : element.textContent);
};
const commandsOf = (part) => [...part.querySelectorAll("button")];
const deed = (command) => (command.dataset.do ?? "") + command.textContent;
const beside = () => {
  const row = page === location.pathname && focused.closest(line);
  if (!row) return undefined;
  const shown = new Map(commandsOf(document).map((each) => [sign(each), each]));
  const rows = [...row.parentElement.children], at = rows.indexOf(row), place = commandsOf(row).indexOf(focused);
  for (const each of [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()]) {
    const kept = commandsOf(each).map((command) => shown.get(sign(command))).find(Boolean)?.closest(line);
    if (!kept) continue;
    const commands = commandsOf(kept), same = commands.find((command) => deed(command) === deed(focused));
    return same ?? (each === row ? commands[place] : undefined) ?? commands.at(-1);
  }
};
const regain = (last) => {
  if (!focused || focused.isConnected || document.activeElement !== document.body) return;
  const gone = sign(focused), alike = [...document.querySelectorAll(focused.tagName)].find((each) => sign(each) === gone);
  const near = alike ? undefined : beside();
  const title = last && !alike && !near ? document.querySelector(".aw-page h1") : null;
  if (!alike && !near && !title) {
    search ??= setTimeout(() => { search = undefined; regain(true); }, 600);
    return;
  }
  focused = null;
  const to = alike ?? near ?? title;
  if (to.tabIndex < 0) to.tabIndex = -1; // a title takes the focus only when it is told so
  to.focus({ preventScroll: !near });
};
document.addEventListener("focusin", (event) => { [focused, page] = [event.target, location.pathname]; });
new MutationObserver(() => {
  for (const [box, opener] of openers) {
    if (box.isConnected) continue;
    openers.delete(box);
    if (!focused || !focused.isConnected) focused = opener;
    if (document.activeElement === document.body && opener.isConnected) opener.focus({ preventScroll: true });
  }
  regain(false);
}).observe(document.documentElement, { childList: true, subtree: true });

// A lost connection is heard of as well as seen, and nothing pretends to be live meanwhile.
document.addEventListener("DOMContentLoaded", () => {
  const popup = document.getElementById("popup");
  if (!popup) return;
  popup.setAttribute("role", "alert");
  popup.append(Object.assign(document.createElement("span"), { textContent: "What runs goes on." }));
  popup.popover = "manual"; // it lies over an open dialog too
  const told = () => popup.togglePopover(document.body.toggleAttribute("data-lost", popup.getAttribute("aria-hidden") === "false"));
  new MutationObserver(told).observe(popup, { attributeFilter: ["aria-hidden"] });
});

// A live page takes small patches: { steps: [[place, html]], log: [html], say: { name: text }, share, bad }.
window.awLive = (id, patch, tries = 60) => {
  const root = document.getElementById(id);
  if (!root) {
    if (tries) requestAnimationFrame(() => awLive(id, patch, tries - 1));
    return;
  }
  const part = (name) => root.querySelector(`[data-live=${name}]`);
  const list = part("steps"), log = part("log"), bar = part("bar").firstElementChild;
  if (patch.steps.length && !list.querySelector(".aw-step")) list.replaceChildren();
  for (const [place, html] of patch.steps) {
    while (list.children.length <= place) list.append(document.createElement("li"));
    list.children[place].innerHTML = html;
  }
  log.insertAdjacentHTML("beforeend", patch.log.join(""));
  while (log.children.length > 300) log.firstElementChild.remove();
  for (const [name, text] of Object.entries(patch.say)) for (const each of root.querySelectorAll(`[data-live=${name}]`)) each.textContent = text;
  const full = Math.round(patch.share * 100);
  bar.firstElementChild.style.setProperty("--p", full + "%");
  bar.setAttribute("aria-valuenow", full);
  if (patch.bad) bar.dataset.s = patch.bad;
};
