"""Errors as problem documents (RFC 9457): status, title, what happened and what to do, never a traceback."""

from __future__ import annotations

import logging
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

from aiwebtest.core.errors import AiWebTestError
from app.core.database import AWAY
from app.core.errors import Problem, TooMany, Unauthenticated

__all__ = ["document", "install", "too_large"]

_MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Let the application answer every error with a problem document."""
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(AiWebTestError, _engines)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _https)
    app.add_exception_handler(IntegrityError, _taken)
    app.add_exception_handler(DataError, _unstorable)
    for away in AWAY:
        app.add_exception_handler(away, _away)


def document(status: int, code: str, title: str, what: str, **more: Any) -> JSONResponse:
    """Return a problem document as an answer."""
    body = {"type": f"urn:aiwebtest:problem:{code}", "title": title, "status": status, "detail": what, **more}
    return JSONResponse(body, status_code=status, media_type=_MEDIA_TYPE)


def too_large(what: str) -> JSONResponse:
    """Return the answer to a body that is larger than the server takes."""
    return document(413, "too-large", "Too large", what, mend="send less, or raise AIWEBTEST_MAX_REQUEST_MB.")


async def _taken(_request: Request, _exc: Exception) -> JSONResponse:
    """Two requests wanted the same at the same moment, and the database let one of them have it."""
    what = "Somebody else stored something with that name, or deleted what this belongs to, at the same moment."
    return document(409, "conflict", "Conflict", what, mend="load it again and repeat.")


async def _unstorable(_request: Request, _exc: Exception) -> JSONResponse:
    what = "It holds something that the database cannot keep: a NUL character, or a number that is too large."
    return document(422, "invalid", "The content cannot be used", what)


async def _away(_request: Request, exc: Exception) -> JSONResponse:
    """Answer while the database is being restarted, or cannot be reached."""
    _log.warning("A request met no database: %s", str(exc).splitlines()[0])
    answer = document(
        503, "unavailable", "Not available", "The database cannot be reached now.", mend="try again soon."
    )
    answer.headers["Retry-After"] = "1"
    return answer


async def _ours(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Problem)
    mend = {"mend": exc.mend} if exc.mend else {}
    answer = document(exc.status, exc.code, exc.title, exc.what, **mend, **exc.more)
    if isinstance(exc, TooMany):
        answer.headers["Retry-After"] = str(max(1, ceil(exc.retry_after_s)))
    if isinstance(exc, Unauthenticated):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _engines(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, AiWebTestError)
    status = 503 if exc.code in {"browser-unavailable", "provider-unavailable"} else 422
    return document(status, exc.code, "The request could not be carried out", exc.what, mend=exc.mend)


async def _malformed(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    problems = [
        {"where": ".".join(map(str, error["loc"])), "what": error["msg"], **_mended(error)} for error in exc.errors()
    ]
    what = "; ".join(f"{problem['where']}: {problem['what']}" for problem in problems[:3])
    mend = {"mend": problems[0]["mend"]} if problems and "mend" in problems[0] else {}
    return document(422, "malformed", "The request is malformed", what, **mend, problems=problems)


def _mended(error: dict[str, Any]) -> dict[str, str]:
    """Return what is to be done about a fault, where its type says so: "did you mean `google`?"."""
    mend = str(error.get("ctx", {}).get("mend", ""))
    return {"mend": mend} if mend else {}


async def _https(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)
    if exc.status_code == 413:
        answer = too_large(str(exc.detail))
    else:
        code = {404: "not-found", 405: "method-not-allowed"}.get(exc.status_code, "http")
        answer = document(exc.status_code, code, str(exc.detail), str(exc.detail))
    answer.headers.update(exc.headers or {})
    return answer
