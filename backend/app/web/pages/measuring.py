"""What the pages about measuring share: the way between them, looking again at what runs, lists of sentences."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from app.core.database import AWAY
from app.core.errors import NotFound
from app.web import kit
from app.web.kit.elements import Raw, markup

__all__ = ["looks", "sentences", "tabs"]

_LOOK_S = 2.0

_PAGES = (
    ("Analytics", "/analytics"),
    ("Experiments", "/experiments"),
    ("Lab", "/lab"),
    ("Routing", "/routing"),
    ("Mutations", "/mutations"),
)


def tabs(here: str) -> None:
    """Show the way to the other pages about measuring."""
    kit.segments(list(_PAGES), here, label="Measuring").classes("aw-parts")


Seen = TypeVar("Seen")


async def looks(region: kit.Region, look: Callable[[], Awaitable[Seen]]) -> AsyncIterator[Seen]:
    """Yield what there is to see every two seconds, as long as the region is there.

    While the database is away nothing is. Of what somebody has deleted the page, shown anew, tells that it is gone.
    """
    while not region.box.is_deleted:
        await asyncio.sleep(_LOOK_S)
        try:
            seen = await look()
        except AWAY:
            continue
        except NotFound:
            if not region.box.is_deleted:
                with region.box.client:
                    kit.again()
            return
        if not region.box.is_deleted:
            yield seen


def sentences(told: Iterable[tuple[str, str]], *, label: str) -> None:
    """Show sentences, each with its state: good, bad, warn or none."""
    items = [markup("li", text, data_s=state or None) for state, text in told]
    Raw(markup("ul", *items, cls="aw-told", aria_label=label))
