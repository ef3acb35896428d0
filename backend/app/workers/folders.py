"""The folders of a worker process, and what is done about workers that were killed: their browsers end, their files go.

A worker holds a lock on its folder as long as it lives; the system lets go of the lock however the worker ends. Every
process that a worker starts inherits a mark in its environment, by which it is found, and a place for temporary files
(profiles of browsers, downloads, traces), whose address stands in the worker's folder.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

__all__ = ["MARK", "new_name", "own_folder", "reap"]

MARK = "AIWEBTEST_OF_WORKER"
"""Environment variable that tells whose process one is."""

_TEMPORARY = "temporary"  # file of a worker's folder: where its temporary files are

_log = logging.getLogger(__name__)


def new_name() -> str:
    """Return a name for a worker process that no other ever had: machine, process, chance."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


@contextmanager
def own_folder(data_dir: Path, name: str) -> Iterator[Path]:
    """Yield the folder of the worker `name`, marked as in use until the block or the process ends; then it goes."""
    root = _root(data_dir)
    lock = FileLock(root / f"{name}.lock")
    with lock:
        folder = root / name
        folder.mkdir()
        try:
            with _marked(name), _own_temporary(folder, name):
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()
            (root / f"{name}.lock").unlink(missing_ok=True)


@contextmanager
def _marked(name: str) -> Iterator[None]:
    os.environ[MARK] = name
    try:
        yield
    finally:
        del os.environ[MARK]


@contextmanager
def _own_temporary(folder: Path, name: str) -> Iterator[None]:
    """Let temporary files of this process and of those that it starts be made in one place, which goes in the end.

    It lies where others do, by a short name: in long paths browsers find no room for their sockets.
    """
    before, variable = tempfile.gettempdir(), os.environ.get("TMPDIR")
    place = Path(before, f"aiwebtest-{name.rpartition('-')[2]}")
    (folder / _TEMPORARY).write_text(str(place), encoding="utf-8")
    place.mkdir(mode=0o700)
    tempfile.tempdir = os.environ["TMPDIR"] = str(place)
    try:
        yield
    finally:
        tempfile.tempdir = before
        del os.environ["TMPDIR"]
        if variable is not None:
            os.environ["TMPDIR"] = variable
        shutil.rmtree(place, ignore_errors=True)


def reap(data_dir: Path) -> list[str]:
    """End the processes and delete the folders of workers on this machine that are gone; return their names. Blocks."""
    root, host = _root(data_dir), f"{socket.gethostname()[:40]}-"
    reaped = []
    for lock_file in root.glob(f"{host}*.lock"):
        name = lock_file.name.removesuffix(".lock")
        lock = FileLock(lock_file, timeout=0)
        try:
            with lock:
                ended = _end_processes(name)
                _delete(root / name)
                lock_file.unlink(missing_ok=True)
        except Timeout:
            continue  # it lives
        reaped.append(name)
        _log.warning("The worker %s is gone; %d of its processes were ended.", name, ended)
    return reaped


def _delete(folder: Path) -> None:
    with suppress(OSError):  # it was killed before it had a place
        shutil.rmtree((folder / _TEMPORARY).read_text(encoding="utf-8"), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _end_processes(name: str) -> int:
    """Kill what a worker started. Only on Linux; elsewhere a browser ends when the pipe to it breaks."""
    sign = f"{MARK}={name}".encode()
    ended = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile, or somebody else's
            if int(process.name) != os.getpid() and sign in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
                ended += 1
    return ended


def _root(data_dir: Path) -> Path:
    root = data_dir.resolve() / "workers"
    root.mkdir(parents=True, exist_ok=True)
    return root
