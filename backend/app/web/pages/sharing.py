"""Links to reports: made, seen with who made them and until when, revoked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.schemas.executions import ExecutionAnswer
from app.schemas.shares import ShareSummary
from app.services import shares
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["share", "show"]

_DAYS = [("1", "for a day"), ("7", "for a week"), ("30", "for 30 days"), ("90", "for 90 days")]
_MOST = 100


async def share(visit: Visit, seen: ExecutionAnswer) -> None:
    """Open the dialog that makes a link to an execution's report, and has those that work."""
    sub = "Whoever has the link sees this execution with its pictures, without a log-in, until it ends."
    with kit.dialog("Share the report", sub=sub) as dialog:

        async def make(values: kit.Values) -> None:
            days, base = int(values["days"]), visit.address
            url, ends = await shares.share(visit.platform, visit.actor, seen.id, days, base=base)
            dialog.close()
            kit.shown_once(
                "A link to the report", url, markup("span", "It works until ", kit.time_markup(ends, form="both"), ".")
            )

        with kit.form(kit.guarded(make), label="Share the report"):
            kit.choice("The link works", "days", _DAYS, "7", hint="It can be revoked before that.")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Make the link", ico="link", look="pri", kind="submit")

        async def paint() -> None:
            found, _ = await read(visit, shares.listed, execution_id=seen.id, after=None, limit=_MOST)
            if found:
                Tag("h3", "Links that work")
                _table(visit, found, region.show, of_one=True)

        region = kit.Region(paint, cls="aw-stack aw-tight")
        await region.show()


async def show(visit: Visit) -> None:
    """Show all links to reports that work."""
    with kit.card("Shared links", sub="Reports that whoever has the link sees without a log-in", body=False):

        async def paint() -> None:
            found, more = await read(visit, shares.listed, execution_id=None, after=None, limit=_MOST)
            if not found:
                with kit.empty("Nothing is shared", "Press “Share” on an execution to make a link.", ico="link"):
                    kit.link_button("To the executions", "/executions", ico="runs")
                return
            _table(visit, found, region.show, of_one=False)
            if more:
                Tag("p", f"The newest {_MOST} are shown; the API lists all.", cls="aw-foot-row")

        region = kit.Region(paint)
        await region.show()


def _table(visit: Visit, found: Sequence[ShareSummary], again: Callable[[], Awaitable[None]], *, of_one: bool) -> None:
    async def revoke(event: GenericEventArguments) -> None:
        async def agreed() -> None:
            await shares.revoke(visit.platform, visit.actor, int(event.args))
            kit.toast("The link is revoked.")
            await again()

        kit.ask("Revoke this link?", "Whoever opens it is refused at once.", yes="Revoke", on_yes=agreed)

    rows: list[list[Markup | str]] = []
    for one in found:
        made = markup("span", f"by {one.author}, ", kit.time_markup(one.created_at), cls="aw-sub")
        name = markup("a", one.name, href=f"/executions/{one.execution_id}")
        first = markup("div", made if of_one else name + made, cls="aw-name")
        label = f"Revoke the link {one.id} to {one.name}"
        end = kit.at_end(kit.pressable("revoke", one.id, "Revoke", "trash", label))
        rows.append([first, kit.time_markup(one.expires_at, form="both"), end])
    table = Raw(
        kit.table_markup(["Made" if of_one else "Report", "Until", ""], rows, label="Links that work", told=(1,))
    )
    kit.when_pressed(table, revoke, "revoke")
