"""Snapshots written as outlines, for tests that need a page but no browser."""

from __future__ import annotations

import shlex

from aiwebtest.core.snapshot import Flag, Node, Snapshot

__all__ = ["page_of"]


def page_of(outline: str) -> Snapshot:
    """Return the snapshot that an outline draws: one element a line, two spaces of indentation a level.

    A line is `tag` or `tag/role`, then `field=value` pairs: fields of `Node`, `is=` for flags joined by `+`, and
    `options=` for those of a select, joined by `|`. Each line is 20 px high and stands below the
    one before; `x=` and `y=` move it.
    """
    rows: list[dict[str, object]] = []
    above: list[int] = []
    for line in filter(str.strip, outline.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        above = above[: max(0, depth - _first_depth(outline))]
        rows.append(_row(shlex.split(line.strip()), len(rows), above[-1] if above else -1))
        above.append(len(rows) - 1)
    for row in reversed(rows):
        ref, parent = _int(row["ref"]), _int(row["parent"])
        row["end"] = max(_int(row.get("end", 0)), ref + 1)
        if parent >= 0:
            rows[parent]["end"] = max(_int(rows[parent].get("end", 0)), _int(row["end"]))
    return Snapshot(url="http://127.0.0.1/", title="", nodes=tuple(Node(**row) for row in rows))  # type: ignore[arg-type]


def _first_depth(outline: str) -> int:
    first = next(filter(str.strip, outline.splitlines()))
    return (len(first) - len(first.lstrip())) // 2


def _row(words: list[str], ref: int, parent: int) -> dict[str, object]:
    tag, _, role = words[0].partition("/")
    fields: dict[str, object] = dict(word.split("=", 1) for word in words[1:])
    flags = Flag(0)
    for name in str(fields.pop("is", "")).split("+"):
        flags |= Flag[name.upper()] if name else Flag(0)
    if role in ("button", "link", "tab", "checkbox", "textbox"):
        flags |= Flag.CLICKABLE
    if role == "textbox":
        flags |= Flag.EDITABLE
    x, y = float(str(fields.pop("x", 0))), float(str(fields.pop("y", ref * 20)))
    place = {"ref": ref, "parent": parent, "frame": 0, "local": ref, "flags": int(flags), "box": (x, y, 100.0, 20.0)}
    options = {"extra": {"options": str(fields.pop("options")).replace("|", "\n")}} if "options" in fields else {}
    return {**place, "tag": tag, "role": role, **options, **fields}


def _int(value: object) -> int:
    return int(str(value))
