"""Groundings: an intent placed on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aiwebtest.core.effect import EffectKind
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.snapshot import Box

__all__ = ["Candidate", "Decision", "Grounding", "GroundingSource"]

GroundingSource = Literal["rules", "model", "replay", "healed-rules", "healed-model", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An element that could be meant. `score` is between 0 (stranger) and 1 (certain)."""

    ref: int  # into the snapshot it was ranked on
    score: float
    described: str  # for people: `button "Save" in the section "Billing"`
    reasons: tuple[str, ...] = ()  # what spoke for and against it, strongest first
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the rules made of an intent on one snapshot.

    `verdict` "clear": `candidates[0]` is meant. "ambiguous": several fit alike. "missing": nothing fits.
    Candidates are the best few, best first, whatever the verdict.
    """

    verdict: Literal["clear", "ambiguous", "missing"]
    candidates: tuple[Candidate, ...] = ()
    margin: float = 0.0  # score of the first less score of the second
    reason: str = ""
    rewordings: tuple[str, ...] = ()  # sentences that would have been clear, at most two


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """One action placed on one element, in a form that can be stored and found again.

    `locator` is None for actions on the page itself (open, back, wait for seconds, press without target ...).
    """

    intent: Intent
    action: Action
    locator: Locator | None = None
    identity: Identity | None = None
    to: Locator | None = None  # destination of a drag
    to_identity: Identity | None = None
    effects: frozenset[EffectKind] = frozenset()  # seen when it last passed; compared on replay
    source: GroundingSource = "rules"
    confidence: float = 1.0
    reason: str = ""
    model: str = ""  # "provider/model" when a model chose it
