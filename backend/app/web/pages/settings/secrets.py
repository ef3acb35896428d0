"""Secrets that tests name."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.core.errors import Invalid
from app.services import secrets
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit) -> None:
    """Show the names of the secrets, and take new values."""
    found = await secrets.list_secrets(visit.platform)

    async def remove(event: GenericEventArguments) -> None:
        name = str(event.args)

        async def agreed() -> None:
            await secrets.remove(visit.platform, visit.actor, name)
            kit.toast(f"{name} is deleted.")
            kit.again()

        kit.ask(f"Delete {name}?", "Tests that name it cannot run any more.", yes="Delete", on_yes=agreed)

    async def keep(values: kit.Values) -> None:
        if not values["name"].replace("_", "a").replace("-", "a").replace(".", "a").isalnum():
            raise Invalid(
                "The name has other characters than letters, digits, `_`, `.` and `-`.",
                mend="write it like SHOP_PASSWORD.",
                field="name",
            )
        await secrets.store(visit.platform, visit.actor, values["name"], values.exactly("value"))
        kit.toast(f"{values['name']} is stored, encrypted.")
        kit.again()

    with Tag("div", cls="aw-g2"):
        with kit.card(
            "Secrets", sub="Tests name them in braces: {SHOP_PASSWORD}. Nobody can read them back.", body=False
        ):
            if not found:
                with kit.empty("No secret yet", "Passwords belong here, not into tests.", ico="lock"):
                    pass
            else:
                rows: list[list[Markup | str]] = [
                    [
                        markup("span", secret.name, cls="aw-mono"),
                        secret.updated_by,
                        kit.time_markup(secret.updated_at),
                        _delete(secret.name),
                    ]
                    for secret in found
                ]
                table = Raw(kit.table_markup(["Name", "Set by", "When", ""], rows, label="Secrets"))
                kit.when_pressed(table, remove, "name")
        with kit.card("Set a secret", sub="A name that exists gets the new value"):
            with kit.form(kit.guarded(keep), label="Set a secret"):
                kit.field("Name", "name", required=True, mono=True, placeholder="SHOP_PASSWORD")
                kit.field("Value", "value", kind="password", fill="new-password", required=True)
                with Tag("div", cls="aw-acts"):
                    kit.button("Store", ico="lock", look="pri", kind="submit")


def _delete(name: str) -> Markup:
    return kit.at_end(kit.pressable("name", name, "Delete", "trash", f"Delete the secret {name}"))
