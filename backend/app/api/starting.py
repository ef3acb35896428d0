"""What keeps the server from starting is told in two lines, as everything else that somebody can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aiwebtest.core.errors import AiWebTestError
from app.core.database import told_of
from app.core.errors import Problem

__all__ = ["StartTold", "install", "told"]


@contextmanager
def told(app: FastAPI) -> Iterator[None]:
    """Note for `StartTold` what went wrong in the block, where it is known what to do about that."""
    app.state.refusal = ""
    try:
        with told_of():
            yield
    except (Problem, AiWebTestError) as exc:
        app.state.refusal = f"{exc.what}\n  Try: {exc.mend}"
        raise


class StartTold:
    """Puts what `told` noted in the place of the traceback that servers print when an application does not start."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but the reason for a start that failed."""

        async def send_reason(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message = {**message, "message": scope["app"].state.refusal or message.get("message", "")}
            await send(message)

        await self.app(scope, receive, send_reason if scope["type"] == "lifespan" else send)


def install(app: FastAPI) -> None:
    """Put it around an application."""
    app.add_middleware(StartTold)
