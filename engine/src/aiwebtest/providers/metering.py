"""The ledger: one line a request, written as it happens, and read back in sums."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiwebtest.core.billing import UNSENT, is_unpriced
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt

__all__ = ["LEDGER_NAME", "Ledger", "Totals", "read_ledger", "summed", "totals"]

LEDGER_NAME = "attempts.jsonl"
"""Of the file beside a report."""


class Ledger:
    """Appends attempts to a file of JSON lines; each line is complete or not there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def clear(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)

    def write(self, attempts: Iterable[Attempt]) -> None:
        """Append attempts, in order."""
        lines = "".join(json.dumps(dataclasses.asdict(attempt), sort_keys=True) + "\n" for attempt in attempts)
        if lines:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over attempts. `cost_usd` sums what is known; `unpriced` counts the attempts whose cost is unknown."""

    attempts: int
    answered: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced: int
    latency_s: tuple[float, ...]  # of each attempt that was sent, sorted


def totals(attempts: Iterable[Attempt]) -> Totals:
    """Return the sums over some attempts."""
    rows = list(attempts)
    sent = [row for row in rows if row.outcome not in UNSENT]
    return Totals(
        attempts=len(rows),
        answered=sum(row.outcome == "ok" for row in rows),
        input_tokens=sum(row.input_tokens or 0 for row in rows),
        output_tokens=sum(row.output_tokens or 0 for row in rows),
        cost_usd=sum(row.cost_usd or 0.0 for row in rows),
        unpriced=sum(map(is_unpriced, rows)),
        latency_s=tuple(sorted(row.latency_s for row in sent)),
    )


def summed(parts: Iterable[Totals]) -> Totals:
    """Return the sums over all attempts of some sums."""
    rows = list(parts)
    return Totals(
        attempts=sum(row.attempts for row in rows), answered=sum(row.answered for row in rows),
        input_tokens=sum(row.input_tokens for row in rows), output_tokens=sum(row.output_tokens for row in rows),
        cost_usd=sum(row.cost_usd for row in rows), unpriced=sum(row.unpriced for row in rows),
        latency_s=tuple(sorted(second for row in rows for second in row.latency_s)),
    )  # fmt: skip


def read_ledger(path: Path) -> Iterator[Attempt]:
    """Yield the attempts of a ledger file. Raises UsageError naming the line that cannot be read."""
    known = {field.name for field in dataclasses.fields(Attempt)}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row: dict[str, Any] = json.loads(line)
                yield Attempt(**{key: value for key, value in row.items() if key in known})
            except (ValueError, TypeError, AttributeError) as exc:
                raise UsageError(
                    f"{path}:{number}: not an attempt record.",
                    mend="delete the line, or the file; the next run begins anew.",
                ) from exc
