"""What an execution and a day may cost."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aiwebtest.core.errors import UsageError
from aiwebtest.providers.budget import Budget, spent_file

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def budget(file: Path, limit: float = 1.0, at: datetime = NOON) -> Budget:
    return Budget(per_day_usd=limit, state_file=file, now=lambda: at)


def test_processes_that_spend_together_lose_no_cent(tmp_path: Path) -> None:
    """Workers of several runs share one key."""
    file = tmp_path / "state" / "spent.json"
    script = (
        "import sys, datetime; from pathlib import Path; from aiwebtest.providers.budget import Budget\n"
        "now = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)\n"
        "one = Budget(per_day_usd=9.0, state_file=Path(sys.argv[1]), now=lambda: now)\n"
        "[one.spend('e', 0.01) for _ in range(25)]"
    )

    spending = [subprocess.Popen([sys.executable, "-c", script, str(file)]) for _ in range(4)]

    assert [process.wait() for process in spending] == [0, 0, 0, 0]
    assert budget(file).today_usd() == pytest.approx(1.0)


def test_a_day_is_over_at_midnight_and_not_with_the_process(tmp_path: Path) -> None:
    """Another run of the same day is refused, one of the next is not."""
    file = tmp_path / "spent.json"
    budget(file).spend("e1", 1.0)

    same, next_one = budget(file), budget(file, at=NOON + timedelta(days=1))

    assert "today has cost $1.0000 of its $1.00" in (same.refusal("e2") or "")
    assert next_one.refusal("e2") is None


def test_an_execution_that_spent_its_money_is_refused_and_others_are_not() -> None:
    """One case in a loop must not eat the money of all."""
    one = Budget(per_execution_usd=0.5, now=lambda: NOON)
    one.spend("e1", 0.5)

    assert one.refusal("e1") == "this execution has spent $0.5000 of its $0.50"
    assert one.refusal("e2") is None


def test_what_was_spent_elsewhere_counts_and_never_lowers_the_sum(tmp_path: Path) -> None:
    """A server's other machines spend from the same budget; a figure that is behind ours is no news."""
    one = budget(tmp_path / "spent.json")
    one.spend("e1", 0.4)

    one.know(0.9)
    one.know(0.2)

    assert one.today_usd() == pytest.approx(0.9)


@pytest.mark.parametrize("content", ["", "[]", '{"2026-11-22": "much"}'])
def test_a_damaged_file_is_named_before_anything_is_spent(tmp_path: Path, content: str) -> None:
    """A limit that cannot be kept is no limit."""
    file = tmp_path / "spent.json"
    file.write_text(content)

    with pytest.raises(UsageError, match=r"cannot be kept in .*spent\.json"):
        budget(file)


def test_the_file_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key is the user's, whichever project asks with it; without a limit for the day nothing is written."""
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert spent_file() == tmp_path / "aiwebtest" / "spent.json"

    Budget(state_file=tmp_path / "x" / "spent.json", now=lambda: NOON).spend("e", 1.0)

    assert not (tmp_path / "x").exists()
