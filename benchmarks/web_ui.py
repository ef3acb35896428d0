"""What the web UI costs those who use it: bytes, time until usable, events and pictures on the screen, many viewers.

Run it with `python -m benchmarks.web_ui [load|live|viewers|visits ...]`. Server, worker, browser and the site under
test are processes of one machine, so a busy one shows in every figure: bytes and processor time do not depend on load.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.report import Report
from benchmarks.web_visits import measure_visits

BACKEND = Path(__file__).parent.parent / "backend"
sys.path[:0] = [str(BACKEND), str(BACKEND / "tests" / "support")]

from playwright.async_api import Browser, Page  # noqa: E402
from showcase import Served, fill, serve  # noqa: E402
from sqlalchemy import delete, select  # noqa: E402

from aiwebtest.browser.launch import open_browser  # noqa: E402
from app.core.clock import now  # noqa: E402
from app.core.config import ServerSettings  # noqa: E402
from app.core.database import Database  # noqa: E402
from app.models import Execution, ExecutionEvent, Run, Test, Worker  # noqa: E402

LOADS, CHANGES, EVENTS = 5, 8, 60
VIEWERS, RATE, SECONDS = 20, 10.0, 15.0  # people who watch one execution, events a second of it, how long
PICTURES_S, PICTURE_RATE = 6.0, 10.0
WORKER, BEATING = "benchmark", datetime(2100, 1, 1, tzinfo=UTC)  # a worker that never stops beating
PATIENCE_MS = 120_000.0

# Pictures that tell their number in black and white bits, and what reads them as soon as one is painted.
_DRAW = """(count) => [...Array(count).keys()].map((number) => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  canvas.width = 1280; canvas.height = 720;
  const fill = (colour, x, y, size) => { pen.fillStyle = colour; pen.fillRect(x, y, size, size); };
  for (let y = 0; y < 720; y += 16)
    for (let x = 0; x < 1280; x += 16) fill(`hsl(${(x * y) % 360} 40% 70%)`, x, y, 16);
  for (let bit = 0; bit < 8; bit++) fill(number >> bit & 1 ? "#fff" : "#000", bit * 40, 0, 40);
  return canvas.toDataURL("image/jpeg", 0.6).split(",")[1];
})"""
_WATCH = """(milliseconds) => new Promise((resolve) => {
  const picture = document.querySelector(".aw-view img"), seen = [], began = performance.now();
  const pen = new OffscreenCanvas(1280, 720).getContext("2d", { willReadFrequently: true });
  let last = -1;
  const look = () => {
    if (picture.naturalWidth === 1280) {
      pen.drawImage(picture, 0, 0);
      let number = 0;
      for (let bit = 0; bit < 8; bit++) if (pen.getImageData(bit * 40 + 20, 20, 1, 1).data[0] > 127) number |= 1 << bit;
      if (number !== last) { last = number; seen.push([number, Date.now()]); }
    }
    if (performance.now() - began < milliseconds) requestAnimationFrame(look);
    else resolve(seen);
  };
  look();
})"""
_PICTURES = 200  # of different numbers


def main(*only: str) -> int:
    """Run it, or the named parts; 0 when the aims are met."""
    report = Report("web_ui", "What the web UI costs")
    asyncio.run(_measure(report, only or ("load", "live", "viewers", "visits")))
    report.note(f"Server, worker, browser and site share {os.cpu_count()} processors.")
    return report.close()


async def _measure(report: Report, parts: tuple[str, ...]) -> None:
    measures: dict[str, Callable[[Report, Browser, Served], Awaitable[None]]] = {
        "load": _load, "live": _live, "viewers": _viewers,
    }  # fmt: skip
    async with open_browser() as browser:
        shown = [part for part in parts if part != "visits"]
        if shown:
            async with _filled(browser) as served:
                for part in shown:
                    await measures[part](report, browser, served)
        if "visits" in parts:
            await _visits(report, browser)


@asynccontextmanager
async def _filled(browser: Browser, **settings: str) -> AsyncIterator[Served]:
    """Serve the application with the demo shop and three weeks of runs."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data, serve(Path(data), **settings) as served:
        page = await _page(browser, served)
        await page.goto(served.url)
        await page.get_by_role("button", name="Load the demo shop").click()
        await page.get_by_role("heading", name="Demo shop", level=1).wait_for()
        await page.context.close()
        await fill(served.data_dir)
        yield served


async def _page(browser: Browser, served: Served) -> Page:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "aiwebtest", "value": served.cookie, "url": served.url}])
    return await context.new_page()


# --- loading ----------------------------------------------------------------------------------------------------------


async def _load(report: Report, browser: Browser, served: Served) -> None:
    rows = []
    for what, path, most in (("tests", "/tests", 400), ("dashboard, with charts", "/", 800)):
        sizes, times = [], []
        for _ in range(LOADS):
            page = await _page(browser, served)
            line = await page.context.new_cdp_session(page)
            await line.send("Network.enable")
            received: list[float] = []
            line.on("Network.loadingFinished", lambda event, to=received: to.append(event["encodedDataLength"]))
            began = time.monotonic()
            await page.goto(served.url + path, wait_until="commit")
            if path == "/tests":
                await page.get_by_role("searchbox").press_sequentially("sign")
                await page.get_by_role("link", name="basket", exact=True).wait_for(state="detached")
            else:
                await page.locator(".nicegui-echart svg").first.wait_for()
            times.append(1000 * (time.monotonic() - began))
            await page.wait_for_timeout(500)  # what is still coming counts
            sizes.append(sum(received) / 1000)
            await page.context.close()
        rows.append((what, statistics.median(sizes), min(times), statistics.median(times)))
        size = statistics.median(sizes)
        report.aim(f"first load, {what}, kB", size, f"<= {most}", met=size <= most)
    usable = rows[0][2]
    report.aim("tests page typed into and filtered, cold, best ms", usable, "<= 1700", met=usable <= 1700)
    report.table("loading", ("page", "kB", "best ms", "median ms"), rows)
    changes = await _page_changes(browser, served)
    change = statistics.median(changes)
    report.table("page change, ms", ("count", "best", "median"), [(len(changes), min(changes), change)])
    report.aim("page change, median ms", change, "<= 250", met=change <= 250)


async def _page_changes(browser: Browser, served: Served) -> list[float]:
    page = await _page(browser, served)
    await page.goto(f"{served.url}/tests")
    times = []
    for _ in range(CHANGES):
        for name in ("Suites", "Tests"):
            took = await page.evaluate(
                """(name) => new Promise((resolve) => {
                  const began = performance.now();
                  const look = new MutationObserver(() => {
                    if (document.querySelector(".aw-page h1")?.textContent !== name) return;
                    if (!document.querySelector(".aw-page :is(table, .aw-list)")) return;
                    look.disconnect();
                    requestAnimationFrame(() => resolve(performance.now() - began));
                  });
                  look.observe(document.body, { childList: true, subtree: true, characterData: true });
                  const links = [...document.querySelectorAll(".aw-nav a")];
                  links.find((link) => link.textContent.trim().startsWith(name)).click();
                })""",
                name,
            )
            times.append(took)
    await page.context.close()
    return times


# --- a live page ------------------------------------------------------------------------------------------------------


async def _live(report: Report, browser: Browser, served: Served) -> None:
    """The benchmark stands in for the worker: what is timed is worker, server, network and painting."""
    async with Database(_database(served)) as database, _pictures(browser, served, database, PICTURE_RATE) as shown:
        execution_id = await _running(database)
        page = await _page(browser, served)
        await page.goto(f"{served.url}/executions/{execution_id}", wait_until="commit")
        await page.locator(".aw-view img").wait_for()
        await page.wait_for_function("document.querySelector('.aw-view img').naturalWidth === 1280")
        seen = await page.evaluate(_WATCH, PICTURES_S * 1000)
        await page.context.close()
        await _over(database, execution_id)
    lags = sorted(at - shown[number] for number, at in seen[1:])
    rate, lag = len(seen) / PICTURES_S, statistics.median(lags)
    report.table("live picture", ("pictures/s", "p50 ms", "p95 ms"), [(rate, lag, lags[int(0.95 * len(lags))])])
    report.aim("live pictures a second", rate, ">= 5", met=rate >= 5)
    report.aim("live picture, from the worker to the pixel, p50 ms", lag, "<= 40", met=lag <= 40)


@asynccontextmanager
async def _pictures(
    browser: Browser, served: Served, database: Database, rate: float
) -> AsyncIterator[dict[int, float]]:
    """Stand in for a worker that shows pictures; yield when each number was sent last, in milliseconds."""
    page = await browser.new_page()
    drawn = [base64.b64decode(each) for each in await page.evaluate(_DRAW, _PICTURES)]
    await page.close()
    sent: dict[int, float] = {}

    async def show(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"nonce\n")
        await reader.readline()  # a wish and its signature; the benchmark believes them
        number = 0
        try:
            while True:
                sent[number % _PICTURES] = 1000 * time.time()
                picture = drawn[number % _PICTURES]
                writer.write(len(picture).to_bytes(4, "big") + picture)
                await writer.drain()
                number += 1
                await asyncio.sleep(1 / rate)
        except ConnectionError:
            return

    showing: set[asyncio.Task[None]] = set()
    server = await asyncio.start_server(lambda *ends: showing.add(asyncio.create_task(show(*ends))), "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with database.write() as session:
        session.add(Worker(name=WORKER, host="here", pid=os.getpid(), concurrency=1, live_url=address, beat_at=BEATING))
    try:
        yield sent
    finally:
        server.close()
        for task in showing:
            task.cancel()
        async with database.write() as session:
            await session.execute(delete(Worker).where(Worker.name == WORKER))


# --- many viewers of a busy execution ---------------------------------------------------------------------------------


async def _viewers(report: Report, browser: Browser, served: Served) -> None:
    async with Database(_database(served)) as database:
        one = await _screen(browser, served, database, viewers=1, rate=5.0, seconds=EVENTS / 5.0)
        async with _pictures(browser, served, database, 5.0):
            many = await _screen(browser, served, database, viewers=VIEWERS, rate=RATE, seconds=SECONDS)
    both = (("1 viewer", one), (f"{VIEWERS} viewers, {RATE:g} events/s", many))
    rows = [
        (name, len(times), statistics.median(times), times[int(0.95 * len(times))], share)
        for name, (times, share) in both
    ]
    report.table("event's commit to screen", ("who", "events", "p50 ms", "p95 ms", "share of a core"), rows)
    report.aim("step event to screen, p50 ms", rows[0][2], "<= 50", met=rows[0][2] <= 50)
    report.aim(f"{VIEWERS} viewers of a busy run, share of a core", rows[1][4], "<= 0.5", met=rows[1][4] <= 0.5)


async def _screen(
    browser: Browser, served: Served, database: Database, *, viewers: int, rate: float, seconds: float
) -> tuple[list[float], float]:
    """Return milliseconds from commit to screen, sorted, and the server's share of a core meanwhile."""
    execution_id = await _running(database)
    async with AsyncExitStack() as stack:
        still = "reduce" if viewers > 1 else "no-preference"  # so many browsers draw on the processors that serve them
        context = await browser.new_context(reduced_motion=still)
        stack.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_cookies([{"name": "aiwebtest", "value": served.cookie, "url": served.url}])
        await context.route("**/live/*", lambda route: route.abort())
        pages = [await context.new_page() for _ in range(viewers)]
        for page in pages:
            await page.goto(f"{served.url}/executions/{execution_id}", wait_until="commit")
            await page.get_by_role("heading", name="Steps").wait_for()
        if viewers > 1:
            for _ in range(viewers):  # their pictures: a browser would give all its pages together six connections
                await stack.enter_async_context(_looking(served, execution_id))
        await pages[0].evaluate("""() => {
          window.seen = {};
          new MutationObserver((all) => all.forEach((each) => each.addedNodes.forEach((node) => {
            const said = /event-(\\d+)/.exec(node.textContent || "");
            if (said && !(said[1] in seen)) requestAnimationFrame(() => { seen[said[1]] ??= Date.now(); });
          }))).observe(document.querySelector("[data-live=log]"), { childList: true });
        }""")
        committed: dict[str, float] = {}
        began, used = time.monotonic(), _processor_s(served)
        for number in range(int(rate * seconds)):
            async with database.write() as session:
                session.add(_event(execution_id, number))
            committed[str(number)] = 1000 * time.time()
            await asyncio.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
        share = (_processor_s(served) - used) / (time.monotonic() - began)
        await pages[0].wait_for_function("(many) => Object.keys(seen).length >= many", arg=len(committed))
        seen: dict[str, float] = json.loads(await pages[0].evaluate("JSON.stringify(seen)"))
    await _over(database, execution_id)
    return sorted(seen[number] - at for number, at in committed.items()), share


@asynccontextmanager
async def _looking(served: Served, execution_id: int) -> AsyncIterator[None]:
    """Take an execution's pictures while the block lasts."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET /live/{execution_id}.mjpeg HTTP/1.1\r\nHost: {host}\r\nCookie: aiwebtest={served.cookie}\r\n\r\n".encode()
    )

    async def take() -> None:
        while await reader.read(1 << 16):
            pass

    taking = asyncio.create_task(take())
    try:
        yield
    finally:
        taking.cancel()
        writer.close()


async def _over(database: Database, execution_id: int) -> None:
    async with database.write() as session:
        execution = await session.get_one(Execution, execution_id)
        execution.state = "stopped"


def _event(execution_id: int, number: int) -> ExecutionEvent:
    """Return an event as a worker writes them: each step begins and ends in turn."""
    step = {"index": number // 2 % 20, "text": f"Click the button event-{number}", "kind": "act", "phase": "main"}
    told: dict[str, Any] = {
        "step": step, "outcome": "passed", "source": "rules", "duration_s": 0.4, "understood": f"event-{number}",
        "described": ['button "Save" in the section "Billing"'], "attempts": 0, "cost_usd": None, "url": "http://shop/",
    }  # fmt: skip
    return ExecutionEvent(execution_id=execution_id, attempt=1, kind="step-finished", at=now(), data=told)


async def _running(database: Database) -> int:
    async with database.write() as session:
        test = (await session.scalars(select(Test).limit(1))).one()
        run = Run(name="Busy", test_id=test.id, total=1)
        session.add(run)
        await session.flush()
        execution = Execution(
            run_id=run.id, test_id=test.id, name="Busy", position=0, state="running", attempt=1, started_at=now(),
            steps_total=20, lease_owner=WORKER, lease_until=time.time() + 3600, request={},
        )  # fmt: skip
        session.add(execution)
        await session.flush()
        steps = [{"index": at, "text": f"Step {at}", "kind": "act", "phase": "main"} for at in range(20)]
        session.add(ExecutionEvent(execution_id=execution.id, attempt=1, kind="case-started", data={"steps": steps}))
    return execution.id


# --- many visits ------------------------------------------------------------------------------------------------------


async def _visits(report: Report, browser: Browser) -> None:
    """Open pages again and again, a running execution among them, as a team does all day: memory must come to rest."""
    scale = {"application": "benchmarks.web_weighed:app", "PYTHONPATH": str(BACKEND.parent), "PYTHONMALLOC": "malloc"}
    leak = {name: value for name in ("LEAK_BYTES",) if (value := os.environ.get(name))}
    async with _filled(browser, **scale, **leak) as served, Database(_database(served)) as database:
        execution_id = await _running(database)
        paths = ("/tests", "/tests/7", "/executions", "/suites", f"/executions/{execution_id}", "/", "/tests/record")
        await measure_visits(report, served.url, served.cookie, paths, lambda: _memory_mb(served))
        await _over(database, execution_id)


# --- the server's process ---------------------------------------------------------------------------------------------


def _database(served: Served) -> str:
    return ServerSettings(_env_file=None, data_dir=served.data_dir).database


def _pid(served: Served) -> int:
    port = int(served.url.rpartition(":")[2])
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
            inode = f"socket:[{fields[9]}]"
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if any(str(file.readlink()) == inode for file in (process / "fd").iterdir()):
                        return int(process.name)
                except OSError:
                    continue
    raise LookupError(served.url)


def _processor_s(served: Served) -> float:
    fields = Path(f"/proc/{_pid(served)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(served: Served) -> float:
    told = Path(f"/proc/{_pid(served)}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in told if line.startswith("Private_")) / 1024


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
