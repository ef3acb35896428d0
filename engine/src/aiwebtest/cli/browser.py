"""`aiwebtest browser`: find a browser, or install one."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

__all__ = ["browser"]


def browser(
    install: Annotated[bool, typer.Option("--install", help="Install one if none is found.")] = False,
) -> None:
    """Print the browser that tests run in, and its version. Exit code 3 if there is none.

    Where there is a headless shell beside it, a second line names it: it serves runs that nobody watches.
    """
    from aiwebtest.browser.discover import find_browser
    from aiwebtest.browser.install import install_browser, no_browser

    path = install_browser(lambda line: typer.echo(line, err=True)) if install else find_browser()
    if path is None:
        raise no_browser()
    typer.echo(f"{path}  {asyncio.run(_version(path))}")
    lighter = find_browser(shell_first=True)
    if lighter and lighter != path:
        typer.echo(f"{lighter}  {asyncio.run(_version(lighter))}  (for runs without a window and without a model)")


async def _version(path: str) -> str:
    """Start it once: a browser that cannot start is none."""
    from aiwebtest.browser.launch import BrowserSettings, open_browser

    async with open_browser(BrowserSettings(executable=path)) as running:
        return f"{running.browser_type.name} {running.version}"
