"""Webhooks: who is told of what is over, and what became of telling them."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.schemas.webhooks import DeliveryAnswer, WebhookAnswer, WebhookChange, WebhookNew
from app.services import deliveries
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import checked, read
from app.web.session import Visit

__all__ = ["show"]

_MOST = 100
_LAST = 8
_EVENTS = (
    ("run.finished", "A run is over", ""),
    ("execution.finished", "An execution is over", ""),
    ("server.fault", "The server has a fault", "Its log has the whole of it. The same fault is told once an hour."),
)
_TITLES = {**{event: title for event, title, _ in _EVENTS}, "test": "A test message"}
_STATES = {"delivered": ("good", "Delivered"), "waiting": ("warn", "Tried again"), "given-up": ("bad", "Given up")}


async def show(visit: Visit) -> None:
    """Show the webhooks, each with its last deliveries."""
    found, _ = await read(visit, deliveries.listed, after=None, limit=_MOST)
    hooks = [WebhookAnswer.model_validate(one) for one in found]
    told = "A chat or a pipeline is told at its own address what is over or at fault; each message is signed"
    with kit.card("Webhooks", sub=told, body=False) as card:
        with card.head:
            if hooks:
                kit.button("New webhook", lambda: _edit(visit, None), ico="plus", look="small pri")
        if not hooks:
            with kit.empty("No webhook yet", "Let your team's chat say what failed last night.", ico="link"):
                kit.button("New webhook", lambda: _edit(visit, None), ico="plus", look="pri")
            return
        last = {one.id: await read(visit, deliveries.deliveries_of, one.id, after=None, limit=_LAST) for one in hooks}
        rows = [_row(one, [DeliveryAnswer.model_validate(each) for each in last[one.id][0]]) for one in hooks]

        async def pressed(event: GenericEventArguments) -> None:
            what, key = event.args
            await _do(visit, what, next(one for one in hooks if str(one.id) == str(key)))

        table = Raw(kit.table_markup(["Webhook", "Told of", "Last delivery", ""], rows, label="Webhooks", told=(1, 2)))
        kit.when_pressed(table, pressed, "do", "key")


def _row(one: WebhookAnswer, last: list[DeliveryAnswer]) -> list[Markup | str]:
    only = "only of what did not pass" if one.only == "not-passed" else "of what passed too"
    name = kit.named(one.url, sub=only)
    state = kit.pill_markup("idle", "Paused") if not one.enabled else None
    events = markup("div", *(markup("span", _TITLES[event]) for event in one.events), state, cls="aw-name")
    commands = [
        kit.pressable("do", "test", "Send a test", "play", f"Send a test to {one.url}", key=one.id),
        kit.pressable("do", "last", "Deliveries", "runs", f"Last deliveries to {one.url}", key=one.id),
        kit.pressable("do", "edit", "", "edit", f"Change {one.url}", key=one.id),
        kit.pressable("do", "delete", "", "trash", f"Delete {one.url}", key=one.id),
    ]
    newest = _delivery(last[0]) if last else markup("span", "nothing sent yet", cls="aw-sub")
    return [name, events, newest, kit.at_end(*commands)]


def _delivery(one: DeliveryAnswer) -> Markup:
    state, text = _STATES[one.state]
    told = markup("span", kit.time_markup(one.created_at), f" · {one.problem}" if one.problem else "", cls="aw-sub")
    return markup("div", kit.pill_markup(state, text), told, cls="aw-name")


async def _do(visit: Visit, what: str, one: WebhookAnswer) -> None:
    visit.actor.require("admin")
    if what == "edit":
        _edit(visit, one)
    elif what == "last":
        await _last(visit, one)
    elif what == "test":
        sent = await deliveries.send_test(visit.platform, visit.actor, one.id)
        told = f"It answered with status {sent.status}." if not sent.problem else sent.problem
        kit.toast(told, state="bad" if sent.problem else "good")
        kit.again()
    else:

        async def delete() -> None:
            await deliveries.delete(visit.platform, visit.actor, one.id)
            kit.toast("The webhook is deleted.")
            kit.again()

        kit.ask("Delete this webhook?", f"{one.url} is told nothing any more.", yes="Delete", on_yes=delete)


async def _last(visit: Visit, one: WebhookAnswer) -> None:
    found, more = await read(visit, deliveries.deliveries_of, one.id, after=None, limit=25)
    with kit.dialog("Last deliveries", sub=one.url, wide=True) as dialog:
        if not found:
            Tag("p", "Nothing was sent yet. Send a test, or run something.", cls="aw-sub")
        else:
            rows: list[list[Markup | str]] = [
                [
                    kit.named(_TITLES.get(each.event, each.event), sub=f"#{each.id}"),
                    _delivery(each),
                    str(each.tries),
                    str(each.status or "\N{EN DASH}"),
                ]
                for each in map(DeliveryAnswer.model_validate, found)
            ]
            headings = ["Event", "State", "Tries", "Status"]
            Raw(kit.table_markup(headings, rows, label="Last deliveries", right=(2, 3), told=(2, 3)))
        if more:
            Tag("p", "Older ones: GET /api/v1/webhooks/{id}/deliveries.", cls="aw-sub")
        with Tag("div", cls="aw-ends"):
            kit.button("Done", dialog.close, look="pri")


def _edit(visit: Visit, one: WebhookAnswer | None) -> None:
    with kit.dialog("Change the webhook" if one else "New webhook") as dialog:

        async def keep(values: kit.Values) -> None:
            visit.actor.require("admin")
            given: dict[str, object] = {
                "url": values["url"],
                "events": values.all("events"),
                "only": values["only"],
                "enabled": values.on("enabled"),
            }
            if one is not None:
                told = checked(WebhookChange, given)
                await deliveries.change(visit.platform, visit.actor, one.id, told)
                dialog.close()
                kit.toast("The webhook is saved.")
                kit.again()
                return
            _, secret = await deliveries.create(visit.platform, visit.actor, checked(WebhookNew, given))
            dialog.close()
            text = "It signs every message; keep it where they are received. It is never shown again."
            kit.shown_once("The webhook's secret", secret, text, kit.again)

        with kit.form(kit.guarded(keep), label="Webhook"):
            kit.field(
                "Address",
                "url",
                one.url if one else "",
                kind="url",
                required=True,
                focus=True,
                placeholder="https://chat.example.com/hooks/7",
                data_unkept=True,  # addresses of chats let anybody write there
            )
            with Tag("fieldset", cls="aw-lbl aw-set"):
                Tag("legend", "Tell it when")
                for event, title, hint in _EVENTS:
                    on = event in (one.events if one else ["run.finished"])
                    kit.checkbox(title, "events", value=event, on=on, hint=hint)
            options = [("all", "Everything"), ("not-passed", "Only what did not pass")]
            kit.choice("Of runs and executions", "only", options, one.only if one else "not-passed")
            kit.checkbox("Active", "enabled", on=one.enabled if one else True, hint="Nothing is sent while it is not.")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Save", ico="check", look="pri", kind="submit")
