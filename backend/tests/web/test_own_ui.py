"""Our own engine on our own UI: the plain-language tests of `examples/own-ui` pass."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from showcase import Served

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "own-ui"


async def test_the_plain_language_tests_of_our_own_pages_pass(filled: Served, tmp_path: Path) -> None:
    """What we offer to others must do for ourselves; a page that our rules cannot read is a page to mend."""
    folder = shutil.copytree(FOLDER, tmp_path / "own-ui")  # its lockfiles are of this server
    command = [
        sys.executable,
        "-m",
        "aiwebtest",
        "run",
        str(folder),
        "--base-url",
        filled.url,
        "--workers",
        "1",
        "--timeout",
        "60s",
    ]
    command += ["--report", "junit", "--report-dir", str(tmp_path / "report")]

    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()

    assert process.returncode == 0, told.decode()[-6000:]
