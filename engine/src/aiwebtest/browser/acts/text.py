"""Actions on text: type, append, clear, press keys."""

from __future__ import annotations

from aiwebtest.browser.acts import adjust, choose, files
from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.acts.fields import field_of, handle_of, into_focus, put, verified
from aiwebtest.browser.acts.keys import playwright_keys

__all__ = ["append", "clear", "press", "type_text"]

_TO_END = """(element) => {
  element.focus();
  if (element.isContentEditable) {
    const range = document.createRange();
    range.selectNodeContents(element);
    range.collapse(false);
    const selection = element.ownerDocument.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  } else if (element.setSelectionRange) {
    try { element.setSelectionRange(element.value.length, element.value.length); } catch { /* not for its type */ }
  }
}"""


async def type_text(act: Act) -> None:
    """Put the text into the field in place of what it holds, and see that the field then holds it."""
    field = await field_of(act)
    kind = field["kind"]
    if kind == "select":
        await choose.select(act)
    elif kind == "file":
        await files.upload(act)
    elif kind in adjust.NATIVE:
        await adjust.set_native(act, await handle_of(act, field), kind)
    elif field.get("readonly"):
        await adjust.set_value(act)
    elif kind == "none":
        await into_focus(act, act.value, replace=True)
    else:
        await put(act, act.value, final=True)


async def append(act: Act) -> None:
    """Type the text behind what the field holds."""
    field = await field_of(act)
    if field["kind"] == "none":
        await into_focus(act, act.value, replace=False)
        return
    handle = await handle_of(act, field)
    before = field["value"]
    await handle.evaluate(_TO_END)
    await act.page.keyboard.type(act.value)
    await verified(act, handle, before + act.value)


async def clear(act: Act) -> None:
    """Empty the field."""
    field = await field_of(act)
    if field["kind"] == "none":
        await into_focus(act, "", replace=True)
        return
    handle = await handle_of(act, field)
    await handle.fill("", timeout=act.deadline.left_ms)
    await verified(act, handle, "")


async def press(act: Act) -> None:
    """Press a key or a chord, on the element or on whatever has the focus, as often as the sentence says."""
    chords = playwright_keys(act.value)
    if act.element is not None:
        await act.element.focus()
    for _ in range(act.times):
        for chord in chords:
            await act.page.keyboard.press(chord)
