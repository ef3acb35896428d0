"""Verbs that the lexicon does not have: a word that stands where a verb does is the page's own, a button's name."""

from __future__ import annotations

from dataclasses import replace

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause, closest_verb, declares
from aiwebtest.grounding.rules.lexer import Span, Token
from aiwebtest.grounding.rules.verbs import VERBS, Verb, VerbForm

__all__ = ["BEHIND_A_VERB", "as_command", "command_of", "done_to_a_name", "pressed"]

_BEFORE_A_NOUN = frozenset(["the", "my", "this", "that"])
BEHIND_A_VERB = frozenset(["the", "my"])
"""Words that a verb may have behind it, and a noun of the same spelling has not: "quote the first reply"."""


def command_of(span: Span) -> Clause | None:
    """Read "unlock the front door": a word that stands before an article as a verb does, so that it is the page's."""
    if len(span) < 2 or span[0].kind != "word":
        return None
    word = span[0].low
    if span[-1].low == "again" and len(span) > 3:
        span = span.cut(0, len(span) - 1)
    if len(span) > 2 and word in ("turn", "toggle", "switch") and span[-1].low in ("on", "off"):  # "turn wi-fi on"
        split = VERBS.get(f"{word} {span[-1].low}")
        return Clause(split, span.cut(1, len(span) - 1), span, split.verb.action) if split else None
    if not _is_object(span.cut(1)) or declares(span):
        return None
    if not word.isalpha() or not word.isascii() or _is_a_slip(word):
        return None
    if span[1].low not in BEHIND_A_VERB and (word in words.ITEM_NOUNS or words.ROLES.get(word)):
        return None  # but "quote the first reply", "message the second member"
    return as_command(span)


def done_to_a_name(span: Span) -> Intent | None:
    """Read "renew Dune": a button "Renew" in what is called so, or one of both words; no text is meant."""
    name = span.cut(1)
    if not 1 <= len(name) <= _NAME_WORDS or not span[0].low.isalpha() or _is_a_slip(span[0].low) or declares(span):
        return None
    if any(token.kind != "word" or not token.capital or _is_a_noun(token.low) for token in name):
        return None
    if _is_a_noun(span[0].low) or not span[0].low.isascii() or span[0].low in words.DETERMINERS:
        return None
    owner = Relation(kind="row", anchor=Target(text=name.text, name=name.text))
    whole = Target(text=span.text, name=span.text, role="button")
    button = Target(text=span.text, name=span[0].value, whole=True, role="button", relations=(owner,))
    return Intent(action="click", text=span.text, target=replace(button, alternatives=(whole,)))


def _says_no_command(token: Token) -> bool:
    """Tell whether a word can be no second word of what a button is called: "Try again" is, "Then Save" is not."""
    of_the_sentence = token.low in words.DETERMINERS | words.ANAPHORA | _HALF_SAID
    return of_the_sentence or token.capital or not token.low.isalpha()


def pressed(span: Span) -> Intent | None:
    """Read "Lend" or "Try again" by itself: a button or the like that is called just so."""
    word, behind = span[0], span.tokens[1:]
    if len(span) > _COMMAND or any(_says_no_command(token) for token in behind):
        return None
    if word.kind != "word" or not word.value.isalpha() or _is_a_noun(word.low):
        return None
    if _is_a_slip(word.low) or word.low in words.DETERMINERS | words.ANAPHORA | _HALF_SAID:
        return None
    button, *others = (Target(text=span.text, name=span.text, whole=True, role=role) for role in _PRESSED)
    return Intent(action="click", text=span.text, target=replace(button, alternatives=tuple(others)))


_HALF_SAID = frozenset("given when then and but or so also please if i we you he she they user".split())
_PRESSED = ("button", "link", "tab", "menuitem")
_NAME_WORDS = 3
_COMMAND = 2  # words


def _is_a_noun(word: str) -> bool:
    return bool(words.ROLES.get(word) or words.FIELD_NOUNS.get(word)) or word in words.ITEM_NOUNS


def _is_a_slip(word: str) -> bool:
    """Tell whether a word is nearly a common verb; with a syllable in front it is another: "reopen"."""
    near = closest_verb(word)
    return near is not None and not word.endswith(near)


def as_command(span: Span) -> Clause:
    """Return the clause of a command that the page itself gives a name: its first word, done to the others."""
    return Clause(VerbForm(Verb(span[0].low, "named", "click"), "base"), span.cut(1), span, "click")


def _is_object(span: Span) -> bool:
    """Tell whether words behind a first one are what it is done to: with an article, a pronoun, or a code: "web-02"."""
    if span[0].low in _BEFORE_A_NOUN:
        return len(span) > 1
    if len(span) == 1 and span[0].literal:  # renew "The Odyssey"
        return True
    if len(span) > 1:
        return False
    return span[0].low in ("it", "them") or (span[0].kind == "word" and any(c.isdigit() for c in span[0].value))
