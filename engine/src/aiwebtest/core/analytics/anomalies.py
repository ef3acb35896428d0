"""Anomalies: what costs, takes or fails more than it did, since when, in words. Statistics decide, not thresholds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aiwebtest.core.statistics import Change, changes

__all__ = ["Anomaly", "Course", "Courses", "Key", "Measure", "Subject", "anomalies"]

_MOST_PLACES = 40  # where a change is looked for, the newest runs first
_LENGTHS = (*range(8, 33), *range(40, 97, 8), *range(128, 385, 32))  # of one course, in runs

Subject = Literal["test", "model"]
Measure = Literal["cost", "duration", "failures", "latency"]
Key = tuple[Subject, str, Measure]
"""What a course is of: of a test or of a model, which one, and what of it."""


@dataclass
class Course:
    """Values of one measure in order of time, a run each: US dollars, seconds, or a share."""

    values: list[float] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)

    def add(self, at: datetime, value: float) -> None:
        """Take one run in."""
        self.values.append(value)
        self.at.append(at)

    def newest(self) -> Course:
        """Return the newest runs, one of some numbers of them: what chance does is worked out once for each number."""
        number = _LENGTHS[max(0, bisect_right(_LENGTHS, len(self.values)) - 1)]
        return Course(self.values[-number:], self.at[-number:])

    def told(self) -> tuple[Sequence[float], Sequence[int]]:
        """Return the values, and where a change is looked for."""
        return self.values, range(max(1, len(self.values) - _MOST_PLACES), len(self.values))


class Courses(dict[Key, Course]):
    """Courses by what they are of."""

    def put(self, key: Key, at: datetime, value: float | None) -> None:
        """Take in what one run came to; None is not known, and no point of the course."""
        if value is not None:
            self.setdefault(key, Course()).add(at, float(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A level that has changed: since when, from what to what, and how sure that is."""

    subject: Subject
    key: str
    measure: Measure
    since: datetime  # the first run of the new level
    change: Change

    @property
    def better(self) -> bool:
        """Tell whether less is what happened."""
        return self.change.after < self.change.before

    def told(self, name: str) -> str:
        """Return it in words: `What a run of “Checkout” costs has doubled since Tuesday, 24 November: ...`."""
        what = _SUBJECT[self.subject, self.measure].format(name=name)
        when = f"{self.since:%A}, {self.since.day} {self.since:%B}"
        one = self.change
        before, after = (_figure(self.measure, value) for value in (one.before, one.after))
        return (
            f"{what} has {_grown(one.ratio)} since {when}: {after}, {before} before "
            f"({one.values_after} runs since, {one.values_before} before; p = {one.p_value:.2g})."
        )


def anomalies(courses: Mapping[Key, Course]) -> list[Anomaly]:
    """Return the changes that are shown, the bad ones first, the surest of them first.

    All courses are looked at together; the chance that any of what is returned is a false alarm is 5 % at most.
    """
    courses = {key: course.newest() for key, course in courses.items()}
    shown = changes({key: course.told() for key, course in courses.items()})
    found = [
        Anomaly(subject=key[0], key=key[1], measure=key[2], since=courses[key].at[one.at], change=one)
        for key, one in shown.items()
    ]
    return sorted(found, key=lambda one: (one.better, one.change.p_value))


_SUBJECT: Mapping[tuple[Subject, Measure], str] = {
    ("test", "cost"): "What a run of “{name}” costs", ("test", "duration"): "The time that a run of “{name}” takes",
    ("test", "failures"): "The share of “{name}” that does not pass",
    ("model", "cost"): "What a request to {name} costs", ("model", "latency"): "The time that {name} takes to answer",
    ("model", "failures"): "The share of requests that {name} does not answer",
}  # fmt: skip


def _grown(ratio: float) -> str:
    for low, high, word in ((1.8, 2.25, "doubled"), (2.75, 3.3, "tripled"), (0.44, 0.56, "halved")):
        if low <= ratio <= high:
            return word
    if ratio == float("inf"):
        return "risen from nothing"
    if ratio == 0:
        return "fallen to nothing"
    return f"risen to {ratio:.1f} times what it was" if ratio > 1 else f"fallen to {ratio:.0%} of what it was"


def _figure(measure: Measure, value: float) -> str:
    if measure == "failures":
        return f"{value:.0%}"
    return f"${value:.4f}" if measure == "cost" else f"{value:.2f} s"
