"""Act sentences, read into intents.

A sentence is cut into clauses (`clauses`), each with a verb; the verb's frame (`verbs`, `frames`) reads the words
behind it. What reaches over clauses is settled here: "in the Billing section, ..." holds for all that follows, "find
the email by Ada and ..." places what follows, "by clicking" replaces what it brings about, "before" and "after" set
the order.

Conventions beyond those of `core.intent` and `phrase`:

- "select X" without a control is action "select" with target None: X may be an option, a radio, a tab or a link.
- Verbs of the application ("delete", "add ... to") are clicks on what the page calls so.
- "open" with anything but an address is a click on what leads there, of role "page" where the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from aiwebtest.core.intent import Action, Intent, Relation, RelationKind, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import (
    Clause,
    Piece,
    clause_of,
    closest_verb,
    declares,
    is_one_button,
    pieces_of,
    verb_at,
)
from aiwebtest.grounding.rules.fill import fill_intent
from aiwebtest.grounding.rules.frames import belonging, browsing, choosing, entering, marking, moving, pointing, waiting
from aiwebtest.grounding.rules.frames.own_verbs import BEHIND_A_VERB, as_command, command_of, done_to_a_name, pressed
from aiwebtest.grounding.rules.keys import read_key
from aiwebtest.grounding.rules.lexer import Span, fold, lex
from aiwebtest.grounding.rules.phrase import ends_complete, read_target, settle
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import take_times, timed
from aiwebtest.grounding.rules.verbs import Frame

__all__ = ["fill_intent", "parse_act", "read_acts"]

_EXAMPLES = ('Click the "Save" button', 'Type "Ada" into the "Name" field')


def parse_act(sentence: str, *, extracting: bool = False) -> tuple[Intent, ...]:
    """Read an act sentence, which may hold several actions.

    `extracting` is for the sentence of an extract step, whose variable is named beside it.

    Raises:
        Unclear: some part of it has no sure reading.
    """
    return read_acts(pieces_of(lex(sentence)), extracting=extracting)


def read_acts(pieces: list[Piece], *, extracting: bool = False) -> tuple[Intent, ...]:
    """Read the pieces of an act sentence; see `parse_act`."""
    if not pieces:
        raise Unclear("the sentence says nothing to do", *_EXAMPLES)
    _refuse(pieces[0].span)
    if len(pieces) == 1 and is_one_button(pieces[0].span):
        text = pieces[0].span.text
        return (Intent(action="click", text=text, target=Target(text=text, name=text)),)
    reading = _Reading(extracting=extracting)
    ordered = _in_order(pieces)
    for i, piece in enumerate(ordered):
        reading.add(piece, ordered[i + 1] if i + 1 < len(ordered) else None)
    if reading.pending is not None and len(pieces) == 1 and (own := pressed(reading.pending)):
        return (own,)
    if reading.pending is not None:
        raise Unclear(f"“{reading.pending.text}” does not say what to do", f"Click {reading.pending.text}",
                      f"Check that {reading.pending.text} is visible")  # fmt: skip
    intents = tuple(_prompted(reading.intents))
    for intent in intents:
        _refuse_leftovers(intent)
    return intents


_FUNCTION_WORDS = frozenset("until till and then by with without is are was to from when if while using but or not so "
                            "before after because during instead via it which that who hold where shows displays "
                            "appears opens closes hides contains says reads".split())  # fmt: skip


def _refuse_leftovers(intent: Intent) -> None:
    """Refuse a target beside whose quoted name words stood that are no description: nothing is dropped in silence."""
    for target in _all_targets(intent.target, intent.to):
        if target.name and not target.quoted and {"that", "which", "whose"} & set(fold(target.name).split()):
            raise Unclear(f"“{target.text or target.name}” describes more than the rules can look for",
                          'Click the "Save" button', 'Select "Spain" in the "Country" field')  # fmt: skip
        dropped = _FUNCTION_WORDS | words.STATES.keys() if intent.action == "wait" else _FUNCTION_WORDS
        spare = [word for word in target.modifiers if fold(word) in dropped]
        if spare:
            raise Unclear(f"“{' '.join(target.modifiers)}” beside “{target.name}” is not understood",
                          f'Click "{target.name}"', f'Check that "{target.name}" is visible')  # fmt: skip


def _all_targets(*targets: Target | None) -> Iterator[Target]:
    """Yield targets with the anchors of their relations."""
    for target in targets:
        if target is not None:
            yield target
            yield from _all_targets(*(relation.anchor for relation in target.relations))


def _prompted(intents: list[Intent]) -> list[Intent]:
    """Make "enter x into the prompt and accept it" one answer to the browser's dialog."""
    settled: list[Intent] = []
    for intent in intents:
        last = settled[-1] if settled else None
        asked = last is not None and last.action == "type" and last.target is not None and last.target.name == "prompt"
        if (
            last is not None
            and asked
            and (intent.action == "accept_dialog" or (intent.target and intent.target.name == "OK"))
        ):
            settled[-1] = Intent(action="accept_dialog", text=f"{last.text}, {intent.text}", values=last.values)
        else:
            settled.append(intent)
    return settled


def _refuse(span: Span) -> None:
    """Refuse sentences that forbid or that depend on a condition."""
    lows = span.lows
    if lows[:2] == ("do", "not") or lows[0] in ("don't", "never", "dont"):
        raise Unclear("the sentence says what not to do; leave the step out", *_EXAMPLES)
    repeats = lows[0] == "repeat" and (len(lows) < 3 or bool(_LOOPING.intersection(lows)))
    if lows[0] in ("if", "unless", "while", "otherwise", "else") or repeats:
        raise Unclear(f"a step cannot depend on a condition (“{span[0].value} ...”)",
                      'Click "Accept cookies" (with `optional: true`)', *_EXAMPLES)  # fmt: skip


def _refuse_premise(span: Span) -> None:
    """Refuse "With the box ticked, ...": it would pass whether the box is ticked or not."""
    last = span[-1].low
    if span[0].low != "with" or not (last in words.STATES or last in _HELD or (len(last) > 4 and last.endswith("ed"))):
        return
    told = () if last in _HELD else (f"Check that {span.cut(1, len(span) - 1).text} is {span[-1].value}",)
    raise Unclear(f"“{span.text}” may be a thing to do or to check before; give it a step of its own", *told)


_HELD = frozenset("held down up in out on off shown".split())


_LOOPING = frozenset("step steps times until till that this these again for each twice".split())
_REPEATING: frozenset[Frame] = frozenset(["wait", "scroll", "verify", "find"])
_HOLDING = frozenset("present visible shown there needed necessary possible open enabled disabled checked".split())


def _refuse_condition(span: Span, clause: Clause | None) -> None:
    """Refuse what limits an act behind its verb: "only if ...", "except ...", "without clearing it"."""
    waits = clause is not None and clause.verb.verb.frame in _REPEATING
    for i, token in enumerate(span.tokens[:-1]):
        if not i or token.kind != "word" or token.capital:
            continue
        rest, behind = span.cut(i + 1), span[i + 1]
        bounds = token.low == "unless" or (token.low == "if" and (declares(rest) or rest[-1].low in _HOLDING))
        if bounds:
            done = span.cut(0, i).text.removesuffix(" only")
            raise Unclear(f"a step cannot depend on a condition (“{span.cut(i).text}”)",
                          f"{done} (with `optional: true`)", done)  # fmt: skip
        if token.low == "until" and not waits:
            raise Unclear(f"a step cannot be repeated “{span.cut(i).text}”", span.cut(0, i).text,
                          f"Wait until {rest.text}")  # fmt: skip
        gerund = behind.kind == "word" and behind.low.endswith("ing") and not behind.capital
        excludes = token.low == "except" or (token.low == "but" and behind.low in ("not", "do", "don't"))
        excludes |= token.low in ("without", "while") and gerund and not waits
        excludes |= token.low == "instead" and behind.low == "of"
        if excludes:
            raise Unclear(f"“{span.cut(i).text}” is more than the rules can follow", span.cut(0, i).text)


def _in_order(pieces: list[Piece]) -> list[Piece]:
    """Put pieces into the order of doing: "X after Y-ing" and "before X-ing, Y" are told the other way round."""
    ordered = list(pieces)
    if len(ordered) > 1 and ordered[0].marker == "before":
        ordered[0], ordered[1] = ordered[1], Piece(ordered[0].span)
    for i in range(1, len(ordered)):
        if ordered[i].marker == "after":
            ordered[i - 1], ordered[i] = Piece(ordered[i].span), ordered[i - 1]
    return ordered


class _Reading:
    """What was read of a sentence so far."""

    def __init__(self, *, extracting: bool) -> None:
        self.intents: list[Intent] = []
        self.extracting = extracting
        self.places: tuple[Relation, ...] = ()  # hold for every target that follows
        self.found: Target | None = None  # what "find ..." spoke of
        self.instrument: Target | None = None  # what "use ... to" spoke of
        self.pending: Span | None = None  # a description that waits for its verb
        self.downloads = False  # "download X by ...": the click that follows has to start a download

    def add(self, piece: Piece, following: Piece | None) -> None:
        """Read one more piece."""
        clause = clause_of(piece.span)
        _refuse_condition(piece.span, clause)
        if self._another_key(piece) or (clause is not None and _past_noun(clause, piece)):
            if clause is not None and _past_noun(clause, piece):
                self._without_verb(piece, following)
            return
        if clause is None and following is not None and following.marker == "by" and clause_of(following.span):
            return  # "the banner is dismissed by clicking Decline"
        if clause is None:
            self._without_verb(piece, following)
            return
        clause = replace(clause, submits_next=_submits(following), extracting=self.extracting)
        if following is not None and following.marker == "by" and clause_of(following.span):
            self._brought_about(clause)
            self.downloads = clause.verb.verb.frame == "download"
            return
        self.pending = None
        frame = clause.verb.verb.frame
        if frame == "copy" and _copied_next(clause, following):
            self.found = read_target(choosing.owner(clause.body))
            return
        if frame == "find":
            self._find(clause)
        elif frame == "verify":
            raise Unclear(f"“{clause.text}” is a check and not an act", f"Check that {clause.body.text}", *_EXAMPLES)
        elif frame == "use" and not self._use(clause):
            self.intents += self._settled(pointing.point(replace(clause, action="click")))
        elif frame != "use":
            self.intents += self._settled(_read_clause(clause))
        if self.downloads and self.intents and self.intents[-1].action == "click":
            self.intents[-1] = replace(self.intents[-1], action="download")
            self.downloads = False

    def _somewhere(self, action: Action) -> Target | None:
        """Return what "in the Billing section, select Express" is about, though it names no element."""
        if action not in ("select", "deselect", "type", "append", "clear", "upload", "set"):
            return None
        place = self.places[-1].anchor
        if len(self.places) == 1 and place.role in ("menu", "list", "select", "field", "textbox", "searchbox"):
            return place
        role = "field" if action in ("type", "append", "clear", "set") else None
        return Target(text=place.text, role=role, relations=self.places)

    def _another_key(self, piece: Piece) -> bool:
        """Read "then Enter" behind "press Tab"."""
        if (
            not self.intents
            or self.intents[-1].action not in ("press", "type", "append", "set")
            or piece.span.has_literal()
        ):
            return False
        key = read_key(take_times(piece.span)[0].text)
        if key is None:
            return False
        times = take_times(piece.span)[1]
        self.intents.append(timed(Intent(action="press", text=piece.span.text, values=(key,)), times))
        return True

    def _without_verb(self, piece: Piece, following: Piece | None) -> None:
        """Read "In the Billing section," and "When the dialog appears," in front of an action."""
        span = piece.span
        relation = words.RELATIONS.at(span.lows, 0)
        if following is not None and relation and relation[1] < len(span) and not self.intents:
            _refuse_premise(span)
            self.places += (_topic(relation[0], read_target(span.cut(relation[1]))),)
            return
        if following is not None and not self.intents and (waited := _awaited(span)):
            self.intents.append(waited)
            return
        if relation is None and (command := command_of(span)):
            self.intents += self._settled(_READERS[command.verb.verb.frame](command))
            return
        if relation is None and len(span) > 1 and (mark := belonging.rated(span[0].value, span.text, span.cut(1))):
            self.intents.append(Intent(action="click", text=span.text, target=mark))
            return
        if relation is None and following is None and (own := done_to_a_name(span) or pressed(span)):
            self.intents += self._settled([own])
            return
        if relation is None and following is None and not self.intents:
            raise Unclear(f"“{span.text}” does not say what to do", *_reworded(span))
        raise Unclear(f"“{span.text}” is not understood", *_reworded(span))

    def _brought_about(self, clause: Clause) -> None:
        """Drop what "by clicking ..." brings about, but keep the thing it happens in."""
        if clause.verb.verb.frame == "set" and any((intent.value or "").isdigit() for intent in entering.set_(clause)):
            raise Unclear(f"“{clause.text}” may take more than one click", clause.text[:1].upper() + clause.text[1:])
        if clause.verb.verb.frame in ("close", "find", "answer") and clause.body:
            target = read_target(clause.body)
            if target.role in words.CONTAINERS:
                self.places += (Relation(kind="in", anchor=target),)

    def _find(self, clause: Clause) -> None:
        if not clause.body and (own := pressed(clause.span)):
            self.intents += self._settled([own])
            return
        if not clause.body:
            raise Unclear(f"“{clause.text}” does not say what", *_EXAMPLES)
        self.found = read_target(clause.body)
        self.pending = clause.span

    def _use(self, clause: Clause) -> bool:
        """Read "use the text box to enter x"."""
        body = clause.body
        for i in range(1, len(body) - 1):
            if body[i].low == "to" and ends_complete(body.cut(0, i)) and verb_at(body, i + 1):
                self.instrument = read_target(body.cut(0, i))
                inner = clause_of(body.cut(i + 1))
                assert inner
                self.intents += self._settled(_READERS[inner.verb.verb.frame](inner))
                self.instrument = None
                return True
        return False

    def _settled(self, intents: list[Intent]) -> list[Intent]:
        return [self._settle(intent) for intent in intents]

    def _settle(self, intent: Intent) -> Intent:
        target = intent.target
        if self.found is not None and target is not None and any(r.anchor.anaphora for r in target.relations):
            found = self.found
            relations = tuple(replace(r, anchor=found) if r.anchor.anaphora else r for r in target.relations)
            return replace(intent, target=replace(target, relations=relations))
        if self.instrument is not None and target is None:
            return replace(intent, target=self.instrument)
        if target is None:
            return replace(intent, target=self._somewhere(intent.action)) if self.places else intent
        if self.found is not None:
            if target.anaphora:
                return replace(intent, target=self.found)
            target = _related(target, (_located(self.found),))
        return replace(intent, target=_related(_as_field(intent.action, target), self.places))


def _read_clause(clause: Clause) -> list[Intent]:
    """Read a clause by its frame, or as a command of the page's own where it gives nothing to type or to keep.

    "Complete the second task" is a button "Complete" in that task, "answer the first question" one called "Answer".
    """
    try:
        return _READERS[clause.verb.verb.frame](clause)
    except Unclear:
        own = clause.verb.verb.phrase in _BUTTONS_TOO and clause.verb.form == "base" and clause.body.lows
        if not own or clause.body.has_literal() or clause.body[-1].low in _WRITTEN_IN:
            raise
        if clause.body[0].low not in BEHIND_A_VERB and not clause.body[0].capital:
            raise
        return pointing.named(as_command(clause.span))


_BUTTONS_TOO = frozenset("complete replace move take capture answer return pull fetch".split())
_WRITTEN_IN = frozenset("form fields field value values text data details information blanks inputs it them".split())


def _as_field(action: Action, target: Target) -> Target:
    """Prefer the reading in which "Profile photo" or "Error message" is the name of a field, where a field is meant."""
    if action not in _FOR_FIELDS or target.quoted or target.role in _FIELD_ROLES or not target.name:
        return target
    whole = next((other for other in target.alternatives if other.role is None and other.name), None)
    if whole is None:
        return target
    others = tuple(other for other in target.alternatives if other is not whole)
    return replace(whole, alternatives=(replace(target, alternatives=()), *others))


_FOR_FIELDS = frozenset(["type", "append", "clear", "set", "upload", "select", "deselect"])
_FIELD_ROLES = frozenset(
    "field textbox searchbox textarea select list box spinner slider datepicker timepicker colorpicker fileinput cell "
    "element menu form radio checkbox switch dialog table row column button".split()
) | {None}


def _related(target: Target, relations: tuple[Relation, ...]) -> Target:
    """Return the target, in all its readings, with further relations."""
    if not relations:
        return target
    others = tuple(_related(other, relations) for other in target.alternatives)
    return replace(target, relations=target.relations + relations, alternatives=others)


def _copied_next(clause: Clause, following: Piece | None) -> bool:
    """Tell whether the variable comes in the next clause: "get the total and store it as {total}"."""
    if following is None or not clause.body or clause.body.find("as", "into", "in") >= 0:
        return False
    behind = clause_of(following.span)
    return behind is not None and behind.verb.verb.frame == "copy" and behind.body.lows[:1] == ("it",)


def _past_noun(clause: Clause, piece: Piece) -> bool:
    """Tell whether a participle at the start is no act: "selected items", but "the user has clicked Save"."""
    if clause.verb.form != "ed" or clause.span.tokens != piece.span.tokens:
        return False
    if clause.body.tokens and clause.body.tokens[0].start < clause.span.tokens[0].start:
        return False
    passive = len(clause.body) > 0 and clause.body.tokens != piece.span.tokens[len(piece.span) - len(clause.body) :]
    lead = piece.whole.tokens[: -len(piece.span)] if piece.whole else ()
    subject = any(token.low in ("i", "we", "user", "has", "have", "tester", "customer") for token in lead)
    return not passive and not subject


def _topic(kind: RelationKind, anchor: Target) -> Relation:
    """Return where "for the user Ada," or "in the Billing section," puts what follows."""
    if kind in ("for", "with"):
        return Relation(kind="row", anchor=anchor)
    return settle(Relation(kind=kind, anchor=anchor), anchor)


def _located(found: Target) -> Relation:
    """Return the relation of a thing to what "find ..." placed it in."""
    held = next((r.anchor for r in found.relations if r.kind == "with"), None)
    if held is not None and not found.quoted:
        return Relation(kind="row", anchor=held)
    container = found.role in words.CONTAINERS - {"item", "row", "card", "result"}
    return Relation(kind="in" if container else "row", anchor=found)


def _awaited(span: Span) -> Intent | None:
    """Read "the dialog appears" in front of an action as something to wait for."""
    bare = span.cut(1) if span[0].low in ("once", "when", "as", "after", "until") and len(span) > 1 else span
    while len(bare) > 1 and bare[0].low in ("soon", "as"):
        bare = bare.cut(1)
    if not any(token.low in waiting.EVENTS for token in bare):
        return None
    return waiting.condition(span.text, bare)


def _submits(following: Piece | None) -> bool:
    """Tell whether the next piece sends what was typed, or chooses from what it brought up."""
    if following is None:
        return False
    clause = clause_of(following.span)
    return (clause is not None and clause.verb.verb.frame in ("press", "submit", "select")) or (
        clause is not None and clause.verb.verb.frame == "point" and bool(
            {"search", "find", "go", "icon", "button", "submit", "magnifier"} & set(clause.body.lows))
    )  # fmt: skip


def _reworded(span: Span) -> tuple[str, str]:
    """Return the sentence with its first word mended, if it is nearly a verb, or with a verb put in front."""
    near = closest_verb(span[0].low) if span[0].low.isascii() and len(span) > 1 else None
    if near:
        return f"{near.capitalize()} {span.cut(1).text}", f"Check that {span.cut(1).text} is visible"
    described = span.has_literal() or ends_complete(span)
    article = span.find("the", "a", "an")
    if described and article > 0:
        span = span.cut(article)
    name = span.text if described else f'"{span.text}"'
    return f"Click {name}", f"Check that {name} is visible"


_READERS: dict[Frame, Callable[[Clause], list[Intent]]] = {
    "point": pointing.point,
    "press": pointing.press,
    "mark": marking.mark,
    "submit": pointing.submit,
    "expand": pointing.expand,
    "collapse": pointing.expand,
    "close": pointing.close,
    "answer": pointing.answer,
    "named": pointing.named,
    "type": entering.type_,
    "fill": entering.fill,
    "clear": entering.clear,
    "set": entering.set_,
    "login": entering.login,
    "search": entering.search,
    "select": choosing.select,
    "deselect": choosing.deselect,
    "upload": choosing.upload,
    "copy": choosing.copy,
    "open": browsing.open_,
    "history": browsing.history,
    "wait": waiting.wait,
    "scroll": moving.scroll,
    "drag": moving.drag,
    "tab": browsing.tab,
    "frame": browsing.frame,
    "resize": browsing.resize,
    "download": browsing.download,
}
