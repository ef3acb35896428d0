"""Benches: a browser page in a worker, in which a person tries sentences or records what they do by hand.

A bench is a connection to a worker and lasts as long as it. Whoever opened it alone can see it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from app.core.errors import NotFound, Problem, TooMany, Unavailable
from app.models import Worker
from app.services import audit
from app.services.live import Slot, asked_worker

if TYPE_CHECKING:
    from app.services.actor import Actor
    from app.services.platform import Platform

__all__ = ["Bench", "BenchRefused", "find", "open_bench"]

_MOST_OF_ONE = 2  # benches that one person has open at a time
_MOST_BYTES = 8 << 20  # of a message
_JPEG = 0xFF
_ANSWER_S = 180.0
_CONNECT_S = 3.0
_STARTING_S, _LOOK_S = 20.0, 0.5  # how long a worker that is being started is waited for, and how often one looks


class BenchRefused(Problem):
    """What was wished for could not be done in the page; `what` and `mend` are the worker's."""

    status, code, title = 422, "not-done", "It could not be done"


@dataclass(eq=False)
class Bench:
    """An open bench. `slot` has its pictures; `on_event` hears what it tells unasked."""

    id: str
    owner: int | None
    slot: Slot
    on_event: Callable[[dict[str, Any]], None] | None = None
    ended: str = ""  # why it ended, once it has
    _writer: asyncio.StreamWriter | None = None
    _number: int = 0

    def __post_init__(self) -> None:
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def do(self, what: str, **values: Any) -> dict[str, Any]:
        """Have something done in the page and return what came of it.

        Raises:
            BenchRefused: it could not be done.
            Unavailable: the bench has ended, or did not answer in time.
        """
        self._number += 1
        number, answer = self._number, asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self.tell(what, id=number, **values)
            async with asyncio.timeout(_ANSWER_S):
                told: dict[str, Any] = await answer
        except TimeoutError:
            raise Unavailable("The browser did not answer.", mend="stop it, and open it again.") from None
        finally:
            del self._asked[number]
        if problem := told.get("problem"):
            raise BenchRefused(problem["what"], mend=problem["mend"])
        done: dict[str, Any] = told["done"]
        return done

    def tell(self, what: str, **values: Any) -> None:
        """Wish for something without waiting for its answer. Raises Unavailable when the bench has ended."""
        if self._writer is None or self.ended:
            raise Unavailable(self.ended or "The browser is not open.", mend="open it again.")
        self._writer.write(msgspec.json.encode({"id": 0, "do": what, **values}) + b"\n")

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take what the worker sends, until the connection ends."""
        self._writer = writer
        try:
            while length := int.from_bytes(await reader.readexactly(4), "big"):
                if length > _MOST_BYTES:
                    break
                body = await reader.readexactly(length)
                if body[0] == _JPEG:
                    self.slot.put(body)
                else:
                    self._heard(msgspec.json.decode(body, type=dict[str, Any]))
        except (OSError, EOFError):
            pass
        finally:
            self.end("The browser's worker ended.")

    def end(self, why: str) -> None:
        """Say that it has ended."""
        if self.ended:
            return
        self.ended = why
        self.slot.end()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Unavailable(why, mend="open it again."))
        if self.on_event is not None:
            self.on_event({"event": "ended", "why": why})

    def _heard(self, told: dict[str, Any]) -> None:
        if told.get("event") == "ended":
            self.end(told["why"])
        elif "event" in told:
            if self.on_event is not None:
                self.on_event(told)
        elif (answer := self._asked.get(told["id"])) is not None and not answer.done():
            answer.set_result(told)


@asynccontextmanager
async def open_bench(platform: Platform, actor: Actor, purpose: str) -> AsyncIterator[Bench]:
    """Yield a bench at a worker that has room; its page is gone when the block ends.

    Raises:
        Forbidden: the actor may not run tests.
        TooMany: the actor has enough of them open.
        Unavailable: no worker can be reached, or none has room.
    """
    actor.require("run")
    if sum(bench.owner == actor.user_id for bench in platform.benches.values()) >= _MOST_OF_ONE:
        raise TooMany("You have a browser open in other pages already; close one of them.", retry_after_s=20)
    async with _at_a_worker(platform) as (reader, writer):
        bench = Bench(id=secrets.token_urlsafe(18), owner=actor.user_id, slot=Slot())
        platform.benches[bench.id] = bench
        listening = asyncio.create_task(bench.listen(reader, writer), name="bench")
        try:
            async with platform.database.write() as session:
                audit.note(session, actor, "bench.open", purpose)
            yield bench
        finally:
            bench.on_event = None
            del platform.benches[bench.id]
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


def find(platform: Platform, actor: Actor, bench_id: str) -> Bench:
    """Return somebody's own bench. Raises NotFound, also for that of somebody else."""
    bench = platform.benches.get(bench_id)
    if bench is None or bench.owner != actor.user_id:
        raise NotFound("browser", bench_id[:40])
    return bench


@asynccontextmanager
async def _at_a_worker(platform: Platform) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to a worker with room. One that is just starting, as the server is, is waited for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _STARTING_S
    while True:
        full = False
        for address in await _addresses(platform):
            async with AsyncExitStack() as stack:
                try:
                    reader, writer = await stack.enter_async_context(asked_worker(platform, address, "bench"))
                    async with asyncio.timeout(_CONNECT_S):
                        said = await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))
                except (OSError, TimeoutError, EOFError):
                    continue  # it is gone, and will be taken off the list
                if msgspec.json.decode(said)["event"] == "ready":
                    yield reader, writer
                    return
                full = True
        if full:
            raise TooMany("All browsers for trying and recording are in use.", retry_after_s=60)
        if loop.time() > end:
            raise Unavailable("No worker is there to open a browser.", mend="start one: `aiwebtest-server worker`.")
        await asyncio.sleep(_LOOK_S)


async def _addresses(platform: Platform) -> Sequence[str]:
    there = select(Worker.live_url).where(Worker.live_url != "", ~Worker.draining).order_by(Worker.beat_at.desc())
    async with platform.database.read() as session:
        return (await session.execute(there)).scalars().all()
