"""Find a Chromium: the one named by `AIWEBTEST_BROWSER`, an installed one, or Playwright's own download.

A headless shell is Chromium without a window and without extensions. Where nobody looks on and no model is attached,
it does the same work in a third of the processor time, so it is taken first there.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import playwright

from aiwebtest.core.errors import UsageError

__all__ = ["BROWSER_VARIABLE", "SHELL_PACKAGE", "find_browser", "find_headless_shell", "is_snap"]

BROWSER_VARIABLE = "AIWEBTEST_BROWSER"
SHELL_PACKAGE = "chromium-headless-shell"  # Debian's, and the name of its program

_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_SHELL_COMMANDS = (SHELL_PACKAGE, "chrome-headless-shell")
_MAC_BUNDLES = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
_WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_CHROMIUM_PROGRAMS = ("chrome-linux*/chrome", "chrome-win*/chrome.exe", "chrome-mac*/*.app/Contents/MacOS/*")
_SHELL_PROGRAMS = tuple(f"chrome-headless-shell-*/chrome-headless-shell{ending}" for ending in ("", ".exe"))
_LAUNCHER_SIZE_BYTES = 64_000  # a start script is smaller, a browser a thousand times larger


def find_browser(*, shell_first: bool = False) -> str | None:
    """Return the path of a Chromium that can be started, or None when there is none.

    With `shell_first`, a headless shell comes before the others. A browser packaged as a snap comes last: it sees
    neither our temporary profile nor our downloads.

    Raises:
        UsageError: `AIWEBTEST_BROWSER` names something that cannot be started.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return _named(named)
    if shell_first and (found := find_headless_shell()):
        return found
    installed = list(_installed())
    proper = next((path for path in installed if not is_snap(path)), None)
    return proper or _downloaded("chromium", _CHROMIUM_PROGRAMS) or next(iter(installed), None)


def find_headless_shell() -> str | None:
    """Return the path of a headless shell, the distribution's or Playwright's, or None when there is none."""
    installed = next((path for name in _SHELL_COMMANDS if (path := shutil.which(name))), None)
    return installed or _downloaded("chromium-headless-shell", _SHELL_PROGRAMS)


def _downloaded(name: str, programs: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> str | None:
    """Return what `playwright install` fetched under this name, the revision that this Playwright wants first."""
    try:
        listed = json.loads((Path(playwright.__file__).parent / "driver/package/browsers.json").read_bytes())
    except OSError:
        return None
    revision = next((b["revision"] for b in listed["browsers"] if b["name"] == name), "")
    folder, prefix = _playwright_folder(environ), name.replace("-", "_")
    others = sorted(folder.glob(f"{prefix}-*"), reverse=True) if folder.is_dir() else []
    for build in [folder / f"{prefix}-{revision}", *others]:
        for pattern in programs:
            found = next((str(path) for path in build.glob(pattern) if _startable(str(path))), None)
            if found:
                return found
    return None


def is_snap(path: str) -> bool:
    """Tell whether `path` starts a browser inside a snap, as Ubuntu's `chromium-browser` package does."""
    real = Path(path).resolve()
    if "snap" in real.parts[:3]:
        return True
    if real.name == "snap":  # /snap/bin/chromium is a link to /usr/bin/snap
        return True
    try:
        return real.stat().st_size < _LAUNCHER_SIZE_BYTES and b"/snap/" in real.read_bytes()
    except OSError:
        return False


def _named(path: str) -> str:
    found = path if os.sep in path else shutil.which(path) or path
    if _startable(found):
        return found
    state = "is not executable" if Path(found).exists() else "does not exist"
    raise UsageError(
        f"{BROWSER_VARIABLE} names {path}, which {state}.",
        mend=f"set {BROWSER_VARIABLE} to the program of a Chrome, Chromium or Edge, or unset it to let one be found.",
    )


def _startable(path: str) -> bool:
    return Path(path).is_file() and os.access(path, os.X_OK)


def _installed() -> Iterator[str]:
    if sys.platform == "win32":
        yield from _on_windows(os.environ)
    elif sys.platform == "darwin":
        yield from _on_mac((Path("/Applications"), Path.home() / "Applications"))
    for name in _COMMANDS:
        path = shutil.which(name)
        if path:
            yield path


def _on_mac(folders: tuple[Path, ...]) -> Iterator[str]:
    for bundle in _MAC_BUNDLES:
        for folder in folders:
            if _startable(str(folder / bundle)):
                yield str(folder / bundle)


def _on_windows(environ: Mapping[str, str]) -> Iterator[str]:
    for program in _WINDOWS_PROGRAMS:
        for root in _WINDOWS_ROOTS:
            path = Path(environ.get(root, ""), *program.split("\\"))
            if environ.get(root) and path.is_file():
                yield str(path)
    yield from _in_registry()


def _in_registry() -> Iterator[str]:
    if sys.platform == "win32":
        import winreg

        for name in ("chrome.exe", "msedge.exe"):
            for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
                try:
                    path = winreg.QueryValue(hive, rf"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{name}")
                except OSError:  # not registered there
                    continue
                if Path(path).is_file():
                    yield path
    yield from ()


def _playwright_folder(environ: Mapping[str, str]) -> Path:
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named == "0":
        return Path(playwright.__file__).parent / "driver/package/.local-browsers"
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "ms-playwright"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ms-playwright"
