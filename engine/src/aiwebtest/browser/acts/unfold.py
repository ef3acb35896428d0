"""What opens and closes: whether it is open already, and that it is once it was clicked."""

from __future__ import annotations

import asyncio

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.effects import ignoring_navigation
from aiwebtest.core.errors import ActionError

__all__ = ["is_so_already", "unfold"]

_POLL_S = 0.05
_OPENS_S = 2.0  # how long what was clicked may take to say that it is open, once nothing is asked of the server

_IS_OPEN = """(element) => {
  if (!element.isConnected) return null;
  const summary = element.closest("summary");
  const details = element.localName === "details" ? element : summary && summary.parentElement;
  if (details && details.localName === "details") return details.open;
  const inner = element.querySelectorAll("[aria-expanded]");
  const opener = element.closest("[aria-expanded]") || (inner.length === 1 ? inner[0] : null);
  if (!opener) return window[Symbol.for("aiwebtest")].drawnOpen(element);
  const part = element.parentElement && element.parentElement.closest("[role=group], [role=tree], ul, ol");
  if (part && part !== opener && opener.contains(part)) return null;  // of what it is a part of
  return opener.getAttribute("aria-expanded") === "true";
}"""


async def is_so_already(act: Act) -> bool:
    """Tell, with a note, whether what is to be expanded or collapsed is so already; a click would undo it."""
    if act.intent.makes not in ("expanded", "collapsed"):
        return False
    is_open = await act.ask(_IS_OPEN)
    if is_open is not (act.intent.makes == "expanded"):
        return False  # it is not so, or does not tell
    act.session.note(f"it was {act.intent.makes} already")
    return True


_TOGGLE = """(element) => {
  const opener = element.closest("[aria-expanded]") || element;
  const rest = opener.querySelector("[role=group], [role=tree], [role=treeitem], ul, ol");
  const all = [];
  const inShadow = (part) => part.getRootNode() !== opener.getRootNode();
  for (const root of [opener, opener.shadowRoot]) {
    if (root) all.push(...root.querySelectorAll("button, a, span, i, div, svg"));
  }
  const arrows = all.filter(isArrow);
  for (const part of arrows) {
    if (rest && rest.contains(part)) continue;
    if (inShadow(part) && arrows.some((other) => other !== part && part.contains(other))) continue;
    const area = part.getBoundingClientRect();
    if (!area.width || !area.height || getComputedStyle(part).pointerEvents === "none") continue;
    const branch = "[role=treeitem], [role=tree] *, [class*=tree-node], [class*=tree-node] *";
    const leads = opener.matches(branch) && !part.matches("a[href]") && !before(part);
    const mere = opener.matches("tr, [role=row]") && !part.textContent.trim() && !before(part);
    return [window[Symbol.for("aiwebtest")].numberOf(part), leads, mere];
  }
  return null;

  function isArrow(part) {
    const said = `${part.getAttribute("class") || ""} ${part.getAttribute("aria-label") || ""}`;
    return /switcher|toggle|toggler|expand|caret|chevron|arrow|disclosure|twist/i.test(said);
  }

  function before(part) {  // whether words of the item stand in front of it
    const range = document.createRange();
    range.setStart(opener, 0);
    range.setEndBefore(part);
    return /\\p{L}/u.test(range.toString());
  }
}"""


async def unfold(act: Act) -> None:
    """Click what is to be expanded or collapsed, or the arrow in it that opens and closes it.

    An arrow that leads a branch of a tree, or a row that does not tell whether it is open, is what opens it; elsewhere
    it is clicked if the click on the whole came to nothing. What says whether it is open has to say so in the end; the
    page showing something else proves nothing.

    Raises:
        ActionError: it says the contrary still.
    """
    pressing = await act.first("pressing")
    element = act.target if pressing["itself"] else await act.element_number(pressing["n"])
    toggle = await act.ask(_TOGGLE)
    if await act.ask(_IS_OPEN) is None:
        if toggle is not None and toggle[2]:
            element = await act.element_number(toggle[0])
        await element.click(timeout=act.deadline.left_ms)
        return
    parts = [element]
    if toggle is not None:
        parts.insert(0 if toggle[1] else 1, await act.element_number(toggle[0]))
    for part in parts:
        await part.click(timeout=act.deadline.left_ms)
        if await _is_so(act):
            return
    raise ActionError(
        f"It was clicked and is not {act.intent.makes}.", mend="click the part that opens and closes it, by name."
    )


async def _is_so(act: Act) -> bool:
    """Wait until it says that it is as the sentence wants it, or is gone; as long as the page asks for something."""
    patience = Deadline(min(_OPENS_S, act.deadline.left_s))
    while True:
        is_open = None
        with ignoring_navigation():
            is_open = await act.ask(_IS_OPEN)
        if is_open is None or is_open is (act.intent.makes == "expanded"):
            return True
        if act.session.traffic.pending:
            patience = Deadline(min(_OPENS_S, act.deadline.left_s))
        if patience.passed or act.deadline.passed:
            return False
        await asyncio.sleep(_POLL_S)
