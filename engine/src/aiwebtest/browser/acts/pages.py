"""Actions on the page, its tabs and its dialogs."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.errors import ActionError, UsageError

__all__ = [
    "accept_dialog",
    "back",
    "close_tab",
    "dismiss_dialog",
    "forward",
    "open_page",
    "reload_page",
    "resize",
    "submit",
    "switch_tab",
    "through_frame",
    "wait",
]

_FORM = """(element) => {
  const from = element || document.activeElement;
  const form = !from ? null : from.localName === "form" ? from : from.form || from.closest("form");
  const only = form || (document.forms.length === 1 ? document.forms[0] : null);
  if (!only) return null;
  const buttons = [...only.elements, ...only.querySelectorAll("input[type=image]")];
  const sends = (e) => (e.type === "submit" || e.type === "image") && !e.disabled && e.checkVisibility();
  return buttons.find(sends) || only;
}"""
_TAKES_TEXT = """(element) => element.isContentEditable || /^(input|textarea|select)$/.test(element.localName)"""
_POLL_S = 0.05


async def open_page(act: Act) -> None:
    """Open an address in the current tab; without one, the address where the case began."""
    await act.session.goto(act.value or act.session.first_url, timeout_s=act.deadline.left_s)


async def back(act: Act) -> None:
    """Go back in the tab's history."""
    with act.session.prompts.waved_through():
        before = act.page.url
        await act.page.go_back(timeout=act.deadline.left_ms)
        if act.page.url == before and await read(act.page, "history.length") < 2:
            raise ActionError("There is no page to go back to.", mend="open another page in a step before.")


async def forward(act: Act) -> None:
    """Go forward in the tab's history."""
    with act.session.prompts.waved_through():
        await act.page.go_forward(timeout=act.deadline.left_ms)


async def reload_page(act: Act) -> None:
    """Load the page again."""
    with act.session.prompts.waved_through():
        await act.page.reload(timeout=act.deadline.left_ms)


async def submit(act: Act) -> None:
    """Send the form of the element, or of the field with the focus: by its button, else by Enter, as people do.

    A form that the page draws anew before it was touched is looked for once more.
    """
    try:
        await _send(act)
    except PlaywrightError as exc:
        if "not attached" not in exc.message:
            raise
        await _send(act)


async def _send(act: Act) -> None:
    if act.element is not None:
        found = await read_handle(act.element, _FORM)
    else:
        found = await read_handle(act.page, f"() => ({_FORM})(null)")
    sender = found.as_element()
    if sender is None:
        if act.element is None:
            raise ActionError("There is no form to submit.", mend="name a field or the button of the form.")
        if await read(act.element, _TAKES_TEXT):
            await act.element.press("Enter", timeout=act.deadline.left_ms)
        else:  # what serves as the button where there is no form
            await act.element.click(timeout=act.deadline.left_ms)
    elif await read(sender, "(element) => element.localName === 'form'"):
        field = await sender.query_selector("input:not([type=hidden]):not([type=checkbox]):not([type=radio])")
        await (field or sender).press("Enter", timeout=act.deadline.left_ms)
    else:
        await sender.click(timeout=act.deadline.left_ms)


async def switch_tab(act: Act) -> None:
    """Go to another tab: by title, part of its address, number, or "new", "last", "first", "previous", "next"."""
    wanted = act.value.strip()
    while (found := await _tab(act, wanted)) is None:
        if act.deadline.passed:
            titles = ", ".join(f'"{title}"' for title in await act.session.tab_titles())
            raise ActionError(f'There is no tab "{act.written}". Open are: {titles}.', mend="name one of these tabs.")
        await asyncio.sleep(_POLL_S)
    act.session.switch(found)
    await found.bring_to_front()
    await act.session.navigated(act.deadline.left_s)


async def close_tab(act: Act) -> None:
    """Close the current tab, or the one that the value names."""
    page = await _tab(act, act.value.strip()) if act.intent.values else act.page
    if page is None:
        raise ActionError(f'There is no tab "{act.written}".', mend="name an open tab.")
    await page.close()


async def _tab(act: Act, wanted: str) -> Page | None:
    tabs = act.session.tabs
    here = tabs.index(act.page) if act.page in tabs else 0
    word = re.sub(r"\b(the|tab|window|page)\b", "", wanted.casefold()).strip()
    if word in ("new", "newest", "last", "latest", "other", "second") and (len(tabs) > 1 or word == "last"):
        if word == "other":
            return tabs[here - 1] if here else tabs[1]
        return tabs[1] if word == "second" else tabs[-1]
    if word in ("first", "original", "main"):
        return tabs[0]
    if word in ("previous", "next"):
        return tabs[(here + (1 if word == "next" else -1)) % len(tabs)]
    if re.fullmatch(r"-?\d+", word):
        number = int(word)
        index = number - 1 if number > 0 else len(tabs) + number
        return tabs[index] if 0 <= index < len(tabs) else None
    titles = await act.session.tab_titles()
    want = wanted.casefold()
    exact = [tab for tab, title in zip(tabs, titles, strict=False) if title.casefold() == want]
    partly = [tab for tab, title in zip(tabs, titles, strict=False) if want and want in title.casefold()]
    by_address = [tab for tab in tabs if want and want in tab.url.casefold()]
    fits = exact or partly or by_address
    return fits[-1] if fits else None


async def through_frame(act: Act) -> None:
    """Do nothing: frames are looked through, so entering and leaving one needs no act of the browser."""
    act.session.note("frames need no entering: steps look into all of them")


async def accept_dialog(act: Act) -> None:
    """Answer the open dialog with OK, a prompt with the text."""
    text = act.value if act.intent.values else None
    await act.session.prompts.answer(True, text, timeout_s=act.deadline.left_s)


async def dismiss_dialog(act: Act) -> None:
    """Answer the open dialog with Cancel."""
    await act.session.prompts.answer(False, timeout_s=act.deadline.left_s)


async def wait(act: Act) -> None:
    """Wait for the element to show or go, for some seconds, or for the page to come to rest."""
    hidden = (act.intent.value or "").casefold() in ("hidden", "gone")
    if act.element is not None:
        limit_s = min(act.intent.amount or act.deadline.left_s, act.deadline.left_s)
        try:
            await act.element.wait_for_element_state("hidden" if hidden else "visible", timeout=limit_s * 1000)
        except PlaywrightTimeout:
            state = "is still there" if hidden else "did not show"
            raise ActionError(
                f"The element {state} after {limit_s:g} s.", mend="allow more time, if it may take longer."
            ) from None
    elif act.intent.amount is not None:
        await asyncio.sleep(act.intent.amount)  # the test asks for just that
    else:
        await act.session.settle(act.deadline.left_s)


async def resize(act: Act) -> None:
    """Give the page another size."""
    size = re.fullmatch(r"\s*(\d{2,5})\s*[x×*, ]\s*(\d{2,5})\s*(?:px)?\s*", act.value)
    if not size:
        raise UsageError(f'"{act.written}" is no size.', mend='write width and height, as in "390x844".')
    await act.page.set_viewport_size({"width": int(size[1]), "height": int(size[2])})
    await read(act.page, "() => new Promise((done) => requestAnimationFrame(() => done()))")
