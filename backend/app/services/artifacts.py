"""The artifact store: files that executions left, by key, in the data folder or in an S3-compatible bucket."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from obstore.exceptions import BaseError, GenericError, NotFoundError
from obstore.store import LocalStore, S3Store

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ObjectStore, RetryConfig

__all__ = ["Range", "Store", "open_store"]

_CHUNK = 1 << 18  # bytes read at a time
# Twice, also a request that hung until its time (30 s) was over; beyond that the recorder tries again by itself.
_AGAIN: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=60)}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a file, read as it is asked for: bytes `start` to `end`, that one not included, of `size_bytes`."""

    start: int
    end: int
    size_bytes: int
    chunks: AsyncIterator[bytes]


class Store:
    """Files by key. Keys look like `executions/12/1/step-3.png`: execution, attempt, name.

    Every method raises Unavailable when the store does not answer, refuses, or has no room.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, file: Path) -> int:
        """Keep a copy of `file` under `key`, and return its size in bytes. What was there is replaced."""
        with _answering():
            size = file.stat().st_size
            await self._store.put_async(key, file)
        return size

    async def size(self, key: str) -> int:
        """Return the size of a file in bytes; raise NotFound when there is none."""
        try:
            with _answering():
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
        return Range(start, end, size, self._chunks(key, start, end, size))

    async def _chunks(self, key: str, start: int, end: int, size: int) -> AsyncIterator[bytes]:
        if start >= end:
            return
        with _answering():
            found = await self._part(key, start, end, whole=(start, end) == (0, size))
            at = found.range[0]
            async for chunk in found.stream(min_chunk_size=_CHUNK):
                piece = bytes(chunk)[max(0, start - at) : max(0, end - at)]
                at += len(chunk)
                if piece:
                    yield piece

    async def _part(self, key: str, start: int, end: int, *, whole: bool) -> GetResult:
        """Ask for a part of a file; for the whole where the store does not do parts as it should."""
        if not whole:
            try:
                return await self._store.get_async(key, options={"range": (start, end)})
            except GenericError as exc:
                _log.debug("The artifact store gives no part of %s: %s", key, exc)
        return await self._store.get_async(key)

    async def delete(self, *keys: str) -> None:
        """Delete files; those that are not there are no error."""
        for key in keys:
            try:
                with _answering():
                    await self._store.delete_async(key)
            except (FileNotFoundError, NotFoundError):
                continue

    async def discard(self, *keys: str) -> None:
        """Delete files that no row names any more. One that cannot be deleted now is an orphan, for cleaning up."""
        try:
            await self.delete(*keys)
        except Unavailable as exc:
            _log.warning("%d files are left to be cleaned up later: %s", len(keys), exc.what)

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Yield the keys of all files under a prefix, which ends at a `/`."""
        async for found in self._listed(prefix):
            yield found["path"]

    async def aged_keys(self, prefix: str = "") -> AsyncIterator[tuple[str, float]]:
        """Yield the keys of all files under a prefix, each with its age in seconds."""
        moment = now()
        async for found in self._listed(prefix):
            yield found["path"], (moment - found["last_modified"]).total_seconds()

    async def _listed(self, prefix: str) -> AsyncIterator[Any]:
        with _answering():
            async for page in self._store.list(prefix or None):
                for found in page:
                    yield found


@contextmanager
def _answering() -> Iterator[None]:
    """Tell what hinders the store as one error; that there is no such file stays what it is."""
    try:
        yield
    except (FileNotFoundError, NotFoundError):
        raise
    except (BaseError, OSError) as exc:
        reason = str(exc).partition("Debug source")[0].strip().splitlines()
        raise Unavailable(
            f"The artifact store did not do its part: {reason[0][:200] if reason else type(exc).__name__}",
            mend="see that it runs, has room, and that AIWEBTEST_ARTIFACTS_URL and the AWS_ settings are right.",
        ) from exc


def open_store(settings: ServerSettings) -> Store:
    """Return the store that the settings name. S3's address and keys are read from AWS_ENDPOINT_URL and its kin."""
    if settings.artifacts_url:
        bucket, _, prefix = settings.artifacts_url.removeprefix("s3://").partition("/")
        return Store(S3Store(bucket, prefix=prefix or None, retry_config=_AGAIN))
    folder = (settings.data_dir / "artifacts").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return Store(LocalStore(folder, automatic_cleanup=True))
