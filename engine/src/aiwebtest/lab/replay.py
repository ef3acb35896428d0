"""Asks the same decisions of several arms, without a browser, and counts what they answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from aiwebtest.core.billing import total_cost
from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import Generator
from aiwebtest.lab.decisions import Decision

__all__ = ["ArmResult", "Asked", "Verdict", "ask", "replay", "turns"]

Key = TypeVar("Key")

OFF_SCHEMA = frozenset({"off_schema", "prose", "empty", "truncated"})
"""Outcomes of answers that are not of the schema that was asked for."""

Verdict = Literal["same", "other", "refused", "unanswered"]
"""The answer that proved right, another one, nothing found, or no valid answer at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One decision asked of one arm."""

    decision: str
    arm: str
    round: int
    verdict: Verdict
    answer: Any
    attempts: tuple[Attempt, ...]

    @property
    def latency_s(self) -> float:
        """Return how long its requests took together."""
        return sum(attempt.latency_s for attempt in self.attempts)

    @property
    def cost_usd(self) -> float | None:
        """Return what its requests cost together, None when that of one is not known."""
        return total_cost(self.attempts)

    @property
    def tokens(self) -> int:
        """Return the tokens of its requests, in and out."""
        return sum((attempt.input_tokens or 0) + (attempt.output_tokens or 0) for attempt in self.attempts)

    @property
    def schema_failures(self) -> int:
        """Return how many answers were not of the schema that was asked for."""
        return sum(attempt.outcome in OFF_SCHEMA for attempt in self.attempts)


@dataclass
class ArmResult:
    """What an arm made of all decisions."""

    arm: str
    asked: list[Asked] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """Return how many answers were of that kind."""
        return sum(one.verdict == verdict for one in self.asked)

    @property
    def attempts(self) -> list[Attempt]:
        """Return every request, failures included."""
        return [attempt for one in self.asked for attempt in one.attempts]

    @property
    def schema_failures(self) -> int:
        """Return how many answers were not of the schema that was asked for."""
        return sum(one.schema_failures for one in self.asked)


async def replay(
    decisions: Sequence[Decision], arms: Mapping[str, Generator], *, repeat: int = 1, at_once: int = 4, seed: int = 0
) -> list[ArmResult]:
    """Ask each right decision of each arm, `repeat` times, in random order with arms taking turns.

    Decisions that did not prove right are left out: nobody knows their answer.
    """
    results = {name: ArmResult(name) for name in arms}
    gate = asyncio.Semaphore(at_once)
    known = {decision.id: decision for decision in decisions if decision.label == "right"}

    async def one(decision: Decision, arm: str, number: int) -> None:
        async with gate:
            results[arm].asked.append(await ask(decision, arm, arms[arm], number))

    async with asyncio.TaskGroup() as group:
        for key, arm, number in turns(list(known), list(arms), repeat=repeat, seed=seed):
            group.create_task(one(known[key], arm, number))
    return list(results.values())


def turns(decisions: Sequence[Key], arms: Sequence[str], *, repeat: int, seed: int) -> list[tuple[Key, str, int]]:
    """Return in which order decisions are asked of arms: rounds from 0, random in each, with arms taking turns."""
    order = random.Random(seed)
    return [
        (decision, arm, number)
        for number in range(repeat)
        for decision in order.sample(decisions, len(decisions))
        for arm in order.sample(arms, len(arms))
    ]


async def ask(decision: Decision, arm: str, generator: Generator, number: int) -> Asked:
    """Ask one decision of one arm. A provider that gives no valid answer is an answer too: `unanswered`."""
    try:
        answer = await generator.generate(decision.request())
    except ProviderUnavailable as exc:
        attempts = tuple(one for one in exc.attempts if isinstance(one, Attempt))
        return Asked(decision=decision.id, arm=arm, round=number, verdict="unanswered", answer=None, attempts=attempts)
    return Asked(
        decision=decision.id, arm=arm, round=number, verdict=_verdict(decision.answer, answer.data), answer=answer.data,
        attempts=answer.attempts,
    )  # fmt: skip


def _verdict(right: Any, given: Any) -> Verdict:
    """Return how an answer compares with the one that proved right: by element, by verdict, or by value."""
    if isinstance(right, dict) and "elements" in right:
        if not given.get("elements"):
            return "refused"
        return "same" if _elements(right) == _elements(given) else "other"
    said = _said(given)
    if said in ({}, [], "", None):
        return "refused"
    return "same" if _said(right) == said else "other"


def _elements(answer: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    return [(one.get("elementId"), one.get("method"), one.get("arguments") or []) for one in answer["elements"]]


def _said(answer: Any) -> Any:
    """Return what counts of an answer: the verdict of a check without its reasons, of a value its text."""
    if isinstance(answer, dict):
        if "verdict" in answer:
            return answer["verdict"]
        return {key: _said(value) for key, value in sorted(answer.items())}
    if isinstance(answer, list):
        return [_said(one) for one in answer]
    return " ".join(answer.split()).casefold() if isinstance(answer, str) else answer
