"""What arms made of recorded decisions, by the statistics of experiments: the answer that proved right is a pass."""

from __future__ import annotations

from collections.abc import Sequence

from aiwebtest.lab import ArmResult, Asked
from aiwebtest.reporting.experiment import Experiment, Plan, Trial

__all__ = ["lab_plan", "lab_result"]


def lab_plan(arms: Sequence[str], decisions: int, repeat: int, *, cost_cap_usd: float | None = None) -> Plan:
    """Return the plan of asking so many decisions of arms."""
    return Plan(
        arms=tuple(arms), cases=decisions, rounds=repeat, cost_cap_usd=cost_cap_usd, does="answers rightly",
        doing="answering rightly", done="right", title="Decisions asked again",
    )  # fmt: skip


def lab_result(results: Sequence[ArmResult]) -> Experiment:
    """Return what the answers of the arms show."""
    asked = [one for result in results for one in result.asked]
    decisions, rounds = len({one.decision for one in asked}), len({one.round for one in asked})
    return Experiment(lab_plan([one.arm for one in results], decisions, max(1, rounds)), [_trial(one) for one in asked])


def _trial(one: Asked) -> Trial:
    return Trial(
        arm=one.arm, case=one.decision, round=one.round, passed=one.verdict == "same", outcome=one.verdict,
        duration_s=one.latency_s, model_s=one.latency_s, requests=len(one.attempts), tokens=one.tokens,
        cost_usd=one.cost_usd,
    )  # fmt: skip
