"""Commands that every application knows and each puts in its own words: make a new thing, export, so many a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import read_target, settle

__all__ = ["bare", "exported_as", "filtered", "made_anew", "made_of", "paged", "purpose_of"]

_MAKING = frozenset(["create", "add", "make", "start", "register", "invite", "write", "compose", "insert"])
_ANEW = ("+ {}", "new {}", "add {}", "create {}", "add new {}", "create new {}")
_NOT_SAID = words.DETERMINERS | {"new", "another", "one", "more"}
_EXPORTING = ("export as {}", "export to {}", "export {}", "download as {}", "download {}", "save as {}", "{}")
_FORMATS = frozenset("csv xlsx xls excel pdf json xml zip txt html ods tsv docx word markdown yaml png svg".split())
_AT_A_TIME = (("per", "page"), ("a", "page"), ("each", "page"), ("on", "a", "page"), ("on", "each", "page"),
              ("at", "a", "time"), ("at", "once"), ("per", "view"), ("per", "screen"))  # fmt: skip
_LONGEST_NOUN = 2  # words of "search results"
_PAGE_SIZES = ("{} per page", "items per page", "results per page", "entries per page", "per page", "page size", "rows",
               "show {}", "show entries", "show", "{} shown", "{} to show", "number of {}", "entries")  # fmt: skip


def made_anew(verb: str, object_: Span) -> tuple[Target, ...]:
    """Return what a button for "create a new user" may be called: "New user", "Add user"; () for another command."""
    anew = object_.lows[0] in ("a", "an", "another", "new") or object_.lows[:2] == ("one", "more")
    thing = " ".join(token.value for token in object_ if token.low not in _NOT_SAID)
    if verb.lower() not in _MAKING or not anew or not thing or object_.has_literal() or _holds_a_relation(object_):
        return ()
    written: tuple[str, ...] = ("compose {}", "write {}") if verb.lower() in ("write", "compose") else ()
    written += ("compose",) if written and thing.lower() in _LETTERS else ()
    made = tuple(
        Target(text=object_.text, name=name.format(thing), whole=name[0] == "+") for name in (*_ANEW, *written)
    )
    tool = Target(text=object_.text, name=thing, role="button", whole=True)  # "Link" in the tool bar of an editor
    return (*made, tool) if verb.lower() == "insert" else made


_LETTERS = frozenset("mail email e-mail message letter post note text tweet memo".split())  # "Compose" is said of these


def made_of(verb: str, plain: Target, object_: Span, tail: Span) -> Target | None:
    """Return what makes the new thing of "create a user" and "add a card to the Done column", None for another command.

    The page has no such card yet: what makes one there is in that column. "Add a mug to the basket" is none of these,
    since a basket is no part of the page to look in.
    """
    if not tail:
        object_, tail = _in_a_place(object_)
    names = made_anew(verb, object_)
    if not names:
        return None
    if not tail:
        return replace(plain, name=f"{verb} {bare(object_)}", alternatives=names)
    place = read_target(tail.cut(1))
    if place.role not in _PLACES:
        return None
    inside = (settle(Relation(kind="in", anchor=place), place),)
    called = Target(text=plain.text, name=f"{verb} {bare(object_)}", relations=inside)
    others = (*(replace(one, relations=inside) for one in names), replace(called, name=verb, whole=True))
    anywhere = () if place.name else (replace(called, relations=()), *names)  # "a row to the table", by a bar over it
    return replace(called, alternatives=(*others, *anywhere, replace(plain, whole=True)))


_PLACES = words.CONTAINERS - {"card", "result", "item", "row"}


def _in_a_place(object_: Span) -> tuple[Span, Span]:
    """Part "a card in the Done column" into the thing and where it is to be."""
    at = object_.find("in", "inside", "under")
    return (object_.cut(0, at), object_.cut(at)) if 0 < at < len(object_) - 1 else (object_, object_.cut(0, 0))


def bare(span: Span) -> str:
    """Return words without articles."""
    return " ".join(token.value for token in span if token.low not in words.DETERMINERS)


def _holds_a_relation(span: Span) -> bool:
    return any(words.RELATIONS.at(span.lows, i) for i in range(len(span)))


def exported_as(clause: Clause, body: Span) -> Target | None:
    """Return what exports in the format of "export the table as CSV": "Export CSV", "Download as CSV", "CSV"."""
    place = next((i for i in range(len(body)) if body[i].low in ("as", "to", "in", "into")), -1)
    behind = body.cut(place + 1) if place >= 0 else body
    named = [token for token in behind if token.low not in words.DETERMINERS | {"file", "format"}]
    if place < 0 or len(named) != 1 or named[0].low not in _FORMATS:
        return None
    whole = Target(text=clause.text, name=" ".join(t.value for t in clause.span if t.low not in words.DETERMINERS))
    others = (Target(text=clause.text, name=name.format(named[0].value)) for name in _EXPORTING)
    return Target(text=clause.text, name=whole.name, alternatives=tuple(others))


def paged(clause: Clause, body: Span) -> Intent | None:
    """Read "show 10 rows per page" as a choice of 10 in what sets the size of a page."""
    lows = body.lows[1:] if body.lows[0] in ("only", "just", "all") else body.lows
    if not lows[0].isdigit():
        return None
    ending = next((end for end in _AT_A_TIME if lows[-len(end) :] == end), ())
    noun = " ".join(lows[1 : len(lows) - len(ending)])
    if len(noun.split()) > _LONGEST_NOUN or not (ending or noun.endswith("s")) or body.has_literal():
        return None
    names = dict.fromkeys(name.format(noun or "items") for name in _PAGE_SIZES)
    first, *others = (Target(text=body.text, name=name) for name in names)
    target = Target(text=body.text, name=first.name, alternatives=tuple(others))
    return Intent(action="select", text=clause.text, target=target, values=(lows[0],))


_ONLY = frozenset(["only", "just"])
_SHOWN = frozenset(["show", "display", "view", "read", "list", "unhide"])
_AGREED = frozenset(["accept", "agree", "agree to", "consent to", "acknowledge"])
Purpose = Literal["shown", "hidden", "agreed"]


def filtered(clause: Clause, body: Span) -> Intent | None:
    """Read "show only overdue invoices" as a choice of "overdue" in what filters: a list, a box, a tab."""
    lows = body.lows
    first, last = lows[0] in _ONLY, lows[-1] in _ONLY
    thing = _thing(body.cut(int(first), len(body) - last)) if (first or last) and len(body) > 1 else ""
    if not thing:
        return None
    said = thing.split()
    value = " ".join(said[:-1]) if len(said) > 1 and said[-1].endswith("s") and not body.has_literal() else thing
    target = Target(text=body.text, name=thing)
    return Intent(action="select", text=clause.text, target=target, values=(value,), makes="only")


def purpose_of(phrase: str, body: Span) -> tuple[Purpose | None, str]:
    """Return what "hide the holidays" and "accept the terms" are to bring about, and the bare words for the thing."""
    purpose: Purpose | None = "shown" if phrase in _SHOWN else "hidden" if phrase == "hide" else None
    purpose = "agreed" if phrase in _AGREED else purpose
    thing = _thing(body) if purpose else ""
    return (purpose, thing) if thing else (None, "")


def _thing(span: Span) -> str:
    """Return the words for a thing without articles; "" where more is said of it than how it is called."""
    if span.has_literal():
        bare = [token for token in span if token.low not in words.DETERMINERS]
        return bare[0].value if len(bare) == 1 else ""
    told = [token.value for token in span if token.low not in _ARTICLES]
    terms = any(_is_of(span, i) for i in range(1, len(span)))
    return " ".join(told) if told and (terms or not _holds_a_relation(span)) else ""


_ARTICLES = frozenset(["the", "a", "an", "all"])


def _is_of(span: Span, i: int) -> bool:
    """Tell whether "of" at `i` is part of an expression: "terms of use"."""
    return span[i].low == "of" and span[i - 1].low in words.PHRASAL["of"]
