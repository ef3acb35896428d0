"""Which providers are set up, where their keys are looked for, how many executions each may have, and a doctor."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from aiwebtest.core.case import PROVIDERS
from app.schemas.providers import DoctorAnswer, ProviderAnswer
from app.services import limits, providers
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.session import Visit

__all__ = ["show"]

_STATES = {"ok": "good", "good": "good", "warning": "warn", "note": "note"}


async def show(visit: Visit) -> None:
    """Show the providers of models as the server is set up."""
    known = await providers.listed(visit.platform)
    held = await limits.all_limits(visit.platform)
    titles = {one.name: one.title for one in known}
    default = next((one.title for one in known if one.default), "")
    told = f"{default} is asked what rules and replay cannot place." if default else _NOBODY
    kit.note(told, state="note").style("margin-bottom: 14px")

    async def pressed(event: GenericEventArguments) -> None:
        what, name = event.args
        if what == "limit":
            _limit(visit, name, titles.get(name) or words.provider_of(name), held.get(name))
        else:
            await _examine(visit, next(each for each in known if each.name == name))

    with kit.card("Providers", sub="Keys and models are set where the server runs, and never shown", body=False):
        rows = [_row(one, held.get(one.name)) for one in known]
        rows += [_held(name, held[name]) for name in sorted(held.keys() - titles.keys())]
        table = Raw(
            kit.table_markup(["Provider", "Set up", "Key", "At once", ""], rows, label="Providers", told=(2, 3))
        )
        kit.when_pressed(table, pressed, "do", "key")


_NOBODY = (
    "No provider is named: rules and replay place every sentence, at no cost. To ask a model for the rest, set "
    "MODEL_PROVIDER and its key where the server runs, and start it again, or choose a provider in the run dialog. "
    "To try it without a key: `aiwebtest emulator` prints settings of providers that it "
    "emulates, for the file `.env` where the server runs."
)


def _row(one: ProviderAnswer, limit: int | None) -> list[Markup | str]:
    name = kit.named(one.title, sub=one.model)
    roles = [role for role, on in (("default", one.default), ("fallback", one.fallback)) if on]
    state = kit.pill_markup("good" if one.configured else "idle", "Set up" if one.configured else "No key")
    told = markup("div", state, kit.tags_markup(roles) if roles else None, cls="aw-name")
    key = markup("span", "own address" if one.own_address and not one.key_variable else one.key_variable, cls="aw-mono")
    look = kit.pressable("do", "look", "Examine", "check", f"Examine {one.title}", key=one.name)
    most = str(limit) if limit is not None else "no limit"
    return [name, told, key, most, kit.at_end(_to_limit(one.name, one.title), look if one.configured else "")]


def _held(name: str, limit: int) -> list[Markup | str]:
    """Return the row of a limit that is no whole vendor's: of a model, or stored under a name that is no provider."""
    vendor, _, model = name.partition("/")
    sub = "one model" if model and vendor in PROVIDERS else ""
    state = "" if vendor in PROVIDERS else kit.pill_markup("warn", "No such provider")
    title = words.provider_of(name)
    return [kit.named(title, sub=sub), state, "", str(limit), kit.at_end(_to_limit(name, title))]


def _to_limit(name: str, title: str) -> Markup:
    return kit.pressable("do", "limit", "Limit", "target", f"Limit executions with {title}", key=name)


def _limit(visit: Visit, name: str, title: str, limit: int | None) -> None:
    with kit.dialog(f"Limit {title}", sub="How many executions may run with it at the same time") as dialog:

        async def keep(values: kit.Values) -> None:
            visit.actor.require("admin")
            text = values["max_parallel"]
            if text and not (text.isdigit() and 1 <= int(text) <= 1000):
                raise kit.Unfit(
                    "max_parallel", "that is no number from 1 to 1000", mend="write one, or leave it empty."
                )
            await limits.put(visit.platform, visit.actor, name, int(text) if text else None)
            dialog.close()
            kit.toast(f"{title}: {text or 'no limit'}.")
            kit.again()

        with kit.form(kit.guarded(keep), label=f"Limit {title}"):
            value = "" if limit is None else str(limit)
            kit.field("At once", "max_parallel", value, kind="number", placeholder="no limit", min="1", max="1000")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Save", look="pri", kind="submit")


async def _examine(visit: Visit, one: ProviderAnswer) -> None:
    visit.actor.require("run")
    kit.toast(f"{one.title} is being asked; that takes some seconds.", state="note")
    [report] = await providers.examined(visit.platform, [one.name], live=True)
    _found(one, report)


def _found(one: ProviderAnswer, report: DoctorAnswer) -> None:
    cost = words.money(report.cost_usd)
    sub = f"{report.model} · {words.count(report.requests, 'request')} · {cost}"
    with kit.dialog(f"{one.title} {'is well' if report.well else 'needs somebody'}", sub=sub, wide=True) as dialog:
        for finding in report.findings:
            kit.note(
                finding.told,
                finding.mend,
                state=_STATES.get(finding.state, "bad"),
                title=finding.what[:1].upper() + finding.what[1:],
            )
        with Tag("div", cls="aw-ends"):
            kit.button("Done", dialog.close, look="pri")
