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
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import socketio

from benchmarks.report import Report

__all__ = ["HELD", "measure_visits"]

HELD = "/benchmark/held"  # where a weighed server tells what lives in it
WARM_UP, VISITS, WEIGHED_EVERY, AT_ONCE = 100, 500, 100, 5  # visits before, weighed, between weighings, at a time
GONE_S = 15.0  # longer than a weighed server keeps the state of a page that is gone
PATIENCE_S = 300.0  # the machine may do much else
MOST_GROWTH_MB = 5.0  # of what lives, over all visits
MOST_OBJECTS = 1.0  # that come to stay with a visit
T_95 = {3: 3.182}  # Student's t of a 95 % interval, by degrees of freedom

_QUERY = re.compile(r"query: (\{.*?\}),\n")
_NAVIGATES = re.compile(r'"listener_id":\s*"([^"]+)",[^{}]*?"type":\s*"sub_pages_navigate"')


async def measure_visits(
    report: Report, url: str, cookie: str, paths: Sequence[str], memory_mb: Callable[[], float]
) -> None:
    """Visit pages of a weighed server and report what its process came to hold. `memory_mb` tells its memory.

    Judged is what lives in it: bytes that Python and its libraries have not given back to the allocator.
    """
    places = cycle([(path, paths[(number + 1) % len(paths)]) for number, path in enumerate(paths)])
    async with aiohttp.ClientSession(headers={"Cookie": f"aiwebtest={cookie}"}) as session:

        async def visit(times: int) -> None:
            for _ in range(times):
                await _visit(session, url, *next(places))

        async def visits(number: int) -> dict[str, Any]:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(visit(number // AT_ONCE))
            await asyncio.sleep(GONE_S)
            async with session.get(url + HELD) as answer:
                return {**await answer.json(), "memory_mb": memory_mb()}

        await visits(WARM_UP)
        counts = range(WEIGHED_EVERY, VISITS + 1, WEIGHED_EVERY)
        held = [await visits(WEIGHED_EVERY) for _ in counts]
    weighed = [
        (count, one["bytes"] / 1e6, one["objects"], one["memory_mb"]) for count, one in zip(counts, held, strict=True)
    ]
    report.table("after visits", ("visits", "MB that live", "objects", "private memory, MB"), weighed)
    slopes = [_slope(counts, [row[column] for row in weighed]) for column in (1, 2, 3)]
    rows = [
        (what, *(scale * end for end in slope))
        for what, scale, slope in zip(
            ("kB that live", "objects", "kB of private memory"), (1000, 1, 1000), slopes, strict=True
        )
    ]
    report.table("growth a visit", ("of", "estimate", "95 % from", "to"), rows)
    report.table("kinds of objects that grew most", ("kind", "more"), _grown(held))
    growth, objects = VISITS * slopes[0][0], slopes[1][0]
    report.aim(
        f"growth of what lives over {VISITS} visits, MB", growth, f"<= {MOST_GROWTH_MB:g}", met=growth <= MOST_GROWTH_MB
    )
    report.aim("objects that stay of a visit", objects, f"<= {MOST_OBJECTS:g}", met=objects <= MOST_OBJECTS)


def _grown(held: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    first, last = held[0]["kinds"], held[-1]["kinds"]
    more = {kind: number - first.get(kind, 0) for kind, number in last.items()}
    return sorted(((kind, by) for kind, by in more.items() if by > 0), key=lambda one: -one[1])[:8]


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
