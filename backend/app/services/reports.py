"""Reports: one execution with its pictures in it, to be printed, kept or sent as one file."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass

from app.core.errors import NotFound
from app.models import ArtifactFile
from app.schemas.executions import PICTURES, ArtifactAnswer, ExecutionAnswer
from app.services import executions, overview
from app.services.platform import Platform

__all__ = ["Picture", "Report", "of_execution"]

_MOST_BYTES = 12_000_000  # of pictures in one report; what is beyond is named, and left out
_SHOWN = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as an address that holds it whole; "" when it was left out or is gone."""

    file: ArtifactAnswer
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a report says of an execution."""

    execution: ExecutionAnswer
    pictures: tuple[Picture, ...]
    last_pass: int | None  # of the same case, before


async def of_execution(platform: Platform, execution_id: int) -> Report:
    """Return the report of an execution. Raises NotFound."""
    async with platform.database.read() as session:
        seen = await executions.detail(session, execution_id)
        shots = [one for one in seen.artifacts if one.kind in PICTURES and one.media_type in _SHOWN]
        keys = {one.id: (await session.get_one(ArtifactFile, one.id)).key for one in shots}
    pictures, left = [], _MOST_BYTES
    for one in shots:
        left -= one.size_bytes
        pictures.append(Picture(one, await _data(platform, keys[one.id], one) if left >= 0 else ""))
    return Report(execution=seen, pictures=tuple(pictures), last_pass=await overview.last_pass(platform, seen))


async def _data(platform: Platform, key: str, file: ArtifactAnswer) -> str:
    try:
        content = await platform.artifacts.read(key)
    except NotFound:
        return ""
    encoded = await asyncio.to_thread(base64.b64encode, content)
    return f"data:{file.media_type};base64,{encoded.decode()}"
