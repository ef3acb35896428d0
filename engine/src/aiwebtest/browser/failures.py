"""Say in plain words why the browser could not do an action."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser.acts.act import Act
from aiwebtest.core.errors import LONGER, ActionError, ElementGone

__all__ = ["action_failed"]


async def action_failed(act: Act, exc: PlaywrightError) -> ActionError:
    """Return the error that names the obstacle; no secret is in it."""
    obstacle = await _obstacle(act)
    what, mend = _explained(act, exc, obstacle)
    kind = ElementGone if _is_gone(exc, obstacle) else ActionError
    return kind(act.scope.mask(what), mend=act.scope.mask(mend))


def _is_gone(exc: PlaywrightError, obstacle: dict[str, Any]) -> bool:
    return bool(obstacle.get("gone")) or "not attached" in str(exc)


def _explained(act: Act, exc: PlaywrightError, obstacle: dict[str, Any]) -> tuple[str, str]:
    did = act.intent.text
    log = str(exc)
    if _is_gone(exc, obstacle):
        return f"“{did}” was not possible: the element left the page.", "wait for the page to come to rest before."
    if obstacle.get("disabled"):
        return f"“{did}” is not possible: the element is disabled.", "do first what enables it."
    if obstacle.get("hidden"):
        return f"“{did}” is not possible: the element is not visible.", "do first what shows it."
    if obstacle.get("readonly") and act.intent.action in ("type", "append", "clear", "set"):
        return f"“{did}” is not possible: the field is read-only.", "do first what makes it editable."
    if obstacle.get("cover"):
        return (
            f"“{did}” is not possible: {obstacle['cover']} is on top of it.",
            "close what is on top in a step before, or wait for it to go.",
        )
    if "outside of the viewport" in log:
        return f"“{did}” is not possible: the element lies outside of the page.", "use a larger viewport."
    if "is not stable" in log:
        return f"“{did}” is not possible: the element does not stand still.", "wait for it to come to rest before."
    if isinstance(exc, PlaywrightTimeout):
        return f"“{did}” was not done within {act.deadline.timeout_s:g} s.", LONGER
    return f"“{did}” failed: {exc.message.splitlines()[0]}", "look at the picture of this step."


async def _obstacle(act: Act) -> dict[str, Any]:
    if act.element is None or act.session.dialogs_open:
        return {}
    with suppress(PlaywrightError):  # its document is gone; the log says what there is to say
        found: dict[str, Any] = await act.call("obstacle")
        return found
    return {}
