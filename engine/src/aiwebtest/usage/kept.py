"""The file of a project's runs: JSON lines, the newest last, the oldest pruned by age and by size.

`.aiwebtest/usage.jsonl`: each line is one `RunUsage` with the version of this format. Runs that end at the same time
append in turns, under a lock. A line that is none of ours, or of another version, is passed over and counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from filelock import FileLock

from aiwebtest.config.files import keep_out_of_git
from aiwebtest.usage.runs import VERSION, RunUsage

__all__ = ["USAGE", "UsageFile"]

USAGE = Path(".aiwebtest") / "usage.jsonl"
"""Where a project keeps what its runs used."""

DAYS = 100
"""Of history that are kept."""

_MOST_BYTES = 4 * 2**20
_LOCK_TIMEOUT_S = 10.0


class UsageFile:
    """What the runs of the project in the folder `project` used."""

    def __init__(self, project: Path, *, most_bytes: int = _MOST_BYTES) -> None:
        self.project, self.path, self._most_bytes = project, project / USAGE, most_bytes

    def append(self, run: RunUsage) -> None:
        """Add a run, and take away what is older than `DAYS` before it or too much. Raises OSError."""
        line = msgspec.json.encode(run) + b"\n"
        keep_out_of_git(self.path.parent)
        with FileLock(f"{self.path}.lock", timeout=_LOCK_TIMEOUT_S):
            # The last line has no end when somebody was killed while writing it: it is none.
            lines = [one for one in self._bytes().splitlines(keepends=True) if one.endswith(b"\n")]
            kept = _pruned(lines, since=run.at - timedelta(days=DAYS), room=self._most_bytes - len(line))
            beside = self.path.with_suffix(".new")
            beside.write_bytes(b"".join([*kept, line]))
            beside.replace(self.path)

    def read(self) -> tuple[list[RunUsage], int]:
        """Return the runs in order of time, and how many lines cannot be read."""
        found, strange = [], 0
        for line in self._bytes().splitlines():
            run = _decoded(line)
            if run is None:
                strange += 1
            else:
                found.append(run)
        return sorted(found, key=lambda one: one.at), strange

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""


def _pruned(lines: list[bytes], *, since: datetime, room: int) -> list[bytes]:
    """Return the lines without those at the beginning that are too old, or for which there is no room."""
    size, begin = sum(map(len, lines)), 0
    while begin < len(lines):
        run = _decoded(lines[begin]) if size <= room else None
        if size <= room and (run is None or run.at >= since):
            break
        size -= len(lines[begin])
        begin += 1
    return lines[begin:]


def _decoded(line: bytes) -> RunUsage | None:
    """Return a run; None for a line that is none, or of another version."""
    try:
        run = msgspec.json.decode(line, type=RunUsage)
    except msgspec.DecodeError:
        return None
    return run if run.version == VERSION else None
