"""Your own name, password and log-ins."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.services import access
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit) -> None:
    """Show the account of who looks."""

    async def rename(values: kit.Values) -> None:
        await access.change_profile(visit.platform, visit.actor, name=values["name"], preferences=None)
        kit.toast("Your name is saved.")

    async def change(values: kit.Values) -> None:
        await access.change_password(visit.platform, visit.actor, values.exactly("old"), values.exactly("new"))
        kit.toast("Your password is changed; every other log-in of yours has ended.")

    async def end(event: GenericEventArguments) -> None:
        await access.end_log_ins(visit.platform, visit.actor, int(event.args) if event.args else None)
        kit.toast("Ended.")
        kit.again()

    with Tag("div", cls="aw-g11"):
        with kit.card("You", sub=f"{visit.actor.email} · {visit.actor.role}"):
            with kit.form(kit.guarded(rename), label="Your name"):
                kit.field("Name", "name", visit.actor.name, fill="name", required=True)
                with Tag("div", cls="aw-acts"):
                    kit.button("Save name", kind="submit", look="pri")
        with kit.card("Password"):
            with kit.form(kit.guarded(change), label="Change the password"):
                kit.field("Password now", "old", kind="password", fill="current-password", required=True)
                kit.field(
                    "New password",
                    "new",
                    kind="password",
                    fill="new-password",
                    required=True,
                    hint="At least 10 characters.",
                    minlength="10",
                )
                with Tag("div", cls="aw-acts"):
                    kit.button("Change password", kind="submit", look="pri")
    found = await access.log_ins(visit.platform, visit.actor)
    with kit.card("Where you are logged in", body=False):
        rows: list[list[Markup | str]] = []
        for one in found:
            here = one.id == visit.actor.log_in_id
            command = (
                kit.pill_markup("good", "Here")
                if here
                else kit.at_end(kit.pressable("end", one.id, "End", "out", f"End the log-in from {one.address}"))
            )
            rows.append(
                [
                    kit.named(_browser(one.agent), sub=one.address),
                    kit.time_markup(one.created_at),
                    command,
                ]
            )
        table = Raw(kit.table_markup(["Browser", "Since", ""], rows, label="Log-ins"))
        kit.when_pressed(table, end, "end")


def _browser(agent: str) -> str:
    return next(
        (name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in agent), agent[:40] or "unknown"
    ).replace("Edg", "Edge")
