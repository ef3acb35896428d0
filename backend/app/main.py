"""The server as an ASGI application: `uvicorn app.main:app` in `backend/`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from aiwebtest import __version__
from app.api import problems
from app.api.v1 import routers
from app.core.config import ServerSettings, load_settings
from app.services.platform import open_platform

__all__ = ["app", "create_app"]

PREFIX = "/api/v1"


def create_app(settings: ServerSettings | None = None) -> FastAPI:
    """Return the application; its lifespan opens database and services and closes them again."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_platform(settings or load_settings()) as platform:
            app.state.platform = platform
            yield

    app = FastAPI(title="AI Web Test", version=__version__, lifespan=lifespan, openapi_url=f"{PREFIX}/openapi.json")
    problems.install(app)
    for router in routers():
        app.include_router(router, prefix=PREFIX)
    return app


app = create_app()
