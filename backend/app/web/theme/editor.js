// The editor in the browser: suggestions while typing, what is put into sentences, drafts kept over a lost connection.

// ---------- suggestions ----------
window.awWords = { patterns: [], names: [], variables: [], secrets: [] };
const offer = { box: null, options: [], chosen: -1, list: null, told: null };

function parts() {
  offer.list = Object.assign(document.createElement("ul"), { className: "aw-suggest", id: "aw-suggest", hidden: true });
  offer.list.setAttribute("role", "listbox");
  offer.list.setAttribute("aria-label", "Suggestions");
  offer.told = Object.assign(document.createElement("div"), { className: "aw-vh" });
  offer.told.setAttribute("role", "status");
  document.body.append(offer.list, offer.told);
  offer.list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(Number(option.dataset.at));
  });
}

parts();  // at once: screen readers speak only of places that were there before

// What fits before the cursor: [text shown, what it is, what is put in, how much of what was typed it replaces].
function fitting(before) {
  const braced = /\{(\w*)$/.exec(before);
  if (braced) {
    const named = [...awWords.variables.map((name) => [name, "variable"]), ...awWords.secrets.map((name) => [name, "secret"])];
    return named.filter(([name]) => starts(name, braced[1])).map(([name, what]) => [`{${name}}`, what, `{${name}}`, braced[0].length]);
  }
  const quoted = /"([^"]*)$/.exec(before);
  if (quoted && (before.match(/"/g).length % 2)) {
    const named = awWords.names.filter(([, name]) => holds(name, quoted[1]) && name !== quoted[1]);
    named.sort((one, other) => starts(other[1], quoted[1]) - starts(one[1], quoted[1]));
    return named.map(([kind, name]) => [name, kind, `"${name}"`, quoted[0].length]);
  }
  if (!before.trim()) return [];
  const patterns = awWords.patterns.filter(([text]) => starts(text, before) && text !== before).map(([text, what]) => [text, what, text, before.length]);
  const word = /[\p{L}\p{N}]+$/u.exec(before);
  const names = word && word[0].length > 1 && before.length > word[0].length
    ? awWords.names.filter(([, name]) => starts(name, word[0])).map(([kind, name]) => [name, kind, `"${name}"`, word[0].length])
    : [];
  return [...patterns, ...names];
}
const starts = (text, begin) => text.toLowerCase().startsWith(begin.toLowerCase());
const holds = (text, piece) => text.toLowerCase().includes(piece.toLowerCase());

window.awComplete = (event, asked = false) => {
  const box = event.target;
  const before = box.value.slice(0, box.selectionStart);
  let options = box.readOnly ? [] : fitting(before);
  if (asked && !options.length && !before.trim()) options = awWords.patterns.map(([text, what]) => [text, what, text, before.length]);
  offer.box = box;
  offer.options = options.slice(0, 8);
  offer.chosen = -1;
  draw();
};

function draw() {
  const { list, box, options, chosen } = offer;
  list.hidden = !options.length;
  list.replaceChildren(...options.map(([text, what], at) => {
    const option = document.createElement("li");
    option.id = `aw-option-${at}`;
    option.dataset.at = at;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(at === chosen));
    option.append(Object.assign(document.createElement("b"), { textContent: text }), Object.assign(document.createElement("span"), { textContent: what }));
    return option;
  }));
  if (!options.length) { box.removeAttribute("aria-activedescendant"); box.removeAttribute("aria-controls"); offer.told.textContent = ""; return; }
  const place = box.getBoundingClientRect(), low = place.bottom + 260 > innerHeight && place.top > 260;
  list.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 340))}px`;
  list.style.top = low ? "auto" : `${place.bottom + 2}px`;
  list.style.bottom = low ? `${innerHeight - place.top + 2}px` : "auto";
  box.setAttribute("aria-controls", "aw-suggest");
  if (chosen >= 0) box.setAttribute("aria-activedescendant", `aw-option-${chosen}`);
  else box.removeAttribute("aria-activedescendant");
  offer.told.textContent = chosen >= 0 ? `${options[chosen][0]}, ${options[chosen][1]}, ${chosen + 1} of ${options.length}`
    : `${options.length} suggestion${options.length > 1 ? "s" : ""}, arrow down to choose`;
}

function take(at) {
  const { box, options } = offer, [, , text, replaced] = options[at];
  const end = box.selectionStart, begin = end - replaced;
  const after = text.endsWith('"') && box.value[end] === '"' ? end + 1 : end;
  box.setRangeText(text, begin, after, "end");
  const gap = text.indexOf("…");
  if (gap >= 0) {
    box.setRangeText("", begin + gap, begin + gap + 1, "end");
    box.setSelectionRange(begin + gap, begin + gap);
  }
  close();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  offer.options = [];
  if (offer.box) draw();
}
window.awCompleteEnd = () => close();

// Keys while suggestions are shown. Returns whether the key was taken.
window.awCompleteKey = (event) => {
  if (event.ctrlKey && event.key === " ") { event.preventDefault(); awComplete(event, true); return true; }
  if (offer.list.hidden || offer.box !== event.target) return false;
  const many = offer.options.length, { key } = event;
  if (!event.altKey && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    offer.chosen = (offer.chosen + (key === "ArrowDown" ? 1 : -1) + many + (offer.chosen < 0 && key === "ArrowUp" ? 1 : 0)) % many;
    draw();
    return true;
  }
  if (key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); return true; }
  if ((key === "Enter" || key === "Tab") && offer.chosen >= 0) { event.preventDefault(); take(offer.chosen); return true; }
  if (key === "Enter" || key === "Tab") close();
  return false;
};
addEventListener("scroll", () => awCompleteEnd(), { passive: true });
addEventListener("focusout", (event) => { if (event.target === offer.box) awCompleteEnd(); });

// ---------- lines: their list hears of all of them ----------
window.awLineTyped = (event, emit) => {
  const { id } = event.target;
  awComplete(event);
  awRest(event, (text) => emit([id, text]), 120);
};
window.awLineLeft = (event, emit) => {
  awCompleteEnd();
  emit([event.target.id, event.target.value]);
};
window.awLinePressed = (event, emit) => {
  const pressed = event.detail > 1 ? null : event.target.closest("[data-do], [data-say]"); // a double click is one wish
  if (pressed) emit([pressed.closest(".aw-line").querySelector("textarea").id, pressed.dataset.do || "say", pressed.dataset.say]);
};
window.awLineKey = (event, emit) => {
  const told = event.target.matches("textarea:not([readonly])") && leaves(event);
  if (told) emit([event.target.id, told]);
};

// Enter, Backspace in an empty line, arrows at the edges and Alt+arrows leave the line.
const leaves = (event) => {
  const { key, altKey, shiftKey, target } = event;
  if (event.isComposing || awCompleteKey(event)) return null;
  const at = target.selectionStart, end = at === target.selectionEnd;
  if (key === "Enter" && !shiftKey) { event.preventDefault(); typeAhead(target); return { key, before: behind.before, after: behind.after }; }
  if (key === "Backspace" && end && at === 0) { if (target.value === "") event.preventDefault(); return target.value === "" ? { key } : null; }
  if (altKey && (key === "ArrowUp" || key === "ArrowDown")) { event.preventDefault(); return { key: "Alt" + key, text: target.value }; }
  if ((key === "ArrowUp" && end && at === 0) || (key === "ArrowDown" && end && at === target.value.length)) {
    const lines = [...document.querySelectorAll(".aw-line textarea")];
    const next = lines[lines.indexOf(target) + (key === "ArrowUp" ? -1 : 1)];
    if (next) { event.preventDefault(); next.focus(); }
  }
  return null;
};

// A new line comes from the server. What is typed until it is there, by whatever keys, is typed into a field of ours and
// moves into the line then. After seconds, or when the page goes, it is given back to the line that Enter was pressed in;
// should the new line come after all, it moves on.
const ahead = Object.assign(document.createElement("textarea"), { className: "aw-ahead", rows: 1, hidden: true });
ahead.setAttribute("aria-label", "The next sentence");
document.body.append(ahead);
let behind = null, composing = false; // the line that Enter was pressed in, with its text before and after the cursor

const typeAhead = (line) => {
  const { selectionStart: at, selectionEnd: end } = line, { left, bottom, width } = line.getBoundingClientRect();
  if (end > at) line.setRangeText("", at, end);
  clearTimeout(behind?.patience);
  behind = { line, before: line.value.slice(0, at), after: line.value.slice(at), patience: setTimeout(giveBack, 5000) };
  Object.assign(ahead.style, { left: `${left}px`, top: `${bottom + 2}px`, width: `${width}px` });
  Object.assign(ahead, { value: "", hidden: false });
  ahead.focus();
};
const giveBack = () => {
  if (!ahead.value && !behind?.line.isConnected) ahead.hidden = true;
  if (ahead.hidden || !behind.line.isConnected) return;
  const { line, after } = behind, text = ahead.value.replaceAll("\n", " "), stays = document.activeElement === ahead;
  const at = line.value.length - after.length, gap = at && text && !/\s$/.test(line.value.slice(0, at)) ? " " : "";
  ahead.hidden = true;
  line.setRangeText(gap + text, at, at, "end");
  if (stays) line.focus();
  if (text) line.dispatchEvent(new Event("input", { bubbles: true }));
};
const typedAhead = () => {
  const { line: { value }, before, after } = behind;
  let begin = 0, end = value.length;
  while (begin < before.length && value[begin] === before[begin]) begin += 1;
  while (end > begin && value.length - end < after.length && value[end - 1] === after[after.length - 1 - (value.length - end)]) end -= 1;
  return value.slice(begin, end).replace(/^ /, "") + (ahead.hidden ? "" : ahead.value);
};
ahead.addEventListener("compositionstart", () => { composing = true; });
ahead.addEventListener("compositionend", () => { composing = false; });
ahead.addEventListener("keydown", ({ key }) => {
  if (key === "Tab") giveBack(); // and on from the line
  if (key === "Escape" && !behind.line.isConnected) ahead.hidden = true; // no line came for it
});
addEventListener("pagehide", giveBack);

// The cursor is put into a line, at its begin or end.
window.awFocus = (id, atEnd, tries = 60) => {
  const box = document.getElementById(id);
  if (!box || composing) {
    if (tries > 0 || composing) requestAnimationFrame(() => awFocus(id, atEnd, tries - 1));
    return;
  }
  const there = behind && !behind.line.isConnected; // painted anew, with the new line
  if (behind && !there && !ahead.hidden) return; // another case was painted: what is typed here goes on
  const [typed, ...more] = there ? typedAhead().split("\n") : [""];
  if (there) { clearTimeout(behind.patience); behind = null; ahead.hidden = true; }
  box.focus();
  const place = atEnd ? box.value.length : 0;
  box.setSelectionRange(place, place);
  if (typed) {
    box.setRangeText(typed, place, place, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!more.length) return;
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  ahead.value = more.join("\n");
};

// ---------- put in where the cursor was ----------
let written = null;
addEventListener("focusin", (event) => { if (event.target.closest(".aw-line textarea, .aw-yaml")) written = event.target; });
window.awPutIn = (text) => {
  const box = written && written.isConnected ? written : document.querySelector(".aw-line textarea:not([readonly])");
  if (!box || box.readOnly) return;
  box.focus();
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
};

// ---------- drafts that are not saved, kept by the browser ----------
const kept = (id) => `draft:${id}`;
window.awKeepDraft = () => {
  const root = document.querySelector("[data-draft]");
  if (!root) return;
  const yaml = root.querySelector(".aw-yaml");
  const lines = [...root.querySelectorAll(".aw-line textarea")].map(({ dataset, value }) => [dataset.sheet, dataset.origin, dataset.kind, dataset.use, value]);
  const draft = { version: root.dataset.version, base: yaml ? yaml.value : root.dataset.base, lines: yaml ? null : lines, at: Date.now() };
  try { localStorage.setItem(kept(root.dataset.draft), JSON.stringify(draft)); } catch { /* full, or not allowed: nothing is kept */ }
};
addEventListener("input", (event) => { if (event.target.closest("[data-draft] :is(.aw-line textarea, .aw-yaml)")) awKeepDraft(); });
window.awKeptDraft = (id) => JSON.parse(localStorage.getItem(kept(id)) || "null");
window.awDropDraft = (id) => localStorage.removeItem(kept(id));
const thrown = new Map(); // drafts that were thrown away on this page, should somebody want one back
window.awThrowDraft = (id) => { thrown.set(id, localStorage.getItem(kept(id))); awDropDraft(id); };
window.awFetchDraft = (id) => { if (thrown.get(id)) localStorage.setItem(kept(id), thrown.get(id)); };

// ---------- to a line and column ----------
window.awToPlace = (event, selector) => {
  const pressed = event.target.closest("[data-line]"), box = document.querySelector(selector);
  if (!pressed || !box) return;
  const lines = box.value.split("\n"), line = Number(pressed.dataset.line) - 1;
  const at = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + Number(pressed.dataset.column) - 1;
  box.focus();
  box.setSelectionRange(at, at + Math.max(1, (lines[line] || "").length - Number(pressed.dataset.column) + 1));
};

// ---------- a picture that takes clicks and keys ----------
const named = new Set(["Enter", "Escape", "Tab", "Backspace", "Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);
window.awSteer = (event, emit) => {
  const view = event.currentTarget, picture = view.querySelector("img").getBoundingClientRect();
  const x = (event.clientX - picture.left) / picture.width, y = (event.clientY - picture.top) / picture.height;
  const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (event.type === "keydown") {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (key === "Tab" && event.shiftKey) return;  // the way out for the keyboard
    if (ctrlKey || metaKey) {
      if (/^[axz]$/i.test(key)) { event.preventDefault(); emit({ do: "press", key: `Control+${key.toLowerCase()}` }); }
    } else if (named.has(key)) { event.preventDefault(); emit({ do: "press", key }); }
    else if (key.length === 1 && !altKey) { event.preventDefault(); emit({ do: "type", text: key }); }
  } else if (event.type === "paste") {
    const text = event.clipboardData.getData("text");
    if (text) { event.preventDefault(); emit({ do: "type", text }); }
  } else if (event.type === "wheel") {
    event.preventDefault();
    if (inside) emit({ do: "wheel", x, y, down: event.deltaY });
  } else if (event.type === "contextmenu") {
    event.preventDefault();
    if (inside) emit({ do: "click", x, y, count: 1, button: "right" });
  } else if (event.type === "mousemove") {
    if (inside && performance.now() - (view.awMoved || 0) > 120) { view.awMoved = performance.now(); emit({ do: "move", x, y }); }
  } else if (inside) {
    view.focus();
    emit({ do: "click", x, y, count: event.detail || 1, button: "left" });
  }
};
