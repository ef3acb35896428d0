"""Say in plain words why the browser could not do an action."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser.acts.act import Act
from aiwebtest.core.errors import ActionError

__all__ = ["action_failed"]

_COVER = """(element) => {
  const awt = window[Symbol.for("aiwebtest")];
  return awt ? awt.cover(element) : "";
}"""


async def action_failed(act: Act, exc: PlaywrightError) -> ActionError:
    """Return the error that names the obstacle; no secret is in it."""
    what, mend = await _explained(act, exc)
    return ActionError(act.scope.mask(what), mend=act.scope.mask(mend))


async def _explained(act: Act, exc: PlaywrightError) -> tuple[str, str]:
    log = str(exc)
    did = act.intent.text
    if "intercepts pointer events" in log:
        cover = await _cover(act)
        return (
            f'"{did}" is not possible: {cover or "another element"} is on top of it.',
            "close or dismiss what is on top in a step before, or wait for it to go.",
        )
    if "element is not enabled" in log:
        return f'"{did}" is not possible: the element is disabled.', "do first what enables it."
    if "element is not visible" in log:
        return f'"{did}" is not possible: the element is not visible.', "do first what shows it."
    if "element is outside of the viewport" in log:
        return (
            f'"{did}" is not possible: the element lies outside of the page.',
            "scroll to it, or use a larger viewport.",
        )
    if "not attached" in log or "detached" in log:
        return (
            f'"{did}" was not possible: the element left the page.',
            "wait for the page to come to rest before this step.",
        )
    if isinstance(exc, PlaywrightTimeout):
        return (
            f'"{did}" was not done within {act.deadline.timeout_s:g} s.',
            "allow more time, or see what the page is busy with.",
        )
    return f'"{did}" failed: {exc.message.splitlines()[0]}', "see the screenshot of this step."


async def _cover(act: Act) -> str:
    if act.element is None:
        return ""
    with suppress(PlaywrightError):
        return str(await act.element.evaluate(_COVER) or "")
    return ""
