"""What a sentence may be made of: patterns, names that were seen on the pages, variables, secrets, shared steps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import relpath

from sqlalchemy import select

from app.models import Execution, Resource, Secret, StepRecord
from app.services.platform import Platform

__all__ = ["PATTERNS", "Vocabulary", "vocabulary"]

PATTERNS = (
    ('Click "…"', "press a button or a link"), ('Type "…" into "…"', "fill in a field"),
    ('Clear "…"', "empty a field"), ('Choose "…" from "…"', "choose an option"), ('Check the "…" checkbox', "tick it"),
    ('Uncheck the "…" checkbox', "untick it"), ('Search for "…"', "type into the search field and send it"),
    ("Open /", "go to an address"), ("Go back", "one page back"), ("Press Enter", "press a key"),
    ('Hover over "…"', "move the mouse there"), ('Upload "…" to "…"', "choose a file"),
    ('Click "…" in the row of "…"', "one of several alike"), ('Click "…" in the section "…"', "one of several alike"),
    ('Double-click "…"', "press twice"), ('Scroll to "…"', "bring it into view"),
    ("Accept the dialog", "answer a browser dialog"), ("Dismiss the dialog", "answer a browser dialog"),
    ("Switch to the new tab", "go on in the tab that opened"), ('The page shows "…"', "check a text"),
    ('The page does not show "…"', "check that a text is absent"), ('The heading is "…"', "check the heading"),
    ('The "…" field contains "…"', "check a value"), ('The "…" button is disabled', "check a state"),
    ('The "…" checkbox is checked', "check a state"), ('The "…" table has 3 rows', "check a count"),
    ('The link "…" is visible', "check that it is there"), ("The address contains “…”", "check where one is"),
    ('The title is "…"', "check the page's title"), ("There are no errors in the console", "check the console"),
    ("Remember the … as {…}", "read a value for later"),
)  # fmt: skip
"""Ways to begin a sentence, and what each is for. `…` is where the cursor goes."""

_NAME = re.compile(r'^([a-z -]+?) "([^"]+)"')
_LATEST = 400  # step records that are looked at
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words at hand. `names` are pairs of the word for an element's kind and its name."""

    names: tuple[tuple[str, str], ...]
    secrets: tuple[str, ...]
    shared: tuple[str, ...]  # paths of shared steps, relative to the test


async def vocabulary(platform: Platform, test_id: int, path: str) -> Vocabulary:
    """Return the words for a test: names from what its last executions acted on."""
    steps = (
        select(StepRecord.detail)
        .join(Execution, Execution.id == StepRecord.execution_id)
        .where(Execution.test_id == test_id)
        .order_by(StepRecord.execution_id.desc())
        .limit(_LATEST)
    )
    async with platform.database.read() as session:
        details = (await session.scalars(steps)).all()
        secrets = (await session.scalars(select(Secret.name).order_by(Secret.name))).all()
        shared = (await session.scalars(select(Resource.path).where(Resource.path.like("%.steps.yaml")))).all()
    folder = path.rpartition("/")[0]
    return Vocabulary(
        names=tuple(_names(details)), secrets=tuple(secrets),
        shared=tuple(sorted(relpath(one, folder or ".") for one in shared)),
    )  # fmt: skip


def _names(details: Iterable[dict[str, object]]) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for detail in details:
        actions = detail.get("actions")
        for action in actions if isinstance(actions, list) else ():
            told = [action.get("described", ""), *(one.get("described", "") for one in action.get("candidates", ()))]
            for text in told:
                if match := _NAME.match(text):
                    found.setdefault((match[1], match[2]))
    return list(found)[:_MOST_NAMES]
