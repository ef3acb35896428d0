// What can be chosen: options of selects, list boxes, popups and calendars. Reads only; Python clicks.

const OPTION_ROLES = "[role=option], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=treeitem]";
const POPUP_ROLES = "[role=listbox], [role=menu], [role=tree], [role=grid], [role=dialog], datalist";
const WITHIN = OPTION_ROLES + ", [role=radio], [role=checkbox], [role=switch], [role=tab], [aria-pressed], input[type=radio], input[type=checkbox]";
const LONGEST_ENTRY = 120; // characters; more is no entry of a list
const MOST_OPTIONS = 3000;

function selectOf(element) {
  const tag = localNameOf(element);
  if (tag === "select") return element;
  if (tag === "option" || tag === "optgroup") return closestTo(element, "select");
  if (tag === "label" && element.control && localNameOf(element.control) === "select") return element.control;
  const inner = queryAll(element, "select");
  return inner.length === 1 ? inner[0] : null;
}

function nativeOptions(select) {
  const found = [];
  for (let i = 0; i < select.options.length && i < MOST_OPTIONS; i++) {
    const option = select.options[i];
    const disabled = option.disabled || matchesSelector(option, "optgroup[disabled] *");
    found.push({ n: i, label: fold(option.label || option.text), value: option.value, selected: option.selected, disabled });
  }
  return found;
}

function isEditable(element) {
  if (element.isContentEditable) return true;
  const tag = localNameOf(element);
  if (tag === "textarea") return !element.readOnly && !element.disabled;
  return tag === "input" && !element.readOnly && !element.disabled && !NOT_TEXT[element.type];
}

const NOT_TEXT = setOf("button submit reset image checkbox radio file hidden range color");

/** The element, or the one control in it, that takes typed text; null when there is none. */
function fieldOf(element) {
  if (isEditable(element)) return element;
  if (localNameOf(element) === "label" && element.control) return element.control;
  const inner = queryAll(element, "input, textarea, [contenteditable]:not([contenteditable=false])");
  const fit = [];
  for (let i = 0; i < inner.length; i++) if (isEditable(inner[i]) && isVisible(inner[i])) fit.push(inner[i]);
  return fit.length === 1 ? fit[0] : null;
}

/** The one slider or colour that an element holds: a group with a label around it. */
function onlyNative(element) {
  const inner = queryAll(element, "input[type=range], input[type=color]");
  return inner.length === 1 ? inner[0] : null;
}

/** Describe the field that text for an element goes to: its kind, what it holds, and how much it takes. */
awt.field = (element) => {
  const special = closestTo(element, "select, input") || (localNameOf(element) === "label" && element.control) || null;
  const field = special && !isEditable(special) ? special : fieldOf(element) || onlyNative(element);
  if (!field) return { kind: "none", value: "", limit: 0, connected: element.isConnected };
  const tag = localNameOf(field);
  const rich = field.isContentEditable;
  return {
    kind: rich ? "contenteditable" : tag === "input" ? field.type : tag,
    value: rich ? field.innerText : String(field.value),
    limit: field.maxLength > 0 ? field.maxLength : 0,
    connected: field.isConnected,
    readonly: field.readOnly === true,
    itself: field === element,
    n: numberOf(field),
  };
};

// --- what a press comes to --------------------------------------------------------------------------------------------

/** Say of an element to be clicked: its label as a native option, the number of what to click, and if a list opened with it. */
awt.pressing = (element) => {
  const tag = localNameOf(element);
  const option = tag === "option" ? element.label || element.text : null;
  const drawnBy = tag === "input" && (isBox(element) || !checkVisibility(element)) && element.labels && element.labels.length > 0;
  const by = drawnBy ? clickableOf(element) : faceOf(element) || framedBy(element) || element;
  const line = closestTo(element, "li");
  const entry = matchesSelector(element, OPTION_ROLES) || (!!line && /absolute|fixed/.test(styleOf(parentOf(line)).position));
  return { option, itself: by === element, n: numberOf(by), entry };
};

/** Say of a box to be made on or off: which element it is, its state (null: neither), and the number of what to click. */
awt.box = (element) => {
  let box = boxFor(element);
  if (box.isConnected) mapSet(standing, box, placeOf(box));
  else box = drawnAnew(box) || box;
  const by = clickableOf(box);
  const radio = box.type === "radio" || /radio/.test(attributeOf(box, "role") || "");
  return { itself: box === element, n: numberOf(box), on: isOn(box), radio, by: by === box ? -1 : numberOf(by) };
};

const standing = new WeakMap(); // box -> where it stood when it was asked about: many pages draw all anew after a click

function placeOf(box) {
  const path = [];
  let top = box;
  for (let above; (above = parentOf(top)) && nodeTypeOf(above) === ELEMENT; top = above) {
    let at = 0;
    for (let other = firstElementOf(above); other !== top; other = nextElementOf(other)) at++;
    path.unshift(at);
  }
  return { root: rootNodeOf(box), top, path, name: nameOf(box)[0], role: roleOf(box), tag: localNameOf(box) };
}

/** Return what stands where a box stood that left the page, and is called so; else the only one that is called so. */
function drawnAnew(box) {
  const known = mapGet(standing, box);
  if (!known) return null;
  const alike = (other) => localNameOf(other) === known.tag && roleOf(other) === known.role && nameOf(other)[0] === known.name;
  let there = known.top.isConnected ? known.top : null;
  for (let at of known.path) {
    there = there && firstElementOf(there);
    while (there && at-- > 0) there = nextElementOf(there);
  }
  if (there && alike(there)) return there;
  const others = known.name ? [...askerOf(nodeTypeOf(known.root))(known.root, known.tag)].filter(alike) : [];
  return others.length === 1 ? others[0] : null;
}

const FACED = "input:not([type=checkbox], [type=radio], [type=file]), select, [role=combobox]";
const OTHER_CONTROL = "a, button, input, select, textarea, label, [role=button], [role=link], [contenteditable]";
const FACE_ROOM = 40; // pixels by which what draws a control may be higher than the control in it

/**
 * Return what a control shows in place of itself, such as what is chosen in it: clicks reach it alone. Null without.
 * What lies over the whole control for a while, as a list that is just closing, is none of it.
 */
function faceOf(element) {
  if (!matchesSelector(element, FACED)) return null;
  const area = boxOf(element);
  const root = rootNodeOf(element);
  if (!root.elementsFromPoint) return null;
  const stack = root.elementsFromPoint(area.left + area.width / 2, area.top + area.height / 2);
  for (let i = 0; i < stack.length && stack[i] !== element && !element.contains(stack[i]); i++) {
    if (isFace(stack[i], element, area)) return stack[i];
  }
  return null;
}

function isFace(over, element, area) {
  if (closestTo(over, OTHER_CONTROL)) return false;
  let whole = element;
  while (whole && nodeTypeOf(whole) === ELEMENT && !whole.contains(over)) whole = parentOf(whole);
  if (!whole || nodeTypeOf(whole) !== ELEMENT || boxOf(whole).height > area.height + FACE_ROOM) return false;
  const fields = queryAll(whole, FACED);
  for (let i = 0; i < fields.length; i++) if (fields[i] !== element && !fields[i].contains(element) && isVisible(fields[i])) return false;
  return true;
}

/** Return the element, or what is clicked for it: its label where it is hidden behind a drawn one, or its face. */
function clickableOf(element) {
  const area = boxOf(element);
  const style = styleOf(element);
  const shown = style.visibility === "visible" && style.pointerEvents !== "none";
  const drawn = shown && area.width > 1 && area.height > 1 && checkVisibility(element) && !isCutOff(element);
  const face = faceOf(element);
  if (drawn && style.opacity !== "0") return face || framedBy(element) || element;
  const opens = roleOf(element) === "combobox" && localNameOf(element) === "input"; // its label would only focus it
  const label = !opens && element.labels && element.labels[0];
  const box = face || (checkVisibility(element) && drawnBoxOf(element));
  if (box && !(label && label.contains(element))) return box;
  return label && checkVisibility(label) ? label : framedBy(element) || element;
}

/** Tell whether what an element stands in cuts it off to a point: hidden from sight, but not from a screen reader. */
function isCutOff(element) {
  for (let up = parentOf(element), i = 0; i < 2 && up && nodeTypeOf(up) === ELEMENT; up = parentOf(up), i++) {
    const area = boxOf(up);
    if (area.width <= 1 && area.height <= 1 && styleOf(up).overflow !== "visible") return true;
  }
  return false;
}

awt.clickable = (element) => numberOf(clickableOf(element));

const BOX_ROLES = "[role=checkbox], [role=radio], [role=switch], [role=menuitemcheckbox], [role=menuitemradio], [aria-checked], [aria-pressed]";

function isBox(element) {
  return !!element && localNameOf(element) === "input" && (element.type === "checkbox" || element.type === "radio");
}

function boxFor(element) {
  if (isBox(element)) return element;
  if (matchesSelector(element, BOX_ROLES)) return boxOfItem(element) || element;
  if (isBox(element.control)) return element.control;
  const inner = queryAll(element, "input[type=checkbox], input[type=radio]");
  if (inner.length === 1) return inner[0];
  const label = closestTo(element, "label");
  if (label && isBox(label.control)) return label.control;
  return queryOne(element, BOX_ROLES) || closestTo(element, BOX_ROLES) || element;
}

/** Return the one box that stands in an item which tells its state, before the items in it: a branch of a tree. */
function boxOfItem(item) {
  if (matchesSelector(item, "[role=checkbox], [role=radio], [role=switch]")) return null;
  const first = queryOne(item, "input[type=checkbox], input[type=radio]");
  return first && closestTo(parentOf(first), BOX_ROLES) === item ? first : null;
}

function isOn(box) {
  if (isBox(box)) return box.indeterminate ? null : box.checked;
  for (const name of ["aria-checked", "aria-pressed", "aria-selected"]) {
    const state = attributeOf(box, name);
    if (state !== null) return state === "mixed" ? null : state === "true";
  }
  return null;
}

/** Tell whether what has the focus now takes typed text. */
awt.typing = () => {
  let focus = document.activeElement;
  while (focus && shadowRootOf(focus) && shadowRootOf(focus).activeElement) focus = shadowRootOf(focus).activeElement;
  return !!focus && (isEditable(focus) || localNameOf(focus) === "iframe");
};

function rootsOf(element) {
  const roots = [];
  for (let root = rootNodeOf(element); root; root = root.host ? rootNodeOf(root.host) : null) roots.push(root);
  return roots;
}

/** The popups that an element says are its own. */
function ownPopups(element) {
  const found = [];
  const owners = [element];
  const inner = queryAll(element, "[aria-controls], [aria-owns]");
  for (let i = 0; i < inner.length; i++) owners.push(inner[i]);
  const outer = closestTo(element, "[aria-owns], [role=combobox]");
  if (outer) owners.push(outer);
  for (let i = 0; i < owners.length; i++) {
    for (const name of ["aria-controls", "aria-owns"]) {
      const ids = fold(attributeOf(owners[i], name));
      if (!ids) continue;
      for (const id of splitText(ids, " ")) {
        for (const root of rootsOf(owners[i])) {
          const popup = root.getElementById ? root.getElementById(id) : null;
          if (popup && isVisible(popup)) found.push(popup);
        }
      }
    }
  }
  return found;
}

function everyRoot() {
  const roots = [document];
  for (let i = 0; i < roots.length; i++) {
    const walker = document.createTreeWalker(roots[i], NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) if (shadowRootOf(node)) roots.push(shadowRootOf(node));
  }
  return roots;
}

/** What an option is called: a picture that leads it, such as the arrow of a branch, is no part of its label. */
function labelOf(element, role) {
  const name = fold(nameOf(element)[0]);
  const text = fold(textContentOf(element));
  return !name || (role === "treeitem" && text && name.endsWith(text)) ? text : name;
}

function optionOf(element) {
  const role = roleOf(element);
  const label = labelOf(element, role);
  const on = element.checked === true || ["aria-selected", "aria-checked", "aria-pressed"].some((name) => attributeOf(element, name) === "true");
  const disabled = attributeOf(element, "aria-disabled") === "true" || element.disabled === true;
  const value = attributeOf(element, "data-value") || attributeOf(element, "value") || "";
  return { n: numberOf(element), label, value, selected: on, disabled, role };
}

function visibleOptions(scope, selector) {
  const found = [];
  const all = scope.querySelectorAll(selector);
  for (let i = 0; i < all.length && found.length < MOST_OPTIONS; i++) {
    const labels = all[i].labels;
    const drawn = isVisible(all[i]) || (labels && labels.length && isVisible(labels[0]));
    if (drawn && !all[i].querySelector(OPTION_ROLES)) found.push(optionOf(all[i]));
  }
  return found;
}

/** Say what kind of chooser an element is, with the options that can be told without opening it. */
awt.chooser = (element) => {
  const select = selectOf(element);
  if (select) {
    const itself = select === element;
    const own = localNameOf(element) === "option" ? element.index : -1;
    const many = select.multiple;
    return { kind: "native", itself, own, n: numberOf(select), drawn: isVisible(select), multiple: many, options: nativeOptions(select) };
  }
  const field = fieldOf(element);
  if (field && field.list) {
    const options = [];
    for (let i = 0; i < field.list.options.length; i++) {
      const { label, value } = field.list.options[i];
      options.push({ n: i, label: fold(label || value), value, selected: false, disabled: false });
    }
    return { kind: "datalist", n: numberOf(field), options };
  }
  if (matchesSelector(element, WITHIN)) return { kind: "option", options: [optionOf(element)] };
  if (!field && !/^(combobox|button)$/.test(roleOf(element))) {
    const options = visibleOptions(element, WITHIN);
    if (options.length) return { kind: "within", options };
  }
  const opens = roleOf(element) === "combobox" || ["aria-haspopup", "aria-expanded"].some((name) => attributeOf(element, name) !== null);
  return { kind: field ? "editable" : "popup", n: numberOf(field || element), options: [], opens, label: optionOf(element).label };
};

/**
 * Return the options now visible that may belong to an element: of its own popups, else of any, else by their text.
 * `described`: the option is not named, `wanted` is only what its text holds.
 */
awt.options = (element, wanted, described) => {
  const popups = ownPopups(element);
  let found = [];
  for (let i = 0; i < popups.length; i++) found = found.concat(visibleOptions(popups[i], OPTION_ROLES));
  if (!found.length) for (const root of everyRoot()) found = found.concat(visibleOptions(root, OPTION_ROLES));
  const known = found.some((option) => alike(option.label, wanted) || alike(option.value, wanted));
  if (known || popups.length) return known ? found : found.concat(byText(element, wanted, popups, described));
  return found.concat(byText(element, wanted, [], described));
};

const FOLDED = "[role=treeitem][aria-expanded=false]";
const SWITCHER = /switcher|toggle|expand|caret|chevron|arrow|disclosure|twist/i;

/** Return the numbers of what unfolds the branches, now shut, of a tree that was opened; `known` stood there before. */
awt.foldedBranches = (element, known) => {
  const found = [];
  const popups = ownPopups(element);
  for (const root of everyRoot()) {
    for (const branch of root.querySelectorAll(FOLDED)) {
      if (known.includes(numberOf(branch)) || !isVisible(branch)) continue;
      if (!popups.some((popup) => popup.contains(branch)) && !floats(branch)) continue;
      const parts = [...queryAll(branch, "*")];
      const switcher = parts.find((part) => isVisible(part) && SWITCHER.test(attributeOf(part, "class") || ""));
      found.push(numberOf(switcher || branch));
    }
  }
  return found;
};

function alike(text, wanted) {
  return fold(text).toLowerCase() === fold(wanted).toLowerCase();
}

function holds(text, wanted) {
  const low = fold(text).toLowerCase();
  return low.length <= LONGEST_ENTRY && low.includes(fold(wanted).toLowerCase());
}

/** Entries of lists that carry no roles: the innermost elements with just that text, in something that floats or lists. */
function byText(element, wanted, popups, described, begins = false) {
  const fits = begins
    ? (node) => beginsWith(node, wanted)
    : (node) => alike(textContentOf(node), wanted) || (described && holds(textContentOf(node), wanted));
  const found = [];
  const scopes = popups.length ? popups : everyRoot();
  for (const scope of scopes) {
    const all = scope.querySelectorAll("li, a, div, span, td, button, p, label");
    for (let i = 0; i < all.length; i++) {
      const node = all[i];
      if (node === element || node.contains(element) || !fits(node)) continue;
      if (Array.prototype.some.call(node.children, fits)) continue;
      if (isVisible(node) && (popups.length || element.contains(node) || floats(node))) found.push(optionOf(node));
    }
  }
  return found.length || described || begins ? found : byText(element, wanted, popups, false, true);
}

const OPTION_CLASS = /(?:^|[\s_-])option(?:[\s_-]|$)/;

/** Tell whether an entry that a class calls an option begins with a text: "24 / page" with "24". */
function beginsWith(node, wanted) {
  const low = fold(textContentOf(node)).toLowerCase();
  const asked = fold(wanted).toLowerCase();
  return asked !== "" && low.startsWith(asked + " ") && low.length <= LONGEST_ENTRY && testWith(OPTION_CLASS, attributeOf(node, "class") || "");
}

function floats(node) {
  for (let up = node; up && nodeTypeOf(up) === ELEMENT; up = parentOf(up) || up.host) {
    const position = styleOf(up).position;
    if (position === "absolute" || position === "fixed") return true;
    if (matchesSelector(up, "ul, ol, [role=listbox], [role=menu]")) return true;
  }
  return false;
}

const ASKS = "dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]";
const AFFIRMS = /^(ok|okay|done|apply|select|choose|confirm|set|accept)$/i;

/**
 * Return the dialog that an entry stands in, and its one button that affirms the choice; null where there is none, or
 * where the dialog is around `chooser` too, and so is no list that it opened.
 */
awt.asking = (entry, chooser) => {
  const dialog = drawnAround(entry).find((up) => matchesSelector(up, ASKS));
  const opener = elementOf(chooser);
  if (!dialog || (opener && drawnAround(opener).includes(dialog))) return null;
  const yes = [];
  for (const root of everyRoot()) {
    for (const button of root.querySelectorAll("button, [role=button], input[type=button]")) {
      if (testWith(AFFIRMS, nameOf(button)[0]) && isVisible(button) && drawnAround(button).includes(dialog)) yes.push(button);
    }
  }
  return yes.length === 1 ? { dialog: numberOf(dialog), yes: numberOf(yes[0]) } : null;
};

awt.isShown = (element, number) => {
  const other = elementOf(number);
  return !!other && other.isConnected && isVisible(other);
};

/** What an element shows as chosen, for the check afterwards. */
awt.shown = (element) => {
  const field = fieldOf(element);
  const text = field && "value" in field ? field.value : element.value;
  return fold(typeof text === "string" ? text : contentName(element, localNameOf(element)));
};

// --- calendars --------------------------------------------------------------------------------------------------------

const MONTHS =
  "table, [role=grid], [role=dialog], [class*=calendar], [class*=picker], [class*=days], [class^=cal], [class*=' cal']";
const DAY = /^(0?[1-9]|[12]\d|3[01])$/;

let standingCalendars = []; // which the page showed before the field was opened, as a month of its own

/** Tell whether the page shows a calendar while the field is not open, which is none of it then; remember all of these. */
awt.calendarStands = (element) => {
  standingCalendars = [];
  const open = document.activeElement === element || attributeOf(element, "aria-expanded") === "true";
  if (localNameOf(element) !== "input" || open) return false;
  for (let root = calendarRoot(element); root; root = calendarRoot(element)) {
    if (standingCalendars.includes(root)) break;
    standingCalendars.push(root);
  }
  return standingCalendars.length > 0;
};

function stoodBefore(table) {
  return standingCalendars.some((one) => one.contains(table) || table.contains(one));
}

function calendarRoot(element) {
  let best = null;
  let away = null; // one that is scrolled out of the part of the calendar that is drawn
  let before = null;
  for (const root of everyRoot()) {
    const tables = root.querySelectorAll(MONTHS);
    for (let i = 0; i < tables.length; i++) {
      if (!isVisible(tables[i]) || tables[i] === element) continue;
      const days = dayCells(tables[i]);
      if (days.length < 28 || days.length > 45) continue;
      if (stoodBefore(tables[i])) before = before || standingCalendars[0];
      else if (isScrolledAway(tables[i])) away = away || tables[i];
      else if (!best || best.contains(tables[i])) best = tables[i];
    }
  }
  return best || away || before;
}

function dayCells(grid) {
  const cells = grid.querySelectorAll("td, [role=gridcell], button, a, span, div, li, abbr");
  const found = [];
  for (let i = 0; i < cells.length; i++) {
    if (!DAY.test(fold(textContentOf(cells[i]))) || !isVisible(cells[i])) continue;
    if (found.length && found[found.length - 1].contains(cells[i])) found[found.length - 1] = cells[i];
    else found.push(cells[i]);
  }
  return found;
}

/**
 * Return the calendar that is open: `title` with its month and year, the numbers of its arrows, and of the days of the
 * month it shows, first day first. Null when there is none.
 */
awt.calendar = (element) => {
  const grid = calendarRoot(element);
  if (!grid) return null;
  const cells = dayCells(grid);
  const first = cells.findIndex((cell) => +fold(textContentOf(cell)) === 1);
  const days = [];
  for (let i = first; i >= 0 && i < cells.length && +fold(textContentOf(cells[i])) === days.length + 1; i++) {
    days.push(numberOf(cells[i]));
  }
  let frame = grid;
  for (let up = grid, depth = 0; up && nodeTypeOf(up) === ELEMENT && depth < 5; up = parentOf(up), depth++) {
    frame = up;
    if (arrow(up, -1) && arrow(up, 1)) break;
  }
  const back = arrow(frame, -1);
  const ahead = arrow(frame, 1);
  const says = days.map((n) => attributeOf(elementOf(n), "aria-label") || attributeOf(elementOf(n), "title") || "");
  const fresh = !stoodBefore(grid);
  return { fresh, title: headOf(frame, cells[0]), days, says, back: back && numberOf(back), ahead: ahead && numberOf(ahead) };
};

/** All that is written before the first day, chosen options of selects in place of all their options. */
function headOf(frame, firstDay) {
  const walker = document.createTreeWalker(frame, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let head = attributeOf(frame, "aria-label") || "";
  for (let node = walker.nextNode(); node && node !== firstDay && head.length < 400; node = walker.nextNode()) {
    if (nodeTypeOf(node) === TEXT) {
      const parent = parentOf(node);
      if (localNameOf(parent) !== "option" && isVisible(parent)) head += " " + textContentOf(node);
    } else if (localNameOf(node) === "select" && node.selectedOptions.length) head += " " + node.selectedOptions[0].label;
    else if (localNameOf(node) === "input" && isVisible(node)) head += " " + node.value;
  }
  return fold(head);
}

const ARROWS = [
  /\b(prev|previous|back|earlier)\b|^[<‹«←◀❮]+$|prev/i,
  /\b(next|forward|later)\b|^[>›»→▶❯]+$|next/i,
];
const YEAR_ARROW = /year|decade|century/i;

function arrow(frame, direction) {
  const all = frame.querySelectorAll("button, a, [role=button], [class*=prev], [class*=next], th, span");
  const pattern = ARROWS[direction < 0 ? 0 : 1];
  for (let i = 0; i < all.length; i++) {
    const node = all[i];
    const says = [fold(textContentOf(node)), attributeOf(node, "aria-label"), attributeOf(node, "title"), attributeOf(node, "class")];
    if (says[0].length > 30 || DAY.test(says[0]) || says.some((text) => text && YEAR_ARROW.test(text))) continue;
    if (says.some((text) => text && pattern.test(text)) && isVisible(node)) return node;
  }
  return null;
}

// --- numbers that a slider moves ---------------------------------------------------------------------------------------

/** Return every number written near an element, nearest first, to see which of them moves with a slider. */
awt.numbersNear = (element) => {
  const found = [];
  const met = new WeakSet();
  for (let up = element; up && nodeTypeOf(up) === ELEMENT && found.length < 200; up = parentOf(up) || up.host) {
    const walker = document.createTreeWalker(up, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node && found.length < 200; node = walker.nextNode()) {
      if (met.has(node)) continue;
      met.add(node);
      const text = nodeTypeOf(node) === TEXT ? textContentOf(node) : localNameOf(node) === "input" ? node.value : "";
      const number = /-?\d[\d,]*(?:\.\d+)?/.exec(text || "");
      if (number) found.push([numberOf(nodeTypeOf(node) === TEXT ? parentOf(node) : node), +replaceIn(number[0], /,/g, "")]);
    }
  }
  return found;
};
