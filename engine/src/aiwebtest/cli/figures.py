"""The sums of `aiwebtest usage`: of one run's ledger, or of kept runs by model, case or day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from aiwebtest.core.events import Attempt
    from aiwebtest.providers.metering import Totals
    from aiwebtest.usage import CaseUsage, RunUsage

__all__ = ["Figures", "of_ledger", "of_runs"]

_Sums = Sequence[tuple[str, str, "Totals"]]
"""Sums by model and purpose; those of all at the end."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums as a table, and as JSON has them."""

    text: str
    plain: list[dict[str, Any]]


def of_ledger(file: Path | None) -> Figures:
    """Return the sums of one run's record of requests; None: there is none. Raises UsageError for a bad line."""
    from aiwebtest.providers.metering import read_ledger, totals

    if file is None:
        return Figures("The last run asked no model.", [])
    every = list(read_ledger(file))
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in every:
        name = f"{attempt.provider}/{attempt.model_served or attempt.model_asked}"
        groups.setdefault((name, attempt.purpose), []).append(attempt)
    return _by_model([*((*key, totals(rows)) for key, rows in sorted(groups.items())), ("all", "", totals(every))])


def of_runs(runs: Sequence[RunUsage], by: Literal["model", "case", "day"]) -> Figures:
    """Return the sums of some runs."""
    from aiwebtest.providers.metering import summed

    if by == "case":
        return _by_case(runs)
    every = [(run, one) for run in runs for one in run.models]
    groups: dict[tuple[str, str], list[Totals]] = {}
    for run, one in every:
        key = (one.served, one.purpose) if by == "model" else (run.at.date().isoformat(), "")
        groups.setdefault(key, []).append(one.sums)
    sums = [(*key, summed(parts)) for key, parts in sorted(groups.items())]
    sums.append(("all", "", summed(one.sums for _, one in every)))
    return _by_model(sums, "model" if by == "model" else "day")


def _by_model(sums: _Sums, what: str = "model") -> Figures:
    from aiwebtest.cli.tables import printed

    columns = [what, "for", "asked", "failed", "tokens in", "out", "median", "cost"]
    rows = [(name, purpose, *_cells(one)) for name, purpose, one in sums]
    plain = [{what: name, "purpose": purpose, **_plain(one)} for name, purpose, one in sums]
    if what != "model":  # a purpose is of a model
        columns.remove("for")
        rows = [(name, *cells) for name, _, *cells in rows]
        plain = [{key: value for key, value in one.items() if key != "purpose"} for one in plain]
    return Figures(printed(columns, rows, left=len(columns) - 6, total=True), plain)


def _cells(sums: Totals) -> tuple[str, ...]:
    middle = median(sums.latency_s) if sums.latency_s else None
    return (
        f"{sums.attempts:,}", f"{sums.attempts - sums.answered:,}", f"{sums.input_tokens:,}", f"{sums.output_tokens:,}",
        "" if middle is None else f"{middle:.2f} s", _money(sums.cost_usd, sums.unpriced),
    )  # fmt: skip


def _plain(sums: Totals) -> dict[str, object]:
    told = {name: value for name, value in asdict(sums).items() if name != "latency_s"}
    return {**told, "median_latency_s": median(sums.latency_s) if sums.latency_s else None}


def _by_case(runs: Sequence[RunUsage]) -> Figures:
    from aiwebtest.cli.tables import cut_in_the_middle, printed

    groups: dict[str, list[CaseUsage]] = {}
    for run in runs:
        for one in run.cases:
            groups.setdefault(one.case, []).append(one)
    plain = [_case(case, parts) for case, parts in sorted(groups.items())]
    names = _names([one["case"] for one in plain])
    rows = [
        (
            names[one["case"]], f"{one['runs']:,}", f"{one['passed']:,} of {one['executions']:,}",
            f"{one['median_duration_s']:.1f} s", f"{one['requests']:,}", f"{one['tokens']:,}",
            _money(one["cost_usd"], one["unpriced"]),
            "" if one["cost_per_pass_usd"] is None else f"${one['cost_per_pass_usd']:.4f}",
        )
        for one in plain
    ]  # fmt: skip
    columns = ("case", "runs", "passed", "median", "asked", "tokens", "cost", "a pass")
    return Figures(printed(columns, rows, cut=cut_in_the_middle), plain)


def _case(case: str, parts: Iterable[CaseUsage]) -> dict[str, Any]:
    every = list(parts)
    unpriced, cost = sum(one.unpriced for one in every), sum(one.cost_usd for one in every)
    passed = sum(one.passed for one in every)
    return {
        "case": case, "runs": len(every), "executions": sum(one.executions for one in every), "passed": passed,
        "median_duration_s": median(one.duration_s for one in every), "requests": sum(one.requests for one in every),
        "tokens": sum(one.tokens for one in every), "cost_usd": cost, "unpriced": unpriced,
        "cost_per_pass_usd": None if unpriced or not passed else cost / passed,
    }  # fmt: skip


def _names(cases: Sequence[str]) -> dict[str, str]:
    """Return what cases are called, by their ids: with their files where several are called the same."""
    from aiwebtest.usage.outlook import title_of

    met = Counter(map(title_of, cases))
    return {case: title_of(case) if met[title_of(case)] == 1 else case for case in cases}


def _money(known: float, unpriced: int) -> str:
    return f"${known:.4f} + unknown for {unpriced}" if unpriced else f"${known:.4f}"
