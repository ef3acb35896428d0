"""A worker's benches: a browser page each, in which a person tries sentences or records what they do by hand.

One lasts as long as the connection of the server that wished for it, at most an hour, and ends when nobody does
anything for ten minutes. What comes are lines of JSON, `{"id": 1, "do": "try", ...}`; what goes are JSON documents
(answers with that `id`, and events) and pictures, each after its length in four bytes. A picture begins with 0xFF.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import msgspec
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import AiWebTestError
from app.core.errors import Problem
from app.services import secrets
from app.services.platform import Platform
from app.services.stagehand_service import StagehandService
from app.workers.drafts import Draft
from app.workers.hands import Hands
from app.workers.screencast import show
from app.workers.trying import Trying

__all__ = ["Benches"]

_MOST = 4  # benches of one worker
_IDLE_S, _LIFE_S = 600.0, 3600.0

_log = logging.getLogger(__name__)


class Benches:
    """The benches that a worker has open."""

    def __init__(self, platform: Platform, service: StagehandService) -> None:
        self._platform, self._service = platform, service
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give a server a bench until its connection ends."""
        if self._open >= _MOST:
            await _send(writer, {"event": "full"})
            return
        self._open += 1
        await _send(writer, {"event": "ready"})
        try:
            async with AsyncExitStack() as stack:
                bench = _Bench(self._platform, self._service, stack, writer)
                await bench.work(reader)
        finally:
            self._open -= 1


class _Bench:
    """One page that somebody works at."""

    def __init__(
        self, platform: Platform, service: StagehandService, stack: AsyncExitStack, writer: asyncio.StreamWriter
    ) -> None:
        self._platform, self._stack, self._writer = platform, stack, writer
        self._trying = Trying(platform, service, stack)
        self._hands: Hands | None = None
        self._over = asyncio.Event()
        self._doing: asyncio.Task[None] | None = None

    @property
    def session(self) -> Session | None:
        """Return the browser's session, None before it is opened."""
        return self._trying.session

    async def work(self, reader: asyncio.StreamReader) -> None:
        """Do what is told until the connection ends, or it is time to end."""
        showing = asyncio.create_task(show(lambda: self.session, self._over, self._picture))
        waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        doing = asyncio.create_task(self._keep_doing(waiting))
        try:
            async with asyncio.timeout(_LIFE_S):
                while line := await asyncio.wait_for(reader.readline(), _IDLE_S):
                    wish = msgspec.json.decode(line, type=dict[str, Any])
                    if wish["do"] == "stop":
                        self._stop()
                    else:
                        waiting.put_nowait(wish)
        except TimeoutError:
            await _send(self._writer, {"event": "ended", "why": "Nothing was done here for a while."})
        finally:
            self._over.set()
            for task in (doing, showing):
                task.cancel()
            await asyncio.wait({doing, showing})

    async def _keep_doing(self, waiting: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            wish = await waiting.get()
            number = wish.pop("id")
            self._doing = asyncio.create_task(self._answer(number, wish))
            try:
                await asyncio.wait({self._doing})
            finally:
                self._doing.cancel()
            if self._doing.cancelled():
                told = {"code": "stopped", "what": "It was stopped.", "mend": ""}
                await _send(self._writer, {"id": number, "problem": told})
            elif (fault := self._doing.exception()) is not None:  # one of ours: told as ours, and the bench goes on
                _log.error("A bench hit a fault of the worker", exc_info=fault)
                what = f"A fault of AI Web Test: {type(fault).__name__}."
                told = {"code": "internal", "what": what, "mend": "see the worker's log, and report it."}
                await _send(self._writer, {"id": number, "problem": told})

    def _stop(self) -> None:
        if self._doing is not None:
            self._doing.cancel()

    async def _answer(self, number: int, wish: dict[str, Any]) -> None:
        """Do one thing and say how that went."""
        do = wish.pop("do")
        try:
            done = await getattr(self, f"do_{do}")(**wish)
            answer: dict[str, Any] = {"id": number, "done": done or {}}
        except (Problem, AiWebTestError) as exc:
            answer = {
                "id": number,
                "problem": {"code": exc.code, "what": self._trying.told(exc.what), "mend": exc.mend},
            }
        except PlaywrightError as exc:
            gone = self.session.gone() if self.session else None
            what = gone.what if gone else self._trying.told(exc.message.splitlines()[0])
            answer = {"id": number, "problem": {"code": "browser", "what": what, "mend": "begin again."}}
        await _send(self._writer, answer)
        await self._tell_page()

    # --- what can be wished for ---------------------------------------------------------------------------------------

    async def do_open(self, draft: dict[str, Any], *, record: bool = False) -> dict[str, Any]:
        """Open the page that a draft begins at. With `record`, what is done by hand is written down from now on."""
        await self._trying.begin(msgspec.convert(draft, Draft))
        assert self.session is not None
        if record:
            names = [secret.name for secret in await secrets.list_secrets(self._platform)]
            self._hands = Hands(self.session, await secrets.reveal(self._platform, names), self._changed)
        return await self._trying.seen()

    async def do_try(self, draft: dict[str, Any], place: int) -> dict[str, Any]:
        """Run the sentences that a line of the draft stands for."""
        return await self._trying.run_line(msgspec.convert(draft, Draft), place)

    async def do_say(self, sentence: str) -> dict[str, Any]:
        """Run a sentence that stands in no draft."""
        return await self._trying.run_sentence(sentence)

    async def do_look(self) -> dict[str, Any]:
        """Tell what can be named on the page."""
        return await self._trying.seen()

    async def do_click(self, x: float, y: float, count: int = 1, button: str = "left") -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.click(x, y, count=count, button=button))

    async def do_hover(self, x: float, y: float) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.hover(x, y))

    async def do_see(self, x: float, y: float) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.see(x, y))

    async def do_move(self, x: float, y: float) -> dict[str, Any]:
        if self.session is not None and not self.session.dialogs_open:
            await self._by_hand(lambda hands: hands.move(x, y))
        return {}

    async def do_wheel(self, x: float, y: float, down: float) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.wheel(x, y, down))

    async def do_type(self, text: str = "", secret: str = "") -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.type(text, secret=secret))

    async def do_press(self, key: str) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.press(key))

    async def do_choose(self, label: str) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.choose(label))

    async def do_go(self, url: str) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.go(url))

    async def do_back(self) -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.back())

    async def do_dialog(self, accept: bool, text: str = "") -> dict[str, Any]:
        return await self._by_hand(lambda hands: hands.answer(accept=accept, text=text))

    async def do_forget(self, places: list[int]) -> dict[str, Any]:
        assert self._hands is not None
        return self._hands.forget(places)

    async def _by_hand(self, act: Callable[[Hands], Awaitable[dict[str, Any] | None]]) -> dict[str, Any]:
        assert self.session is not None
        hands = self._hands = self._hands or Hands(self.session, {}, lambda: None)
        return await act(hands) or {}

    # --- what is told unasked -----------------------------------------------------------------------------------------

    def _changed(self) -> None:
        assert self._hands is not None
        told = {
            "event": "recorded",
            "events": [event.model_dump(mode="json", exclude_defaults=True) for event in self._hands.events],
            "unclear": self._hands.unclear,
        }
        _put(self._writer, msgspec.json.encode(told))

    async def _tell_page(self) -> None:
        session = self.session
        if session is None or not session.tabs:
            return
        dialog = session.prompts.current
        about = {"kind": dialog.kind, "text": dialog.text} if dialog is not None else None
        await _send(self._writer, {"event": "page", "url": self._trying.told(session.page.url), "dialog": about})

    async def _picture(self, picture: bytes) -> None:
        _put(self._writer, picture)
        await self._writer.drain()


def _put(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(len(body).to_bytes(4, "big") + body)


async def _send(writer: asyncio.StreamWriter, document: dict[str, Any]) -> None:
    with suppress(ConnectionError):  # whoever wished for the bench is gone; reading ends as well
        _put(writer, msgspec.json.encode(document))
        await writer.drain()
