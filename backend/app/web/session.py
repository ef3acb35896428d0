"""Who looks at a page. The truth is the log-in's cookie, as for the API; nothing is kept in NiceGUI's storage."""

from __future__ import annotations

from dataclasses import dataclass

from nicegui import ui
from starlette.requests import HTTPConnection

from app.api import cookies
from app.core.database import AWAY
from app.services.access import Actor, by_cookie
from app.services.demo import Shops
from app.services.platform import Platform

__all__ = ["Visit", "actor_of", "platform_of"]

# The door is no page inside the frame: it has to be loaded.
_TO_LOG_IN = "location.assign(`/login?over=1&next=${encodeURIComponent(location.pathname + location.search)}`)"


def platform_of(connection: HTTPConnection) -> Platform:
    """Return the platform of the application that a connection came to."""
    platform: Platform = connection.app.state.platform
    return platform


async def actor_of(platform: Platform, connection: HTTPConnection) -> Actor | None:
    """Return who is logged in, None when nobody is."""
    cookie = cookies.held(connection, platform.settings)
    address = connection.client.host if connection.client else ""
    return await by_cookie(platform, cookie, address=address) if cookie else None


@dataclass
class Visit:
    """One page in one browser: who looks, and by what services."""

    platform: Platform
    actor: Actor
    connection: HTTPConnection
    shops: Shops

    @property
    def address(self) -> str:
        """Return how this browser reaches the server, with a slash at the end."""
        return str(self.connection.base_url)

    @property
    def edits(self) -> bool:
        """Tell whether they may change tests."""
        return self.actor.may("write")

    @property
    def runs(self) -> bool:
        """Tell whether they may run tests."""
        return self.actor.may("run")

    @property
    def rules(self) -> bool:
        """Tell whether they may rule over access and settings."""
        return self.actor.may("admin")

    async def still(self) -> bool:
        """Look again whether the log-in holds, and as whom; send to the log-in when it does not, and back here then.

        While the database is away it is taken to hold: nothing can be changed then, and what is typed must not be lost.
        """
        try:
            actor = await actor_of(self.platform, self.connection)
        except AWAY:
            return True
        if actor is None:
            ui.run_javascript(_TO_LOG_IN)
            return False
        self.actor = actor
        return True
