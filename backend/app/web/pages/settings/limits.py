"""What the server keeps to: budgets for models, how long executions are kept, where tests may go."""

from __future__ import annotations

from app.schemas.settings import BudgetAnswer, SettingsAnswer, SettingsChange
from app.services import budgets, settings
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import budget_markup, checked
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit) -> None:
    """Show budgets, retention and origins, and take others."""
    held = await settings.current(visit.platform)
    spent = await budgets.status(visit.platform)
    with Tag("div", cls="aw-g11"):
        _budgets(visit, held, spent)
        _retention(visit, held)
    _origins(visit, held)
    if held.updated_at:
        Raw(
            kit.markup(
                "p", f"Last changed by {held.updated_by}, ", kit.time_markup(held.updated_at), cls="aw-sub aw-under"
            )
        )


async def _keep(visit: Visit, held: SettingsAnswer, told: str, **values: object) -> None:
    """Set what a form gives. A field that shows what the environment says, and was left so, stays the environment's."""
    visit.actor.require("admin")
    given = checked(SettingsChange, values).model_dump(exclude_unset=True)
    given = {name: one for name, one in given.items() if name in held.changed or one != getattr(held, name)}
    await settings.change(visit.platform, visit.actor, SettingsChange(**given))
    kit.toast(told)
    kit.again()


def _budgets(visit: Visit, held: SettingsAnswer, spent: BudgetAnswer) -> None:
    async def keep(values: kit.Values) -> None:
        await _keep(
            visit,
            held,
            "The budgets are saved. Executions that begin from now on keep to them.",
            budget_usd_per_execution=values["budget_usd_per_execution"] or None,
            budget_usd_per_day=values["budget_usd_per_day"] or None,
        )

    with kit.card("Budgets for models", sub="Checked before every request, fallbacks included; in US dollars"):
        Raw(budget_markup(spent))
        with kit.form(kit.guarded(keep), label="Budgets for models"):
            with Tag("div", cls="aw-two"):
                kit.field(
                    "One execution",
                    "budget_usd_per_execution",
                    _plain(held.budget_usd_per_execution),
                    kind="number",
                    hint="Empty: as the environment says, else no limit.",
                    placeholder="no limit",
                    min="0",
                    step="any",
                )
                kit.field(
                    "One day",
                    "budget_usd_per_day",
                    _plain(held.budget_usd_per_day),
                    kind="number",
                    hint="All executions together; a day begins at midnight UTC.",
                    placeholder="no limit",
                    min="0",
                    step="any",
                )
            with Tag("div", cls="aw-acts"):
                kit.button("Save budgets", look="pri", kind="submit")


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _retention(visit: Visit, held: SettingsAnswer) -> None:
    own = "retention_days" in held.changed

    async def keep(values: kit.Values) -> None:
        days = values["retention_days"]
        told = f"Executions are kept for {words.count(int(days), 'day')}." if days.isdigit() else "Saved."
        await _keep(visit, held, told, retention_days=days or None)

    async def send(values: kit.Values) -> None:
        days = values["retention_days"]
        if days.isdigit() and int(days) < held.retention_days:
            kit.ask(
                f"Keep executions for {words.count(int(days), 'day')} only?",
                "Older executions, with their pictures, are deleted for good within the hour. Costs stay known.",
                yes="Keep them shorter",
                on_yes=lambda: keep(values),
            )
        else:
            await keep(values)

    async def keep_decisions(values: kit.Values) -> None:
        told = "Saved. Older decisions are deleted within the hour."
        await _keep(visit, held, told, decision_days=values["decision_days"] or None)

    with kit.card("Retention", sub="Older executions and their files are deleted; what models cost stays known"):
        with kit.form(kit.guarded(send), label="Retention"):
            hint = f"The environment says {visit.platform.settings.retention_days}; empty goes back to that."
            value = str(held.retention_days)
            kit.field("Days", "retention_days", value, kind="number", hint=hint if own else "", min="1", max="36500")
            with Tag("div", cls="aw-acts"):
                kit.button("Save retention", look="pri", kind="submit")
        with kit.form(kit.guarded(keep_decisions), label="Retention of decisions"):
            hint = f"The environment says {visit.platform.settings.decision_days}; empty goes back to that."
            changed = "decision_days" in held.changed
            kit.field("Days that recorded decisions are kept", "decision_days", str(held.decision_days), kind="number",
                      hint=hint if changed else "They hold texts of your pages.", min="1", max="36500")  # fmt: skip
            with Tag("div", cls="aw-acts"):
                kit.button("Save days", kind="submit")


def _origins(visit: Visit, held: SettingsAnswer) -> None:
    mine = {name: getattr(held, name) if name in held.changed else [] for name in ("allow_origins", "deny_origins")}
    fixed = visit.platform.settings

    async def keep(values: kit.Values) -> None:
        lists = {name: list(dict.fromkeys(values[name].split())) or None for name in mine}
        await _keep(visit, held, "The origins are saved. Runs that begin from now on keep to them.", **lists)

    with kit.card("Where tests may go", sub="One origin a line; * stands for anything: https://*.example.com"):
        with kit.form(kit.guarded(keep), label="Where tests may go"):
            with Tag("div", cls="aw-two"):
                kit.text_area(
                    "Allowed origins",
                    "allow_origins",
                    "\n".join(mine["allow_origins"]),
                    mono=True,
                    placeholder="every origin that is not denied",
                    hint=_beside("The environment allows", fixed.allow_origins, "this list can only narrow that."),
                )
                denied = [origin for origin in mine["deny_origins"] if origin not in fixed.deny_origins]
                kit.text_area(
                    "Denied origins",
                    "deny_origins",
                    "\n".join(denied),
                    mono=True,
                    hint=_beside("The environment denies", fixed.deny_origins, "that stays so.")
                    or "Addresses of cloud metadata are denied in any case.",
                )
            with Tag("div", cls="aw-acts"):
                kit.button("Save origins", look="pri", kind="submit")


def _beside(what: str, origins: tuple[str, ...], more: str) -> str:
    return f"{what} {', '.join(origins)}; {more}" if origins else ""
