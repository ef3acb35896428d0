"""The whole API against its own OpenAPI document: made-up requests, every answer held against what is documented."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.database import Database
from app.core.security import digest, new_secret
from app.main import create_app
from app.models import (
    ArtifactFile,
    Base,
    DecisionRecord,
    Delivery,
    Execution,
    ExecutionEvent,
    Experiment,
    Heal,
    LabRun,
    LogIn,
    ModelAttempt,
    MutationReport,
    Run,
    Schedule,
    Share,
    StepRecord,
    Suite,
    Test,
    TestVersion,
    Token,
    Trial,
    User,
    Webhook,
)

__all__ = ["an_owners_token", "fill", "keep_to_it", "running"]

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_OWNER = 10**9  # an id that no made-up request deletes
_THERE, _TO_DELETE = 1, 2  # ids of what is there: the first request of each operation meets it
_NOWHERE = 10**12


@contextmanager
def running(settings: ServerSettings) -> Iterator[str]:
    """Yield the address of a real server with these settings, on a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


async def an_owners_token(database_url: str) -> str:
    """Return a token with every scope, of an owner whom no made-up request meets."""
    text = new_secret("awt_")
    scopes = ["read", "run", "write", "admin"]
    async with Database(database_url) as database, database.write() as session:
        session.add(User(id=_OWNER, email="contract@example.com", role="owner"))
        await session.flush()
        session.add(Token(id=_OWNER, user_id=_OWNER, name="t", start=text[:8], digest=digest(text), scopes=scopes))
    return text


def keep_to_it(address: str, token: str, *, examples: int) -> tuple[dict[str, int], list[str]]:
    """Make `examples` requests to every operation; return how many were made by operation, and broken promises.

    Broken is a status of 5xx, one that is not documented, and a body that is not as documented.
    """
    document = httpx2.get(f"{address}/api/v1/openapi.json", timeout=60).json()
    schema = schemathesis.openapi.from_dict(document)
    made: dict[str, int] = {}
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        label = f"{operation.method.upper()} {operation.path}"
        made[label] = 0
        try:
            _holding(operation, made, label, address, token, examples)()
        except (AssertionError, BaseExceptionGroup, FailureGroup) as exc:
            broken.append(f"{label}: {''.join(traceback.format_exception(exc))}")
    broken += [f"{label}: no request was made" for label, count in made.items() if not count]
    return made, broken


def _holding(
    operation: schemathesis.schemas.APIOperation,
    made: dict[str, int],
    label: str,
    address: str,
    token: str,
    examples: int,
) -> Callable[[], None]:
    @budget(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def hold(case: schemathesis.Case) -> None:
        made[label] += 1
        _meet(case, first=made[label] == 1)
        answer = case.call(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        case.validate_response(answer, checks=_CHECKS)

    return hold


def _meet(case: schemathesis.Case, *, first: bool) -> None:
    """Let the first request of an operation meet something that is there, and none wait for what is to come."""
    number = _TO_DELETE if case.method == "DELETE" else _THERE
    endless = case.operation.path.endswith("}/live")
    for name in case.path_parameters:
        if name.endswith("_id") and (first or endless):
            case.path_parameters[name] = number if first else _NOWHERE
    if case.operation.path.endswith("/events"):
        case.query = {**(case.query or {}), "follow": "false"}


async def fill(database_url: str) -> None:
    """Store two of everything that has a number: the second is for being deleted."""
    content = "name: Visit\nurl: https://shop.example\nsteps:\n  - Open /\n"
    async with Database(database_url) as database, database.write() as session:
        for n in (_THERE, _TO_DELETE):
            session.add(User(id=n, email=f"{n}@example.com", role="viewer"))
            session.add(Test(id=n, path=f"visit-{n}.test.yaml", name="Visit", content=content, tags=["smoke"]))
            session.add(Suite(id=n, name=f"Suite {n}"))
            session.add(
                Webhook(id=n, url="http://169.254.169.254/", events=["run.finished"], secret=b"", enabled=False)
            )
            session.add(MutationReport(id=n, name="Nightly", score=0.5, counts={"caught": 1, "survived": 1}, offered=2))
            case = {"test_id": n, "version": 1, "name": "Visit", "row": "", "tags": [], "steps": 1, "base_url": ""}
            session.add(
                Experiment(
                    id=n, name="Who", arms=["google", "cerebras"], cases=[case], rounds=1, alpha=0.05, state="finished"
                )
            )  # fmt: skip
            session.add(LabRun(id=n, arms=["google"], decisions=[], state="finished"))
        await session.flush()
        for n in (_THERE, _TO_DELETE):
            session.add(TestVersion(test_id=n, number=1, content=content))
            session.add(Token(id=n, user_id=_OWNER, name="t", start="awt_", digest=f"{n}", scopes=["read"]))
            session.add(LogIn(id=n, user_id=_OWNER, digest=f"{n}", expires_at=now() + timedelta(days=1)))
            session.add(Run(id=n, test_id=n, name="Visit", total=1, finished=1, outcome="failed", finished_at=now()))
            session.add(Schedule(id=n, name="Nightly", cron="0 3 * * *", test_id=n, enabled=False))
            session.add(Delivery(webhook_id=n, event="test", key=f"{n}", body={}, state="given-up"))
            session.add(Trial(experiment_id=n, arm="google", place=0, round=1, outcome="passed", cost_usd=None))
            session.add(
                DecisionRecord(
                    id=n, digest=f"{n}", sentence="Pay", purpose="ground", system="", prompt="", schema={},
                    schema_name="O", answer={"data": {}}, model="google/g", label="right", test_id=n,
                )
            )  # fmt: skip
        await session.flush()
        for n in (_THERE, _TO_DELETE):
            session.add(
                Execution(
                    id=n, run_id=n, test_id=n, name="Visit", state="finished", outcome="failed", finished_at=now(),
                    problem={"code": "check", "what": "There is no total.", "mend": "look."}, attempt=1, steps_total=1,
                )
            )  # fmt: skip
        await session.flush()
        for n in (_THERE, _TO_DELETE):
            of = {"execution_id": n, "attempt": 1}
            session.add(ExecutionEvent(**of, kind="state", data={"state": "finished"}))
            session.add(StepRecord(execution_id=n, index=0, text="Open /", outcome="failed"))
            session.add(ModelAttempt(execution_id=n, test_id=n, provider="google", model_asked="g", outcome="timeout"))
            session.add(
                ArtifactFile(
                    id=n, **of, kind="screenshot", key=f"executions/{n}/1/a.png", name="a.png", media_type="image/png",
                    size_bytes=9,
                )
            )  # fmt: skip
            session.add(Heal(id=n, test_id=n, execution_id=n, step=0, text="Open /", before="a", after="b"))
            session.add(Share(id=n, digest=f"{n}", execution_id=n, expires_at=now() + timedelta(days=1)))
        await session.flush()
        if not database.on_sqlite:  # numbers go on behind those given here
            for table in Base.metadata.sorted_tables:
                if "id" in table.c:
                    await session.execute(
                        text("SELECT setval(pg_get_serial_sequence(:table, 'id'), 1000)"), {"table": table.name}
                    )
