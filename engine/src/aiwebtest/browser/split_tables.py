"""Tables that a page draws as two, one with the headers and one with the rows, so that the headers stay in sight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from aiwebtest.core.snapshot import Node

__all__ = ["joined"]

_ALIGNED_PX = 2.0


def joined(nodes: list[Node]) -> list[Node]:
    """Return the nodes of a document, the element around both halves of a table being the table."""
    tables = [node for node in nodes if node.role in ("table", "grid") and node.visible]
    changed: dict[int, Node] = {}
    for head, body in pairwise(tables):
        if head.end > body.ref or not _is_head(nodes, head) or not _goes_with(nodes, head, body):
            continue
        whole = nodes[head.parent]
        while whole.end <= body.ref and whole.parent >= 0:
            whole = nodes[whole.parent]
        inside = [table for table in tables if whole.ref < table.ref < whole.end]
        if whole.role or len(inside) > 2:
            continue
        changed[whole.ref] = msgspec.structs.replace(whole, role=head.role)
        for half in (head, body):
            changed[half.ref] = msgspec.structs.replace(half, role="")
    if not changed:
        return nodes
    return [changed.get(node.ref, node) for node in nodes]


def _is_head(nodes: Sequence[Node], table: Node) -> bool:
    roles = {node.role for node in nodes[table.ref : table.end]}
    return "columnheader" in roles and not roles & {"cell", "gridcell"}


def _goes_with(nodes: Sequence[Node], head: Node, body: Node) -> bool:
    """Tell whether a table has rows and no headers, stands in line with the headers, and has as many columns."""
    left, _, width, _ = head.box
    if abs(left - body.box[0]) > _ALIGNED_PX or abs(width - body.box[2]) > width / 10:
        return False
    parts = nodes[body.ref : body.end]
    first = next((node for node in parts if node.role == "row"), None)
    if first is None or any(node.role == "columnheader" for node in parts):
        return False
    headers = [node for node in nodes[head.ref : head.end] if node.role == "columnheader"]
    cells = [node for node in nodes[first.ref : first.end] if node.role in ("cell", "gridcell", "rowheader")]
    return len(headers) >= len(cells) > 1
