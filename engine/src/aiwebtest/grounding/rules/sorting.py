"""What sorts a list: a column header, an option that says the order, or a button called after the key."""

from __future__ import annotations

from dataclasses import replace

from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.ordering import Direction, direction_of, says_order
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Context, Ranking, rank
from aiwebtest.grounding.rules.weights import CLEAR
from aiwebtest.grounding.rules.wording import wording

__all__ = ["is_sorting", "sorting"]

_HEADERS = frozenset(["columnheader"])
_ENTRIES = frozenset(["menuitem", "menuitemradio", "radio", "option", "tab", "button", "link"])


def is_sorting(intent: Intent) -> bool:
    """Tell whether an intent is to sort something."""
    return intent.makes in ("sorted", "ascending", "descending")


def sorting(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return what is to be clicked or chosen so that a list is sorted as the sentence says.

    A column header comes first, a list of orders with a fitting option next, then an entry of that name. Where the
    sentence says a direction, an option must say it too; a header is clicked until the rows stand so.
    """
    assert intent.target is not None
    view = view_of(snapshot)
    ranking = rank(intent.target, snapshot, context=context, action="click")
    headers = [one for one in ranking.found if _heads(one, view) and one.score >= CLEAR]
    for one in headers:
        if view.nodes[one.ref].has(Flag.CLICKABLE):  # an arrow in it may sort the one way only, or filter
            continue
        parts = [n for n in view.subtree(view.nodes[one.ref])[1:] if n.visible]
        inner = [n for n in parts if n.role in ("button", "link")]
        inner = [n for n in inner or _arrows(parts, view) if _may_sort(n, view.nodes[one.ref], view)]
        one.ref = inner[0].ref if len(inner) == 1 else one.ref  # what sorts is often a button in the header
    sure = [one for one in headers if _reacts(one, view)]
    if sure:
        return Ranking(sure)
    if options := _with_option(intent, view):
        return Ranking(options)
    if headers and not _others_react(headers, view):
        return Ranking(headers)
    for one in headers:
        one.add("wrong kind for the action", note="other columns sort, and this one does not")
    return Ranking(_entries(intent, snapshot, context, view) or ranking.found, ranking.lost)


def _arrows(parts: list[Node], view: PageView) -> list[Node]:
    """Return the plain parts of a header that can be clicked, have no words, and whose class says that they sort."""
    signs = [n for n in parts if n.has(Flag.CLICKABLE) and not n.role and not (n.name or view.text(n.ref))]
    return [sign for sign in signs if any(set(wording(n.ident).stems) & _OF_ORDER for n in view.subtree(sign))]


def _may_sort(button: Node, header: Node, view: PageView) -> bool:
    """Tell whether a button in a header sorts by it: it is called so, or speaks of no other thing, as "filter" does."""
    said = set(wording(f"{button.name} {view.text(button.ref)}").stems)
    asked = set(wording(view.text(header.ref) or header.name).stems)
    return bool(said & (asked | _OF_ORDER)) or not (said or header.has(Flag.CLICKABLE))


_OF_ORDER = frozenset("sort sorted order ascend ascending descend descending asc desc arrow up down".split())


def _heads(one: Evidence, view: PageView) -> bool:
    """Tell whether an element is the header of a column, or stands in one."""
    return any(view.nodes[ref].role in _HEADERS for ref in (one.ref, *view.parents(one.ref)))


def _reacts(one: Evidence, view: PageView) -> bool:
    """Tell whether a header shows that it can be clicked, or that its rows may be sorted."""
    parts = view.subtree(view.nodes[one.ref])
    around = [view.nodes[ref] for ref in view.parents(one.ref) if view.nodes[ref].role in _HEADERS]
    return any(n.flags & int(Flag.CLICKABLE) or "aria-sort" in (n.extra or {}) for n in (*parts, *around))


def _others_react(headers: list[Evidence], view: PageView) -> bool:
    """Tell whether other headers of the same row say that they sort and do not now, a state that these have not."""
    rows = {view.up(one.ref, "row") for one in headers} - {None}
    others = [
        node for row in rows if row is not None for node in view.subtree(view.nodes[row]) if node.role in _HEADERS
    ]
    return any((node.extra or {}).get("aria-sort") == "none" for node in others)


def _with_option(intent: Intent, view: PageView) -> list[Evidence]:
    """Return the visible selects of which just one option says the order."""
    found = []
    for node in view.nodes:
        if node.tag == "select" and node.visible and len(_fitting(intent, node)) == 1:
            one = Evidence(node.ref)
            one.add("role alone", note="it has the order")
            one.add("can be acted on")
            found.append(one)
    return found


def _fitting(intent: Intent, select: Node) -> list[str]:
    labels = (select.extra.get("options", "") if select.extra else "").split("\n")
    return [label for label in labels if says_order(label, intent.values[0], _direction(intent))]


def _direction(intent: Intent) -> Direction | None:
    return intent.makes if intent.makes in ("ascending", "descending") else None


def _entries(intent: Intent, snapshot: Snapshot, context: Context, view: PageView) -> list[Evidence]:
    """Return the buttons, links and menu entries called after the key, the direction with it or without."""
    assert intent.target is not None
    key = intent.target.name or ""
    named = any(relation.anchor.name for relation in intent.target.relations)
    bare = replace(intent.target, role=None, relations=intent.target.relations if named else ())
    readings = tuple(
        Target(text=bare.text, name=name, relations=bare.relations)
        for name in (intent.text, f"sort by {key}", key)
        if name != bare.name
    )
    ranking = rank(replace(bare, alternatives=readings), snapshot, context=context, action="click")
    return [
        one for one in ranking.found if view.nodes[one.ref].role in _ENTRIES and one.score >= CLEAR
        and direction_of(view.text(one.ref) or view.nodes[one.ref].name) in (None, _direction(intent))
    ]  # fmt: skip
