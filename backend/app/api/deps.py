"""What endpoints ask for: the platform, and an actor who may do what the endpoint does.

```python
@router.get("/tests", responses=errors())
async def list_tests(platform: PlatformDep, actor: Viewer) -> Page[TestOut]: ...
```
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from app.api import cookies
from app.core.errors import Forbidden, Unauthenticated
from app.core.limits import RateLimits
from app.services import access
from app.services.access import Action, Actor
from app.services.platform import Platform

__all__ = ["ActorDep", "Anybody", "Editor", "Owner", "Person", "PlatformDep", "Runner", "RunningEditor",
           "Viewer", "address_of"]  # fmt: skip

_ANYBODYS_SHARE = 0.1  # of a user's requests a minute, for an address that nobody vouches for

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A token made at /api/v1/tokens.")
_COOKIE = APIKeyCookie(
    name=cookies.PLAIN_NAME,
    auto_error=False,
    scheme_name="logIn",
    description=f"Set by /api/v1/auth/login; named __Host-{cookies.PLAIN_NAME} where the server is reached by https.",
)


async def platform_of(connection: HTTPConnection) -> Platform:
    """Return the platform of the application that a request came to. Asynchronous, to need no thread."""
    platform: Platform = connection.app.state.platform
    return platform


PlatformDep = Annotated[Platform, Depends(platform_of)]


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a request comes from; behind a trusted proxy that of the proxy's client."""
    return connection.client.host if connection.client else ""


async def actor_of(
    request: Request,
    platform: PlatformDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    _cookie: Annotated[str | None, Security(_COOKIE)],
) -> Actor:
    """Return who makes the request; raises `Unauthenticated` when nobody known does, `TooMany` when too often.

    A token beats a cookie: what a script sends on purpose counts, not what the browser adds.
    """
    limits: RateLimits = request.app.state.limits
    address = address_of(request)
    actor: Actor | None = None
    if "authorization" in request.headers:
        actor = await access.by_token(platform, bearer.credentials, address=address) if bearer else None
    elif cookie := cookies.held(request, platform.settings):
        actor = await access.by_cookie(platform, cookie, address=address)
    if actor is None:
        limits.take(f"address {address}", share=_ANYBODYS_SHARE)
        raise Unauthenticated(
            "Nobody is logged in, or the token is not valid.", mend="log in, or send Authorization: Bearer <token>."
        )
    limits.take(f"token {actor.token_id}" if actor.token_id else f"user {actor.user_id}")
    return actor


ActorDep = Annotated[Actor, Depends(actor_of)]


class _Allowed:
    """Lets an actor through who may do these kinds of things, by role and by scope."""

    def __init__(self, *actions: Action) -> None:
        self.actions = actions

    async def __call__(self, actor: ActorDep) -> Actor:
        for action in self.actions:
            actor.require(action)
        return actor


Viewer = Annotated[Actor, Depends(_Allowed("read"))]
"""Anybody known who may read."""
Runner = Annotated[Actor, Depends(_Allowed("run"))]
"""May run and stop: editors and owners, tokens with the scope run."""
Editor = Annotated[Actor, Depends(_Allowed("write"))]
"""May change tests and what belongs to them: editors and owners, tokens with the scope write."""
RunningEditor = Annotated[Actor, Depends(_Allowed("run", "write"))]
"""May both run and change: what runs something, spends, and stores what came of it."""
Owner = Annotated[Actor, Depends(_Allowed("admin"))]
"""May rule over users, secrets, settings: owners, tokens with the scope admin."""


async def _a_person(actor: ActorDep) -> Actor:
    if not actor.person:
        raise Forbidden("Only a person who is logged in may do this, not a token.", mend="log in.")
    return actor


Person = Annotated[Actor, Depends(_a_person)]
"""Somebody who is logged in, of whatever role; no token."""


async def _anybody(request: Request) -> str:
    limits: RateLimits = request.app.state.limits
    address = address_of(request)
    limits.take(f"address {address}", share=_ANYBODYS_SHARE)
    return address


Anybody = Annotated[str, Depends(_anybody)]
"""The address of whoever it is: for the few endpoints that need no log-in. Counted by address."""
