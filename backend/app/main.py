"""The server as an ASGI application: `uvicorn app.main:app` in `backend/`."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from aiwebtest import __version__
from app.api import middleware, problems, starting
from app.api.v1 import routers
from app.core.config import ServerSettings, load_settings
from app.core.limits import RateLimits
from app.core.security import check_binding
from app.services import links
from app.services.platform import Platform, open_platform
from app.workers.embedded import work_beside

__all__ = ["create_app"]

PREFIX = "/api/v1"

_log = logging.getLogger(__name__)


def create_app(settings: ServerSettings | None = None, *, web: bool = False) -> FastAPI:
    """Return the application; its lifespan opens database and services and closes them again.

    `web` puts the web UI on it: on one application of a process only, since its framework knows but one.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            with starting.told(app):
                settings: ServerSettings = app.state.settings or load_settings()
                check_binding(settings)
                platform = app.state.platform = await stack.enter_async_context(open_platform(settings))
                await stack.enter_async_context(work_beside(platform))
                app.state.limits = RateLimits(settings.requests_per_minute)
                await _welcome(platform)
            gc.collect()
            gc.freeze()  # what is there now stays: to look through all of it again would hold requests up
            yield

    app = FastAPI(
        title="AI Web Test",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    problems.install(app)
    middleware.install(app)
    starting.install(app)
    for router in routers():
        app.include_router(router, prefix=PREFIX)
    if web:
        from app.web import install

        install(app)
    return app


async def _welcome(platform: Platform) -> None:
    """Print how to become the owner, as long as nobody is."""
    if link := await links.first_owner_link(platform):
        _log.info("Nobody has an account yet: a link to become the owner is on the standard output.")
        sys.stdout.write(f"\nNobody has an account yet. Become the owner, once, within 24 hours:\n\n    {link}\n\n")
        sys.stdout.flush()


def __getattr__(name: str) -> FastAPI:
    """Make `app` when it is asked for: who imports this module for something else does not pay for the web UI."""
    if name != "app":
        raise AttributeError(name)
    globals()[name] = made = create_app(web=True)
    return made
