// The snapshot: one walk over the composed tree, one row an element, everything as one JSON string.
//
// A row's items stand in the order of `aiwebtest.core.snapshot.Node`; trailing empty ones are left out. Computed style is
// asked for only where it can matter.

// Positions in a row.
const PARENT = 1, END = 2, FLAGS = 5, BOX = 6, TEXT_AT = 10, EXTRA = 20;

const NODE_LIMIT = 100000; // rows of one document; the snapshot says when it stopped there
const HIDDEN_LIMIT = 3000; // hidden rows of one document
const OPTION_LIMIT = 1000; // options of one select that get rows of their own
const DEPTH_LIMIT = 800; // nested elements; the HTML parser itself stops at 512

const NOT_MEASURED = new WeakMap();

/**
 * Return the boxes of what stands in the document, but for cells, whose columns may tell theirs. To measure all in one
 * go takes a good half of what it takes between other questions.
 */
function boxesInDocument() {
  const boxes = new WeakMap();
  const all = documentQueryAll(document, "*");
  for (let i = 0; i < all.length; i++) if (localNameOf(all[i]) !== "td") mapSet(boxes, all[i], boxOf(all[i]));
  return boxes;
}

// --- the walk ---------------------------------------------------------------------------------------------------------

class Walk {
  constructor(boxes = NOT_MEASURED) {
    this.boxes = boxes; // of elements that were measured ahead
    this.rows = [];
    this.frames = []; // of iframes: row, index among window's frames or -1, x and y of the content
    this.width = window.innerWidth;
    this.height = window.innerHeight;
    this.focused = deepestActive();
    this.range = document.createRange();
    this.hiddenRows = 0;
    this.truncated = false;
    this.depth = 0;
    this.grid = new Grid();
    this.skipped = false; // within what the browser lays out but does not draw, such as a closed section
    this.look = { rendered: false, skips: false, pointer: false, scrolls: false }; // of the element at hand
    this.before = null; // what held the text just listed, if that ends without white space and nothing broke the line
    this.beforeBox = null; // its box, where that was measured
    this.parent = null; // of the text joined last
    this.apart = false; // whether that lays its children out apart from each other
    this.mark = ""; // the state that the class of a wrapper left out tells of the one element in it
    this.way = null; // where only a part of the page is asked for, as long as that is not reached: what it stands in
    this.part = null;
  }

  /** List an element and what is below it; return true when something of it can be seen. */
  element(element, parent, pointerAbove) {
    const tag = localNameOf(element);
    if (SKIPPED[tag]) {
      if (tag === "br") this.before = null;
      return false;
    }
    if (tag === "slot") {
      this.mark = "";
      return this.children(element, tag, parent, false, pointerAbove);
    }
    if (this.rows.length >= NODE_LIMIT || this.depth >= DEPTH_LIMIT) {
      this.truncated = true;
      return false;
    }
    const cell = tag === "td" ? this.grid.cellBox(element) : null;
    let box = cell || mapGet(this.boxes, element) || boxOf(element), style = null;
    if (tag === "tr") this.grid.enter(element, box);
    if (box.width > 0 && box.height > 0) style = styleOf(element);
    if (cell && style && style.display === "none") {
      this.grid.even = false;
      box = boxOf(element);
      style = null;
    }
    const look = this.look;
    if (style) {
      look.rendered = !this.skipped && style.visibility === "visible";
      look.skips = !INLINE[tag] && tag !== "td" && style.contentVisibility === "hidden";
      look.pointer = style.cursor === "pointer";
      look.scrolls = (tag === "textarea" || (!SMALL[tag] && !INLINE[tag])) && canScroll(element, tag, style);
    } else {
      look.rendered = isRendered(element);
      look.skips = false;
      look.pointer = pointerAbove;
      look.scrolls = false;
      if (!look.rendered && ++this.hiddenRows > HIDDEN_LIMIT) return false;
    }
    const outside = this.skipped;
    if (look.skips || (look.rendered && (isCutAway(element, box) || this.isOutOfReach(element, box)))) this.skipped = true;
    if (this.skipped) look.rendered = false;
    const seen = this.listed(element, tag, parent, box, pointerAbove);
    this.skipped = outside;
    return seen;
  }

  listed(element, tag, parent, box, pointerAbove) {
    const { rendered, pointer, scrolls } = this.look;
    const at = readAttributes(element);
    const role = roleOf(element, tag, at.role === undefined ? null : at.role);
    let flags = stateOf(element, tag, role, at);
    if (PLAIN[tag] && role && at.role === undefined) flags |= drawnState(element, role);
    if (isClickable(element, tag, role, at, flags) || (pointer && !pointerAbove)) flags |= FLAG.CLICKABLE;
    if (element === this.focused) flags |= FLAG.FOCUSED;
    if (scrolls) flags |= FLAG.SCROLLABLE;
    const shadow = shadowRootOf(element);
    const simple = !shadow && !firstElementOf(element);
    if (!simple && !flags && isSilent(element, tag, role, at, shadow)) {
      if (at.class) this.mark = withStateOf(at.class, this.mark);
      const any = this.children(element, tag, parent, !rendered, pointer);
      this.mark = "";
      return any;
    }
    const mark = this.mark;
    this.mark = "";
    const ref = this.rows.length;
    const drawn = tag === "input" && rendered && !box.width ? drawnBoxOf(element) : null;
    if (drawn) box = boxOf(drawn);
    const row = this.row(element, tag, role, at, flags, box, ref, parent);
    if (mark) noteAround(row, mark);
    this.rows[ref] = row;
    const inline = INLINE[tag] === true && (tag === "a" || !(flags & FLAG.CLICKABLE));
    if (!inline) this.before = null;
    let seen = rendered && box.width > 0 && box.height > 0 && !isForKeysAlone(element, tag, at);
    if (simple) this.leafText(element, tag, row, box, inline, seen);
    else if (this.below(element, tag, ref, rendered, pointer) && !seen) {
      seen = true;
      if (rendered) this.spread(row, ref);
    }
    if (!inline) this.before = null;
    if (!seen) row[FLAGS] |= FLAG.HIDDEN;
    else if (this.isOutside(row[BOX])) row[FLAGS] |= FLAG.OFFSCREEN;
    row[END] = this.rows.length;
    trim(row);
    return seen;
  }

  row(element, tag, role, at, flags, box, ref, parent) {
    const place = [Math.round(box.x), Math.round(box.y), Math.round(box.width), Math.round(box.height)];
    const row = [ref, parent, ref + 1, 0, numberOf(element), flags, place, tag, role, "", ""];
    if (!at.telling && !NAMED_FROM_CONTENT[role] && !NATIVE[tag]) {
      if (at !== EMPTY) row[11] = identOf(element, tag, at);
      if (role === "combobox" && !at.role) {
        for (let i = row.length; i < EXTRA; i++) row[i] = "";
        drawnValue(element, row);
      }
      return row;
    }
    const type = tag === "input" || tag === "button" ? element.type : "";
    const named = nameOf(element, tag, role);
    row[9] = named[0];
    if (named[1] && named[0]) row[FLAGS] |= FLAG.LABELLED;
    row[11] = identOf(element, tag, at);
    row[12] = valueOf(element, tag, type, at);
    row[13] = type;
    row[14] = labelText(element, tag);
    row[15] = at.placeholder || at["aria-placeholder"] || "";
    if (tag === "input" && role === "combobox" && !row[12]) drawnValue(element, row);
    row[16] = at.alt || "";
    row[17] = fold(at.title);
    row[18] = testIdOf(at);
    row[19] = at.href || "";
    row[EXTRA] = extraOf(element, tag, at);
    return row;
  }

  leafText(element, tag, row, box, inline, seen) {
    if (tag === "textarea" || tag === "iframe" || tag === "frame") {
      if (tag !== "textarea") this.addFrame(element, row[0], box);
      return;
    }
    const raw = textContentOf(element);
    if (!raw) {
      if (seen && isClosed(element, tag, box)) row[FLAGS] |= FLAG.UNREAD;
      return;
    }
    const text = fold(raw);
    row[TEXT_AT] = text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text;
    if (text.length > TEXT_LIMIT) this.truncated = true;
    if (seen && text && inline) this.join(row, raw, element, box);
  }

  /** List the children of a listed element; text that stands alone in it becomes its own text. */
  below(element, tag, ref, rendered, pointer) {
    if (tag === "select" || tag === "datalist") return this.options(element, ref, rendered && tag === "select");
    const seen = this.children(element, tag, ref, !rendered, pointer);
    this.hoist(ref);
    return seen;
  }

  children(element, tag, parent, hidden, pointer) {
    let seen = false;
    this.depth++;
    const assigned = tag === "slot" ? assignedNodesOf(element) : EMPTY_LIST;
    if (assigned.length) {
      for (let i = 0; i < assigned.length; i++) seen = this.child(assigned[i], parent, hidden, pointer) || seen;
    } else {
      const first = firstChildOf(shadowRootOf(element) || element);
      const closed = tag === "details" && !element.open;
      const outside = this.skipped;
      const summary = closed ? queryOne(element, ":scope > summary") : null;
      for (let child = first; child; child = nextSiblingOf(child)) {
        if (closed) this.skipped = outside || child !== summary;
        seen = this.child(child, parent, hidden, pointer) || seen;
      }
      this.skipped = outside;
    }
    this.depth--;
    return seen;
  }

  child(child, parent, hidden, pointer) {
    if (this.way !== null) return this.onTheWay(child, parent, pointer);
    const kind = nodeTypeOf(child);
    if (kind === ELEMENT) return this.element(child, parent, pointer);
    return kind === TEXT && this.text(child, parent, hidden || this.skipped);
  }

  /** List a child if it is the part that is asked for, or around that. */
  onTheWay(child, parent, pointer) {
    const way = this.way;
    if (child === this.part) this.way = null;
    else if (!mapGet(way, child)) return false;
    const seen = this.element(child, parent, pointer);
    this.way = way;
    return seen;
  }

  options(select, ref, rendered) {
    const options = select.options;
    const list = rendered && (select.multiple || select.size > 1) && boxOf(select).width > 2; // thinner: for the form only
    for (let i = 0; i < options.length && i < OPTION_LIMIT; i++) {
      const option = options[i];
      const at = readAttributes(option);
      const box = list ? boxOf(option) : boxOf(select);
      let flags = stateOf(option, "option", "option", at) | FLAG.CLICKABLE;
      if (!list || !box.height) flags |= FLAG.HIDDEN;
      const row = this.row(option, "option", "option", at, flags, box, this.rows.length, ref);
      row[TEXT_AT] = fold(textContentOf(option));
      this.rows[this.rows.length] = trim(row);
    }
    return list;
  }

  /** List a run of text between elements. */
  text(node, parent, hidden) {
    const raw = textContentOf(node);
    const text = fold(raw);
    if (!text) {
      if (raw) this.before = null;
      return false;
    }
    if (this.rows.length >= NODE_LIMIT) {
      this.truncated = true;
      return false;
    }
    const place = this.textBox(node, parent);
    const seen = !hidden && place[2] > 0 && place[3] > 0;
    const ref = this.rows.length;
    const row = [
      ref, parent, ref + 1, 0, parent >= 0 ? this.rows[parent][4] : 0, seen ? 0 : FLAG.HIDDEN, place, "#text", "",
      "", text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text,
    ];
    if (text.length > TEXT_LIMIT) this.truncated = true;
    this.rows[ref] = row;
    if (seen) {
      if (this.isOutside(place)) row[FLAGS] |= FLAG.OFFSCREEN;
      this.join(row, raw, node, null);
    }
    return seen;
  }

  /** Measuring text is dear: where its element has an area, that stands for it. */
  textBox(node, parent) {
    const own = parent >= 0 && this.rows[parent][BOX];
    if (own && own[2] > 0 && own[3] > 0) return own;
    const box = this.measured(node);
    return [Math.round(box.x), Math.round(box.y), Math.round(box.width), Math.round(box.height)];
  }

  measured(node) {
    if (nodeTypeOf(node) === ELEMENT) return boxOf(node);
    this.range.selectNodeContents(node);
    return this.range.getBoundingClientRect();
  }

  /** Note whether the text of a row continues the text before it within one word; `known` is its box if measured. */
  join(row, raw, node, known) {
    let box = known;
    if (this.before !== null && !testWith(/^\s/, raw) && !this.isApart(parentOf(node))) {
      const end = this.beforeBox || this.measured(this.before);
      box = box || this.measured(node);
      const touching = Math.abs(box.x - (end.x + end.width)) < 1.5 && !isRaisedNumber(node, this.before);
      if (touching && this.isTight(this.wordsOf(this.before, end), this.wordsOf(node, box))) row[FLAGS] |= FLAG.GLUED;
    }
    this.before = testWith(/\s$/, raw) ? null : node;
    this.beforeBox = box;
  }

  /** Return the box of the words in what is of the given box: an element such as a badge has room around them. */
  wordsOf(node, box) {
    if (nodeTypeOf(node) !== ELEMENT) return box;
    this.range.selectNodeContents(node);
    return this.range.getBoundingClientRect();
  }

  /** Tell whether no more room is between two texts than within a word. */
  isTight(end, start) {
    return start.x - (end.x + end.width) < Math.max(1.5, end.height * WORD_ROOM);
  }

  /** Tell whether an element lays its children out apart; pieces of text come many to one, and styles are dear. */
  isApart(parent) {
    if (parent !== this.parent) {
      this.parent = parent;
      this.apart = isLaidOut(parent);
    }
    return this.apart;
  }

  /** Where only text stands below a row, make it the row's own text. */
  hoist(ref) {
    const rows = this.rows;
    if (rows.length === ref + 1) return;
    let text = "";
    for (let i = ref + 1; i < rows.length; i++) {
      if (rows[i][7] !== "#text" || rows[i][FLAGS] & FLAG.HIDDEN) return;
      text += (rows[i][FLAGS] & FLAG.GLUED || !text ? "" : " ") + rows[i][TEXT_AT];
    }
    rows[ref][TEXT_AT] = text;
    rows[ref][FLAGS] |= rows[ref + 1][FLAGS] & FLAG.GLUED;
    rows.length = ref + 1;
  }

  /** Give a row without an area of its own (`display: contents`) the area of what is seen below it. */
  spread(row, ref) {
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
    for (let i = ref + 1; i < this.rows.length; i++) {
      if (this.rows[i][FLAGS] & FLAG.HIDDEN) continue;
      const box = this.rows[i][BOX];
      left = Math.min(left, box[0]);
      top = Math.min(top, box[1]);
      right = Math.max(right, box[0] + box[2]);
      bottom = Math.max(bottom, box[1] + box[3]);
    }
    if (right > left) row[BOX] = [left, top, right - left, bottom - top];
  }

  isOutside(box) {
    return box[0] >= this.width || box[1] >= this.height || box[0] + box[2] <= 0 || box[1] + box[3] <= 0;
  }

  /** Tell whether a part of the page is laid out where nobody can scroll to: a drawer that is pushed aside. */
  isOutOfReach(element, box) {
    if (box.width < PANEL || box.height < PANEL || !this.isOutside([box.x, box.y, box.width, box.height])) return false;
    return styleOf(element).position === "fixed";
  }

  addFrame(element, ref, box) {
    let index = -1;
    for (let i = 0; i < window.length; i++) if (window[i] === element.contentWindow) index = i;
    const style = styleOf(element);
    const x = box.x + element.clientLeft + (parseFloat(style.paddingLeft) || 0);
    const y = box.y + element.clientTop + (parseFloat(style.paddingTop) || 0);
    this.frames[this.frames.length] = [ref, index, Math.round(x), Math.round(y)];
  }
}

// Elements that are hardly ever scrolled themselves; the question is not free.
const SMALL = setOf("td th tr thead tbody li p h1 h2 h3 h4 h5 h6 label legend header footer option hr dt dd figcaption");
const EMPTY_LIST = Object.freeze([]);
// Tags with a name, a value or options of their own even without any attribute.
const NATIVE = setOf("input select textarea meter progress output button img area fieldset figure table svg option optgroup");

const WORD_ROOM = 0.2; // of a line's height, between two texts that read as one word: a space is wider
const PANEL = 60; // pixels that a drawer or the like has at least either way

/** Keep what the wrapper around an element tells apart from its own classes: it is true of both, but names neither. */
function noteAround(row, marks) {
  for (let i = row.length; i < EXTRA; i++) row[i] = "";
  row[EXTRA] = Object.assign(row[EXTRA] || {}, { around: marks });
}

/** Cut the empty items off the end of a row. */
function trim(row) {
  let length = row.length;
  while (length > TEXT_AT && !row[length - 1]) length--;
  row.length = length;
  return row;
}

// --- the answer -------------------------------------------------------------------------------------------------------

const stringify = JSON.stringify;
const replaceAllIn = method(String, "replaceAll");
const OLD_HOOKS = [Array.prototype, String.prototype, Object.prototype, Number.prototype];

/** Return what `make` gives; what it turns into JSON is told as it is, though old libraries hang `toJSON` on prototypes. */
function withPlainJson(make) {
  const put = [];
  for (let i = 0; i < OLD_HOOKS.length; i++) {
    const own = Object.getOwnPropertyDescriptor(OLD_HOOKS[i], "toJSON");
    if (own && own.configurable && delete OLD_HOOKS[i].toJSON) put[put.length] = [OLD_HOOKS[i], own];
  }
  try {
    return make();
  } finally {
    for (let i = 0; i < put.length; i++) Object.defineProperty(put[i][0], "toJSON", put[i][1]);
  }
}

const PIECE = 64; // rows that are sent together, or not at all where they stand as they did in the answer before
let sent = { edition: "", rows: EMPTY_LIST }; // the last answer
let editions = 0;

/**
 * Return the document as JSON, each quotation mark written as DEL: the answer travels inside JSON once more.
 *
 * `held` is the edition of the answer that the asker still holds; if that is the last one, pieces of it that are as they
 * were are null in this one. The way of an answer costs as much as half of the walk.
 */
awt.snapshot = (held) => {
  const walk = walked(new Walk(boxesInDocument()));
  const known = held === sent.edition ? sent.rows : EMPTY_LIST;
  const answer = documentOf(walk, token + "." + ++editions);
  return withPlainJson(() => {
    const told = '{"pieces":[' + piecesOf(walk.rows, known) + '],"rest":' + stringify(answer) + "}";
    sent = { edition: answer.edition, rows: walk.rows };
    return replaceAllIn(told, '"', "\x7f");
  });
};

/**
 * Return which element of a line is the part of the page to be looked at for the first of them. A line of text is never
 * cut: what stands before or behind a word in it changes what it says.
 */
awt.partOf = (line) => {
  let part = 0;
  while (part + 1 < line.length && (flows(line[part]) || queryAll(line[part + 1], "*").length <= SURROUNDINGS)) part++;
  return part;
};
const SURROUNDINGS = 60; // elements around one, to see what it is called by and what row it is in
const FLOWING = /^(?:inline|contents)/;
const flows = (element) => testWith(FLOWING, styleOf(element).display);

/**
 * Return, in the same form, what is in a part of the page and what that stands in: one piece, to be held by nobody.
 * `line` is an element with all that it stands in, up to the body; `part` says which of them is the part.
 */
awt.rowsAround = (line, part) => {
  const walk = new Walk();
  walk.part = line[part];
  if (part + 1 < line.length) walk.way = new WeakMap();
  for (let i = part + 1; i < line.length; i++) mapSet(walk.way, line[i], true);
  walked(walk);
  return withPlainJson(() => {
    const told = '{"pieces":[' + stringify(walk.rows) + '],"rest":' + stringify(documentOf(walk, "")) + "}";
    return replaceAllIn(told, '"', "\x7f");
  });
};

function walked(walk) {
  const root = document.body || document.documentElement;
  forgetSections();
  if (root) walk.element(root, -1, false);
  awt.markLayers(walk.rows);
  forgetSections();
  return walk;
}

function documentOf(walk, edition) {
  const scroller = document.scrollingElement || document.documentElement;
  return {
    edition,
    frames: walk.frames,
    url: location.href,
    title: fold(document.title),
    token,
    name: window.name || "",
    index: indexInParent(),
    viewport: [walk.width, walk.height],
    scroll: [scroller ? scroller.scrollLeft : 0, scroller ? scroller.scrollTop : 0],
    height: scroller ? scroller.scrollHeight : 0,
    truncated: walk.truncated,
  };
}

/** Return rows as JSON, `PIECE` of them in each, null for each piece whose rows are those that are known. */
function piecesOf(rows, known) {
  let told = "";
  for (let from = 0; from < rows.length; from += PIECE) {
    const piece = [];
    let same = known.length > from;
    for (let i = from; i < from + PIECE && i < rows.length; i++) {
      piece[piece.length] = rows[i];
      same = same && isSameRow(rows[i], known[i]);
    }
    same = same && piece.length === (known.length < from + PIECE ? known.length : from + PIECE) - from;
    told += (from ? "," : "") + (same ? "null" : stringify(piece));
  }
  return told;
}

/** Tell whether two rows say the same; to ask that is several times cheaper than to turn one into JSON. */
function isSameRow(row, other) {
  if (!other || row.length !== other.length) return false;
  for (let i = 0; i < row.length; i++) {
    if (row[i] === other[i]) continue;
    if (i === BOX ? !isSameBox(row[i], other[i]) : i !== EXTRA || !isSameExtra(row[i], other[i])) return false;
  }
  return true;
}

function isSameBox(box, other) {
  return box[0] === other[0] && box[1] === other[1] && box[2] === other[2] && box[3] === other[3];
}

function isSameExtra(extra, other) {
  return !!extra && !!other && stringify(extra) === stringify(other);
}

/** Return the position of this window among the frames of the one above, -1 when it is not listed there. */
function indexInParent() {
  if (window.parent === window) return -1;
  for (let i = 0; i < window.parent.length; i++) if (window.parent[i] === window) return i;
  return -1;
}

/** Return the element with that number in this very document, even if it was taken out of it since; else null. */
awt.held = (number, of) => (of === token ? elementOf(number) : null);

/** Return the element with that number if it is still part of this very document, else null. */
awt.element = (number, of) => {
  beAsked();
  const element = of === undefined || of === token ? elementOf(number) : null;
  return element && element.isConnected ? element : null;
};
