"""One execution: live while it runs, in full once it is over. The address is the same."""

from __future__ import annotations

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.schemas.executions import PICTURES, ExecutionAnswer, StepAnswer
from app.schemas.runs import RunSummary
from app.services import executions, runs
from app.services.events import OVER
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages import live
from app.web.pages.common import number, read
from app.web.pages.compare import choose_other
from app.web.pages.origin import origin
from app.web.pages.running import rerun
from app.web.pages.sharing import share
from app.web.pages.step import attempts_markup, picture_of, pictures, step_markup, steps_markup
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit, execution: str) -> None:
    """Show an execution."""
    execution_id = number(execution, "execution")
    seen = await read(visit, executions.detail, execution_id)
    said, page = kit.spoken(), Tag("div")
    with page:
        if seen.state not in OVER:

            async def over() -> None:
                done = await read(visit, executions.detail, execution_id)
                page.clear()
                with page:
                    await _in_full(visit, done)
                said.say(_outcome(done))

            await live.show(visit, seen, over)
        else:
            await _in_full(visit, seen)


def _outcome(seen: ExecutionAnswer) -> str:
    """Return how an execution ended, in a sentence."""
    state = words.title_of(words.state_of(seen.state, seen.outcome))
    why = str((seen.problem or {}).get("what", ""))
    return f"{seen.name}: {state}. {why or f'{seen.steps_done} of {seen.steps_total} steps done.'}"


async def _in_full(visit: Visit, seen: ExecutionAnswer) -> None:
    state = "flaky" if seen.flaky else words.state_of(seen.state, seen.outcome)
    by = f" · stopped by {seen.stopped_by}" if seen.stopped_by else ""
    row = f" · {seen.row}" if seen.row else ""
    told = f"Execution #{seen.id}{row} · {words.provider_of(seen.provider)} · version {seen.test_version}{by}"
    run = RunSummary.model_validate(await read(visit, runs.get, seen.run_id))
    sub = markup("span", told, *await origin(visit, run))
    back = [("Executions", "/executions"), (f"Run #{seen.run_id}", f"/runs/{seen.run_id}")]
    with kit.top(seen.name, sub=sub, back=back):
        kit.pill(state)
        await _commands(visit, seen)
    with Tag("div", cls="aw-stack"):
        _problem(seen)
        _explanation(seen)
        _numbers(seen)
        with Tag("div", cls="aw-run aw-look"):
            with Tag("div", cls="aw-lcol"):
                chosen = _Chosen(visit, seen)
                await chosen.detail.show()
                _console(seen)
                _left_behind(seen)
            with kit.card("Steps", body=False):
                chosen.list = Raw(steps_markup(seen.steps, chosen.index))
                kit.when_pressed(chosen.list, chosen.press, "step")


class _Chosen:
    """The step that is shown in full: at first the one that did not pass, else the last."""

    def __init__(self, visit: Visit, seen: ExecutionAnswer) -> None:
        self.seen = seen
        bad = [step.index for step in seen.steps if step.outcome in {"failed", "error"}]
        self.index: int | None = bad[0] if bad else seen.steps[-1].index if seen.steps else None
        self.list: Raw
        self.said = kit.spoken()
        self.detail = kit.Region(self._paint)

    async def press(self, event: GenericEventArguments) -> None:
        self.index = int(event.args)
        self.list.show(steps_markup(self.seen.steps, self.index))
        self.list.update()
        await self.detail.show()
        step = next(one for one in self.seen.steps if one.index == self.index)
        self.said.say(f"{step.text}: {words.title_of(step.outcome)}. It is told in full under its heading.")
        ui.run_javascript(f"awInView('{self.detail.box.html_id}')")

    async def _paint(self) -> None:
        seen = self.seen
        step = next((one for one in seen.steps if one.index == self.index), None)
        if step is None:
            with Tag("section", cls="aw-card", aria_label="Step"):
                with kit.empty("No step was carried out", "The execution ended before its first step.", ico="info"):
                    pass
            return
        with Tag("section", cls="aw-card", aria_label="Step"):
            with Tag("header"):
                with Tag("div"):
                    Tag("h2", step.text)
                    Tag(
                        "p",
                        f"Step {_place(seen, step)} of {len(seen.steps)} · {words.seconds(step.duration_s)}",
                        cls="aw-sub",
                    )
                kit.pill(step.outcome)
            files = [file for file in seen.artifacts if file.step == step.index]
            attempts = [one for one in seen.attempts if one.step == step.index]
            said = str((seen.problem or {}).get("what") or "")
            Raw(step_markup(step, files, attempts, seen.id, said=said))


def _place(seen: ExecutionAnswer, step: StepAnswer) -> int:
    return [one.index for one in seen.steps].index(step.index) + 1


async def _commands(visit: Visit, seen: ExecutionAnswer) -> None:
    if seen.test_id:
        kit.button("Compare", kit.guarded(lambda: choose_other(visit, seen)), ico="compare")
    kit.link_button("Report", f"/report/{seen.id}", ico="printer", label="Report, to print or keep", tab=True)
    if visit.edits:
        kit.button("Share", kit.guarded(lambda: share(visit, seen)), ico="link")
    trace = next((file for file in seen.artifacts if file.kind == "playwright-trace"), None)
    if trace:
        kit.link_button("Trace", picture_of(trace, seen.id), ico="download", download=True)
    if seen.test_id:
        kit.link_button("Test", f"/tests/{seen.test_id}", ico="edit")
    if visit.edits:

        async def delete() -> None:
            await executions.delete_execution(visit.platform, visit.actor, seen.id)
            ui.navigate.to("/executions")
            kit.toast("The execution and its files are deleted.")

        text = "Its steps, pictures and figures are gone for good."
        kit.button(
            "",
            lambda: kit.ask("Delete this execution?", text, yes="Delete", on_yes=delete),
            ico="trash",
            label="Delete this execution",
        )
    if visit.runs and seen.test_id:
        kit.button("Run again", kit.guarded(lambda: rerun(visit, seen.id)), ico="play", look="pri")


def _problem(seen: ExecutionAnswer) -> None:
    """Say what went wrong, in which step; the step itself has the rest."""
    if not seen.problem:
        return
    bad = next((step for step in seen.steps if step.outcome in {"failed", "error"}), None)
    place = f"Step {_place(seen, bad)}, “{bad.text}”: {words.title_of(bad.outcome).lower()}" if bad else ""
    what, mend = str(seen.problem.get("what") or ""), str(seen.problem.get("mend") or "")
    kit.note(what, mend, state="bad" if seen.outcome == "failed" else "warn", title=place)


def _explanation(seen: ExecutionAnswer) -> None:
    told = seen.summary.get("explanation") or []
    if told:
        items = markup("ul", *(markup("li", line) for line in told))
        Raw(
            markup(
                "div",
                kit.icon_markup("info"),
                markup("div", markup("b", "What this looks like"), items),
                cls="aw-note",
            )
        )


def _numbers(seen: ExecutionAnswer) -> None:
    tokens = seen.input_tokens + seen.output_tokens
    told = [
        ("Duration", words.seconds(seen.duration_s)),
        ("Steps passed", f"{sum(step.outcome == 'passed' for step in seen.steps)} of {seen.steps_total}"),
        (
            "Cost of models",
            words.money(seen.cost_usd, unknown=seen.cost_unknown) if seen.model_attempts else "nothing asked",
        ),
        ("Tokens", words.amount(tokens) if seen.model_attempts else "\N{EN DASH}"),
    ]
    with Tag("section", cls="aw-card", aria_label="Figures"):
        Raw(
            markup(
                "dl",
                *(markup("div", markup("dt", name), markup("dd", value)) for name, value in told),
                cls="aw-stats",
                style="border-top:0",
            )
        )


def _console(seen: ExecutionAnswer) -> None:
    lines, requests = seen.summary.get("console") or [], seen.summary.get("failed_requests") or []
    if not lines and not requests:
        return
    with kit.card("Console and network", sub="What the page itself complained of"):
        told = [
            markup(
                "div",
                markup("span", line.get("level", "")),
                markup("b", "console"),
                markup("span", line.get("text", "")),
                cls="aw-ln",
                data_s=line.get("level"),
            )
            for line in lines
        ]
        told += [
            markup(
                "div",
                markup("span", str(one.get("status") or "\N{EN DASH}")),
                markup("b", one.get("method", "")),
                markup("span", one.get("url", ""), f" {one['reason']}" if one.get("reason") else ""),
                cls="aw-ln",
                data_s="error",
            )
            for one in requests
        ]
        Raw(markup("div", *told))


def _left_behind(seen: ExecutionAnswer) -> None:
    """Show what belongs to no single step: pictures of the end, requests to models, files."""
    loose = [file for file in seen.artifacts if file.step is None and file.kind != "playwright-trace"]
    if shots := pictures(loose, seen.id):
        with kit.card("At the end"):
            Raw(shots)
    files = [file for file in seen.artifacts if file.kind not in PICTURES]
    if files:
        with kit.card("Files", body=False):
            rows = [
                kit.entry_markup(
                    file.name,
                    picture_of(file, seen.id),
                    sub=f"{file.kind.replace('-', ' ')} · {words.amount(file.size_bytes / 1000)} kB",
                    download=True,
                )
                for file in files
            ]
            Raw(kit.list_markup(rows))
    loose_attempts = [one for one in seen.attempts if one.step is None]
    if loose_attempts:
        with kit.card("Further requests to models", body=False):
            Raw(attempts_markup(loose_attempts))
