"""The gate before every page: nobody passes who is not logged in, and every page says what scripts it may run.

It stands around NiceGUI's application, websockets included. Public are the look (styles, icons, NiceGUI's own scripts)
and nothing else; the door (`app.web.door`) is answered before the gate.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote

from nicegui import __version__ as nicegui_version
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.api.problems import document
from app.web.session import actor_of, platform_of

__all__ = ["VISIT", "Gate", "content_policy"]

VISIT = "aiwebtest.visit"
"""Where the gate leaves in a request's scope who came, and to which platform."""

_PUBLIC = (f"/_nicegui/{nicegui_version}/",)
_NOT_PAGES = ("/api/", "/docs", "/redoc")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def content_policy(nonce: str) -> str:
    """Return what a page may load and run: its own things only. Vue compiles templates, hence `unsafe-eval`."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


class Gate:
    """Asks who is there, before anything behind it does anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, send to the log-in, or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        if path.startswith(_PUBLIC):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if path.startswith(_NOT_PAGES):
            await _unknown(connection)(scope, receive, send)
            return
        platform = platform_of(connection)
        actor = await actor_of(platform, connection)
        if actor is None:
            await self._refuse(scope, receive, send)
            return
        scope[VISIT] = {"platform": platform, "actor": actor, "shops": connection.app.state.shops}
        if scope["type"] == "websocket" or path.startswith("/_nicegui_ws"):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Policed(send))

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose(4401, "Log in first")(scope, receive, send)
            return
        wanted = quote(str(scope["path"]) + (f"?{query.decode()}" if (query := scope.get("query_string")) else ""))
        is_page = "text/html" in HTTPConnection(scope).headers.get("accept", "")
        answer: Response = RedirectResponse(f"/login?next={wanted}", 303) if is_page else Response(status_code=401)
        await answer(scope, receive, send)


def _unknown(connection: HTTPConnection) -> Response:
    """Answer for what the API does not know: no such path, or not with this method."""
    path, method = connection.scope["path"][:200], connection.scope.get("method", "")
    if not (allowed := _allowed(connection)):
        return document(404, "not-found", "Not Found", f"There is nothing at {path}.")
    answer = document(
        405, "method-not-allowed", "Method Not Allowed", f"{path} does not know {method}.",
        mend=f"it knows {', '.join(allowed)}.",
    )  # fmt: skip
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _allowed(connection: HTTPConnection) -> list[str]:
    """Return the methods that the path is known with; the UI, which takes every path, does not count."""
    if connection.scope["type"] != "http":
        return []
    routes = [route for route in connection.app.routes if not isinstance(route, Mount)]
    return [
        method for method in _METHODS
        if any(route.matches({**connection.scope, "method": method})[0] is Match.FULL for route in routes)
    ]  # fmt: skip


class _Policed:
    """Sends a page with a nonce on each of its own scripts. Nothing that people wrote is markup in a page."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if not MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                await self._send(message)
            else:
                self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        nonce = secrets.token_urlsafe(16)
        page = self._body.replace(b"<script", f'<script nonce="{nonce}"'.encode())
        headers = MutableHeaders(scope=self._start)
        headers["Content-Length"] = str(len(page))
        headers["Content-Security-Policy"] = content_policy(nonce)
        headers["Cache-Control"] = "no-store"
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page})
