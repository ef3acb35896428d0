"""Who came lately, so that not every request asks the database who sends it.

A token that is revoked, a log-in that is ended, a user who is sent away count at once in the process that did it: each
change of such a row empties its memory. Other processes of the same database hear of it within two seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from app.core.clock import now
from app.core.database import Database
from app.models import LogIn, Token, User
from app.services.actor import Actor

__all__ = ["Recent"]

_KNOWN_S = 2.0
_MOST = 5_000


class Recent:
    """Actors by kind and digest of what they showed, each for two seconds at most."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock  # seconds that only go on
        self._actors: dict[str, tuple[float, Actor]] = {}  # until when, who
        self._changes = 0
        database.when_written({table.__tablename__ for table in (User, Token, LogIn)}, self.forget)

    @property
    def changes(self) -> int:
        """Return a number that is another one after each change of who may come."""
        return self._changes

    def find(self, shown: str) -> Actor | None:
        """Return who showed it lately, None when that has to be looked up."""
        until, actor = self._actors.get(shown, (0.0, None))
        return actor if self.clock() < until else None

    def keep(self, shown: str, actor: Actor, expires_at: datetime | None, *, changes: int) -> None:
        """Remember who showed it, unless something has `changes` since it was looked up."""
        if changes != self._changes:
            return
        if len(self._actors) >= _MOST:
            self._actors.clear()
        left_s = _KNOWN_S if expires_at is None else min(_KNOWN_S, (expires_at - now()).total_seconds())
        self._actors[shown] = self.clock() + left_s, actor

    def forget(self) -> None:
        """Look everybody up again."""
        self._changes += 1
        self._actors.clear()
