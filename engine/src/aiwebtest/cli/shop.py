"""`aiwebtest shop`: serve the demo shop for hand use."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from aiwebtest.core.errors import UsageError

__all__ = ["shop"]


def shop(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    fault: Annotated[str | None, typer.Option(metavar="NAME", help="Plant a fault; --list names them.")] = None,
    latency: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Hold every answer back.")] = 0.0,
    list_: Annotated[bool, typer.Option("--list", help="List the faults, and end.")] = False,
) -> None:
    """Serve the demo shop until Ctrl-C, intact or with a planted fault."""
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.testing.shop import FAULTS

    names = [known.name for known in FAULTS]
    if list_:
        width = max(map(len, names))
        for known in FAULTS:
            typer.echo(f"{known.name:<{width}}  {known.notice}")
        return
    if fault is not None and fault not in names:
        raise UsageError(f"There is no fault `{fault}`.", mend=did_you_mean(fault, names))
    try:
        asyncio.run(_serve(port, fault, latency))
    except OSError as exc:
        raise UsageError(
            f"Port {port} cannot be used: {exc.strerror}.", mend="choose another one with --port."
        ) from exc


async def _serve(port: int, fault: str | None, latency_s: float) -> None:
    from aiwebtest.testing.shop import serve_shop

    async with serve_shop(fault, port, latency_s=latency_s) as running:
        typer.echo(running.url)
        typer.echo(f"Log in as {running.email} with the password {running.password}. Ctrl-C ends.", err=True)
        await asyncio.Event().wait()
