"""How a case's browser context is opened: its options, and the address that it begins at."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from aiwebtest.browser.session import SessionOptions
from aiwebtest.core.case import Case, Viewport
from aiwebtest.core.errors import UsageError
from aiwebtest.core.scope import Scope
from aiwebtest.engine.logins import storage_state
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.settings import RunSettings

__all__ = ["address_of", "session_options", "site_of"]


async def session_options(case: Case, resources: RunResources, scope: Scope) -> SessionOptions:
    """Return what the case's context is to be like, logged in if the case names a session."""
    settings = resources.settings
    return SessionOptions(
        viewport=case.viewport or Viewport(),
        locale=case.locale,
        timezone=case.timezone,
        permissions=case.permissions,
        allowed_origins=_origins(case, settings, scope),
        base_url=settings.base_url,
        traced=settings.trace == "on-failure",
        storage_state=await storage_state(case, resources) or case.storage_state,
    )


def _origins(case: Case, settings: RunSettings, scope: Scope) -> tuple[str, ...]:
    """Return the only origins that may be reached, the case's own address among them; () for no restriction."""
    allowed = case.allowed_origins or settings.allowed_origins
    site = site_of(address_of(case, settings, scope))
    return (*allowed, site) if allowed and site else allowed


def site_of(address: str) -> str:
    """Return the origin of an absolute URL, "" of one that has none, such as `about:blank`.

    A name and password in it are no part of its origin.
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


def address_of(case: Case, settings: RunSettings, scope: Scope) -> str:
    """Return the absolute URL that the case begins at. Raises UsageError for a relative one without a base URL."""
    url, base = scope.fill(case.url), settings.base_url
    address = urljoin(base, url) if base else url
    if "://" not in address and not address.startswith(("about:", "data:")):
        raise UsageError(
            f"{case.place}: the address “{url}” is relative and there is no base URL.",
            mend="give the run a base URL (--base-url), or set base_url in the configuration.",
        )
    return address
