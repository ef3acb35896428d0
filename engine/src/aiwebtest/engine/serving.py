"""Starts the application under test before a run and ends it afterwards, when the configuration says how."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiwebtest.core.errors import UsageError

__all__ = ["serving"]

_POLL_S = 0.1
_LAST_LINES = 5
_END_S = 5.0  # to end by itself once asked


@contextmanager
def serving(
    command: str, url: str, *, folder: Path, timeout_s: float, tell: Callable[[str], None] = lambda text: None
) -> Iterator[None]:
    """Run the block while `url` is served by `command`; nothing is started without one.

    What answers at `url` already is used as it is, and `tell` is told so.

    Raises UsageError when the command ends or `url` does not answer within `timeout_s`.
    """
    if not command or _answers(url):
        if command:
            tell(f"{url} answers already: it is tested as it is, and `{command}` is not started.")
        yield
        return
    log = folder / ".aiwebtest" / "serve.log"
    log.parent.mkdir(exist_ok=True)
    process = _start(command, folder, log)
    try:
        _wait(process, command, url, timeout_s, log)
        yield
    finally:
        _end(process)


def _start(command: str, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    arguments = shlex.split(command, posix=os.name != "nt")
    if arguments and arguments[0] == "aiwebtest":  # ourselves, also where our command is not on the path
        arguments[:1] = [sys.executable, "-m", "aiwebtest"]
    try:
        # A group of its own: the command's children end with it, and Ctrl-C reaches us first.
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - the command is the user's own
                arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=os.name != "nt",
            )  # fmt: skip
    except OSError as exc:
        raise UsageError(f"`serve` cannot be started: {command}: {exc.strerror}.", mend="run it by hand.") from exc


def _wait(process: subprocess.Popen[bytes], command: str, url: str, timeout_s: float, log: Path) -> None:
    deadline = time.monotonic() + timeout_s
    while not _answers(url):
        if process.poll() is not None:
            what = f"`{command}` ended with code {process.returncode} before {url} answered.{_last_words(log)}"
            raise UsageError(what, mend=f"run it by hand; all it said is in {log}.")
        if time.monotonic() > deadline:
            what = f"`{command}` runs, and {url} did not answer within {timeout_s:g} s."
            raise UsageError(what, mend="check that `base_url` is where it serves, or raise `serve_timeout`.")
        time.sleep(_POLL_S)


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
    return "".join(f"\n  {line}" for line in lines)


def _answers(url: str) -> bool:
    """Tell whether something speaks HTTP there, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - http or https, see `base_url`
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
