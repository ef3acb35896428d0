"""Dates that are set by a button which shows the day that is chosen, and opens a calendar."""

from __future__ import annotations

from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.dates import to_iso_date
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Ranking
from aiwebtest.grounding.rules.wording import wording

__all__ = ["button_with_date", "day_called"]

_LONGEST = 40  # characters of a date
_NOUNS = frozenset(["date", "day"])


def button_with_date(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the only button that shows a date and nothing else, of "the date" or of the words that stand before it."""
    target = intent.target
    if target is None or target.role or target.relations or target.ordinal is not None or not target.name:
        return None
    if intent.value is None or to_iso_date(intent.value) is None:
        return None
    view = view_of(snapshot)
    shown = [node for node in view.nodes if _shows_a_date(node, view)]
    name = wording(target.name).folded
    called = [node for node in shown if wording(_words_before(node, view)).folded == name]
    meant = called or (shown if name in _NOUNS and not target.quoted else [])
    if len(meant) != 1:
        return None
    one = Evidence(meant[0].ref)
    one.add("role alone", note="the date that it shows is chosen by it")
    one.add("can be acted on")
    return Ranking([one])


def _shows_a_date(node: Node, view: PageView) -> bool:
    if node.role != "button" or not node.visible or node.has(Flag.DISABLED):
        return False
    shown = view.text(node.ref) or node.name
    return len(shown) <= _LONGEST and to_iso_date(shown) is not None


def _words_before(node: Node, view: PageView) -> str:
    """Return the text that stands before a button in the line around both."""
    for above in view.parents(node.ref):
        before = [
            part.text for part in view.subtree(view.nodes[above]) if part.ref < node.ref and part.text and part.visible
        ]
        if before:
            return " ".join(before)
    return ""


_LEAP = " 2000"  # a year that has all days


def day_called(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the day of a calendar that "12 March" means, where the page calls it "March 12, 2027"; None without one.

    Of what is called so it is the innermost: the number of the day, and not what else stands in its cell.
    """
    target = intent.target
    if target is None or target.role or target.relations or target.ordinal is not None or not target.name:
        return None
    day = to_iso_date(target.name) or to_iso_date(target.name + _LEAP)
    if day is None:
        return None
    whole = to_iso_date(target.name) is not None
    known = {node.ref: to_iso_date(node.name) for node in snapshot.nodes if node.visible and _may_be_day(node)}
    called = [ref for ref, iso in known.items() if iso is not None and (iso == day if whole else iso[5:] == day[5:])]
    inner = [ref for ref in called if not any(ref < other < snapshot.nodes[ref].end for other in called)]
    if len(inner) != 1:
        return None
    one = Evidence(inner[0])
    one.add("role alone", note="the day is called so")
    one.add("can be acted on")
    return Ranking([one])


def _may_be_day(node: Node) -> bool:
    return (
        bool(node.name)
        and len(node.name) <= _LONGEST
        and node.tag not in ("#text", "option")
        and (node.role in ("gridcell", "button", "link", "") and any(c.isdigit() for c in node.name))
    )
