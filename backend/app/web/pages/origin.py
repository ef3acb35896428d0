"""Who asked for a run: a person, a token, the clock."""

from __future__ import annotations

from markupsafe import Markup

from app.core.errors import NotFound
from app.schemas.runs import RunSummary
from app.services import schedules
from app.web.kit.elements import markup
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["origin"]


async def origin(visit: Visit, run: RunSummary) -> list[Markup | str]:
    """Return who asked for a run, and the schedule that it belongs to, as the end of a line about it."""
    by = f" · by {run.author or 'the server'}"
    if run.schedule_id is None:
        return [by]
    try:
        name = (await read(visit, schedules.get, run.schedule_id)).name
    except NotFound:
        return [by, " · of a schedule that is deleted"]
    of = markup("a", f"“{name}”", cls="aw-link", href="/schedules")
    return [*([] if run.author == f"schedule {run.schedule_id}" else [by]), " · schedule ", of]
