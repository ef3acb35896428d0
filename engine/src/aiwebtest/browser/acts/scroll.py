"""Scrolling: to a thing, by some distance, to an end; of the page or of something inside it."""

from __future__ import annotations

import re

from aiwebtest.browser import inpage
from aiwebtest.browser.acts.act import Act
from aiwebtest.core.errors import ActionError

__all__ = ["scroll"]

_SCROLL = """(element, how) => {
  const fits = (e) => {
    const style = getComputedStyle(e);
    const down = e.scrollHeight > e.clientHeight + 1 && /auto|scroll|overlay/.test(style.overflowY);
    const across = e.scrollWidth > e.clientWidth + 1 && /auto|scroll|overlay/.test(style.overflowX);
    return how.across ? across : down;
  };
  const page = document.scrollingElement || document.documentElement;
  let box = null;
  for (let up = element; up && !box; up = up.parentElement || (up.getRootNode().host ?? null)) if (fits(up)) box = up;
  if (element && (!box || box === page)) box = [...element.querySelectorAll("*")].find(fits) || box;
  const scrolls = element || fits(page) || page.scrollHeight > page.clientHeight + 1;
  if (!box || box === document.body) box = scrolls ? page : mainPart() || page;
  const size = how.across ? box.clientWidth : box.clientHeight;
  const whole = how.across ? box.scrollWidth : box.scrollHeight;
  const now = how.across ? box.scrollLeft : box.scrollTop;
  const next = how.end !== null ? how.end * whole : now + (how.pages !== null ? how.pages * size : how.pixels);
  box.scrollTo({ [how.across ? "left" : "top"]: next, behavior: "instant" });
  return (how.across ? box.scrollLeft : box.scrollTop) !== now;

  function mainPart() {  // what scrolls in place of the page: the largest part in sight, in components too
    let best = null, most = 0;
    const roots = [document];
    for (const root of roots) {
      for (const each of root.querySelectorAll("*")) {
        if (each.shadowRoot) roots.push(each.shadowRoot);
        if (each.clientWidth * each.clientHeight <= most || !fits(each) || !each.checkVisibility()) continue;
        best = each;
        most = each.clientWidth * each.clientHeight;
      }
    }
    return best;
  }
}"""
_SCROLLS = """(element, across) => {
  const overflow = getComputedStyle(element)[across ? "overflowX" : "overflowY"];
  const more = across ? element.scrollWidth > element.clientWidth + 1 : element.scrollHeight > element.clientHeight + 1;
  return more && /auto|scroll/.test(overflow);
}"""
_SWIPES = re.compile(r"(?:swipe|flick)\b", re.IGNORECASE)
_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_SWIPE_SHARE = 0.7  # of the element's length
_SWIPE_STEPS = 12
_PAGE_SHARE = 0.9  # of what is shown, so that a line of the old stays in sight


async def scroll(act: Act) -> None:
    """Bring the target into view, or scroll it, or the page, as far as the sentence says."""
    way = (act.intent.value or "").casefold()
    if act.element is not None and not way and act.intent.offset is None and act.intent.amount is None:
        await act.element.scroll_into_view_if_needed(timeout=act.deadline.left_ms)
        return
    if (
        act.element is not None
        and _SWIPES.match(act.intent.text)
        and not await act.ask(_SCROLLS, way in ("left", "right"))
    ):
        await _swipe(act, way)
        return
    moved = False
    for how in _moves(act, way):
        if act.element is not None:
            moved = await act.element.evaluate(_SCROLL, how) or moved
        else:
            moved = await act.page.evaluate(f"(how) => ({_SCROLL})(null, how)", how) or moved
    if not moved:
        act.session.note("nothing was left to scroll")
    await inpage.call(act.page, "drawn")


async def _swipe(act: Act, way: str) -> None:
    """Draw the pointer over the element, as a thumb does that pulls a line of a list aside."""
    await act.target.hover(timeout=act.deadline.left_ms)
    box = await act.target.bounding_box()
    across, down = _WAYS.get(way, (0, 0))
    if box is None or not (across or down):
        raise ActionError("It cannot be swiped that way.", mend="swipe it to the left, right, up or down.")
    mouse, x, y = act.page.mouse, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach_x, reach_y = across * box["width"] * _SWIPE_SHARE / 2, down * box["height"] * _SWIPE_SHARE / 2
    await mouse.move(x - reach_x, y - reach_y)
    await mouse.down()
    try:
        await mouse.move(x + reach_x, y + reach_y, steps=_SWIPE_STEPS)
    finally:
        await mouse.up()


def _moves(act: Act, way: str) -> list[dict[str, float | bool | None]]:
    if act.intent.offset is not None:
        across, down = act.intent.offset
        return [_move(True, pixels=across)] * bool(across) + [_move(False, pixels=down)] * bool(down)
    sideways = way in ("left", "right")
    if way in ("top", "bottom"):
        return [_move(False, end=0.0 if way == "top" else 1.0)]
    sign = -1 if way in ("up", "left") else 1
    amount = act.intent.amount
    if amount is not None and act.intent.unit == "px":
        return [_move(sideways, pixels=sign * amount)]
    return [_move(sideways, pages=sign * (amount or 1) * _PAGE_SHARE)]


def _move(
    across: bool, *, end: float | None = None, pages: float | None = None, pixels: float = 0.0
) -> dict[str, float | bool | None]:
    return {"across": across, "end": end, "pages": pages, "pixels": pixels}
