// What an element stands under and beside: the heading, the dialog, and the row or list item that it is in.
//
// The same rules run on snapshots (`aiwebtest.grounding.neighbourhood`); a contract test holds both to them.

const ITEMS = setOf("row listitem article treeitem");
const PAGE = setOf("html body main");

function neighbours(element, inList, search) {
  const line = lineage(element);
  let item = null, dialog = "";
  for (let i = 1; i < line.length; i++) {
    const role = roleOf(line[i]);
    if (!item && ITEMS[role]) item = line[i];
    if (role === "dialog" || role === "alertdialog") {
      dialog = nameOf(line[i])[0];
      break;
    }
  }
  if (!inList && item) return [headingOf(item, search), dialog];
  return [headingOf(element, search), dialog, item ? keyOf(element, item) : ""];
}

/** Return the text of the heading that an element stands under. */
function headingOf(element, search) {
  const line = lineage(element);
  const depths = new WeakMap();
  for (let i = 1; i < line.length; i++) mapSet(depths, line[i], i);
  const headings = select(search, selectorOf("heading"));
  let best = null;
  for (let i = 0; i < headings.length; i++) {
    const found = coverage(headings[i], element, depths);
    if (found && (!best || outranks(found, best)) && isVisible(headings[i])) best = found;
  }
  return best ? spoken(best.heading) || "" : "";
}

function coverage(heading, element, depths) {
  const part = coveredBy(heading);
  const depth = part && mapGet(depths, part);
  if (!depth || roleOf(heading) !== "heading") return null;
  if (contains(heading, element) || contains(element, heading)) return null;
  const before = isBefore(heading, element);
  if (!before && (PAGE[localNameOf(part)] || roleOf(part) === "main")) return null;
  return { heading, depth, before };
}

function outranks(one, other) {
  if (one.depth !== other.depth) return one.depth < other.depth;
  if (one.before !== other.before) return one.before;
  return one.before === isBefore(other.heading, one.heading);
}

function coveredBy(heading) {
  for (let node = above(heading); node; node = above(node)) {
    const tag = localNameOf(node);
    if (tag !== "header" && tag !== "hgroup" && hasSeveral(node)) return node;
  }
  return null;
}

function hasSeveral(element) {
  let count = 0;
  if (shadowRootOf(element) || queryOne(element, ":scope > slot")) {
    eachOrdered(element, (child) => {
      if (!SKIPPED[localNameOf(child)]) count++;
    });
    return count > 1;
  }
  for (let child = firstElementOf(element); child && count < 2; child = nextElementOf(child)) {
    if (!SKIPPED[localNameOf(child)]) count++;
  }
  return count > 1;
}

/** Return the first text with a letter in a row or list item; "" when it is the element's own or a button's. */
function keyOf(element, item) {
  const found = firstText(item, localNameOf(item));
  if (!found) return "";
  for (let node = found.in; node; node = above(node)) if (node === element || roleOf(node) === "button") return "";
  return found.text;
}

function firstText(element, tag) {
  if (SKIPPED[tag] || tag === "textarea" || tag === "iframe") return null;
  if (tag === "select" && !element.multiple && !(element.size > 1)) return null;
  const rendered = isRendered(element);
  if (isLeaf(element) && tag !== "slot") return pieceOf(fold(textContentOf(element)), rendered && hasArea(element), element);
  if (rendered && isText(element)) return pieceOf(spoken(element) || "", true, element);
  let found = null;
  eachChild(element, tag, (child) => {
    if (found) return;
    const kind = nodeTypeOf(child);
    if (kind === TEXT) found = pieceOf(fold(textContentOf(child)), rendered, element);
    else if (kind === ELEMENT) found = firstText(child, localNameOf(child));
  });
  return found;
}

/** Tell whether only text stands in an element, at most with line breaks in it: a snapshot lists that as one. */
function isText(element) {
  if (shadowRootOf(element) || localNameOf(element) === "slot") return false;
  for (let child = firstElementOf(element); child; child = nextElementOf(child)) {
    if (!SKIPPED[localNameOf(child)]) return false;
  }
  return true;
}

function pieceOf(text, seen, element) {
  return seen && testWith(LETTER, text) ? { text, in: element } : null;
}
