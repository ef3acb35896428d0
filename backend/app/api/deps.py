"""What endpoints ask for: the platform, and an actor who may do what the endpoint does.

```python
@router.get("/tests")
async def list_tests(platform: PlatformDep, actor: Viewer) -> Page[TestOut]: ...
```
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from app.core.errors import Unauthenticated
from app.services.access import Action, Actor
from app.services.platform import Platform

__all__ = ["ActorDep", "Editor", "Owner", "PlatformDep", "Runner", "Viewer"]


def platform_of(connection: HTTPConnection) -> Platform:
    """Return the platform of the application that a request came to."""
    platform: Platform = connection.app.state.platform
    return platform


PlatformDep = Annotated[Platform, Depends(platform_of)]


async def actor_of(request: Request, platform: PlatformDep) -> Actor:
    """Return who makes the request; raises `Unauthenticated` when nobody known does."""
    raise Unauthenticated("Nobody is logged in.", mend="log in, or send a token: Authorization: Bearer ...")


ActorDep = Annotated[Actor, Depends(actor_of)]


class _Allowed:
    """Lets an actor through who may do one kind of thing, by role and by scope."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, actor: ActorDep) -> Actor:
        actor.require(self.action)
        return actor


Viewer = Annotated[Actor, Depends(_Allowed("read"))]
"""Anybody known who may read."""
Runner = Annotated[Actor, Depends(_Allowed("run"))]
"""May run and stop: editors and owners, tokens with the scope run."""
Editor = Annotated[Actor, Depends(_Allowed("write"))]
"""May change tests and what belongs to them: editors and owners, tokens with the scope write."""
Owner = Annotated[Actor, Depends(_Allowed("admin"))]
"""May rule over users, secrets, settings: owners, tokens with the scope admin."""
