// What a sentence may mean besides the element that a recipe gives: the same name elsewhere, a part before it.
{
  const normal = method(String, "normalize"); // the same letters, whether their accents are signs of their own or not

  /**
   * Return the rows around the element that the recipe gives, as `rowsAround` does; "" where it gives none, and where a
   * dialog that it is no part of is shown, since a sentence may mean what is in that.
   *
   * Also "" where something beyond these rows has the letters of `rivals.name` (with `but_alike`: other than what the
   * recipe, without its position, gives as well), or something above one of the roles.
   */
  awt.around = (recipe, rivals) => {
    const found = awt.find(recipe);
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
}
