"""Files that never change are compressed once."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import httpx2
import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app.web.kept_files import KeptFiles

TEXT = "let everything = 1;\n" * 200
LASTS = {"Cache-Control": "public, immutable"}


async def answers(
    paths: Sequence[str], *, lasts: bool = True, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Ask for files one after the other; return how often the application was asked, and the last answer's bytes."""
    asked = []

    async def files(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await PlainTextResponse(TEXT, headers=LASTS if lasts else None)(scope, receive, send)

    kept = KeptFiles(GZipMiddleware(files), "/files/")
    transport = httpx2.ASGITransport(app=kept)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        for path in paths:
            async with client.stream("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})}) as answer:
                sent = b"".join([part async for part in answer.aiter_raw()])
    return len(asked), sent


async def test_a_file_that_never_changes_is_compressed_once() -> None:
    """A first load asks for a megabyte of scripts: the server packs it for the first visitor alone."""
    asked, sent = await answers(["/files/app.js", "/files/app.js"])

    assert asked == 1
    assert gzip.decompress(sent).decode() == TEXT


@pytest.mark.parametrize(
    ("path", "lasts", "headers"),
    [
        ("/pages", True, {}),
        ("/files/app.js", False, {}),
        ("/files/app.js?once", True, {}),
        ("/files/app.js", True, {"Range": "bytes=0-1"}),
        ("/files/app.js", True, {"Accept-Encoding": "identity"}),
    ],
)
async def test_everything_else_is_asked_for_each_time(path: str, lasts: bool, headers: dict[str, str]) -> None:
    """Pages, files that may change, and parts of files are none of its business."""
    asked, _ = await answers([path, path], lasts=lasts, headers=headers)

    assert asked == 2
