"""People: who may do what, invitations, new passwords."""

from __future__ import annotations

from typing import Any, get_args

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.core.errors import Invalid
from app.services import users
from app.services.access import ROLES, Role
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit) -> None:
    """Show everybody who has an account."""
    found = await users.list_users(visit.platform)

    async def pressed(event: GenericEventArguments) -> None:
        await _about(visit, next(one for one in found if str(one.id) == str(event.args)))

    with Tag("div", cls="aw-g2"):
        with kit.card("People", body=False):
            rows: list[list[Markup | str]] = [
                [
                    kit.named(one.name or one.email, sub=one.email),
                    one.role.capitalize() if one.active else kit.pill_markup("warn", "Not active"),
                    kit.time_markup(one.last_seen_at, never="never seen"),
                    kit.at_end(kit.pressable("user", one.id, "Change", "edit", f"Change {one.email}")),
                ]
                for one in found
            ]
            table = Raw(kit.table_markup(["Who", "Role", "Last seen", ""], rows, label="People", told=(1, 2)))
            kit.when_pressed(table, pressed, "user")
        with kit.card("Invite somebody", sub="They get a link that works once, within a week"):

            async def invite(values: kit.Values) -> None:
                link = await users.invite(
                    visit.platform, visit.actor, email=values["email"], role=_role(values["role"])
                )
                kit.shown_once("Send them this link", link, "It works once, within seven days.", kit.again)

            with kit.form(kit.guarded(invite), label="Invite somebody"):
                kit.field("E-mail address", "email", kind="email", required=True)
                kit.choice("Role", "role", _ROLES, "editor")
                with Tag("div", cls="aw-acts"):
                    kit.button("Make the link", ico="user", look="pri", kind="submit")


_ROLES = (("viewer", "Viewer: looks"), ("editor", "Editor: writes and runs"), ("owner", "Owner: everything"))


def _role(text: str) -> Role:
    role = next((each for each in get_args(Role) if each == text), None)
    if role is None:
        raise Invalid(f"There is no role {text!r}.", mend=f"one of {', '.join(ROLES)}.")
    return role  # type: ignore[no-any-return]


async def _about(visit: Visit, one: Any) -> None:
    with kit.dialog(one.name or one.email, sub=one.email) as dialog:

        async def keep(values: kit.Values) -> None:
            await users.change(
                visit.platform, visit.actor, one.id, role=_role(values["role"]), active=values.on("active")
            )
            dialog.close()
            kit.toast(f"{one.email} is changed.")
            kit.again()

        async def link() -> None:
            text = await users.password_link(visit.platform, visit.actor, one.id)
            kit.shown_once(
                "Send them this link", text, "They set a new password with it, once, within a day.", lambda: None
            )

        async def remove() -> None:
            await users.remove(visit.platform, visit.actor, one.id)
            dialog.close()
            kit.toast(f"{one.email} is deleted.")
            kit.again()

        with kit.form(kit.guarded(keep), label=f"Change {one.email}"):
            kit.choice("Role", "role", _ROLES, one.role)
            kit.checkbox("Active", "active", on=one.active, hint="Who is not active is logged out at once.")
            with Tag("div", cls="aw-ends"):
                ask = "What they wrote stays, with their name on it."
                kit.button(
                    "Delete",
                    lambda: kit.ask(f"Delete {one.email}?", ask, yes="Delete", on_yes=remove),
                    ico="trash",
                    look="bad",
                )
                kit.button("New password link", kit.guarded(link), ico="key")
                kit.button("Save", look="pri", kind="submit")
