"""Runs the benchmarks, each in a process of its own: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.report import RESULTS

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks: the modules of this folder that have a `main`."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem != "__main__" and _has_main(path))


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; 0 when each met its aims, 2 for an unknown name."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    ended: dict[str, tuple[int, float]] = {}
    for name in wanted or known:
        began = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False).returncode
        ended[name] = (code, time.monotonic() - began)
    _sum_up(ended)
    return max((min(code, 1) if code >= 0 else 1) for code, _ in ended.values())


def _sum_up(ended: dict[str, tuple[int, float]]) -> None:
    table = Table(title="All benchmarks", title_justify="left", show_edge=False)
    for column in ("benchmark", "aims met", "not met", "seconds"):
        table.add_column(column)
    for name, (code, seconds) in ended.items():
        kept = RESULTS / f"{name}.json"
        aims = json.loads(kept.read_text("utf-8")).get("aims", []) if kept.is_file() else []
        missed = [f"{aim['what']}: {aim['found']} (wanted {aim['wanted']})" for aim in aims if not aim["met"]]
        if code and not missed:
            missed = [f"it ended with code {code}"]
        table.add_row(name, f"{sum(bool(aim['met']) for aim in aims)}/{len(aims)}", "\n".join(missed), f"{seconds:.0f}")
    Console().print(table)


def _has_main(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
