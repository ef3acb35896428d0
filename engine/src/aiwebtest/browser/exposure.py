"""A picture that is owed: taken of the page as it stands, at the latest when something is about to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

__all__ = ["Exposure", "Losing"]

Losing = Callable[[Path, OSError], None]
"""Is told of a file that could not be written, and why."""


class Exposure:
    """One picture, taken once, and kept as many files as it serves.

    `take` gives its bytes, None where there was nothing to take a picture of. `lose` hears of each file that could not
    be written: a full disk takes the picture, and not the step that it shows.
    """

    def __init__(self, take: Callable[[], Awaitable[bytes | None]], path: Path, lose: Losing) -> None:
        self._take, self._paths, self._lose = take, [path], lose
        self._task: asyncio.Task[bytes | None] | None = None

    @property
    def done(self) -> bool:
        """Tell whether it is taken."""
        return self._task is not None and self._task.done()

    def begin(self) -> bool:
        """Begin to take it; False if that has begun before."""
        if self._task is not None:
            return False
        self._task = asyncio.ensure_future(self._expose())
        return True

    async def finish(self) -> None:
        """Return once it is taken."""
        self.begin()
        assert self._task is not None
        await asyncio.wait({self._task})

    def keep(self, path: Path) -> None:
        """Keep the picture as this file too."""
        if self._task is None or not self._task.done():
            self._paths.append(path)
        elif not self._task.cancelled() and (picture := self._task.result()) is not None:
            self._write(path, picture)

    async def _expose(self) -> bytes | None:
        picture = await self._take()
        if picture is not None:
            for path in self._paths:
                self._write(path, picture)
        return picture

    def _write(self, path: Path, picture: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)
        except OSError as exc:
            self._lose(path, exc)
            with suppress(OSError):
                path.unlink(missing_ok=True)  # half a picture
