"""Budgets: what an execution and a day may cost, checked before every request, fallbacks included."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock
from platformdirs import user_state_path

from aiwebtest.core.errors import UsageError

__all__ = ["Budget", "spent_file"]


def spent_file() -> Path:
    """Return where this user's spending of the day is kept: a key is the user's, whichever project asks with it."""
    return user_state_path("aiwebtest", appauthor=False) / "spent.json"


_LOCK_TIMEOUT_S = 10.0


class Budget:
    """Money spent and allowed, in US dollars. An unknown cost is not counted; the ledger says that it is unknown.

    The day's sum is shared by all processes that name the same file, and begins anew at midnight UTC. Requests that are
    under way together may go over a limit by what they cost; none is sent once it is reached.
    """

    def __init__(
        self,
        *,
        per_execution_usd: float | None = None,
        per_day_usd: float | None = None,
        state_file: Path | None = None,
        now: Callable[[], datetime],
    ) -> None:
        """Take the limits; None is none. Raises UsageError if the day's file cannot be kept where it is to be."""
        self._per_execution, self._per_day = per_execution_usd, per_day_usd
        self._file, self._now = state_file, now
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._own_day: tuple[str, float] = ("", 0.0)
        if state_file is not None and per_day_usd is not None:
            with _telling(state_file):
                state_file.parent.mkdir(parents=True, exist_ok=True)
                self.today_usd()

    def refusal(self, execution: str) -> str | None:
        """Return why no further request may be made for this execution; None when it may."""
        spent = self._spent[execution]
        if self._per_execution is not None and spent >= self._per_execution:
            return f"this execution has spent ${spent:.4f} of its ${self._per_execution:.2f}"
        if self._per_day is not None and (today := self.today_usd()) >= self._per_day:
            return f"today has cost ${today:.4f} of its ${self._per_day:.2f}"
        return None

    def spend(self, execution: str, usd: float | None) -> None:
        """Count what a request cost."""
        if not usd:
            return
        self._spent[execution] += usd
        if self._per_day is not None:
            self._count(usd)

    def _count(self, usd: float) -> None:
        day = self._day()
        if self._file is None:
            self._own_day = (day, usd + (self._own_day[1] if self._own_day[0] == day else 0.0))
            return
        with _telling(self._file), self._locked():
            total = self._read().get(day, 0.0) + usd
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps({day: total}))
            draft.replace(self._file)

    def know(self, today_usd: float) -> None:
        """Take over what others say that today has cost, when that is more than was known here."""
        missing = today_usd - self.today_usd() if self._per_day is not None else 0.0
        if missing > 0:
            self._count(missing)

    def today_usd(self) -> float:
        """Return what was spent today, by all processes that share the file."""
        day = self._day()
        if self._file is None:
            return self._own_day[1] if self._own_day[0] == day else 0.0
        with _telling(self._file), self._locked():
            return self._read().get(day, 0.0)

    def _day(self) -> str:
        return self._now().date().isoformat()

    def _locked(self) -> FileLock:
        return FileLock(f"{self._file}.lock", timeout=_LOCK_TIMEOUT_S)

    def _read(self) -> dict[str, float]:
        assert self._file is not None
        try:
            return {day: float(usd) for day, usd in json.loads(self._file.read_text()).items()}
        except FileNotFoundError:
            return {}


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    """Turn what is wrong with the file into an error that names it."""
    try:
        yield
    except (OSError, ValueError, TypeError, AttributeError) as exc:  # a lock's timeout is an OSError too
        raise UsageError(
            f"What the day has cost cannot be kept in {file} ({type(exc).__name__}).",
            mend="make the folder writable, delete the file if it is damaged, or take BUDGET_USD_PER_DAY out.",
        ) from exc
