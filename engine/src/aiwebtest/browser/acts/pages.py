"""Actions on the page, the tabs and the dialogs."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act

__all__ = ["accept_dialog", "back", "dismiss_dialog", "forward", "open_page", "reload_page"]


async def open_page(act: Act) -> None:
    """Open an address in the current tab."""
    await act.session.goto(act.value, timeout_s=act.deadline.left_s)


async def back(act: Act) -> None:
    """Go back in the tab's history."""
    await act.page.go_back(timeout=act.deadline.left_ms)


async def forward(act: Act) -> None:
    """Go forward in the tab's history."""
    await act.page.go_forward(timeout=act.deadline.left_ms)


async def reload_page(act: Act) -> None:
    """Load the page again."""
    await act.page.reload(timeout=act.deadline.left_ms)


async def accept_dialog(act: Act) -> None:
    """Answer the open dialog with OK, a prompt with the text."""
    await act.session.prompts.answer(True, act.value if act.intent.values else None, timeout_s=act.deadline.left_s)


async def dismiss_dialog(act: Act) -> None:
    """Answer the open dialog with Cancel."""
    await act.session.prompts.answer(False, timeout_s=act.deadline.left_s)
