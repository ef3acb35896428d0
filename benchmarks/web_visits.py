"""Many visits to the web UI, to see whether the server's memory comes to rest: pages opened as a browser opens them.

What grows in the server does not depend on who draws the page. A visitor asks for the page, opens its websocket with
the same handshake, changes the page once, and goes: a browser's requests without those for scripts and styles.
"""

from __future__ import annotations

import ast
import asyncio
import html
import json
import re
import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import socketio

from benchmarks.report import Report

__all__ = ["measure_visits"]

VISITS, WEIGHED_EVERY, AT_ONCE = 500, 100, 5  # visits, how often memory is weighed, how many at a time
GONE_S = 22.0  # longer than the server keeps the state of a page that is gone
PATIENCE_S = 60.0
MOST_GROWTH_MB = 5.0  # over all visits
T_95 = {3: 3.182}  # Student's t of a 95 % interval, by degrees of freedom

_QUERY = re.compile(r"query: (\{.*?\}),\n")
_NAVIGATES = re.compile(r'"listener_id":\s*"([^"]+)",[^{}]*?"type":\s*"sub_pages_navigate"')


async def measure_visits(
    report: Report, url: str, cookie: str, paths: Sequence[str], memory_mb: Callable[[], float]
) -> None:
    """Visit pages of a server and report what its process came to hold. `memory_mb` weighs it."""
    places = cycle([(path, paths[(number + 1) % len(paths)]) for number, path in enumerate(paths)])
    async with aiohttp.ClientSession(headers={"Cookie": f"aiwebtest={cookie}"}) as session:

        async def visit(times: int) -> None:
            for _ in range(times):
                await _visit(session, url, *next(places))

        async def visits(number: int) -> float:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(visit(number // AT_ONCE))
            await asyncio.sleep(GONE_S)
            return memory_mb()

        counts = range(WEIGHED_EVERY, VISITS + 1, WEIGHED_EVERY)
        sizes = [await visits(WEIGHED_EVERY) for _ in counts]
    report.table("memory after visits, MB", [str(count) for count in counts], [sizes])
    slope, low, high = _slope(counts, sizes)
    report.table("growth, kB a visit", ("estimate", "95 % from", "to"), [(1000 * slope, 1000 * low, 1000 * high)])
    growth = VISITS * slope
    report.aim(f"growth over {VISITS} visits, MB", growth, f"<= {MOST_GROWTH_MB:g}", met=growth <= MOST_GROWTH_MB)


async def _visit(session: aiohttp.ClientSession, url: str, path: str, to: str) -> None:
    """Open a page, change to another one in it, and go."""
    async with session.get(url + path) as answer:
        page = await answer.text()
    given = ast.literal_eval(_found(_QUERY, page))  # as Python writes it
    listener = _found(_NAVIGATES, html.unescape(page))
    query = {**given, "tab_id": str(uuid4()), "document_id": str(uuid4()), "implicit_handshake": "true"}
    changed = asyncio.Event()
    line = socketio.AsyncClient(http_session=session, reconnection=False)
    line.on("update", lambda *_: changed.set())
    await line.connect(
        f"{url}?{urlencode(query)}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"],
        wait_timeout=PATIENCE_S,
    )  # fmt: skip
    try:
        told = {"id": 0, "client_id": given["client_id"], "listener_id": listener, "args": [json.dumps(to)]}
        changed.clear()
        await line.emit("event", told)
        async with asyncio.timeout(PATIENCE_S):
            await changed.wait()
    finally:
        with suppress(aiohttp.ClientError):
            await line.disconnect()


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    assert match is not None, page[:2000]
    return match[1]


def _slope(counts: Sequence[int], sizes: Sequence[float]) -> tuple[float, float, float]:
    """Return MB a visit by least squares, with the ends of its 95 % interval."""
    line = statistics.linear_regression(counts, sizes)
    middle, free = statistics.fmean(counts), len(counts) - 2
    rest = sum((size - line.intercept - line.slope * count) ** 2 for count, size in zip(counts, sizes, strict=True))
    spread = T_95[free] * (rest / free / sum((count - middle) ** 2 for count in counts)) ** 0.5
    return line.slope, line.slope - spread, line.slope + spread
