"""Serves benchmark pages on a free loopback port, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

__all__ = ["Pages", "serving"]

_START_TIMEOUT_S = 20.0


class Pages(StaticFiles):
    """A folder of pages. A path without an extension finds its `.html` file, as static hosts do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        self._folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file of `path`."""
        if not Path(path).suffix and (self._folder / f"{path}.html").is_file():
            path = f"{path}.html"
        return await super().get_response(path, scope)


@contextmanager
def serving(app: ASGIApp | Path) -> Iterator[str]:
    """Serve an application, or a folder of pages, and yield its base URL without a closing slash."""
    if isinstance(app, Path):
        app = Starlette(routes=[Mount("/", Pages(app))])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, name="benchmark pages", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(server, thread)}"
    finally:
        server.should_exit = True
        thread.join()


def _port(server: uvicorn.Server, thread: threading.Thread) -> int:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The page server did not start.")
        time.sleep(0.01)
    return int(server.servers[0].sockets[0].getsockname()[1])
