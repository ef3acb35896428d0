"""Judging states of elements: enabled, checked, focused, empty ..."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, missing, passed
from aiwebtest.grounding.rules.checks.kinds import ROWS, is_container, is_field
from aiwebtest.grounding.rules.checks.offered import says_nearly, told_in
from aiwebtest.grounding.rules.checks.readings import field_labelled, readings_of
from aiwebtest.grounding.rules.checks.said import said_in, said_of, without_noun
from aiwebtest.grounding.rules.checks.seek import Found, children_of, seek, seek_place
from aiwebtest.grounding.rules.checks.shown import shown_value, whole_text
from aiwebtest.grounding.rules.checks.tables import cells_of, header_row, table_around
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, words_of
from aiwebtest.grounding.rules.checks.things import meant
from aiwebtest.grounding.rules.marks import chosen_among, may_be_chosen, says_chosen
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.words import OPPOSITES

__all__ = ["has_state", "holds_state", "is_nearly", "judge_state"]

_CHECKABLE = frozenset("checkbox radio switch menuitemcheckbox menuitemradio button option treeitem".split())
_OPENING = frozenset("dialog alertdialog menu menubar listbox tooltip list region complementary navigation".split())
_NOTHING_THERE = re.compile(
    r"\b(?:is|are|looks) (?:currently )?empty\b|\bno (?:items|products|results|entries|rows|orders)\b|\bnothing"
    r" (?:here|yet|found)\b"
)
_CONTROLS = frozenset(
    "button link textbox searchbox combobox listbox checkbox radio switch slider spinbutton tab option menuitem"
    " treeitem".split()
)


def judge_state(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge whether the elements that the subject means are in the state; several must agree."""
    target, snapshot = claim.subject, facts.snapshot
    if target is None:
        return missing(None, facts, negated=True)
    if claim.state == ("expanded" if claim.negated else "collapsed") and target.role in _OPENED:
        return _closed(claim, facts, inside)
    labelled = field_labelled(target, snapshot, inside)
    found = Found(tuple(snapshot.nodes[one.refs[0]] for one in labelled)) if labelled else None
    found = found or _menus_first(target, meant(target, facts, inside, every=claim.every))
    nodes = [node for node in found.nodes if node.visible or node.tag == "option" or _styled_control(node)]
    labels = any(node.tag == "label" for node in nodes) or claim.state in {"checked", "unchecked"}
    if target.role is None or labels:  # "answer B": a card that labels its radio
        nodes = _controls_first([_control_around(node, snapshot) for node in nodes])
    if (told := _validity(claim, target, nodes, facts, inside) or _drawer(claim, target, snapshot)) is not None:
        return told
    if claim.state in {"empty", "filled"} and not any(is_field(node) for node in nodes):
        nodes = _containers(target, snapshot, inside) or [node for node in nodes if is_container(node)]
    if not nodes and claim.state in {"expanded", "collapsed"}:
        nodes = _openers(target, snapshot, inside)
    if not nodes:
        return _told_beside(claim, target, facts, inside) or _unseen(claim, facts, bool(found.nodes), inside)
    nodes = _having_the_state(nodes, str(claim.state), snapshot)
    answers = [_one(claim, node, snapshot) for node in nodes]
    unsure = all(answer.outcome == "error" for answer in answers) or _only_mentioned(claim, nodes)
    if unsure and (told := _told_beside(claim, target, facts, inside)):
        return told
    if unsure and (other := _by_whole_name(claim, target, facts, inside)):
        return other
    return agree(answers, every=claim.every, what=target.text)


def _menus_first(target: Target, found: Found) -> Found:
    """Take "the menu" for one that opens, where the page has any, and not for a row of links that always stands."""
    opening = tuple(node for node in found.nodes if node.role == "menu")
    return Found(opening, found.loose) if opening and target.role == "menu" and target.name is None else found


def _having_the_state(nodes: list[Node], state: str, snapshot: Snapshot) -> list[Node]:
    """Leave out what has no such state, and stands in or around what has: the title of a dialog that is open."""
    having = [node for node in nodes if has_state(node, state, snapshot) is not None]
    apart = [
        n
        for n in nodes
        if n not in having and not any(n.ref < one.ref < n.end or one.ref < n.ref < one.end for one in having)
    ]
    return sorted([*having, *apart], key=lambda node: node.ref) if having else nodes


def _by_whole_name(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the storm warning is on" by what is called Storm warning, where no warning called Storm can be on."""
    whole = next((other for other in target.alternatives if other.role is None), None)
    if target.role is None or whole is None:
        return None
    answer = judge_state(replace(claim, subject=whole), facts, inside)
    return answer if answer.outcome != "error" and answer.refs else None


def _drawer(claim: Claim, target: Target, snapshot: Snapshot) -> Answer | None:
    """Judge "the drawer is closed" where a class calls something so: a side bar that is always there is none.

    None where nothing is called so, or what is called so may be another than the one that a dialog is drawn in.
    """
    if fold(target.text) not in {"the drawer", "drawer"} or claim.state not in {"collapsed", "expanded"}:
        return None
    called = [node for node in snapshot.nodes if "drawer" in words_of(node.ident)]
    shown = [node for node in called if node.visible and snapshot.text_of(node)]
    dialogs = [n for n in shown if any(one.role == "dialog" for one in (*snapshot.ancestors(n), *snapshot.subtree(n)))]
    aside = [node for node in snapshot.nodes if node.role == "complementary" and node.visible]
    if not called and aside:
        return error(
            "A side bar is shown, and nothing says that it is the drawer.", refs=(aside[0].ref,),
            mend="Name what opens and closes as the page does, or check for what it shows.",
        )  # fmt: skip
    if not called or (shown and not dialogs):
        return None
    holds = bool(dialogs) == (claim.state == "expanded")
    said = "the drawer is shown" if dialogs else "the drawer is not shown"
    return (passed if holds != claim.negated else failed)(said, refs=tuple(node.ref for node in dialogs[:3]))


_OPENED = frozenset({"dialog", "menu", "tooltip", "alert"})  # closed, they are not there
_OF_THINGS = frozenset({"active", "enabled", "disabled"})


def _only_mentioned(claim: Claim, nodes: list[Node]) -> bool:
    """Tell whether what is called active, enabled or disabled are links and texts: the thing they name may be so."""
    return claim.state in _OF_THINGS and all(
        node.role == "link" or not (node.role in _CONTROLS or is_field(node)) for node in nodes
    )


def _validity(claim: Claim, target: Target, fields: list[Node], facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the code is not valid" by a line that says so, or the contrary: a field without a mark says nothing.

    A line that contradicts a field's own mark leaves it undecided: it may speak of another thing.
    """
    name = re.escape(fold(target.name or ""))
    if target.role is not None or not name or claim.state not in {"valid", "invalid"}:
        return None
    line = re.compile(rf"(?:(?:this|the|your|my|that) )?{name} is (?P<no>not |in)?valid[.!]?")
    said = [(found, block) for block in blocks_of(facts.snapshot, inside) if (found := line.fullmatch(block.folded))]
    if len({bool(found["no"]) for found, _ in said}) != 1:
        return None
    found, block = said[0]
    marked = [field for field in fields if field.has(Flag.INVALID)]
    if marked and not found["no"]:
        return error(
            f'"{block.text}" is said, and the field is marked as invalid.', refs=(*block.refs, marked[0].ref),
            mend="Name the field with its kind, or quote what the page says.",
        )  # fmt: skip
    holds = bool(found["no"]) == (claim.state == "invalid")
    return (passed if holds != claim.negated else failed)(block.text, refs=block.refs)


_WORDS = {
    "expanded": frozenset({"open", "opened", "expanded"}), "collapsed": frozenset({"closed", "shut", "collapsed"}),
    "checked": frozenset({"on", "checked", "enabled"}), "unchecked": frozenset({"off", "unchecked", "disabled"}),
    "enabled": frozenset({"enabled", "on"}), "disabled": frozenset({"disabled", "off", "inactive"}),
    "active": frozenset({"active"}), "inactive": frozenset({"inactive"}),
    "empty": frozenset({"empty"}), "filled": frozenset({"full", "filled"}),
}  # fmt: skip


def _told_beside(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the window is open" by the one word beside the label "Window", where that is a word for the state."""
    state, other = str(claim.state), _opposite(str(claim.state))
    target = without_noun(target) or target  # "invoice INV-301"
    if target.role is not None or target.quoted or state not in _WORDS or claim.every:
        return None
    if (told := said_of(target, _WORDS[state], _WORDS.get(other, frozenset()), facts, inside)) is not None:
        node, holds = told
        return (passed if holds != claim.negated else failed)(
            facts.snapshot.text_of(node) or node.name, refs=(node.ref,)
        )
    known = _WORDS[state] | _WORDS.get(other, frozenset())
    name = fold(target.name or "")
    nodes = facts.snapshot.nodes
    lines = {fold(" ".join(nodes[ref].text for ref in b.refs)): b.refs for b in blocks_of(facts.snapshot, inside)}
    readings = readings_of(replace(claim, kind="value", state=None, match="exact"), facts, inside)
    said = {(fold(reading.text), reading.refs) for reading in readings}
    said |= {(word, lines[f"{name} {word}"]) for word in known if f"{name} {word}" in lines}
    if len({word for word, _ in said}) != 1 or not {word for word, _ in said} <= known:
        return None
    word, refs = said.pop()
    return (passed if (word in _WORDS[state]) != claim.negated else failed)(word, refs=refs)


def _opposite(state: str) -> str:
    return "inactive" if state == "active" else OPPOSITES.get(state, "")  # type: ignore[call-overload]


def _containers(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    """Return the places that a description means, lists included that are rendered without any height."""
    found = [node for node in seek_place(target, snapshot, inside).nodes if node.visible or node.box[2] > 0]
    return [node for node in found if is_container(node) or node.parent < 0]


def _styled_control(node: Node) -> bool:
    """Tell whether a check box or radio is hidden because its label is drawn instead."""
    return node.tag == "input" and node.type in {"checkbox", "radio", "file"} and bool(node.label or node.name)


def _control_around(node: Node, snapshot: Snapshot) -> Node:
    """Return the link or button that a bare text stands in, or what it labels: what is selected is not the text."""
    if node.tag != "#text" and (node.role not in _WORDS_ALONE or is_field(node)):
        return node
    above = [around for _, around in zip(range(_REACH), snapshot.ancestors(node), strict=False)]
    label = next((around for around in (node, *above) if around.tag == "label"), None)
    if label is not None and (labelled := _labelled(label, snapshot)) is not None:
        return labelled
    return next((around for around in above if around.role in _CONTROLS), node)


_WORDS_ALONE = frozenset({"", "paragraph", "strong", "emphasis"})


def _labelled(label: Node, snapshot: Snapshot) -> Node | None:
    """Return the control in a label, or the one that it is for."""
    inside = [node for node in snapshot.subtree(label)[1:] if node.role in _CONTROLS or is_field(node)]
    said = snapshot.text_of(label)
    known = inside or [node for node in snapshot.nodes if node.label and node.label == said]
    if not known and (control := view_of(snapshot).labels.meant_by_label(label.ref)) is not None:
        return snapshot.nodes[control]
    return known[0] if len(known) == 1 else None


_REACH = 3  # elements between a text and the link around it


def _controls_first(nodes: list[Node]) -> list[Node]:
    controls = [node for node in nodes if node.role in _CONTROLS or is_field(node)]
    return controls or nodes


def _openers(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    """Return what opens and closes "the Contact section": its button or summary is all that bears the name."""
    named = seek(replace(target, role=None, alternatives=()), snapshot, inside).shown if target.name else ()
    around = [_control_around(node, snapshot) for node in named]
    return [node for node in around if node.has(Flag.EXPANDED) or node.has(Flag.COLLAPSED)]


_DRAWN_SHUT = frozenset({"section", "sidebar", "card", "list", "navigation"})  # a panel that is closed is not there
_OF_CONTROLS = frozenset({"enabled", "disabled", "readonly", "required", "pressed", "active", "focused"})


def _of_another_kind(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Leave undecided what is said of "the Previous link", where what is called just that is a text for now."""
    target = claim.subject
    if target is None or target.role is None or not target.name or claim.state not in _OF_CONTROLS:
        return None
    named = seek(replace(target, role=None, alternatives=()), facts.snapshot, inside).shown
    just = [node for node in named if fold(facts.snapshot.text_of(node) or node.name) == fold(target.name)]
    if not just:
        return None
    return error(
        f'"{target.name}" is shown, and it is no {target.role}.', refs=tuple(node.ref for node in just[:5]),
        mend="Say what the page shows, or name the thing without its kind.",
    )  # fmt: skip


def _unseen(claim: Claim, facts: Facts, hidden: bool, inside: Node | None) -> Answer:
    if claim.subject and claim.state == "empty" and claim.subject.name:
        said = [
            b for b in blocks_of(facts.snapshot) if contains_words(b.folded, fold(f"{claim.subject.name} is empty"))
        ]
        if said and not claim.negated:
            return passed(said[0].text, refs=said[0].refs[:1])
    gone = claim.state == "collapsed" and claim.subject is not None and claim.subject.role in _DRAWN_SHUT
    if hidden and gone and claim.subject is not None and claim.subject.role == "sidebar":
        return (failed if claim.negated else passed)(f"{claim.subject.text} is hidden")
    if hidden and not claim.negated:
        return failed(f"{claim.subject.text if claim.subject else ''} is on the page but hidden")
    return _of_another_kind(claim, facts, inside) or missing(claim.subject, facts, negated=claim.negated or gone)


def _closed(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    shown = _menus_first(claim.subject, seek(claim.subject, facts.snapshot, inside)).shown if claim.subject else ()
    what = claim.subject.text if claim.subject else ""
    return failed(f"{what} is shown", refs=tuple(n.ref for n in shown[:5])) if shown else passed(f"{what} is not shown")


def _one(claim: Claim, node: Node, snapshot: Snapshot) -> Answer:
    counted = claim.every or (claim.subject is not None and claim.subject.ordinal is not None and node.role in ROWS)
    holds = (holds_state if counted else has_state)(node, str(claim.state), snapshot)
    what = f'{node.role or node.tag} "{(node.name or node.label or node.text)[:60]}"'
    if holds is None:
        return error(
            f"{what} is not a thing that can be {claim.state}.", refs=(node.ref,),
            mend="Name the element that has the state, with its role: the checkbox, the field, the button.",
        )  # fmt: skip
    actual = f"{what} is {'' if holds else 'not '}{claim.state}"
    return (passed if holds != claim.negated else failed)(actual, refs=(node.ref,))


def has_state(node: Node, state: str, snapshot: Snapshot) -> bool | None:
    """Tell whether an element is in a state; None when the state means nothing for it."""
    return _STATES[state](node, snapshot)


def holds_state(thing: Node, state: str, snapshot: Snapshot) -> bool | None:
    """Tell whether a thing of a list is in a state: by the only box or switch in it, by itself, or by a word in it."""
    opposite = _opposite(state)
    mine, others = _WORDS.get(state, frozenset()), _WORDS.get(opposite, frozenset())
    boxes = _boxes_in(thing, snapshot)
    called = [box for box in boxes if fold(box.name) in mine | others]
    if len(called) == 1:
        return called[0].has(Flag.CHECKED) == (fold(called[0].name) in mine)
    only = boxes[0] if state in {"checked", "unchecked"} and len(boxes) == 1 else thing
    holds = None if _shown_only(thing, state, snapshot) else has_state(only, state, snapshot)
    if holds or (holds is False and (state != "active" or _has_marked_twin(thing, snapshot, _ACTIVE) is False)):
        return holds
    told = {fold(snapshot.text_of(part)) for part in told_in(thing, snapshot)}
    said = [not told.isdisjoint(words) for words in (mine, others)]
    if said[0] is not said[1]:
        return said[0]
    instead = said_in(thing, mine, (), snapshot) if state in _OF_THINGS and not said[0] else None
    return instead[1] if instead else None


def _shown_only(thing: Node, state: str, snapshot: Snapshot) -> bool:
    """Tell whether a thing is open only in that it is to be seen."""
    return state in {"expanded", "collapsed"} and thing.role in _PLACES and _own_opener(thing, snapshot) is None


def is_nearly(thing: Node, state: str, snapshot: Snapshot) -> bool:
    """Tell whether a thing has a word for a state, or for its opposite, within a longer text."""
    opposite = OPPOSITES.get(state, "")  # type: ignore[call-overload]
    return says_nearly(thing, _WORDS.get(state, frozenset()) | _WORDS.get(opposite, frozenset()), snapshot)


def _boxes_in(thing: Node, snapshot: Snapshot) -> list[Node]:
    """Return the check boxes and switches in a thing."""
    return [node for node in snapshot.subtree(thing)[1:] if node.role in _BOXES]


def _box_of_branch(branch: Node, snapshot: Snapshot) -> Node | None:
    """Return the box in a branch of a tree, those of the branches below it left out; None where it has none."""
    below = next((n.ref for n in snapshot.subtree(branch)[1:] if n.role == "treeitem"), branch.end)
    return next((box for box in _boxes_in(branch, snapshot) if box.ref < below), None)


_BOXES = frozenset({"checkbox", "switch"})
_CHOOSING = frozenset("select selected choose pick mark".split())


def _chooses(box: Node, thing: Node, snapshot: Snapshot) -> bool:
    """Tell whether a box is there to choose the row that it is in, and not for a property such as "Urgent".

    It is so without a name of its own, where its column has none either; or it is called by the row, as no other is.
    """
    name, table = fold(box.name), table_around(box, snapshot)
    at = next((at for at, cell in cells_of(thing, snapshot) if cell.ref < box.ref < cell.end), -1)
    header = fold(header_row(table, snapshot).get(at, "")) if table is not None else ""
    if header and header.split()[0] not in _CHOOSING:
        return False
    if not name or name.split()[0] in _CHOOSING:
        return True
    told = {fold(node.text) for node in snapshot.subtree(thing) if node.text and node.visible}
    alike = [fold(other.name) for other in snapshot.nodes if other.role in _BOXES]
    return name in told and alike.count(name) == 1 and (len(alike) > 1 or told == {name})


def _disabled(node: Node, _: Snapshot) -> bool | None:
    if node.has(Flag.DISABLED):
        return True
    if node.tag not in {"button", "input", "select", "textarea"} and "disabled" in node.ident.lower().split():
        return True
    known = node.role in _CONTROLS or is_field(node) or node.has(Flag.CLICKABLE) or node.role == "group"
    return False if known else None


def _checked(node: Node, snapshot: Snapshot) -> bool | None:
    if node.has(Flag.MIXED):
        return False
    if node.role == "treeitem" and not node.has(Flag.CHECKED) and (box := _box_of_branch(node, snapshot)) is not None:
        return box.has(Flag.CHECKED)
    return node.has(Flag.CHECKED) if node.role in _CHECKABLE or node.has(Flag.CHECKED) else None


def _selected(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell what is chosen: by state, as the current one, or by the class names that pages use for it."""
    if node.has(Flag.SELECTED) or node.has(Flag.CHECKED) or node.has(Flag.CURRENT):
        return True
    if says_chosen(node.ident):
        return True
    if (marked := _marked_among_alike(node, snapshot)) is not None:
        return marked
    if (marked := _chosen_of_several(node, snapshot)) is not None:
        return marked
    boxes = _boxes_in(node, snapshot) if node.role in ROWS else []
    choosing = [box for box in boxes if _chooses(box, node, snapshot)]
    if boxes:
        return choosing[0].has(Flag.CHECKED) if len(choosing) == 1 else None
    if node.role == "combobox" and node.tag != "select":
        return _is_filled_list(node, snapshot)
    known = node.role in {
        "option",
        "tab",
        "radio",
        "row",
        "gridcell",
        "treeitem",
        "menuitemradio",
        "checkbox",
        "link",
        "listitem",
        "button",
    }
    return False if known else None


_INVITES = re.compile(r"(?:(?:please )?(?:select|choose|pick)\b.*|-+.*|none|nothing)", re.IGNORECASE)


def _is_filled_list(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether something is chosen in a list; None where what it shows may be a choice or invite to one.

    An empty input tells nothing: many a library draws what is chosen beside it.
    """
    if node.tag == "input" and not node.value:
        return None
    shown = node.value or snapshot.text_of(node)
    if node.value or not shown:
        return bool(shown)
    return False if _INVITES.fullmatch(shown.strip()) else None


def _active(node: Node, snapshot: Snapshot) -> bool | None:
    selected = _selected(node, snapshot)
    if selected:
        return True
    parent = snapshot.nodes[node.parent] if node.parent >= 0 else node
    if parent.role in {"listitem", "tab"} and says_chosen(parent.ident):
        return True
    return False if selected is False and node.role != "gridcell" else None


_ACTIVE = frozenset({"active", "current", "selected"})  # class names


def _has_marked_twin(node: Node, snapshot: Snapshot, marks: frozenset[str]) -> bool | None:
    """Tell that an element of no telling role is not active where one beside it is marked so; None where none is."""
    beside = children_of(snapshot, node.parent) if node.parent >= 0 else []
    marked = any(other.tag == node.tag and not marks.isdisjoint(other.ident.lower().split()) for other in beside)
    return False if marked else None


def _marked_among_alike(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether an element without a role is the one that a class marks among those beside it; None where none is.

    The text of a card or a tab stands for it.
    """
    for one in (node, *islice(snapshot.ancestors(node), _REACH)):
        if one.role or one.parent < 0:
            return None
        beside = [other for other in children_of(snapshot, one.parent) if other.tag == one.tag != "#text"]
        marked = [other for other in beside if may_be_chosen(other.ident)]
        if marked and len(marked) < len(beside):
            return one in marked
    return None


def _chosen_of_several(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether a thing is the one that a class of its own marks among those beside it; None where none is.

    What says the same around it is the same thing: the entry of a list around its link.
    """
    said = snapshot.text_of(node) or node.name
    for one in (node, *islice(snapshot.ancestors(node), _REACH)):
        if one.parent < 0 or (snapshot.text_of(one) or one.name) != said or one.role in _BOXES | {"radio"}:
            return None
        beside = [n for n in children_of(snapshot, one.parent) if n.tag == one.tag != "#text" and n.role == one.role]
        beside = _of_its_make(one, beside)
        marked = chosen_among([other.ident for other in beside])
        if len(beside) > 1 and sum(marked) == 1:
            return marked[beside.index(one)]
    return None


def _of_its_make(node: Node, beside: list[Node]) -> list[Node]:
    """Return those beside a node that share a class with it: arrows beside the numbers of pages are of another."""
    mine = set(node.ident.split())
    return [other for other in beside if mine & set(other.ident.split())]


_PLACES = frozenset({"region", "list", "complementary", "navigation"})  # open as far as they are to be seen


def _own_opener(place: Node, snapshot: Snapshot) -> Node | None:
    """Return what opens and closes a place: the one in it that says so and is called like it."""
    names = {fold(name) for name in (place.name, place.label) if name}
    inner = [n for n in snapshot.subtree(place)[1:] if n.has(Flag.EXPANDED) or n.has(Flag.COLLAPSED)]
    return next((n for n in inner if fold(n.name or snapshot.text_of(n)) in names), None)


def _expanded(node: Node, snapshot: Snapshot) -> bool | None:
    if node.role in _PLACES and (opener := _own_opener(node, snapshot)) is not None:
        return opener.has(Flag.EXPANDED)
    if node.has(Flag.EXPANDED) or (node.role == "tab" and _selected(node, snapshot)):
        return True
    if node.has(Flag.COLLAPSED) or node.role == "tab":
        return False
    if node.tag == "details":
        summary = next((n for n in snapshot.subtree(node) if n.tag == "summary"), None)
        return summary.has(Flag.EXPANDED) if summary else None
    return node.visible if node.role in _OPENING or node.tag == "dialog" or node.has(Flag.MODAL) else None


def _field_flag(flag: Flag) -> Callable[[Node, Snapshot], bool | None]:
    def test(node: Node, _: Snapshot) -> bool | None:
        known = is_field(node) or node.role in {"checkbox", "radio", "switch", "radiogroup"}
        return node.has(flag) if known else None

    return test


def _empty(node: Node, snapshot: Snapshot) -> bool | None:
    if is_field(node):
        return node.extra.get("filled") != "true" if node.type == "password" else not shown_value(node).strip()
    if node.role in {"list", "table", "grid", "listbox"}:
        return not any(
            n.visible and n.role in {"listitem", "row", "option"} and not _heads(n, snapshot)
            for n in snapshot.subtree(node)[1:]
        )
    text = whole_text(node, snapshot)
    if not text:
        return True
    return bool(_NOTHING_THERE.search(fold(text))) if is_container(node) else False


def _heads(row: Node, snapshot: Snapshot) -> bool:
    cells = [n for n in snapshot.subtree(row)[1:] if n.role in {"cell", "gridcell", "columnheader"}]
    return bool(cells) and all(n.role == "columnheader" for n in cells)


def _not(test: Callable[[Node, Snapshot], bool | None]) -> Callable[[Node, Snapshot], bool | None]:
    def opposite(node: Node, snapshot: Snapshot) -> bool | None:
        holds = test(node, snapshot)
        return None if holds is None else not holds

    return opposite


def _loaded(node: Node, snapshot: Snapshot) -> bool | None:
    if node.parent < 0:
        return bool(snapshot.text)
    known = node.extra.get("loaded")
    return None if known is None else known == "true"


def _readonly(node: Node, _: Snapshot) -> bool | None:
    if not is_field(node):
        return None
    return node.has(Flag.READONLY)


def _editable(node: Node, _: Snapshot) -> bool | None:
    return (
        (is_field(node) and not node.has(Flag.READONLY) and not node.has(Flag.DISABLED))
        if is_field(node)
        else node.has(Flag.EDITABLE)
    )


_STATES: dict[str, Callable[[Node, Snapshot], bool | None]] = {
    "disabled": _disabled,
    "enabled": _not(_disabled),
    "checked": _checked,
    "unchecked": _not(_checked),
    "mixed": lambda node, _: node.has(Flag.MIXED) if node.role in _CHECKABLE else None,
    "selected": _selected,
    "unselected": _not(_selected),
    "focused": lambda node, _: node.has(Flag.FOCUSED),
    "readonly": _readonly,
    "editable": _editable,
    "required": _field_flag(Flag.REQUIRED),
    "optional": _not(_field_flag(Flag.REQUIRED)),
    "expanded": _expanded,
    "collapsed": _not(_expanded),
    "empty": _empty,
    "filled": _not(_empty),
    "invalid": _field_flag(Flag.INVALID),
    "valid": _not(_field_flag(Flag.INVALID)),
    "pressed": _checked,
    "active": _active,
    "loaded": _loaded,
    "onscreen": lambda node, _: node.visible and not node.has(Flag.OFFSCREEN),
    "multiple": lambda node, _: node.has(Flag.MULTIPLE),
    "visible": lambda node, _: node.visible,
    "hidden": lambda node, _: not node.visible,
}
