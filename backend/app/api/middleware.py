"""What holds for every request, before any endpoint: headers, sizes, other sites, and who may connect at all."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import document, too_large
from app.core.config import ServerSettings

__all__ = ["Guard", "SecurityHeaders", "SizeLimit", "install", "is_cross_site"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_API = "/api/"
_API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE_POLICY = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"


def _settings(scope: Scope) -> ServerSettings:
    settings: ServerSettings = scope["app"].state.platform.settings
    return settings


class SecurityHeaders:
    """Sets the headers that keep browsers from doing more with an answer than is meant; an endpoint's own stay."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        in_api = scope["path"].startswith(_API)
        added = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Content-Security-Policy": _API_POLICY if in_api else _PAGE_POLICY,
        }
        if in_api:
            added["Cache-Control"] = "no-store"
        if _settings(scope).on_https:
            added["Strict-Transport-Security"] = "max-age=31536000"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Guard:
    """Turns away what may not reach an endpoint: strangers to a server without a key of its own, and other sites.

    A browser adds the cookie of a log-in to requests that another site's page makes. Browsers say where a request
    comes from, in Sec-Fetch-Site or Origin; who sends neither is no browser, and who sends a token means it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        settings = _settings(scope)
        unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE
        headers = Headers(scope=scope)
        if settings.secret_key is None and _is_wide(scope):
            await self._refuse(
                scope,
                receive,
                send,
                503,
                "unavailable",
                "This server answers other machines only with a secret key of its own.",
                "set AIWEBTEST_SECRET_KEY to at least 32 random characters, or bind to 127.0.0.1.",
            )
        elif unsafe and "authorization" not in headers and is_cross_site(headers, settings.public_url):
            await self._refuse(
                scope,
                receive,
                send,
                403,
                "cross-site",
                "The request comes from another site's page.",
                "make it from this server's own pages or with a token; behind a proxy, set AIWEBTEST_PUBLIC_URL.",
            )
        else:
            await self.app(scope, receive, send)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, code: str, what: str, mend: str
    ) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": what})
            return
        await document(status, code, "Not allowed", what, mend=mend)(scope, receive, send)


class SizeLimit:
    """Refuses bodies that are too large: at once by their declared length, in the middle when they declare none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as long as its body stays within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = _settings(scope).max_request_mb
        left = round(limit * 1_000_000)
        what = f"The body is larger than {limit:g} MB."
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > left:
            answer = too_large(what)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return

        async def receive_counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, what, {"Connection": "close"})
            return message

        await self.app(scope, receive_counted, send)


def install(app: FastAPI) -> None:
    """Put all of it before an application's endpoints."""
    app.add_middleware(SizeLimit)
    app.add_middleware(Guard)
    app.add_middleware(SecurityHeaders)  # the last added is the first asked, and so is on every answer


def is_cross_site(headers: Headers, public_url: str) -> bool:
    """Tell whether a browser says that a page of another site, or of another port or name, makes a request."""
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    if (origin := headers.get("origin")) is None:
        return False
    ours = {headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()} - {""}
    return urlsplit(origin.lower()).netloc not in ours


def _is_wide(scope: Scope) -> bool:
    """Tell whether a request came in by an address that other machines can reach."""
    host = (scope.get("server") or ("", None))[0]
    try:
        return not ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False  # a socket in a folder, or a name that a test gave
