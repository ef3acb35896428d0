"""Benches: a page in a worker process, in which sentences are tried and what is done by hand becomes sentences."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import pytest_asyncio
from nicegui import background_tasks
from nicegui import core as nicegui_core
from working import start_worker

from app.core.config import ServerSettings
from app.core.errors import NotFound, Unavailable
from app.schemas.recording import RecordedEvent
from app.services import benches, recording, secrets
from app.services.actor import Actor, system
from app.services.demo import Shops
from app.services.platform import Platform, open_platform
from app.web.bench import OpenBench
from app.web.session import Visit
from app.workers.live import serve_live

if TYPE_CHECKING:
    from nicegui.element import Element
    from starlette.requests import HTTPConnection

    from app.workers.bench import Benches
    from app.workers.runner import Runner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes")

PAGE = """<!doctype html><title>Shop</title><style>input,button,select{position:absolute;width:80px;height:30px}</style>
<label>Password <input type=password style="left:100px;top:0"></label>
<table style="margin-top:40px"><tr><td>Lamp<td><button style="left:200px;top:60px">Add</button>
<tr><td>Chair<td><button style="left:200px;top:100px" onclick="this.after(' Chair added')">Add</button></table>
<select aria-label=Size style="left:0;top:150px"><option>Small<option>Large</select>"""


@pytest_asyncio.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    """A platform on SQLite: what a bench does depends on no database."""
    async with open_platform(ServerSettings(_env_file=None, data_dir=tmp_path / "data")) as platform:
        yield platform


@asynccontextmanager
async def site() -> AsyncIterator[str]:
    """Yield the address of a page with two buttons of one name, a password field and a list."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write((head + PAGE).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


async def test_whoever_waits_for_a_browser_hears_that_the_server_stops(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task that opens it is cancelled with the others of the pages; the page is told instead of waiting on."""
    monkeypatch.setattr(nicegui_core, "loop", asyncio.get_running_loop())
    visit = Visit(platform, system("test"), cast("HTTPConnection", None), Shops())
    opening = asyncio.create_task(OpenBench.open(visit, cast("Element", None), "try", ended=_never))
    while not background_tasks.running_tasks:
        await asyncio.sleep(0)

    await background_tasks.teardown()

    with pytest.raises(Unavailable, match="stopping"):
        async with asyncio.timeout(60):
            await opening


async def _never(why: str) -> None:
    raise AssertionError(why)


async def test_a_worker_that_ends_cuts_off_who_looks_without_an_error(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    """Its log tells of faults, and that it ends while somebody looks is none."""
    async with serve_live(platform, cast("Runner", None), cast("Benches", None)) as address:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        await reader.readline()

    assert await reader.read() == b""
    writer.close()
    assert not caplog.records


async def test_sentences_are_tried_and_hands_become_sentences(platform: Platform) -> None:
    """Two benches: each way of using them, who may see them, that they go with their connection.

    The first is wished for while the worker is still starting, as somebody does who has just started the server.
    """
    me = system("somebody")
    await secrets.store(platform, me, "SHOP_PASSWORD", "lovelace1815")
    async with site() as url, asyncio.TaskGroup() as group:
        trying = group.create_task(_is_tried(platform, me, url))
        async with start_worker(platform):
            await trying
            async with benches.open_bench(platform, me, "record") as bench:
                said = await _records(bench, url)

    assert said == [
        'Click the "Add" button in the row of "Chair"',
        'Type {SHOP_PASSWORD} into the "Password" field',
        'Select "Large" from the "Size" dropdown',
    ]


async def _is_tried(platform: Platform, me: Actor, url: str) -> None:
    async with benches.open_bench(platform, me, "try") as bench:
        await _tries(bench, url)
        stranger = Actor(user_id=99, email="other@example.com", role="owner")
        with pytest.raises(NotFound):
            benches.find(platform, stranger, bench.id)
    with pytest.raises(Unavailable):
        await bench.do("look")


async def _tries(bench: benches.Bench, url: str) -> None:
    lines = ['Click "Add" in the row of Chair', 'The page shows "Chair added"', 'Click "Add"']
    draft = {
        "path": "a.test.yaml",
        "content": f"name: A\nurl: {url}\nsteps:\n" + "".join(f"  - {one}\n" for one in lines),
    }
    opened = await bench.do("open", draft=draft)
    assert ["button", "Add"] in opened["names"]

    tried = [(await bench.do("try", draft=draft, place=place))["steps"][0] for place in range(3)]

    assert [one["outcome"] for one in tried] == ["passed", "passed", "error"]
    assert tried[0]["actions"][0]["described"] == 'button "Add" in the row of "Chair"'
    assert tried[0]["actions"][0]["effects"]
    assert len(tried[2]["problem"]["candidates"]) == 2
    async with asyncio.timeout(60):
        assert (await anext(bench.slot.pictures())).startswith(b"\xff\xd8")


async def _records(bench: benches.Bench, url: str) -> list[str]:
    told: list[dict[str, Any]] = []
    bench.on_event = told.append
    begin = recording.Sentence(events=(), text=f"Go to {url}")
    content = recording.document("Recording", [], url, ["SHOP_PASSWORD"], [begin])
    await bench.do("open", draft={"path": "a.test.yaml", "content": content}, record=True)

    await bench.do("click", x=240 / 1280, y=115 / 720)  # the second of two alike
    await bench.do("click", x=140 / 1280, y=15 / 720)
    await bench.do("type", secret="SHOP_PASSWORD")
    chosen = await bench.do("click", x=40 / 1280, y=165 / 720)
    assert chosen["choices"] == ["Small", "Large"]
    await bench.do("choose", label="Large")

    recorded = [one for one in told if one["event"] == "recorded"][-1]
    assert recorded["unclear"] == []
    assert "lovelace1815" not in str(told)
    events = [RecordedEvent.model_validate(one) for one in recorded["events"]]
    return [one.text for one in recording.sentences(events, "")]
