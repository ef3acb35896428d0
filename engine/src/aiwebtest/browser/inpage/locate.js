// Find an element again: the recipe of `aiwebtest.core.locator.Locator`, and the identity that the one found must have.
//
// The same rules run on snapshots (`aiwebtest.grounding.matching`); a contract test holds both to the same answers.
//
// Cheap tests come first: on a long page most candidates must fall before a name is computed.
{
  const parse = JSON.parse;
  const stop = window.clearTimeout.bind(window);
  const soon = window.setTimeout.bind(window);
  const clock = performance.now.bind(performance);
  const LEAST_PAUSE_MS = 16;
  const LONGEST_PAUSE_MS = 100; // styles and shadow trees change without a mutation that we see

  // --- matching ------------------------------------------------------------------------------------------------------

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

  // --- the identity --------------------------------------------------------------------------------------------------

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

  // --- the answer ----------------------------------------------------------------------------------------------------

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

  /** Return what `locate` finds for other parts: with its `element`, the `search` and what is `alike`. */
  awt.find = (recipe) => locate(parse(recipe));

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
