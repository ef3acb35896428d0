"""Get a Chromium onto a machine that has none: Playwright's download first, then the distribution's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aiwebtest.browser.discover import BROWSER_VARIABLE, SHELL_PACKAGE, find_browser, find_headless_shell, is_snap
from aiwebtest.core.errors import BrowserUnavailable

__all__ = ["install_browser", "no_browser"]

_DOWNLOAD_S = 900.0  # 170 MB over a slow line
_SILENT_S = 60.0  # a download that says nothing for so long has no way through
_PACKAGE_S = 600.0
_CONNECT_MS = 10_000

Report = Callable[[str], None]


def install_browser(report: Report = lambda line: None) -> str:
    """Return the path of a Chromium, installing one when there is none; every try is told to `report`.

    Playwright's download brings a headless shell along; beside a distribution's Chromium the package is installed, too.

    Raises:
        BrowserUnavailable: nothing worked; the message lists what was tried and the one command to run.
        UsageError: `AIWEBTEST_BROWSER` names something that cannot be started.
    """
    found = find_browser()
    if found:
        _add_headless_shell(found, report)
        return found
    tried: list[str] = []
    for name, attempt in _attempts():
        report(name)
        failure = attempt(report)
        found = find_browser()
        if found and not (failure and is_snap(found)):
            _add_headless_shell(found, report)
            return found
        tried.append(f"{name}: {failure or 'finished, and still no browser was found'}")
        report(tried[-1])
    raise no_browser(tried)


def no_browser(tried: Sequence[str] = ()) -> BrowserUnavailable:
    """Return the error that says what was tried and the one command to run."""
    lines = "".join(f"\n  - {line}" for line in ("look for an installed Chrome, Chromium or Edge: none", *tried))
    return BrowserUnavailable(f"No browser could be found. Tried:{lines}", mend=_command())


def _attempts() -> list[tuple[str, Callable[[Report], str]]]:
    attempts: list[tuple[str, Callable[[Report], str]]] = [("download with `playwright install chromium`", _download)]
    if _can_apt():
        attempts.append(("install the package `chromium` with apt-get", _apt))
    return attempts


def _command() -> str:
    own = f"`{Path(sys.executable).name} -m playwright install --with-deps chromium`"
    if shutil.which("apt-get"):
        return f"{own}, or on Debian `sudo apt-get install -y chromium`, or set {BROWSER_VARIABLE} to a browser's path."
    return f"{own}, or set {BROWSER_VARIABLE} to the path of an installed Chrome, Chromium or Edge."


def _download(report: Report) -> str:
    environ = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(_CONNECT_MS)}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return _run(command, report, limit_s=_DOWNLOAD_S, silent_s=_SILENT_S, environ=environ)


def _apt(report: Report) -> str:
    failure = _apt_install("chromium", report)
    if not failure and (path := shutil.which("chromium")) and is_snap(path):
        return "this distribution's package only points to a snap, which cannot be used here"
    return failure


def _add_headless_shell(browser: str, report: Report) -> None:
    """Install the headless shell beside the distribution's own Chromium; runs go without where there is none."""
    if not _can_apt() or shutil.which("chromium") != browser or find_headless_shell():
        return
    report(f"install the package `{SHELL_PACKAGE}` with apt-get: it needs less of the processor")
    failure = _apt_install(SHELL_PACKAGE, report)
    if failure:
        report(f"there is none here ({failure}); {browser} serves alone")


def _apt_install(package: str, report: Report) -> str:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    failure = _run(install, report, limit_s=_PACKAGE_S, environ=environ)
    if failure:  # a fresh container image has no package lists
        failure = _run(["apt-get", "update"], report, limit_s=_PACKAGE_S, environ=environ) or _run(
            install, report, limit_s=_PACKAGE_S, environ=environ
        )
    return failure


def _run(
    command: Sequence[str],
    report: Report,
    *,
    limit_s: float,
    silent_s: float | None = None,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Run a command, tell its lines, and return "" or why it failed; end it when it takes or is silent too long."""
    ended: list[str] = []
    last = ""
    with subprocess.Popen(  # noqa: S603 - our own fixed commands
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=dict(environ)
    ) as process:

        def end(reason: str) -> None:
            ended.append(reason)
            process.kill()

        limit = threading.Timer(limit_s, end, [f"took longer than {limit_s:.0f} s"])
        limit.start()
        silence = _restarted(None, silent_s, end)
        try:
            for line in process.stdout or ():
                silence = _restarted(silence, silent_s, end)
                if line.strip():
                    report(line.rstrip())
                    last = _telling(last, line.strip())
            code = process.wait()
        finally:
            limit.cancel()
            if silence:
                silence.cancel()
            process.kill()
    if ended:
        return ended[0]
    return "" if code == 0 else f"exit code {code}: {last}"


def _restarted(
    timer: threading.Timer | None, silent_s: float | None, end: Callable[[str], None]
) -> threading.Timer | None:
    if timer:
        timer.cancel()
    if silent_s is None:
        return None
    timer = threading.Timer(silent_s, end, [f"no progress for {silent_s:.0f} s"])
    timer.daemon = True
    timer.start()
    return timer


def _telling(known: str, line: str) -> str:
    """Return the line that says most about a failure: the first that begins with "Error" or "E:", else the newest."""
    return known if known.startswith(("Error", "E:")) else line


def _can_apt() -> bool:
    return _is_root() and shutil.which("apt-get") is not None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
