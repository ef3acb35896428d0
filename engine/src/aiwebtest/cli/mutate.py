"""`aiwebtest mutate`: how much the tests would notice."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.cli.arms import Arm, require_statistics, tell
from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Paths, Variables, pairs, project_of, refuse, select
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiwebtest.core.case import Case
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.mutation import Kind, Measured

__all__ = ["mutate"]


def mutate(
    paths: Paths = None,
    per_case: Annotated[int, typer.Option(min=1, help="Faults tried of what each case saw.")] = 3,
    cases_each: Annotated[int, typer.Option(min=1, help="Cases that a fault is shown to, at most.")] = 3,
    kinds: Annotated[str, typer.Option(metavar="A,B,...", help="Kinds of faults; unset: all of them.")] = "",
    seed: Annotated[int, typer.Option(help="Of which faults are tried.")] = 0,
    min_score: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="PERCENT", help="Fail below this score.")
    ] = None,
    providers: Annotated[
        str, typer.Option(metavar="A,B,...", help="Compare providers instead: their models are asked, none replayed.")
    ] = "",
    markdown: Annotated[Path | None, typer.Option(help="Write the result there as Markdown.")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write it there as JSON.")] = None,
    base_url: Annotated[str | None, typer.Option(help="What relative URLs are relative to.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; `!tag` without. Repeatable.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cases with this in their name. Repeatable.")] = None,
    workers: Annotated[str | None, typer.Option(metavar="N|auto", help="How many cases at the same time.")] = None,
    timeout: Annotated[str | None, typer.Option(help="How long a step may take: 10s, 500ms.")] = None,
    var: Variables = None,
    config: ConfigPath = None,
) -> None:
    """Plant small faults in the pages while the tests run, and tell which of them no test notices.

    An element is hidden, a control disabled or called something else, a number is off by one, a list is not kept up to
    date, a request gets no answer. What is stored is replayed; no model is asked. With --providers each provider runs
    the same cases on the same pages, intact and with each fault, and is asked all that needs a model: faults caught,
    false passes, false alarms. Exit codes: 0 measured, 1 below --min-score, 2 usage, 3 a case does not pass without any
    fault, 5 nothing selected.
    """
    wanted = _kinds(kinds)
    if names := list(dict.fromkeys(part.strip() for part in providers.split(",") if part.strip())):
        if len(names) < 2:
            raise UsageError(
                "One provider cannot be compared.", mend="write, for example, --providers google,cerebras."
            )
        if min_score is not None or workers is not None:
            raise UsageError("--min-score and --workers do not go with --providers.", mend="leave them out.")
        require_statistics("Comparisons of providers")
        arms = [Arm.of(project_of(config, provider=one, base_url=base_url, timeout=timeout), one, "mutate")
                for one in names]  # fmt: skip
        selection = (paths or [], tag or [], name or [], pairs(var))
        how = {"kinds": wanted, "per_case": per_case, "cases_each": cases_each, "seed": seed}
        _compare(arms, selection, how, markdown=markdown, json_to=json_)
        return
    given = {"base_url": base_url, "timeout": timeout, "provider": "builtin",
             "workers": int(workers) if workers and workers.isdigit() else workers}  # fmt: skip
    project = project_of(config, **given)

    from aiwebtest.engine.collect import collect, settings_of
    from aiwebtest.engine.serving import serving

    loaded = collect(project, paths or [], overrides=pairs(var))
    refuse(loaded)
    cases = select(loaded.cases, tags=tag or [], names=name or [])
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)
    at = project.config
    settings = settings_of(at, secrets=dict(loaded.secrets))
    with serving(at.serve, at.base_url, folder=project.root, timeout_s=at.serve_timeout, tell=tell):
        measured = asyncio.run(
            _measure(cases, settings, kinds=wanted, per_case=per_case, cases_each=cases_each, seed=seed)
        )
    if measured.broken:
        _tell_broken(measured)
        raise typer.Exit(Exit.ERROR)
    typer.echo(_told(measured))
    _write((markdown, _markdown(measured)), (json_, json.dumps(_plain(measured), indent=2) + "\n"))
    if min_score is not None and (measured.score is None or measured.score * 100 < min_score):
        typer.echo(f"The score is below {min_score:g} %.", err=True)
        raise typer.Exit(Exit.FAILED)


def _compare(
    arms: list[Arm], selection: tuple[Any, ...], how: dict[str, Any], *, markdown: Path | None, json_to: Path | None
) -> None:
    """Measure the providers side by side, and tell and write what that came to."""
    from aiwebtest.cli.arms import collected
    from aiwebtest.cli.quality import as_text, examined
    from aiwebtest.config.files import keep_out_of_git
    from aiwebtest.engine.serving import serving
    from aiwebtest.mutation.told import as_json, as_markdown

    cases, settings, project = collected(arms, *selection)
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)
    at = project.config
    keep_out_of_git(at.report_dir.parent.parent)
    with serving(at.serve, at.base_url, folder=project.root, timeout_s=at.serve_timeout, tell=tell):
        found = asyncio.run(examined(arms, cases, settings, **how))
    remarks = [remark for arm in arms for remark in arm.remarks()]
    typer.echo(as_text(found, remarks))
    plain = json.dumps(as_json(found, remarks), indent=2) + "\n"
    _write((markdown, as_markdown(found, remarks)), (json_to, plain))
    if not found.sound:
        typer.echo("No case passes with every provider as things are, so no fault was tried.", err=True)
        raise typer.Exit(Exit.ERROR)


def _write(*reports: tuple[Path | None, str]) -> None:
    for file, text in reports:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            typer.echo(f"Report: {file}")


def _kinds(text: str) -> tuple[Kind, ...]:
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.mutation import KINDS

    names = [part.strip() for part in text.split(",") if part.strip()]
    for one in names:
        if one not in KINDS:
            raise UsageError(f"There is no kind of fault `{one}`.", mend=did_you_mean(one, KINDS))
    return tuple(kind for kind in KINDS if not names or kind in names)


async def _measure(cases: Sequence[Case], settings: RunSettings, **more: Any) -> Measured:
    import tempfile

    from aiwebtest.browser.launch import BrowserPool, BrowserSettings
    from aiwebtest.mutation import Subject, measure

    browser = BrowserSettings(headless=settings.headless, slow_ms=settings.slow_ms)
    with tempfile.TemporaryDirectory(prefix="aiwebtest-mutate-") as folder:
        quiet = replace(settings, report_dir=Path(folder))
        async with BrowserPool(browser, on_notice=tell) as pool:
            subjects = [Subject(case, quiet) for case in cases]
            return await measure(subjects, pool, at_once=settings.workers, tell=tell, **more)


def _tell_broken(measured: Measured) -> None:
    typer.echo("Nothing can be measured: these cases do not pass as things are.", err=True)
    for one in measured.broken:
        typer.echo(f"  {one.case}: {one.outcome}: {one.why}", err=True)
    typer.echo("  Try: aiwebtest run, until they pass.", err=True)


def _told(measured: Measured) -> str:
    caught, noticed = measured.count("caught"), measured.count("noticed")
    survived, idle = measured.count("survived"), measured.count("idle")
    if measured.score is None:
        return "No fault took hold, so nothing can be said."
    head = f"{measured.score:.0%} of {caught + noticed + survived} faults were noticed: by a failure {caught}, "
    head += f"by an error {noticed}. Nobody noticed {survived}; {idle} never took hold and do not count."
    lines = [head]
    for one in measured.survivors:
        others = one.seen_by - len(one.ran)
        more = f", {others} more saw it" if others else ""
        lines.append(f"  not noticed: {one.mutant}; tried with {', '.join(one.ran)}{more}")
    return "\n".join(lines)


def _markdown(measured: Measured) -> str:
    from aiwebtest.reporting.words import clean

    def cell(text: str) -> str:
        return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())

    rows = [
        f"| {cell(str(one.mutant))} | {one.verdict} | {cell(one.by or ', '.join(one.ran))} | {cell(one.why)} |"
        for one in sorted(measured.tried, key=lambda one: ("survived", "noticed", "caught", "idle").index(one.verdict))
    ]
    head = ["## Faults that the tests notice", "", cell(_told(measured).splitlines()[0]), ""]
    return "\n".join([*head, "| fault | verdict | case | what it said |", "|---|---|---|---|", *rows, ""])


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "version": 1, "score": measured.score, "offered": measured.offered,
        "counts": {verdict: measured.count(verdict) for verdict in ("caught", "noticed", "survived", "idle")},
        "faults": [asdict(one) for one in measured.tried],
    }  # fmt: skip
