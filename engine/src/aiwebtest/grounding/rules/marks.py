"""States that pages say in class names alone: which of several is chosen, and which is disabled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["chosen_among", "may_be_chosen", "says_chosen", "says_disabled"]

_CHOSEN = frozenset(["active", "selected", "current", "chosen", "picked"])
_LEADS = frozenset(["is", "has"])
_WEAK = frozenset(["on", "sel", "checked", "pick", "highlighted"])


@lru_cache(maxsize=20_000)
def says_chosen(ident: str) -> bool:
    """Tell whether a class says that an element is chosen: "active", "is-selected", "tab--current"."""
    return any(_state(mark) in _CHOSEN for mark in ident.lower().split())


@lru_cache(maxsize=20_000)
def may_be_chosen(ident: str) -> bool:
    """Tell whether a class means that an element is chosen, if others beside it lack it: "on", "is-checked", "sel"."""
    return any(_state(mark) in _CHOSEN | _WEAK for mark in ident.lower().split())


@lru_cache(maxsize=20_000)
def says_disabled(ident: str) -> bool:
    """Tell whether a class of a component says that it is disabled: "item--disabled", "is-disabled"."""
    return any(_state(mark) == "disabled" != mark for mark in ident.lower().split())


def chosen_among(idents: Sequence[str]) -> list[bool]:
    """Tell which of several siblings a class of its own marks: "x-item-selected" where all of them are "x-item"."""
    known = [set(ident.lower().split()) for ident in idents]
    shared = set.intersection(*known) if known else set()
    return [any(_extends(mark, shared) for mark in marks - shared) for marks in known]


def _extends(mark: str, shared: set[str]) -> bool:
    base, _, state = mark.rpartition("-")
    return state in _CHOSEN | {"checked"} and base.rstrip("-") in shared


def _state(mark: str) -> str:
    """Return the state in a class name: what is behind "is-" and behind a block with two hyphens, else the name."""
    name = mark.rpartition("--")[2].replace("_", "-")
    lead, _, rest = name.partition("-")
    return rest if lead in _LEADS and rest else name
