"""The same cases on several providers, side by side: speed, tokens, money, outcome and agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import combinations
from statistics import median
from typing import Any

from aiwebtest.core.events import Attempt, CaseFinished, Event, StepFinished
from aiwebtest.core.verdict import Outcome
from aiwebtest.providers.metering import Totals, totals
from aiwebtest.reporting.words import clean, duration

__all__ = ["COLUMNS", "FORMULA", "PLACE", "Comparison", "Heard", "Row", "filled"]

FORMULA = (
    "A step's result is its outcome, the element acted on and the value read. Compared are the steps that a provider "
    "was asked about. Agreement with others is the share of pairs of equal results, over all other providers, of steps "
    "that both reached in the same round; agreement with itself is the share of pairs of equal results of two rounds. "
    "Tokens and money count every request, rejected answers included; times are medians."
)
COLUMNS = (
    "provider", "executions", "passed", "failed", "error", "time a case", "requests", "answered", "time a request",
    "tokens in", "tokens out", "cost", "agrees with others", "agrees with itself",
)  # fmt: skip

_Step = tuple[str, int]  # case, index of the step
_Result = tuple[str, ...]


@dataclass
class Heard:
    """A listener that keeps what a comparison needs of one provider's rounds. `texts` holds the steps as written."""

    provider: str
    outcomes: list[Outcome] = field(default_factory=list)
    durations_s: list[float] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    results: dict[tuple[_Step, int], _Result] = field(default_factory=dict)
    asked: set[_Step] = field(default_factory=set)
    texts: dict[_Step, str] = field(default_factory=dict)
    round: int = 0
    _steps: dict[str, list[StepFinished]] = field(default_factory=dict)

    def on_event(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, StepFinished):
            self.attempts.extend(event.attempts)
            self._steps.setdefault(event.execution, []).append(event)
        elif isinstance(event, CaseFinished):
            steps = self._steps.pop(event.execution, [])
            self.outcomes.append(event.outcome)
            self.durations_s.append(event.duration_s)
            for step in (step for step in steps if step.outcome != "skipped"):  # never reached, mostly
                self._keep((event.case.id, step.step.index), step)

    def close(self) -> None:
        """Do nothing: the comparison is written when all have run."""

    def _keep(self, where: _Step, step: StepFinished) -> None:
        self.texts[where] = step.step.text
        self.results[where, self.round] = _result(step)
        if step.attempts:
            self.asked.add(where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One provider's figures. None is unknown: nothing was asked, or there is nobody to agree with."""

    provider: str
    models: tuple[str, ...]  # that answered
    outcomes: Mapping[str, int]
    case_s: float | None
    request_s: float | None
    totals: Totals
    agreement: float | None
    self_agreement: float | None

    def cells(self) -> tuple[str, ...]:
        """Return what stands under `COLUMNS`."""
        sums = self.totals
        unknown = f" + unknown for {sums.unpriced}" if sums.unpriced else ""
        return (
            self.provider, str(sum(self.outcomes.values())),
            *(str(self.outcomes.get(outcome, 0)) for outcome in ("passed", "failed", "error")),
            _time(self.case_s), str(sums.attempts), str(sums.answered), _time(self.request_s),
            f"{sums.input_tokens:,}", f"{sums.output_tokens:,}", f"${sums.cost_usd:.4f}{unknown}",
            _share(self.agreement), _share(self.self_agreement),
        )  # fmt: skip


PLACE = "## Measured on your tests"
"""Heading of the part of a page that `filled` writes."""

_NEW_PAGE = f"# Providers compared\n\n{PLACE}\n"


def filled(page: str, compared: Comparison, *, on: date) -> str:
    """Return a Markdown page with its part `PLACE` made of these figures; all else stays as it was.

    An empty page becomes one with that part alone. Raises ValueError when another one has no such part.
    """
    lines = (page or _NEW_PAGE).splitlines()
    begin = lines.index(PLACE)
    end = next((at for at in range(begin + 1, len(lines)) if lines[at].startswith("## ")), len(lines))
    rows = compared.rows()
    names = [row.provider for row in rows]
    cells = [[label, *told] for label, *told in zip(COLUMNS, *(row.cells() for row in rows), strict=True)][1:]
    part = [
        PLACE,
        "",
        f"Filled on {on.isoformat()} by `aiwebtest compare --document`.",
        "",
        *_table(["", *names], cells),
    ]
    part += ["", *(f"* {row.provider}: answered by {', '.join(row.models)}" for row in rows if row.models)]
    part += [f"* {_cell(remark)}" for remark in compared.remarks]
    if differing := compared.differences():
        part += [
            "",
            "Steps that differ:",
            "",
            *_table(("step", *names), (_difference(one, names) for one in differing)),
        ]
    part += ["", FORMULA, "", "Figures, no verdict: `aiwebtest experiment` shows who is better, and how sure that is."]
    return "\n".join([*lines[:begin], *part, *([""] if lines[end:] else []), *lines[end:]]) + "\n"


class Comparison:
    """What several providers made of the same cases."""

    def __init__(self, heard: Sequence[Heard], *, remarks: Sequence[str] = ()) -> None:
        self._heard, self.remarks = tuple(heard), tuple(remarks)
        self._asked: set[_Step] = set().union(*(one.asked for one in heard))
        if not self._asked:
            self.remarks += ("No model was asked: rules decided every step that was reached.",)

    def rows(self) -> list[Row]:
        """Return the figures of each provider, in the order given."""
        return [self._row(one) for one in self._heard]

    def differences(self) -> list[dict[str, Any]]:
        """Return the steps whose results are not all the same, with each provider's results and how often."""
        found = []
        for where in sorted(self._asked):
            by_provider = {one.provider: Counter(_results(one, where)) for one in self._heard}
            if len(set().union(*by_provider.values())) > 1:
                text = next(one.texts[where] for one in self._heard if where in one.texts)
                told = {name: {": ".join(r): n for r, n in counts.items()} for name, counts in by_provider.items()}
                found.append({"case": where[0], "step": where[1] + 1, "text": text, "results": told})
        return found

    def as_json(self) -> dict[str, Any]:
        """Return everything, times in seconds and money in US dollars."""
        rows = [asdict(row) for row in self.rows()]
        return {
            "version": 1, "formula": FORMULA, "remarks": list(self.remarks), "compared_steps": len(self._asked),
            "providers": rows, "differences": self.differences(),
        }  # fmt: skip

    def markdown(self) -> str:
        """Return a table of the figures and a list of the steps that differ."""
        lines = ["## Providers compared", "", *_table(COLUMNS, (row.cells() for row in self.rows())), ""]
        lines += [f"* {one.provider}: answered by {', '.join(one.models)}" for one in self.rows() if one.models]
        lines += [f"* {_cell(remark)}" for remark in self.remarks]
        if differing := self.differences():
            names = [one.provider for one in self._heard]
            lines += ["", "### Steps that differ", ""]
            lines += _table(("step", *names), (_difference(one, names) for one in differing))
        return "\n".join([*lines, "", FORMULA, ""])

    def _row(self, one: Heard) -> Row:
        sums = totals(one.attempts)
        served = (f"{a.provider}/{a.model_served or a.model_asked}" for a in one.attempts if a.outcome == "ok")
        return Row(
            provider=one.provider, models=tuple(dict.fromkeys(served)), outcomes=dict(Counter(one.outcomes)),
            case_s=_median(one.durations_s), request_s=_median(sums.latency_s), totals=sums,
            agreement=_shared(self._with_others(one)), self_agreement=_shared(self._with_itself(one)),
        )  # fmt: skip

    def _with_others(self, one: Heard) -> Iterator[bool]:
        for other in self._heard:
            if other is not one:
                for key in one.results.keys() & other.results.keys():
                    if key[0] in self._asked:
                        yield one.results[key] == other.results[key]

    def _with_itself(self, one: Heard) -> Iterator[bool]:
        for where in self._asked:
            yield from (first == second for first, second in combinations(_results(one, where), 2))


def _results(one: Heard, where: _Step) -> list[_Result]:
    return [result for (step, _), result in one.results.items() if step == where]


def _result(step: StepFinished) -> _Result:
    elements = tuple(action.described for action in step.actions)
    return step.outcome, *elements, *(f"{name} = {value}" for name, value in sorted(step.extracted.items()))


def _difference(one: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    yield f"{one['case']}, step {one['step']}: {one['text']}"
    for name in names:
        told = one["results"][name]
        yield "; ".join(f"{result} ({times} times)" if times > 1 else result for result, times in told.items())


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    body = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1), *body]


def _cell(text: str) -> str:
    return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _shared(equal: Iterable[bool]) -> float | None:
    found = list(equal)
    return sum(found) / len(found) if found else None


def _time(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
