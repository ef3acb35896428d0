"""Rows and things that are chosen from a list: by the box that leads them, the button in them, or themselves."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.counting import counted_thing
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.lexer import lex
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.phrase import parse_target
from aiwebtest.grounding.rules.rank import Context, Ranking, rank
from aiwebtest.grounding.rules.weights import CLEAR, FITS
from aiwebtest.grounding.rules.wording import JUST_SO, bare, wording

__all__ = [
    "ACTED_ON",
    "CELLS",
    "MEMBERS",
    "box_of_all",
    "but_for_others",
    "chosen_within",
    "counts_a_thing",
    "is_literal",
    "is_of_all",
    "only",
    "row_called",
    "row_to_select",
    "row_to_tick",
    "thing_to_select",
]

MEMBERS = frozenset(
    "option radio menuitem menuitemradio menuitemcheckbox tab checkbox treeitem switch gridcell listitem".split()
)


CELLS = frozenset(["cell", "gridcell", "rowheader", ""])
ACTED_ON = int(Flag.CLICKABLE) | int(Flag.EDITABLE)
_OPENS = int(Flag.COLLAPSED) | int(Flag.EXPANDED)


def row_to_select(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return the box that leads the row which is to be selected, or the row itself where no box does."""
    assert intent.target is not None
    view = view_of(snapshot)
    ranking = rank(intent.target, snapshot, context=context, action="hover")  # not the link in it
    for one in ranking.found:
        if (box := _leading_box(view.nodes[one.ref], view)) is not None:
            one.ref = box
            one.add("can be acted on", note="the box that selects the row")
    found = sorted({one.ref: one for one in reversed(ranking.found)}.values(), key=lambda one: (-one.points, one.ref))
    return Ranking(found, ranking.lost)


def counts_a_thing(intent: Intent) -> bool:
    """Tell whether a choice is of one thing by its place: "the first flight", not the first option of a list."""
    target = intent.target
    return target is not None and target.role == "item" and target.ordinal == intent.position is not None


def thing_to_select(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return what selects "the first flight": its box, the button for it, or the thing itself where it can be clicked.

    None where the page does not tell what its flights are.
    """
    assert intent.target is not None
    view = view_of(snapshot)
    refs = counted_thing(intent.target, view)
    if not refs:
        return None if refs is None else Ranking([])
    thing = view.nodes[refs[0]]
    inside = [node for node in view.subtree(thing) if node.visible]
    boxes = [node.ref for node in inside if node.role in ("checkbox", "radio")]
    buttons = [node.ref for node in inside if node.role in ("button", "link") and node.name.strip() in _CHOOSING]
    itself = [thing.ref] if thing.has(Flag.CLICKABLE) or thing.role in MEMBERS | {"row"} else []
    meant = next((some for some in (boxes, buttons, itself) if some), [])
    if len(meant) != 1:
        return Ranking([])
    one = Evidence(meant[0])
    one.add("name means the same", note=f"the page tells what {intent.target.text} is")
    one.add("can be acted on")
    return Ranking([one])


def _leading_box(row: Node, view: PageView) -> int | None:
    """Return the check box or radio button of a row, if nothing in it but what opens it can be acted on before."""
    if row.role != "row":
        return None
    controls = (
        n for n in view.subtree(row)
        if n.ref != row.ref and n.flags & ACTED_ON and n.role not in CELLS and not n.flags & _OPENS
    )  # fmt: skip
    first = next((n for n in controls if n.tag != "label"), None)  # a box that is not drawn stands in its label
    return first.ref if first is not None and first.role in ("checkbox", "radio") else None


def only(ref: int, why: str) -> Ranking:
    """Return the one element that can be meant, for a reason that is no name of its own."""
    one = Evidence(ref)
    one.add("role alone", note=why)
    one.add("can be acted on")
    return Ranking([one])


def row_to_tick(intent: Intent, ranking: Ranking, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the box that leads the row of "untick TB-1042", where what is called so is a text or link of that row."""
    target, view = intent.target, view_of(snapshot)
    top = view.nodes[ranking.found[0].ref] if ranking.found and ranking.found[0].score >= FITS else None
    if target is None or not target.name or target.role or target.relations or target.ordinal is not None:
        return None
    if top is None or top.role not in CELLS | {"link"} or top.tag == "label" or top.has(Flag.CHECKED):
        return None
    return row_called(replace(intent, target=None, values=(target.name,)), view, context)


_ALL = re.compile(r"(?:select|check|tick|mark|choose) all(?: (?:of )?(?:the )?(?P<noun>[a-z]+))?", re.IGNORECASE)
_ROWS = frozenset("rows items entries records results lines".split())


def is_of_all(intent: Intent) -> bool:
    """Tell whether all rows are to be chosen: "select all rows"."""
    return _ALL.fullmatch(intent.text) is not None


def box_of_all(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return, for "select all rows", the one box that stands over a column of boxes; None for another sentence."""
    said = _ALL.fullmatch(intent.text)
    if said is None:
        return None
    boxes = [node for node in snapshot.nodes if node.role == "checkbox" and node.visible]
    view = view_of(snapshot)
    over = [box for box in boxes if view.up(box.ref, "columnheader") is not None]
    if len(over) != 1:
        return None
    noun = said["noun"] or "rows"
    if not _is_of(noun, over[0], view) and not _counts(noun, len(_boxes_under(over[0], boxes, view)), snapshot):
        return None
    return only(over[0].ref, "the box over the boxes of all rows")


def _is_of(noun: str, box: Node, view: PageView) -> bool:
    """Tell whether the rows under a box are of a noun: "rows", or what the page or a title above the box is about."""
    return noun.lower() in _ROWS or view.topic | view.titles_above(box.ref) >= set(wording(noun).stems)


def but_for_others(intent: Intent, ranking: Ranking, snapshot: Snapshot) -> Ranking:
    """Leave out, for "select all users", a box "Select all" over other rows than those that are titled "Users"."""
    said, view = _ALL.fullmatch(intent.text), view_of(snapshot)
    if said is None or not said["noun"]:
        return ranking
    titles = [set(wording(node.name).stems) for node in snapshot.nodes if node.visible and node.role == "heading"]
    titled = set(wording(said["noun"]).stems) in titles
    others = {
        one.ref for one in ranking.found
        if titled and view.up(one.ref, "columnheader") is not None and one.named not in JUST_SO
        and not _is_of(said["noun"], snapshot.nodes[one.ref], view)
    }  # fmt: skip
    return replace(ranking, found=[one for one in ranking.found if one.ref not in others])


def _boxes_under(box: Node, boxes: list[Node], view: PageView) -> list[Node]:
    """Return the boxes of the table that a box in its head stands over."""
    table = next((up for role in ("table", "grid", "treegrid") if (up := view.up(box.ref, role)) is not None), None)
    return [one for one in boxes if one is not box and table is not None and view.inside(one.ref, table)]


def _counts(noun: str, shown: int, snapshot: Snapshot) -> bool:
    """Tell whether the page says of a noun that just so many are shown: "1-4 of 4 pages", "4 pages"."""
    line = re.compile(rf"(?:(?P<first>\d+)\s*[-–]\s*(?P<last>\d+) of )?(?P<all>\d+) {re.escape(noun)}", re.IGNORECASE)
    told = [found for n in snapshot.nodes if n.visible and n.text and (found := line.fullmatch(n.text.strip()))]
    counts = {int(one["last"]) - int(one["first"]) + 1 if one["first"] else int(one["all"]) for one in told}
    return counts == {shown}


def row_called(intent: Intent, view: PageView, context: Context) -> Ranking | None:
    """Return the box that leads the only row with a cell of just that text: "select Ada Lovelace"."""
    asked = wording(intent.values[0])
    wanted = asked.folded
    held = view.holding(bare(asked.tokens[0])) if asked.tokens else ()
    cells = [view.nodes[cell] for cell in {view.cell_of(ref) for ref in held} if cell is not None]
    rows = {
        row for node in cells if node.role in ("cell", "gridcell", "rowheader") and node.visible
        and wording(view.text(node.ref)).folded == wanted and (row := view.up(node.ref, "row")) is not None
    }  # fmt: skip
    box = _leading_box(view.nodes[rows.pop()], view) if len(rows) == 1 else None
    if box is None:
        return None
    return only(box, "the box that selects the row")


_CHOOSING = ("Select", "Choose", "Pick")


def chosen_within(intent: Intent, view: PageView, context: Context) -> Ranking | None:
    """Return the button called "Select" in the one thing that is meant: "select the 12:00 sailing"."""
    value = intent.values[0]
    anchor = parse_target(value)
    if is_literal(value, intent.text):  # "Express" is not "Express plus"
        anchor = Target(text=value, name=value, quoted=True)
        called = rank(anchor, view.snapshot, context=context, checking=True).found
        if not called or called[0].named not in JUST_SO:
            return None
    thing = Relation(kind="row", anchor=anchor)
    for name in _CHOOSING:
        button = Target(text=intent.text, name=name, relations=(thing,))
        ranking = rank(button, view.snapshot, context=context, action="click")
        if ranking.found and ranking.found[0].score >= CLEAR and ranking.found[0].named in JUST_SO:
            return ranking
    return None


def is_literal(value: str, sentence: str) -> bool:
    """Tell whether a value stands in quotes in a sentence, or was filled in for a placeholder."""
    literal = [token for token in lex(sentence) if token.literal]
    return any(token.value == value or token.kind == "hole" for token in literal)
