"""`aiwebtest emulator`: a server on this machine that speaks the providers' wire formats, for trying things out."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from aiwebtest.core.errors import UsageError

__all__ = ["emulator"]


def emulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    print_env: Annotated[
        bool, typer.Option("--print-env", help="Print only the settings that point here, for .env.")
    ] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="PROVIDER=NAME", help="Let a provider fail in this way. Repeatable; --list names them."),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the faults, and end.")] = False,
) -> None:
    """Serve all four providers' wire formats until Ctrl-C. Its answers come from simple rules, never from a model."""
    from aiwebtest.testing.emulator import FAULTS

    if list_:
        width = max(map(len, FAULTS))
        for known in FAULTS.values():
            typer.echo(f"{known.name:<{width}}  {known.what}")
        return
    plans = dict(_plan(text) for text in fault or ())
    try:
        asyncio.run(_serve(port, plans, quiet=print_env))
    except OSError as exc:
        raise UsageError(
            f"Port {port} cannot be used: {exc.strerror}.", mend="choose another one with --port."
        ) from exc


def _plan(text: str) -> tuple[str, str]:
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.providers.catalog import KNOWN
    from aiwebtest.testing.emulator import FAULTS

    vendor, _, name = text.partition("=")
    if vendor not in KNOWN:
        raise UsageError(f"--fault {text} names no provider.", mend=did_you_mean(vendor, KNOWN))
    if name not in FAULTS:
        raise UsageError(f"There is no fault `{name}`.", mend=did_you_mean(name, FAULTS))
    return vendor, name


async def _serve(port: int, plans: dict[str, str], *, quiet: bool) -> None:
    from aiwebtest.testing.emulator import Emulator, serve_emulator

    made = Emulator()
    for vendor, name in plans.items():
        made.plan(vendor).always = name
    async with serve_emulator(made, port=port) as running:
        for name, value in running.environment().items():
            typer.echo(f"{name}={value}")
        if not quiet:
            typer.echo(
                "Put these lines into .env, with MODEL_PROVIDER. The answers are emulated. Ctrl-C ends.", err=True
            )
        await asyncio.Event().wait()
