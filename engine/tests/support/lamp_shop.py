"""A page with a button that only a model finds, and a test of it, with emulated vendors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from small_site import serve

from aiwebtest.testing.emulator import Emulator

__all__ = ["DENIES", "TEST", "lamp_project"]

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
