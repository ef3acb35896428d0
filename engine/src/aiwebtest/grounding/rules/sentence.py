"""Sentences understood: whether a step acts, checks or extracts, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache

from aiwebtest.core.case import StepKind
from aiwebtest.core.claim import Claim
from aiwebtest.core.intent import Action, Intent
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.act import parse_act, read_acts
from aiwebtest.grounding.rules.checks import parse_check
from aiwebtest.grounding.rules.checks.wording import Wording, both
from aiwebtest.grounding.rules.clauses import STRONG_FRAMES, Clause, Piece, clause_of, declares, pieces_of, verb_at
from aiwebtest.grounding.rules.frames.choosing import owner
from aiwebtest.grounding.rules.frames.waiting import EVENTS
from aiwebtest.grounding.rules.lexer import Span, fold, lex
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear

__all__ = ["Understood", "understand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a sentence says. `problem` "" means that it was understood.

    A sentence may act and then check ("Click Save and check that ..."): its kind is "act", and the claims are to be
    judged once all intents are done. The other order is a problem, since it is two steps.
    """

    kind: StepKind
    intents: tuple[Intent, ...] = ()
    claims: tuple[Claim, ...] = ()
    problem: str = ""  # which part is unclear
    rewordings: tuple[str, ...] = ()  # at most two sentences that would be clear


@lru_cache(maxsize=1000)  # rows of data, shared steps and a worker's next execution say the same again
def understand(text: str, kind: StepKind | None = None) -> Understood:
    """Read one step. `kind` None lets the sentence itself decide. Never raises: what is unclear is in `problem`."""
    try:
        if kind == "check":
            return _whole(text, Understood(kind="check", claims=parse_check(text)))
        if kind == "act":
            return Understood(kind="act", intents=parse_act(text))
        if kind == "extract":
            return Understood(kind="extract", intents=_extract(text))
        return _whole(text, _decide(text))
    except Unclear as unclear:
        return Understood(kind=kind or "act", problem=unclear.problem, rewordings=unclear.rewordings)


def _whole(text: str, understood: Understood) -> Understood:
    """Return what was understood; raise where a quoted text is in none of it: what is left out passes unchecked."""
    if "\\" in text or any(intent.action in _SAYS_MORE for intent in understood.intents):
        return understood
    told = [fold(" ".join(one.split())) for one in _texts((understood.intents, understood.claims))]
    told += [fold(claim.text) for claim in understood.claims if claim.kind == "semantic"]
    for written, content, quoted in Wording.of(text).kept.values():
        parts = [fold(" ".join(part.split())) for part in content.split(">")]  # "Products > Mugs" is a way
        if quoted and not all(any(part in one for one in told) for part in parts):
            raise Unclear(
                f"{written} would be left out of what the rules read; give it a step of its own",
                f"Check that {written} is visible",
            )
    return understood


_SAYS_MORE: frozenset[Action] = frozenset({"press", "drag", "scroll", "download", "set", "switch_tab"})
"""What may be told more of than it takes: where a thing is dragged from, what a file will be called."""


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of values, but for the wording that each was read from."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for part in fields(value):
            if part.name not in ("text", "modifiers", "reason", "rewordings"):
                yield from _texts(getattr(value, part.name))


def _extract(text: str) -> tuple[Intent, ...]:
    """Read "the order number" as well as "extract the order number"."""
    span = lex(text).trimmed()
    pieces = pieces_of(span)
    if pieces and clause_of(pieces[0].span) is None:
        return (Intent(action="copy", text=text.strip(), target=read_target(owner(span))),)
    return read_acts(pieces, extracting=True)


_WITNESSED = re.compile(
    rf"""(?:(?:given|when|then|and|but|so|also|now|finally)\b,?\ )*(?:
      (?:in|on|inside|under|below|next\ to)\ (?:(?!\b(?:i|we)\b)[^,])+?,?
      \ (?:i|we)\ (?:(?:should|must|can|do\ not|don't)\ )?see
    | there's
    | (?:do\ not|don't|(?:should|must)(?:\ not|n't)?)\ (?:be\ able\ to\ )?(?:see|observe|notice)
    | {words.PERSON.replace(" ", chr(92) + " ")}(?:
      (?:\ (?:do|does|did)(?:\ not|n't)?|\ never|\ no\ longer|\ still)+\ (?:see|find|notice|observe|have)
    | (?:'m|'re|\ am|\ are|\ is)(?:\ not|n't|\ still|\ no\ longer|\ now|\ back)+\ (?:on|at|logged|signed)
    | (?:'m|'re|\ am|\ are|\ is)(?:\ not|n't)?\ able\ to\ (?:see|read|find)
    | \ (?:stays?|remains?)\ (?:on|at|logged|signed)
    | \ finds?\ (?:no|nothing)
    | \ ha(?:ve|s)\ (?:\d|(?:no|any|one|two|three|four|five|ten|at\ least|at\ most|more\ than|only)\b)
    | (?:\ should|\ must|\ will)?(?:'m|'re|\ am|\ are|\ is|\ be|\ gets?)(?:\ not|n't|\ then|\ now|\ back)*
      \ (?:redirected|taken|sent|brought|forwarded|led|returned)
    | \ (?:lands?|arrives?|ends?\ up)\ (?:on|at|in)
    | (?:\ should|\ must|\ will)?\ (?:gets?|receives?)\ (?:no|an?|the|some)\ (?:\w+\ )?
      (?:errors?|warnings?|messages?|notifications?|alerts?|toast)
    ))\ ?\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What somebody witnesses: "I do not see Ada", "I am still on the log-in page". It forbids and does nothing."""


_EXPECTED = re.compile(
    rf"(?:(?:then|and|but|also|now)\b,? )*{words.PERSON}(?:'m|'re| am| are| is) (?:on|at) ", re.IGNORECASE
)
"""What is expected of the address: "Then I am on /orders". "Given I am on /orders" opens it."""
_TELLER = re.compile(r"as an? [^,]{2,40}?,? (?=(?:i|we) )", re.IGNORECASE)  # "As a visitor, I open the shop"
_JOINT = re.compile(r",? (?:and then|and|then) |, ", re.IGNORECASE)


def _decide(text: str) -> Understood:
    wording = Wording.of(text)  # what stands in quotes is no language
    bare = wording.text.replace("’", "'")
    if teller := _TELLER.match(bare):
        return _decide(wording.written(bare[teller.end() :]))
    if (behind := _behind_an_arrow(wording)) is not None:
        end, claims = behind
        done = _decide(wording.written(bare[:end]))
        return replace(done, claims=(*done.claims, *claims))
    if _WITNESSED.match(bare) or _EXPECTED.match(bare) or both(bare) != bare:
        return Understood(kind="check", claims=parse_check(text))
    for joint in _JOINT.finditer(bare):
        if _WITNESSED.match(bare, joint.end()):
            done = _decide(wording.written(bare[: joint.start()]))
            return replace(done, claims=(*done.claims, *parse_check(wording.written(bare[joint.end() :]))))
    pieces = pieces_of(lex(text))
    if _MANY_ARE.match(bare) and pieces and _is_told_of_one(pieces[0]):
        return Understood(kind="check", claims=parse_check(text))
    if len(pieces) == 1 and (stated := _awaited_statement(pieces[0])):
        return Understood(kind="check", claims=parse_check(stated))
    if pieces and (brought := _brought(pieces[-1])) is not None:
        end, told = brought
        done = _decide(text[:end])
        return replace(done, claims=(*done.claims, *parse_check(told)))
    first = next((i for i, piece in enumerate(pieces) if _checks(piece, i, pieces)), len(pieces))
    if len(pieces) == 1 and _tells(pieces[0].span):
        return Understood(kind="check", claims=parse_check(text))
    if not pieces or first == len(pieces):
        intents = read_acts(pieces)
        copies = bool(intents) and all(intent.action == "copy" for intent in intents)
        return Understood(kind="extract" if copies else "act", intents=intents)
    start = pieces[first].whole or pieces[first].span
    _refuse_acts(text, pieces[first:])
    if first == 0:
        return Understood(kind="check", claims=parse_check(text))
    claims = parse_check(text[start[0].start :])
    return Understood(kind="act", intents=read_acts(pieces[:first]), claims=claims)


def _brought(piece: Piece) -> tuple[int, str] | None:
    """Return where the action ends of `clicking Save shows "Saved"`, and the statement of what it brings."""
    clause = clause_of(piece.span)
    if clause is None or clause.verb.form != "ing":
        return None
    for i, token in enumerate(piece.span):
        if token.kind != "word" or token.capital or token.low not in _BRINGS or i < 2 or i + 1 == len(piece.span):
            continue
        if piece.span[i - 1].low in ("that", "which", "who") or piece.span[i - 1].low in words.DETERMINERS:
            return None
        return token.start, _BRINGS[token.low].format(piece.span.cut(i + 1).text)
    return None


_BRINGS = {
    "shows": "the page shows {}", "displays": "the page shows {}", "opens": "{} is open", "closes": "{} is closed",
    "hides": "{} is hidden", "enables": "{} is enabled", "disables": "{} is disabled", "clears": "{} is empty",
    "empties": "{} is empty", "expands": "{} is expanded", "collapses": "{} is collapsed",
}  # fmt: skip
_ARROW = re.compile(
    r"\s*(?:[-=]+>|→|⇒)\s*| to (?:see|verify|check|ensure|confirm|make sure) (?:that|if|whether) ", re.IGNORECASE
)


def _behind_an_arrow(wording: Wording) -> tuple[int, tuple[Claim, ...]] | None:
    """Return where `Click Save -> "Saved" appears` has its arrow, and what it claims; None for "File -> Open"."""
    for arrow in _ARROW.finditer(wording.text):
        if claims := _claimed(wording.written(wording.text[arrow.end() :])):
            return arrow.start(), claims
    return None


def _claimed(rest: str) -> tuple[Claim, ...]:
    """Return the claims of a part of a sentence, () where it is no statement."""
    if re.match(r"(?:should|must|shows?|displays?)\b", rest, re.IGNORECASE):
        rest = f"the page {rest}"
    try:
        told = _decide(rest)
    except Unclear:
        return ()
    return told.claims if told.kind == "check" else ()


_MANY_ARE = re.compile(
    r"(?:(?:then|and|but|now)\b,? )*(?:the|my|your|our|all) (?:[\w-]+ )?[\w-]+s"
    r" (?:are|were|have(?: not)?(?: been)?|should|must|will)\b",
    re.IGNORECASE,
)
"""A statement of several things, whose noun may look like a verb of the page's own: "The changes are saved"."""


def _is_told_of_one(piece: Piece) -> bool:
    clause = clause_of(piece.span)
    return clause is not None and clause.verb.form == "s"


def _awaited_statement(piece: Piece) -> str | None:
    """Return the statement of "wait until the total shows $5": a check waits by itself."""
    clause = clause_of(piece.span)
    if clause is None or clause.verb.verb.frame != "wait":
        return None
    if clause.body.lows[:1] == ("for",):
        return _awaited_infinitive(clause.body.cut(1))
    if clause.body.lows[:1] not in (("until",), ("till",)):
        return None
    body = clause.body.cut(1)
    if not body:
        return None
    comes_or_goes = EVENTS - {"shows", "displays"} if body[-1].low not in EVENTS else EVENTS
    if not declares(body) or any(token.low in comes_or_goes for token in body.tokens[1:]):
        return None
    return body.text


_INFINITIVES = {"have": "has", "show": "shows", "contain": "contains", "display": "displays", "say": "says",
                "equal": "equals", "read": "reads", "be": "is"}  # fmt: skip
_BECOMES = frozenset("get gets become becomes".split())


def _awaited_infinitive(body: Span) -> str | None:
    """Return the statement of "wait for the table to have 5 rows", "... for A to be shown and B to get selected".

    What only comes or goes is no statement: it is waited for.
    """
    said, at, states = [], 0, False
    for i in range(1, len(body) - 1):
        verb, end = _infinitive_at(body, i) if i >= at else ("", i)
        if not verb:
            continue
        state = body[end].low in words.STATES and body[end].low not in EVENTS
        states |= state or verb != "is" or len(body) > end + 1 or not body[end].value.isalpha()
        said += [body.cut(at, i).text, verb]
        at = end
    return f"{' '.join(said)} {body.cut(at).text}" if states else None


def _infinitive_at(body: Span, i: int) -> tuple[str, int]:
    """Read "to have", "to get" before a state, or "becomes" there: the verb it stands for and what follows; "" if none.

    Of which of several things "A and B gets selected" tells is not known.
    """
    to = int(body[i].low == "to" and not body[i].literal)
    end = i + to + 1
    if end >= len(body) or body[i + to].literal:
        return "", i
    if body[i + to].low in _BECOMES and body[end].low in words.STATES and body[end].low not in EVENTS:
        several = body[i].low.endswith("s") and "and" in body.lows[:i]
        return ("", i) if several else ("is", end)
    return _INFINITIVES.get(body[i + 1].low, "") if to else "", end


def _checks(piece: Piece, place: int, pieces: list[Piece]) -> bool:
    """Tell whether a piece states or verifies something."""
    clause = clause_of(piece.span)
    if clause is None:
        topic = place + 1 < len(pieces) and words.RELATIONS.at(piece.span.lows, 0) is not None
        waits = place == 0 and len(pieces) > 1 and _acts(pieces[1])
        return not topic and not waits and (declares(piece.span) or _elliptic(piece.span))
    return _verifies(clause) or _can_be_read(clause, piece) or _is_called_after_a_verb(clause, piece.span)


def _is_called_after_a_verb(clause: Clause, span: Span) -> bool:
    """Tell whether a statement begins with a noun that looks like a verb: "Orders shown is 3", "Loading is at 40%"."""
    being = next((i for i, token in enumerate(span) if i and token.kind == "word" and token.low in _BEING), None)
    first = verb_at(span)
    if clause.verb.form == "base" or being is None or first is None or first[0] is not clause.verb:
        return False
    return declares(span) and not _SUBORDINATE.intersection(span.lows[:being])


_SUBORDINATE = frozenset("that which who whose until where when what if while once after before because as".split())


def _can_be_read(clause: Clause, piece: Piece) -> bool:
    """Tell whether "read" is what a person can do with the page (`I can read "Paid"`), not a value to be kept."""
    lead = piece.whole.lows[: -len(piece.span)] if piece.whole else ()
    return (
        clause.verb.verb.phrase == "read" and bool(_ABLE.intersection(lead)) and not piece.span.find("as", "into") > 0
    )


_ABLE = frozenset(["can", "could", "should", "able", "must", "may"])


def _verifies(clause: Clause) -> bool:
    frame, body = clause.verb.verb.frame, clause.body
    if frame == "verify":
        return True
    if clause.verb.verb.phrase in ("am on", "are on", "is on", "i'm on", "am at"):
        return not _names_address(body)
    if clause.verb.form != "base":
        return False
    if body and body[0].low in _BEING and not body[0].literal and len(body) > 1:
        return True  # "Undo is disabled": the verb is what something is called
    if clause.verb.verb.frame in ("wait", "find", "type", "fill"):
        return False
    if clause.verb.verb.frame in STRONG_FRAMES and clause.verb.verb.phrase not in ("check", "confirm"):
        return _states_of_role(body)
    if clause.verb.verb.phrase in ("check", "confirm"):
        return declares(body)
    return declares(body, strict=True) or (_elliptic(body) and words.ROLES.ending(body.lows, len(body) - 1) is not None)


_BEING = frozenset("is are was were isn't aren't should must".split())


def _states_of_role(body: Span) -> bool:
    """Tell whether a verb was part of a name: "Select dropdown is visible", "Open button should be disabled"."""
    role = words.ROLES.at(body.lows, 0)
    return role is not None and body.lows[role[1] : role[1] + 1] in (("is",), ("are",), ("should",), ("has",))


def _names_address(body: Span) -> bool:
    """Tell whether "I am on ..." gives an address to open, rather than a page to be seen."""
    text = " ".join(token.value for token in body)
    bare = " ".join(low for low in body.lows if low not in words.DETERMINERS)
    return "/" in text or "{" in text or "." in text.strip(".") or bare in _START_PAGES


_START_PAGES = (
    "home page",
    "homepage",
    "start page",
    "site",
    "website",
    "application",
    "app",
    "landing page",
    "main page",
)
_SEEN = frozenset("visible hidden shown displayed present absent disabled enabled checked unchecked selected".split())


def _elliptic(span: Span) -> bool:
    """Tell whether a piece is a statement without its verb: "Save button disabled"."""
    return len(span) > 1 and span[-1].low in _SEEN


def _tells(span: Span) -> bool:
    """Tell whether a sentence tells what something does, though the verb is none we know: "The shop welcomes us"."""
    if clause_of(span) is not None or words.RELATIONS.at(span.lows, 0):
        return False
    told, last = span[0].low in words.DETERMINERS, len(span) - 1
    if told and last > 1 and span[last].low in _ENDED:
        return True
    for i, token in enumerate(span.tokens[:-1]):
        if not i or token.kind != "word" or token.capital:
            continue
        ended = told and i > 1 and token.low in _ENDED and span[i + 1].low == "with"
        seems = ended or token.low in _SEEMING or (token.low in _SEEM and span[i - 1].low.endswith("s"))
        if seems or (told and i > 1 and token.low.endswith("s") and span[i + 1].low in _BEHIND_A_VERB):
            return True
    return False


_ENDED = frozenset("passed failed succeeded finished expired".split())
_SEEMING = frozenset("looks feels seems sounds makes gives behaves invites".split())
_SEEM = frozenset("look feel seem sound".split())
_BEHIND_A_VERB = words.DETERMINERS | frozenset("me us you them every each all no nothing very quite well".split())


def _acts(piece: Piece) -> bool:
    clause = clause_of(piece.span)
    return clause is not None and not _verifies(clause)


def _refuse_acts(text: str, pieces: list[Piece]) -> None:
    """Refuse a sentence that checks first and acts then: the check would be judged too late."""
    for piece in pieces[1:]:
        clause = clause_of(piece.span)
        if clause is None or _verifies(clause) or declares(piece.span) or clause.verb.form != "base":
            continue
        if clause.verb.verb.frame == "named" or not clause.body:
            continue
        cut = (piece.whole or piece.span)[0].start
        raise Unclear(
            f"“{text.strip()}” checks first and acts then; make it two steps",
            text[:cut].strip(" ,;."),
            piece.span.text[:1].upper() + piece.span.text[1:],
        )
