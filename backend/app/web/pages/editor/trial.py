"""Sentences tried in a live browser beside the editor: what each was taken for, what it did, how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from app.core.errors import Invalid, Problem
from app.services.benches import BenchRefused
from app.web import kit
from app.web.bench import OpenBench
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.editor.draft import Draft, Row
from app.web.pages.editor.lines import Lines
from app.web.pages.running import provider_options
from app.web.session import Visit

__all__ = ["Trial", "told_markup"]

_DraftNow = Callable[[], tuple[Draft, list[Lines]]]
_SOURCES = {"rules": "placed by rules", "replay": "placed by replay", "model": "placed by", "none": ""}


class Trial:
    """The browser in which the lines of a draft are tried. Open until its page goes or one closes it."""

    def __init__(self, visit: Visit, draft_now: _DraftNow, seen: Callable[[list[tuple[str, str]]], None]) -> None:
        self.visit, self.draft_now, self.seen = visit, draft_now, seen
        self.bench: OpenBench | None = None
        self.provider, self.base_url = "", ""
        self.sheet = 0
        self.region: kit.Region

    def panel(self) -> None:
        """Show the card with the browser, or the way to open it."""
        if not self.visit.runs:
            return
        with kit.card("Try it", sub="One sentence at a time, in a real browser", body=False) as card:
            self.head = card.head
            self.box = Tag("div")
            self._closed()

    def _closed(self, why: str = "", mend: str = "") -> None:
        self.bench = None
        if self.box.is_deleted:
            return
        self.head.clear()
        self.box.clear()
        with self.box, Tag("div", cls="aw-body aw-stack aw-tight"):
            if why:
                kit.note(why, mend)
            with kit.form(kit.guarded(self._asked), label="Open a browser"):
                kit.choice("Provider", "provider", provider_options(), self.provider)
                kit.field("Base URL", "base_url", self.base_url, kind="url", placeholder="as the test says")
                kit.button("Open a browser", ico="screen", kind="submit")

    async def _asked(self, values: kit.Values) -> None:
        self.provider, self.base_url = values["provider"], values["base_url"]
        await self.open(0)

    async def open(self, sheet: int) -> None:
        """Open the browser at the page where a case begins."""
        self.sheet = sheet
        draft = self._told()
        self.box.clear()
        with self.box:
            Tag("p", "A browser is being opened…", cls="aw-body aw-sub", role="status")
        bench = None
        try:
            bench = await OpenBench.open(self.visit, self.box, "try", ended=self._ended)
            opened = await bench.do("open", draft=draft)
        except Problem as exc:
            if bench is not None:
                await bench.close()
            self._closed(exc.what, exc.mend)
            raise
        self.bench = bench
        self.seen([tuple(name) for name in opened["names"]])
        self._opened(bench)

    def _opened(self, bench: OpenBench) -> None:
        self.box.clear()
        self.head.clear()
        with self.head:
            kit.button("Close", kit.guarded(self._close), look="small", label="Close the browser")
        with self.box:
            bench.picture()
            with Tag("div", cls="aw-body aw-stack aw-tight"):
                with Tag("div", cls="aw-acts"):
                    self.all = kit.button("Try all", kit.guarded(self._all), ico="play", look="small")
                    kit.button("Stop", kit.guarded(bench.stop), ico="stop", look="small")
                    kit.button("Begin again", kit.guarded(self._again), ico="history", look="small")
                self.told = Raw(markup("p", "Press the arrow beside a sentence.", cls="aw-sub"), role="status")

    async def _ended(self, why: str) -> None:
        with self.box:
            self._closed(why)

    async def _close(self) -> None:
        if self.bench is not None:
            await self.bench.close()
        self._closed()

    async def _again(self) -> None:
        assert self.bench is not None
        await self.bench.close()
        await self.open(self.sheet)

    # --- sentences ----------------------------------------------------------------------------------------------------

    async def run(self, at: int, row: Row) -> None:
        """Try one line, in a browser that is opened for it when there is none."""
        if self.bench is None or self.sheet != at:
            if self.bench is not None:
                await self.bench.close()
            await self.open(at)
        await self._try(at, row)

    async def _all(self) -> None:
        await self._again()
        draft, _ = self.draft_now()
        for row in list(draft.rows[self.sheet]):
            if row.line.text.strip() and not await self._try(self.sheet, row):
                return

    async def _try(self, at: int, row: Row) -> bool:
        """Try a line and tell how it went; tell whether one can go on."""
        assert self.bench is not None
        draft, lines = self.draft_now()
        if not row.line.text.strip():
            raise Invalid("The line is empty.", mend="write a sentence first.")
        self._say(lines[at], row, markup("span", "running…", cls="aw-sub"), "running")
        try:
            done = await self.bench.do("try", draft=self._told(), place=draft.place_of(at, row))
        except BenchRefused as exc:
            told = markup("span", kit.prose(kit.refusal(exc)))
            self._say(lines[at], row, told, "error")
            self.told.show(told)
            self.told.update()
            return False
        steps = done["steps"]
        outcome = next((step["outcome"] for step in steps if step["outcome"] != "passed"), "passed")
        self._say(lines[at], row, told_markup(steps[-1], short=True), outcome)
        self.told.show(Markup("").join(told_markup(step) for step in steps))
        self.told.update()
        self.seen([tuple(name) for name in done["names"]])
        return outcome in ("passed", "skipped")

    def _say(self, lines: Lines, row: Row, told: Markup, state: str) -> None:
        place = lines.outcome(row)
        if place is None or place.is_deleted:
            return
        place.clear()
        with place:
            Raw(markup("div", kit.pill_markup(state), told, cls="aw-read"))

    def _told(self) -> dict[str, Any]:
        draft, _ = self.draft_now()
        request = {"provider": self.provider or None, "base_url": self.base_url or None}
        return {
            "path": draft.path,
            "content": draft.written(),
            "sheet": self.sheet,
            "request": {name: value for name, value in request.items() if value},
        }


def told_markup(step: dict[str, Any], *, short: bool = False) -> Markup:
    """Return how a step went: what it was taken for, what it did, and why it did not pass."""
    problem = step["problem"]
    said: list[Markup | str] = []
    for action in step["actions"]:
        effects = ", ".join(one["detail"] or one["kind"] for one in action["effects"]) or "nothing changed"
        by = f"{_SOURCES.get(action['source'], action['source'])} {action['model']}".strip()
        said.append(markup("div", markup("b", action["described"] or "the page"), f" · {by}" if by else ""))
        if not short:
            said.append(markup("div", f"Effect: {effects}", cls="aw-sub"))
    for verdict in step["verdicts"]:
        actual = verdict.get("actual") or ""
        said.append(
            markup("div", verdict["claim"], markup("span", f" · found {actual}" if actual else "", cls="aw-sub"))
        )
    for name, value in step["extracted"].items():
        said.append(markup("div", markup("b", "{" + name + "}"), f" is now “{value}”"))
    if problem:
        said.append(markup("div", kit.prose(problem["what"])))
        if not short:
            said.append(markup("div", kit.prose(f"Try: {problem['mend']}" if problem["mend"] else ""), cls="aw-sub"))
            listed = [markup("li", f"{described} ({score:.2f})") for described, score in problem["candidates"]]
            said.append(markup("ul", *listed, cls="aw-sub") if listed else Markup(""))
    said += [markup("div", note, cls="aw-sub") for note in step["notes"]]
    if short:
        return markup("span", *said[:2], markup("span", words.seconds(step["duration_s"]), cls="aw-sub"))
    cost = f" · {words.amount(step['tokens'])} tokens, {words.money(step['cost_usd'])}" if step["requests"] else ""
    head = markup("div", kit.pill_markup(step["outcome"]), f" {words.seconds(step['duration_s'])}{cost}", cls="aw-acts")
    return markup("div", head, markup("div", step["text"]), *said, cls="aw-stack aw-tight aw-told")
