"""What shows, hides, filters or agrees, where the page does not call it as the sentence does.

"Hide the holidays" unticks "Holidays" or "Show holidays", "show only overdue invoices" chooses "Overdue" in a list or
ticks "Overdue only", "view the reviews" follows a tab "Reviews", "accept the terms" ticks "I accept the terms". The
words must be the same but for those that say what the control does; a part of a name is not enough.
"""

from __future__ import annotations

from functools import lru_cache

from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Ranking
from aiwebtest.grounding.rules.same import fold_doubles
from aiwebtest.grounding.rules.wording import wording

__all__ = ["ON_OR_OFF", "filtering", "is_filtering", "showing", "switched", "view_called"]

ON_OR_OFF = frozenset(["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"])
_BOXES = frozenset(["checkbox", "switch", "menuitemcheckbox"])
_LEADS_THERE = frozenset(["link", "tab", "menuitem", "button"])
_CHOOSES_A_VIEW = frozenset(["radio", "tab", "menuitemradio", "option", "button"])
_FILTERS = ON_OR_OFF | {"button", "link", "tab", "menuitem"}
_SHOW = frozenset(["show", "display", "view", "enable"])
_HIDE = frozenset(["hide", "conceal", "exclude"])
_ONLY = frozenset(["only", "just"])
_AGREE = frozenset(["accept", "agree", "consent", "acknowledge"])
_ARTICLES = frozenset(["the", "a", "an", "all"])


def is_filtering(intent: Intent) -> bool:
    """Tell whether an intent is to show some of several things only."""
    return intent.makes == "only"


def filtering(intent: Intent, snapshot: Snapshot) -> Ranking:
    """Return what filters as the sentence says: a list with that option, or a box, tab or button called so."""
    assert intent.target is not None
    view = view_of(snapshot)
    meant = {_said(intent.target.name or ""), _said(intent.values[0])}
    counted = not _numbered(intent.target.name or "")
    found = [
        node for node in _at_hand(view)
        if node.role in _FILTERS and _said(_name(node, view), counted=counted) in meant
    ]  # fmt: skip
    lists = [node for node in _at_hand(view) if node.tag == "select" and meant & {_said(o) for o in _options(node)}]
    return _ranking([*found, *lists], view, "it filters as the sentence says")


def showing(intent: Intent, snapshot: Snapshot) -> Ranking:
    """Return the box by which a thing is shown, hidden or agreed to, or the link or tab that leads to it."""
    view = view_of(snapshot)
    meant, counted = _said(intent.thing), not _numbered(intent.thing)
    shorter = {meant, meant[:-1] if intent.thing.endswith("s") else meant}  # "Hide played" for "the played episodes"
    found = []
    for node in _at_hand(view):
        name = _said(_name(node, view), counted=counted) if node.role in _BOXES | _LEADS_THERE else ()
        noun_is_told = len(meant) > 1 and name == meant[:-1] and meant[-1] in view.surroundings(node.ref)
        if node.role in _LEADS_THERE:
            fits = intent.makes == "shown" and _plain(_name(node, view), counted=counted) == _plain(
                intent.thing, counted=False
            )
            fits = fits or (intent.makes == "shown" and noun_is_told)  # "the month view"
        elif intent.makes == "agreed":
            fits = name == meant or (bool(_AGREE.intersection(name)) and _runs_in(meant, name))
        else:
            fits = name == meant or (len(name) > 1 and name[0] in _SHOW | _HIDE and name[1:] in shorter) or noun_is_told
        if fits and name:
            found.append(node)
    return _ranking(found, view, f"it is what the sentence wants {intent.makes}")


def view_called(name: str, snapshot: Snapshot) -> Ranking | None:
    """Return the radio button, tab or the like that shows "the week view": it is called "Week". None without one."""
    view, meant = view_of(snapshot), _plain(name, counted=False)
    found = [
        node for node in _at_hand(view)
        if node.role in _CHOOSES_A_VIEW and _plain(_name(node, view), counted=False) == meant
    ]  # fmt: skip
    return _ranking(found, view, f"it shows by {name}") if meant and found else None


def switched(intent: Intent, node: Node) -> Action | None:
    """Return what to do to an element so that something is shown, hidden, agreed to, on or off; None for others.

    A box is made on or off; a button that says itself what it turns on or off is clicked. Of a list that something is
    to be added to, it is chosen.
    """
    if intent.action in ("check", "uncheck") and node.role in ("button", "link") and not node.has(Flag.CHECKED):
        told, said = wording(node.name).stems[:1], wording(intent.text).stems[:1]
        return "click" if told == said else None  # "Turn off camera"
    if intent.makes == "added" and node.role in ("combobox", "listbox"):
        return "select"
    if intent.makes not in ("shown", "hidden", "agreed") or node.role not in ON_OR_OFF:
        return None
    hides = _HIDE.intersection(_said(node.name or node.label)[:1])
    return "uncheck" if (intent.makes == "hidden") is not bool(hides) else "check"


def _at_hand(view: PageView) -> list[Node]:
    """Return the elements that can be seen and are not behind an open dialog."""
    return [node for node in view.nodes if node.visible and not view.is_behind(node.ref)]


def _name(node: Node, view: PageView) -> str:
    return node.name or (view.labels.beside(node.ref) if node.role in ON_OR_OFF else "") or view.text(node.ref)


def _options(select: Node) -> list[str]:
    return (select.extra.get("options", "") if select.extra else "").split("\n")


def _plain(text: str, *, counted: bool) -> list[str]:
    """Return the words of a text without articles and words such as "only", and without a count behind if `counted`."""
    tokens = [token for token in wording(text).tokens if token not in _ARTICLES | _ONLY]
    while counted and len(tokens) > 1 and tokens[-1].isdigit():
        tokens.pop()
    return tokens


@lru_cache(maxsize=5_000)
def _said(text: str, *, counted: bool = False) -> tuple[str, ...]:
    """Return the words of `_plain` as stems, without the "show" of "Show only direct trains"."""
    tokens = _plain(text, counted=counted)
    if len(tokens) > 1 and tokens[0] in _SHOW and _ONLY.intersection(wording(text).tokens):
        tokens = tokens[1:]
    return tuple(stem for token in tokens for stem in wording(token).stems)


def _numbered(text: str) -> bool:
    """Tell whether a number ends the words for a thing, so that it is no count: "level 2"."""
    return wording(text).tokens[-1:] != () and wording(text).tokens[-1].isdigit()


def _runs_in(some: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return bool(some) and any(words[i : i + len(some)] == some for i in range(len(words)))


def _ranking(nodes: list[Node], view: PageView, why: str) -> Ranking:
    found = []
    for node in nodes:
        one = Evidence(node.ref)
        one.add("role alone", note=why)
        one.add("can be acted on")
        found.append(one)
    return Ranking(fold_doubles(found, view))
