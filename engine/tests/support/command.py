"""Runs the command as people do, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from aiwebtest.config.providers import ProviderSettings

__all__ = ["aiwebtest"]


async def aiwebtest(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, without any setting of this machine."""
    hidden = {name.upper() for name in ProviderSettings.model_fields}
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in hidden and (not name.startswith("AIWEBTEST_") or name == "AIWEBTEST_BROWSER")
    }
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "aiwebtest", *arguments], cwd=folder, env={**clean, **environment},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
