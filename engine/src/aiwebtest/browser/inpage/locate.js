// Find an element again: the recipe of `aiwebtest.core.locator.Locator`, and the identity that the one found must have.
//
// The same rules run on snapshots (`aiwebtest.grounding.matching`, `.neighbourhood`, `.stable`); a contract test holds
// both to the same answers. Cheap tests come first: on a long page most candidates must fall before a name is computed.
{
  const compareOrder = method(window.Node, "compareDocumentPosition");
  const lower = method(String, "toLowerCase");
  const holdsText = method(String, "includes");
  const normal = method(String, "normalize"); // the same letters, whether their accents are signs of their own or not
  const slotOf = getter(Element, "assignedSlot");
  const hostOf = getter(ShadowRoot, "host");
  const byId = uncurry(Document.prototype.getElementById);
  const documentAll = uncurry(Document.prototype.querySelectorAll);
  const fragmentAll = uncurry(DocumentFragment.prototype.querySelectorAll);
  const parse = JSON.parse;
  const stop = window.clearTimeout.bind(window);
  const soon = window.setTimeout.bind(window);
  const clock = performance.now.bind(performance);
  const SHADOW = 11;
  const BEFORE = 2, WITHIN = 16; // DOCUMENT_POSITION_PRECEDING, DOCUMENT_POSITION_CONTAINED_BY
  const LONGEST = 400; // characters of text in an element that may serve as a mark
  const LEAST_PAUSE_MS = 16;
  const LONGEST_PAUSE_MS = 100; // styles and shadow trees change without a mutation that we see

  // --- texts ----------------------------------------------------------------------------------------------------------

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

  // --- the tree as a reader sees it -----------------------------------------------------------------------------------

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

  // --- what may have a role -------------------------------------------------------------------------------------------

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

  // --- matching -------------------------------------------------------------------------------------------------------

  /** Return the elements that match alike, before any index tells them apart. */
  function matchesOf(locator, search) {
    let found = select(search, locator.role ? selectorOf(locator.role) : locator.tag || "*");
    found = narrowed(found, locator.within, search, false);
    found = filter(found, fitterOf(locator));
    if (search.roots.length > 1) sortByOrder(found);
    return narrowed(found, locator.within, search, true);
  }

  /** Apply the places of a recipe: those told by an ancestor early, those that depend on all that match alike late. */
  function narrowed(elements, within, search, late) {
    let found = elements, isLate = false;
    for (let place = within; place; place = place.count === 0 ? null : place.within) {
      const byPart = place.count !== 0 && !place.role && !place.tag && !place.ident;
      isLate = isLate || byPart;
      if (isLate !== late) continue;
      found = place.count === 0 ? inNumbered(found, place, search) : byPart ? inPart(found, place, search) : inAncestor(found, place, search);
    }
    return found;
  }

  function filter(elements, test) {
    const kept = [];
    for (let i = 0; i < elements.length; i++) if (test(elements[i])) kept[kept.length] = elements[i];
    return kept;
  }

  /** Return the test of what an element by itself has. */
  function fitterOf(locator) {
    const name = locator.name && wording(locator.name);
    const label = locator.label && wording(locator.label);
    const placeholder = locator.placeholder && wording(locator.placeholder);
    const text = locator.text && wording(locator.text);
    return (element) => {
      const tag = localNameOf(element);
      if (locator.tag && locator.tag !== tag) return false;
      if (locator.testid && testIdOf(element) !== locator.testid) return false;
      if (locator.ident && !hasWord(element, locator.ident)) return false;
      if (locator.href && addressOf(element) !== locator.href) return false;
      if (locator.role && roleOf(element, tag) !== locator.role) return false;
      if (name && !name.fits(nameOf(element, tag)[0])) return false;
      if (label && !label.fits(labelText(element, tag))) return false;
      if (placeholder && !placeholder.fits(placeholderOf(element))) return false;
      if (!locator.hidden && !isVisible(element)) return false;
      return !text || says(element, text);
    };
  }

  /** Return where a link leads, without scheme and host when they are those of the page. */
  function addressOf(element) {
    const raw = attributeOf(element, "href");
    if (!raw) return "";
    let url = null;
    try {
      url = new Address(raw, location.href);
    } catch {
      return raw;
    }
    const rest = url.pathname + url.search + url.hash;
    return url.protocol === location.protocol && url.host === location.host ? rest : url.href;
  }
  const Address = URL;

  function placeholderOf(element) {
    return attributeOf(element, "placeholder") || attributeOf(element, "aria-placeholder") || "";
  }

  /** Tell whether a word is the element's id, its name attribute, one of its classes or the name of its icon. */
  function hasWord(element, word) {
    for (let i = 0; i < WORDED.length; i++) {
      const value = attributeOf(element, WORDED[i]);
      if (!value || !holdsText(value, word)) continue;
      const words = splitText(fold(value), " ");
      for (let k = 0; k < words.length; k++) if (words[k] === word) return true;
    }
    return false;
  }
  const WORDED = ["id", "name", "class", "data-icon", "data-feather", "data-lucide"];
  const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-cy", "data-qa"];

  function testIdOf(element) {
    for (let i = 0; i < TEST_IDS.length; i++) {
      const value = attributeOf(element, TEST_IDS[i]);
      if (value) return value;
    }
    return "";
  }

  function says(element, text) {
    const said = spoken(element);
    return said !== null && text.fits(said);
  }

  /** Tell whether an element in `part`, or itself, says the text or has a label or an attribute that does. */
  function holds(part, text, plain) {
    if (plain) return anySays(part, text) || anyNamed(part, text);
    return anyBelow(part, (element) => isVisible(element) && (isNamed(element, text) || says(element, text)));
  }

  /** Look for an element that says the text, leaving out what does not have its words; only without shadow trees. */
  function anySays(element, text) {
    if (SKIPPED[localNameOf(element)] || !text.mayBeIn(textContentOf(element))) return false;
    if (isVisible(element) && says(element, text)) return true;
    for (let child = firstElementOf(element); child; child = nextElementOf(child)) if (anySays(child, text)) return true;
    return false;
  }

  function anyNamed(part, text) {
    if (isVisible(part) && isNamed(part, text)) return true;
    const named = queryAll(part, NAMING);
    for (let i = 0; i < named.length; i++) if (isNamed(named[i], text) && isVisible(named[i])) return true;
    return false;
  }
  const NAMING = "[aria-label], [aria-labelledby], [alt], [title], [placeholder], input, select, textarea, fieldset, table, figure";

  function isNamed(element, text) {
    const named = nameOf(element);
    return named[1] && text.fits(named[0]);
  }

  function anyBelow(element, test) {
    const tag = localNameOf(element);
    if (SKIPPED[tag]) return false;
    if (tag !== "slot" && test(element)) return true;
    let found = false;
    eachChild(element, tag, (child) => {
      found = found || (nodeTypeOf(child) === ELEMENT && anyBelow(child, test));
    });
    return found;
  }

  /** Keep what is in, or is, the numbered one of the elements that the place matches. */
  function inNumbered(elements, place, search) {
    const places = matchesOf(place, search);
    const one = places[place.index < 0 ? places.length + place.index : place.index];
    return one ? filter(elements, (element) => contains(one, element)) : [];
  }

  /** Keep what has an ancestor of that kind. */
  function inAncestor(elements, place, search) {
    const name = place.name && wording(place.name);
    const text = place.text && wording(place.text);
    const known = new WeakMap();
    const fits = (element) => {
      if (place.role && roleOf(element) !== place.role) return false;
      if (place.tag && localNameOf(element) !== place.tag) return false;
      if (place.ident && !hasWord(element, place.ident)) return false;
      if (name && !name.fits(nameOf(element)[0])) return false;
      return !text || holds(element, text, search.plain);
    };
    return filter(elements, (element) => {
      for (let node = above(element); node; node = above(node)) {
        let fitting = mapGet(known, node);
        if (fitting === undefined) mapSet(known, node, (fitting = fits(node)));
        if (fitting) return true;
      }
      return false;
    });
  }

  /** Keep what has the text in the largest part of the page that holds it and none of the others. */
  function inPart(elements, place, search) {
    const text = wording(place.text);
    const crowd = new WeakMap();
    for (let i = 0; i < elements.length; i++) {
      for (let node = elements[i]; node; node = above(node)) mapSet(crowd, node, (mapGet(crowd, node) || 0) + 1);
    }
    return filter(elements, (element) => {
      let part = element;
      for (let node = above(element); node && mapGet(crowd, node) === 1; node = above(node)) part = node;
      return holds(part, text, search.plain);
    });
  }

  // --- the neighbourhood ----------------------------------------------------------------------------------------------

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

  // --- the identity ---------------------------------------------------------------------------------------------------

  /** Return what of the identity does not fit, as `[what, stored, now]`; null when all does. */
  function strangeness(element, identity, search) {
    const tag = localNameOf(element), role = roleOf(element, tag);
    if (identity.role ? identity.role !== role : identity.tag !== tag) {
      return ["role", identity.role || identity.tag, role || tag];
    }
    const name = nameOf(element, tag)[0];
    const free = identity.position && !identity.name; // whatever stands there
    if (!free && name.length <= 80 && !wording(identity.name).fits(name)) return ["name", identity.name, name];
    const type = tag === "input" || tag === "button" ? element.type : "";
    if (identity.type !== type) return ["type", identity.type, type];
    for (let i = 0; i < identity.marks.length; i++) {
      if (hasMark(element, identity.marks[i])) continue;
      const other = bearerOf(identity.marks[i], search);
      if (other) return ["mark", identity.marks[i], nameOf(other)[0]];
    }
    return identity.near.length ? awayFrom(neighbours(element, !identity.position, search), identity.near) : null;
  }

  function awayFrom(around, near) {
    for (let i = 0; i < near.length; i++) {
      const wanted = wording(near[i]);
      let there = false;
      for (let k = 0; k < around.length; k++) there = there || wanted.fits(around[k]);
      if (!there) return ["near", near[i], around.filter((text) => text).join(", ")];
    }
    return null;
  }

  function hasMark(element, mark) {
    return hasWord(element, mark) || testIdOf(element) === mark;
  }

  function bearerOf(mark, search) {
    const quoted = '"' + mark + '"';
    let selector = "#" + mark + ", ." + mark + ", [name=" + quoted + "]";
    for (let i = 0; i < TEST_IDS.length; i++) selector += ", [" + TEST_IDS[i] + "=" + quoted + "]";
    const bearers = filter(select(search, selector), isVisible);
    return bearers.length ? bearers[0] : null;
  }

  // --- what a sentence may mean besides -------------------------------------------------------------------------------

  function hasRivals(part, rivals, search, alike) {
    const roles = rivals.roles_before;
    if (!rivals.name && !roles.length) return false;
    if (filter(select(search, FRAMES), isVisible).length) return true;
    if (rivals.name) return isNamedBeyond(part, rivals.name, search, rivals.but_alike ? withLabels(alike) : []);
    return !search.plain || isAmongBefore(part, setOf(roles.join(" ")));
  }

  function withLabels(elements) {
    const all = [];
    for (let i = 0; i < elements.length; i++) {
      const labels = labelsOf(elements[i]) || [];
      all[all.length] = elements[i];
      for (let k = 0; k < labels.length; k++) all[all.length] = labels[k];
    }
    return all;
  }

  function isInOne(elements, node) {
    for (let i = 0; i < elements.length; i++) if (elements[i] === node || compareOrder(elements[i], node) & WITHIN) return true;
    return false;
  }

  /** Tell whether the letters of a name stand in a text or an attribute outside of a part, and of what is left aside. */
  function isNamedBeyond(part, name, search, aside) {
    const letters = lettersOf(name);
    if (!letters) return true;
    const inText = !search.plain || holdsText(lettersOf(textAround(part, aside)), letters);
    for (let i = 0; inText && i < search.roots.length; i++) {
      const root = search.roots[i];
      if (i && contains(part, hostOf(root))) continue;
      if (holdsText(lettersOf(textBeyond(root === document ? document.body : root, part, aside)), letters)) return true;
    }
    const named = select(search, "[" + NAMES.join("], [") + "]");
    if (!holdsText(lettersOf(allSaid(named)), letters)) return false;
    for (let i = 0; i < named.length; i++) {
      for (let k = 0; k < NAMES.length; k++) {
        const said = attributeOf(named[i], NAMES[k]);
        if (!said || !holdsText(lettersOf(said), letters)) continue;
        if (!contains(part, named[i]) && !contains(named[i], part) && !isInOne(aside, named[i])) return true;
      }
    }
    return false;
  }
  const NAMES = ["aria-label", "title", "alt", "placeholder", "aria-placeholder", "label", "value"];

  function allSaid(elements) {
    let said = "";
    for (let i = 0; i < elements.length; i++) {
      for (let k = 0; k < NAMES.length; k++) said += " " + (attributeOf(elements[i], NAMES[k]) || "");
    }
    return said;
  }

  /** Return the letters and digits of a text, so that a name is found whatever stands between its own. */
  function lettersOf(text) {
    return replaceIn(lower(normal(text)), NO_LETTERS, "");
  }
  const NO_LETTERS = /[^\p{L}\p{N}]+/gu;

  /** Return all text of the page outside of some elements: quickly, and with some that nobody reads. */
  function textAround(part, aside) {
    const ways = new WeakMap(); // what is left out, and with true what stands above it
    for (let i = -1; i < aside.length; i++) {
      const left = i < 0 ? part : aside[i];
      mapSet(ways, left, false);
      for (let node = parentOf(left); node && mapGet(ways, node) === undefined; node = parentOf(node)) mapSet(ways, node, true);
    }
    return textBut(document.body, ways);
  }

  function textBut(element, ways) {
    let text = "";
    for (let child = firstChildOf(element); child; child = nextSiblingOf(child)) {
      const way = mapGet(ways, child);
      if (way !== undefined) text += way ? textBut(child, ways) : " ";
      else if (nodeTypeOf(child) === TEXT || (nodeTypeOf(child) === ELEMENT && !SKIPPED[localNameOf(child)])) text += textContentOf(child);
    }
    return text;
  }

  function textBeyond(root, part, aside) {
    const texts = document.createTreeWalker(root, TEXTS);
    let text = "", node = texts.nextNode();
    while (node) {
      const parent = parentOf(node);
      const skipped = nodeTypeOf(parent) === ELEMENT && SKIPPED[localNameOf(parent)];
      if (!skipped && !(compareOrder(part, node) & WITHIN) && !isInOne(aside, node)) text += textContentOf(node);
      node = texts.nextNode();
    }
    return text;
  }
  const TEXTS = 4; // NodeFilter.SHOW_TEXT

  /** Tell whether something before a part has one of the roles, on a page without shadow trees. */
  function isAmongBefore(part, roles) {
    const all = queryAll(document.body, "*");
    for (let i = 0; i < all.length && all[i] !== part; i++) if (roles[roleOf(all[i])]) return true;
    return false;
  }

  // --- the answer -----------------------------------------------------------------------------------------------------

  /** Find the one element that the recipe gives and that is what it was. */
  function locate(wanted) {
    const locator = wanted.locator, identity = wanted.identity;
    forgetSections();
    const roots = rootsOf();
    const search = { roots, plain: roots.length === 1 };
    const matches = matchesOf(locator, search);
    const element = chosen(matches, locator);
    if (!element) return { matches: matches.length, now: matches.length ? null : successor(identity, search) };
    const strange = strangeness(element, identity, search);
    if (strange) return { matches: matches.length, strange };
    const box = boxOf(element);
    return {
      element,
      search,
      alike: matches,
      found: [numberOf(element), token, [box.x, box.y, box.width, box.height], nameOf(element)[0]],
    };
  }

  function chosen(matches, locator) {
    if (locator.count === 1) return matches.length === 1 ? matches[0] : null;
    if (locator.count && locator.count !== matches.length) return null;
    return matches[locator.index < 0 ? matches.length + locator.index : locator.index] || null;
  }

  /** Return the role and name of the element that now bears the lost one's marks. */
  function successor(identity, search) {
    for (let i = 0; i < identity.marks.length; i++) {
      const other = bearerOf(identity.marks[i], search);
      if (other) return [roleOf(other) || localNameOf(other), nameOf(other)[0] || spoken(other) || ""];
    }
    return null;
  }

  function answered(found) {
    if (found.found) return found.found;
    return [null, found.matches, found.strange || null, found.now || null];
  }

  /** Return `[number, token, box, name]` or `[null, how many match, what is strange, what it is now]`. */
  awt.locate = (recipe) => answered(locate(parse(recipe)));

  /**
   * Return the rows around the element that the recipe gives, as `rowsAround` does; "" where it gives none, and where a
   * dialog that it is no part of is shown, since a sentence may mean what is in that.
   *
   * Also "" where something beyond these rows has the letters of `rivals.name` (with `but_alike`: other than what the
   * recipe, without its position, gives as well), or something above one of the roles.
   */
  awt.around = (recipe, rivals) => {
    const found = locate(parse(recipe));
    if (!found.element) return "";
    const line = lineage(found.element);
    if (line[line.length - 1] !== document.body) return "";
    const dialogs = filter(select(found.search, DIALOGS), isVisible);
    for (let i = 0; i < dialogs.length; i++) if (!contains(dialogs[i], found.element)) return "";
    const part = awt.partOf(line);
    return hasRivals(line[part], rivals, found.search, found.alike) ? "" : awt.rowsAround(line, part);
  };
  const FRAMES = "iframe, frame, object, embed";
  const DIALOGS = "dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true], [popover]";

  /** Answer as `locate` does, once the element is there or the time is over. */
  awt.await = (recipe, timeoutMs) => {
    const wanted = parse(recipe);
    const ends = clock() + timeoutMs;
    return new Promise((resolve, reject) => {
      let timer = 0, last = 0;
      const wake = () => {
        stop(timer);
        timer = soon(look, Math.max(0, LEAST_PAUSE_MS - (clock() - last)));
      };
      const observer = new MutationObserver(wake);
      const look = () => {
        try {
          const found = locate(wanted);
          last = clock();
          if (!found.element && last < ends) {
            timer = soon(look, Math.min(LONGEST_PAUSE_MS, Math.max(0, ends - last)));
            return;
          }
          observer.disconnect();
          resolve(answered(found));
        } catch (error) {
          observer.disconnect();
          reject(error);
        }
      };
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
  };
}
