"""Judging attributes of elements: where a link leads, what a field takes, how an element is marked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, missing, passed
from aiwebtest.grounding.rules.checks.text import matches
from aiwebtest.grounding.rules.checks.things import meant

__all__ = ["judge_attribute"]

_FLAGGED = {
    "disabled": Flag.DISABLED, "readonly": Flag.READONLY, "required": Flag.REQUIRED, "checked": Flag.CHECKED,
    "multiple": Flag.MULTIPLE, "selected": Flag.SELECTED, "draggable": Flag.DRAGGABLE,
}  # fmt: skip
_ARIA = {
    "aria-checked": Flag.CHECKED, "aria-pressed": Flag.CHECKED, "aria-selected": Flag.SELECTED,
    "aria-expanded": Flag.EXPANDED, "aria-disabled": Flag.DISABLED, "aria-required": Flag.REQUIRED,
    "aria-invalid": Flag.INVALID, "aria-modal": Flag.MODAL,
}  # fmt: skip
_READ: dict[str, Callable[[Node], str]] = {
    "name": lambda node: node.name, "placeholder": lambda node: node.placeholder, "alt": lambda node: node.alt,
    "title": lambda node: node.title, "testid": lambda node: node.testid, "href": lambda node: node.href,
    "type": lambda node: node.type, "role": lambda node: node.role, "value": lambda node: node.value,
    "description": lambda node: node.extra.get("described", ""), "label": lambda node: node.label or node.name,
}  # fmt: skip


def judge_attribute(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge an attribute of the elements that the subject means."""
    target = claim.subject
    if target is None:
        return missing(None, facts, negated=True)
    nodes = meant(target, facts, inside, every=claim.every).shown
    if claim.attribute == "href":
        outer = {around.ref for node in nodes if node.href for around in facts.snapshot.ancestors(node)}
        nodes = tuple(node for node in nodes if node.href or node.ref not in outer)  # a link drawn around a link
    if claim.attribute == "href" and target.role is None:
        nodes = tuple(node for node in nodes if node.href) or tuple(
            _link_around(node, facts.snapshot) for node in nodes
        )
    if not nodes:
        return missing(target, facts, negated=claim.negated)
    return agree([_attribute(claim, node, facts.snapshot) for node in nodes], every=claim.every, what=target.text)


def _link_around(node: Node, snapshot: Snapshot) -> Node:
    return next((around for around in snapshot.ancestors(node) if around.href), node)


def _attribute(claim: Claim, node: Node, snapshot: Snapshot) -> Answer:
    name = claim.attribute
    wanted = claim.values[0] if claim.values else None
    if name in {"class", "id"}:
        marks = node.ident.split()
        holds = wanted in marks if name == "class" else marks[:1] == [wanted]
        return (passed if holds != claim.negated else failed)(node.ident or f"no {name}", refs=(node.ref,))
    if name in _FLAGGED and wanted is None:
        holds = node.has(_FLAGGED[name])
        return (passed if holds != claim.negated else failed)(
            f"{name} is {'' if holds else 'not '}set", refs=(node.ref,)
        )
    if name in _ARIA:
        actual = "true" if node.has(_ARIA[name]) else "false"
    elif name in _READ:
        actual = _READ[name](node)
    elif name in node.extra or name in _EXTRAS:
        actual = node.extra.get(name, "")
    else:
        return error(
            f'Rules do not read the attribute "{name}".', refs=(node.ref,), mend="Check what a user sees of it instead."
        )
    if wanted is None:
        return (passed if bool(actual) != claim.negated else failed)(actual or f"no {name}", refs=(node.ref,))
    holds = (
        _same_address(actual, wanted, claim, snapshot.url) if name in {"href", "src"} else _same(actual, wanted, claim)
    )
    return (passed if holds != claim.negated else failed)(actual or f"no {name}", refs=(node.ref,))


_EXTRAS = frozenset(
    "min max step pattern maxlength src target download accept colspan rowspan colour fill stroke datetime aria-sort"
    " aria-current aria-haspopup aria-controls aria-live aria-level".split()
)


def _same(actual: str, wanted: str, claim: Claim) -> bool:
    return matches(actual, wanted, claim.match, quoted=claim.quoted and not claim.negated)


def _same_address(actual: str, wanted: str, claim: Claim, base: str) -> bool:
    """Compare link targets as written, or both made absolute; the rest must be the same."""
    if not actual:
        return False
    if claim.match != "exact":
        return matches(actual, wanted, claim.match, quoted=True) or matches(
            urljoin(base, actual), wanted, claim.match, quoted=True
        )
    if actual == wanted:
        return True
    there, meant = urlsplit(urljoin(base, actual)), urlsplit(urljoin(base, wanted))
    return (there.scheme, there.netloc, there.path.rstrip("/"), there.query, there.fragment) == (
        meant.scheme, meant.netloc, meant.path.rstrip("/"), meant.query, meant.fragment,
    )  # fmt: skip
