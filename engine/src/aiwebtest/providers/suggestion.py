"""Which provider should serve a test, by what was measured, or how much is still to be measured. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiwebtest.providers.routing import blamed, success_bound

__all__ = ["Served", "Suggestion", "suggest"]

_MOST_NEEDED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How an arm has served one test. Counts are of requests or trials; costs and times are means of one.

    `doubted` ones looked good, and their case failed later: who is blamed for them is told by those of the other arms.
    """

    arm: str
    good: float
    bad: float
    doubted: float = 0
    cost_usd: float | None = None  # None: not known
    latency_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Whom to ask, None while nobody is sure enough, and why."""

    arm: str | None
    told: str


def suggest(served: Sequence[Served], *, target: float = 0.9, sure: float = 0.9, now: str = "") -> Suggestion:
    """Return the cheapest arm that is surely good enough for a test; between equals, the faster one.

    Good enough: its true share of right answers is above `target` with a probability of `sure`, a uniform share assumed
    before. `now` is who is asked today; it is only changed for somebody cheaper, faster at the same price, or surer.
    """
    served = _weighed(served, sure)
    able = [one for one in served if success_bound(one.good, one.bad, 1 - sure) >= target]
    if not able:
        return Suggestion(arm=None, told=_short(served, target, sure))
    best = min(able, key=_dear)
    others = [one for one in served if one is not best]
    told = f"{best.arm} is the cheapest that surely is at least {target:.0%} right here: {_told(best)}"
    if others:
        told += "; " + "; ".join(f"{one.arm}: {_told(one)}" for one in others)
    if best.arm == now:
        return Suggestion(arm=best.arm, told=f"{told}. It is asked already.")
    return Suggestion(arm=best.arm, told=f"{told}.")


def _weighed(served: Sequence[Served], sure: float) -> list[Served]:
    wrong = blamed([(one.good, one.doubted) for one in served], sure=sure)
    return [
        replace(one, good=one.good + one.doubted - part, bad=one.bad + part)
        for one, part in zip(served, wrong, strict=True)
    ]


def _dear(one: Served) -> tuple[float, float, str]:
    """Return what puts the cheaper one first, between equals the faster one."""
    cost = float("inf") if one.cost_usd is None else round(one.cost_usd, 6)
    return cost, float("inf") if one.latency_s is None else one.latency_s, one.arm


def _told(one: Served) -> str:
    cost = "at a cost that is not known" if one.cost_usd is None else f"at ${one.cost_usd:.4f}"
    time = "" if one.latency_s is None else f" and {one.latency_s:.2f} s"
    return f"{one.good:.0f} of {one.good + one.bad:.0f} right, {cost}{time} each"


def _short(served: Sequence[Served], target: float, sure: float) -> str:
    """Say what is missing: how many more right answers in a row would make the likeliest arm sure."""
    if not served:
        return "Nobody was asked for this test yet."
    best = min(served, key=lambda one: (-(one.good + 1) / (one.good + one.bad + 2), *_dear(one)))
    needed = next(
        (more for more in range(1, _MOST_NEEDED) if success_bound(best.good + more, best.bad, 1 - sure) >= target), None
    )
    told = f"Nobody is surely {target:.0%} right here yet. {best.arm} is likeliest to be ({_told(best)})"
    return f"{told}: {needed} more right answers in a row would show it." if needed else f"{told}."
