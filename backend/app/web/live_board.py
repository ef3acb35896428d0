"""What a running execution looks like, made once for all who watch it in this process.

One follower reads the events; what each changes on the screen goes to every viewer as one small patch. A viewer who
comes later begins with the board as it is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from markupsafe import Markup
from nicegui import background_tasks

from app.services.events import follow
from app.services.platform import Platform
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import icon_markup, markup

__all__ = ["Board", "watching"]

MOST_LINES = 300  # of the log in the page
_PATCH_S = 0.05  # what comes faster goes out together

_ICONS = {"passed": "check", "failed": "cross", "error": "alert", "skipped": "right", "running": "spinner"}
_BY = {"replay": "replay", "model": "model", "healed": "healed", "rules": "rules"}

_boards: dict[int, Board] = {}


@contextmanager
def watching(platform: Platform, execution_id: int, changed: Callable[[str], None]) -> Iterator[Board]:
    """Yield the board of an execution; `changed` gets each patch, as JSON for `awLive`, and "" at the end."""
    board = _boards.get(execution_id)
    if board is None:
        board = _boards[execution_id] = Board()
        board.task = background_tasks.create(board.run(platform, execution_id), name=f"board of {execution_id}")
    board.viewers.append(changed)
    try:
        yield board
    finally:
        board.viewers.remove(changed)
        if not board.viewers:
            _boards.pop(execution_id, None)
            board.task.cancel()


class Board:
    """The state of one execution on the screen."""

    task: asyncio.Task[Any]

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.log: list[Markup] = []
        self.url, self.running, self.over = "", False, False
        self.begun_at: datetime | None = None
        self.cost, self.cost_unknown, self.tokens, self.requests, self.done = 0.0, 0, 0, 0, 0
        self.viewers: list[Callable[[str], None]] = []
        self._changed_steps: set[int] = set()
        self._fresh_lines = 0
        self._news = asyncio.Event()

    async def run(self, platform: Platform, execution_id: int) -> None:
        """Take events until the execution is over."""
        sending = asyncio.create_task(self._keep_sending())
        try:
            async for event in follow(platform, execution_id):
                self._take(event.kind, event.at, event.data)
                self._news.set()
        finally:
            sending.cancel()
        self.over = True
        self._send()
        for viewer in tuple(self.viewers):
            viewer("")
        _boards.pop(execution_id, None)

    async def _keep_sending(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            self._send()
            await asyncio.sleep(_PATCH_S)

    def _send(self) -> None:
        patch = json.dumps(
            {
                "steps": [[at, self.step_markup(at)] for at in sorted(self._changed_steps)],
                "log": [str(line) for line in self.log[len(self.log) - self._fresh_lines :]],
                "say": self.said(),
                "share": self.done / max(len(self.steps), 1),
                "bad": self.bad,
            },
            ensure_ascii=False,
        )
        self._changed_steps.clear()
        self._fresh_lines = 0
        for viewer in tuple(self.viewers):
            viewer(patch)

    # --- how it looks -------------------------------------------------------------------------------------------------

    def said(self) -> dict[str, str]:
        """Return the texts of the page, by what they say."""
        counted = f"{self.done} of {len(self.steps)}" if self.steps else ""
        told = {
            "cost": words.money(self.cost, unknown=self.cost_unknown),
            "tokens": f"{words.amount(self.tokens)} in {words.count(self.requests, 'request')}",
            "count": counted,
            "done": counted or "\N{EN DASH}",
        }
        return told | {"url": self.url} if self.url else told

    @property
    def bad(self) -> str:
        """Return the worst that a step came to so far, "" when all is well."""
        return next((step["state"] for step in self.steps if step["state"] in {"failed", "error"}), "")

    def steps_markup(self) -> Markup:
        """Return all steps."""
        return Markup("").join(markup("li", self.step_markup(at)) for at in range(len(self.steps)))

    def step_markup(self, at: int) -> Markup:
        """Return one step: its state, who placed it, how long it took, and what there is to say of it."""
        step = self.steps[at]
        state = step["state"]
        known = state in _ICONS
        dot = icon_markup(_ICONS[state]) + markup("span", words.title_of(state), cls="aw-vh") if known else at + 1
        took = words.seconds(step["duration_s"]) if step.get("duration_s") is not None else ""
        by = markup("span", step["by"], cls="aw-by", data_by=step["kind_by"]) if step.get("by") else None
        note = markup("span", by, kit.prose(step.get("note", "")), cls="aw-n") if by or step.get("note") else None
        return markup(
            "div",
            markup("span", dot, cls="aw-dot"),
            markup("span", step["text"], cls="aw-t"),
            markup("span", took, cls="aw-ms"),
            note,
            cls="aw-step",
            data_s=state if known else None,
        )

    # --- what happens -------------------------------------------------------------------------------------------------

    def _take(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        taking = {
            "case-started": self._begun,
            "step-started": self._step_started,
            "step-finished": self._step_finished,
            "case-finished": self._ended,
        }.get(kind)
        if taking is not None:
            taking(at, data)
        elif kind == "notice":
            self._write(at, data.get("level", ""), "notice", data.get("text", ""))
        elif kind == "state":
            self._turned(at, str(data.get("state", "")), str(data.get("why", "")))

    def _turned(self, at: datetime, state: str, why: str) -> None:
        if state == "running":
            self.running, self.begun_at = True, at
        elif state == "queued":  # its worker was lost, or gave it back: it begins anew
            self.running, self.begun_at = False, None
            self._reset(self.steps)
        self._write(at, "", "state", f"{state}: {why}" if why else state)

    def _reset(self, steps: Sequence[dict[str, Any]]) -> None:
        self.steps = [{name: step[name] for name in ("index", "text")} | {"state": "waiting"} for step in steps]
        self.done = 0
        self._changed_steps = set(range(len(self.steps)))

    def _begun(self, at: datetime, data: dict[str, Any]) -> None:
        self._reset(data.get("steps") or ())
        self.running, self.begun_at = True, self.begun_at or at
        self._write(at, "running", "begin", f"try {data['retry'] + 1}" if data.get("retry") else data.get("name", ""))

    def _step_started(self, at: datetime, data: dict[str, Any]) -> None:
        self._set(data["step"], state="running")

    def _step_finished(self, at: datetime, data: dict[str, Any]) -> None:
        self.done += data["outcome"] != "skipped"
        self.url = data.get("url") or self.url
        self.cost += data.get("cost_usd") or 0.0
        self.cost_unknown += data.get("cost_unknown") or 0
        self.tokens += data.get("tokens") or 0
        self.requests += data.get("attempts") or 0
        asked = ", ".join(data.get("asked") or ())
        source = data.get("source") or ("model" if asked else "")  # a check or a value has no place
        problem = (data.get("problem") or {}).get("what")
        self._set(
            data["step"],
            state=data["outcome"],
            duration_s=data.get("duration_s"),
            by=asked if source == "model" and asked else _BY.get(source, ""),
            kind_by=source,
            note=str(problem or "") or ", ".join(data.get("described", ())),
        )
        told = " — ".join(filter(None, (data["step"]["text"], data.get("understood"))))
        self._write(at, data["outcome"], data["outcome"], told)
        if asked:
            told = f"{asked}: {words.amount(data.get('tokens') or 0)} tokens, {words.money(data.get('cost_usd'))}"
            self._write(at, "model", "model", told)
        for heal in data.get("heals") or ():
            self._write(at, "error", "healed", f"{heal.get('before', '')} became {heal.get('after', '')}")

    def _ended(self, at: datetime, data: dict[str, Any]) -> None:
        again = ", and is tried again" if data.get("will_retry") else ""
        told = f"{data['outcome']} after {words.seconds(data.get('duration_s'))}{again}"
        self._write(at, data["outcome"], "end", told)

    def _set(self, step: dict[str, Any], **values: Any) -> None:
        for at, known in enumerate(self.steps):
            if known["index"] == step["index"]:
                known.update(values)
                self._changed_steps.add(at)
                return
        self._changed_steps.add(len(self.steps))
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
        del self.log[:-MOST_LINES]
        self._fresh_lines = min(self._fresh_lines + 1, len(self.log))
