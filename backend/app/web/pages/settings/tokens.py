"""Tokens, for machines."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.core.clock import now
from app.core.errors import Invalid
from app.services import tokens
from app.services.access import ACTIONS, Action
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.session import Visit

__all__ = ["show"]

_MEANINGS = {
    "read": "look at everything",
    "run": "run and stop",
    "write": "change tests and suites",
    "admin": "rule over access",
}


async def show(visit: Visit) -> None:
    """Show the tokens, an owner those of everybody."""
    found = await tokens.list_tokens(visit.platform, visit.actor, everybodys=visit.rules)

    async def revoke(event: GenericEventArguments) -> None:
        async def agreed() -> None:
            await tokens.revoke(visit.platform, visit.actor, int(event.args))
            kit.toast("The token is revoked.")
            kit.again()

        kit.ask("Revoke this token?", "What uses it is refused at once.", yes="Revoke", on_yes=agreed)

    with kit.card("Tokens", sub="For machines, CI above all: Authorization: Bearer ...", body=False) as card:
        with card.head:
            kit.button("New token", lambda: _new_token(visit), ico="plus", look="small pri")
        if not found:
            with kit.empty("No token yet", "A token lets a pipeline run tests without anybody's password.", ico="key"):
                pass
            return
        rows: list[list[Markup | str]] = [
            [
                kit.named(token.name, sub=f"{token.start}\N{HORIZONTAL ELLIPSIS} · {email}"),
                kit.tags_markup(token.scopes),
                kit.time_markup(token.last_used_at, never="never used"),
                kit.time_markup(token.expires_at, form="date", never="no end"),
                kit.at_end(kit.pressable("revoke", token.id, "Revoke", "trash", f"Revoke the token {token.name}")),
            ]
            for token, email in found
        ]
        table = Raw(kit.table_markup(["Token", "Scopes", "Last used", "Until", ""], rows, label="Tokens", told=(2, 3)))
        kit.when_pressed(table, revoke, "revoke")


def _new_token(visit: Visit) -> None:
    with kit.dialog("New token") as dialog:

        async def make(values: kit.Values) -> None:
            scopes: list[Action] = [each for each in ACTIONS if values.on(f"scope-{each}")]
            if not values["name"] or not scopes:
                raise Invalid("A token needs a name and a scope.", mend="fill in both.")
            ends = now() + timedelta(days=int(values["days"])) if values["days"] else None
            _, text = await tokens.create(
                visit.platform, visit.actor, name=values["name"], scopes=scopes, expires_at=ends
            )
            dialog.close()
            kit.shown_once("Your new token", text, "Keep it now: it is never shown again.", kit.again)

        with kit.form(kit.guarded(make), label="New token"):
            kit.field("Name", "name", required=True, focus=True, placeholder="CI of the shop")
            with Tag("fieldset", cls="aw-lbl aw-set"):
                Tag("legend", "It may")
                for each in ACTIONS:
                    if visit.actor.may(each):
                        kit.checkbox(
                            f"{each.capitalize()}: {_MEANINGS[each]}", f"scope-{each}", on=each in {"read", "run"}
                        )
            kit.choice(
                "Ends", "days", [("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"), ("", "never")], "90"
            )
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Make the token", look="pri", kind="submit")
