"""What an experiment between providers has shown: figures with intervals, a verdict in words, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import combinations, permutations
from math import ceil
from typing import Any

from aiwebtest.core.statistics import (
    Evidence,
    Interval,
    Paired,
    detectable_difference,
    evidence_of,
    exact_mcnemar,
    mean_ratio,
    paired_difference,
    pairs_needed,
    power_of,
    ratio_of_means,
    wilson,
)
from aiwebtest.core.statistics.planning import POWER
from aiwebtest.reporting.words import clean, csv_cell, plural

__all__ = ["Contrast", "Experiment", "Outcomes", "Plan", "Trial"]

_WORTH_ASKING = (0.5, 0.3, 0.2, 0.1, 0.05)  # differences of pass rates that a plan tells the rounds for
_MANY, _TIMES_AS_MANY, _MOST = 300, 5, 5_000  # trials of an arm: more, and times those made, nobody runs to tell


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
    done: str = "passed"
    title: str = "Experiment"

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
        """Return the smallest lead in pass rates over all other arms that is likely to be shown; None when none is."""
        return detectable_difference(self.pairs, alpha=self.alpha_each, power=self.power_each)

    @property
    def bounds(self) -> str:
        """Return what the bounds of contrasts hold, in words."""
        together = f", all of them together {1 - self.alpha:.3g}" if len(self.arms) > 2 else ""
        held = f"Bounds between arms hold the truth with a chance of {1 - self.alpha_each:.3g}{together}, in one look."
        return f"{held} Verdicts on {self.doing} hold whenever one looks."

    def told(self) -> str:
        """Return the plan in words."""
        head = (
            f"{plural(self.cases, 'case')} on {plural(len(self.arms), 'arm')}, {plural(self.rounds, 'round')} at most"
        )
        shown, others = self.detectable, "every other" if len(self.arms) > 2 else "the other"
        if shown is None:
            return f"{head}. So few trials show no difference at all, however large: {self._smaller(1.0)}."
        return (
            f"{head}. If one arm {self.does} {round(100 * shown)} percentage points more often than {others}, that is "
            f"likely to be shown (four times in five). Less may stay open: {self._smaller(shown)}."
        )

    @property
    def power_each(self) -> float:
        """Return how likely a lead over one arm must be shown, so that leads over all are, four times in five."""
        return 1 - 0.2 / (len(self.arms) - 1)

    def rounds_for(self, difference: float) -> int | None:
        """Return how many rounds are likely to show a lead over all other arms; None when no sensible number does."""
        needed = pairs_needed(difference, alpha=self.alpha_each, power=self.power_each)
        return None if needed is None else ceil(needed / self.cases)

    def _smaller(self, below: float) -> str:
        """Return the rounds that smaller differences need."""
        smaller = [one for one in _WORTH_ASKING if one < below - 0.02][:2] or [below / 2]
        told = [f"{round(100 * one)} points need {plural(rounds, 'round')}"
                for one in smaller if (rounds := self.rounds_for(one))]  # fmt: skip
        return " and ".join(told) or "smaller differences need more trials than anybody makes"


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
    time: Interval | None  # how many times the base's time with the model, geometric mean; None: too few trials
    cost: Interval | None  # what the arm costs of the base; None: too few trials, or a price is not known
    # Both on the trials that went well on both: who gives up at once is neither faster nor cheaper.
    cost_so_far: float | None  # the same without bounds; None when a price is not known or nothing was paid
    pairs: int
    cases: int
    early: bool = False  # fewer than planned
    does: str = "passes"
    doing: str = "passing"

    def told(self) -> str:
        """Return the verdict in words: better, worse, or no difference shown yet; then time and cost."""
        word = {"first": f"{self.does} more often than", "second": f"{self.does} less often than", "open": "against"}
        told = f"{self.arm} {word[self.evidence.verdict]} {self.base}: "
        if self.evidence.verdict == "open":
            pairs = self.evidence.pairs
            alone = f"{self.arm} alone {pairs.first_only}, {self.base} alone {pairs.second_only} of {self.pairs} times"
            told = f"{self.arm} {word['open']} {self.base}: no difference in {self.doing} shown yet ({alone})"
        else:
            told += f"{self._points()} ({self.evidence.factor:,.0f} to 1)"
        return f"{told}; {self._time()}; {self._cost()}."

    def unsure(self) -> list[str]:
        """Return what the trials could not tell about this contrast."""
        found = []
        if not self.evidence.decided:
            found.append(
                f"Whether {self.arm} {self.does} more or less often than {self.base}: they differed on "
                f"{self.evidence.pairs.differing} of {plural(self.pairs, 'trial')}."
            )
            if self.p_value is not None and self.difference is not None and 0 not in self.difference:
                found[-1] += f" It looks like it (p = {self.p_value:.2g} in one look)."
            if self.difference is not None:
                found[-1] += f" By the bounds they are at most {self._most('percentage point')} apart."
            found[-1] += self._more_rounds()
        elif self.early and self.difference is not None:
            found.append(
                f"How far {self.arm} and {self.base} are apart in {self.doing}, exactly: a verdict before the planned "
                "end comes the sooner, the larger the difference happens to look."
            )
        lacks = {self.doing: self.difference, "time": self.time, "cost": self.cost or self.cost_so_far is None}
        if what := " and ".join(name for name, known in lacks.items() if not known):
            found.append(f"How much {self.arm} and {self.base} differ in {what}: too few trials for bounds.")
        return found

    def _most(self, noun: str) -> str:
        """Return how many points the arms are apart at most, by the bounds of their difference."""
        assert self.difference is not None
        return plural(ceil(100 * max(abs(self.difference.low), abs(self.difference.high))), noun)

    def _more_rounds(self) -> str:
        """Return how many rounds are likely to show the difference that was seen, as far as anybody runs so many."""
        seen = self.evidence.pairs
        apart, against = abs(seen.first_only - seen.second_only), min(seen.first_only, seen.second_only)
        if not apart:
            return ""
        share, most = apart / seen.total, max(_MANY, min(_TIMES_AS_MANY * self.pairs, _MOST), self.pairs)
        how = {"alpha": self.evidence.alpha, "against": against / seen.total}
        needed = pairs_needed(share, **how) if power_of(most, share, **how) >= POWER else None
        if needed is None:
            told = f" If they are only the {100 * share:.2g} points apart that it looks like, it takes more than "
            told += f"{most:,} trials of each to tell"
            if self.difference is not None:
                told += f"; if {self._most('point')} more or less are nothing to you, take them for equal in this"
            return f"{told}."
        rounds = plural(ceil(max(needed, self.pairs + 1) / self.cases), "round")
        return f" If they are as far apart as it looks, {rounds} in all would tell."

    def _points(self) -> str:
        if self.difference is None:
            pairs = self.evidence.pairs
            return f"{(pairs.first_only - pairs.second_only) / pairs.total:+.0%} of the trials, too few for bounds"
        bounds = f"between {self.difference.low:+.0%} and {self.difference.high:+.0%}"
        return f"{self.difference.estimate:+.0%} of the trials, {bounds}"

    def _time(self) -> str:
        if self.time is None:
            return "too few trials went well on both to compare times"
        if 1 in self.time:
            return f"no difference in speed shown ({_times(self.time)} as long)"
        return f"{'faster' if self.time.estimate < 1 else 'slower'}: {_times(self.time)} as long"

    def _cost(self) -> str:
        if self.cost is None:
            if self.cost_so_far is None:
                return "cost cannot be compared"
            return f"{self.cost_so_far:.2f} times the cost so far, where both did well, too few trials for bounds"
        if 1 in self.cost:
            return f"no difference in cost shown ({_times(self.cost)} the cost)"
        return f"{_times(self.cost)} the cost"


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
        return [self._contrast(arm, self.plan.arms[0]) for arm in self.plan.arms[1:]]

    def winner(self) -> str | None:
        """Return the arm that was shown to pass more often than every other, None when none was."""
        for arm in self.plan.arms if len(self.plan.arms) > 1 else ():
            others = [other for other in self.plan.arms if other != arm]
            if all(self._evidence(arm, other).verdict == "first" for other in others):
                return arm
        return None

    def open_questions(self) -> list[str]:
        """Return what the trials could not tell."""
        if not self.trials:
            return []
        found = [question for one in self.contrasts() for question in one.unsure()]
        others = (self._contrast(arm, base) for base, arm in combinations(self.plan.arms[1:], 2))
        found += [question for one in others for question in one.unsure()[:1] if not one.evidence.decided]
        found += [
            f"What {one.arm} costs: the price of {plural(one.unpriced, 'trial')} is not known."
            for one in self.outcomes()
            if one.unpriced
        ]
        unpriced, cap = sum(trial.cost_usd is None for trial in self.trials), self.plan.cost_cap_usd
        if unpriced and cap is not None:
            found.append(f"Whether the cost cap of ${cap:g} was kept: only known costs count towards it.")
        if not any(trial.requests for trial in self.trials):
            found.append("Anything about models: rules decided every step, and no provider was asked.")
        return found

    def summary(self) -> str:
        """Return the result in one sentence."""
        if (best := self.winner()) is not None:
            return f"{best} {self.plan.does} more often than every other arm."
        if len(self.plan.arms) == 1:
            [only] = self.outcomes()
            return f"{only.arm}: {sum(trial.passed for trial in self.trials)} of {only.trials} {self.plan.done}."
        behind: dict[str, list[str]] = {}
        for arm, other in permutations(self.plan.arms, 2):
            if self._evidence(arm, other).verdict == "first":
                behind.setdefault(arm, []).append(other)
        if not behind:
            return f"No difference in {self.plan.doing} is shown yet."
        told = "; ".join(
            f"{arm} {self.plan.does} more often than {' and '.join(worse)}" for arm, worse in behind.items()
        )
        return f"{told}. That any arm {self.plan.does} more often than every other is not shown yet."

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
        lines.writerows([csv_cell(getattr(trial, name)) for name in names] for trial in self.trials)
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
        head = f"| arm | trials | {self.plan.done} (95 %) | median case | model's time | tokens | cost |"
        lines = [f"## {_cell(self.plan.title)}", "", self.summary(), "", head, "|---|---:|---:|---:|---:|---:|---:|"]
        lines += ["| " + " | ".join(map(_cell, cells(one))) + " |" for one in self.outcomes()]
        if contrasts := self.contrasts():  # one arm alone is held against nobody
            lines += ["", *(f"* {_cell(one.told())}" for one in contrasts), "", self.plan.bounds]
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

    def _contrast(self, arm: str, base: str) -> Contrast:
        pairs = self._pairs(arm, base)
        evidence, level = self._evidence(arm, base), 1 - self.plan.alpha_each
        by_case: dict[str, list[tuple[Trial, Trial]]] = {}
        for one, other in pairs:
            by_case.setdefault(one.case, []).append((one, other))
        cases = by_case.values()
        good = [[(a, b) for a, b in group if a.passed and b.passed] for group in cases]
        priced = [[(a.cost_usd, b.cost_usd) for a, b in group if a.cost_usd is not None and b.cost_usd is not None]
                  for group in good]  # fmt: skip
        paid, owed = (sum(pair[side] for group in priced for pair in group) for side in (0, 1))
        known = sum(map(len, priced)) == sum(map(len, good)) and owed > 0
        return Contrast(
            arm=arm, base=base, evidence=evidence, difference=paired_difference(evidence.pairs, level=level),
            p_value=exact_mcnemar(evidence.pairs) if len(pairs) >= self.plan.pairs else None,
            time=mean_ratio([[(a.model_s, b.model_s) for a, b in group] for group in good], level=level),
            cost=ratio_of_means(priced, level=level) if known else None, cost_so_far=paid / owed if known else None,
            pairs=len(pairs), cases=self.plan.cases, early=len(pairs) < self.plan.pairs, does=self.plan.does,
            doing=self.plan.doing,
        )  # fmt: skip


def cells(one: Outcomes) -> tuple[str, ...]:
    """Return an arm's figures as a table shows them."""
    rate = "" if one.rate is None else f"{one.rate.estimate:.0%} ({one.rate.low:.0%} to {one.rate.high:.0%})"
    cost = f"${one.known_cost_usd:.4f}" + (f" + unknown for {one.unpriced}" if one.unpriced else "")
    return one.arm, str(one.trials), rate, _seconds(one.median_s), _seconds(one.model_s), f"{one.tokens:,}", cost


def _times(interval: Interval) -> str:
    low, high = f"{interval.low:.2f}", f"{interval.high:.2f}"
    return f"{low} times" if low == high else f"{low} to {high} times"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"


def _median(values: Sequence[float]) -> float | None:
    from statistics import median

    return median(values) if values else None


def _cell(text: str) -> str:
    return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())


def _plain(value: Any) -> Any:
    """Return a value of ours as JSON has it."""
    import msgspec

    plain: Mapping[str, Any] = msgspec.to_builtins(value)
    return dict(plain)
