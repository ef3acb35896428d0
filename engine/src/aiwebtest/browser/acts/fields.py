"""Fields of text: filled, and seen to hold what was put into them."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read
from aiwebtest.core.errors import ActionError

__all__ = ["field_of", "handle_of", "into_focus", "put", "verified"]

_SINGLE_KEY = re.compile(r"[ -~]")  # what every keyboard has; other characters come as text
_PLAIN = frozenset({"text", "search", "tel", "url", "email", "password", "textarea", "contenteditable", ""})


async def field_of(act: Act) -> dict[str, Any]:
    """Describe the field that text for the target goes to; its `kind` is "none" where there is none."""
    field: dict[str, Any] = await act.first("field")
    return field


async def handle_of(act: Act, field: dict[str, Any]) -> AnyElement:
    """Return the element of a field that `field_of` described."""
    return act.target if field["itself"] else await act.element_number(field["n"])


async def put(act: Act, value: str, *, final: bool = False) -> None:
    """Replace the text of the target's field, and verify it; `final` says that nothing else is done in this step.

    The text goes in at once and its last character by a real key, so that pages that listen to keys notice. A field
    that then holds something else gets all of it key by key, for it may shape what is typed, and then all at once.
    """
    field = await field_of(act)
    handle = await handle_of(act, field)
    if act.secret:
        await _put_secret(act, handle, value, shown=field["kind"] != "password")
    else:
        last = value[-1:] if field["kind"] in _PLAIN and _SINGLE_KEY.fullmatch(value[-1:]) else ""
        await handle.fill(value[: len(value) - len(last)], timeout=act.deadline.left_ms)
        if last:
            await act.page.keyboard.type(last)
    held = await _held(act, handle, final=final, value=None if act.secret else value)
    act.session.field_gone = held is None
    if held is None or _alike(held, value):
        return
    if act.watch is not None:
        act.watch.glimpsed = None  # more is to be done
    if value and field["kind"] in _PLAIN and await _took_it(handle, held):
        act.session.note("the page took the text and emptied the field")
        return
    if value and field["kind"] in _PLAIN and not _fits(field, held, value):
        await handle.focus()
        await act.page.keyboard.press("ControlOrMeta+a")
        await act.page.keyboard.press("Backspace")
        await handle.type(value, timeout=act.deadline.left_ms)
        held = await _held(act, handle)
        if held is not None and not _alike(held, value) and not _fits(field, held, value):
            await handle.fill(value, timeout=act.deadline.left_ms)  # it reads half of a date as another one
    await verified(act, handle, value)


async def _put_secret(act: Act, handle: AnyElement, value: str, *, shown: bool) -> None:
    """Put a secret in whole, so that every record of it can be masked; the key that follows changes nothing."""
    act.session.secret_fields.append(handle)
    act.session.secret_shown = act.session.secret_shown or shown
    await handle.fill(value, timeout=act.deadline.left_ms)
    await act.page.keyboard.press("End")


async def verified(act: Act, handle: AnyElement, expected: str) -> None:
    """Raise ActionError unless the field holds `expected`, or what the page made of it."""
    held = await _held(act, handle)
    if held is None or _alike(held, expected):
        return
    field = await act.call("field", on=handle)
    if act.secret and _bare(held) == _bare(expected):
        act.scope.learn(act.intent.value or "", held)
        return
    if _fits(field, held, expected) and not act.secret:
        if field["kind"] != "password":
            act.session.note(act.scope.mask(f'the field shows it as "{held[:80]}"'))
        return
    if act.secret or field["kind"] == "password":
        raise ActionError(
            f"The field does not hold {act.written if act.secret else 'the password'} after it was typed.",
            mend="see whether the field limits or shapes what it takes.",
        )
    raise ActionError(
        act.scope.mask(f'The field holds "{held[:200]}" after "{expected[:200]}" was typed into it.'),
        mend="see whether the field limits or shapes what it takes, and write what it can hold.",
    )


def _fits(field: dict[str, Any], held: str, expected: str) -> bool:
    """Tell whether a field that shapes its text, or takes only so much, holds what was typed."""
    if field["limit"] and len(held) == field["limit"] and expected.startswith(held):
        return True
    return bool(_bare(expected)) and _bare(held) == _bare(expected)


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _alike(held: str, expected: str) -> bool:
    return _lines(held) == _lines(expected)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\xa0", " ").rstrip("\n")


async def _held(act: Act, handle: AnyElement, *, final: bool = False, value: str | None = None) -> str | None:
    """Return what the field holds, `value` as a rule; None when the page took it away, as a quick search does."""
    try:
        field = await (act.last("field", handle, hurry=True, value=value) if final else act.call("field", on=handle))
    except PlaywrightError:
        return None
    return str(field["value"]) if field and field["connected"] else None


async def _took_it(handle: AnyElement, held: str) -> bool:
    """Tell whether the page emptied the field and put something elsewhere: a tag, a message sent."""
    if held:
        return False
    seen = await read(handle, "() => window[Symbol.for('aiwebtest')].effects()")
    return any(kind == "dom" and "added" in detail for kind, detail in (seen or [()])[0])


async def into_focus(act: Act, value: str, *, replace: bool) -> None:
    """Type into an editor that draws its own text: click it, and type into what then has the focus."""
    await act.target.click(timeout=act.deadline.left_ms)
    if not await act.ask("() => window[Symbol.for('aiwebtest')].typing()"):
        raise ActionError(
            f'"{act.intent.text}" is not possible: the element is no field, and clicking it opens none.',
            mend="name the field by its label or placeholder.",
        )
    if act.secret:
        act.session.secret_fields.append(act.target)
        act.session.secret_shown = True
    if replace:
        await act.page.keyboard.press("ControlOrMeta+a")
        await act.page.keyboard.press("Delete")
    await act.page.keyboard.type(value)
