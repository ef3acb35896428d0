"""Files that never change are compressed once."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

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


async def test_who_leaves_before_the_file_is_there_leaves_it_whole_for_the_next(tmp_path: Path) -> None:
    """A visitor who gave up a slow first load left an empty script to all who came after, until the server's end."""
    (tmp_path / "app.js").write_text(TEXT)
    middleware = [Middleware(BaseHTTPMiddleware, dispatch=_lasting)]
    files = Starlette(routes=[Mount("/files", StaticFiles(directory=tmp_path))], middleware=middleware)
    kept = KeptFiles(GZipMiddleware(files), "/files/")

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def unheard(_: Message) -> None:
        return None

    headers = [(b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": "/files/app.js", "query_string": b"", "headers": headers}
    await kept(scope, gone, unheard)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=kept), base_url="http://here") as client:
        answer = await client.get("/files/app.js")

    assert answer.text == TEXT


async def _lasting(request: Request, go_on: RequestResponseEndpoint) -> Response:
    answer = await go_on(request)
    answer.headers.update(LASTS)
    return answer
