"""`aiwebtest experiment`: which provider serves these tests best, shown with honest statistics."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.arms import Arm, Asked, collected, opened, require_statistics, tell
from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Paths, Variables, pairs, project_of
from aiwebtest.cli.tables import printed, say
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.core.case import Case
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.reporting.experiment import Experiment, Plan, Trial

__all__ = ["experiment"]


def experiment(
    paths: Paths = None,
    arms: Annotated[
        str, typer.Option(metavar="A,B,...", help="Who is compared, the one to beat first: google,cerebras/...")
    ] = "google,cerebras,openrouter",
    rounds: Annotated[int, typer.Option(min=1, help="How often each arm runs each case, at most.")] = 10,
    alpha: Annotated[float, typer.Option(help="Chance of naming a false winner that is accepted.")] = 0.05,
    cost_cap: Annotated[float | None, typer.Option(metavar="USD", help="End when so much is spent.")] = None,
    to_the_end: Annotated[bool, typer.Option("--to-the-end", help="Do not end when the verdict is in.")] = False,
    seed: Annotated[int, typer.Option(help="Of the order in which cases and arms take turns.")] = 0,
    markdown: Annotated[Path | None, typer.Option(help="Write the result there as Markdown.")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write it there as JSON, each trial included.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write each trial there as a line of comma-separated values.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="What relative URLs are relative to.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; `!tag` without. Repeatable.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cases with this in their name. Repeatable.")] = None,
    timeout: Annotated[str | None, typer.Option(help="How long a step may take: 10s, 500ms.")] = None,
    report_dir: Annotated[Path | None, typer.Option(help="Folder of the records of requests.")] = None,
    var: Variables = None,
    config: ConfigPath = None,
) -> None:
    """Run the same cases on several providers in turns until one is shown to be better, or the plan is done.

    A pass counts as right: run it on an application that is known to be well. Cases and arms take turns in random
    order; lockfiles are neither read nor written, and each arm stands alone, without fallbacks. Exit codes: 0 done,
    whatever was found; 2 usage, 5 nothing selected, 130 interrupted.
    """
    names = tuple(dict.fromkeys(part.strip() for part in arms.split(",") if part.strip()))
    if len(names) < 2:
        raise UsageError("An experiment needs two arms.", mend="write, for example, --arms google,cerebras.")
    if not 0 < alpha < 0.5:
        raise UsageError(f"--alpha {alpha:g} is no chance of a mistake.", mend="write, for example, --alpha 0.05.")
    require_statistics("Experiments")
    from aiwebtest.config.files import keep_out_of_git
    from aiwebtest.engine.serving import serving
    from aiwebtest.reporting.experiment import Plan

    given = {"base_url": base_url, "timeout": timeout, "report_dir": report_dir}
    made = [Arm.of(project_of(config, provider=one, **given), one, "experiment") for one in names]
    cases, settings, project = collected(made, paths or [], tag or [], name or [], pairs(var))
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)
    plan = Plan(arms=names, cases=len(cases), rounds=rounds, alpha=alpha, cost_cap_usd=cost_cap)
    tell(plan.told())
    at = project.config
    keep_out_of_git(at.report_dir.parent.parent)
    with serving(at.serve, at.base_url, folder=project.root, timeout_s=at.serve_timeout, tell=tell):
        result, whole = asyncio.run(_run(made, cases, settings, plan, seed=seed, to_the_end=to_the_end))
    result.remarks += [remark for arm in made for remark in arm.remarks()]
    _print(result)
    for file, text in ((markdown, result.markdown()), (json_, json.dumps(result.as_json(), indent=2) + "\n"),
                       (csv, result.csv())):  # fmt: skip
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            typer.echo(f"Report: {file}")
    if not whole:
        raise typer.Exit(Exit.INTERRUPTED)


async def _run(
    arms: list[Arm], cases: list[Case], settings: RunSettings, plan: Plan, *, seed: int, to_the_end: bool
) -> tuple[Experiment, bool]:
    """Return what was found, and whether it came to its own end; an interruption keeps what was found."""
    from aiwebtest.reporting.experiment import Experiment

    result, order = Experiment(plan), random.Random(seed)
    async with AsyncExitStack() as stack:
        asked = await opened(arms, cases, settings, stack)
        for number in range(plan.rounds):
            for index in order.sample(range(len(cases)), len(cases)):
                for one in order.sample(asked, len(asked)):
                    trial = await _trial(one, index, number)
                    if trial is None:
                        result.remarks.append(f"Interrupted in round {number + 1} of {plan.rounds}.")
                        return result, False
                    result.add(trial)
                if (why := result.over) and (not to_the_end or "cost" in why):
                    result.remarks.append(f"Ended in round {number + 1} of {plan.rounds}: {why}.")
                    return result, True
            tell(f"Round {number + 1} of {plan.rounds}: {result.summary()} Known cost ${result.spent_usd:.4f}.")
    return result, True


async def _trial(one: Asked, index: int, number: int) -> Trial | None:
    """Run one case on one arm; None when it was interrupted."""
    from aiwebtest.core.billing import total_cost
    from aiwebtest.reporting.comparison import Heard
    from aiwebtest.reporting.experiment import Trial

    one.heard = heard = Heard(one.heard.provider, round=number)
    if await one.run([one.cases[index]]) is None:
        return None
    return Trial(
        arm=heard.provider, case=one.cases[index].id, round=number, passed=heard.outcomes == ["passed"],
        outcome=heard.outcomes[-1] if heard.outcomes else "error", duration_s=sum(heard.durations_s),
        model_s=sum(attempt.latency_s for attempt in heard.attempts), requests=len(heard.attempts),
        tokens=sum((a.input_tokens or 0) + (a.output_tokens or 0) for a in heard.attempts),
        cost_usd=total_cost(heard.attempts),
    )  # fmt: skip


def _print(result: Experiment) -> None:
    from aiwebtest.reporting.experiment import cells

    columns = ("arm", "trials", "passed (95 %)", "median case", "model's time", "tokens", "cost")
    typer.echo(printed(columns, map(cells, result.outcomes())))
    say(result.summary(), *(one.told() for one in result.contrasts()), result.plan.bounds, *result.remarks)
    if questions := result.open_questions():
        say("What it could not tell:", below=questions)
