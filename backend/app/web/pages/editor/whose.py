"""Two people changed a test at once: what the other saved is shown, and one says whose is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.schemas.tests import TestAnswer
from app.services import tests, versions
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.pages.versions import diff_markup
from app.web.session import Visit

__all__ = ["ask_whose"]

_BOTH = "You changed other lines than they did: both changes can be kept."
_SAME = "You both changed the same lines. What is not kept now stays among the versions, if it was saved."


async def ask_whose(
    visit: Visit,
    test: TestAnswer,
    mine: tests.Draft,
    *,
    kept: Callable[[int, tests.Read], None],
    thrown_away: Callable[[], Awaitable[None]],
) -> None:
    """Ask what becomes of a draft of `test` after somebody else has saved; `kept` hears which version it is then."""
    newest = await read(visit, tests.get, test.id)
    theirs = await read(visit, versions.get, test.id, newest.version)
    both = versions.merged(test.content, mine.content or "", theirs.content)
    said = f": {theirs.message}" if theirs.message else ""
    sub = f"Version {theirs.number} by {theirs.author or 'somebody'}{said}"
    with kit.dialog("Somebody has saved meanwhile", sub=sub, wide=True) as dialog:

        async def keep() -> None:
            visit.actor.require("write")
            draft = replace(mine, content=mine.content if both is None else both, version=newest.version)
            stored, seen = await tests.change(visit.platform, visit.actor, test.id, draft)
            dialog.close()
            kept(stored.version, seen)

        async def throw_away() -> None:
            dialog.close()
            await thrown_away()

        Tag("h3", "What they changed")
        changed = diff_markup(test.content, theirs.content)
        Raw(changed or markup("p", "Nothing that is in the file.", cls="aw-sub"))
        Tag("h3", "What you changed")
        Raw(diff_markup(test.content, mine.content or "") or markup("p", "Nothing.", cls="aw-sub"))
        Tag("p", _SAME if both is None else _BOTH)
        with Tag("div", cls="aw-ends"):
            kit.button("Go on writing", dialog.close)
            kit.button("Throw mine away", kit.guarded(throw_away), look="bad")
            if both is None:
                kit.button("Save mine over it", kit.guarded(keep), look="bad pri")
            else:
                kit.button("Save both", kit.guarded(keep), ico="check", look="pri")
