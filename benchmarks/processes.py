"""Memory of a process and all its descendants, from `/proc` (Linux only)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

__all__ = ["PeakMemory"]

_PROC = Path("/proc")
_EVERY_S = 0.25


class PeakMemory:
    """Samples the proportional set size (shared pages counted once) of a process tree while the block runs.

    `peak_mb` is None where `/proc` does not tell.
    """

    def __init__(self, pid: int) -> None:
        self.peak_mb: float | None = None
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            now = sum(_pss_mb(pid) for pid in _tree(self._pid))
            if now:
                self.peak_mb = max(self.peak_mb or 0.0, now)


def _tree(root: int) -> list[int]:
    """Return the process and its descendants."""
    children: dict[int, list[int]] = {}
    if not _PROC.is_dir():
        return []
    for name in os.listdir(_PROC):  # noqa: PTH208 - names alone; a Path for each would cost more than the reading
        if name.isdigit() and (parent := _parent(int(name))) is not None:
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _parent(pid: int) -> int | None:
    try:
        status = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:  # it ended between listing and reading
        return None
    return int(status.rpartition(")")[2].split()[1])


def _pss_mb(pid: int) -> float:
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text("utf-8", "replace")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
