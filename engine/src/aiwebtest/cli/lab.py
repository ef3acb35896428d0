"""`aiwebtest lab`: decisions recorded in real runs, and the same asked of other providers, without a browser."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.cli.options import ConfigPath, project_of
from aiwebtest.cli.tables import printed, say
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiwebtest.config import Project
    from aiwebtest.lab import ArmResult, Decision
    from aiwebtest.providers.routing import Routing

__all__ = ["app"]

_VERDICTS = ("right", "wrong", "open")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Ask recorded decisions of other providers.")

From = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="The decisions; unset: those of this project.")
]


@app.command("list")
def list_(file: From = None, config: ConfigPath = None) -> None:
    """List the recorded decisions: whether each was right, what it was about, and who decided."""
    for one in _decisions(file, config):
        typer.echo(f"{one.id}  {one.label:5}  {one.purpose:7}  {one.model}  {one.sentence}")


@app.command()
def show(
    decision: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")], file: From = None,
    config: ConfigPath = None,
) -> None:  # fmt: skip
    """Show a decision whole: what was asked, with the page as it was sent, and what was answered."""
    one = _one(_decisions(file, config), decision)
    typer.echo(f"{one.sentence}\n{one.purpose}, by {one.model}, {one.label} (by a {one.labelled_by})\n")
    typer.echo(f"{one.prompt}\n\n{json.dumps(one.answer, indent=2, ensure_ascii=False)}")


@app.command()
def label(
    decision: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    verdict: Annotated[str, typer.Argument(metavar="right|wrong|open", help="What the answer was worth.")],
    file: From = None, config: ConfigPath = None,
) -> None:  # fmt: skip
    """Say whether an answer was right; later runs do not change it, and what routing has learned follows."""
    from aiwebtest.lab import write_decisions

    _refuse_unless_verdict(verdict)
    every = _decisions(file, config)
    one = _one(every, decision)
    said = replace(one, label=verdict, labelled_by="person")  # type: ignore[arg-type]
    write_decisions(_file(file, config), [said if other.id == one.id else other for other in every])
    counts = file is None and _relearn(one, said, project_of(config))
    typer.echo(f"{one.id} is {verdict}." + (f" Routing counts it so, for {one.arm}." if counts else ""))


def _relearn(before: Decision, after: Decision, project: Project) -> bool:
    """Let what routing learned from an answer follow a person's word; tell whether anything of it is remembered."""
    from aiwebtest.engine.models import ROUTING
    from aiwebtest.providers.router import RoutingFile, policy_of

    file = RoutingFile(project.root / ROUTING)
    if not before.arm or before.at is None or before.label == after.label or not file.path.is_file():
        return False
    at_s, now_s, moved = before.at.timestamp(), time.time(), []

    def relabel(routing: Routing) -> None:
        moved.append(
            routing.relabel(
                before.purpose, before.arm, before=before.label, after=after.label, at_s=at_s, now_s=now_s
            )
        )  # fmt: skip

    file.change(policy_of(project.providers), relabel)
    return sum(moved) > 0


@app.command()
def export(
    to: Annotated[Path, typer.Argument(help="The file to write, one decision a line.")],
    only: Annotated[str, typer.Option(metavar="right|wrong|open", help="Only decisions of that verdict.")] = "",
    file: From = None, config: ConfigPath = None,
) -> None:  # fmt: skip
    """Write decisions to a file, for another machine or another tool."""
    from aiwebtest.lab import write_decisions
    from aiwebtest.reporting.words import plural

    if only:
        _refuse_unless_verdict(only)
    chosen = [one for one in _decisions(file, config) if only in ("", one.label)]
    write_decisions(to, chosen)
    typer.echo(f"{plural(len(chosen), 'decision')}: {to}")


@app.command()
def run(
    arms: Annotated[str, typer.Option(metavar="A,B,...", help="Who is asked: google,cerebras/gpt-oss-120b.")],
    repeat: Annotated[int, typer.Option(min=1, help="How often each decision is asked of each arm.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="Requests under way at the same time.")] = 4,
    seed: Annotated[int, typer.Option(help="Of the order.")] = 0,
    json_: Annotated[Path | None, typer.Option("--json", help="Write each answer there as JSON.")] = None,
    file: From = None, config: ConfigPath = None,
) -> None:  # fmt: skip
    """Ask the decisions that proved right of each arm, and count the same answers, tokens, time and money.

    Arms take turns in random order, each alone, without fallbacks. Exit codes: 0 asked, 2 usage.
    """
    names = list(dict.fromkeys(part.strip() for part in arms.split(",") if part.strip()))
    if not names:
        raise UsageError("No arm is named.", mend="write, for example, --arms google,cerebras.")
    decisions = _decisions(file, config)
    if not any(one.label == "right" for one in decisions):
        raise UsageError("No decision proved right, so no answer is known.", mend="`aiwebtest lab label ID right`.")
    projects = {name: project_of(config, provider=name) for name in names}
    results = asyncio.run(_run(projects, decisions, repeat=repeat, at_once=at_once, seed=seed))
    _print(results)
    if json_:
        json_.parent.mkdir(parents=True, exist_ok=True)
        json_.write_text(json.dumps({"version": 1, "arms": [_plain(one) for one in results]}, indent=2) + "\n", "utf-8")
        typer.echo(f"Report: {json_}")


async def _run(projects: dict[str, Project], decisions: list[Decision], **more: Any) -> list[ArmResult]:
    from aiwebtest.cli.running import keeping
    from aiwebtest.lab import replay
    from aiwebtest.providers.registry import Providers
    from aiwebtest.usage import UsageFile, UsageRecord

    async with AsyncExitStack() as stack:
        arms = {}
        for name, project in projects.items():
            looked_in = project.keys_looked_in
            usage = UsageRecord(UsageFile(project.root), "lab", trial=True)
            stack.enter_context(keeping(usage))
            made = Providers(project.providers, looked_in=looked_in, on_attempt=usage.take)
            providers = await stack.enter_async_context(made)
            arms[name] = providers.chain(name, ())
        return await replay(decisions, arms, **more)


def _refuse_unless_verdict(word: str) -> None:
    from aiwebtest.config.words import did_you_mean

    if word not in _VERDICTS:
        raise UsageError(f"`{word}` is no verdict.", mend=did_you_mean(word, _VERDICTS))


def _file(file: Path | None, config: Path | None) -> Path:
    from aiwebtest.engine.models import DECISIONS

    return file or project_of(config).root / DECISIONS


def _decisions(file: Path | None, config: Path | None) -> list[Decision]:
    from aiwebtest.lab import read_decisions

    return read_decisions(_file(file, config))


def _one(decisions: Sequence[Decision], start: str) -> Decision:
    found = [one for one in decisions if one.id.startswith(start)]
    if len(found) != 1:
        what = f"No decision begins with {start}." if not found else f"{len(found)} decisions begin with {start}."
        raise UsageError(what, mend="`aiwebtest lab list` shows their ids.")
    return found[0]


def _print(results: Sequence[ArmResult]) -> None:
    from aiwebtest.providers.metering import totals
    from aiwebtest.reporting.words import duration

    heads = ("arm", "same", "other", "refused", "no answer", "off schema", "time", "tokens", "cost")
    rows: list[tuple[str, ...]] = []
    for one in results:
        sums = totals(one.attempts)
        times = sorted(asked.latency_s for asked in one.asked)
        unknown = f" + unknown for {sums.unpriced}" if sums.unpriced else ""
        rows.append((
            one.arm, str(one.count("same")), str(one.count("other")), str(one.count("refused")),
            str(one.count("unanswered")), str(one.schema_failures), duration(times[len(times) // 2]) if times else "",
            f"{sums.input_tokens + sums.output_tokens:,}", f"${sums.cost_usd:.4f}{unknown}",
        ))  # fmt: skip
    typer.echo(printed(heads, rows))
    if len(results) > 1 and find_spec("scipy") and find_spec("statsmodels"):
        from aiwebtest.reporting.lab import lab_result

        found = lab_result(results)
        say(found.summary(), *(one.told() for one in found.contrasts()), found.plan.bounds)
        if questions := found.open_questions():
            say("What it could not tell:", below=questions)


def _plain(result: ArmResult) -> dict[str, Any]:
    return {"arm": result.arm, "asked": [asdict(one) for one in result.asked]}
