"""The artifact store: files that executions left, by key, in the data folder or in an S3-compatible bucket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, S3Store

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.errors import NotFound

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["Range", "Store", "open_store"]

_CHUNK = 1 << 18  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a file, read as it is asked for: bytes `start` to `end`, that one not included, of `size_bytes`."""

    start: int
    end: int
    size_bytes: int
    chunks: AsyncIterator[bytes]


class _Ranges(Protocol):
    async def get_range_async(self, path: str, *, start: int, end: int) -> Any: ...


class Store:
    """Files by key. Keys look like `executions/12/1/step-3.png`: execution, attempt, name."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, file: Path) -> int:
        """Keep a copy of `file` under `key`, and return its size in bytes. What was there is replaced."""
        size = file.stat().st_size
        await self._store.put_async(key, file)
        return size

    async def size(self, key: str) -> int:
        """Return the size of a file in bytes; raise NotFound when there is none."""
        try:
            return int((await self._store.head_async(key))["size"])
        except (FileNotFoundError, NotFoundError) as exc:
            raise NotFound("artifact", key) from exc

    async def read(self, key: str) -> bytes:
        """Return a whole file; raise NotFound when there is none."""
        part = await self.open(key)
        return b"".join([chunk async for chunk in part.chunks])

    async def open(self, key: str, start: int = 0, end: int | None = None) -> Range:
        """Return a part of a file for reading. `end` is not included, None is its end; both are cut to the file.

        Raises:
            NotFound: there is no such file.
        """
        size = await self.size(key)
        start = min(max(start, 0), size)
        end = size if end is None else min(max(end, start), size)
        return Range(start, end, size, self._chunks(key, start, end))

    async def _chunks(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        store: _Ranges = self._store
        while start < end:
            until = min(start + _CHUNK, end)
            yield bytes(await store.get_range_async(key, start=start, end=until))
            start = until

    async def delete(self, *keys: str) -> None:
        """Delete files; those that are not there are no error."""
        for key in keys:
            try:
                await self._store.delete_async(key)
            except (FileNotFoundError, NotFoundError):
                continue

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Yield the keys of all files under a prefix, which ends at a `/`."""
        async for page in self._store.list(prefix or None):
            for found in page:
                yield found["path"]

    async def aged_keys(self, prefix: str = "") -> AsyncIterator[tuple[str, float]]:
        """Yield the keys of all files under a prefix, each with its age in seconds."""
        moment = now()
        async for page in self._store.list(prefix or None):
            for found in page:
                yield found["path"], (moment - found["last_modified"]).total_seconds()


def open_store(settings: ServerSettings) -> Store:
    """Return the store that the settings name. S3's address and keys are read from AWS_ENDPOINT_URL and its kin."""
    if settings.artifacts_url:
        bucket, _, prefix = settings.artifacts_url.removeprefix("s3://").partition("/")
        return Store(S3Store(bucket, prefix=prefix or None))
    folder = (settings.data_dir / "artifacts").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return Store(LocalStore(folder, automatic_cleanup=True))
