"""What stands beside a list to lead through its parts: the numbers of its pages, tabs, the way to the page."""

from __future__ import annotations

from aiwebtest.core.facts import Facts
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.checks.text import words_of

__all__ = ["is_paged", "leads_through"]


def is_paged(facts: Facts, inside: Node | None) -> bool:
    """Tell whether the page shows a part of a longer list only, with links to the other parts."""
    nodes = facts.snapshot.nodes if inside is None else facts.snapshot.subtree(inside)
    other = {"2", "next", "next page", "1", "previous", "previous page"}
    pressed = (n for n in nodes if n.visible and (n.role in {"link", "button"} or _is_pressed_entry(n)))
    return any(
        n.name.lower().strip(" »›<>«‹→←") in other or (not n.name and {"next", "page"} <= set(words_of(n.ident)))
        for n in pressed
    )


def _is_pressed_entry(node: Node) -> bool:
    return node.role == "listitem" and node.has(Flag.CLICKABLE)


def leads_through(ident: str) -> bool:
    """Tell whether a list is the tabs, the page numbers or the way to what stands beside it, as its class says."""
    return not _WAYS.isdisjoint(words_of(ident))


_WAYS = frozenset({"pagination", "pager", "breadcrumb", "breadcrumbs", "tabs", "navbar"})
