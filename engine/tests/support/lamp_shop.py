"""A page with a button that only a model finds, a test of it, and the command line run on it with emulated vendors."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from small_site import serve

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.testing.emulator import Emulator

__all__ = ["DENIES", "TEST", "command", "lamp_project"]

PAGE = """<!doctype html><html lang=en><title>Lamps</title><h1>Desk lamp</h1><p>Delivery takes three days</p>
<p id=bag>Your bag is empty</p>
<button aria-label="Put lamp into bag" onclick="bag.textContent='1 lamp in your bag'">+</button>"""

TEST = """\
name: Buys a lamp
url: /
steps:
  - I would like this lamp in my bag
  - The page shows "1 lamp in your bag"
  - check: the delivery takes about three days
"""
DENIES = {"verdict": "does_not_hold", "reason": "it takes longer", "evidence": ["Delivery takes three days"]}


@contextmanager
def lamp_project(folder: Path, emulator: Emulator, **more: str) -> Iterator[str]:
    """Make `folder` a project with the test, on the page being served, and with the emulator as every vendor."""
    with serve({"/": PAGE}) as url:
        (folder / "aiwebtest.toml").write_text(f'base_url = "{url}"\ntimeout = "10s"\n')
        settings = {**emulator.environment(), **more}
        (folder / ".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
        (folder / "lamp.test.yaml").write_text(TEST)
        yield url


async def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `aiwebtest` in a folder, without any setting of this machine."""
    hidden = {name.upper() for name in ProviderSettings.model_fields}
    clean = {n: v for n, v in os.environ.items() if n not in hidden}
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "aiwebtest", *arguments], cwd=folder, env=clean,
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
