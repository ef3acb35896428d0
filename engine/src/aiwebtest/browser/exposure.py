"""A picture that is owed: taken of the page as it stands, at the latest when something is about to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

__all__ = ["Exposure"]


class Exposure:
    """One picture, taken once, and kept as many files as it serves.

    `take` gives its bytes, None where there was nothing to take a picture of.
    """

    def __init__(self, take: Callable[[], Awaitable[bytes | None]], path: Path) -> None:
        self._take, self._paths = take, [path]
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
            path.write_bytes(picture)

    async def _expose(self) -> bytes | None:
        picture = await self._take()
        if picture is not None:
            for path in self._paths:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(picture)
        return picture
