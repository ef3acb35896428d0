"""Settings: one's own account and tokens; for owners what the server keeps to, tells and was started with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.web import kit
from app.web.pages import sharing
from app.web.pages.settings import account, limits, people, providers, secrets, server, tokens, webhooks
from app.web.session import Visit

__all__ = ["show"]

_PARTS: dict[str, tuple[str, Callable[[Visit], Awaitable[None]]]] = {
    "account": ("Account", account.show),
    "tokens": ("Tokens", tokens.show),
    "links": ("Shared links", sharing.show),
    "providers": ("Providers", providers.show),
    "limits": ("Budgets and limits", limits.show),
    "secrets": ("Secrets", secrets.show),
    "people": ("People", people.show),
    "webhooks": ("Webhooks", webhooks.show),
    "server": ("Server", server.show),
}
_EVERYBODYS = ("account", "tokens")


async def show(visit: Visit, part: str = "account") -> None:
    """Show one part of the settings."""
    mine = (*_EVERYBODYS, "links") if visit.edits else _EVERYBODYS
    parts = {name: told for name, told in _PARTS.items() if visit.rules or name in mine}
    wanted = part if part in parts else "account"
    with kit.top("Settings", sub="Yours, and the server's" if visit.rules else "Yours"):
        pass
    places = [(title, _address(name)) for name, (title, _) in parts.items()]
    kit.segments(places, _address(wanted), label="Parts of the settings").classes("aw-parts")
    await parts[wanted][1](visit)


def _address(part: str) -> str:
    return "/settings" if part == "account" else f"/settings?part={part}"
