"""A project's files: `aiwebtest.toml`, or `[tool.aiwebtest]` in `pyproject.toml`, and folders of what is made."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiwebtest.core.errors import UsageError

__all__ = ["ConfigFile", "find_config_file", "keep_out_of_git", "read_config_file"]

_NAME = "aiwebtest.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """A configuration file's settings. `table` is their heading in the file, "" for its top."""

    path: Path
    values: Mapping[str, Any]
    table: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)

    def line_of(self, key: str) -> int:
        """Return the line, from 1, where a setting stands; 1 if it cannot be told."""
        table = ""
        for number, line in enumerate(self.lines, start=1):
            heading = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            if heading:
                table = heading[1]
                if table == ".".join(filter(None, (self.table, key))):
                    return number
            elif table == self.table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return number
        return 1


def find_config_file(start: Path) -> Path | None:
    """Return the nearest configuration file in `start` or above, or None."""
    for folder in (start, *start.parents):
        own, project = folder / _NAME, folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and re.search(r"^\s*\[\s*tool\.aiwebtest\b", project.read_text("utf-8"), re.MULTILINE):
            return project
    return None


def read_config_file(path: Path) -> ConfigFile:
    """Return the settings in a file; raise UsageError if it is not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} cannot be read: {exc}.", mend="check the path; the file must be UTF-8.") from exc
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise UsageError(f"{path} is not TOML: {exc}.", mend='write `name = value`, texts in "quotes".') from exc
    table = "tool.aiwebtest" if path.name == "pyproject.toml" else ""
    if table:
        values = values.get("tool", {}).get("aiwebtest", {})
    return ConfigFile(path=path, values=values, table=table, lines=tuple(text.splitlines()))


def keep_out_of_git(folder: Path) -> None:
    """Make a folder of generated files that git leaves alone, as long as nobody decided otherwise."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)  # another run may begin at this moment
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
