"""What opens and closes: whether it is open already."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act

__all__ = ["is_so_already"]

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
