"""Judging that something is in a state: which elements are meant, and what they and the page say of it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, missing, passed
from aiwebtest.grounding.rules.checks.kinds import ROWS, is_container, is_field
from aiwebtest.grounding.rules.checks.readings import field_labelled, readings_of
from aiwebtest.grounding.rules.checks.said import said_of, without_noun
from aiwebtest.grounding.rules.checks.seek import Found, seek, seek_place
from aiwebtest.grounding.rules.checks.selection import REACH
from aiwebtest.grounding.rules.checks.states import (
    CONTROLS,
    OF_THINGS,
    STATE_WORDS,
    has_state,
    holds_state,
    opposite_of,
)
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, words_of
from aiwebtest.grounding.rules.checks.things import meant
from aiwebtest.grounding.rules.page import view_of

__all__ = ["judge_state"]


def judge_state(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge whether the elements that the subject means are in the state; several must agree."""
    target, snapshot = claim.subject, facts.snapshot
    if target is None:
        return missing(None, facts, negated=True)
    if claim.state == ("expanded" if claim.negated else "collapsed") and target.role in _OPENED:
        return _closed(claim, facts, inside)
    if target.role == "datepicker" and (calendar := _calendar(claim, target, snapshot, inside)) is not None:
        return calendar
    labelled = field_labelled(target, snapshot, inside)
    found = Found(tuple(snapshot.nodes[one.refs[0]] for one in labelled)) if labelled else None
    found = found or _menus_first(target, meant(target, facts, inside, every=claim.every))
    nodes = [node for node in found.nodes if node.visible or node.tag == "option" or _styled_control(node)]
    labels = any(node.tag == "label" for node in nodes) or claim.state in {"checked", "unchecked"}
    if target.role is None or labels:  # "answer B": a card that labels its radio
        meant_by = {one.ref: one for one in (_control_around(node, snapshot) for node in nodes)}
        nodes = _controls_first(list(meant_by.values()))
    nodes = _fields_first(claim, nodes)
    if (told := _validity(claim, target, nodes, facts, inside) or _drawer(claim, target, snapshot)) is not None:
        return told
    if claim.state in {"empty", "filled"} and not any(is_field(node) for node in nodes):
        nodes = _containers(target, snapshot, inside) or [node for node in nodes if is_container(node)]
        if nodes and all(_is_only_titled(node, target, snapshot) for node in nodes):
            holds = (claim.state == "empty") != claim.negated
            return (passed if holds else failed)(snapshot.text_of(nodes[0]), refs=(nodes[0].ref,))
    if claim.state in {"expanded", "collapsed"} and all(has_state(n, claim.state, snapshot) is None for n in nodes):
        nodes = _openers(target, snapshot, inside) or nodes
    if not nodes:
        return _told_beside(claim, target, facts, inside) or _unseen(claim, facts, bool(found.nodes), inside)
    nodes = _having_the_state(nodes, str(claim.state), snapshot)
    answers = [_one(claim, node, snapshot) for node in nodes]
    unsure = all(answer.outcome == "error" for answer in answers) or _only_mentioned(claim, nodes)
    if unsure and (told := _told_beside(claim, target, facts, inside)):
        return told
    if unsure and (other := _by_whole_name(claim, target, facts, inside) or _untold_of_item(claim, nodes, facts)):
        return other
    return agree(answers, every=claim.every, what=target.text)


def _fields_first(claim: Claim, nodes: list[Node]) -> list[Node]:
    """Leave out, where a field may be empty, the tab or the title that is called alike: neither ever is."""
    fields = [node for node in nodes if is_field(node)] if claim.state in {"empty", "filled"} else []
    return [node for node in nodes if is_field(node) or is_container(node)] if fields else nodes


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
    if state in _OF_BOXES:
        apart = [node for node in apart if not any(_in_one_line(node, one, snapshot) for one in having)]
    return sorted([*having, *apart], key=lambda node: node.ref) if having else nodes


_OF_BOXES = frozenset({"checked", "unchecked"})


def _in_one_line(field: Node, box: Node, snapshot: Snapshot) -> bool:
    """Tell whether a field stands beside a box in the line that both are named by: how "Mentions" reach one, if on."""
    if not is_field(field) or field.parent < 0:
        return False
    around = snapshot.nodes[field.parent]
    lines = [one for one in (around, *islice(snapshot.ancestors(around), 1)) if not one.role]
    return any(one.ref < box.ref < one.end and one.end - one.ref < _LINE for one in lines)


_LINE = 14  # elements at most of a line with a label and two controls


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


def _only_mentioned(claim: Claim, nodes: list[Node]) -> bool:
    """Tell whether what is called active, enabled or disabled are links and texts: the thing they name may be so."""
    return claim.state in OF_THINGS and all(
        node.role == "link" or not (node.role in CONTROLS or is_field(node)) for node in nodes
    )


def _untold_of_item(claim: Claim, nodes: list[Node], facts: Facts) -> Answer | None:
    """Leave undecided whether a thing is active that a link in its row leads to: it is not the link that may be so."""
    snapshot, view = facts.snapshot, view_of(facts.snapshot)
    rows = [node for node in nodes if node.role == "link" and view.up(node.ref, "row") is not None]
    told = any(has_state(node, one, snapshot) for node in rows for one in ("active", "disabled"))
    by_name = claim.state in OF_THINGS and claim.subject is not None and claim.subject.role is None
    if told or not by_name or len(rows) < len(nodes):
        return None
    return error(
        f'Nothing in the row of "{rows[0].name}" says in a word that it is {claim.state}, or is not.',
        refs=tuple(node.ref for node in rows[:5]), mend='Say what its row shows, as in: the row of Ada shows "Active".',
    )  # fmt: skip


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


def _told_beside(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the window is open" by the one word beside the label "Window", where that is a word for the state."""
    if claim.state == "disabled" and words_of(claim.text)[-1:] == ("inactive",):  # so is a control that is disabled
        denied = replace(claim, state="active", negated=not claim.negated)
        if (answer := _told_beside(denied, target, facts, inside)) is not None:
            return answer
    state, other = str(claim.state), opposite_of(str(claim.state))
    target = without_noun(target) or target  # "invoice INV-301"
    if target.role is not None or target.quoted or state not in STATE_WORDS or claim.every:
        return None
    if (told := said_of(target, STATE_WORDS[state], STATE_WORDS.get(other, frozenset()), facts, inside)) is not None:
        node, holds = told
        return (passed if holds != claim.negated else failed)(
            facts.snapshot.text_of(node) or node.name, refs=(node.ref,)
        )
    known = STATE_WORDS[state] | STATE_WORDS.get(other, frozenset())
    name = fold(target.name or "")
    nodes = facts.snapshot.nodes
    lines = {fold(" ".join(nodes[ref].text for ref in b.refs)): b.refs for b in blocks_of(facts.snapshot, inside)}
    readings = readings_of(replace(claim, kind="value", state=None, match="exact"), facts, inside)
    said = {(fold(reading.text), reading.refs) for reading in readings}
    said |= {(word, lines[f"{name} {word}"]) for word in known if f"{name} {word}" in lines}
    if len({word for word, _ in said}) != 1 or not {word for word, _ in said} <= known:
        return None
    word, refs = said.pop()
    return (passed if (word in STATE_WORDS[state]) != claim.negated else failed)(word, refs=refs)


def _containers(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    """Return the places that a description means, lists included that are rendered without any height."""
    found = [node for node in seek_place(target, snapshot, inside).nodes if node.visible or node.box[2] > 0]
    return [node for node in found if is_container(node) or node.parent < 0]


def _calendar(claim: Claim, target: Target, snapshot: Snapshot, inside: Node | None) -> Answer | None:
    """Judge whether "the calendar" is open by whether one is to be seen, and not by the field that it belongs to."""
    if claim.state not in {"expanded", "collapsed"} or target.name is not None or target.ordinal is not None:
        return None
    sheets = [n for n in seek(target, snapshot, inside).nodes if not is_field(n) and n.end - n.ref > _A_MONTH]
    shown = [node for node in sheets if node.visible]
    if not sheets:
        return None
    holds = (bool(shown) == (claim.state == "expanded")) != claim.negated
    what = f"a calendar is {'' if shown else 'not '}shown"
    return (passed if holds else failed)(what, refs=tuple(node.ref for node in shown[:3]))


_A_MONTH = 28  # elements that a calendar has at least


def _is_only_titled(place: Node, target: Target, snapshot: Snapshot) -> bool:
    """Tell whether all that a place says is its title, perhaps with how many stand in it: "Ready 0"."""
    said, title = fold(snapshot.text_of(place)), fold(target.name or "")
    return bool(title) and place.end - place.ref > 1 and said in {title, f"{title} 0"}


def _styled_control(node: Node) -> bool:
    """Tell whether a check box or radio is hidden because its label is drawn instead."""
    return node.tag == "input" and node.type in {"checkbox", "radio", "file"} and bool(node.label or node.name)


def _control_around(node: Node, snapshot: Snapshot) -> Node:
    """Return the link or button that a bare text stands in, or what it labels: what is selected is not the text."""
    bare = node.tag == "#text" or (node.role in _WORDS_ALONE and not is_field(node))
    if not bare and not _is_all_its_label_says(node, snapshot):
        return node
    above = [around for _, around in zip(range(REACH), snapshot.ancestors(node), strict=False)]
    label = next((around for around in (node, *above) if around.tag == "label"), None)
    if label is not None and (labelled := _labelled(label, snapshot)) is not None:
        return labelled
    return next((around for around in above if around.role in CONTROLS), node)


def _is_all_its_label_says(link: Node, snapshot: Snapshot) -> bool:
    """Tell whether a link is no more than the words of a label, which is for a radio that is not drawn."""
    label = snapshot.nodes[link.parent] if link.role == "link" and link.parent >= 0 else link
    return label.tag == "label" and snapshot.text_of(label) == snapshot.text_of(link)


_WORDS_ALONE = frozenset({"", "paragraph", "strong", "emphasis"})


def _labelled(label: Node, snapshot: Snapshot) -> Node | None:
    """Return the control in a label, or the one that it is for."""
    inside = [n for n in snapshot.subtree(label)[1:] if n.role in CONTROLS - {"link"} or is_field(n)]
    said = snapshot.text_of(label)
    known = inside or [node for node in snapshot.nodes if node.label and node.label == said]
    if not known and (control := view_of(snapshot).labels.meant_by_label(label.ref)) is not None:
        return snapshot.nodes[control]
    return known[0] if len(known) == 1 else None


def _controls_first(nodes: list[Node]) -> list[Node]:
    controls = [node for node in nodes if node.role in CONTROLS or is_field(node)]
    return controls or nodes


def _openers(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    """Return what opens and closes "the Contact section": its button or summary is all that bears the name."""
    named = seek(replace(target, role=None, alternatives=()), snapshot, inside).shown if target.name else ()
    around = [_control_around(node, snapshot) for node in named]
    return [node for node in around if node.has(Flag.EXPANDED) or node.has(Flag.COLLAPSED)]


_DRAWN_SHUT = frozenset({"section", "sidebar", "card", "list", "navigation"})  # a panel that is closed is not there
_OF_CONTROLS = frozenset({"selected", "enabled", "disabled", "readonly", "required", "pressed", "active", "focused"})


def _of_another_kind(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Leave undecided what is said of "the Previous link", where what is called just that is a text for now."""
    target = claim.subject
    if target is None or target.role is None or not target.name or claim.state not in _OF_CONTROLS:
        return None
    if target.role == "tab" and claim.state in {"selected", "active"} and (told := _drawn_tab(claim, facts, inside)):
        return told
    named = seek(replace(target, role=None, alternatives=()), facts.snapshot, inside).shown
    just = [node for node in named if fold(facts.snapshot.text_of(node) or node.name) == fold(target.name)]
    if not just:
        return None
    return error(
        f'"{target.name}" is shown, and it is no {target.role}.', refs=tuple(node.ref for node in just[:5]),
        mend="Say what the page shows, or name the thing without its kind.",
    )  # fmt: skip


def _drawn_tab(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the Overview tab is selected" by a plain element that a class marks among its like, or by its radio."""
    assert claim.subject is not None
    plain = replace(claim.subject, role=None, alternatives=())
    told = judge_state(replace(claim, subject=plain), facts, inside)
    drawn = all(facts.snapshot.nodes[ref].role in {"", "radio"} for ref in told.refs)
    return told if told.outcome != "error" and told.refs and drawn else None


def _unseen(claim: Claim, facts: Facts, hidden: bool, inside: Node | None) -> Answer:
    if claim.subject and claim.state == "empty" and claim.subject.name:
        said = [
            b for b in blocks_of(facts.snapshot) if contains_words(b.folded, fold(f"{claim.subject.name} is empty"))
        ]
        if said and not claim.negated:
            return passed(said[0].text, refs=said[0].refs[:1])
    gone = claim.state == "collapsed" and claim.subject is not None and claim.subject.role in _DRAWN_SHUT
    if hidden and gone and claim.subject is not None and (claim.subject.role == "sidebar" or claim.subject.name):
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
