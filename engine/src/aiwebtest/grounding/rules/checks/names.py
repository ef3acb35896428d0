"""What elements are called, and how well they bear a name."""

from __future__ import annotations

import re
from functools import lru_cache

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import ROWS, is_container, is_field
from aiwebtest.grounding.rules.checks.text import contains_words, fold, tidy, words_of
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import first_line, view_of

__all__ = ["by_identifier", "canonical", "headings_of", "name_tier", "names_of", "strip_decoration", "without_kind"]

_SAME_WORD = (
    frozenset({"basket", "cart", "bag", "trolley"}),
    frozenset({"login", "signin", "sign", "log"}),
    frozenset({"email", "mail"}),
    frozenset({"qty", "quantity"}),
)
_BEST = 7
_LONGEST = 200  # characters; a longer text is not a name


@lru_cache(maxsize=2048)
def strip_decoration(text: str) -> str:
    """Return a label without what labels are decorated with: colon, asterisk, a remark in brackets."""
    return _strip_signs(re.sub(r"\s*[(\[][^)\]]*[)\]]\s*$", "", text))


def _strip_signs(text: str) -> str:
    return re.sub(r"^[\s*:•✓✔-]+|[\s*:?…•-]+$", "", text).strip()


def names_of(node: Node, snapshot: Snapshot) -> tuple[str, ...]:
    """Return what a person could call an element: name, label, text, placeholder, alternative text, title."""
    names = [node.name, node.label, node.placeholder, node.alt, node.title]
    if is_control(node) and view_of(snapshot).labels.is_unnamed(node):
        names.append(view_of(snapshot).labels.beside(node.ref))  # what stands for its label: the same as for an action
    if not is_field(node):
        names.append(node.text)
        if not is_container(node) or node.role in ROWS:
            names.append(snapshot.text_of(node) if node.end - node.ref < 12 else "")
        if is_container(node):
            names += headings_of(node, snapshot)
    if node.role == "button":
        names.append(node.value)
    return tuple(dict.fromkeys(name for name in names if name))


def headings_of(node: Node, snapshot: Snapshot) -> list[str]:
    """Return the text that heads a container: its first heading, legend, caption or summary, a dialog's first line."""
    for inner in snapshot.subtree(node)[1:]:
        if inner.role == "heading" or inner.tag in {"legend", "caption", "summary"}:
            return [snapshot.text_of(inner)]
        if inner.role in ROWS:
            break
    line = first_line(node, snapshot)
    return [line.text] if line is not None else []


def name_tier(node: Node, target: Target, snapshot: Snapshot) -> int:
    """Return how well it bears the name: 7 same, 6 decorated, 5 begins so, 4 within, 2 but for case, 1 by its marks."""
    wanted = str(target.name)
    if target.attribute:
        return _attribute_tier(node, target, wanted)
    folded = _folded_names(node, snapshot)
    if not target.quoted and (kindless := without_kind(fold(wanted), node)) != fold(wanted) and kindless in folded:
        return 6
    bare = strip_decoration(fold(wanted))
    near = [name for name in folded if bare in name]
    if not near and not target.quoted and "email" in wanted.lower():
        wanted = re.sub("email", "e-mail", wanted, flags=re.IGNORECASE)
        near = [name for name in folded if strip_decoration(fold(wanted)) in name]
    if not near and not target.quoted:  # "the check-in button" is called "Check in"
        wanted, spaced = _unhyphened(fold(wanted)), [_unhyphened(name) for name in folded]
        near = [name for name in spaced if strip_decoration(wanted) in name]
    if not near:
        return 0 if target.quoted else by_identifier(node, str(target.name))
    if target.quoted:
        exact = _by_words([tidy(name) for name in names_of(node, snapshot)], tidy(wanted))
        return exact or min(2, _by_words(near, fold(wanted)))
    return _by_words(near, fold(wanted)) or by_identifier(node, wanted)


def _unhyphened(text: str) -> str:
    return re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", text)


def without_kind(wanted: str, node: Node) -> str:
    """Return a folded name without the word that only says the kind of field: "check-in" of "check-in date"."""
    return wanted.removesuffix(f" {node.type}") if node.type in _KINDS else wanted


_KINDS = frozenset("date time month week number email password color".split())


def _folded_names(node: Node, snapshot: Snapshot) -> list[str]:
    known: dict[int, list[str]] = snapshot.memo.setdefault("checks.names", {})
    if node.ref not in known:
        known[node.ref] = [fold(name) for name in names_of(node, snapshot)]
    return known[node.ref]


def _by_words(names: list[str], wanted: str) -> int:
    if wanted in names:
        return _BEST
    bare = _strip_signs(wanted)  # a remark that the writer asks for must be there: "Reviews (3)" is not "Reviews (2)"
    if bare and any(bare in (strip_decoration(name), _strip_signs(name)) for name in names):
        return 6
    holding = [name for name in names if len(name) < _LONGEST and contains_words(name, wanted)]
    return 0 if not holding else 5 if any(name.startswith(wanted) for name in holding) else 4


def by_identifier(node: Node, wanted: str) -> int:
    """Return 1 if a test id, id or class of the element is made of the same words, else 0."""
    if not (node.ident or node.testid):
        return 0
    words = _word_set(wanted)
    return 1 if words and words in _mark_words(f"{node.ident} {node.testid}") else 0


@lru_cache(maxsize=8192)
def _mark_words(marks: str) -> frozenset[frozenset[str]]:
    return frozenset(_word_set(mark) for mark in marks.split())


@lru_cache(maxsize=8192)
def _word_set(text: str) -> frozenset[str]:
    """Return the words of a name or an identifier, in one form for words that mean the same."""
    return frozenset(canonical(word) for word in words_of(text) if word != "the")


def canonical(word: str) -> str:
    """Return one word for words that mean the same on pages: basket, cart, bag."""
    return next((min(group) for group in _SAME_WORD if word in group), word)


def _attribute_tier(node: Node, target: Target, wanted: str) -> int:
    values = {
        "label": [node.label, node.name], "placeholder": [node.placeholder], "alt": [node.alt], "title": [node.title],
        "testid": [node.testid], "text": [node.text, node.name], "value": [node.value], "href": [node.href],
        "id": node.ident.split()[:1], "class": node.ident.split(), "name": [*node.ident.split(), node.name],
    }[str(target.attribute)]  # fmt: skip
    known = [fold(value) for value in values if value]
    if target.attribute == "text" and not any(fold(wanted) == value for value in known):
        return 4 if any(contains_words(value, fold(wanted)) for value in known) else 0  # "with the text" that it holds
    return _BEST if fold(wanted) in known else 0
