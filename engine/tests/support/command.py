"""Runs the command as people do: in a process of its own, in a folder of its own, without any setting of this machine.

Importing the program and the vendors' libraries costs seconds of a processor for each command. So where the system can
fork, one process a worker of pytest imports them once, and each command is a fork of it. What a start by itself costs
and prints is tested where `sys.executable` is started instead.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aiwebtest.config.providers import ProviderSettings

__all__ = ["aiwebtest", "run_command"]

_PATIENCE_S = 600.0
_PREPARED = (
    "aiwebtest.cli.app", "aiwebtest.cli.run", "aiwebtest.engine.run", "aiwebtest.providers.chain",
    "aiwebtest.providers.cerebras", "aiwebtest.providers.google", "aiwebtest.providers.openai",
    "aiwebtest.providers.openrouter", "stagehand",
)  # fmt: skip


async def aiwebtest(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command while the loop of the tests goes on."""
    return await asyncio.to_thread(run_command, folder, *arguments, **environment)


def run_command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder to its end; return its exit code and what it printed."""
    told = _without_settings() | environment
    if "forkserver" in multiprocessing.get_all_start_methods():
        return _forked(folder, arguments, told)
    command = [sys.executable, "-m", "aiwebtest", *arguments]
    return subprocess.run(
        command, cwd=folder, env=told, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )


def _without_settings() -> dict[str, str]:
    hidden = {name.upper() for name in ProviderSettings.model_fields}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in hidden and (not name.startswith("AIWEBTEST_") or name == "AIWEBTEST_BROWSER")
    }


def _forked(
    folder: Path, arguments: tuple[str, ...], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(list(_PREPARED))
    with tempfile.TemporaryDirectory(prefix="aiwebtest-command-") as name:
        printed = [Path(name, "output"), Path(name, "errors")]
        process = forking.Process(target=_command, args=(folder, arguments, dict(environment), printed))
        process.start()
        try:
            process.join(_PATIENCE_S)
            if process.exitcode is None:
                raise subprocess.TimeoutExpired(arguments, _PATIENCE_S, printed[0].read_bytes())
            output, errors = (file.read_text(encoding="utf-8") for file in printed)
            return subprocess.CompletedProcess(arguments, process.exitcode, output, errors)
        finally:
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()


def _command(folder: Path, arguments: tuple[str, ...], environment: dict[str, str], printed: list[Path]) -> None:
    """Be the command: what `python -m aiwebtest` does once Python has started."""
    for number, file in enumerate(printed, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["aiwebtest", *arguments]

    from aiwebtest.cli import main

    main()
