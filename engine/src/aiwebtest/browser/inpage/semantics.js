// What an element is to a person: its role, its name, whether it can be seen. Shared by all in-page parts.
//
// The page may be hostile or merely old: it may have replaced built-ins, and its forms may shadow properties by fields
// named "id" or "children". So everything used here is taken from the prototypes once, before the page's scripts run.

const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const getter = (owner, name) => uncurry(Object.getOwnPropertyDescriptor(owner.prototype, name).get);
const method = (owner, name) => uncurry(owner.prototype[name]);

const attributeOf = method(Element, "getAttribute");
const attributeNamesOf = method(Element, "getAttributeNames");
const boxOf = method(Element, "getBoundingClientRect");
const checkVisibility = method(Element, "checkVisibility");
const matchesSelector = method(Element, "matches");
const closestTo = method(Element, "closest");
const queryOne = method(Element, "querySelector");
const queryAll = method(Element, "querySelectorAll");
const localNameOf = getter(Element, "localName");
const shadowRootOf = getter(Element, "shadowRoot");
const firstElementOf = getter(Element, "firstElementChild");
const nextElementOf = getter(Element, "nextElementSibling");
const elementCountOf = getter(Element, "childElementCount");
const firstChildOf = getter(Node, "firstChild");
const nextSiblingOf = getter(Node, "nextSibling");
const parentOf = getter(Node, "parentNode");
const nodeTypeOf = getter(Node, "nodeType");
const rootNodeOf = method(Node, "getRootNode");
const textContentOf = getter(Node, "textContent");
const assignedNodesOf = method(HTMLSlotElement, "assignedNodes");
const replaceIn = method(String, "replace");
const testWith = method(RegExp, "test");
const splitText = method(String, "split");
const controlOf = getter(HTMLLabelElement, "control");
const fragmentQueryAll = method(DocumentFragment, "querySelectorAll");
const documentQueryAll = method(Document, "querySelectorAll");
const atTheEnd = window.queueMicrotask.bind(window);
const styleOf = window.getComputedStyle.bind(window);

const ELEMENT = 1;
const TEXT = 3;
const DOCUMENT = 9;
const FRAGMENT = 11;
const NAME_LIMIT = 1000; // characters; a longer name is no name

const setOf = (words) => {
  const set = Object.create(null);
  const list = splitText(words, " ");
  for (let i = 0; i < list.length; i++) set[list[i]] = true;
  return set;
};

const INLINE = setOf(
  "a abbr b bdi bdo big button cite code data del dfn em font i img input ins kbd label mark nobr output q s samp select slot small span strike strong sub sup svg textarea time tt u var wbr",
);
const SKIPPED = setOf("script style template noscript head meta link base title param source track col colgroup br wbr");
const NAMED_FROM_CONTENT = setOf(
  "button checkbox heading link menuitem menuitemcheckbox menuitemradio option radio switch tab tooltip treeitem",
);
const LABELABLE = setOf("button input meter output progress select textarea");

/** Fold white space to single spaces and trim, as a reader sees it. */
const UNEVEN = /[\t\n\v\f\r\u00a0\u2028\u2029\u007f]| {2}|^ | $/;
const SPACES = /[\s\u007f]+/g;
const ENDS = /^ | $/g;
function fold(text) {
  if (!text) return "";
  return testWith(UNEVEN, text) ? replaceIn(replaceIn(text, SPACES, " "), ENDS, "") : text;
}

/** Tell whether an element is rendered, with `visibility` counted and opacity not. */
const VISIBILITY = { visibilityProperty: true };
function isRendered(element) {
  return checkVisibility(element, VISIBILITY);
}

/** Tell whether an element is rendered with an area, or has a descendant that is (`display: contents`, floats). */
function isVisible(element) {
  if (!isRendered(element)) return false;
  const box = boxOf(element);
  if (box.width > 0 && box.height > 0) return true;
  for (let child = firstElementOf(element); child; child = nextElementOf(child)) if (isVisible(child)) return true;
  return localNameOf(element) === "input" && drawnBoxOf(element) !== null;
}

const DRAWN_ABOVE = 3; // elements between a box without an area and what draws it

/** Return what draws a check box or radio button that has no area itself: the nearest element around it alone. */
function drawnBoxOf(input) {
  if (input.type !== "checkbox" && input.type !== "radio") return null;
  let around = parentOf(input);
  for (let i = 0; i < DRAWN_ABOVE && around && around !== document.body && nodeTypeOf(around) === ELEMENT; i++, around = parentOf(around)) {
    if (queryAll(around, "input, button, select, textarea, a").length > 1) return null;
    const box = boxOf(around);
    if (box.width > 0 && box.height > 0) return isRendered(around) ? around : null;
  }
  return null;
}

/** Return the innermost element that is drawn on top at a place of the viewport, in shadow trees too. */
function elementAt(x, y) {
  let over = document.elementFromPoint(x, y);
  while (over && shadowRootOf(over)) {
    const inner = shadowRootOf(over).elementFromPoint(x, y);
    if (!inner || inner === over) break;
    over = inner;
  }
  return over;
}

/** Tell whether an element is another one or around it, shadow trees being parts of their hosts. */
function isAround(element, inner) {
  for (let up = inner; up; up = parentOf(up) || up.host) if (up === element) return true;
  return false;
}

const FRAME_LEVELS = 3; // elements up in which another part of the same control may stand
const FRAME_SHARE = 1.6; // how much larger than an element the frame of the control may be that it is a part of

/**
 * Return the frame of the control that an element is a part of, where another part of it lies over the element: a click
 * on the middle of a drawn list may reach the hidden field that the list sends its value by. Else null.
 */
function framedBy(element) {
  const area = boxOf(element);
  const over = elementAt(area.x + area.width / 2, area.y + area.height / 2);
  if (!over || isAround(element, over) || matchesSelector(over, "a[href], button, [role=button], [role=link]")) return null;
  let frame = element;
  for (let i = 0; i < FRAME_LEVELS; i++) {
    frame = parentOf(frame);
    if (frame && nodeTypeOf(frame) === FRAGMENT) frame = frame.host;
    if (!frame || nodeTypeOf(frame) !== ELEMENT || frame === document.body) return null;
    if (!isAround(frame, over)) continue;
    const box = boxOf(frame);
    return box.width * box.height <= FRAME_SHARE * area.width * area.height ? frame : null;
  }
  return null;
}

/** Return the elements around one as it is drawn: a component's own tree around what stands in its slots. */
function drawnAround(element) {
  const found = [];
  for (let up = element; up; up = up.assignedSlot || parentOf(up) || up.host) if (nodeTypeOf(up) === ELEMENT) found.push(up);
  return found;
}

/** Tell whether the middle of an element lies outside of a part around it that clips what it holds. */
function isScrolledAway(element) {
  const box = boxOf(element);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  for (const up of drawnAround(element).slice(1)) {
    if (!testWith(/auto|scroll|hidden|clip/, styleOf(up).overflow) || up === document.documentElement || up === document.body) continue;
    const frame = boxOf(up);
    if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return true;
  }
  return false;
}

/** Call `visit` for each child in the composed tree: shadow content instead of light, assigned nodes in a slot. */
function eachChild(element, tag, visit) {
  if (tag === "slot") {
    const assigned = assignedNodesOf(element);
    if (assigned.length) {
      for (let i = 0; i < assigned.length; i++) visit(assigned[i]);
      return;
    }
  }
  const root = shadowRootOf(element);
  for (let child = firstChildOf(root || element); child; child = nextSiblingOf(child)) visit(child);
}

// --- the registry: numbers for elements, stable for the life of the element ------------------------------------------

const mapGet = uncurry(WeakMap.prototype.get);
const mapSet = uncurry(WeakMap.prototype.set);
const derefOf = uncurry(WeakRef.prototype.deref);
const numbers = new WeakMap();
const registry = [];

function numberOf(element) {
  let number = mapGet(numbers, element);
  if (number === undefined) {
    number = registry.length;
    mapSet(numbers, element, number);
    registry[number] = new WeakRef(element);
  }
  return number;
}

/** Return the element with that number, or null when it is gone. */
function elementOf(number) {
  const held = registry[number];
  return (held && derefOf(held)) || null;
}

awt.numberOf = numberOf;

// A document is told from its successor in the same frame by a random word.
const token = (() => {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return words[0].toString(36) + words[1].toString(36);
})();

// Playwright acts from a world of its own, which shares elements and events with the page's, but no values: asked for the
// element of a number, one in the document tells itself. No page can know the names of these events.
const dataOf = getter(InputEvent, "data");
const listenOn = method(EventTarget, "addEventListener");
const dispatchOn = method(EventTarget, "dispatchEvent");
const Told = Event;
function tellWhere(event) {
  const element = elementOf(+dataOf(event));
  if (element) dispatchOn(element, new Told("aiwebtest-here-" + token, { composed: true }));
}

/** Be ready to be asked for an element: `document.open` takes all listeners away. */
function beAsked() {
  listenOn(window, "aiwebtest-where-" + token, tellWhere, true);
}

// --- roles: HTML-AAM 1.0, the part that people can tell apart -------------------------------------------------------

const INPUT_ROLES = Object.assign(Object.create(null), {
  button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
  range: "slider", number: "spinbutton", search: "searchbox", hidden: "", color: "", file: "", date: "", time: "",
  month: "", week: "", "datetime-local": "", password: "textbox",
});
const ROLES = Object.assign(Object.create(null), {
  address: "group", article: "article", aside: "complementary", blockquote: "blockquote", button: "button",
  caption: "caption", code: "code", datalist: "listbox", dd: "definition", details: "group", dialog: "dialog",
  dt: "term", fieldset: "group", figure: "figure", form: "form", h1: "heading", h2: "heading", h3: "heading",
  h4: "heading", h5: "heading", h6: "heading", hgroup: "group", hr: "separator", iframe: "iframe", li: "listitem",
  main: "main", math: "math", menu: "list", meter: "meter", nav: "navigation", ol: "list", optgroup: "group",
  option: "option", output: "status", p: "paragraph", progress: "progressbar", search: "search", summary: "button",
  table: "table", tbody: "rowgroup", td: "cell", textarea: "textbox", tfoot: "rowgroup", thead: "rowgroup",
  time: "time", tr: "row", ul: "list",
});
const SECTIONING = "article, aside, main, nav, section, [role=article], [role=complementary], [role=main], [role=navigation], [role=region]";
const KNOWN_ROLES = setOf(
  "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary contentinfo definition deletion dialog document emphasis feed figure form generic grid gridcell group heading img image insertion link list listbox listitem log main marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem",
);

/** Return the ARIA role: the first valid explicit one, else the implied one; "" for a generic element. */
function roleOf(element, tag = localNameOf(element), explicit = attributeOf(element, "role")) {
  if (explicit) {
    const words = splitText(fold(explicit), " ");
    for (let i = 0; i < words.length; i++) {
      const word = words[i].toLowerCase();
      if (word === "generic" || word === "none" || word === "presentation") return "";
      if (KNOWN_ROLES[word]) return word === "image" ? "img" : word;
    }
  }
  return impliedRole(element, tag);
}

function impliedRole(element, tag) {
  switch (tag) {
    case "a":
    case "area":
      return attributeOf(element, "href") !== null ? "link" : "";
    case "input":
      return inputRole(element);
    case "select":
      return attributeOf(element, "multiple") !== null || +attributeOf(element, "size") > 1 ? "listbox" : "combobox";
    case "img":
      return attributeOf(element, "alt") === "" ? "" : "img";
    case "svg":
      return queryOne(element, ":scope > title") ? "img" : "";
    case "header":
      return closestTo(element, SECTIONING) ? "" : "banner";
    case "footer":
      return closestTo(element, SECTIONING) ? "" : "contentinfo";
    case "section":
      return attributeOf(element, "aria-label") || attributeOf(element, "aria-labelledby") ? "region" : "";
    case "table":
      return isForLayout(element) ? "" : "table";
    case "tbody":
    case "tr":
      return isInLayout(tag === "tr" ? parentOf(element) : element) ? "" : ROLES[tag];
    case "td":
      return isInGrid(element) ? "gridcell" : isInLayout(lastSection) ? "" : "cell";
    case "th": {
      const scope = attributeOf(element, "scope");
      if (scope === "row" || scope === "rowgroup") return "rowheader";
      return scope || closestTo(element, "thead") ? "columnheader" : headerKind(element);
    }
    case "div":
    case "span":
      return drawnRole(element);
    case "li":
      return isOfDrawnPager(element) ? "button" : "listitem";
    default:
      return ROLES[tag] || "";
  }
}

/** Cells come in thousands and alike: the answer for a section of a table is kept until the next one. */
let lastSection = null;
let lastIsGrid = false;
let lastBody = null;
let lastIsLayout = false;
function forgetSections() {
  lastSection = null;
  lastBody = null;
}

/** Tell whether a table does no more than arrange the page: it holds tables, and has neither headers nor a border. */
function isForLayout(table) {
  if (!queryOne(table, "table") || +attributeOf(table, "border") > 0) return false;
  return !queryOne(table, ":scope > caption, :scope > thead, :scope > tbody > tr > th");
}
function isInLayout(body) {
  if (body !== lastBody || !body) {
    lastBody = body;
    const table = body && nodeTypeOf(body) === ELEMENT && localNameOf(body) === "tbody" ? parentOf(body) : null;
    lastIsLayout = table !== null && localNameOf(table) === "table" && !attributeOf(table, "role") && isForLayout(table);
  }
  return lastIsLayout;
}
function isInGrid(cell) {
  const row = parentOf(cell);
  const section = row && parentOf(row);
  if (section !== lastSection || !section) {
    lastSection = section;
    lastIsGrid = closestTo(cell, "table[role=grid], table[role=treegrid]") !== null;
  }
  return lastIsGrid;
}

/** A `th` without scope heads its row when data cells stand beside it, else its column. */
function headerKind(element) {
  const row = parentOf(element);
  return row && nodeTypeOf(row) === ELEMENT && queryOne(row, ":scope > td") ? "rowheader" : "columnheader";
}

function inputRole(element) {
  const type = element.type;
  if (type in INPUT_ROLES && type !== "search") return INPUT_ROLES[type];
  if (attributeOf(element, "list") !== null) return "combobox";
  return type === "search" ? "searchbox" : "textbox";
}

// --- names: Accessible Name and Description Computation 1.2, to a practical depth ------------------------------------

/** Return `[name, given]`: the accessible name, and whether a label or an attribute gives it rather than content. */
function nameOf(element, tag = localNameOf(element), role = roleOf(element, tag)) {
  const labelledBy = attributeOf(element, "aria-labelledby");
  if (labelledBy) {
    const chooses = role === "combobox" || (role === "button" && attributeOf(element, "aria-haspopup") === "listbox");
    const name = (chooses && textOfIds(element, labelledBy, element)) || textOfIds(element, labelledBy);
    if (name) return [name, true];
  }
  const label = fold(attributeOf(element, "aria-label"));
  if (label) return [cut(withoutChoice(element, tag, label)), true];
  const own = nativeName(element, tag);
  if (own) return [cut(own), true];
  if (NAMED_FROM_CONTENT[role] && tag !== "input" && tag !== "select" && tag !== "textarea") {
    const name = contentName(element, tag) || drawnName(element, role);
    if (name) return [cut(name), false];
  }
  const title = fold(attributeOf(element, "title"));
  if (title) return [cut(title), true];
  if (tag === "input" || tag === "textarea") return [cut(fold(attributeOf(element, "placeholder"))), true];
  return ["", false];
}

/** Return what a button that opens a list is called, where its label tells as well what is chosen: "Category, Food". */
function withoutChoice(element, tag, label) {
  if (tag !== "button" || !testWith(/^(listbox|dialog)$/, attributeOf(element, "aria-haspopup") || "")) return label;
  const own = labelText(element);
  return own && label.startsWith(own + ", ") ? own : label;
}

function cut(name) {
  return name.length > NAME_LIMIT ? name.slice(0, NAME_LIMIT) : name;
}

/** Return what the elements with these ids say; of a list to choose from, what is chosen is its value and no name. */
function textOfIds(element, ids, but) {
  const root = rootNodeOf(element);
  const list = splitText(fold(ids), " ");
  let text = "";
  for (let i = 0; i < list.length; i++) {
    const other = root.getElementById ? root.getElementById(list[i]) : null;
    if (!other || other === but) continue;
    const label = fold(attributeOf(other, "aria-label"));
    const part = fold(label || nativeName(other, localNameOf(other)) || contentName(other, localNameOf(other), true));
    if (part !== text) text = text ? text + " " + part : part; // a handle that is called like the group it is in says it twice
  }
  return cut(fold(text));
}

/** The name that HTML itself gives: label, alt, legend, caption, value of a button. */
function nativeName(element, tag) {
  switch (tag) {
    case "input": {
      const type = element.type;
      if (type === "submit" || type === "button" || type === "reset") {
        return labelText(element) || fold(element.value) || (type === "submit" ? "Submit" : type === "reset" ? "Reset" : "");
      }
      if (type === "image") return fold(attributeOf(element, "alt")) || labelText(element) || "Submit";
      return labelText(element);
    }
    case "select":
    case "textarea":
    case "meter":
    case "progress":
    case "output":
    case "button":
      return labelText(element);
    case "img":
    case "area":
      return fold(attributeOf(element, "alt"));
    case "fieldset":
      return childText(element, "legend");
    case "figure":
      return childText(element, "figcaption");
    case "table":
      return childText(element, "caption");
    case "svg":
      return childText(element, "title");
    case "option":
    case "optgroup":
      return fold(attributeOf(element, "label"));
    default:
      return "";
  }
}

function childText(element, tag) {
  const child = queryOne(element, ":scope > " + tag);
  return child ? contentName(child, tag) : "";
}

/**
 * Return the labels of a control, or undefined. `element.labels` would look through the whole document for every control
 * anew after each change; so all labels of a tree are looked up once, and kept until the script that asks has ended.
 */
let labelled = null; // root -> (control -> labels)
function labelsOf(control) {
  if (!labelled) {
    labelled = new WeakMap();
    atTheEnd(() => (labelled = null));
  }
  const root = rootNodeOf(control);
  let known = mapGet(labelled, root);
  if (!known) mapSet(labelled, root, (known = labelledIn(root)));
  return mapGet(known, control);
}

function askerOf(kind) {
  return kind === DOCUMENT ? documentQueryAll : kind === FRAGMENT ? fragmentQueryAll : queryAll;
}

function labelledIn(root) {
  const known = new WeakMap();
  const kind = nodeTypeOf(root);
  const ask = askerOf(kind);
  const labels = ask(root, "label");
  for (let i = 0; i < labels.length; i++) {
    const control = isLabel(labels[i]) ? controlOf(labels[i]) : null;
    if (!control) continue;
    const others = mapGet(known, control);
    if (others) others[others.length] = labels[i];
    else mapSet(known, control, [labels[i]]);
  }
  return known;
}

/** SVG and XML may have elements of that name too. */
function isLabel(element) {
  return element instanceof Label;
}
const Label = HTMLLabelElement;

/** Return the visible text of the labels of a control, its own content left out. */
function labelText(element, tag = localNameOf(element)) {
  if (!LABELABLE[tag]) return "";
  const labels = labelsOf(element);
  if (!labels) return "";
  let text = "";
  for (let i = 0; i < labels.length && i < 4; i++) {
    text += " " + (fold(attributeOf(labels[i], "aria-label")) || contentName(labels[i], "label", false, element));
  }
  return cut(fold(text));
}

/** Return the text that an element's content spells for assistive technology; `except` is left out of it. */
function contentName(element, tag, hiddenToo = false, except = null) {
  if (!firstElementOf(element) && !shadowRootOf(element) && tag !== "slot") return fold(textContentOf(element));
  const pieces = { text: "" };
  gatherContent(element, tag, { hiddenToo, except, depth: 0 }, pieces);
  return fold(pieces.text);
}

function gatherContent(element, tag, how, pieces) {
  eachChild(element, tag, (child) => {
    if (pieces.text.length > NAME_LIMIT) return;
    const kind = nodeTypeOf(child);
    if (kind === TEXT) pieces.text += textContentOf(child);
    else if (kind === ELEMENT && child !== how.except) gatherElement(child, how, pieces);
  });
}

function gatherElement(child, how, pieces) {
  const tag = localNameOf(child);
  if (tag === "br" || tag === "wbr") pieces.text += " ";
  if (SKIPPED[tag] || how.depth > 40) return;
  if (attributeOf(child, "aria-hidden") === "true") return;
  if (how.except && (tag === "button" || attributeOf(child, "role") === "button")) return; // in a label, and none of it
  if (!how.hiddenToo && !isRendered(child) && tag !== "option" && tag !== "title" && !isPassage(child)) return;
  const apart = !INLINE[tag];
  if (apart) pieces.text += " ";
  const label = fold(attributeOf(child, "aria-label"));
  if (label) pieces.text += label;
  else if (tag === "img") pieces.text += " " + fold(attributeOf(child, "alt")) + " ";
  else if (tag === "svg") pieces.text += " " + childText(child, "title") + " ";
  else if (tag === "input" || tag === "select" || tag === "textarea") pieces.text += how.except ? " " : " " + embeddedValue(child, tag) + " ";
  else {
    how.depth++;
    gatherContent(child, tag, how, pieces);
    how.depth--;
  }
  if (apart) pieces.text += " ";
}

/** Tell whether an element has no box of its own, and shows what is in it: a slot of a component, most of all. */
function isPassage(element) {
  return styleOf(element).display === "contents";
}

/** What a control inside a label or a button says: the value of a text field or the chosen option. */
function embeddedValue(element, tag) {
  if (tag === "select") return element.selectedOptions.length ? fold(element.selectedOptions[0].label) : "";
  if (tag === "textarea") return fold(element.value);
  const type = element.type;
  return type === "checkbox" || type === "radio" || type === "password" || type === "file" ? "" : fold(element.value);
}
