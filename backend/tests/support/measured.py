"""What a team has that measures its providers: an experiment, recorded decisions, a run of the lab, a report."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from aiwebtest.core.events import Attempt
from aiwebtest.mutation import KINDS, Mutant, Tried
from aiwebtest.mutation.measure import Broken, Verdict
from aiwebtest.mutation.quality import Examined, Quality
from aiwebtest.mutation.told import as_json, as_markdown
from app.core.clock import now
from app.core.config import ServerSettings
from app.core.database import Database
from app.models import DecisionRecord, Experiment, LabAnswer, LabRun, ModelAttempt, MutationReport, Test, Trial

__all__ = ["fill_measuring"]

ARMS = {"google": 0.8, "cerebras": 0.97, "openrouter": 0.85}
AUTHOR = "mara@example.com"


async def fill_measuring(data_dir: Path) -> None:
    """Fill the database of a server that has tests."""
    chance = random.Random(3)
    settings = ServerSettings(_env_file=None, data_dir=data_dir)
    async with Database(settings.database) as database, database.write() as session:
        test = (await session.scalars(select(Test).order_by(Test.id))).first()
        assert test is not None
        case = {"test_id": test.id, "version": 1, "name": "Pays by card", "row": "", "tags": [], "steps": 9}
        experiment = Experiment(
            name="Who checks out best", arms=list(ARMS), cases=[{**case, "base_url": ""}] * 6, rounds=12,
            alpha=0.05, state="finished", round=12, why="All 12 rounds are done.", author=AUTHOR,
            started_at=now() - timedelta(hours=2), finished_at=now(),
        )  # fmt: skip
        decision = DecisionRecord(
            digest="0123456789abcdef", sentence="Put the lamp into my bag", purpose="ground", system="Find it.",
            prompt="[1-2] button: Put lamp into bag", schema={}, schema_name="Observation",
            answer={"data": {"elements": [{"elementId": "1-2"}]}}, model="google/gemini-3.5-flash-lite",
            label="right", test_id=test.id,
        )  # fmt: skip
        session.add_all([experiment, decision])
        await session.flush()
        lab = LabRun(arms=list(ARMS), decisions=[decision.id], repeat=20, state="finished", author=AUTHOR)
        session.add(lab)
        await session.flush()
        for number in range(72):
            for arm, rate in ARMS.items():
                passed = chance.random() < rate
                session.add(
                    Trial(
                        experiment_id=experiment.id, arm=arm, place=number % 6, round=1 + number // 6,
                        outcome="passed" if passed else "failed", duration_s=chance.uniform(4, 7),
                        model_s=chance.uniform(0.4, 1.2), requests=2, tokens=chance.randrange(1500, 2500),
                        cost_usd=chance.uniform(0.001, 0.004),
                    )
                )  # fmt: skip
                if number < 20:
                    session.add(
                        LabAnswer(
                            lab_run_id=lab.id, decision_id=decision.id, arm=arm, round=number,
                            verdict="same" if passed else "other", latency_s=chance.uniform(0.3, 1.0), requests=1,
                            schema_failures=0, tokens=900, cost_usd=0.001,
                        )
                    )  # fmt: skip
                    session.add(
                        ModelAttempt(
                            test_id=test.id, provider=arm, model_asked="model", latency_s=0.5, first_byte_s=0.3,
                            input_tokens=900, output_tokens=40, cost_usd=0.001, good=passed,
                            routing="the cheapest that is at least 90% right at placing a step, 90% sure",
                        )
                    )  # fmt: skip
        mutant = {"kind": "wrong-value", "page": "/basket", "selector": "", "text": "", "thing": "the total $59.98"}
        faults = [
            {"mutant": mutant, "verdict": "survived", "by": "", "ran": ["basket"], "seen_by": 2, "why": ""},
            {"mutant": {**mutant, "kind": "hide"}, "verdict": "caught", "by": "basket", "ran": ["basket"],
             "seen_by": 2, "why": "There is no total."},
        ]  # fmt: skip
        session.add(
            MutationReport(
                name="Nightly", score=0.5, counts={"caught": 1, "noticed": 0, "survived": 1, "idle": 0}, offered=9,
                faults=faults, author=AUTHOR,
            )
        )  # fmt: skip
        session.add(
            MutationReport(
                name="Who looks closely", score=None, providers=list(ARMS), comparison=_compared(chance), author=AUTHOR,
            )
        )  # fmt: skip


def _compared(chance: random.Random) -> dict[str, Any]:
    """Return what providers made of thirty faults, each noticing as often as it answers rightly."""
    things = [f"{kind} “{name}”" for kind in ("button", "link") for name in ("Pay", "Desk lamp", "Show all products")]
    mutants = [
        Mutant(kind=kind, page="/basket", selector=f"#{kind}{thing}", text="", thing=thing)
        for kind in KINDS
        for thing in things
    ]
    qualities = []
    for arm, rate in ARMS.items():
        tried = []
        for one in mutants:
            verdict: Verdict = "idle" if one.kind == "stale-list" else "survived"
            if verdict != "idle" and chance.random() < rate:
                verdict = chance.choice(("caught", "noticed"))
            why = "" if verdict in ("idle", "survived") else "Nothing on the page fits “Pay” (waited 1.5 s)."
            tried.append(Tried(mutant=one, verdict=verdict, ran=("checkout.test.yaml::Pays by card",), why=why))
        why = "Expected the delivery is quick enough; found it takes three days."
        alarms = [Broken(case="checkout.test.yaml::Pays later", outcome="failed", why=why)] if arm == "google" else []
        asked = [Attempt(provider=arm, model_asked="m", input_tokens=900, output_tokens=20, cost_usd=0.0011)] * 90
        missed = [one for one in tried if one.verdict == "survived"][:2]
        qualities.append(
            Quality(provider=arm, cases=6, alarms=alarms, tried=tried, false_passes=missed, attempts=asked)
        )
    found = Examined(qualities=qualities, sound=5, asked=True)
    return as_json(found, []) | {"markdown": as_markdown(found, [])}
