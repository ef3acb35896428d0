"""Actions of the pointer: click, hover, scroll."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act

__all__ = ["click", "double_click", "focus", "hover", "right_click"]


async def click(act: Act) -> None:
    """Click, as often as the sentence says."""
    for _ in range(_times(act)):
        await act.target.click(timeout=act.deadline.left_ms)


async def double_click(act: Act) -> None:
    """Click twice within the time that makes it one gesture."""
    await act.target.dblclick(timeout=act.deadline.left_ms)


async def right_click(act: Act) -> None:
    """Press the secondary button: the context menu."""
    await act.target.click(button="right", timeout=act.deadline.left_ms)


async def hover(act: Act) -> None:
    """Move the pointer over the element."""
    await act.target.hover(timeout=act.deadline.left_ms)


async def focus(act: Act) -> None:
    """Put the keyboard focus on the element."""
    await act.target.focus()


def _times(act: Act) -> int:
    return int(act.intent.amount or 1) if act.intent.unit == "times" else 1
