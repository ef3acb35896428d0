"""The whole API against its own OpenAPI document: made-up requests, every answer held against what is documented."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.core.config import ServerSettings
from app.core.database import Database
from app.core.security import digest, new_secret
from app.main import create_app
from app.models import Token, User

__all__ = ["an_owners_token", "keep_to_it", "running"]

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_ENDLESS = ("/live", "/picture")  # streams that end when an execution does
_OWNER = 10**9  # an id that no made-up request deletes


@contextmanager
def running(settings: ServerSettings) -> Iterator[str]:
    """Yield the address of a real server with these settings, on a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


async def an_owners_token(database_url: str) -> str:
    """Return a token with every scope, of an owner whom no made-up request meets."""
    text = new_secret("awt_")
    scopes = ["read", "run", "write", "admin"]
    async with Database(database_url) as database, database.write() as session:
        session.add(User(id=_OWNER, email="contract@example.com", role="owner"))
        await session.flush()
        session.add(Token(id=_OWNER, user_id=_OWNER, name="t", start=text[:8], digest=digest(text), scopes=scopes))
    return text


def keep_to_it(address: str, token: str, *, examples: int) -> tuple[dict[str, int], list[str]]:
    """Make `examples` requests to every operation; return how many were made by operation, and broken promises.

    Broken is a status of 5xx, one that is not documented, and a body that is not as documented.
    """
    document = httpx2.get(f"{address}/api/v1/openapi.json", timeout=60).json()
    schema = schemathesis.openapi.from_dict(document)
    made: dict[str, int] = {}
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith(_ENDLESS):
            continue
        label = f"{operation.method.upper()} {operation.path}"
        made[label] = 0
        try:
            _holding(operation, made, label, address, token, examples)()
        except (AssertionError, BaseExceptionGroup, FailureGroup) as exc:
            broken.append(f"{label}: {exc}")
    broken += [f"{label}: no request was made" for label, count in made.items() if not count]
    return made, broken


def _holding(
    operation: schemathesis.schemas.APIOperation,
    made: dict[str, int],
    label: str,
    address: str,
    token: str,
    examples: int,
) -> Callable[[], None]:
    @budget(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def hold(case: schemathesis.Case) -> None:
        made[label] += 1
        if operation.path.endswith("/events"):
            case.query = {**(case.query or {}), "follow": "false"}  # what is there now, and no waiting for more
        answer = case.call(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        case.validate_response(answer, checks=_CHECKS)

    return hold
