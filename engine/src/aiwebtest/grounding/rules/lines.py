"""Grids without roles: lines of like parts under a line of titles, as an invoice or a basket is often made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.wording import JUST_SO, compare, wording

__all__ = ["lines_showing", "parts_at", "under_title"]

_ACTED_ON = int(Flag.CLICKABLE) | int(Flag.EDITABLE)
_LEAST = 2  # titles in a line of them
_QUANTITIES = frozenset(["quantity", "amount", "number", "count"])
_SIGNS = frozenset("+ ＋ - − –".split())


def lines_showing(name: str, view: PageView) -> list[int]:
    """Return the fields that hold just a name: in a form the lines are told by what is filled in."""
    wanted = wording(name).folded
    return [
        node.ref for node in view.nodes
        if node.flags & int(Flag.EDITABLE) and node.visible and node.value and wording(node.value).folded == wanted
    ]  # fmt: skip


def parts_at(name: str, anchors: Sequence[int], view: PageView) -> list[int]:
    """Return what stands under the title `name` in the lines of the anchors: "the quantity of Hosting".

    A line without titles has a quantity where one number stands between "−" and "+".
    """
    lines = dict.fromkeys(line for ref in anchors if (line := _line_of(ref, view)) is not None)
    found = [part for line in lines if (part := under_title(name, line, view)) is not None]
    if not found and _QUANTITIES.intersection(wording(name).stems):
        found = [part for line in lines if (part := _between_signs(line, view)) is not None]
    return found


def _line_of(ref: int, view: PageView) -> int | None:
    line = next(iter(view.items_around(ref)), None)
    return line if line is not None and view.nodes[line].role in ("", "listitem") else None


def under_title(name: str, line: int, view: PageView) -> int | None:
    """Return the part of a line that stands under a title, the control in it where there is one."""
    cells = _shown(line, view)
    for head in _in_front(line, view):
        titles = _shown(head, view)
        at = [i for i, ref in enumerate(titles) if _says(ref, name, view)]
        if len(at) != 1 or len(titles) < _LEAST or any(_is_used(ref, view) for ref in titles):
            continue
        if len(cells) not in (len(titles), len(titles) + 1):  # the last may hold a button that needs no title
            return None
        return _held(cells[at[0]], view)
    return None


def _in_front(line: int, view: PageView) -> Iterator[int]:
    """Yield what may be the titles of a line: the first of the lines, or what stands right before all of them."""
    for ref in (line, view.nodes[line].parent):
        parent = view.nodes[ref].parent if ref >= 0 else -1
        before = [one for one in _shown(parent, view) if one < ref] if parent >= 0 else []
        yield from before[:1] if ref == line else before[-1:]


def _shown(ref: int, view: PageView) -> list[int]:
    return [child for child in view.children(ref) if view.nodes[child].visible and _is_something(child, view)]


def _is_something(ref: int, view: PageView) -> bool:
    return bool(view.text(ref)) or _is_used(ref, view)


def _is_used(ref: int, view: PageView) -> bool:
    return any(part.flags & _ACTED_ON or is_control(part) for part in view.subtree(view.nodes[ref]))


def _says(ref: int, name: str, view: PageView) -> bool:
    match = compare(wording(name), wording(view.text(ref)), quoted=False)
    return match is not None and match.kind in JUST_SO | {"name means the same"}


def _held(cell: int, view: PageView) -> int:
    """Return the only control of a cell, else the cell."""
    controls = [part.ref for part in view.subtree(view.nodes[cell]) if part.visible and is_control(part)]
    return controls[0] if len(controls) == 1 else cell


def _between_signs(line: int, view: PageView) -> int | None:
    texts = [part for part in view.subtree(view.nodes[line]) if part.visible and part.text.strip()]
    signs = [part for part in texts if part.text.strip() in _SIGNS]
    numbers = [part for part in texts if part.text.strip().isdigit()]
    between = len(signs) == _LEAST and len(numbers) == 1 and signs[0].ref < numbers[0].ref < signs[1].ref
    return _element(numbers[0], view) if between else None


def _element(node: Node, view: PageView) -> int:
    return node.parent if node.tag == "#text" and node.parent >= 0 else node.ref
