"""What opens and closes: whether it is open already, and that it is once it was clicked."""

from __future__ import annotations

import asyncio

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.effects import ignoring_navigation
from aiwebtest.core.errors import ActionError

__all__ = ["is_so_already", "unfold"]

_POLL_S = 0.05
_OPENS_S = 0.5  # how long a section may take to say that it is open

_IS_OPEN = """(element) => {
  const summary = element.closest("summary");
  const details = element.localName === "details" ? element : summary && summary.parentElement;
  if (details && details.localName === "details") return details.open;
  const inner = element.querySelectorAll("[aria-expanded]");
  const opener = element.closest("[aria-expanded]") || (inner.length === 1 ? inner[0] : null);
  return opener ? opener.getAttribute("aria-expanded") === "true" : null;
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
  const all = opener.querySelectorAll("button, a, span, i, div, svg");
  for (const part of all) {
    if (rest && rest.contains(part)) continue;
    const said = `${part.getAttribute("class") || ""} ${part.getAttribute("aria-label") || ""}`;
    if (!/switcher|toggle|toggler|expand|caret|chevron|arrow|disclosure|twist/i.test(said)) continue;
    const area = part.getBoundingClientRect();
    if (area.width && area.height) return window[Symbol.for("aiwebtest")].numberOf(part);
  }
  return null;
}"""


_SHOWN = "() => document.body ? document.body.innerText : ''"


async def unfold(act: Act) -> None:
    """Click what is to be expanded or collapsed, or the arrow in it where that alone opens and closes it.

    Raises:
        ActionError: the arrow did not either.
    """
    known = await act.ask(_IS_OPEN) is not None
    shown = await act.ask(_SHOWN) if known else ""
    await act.target.click(timeout=act.deadline.left_ms)
    if not known or await _is_so(act, shown):
        return
    toggle = await act.ask(_TOGGLE)
    if toggle is None:
        return  # it came to nothing, which the effects tell
    await (await act.element_number(toggle)).click(timeout=act.deadline.left_ms)
    if not await _is_so(act, shown):
        raise ActionError(
            f"It was clicked and is not {act.intent.makes}.", mend="click the part that opens and closes it, by name."
        )


async def _is_so(act: Act, shown: str) -> bool:
    """Wait until it says that it is as the sentence wants it, or the page shows something else."""
    deadline = Deadline(min(_OPENS_S, act.deadline.left_s))
    while True:
        gone, is_open = True, None
        with ignoring_navigation():
            is_open = await act.ask(_IS_OPEN)
            gone = is_open is None or await act.ask(_SHOWN) != shown
        if gone or is_open is (act.intent.makes == "expanded"):
            return True
        if deadline.passed:
            return False
        await asyncio.sleep(_POLL_S)
