"""Sentences cut into clauses: one verb with what belongs to it, in the order in which things are to happen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from aiwebtest.core.intent import Action
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.keys import read_key
from aiwebtest.grounding.rules.lexer import Phrases, Span
from aiwebtest.grounding.rules.verbs import VERBS, Frame, VerbForm

__all__ = [
    "STRONG_FRAMES",
    "Clause",
    "Piece",
    "clause_of",
    "closest_verb",
    "declares",
    "is_one_button",
    "lead_of",
    "pieces_of",
    "verb_at",
]

Marker = Literal["then", "before", "after", "by"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb and the words behind it."""

    verb: VerbForm
    body: Span
    span: Span  # the clause from its verb on, for messages
    action: Action  # the verb's own, unless the words in front of it say otherwise
    submits_next: bool = False  # the sentence goes on to press a key or a button
    extracting: bool = False  # the step is an extract: the variable is named beside the sentence

    @property
    def text(self) -> str:
        """Return the clause as written."""
        return self.span.text

    @property
    def verb_text(self) -> str:
        """Return the verb as written."""
        return self.span.cut(0, len(self.verb.verb.phrase.split())).text


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence before it is known to be a clause. `marker` is how it is tied to the one in front."""

    span: Span  # without what leads in
    marker: Marker = "then"
    whole: Span | None = None  # with what leads in


_LEADS: Phrases[str] = Phrases(
    dict.fromkeys(
        (
            "given, when, then, and, but, and then, so, also, plus, please, kindly, now, next, finally, lastly, first, "
            "firstly, second, secondly, third, thirdly, afterwards, afterward, after that, after this, thereafter, "
            "subsequently, just, simply, again, once more, immediately, quickly, manually, carefully, ok, okay, "
            "go ahead and, try to, attempt to, proceed to, let's, lets, let us, let me, could you, can you, would you, "
            "will you, could you please, can you please, would you please, you should, you can, you need to, you must, "
            "you have to, i, we, you, he, she, they, the user, user, a user, the users, the tester, tester, the "
            "customer, "
            "the admin, the administrator, an admin, the visitor, a visitor, the client, the shopper, someone, "
            "i want to, i need to, i would like to, i'd like to, i will, i'll, i can, i have, i've, we will, "
            "we'll, i now, i then, i try to, i also, i go to the page and, make sure to, be sure to, remember to, "
            "don't forget to, do not forget to, the next step is to, the user should, the user then, the user now, "
            "user should be able to, start by, begin by, continue by, finish by, end by, to start, to begin with, "
            "from there, before, after, as a user, as an admin, at this point, at the end, in the end, meanwhile, "
            "followed by, it is "
            "time to, we need to, we want to, we can, we now, we then, has, have, has to, must, will, is going to, "
            "wants "
            "to, want to, needs to, need to, would like to, should, can, may, also then, after which, and after that, "
            "and finally, and also, and now, and next, by, before that, find and, once there, once done, once, as soon "
            "as, on, upon, as a result, as a consequence, consequently, therefore, thus, hence, whereupon, "
            "which means, which means that, - , *"
        ).split(", "),
        "",
    )
)
_NUMBERING = re.compile(
    r"\A\s*(?:(?:step\s*)?\d{1,3}\s*[.):]\s+|step\s+\d{1,3}\s+[-–—]\s+|[-*•–]\s+|\[[ xX]?\]\s+)", re.IGNORECASE
)
_MARKERS: dict[str, Marker] = {"before": "before", "after": "after", "by": "by", "once": "after"}
_PASSIVE = frozenset(["is", "are", "gets", "get", "was", "were", "be"])
_SAID_OF = frozenset("users immediately manually quickly again next first second third".split())
_LONGEST_SUBJECT = 3
_PERSONS = frozenset(
    "user customer admin administrator visitor tester buyer guest member manager person shopper editor author client "
    "student teacher operator agent employee moderator owner reader viewer developer seller someone everybody he she "
    "they user's".split()
)
# Participles that describe a state rather than an act: "the box is checked".
STATE_FRAMES: frozenset[Frame] = frozenset(
    ["mark", "select", "deselect", "open", "close", "set", "submit", "fill", "clear", "scroll", "upload", "download",
     "copy", "expand", "collapse", "answer", "tab", "resize", "login", "search", "wait", "verify"]
)  # fmt: skip
_NOUNS_TOO = frozenset(
    "shows show display displays changes opens closes loads starts ends holds lists totals costs match matches reads "
    "mentions stands offers do can".split()
)
# Words by which a statement is known.
FINITE = frozenset(
    "is are was were isn't aren't has have hasn't haven't contains contain shows show displays display equals equal "
    "matches match reads says exists exist appears appear includes include should shouldn't must does doesn't do don't "
    "cannot can can't won't will becomes become remains remain stays stay disappears disappear opens closes loads "
    "changes starts ends begins holds lists there no nothing consists totals costs asks tells mentions comes precedes "
    "stands points leads goes pops offers gets".split()
)
_COMMON = ("click", "type", "enter", "select", "choose", "check", "uncheck", "press", "open", "go to", "hover",
    "scroll",
           "drag", "upload", "download", "wait", "fill", "clear", "submit", "verify", "double-click",
               "right-click")  # fmt: skip
_CONNECTORS = frozenset(["and", "then", "&", "followed", "before", "after", "but", "afterwards", "also", "by", "so"])
# Verbs that open a clause even without an object of their own: "..., and submit".
_ALONE = frozenset(["submit", "continue", "save", "confirm", "reload", "refresh", "proceed", "go back", "go forward",
                    "log in", "login", "sign in", "log out", "logout", "sign out", "search", "close", "subscribe",
                    "finish", "register", "cancel", "publish", "check out", "checkout", "pay", "apply"])  # fmt: skip
STRONG_FRAMES: frozenset[Frame] = frozenset(
    ["point", "press", "type", "fill", "select", "deselect", "mark", "open", "wait", "drag", "scroll", "upload", "tab",
     "set", "clear"]
)  # fmt: skip
# Strong verbs that may follow a finished description without any connector: "... into the field hit submit".
_ABRUPT = frozenset(["hit", "press", "click", "tap", "click on", "double click", "double-click"])


def lead_of(span: Span) -> int:
    """Return how many tokens at the start only lead in: Gherkin keywords, politeness, adverbs, the person acting."""
    place = 0
    lows = span.lows
    while place < len(span):
        if span[place].kind == "stop" and span[place].low != ">":
            place += 1
            continue
        found = _LEADS.at(lows, place)
        if not found or place + found[1] >= len(span):
            break
        if lows[place + found[1]] in _BEING and _is_said_of(span, place + found[1]):
            break  # "The users are sorted by name": they do nothing, something is said of them
        if lows[place : place + 2] == ("let", "me") and verb_at(span, place):
            break  # "let me see the details" asks for them
        if span[place].low in (
            "next",
            "first",
            "second",
            "third",
            "user",
            "ok",
            "by",
            "on",
            "upon",
            "proceed",
            "try",
            "attempt",
            "start",
            "begin",
            "continue",
            "finish",
        ) and not _leads_on(span, place + found[1]):
            break
        place += found[1]
    return place


_BEING = frozenset(["is", "are", "was", "were"])


def _is_said_of(span: Span, place: int) -> bool:
    """Tell whether the verb of being at `place` says something of who is named before it: "a visitor is welcomed"."""
    if span[place - 1].low in _SAID_OF:
        return True
    somebody = span[place - 1].low in _PERSONS | {"someone"}
    return somebody and verb_at(span, place) is None and verb_at(span, place + 1) is None


def _leads_on(span: Span, place: int) -> bool:
    """Tell whether a lead word is followed by what a lead word stands in front of: a comma, a verb, another lead."""
    if span[place].kind == "stop":
        return True
    return VERBS.at(span.lows, place) is not None or _LEADS.at(span.lows, place) is not None


def verb_at(span: Span, place: int = 0) -> tuple[VerbForm, int] | None:
    """Return the verb at `place` and its number of words."""
    if place >= len(span) or span[place].kind != "word":
        return None
    found = VERBS.at(span.lows, place)
    if found and found[0].verb.phrase == "check in" and _looks_in(span.cut(place + found[1])):
        return VERBS.at(span.lows[: place + 1], place)
    return found


def _looks_in(body: Span) -> bool:
    """Tell whether "check in the table that ..." looks there, and checks nobody in."""
    roles = [words.ROLES.ending(body.lows, end) for end in range(1, len(body) + 1)]
    return _WHAT.intersection(body.lows) != frozenset() or any(role and role[0] in words.CONTAINERS for role in roles)


_WHAT = frozenset(["that", "whether", "if"])


def closest_verb(word: str) -> str | None:
    """Return the common verb that `word` is probably a slip of, or None."""
    found = process.extractOne(word, _COMMON, scorer=fuzz.ratio, score_cutoff=80)
    return found[0] if found and len(word) > 2 else None


def pieces_of(span: Span) -> list[Piece]:
    """Cut a sentence into pieces, each with one verb of action or with none, in the order of the words."""
    match = _NUMBERING.match(span.source)
    if match and (rest := tuple(t for t in span.tokens if t.start >= match.end())):
        span = Span(span.source, rest)
    if is_one_button(span):
        return [Piece(span.cut(lead_of(span)).trimmed(), "then", span)]
    starts = [0]
    place = _behind_verb(span, 0)
    if (topic := _behind_topic(span)) > 0:
        starts.append(topic)
        place = _behind_verb(span, topic)
    while place < len(span):
        if _starts_clause(span, starts[-1], place):
            starts.append(place)
            place = _behind_verb(span, place)
        else:
            place += 1
    ends = [*starts[1:], len(span)]
    return [piece for start, end in zip(starts, ends, strict=True) if (piece := _piece(span.cut(start, end)))]


_GOING_ON = frozenset("continue close exit proceed finish quit".split())


def is_one_button(span: Span) -> bool:
    """Tell whether two commands without objects are one button: "Save and continue", "accept & close"."""
    lead = lead_of(span)
    bare = span.cut(lead)
    if bare.lows[1:2] not in (("and",), ("&",)) or bare.lows[2:] not in {(verb,) for verb in _GOING_ON}:
        return False
    found = verb_at(span, lead)
    return found is not None and found[0].form == "base" and found[0].verb.frame in ("named", "answer", "copy")


def _behind_topic(span: Span) -> int:
    """Return where the verb stands in `From the "File" menu choose "Open"`, or -1."""
    lead = lead_of(span)
    relation = words.RELATIONS.at(span.lows, lead)
    if not relation or verb_at(span, lead):
        return -1
    for place in range(lead + relation[1] + 1, len(span)):
        if span[place].kind == "stop":
            return -1
        before = span[place - 1]
        done = before.literal or words.ROLES.ending(span.lows, place)
        found = verb_at(span, place + lead_of(span.cut(place))) if done else None
        if found and found[0].verb.frame in STRONG_FRAMES and found[0].form == "base":
            return place
    return -1


def _behind_verb(span: Span, start: int) -> int:
    """Return the first place behind `start` where another clause may begin: behind what leads in, and the verb."""
    lead = lead_of(span.cut(start))
    found = verb_at(span, start + lead)
    return start + lead + (found[1] if found else 1)


def _piece(span: Span) -> Piece | None:
    lead = lead_of(span)
    marker: Marker = next(
        (
            _MARKERS[token.low]
            for i, token in enumerate(span.tokens[:lead])
            if token.low in _MARKERS and not (i and span[i - 1].low == "followed")
        ),
        "then",
    )
    rest = span.cut(lead).trimmed()
    while len(rest) > 1 and rest[-1].low in ("and", "then", "&", ","):
        rest = rest.cut(0, len(rest) - 1).trimmed()
    return Piece(rest, marker, span.trimmed()) if rest else None


def clause_of(span: Span) -> Clause | None:
    """Return the clause that starts with a verb we know, active or passive, or None."""
    going_on = verb_at(span, 1) if len(span) > 1 and span[0].low in ("is", "am", "are", "was") else None
    if going_on and going_on[0].form == "ing":
        return clause_of(span.cut(1))
    if found := verb_at(span):
        form, size = found
        if form.form == "base" and span.lows[size : size + 1] in (("is",), ("are",)) and (told := _passive(span)):
            return told  # "Enter is pressed": the verb is what something is called
        empties = form.verb.phrase == "leave" and len(span) > size + 1 and span[-1].low in ("empty", "blank")
        if empties and (clear := VERBS.get("clear")) is not None:
            return Clause(clear, span.cut(size, len(span) - 1).trimmed(), span, clear.verb.action)
        return Clause(form, span.cut(size).trimmed(), span, form.verb.action)
    return _with_subject(span) or _passive(span)


def _with_subject(span: Span) -> Clause | None:
    """Read "Ada clicks Save": somebody, and a verb in its -s form."""
    for place in range(1, min(len(span), _LONGEST_SUBJECT + 1)):
        if span[place - 1].kind != "word":
            return None
        found = verb_at(span, place)
        subject = span[place - 1]
        if subject.low not in _PERSONS and not (subject.capital and place == 1):
            continue
        if found and found[0].form == "s" and found[0].verb.frame in STRONG_FRAMES and place + found[1] < len(span):
            rest = span.cut(place)
            return Clause(found[0], rest.cut(found[1]).trimmed(), rest, found[0].verb.action)
    return None


def _reports(span: Span) -> bool:
    """Tell whether a part tells an event: "When the box is checked", "Once the form is submitted"; not what follows."""
    return bool(_EVENT.search(span.source[: span[0].start]))


_EVENT = re.compile(r"\b(?:when|once|after|as soon as)\b[^,;.:]*$", re.IGNORECASE)


_NO_ORDER = frozenset(["gone", "sent", "enabled", "disabled"])  # what is told of a thing, never that somebody does it
_LEADS_TO = re.compile(r"\s*(?:(?:and|but|\*)\s+)?(?:given|when|after|once|as soon as)\b", re.IGNORECASE)


def _passive(span: Span) -> Clause | None:
    """Read `the "Save" button is clicked` as "clicked the Save button"."""
    for place in range(1, len(span) - 1):
        if span[place].kind == "stop":
            return None
        if span[place].literal or span[place].low not in _PASSIVE:
            continue
        if (span[place].low in ("was", "were") or span[0].low in ("a", "an")) and not _LEADS_TO.match(span.source):
            return None  # "An email was sent": what has happened, and nobody is told to do it
        start = place + 1
        while start < len(span) - 1 and span[start].low in ("been", "being", "then", "now"):
            start += 1
        found = verb_at(span, start) if span[start].low not in _NO_ORDER else None
        if not found or found[0].form != "ed" or found[0].verb.frame in ("named", "find", "use", "verify"):
            continue
        if declares(span.cut(0, place), strict=True):
            return None  # "A message says the payment was sent": it is told of
        if (found[0].verb.frame in STATE_FRAMES or found[0].verb.action == "focus") and not _reports(span):
            return None
        rest = span.cut(start + found[1])
        if len(rest) > 1 and rest[0].low == "by" and rest.lows[-1] in ("user", "me", "customer", "admin", "us"):
            rest = rest.cut(len(rest))
        body = Span(span.source, span.tokens[:place] + rest.tokens)
        return Clause(found[0], body, span, found[0].verb.action)
    return None


def _starts_clause(span: Span, begun: int, place: int) -> bool:
    """Tell whether a new clause starts with the connector at `place`."""
    token = span[place]
    if token.kind == "stop" and token.low in (",", ";", ".", ":", "!"):
        return _head_behind(span, begun, place, sure=token.low in ";.") or _statement_behind(span, begun, place)
    if token.kind == "word" and token.low in _CONNECTORS:
        sure = token.low in ("then", "afterwards")
        return _head_behind(span, begun, place, sure=sure) or _statement_behind(span, begun, place)
    return _abrupt(span, begun, place)


def declares(span: Span, *, strict: bool = False) -> bool:
    """Tell whether a piece states something ("the dialog closes", "there are 3 rows"), rather than asking for an act.

    `strict` leaves out words that may be nouns as well ("changes").
    """
    finite = FINITE - _NOUNS_TOO if strict else FINITE
    for i, token in enumerate(span):
        if token.kind != "word" or token.low not in finite or (i and token.capital):
            continue
        if (i == 0) != (token.low in ("there", "no", "nothing")):
            continue
        if _is_plural_noun(span, i):
            continue
        if i and span[i - 1].low in ("that", "which", "who", "until", "where", "when", "what", "if"):
            continue
        return True
    return False


def _is_plural_noun(span: Span, i: int) -> bool:
    """Tell whether "points" and "leads" are things rather than what a link does: it points *to* something.

    "Goes to" is what a link does, and what a person does too.
    """
    if span[i].low == "offers" and i + 1 == len(span):  # "the special offers"
        return True
    if span[i].low == "goes" and not (span[i - 1].literal or span[i - 1].low in ("link", "button", "logo")):
        return True
    return span[i].low in ("points", "leads", "goes") and not (i + 1 < len(span) and span[i + 1].low == "to")


def _statement_behind(span: Span, begun: int, place: int) -> bool:
    """Tell whether the connector at `place` starts a statement behind an action: "click Save and the dialog closes"."""
    end = place + 1
    while end < len(span) and not (span[end].kind != "quote" and span[end].low in (",", ".", ";", "and", "then")):
        end += 1
    lead = lead_of(span.cut(place, end))
    rest = span.cut(place + lead, end)
    if len(rest) < 2 or not lead or not declares(rest):
        return False
    if not (
        rest[0].literal
        or rest[0].capital
        or rest[0].low.isdigit()
        or rest[0].low in words.DETERMINERS | {"there", "no", "it", "nothing"}
    ):
        return False
    first = begun + lead_of(span.cut(begun))
    verb = verb_at(span, first)
    if verb is None:
        return _passive(span.cut(first, place)) is not None
    # "Check the box and ..." ticks it; "check the total and ..." is one check.
    ticks = verb[0].verb.phrase != "check" or span[place - 1].low in ("box", "checkbox", "switch", "toggle")
    return verb[0].verb.frame not in ("wait", "verify", "find") and ticks


def _abrupt(span: Span, begun: int, place: int) -> bool:
    token = span[place]
    if token.kind != "word" or token.capital or token.low not in _ABRUPT or place + 1 >= len(span):
        return False
    before = span[place - 1]
    if not (before.literal or words.ROLES.ending(span.lows, place)):
        return False
    return verb_at(span, begun + lead_of(span.cut(begun))) is not None and place - 1 > begun


def _head_behind(span: Span, begun: int, place: int, *, sure: bool) -> bool:
    rest = span.cut(place)
    lead = lead_of(rest)
    if not lead:
        return False
    subject = any(token.low in ("i", "we", "user") for token in rest.tokens[:lead])
    then = any(token.low in ("then", "finally", "afterwards", "next") for token in rest.tokens[:lead])
    found = verb_at(rest, lead)
    if _is_key(rest.cut(lead)) and {"then", "followed"} & set(rest.lows[:lead]):
        return True
    if not found:
        return False
    form, size = found
    if form.form == "ed" or (form.form == "ing" and not {"by", "followed", "before", "after"} & set(rest.lows[:lead])):
        return False
    if form.form == "s" and not subject:
        return form.verb.frame in STRONG_FRAMES and lead + size < len(rest)
    if form.verb.phrase == "drop":
        return False  # "drag A and drop it on B" is one action
    if sure or subject or then:
        return True
    return _has_object(span.cut(begun, place), form, rest.cut(lead), size)


def _is_key(span: Span) -> bool:
    """Tell whether a piece is the name of a key: `type "x" followed by Enter`."""
    end = next((i for i, t in enumerate(span) if t.kind == "stop" or t.low in ("and", "then")), len(span))
    return end > 0 and read_key(span.cut(0, end).text) is not None


def _has_object(before: Span, form: VerbForm, rest: Span, size: int) -> bool:
    """Tell whether the verb at the start of `rest` acts on something, rather than being a word of a name."""
    behind = rest.cut(size)
    ended = not behind or behind[0].kind == "stop" or behind[0].low in ("and", "then")
    if ended:
        return form.verb.phrase in _ALONE and not rest[0].capital and _complete(before)
    if rest[0].capital and before and before[-1].capital and not behind[0].literal:
        return behind[0].low in words.DETERMINERS or form.verb.frame in STRONG_FRAMES
    if form.verb.frame in STRONG_FRAMES:
        return True
    role = words.ROLES.at(behind.lows, 0)
    only_role = role is not None and (role[1] == len(behind) or behind[role[1]].kind == "stop")
    return not only_role


def _complete(before: Span) -> bool:
    """Tell whether the clause so far needs nothing more, so that a bare verb behind it is a clause of its own."""
    before = before.trimmed()
    if not before:
        return False
    lead = lead_of(before)
    found = verb_at(before, lead)
    if not found or found[0].verb.frame not in ("point", "press"):
        return True
    return before[-1].literal or words.ROLES.ending(before.lows, len(before)) is not None
