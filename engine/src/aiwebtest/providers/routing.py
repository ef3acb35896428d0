"""Routing: which of the configured providers is asked first for a step, fixed, by price, by speed, or as learned.

Learned routing asks the cheapest arm whose success at this kind of step is above the target for sure enough. What was
seen fades: quality over a week, and beside it a bad day over minutes, so that traffic leaves a failing provider and
comes back by itself. A small share of the requests tries cheaper arms that may still turn out good enough; every choice
says why it was made. Pure: the caller passes the time and the random source.

An answer may look right and prove wrong: the wrong element was clicked, and a later check fails. Such answers are in
doubt, for the application may as well be at fault. It is so for all arms alike; an arm is blamed for what is in doubt
of its answers more often, for sure enough, than of the answers of the arm with the fewest.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from aiwebtest.core.generation import PURPOSES

__all__ = ["Choice", "Routing", "RoutingPolicy", "Seen", "Standing", "blamed", "success_bound"]

RoutingMode = Literal["fixed", "cheapest", "fastest", "learned"]
_REMEMBERED = 0.5  # of a request: one that has faded further is forgotten
Label = Literal["right", "wrong", "open"]
_COUNTED: Mapping[Label, tuple[str, ...]] = {"right": ("good",), "wrong": ("bad",), "open": ("doubted", "good")}
"""Where an answer of that worth stands in what was seen; open ones are in doubt only where their case failed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPolicy:
    """How to choose. Shares and probabilities are between 0 and 1."""

    mode: RoutingMode = "fixed"
    target: float = 0.9  # success that an arm must have
    sure: float = 0.9  # how sure of it one must be
    explore: float = 0.1  # at most this share of requests tries an arm that is not the choice
    memory_s: float = 7 * 86_400  # quality seen so long ago counts half
    mood_s: float = 180  # the same of a bad day


@dataclass(slots=True, kw_only=True)
class Seen:
    """What was seen of an arm at one kind of step. Counts fade and are therefore no whole numbers."""

    good: float = 0.0
    bad: float = 0.0
    doubted: float = 0.0  # looked good, and the case failed later, before a check passed
    recent_good: float = 0.0
    recent_bad: float = 0.0
    cost_usd: float = 0.0  # summed over `priced`
    priced: float = 0.0
    latency_s: float = 0.0  # summed over `timed`
    timed: float = 0.0
    at_s: float = 0.0

    def fade(self, now_s: float, policy: RoutingPolicy) -> None:
        """Let what was seen count less, as much time as has passed."""
        passed = max(0.0, now_s - self.at_s) if self.at_s else 0.0
        long, short = 0.5 ** (passed / policy.memory_s), 0.5 ** (passed / policy.mood_s)
        for name in ("good", "bad", "doubted", "cost_usd", "priced", "latency_s", "timed"):
            setattr(self, name, getattr(self, name) * long)
        self.recent_good *= short
        self.recent_bad *= short
        self.at_s = max(self.at_s, now_s)

    @property
    def mean_cost_usd(self) -> float | None:
        """Return what a request cost on average, None when nobody knows."""
        return self.cost_usd / self.priced if self.priced > 0 else None

    @property
    def mean_latency_s(self) -> float | None:
        """Return how long a request took on average, None before the first."""
        return self.latency_s / self.timed if self.timed > 0 else None

    @property
    def rate(self) -> float:
        """Return the likeliest success, one good and one bad assumed before the first request."""
        return (self.good + 1) / (self.good + self.bad + 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of an arm: its true success lies above `low`, and below `high`, each as sure as the policy asks."""

    arm: str
    seen: Seen
    low: float
    high: float
    resting: bool  # it failed just now


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whom to ask, in order, and why the first one."""

    order: tuple[str, ...]
    why: str
    tried: bool = False  # the first one is asked to learn about it


@dataclass(slots=True)
class Routing:
    """Remembers what was seen of each arm and chooses. `prices` are expected costs of a request before any was made."""

    policy: RoutingPolicy
    prices: dict[str, float] = field(default_factory=dict)
    seen: dict[str, dict[str, Seen]] = field(default_factory=dict)  # kind of step -> arm -> what was seen

    def choose(self, kind: str, arms: Sequence[str], *, now_s: float, chance: random.Random) -> Choice:
        """Return the order in which to ask `arms`, which stand in the configured order."""
        if not arms:
            raise ValueError("there is no arm to choose from")
        if self.policy.mode == "fixed" or len(arms) == 1:
            return Choice(order=tuple(arms), why="as configured")
        known = {arm: self._faded(kind, arm, now_s) for arm in arms}
        if self.policy.mode == "cheapest":
            return _ordered(arms, key=lambda arm: self._cost(arm, known[arm]), why="the cheapest")
        if self.policy.mode == "fastest":
            return _ordered(arms, key=lambda arm: _expected_s(known[arm]), why="the fastest, as far as seen")
        return self._learned(kind, list(arms), known, chance)

    def learn(
        self, kind: str, arm: str, *, good: bool, now_s: float, cost_usd: float | None = None,
        latency_s: float | None = None,
    ) -> None:  # fmt: skip
        """Take in how a request turned out: `good` when the step that it served was placed or judged rightly."""
        seen = self._faded(kind, arm, now_s)
        if good:
            seen.good += 1
            seen.recent_good += 1
        else:
            seen.bad += 1
            seen.recent_bad += 1
        if cost_usd is not None:
            seen.cost_usd += cost_usd
            seen.priced += 1
        if latency_s is not None and (good or latency_s > (seen.mean_latency_s or float("inf"))):
            seen.latency_s += latency_s  # a failure makes nobody faster
            seen.timed += 1

    def doubt(self, kind: str, arm: str, *, now_s: float) -> None:
        """Take in that an answer which was learned as good is in doubt: its case failed later."""
        seen = self._faded(kind, arm, now_s)
        moved = min(1.0, seen.good)
        seen.good -= moved
        seen.doubted += moved

    def relabel(self, kind: str, arm: str, *, before: Label, after: Label, at_s: float, now_s: float) -> float:
        """Take in what a person says that one answer was worth, which counted as `before` until now.

        It was given at `at_s`, and counts as much less today as what was seen then. Returns how much has moved: 0 where
        nothing of it is remembered.
        """
        seen, left = self._faded(kind, arm, now_s), 0.5 ** (max(0.0, now_s - at_s) / self.policy.memory_s)
        into, moved = _COUNTED[after][0], 0.0
        for name in _COUNTED[before]:
            part = min(left - moved, getattr(seen, name))
            setattr(seen, name, getattr(seen, name) - part)
            moved += part
        setattr(seen, into, getattr(seen, into) + moved)
        return moved

    def standings(self, kind: str, *, now_s: float) -> list[Standing]:
        """Return what is known now of each arm at one kind of step, doubts weighed, and what that means for it."""
        known = self._weighed({arm: self._faded(kind, arm, now_s) for arm in self.seen.get(kind, {})})
        return [
            Standing(
                arm=arm, seen=seen, low=_bound(seen, 1 - self.policy.sure), high=_bound(seen, self.policy.sure),
                resting=self._bad_day(seen),
            )
            for arm, seen in known.items()
        ]  # fmt: skip

    def as_json(self) -> dict[str, dict[str, dict[str, float]]]:
        """Return what was seen, for a file."""
        return {kind: {arm: asdict(seen) for arm, seen in arms.items()} for kind, arms in self.seen.items()}

    def load(self, stored: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Take what `as_json` returned; what cannot be understood is left out."""
        names = {one.name for one in fields(Seen)}
        self.seen = {
            kind: {arm: Seen(**{k: float(v) for k, v in seen.items() if k in names}) for arm, seen in arms.items()}
            for kind, arms in stored.items()
        }

    def _faded(self, kind: str, arm: str, now_s: float) -> Seen:
        seen = self.seen.setdefault(kind, {}).setdefault(arm, Seen())
        seen.fade(now_s, self.policy)
        return seen

    def _weighed(self, known: Mapping[str, Seen]) -> dict[str, Seen]:
        """Return what was seen with doubted answers taken for bad as far as the arm is blamed, for good otherwise."""
        blame = blamed([(one.good, one.doubted) for one in known.values()], sure=self.policy.sure)
        return {
            arm: replace(seen, good=seen.good + seen.doubted - wrong, bad=seen.bad + wrong)
            for (arm, seen), wrong in zip(known.items(), blame, strict=True)
        }

    def _learned(self, kind: str, arms: list[str], raw: Mapping[str, Seen], chance: random.Random) -> Choice:
        policy, known, doing = self.policy, self._weighed(raw), PURPOSES.get(kind, kind)
        well = [arm for arm in arms if not self._bad_day(known[arm])] or arms
        sure = [arm for arm in well if _bound(known[arm], 1 - policy.sure) >= policy.target]
        if sure:
            best = min(sure, key=lambda arm: (self._cost(arm, known[arm]), arms.index(arm)))
            why = f"the cheapest that is at least {policy.target:.0%} right at {doing}, {policy.sure:.0%} sure"
        else:
            best = max(well, key=lambda arm: (round(known[arm].rate, 3), -arms.index(arm)))
            why = f"none is surely {policy.target:.0%} right at {doing} yet; this one is likeliest to be"
        if resting := [arm for arm in arms if arm not in well]:
            why += f"; {', '.join(resting)} failed just now and rests"
        worth = [
            arm for arm in well
            if arm != best and (self._may_be_better(arm, best, known, sure=bool(sure))
                                or self._may_doubt_less(raw[arm], raw[best]))
        ]  # fmt: skip
        if worth and chance.random() < policy.explore:
            tried = min(worth, key=lambda arm: known[arm].good + known[arm].bad)
            return _first(tried, arms, f"tried, to learn whether it will do ({best} is {why})", tried=True)
        return _first(best, arms, why)

    def _may_be_better(self, arm: str, best: str, known: Mapping[str, Seen], *, sure: bool) -> bool:
        """Tell whether an arm that is not the choice could turn out to be a better one."""
        if _bound(known[arm], self.policy.sure) < self.policy.target:
            return False
        return not sure or self._cost(arm, known[arm]) < self._cost(best, known[best])

    def _may_doubt_less(self, arm: Seen, best: Seen) -> bool:
        """Tell whether trying an arm may show that what is in doubt of the best one is no fault of the application.

        Without anybody to be compared with, an arm is not blamed for doubts at all, however many there are.
        """
        share = best.doubted / (best.doubted + best.good) if best.doubted else 0.0
        return success_bound(arm.doubted, arm.good, 1 - self.policy.sure) < share - (1 - self.policy.target)

    def _bad_day(self, seen: Seen) -> bool:
        recent = Seen(good=seen.recent_good, bad=seen.recent_bad)
        return _bound(recent, 0.99) < self.policy.target

    def _cost(self, arm: str, seen: Seen) -> float:
        """Return what a request is expected to cost; what nobody knows counts as dearer than anything."""
        if (mean := seen.mean_cost_usd) is not None:
            return mean
        return self.prices.get(arm, float("inf"))


def blamed(counts: Sequence[tuple[float, float]], *, sure: float) -> list[float]:
    """Return how many of the doubted answers of each arm are taken for wrong; `counts` are good and doubted ones.

    Up to the share of the arm with the fewest, as high as that may be for sure enough, the application is at fault.
    """
    usual = min((success_bound(doubted, good, sure) for good, doubted in counts), default=1.0)
    return [max(0.0, doubted - usual * (doubted + good)) for good, doubted in counts]


def success_bound(good: float, bad: float, share: float) -> float:
    """Return the success below which the true one lies with probability `share`, a uniform one assumed before."""
    from scipy.special import betaincinv

    return float(betaincinv(good + 1, bad + 1, share))


def _bound(seen: Seen, share: float) -> float:
    return success_bound(seen.good, seen.bad, share)


def _expected_s(seen: Seen) -> float:
    """Return how long a request is expected to take: nothing before the first, for ever where none ever served."""
    if (mean := seen.mean_latency_s) is not None:
        return mean
    return float("inf") if seen.bad >= _REMEMBERED else 0.0


def _ordered(arms: Sequence[str], *, key: Any, why: str) -> Choice:
    return Choice(order=tuple(sorted(arms, key=key)), why=why)


def _first(arm: str, arms: Sequence[str], why: str, *, tried: bool = False) -> Choice:
    return Choice(order=(arm, *(other for other in arms if other != arm)), why=why, tried=tried)
