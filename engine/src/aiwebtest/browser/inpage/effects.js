// What an action changes: armed before it, read after it. Also tells when the page has come to rest.
//
// One observer stays on each document. What changes again and again while nothing is being done (a clock, a carousel)
// is remembered and never taken for the effect of an action.

const clockNow = performance.now.bind(performance);
const later = window.setTimeout.bind(window);
const nextFrame = window.requestAnimationFrame.bind(window);
const queryDocument = method(Document, "querySelectorAll"); // an old library may take it away
const treeWalkerOf = Document.prototype.createTreeWalker.bind(document);
const CONTROLS = "input, textarea, select";
const HOVERED = ":hover:not(x-none)"; // in quirks mode ":hover" alone is for links only
const MOST_CONTROLS = 2000;
const BURST_MS = 40; // idle changes closer together than this are one
const TICKS = 3; // idle bursts after which a node's texts and attributes count as changing by themselves
const GROWTHS = 8; // the same of a node that gets new elements: lists grow for a reason more often than not
const RESTLESS = 20; // idle bursts after which no one waits for a node to come to rest
const STATE_ATTRIBUTES = Object.assign(Object.create(null), {
  "aria-expanded": "expanded", open: "expanded", "aria-checked": "checked", "aria-pressed": "checked",
  "aria-selected": "selected", "aria-current": "selected", "aria-valuenow": "value", "aria-valuetext": "value",
});

const SHOWING = setOf("class style hidden open aria-hidden aria-expanded src");

let watching = null; // what is looked at since the last `watch`
let active = false; // an action is going on: changes are its effects
let changedAt = 0;
const observedRoots = new WeakSet();
const tickers = new WeakMap(); // node -> { bursts, at }
const observer = new MutationObserver(note);

function observe(root) {
  if (observedRoots.has(root)) return;
  observedRoots.add(root);
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true });
}

function observeAll() {
  observe(document);
  if (!document.documentElement) return [document];
  const roots = [document];
  for (let i = 0; i < roots.length; i++) {
    const walker = treeWalkerOf(roots[i], NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const root = shadowRootOf(node);
      if (root) {
        observe(root);
        roots.push(root);
      }
    }
  }
  return roots;
}

function note(records) {
  const now = clockNow();
  for (const record of records) {
    const ticker = tickers.get(record.target);
    const bursts = ticker ? ticker.bursts : 0;
    if (!active) tick(record.target, ticker, now);
    if (bursts < RESTLESS) changedAt = now;
    if (watching && bursts < (grows(record) ? GROWTHS : TICKS)) count(record);
  }
}

function grows(record) {
  const { addedNodes } = record;
  for (let i = 0; i < addedNodes.length; i++) if (nodeTypeOf(addedNodes[i]) === ELEMENT) return true;
  return false;
}

function tick(node, ticker, now) {
  if (!ticker) tickers.set(node, { bursts: 1, at: now });
  else if (now - ticker.at > BURST_MS) {
    ticker.bursts++;
    ticker.at = now;
  }
}

/** What changes where nothing is drawn is no effect that anybody could see; a change of what is drawn tells itself. */
function isUnseen({ target, type, attributeName }) {
  const element = nodeTypeOf(target) === ELEMENT ? target : parentOf(target);
  if (!element || nodeTypeOf(element) !== ELEMENT || (type === "attributes" && SHOWING[attributeName])) return false;
  return element.isConnected && localNameOf(element) !== "title" && !checkVisibility(element);
}

function count(record) {
  const { target, type } = record;
  if (isUnseen(record)) return;
  if (type === "attributes") {
    const was = record.oldValue;
    const kind = STATE_ATTRIBUTES[record.attributeName];
    if (kind) watching.states.set(kind, attributeOf(target, record.attributeName));
    else if (was === null || was !== attributeOf(target, record.attributeName)) watching.attributes++;
    return;
  }
  if (type === "characterData") watching.texts++;
  watching.added += record.addedNodes.length;
  watching.removed += record.removedNodes.length;
  if (!watching.sample && record.addedNodes.length) watching.sample = told(record.addedNodes[0]);
  else if (!watching.sample && type === "characterData") watching.sample = fold(textContentOf(target)).slice(0, 80);
}

function told(node) {
  if (nodeTypeOf(node) === ELEMENT && SKIPPED[localNameOf(node)]) return "";
  return fold(textContentOf(node)).slice(0, 80);
}

// --- states that no observer reports ----------------------------------------------------------------------------------

function controlsOf(roots) {
  const found = [];
  for (const root of roots) {
    for (const control of queryControls(root)) {
      if (found.length >= MOST_CONTROLS) return found;
      found.push([control, stateOf(control)]);
    }
  }
  return found;
}

function queryControls(root) {
  return root === document ? queryDocument(root, CONTROLS) : root.querySelectorAll(CONTROLS);
}

function stateOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked ? "checked" : "";
  if (control.type === "file") return joined(control.files || [], "name");
  if (localNameOf(control) === "select") return joined(control.selectedOptions, "label");
  return control.value;
}

function joined(list, property) {
  let text = "";
  for (let i = 0; i < list.length; i++) text += (i ? "\n" : "") + list[i][property];
  return text;
}

function focused() {
  let element = document.activeElement;
  while (element && shadowRootOf(element) && shadowRootOf(element).activeElement) element = shadowRootOf(element).activeElement;
  return element;
}

function stored() {
  try {
    let mark = document.cookie;
    for (const store of [localStorage, sessionStorage]) {
      for (let i = 0; i < store.length; i++) mark += "\n" + store.key(i) + "=" + store.getItem(store.key(i)).length;
    }
    return mark;
  } catch {
    return ""; // the document may not have any storage
  }
}

function scrolledTo(element) {
  const places = [[null, window.scrollX, window.scrollY]];
  for (let node = element; node && places.length < 20; node = parentOf(node) || node.host) {
    if (nodeTypeOf(node) === ELEMENT && (node.scrollHeight > node.clientHeight || node.scrollWidth > node.clientWidth)) {
      places.push([node, node.scrollLeft, node.scrollTop]);
    }
  }
  return places;
}

// --- what Python calls ------------------------------------------------------------------------------------------------

/**
 * Begin to look for effects. With `reveal`, first bring the element into view, so that doing so is not one.
 * Returns what the function `awt[question]` says of the element where one is asked, else true.
 */
awt.watch = (element = null, reveal = false, question = "") => {
  if (element && reveal) bringIntoView(element);
  if (element && reveal) leaveOpenList(element);
  const roots = observeAll();
  observer.takeRecords();
  watching = {
    element, hovered: !!element && matchesSelector(element, HOVERED), controls: controlsOf(roots), focus: focused(), storage: stored(), scroll: scrolledTo(element),
    url: location.href, states: new Map(), added: 0, removed: 0, attributes: 0, texts: 0, sample: "", landed: false, elsewhere: null,
  };
  if (element) {
    listenOn(window, "click", noteClick, true);
    beAsked();
  }
  active = true;
  return question && element ? awt[question](element) : true;
};

/** Note whether a click of the action reached its element: what moves or is swapped under the pointer can miss it. */
function noteClick(event) {
  if (!watching || !watching.element || !event.isTrusted || watching.landed) return;
  watching.landed = event.composedPath().includes(watching.element);
  watching.elsewhere = event.target;
}

/** Return, in words, what the click reached instead of its element; "" where it reached it, or where none was seen. */
function missed() {
  const { landed, elsewhere, element } = watching;
  if (landed || !elsewhere || !element.isConnected || nodeTypeOf(elsewhere) !== ELEMENT) return "";
  return coverWords(elsewhere);
}

/**
 * Leave the field whose open list of suggestions lies over the element. Whoever clicks elsewhere leaves it first: the
 * list, which covers what is to be clicked, closes then.
 */
function leaveOpenList(element) {
  const field = document.activeElement;
  if (!field || field === element || attributeOf(field, "aria-expanded") !== "true" || element.contains(field)) return;
  const over = overMiddleOf(element);
  const list = over && closestTo(over, "[role=listbox], [role=option]");
  if (list && !list.contains(element) && !list.contains(field)) field.blur();
}

function bringIntoView(element) {
  const box = boxOf(element);
  const inside = box.top >= 0 && box.left >= 0 && box.bottom <= window.innerHeight && box.right <= window.innerWidth;
  if (!inside && element.scrollIntoViewIfNeeded) element.scrollIntoViewIfNeeded(true);
}

/**
 * Return the effects so far as `[kind, detail]` pairs, and whether the document is still loading; null in a document
 * that was never watched. Waits up to `patience` ms for one of the `wanted` kinds (any, if none is named) and then for a moment's rest, which
 * is left out with `hurry`.
 */
awt.effects = async (patience = 0, wanted = [], hurry = false) => {
  if (!watching) return null;
  active = true;
  const start = clockNow();
  if (!hurry) await pause();
  for (;;) {
    note(observer.takeRecords());
    const seen = summary();
    const kinds = seen.map((effect) => effect[0]);
    const enough = wanted.length ? wanted.every((kind) => kinds.includes(kind)) : seen.some((effect) => effect[0] !== "focus" && effect[0] !== "hover");
    const now = clockNow();
    if ((enough && now - changedAt > 1) || now - start >= patience) {
      active = false;
      return [seen, document.readyState === "loading", missed()];
    }
    await frame();
  }
};

/**
 * Return what the function `awt[question]` says of an element after an action, with what `awt.effects` says.
 *
 * Where another action follows at once and the element holds the `value` that this one was to give it, the watch over
 * the next one, on the page as a whole, begins with that: the last thing returned says so.
 */
awt.outcome = async (element, question, hurry, value = null) => {
  if (!hurry) await pause();
  const said = awt[question](element);
  if (!watching) return [said, null];
  active = false;
  note(observer.takeRecords());
  const seen = [summary(), document.readyState === "loading", "", value !== null && said.value === value];
  if (seen[3]) awt.watch();
  return [said, seen];
};

/** Resolve once nothing has changed for `calm` ms, at once if that is so already; false when `limit` ms were not enough. */
awt.rest = async (calm, limit) => {
  observeAll();
  const start = clockNow();
  for (;;) {
    note(observer.takeRecords());
    if (clockNow() - changedAt >= calm) await pause(); // on a busy machine the page's own timers may be overdue
    note(observer.takeRecords());
    const now = clockNow();
    if (now - changedAt >= calm) return true;
    if (now - start >= limit) return false;
    await new Promise((done) => later(done, Math.min(calm - (now - changedAt) + 1, 50)));
  }
};

/** Resolve after the next frame, when scroll events have gone out. */
awt.drawn = frame;

function pause() {
  return new Promise((done) => later(done, 0));
}

function frame() {
  return new Promise((done) => {
    nextFrame(() => later(done, 0));
    later(done, 50); // a hidden page draws no frames
  });
}

/** Where an address leads to: one that ends in an empty fragment, as dead links do, leads nowhere else. */
function placeOf(url) {
  return url.endsWith("#") ? url.slice(0, -1) : url;
}

function summary() {
  const seen = [];
  const now = watching;
  if (placeOf(location.href) !== placeOf(now.url)) seen.push(["navigated", location.href]);
  for (const [control, before] of now.controls) {
    const after = stateOf(control);
    if (after === before) continue;
    const type = control.type;
    if (type === "checkbox" || type === "radio") seen.push(["checked", after || "unchecked"]);
    else if (localNameOf(control) === "select") seen.push(["selected", after]);
    else seen.push(["value", type === "password" ? "•".repeat(after.length) : after.slice(0, 200)]);
  }
  for (const [kind, value] of now.states) seen.push([kind, String(value)]);
  if (now.added || now.removed || now.texts || now.attributes) seen.push(["dom", domDetail(now)]);
  const focus = focused();
  if (focus !== now.focus && focus !== document.body && focusTells(focus)) seen.push(["focus", localNameOf(focus)]);
  if (now.scroll.some(hasMoved)) seen.push(["scroll", `${Math.round(window.scrollX)}, ${Math.round(window.scrollY)}`]);
  if (now.element && !now.hovered && now.element.isConnected && matchesSelector(now.element, HOVERED)) seen.push(["hover", ""]);
  if (stored() !== now.storage) seen.push(["storage", ""]);
  return seen;
}

/** Focus on the pressed button itself says nothing; focus in a field, or anywhere else, is an effect. */
function focusTells(focus) {
  if (!focus) return false;
  const { element } = watching;
  if (focus.isContentEditable || matchesSelector(focus, CONTROLS)) return !/^(button|submit|reset|image)$/.test(focus.type);
  return !element || !(focus === element || focus.contains(element) || element.contains(focus));
}

function hasMoved([node, left, top]) {
  return node ? node.scrollLeft !== left || node.scrollTop !== top : window.scrollX !== left || window.scrollY !== top;
}

function domDetail(now) {
  const parts = [];
  if (now.added) parts.push(`${now.added} added`);
  if (now.removed) parts.push(`${now.removed} removed`);
  if (now.texts) parts.push(`${now.texts} texts changed`);
  if (now.attributes) parts.push(`${now.attributes} attributes changed`);
  return parts.join(", ") + (now.sample ? `: "${now.sample}"` : "");
}

/** Say what keeps people from using an element: what is wrong with it, and what lies over it, in words. */
awt.obstacle = (element) => ({
  gone: !element.isConnected,
  hidden: !isVisible(element),
  disabled: isDisabled(element) || (localNameOf(element) === "label" && isDisabled(controlOf(element))),
  readonly: element.readOnly === true || attributeOf(element, "aria-readonly") === "true",
  cover: element.isConnected ? coverOf(element) : "",
});

function isDisabled(element) {
  return !!element && (matchesSelector(element, ":disabled") || closestTo(element, "[aria-disabled=true]") !== null);
}

function coverOf(element) {
  const over = overMiddleOf(element);
  return over ? coverWords(over) : "";
}

/** Return what lies over the middle of an element; null where that is the element, a part of it or what holds it. */
function overMiddleOf(element) {
  const box = boxOf(element);
  const x = Math.min(Math.max(box.left + box.width / 2, 0), window.innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), window.innerHeight - 1);
  const over = elementAt(x, y);
  return !over || over === element || element.contains(over) || over.contains(element) ? null : over;
}

function coverWords(over) {
  const named = "dialog, [role=dialog], [role=alertdialog], [role=region], [aria-modal=true], form, section, aside, header, footer, nav";
  const owner = closestTo(over, named) || over;
  const role = roleOf(owner) || localNameOf(owner);
  const name = nameOf(owner)[0] || contentName(owner, localNameOf(owner)) || attributeOf(owner, "id") || attributeOf(owner, "class") || "";
  const words = fold(name).slice(0, 60);
  return words ? `the ${role} "${words}"` : `an element <${localNameOf(over)}>`;
}

document.addEventListener("DOMContentLoaded", () => {
  changedAt = clockNow();
  observe(document);
}, { once: true });
