// Controls that a library of components draws of plain elements, without a role: lists, tabs, numbers of pages, branches of
// trees, titles of parts that unfold, stars. They are told by their shape, and by words that many libraries have in classes.

const PLAIN = setOf("div span"); // what libraries draw controls of

/** Return the role that a plain element has for a person, "" where it is none of these. */
function drawnRole(element) {
  if (attributeOf(element, "tabindex") !== null && isDrawnList(element)) return "combobox";
  const mark = attributeOf(element, "class");
  if (!mark) return "";
  if (testWith(TAB, mark) && isOfSeveral(element, TAB)) return "tab";
  if (testWith(STAR, mark) && starsOf(element).length >= FEWEST_STARS) return "radio";
  if (testWith(BRANCH, mark) && isOfSeveral(element, BRANCH)) return "treeitem";
  if (testWith(FOLDING, mark)) return holdsPressed(element) ? "" : "button";
  return testWith(OF_PAGER, mark) && isOfDrawnPager(element) ? "button" : "";
}

/** Return what a plain element with such a role is called where it has no words. */
function drawnName(element, role) {
  const mark = attributeOf(element, "class") || "";
  if (role === "button" && testWith(OF_PAGER, mark)) {
    const side = isPagerArrow(element);
    return side < 0 ? "Previous page" : side > 0 ? "Next page" : "";
  }
  if (role !== "radio" || !testWith(STAR, mark)) return "";
  const place = starsOf(element).indexOf(element) + 1;
  return place > 1 ? place + " stars" : "1 star";
}

/** Return the states that a plain element with such a role shows. */
function drawnState(element, role) {
  const mark = attributeOf(element, "class") || "";
  if (role === "radio" && testWith(STAR, mark)) {
    const stars = starsOf(element);
    const next = stars[stars.indexOf(element) + 1];
    return isLit(element) && !(next && isLit(next)) ? FLAG.CHECKED : 0;
  }
  const open = isUnfolded(element, role, mark);
  return open === null ? 0 : open ? FLAG.EXPANDED : FLAG.COLLAPSED;
}

/** Tell whether a branch of a tree or the title of a part is open, as it is drawn; null of anything else. */
function isUnfolded(element, role, mark) {
  if (role === "treeitem") {
    const switcher = switcherOf(element);
    return switcher && testWith(OPENED, attributeOf(switcher, "class") || "");
  }
  if (role !== "button" || !testWith(FOLDING, mark)) return null;
  return boxOf(parentOf(element)).height > boxOf(element).height + FOLDED_ROOM;
}

/** Tell the same of the plain element that a text stands in. */
awt.drawnOpen = (element) => {
  const one = closestTo(element, "[class*=tree-node], [class*=treenode], [class*=collapse], [class*=accordion]");
  for (let up = element; one && up && nodeTypeOf(up) === ELEMENT; up = up === one ? null : parentOf(up)) {
    const mark = attributeOf(up, "class") || "";
    if (PLAIN[localNameOf(up)] && attributeOf(up, "role") === null && (testWith(BRANCH, mark) || testWith(FOLDING, mark))) {
      return isUnfolded(up, drawnRole(up), mark);
    }
  }
  return null;
};

// --- lists -------------------------------------------------------------------------------------------------------------

const FIELD_LEAST = [60, 18]; // pixels of width and height that a list drawn as a field has at least
const FIELD_MOST = 120; // pixels of its height, with the chips of what is chosen
const ARROW_MOST = 26; // pixels of the arrow that opens it
const ARROW_ROOM = 40; // pixels between the end of the field and the middle of its arrow
const NO_FIELD = "a[href], button, select, textarea, input[type=checkbox], input[type=radio], input[type=range], input[type=file], h1, h2, h3, h4, h5, h6";

/** Tell whether an element is drawn as a field that opens a list: it takes the focus, has a frame, and an arrow at its end. */
function isDrawnList(element) {
  const box = boxOf(element);
  if (box.width < FIELD_LEAST[0] || box.height < FIELD_LEAST[1] || box.height > FIELD_MOST) return false;
  if (queryOne(element, NO_FIELD) || !hasArrow(element, box)) return false;
  if (hasFrame(element)) return true;
  const around = parentOf(element);
  if (!around || nodeTypeOf(around) !== ELEMENT || !isSameArea(boxOf(around), box)) return false;
  if (hasFrame(around)) return true;
  for (let beside = firstElementOf(around); beside; beside = nextElementOf(beside)) {
    if (beside !== element && isSameArea(boxOf(beside), box) && hasFrame(beside)) return true;
  }
  return false;
}

function hasArrow(element, box) {
  const pictures = queryAll(element, "svg, i, img");
  for (let i = pictures.length - 1; i >= 0; i--) {
    const own = boxOf(pictures[i]);
    if (own.width > ARROW_MOST || own.height > ARROW_MOST || !isVisible(pictures[i])) continue;
    const part = closestTo(pictures[i], "[role=button]"); // of a chip, which it takes away
    if (box.x + box.width - own.x - own.width / 2 <= ARROW_ROOM) return !part || part === element;
  }
  return false;
}

function hasFrame(element) {
  const style = styleOf(element);
  for (const side of ["Top", "Right", "Bottom", "Left"]) {
    if (style["border" + side + "Style"] === "none" || !parseFloat(style["border" + side + "Width"])) return false;
  }
  return true;
}

function isSameArea(one, other) {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y) + Math.abs(one.width - other.width) + Math.abs(one.height - other.height) < 8;
}

// --- tabs and the numbers of pages: classes that many libraries share, where several such stand together ----------------

const TAB = /(?:^|[\s-])tabs?[-_]+(?:tab|item)(?:\s|$)/;
const OF_PAGER = /(?:^|[\s-])(?:pagination|pager)[-_]+(?:item|number|page|button)(?:[\s-]|$)/;
const PLAIN_ABOVE = 2; // elements between one of several and what holds them all

/** Tell whether another element of such a class stands beside an element or beside what holds it alone. */
function isOfSeveral(element, classes) {
  let one = element;
  for (let i = 0; i < PLAIN_ABOVE; i++) {
    const around = parentOf(one);
    if (!around || nodeTypeOf(around) !== ELEMENT) return false;
    for (let beside = firstElementOf(around); beside; beside = nextElementOf(beside)) {
      if (beside === one) continue;
      if (testWith(classes, attributeOf(beside, "class") || "")) return true;
      for (let part = firstElementOf(beside); part; part = nextElementOf(part)) {
        if (testWith(classes, attributeOf(part, "class") || "")) return true;
      }
    }
    one = around;
  }
  return false;
}

/** Tell whether a plain element is a number or an arrow of a pager, and holds nothing that one presses instead. */
function isOfDrawnPager(element) {
  if (!testWith(OF_PAGER, attributeOf(element, "class") || "") || holdsPressed(element)) return false;
  const text = fold(textContentOf(element));
  return testWith(/^\d*$/, text) && (text !== "" || isPagerArrow(element) !== 0);
}

/** Return -1 for what stands without words right before the numbers of pages, 1 right behind them, 0 for anything else. */
function isPagerArrow(element) {
  const around = parentOf(element);
  if (!around || nodeTypeOf(around) !== ELEMENT || fold(textContentOf(element))) return 0;
  let before = 0, behind = 0, numbers = 0, side = 0;
  for (let part = firstElementOf(around); part; part = nextElementOf(part)) {
    if (part === element) side = numbers ? 1 : -1;
    if (testWith(/^\d+$/, fold(textContentOf(part)))) numbers++;
    else if (!fold(textContentOf(part)) && testWith(OF_PAGER, attributeOf(part, "class") || "")) numbers ? behind++ : before++;
  }
  return numbers && before === 1 && behind === 1 ? side : 0;
}

// --- stars, branches of trees, parts that unfold ---------------------------------------------------------------------------

const STAR = /(?:^|[\s-])(?:rate|rating)[-_]+(?:item|star|icon)(?:\s|$)/;
const FEWEST_STARS = 3;
const ON = /(?:[-_]|^|\s)(?:active|full|on|selected|filled)(?:\s|$)/;
const BRANCH = /(?:^|[\s-])tree-?node(?:\s|$)/;
const SWITCHER_CLASS = "[class*=switcher], [class*=expand-icon], [class*=node-toggle]";
const OPENED = /(?:[-_]|^|\s)(?:expanded|open|opened)(?:\s|$)/;
const FOLDING = /(?:^|[\s-])(?:collapse|accordion)[-_]+item[-_]+(?:header|title)(?:\s|$)/;
const FOLDED_ROOM = 12; // pixels by which what is shut may be higher than its title
const PRESSED = "a[href], button, [role=button], [role=radio], input, select";

/** Return the stars of a scale in which a plain one without words stands; [] where it is none. */
function starsOf(element) {
  const around = parentOf(element);
  const found = [];
  if (!around || nodeTypeOf(around) !== ELEMENT) return found;
  for (let part = firstElementOf(around); part; part = nextElementOf(part)) {
    if (!testWith(STAR, attributeOf(part, "class") || "") || fold(textContentOf(part)) || holdsPressed(part)) return [];
    found[found.length] = part;
  }
  return found;
}

function isLit(star) {
  return testWith(ON, attributeOf(star, "class") || "");
}

function holdsPressed(element) {
  return queryOne(element, PRESSED) !== null;
}

/** Return what unfolds a branch of a tree that a plain element draws; null of a leaf. */
function switcherOf(branch) {
  const part = queryOne(branch, SWITCHER_CLASS);
  return part && firstElementOf(part) && isVisible(part) ? part : null;
}
