"""The element that a person means who points at a place of the page, or who types: for recording."""

from __future__ import annotations

from playwright.async_api import ElementHandle, Error, Page

from aiwebtest.browser.observed import node_of
from aiwebtest.core.snapshot import Flag, Node, Snapshot

__all__ = ["focused", "pointed_at", "value_of"]

_AT = """([x, y]) => {
  let at = document.elementFromPoint(x, y);
  while (at && at.shadowRoot) {
    const inner = at.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === at) break;
    at = inner;
  }
  return at;
}"""
_ACTIVE = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""
_VALUE = "(element) => element.isContentEditable ? element.innerText : String(element.value ?? '')"
_INNER_ORIGIN = """(frame) => {
  const box = frame.getBoundingClientRect();
  return [box.x + frame.clientLeft, box.y + frame.clientTop];
}"""
_FRAMES = frozenset({"iframe", "frame"})
_ACTED_ON = frozenset(
    "button link textbox searchbox combobox listbox checkbox radio switch tab menuitem menuitemcheckbox menuitemradio "
    "option spinbutton slider treeitem".split()
)


async def pointed_at(page: Page, snapshot: Snapshot, x: float, y: float) -> Node | None:
    """Return what a click at a place (CSS pixels of the viewport) would be meant for; None where there is nothing.

    A word inside a button means the button, and a label means its control.
    """
    try:
        handle = await _element_at(page, x, y)
        ref = None if handle is None else await node_of(handle, snapshot)
    except Error:  # the page went away meanwhile
        return None
    return None if ref is None else _meant(snapshot.nodes[ref], snapshot)


async def focused(page: Page) -> ElementHandle | None:
    """Return the element that takes what is typed, through frames and open shadow roots."""
    frame = page.main_frame
    while True:
        handle = (await frame.evaluate_handle(_ACTIVE)).as_element()
        inner = await handle.content_frame() if handle else None
        if inner is None:
            return handle
        frame = inner


async def value_of(handle: ElementHandle) -> str:
    """Return what a field holds."""
    return str(await handle.evaluate(_VALUE))


async def _element_at(page: Page, x: float, y: float) -> ElementHandle | None:
    frame = page.main_frame
    while True:
        handle = (await frame.evaluate_handle(_AT, [x, y])).as_element()
        inner = await handle.content_frame() if handle else None
        if handle is None or inner is None:
            return handle
        left, top = await handle.evaluate(_INNER_ORIGIN)
        frame, x, y = inner, x - left, y - top


def _meant(node: Node, snapshot: Snapshot) -> Node:
    for one in (node, *snapshot.ancestors(node)):
        if one.role in _ACTED_ON or one.has(Flag.EDITABLE):
            return one
        if one.tag == "label":
            said = snapshot.text_of(one)
            labelled = [other for other in snapshot.nodes if other.role in _ACTED_ON and said and other.label == said]
            if labelled:
                return labelled[0]
        if one.tag in _FRAMES:
            break
    clickable = next((one for one in (node, *snapshot.ancestors(node)) if one.has(Flag.CLICKABLE)), None)
    return clickable if clickable is not None and clickable.tag not in ("body", "html") else node
