"""The web UI put onto the server's application: NiceGUI behind the gate, the door before it, our files beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from nicegui import __version__ as nicegui_version
from nicegui import app as nicegui_app
from nicegui import core, ui
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.services.demo import shops
from app.web import door, live_picture, report
from app.web.gate import VISIT, Gate
from app.web.kept_files import KeptFiles
from app.web.session import Visit
from app.web.shell import frame
from app.web.theme import FOLDER, page_head

__all__ = ["install"]

_PATIENCE_S = 30.0  # a page may take so long on a busy server; by default it would be refused after three seconds
_RECONNECT_S = 20.0  # a page keeps its state for so long after the connection is lost
_PING_S = 6.0  # a lost connection is noticed after twice that, on both sides

# Quasar's own icons come from a font that is not loaded; nothing of ours uses them. Its dark mode follows the choice
# that the browser keeps: "light", "dark", or the system's when there is none.
_START = """
    app.use(Quasar, {config: vue_config});
    Quasar.lang.set(Quasar.lang[language.replace('-', '')]);
    darkSetter = (dark) => Quasar.Dark.set(dark === None ? "auto" : dark);
    awShowLook();
"""


def install(app: FastAPI) -> None:
    """Let an application show the web UI. To be called last: what no other route answers is the UI's."""
    _serve_shops(app)
    app.include_router(door.router)
    app.include_router(live_picture.router)
    app.include_router(report.router)
    app.mount("/assets", GZipMiddleware(_Assets(directory=FOLDER), minimum_size=1000), name="assets")
    nicegui_app.config.vue_config_script = _START
    nicegui_app.config.quasar_config["loadingBar"] = {
        "skipHijack": True
    }  # it has no name, and tells of scripts' requests
    ui.run_with(
        app,
        title="AI Web Test",
        favicon=FOLDER / "favicon.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        gzip_middleware_factory=None,
        reconnect_timeout=_RECONNECT_S,
        show_welcome_message=False,
    )
    nicegui_app.storage.max_tab_storage_age = _RECONNECT_S  # nothing is kept there, and one a visit was for a month
    mounted = app.router.routes[-1]
    assert isinstance(mounted, Mount)
    compressed = GZipMiddleware(Gate(mounted.app), minimum_size=1000, compresslevel=5)
    mounted.app = KeptFiles(compressed, f"/_nicegui/{nicegui_version}/")


class _Assets(StaticFiles):
    """Our own files. What is asked for with its version never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if scope["query_string"]:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


@ui.page("/", response_timeout=_PATIENCE_S)
@ui.page("/{_:path}", response_timeout=_PATIENCE_S)
async def _page(request: Request) -> None:
    ui.add_head_html(page_head())
    await frame(Visit(connection=request, **request.scope[VISIT]))


def _serve_shops(app: FastAPI) -> None:
    inner: Any = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[Any]:
        async with inner(started) as state, shops(started.state.platform) as served:
            core.sio.eio.ping_interval = core.sio.eio.ping_timeout = _PING_S  # NiceGUI has set its own by now
            started.state.shops = served
            yield state

    app.router.lifespan_context = lifespan
