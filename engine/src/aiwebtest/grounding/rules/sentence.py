"""Sentences understood: whether a step acts, checks or extracts, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.core.case import StepKind
from aiwebtest.core.claim import Claim
from aiwebtest.core.intent import Intent
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.problem import Unclear

__all__ = ["Understood", "understand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a sentence says. `problem` "" means that it was understood.

    A sentence may act and then check ("Click Save and check that ..."): the intents come first, then the claims.
    """

    kind: StepKind
    intents: tuple[Intent, ...] = ()
    claims: tuple[Claim, ...] = ()
    problem: str = ""
    rewordings: tuple[str, ...] = ()


def understand(text: str, kind: StepKind | None = None) -> Understood:
    """Read one step. `kind` None lets the sentence itself decide. Never raises: what is unclear is in `problem`."""
    chosen = kind or _kind(text)
    try:
        if chosen == "check":
            from aiwebtest.grounding.rules.checks import parse_check  # noqa: PLC0415

            return Understood(kind="check", claims=parse_check(text))
        return Understood(kind=chosen, intents=parse_act(text))
    except Unclear as unclear:
        return Understood(kind=chosen, problem=unclear.problem, rewordings=unclear.rewordings)


_CHECKING = ("verify", "assert", "ensure", "expect", "confirm that", "make sure", "check that", "check if", "i should")


def _kind(text: str) -> StepKind:
    low = text.strip().lower()
    return "check" if low.startswith(_CHECKING) or " should " in low else "act"
