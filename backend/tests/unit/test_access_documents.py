"""docs/server.md and env.example say what the server's code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from app.cli import app
from app.core.config import ServerSettings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def names() -> set[str]:
    """Return the settings as the environment has them."""
    return {
        str(field.validation_alias or f"AIWEBTEST_{name.upper()}")
        for name, field in ServerSettings.model_fields.items()
    }


def section(heading: str, level: int) -> str:
    """Return what stands under a heading."""
    found = re.search(
        rf"^#{{{level}}} {re.escape(heading)}$(.*?)(?=^#{{2,{level}}} |\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
    assert found, f"server.md has no heading {heading}"
    return found[1]


def test_each_setting_has_a_row() -> None:
    """What can be set can be looked up, and nothing else."""
    rows = re.findall(r"^\| `(\w+)` \|", section("Settings", 2), re.MULTILINE)

    assert sorted(rows) == sorted(names())


def test_each_setting_is_explained_in_the_example() -> None:
    """Each stands below a comment, and empty, so that copying the file changes nothing."""
    lines = (ROOT / "backend" / "env.example").read_text(encoding="utf-8").splitlines()

    for name in names():
        assert f"{name}=" in lines, name
        above = lines[lines.index(f"{name}=") - 1]
        assert above.startswith(("# ", "AIWEBTEST_HOST=")), name


def test_each_command_has_a_heading() -> None:
    """And no other."""
    headings = re.findall(r"^### `aiwebtest-server (\S+)`$", section("Commands", 2), re.MULTILINE)

    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_option_of_a_command_has_a_row(name: str) -> None:
    """And no other."""
    options = {
        text for option in COMMANDS[name].params for text in (*option.opts, *option.secondary_opts) if text[:2] == "--"
    }
    rows = " ".join(re.findall(r"^\| (`--.*?) \|", section(f"`aiwebtest-server {name}`", 3), re.MULTILINE))

    assert set(re.findall(r"--[a-z-]+", rows)) == options - {"--help"}
