"""A running execution: the browser's picture as it moves, the steps, a log. Closing the page stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from markupsafe import Markup
from nicegui import background_tasks

from app.schemas.executions import ExecutionAnswer
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.live_board import Board, watching
from app.web.live_picture import picture_of
from app.web.session import Visit

__all__ = ["show"]

_LOOK_S = 1.0  # how soon it is noticed that nobody looks any more


async def show(visit: Visit, seen: ExecutionAnswer, over: Callable[[], Awaitable[None]]) -> None:
    """Show a queued or running execution; `over` paints what comes after its end."""
    waiting = await _why_waiting(visit) if seen.state == "queued" else "The steps appear in a moment."
    page = _Live(visit, seen, waiting)
    background_tasks.create(page.follow(over), name=f"live page of execution {seen.id}")


async def _why_waiting(visit: Visit) -> str:
    """Return what an execution waits for, and how many do."""
    queue = await visit.platform.queue.status()
    if not queue.slots:
        return "No worker is running, so nothing begins. Try: start one with `aiwebtest-server worker`."
    told = f"{words.count(queue.running, 'execution')} running, {queue.queued} waiting, itself among them"
    return f"The steps appear as soon as a worker begins{f': {told}' if queue.queued > 1 else ''}."


class _Live:
    """The live page of one viewer: painted once, then changed by patches in the browser itself."""

    def __init__(self, visit: Visit, seen: ExecutionAnswer, waiting: str) -> None:
        self.visit, self.seen, self.waiting = visit, seen, waiting
        self.ended = asyncio.Event()
        self._watch = watching(visit.platform, seen.id, self._changed)
        self.board = self._watch.__enter__()
        self.running = self.board.running
        self._build(self.board)

    def _build(self, board: Board) -> None:
        seen = self.seen
        back = [("Executions", "/executions"), (f"Run #{seen.run_id}", f"/runs/{seen.run_id}")]
        sub = f"Execution #{seen.id}{f' · {seen.row}' if seen.row else ''} · {words.provider_of(seen.provider)}"
        with Tag("div") as self.root:
            with kit.top(seen.name, sub=sub, back=back):
                with Tag("div", role="status"):
                    state = "running" if self.running else seen.state
                    self.pill = Tag("span", words.title_of(state), cls="aw-pill", data_s=state)
                if self.visit.runs:
                    self.stop = kit.button("Stop", kit.guarded(self._stop), ico="stop", look="bad")
            with Tag("div", cls="aw-run aw-watch"):
                with Tag("div", cls="aw-lcol"):
                    self._stage(board)
                    with Tag("section", cls="aw-card aw-later-on", aria_label="Log"):
                        with Tag("header"):
                            Tag("h2", "Log")
                        with Tag("div", cls="aw-log", role="log", aria_live="off", aria_label="Log", tabindex="0"):
                            Raw(Markup("").join(board.log), data_live="log")
                self._steps(board)

    def _stage(self, board: Board) -> None:
        seen, said = self.seen, board.said()
        with Tag("section", cls="aw-card", aria_label="Browser"):
            with kit.browser_frame(board.url or seen.base_url) as chrome:
                self.lamp = Tag("span", "LIVE", cls="aw-live", data_s="" if board.running else "off")
            chrome.address.set(data_live="url")
            with Tag("div", cls="aw-view"):
                Tag("span", "The picture comes as soon as the browser opens a page.")
                Tag("img", src=picture_of(seen.id), alt="The browser's page as it is now")
            with Tag("dl", cls="aw-stats"):
                with Tag("div"):
                    Tag("dt", "Elapsed")
                    with Tag("dd"):
                        self.clock = Raw(_clock(seen.started_at), tag="span")
                for name, what in (("Cost", "cost"), ("Tokens", "tokens"), ("Steps done", "done")):
                    with Tag("div"):
                        Tag("dt", name)
                        Tag("dd", said[what], data_live=what)

    def _steps(self, board: Board) -> None:
        with Tag("section", cls="aw-card", aria_label="Steps"):
            with Tag("header"):
                Tag("h2", "Steps")
                Tag("span", board.said()["count"], cls="aw-sub aw-num", data_live="count")
            share = board.done / max(len(board.steps), 1)
            Raw(
                kit.bar_markup(share, label="Progress", state=board.bad),
                cls="aw-body",
                style="padding-bottom:0",
                data_live="bar",
            )
            waiting = markup("li", kit.prose(self.waiting), cls="aw-body aw-sub")
            Raw(board.steps_markup() if board.steps else waiting, tag="ol", cls="aw-steps", data_live="steps")

    async def follow(self, over: Callable[[], Awaitable[None]]) -> None:
        """Stay until the execution is over or nobody looks any more."""
        try:
            while not self.ended.is_set() and not self.root.is_deleted:
                try:
                    await asyncio.wait_for(self.ended.wait(), _LOOK_S)
                except TimeoutError:
                    continue
        finally:
            self._watch.__exit__(None, None, None)
        if not self.root.is_deleted:
            with self.root.client:
                await over()

    def _changed(self, patch: str) -> None:
        if not patch:
            self.ended.set()
            return
        if self.root.is_deleted:
            return
        client = self.root.client
        client.run_javascript(f"awLive('{self.root.html_id}', {patch})")
        if self.running != self.board.running:
            self.running = self.board.running
            with client:
                self._turned("running" if self.running else "queued")

    def _turned(self, state: str) -> None:
        """Show that it has begun, or that it waits again: its worker was lost or gave it back."""
        self.pill.set(data_s=state).say(words.title_of(state))
        self.lamp.set(data_s="" if state == "running" else "off").update()
        self.clock.show(_clock(self.board.begun_at))
        self.clock.update()

    async def _stop(self) -> None:
        self.visit.actor.require("run")
        await self.visit.platform.queue.stop(self.seen.id, self.visit.actor.label)
        self.stop.set(disabled=True).update()
        kit.toast("The execution is being stopped.", state="note")


def _clock(since: datetime | None) -> Markup:
    return markup("aw-elapsed", since=words.moment(since)) if since else markup("span", "waiting for a worker")
