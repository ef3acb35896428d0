"""A server of our own with the web UI, filled with what a team has after three weeks: for tests and screenshots."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from sqlalchemy import select

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.database import Database
from app.models import Execution, Heal, ModelAttempt, Run, Schedule, Share, StepRecord, Suite, Test

__all__ = ["EMAIL", "PASSWORD", "Served", "fill", "serve"]

EMAIL, PASSWORD = "mara@example.com", "four words of a pass"
_BACKEND = Path(__file__).resolve().parents[2]
_READY_S = 240.0  # a machine may do much else


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, the folder of its data, and the cookie of its owner."""

    url: str
    data_dir: Path
    cookie: str


@contextmanager
def serve(
    data_dir: Path, *, worker: str = "none", application: str = "app.main:app", **settings: str
) -> Iterator[Served]:
    """Serve the application in a process of its own, its owner made; it is gone when the block ends.

    `settings` are further variables of its environment.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIWEBTEST_", "DATABASE_"))
    }
    environment |= {"AIWEBTEST_DATA_DIR": str(data_dir), "AIWEBTEST_WORKER": worker, "PYTHONUNBUFFERED": "1"}
    environment |= settings
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "server.log"
    command = [sys.executable, "-m", "uvicorn", application, "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=_BACKEND, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = _found(log, process, r"running on (http://127\.0\.0\.1:\d+)")
        link = _found(log, process, r"/link/(\S+)")
        form = {"email": EMAIL, "name": "Mara Klein", "password": PASSWORD}
        answer = httpx2.post(f"{url}/link/{link}", data=form, follow_redirects=False, timeout=_READY_S)
        assert answer.status_code == 303, answer.text
        yield Served(url, data_dir, answer.cookies["aiwebtest"])
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _found(log: Path, process: subprocess.Popen[bytes], pattern: str) -> str:
    """Return what the server's log says, as soon as it does."""
    end = time.monotonic() + _READY_S
    while time.monotonic() < end:
        text = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(pattern, text):
            return found[1]
        assert process.poll() is None, text
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


async def fill(data_dir: Path) -> None:
    """Fill the database of a server that has the demo shop: weeks of runs, models asked, heals, a schedule, a link."""
    settings = ServerSettings(_env_file=None, data_dir=data_dir)
    chance = random.Random(7)
    async with Database(settings.database) as database, database.write() as session:
        tests = (await session.scalars(select(Test).order_by(Test.id))).all()
        suite = (await session.scalars(select(Suite).order_by(Suite.id))).first()
        assert suite is not None
        for ago in range(20, 0, -1):
            for test in tests:
                run = _run(test, suite, ago, chance)
                session.add(run)
                await session.flush()
                for execution in run.executions:
                    session.add_all(_attempts(execution, chance))
                    session.add_all(_steps(execution))
        execution = run.executions[0]
        session.add(
            Heal(
                test_id=tests[0].id,
                execution_id=execution.id,
                case="Sort and page through the orders",
                step=7,
                text="Click Next",
                before='link "Next" in the navigation "Pages"',
                after='button "Next page" in the navigation "Pages"',
                reason="The stored place is no longer there.",
                entry={},
            )
        )
        session.add(_open_heal(tests[1].id, execution.id))
        session.add_all(_heal_of_row(tests[2].id, execution.id, row) for row in ("Lantern", "Kettle", "Stool"))
        session.add_all(_heal_of_row(tests[3].id, execution.id, row, "Click Remove") for row in ("Lantern", "Kettle"))
        ends = now() + timedelta(days=7)
        session.add(Share(digest="0" * 64, execution_id=execution.id, author=EMAIL, expires_at=ends))
        at = now().replace(hour=2, minute=0) + timedelta(days=1)
        session.add(
            Schedule(name="Every night", cron="0 2 * * *", timezone="UTC", suite_id=suite.id, next_at=at, author=EMAIL)
        )


def _open_heal(test_id: int, execution_id: int) -> Heal:
    """Return a heal as a run notes it, with another candidate to choose."""
    found = {"action": "click", "locator": {"role": "link", "name": "Basket (2)"}, "source": "rules"}
    other = {"action": "click", "locator": {"role": "button", "name": "Add to basket"}, "source": "rules"}
    others = [{"described": 'button "Add to basket" in the section "Lantern"', "score": 0.61, "action": other}]
    entry = {"case": "Around", "step": "Open the basket", "actions": [found], "place": 0, "others": others}
    return Heal(
        test_id=test_id, execution_id=execution_id, case="Around", step=3, text="Open the basket", entry=entry,
        before='link "Your basket"', after='link "Basket (2)"', reason="The stored place has another name now.",
    )  # fmt: skip


def _heal_of_row(test_id: int, execution_id: int, row: str, text: str = "Click Continue") -> Heal:
    """Return the heal of a data row: all of them found their way to the same place."""
    case = f"Order a {{item}} [{row}]"
    found = {"action": "click", "locator": {"role": "button", "name": "Go to payment"}, "source": "rules"}
    return Heal(
        test_id=test_id, execution_id=execution_id, case=case, step=4, text=text,
        entry={"case": case, "step": text, "actions": [found], "place": 0, "others": []},
        before='button "Continue"', after='button "Go to payment"', reason="The stored place has another name now.",
    )  # fmt: skip


def _run(test: Test, suite: Suite, ago: int, chance: random.Random) -> Run:
    at = now() - timedelta(days=ago - 1, hours=chance.randrange(1, 9), minutes=test.id * 3)
    provider = chance.choice(["builtin", "cerebras", "google"])
    executions = []
    for place in range(min(test.cases, 3)):
        outcome = chance.choices(["passed", "failed", "error"], [92, 6, 2])[0]
        executions.append(
            Execution(
                test_id=test.id,
                suite_id=suite.id,
                name=f"{test.name.capitalize()}, case {place + 1}",
                tags=list(test.tags),
                position=place,
                provider=provider,
                base_url="http://127.0.0.1:8766",
                state="finished",
                outcome=outcome,
                attempt=1,
                steps_total=4,
                steps_done=4 if outcome == "passed" else 3,
                flaky=outcome == "passed" and chance.random() < 0.04,
                created_at=at,
                started_at=at,
                finished_at=at + timedelta(seconds=20),
                duration_s=chance.uniform(6, 28),
                healed=int(chance.random() < 0.02),
                problem=None
                if outcome == "passed"
                else {
                    "code": "check-failed",
                    "what": "The total is $52.90, not $59.98.",
                    "mend": "look at the picture.",
                },
            )
        )
    worst = next(
        (outcome for outcome in ("error", "failed") if any(one.outcome == outcome for one in executions)), "passed"
    )
    return Run(
        test_id=test.id,
        suite_id=suite.id,
        name=suite.name,
        trigger="schedule",
        total=len(executions),
        finished=len(executions),
        outcome=worst,
        created_at=at,
        finished_at=at + timedelta(seconds=30),
        author=EMAIL,
        executions=executions,
    )


def _attempts(execution: Execution, chance: random.Random) -> list[ModelAttempt]:
    if execution.provider == "builtin":
        return []
    model = {"cerebras": "gpt-oss-120b", "google": "gemini-2.5-flash"}[execution.provider]
    made = []
    for step in range(chance.randrange(0, 3)):
        cost = chance.uniform(0.0004, 0.004)
        made.append(
            ModelAttempt(
                execution_id=execution.id,
                test_id=execution.test_id,
                suite_id=execution.suite_id,
                execution_attempt=1,
                step=step,
                at=execution.created_at,
                provider=execution.provider,
                model_asked=model,
                model_served=model,
                latency_s=chance.uniform(0.3, 2.2),
                input_tokens=chance.randrange(900, 2400),
                output_tokens=chance.randrange(40, 200),
                cost_usd=cost,
                cost_source="provider",
            )
        )
        execution.model_attempts += 1
        execution.cost_usd += cost
    return made


def _steps(execution: Execution) -> list[StepRecord]:
    sentences = ("Open /", 'Search for "lantern"', 'Click on "Camp lantern"', "The total is $59.98")
    made = []
    for place, text in enumerate(sentences[: execution.steps_done + (execution.outcome != "passed")]):
        last = place == execution.steps_done
        detail = {
            "understood": text,
            "actions": [],
            "verdicts": [],
            "extracted": {},
            "notes": [],
            "problem": execution.problem if last else None,
        }
        made.append(
            StepRecord(
                execution_id=execution.id,
                index=place,
                text=text,
                kind=None,
                outcome=execution.outcome if last else "passed",
                source="rules",
                url="http://127.0.0.1:8766/",
                duration_s=1.2,
                detail=detail,
            )
        )
    return made
