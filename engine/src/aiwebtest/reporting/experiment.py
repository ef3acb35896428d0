"""What an experiment between providers has shown: figures with intervals, a verdict in words, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import combinations
from typing import Any

from aiwebtest.core.statistics import (
    Evidence,
    Interval,
    Paired,
    detectable_difference,
    difference_of_medians,
    evidence_of,
    exact_mcnemar,
    paired_difference,
    ratio_of_means,
    wilson,
)
from aiwebtest.reporting.words import clean, plural

__all__ = ["Contrast", "Experiment", "Outcomes", "Plan", "Trial"]

DISAGREEMENT = 0.2  # share of tests on which arms differ, assumed for planning: nobody knows it before


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One case run once on one arm. `cost_usd` None: a request's cost is not known."""

    arm: str
    case: str
    round: int
    passed: bool
    outcome: str
    duration_s: float
    model_s: float  # spent waiting for the model
    requests: int
    tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known before the first trial: how many pairs at most, and which difference they can show."""

    arms: tuple[str, ...]
    cases: int
    rounds: int
    alpha: float = 0.05
    cost_cap_usd: float | None = None
    does: str = "passes"  # what a good trial is called, of an arm
    doing: str = "passing"

    @property
    def pairs(self) -> int:
        """Return how many pairs of trials an arm and the first one come to at most."""
        return self.cases * self.rounds

    @property
    def alpha_each(self) -> float:
        """Return the error allowed to each pair of arms, so that all of them together keep `alpha` (Bonferroni)."""
        return self.alpha / (len(self.arms) * (len(self.arms) - 1) / 2)

    @property
    def detectable(self) -> float | None:
        """Return the smallest difference of pass rates that is likely to be shown; None when hardly any is."""
        return detectable_difference(self.pairs, disagreement=DISAGREEMENT, alpha=self.alpha_each)

    def told(self) -> str:
        """Return the plan in words."""
        head = (
            f"{plural(self.cases, 'case')} on {plural(len(self.arms), 'arm')}, {plural(self.rounds, 'round')} at most"
        )
        if (shown := self.detectable) is None:
            return f"{head}. So few trials can hardly show any difference of pass rates: more rounds or cases would."
        return (
            f"{head}. A difference of {shown:.0%} in pass rates is likely to be shown (four times in five, if the arms "
            f"differ on {DISAGREEMENT:.0%} of the trials); smaller ones may stay open."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """One arm's own figures."""

    arm: str
    trials: int
    rate: Interval | None
    median_s: float | None
    model_s: float | None
    tokens: int
    cost_usd: float | None  # None when a part of it is unknown
    known_cost_usd: float
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """An arm against the first one, on the trials that both made."""

    arm: str
    base: str
    evidence: Evidence
    difference: Interval | None  # of pass rates, arm minus base
    p_value: float | None  # McNemar's exact test; None before the plan's end, where a look at it would mislead
    time_s: Interval | None  # median of the model's time, arm minus base
    cost: Interval | None  # what the arm costs of the base
    pairs: int
    does: str = "passes"
    doing: str = "passing"

    def told(self) -> str:
        """Return the verdict in words: better, worse, or no difference shown yet; then time and cost."""
        word = {"first": f"{self.does} more often than", "second": f"{self.does} less often than", "open": "against"}
        told = f"{self.arm} {word[self.evidence.verdict]} {self.base}: "
        if self.evidence.verdict == "open":
            told = f"{self.arm} {word['open']} {self.base}: no difference in {self.doing} shown yet"
        else:
            told += f"{_points(self.difference)} ({self.evidence.factor:,.0f} to 1)"
        if self.evidence.verdict == "open" and self.difference is not None:
            told += f" (between {self.difference.low:+.0%} and {self.difference.high:+.0%})"
        return f"{told}; {self._time()}; {self._cost()}."

    def _time(self) -> str:
        if self.time_s is None:
            return "too few trials to compare times"
        if 0 in self.time_s:
            return f"no difference in speed shown ({self.time_s.low:+.2f} to {self.time_s.high:+.2f} s a case)"
        word = "faster" if self.time_s.estimate < 0 else "slower"
        near, far = sorted((abs(self.time_s.low), abs(self.time_s.high)))
        return f"{word} by {near:.2f} to {far:.2f} s a case"

    def _cost(self) -> str:
        if self.cost is None:
            return "cost cannot be compared"
        if 1 in self.cost:
            return f"no difference in cost shown ({self.cost.low:.2f} to {self.cost.high:.2f} times)"
        return f"{self.cost.low:.2f} to {self.cost.high:.2f} times the cost"


@dataclass
class Experiment:
    """Takes trials in and tells what they show. The first arm is the one that the others are held against."""

    plan: Plan
    trials: list[Trial] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Take in one trial."""
        self.trials.append(trial)

    @property
    def spent_usd(self) -> float:
        """Return what is known to have been spent."""
        return sum(trial.cost_usd or 0.0 for trial in self.trials)

    @property
    def over(self) -> str:
        """Return why the experiment may end now, "" while it may not."""
        cap = self.plan.cost_cap_usd
        if cap is not None and self.spent_usd >= cap:
            return f"the cost cap of ${cap:g} is reached"
        if self.winner() is not None:
            return f"one arm {self.plan.does} more often than every other"
        if all(self._evidence(one, other).decided for one, other in combinations(self.plan.arms, 2)):
            return f"each difference in {self.plan.doing} is shown"
        return ""

    def outcomes(self) -> list[Outcomes]:
        """Return each arm's figures."""
        return [self._of(arm) for arm in self.plan.arms]

    def contrasts(self) -> list[Contrast]:
        """Return each arm against the first."""
        return [self._contrast(arm) for arm in self.plan.arms[1:]]

    def winner(self) -> str | None:
        """Return the arm that was shown to pass more often than every other, None when none was."""
        for arm in self.plan.arms if len(self.plan.arms) > 1 else ():
            others = [other for other in self.plan.arms if other != arm]
            if all(self._evidence(arm, other).verdict == "first" for other in others):
                return arm
        return None

    def open_questions(self) -> list[str]:
        """Return what the trials could not tell."""
        found = [
            f"Whether {one.arm} {self.plan.does} more or less often than {one.base}: they differed on "
            f"{one.evidence.pairs.differing} of {plural(one.pairs, 'trial')}."
            for one in self.contrasts()
            if not one.evidence.decided
        ]
        found += [
            f"What {one.arm} costs: the price of {plural(one.unpriced, 'trial')} is not known."
            for one in self.outcomes()
            if one.unpriced
        ]
        if self.trials and not any(trial.requests for trial in self.trials):
            found.append("Anything about models: rules decided every step, and no provider was asked.")
        return found

    def summary(self) -> str:
        """Return the result in one sentence."""
        if (best := self.winner()) is not None:
            return f"{best} {self.plan.does} more often than every other arm."
        ahead = [one for one in self.contrasts() if one.evidence.decided]
        if ahead:
            return f"Some differences are shown; no arm {self.plan.does} more often than every other."
        return f"No difference in {self.plan.doing} is shown yet."

    def course(self) -> dict[str, list[float]]:
        """Return, for each arm but the first, how the evidence grew: its factor after each pair of trials."""
        base = self.plan.arms[0]
        grown: dict[str, list[float]] = {}
        for arm in self.plan.arms[1:]:
            better, worse, factors = 0, 0, []
            for one, other in self._pairs(arm, base):
                better += one.passed and not other.passed
                worse += other.passed and not one.passed
                pairs = Paired(first_only=better, second_only=worse)
                factors.append(evidence_of(pairs, alpha=self.plan.alpha_each).factor)
            grown[arm] = factors
        return grown

    def csv(self) -> str:
        """Return each trial as a line of comma-separated values; an empty cost is not known."""
        import csv
        import io

        text = io.StringIO()
        names = [field.name for field in fields(Trial)]
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(names)
        lines.writerows([_csv(getattr(trial, name)) for name in names] for trial in self.trials)
        return text.getvalue()

    def as_json(self) -> dict[str, Any]:
        """Return everything: figures, contrasts and each trial. Seconds and US dollars."""
        return {
            "version": 1,
            "plan": {
                "arms": list(self.plan.arms), "cases": self.plan.cases, "rounds": self.plan.rounds,
                "alpha": self.plan.alpha, "cost_cap_usd": self.plan.cost_cap_usd, "detectable": self.plan.detectable,
            },
            "summary": self.summary(), "winner": self.winner(), "remarks": self.remarks,
            "open_questions": self.open_questions(),
            "arms": [_plain(one) for one in self.outcomes()],
            "contrasts": [_plain(one) | {"told": one.told()} for one in self.contrasts()],
            "trials": [_plain(one) for one in self.trials],
        }  # fmt: skip

    def markdown(self) -> str:
        """Return the result as a page: summary, figures, contrasts, and what stays open."""
        head = "| arm | trials | passed (95 %) | median case | model's time | tokens | cost |"
        lines = ["## Experiment", "", self.summary(), "", head, "|---|---:|---:|---:|---:|---:|---:|"]
        lines += ["| " + " | ".join(map(_cell, cells(one))) + " |" for one in self.outcomes()]
        lines += ["", *(f"* {_cell(one.told())}" for one in self.contrasts())]
        if questions := self.open_questions():
            lines += ["", "### What it could not tell", "", *(f"* {_cell(one)}" for one in questions)]
        lines += ["", *(f"* {_cell(remark)}" for remark in self.remarks)]
        return "\n".join(lines).rstrip() + "\n"

    def _of(self, arm: str) -> Outcomes:
        mine = [trial for trial in self.trials if trial.arm == arm]
        unpriced = sum(trial.cost_usd is None for trial in mine)
        known = sum(trial.cost_usd or 0.0 for trial in mine)
        return Outcomes(
            arm=arm, trials=len(mine), rate=wilson(sum(t.passed for t in mine), len(mine)),
            median_s=_median([t.duration_s for t in mine]), model_s=_median([t.model_s for t in mine]),
            tokens=sum(t.tokens for t in mine), cost_usd=None if unpriced else known, known_cost_usd=known,
            unpriced=unpriced,
        )  # fmt: skip

    def _pairs(self, arm: str, base: str) -> list[tuple[Trial, Trial]]:
        by_key = {(trial.arm, trial.case, trial.round): trial for trial in self.trials}
        mine = [trial for trial in self.trials if trial.arm == arm]
        return [(one, other) for one in mine if (other := by_key.get((base, one.case, one.round))) is not None]

    def _evidence(self, arm: str, base: str) -> Evidence:
        pairs = Paired.of((one.passed, other.passed) for one, other in self._pairs(arm, base))
        return evidence_of(pairs, alpha=self.plan.alpha_each)

    def _contrast(self, arm: str) -> Contrast:
        base = self.plan.arms[0]
        pairs = self._pairs(arm, base)
        evidence, level = self._evidence(arm, base), 1 - self.plan.alpha_each
        priced = [(one.cost_usd, two.cost_usd) for one, two in pairs]
        known = [(a, b) for a, b in priced if a is not None and b is not None]
        cost = None
        if known and len(known) == len(priced):
            cost = ratio_of_means([a for a, _ in known], [b for _, b in known], level=level)
        return Contrast(
            arm=arm, base=base, evidence=evidence, difference=paired_difference(evidence.pairs, level=level),
            p_value=exact_mcnemar(evidence.pairs) if len(pairs) >= self.plan.pairs else None,
            time_s=difference_of_medians([o.model_s for o, _ in pairs], [t.model_s for _, t in pairs], level=level),
            cost=cost, pairs=len(pairs), does=self.plan.does, doing=self.plan.doing,
        )  # fmt: skip


def cells(one: Outcomes) -> tuple[str, ...]:
    """Return an arm's figures as a table shows them."""
    rate = "" if one.rate is None else f"{one.rate.estimate:.0%} ({one.rate.low:.0%} to {one.rate.high:.0%})"
    cost = f"${one.known_cost_usd:.4f}" + (f" + unknown for {one.unpriced}" if one.unpriced else "")
    return one.arm, str(one.trials), rate, _seconds(one.median_s), _seconds(one.model_s), f"{one.tokens:,}", cost


def _points(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f"{interval.estimate:+.0%} of the trials, between {interval.low:+.0%} and {interval.high:+.0%}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"


def _median(values: Sequence[float]) -> float | None:
    from statistics import median

    return median(values) if values else None


def _csv(value: object) -> object:
    """Return a value as a cell; text that a spreadsheet would take for a formula is quoted."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def _cell(text: str) -> str:
    return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())


def _plain(value: Any) -> Any:
    """Return a value of ours as JSON has it."""
    import msgspec

    plain: Mapping[str, Any] = msgspec.to_builtins(value)
    return dict(plain)
