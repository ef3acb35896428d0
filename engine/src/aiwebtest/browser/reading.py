"""What we read of a page: calls that change nothing in it, that a Playwright trace leaves out, and that always end.

While it traces, the driver copies the whole page before and after each call, which costs several times what most of
ours take. Actions keep their copies: they are what a person looks for in a trace.

A page that shows a dialog, or whose script is busy, answers nothing. A call to such a page is given up: at once where
there is a dialog or one opens, else after `STUCK_S`. Only what an action reads on its way waits: it goes on when the
dialog that it opened is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from playwright._impl.channel_owner import ApiZone
from playwright._impl.utils.zones import current_zone
from playwright.async_api import BrowserContext, Error, Frame, JSHandle, Page

from aiwebtest.browser.element import Element
from aiwebtest.core.errors import BrowserUnavailable

__all__ = ["STUCK_S", "DialogOpened", "block", "patiently", "read", "read_handle", "stuck", "unblock"]

STUCK_S = 20.0
"""A page that has not answered for this long, beyond what it was asked to wait for, is not expected to any more."""

_INTERNAL = ApiZone("", [], None, internal=True)
"""What Playwright's client marks calls of its own with; there is no public way to keep a call out of a trace."""

_T = TypeVar("_T")


class DialogOpened(Error):
    """A dialog keeps the page from being read: it answers again once that is answered."""

    def __init__(self) -> None:
        super().__init__("A dialog keeps the page from answering.")


class _Calls:
    """The calls into one context that are under way, and whether a dialog keeps its pages from answering."""

    def __init__(self) -> None:
        self.blocked = False
        self.limits: set[asyncio.Timeout] = set()


_patient: ContextVar[bool] = ContextVar("_patient", default=False)
_calls: WeakKeyDictionary[BrowserContext, _Calls] = WeakKeyDictionary()


async def read(
    owner: Frame | Page | JSHandle | Element,
    script: str,
    argument: Any = None,
    *,
    waits_s: float = 0.0,
    within: Frame | None = None,
) -> Any:
    """Return what a script says in the document of `owner`, which may wait there for `waits_s`.

    A handle does not tell where it is from: unless `within` says so, a dialog that opens there is not heard of. Raises
    Playwright's `Error`, as `evaluate` does, `DialogOpened` of that kind, and BrowserUnavailable when the page does not
    answer.
    """
    return await _in_time(within or owner, lambda: owner.evaluate(script, argument), waits_s)


async def read_handle(owner: Frame | Page | JSHandle | Element, script: str, argument: Any = None) -> JSHandle:
    """Return what a script gives in the document of `owner`, as a handle. Raises what `read` does."""
    return await _in_time(owner, lambda: owner.evaluate_handle(script, argument), 0.0)


async def patiently(action: Coroutine[Any, Any, _T]) -> _T:
    """Run an action whose calls wait for a page that shows a dialog; to be a task of its own."""
    _patient.set(True)
    return await action


def block(context: BrowserContext) -> None:
    """Let no call into a context begin, as a dialog has opened there, and end those under way."""
    calls = _calls.setdefault(context, _Calls())
    calls.blocked = True
    now = asyncio.get_running_loop().time()
    for limit in calls.limits:
        if not limit.expired():  # ended by another dialog, and not gone yet
            limit.reschedule(now)


def unblock(context: BrowserContext) -> None:
    """Let calls into a context begin again."""
    _calls.setdefault(context, _Calls()).blocked = False


def stuck(after_s: float) -> BrowserUnavailable:
    """Return the error of a page that did not answer for so long."""
    return BrowserUnavailable(
        f"The page did not answer for {after_s:g} s: its script keeps it busy, or waits for something.",
        mend="look what the page does at this step; a script that never ends keeps people waiting too.",
    )


async def _in_time(
    owner: Frame | Page | JSHandle | Element, call: Callable[[], Coroutine[Any, Any, _T]], waits_s: float
) -> _T:
    if _patient.get():
        return await current_zone().with_("apiZone", _INTERNAL).run_async(call)
    context = _context_of(owner)
    calls = _calls.setdefault(context, _Calls()) if context is not None else _Calls()
    if calls.blocked:
        raise DialogOpened
    loop = asyncio.get_running_loop()
    ends = loop.time() + STUCK_S + waits_s
    try:
        async with asyncio.timeout_at(ends) as limit:
            calls.limits.add(limit)
            try:
                return await current_zone().with_("apiZone", _INTERNAL).run_async(call)
            finally:
                calls.limits.discard(limit)
    except TimeoutError:
        if loop.time() < ends:
            raise DialogOpened from None
        raise stuck(STUCK_S + waits_s) from None


def _context_of(owner: Frame | Page | JSHandle | Element) -> BrowserContext | None:
    if isinstance(owner, Page):
        return owner.context
    frame = owner if isinstance(owner, Frame) else owner.frame if isinstance(owner, Element) else None
    return frame.page.context if frame is not None else None
