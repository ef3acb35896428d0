// The tree of a page as a reader sees it, its texts, and what may have a role: what finding an element again is made of.
//
// The same rules run on snapshots (`aiwebtest.grounding.stable`).

const compareOrder = method(window.Node, "compareDocumentPosition");
const lower = method(String, "toLowerCase");
const holdsText = method(String, "includes");
const slotOf = getter(Element, "assignedSlot");
const hostOf = getter(ShadowRoot, "host");
const documentAll = uncurry(Document.prototype.querySelectorAll);
const fragmentAll = uncurry(DocumentFragment.prototype.querySelectorAll);
const SHADOW = 11;
const BEFORE = 2, WITHIN = 16; // DOCUMENT_POSITION_PRECEDING, DOCUMENT_POSITION_CONTAINED_BY
const LONGEST = 400; // characters of text in an element that may serve as a mark

// --- texts -----------------------------------------------------------------------------------------------------------

const ANY_NUMBER = "(?:#|[0-9]+(?:[.,:/-][0-9]+)*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?)";
const SPECIAL = /[\\^$.*+?()[\]{}|\/]/g;
const WHITE = /\s+/g;
const LETTER = /\p{L}/u;

const squeeze = (text) => lower(replaceIn(text, WHITE, ""));
/** Prepare a stored text for comparing; "#" in it may be any number or date. */
function wording(text) {
  const wanted = squeeze(text);
  const wildcard = holdsText(wanted, "#") ? wildcardOf(wanted) : null;
  const all = splitText(fold(lower(text)), " ");
  const words = []; // each must stand in a raw text that says the wording
  for (let i = 0; i < all.length; i++) if (all[i] && !holdsText(all[i], "#")) words[words.length] = all[i];
  return {
    fits: (other) => (wildcard ? testWith(wildcard, squeeze(other)) : squeeze(other) === wanted),
    mayBeIn: (raw) => {
      const low = lower(raw);
      for (let i = 0; i < words.length; i++) if (!holdsText(low, words[i])) return false;
      return true;
    },
  };
}

function wildcardOf(wanted) {
  return new RegExp("^" + replaceIn(replaceIn(wanted, SPECIAL, "\\$&"), /#/g, ANY_NUMBER) + "$");
}

/** Return the visible text of an element and what is below it, pieces joined; null when it is too long for a mark. */
function spoken(element) {
  const pieces = { text: "" };
  gather(element, localNameOf(element), pieces);
  return pieces.text.length > LONGEST ? null : fold(pieces.text);
}

function gather(element, tag, pieces) {
  if (SKIPPED[tag] || tag === "textarea" || tag === "iframe") return;
  if (tag === "select" && !element.multiple && !(element.size > 1)) return;
  const rendered = isRendered(element);
  if (isLeaf(element) && tag !== "slot") {
    if (rendered && hasArea(element)) pieces.text += " " + textContentOf(element);
    return;
  }
  eachChild(element, tag, (child) => {
    if (pieces.text.length > LONGEST) return;
    const kind = nodeTypeOf(child);
    if (kind === TEXT && rendered) pieces.text += " " + textContentOf(child);
    else if (kind === ELEMENT) gather(child, localNameOf(child), pieces);
  });
}

const isLeaf = (element) => !firstElementOf(element) && !shadowRootOf(element);

function hasArea(element) {
  const box = boxOf(element);
  return box.width > 0 && box.height > 0;
}

// --- the tree as a reader sees it ------------------------------------------------------------------------------------

function above(node) {
  const slot = slotOf(node);
  if (slot) return above(slot);
  const parent = parentOf(node);
  if (!parent) return null;
  const kind = nodeTypeOf(parent);
  if (kind === SHADOW) return parent instanceof ShadowRoot ? hostOf(parent) : null;
  if (kind !== ELEMENT) return null;
  const tag = localNameOf(parent);
  return tag === "slot" ? above(parent) : tag === "html" ? null : parent;
}

function lineage(element) {
  const line = [element];
  for (let node = above(element); node; node = above(node)) line[line.length] = node;
  return line;
}

function contains(outer, inner) {
  for (let node = inner; node; node = above(node)) if (node === outer) return true;
  return false;
}

/** Tell whether `a` stands before `b` in reading order, shadow trees in their places. */
function isBefore(a, b) {
  if (rootNodeOf(a) === rootNodeOf(b) && !slotOf(a) && !slotOf(b)) return (compareOrder(b, a) & BEFORE) !== 0;
  const left = lineage(a), right = lineage(b);
  let i = left.length - 1, j = right.length - 1;
  while (i >= 0 && j >= 0 && left[i] === right[j]) i--, j--;
  if (i < 0 || j < 0) return i < 0;
  let first = null;
  eachOrdered(left[i + 1] || document.body, (child) => {
    if (!first && (child === left[i] || child === right[j])) first = child;
  });
  return first === left[i];
}

/** Call `visit` for each child element, those in slots in the slots' places. */
function eachOrdered(element, visit) {
  eachChild(element, localNameOf(element), (child) => {
    if (nodeTypeOf(child) !== ELEMENT) return;
    if (localNameOf(child) === "slot") eachOrdered(child, visit);
    else visit(child);
  });
}

function sortByOrder(elements) {
  for (let i = 1; i < elements.length; i++) {
    for (let k = i; k > 0 && isBefore(elements[k], elements[k - 1]); k--) {
      const other = elements[k];
      elements[k] = elements[k - 1];
      elements[k - 1] = other;
    }
  }
  return elements;
}

/** Return the document and every open shadow root in it. */
function rootsOf() {
  const roots = [document];
  for (let i = 0; i < roots.length; i++) {
    const all = i ? fragmentAll(roots[i], "*") : documentAll(document, "*");
    for (let k = 0; k < all.length; k++) {
      const shadow = shadowRootOf(all[k]);
      if (shadow) roots[roots.length] = shadow;
    }
  }
  return roots;
}

function select(search, selector) {
  const found = [];
  for (let i = 0; i < search.roots.length; i++) {
    const some = i ? fragmentAll(search.roots[i], selector) : documentAll(document, selector);
    for (let k = 0; k < some.length; k++) found[found.length] = some[k];
  }
  return found;
}

function filter(elements, test) {
  const kept = [];
  for (let i = 0; i < elements.length; i++) if (test(elements[i])) kept[kept.length] = elements[i];
  return kept;
}

// --- what may have a role --------------------------------------------------------------------------------------------

const ALSO = Object.assign(Object.create(null), {
  link: "a, area", textbox: "input", searchbox: "input", checkbox: "input", radio: "input", slider: "input",
  spinbutton: "input", button: "input", combobox: "select, input", listbox: "select", img: "img, svg",
  banner: "header", contentinfo: "footer", region: "section", cell: "td", gridcell: "td", rowheader: "th",
  columnheader: "th",
});
const selectors = Object.create(null);

function selectorOf(role) {
  if (selectors[role]) return selectors[role];
  let selector = "[role]" + (ALSO[role] ? ", " + ALSO[role] : "");
  for (const tag in ROLES) if (ROLES[tag] === role) selector += ", " + tag;
  return (selectors[role] = selector);
}
