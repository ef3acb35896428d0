// What an element says of itself: its attributes, its states, its value, and the words a machine gave it.
//
// Reading is cheap on purpose: attributes are asked for by the names that are there.

const FLAG = {
  HIDDEN: 1, DISABLED: 1 << 1, READONLY: 1 << 2, CHECKED: 1 << 3, MIXED: 1 << 4, SELECTED: 1 << 5, EXPANDED: 1 << 6,
  COLLAPSED: 1 << 7, REQUIRED: 1 << 8, INVALID: 1 << 9, FOCUSED: 1 << 10, EDITABLE: 1 << 11, CLICKABLE: 1 << 12,
  SCROLLABLE: 1 << 13, MODAL: 1 << 14, MULTIPLE: 1 << 15, OFFSCREEN: 1 << 16, CURRENT: 1 << 17, DRAGGABLE: 1 << 18,
  LABELLED: 1 << 19, GLUED: 1 << 20, IN_FRONT: 1 << 21, UNREAD: 1 << 22,
};

const TEXT_LIMIT = 20000; // characters of one run of text

// --- attributes -------------------------------------------------------------------------------------------------------

const EMPTY = Object.freeze(Object.create(null));
const WANTED = setOf(
  "id class name title alt placeholder href type role tabindex contenteditable draggable style min max step pattern " +
    "data-testid data-test-id data-test data-cy data-qa data-icon data-feather data-lucide src colspan rowspan maxlength " +
    "fill stroke target download accept for datetime x y cx cy r data-value data-date data-color aria-label aria-describedby " +
    "aria-disabled aria-checked aria-pressed aria-selected aria-expanded aria-required aria-invalid aria-readonly aria-current " +
    "aria-modal aria-multiselectable aria-level aria-valuenow aria-valuetext aria-valuemin aria-valuemax aria-haspopup " +
    "aria-sort aria-placeholder aria-labelledby aria-hidden aria-controls aria-owns aria-roledescription aria-live aria-colindex aria-rowindex",
);
const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-cy", "data-qa"];
const TEST_ID = setOf("data-testid data-test-id data-test data-cy data-qa");
const HANDLER = /^(on(click|mousedown|mouseup|pointerdown|touchstart|dblclick)|ng-click|\(click\)|v-on:click|@click|x-on:click|jsaction|data-action|data-(bs-)?(toggle|dismiss))/;

const IDENT = setOf("id class name role tabindex"); // of an element that is no control, they give its ident at most

/**
 * Return the attributes that matter as an object; `handler` tells of one that makes the element react to clicks,
 * `states` and `extras` whether there are any that say a state or something rarely set, `test` whether there is a test id,
 * `telling` whether there are any that go into a row besides its ident.
 */
function readAttributes(element) {
  const names = attributeNamesOf(element);
  if (!names.length) return EMPTY;
  const found = Object.create(null);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (WANTED[name]) {
      found[name] = attributeOf(element, name);
      if (IDENT[name]) continue;
      found.telling = true;
      if (ARIA_STATES[name]) found.states = true;
      if (IS_EXTRA[name]) found.extras = true;
      if (TEST_ID[name]) found.test = true;
    } else if (testWith(HANDLER, name)) found.handler = true;
  }
  return found;
}

// --- states -----------------------------------------------------------------------------------------------------------

const TEXT_INPUTS = setOf("text email password search tel url number date time datetime-local month week color range file");
const UNTYPED = setOf("color range file");
const CONTROLS = setOf("input select textarea button option optgroup fieldset");
const CLICKABLE_TAGS = setOf("a button input select textarea option summary label area");
const CLICKABLE_ROLES = setOf(
  "button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option combobox textbox searchbox spinbutton slider listbox treeitem",
);

function stateOf(element, tag, role, at) {
  let flags = CONTROLS[tag] ? nativeState(element, tag) : 0;
  if (tag === "summary") flags |= openState(parentOf(element));
  if (tag === "dialog" && matchesSelector(element, ":modal")) flags |= FLAG.MODAL;
  if (at.states) flags |= ariaState(at);
  const editing = at.contenteditable;
  if (editing !== undefined && editing !== "false") flags |= FLAG.EDITABLE;
  else if ((role === "textbox" || role === "searchbox") && element.isContentEditable) flags |= FLAG.EDITABLE;
  if (at.draggable === "true") flags |= FLAG.DRAGGABLE;
  if (at.class && CONTROLS[tag] && testWith(WRONG, at.class)) flags |= FLAG.INVALID;
  return flags;
}

// The class by which a library of components or a validator marks a field that is filled in wrongly.
const WRONG = /(?:^|\s)(?:(?:is-|p-|has-)?invalid|(?:is-|has-|input-)?error|[\w-]+--error|[\w-]+-status-error)(?=\s|$)/;

function nativeState(element, tag) {
  let flags = 0;
  if (matchesSelector(element, ":disabled")) flags |= FLAG.DISABLED;
  if (tag === "option") return flags | (element.selected ? FLAG.SELECTED : 0);
  if (tag === "select") return flags | common(element) | (element.multiple ? FLAG.MULTIPLE : 0);
  if (tag === "textarea") return flags | common(element) | FLAG.EDITABLE | (element.readOnly ? FLAG.READONLY : 0);
  if (tag !== "input") return flags;
  const type = element.type;
  if (type === "checkbox" || type === "radio") {
    if (element.checked) flags |= FLAG.CHECKED;
    if (element.indeterminate) flags |= FLAG.MIXED;
  } else if (TEXT_INPUTS[type]) {
    if (!UNTYPED[type]) flags |= FLAG.EDITABLE;
    if (element.readOnly) flags |= FLAG.READONLY;
    if (element.multiple) flags |= FLAG.MULTIPLE;
  }
  return flags | common(element);
}

function common(element) {
  return (element.required ? FLAG.REQUIRED : 0) | (matchesSelector(element, ":user-invalid") ? FLAG.INVALID : 0);
}

function openState(details) {
  if (!details || details.localName !== "details") return 0;
  return details.open ? FLAG.EXPANDED : FLAG.COLLAPSED;
}

const ARIA_STATES = setOf(
  "aria-disabled aria-checked aria-pressed aria-selected aria-expanded aria-required aria-readonly aria-modal " +
    "aria-multiselectable aria-invalid aria-current",
);

function ariaState(at) {
  let flags = 0;
  if (at["aria-disabled"] === "true") flags |= FLAG.DISABLED;
  if (at["aria-checked"] === "true" || at["aria-pressed"] === "true") flags |= FLAG.CHECKED;
  if (at["aria-checked"] === "mixed" || at["aria-pressed"] === "mixed") flags |= FLAG.MIXED;
  if (at["aria-selected"] === "true") flags |= FLAG.SELECTED;
  if (at["aria-expanded"] === "true") flags |= FLAG.EXPANDED;
  if (at["aria-expanded"] === "false") flags |= FLAG.COLLAPSED;
  if (at["aria-required"] === "true") flags |= FLAG.REQUIRED;
  if (at["aria-readonly"] === "true") flags |= FLAG.READONLY;
  if (at["aria-modal"] === "true") flags |= FLAG.MODAL;
  if (at["aria-multiselectable"] === "true") flags |= FLAG.MULTIPLE;
  const invalid = at["aria-invalid"];
  if (invalid && invalid !== "false") flags |= FLAG.INVALID;
  const current = at["aria-current"];
  if (current && current !== "false") flags |= FLAG.CURRENT;
  return flags;
}

// --- values and the rarely set ----------------------------------------------------------------------------------------

function valueOf(element, tag, type, at) {
  if (tag === "input") {
    if (type === "password") return "";
    if (type === "checkbox" || type === "radio") return attributeOf(element, "value") || "";
    if (type === "file") return fileNames(element);
    return element.value.slice(0, TEXT_LIMIT);
  }
  if (tag === "textarea") return element.value.slice(0, TEXT_LIMIT);
  if (tag === "select") return optionLabels(element.selectedOptions);
  if (tag === "option") return element.value;
  if (tag === "progress" || tag === "meter") return "" + element.value;
  return at["aria-valuetext"] || at["aria-valuenow"] || at["data-value"] || "";
}

const VALUE_ROOM = 40; // pixels by which what draws a field may be higher than the field
const VALUE_ABOVE = 4; // elements around it
const FIELDS = "input, select, textarea, [role=combobox]";

/** Put what a list shows as chosen beside its empty field into its row; in a paler colour than a text it invites. */
function drawnValue(field, row) {
  const whole = drawingOf(field);
  if (!whole) return;
  const walker = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
  const pieces = [];
  for (let node = walker.nextNode(); node && pieces.length < 50; node = walker.nextNode()) {
    const text = fold(textContentOf(node));
    const shows = parentOf(node);
    if (!text || !isVisible(shows) || isNoValue(shows, text) || isOffered(shows, whole)) continue;
    pieces[pieces.length] = [text, shows];
  }
  if (!pieces.length) return;
  const invites = pieces.length === 1 && isPale(pieces[0][1], field) && isBare(pieces[0][1], whole, field);
  const texts = pieces.map((piece) => piece[0]).join("\n");
  if (!invites) row[12] = texts;
  else row[15] = row[15] || texts;
}

/** Tell whether a text beside a field names it or is a button of it, or the mere sign of one. */
function isNoValue(shows, text) {
  if (closestTo(shows, "label, button, legend")) return true;
  return !testWith(/[\p{L}\p{N}]/u, text) && closestTo(shows, "[role=button]") !== null;
}

/** Tell whether a text is of the list that is open over or under what draws a field: it is on offer, not chosen. */
function isOffered(shows, whole) {
  const list = closestTo(shows, "[role=listbox], [role=menu], [role=tree], [role=grid], [role=dialog]");
  if (list && list !== whole && whole.contains(list)) return true;
  const { y, height } = boxOf(shows), frame = boxOf(whole), middle = y + height / 2;
  return middle < frame.y || middle > frame.y + frame.height;
}

/** Return what draws a field with what it shows: itself, if it has a text in it, else what is around it alone. */
function drawingOf(field) {
  if (fold(textContentOf(field))) return field;
  const room = boxOf(field).height + VALUE_ROOM;
  let whole = field;
  for (let i = 0; i < VALUE_ABOVE; i++) {
    const above = parentOf(whole);
    if (!above || nodeTypeOf(above) !== ELEMENT || localNameOf(above) === "label" || boxOf(above).height > room) break;
    if (holdsOther(above, field)) break;
    whole = above;
  }
  return whole === field ? null : whole;
}

/** Tell whether a text beside or in a field only invites: its colour is not that of the field, or its class says so. */
function isPale(shows, field) {
  return styleOf(shows).color !== styleOf(field).color || closestTo(shows, "[class*=placeholder]") !== null;
}

/** Tell whether a part of the page holds another field that can be seen than one, or than what that stands in. */
function holdsOther(part, field) {
  const all = queryAll(part, FIELDS);
  for (let i = 0; i < all.length; i++) if (all[i] !== field && !all[i].contains(field) && isVisible(all[i])) return true;
  return false;
}

/** Tell whether a text lies on the ground of the field, and on none of its own as a chip does. */
function isBare(element, whole, field) {
  for (let up = element; up !== whole && up !== field; up = parentOf(up)) {
    if (styleOf(up).backgroundColor !== "rgba(0, 0, 0, 0)" || queryOne(up, "button")) return false;
  }
  return true;
}

function fileNames(element) {
  let names = "";
  for (let i = 0; element.files && i < element.files.length; i++) names += (i ? "\n" : "") + element.files[i].name;
  return names;
}

function optionLabels(options) {
  let labels = "";
  for (let i = 0; i < options.length; i++) labels += (i ? "\n" : "") + fold(options[i].label);
  return labels;
}

const EXTRAS = [
  "min", "max", "step", "pattern", "maxlength", "colspan", "rowspan", "fill", "stroke", "target", "download", "accept",
  "datetime", "data-date", "data-color", "aria-level", "aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-haspopup", "aria-sort",
  "aria-hidden", "aria-controls", "aria-owns", "aria-current", "aria-roledescription", "aria-live", "aria-colindex",
  "aria-rowindex", "src",
];
const IS_EXTRA = setOf(EXTRAS.join(" ") + " aria-describedby style");
const WITH_EXTRA = setOf("input img select"); // whatever their attributes
const COLOUR = /(?:^|;)\s*(?:background(?:-color)?|fill|color)\s*:\s*([^;]+)/i;

function extraOf(element, tag, at) {
  if (!at.extras && !WITH_EXTRA[tag]) return null;
  let extra = null;
  const put = (key, value) => {
    if (value) (extra || (extra = {}))[key] = value.slice(0, TEXT_LIMIT);
  };
  if (at.extras) {
    for (let i = 0; i < EXTRAS.length; i++) if (at[EXTRAS[i]] !== undefined) put(EXTRAS[i], at[EXTRAS[i]]);
    if (at["aria-describedby"]) put("described", textOfIds(element, at["aria-describedby"]));
    const colour = at.style && COLOUR.exec(at.style);
    if (colour) put("colour", fold(colour[1]));
  }
  if (tag === "input" && element.type === "password") put("filled", element.value ? "true" : "false");
  if (tag === "img") put("loaded", element.complete && element.naturalWidth > 0 ? "true" : "false");
  if (tag === "select") put("options", optionLabels(element.options));
  if (tag === "input" && element.list) put("options", optionLabels(element.list.options));
  return extra;
}

/** Words that a machine gave the element: id, name, classes, the file of a picture, the symbol of an icon. */
function identOf(element, tag, at) {
  let ident = at.id || "";
  if (at.name) ident += " " + at.name;
  if (at.class) ident += " " + at.class;
  if (at["data-icon"]) ident += " " + at["data-icon"];
  if (at["data-feather"]) ident += " " + at["data-feather"];
  if (at["data-lucide"]) ident += " " + at["data-lucide"];
  if (tag === "img" && at.src && !at.src.startsWith("data:")) ident += " " + fileStem(at.src);
  if (tag === "svg") {
    const use = queryOne(element, "use");
    if (use) ident += " " + fileStem(attributeOf(use, "href") || attributeOf(use, "xlink:href") || "");
  }
  return fold(ident).slice(0, 300);
}

function fileStem(address) {
  const path = address.split("?")[0];
  const hash = path.indexOf("#");
  const last = hash >= 0 ? path.slice(hash + 1) : path.slice(path.lastIndexOf("/") + 1);
  const dot = last.lastIndexOf(".");
  return dot > 0 ? last.slice(0, dot) : last;
}

function testIdOf(at) {
  if (!at.test) return "";
  for (let i = 0; i < TEST_IDS.length; i++) if (at[TEST_IDS[i]]) return at[TEST_IDS[i]];
  return "";
}
