"""A server in this process, on a database of the test's own, and clients of it: strangers, people and tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from app.core.config import ServerSettings
from app.core.security import digest, new_secret
from app.main import create_app
from app.models import Token, User
from app.services import access
from app.services.platform import Platform

__all__ = ["Served", "serve"]

_idle: list[FastAPI] = []

BASE = "http://127.0.0.1:8000"


@dataclass
class Served:
    """A running server. All clients are closed with it."""

    app: FastAPI
    platform: Platform
    clients: AsyncExitStack
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def anybody(self, *, base: str = BASE, **headers: str) -> AsyncClient:
        """Return a client that nobody has logged in."""
        transport = ASGITransport(self.app, client=("127.0.0.1", 4711))
        return await self.clients.enter_async_context(AsyncClient(transport=transport, base_url=base, headers=headers))

    async def user(self, role: access.Role, email: str = "") -> User:
        """Return a new user."""
        email = email or f"{role}{next(self.numbers)}@example.com"
        async with self.platform.database.write() as session:
            user = User(email=email, name=role.title(), role=role)
            session.add(user)
        return user

    async def person(self, role: access.Role = "owner", email: str = "") -> AsyncClient:
        """Return the client of a new user who is logged in."""
        user = await self.user(role, email)
        async with self.platform.database.write() as session:
            _, secret = await access.open_log_in(self.platform, session, user, address="", agent="")
        client = await self.anybody()
        client.cookies.set("aiwebtest", secret)
        return client

    async def machine(self, *scopes: access.Action, role: access.Role = "owner") -> AsyncClient:
        """Return a client that sends a token with these scopes, of a new user."""
        user = await self.user(role)
        text = new_secret("awt_")
        async with self.platform.database.write() as session:
            session.add(Token(user_id=user.id, name="ci", start=text[:8], digest=digest(text), scopes=list(scopes)))
        return await self.anybody(Authorization=f"Bearer {text}")


@asynccontextmanager
async def serve(settings: ServerSettings) -> AsyncIterator[Served]:
    """Yield a server with these settings, its lifespan begun, and ended with the block.

    Applications are used again: making one costs more than most tests.
    """
    app = _idle.pop() if _idle else create_app()
    app.state.settings = settings
    try:
        async with app.router.lifespan_context(app), AsyncExitStack() as clients:
            yield Served(app, app.state.platform, clients)
    finally:
        _idle.append(app)
