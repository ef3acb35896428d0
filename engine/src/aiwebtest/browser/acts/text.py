"""Actions on text: type, append, clear, press keys."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.acts.keys import playwright_keys
from aiwebtest.core.errors import ActionError

__all__ = ["append", "clear", "press", "type_text"]

_FIELD = """(element) => {
  const text = element.isContentEditable ? element.innerText : element.value;
  return { tag: element.localName, type: element.type || "", editable: element.isContentEditable, value: text ?? null };
}"""
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
    try { element.setSelectionRange(element.value.length, element.value.length); } catch {}
  }
}"""


async def type_text(act: Act) -> None:
    """Put the text into the field in place of what it holds, and see that the field then holds it."""
    await act.target.fill(act.value, timeout=act.deadline.left_ms)
    await _verify(act, act.value)


async def append(act: Act) -> None:
    """Type the text behind what the field holds."""
    before = (await act.ask(_FIELD))["value"] or ""
    await act.ask(_TO_END)
    await act.page.keyboard.type(act.value)
    await _verify(act, before + act.value)


async def clear(act: Act) -> None:
    """Empty the field."""
    await act.target.fill("", timeout=act.deadline.left_ms)
    await _verify(act, "")


async def press(act: Act) -> None:
    """Press a key or a chord, on the element or on whatever has the focus, as often as the sentence says."""
    times = int(act.intent.amount or 1) if act.intent.unit == "times" else 1
    chords = playwright_keys(act.written)
    if act.element is not None:
        await act.element.focus()
    for _ in range(times):
        for chord in chords:
            await act.page.keyboard.press(chord)


async def _verify(act: Act, expected: str) -> None:
    actual = (await act.ask(_FIELD))["value"]
    if actual is None or _alike(actual, expected):
        return
    raise ActionError(
        act.scope.mask(f'The field holds "{actual}" after typing "{act.written}".'), mend="look at the field."
    )


def _alike(actual: str, expected: str) -> bool:
    return actual.replace("\r\n", "\n").rstrip("\n") == expected.replace("\r\n", "\n").rstrip("\n")
