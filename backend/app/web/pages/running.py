"""The run dialog: what to run it with, and what that may take and cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nicegui import ui

from aiwebtest.core.case import PROVIDERS
from app.schemas.runs import RunRequest
from app.services import overview, reruns, runs, suites, tests
from app.services.overview import Estimate
from app.services.project import server_project
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Tag
from app.web.pages.common import checked, read, when_meant
from app.web.session import Visit

__all__ = ["ask_for_run", "models_of", "provider_options", "request_fields", "request_of", "rerun"]

_COLOURED = ("google", "cerebras", "openrouter", "openai", "builtin")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    test_ids: Sequence[int] = ()
    suite_id: int | None = None
    defaults: RunRequest = field(default_factory=RunRequest)


async def ask_for_run(visit: Visit, *, test_ids: Sequence[int] = (), suite_id: int | None = None) -> None:
    """Open the dialog for tests, or for a suite."""
    defaults = RunRequest()
    if suite_id is not None:
        suite = await read(visit, suites.get, suite_id)
        found = await read(visit, suites.tests_of, suite)
        title, defaults = f"Run {suite.name}", RunRequest.model_validate(suite.settings)
    else:
        found = [await read(visit, tests.get, test_id) for test_id in test_ids]
        title = f"Run {found[0].name}" if len(found) == 1 else f"Run {words.count(len(found), 'test')}"
    expected = await overview.estimate(visit.platform, found)
    wanted = _Wanted(test_ids=test_ids, suite_id=suite_id, defaults=defaults)
    with kit.dialog(title, sub=_expected(expected)) as dialog:

        async def send(values: kit.Values) -> None:
            request = request_of(values)

            async def begin() -> None:
                await _begin(visit, wanted, request)
                dialog.close()

            await when_meant(visit, models_of(request), begin)

        with kit.form(kit.guarded(send), label=title):
            request_fields(defaults)
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Start", ico="play", look="pri", kind="submit")


def _expected(expected: Estimate) -> str:
    cases = words.count(expected.cases, "case")
    if not expected.known:
        return f"{cases}; time and cost are known after a first run."
    cost = words.money(expected.cost_usd) if expected.cost_usd else "nothing"
    return (
        f"{cases}; from history about {words.seconds(expected.duration_s)} one after the other, and {cost} for models."
    )


def request_fields(defaults: RunRequest) -> None:
    """Show the fields of a run request."""
    with Tag("div", cls="aw-two"):
        kit.choice(
            "Provider",
            "provider",
            provider_options(),
            defaults.provider or "",
            hint="Asked only for what plain rules cannot place.",
        )
        kit.field(
            "Base URL",
            "base_url",
            defaults.base_url or "",
            kind="url",
            placeholder="as the tests say",
            hint="The site under test: an address such as /basket is looked for there.",
        )
    kit.text_area(
        "Variables",
        "variables",
        "\n".join(f"{name}={value}" for name, value in defaults.variables.items()),
        rows=2,
        mono=True,
        hint="One NAME=value a line; they beat the tests' own.",
    )
    with Tag("details", cls="aw-fold"):
        Tag("summary", "More")
        with Tag("div", cls="aw-form"):
            kit.field(
                "Fallbacks",
                "fallbacks",
                ", ".join(defaults.fallbacks or ()),
                hint="Providers asked next, in order, with commas between.",
            )
            with Tag("div", cls="aw-two"):
                kit.field(
                    "Retries",
                    "retries",
                    _text(defaults.retries),
                    kind="number",
                    min="0",
                    max="10",
                    hint="Tries more for a case that did not pass.",
                )
                kit.field(
                    "Priority",
                    "priority",
                    _text(defaults.priority),
                    kind="number",
                    min="-100",
                    max="100",
                    hint="Higher goes first; 0 is usual.",
                )
            kit.checkbox(
                "Frozen",
                "frozen",
                on=bool(defaults.frozen),
                hint="Replay only: nothing is placed anew, no model is asked.",
            )
            kit.checkbox(
                "Fail on heal",
                "fail_on_heal",
                on=bool(defaults.fail_on_heal),
                hint="A case in which a stored place was replaced fails.",
            )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def provider_options() -> list[tuple[str, str]]:
    """Return the providers to choose from; those without a key say so."""
    settings = server_project().providers
    options = [("", "As the tests say")]
    for name in PROVIDERS:
        ready = name == "builtin" or bool(settings.key_of(name))
        options.append((name, words.provider_of(name) + ("" if ready else " (no key)")))
    return options


def provider_colour(name: str) -> str:
    """Return the colour of a provider, or of a `vendor/model`, the same on every page."""
    vendor = name.partition("/")[0]
    known = list(_COLOURED)
    return charts.COLOURS[known.index(vendor) if vendor in known else len(charts.COLOURS) - 1]


def request_of(values: kit.Values) -> RunRequest:
    """Return what was asked for. Raises Invalid that names the field."""
    given: dict[str, object] = {
        "provider": values["provider"] or None,
        "base_url": values["base_url"] or None,
        "fallbacks": [name.strip() for name in values["fallbacks"].split(",") if name.strip()] or None,
        "variables": _variables(values["variables"]),
        "retries": values["retries"] or None,
        "priority": values["priority"] or None,
        "frozen": values.on("frozen") or None,
        "fail_on_heal": values.on("fail_on_heal") or None,
    }
    return checked(RunRequest, {name: value for name, value in given.items() if value is not None})


def models_of(request: RunRequest) -> tuple[str, ...]:
    """Return who would be asked, by the names that were given."""
    return (*([request.provider] if request.provider else []), *(request.fallbacks or ()))


def _variables(text: str) -> dict[str, str]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign:
            raise kit.Unfit("variables", f"“{line[:60]}” has no equals sign", mend="write NAME=value.")
        found[name.strip()] = value.strip()
    return found


async def _begin(visit: Visit, wanted: _Wanted, request: RunRequest) -> None:
    visit.actor.require("run")
    if wanted.suite_id is not None:
        begun = [await runs.begin(visit.platform, visit.actor, request, suite_id=wanted.suite_id, trigger="ui")]
    else:
        begun = [
            await runs.begin(visit.platform, visit.actor, request, test_id=one, trigger="ui") for one in wanted.test_ids
        ]
    ui.navigate.to(f"/runs/{begun[0].id}" if len(begun) == 1 else "/executions")


async def rerun(visit: Visit, execution_id: int) -> None:
    """Run an execution's case again and go there."""
    visit.actor.require("run")
    run = await reruns.rerun(visit.platform, visit.actor, execution_id, RunRequest())
    ui.navigate.to(f"/runs/{run.id}")
