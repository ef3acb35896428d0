"""The downloads of one session: what began, and where it is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Download
from playwright.async_api import Error as PlaywrightError

from aiwebtest.core.facts import DownloadSeen

__all__ = ["Downloads"]


class Downloads:
    """Keeps what pages download in `folder`, each under its number and its own name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[DownloadSeen] = []  # oldest first; those still running have no path
        self._keeping: set[asyncio.Task[None]] = set()

    def begin(self, download: Download) -> None:
        """Note a download and keep it once it is whole."""
        self.seen.append(DownloadSeen(name=download.suggested_filename))
        task = asyncio.ensure_future(self._keep(download, len(self.seen) - 1))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def kept(self, limit_s: float) -> None:
        """Wait until the downloads that have begun are kept."""
        if self._keeping:
            await asyncio.wait(set(self._keeping), timeout=limit_s)

    async def _keep(self, download: Download, index: int) -> None:
        name = Path(download.suggested_filename).name or "download"
        path = self.folder / f"{index + 1}-{name}"
        try:
            await download.save_as(path)
            size = path.stat().st_size
            self.seen[index] = DownloadSeen(name=download.suggested_filename, path=str(path), size_bytes=size)
        except PlaywrightError as exc:
            self.seen[index] = DownloadSeen(name=download.suggested_filename, failure=exc.message.splitlines()[0])
