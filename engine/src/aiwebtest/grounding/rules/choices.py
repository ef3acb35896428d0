"""Choose values: find the select, list box or combobox that has them, or the radio button, tab or item that is one."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.things import things
from aiwebtest.grounding.rules.chosen_rows import ACTED_ON, CELLS, MEMBERS, chosen_within, is_literal, only, row_called
from aiwebtest.grounding.rules.drawn import choice_around, drawn_label, is_drawn_chooser
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import CROSSING, Context, Ranking, rank
from aiwebtest.grounding.rules.weights import CLEAR, FITS
from aiwebtest.grounding.rules.wording import JUST_SO, Match, compare, wording

__all__ = ["choices", "offered"]

_OWNERS = frozenset(["combobox", "listbox", "radiogroup", "menu", "tree", "grid", "tablist"])
_FILLED_BY_CHOICE = frozenset(["combobox", "listbox", "radio"])
_SAYS_SO = JUST_SO | {"name means the same"}


def choices(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return what the values are to be chosen in, or the element that the single value is.

    A select, list box or combobox is returned itself; of a radio group, menu or tab list the member is.
    """
    view = view_of(snapshot)
    if intent.target is None:
        return _without_target(intent, view, context)
    if intent.target.role == "section" and not intent.target.name and not intent.target.relations:  # "the group"
        field = Target(text=intent.target.text, name=intent.target.text.removeprefix("the "), role="field")
        ranking = choices(replace(intent, target=field), snapshot, context)
        if ranking.found and ranking.found[0].score >= CLEAR:
            return ranking
    ranking = rank(intent.target, snapshot, context=context, action="select")
    menu = intent.target.role == "menu" and bool(intent.target.name)
    settled = [
        one if menu and _opens_menu(view.nodes[one.ref]) else _settled(one, intent.values, view)
        for one in ranking.found
    ]
    found = sorted({one.ref: one for one in reversed(settled)}.values(), key=lambda one: (-one.points, one.ref))
    if (drawn := _in_drawn_menu(intent, found, view, context)) is not None:
        return drawn
    if not found or found[0].score < FITS:
        if not intent.target.name:
            return _called_by_its_kind(intent, view, context) or _without_target(intent, view, context)
        if len(intent.values) == 1 and (members := _of_group(intent, view, context)):
            return Ranking(members)
        if (called := _called_both(intent, view, context)) is not None:
            return called
        if sized := _setting_page_size(intent, view):
            return Ranking(sized)
    return Ranking(found, ranking.lost)


def _in_drawn_menu(intent: Intent, menus: list[Evidence], view: PageView, context: Context) -> Ranking | None:
    """Return the entry that is the value, of a list of entries which says nowhere that it is the menu.

    None where a menu has the value: then that is meant.
    """
    target = intent.target
    if target is None or target.role != "menu" or target.name or len(intent.values) != 1:
        return None
    if any(one.score >= FITS and view.nodes[one.ref].role in MEMBERS for one in menus):
        return None
    ranking = _as_named(replace(intent, target=None), view, context)
    found = [
        one for one in ranking.found
        if one.named in JUST_SO and view.nodes[one.ref].flags & ACTED_ON and view.up(one.ref, "list", "listbox")
    ]  # fmt: skip
    if len(found) != 1:
        return None
    found[0].add("role fits", note="an entry of a list")
    return Ranking(found)


_A_PAGE = re.compile(r"\d+ ?(?:/|per|a|each) ?page", re.IGNORECASE)


def _setting_page_size(intent: Intent, view: PageView) -> list[Evidence]:
    """Return the only list without a name that shows how many a page has, "10 / page", for "20 rows per page"."""
    assert intent.target is not None
    names = {intent.target.name, *(other.name for other in intent.target.alternatives)}
    if "per page" not in names or not intent.values[0].isdigit():
        return []
    lists = [n for n in view.nodes if n.visible and n.role == "combobox" and _A_PAGE.fullmatch(n.value or "")]
    found = [Evidence(node.ref) for node in lists]
    for one in found:
        one.add("role alone", note="it shows how many a page has")
        one.add("can be acted on")
    return found


def _called_by_its_kind(intent: Intent, view: PageView, context: Context) -> Ranking | None:
    """Return the list that is labelled "Region", or "Section": a word for a kind of element may be a label."""
    assert intent.target is not None
    role, words = intent.target.role, intent.target.text.removeprefix("the ")
    if role is None or intent.target.relations or intent.target.ordinal is not None or not words.isalpha():
        return None
    named = rank(replace(intent.target, role=None, name=words, alternatives=()), view.snapshot, context=context,
                 action="select")  # fmt: skip
    lists = [one for one in named.found if _takes_values(view.nodes[one.ref], view) and one.named in JUST_SO]
    return Ranking(lists, named.lost) if lists and lists[0].score >= CLEAR else None


def _called_both(intent: Intent, view: PageView, context: Context) -> Ranking | None:
    """Return what is called "Seat 10A", or stands in row 10 and column A, for `select seat "10A"` without such a field.

    Of `select the ticket "Lost key"` it is the box of its row.
    """
    target = intent.target
    if target is None or target.role or target.quoted or target.relations or len(intent.values) != 1:
        return None
    value = intent.values[0]
    both = replace(intent, target=None, values=(f"{target.name} {value}",))
    named = _as_named(both, view, context)
    if (
        named.found
        and named.found[0].score >= CLEAR
        and (named.found[0].named == CROSSING or _holds(value, named, view))
    ):
        return named
    told = things(Target(text=str(target.name), name=target.name), Facts(snapshot=view.snapshot), None)
    return row_called(replace(intent, target=None), view, context) if told is not None else None


def _holds(value: str, ranking: Ranking, view: PageView) -> bool:
    """Tell whether what fits best bears a quoted value as written."""
    node = view.nodes[ranking.found[0].ref]
    return value in (node.name or view.text(node.ref))


def _of_group(intent: Intent, view: PageView, context: Context) -> list[Evidence]:
    """Return the radio buttons and the like that are the value, under words that are no element's name: a caption."""
    assert intent.target is not None
    caption = replace(intent.target, role=None, ordinal=None, alternatives=())
    value = Target(text=intent.values[0], relations=(Relation(kind="for", anchor=caption),))
    ranking = _as_named(replace(intent, target=value), view, context)
    found = [one for one in ranking.found if one.score >= CLEAR]
    return [one for one in found if view.nodes[one.ref].role in MEMBERS or choice_around(one.ref, view) == one.ref]


def offered(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return the select, list box or radio button by which a value is filled in that no field takes typed."""
    view = view_of(snapshot)
    ranking = choices(replace(intent, action="select"), snapshot, context)
    found = [one for one in ranking.found if view.nodes[one.ref].role in _FILLED_BY_CHOICE]
    return Ranking(found, ranking.lost)


def _settled(one: Evidence, values: tuple[str, ...], view: PageView) -> Evidence:
    """Move from a group to the member that is the value, and count whether what it offers is known to have it."""
    node = view.nodes[one.ref]
    options = _options(node, view)
    if options is not None:
        one.add("state fits" if _has_all(options, values) else "state does not fit", note="it has the options")
        if len(values) > 1 and not node.has(Flag.MULTIPLE):
            one.add("wrong kind for the action", note="it takes one value only")
        return one
    if not _takes_values(node, view) and (field := _field_in(node, view)) is not None:
        one.ref = field
    elif len(values) == 1 and not _takes_values(node, view):
        member = _member(node, values[0], view)
        if member is None:
            one.add("state does not fit", note="it does not have the value")
        else:
            one.ref = member
            one.add("can be acted on", note="the member that is the value")
    return one


def _takes_values(node: Node, view: PageView) -> bool:
    fields = ("combobox", "listbox", "textbox", "searchbox")
    return node.role in fields or node.has(Flag.EDITABLE) or _opens_list(node) or bool(drawn_label(node, view))


def _opens_list(node: Node) -> bool:
    if is_drawn_chooser(node):
        return True
    return node.role == "button" and bool(node.extra) and node.extra.get("aria-haspopup") in ("listbox", "dialog")


def _opens_menu(node: Node) -> bool:
    """Tell whether an element is the button of "the Sort menu", which shows what it offers once it is opened."""
    return node.role == "button" and bool(node.extra) and node.extra.get("aria-haspopup") in ("menu", "true")


def _field_in(node: Node, view: PageView) -> int | None:
    """Return the one field in what is pressed as a whole and called as the field is: a line of a form on a phone."""
    fields = [n for n in view.subtree(node)[1:] if n.visible and is_control(n)]
    same = len(fields) == 1 and node.role == "button" and fields[0].name == node.name and _takes_values(fields[0], view)
    return fields[0].ref if same else None


def _options(node: Node, view: PageView) -> list[str] | None:
    """Return the labels of what an element offers, None where that shows only once it is opened."""
    if node.tag == "select":
        return (node.extra.get("options", "") if node.extra else "").split("\n") + _option_values(node, view)
    if node.role == "listbox":
        labels = [view.text(n.ref) or n.name for n in view.subtree(node) if n.role == "option"]
        return labels or None
    return None


def _option_values(node: Node, view: PageView) -> list[str]:
    return [n.value for n in view.subtree(node) if n.role == "option" and n.value]


def _has_all(options: list[str], values: tuple[str, ...]) -> bool:
    return all(any(_is_same(value, option) for option in options) for value in values)


def _is_same(value: str, option: str) -> bool:
    match = compare(wording(value), wording(option), quoted=False)
    return match is not None and (match.kind in JUST_SO or _says_most(match))


def _says_most(match: Match) -> bool:
    return match.kind == "name begins so" and match.share >= 0.5


def _member(owner: Node, value: str, view: PageView) -> int | None:
    """Return the only member of a group that is named like a value."""
    matching = [
        n.ref
        for n in view.subtree(owner)
        if (n.role in MEMBERS or n.has(Flag.CLICKABLE))
        and n.ref != owner.ref
        and _is_same(value, n.name or view.text(n.ref))
    ]
    return matching[0] if len(matching) == 1 else None


def _without_target(intent: Intent, view: PageView, context: Context) -> Ranking:
    """Return what offers all the values, or the radio button, tab or item that is the value itself."""
    found: list[Evidence] = []
    for node in reversed(view.nodes):
        options = _options(node, view) if node.tag == "select" or node.role == "listbox" else None
        if options is None or not node.visible or (len(intent.values) > 1 and not node.has(Flag.MULTIPLE)):
            continue
        held = _has_all(options, intent.values) and (node.has(Flag.MULTIPLE) or _is_clearly_in(intent, options))
        if any(view.inside(one.ref, node.ref) for one in found):  # the list in it is the one
            continue
        if held or _is_captioned(node, options, intent.values):
            one = Evidence(node.ref)
            one.add("role alone", note="it has the options")
            one.add("can be acted on")
            found.append(one)
    if len(intent.values) == 1 and not found:
        named = _as_named(intent, view, context)
        if (not named.found or named.found[0].score < CLEAR) and intent.target is None:
            return (
                row_called(intent, view, context)
                or chosen_within(intent, view, context)
                or _in_list_called(intent, view)
                or _in_group_called(intent, view)
                or named
            )
        top = view.nodes[named.found[0].ref] if named.found else None
        named_only = top is not None and top.role in CELLS | {"link"} and choice_around(top.ref, view) is None
        if named_only and intent.target is None:
            return row_called(intent, view, context) or named  # the name of a row's thing, which leads elsewhere
        return named
    return Ranking(found)


_GOES_ON = re.compile(r"\s*[^\w\s]|\s+\d|\s+(?:is|are|was|has|takes|costs)\b")
"""What follows a name that is whole: "Express (2 days)", "Express takes 2 days"; "Express plus" is something else."""


def _is_clearly_in(intent: Intent, options: list[str]) -> bool:
    """Tell whether one of the options is what a value in quotes says, and not only begins so: "Express plus"."""
    value = intent.values[0]
    return not is_literal(value, intent.text) or any(_is_or_goes_on(value, option) for option in options)


def _is_or_goes_on(value: str, seen: str) -> bool:
    """Tell whether a text is just a value, or a remark follows it behind a sign."""
    match = compare(wording(value), wording(seen), quoted=False)
    if match is None or match.kind in _SAYS_SO:
        return match is not None
    asked, told = wording(value).folded, wording(seen).folded
    return told.startswith(asked) and _GOES_ON.match(told, len(asked)) is not None


def _is_captioned(node: Node, options: list[str], values: tuple[str, ...]) -> bool:
    """Tell whether a value is the name of a list and one of its options: "stage Offer"."""
    asked, name = wording(values[0]).tokens, wording(node.name).tokens
    said = [wording(option).tokens for option in options if option]
    return len(values) == 1 and bool(name) and any(asked == name + option for option in said)


def _in_list_called(intent: Intent, view: PageView) -> Ranking | None:
    """Return the closed list by whose name a value is told: "the ward Cardiology", "the Finance department"."""
    asked = wording(intent.values[0]).tokens
    called = []
    for node in view.nodes:
        if (
            not node.visible
            or not node.name
            or not (node.role == "combobox" or _opens_list(node))
            or node.tag == "select"
        ):
            continue
        name = wording(node.name).tokens
        if name and len(asked) > len(name) and name in (asked[: len(name)], asked[-len(name) :]):
            called.append(node.ref)
    if len(called) != 1 or is_literal(intent.values[0], intent.text):
        return None
    return only(called[0], "the list is called so")


def _in_group_called(intent: Intent, view: PageView) -> Ranking | None:
    """Return the one of several choices whose group is called as the rest of a value: "7 nights" under "Nights"."""
    asked, called = wording(intent.values[0]).stems, []
    for node in view.nodes:
        name = wording(node.name).stems if node.role in ("radiogroup", "group") and node.visible and node.name else ()
        if not 0 < len(name) < len(asked) or name not in (asked[: len(name)], asked[-len(name) :]):
            continue
        rest = asked[len(name) :] if asked[: len(name)] == name else asked[: -len(name)]
        members = (one for one in view.subtree(node) if one.role in MEMBERS and one.visible)
        called += [one.ref for one in members if wording(one.name or view.text(one.ref)).stems == rest]
    if len(called) != 1 or is_literal(intent.values[0], intent.text):
        return None
    return only(called[0], "the one in the group that is called so")


def _has_just(ref: int, value: str, view: PageView) -> bool:
    """Tell whether one of the texts of a card is just a value: its title."""
    wanted = wording(value).folded
    return any(wording(part.text).folded == wanted for part in view.subtree(view.nodes[ref]) if part.text)


_IN_PART = frozenset(["name begins so", "name contains it"])


def _is_titled(ref: int, value: str, view: PageView) -> bool:
    """Tell whether an element is called just so, or with a remark, or has a text of its own that is just that."""
    name = view.nodes[ref].name or view.text(ref)
    labels = [above for above in view.parents(ref) if view.nodes[above].tag == "label"]
    labels += [node.ref for node in view.nodes if node.tag == "label" and name and view.text(node.ref) == name]
    return _is_or_goes_on(value, name) or any(_has_just(one, value, view) for one in (ref, *labels))


def _as_named(intent: Intent, view: PageView, context: Context) -> Ranking:
    target = intent.target or Target(text=intent.values[0])
    named = replace(
        target,
        name=intent.values[0],
        text=f'"{intent.values[0]}"' if is_literal(intent.values[0], intent.text) else intent.values[0],
        role=None,
        quoted=intent.target is not None,
        alternatives=(),
    )
    ranking = rank(named, view.snapshot, context=context, action="select")
    kind = intent.target is None and re.search(rf"\b(?:an?|any|some) {re.escape(intent.values[0])}\b", intent.text)
    literal = intent.target is None and is_literal(intent.values[0], intent.text)
    for one in ranking.found:
        if literal and one.named in _IN_PART and not _is_titled(one.ref, intent.values[0], view):
            one.add("state does not fit", note="it is called more than the words in quotes")
        if kind and one.named not in JUST_SO:
            one.add("state does not fit", note="a kind of thing is meant, of which it is none")
        choice = choice_around(one.ref, view)
        if choice is not None and one.named not in _SAYS_SO:
            if _has_just(choice, intent.values[0], view):
                one.add("another is called just so", -2.0, note="it has a text that is just that")
            else:
                choice = None
        if choice is not None or view.nodes[one.ref].role in MEMBERS or one.named == CROSSING:
            if choice is not None and choice != one.ref:
                if any(text.startswith("wrong kind") for _, text in one.reasons):
                    one.add("wrong kind for the action", -1.0, note="it is a part of what is chosen")
                one.ref = choice
            one.add("role fits", note="one of several to choose from")
        else:
            one.add("cannot be acted on", 3.0, note="nothing that one chooses among others")
    ranking.found.sort(key=lambda one: (-one.points, one.ref))
    return ranking
