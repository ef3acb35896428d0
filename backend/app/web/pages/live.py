"""A running execution: the browser's picture as it moves, the steps, a log. Closing the page stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup
from nicegui import background_tasks

from app.core.clock import now
from app.schemas.executions import ExecutionAnswer
from app.services.events import follow
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, icon, icon_markup, markup
from app.web.live_picture import picture_of
from app.web.session import Visit

__all__ = ["show"]

_ICONS = {"passed": "check", "failed": "cross", "error": "alert", "skipped": "right", "running": "spinner"}
_MOST_LINES = 300  # of the log in the page
_PAINT_S = 0.1  # what comes at once is painted together


async def show(visit: Visit, seen: ExecutionAnswer, over: Callable[[], Awaitable[None]]) -> None:
    """Show a queued or running execution; `over` paints what comes after its end."""
    page = _Live(visit, seen)
    page.build()
    background_tasks.create(page.follow(over), name=f"live page of execution {seen.id}")


class _Live:
    """The live page of one viewer. It follows the events of the execution from the first on, so none is missed."""

    def __init__(self, visit: Visit, seen: ExecutionAnswer) -> None:
        self.visit, self.seen = visit, seen
        self.steps: list[dict[str, Any]] = []
        self.log: list[Markup] = []
        self.url, self.cost, self.attempts, self.done = seen.base_url, 0.0, 0, 0
        self.changed = False

    def build(self) -> None:
        """Build the page; its parts change as events come."""
        seen = self.seen
        back = [("Executions", "/executions"), (f"Run #{seen.run_id}", f"/runs/{seen.run_id}")]
        with kit.top(
            seen.name, sub=f"Execution #{seen.id}{f' · {seen.row}' if seen.row else ''} · {seen.provider}", back=back
        ):
            with Tag("div", role="status"):
                self.pill = Tag("span", words.title_of(seen.state), cls="aw-pill", data_s=seen.state)
            if self.visit.runs:
                self.stop = kit.button("Stop", kit.guarded(self._stop), ico="stop", look="bad")
        with Tag("div", cls="aw-run"):
            with Tag("div", cls="aw-lcol"):
                self._stage()
                with Tag("section", cls="aw-card", aria_label="Log"):
                    with Tag("header"):
                        Tag("h2", "Log")
                    with Tag("div", cls="aw-log", role="log", aria_label="Log", tabindex="0"):
                        self.lines = Raw(Markup(""))
            with Tag("section", cls="aw-card", aria_label="Steps"):
                with Tag("header"):
                    Tag("h2", "Steps")
                    self.count = Tag("span", "", cls="aw-sub aw-num")
                with Tag("div", cls="aw-body", style="padding-bottom:0"):
                    self.progress = Raw(kit.bar_markup(0, label="Progress"))
                self.list = Raw(markup("p", "The steps appear as soon as a worker begins.", cls="aw-body aw-sub"))

    def _stage(self) -> None:
        seen = self.seen
        with Tag("section", cls="aw-card", aria_label="Browser"):
            with Tag("div", cls="aw-chrome"):
                with Tag("div", cls="aw-dots", aria_hidden="true"):
                    for _ in range(3):
                        Tag("i")
                with Tag("div", cls="aw-url"):
                    icon("lock")
                    self.address = Tag("span", self.url or "about:blank")
                self.lamp = Tag("span", "LIVE", cls="aw-live", data_s="" if seen.state == "running" else "off")
            with Tag("div", cls="aw-view"):
                Tag("img", src=picture_of(seen.id), alt="The browser's page as it is now")
            with Tag("dl", cls="aw-stats"):
                with Tag("div"):
                    Tag("dt", "Elapsed")
                    with Tag("dd"):
                        self.clock = Raw(_clock(seen.started_at), tag="span")
                self.cost_shown, self.asked, self.step_shown = (
                    _stat(name) for name in ("Cost", "Requests to models", "Steps done")
                )

    async def follow(self, over: Callable[[], Awaitable[None]]) -> None:
        """Take events until the execution is over or nobody looks any more."""
        client = self.list.client
        following = follow(self.visit.platform, self.seen.id)
        painting = asyncio.create_task(self._keep_painting())
        try:
            async for event in following:
                self._take(event.kind, event.at, event.data)
                self.changed = True
                if self.list.is_deleted:
                    return
        finally:
            painting.cancel()
            await following.aclose()  # type: ignore[attr-defined]
        if not self.list.is_deleted:
            with client:
                self._paint()
                await over()

    async def _keep_painting(self) -> None:
        while not self.list.is_deleted:
            if self.changed:
                self.changed = False
                with self.list.client:
                    self._paint()
            await asyncio.sleep(_PAINT_S)

    def _take(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        if kind == "case-started":
            self.steps, self.done = [{**step, "state": "waiting"} for step in data.get("steps") or ()], 0
            self._write(
                at, "running", "begin", f"try {data['retry'] + 1}" if data.get("retry") else data.get("name", "")
            )
        elif kind == "step-started":
            self._set(data["step"], state="running")
        elif kind == "step-finished":
            self.done += 1
            self.url = data.get("url") or self.url
            self.cost += data.get("cost_usd") or 0.0
            self.attempts += data.get("attempts") or 0
            self._set(data["step"], state=data["outcome"], duration_s=data.get("duration_s"), note=_note(data))
            self._write(at, data["outcome"], data["outcome"], f"{data['step']['text']} — {data.get('understood', '')}")
            for heal in data.get("heals") or ():
                self._write(at, "error", "healed", f"{heal.get('before', '')} became {heal.get('after', '')}")
        elif kind == "notice":
            self._write(at, data.get("level", ""), "notice", data.get("text", ""))
        elif kind == "state":
            self._write(at, "", "state", str(data.get("state", "")))
        elif kind == "case-finished":
            again = ", and is tried again" if data.get("will_retry") else ""
            self._write(
                at, data["outcome"], "end", f"{data['outcome']} after {words.seconds(data.get('duration_s'))}{again}"
            )

    def _set(self, step: dict[str, Any], **values: Any) -> None:
        for known in self.steps:
            if known["index"] == step["index"]:
                known.update(values)
                return
        self.steps.append({**step, **values})

    def _write(self, at: datetime, state: str, kind: str, text: str) -> None:
        self.log.append(
            markup(
                "div",
                kit.time_markup(at, form="time"),
                markup("b", kind),
                markup("span", text),
                cls="aw-ln",
                data_s=state or None,
            )
        )
        del self.log[:-_MOST_LINES]

    def _paint(self) -> None:
        running = bool(self.steps)
        state = "running" if running else "queued"
        if self.pill.text != words.title_of(state):
            self.pill.set(data_s=state).say(words.title_of(state))
            self.lamp.set(data_s="" if running else "off").update()
            self.clock.show(_clock(self.seen.started_at or now()) if running else _clock(None))
            self.clock.update()
        total = max(len(self.steps), 1)
        self.list.show(
            markup("ol", *(markup("li", _step(at, step)) for at, step in enumerate(self.steps, 1)), cls="aw-steps")
        )
        self.lines.show(Markup("").join(self.log))
        bad = next((step["state"] for step in self.steps if step["state"] in {"failed", "error"}), "")
        self.progress.show(kit.bar_markup(self.done / total, label="Progress", state=bad))
        for part in (self.list, self.lines, self.progress):
            part.update()
        self.count.say(f"{self.done} of {len(self.steps)}")
        self.address.say(self.url or "about:blank")
        self.cost_shown.say(words.money(self.cost))
        self.asked.say(words.amount(self.attempts))
        self.step_shown.say(f"{self.done} of {len(self.steps)}")

    async def _stop(self) -> None:
        self.visit.actor.require("run")
        await self.visit.platform.queue.stop(self.seen.id, self.visit.actor.label)
        self.stop.set(disabled=True).update()
        kit.toast("The execution is being stopped.", state="note")


def _stat(name: str) -> Tag:
    with Tag("div"):
        Tag("dt", name)
        return Tag("dd", "\N{EN DASH}")


def _clock(since: datetime | None) -> Markup:
    return markup("aw-elapsed", since=words.moment(since)) if since else markup("span", "waiting for a worker")


def _note(data: dict[str, Any]) -> str:
    problem = data.get("problem") or {}
    source = data.get("source") or ""
    by = {"replay": "placed by replay", "model": "placed by a model", "healed": "healed"}.get(source, "")
    return str(problem.get("what") or "") or ", ".join(filter(None, [*data.get("described", ()), by]))


def _step(place: int, step: dict[str, Any]) -> Markup:
    state = step["state"]
    dot = icon_markup(_ICONS[state]) + markup("span", words.title_of(state), cls="aw-vh") if state in _ICONS else place
    took = words.seconds(step["duration_s"]) if step.get("duration_s") is not None else ""
    note = markup("span", step["note"], cls="aw-n") if step.get("note") else None
    return markup(
        "div",
        markup("span", dot, cls="aw-dot"),
        markup("span", step["text"], cls="aw-t"),
        markup("span", took, cls="aw-ms"),
        note,
        cls="aw-step",
        data_s=state if state in _ICONS else None,
    )
