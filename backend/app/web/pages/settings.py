"""Settings: one's own account and tokens; for owners secrets, people and what the server was started with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.core.clock import now
from app.core.errors import Invalid
from app.services import access, secrets, tokens, users
from app.services.access import ACTIONS, ROLES, Action, Role
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.session import Visit

__all__ = ["show"]

_MEANINGS = {
    "read": "look at everything",
    "run": "run and stop",
    "write": "change tests and suites",
    "admin": "rule over access",
}


async def show(visit: Visit, part: str = "account") -> None:
    """Show one part of the settings."""
    parts = {
        "account": _account,
        "tokens": _tokens,
        **({"secrets": _secrets, "people": _people, "server": _server} if visit.rules else {}),
    }
    wanted = part if part in parts else "account"
    with kit.top("Settings", sub="Yours, and the server's"):
        places = [(name.capitalize(), "/settings" if name == "account" else f"/settings?part={name}") for name in parts]
        kit.segments(
            places, "/settings" if wanted == "account" else f"/settings?part={wanted}", label="Parts of the settings"
        )
    await parts[wanted](visit)


# --- account ---------------------------------------------------------------------------------------------------------


async def _account(visit: Visit) -> None:
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
                else _pressable("end", one.id, "End", "out", f"End the log-in from {one.address}")
            )
            rows.append(
                [
                    markup(
                        "div",
                        markup("b", _browser(one.agent)),
                        markup("span", one.address, cls="aw-sub"),
                        cls="aw-name",
                    ),
                    kit.time_markup(one.created_at),
                    command,
                ]
            )
        Raw(kit.table_markup(["Browser", "Since", ""], rows, label="Log-ins")).on(
            "click", kit.guarded(end), js_handler="(event) => awPressed(event, emit, 'end')"
        )


def _browser(agent: str) -> str:
    return next(
        (name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in agent), agent[:40] or "unknown"
    ).replace("Edg", "Edge")


def _pressable(name: str, value: object, text: str, ico: str, label: str) -> Markup:
    return markup(
        "div",
        markup(
            "button",
            kit.icon_markup(ico),
            markup("span", text),
            cls="aw-btn aw-small",
            type="button",
            aria_label=label,
            **{f"data_{name}": value},
        ),
        cls="aw-end",
    )


# --- tokens ----------------------------------------------------------------------------------------------------------


async def _tokens(visit: Visit) -> None:
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
                markup(
                    "div",
                    markup("b", token.name),
                    markup("span", f"{token.start}\N{HORIZONTAL ELLIPSIS} · {email}", cls="aw-sub"),
                    cls="aw-name",
                ),
                kit.tags_markup(token.scopes),
                kit.time_markup(token.last_used_at, never="never used"),
                kit.time_markup(token.expires_at, form="date", never="no end"),
                _pressable("revoke", token.id, "Revoke", "trash", f"Revoke the token {token.name}"),
            ]
            for token, email in found
        ]
        Raw(kit.table_markup(["Token", "Scopes", "Last used", "Until", ""], rows, label="Tokens", told=(2, 3))).on(
            "click", kit.guarded(revoke), js_handler="(event) => awPressed(event, emit, 'revoke')"
        )


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
            _shown_once("Your new token", text, "Keep it now: it is never shown again.", kit.again)

        with kit.form(kit.guarded(make), label="New token"):
            kit.field("Name", "name", required=True, focus=True, placeholder="CI of the shop")
            with Tag("fieldset", cls="aw-lbl", style="border:0;padding:0;margin:0"):
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
                kit.button("Make it", look="pri", kind="submit")


def _shown_once(title: str, text: str, told: str, done: Any) -> None:
    with kit.dialog(title, sub=told) as dialog:
        Tag("pre", text, cls="aw-code aw-wrap", tabindex="0", aria_label=title)
        with Tag("div", cls="aw-ends"):

            def copy() -> None:
                ui.clipboard.write(text)
                kit.toast("Copied.")

            def finished() -> None:
                dialog.close()
                done()

            kit.button("Copy", copy, ico="copy")
            kit.button("Done", finished, look="pri")


# --- secrets ---------------------------------------------------------------------------------------------------------


async def _secrets(visit: Visit) -> None:
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
                        _pressable("name", secret.name, "Delete", "trash", f"Delete the secret {secret.name}"),
                    ]
                    for secret in found
                ]
                Raw(kit.table_markup(["Name", "Set by", "When", ""], rows, label="Secrets")).on(
                    "click", kit.guarded(remove), js_handler="(event) => awPressed(event, emit, 'name')"
                )
        with kit.card("Set a secret", sub="A name that exists gets the new value"):
            with kit.form(kit.guarded(keep), label="Set a secret"):
                kit.field("Name", "name", required=True, mono=True, placeholder="SHOP_PASSWORD")
                kit.field("Value", "value", kind="password", fill="new-password", required=True)
                with Tag("div", cls="aw-acts"):
                    kit.button("Store", ico="lock", look="pri", kind="submit")


# --- people ----------------------------------------------------------------------------------------------------------


async def _people(visit: Visit) -> None:
    found = await users.list_users(visit.platform)

    async def pressed(event: GenericEventArguments) -> None:
        await _about(visit, next(one for one in found if str(one.id) == str(event.args)))

    with Tag("div", cls="aw-g2"):
        with kit.card("People", body=False):
            rows: list[list[Markup | str]] = [
                [
                    markup(
                        "div",
                        markup("b", one.name or one.email),
                        markup("span", one.email, cls="aw-sub"),
                        cls="aw-name",
                    ),
                    one.role.capitalize() if one.active else kit.pill_markup("warn", "Not active"),
                    kit.time_markup(one.last_seen_at, never="never seen"),
                    _pressable("user", one.id, "Change", "edit", f"Change {one.email}"),
                ]
                for one in found
            ]
            Raw(kit.table_markup(["Who", "Role", "Last seen", ""], rows, label="People", told=(1, 2))).on(
                "click", kit.guarded(pressed), js_handler="(event) => awPressed(event, emit, 'user')"
            )
        with kit.card("Invite somebody", sub="They get a link that works once, within a week"):

            async def invite(values: kit.Values) -> None:
                link = await users.invite(
                    visit.platform, visit.actor, email=values["email"], role=_role(values["role"])
                )
                _shown_once("Send them this link", link, "It works once, within seven days.", kit.again)

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
            _shown_once(
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


# --- server ----------------------------------------------------------------------------------------------------------


async def _server(visit: Visit) -> None:
    settings = visit.platform.settings
    told = [
        ("Database", "PostgreSQL" if settings.on_postgresql else "SQLite in the data folder"),
        ("Artifacts", settings.artifacts_url or "files in the data folder"),
        ("Kept for", f"{settings.retention_days} days"),
        ("Worker", f"{settings.worker}, {settings.concurrency} at the same time"),
        ("Address", settings.public_url or f"http://{settings.host}:{settings.port}"),
        ("Tests may visit", ", ".join(settings.allow_origins) or "every origin that is not denied"),
        ("and not", ", ".join(settings.deny_origins) or "link-local and metadata addresses"),
        ("A log-in lasts", f"{settings.session_hours:g} hours"),
    ]
    status = await visit.platform.queue.status()
    with Tag("div", cls="aw-g11"):
        with kit.card("This server", sub="Set where it is started; see docs/server.md"):
            Raw(kit.facts(told))
        with kit.card("Queue and workers"):
            Raw(
                kit.facts(
                    [
                        ("Queued", str(status.queued)),
                        ("Running", str(status.running)),
                        ("Workers", str(len(status.workers))),
                    ]
                )
            )
