"""Find a Chromium: the one named by `AIWEBTEST_BROWSER`, an installed one, or Playwright's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

__all__ = ["find_browser"]

_NAMES = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
)


def find_browser() -> str | None:
    """Return the path of a Chromium, or None when none is installed."""
    named = os.environ.get("AIWEBTEST_BROWSER")
    if named:
        return named
    return next((path for name in _NAMES if (path := shutil.which(name)) and Path(path).exists()), None)
