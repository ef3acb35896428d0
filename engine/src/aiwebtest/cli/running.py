"""Runs cases with listeners, from start to the last file written; Ctrl-C ends a run cleanly."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, aclosing, contextmanager
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Listener, RunFinished
from aiwebtest.reporting import ReportKind, open_report

if TYPE_CHECKING:
    from aiwebtest.browser.launch import BrowserPool
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case
    from aiwebtest.core.model import Model
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.usage import UsageRecord

__all__ = ["Reports", "keeping", "perform", "perform_project"]


class Reports:
    """The listeners that a run's settings ask for, and the files that they write."""

    def __init__(self, wanted: Sequence[str], folder: Path) -> None:
        from aiwebtest.config import REPORTS
        from aiwebtest.config.files import keep_out_of_git
        from aiwebtest.reporting.terminal import Terminal

        with _writable(folder):
            _clear(folder / "artifacts")
            keep_out_of_git(folder)
        self.files: list[Path] = []
        self.listeners: list[Listener] = [Terminal(artifacts=_nearby(folder))]
        for text in dict.fromkeys(wanted):
            kind, _, path = text.partition("=")
            file = Path(path) if path else folder / REPORTS[kind]
            with _writable(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                if file.is_dir():
                    raise IsADirectoryError(EISDIR, "it is a folder")
            self.files.append(file)
            self.listeners.append(open_report(_kind(kind), file, artifacts=folder))

    def tell(self) -> None:
        """Print where the reports are."""
        for file in self.files:
            typer.echo(f"Report: {_nearby(file)}")


async def perform_project(
    cases: Sequence[Case], project: Project, settings: RunSettings, listeners: Sequence[Listener], *,
    usage: UsageRecord | None = None,
) -> RunFinished | None:  # fmt: skip
    """Run the cases with the models that the project's settings and the cases name; what is odd about them is told.

    `usage` is kept at the end. Raises UsageError before a browser is started when a provider that is needed cannot be
    asked.
    """
    from aiwebtest.engine.models import RunModels

    with keeping(usage):
        async with RunModels(project, usage=usage) as models:
            prepared = await models.prepare(cases)
            for warning in models.warnings:
                typer.echo(f"warning: {warning}", err=True)
            return await perform(prepared, settings, [*listeners, *models.listeners], model=models.model)


@contextmanager
def keeping(usage: UsageRecord | None) -> Iterator[None]:
    """Keep what was used when the block ends, however it does; a run is not worse for not being kept."""
    try:
        yield
    finally:
        if usage is not None and (hindered := usage.keep()):
            typer.echo(f"warning: {hindered}", err=True)


async def perform(
    cases: Sequence[Case], settings: RunSettings, listeners: Sequence[Listener], *, model: Model | None = None,
    pool: BrowserPool | None = None,
) -> RunFinished | None:  # fmt: skip
    """Run the cases (in the browser of `pool`, if given), let the listeners hear everything, and return how it ended.

    The first Ctrl-C asks the run to end: running cases stop, browsers close, reports are written. A second one ends
    the process as usual.
    """
    from aiwebtest.engine.run import run_cases

    stop = asyncio.Event()
    end: RunFinished | None = None
    with ExitStack() as closing:
        for listener in listeners:
            closing.callback(listener.close)
        closing.enter_context(_on_interrupt(stop.set))
        async with aclosing(run_cases(cases, settings, model=model, stop=stop, pool=pool)) as events:
            async for event in events:
                for listener in listeners:
                    listener.on_event(event)
                if isinstance(event, RunFinished):
                    end = event
    return end


@contextmanager
def _on_interrupt(ask: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM call `ask`; afterwards both mean again what they meant before."""
    loop = asyncio.get_running_loop()
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}  # CI ends a run by the second

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def asked(_signal: int, _frame: object) -> None:
        restore()
        typer.echo("\nStopping; browsers are closed and reports written. Ctrl-C again ends at once.", err=True)
        loop.call_soon_threadsafe(ask)

    for one in before:
        signal.signal(one, asked)
    try:
        yield
    finally:
        restore()


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    """Say before a run what would go wrong after it."""
    try:
        yield
    except OSError as exc:
        what = f"Nothing can be written to {path}: {(exc.strerror or str(exc)).lower()}."
        raise UsageError(what, mend="choose another place with --report-dir or --report KIND=PATH.") from exc


def _clear(folder: Path) -> None:
    """Take away what earlier runs left: the engine names each execution's folder by twelve hexadecimal digits."""
    for old in folder.iterdir() if folder.is_dir() else ():
        if old.is_dir() and re.fullmatch("[0-9a-f]{12}", old.name):
            shutil.rmtree(old, ignore_errors=True)


def _kind(text: str) -> ReportKind:
    kinds: dict[str, ReportKind] = {"html": "html", "junit": "junit", "json": "json", "md": "md"}
    return kinds[text]


def _nearby(path: Path) -> Path:
    """Return a path as somebody would type it: relative to the working directory when it lies in it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
