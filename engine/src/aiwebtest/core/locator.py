"""Locators: recipes to find an element again, by meaning first; and the identity that a found one must have."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FrameStep", "Identity", "Locator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStep:
    """One frame on the way down: found by name, title or URL path, first that is given."""

    name: str = ""
    title: str = ""
    url_path: str = ""
    index: int = 0  # among the frames that match alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """How to find the element again. Fields are tried from the top: meaning, then structure.

    `css` is relative to `within` (the nearest ancestor with a stable mark), never an absolute path from the root.
    """

    role: str = ""
    name: str = ""
    testid: str = ""
    label: str = ""
    placeholder: str = ""
    text: str = ""
    tag: str = ""
    within: Locator | None = None  # a row, section or dialog that tells alike elements apart
    index: int = 0  # among the elements that match alike, in document order
    css: str = ""
    frames: tuple[FrameStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a found element must still be, so that a replay does not act on a stranger."""

    tag: str
    role: str
    name: str
    type: str = ""
    near: tuple[str, ...] = ()  # a few texts around it: heading of its section, row's first cell, label
    position: int = 0  # 1-based place among its alike siblings when the sentence names an ordinal, else 0
