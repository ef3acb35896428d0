"""The run dialog: what to run it with, and what that may take and cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

__all__ = ["ask_for_run", "models_of", "provider_options", "request_fields", "request_of", "rerun", "texts_of"]

_OTHERS = {"timeout_s": "seconds for a step", "max_parallel": "at once at most", "alone": "the provider alone"}
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
            request = request_of(values, defaults)

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


def request_fields(stored: RunRequest) -> None:
    """Show the fields of a run request, and what else is stored of it."""
    texts = texts_of(stored)
    with Tag("div", cls="aw-two"):
        kit.choice(
            "Provider",
            "provider",
            provider_options(texts["provider"]),
            texts["provider"],
            hint="Asked only for what plain rules cannot place.",
        )
        kit.field(
            "Base URL",
            "base_url",
            texts["base_url"],
            kind="url",
            placeholder="as the tests say",
            hint="The site under test: an address such as /basket is looked for there.",
        )
    kit.text_area(
        "Variables",
        "variables",
        texts["variables"],
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
                texts["fallbacks"],
                hint="Providers asked next, in order, with commas between.",
            )
            with Tag("div", cls="aw-two"):
                kit.field(
                    "Retries",
                    "retries",
                    texts["retries"],
                    kind="number",
                    min="0",
                    max="10",
                    hint="Tries more for a case that did not pass.",
                )
                kit.field(
                    "Priority",
                    "priority",
                    texts["priority"],
                    kind="number",
                    min="-100",
                    max="100",
                    hint="Higher goes first; 0 is usual.",
                )
            kit.checkbox(
                "Frozen",
                "frozen",
                on=bool(texts["frozen"]),
                hint="Replay only: nothing is placed anew, no model is asked.",
            )
            kit.checkbox(
                "Fail on heal",
                "fail_on_heal",
                on=bool(texts["fail_on_heal"]),
                hint="A case in which a stored place was replaced fails.",
            )
    others = {name: value for name, value in stored.stored().items() if name not in texts}
    if others:
        told = ", ".join(f"{_OTHERS.get(name, name)} {words.value_of(value)}" for name, value in others.items())
        Tag("p", f"Stored by the API too, and kept: {told}.", cls="aw-sub")


def provider_options(chosen: str = "") -> list[tuple[str, str]]:
    """Return the providers to choose from, with the model that is `chosen`; those without a key say so."""
    settings = server_project().providers
    options = [("", "As the tests say")]
    for name in (*PROVIDERS, *([chosen] if "/" in chosen else [])):
        ready = name == "builtin" or bool(settings.key_of(name.partition("/")[0]))
        options.append((name, words.provider_of(name) + ("" if ready else " (no key)")))
    return options


def provider_colour(name: str) -> str:
    """Return the colour of a provider, or of a `vendor/model`, the same on every page."""
    vendor = name.partition("/")[0]
    known = list(_COLOURED)
    return charts.COLOURS[known.index(vendor) if vendor in known else len(charts.COLOURS) - 1]


def request_of(values: kit.Values, stored: RunRequest) -> RunRequest:
    """Return what was asked for: `stored`, of which the fields were filled, with what was changed in them.

    Whatever no field shows stays. Raises Invalid that names the field.
    """
    given = stored.stored()
    for name, before in texts_of(stored).items():
        if (entered := values[name]).splitlines() != before.strip().splitlines():
            given[name] = _READ.get(name, str)(entered) or None
    return checked(RunRequest, {name: value for name, value in given.items() if value is not None})


def texts_of(request: RunRequest) -> dict[str, str]:
    """Return what the fields hold of a request, by their names; a ticked box holds "on"."""
    return {
        "provider": request.provider or "",
        "base_url": request.base_url or "",
        "variables": "\n".join(f"{name}={value}" for name, value in request.variables.items()),
        "fallbacks": ", ".join(request.fallbacks or ()),
        "retries": "" if request.retries is None else str(request.retries),
        "priority": "" if request.priority is None else str(request.priority),
        "frozen": "on" if request.frozen else "",
        "fail_on_heal": "on" if request.fail_on_heal else "",
    }


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


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


_READ: dict[str, Callable[[str], object]] = {
    "variables": _variables, "fallbacks": _names, "frozen": bool, "fail_on_heal": bool
}  # fmt: skip


async def _begin(visit: Visit, wanted: _Wanted, request: RunRequest) -> None:
    visit.actor.require("run")
    platform = visit.platform
    if wanted.suite_id is not None:
        begun = [await runs.begin(platform, visit.actor, request, suite_id=wanted.suite_id, trigger="ui", whole=True)]
    else:
        begun = [await runs.begin(platform, visit.actor, request, test_id=one, trigger="ui") for one in wanted.test_ids]
    ui.navigate.to(f"/runs/{begun[0].id}" if len(begun) == 1 else "/executions")


async def rerun(visit: Visit, execution_id: int) -> None:
    """Run an execution's case again and go there."""
    visit.actor.require("run")
    run = await reruns.rerun(visit.platform, visit.actor, execution_id, RunRequest())
    ui.navigate.to(f"/runs/{run.id}")
