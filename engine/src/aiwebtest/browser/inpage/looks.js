// What an element looks like and does for who uses the page: clickable, scrollable, cut away, a mere wrapper.

const THING = /(?:^|\s)(?:card|tile|item)(?=\s|$)/; // what a class calls a thing of its own, and people count

const ICON_AREA = 32 * 32; // square pixels; what is no larger holds no words

/** Tell whether what holds others is cut to a pixel and hidden from readers as well: copies that are only measured. */
function isCutAway(element, box) {
  if (box.width > 1 || box.height > 1 || !firstElementOf(element)) return false;
  return attributeOf(element, "aria-hidden") === "true" && styleOf(element).overflow !== "visible";
}

/** Tell whether an input does no more than take the keys for what is drawn over it: nobody sees it or types into it. */
function isForKeysAlone(element, tag, at) {
  return tag === "input" && at["aria-hidden"] === "true" && element.readOnly;
}

/** Tell whether an element is a component that draws itself where no script can look: its shadow root is closed. */
function isClosed(element, tag, box) {
  return tag.includes("-") && box.width * box.height > ICON_AREA && matchesSelector(element, ":defined") && !shadowRootOf(element);
}

/** A generic wrapper around one element adds nothing for a reader. */
function isSilent(element, tag, role, at, shadow) {
  if (tag !== "div" && tag !== "span" && tag !== "center" && tag !== "font") return false;
  if (role || shadow || at.id || at.title || at["aria-label"] || testIdOf(at)) return false;
  if (elementCountOf(element) !== 1) return false;
  if (at.class && testWith(THING, at.class)) return false;
  for (let child = firstChildOf(element); child; child = nextSiblingOf(child)) {
    if (nodeTypeOf(child) === TEXT && fold(textContentOf(child))) return false;
  }
  return true;
}

const STATE = /(?:^|[\s_-])(?:active|current|selected)(?=\s|$)/; // what a class says of one among several

/** Return the marks of a wrapper that is left out, and those of the class names that tell a state. */
function withStateOf(names, marks) {
  if (!testWith(STATE, names)) return marks;
  const all = splitText(fold(names), " ");
  for (let i = 0; i < all.length; i++) if (testWith(STATE, all[i])) marks += (marks ? " " : "") + all[i];
  return marks;
}

function isClickable(element, tag, role, at, flags) {
  if (tag === "input") return element.type !== "hidden";
  if (tag === "a") return at.href !== undefined || at.handler === true || typeof element.onclick === "function";
  if (CLICKABLE_TAGS[tag] || CLICKABLE_ROLES[role] || at.handler || flags & FLAG.EDITABLE) return true;
  if (at.tabindex !== undefined && +at.tabindex >= 0) return true;
  return typeof element.onclick === "function";
}

const SCROLLING = /auto|scroll/; // one way or both: "hidden auto"

function canScroll(element, tag, style) {
  if (tag !== "textarea" && !testWith(SCROLLING, style.overflow)) return false;
  return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
}

/** Tell whether a text is a raised number behind a word, "Drafts²": a count or a note, and no power of a unit. */
function isRaisedNumber(node, before) {
  const element = nodeTypeOf(node) === ELEMENT ? node : parentOf(node);
  if (!element || nodeTypeOf(element) !== ELEMENT || localNameOf(element) !== "sup") return false;
  return testWith(/^\s*\d+\+?\s*$/, textContentOf(node)) && testWith(/\p{L}{4}$/u, textContentOf(before));
}

/** Tell whether an element lays its children out apart from each other. */
function isLaidOut(element) {
  if (!element || nodeTypeOf(element) !== ELEMENT) return false;
  const display = styleOf(element).display;
  return testWith(/flex|grid|table(?!-cell|-caption)/, display); // a cell lays out its words as any block does
}

function deepestActive() {
  let active = document.activeElement;
  while (active && shadowRootOf(active) && shadowRootOf(active).activeElement) active = shadowRootOf(active).activeElement;
  return active === document.body ? null : active;
}
