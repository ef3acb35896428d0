"""Files that an execution leaves, on their way from the engine's folder into the artifact store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aiwebtest.core.events import Artifact
from app.core.clock import now
from app.core.errors import Unavailable
from app.services.artifacts import Store
from app.services.leases import Claim

__all__ = ["Leaving"]


@dataclass(frozen=True, slots=True)
class _Left:
    """A file that the engine announced; it may be there a moment later."""

    file: Path
    artifact: Artifact
    step: int | None
    retry: int

    @property
    def name(self) -> str:
        return self.file.name if not self.retry else f"try-{self.retry + 1}-{self.file.name}"


class Leaving:
    """The files of one attempt. Each is stored once, and its row handed out once, to be written with a batch.

    What the store refuses is kept and tried again with the next call of `store`.
    """

    def __init__(self, store: Store, claim: Claim, folder: Path) -> None:
        self.refused = ""  # why the store took a file of the last call not, "" when it took all
        self._store, self._claim, self._folder = store, claim, folder
        self._announced: list[_Left] = []
        self._rows: list[dict[str, Any]] = []

    @property
    def prefix(self) -> str:
        """Return what the keys of this attempt begin with."""
        return f"executions/{self._claim.execution_id}/{self._claim.attempt}/"

    def __bool__(self) -> bool:
        return bool(self._announced)

    async def forget_others(self) -> None:
        """Delete what earlier attempts stored, named by a row or not; what the store does not delete is an orphan."""
        try:
            stored = [key async for key in self._store.keys(f"executions/{self._claim.execution_id}/")]
        except Unavailable:
            return
        await self._store.discard(*(key for key in stored if not key.startswith(self.prefix)))

    def announce(self, artifact: Artifact, *, step: int | None, retry: int) -> None:
        """Take note of a file that the engine leaves, now or in a moment."""
        self._announced.append(_Left(self._folder / artifact.path, artifact, step, retry))

    async def store(self) -> None:
        """Store those files that are there; what is stored goes from the folder."""
        self.refused = ""
        for left in [left for left in self._announced if left.file.exists()]:
            key = self.prefix + left.name
            try:
                size = await self._store.put(key, left.file)
            except Unavailable as exc:
                self.refused = exc.what
                continue
            self._announced.remove(left)
            self._rows.append(_row(self._claim, left, key, size))
            left.file.unlink(missing_ok=True)

    def taken(self) -> list[dict[str, Any]]:
        """Return the rows of files that were stored since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def give_up(self) -> list[str]:
        """Forget what is not stored; return the names of those files that the store did not take."""
        left, self._announced = self._announced, []
        return [one.name for one in left if one.file.exists()]


def _row(claim: Claim, left: _Left, key: str, size: int) -> dict[str, Any]:
    one = left.artifact
    return {
        "execution_id": claim.execution_id, "attempt": claim.attempt, "step": left.step, "kind": one.kind, "key": key,
        "name": left.name, "media_type": one.media_type, "size_bytes": size, "caption": one.caption,
        "marks": msgspec.to_builtins(one.marks), "width": one.size[0] if one.size else None,
        "height": one.size[1] if one.size else None, "created_at": now(),
    }  # fmt: skip
