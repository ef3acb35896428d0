"""What a click is to be made on, where the words of the sentence do not name it by itself."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.chips import taking_away
from aiwebtest.grounding.rules.choices import choices
from aiwebtest.grounding.rules.chosen_rows import box_of_all, but_for_others
from aiwebtest.grounding.rules.dated import day_called
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.forms import answering
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.phrase import parse_target
from aiwebtest.grounding.rules.rank import NOTHING_BEFORE, Context, Ranking, rank
from aiwebtest.grounding.rules.scales import mark_on_scale
from aiwebtest.grounding.rules.showing import showing, view_called
from aiwebtest.grounding.rules.steppers import by_a_step
from aiwebtest.grounding.rules.weights import CLEAR, FITS, LEAD
from aiwebtest.grounding.rules.wording import JUST_SO, wording

__all__ = ["ARTICLE", "CHOOSES", "OPENERS", "bare_text", "called_as_said", "is_clear", "pressed"]

ARTICLE = re.compile(r"(?:the|an?|my|your) ", re.IGNORECASE)


def pressed(intent: Intent, ranking: Ranking, snapshot: Snapshot, context: Context) -> Ranking:
    """Move on to what a click is to be made on, where the words do not name it by itself."""
    if not is_clear(ranking):
        ranking = day_called(intent, snapshot) or ranking
    if intent.action != "click":
        return ranking
    return _by_its_verb(intent, ranking, snapshot, context) or _clicked(intent, ranking, snapshot, context)


CHOOSES = re.compile(  # verbs by which one may choose in a closed list; "open the savings account" is none
    r"(?:click|press|tap|hit|select|choose|pick|set|switch|change|use|take|sort|order|filter|group|rate|answer)\b",
    re.IGNORECASE,
)


_PRESSED = ("button", "link", "tab", "menuitem")
_ARTICLES = re.compile(r"\b(?:the|my|your|our) ", re.IGNORECASE)


def called_as_said(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the button that is called as the whole sentence: "Keep it", "Mark all as read", by its title or name."""
    names = dict.fromkeys((intent.text, _ARTICLES.sub("", intent.text)))
    named = [Target(text=intent.text, name=name, whole=True, role=role) for name in names for role in _PRESSED]
    button, *others = (*named, *(replace(one, attribute="title") for one in named[: len(_PRESSED)]))
    found = rank(replace(button, alternatives=tuple(others)), snapshot, context=context, action="click")
    return found if is_clear(found) and found.found[0].named in JUST_SO else None


_ONCE_MORE = re.compile(r"(\w+) (?:again|now)", re.IGNORECASE)


def _but_for_plurals(intent: Intent, ranking: Ranking) -> Ranking:
    """Leave out, for "Order again", what is only alike to "Order": the link "Orders" is neither of both."""
    target = intent.target
    said = _ONCE_MORE.fullmatch(target.alternatives[-1].name or "") if target and target.alternatives else None
    if said is None or target is None or said[1] != target.name or not said[1][0].isupper():
        return ranking
    return replace(ranking, found=[one for one in ranking.found if one.named in JUST_SO])


def _clicked(intent: Intent, ranking: Ranking, snapshot: Snapshot, context: Context) -> Ranking:
    if _CLOSES.match(intent.text) and (one := _either_close(ranking, snapshot)) is not None:
        return one
    several = len(ranking.found) > 1 and ranking.found[0].points - ranking.found[1].points < LEAD
    if (several or not is_clear(ranking)) and (mark := mark_on_scale(intent, snapshot)) is not None:
        return mark
    if intent.target is not None and intent.target.role == "navigation" and not intent.target.name:
        called = rank(Target(text=intent.target.text, name=intent.target.text.lower().removeprefix("the ")), snapshot,
                      context=NOTHING_BEFORE, action="click")  # fmt: skip
        if is_clear(called) and called.found[0].named in JUST_SO:  # a button "Main menu"
            return called
    ranking = but_for_others(intent, _but_for_plurals(intent, ranking), snapshot)
    icon = taking_away(intent, snapshot)
    if icon is not None and not icon.found:
        return icon
    if intent.target is None:
        return ranking
    if is_clear(ranking):
        return (called_as_said(intent, snapshot, context) if ranking.found[0].mere else None) or ranking
    return _called_otherwise(intent, intent.target, icon, snapshot, context) or ranking


_TOGGLES = set(wording("toggle show hide open close collapse expand fold unfold menu").stems)


def _toggling(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the only button that opens and closes what a sentence names, and says no more: "Toggle sidebar"."""
    thing = set(wording(bare_text(intent)).stems)
    openers = [node for node in snapshot.nodes if node.flags & OPENERS and node.visible]
    called = [node for node in openers if thing <= (said := set(wording(node.name).stems)) and said - thing <= _TOGGLES]
    if not thing or len(called) != 1:
        return None
    one = Evidence(called[0].ref)
    one.add("role alone", note="it opens and closes it")
    one.add("can be acted on")
    return Ranking([one])


_ACTIONS_OF = re.compile(r"(?:the )?(?:row )?(?:actions|options) (?:of|for) (.+)", re.IGNORECASE)


def _called_otherwise(
    intent: Intent, target: Target, icon: Ranking | None, snapshot: Snapshot, context: Context
) -> Ranking | None:
    """Return what a click is meant for where nothing is clearly called as the words say."""
    if (said := called_as_said(intent, snapshot, context)) is not None:
        return said
    if intent.makes in ("expanded", "collapsed") and (toggle := _toggling(intent, snapshot)) is not None:
        return toggle
    if (found := _ACTIONS_OF.match(target.text)) and not target.quoted:
        menu = rank(parse_target(f"the actions menu of {found[1]}"), snapshot, context=context, action="click")
        return menu if is_clear(menu) else None
    if intent.makes in ("raised", "lowered"):
        thing = rank(parse_target(intent.thing), snapshot, context=context, action="set")
        return by_a_step(intent, thing, snapshot)
    if (one := box_of_all(intent, snapshot)) is not None:
        return one
    if target.role == "page" and target.name and not target.quoted:  # "choose the week view"
        return view_called(target.name, snapshot) or _view_offered(intent, snapshot, context)
    if icon is not None:
        return icon
    if intent.makes == "added":
        return answering(target, snapshot) or _added_to(intent, snapshot)
    shown = _shown(intent, snapshot) if intent.thing else None
    return shown if shown is not None and shown.found else answering(target, snapshot)


def _shown(intent: Intent, snapshot: Snapshot) -> Ranking:
    """Return what shows or hides a thing; "show the list view" presses "list"."""
    if intent.makes == "shown" and intent.thing.endswith(" view"):
        called = view_called(intent.thing.removesuffix(" view"), snapshot)
        if called is not None and is_clear(called):
            return called
    return showing(intent, snapshot)


def _view_offered(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the radio button or tab for "choose the open view"."""
    assert intent.target is not None
    assert intent.target.name
    if not CHOOSES.match(intent.text):
        return None
    offers = choices(replace(intent, action="select", target=None, values=(intent.target.name,)), snapshot, context)
    is_one = is_clear(offers) and snapshot.nodes[offers.found[0].ref].role in ("radio", "tab", "option")
    return offers if is_one else None


def _added_to(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the list in which "add Typography to the skills" chooses, where it is called just so."""
    field = replace(intent, action="select", target=parse_target(intent.thing), makes=None, thing="")
    ranking = choices(field, snapshot, NOTHING_BEFORE)
    chosen = is_clear(ranking) and snapshot.nodes[ranking.found[0].ref].role in ("combobox", "listbox")
    return ranking if chosen and ranking.found[0].named in JUST_SO | {"name means the same"} else None


_CLOSES = re.compile(r"(?:close|dismiss)\b.*\b(?:dialog|modal|pop-?up|window|drawer|panel)\b", re.IGNORECASE)


def _either_close(ranking: Ranking, snapshot: Snapshot) -> Ranking | None:
    """Return the first of the buttons that close one dialog, as its sign above and its button below do."""
    view = view_of(snapshot)
    close = [one for one in ranking.found if one.score >= FITS and one.named in JUST_SO]
    around = {view.up(one.ref, "dialog", "alertdialog") for one in close}
    if len(close) < 2 or len(around) != 1 or None in around:
        return None
    first = min(close, key=lambda one: one.ref)
    return replace(ranking, found=[first, *(one for one in ranking.found if one not in close)])


_VERB = re.compile(r"([a-z]+) ", re.IGNORECASE)
_OF_THE_HAND = frozenset("click tap press hit strike double left right go navigate select choose pick find".split())
_LEADING = frozenset("open view show see enter visit access browse load head return proceed look have take".split())


def _by_its_verb(intent: Intent, ranking: Ranking, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the button "Open" of the one thing that is meant, where what is called so does not open by itself.

    "Follow Ada" is the button "Follow" beside her name, though that is a link: one opens what links lead to.
    """
    target, verb = intent.target, _VERB.match(intent.text)
    if target is None or verb is None or verb[1].lower() in _OF_THE_HAND or target.role not in (None, "item"):
        return None
    if wording(target.name or "").tokens[:1] == (verb[1].lower(),):  # the page's own verb: read so already
        return None
    best = snapshot.nodes[ranking.found[0].ref] if ranking.found and ranking.found[0].score >= FITS else None
    reacts = best is not None and best.has(Flag.CLICKABLE)
    if target.quoted or (reacts and verb[1].lower() in _LEADING):
        return None
    inside = Relation(kind="row", anchor=target)
    button = Target(text=intent.text, name=verb[1].capitalize(), relations=(inside,))
    found = rank(button, snapshot, context=context, action="click")
    if not is_clear(found) or found.found[0].named not in JUST_SO:
        return None
    return found if best is None or not reacts or _heads(best, found.found[0].ref, snapshot) else None


def _heads(title: Node, ref: int, snapshot: Snapshot) -> bool:
    """Tell whether an element begins the row or card that another stands in."""
    view = view_of(snapshot)
    item = view.item_of(ref)
    return item is not None and view.inside(title.ref, item) and view.text(item).startswith(view.text(title.ref))


def is_clear(ranking: Ranking) -> bool:
    """Tell whether the best fits so well that it can be acted on."""
    return bool(ranking.found) and ranking.found[0].score >= CLEAR


OPENERS = int(Flag.EXPANDED) | int(Flag.COLLAPSED)


def bare_text(intent: Intent) -> str:
    """Return the words for the target of an intent without the article."""
    return ARTICLE.sub("", intent.target.text, count=1) if intent.target is not None else ""
