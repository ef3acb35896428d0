"""Carry out an intent on the elements it was placed on, and tell what it changed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.acts import adjust, choose, files, pages, pointer, scroll, text, toggles
from aiwebtest.browser.acts.act import QUESTIONS, Act, Deadline
from aiwebtest.browser.effects import Opening, Watch
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.failures import action_failed
from aiwebtest.browser.reading import DialogOpened, stuck
from aiwebtest.core.effect import EffectKind, Effects
from aiwebtest.core.errors import ActionError
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.scope import Scope

if TYPE_CHECKING:
    from aiwebtest.browser.session import Session

__all__ = ["may_open", "opening_of", "perform"]

_ACTIONS: dict[Action, Callable[[Act], Coroutine[Any, Any, None]]] = {
    "open": pages.open_page,
    "back": pages.back,
    "forward": pages.forward,
    "reload": pages.reload_page,
    "click": pointer.click,
    "double_click": pointer.double_click,
    "right_click": pointer.right_click,
    "hover": pointer.hover,
    "focus": pointer.focus,
    "type": text.type_text,
    "append": text.append,
    "clear": text.clear,
    "press": text.press,
    "select": choose.select,
    "deselect": choose.deselect,
    "set": adjust.set_value,
    "submit": pages.submit,
    "upload": files.upload,
    "download": files.download,
    "drag": pointer.drag,
    "scroll": scroll.scroll,
    "switch_tab": pages.switch_tab,
    "close_tab": pages.close_tab,
    "enter_frame": pages.through_frame,
    "leave_frame": pages.through_frame,
    "wait": pages.wait,
    "resize": pages.resize,
    "check": toggles.check,
    "uncheck": toggles.uncheck,
    "toggle": toggles.toggle,
    "accept_dialog": pages.accept_dialog,
    "dismiss_dialog": pages.dismiss_dialog,
}
_PATIENCE_S: dict[Action, float] = {"click": 0.4, "double_click": 0.4, "right_click": 0.2, "press": 0.2, "submit": 0.4}
_ATTRIBUTES = re.compile(r"\d+ attributes changed").fullmatch
_SETTLE_S = 3.0
_NO_END_S = 120.0  # beyond its time, however slowly it is done: what takes longer waits for a page that never answers
_WRITES: frozenset[Action] = frozenset({"type", "append", "clear"})
# These wait two frames for the element to stand still before they touch it; a picture is taken within one.
_SLOW_TO_BEGIN: frozenset[Action] = frozenset({"click", "double_click", "right_click", "hover"})


def _see_landed(watch: Watch, effects: Effects) -> None:
    """Raise ActionError where the click reached something else and nothing came of it."""
    if watch.missed and not _tells(effects):
        raise ActionError(
            f"The click reached {watch.missed} instead of the element.",
            mend="see what lies over the element, or takes its place under the pointer.",
        )


def _tells(effects: Effects) -> bool:
    """Tell whether something came of an action besides what pointing at an element does."""
    return any(
        effect.kind not in ("hover", "scroll", "focus") and not (effect.kind == "dom" and _ATTRIBUTES(effect.detail))
        for effect in effects.seen
    )


async def _to_its_end(doing: Coroutine[Any, Any, Any], limit_s: float) -> None:
    """Do it. Raises BrowserUnavailable when the page has kept it waiting for longer than anything takes."""
    try:
        async with asyncio.timeout(limit_s) as limit:
            await doing
    except TimeoutError:
        if limit.expired():
            raise stuck(limit_s) from None
        raise


async def _armed(session: Session, element: AnyElement | None, opening: Opening, told: Any) -> Watch:
    """Begin to look for effects, once the page answers: a dialog may open at any moment."""
    while True:
        try:
            return await Watch.arm(session, element, opening, told)
        except DialogOpened:
            await session.ensure_unblocked()
            told = None


def opening_of(action: Action) -> Opening:
    """Return how the watch over an action begins."""
    return Opening(reveal=action != "scroll", question=QUESTIONS.get(action, ""))


def may_open(session: Session, action: Action) -> bool:
    """Tell whether a watch may begin, which can move the page, while the last picture is perhaps still being taken."""
    return session.exposing is None or session.exposing.done or action in _SLOW_TO_BEGIN


async def perform(
    session: Session,
    intent: Intent,
    element: AnyElement | None,
    to: AnyElement | None = None,
    *,
    scope: Scope,
    timeout_s: float,
    expected: Iterable[EffectKind] = (),
    told: Any = None,
    followed: bool = False,
) -> Effects:
    """Do what `intent` says and return the effects that were seen; none means that the page did not react.

    `expected` are the effects seen when the same step last passed: they are waited for a little longer. `told` is what
    the page said when the element was found, if the watch of `opening_of` was begun with that. `followed` tells whether
    an action on the page as a whole comes at once after it: its watch may begin with the last call of this one.

    Raises:
        ActionError: it could not be carried out, or the element does not hold or show what it should then.
        BrowserUnavailable: the browser or the page went away.
    """
    answers = intent.action in ("accept_dialog", "dismiss_dialog")
    if not answers:
        await session.ensure_unblocked()
    if intent.action in _SLOW_TO_BEGIN:
        session.expose()
    else:
        await session.exposed()
    deadline = Deadline(timeout_s)
    act = Act(session=session, intent=intent, element=element, to=to, scope=scope, deadline=deadline, followed=followed)
    try:
        watch = await _armed(session, element, opening_of(intent.action), told)
        act = replace(act, watch=watch)
        doing = _ACTIONS[intent.action](act)
        await _to_its_end(doing if answers else session.prompts.race(doing), timeout_s + _NO_END_S)
        patience_s = min(_PATIENCE_S.get(intent.action, 0.0), timeout_s)
        effects = await watch.read(
            patience_s=patience_s, limit_s=_SETTLE_S, scope=scope, wanted=expected, hurry=intent.action in _WRITES
        )
        if watch.missed and intent.action == "click" and act.times == 1 and not _tells(effects):
            await session.prompts.race(pointer.click(act))  # what was swapped under the pointer is there by now
            effects = await watch.read(patience_s=patience_s, limit_s=_SETTLE_S, scope=scope, wanted=expected)
            _see_landed(watch, effects)
        return effects if intent.action == "hover" else effects.without("hover")
    except PlaywrightError as exc:
        raise session.gone() or await action_failed(act, exc) from exc
    except ActionError:
        if gone := session.gone():
            raise gone from None
        raise
