"""`aiwebtest emulator`: a server on this machine that speaks the providers' wire formats, for trying things out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.testing.emulator import Emulator

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
    delay: Annotated[
        list[str] | None, typer.Option(metavar="PROVIDER=SECONDS", help="Let a provider take so long. Repeatable.")
    ] = None,
    wrong: Annotated[
        list[str] | None,
        typer.Option(metavar="PROVIDER=SHARE", help="Let a provider choose a wrong element so often. Repeatable."),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the faults, and end.")] = False,
) -> None:
    """Serve all four providers' wire formats until Ctrl-C. Its answers come from simple rules, never from a model."""
    from aiwebtest.testing.emulator import FAULTS, Emulator, Oracle

    if list_:
        width = max(map(len, FAULTS))
        for known in FAULTS.values():
            typer.echo(f"{known.name:<{width}}  {known.what}")
        return
    made = Emulator(delays_s=dict(_number("--delay", text, most=60.0) for text in delay or ()))
    for vendor, share in (_number("--wrong", text, most=1.0) for text in wrong or ()):
        made.oracles[vendor] = Oracle(wrong_rate=share)
    for vendor, name in (_plan(text) for text in fault or ()):
        made.plan(vendor).always = name
    try:
        asyncio.run(_serve(made, port, quiet=print_env))
    except OSError as exc:
        raise UsageError(
            f"Port {port} cannot be used: {exc.strerror}.", mend="choose another one with --port."
        ) from exc


def _number(option: str, text: str, *, most: float) -> tuple[str, float]:
    vendor, value = _parted(option, text)
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise UsageError(f"{option} {text} has no number from 0 to {most:g}.", mend=f"write {option} {vendor}=0.5.")
    return vendor, number


def _parted(option: str, text: str) -> tuple[str, str]:
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.providers.catalog import KNOWN

    vendor, _, value = text.partition("=")
    if vendor not in KNOWN:
        raise UsageError(f"{option} {text} names no provider.", mend=did_you_mean(vendor, KNOWN))
    return vendor, value


def _plan(text: str) -> tuple[str, str]:
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.testing.emulator import FAULTS

    vendor, name = _parted("--fault", text)
    if name not in FAULTS:
        raise UsageError(f"There is no fault `{name}`.", mend=did_you_mean(name, FAULTS))
    return vendor, name


async def _serve(made: Emulator, port: int, *, quiet: bool) -> None:
    from aiwebtest.testing.emulator import serve_emulator

    async with serve_emulator(made, port=port) as running:
        for name, value in running.environment().items():
            typer.echo(f"{name}={value}")
        if not quiet:
            typer.echo(
                "Put these lines into .env, with MODEL_PROVIDER. The answers are emulated. Ctrl-C ends.", err=True
            )
        await asyncio.Event().wait()
