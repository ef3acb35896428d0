"""How a case's browser context is opened: its options, and the address that it begins at."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from aiwebtest.browser.session import SessionOptions
from aiwebtest.core.case import Case, Viewport
from aiwebtest.core.errors import UsageError
from aiwebtest.core.scope import Scope
from aiwebtest.engine.logins import logged_in
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.settings import RunSettings

__all__ = ["address_of", "session_options", "site_of"]


async def session_options(case: Case, resources: RunResources, scope: Scope, *, anew: bool = False) -> SessionOptions:
    """Return what the case's context is to be like, logged in if the case names a session.

    A case that is tried `anew` logs in once more where the log-in did not pass.
    """
    settings = resources.settings
    options = SessionOptions(
        viewport=case.viewport or Viewport(),
        locale=case.locale,
        timezone=case.timezone,
        permissions=case.permissions,
        allowed_origins=_origins(case, settings, scope),
        base_url=settings.base_url,
        traced=settings.trace == "on-failure",
        storage_state=case.storage_state,
    )
    login = await logged_in(case, resources, options, anew=anew)
    return replace(options, storage_state=login.storage) if login and login.storage else options


def _origins(case: Case, settings: RunSettings, scope: Scope) -> tuple[str, ...]:
    """Return the only origins that may be reached, those of the case and its log-in among them; () for all."""
    allowed = case.allowed_origins or settings.allowed_origins
    begins = [address_of(case, settings, scope)]
    if case.session is not None:
        begins.append(urljoin(settings.base_url, scope.fill(case.session.url)))
    return (*allowed, *filter(None, map(site_of, begins))) if allowed else allowed


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
