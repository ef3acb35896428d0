"""`aiwebtest demo`: the example suite against the demo shop."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.cli.exits import Exit, of_run
from aiwebtest.cli.options import refuse

if TYPE_CHECKING:
    from aiwebtest.core.events import RunFinished
    from aiwebtest.testing.shop import Shop

__all__ = ["demo"]

_TIMEOUT = "20s"  # a step's; a first impression must not depend on how busy the machine is
_STATE = Path(".aiwebtest") / "demo"


def demo(
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    slow: Annotated[str | None, typer.Option(metavar="MS", help="Pause in front of each action.")] = None,
    workers: Annotated[str, typer.Option(metavar="N|auto", help="How many cases at the same time.")] = "auto",
    fault: Annotated[str | None, typer.Option(metavar="NAME", help="Plant a fault, to see it caught.")] = None,
    report_dir: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("aiwebtest-report"),
    provider: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Also run cases that need a model, asked there; its key from .env here."),
    ] = None,
) -> None:
    """Serve the demo shop, run the example suite against it in a real browser, and write the HTML report.

    The first run places every sentence anew; what passed is stored, and later runs replay it.
    """
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.core.errors import UsageError
    from aiwebtest.testing.shop import FAULTS

    names = [known.name for known in FAULTS]
    if fault is not None and fault not in names:
        raise UsageError(f"There is no fault `{fault}`.", mend=did_you_mean(fault, names))
    settings = {"headed": headed or None, "slow": slow, "workers": workers, "report_dir": report_dir}
    settings |= {"timeout": _TIMEOUT, "provider": provider or "builtin"}
    end = asyncio.run(_demo(settings, fault))
    raise typer.Exit(of_run(end) if end else Exit.INTERRUPTED)


async def _demo(settings: dict[str, Any], fault: str | None) -> RunFinished | None:
    from aiwebtest.testing.shop import serve_shop

    async with serve_shop(fault) as shop:
        return await _run(shop, settings)


async def _run(shop: Shop, settings: dict[str, Any]) -> RunFinished | None:
    from dataclasses import replace

    from aiwebtest.cli.running import Reports, perform_project
    from aiwebtest.config import load_project
    from aiwebtest.config.files import keep_out_of_git
    from aiwebtest.engine.collect import collect, settings_of
    from aiwebtest.testing.shop import JUDGEMENT, SUITE

    # A project of its own: the settings of the folder one happens to be in are about another application.
    project = load_project(start=SUITE, overrides={"base_url": shop.url, "report": ("html",), **settings})
    known = {"SHOP_EMAIL": shop.email, "SHOP_PASSWORD": shop.password}
    project = replace(project, environment={**os.environ, **known})
    asks = project.config.provider != "builtin"
    if asks:  # keys, addresses, limits and fallbacks are the user's
        own = load_project()
        project = replace(project, providers=own.providers, keys_looked_in=own.keys_looked_in)
    loaded = collect(project, [SUITE, JUDGEMENT] if asks else [SUITE])
    refuse(loaded)
    keep_out_of_git(_STATE.parent)
    reports = Reports(project.config.report, project.config.report_dir)
    told = settings_of(project.config, secrets=dict(loaded.secrets), history=_STATE / "history")
    told = replace(told, lock_dir=_STATE / "lock")
    end = await perform_project(loaded.cases, project, told, reports.listeners)
    reports.tell()
    return end
