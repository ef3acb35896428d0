"""Judging whether a text or an element can be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import (
    Answer,
    agree,
    error,
    failed,
    missing,
    nearest_text,
    nearest_to,
    passed,
    shares_words,
    unsure,
)
from aiwebtest.grounding.rules.checks.kinds import can_be, is_container
from aiwebtest.grounding.rules.checks.messages import are_of_contrary_kind, are_pressed, tells_no_kind
from aiwebtest.grounding.rules.checks.places import denies
from aiwebtest.grounding.rules.checks.seek import seek, seek_place
from aiwebtest.grounding.rules.checks.text import (
    Block,
    blocks_of,
    contains_words,
    fold,
    is_denied,
    listed,
    matcher,
    matches,
    tidy,
)  # fmt: skip
from aiwebtest.grounding.rules.checks.things import is_called, one_called

__all__ = ["judge_text", "judge_visible", "shows_nothing"]

_NAMED = frozenset({"img", "button", "link", "tab", "checkbox", "radio", "switch"})
_WRONG = re.compile(r"\b(?:errors?|invalid|failed|failure|went wrong|not valid)\b")


def shows_nothing(facts: Facts) -> Answer | None:
    """Return an error for a page without any text or element to see: absence proves nothing there."""
    if any(node.visible and (node.text or node.name or node.value) for node in facts.snapshot.nodes):
        return None
    return error(
        "The page shows nothing at all, so nothing can be said to be absent from it.",
        mend="Check first for something that the page must show.",
    )


def judge_text(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge a text claim: each of its values is, or is not, among the visible text."""
    if claim.negated and (blank := shows_nothing(facts)):
        return blank
    answers = [_one_text(value, claim, facts, inside) for value in claim.values]
    return next((answer for answer in answers if answer.outcome != "passed"), answers[0])


def _one_text(value: str, claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    blocks = blocks_of(facts.snapshot, inside)
    quoted = claim.quoted and not claim.negated
    fits = matcher(value, claim.match, quoted=quoted)
    hits = [block for block in blocks if fits(block.text)]
    named = [] if claim.match == "regex" else _named(value, facts.snapshot, inside, quoted=quoted)
    refs = (*(block.refs[0] for block in hits), *(node.ref for node in named))
    said = [block.text for block in hits] + [f"{node.role or node.tag} {node.name!r}" for node in named]
    if said and claim.negated:
        return failed(f'"{said[0]}" is shown', refs=refs[:10])
    if said and are_of_contrary_kind(claim.attribute, refs, facts.snapshot):
        return failed(f'"{said[0]}" is shown, and as another kind of message', refs=refs[:10])
    if said and are_pressed(claim.attribute, refs, facts.snapshot):
        return _pressed(f'"{said[0]}"', value, refs)
    if said:
        return passed(said[0], refs=refs[:10], evidence=tuple(said[:3]))
    if not claim.quoted and (apart := _one_by_one(value, blocks, negated=claim.negated)):
        return apart
    if claim.negated:
        return passed(f'"{value}" is not shown')
    nearest = nearest_text(value, (block.text for block in blocks))
    return failed(f'"{value}" is not shown{_where(claim, inside)}', nearest=nearest or _elsewhere(value, facts, inside))


def _one_by_one(value: str, blocks: Sequence[Block], *, negated: bool) -> Answer | None:
    """Leave undecided whether "Dana and North" is one text or two, where that makes a difference."""
    parts = listed(value)
    hits = [next((b for b in blocks if contains_words(b.folded, fold(part))), None) for part in parts]
    if len(parts) == 1 or not (any(hits) if negated else all(hits)):
        return None
    return error(
        f'"{value}" is not shown as one text, but its words are.', refs=tuple(b.refs[0] for b in hits if b)[:10],
        mend="Put into quotes what the page shows, each text by itself.",
    )  # fmt: skip


def _named(value: str, snapshot: Snapshot, inside: Node | None, *, quoted: bool) -> list[Node]:
    """Return the visible elements whose given name is just that: a picture's text, an icon's label."""
    nodes = snapshot.nodes if inside is None else snapshot.subtree(inside)
    fits = matcher(value, "exact", quoted=quoted)
    return [node for node in nodes if node.name and node.role in _NAMED and node.visible and fits(tidy(node.name))]


def _elsewhere(value: str, facts: Facts, inside: Node | None) -> str:
    if inside is None:
        return ""
    hit = next((b for b in blocks_of(facts.snapshot) if contains_words(b.folded, fold(value))), None)
    return f'"{hit.text}", elsewhere on the page' if hit else ""


def _where(claim: Claim, inside: Node | None) -> str:
    return f" in {claim.place.text}" if inside is not None and claim.place is not None else ""


def judge_visible(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge whether an element is there to be seen."""
    target = claim.subject
    if target is None:
        return missing(None, facts, negated=True)
    hidden = denies(claim)
    if hidden and (blank := shows_nothing(facts)):
        return blank
    if hidden and (lost := _lost_anchor(target, facts, inside)):
        return lost
    shown, seen = _sightings(target, facts, inside, strict=not hidden)
    if unlike := _unlike_a_message(target, shown, seen, facts.snapshot):
        return unlike
    kind = target.text.replace(target.name, "") if target.role == "alert" and target.name else ""
    if not hidden and are_of_contrary_kind(kind, shown, facts.snapshot):
        return failed(f"{seen[0]} is shown, and as another kind of message", refs=shown[:10])
    seen += _browser_dialogs(claim, facts)
    if hidden and seen:
        return _in_sight(target, shown, seen, facts)
    if hidden and (told := _by_another_name(claim, target, facts, inside)):
        return told
    named = target.name if target.role is None and not target.quoted and not seen else None
    if named and (apart := _one_by_one(named, blocks_of(facts.snapshot, inside), negated=hidden)):
        return apart
    if hidden:
        return _absent(claim, target, facts, inside)
    if not seen:
        return _unseen(claim, target, facts, inside)
    if not target.quoted and (farewell := _farewell(target, shown, seen, facts)) is not None:
        return failed(farewell.text, refs=farewell.refs)
    return _only_denied(target, seen, shown) or passed(seen[0], refs=shown[:10], evidence=tuple(seen[:3]))


def _unlike_a_message(target: Target, shown: tuple[int, ...], seen: Sequence[str], snapshot: Snapshot) -> Answer | None:
    """Leave open whether what is shown is the message that is asked for: it tells no kind, or can be pressed."""
    if tells_no_kind([snapshot.nodes[ref] for ref in shown], target, snapshot):
        return error(
            f"A message is shown, and nothing tells whether it is {target.text}: {seen[0]}",
            mend='Quote what it says: the message "..." is shown.', refs=shown[:10],
        )  # fmt: skip
    if target.role != "alert" or not target.name or not are_pressed(target.text, shown, snapshot):
        return None
    return _pressed(seen[0], target.name, shown)


def _pressed(seen: str, name: str, refs: tuple[int, ...]) -> Answer:
    return error(
        f"{seen} is shown as what can be pressed, which is no message.", refs=refs[:10],
        mend=f'Say that it is shown, if that is meant: I see "{name}"',
    )  # fmt: skip


def _unseen(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer:
    if told := _kind_and_name(claim, target, facts, inside):
        return told
    behind = seek(target, facts.snapshot, inside, last=facts.last).nodes
    what = (
        f"{target.text} is on the page but hidden"
        if behind and not behind[0].visible
        else f"{target.text} is not shown{_where(claim, inside)}"
    )
    nearest = _elsewhere(target.name or target.text, facts, inside) or nearest_to(target, facts.snapshot)
    refs = tuple(n.ref for n in behind[:3] if n.visible)
    return unsure(claim, failed(what, nearest=nearest, refs=refs))


_GONE = r"(?:was|were|is|are|has been|have been)(?: now| successfully)? (?:removed|deleted|dismissed|gone)"


def _in_sight(target: Target, shown: tuple[int, ...], seen: Sequence[str], facts: Facts) -> Answer:
    """Refute that a thing is not there, unless all that is left of it is the line which says that it was removed."""
    if (farewell := _farewell(target, shown, seen, facts)) is not None:
        return passed(farewell.text, refs=farewell.refs)
    return failed(f"{target.text} is shown: {seen[0]}", refs=shown[:10])


def _farewell(target: Target, shown: tuple[int, ...], seen: Sequence[str], facts: Facts) -> Block | None:
    """Return the line that says a thing was removed, where nothing else is shown of it."""
    if target.role is not None or not target.name or target.relations or len(shown) != len(seen):
        return None
    line = re.compile(rf"(?:.*[.!?:] )?(?:the |your )?{re.escape(fold(target.name))} {_GONE}(?:[.!].*)?")
    saying = [block for block in blocks_of(facts.snapshot) if line.fullmatch(block.folded)]
    told = {ref for block in saying for ref in block.refs}
    return saying[0] if saying and told.issuperset(shown) else None


def _by_another_name(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Refute that there is no "parcel 7002", where 7002 stands under the header "Parcel"; leave open what may be there.

    None where nothing on the page may go by the name.
    """
    told = _kind_and_name(claim, target, facts, inside)
    if told is not None and told.outcome == "passed":
        return failed(f"{target.text} is shown: {told.actual}", refs=told.refs)
    words = target.role is None and not target.relations
    if not words or not shares_words(target, facts.snapshot, all_of_them=True, inside=inside):
        return None
    return error(
        f"Nothing is called {target.text}, but its words are shown: it may go by another name.",
        mend=f'Put into quotes what must not be there, as in: I do not see "{target.text}"',
    )


def _absent(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer:
    """Confirm that nothing is called so, unless "the priority Low" is not and "Low" is shown."""
    told = _kind_and_name(claim, target, facts, inside) or _of_whom(target, facts, inside)
    if told is None:
        return passed(f"{target.text} is not shown")
    return told if told.outcome == "error" else failed(told.actual, refs=told.refs)


def _of_whom(target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Leave undecided that there is no "order from Maja", where Maja is shown: what says that it is none?"""
    names = [one.anchor.name for one in target.relations if one.kind in {"with", "for"} and one.anchor.name]
    if target.role != "item" or not target.modifiers or len(names) != 1:
        return None
    name = str(names[0])
    hit = next((b for b in blocks_of(facts.snapshot, inside) if matches(b.text, name, "exact", quoted=False)), None)
    hit = hit or next((b for b in blocks_of(facts.snapshot, inside) if any(
        fold(facts.snapshot.nodes[ref].text) == fold(name) for ref in b.refs)), None)  # fmt: skip
    if hit is None:
        return None
    return error(
        f'"{name}" is shown, and nothing tells that it is no {target.modifiers[-1]}.', refs=hit.refs[:5],
        mend="Say what the page must not show, in quotes.",
    )  # fmt: skip


def _only_denied(target: Target, seen: list[str], shown: tuple[int, ...]) -> Answer | None:
    """Leave undecided what is shown only behind a "no": "No bank account" shows none."""
    name = target.name
    if target.quoted or not name or not all(is_denied(one, name) for one in seen):
        return None
    return error(
        f"{seen[0]} has the words, behind a denial.", refs=shown[:10],
        mend="Put into quotes what the page shows, as it shows it.",
    )  # fmt: skip


def _kind_and_name(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the tag yeast" and "a pin for £725", where the name stands there: the page may call it a tag, or not say.

    None where the name is nowhere: then the thing is not there, whatever its kind.
    """
    if (one := one_called(target, facts, inside)) is not None:
        return passed(_told(one, facts.snapshot), refs=(one.ref,))
    if target.quoted or target.role is not None or target.ordinal is not None or not target.name:
        return None
    noun, _, name = target.name.partition(" ")
    if target.relations:
        related = len(target.relations) == 1 and target.relations[0].kind in {"for", "with"}
        noun, name = target.name, (target.relations[0].anchor.name or "") if related else ""
    name = name.removeprefix("for ")  # "a pin for £725"
    name = _JOINT.sub("", name, count=1)
    coded = any(c.isdigit() for c in name)  # "Order 2009", "order 2009"
    if not name or not noun.isalpha() or (noun != noun.lower() and not coded):
        return None
    hits = _saying_just(name, facts.snapshot, inside)
    vague = not hits and inside is not None and not _is_named_place(inside)
    if vague:  # "the question" may be more of the page than what was taken for it
        hits = _saying_just(name, facts.snapshot, None)
    if not hits:
        return None
    refs = [
        ref for block in hits for ref in block.refs if contains_words(fold(facts.snapshot.nodes[ref].text), fold(name))
    ]
    of_kind = [ref for ref in refs if not vague and is_called(noun, ref, facts.snapshot)]
    if of_kind and not target.relations:
        return passed(f'"{name}"', refs=tuple(of_kind[:5]))
    return error(
        f'"{name}" is shown, and nothing says that it is a {noun}.', refs=tuple(refs[:5]),
        mend="Say what the page shows, in quotes.",
    )  # fmt: skip


def _saying_just(name: str, snapshot: Snapshot, inside: Node | None) -> list[Block]:
    """Return the blocks that are just a name, else those in which an element is."""
    blocks = blocks_of(snapshot, inside)
    hits = [block for block in blocks if matches(block.text, name, "exact", quoted=False)]
    return hits or [b for b in blocks if any(fold(snapshot.nodes[ref].text) == fold(name) for ref in b.refs)]


_JOINT = re.compile(r"(?:from|of|by|for|to|with|called|named) ")  # "order from Maja Lind"


def _is_named_place(node: Node) -> bool:
    """Tell whether an element is made to hold others and says so, so that what is not in it is not there."""
    return is_container(node) and bool(node.role)


def _browser_dialogs(claim: Claim, facts: Facts) -> list[str]:
    """Return the browser's own dialogs where "the dialog" may mean them: one that is open, or any that "appeared"."""
    target = claim.subject
    if target is None or target.role != "dialog" or target.name is not None or claim.place is not None:
        return []
    ever = "appear" in claim.text
    return [f'{dialog.kind} "{dialog.text}"' for dialog in facts.dialogs if dialog.open or ever]


def _lost_anchor(target: Target, facts: Facts, inside: Node | None) -> Answer | None:
    """Return an error when the thing is said to be absent from a place that is itself not there."""
    for relation in target.relations:
        if relation.kind in {"in", "row"} and not seek_place(relation.anchor, facts.snapshot, inside):
            return missing(relation.anchor, facts, negated=True)
    return None


def _sightings(target: Target, facts: Facts, inside: Node | None, *, strict: bool) -> tuple[tuple[int, ...], list[str]]:
    """Return refs and descriptions of what can be seen of a thing; `strict` keeps the case of quoted names."""
    snapshot = facts.snapshot
    found = seek(target, snapshot, inside, last=facts.last)
    nodes = [node for node in found.shown if not _is_option(node)]
    if strict and found.loose and target.quoted:
        nodes = []
    seen = [_told(node, snapshot) for node in nodes]
    refs = [node.ref for node in nodes]
    if not nodes and target.role == "option":
        return _options(target, facts, inside)
    if target.name and (target.role is None or not nodes) and not target.relations and target.ordinal is None:
        for block in _texts(target, snapshot, inside, strict=strict):
            refs.append(block.refs[0])
            seen.append(f'"{block.text}"')
    if not strict and target.role == "alert" and target.name is None:
        for block in _complaints(target, snapshot, inside):
            refs.append(block.refs[0])
            seen.append(f'"{block.text}"')
    return tuple(refs), seen


def _is_option(node: Node) -> bool:
    return node.tag == "option" and node.has(Flag.HIDDEN)


def _options(target: Target, facts: Facts, inside: Node | None) -> tuple[tuple[int, ...], list[str]]:
    """Return the options of closed selects that bear the name: a reader sees them by opening it."""
    nodes = [n for n in seek(target, facts.snapshot, inside).nodes if n.tag == "option"]
    return tuple(node.ref for node in nodes), [f'option "{node.text or node.name}"' for node in nodes]


def _texts(target: Target, snapshot: Snapshot, inside: Node | None, *, strict: bool) -> list[Block]:
    """Return the blocks that hold the name as text; with a role word only as the words of both, as written."""
    names = (
        [target.name] if target.role is None else [other.name for other in target.alternatives if other.role is None]
    )
    noun = target.role == "item" and bool(target.modifiers)  # 'the event "Team lunch"'
    if (noun or target.role in {"text", "label", "alert", "paragraph", "badge"}) and target.name:
        names.append(target.name)
    quoted = target.quoted and strict
    found = [
        b
        for b in blocks_of(snapshot, inside)
        if any(n and matches(b.text, n, "contains", quoted=quoted) for n in names)
    ]
    if target.role in _HOLDING and target.quoted:  # 'the card "Fix login"', which it says somewhere
        said = (b for b in blocks_of(snapshot, inside) if matches(b.text, str(target.name), "exact", quoted=quoted))
        found += [b for b in said if any(can_be(n, target.role) for n in snapshot.ancestors(snapshot.nodes[b.refs[0]]))]
    return found


_HOLDING = frozenset({"card", "item", "result"})


def _complaints(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Block]:
    """Return visible text that reads like an error, so that "no error is shown" is not confirmed beside it."""
    if "error" not in target.text.lower() and "warning" not in target.text.lower():
        return []
    return [block for block in blocks_of(snapshot, inside) if _WRONG.search(block.folded)]


def _told(node: Node, snapshot: Snapshot) -> str:
    name = node.name or node.label or snapshot.text_of(node) or node.placeholder or node.title or node.testid
    return f'{node.role or node.tag} "{name[:80]}"' if name else node.role or node.tag


def all_agree(answers: list[Answer], claim: Claim) -> Answer:
    """Join answers for the things that a claim's subject means."""
    return agree(answers, every=claim.every, what=claim.subject.text if claim.subject else claim.text)
