"""What we read of a page: calls that change nothing in it, and that a Playwright trace leaves out.

While it traces, the driver copies the whole page before and after each call, which costs several times what most of
ours take. Actions keep their copies: they are what a person looks for in a trace.
"""

from __future__ import annotations

from typing import Any

from playwright._impl.channel_owner import ApiZone
from playwright._impl.utils.zones import current_zone
from playwright.async_api import Frame, JSHandle, Page

from aiwebtest.browser.element import Element

__all__ = ["read", "read_handle"]

_INTERNAL = ApiZone("", [], None, internal=True)
"""What Playwright's client marks calls of its own with; there is no public way to keep a call out of a trace."""


async def read(owner: Frame | Page | JSHandle | Element, script: str, argument: Any = None) -> Any:
    """Return what a script says in the document of `owner`. Raises Playwright's `Error`, as `evaluate` does."""
    return await current_zone().with_("apiZone", _INTERNAL).run_async(lambda: owner.evaluate(script, argument))


async def read_handle(owner: Frame | Page | JSHandle | Element, script: str, argument: Any = None) -> JSHandle:
    """Return what a script gives in the document of `owner`, as a handle. Raises Playwright's `Error`."""
    return await current_zone().with_("apiZone", _INTERNAL).run_async(lambda: owner.evaluate_handle(script, argument))
