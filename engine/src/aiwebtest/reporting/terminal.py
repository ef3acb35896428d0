"""Progress and results in a terminal: live where it is one, plain stable lines in CI and in files."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from aiwebtest.core.events import CaseFinished, CaseStarted, Event, Notice, RunFinished, RunStarted, StepStarted
from aiwebtest.reporting.document import Report
from aiwebtest.reporting.record import Record
from aiwebtest.reporting.story import story
from aiwebtest.reporting.styled import styled
from aiwebtest.reporting.words import clean, counts_in_words, duration, plural, why_failed

__all__ = ["Terminal"]

_MARKS = {"passed": ("PASS", "green"), "failed": ("FAIL", "bold red"), "error": ("ERROR", "bold yellow"),
          "skipped": ("SKIP", "dim"), "retry": ("RETRY", "yellow")}  # fmt: skip
_BAR_WIDTH = 30


class Terminal:
    """Shows a run while it happens, and at its end every case that did not pass, with the reason and the next move.

    `live` None means: live if the stream is a terminal. `artifacts` is the folder that pictures and traces lie in.
    """

    def __init__(
        self, stream: TextIO | None = None, *, live: bool | None = None, artifacts: Path | None = None
    ) -> None:
        stream = stream or sys.stdout
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._artifacts = artifacts
        self._record = Record()
        self._live = _Progress(self._console) if (self._console.is_terminal if live is None else live) else None

    def on_event(self, event: Event) -> None:
        """Show one event."""
        self._record.on_event(event)
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, CaseFinished):
            self._line(event)
        elif isinstance(event, Notice) and event.level == "warning":
            self._print(Text(f"note   {clean(event.text)}", "yellow"))
        elif isinstance(event, RunFinished) and self._live:
            self._live.stop()
        if self._live:
            self._live.on_event(event)

    def refresh(self) -> None:
        """Draw the live part now; it draws itself several times a second."""
        if self._live:
            self._live.refresh()

    def close(self) -> None:
        """Tell what did not pass, and the result."""
        if self._live:
            self._live.stop()
        report = self._record.report()
        if not report.run:
            return
        self._failures(report)
        style = "bold green" if report.outcome == "passed" and not report.interrupted else "bold red"
        ended = "interrupted after" if report.interrupted else "in"
        self._print(Text(f"\n{counts_in_words(report)} {ended} {duration(report.duration_s)}", style))
        for use in report.usage:
            cost = "cost unknown" if use.cost_usd is None else f"${use.cost_usd:.4f}"
            tokens = f"{use.input_tokens} + {use.output_tokens} tokens"
            calls = f"{plural(use.attempts, 'attempt')} to {use.purpose}"
            calls += f", {use.failed} failed ({why_failed(use)})" if use.failures else ""
            self._print(Text(f"{use.provider}/{use.model}: {calls}, {tokens}, {cost}", "dim"))

    def _begin(self, event: RunStarted) -> None:
        where = f" on {event.base_url}" if event.base_url else ""
        model = "" if event.provider == "builtin" else f", {event.provider}"
        self._print(
            Text(f"{plural(event.cases, 'case')}, {plural(event.workers, 'worker')}{model}{where}", style="dim")
        )
        if self._live:
            self._live.start(event.cases)

    def _line(self, event: CaseFinished) -> None:
        word, style = _MARKS["retry" if event.will_retry else event.outcome]
        line = Text(f"{word:6} ", style)
        line.append(clean(event.case.title), "default")
        details = [duration(event.duration_s)]
        details += ["flaky"] * event.flaky + [f"{event.healed} healed"] * bool(event.healed)
        line.append(f"  ({', '.join(details)})", "dim")
        line.append(f"  {event.case.place}", "dim")
        self._print(line)

    def _failures(self, report: Report) -> None:
        for case in report.cases:
            if case.outcome in ("passed", "skipped"):
                continue
            word, style = _MARKS[case.outcome or "error"]
            title = Text(f"\n{word} ", style)
            title.append(clean(case.title), "bold")
            self._print(title)
            for line in story(case, case.last, folder=self._artifacts):
                style = "cyan" if line.strip().startswith("Try:") else ""
                self._print(styled(f"  {clean(line)}", self._console, style))

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


class _Progress:
    """The live part: how far the run is, and what each worker is doing."""

    def __init__(self, console: Console) -> None:
        self._total = self._done = 0
        self._running: dict[str, tuple[str, str, float]] = {}  # execution: title, step, begin on the clock
        self._bad = 0
        self._on = False
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=8, transient=True)

    def start(self, total: int) -> None:
        self._total, self._on = total, True
        self._live.start()

    def refresh(self) -> None:
        if self._on:
            self._live.refresh()

    def stop(self) -> None:
        if self._on:
            self._on = False
            self._live.stop()

    def on_event(self, event: Event) -> None:
        if isinstance(event, CaseStarted):
            self._running[event.execution] = (event.case.title, "", time.monotonic())
        elif isinstance(event, StepStarted) and event.execution in self._running:
            title, _, since = self._running[event.execution]
            self._running[event.execution] = (title, event.step.text, since)
        elif isinstance(event, CaseFinished):
            self._running.pop(event.execution, None)
            if not event.will_retry:
                self._done += 1
                self._bad += event.outcome in ("failed", "error")

    def _render(self) -> Group:
        head = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=max(self._total, 1), completed=self._done, width=_BAR_WIDTH)
        bad = Text(f"{self._bad} not passed", "red") if self._bad else Text("")
        head.add_row(bar, Text(f"{self._done}/{self._total}"), bad)
        rows = Table.grid(padding=(0, 1), expand=True)
        rows.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
        rows.add_column(no_wrap=True, overflow="ellipsis", ratio=3)
        rows.add_column(justify="right")
        for title, step, since in list(self._running.values()):
            spent = duration(time.monotonic() - since)
            rows.add_row(Text(clean(title)), Text(clean(step), "dim"), Text(spent, "dim"))
        return Group(rows, head)
