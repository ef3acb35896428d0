"""Stagehand's accessibility tree, as text: read it into lines, so that it can be shortened.

A line reads `  [1-21] button: Sign in`: two blanks a level, frame ordinal and backend node id, role, name. Seen in the
requests of stagehand 4.3. Text that does not look so is left alone: a changed upstream prompt is sent as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

__all__ = ["Line", "TreeRequest", "read_lines", "split_request"]

_LINE = re.compile(r"^(?P<indent> *)\[(?P<id>\d+-\d+)\] ?(?P<role>[^:\n]*?)(?:: (?P<name>.*))?$")
_REQUEST = re.compile(
    r"\A(?P<head>instruction: (?P<instruction>.*?)\n(?:Accessibility Tree|DOM):[ ]*\n?)(?P<tree>[ ]*\[\d+-\d+\].*)\Z",
    re.DOTALL | re.IGNORECASE,
)


class Line(msgspec.Struct, frozen=True, gc=False):  # ten thousand of them, none in a cycle
    """One line of the tree. `parent` is the index of the line above it in the hierarchy, -1 for a root."""

    text: str
    depth: int
    parent: int
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class TreeRequest:
    """A request's text, taken apart: everything before the tree, and the tree."""

    head: str
    instruction: str
    tree: str


def split_request(text: str) -> TreeRequest | None:
    """Return the parts of a request that carries a tree; None when it is not built as we know it."""
    match = _REQUEST.match(text)
    return TreeRequest(match["head"], match["instruction"], match["tree"].rstrip("\n")) if match else None


def read_lines(tree: str) -> list[Line]:
    """Return the tree's lines with their parents; a line that has no id belongs to the name of the one above."""
    lines: list[Line] = []
    path: list[tuple[int, int]] = []  # (depth, index) from the root down to the last line
    for raw in tree.split("\n"):
        match = _LINE.match(raw)
        if match is None:
            if lines:
                last = lines[-1]
                lines[-1] = Line(
                    f"{last.text}\n{raw}", last.depth, last.parent, last.role, f"{last.name} {raw.strip()}"
                )
            continue
        depth = len(match["indent"])
        while path and path[-1][0] >= depth:
            path.pop()
        lines.append(Line(raw, depth, path[-1][1] if path else -1, match["role"].strip().lower(), match["name"] or ""))
        path.append((depth, len(lines) - 1))
    return lines
