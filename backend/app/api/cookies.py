"""The cookie of a log-in: out of reach of scripts and other sites, and over https only where there is any."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.core.config import ServerSettings

__all__ = ["PLAIN_NAME", "clear", "give", "held"]

PLAIN_NAME = "aiwebtest"


def held(connection: HTTPConnection, settings: ServerSettings) -> str:
    """Return what the cookie of a request holds, "" if there is none."""
    return connection.cookies.get(_name(settings), "")


def give(response: Response, settings: ServerSettings, secret: str) -> None:
    """Let a browser keep a log-in."""
    response.set_cookie(
        _name(settings),
        secret,
        max_age=round(settings.session_hours * 3600),
        path="/",
        secure=settings.on_https,
        httponly=True,
        samesite="lax",
    )


def clear(response: Response, settings: ServerSettings) -> None:
    """Let a browser forget a log-in."""
    response.delete_cookie(_name(settings), path="/", secure=settings.on_https, httponly=True, samesite="lax")


def _name(settings: ServerSettings) -> str:
    """Return the cookie's name; browsers let no other host and no plain connection set one that begins with __Host-."""
    return f"__Host-{PLAIN_NAME}" if settings.on_https else PLAIN_NAME
