"""Stagehand comes and goes with the browser, and talks to nobody else."""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.observed import node_at
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.case import Step
from aiwebtest.core.model import ModelQuestion
from aiwebtest.grounding.model.stagehand import StagehandModel
from aiwebtest.testing.scripted import ScriptedGenerator, observed


@contextmanager
def recording_proxy() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a proxy that refuses everything, and what it was asked for."""
    asked: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().strip())
            self.wfile.write(b"HTTP/1.1 502 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


async def _grounded(pool: BrowserPool, model: StagehandModel) -> str:
    async with pool.session() as session:
        await session.page.set_content("<button>Save</button>")
        question = ModelQuestion(
            execution="e", step=Step(index=0, text="Keep it"), text="Keep it", page=session.page,
            snapshot=await take_snapshot(session.page), cdp_url=pool.cdp_url or "",
        )  # fmt: skip
        answer = await model.ground(question)
        return question.snapshot.nodes[answer.intents[0][1]].name


async def test_nothing_leaves_a_new_browser_is_attached_to_and_nothing_stays(capfd) -> None:
    """No telemetry and no log lines; after a crash the next question works; closing may come last, and twice."""
    generator = ScriptedGenerator(every=observed("button: Save"))
    model = StagehandModel(lambda _: generator, name=generator.name, resolve=node_at)
    with recording_proxy() as (proxy, asked):
        settings = BrowserSettings(debugging=True, arguments=(f"--proxy-server={proxy}",))
        async with BrowserPool(settings) as pool:
            first = await _grounded(pool, model)
            await (await pool.browser()).close()
            second = await _grounded(pool, model)
        await model.close()
        await model.close()

    assert (first, second) == ("Save", "Save")
    assert [request.decode() for request in asked] == []
    assert "stagehand" not in "".join(capfd.readouterr()).lower()


async def test_two_models_ask_about_pages_of_one_browser() -> None:
    """Stagehand admits one of it in a browser: they share it, each by its own script, and the last one detaches."""
    generators = [ScriptedGenerator(every=observed("button: Save"), name=f"{name}/v1") for name in "ab"]
    first, second = (StagehandModel(lambda _, one=one: one, name=one.name, resolve=node_at) for one in generators)

    async with BrowserPool(BrowserSettings(debugging=True)) as pool:
        together = await asyncio.gather(*(_grounded(pool, model) for model in (first, second) * 3))
        await first.close()
        alone = await _grounded(pool, second)
        await second.close()
        again = await _grounded(pool, first)
        await first.close()

    assert {*together, alone, again} == {"Save"}
    assert [len(generator.requests) for generator in generators] == [4, 4]


async def test_a_browser_without_a_port_for_it_is_refused_with_a_remedy() -> None:
    """However many ask at once; a grid's address is one, and so is one where nobody listens."""
    generator = ScriptedGenerator(every=observed("button: Save"))
    model = StagehandModel(lambda _: generator, name=generator.name, resolve=node_at)

    asked = [*(model.attach("http://127.0.0.1:9", within_s=0.2) for _ in range(3)), model.attach("")]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    await model.close()

    assert [type(end).__name__ for end in ends] == ["ProviderUnavailable"] * 4
    assert "within 0 s" in str(ends[0])
    assert "without a port" in str(ends[3])
