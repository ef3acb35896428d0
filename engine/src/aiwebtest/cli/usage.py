"""`aiwebtest usage`: what the models of a run were asked, and what that cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.options import ConfigPath, project_of
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.core.events import Attempt
    from aiwebtest.providers.metering import Totals

__all__ = ["usage"]

_Key = tuple[str, str]


def usage(
    path: Annotated[
        Path | None,
        typer.Argument(help="An attempts.jsonl, or the folder of a report. Default: that of the configuration."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sums as JSON.")] = False,
    config: ConfigPath = None,
) -> None:
    """Sum up every request that a run made to model providers: tokens, money and time by model and purpose."""
    from aiwebtest.providers.metering import LEDGER_NAME, read_ledger

    found = path or project_of(config).config.report_dir
    file = found / LEDGER_NAME if found.is_dir() or not found.suffix else found
    if not file.is_file():
        raise UsageError(
            f"There is no record of requests at {file}.",
            mend="run tests with a provider (`aiwebtest run --provider NAME`); without one nothing is asked.",
        )
    rows = _sums(read_ledger(file))
    if as_json:
        typer.echo(json.dumps([_json(key, sums) for key, sums in rows], indent=2))
    else:
        _print(rows)


def _sums(attempts: Iterable[Attempt]) -> list[tuple[_Key, Totals]]:
    """Return the sums by model and purpose, and those of all at the end."""
    from aiwebtest.providers.metering import totals

    every = list(attempts)
    groups: dict[_Key, list[Attempt]] = {}
    for attempt in every:
        name = f"{attempt.provider}/{attempt.model_served or attempt.model_asked}"
        groups.setdefault((name, attempt.purpose), []).append(attempt)
    return [*((key, totals(rows)) for key, rows in sorted(groups.items())), (("all", ""), totals(every))]


def _json(key: _Key, sums: Totals) -> dict[str, object]:
    told = {name: value for name, value in asdict(sums).items() if name != "latency_s"}
    return {"model": key[0], "purpose": key[1], **told, "median_latency_s": _median(sums.latency_s)}


def _print(rows: list[tuple[_Key, Totals]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("model", "for", "asked", "failed", "tokens in", "out", "median", "cost"):
        left = column in ("model", "for")
        table.add_column(column, justify="left" if left else "right", overflow="fold", no_wrap=column != "model")
    for (name, purpose), sums in rows:
        if name == "all":
            table.add_section()
        middle = _median(sums.latency_s)
        table.add_row(
            name, purpose, str(sums.attempts), str(sums.attempts - sums.answered), f"{sums.input_tokens:,}",
            f"{sums.output_tokens:,}", "" if middle is None else f"{middle:.2f} s", _cost(sums),
        )  # fmt: skip
    Console().print(table)


def _cost(sums: Totals) -> str:
    known = f"${sums.cost_usd:.4f}"
    return f"{known} + unknown for {sums.unpriced}" if sums.unpriced else known


def _median(values: tuple[float, ...]) -> float | None:
    return values[len(values) // 2] if values else None
