"""What a benchmark found: tables on the terminal, and the same as JSON under `results/`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["RESULTS", "Report", "machine", "versions"]

RESULTS = Path(__file__).parent.parent / "results"

_PACKAGES = ("aiwebtest", "playwright", "msgspec", "rapidfuzz")

Figure = str | int | float | None


@dataclass
class Report:
    """One benchmark's findings. `aim` states what is to hold; `close` prints the sum and returns the exit code."""

    name: str
    title: str
    console: Console = field(default_factory=Console)
    aims: list[dict[str, Figure | bool]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Figure]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.console.rule(self.title)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Figure]], *, show: bool = True) -> None:
        """Add a table; with `show` false it is only kept in the JSON."""
        self.tables[title] = [dict(zip(columns, row, strict=True)) for row in rows]
        if not show or not rows:
            return
        shown = Table(title=title, title_justify="left", show_edge=False)
        for number, column in enumerate(columns):
            numbers = all(isinstance(row[number], int | float) for row in rows)
            shown.add_column(column, justify="right" if numbers else "left", overflow="fold")
        for row in rows:
            shown.add_row(*(Text(_shown(value)) for value in row))
        self.console.print(shown)

    def aim(self, what: str, found: Figure, wanted: str, *, met: bool) -> None:
        """Add something that is to hold: what, what was found, what was wanted, and whether it holds."""
        self.aims.append({"what": what, "found": found, "wanted": wanted, "met": met})

    def note(self, text: str) -> None:
        """Add a remark that a reader of the figures needs."""
        self.notes.append(text)
        self.console.print(Text(text))

    def close(self) -> int:
        """Print the aims, keep all as JSON, and return 0 when every aim is met, else 1."""
        rows = [(str(a["what"]), a["found"], str(a["wanted"]), "met" if a["met"] else "NOT MET") for a in self.aims]
        self.table("Aims", ("what", "found", "wanted", ""), rows)
        path = self._keep()
        self.console.print(Text(f"Kept in {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}"))
        return 0 if all(aim["met"] for aim in self.aims) else 1

    def _keep(self) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        content = {
            "benchmark": self.name,
            "title": self.title,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "machine": machine(),
            "aims": self.aims,
            "tables": self.tables,
            "notes": self.notes,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return path


def versions() -> dict[str, str]:
    """Return the versions that figures depend on. The browser's own is added by whoever starts one."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def machine() -> dict[str, str | int | None]:
    """Return what the machine is, without its name."""
    return {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count()}


def _shown(value: Figure) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return str(value)
