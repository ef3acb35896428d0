"""One step: understand the sentence, then act, check or extract; and say how it went."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aiwebtest.core.case import Step
from aiwebtest.core.errors import ActionError, AiWebTestError, BrowserUnavailable, GroundingError, Undecided
from aiwebtest.core.events import ActionRecord, Artifact, Problem, StepFinished
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Box
from aiwebtest.core.verdict import Outcome, Verdict, worst
from aiwebtest.engine.acting import act, meant_in_page, shows
from aiwebtest.engine.asking import ask, fallback_notes, may_ask
from aiwebtest.engine.checking import check
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.placing import Chosen, ManyThings, NotPlaced, needs_element, split_like
from aiwebtest.engine.rereading import is_reading, known_for, may_reread
from aiwebtest.engine.state import ExecutionState
from aiwebtest.engine.wording import read_intent
from aiwebtest.grounding.rules.checks import describe_claim
from aiwebtest.grounding.rules.sentence import Understood, understand

__all__ = ["groundings_to_keep", "run_step"]


async def run_step(state: ExecutionState, step: Step) -> StepFinished:
    """Run one step and return what came of it. BrowserUnavailable and cancellation pass through."""
    state.begin(step)
    run = _StepRun(state, step, understand(step.text, step.kind))
    began = time.monotonic()
    await run.guarded()
    await run.look_back()
    artifacts = await run.pictures()
    attempts = tuple(state.take_attempts())
    return StepFinished(
        execution=state.execution,
        step=step,
        outcome=run.outcome,
        at=datetime.now(UTC),
        duration_s=time.monotonic() - began,
        understood=run.wording(),
        actions=tuple(run.actions),
        verdicts=tuple(run.verdicts),
        readings=tuple(run.readings),
        extracted=run.extracted,
        attempts=attempts,
        artifacts=artifacts,
        problem=run.problem,
        notes=(*run.notes, *fallback_notes(attempts)),
        url=state.session.page.url,
    )


def groundings_to_keep(finished: StepFinished) -> tuple[Grounding, ...]:
    """Return where a step that passed found its elements, those of its actions first and then what its checks read.

    () when it did not pass, or when there is nothing to keep.

    The rules read an action on the page itself anew each time; what only a model could read is kept as a whole.
    """
    if finished.outcome != "passed":
        return ()
    placed = [record.grounding for record in finished.actions]
    kept = [one for one in placed if one.locator is not None or one.intent.read_by == "model"]
    return (*kept, *finished.readings)


@dataclass
class _StepRun:
    """What a step gathers while it runs."""

    state: ExecutionState
    step: Step
    understood: Understood
    outcome: Outcome = "passed"
    problem: Problem | None = None
    actions: list[ActionRecord] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    readings: list[Grounding] = field(default_factory=list)
    extracted: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    async def guarded(self) -> None:
        """Run the step and turn what was raised into its outcome."""
        try:
            await self.run()
        except BrowserUnavailable:
            raise
        except GroundingError as exc:
            self.end("skipped" if self.step.optional else "error", exc)
        except ActionError as exc:  # the element is there, and the application does not let us
            self.end("failed", exc)
        except AiWebTestError as exc:
            self.end("error", exc)

    async def look_back(self) -> None:
        """See the page once more when the step did not pass, for the explanation."""
        if self.outcome in ("failed", "error") and self.state.seen is None and not self.state.session.dialogs_open:
            with suppress(ActionError):
                await self.state.look()

    def end(self, outcome: Outcome, error: AiWebTestError) -> None:
        self.outcome = outcome
        self.problem = (
            error.problem
            if isinstance(error, NotPlaced)
            else Problem(code=error.code, what=error.what, mend=error.mend)
        )
        if outcome == "skipped":
            self.notes.append("Optional, and not there: skipped.")

    async def run(self) -> None:
        understood = self.understood
        if understood.kind == "extract":
            await self.extract()
            return
        if understood.kind == "act" or understood.intents:
            await self.act()
        if self.outcome == "passed" and (understood.kind == "check" or understood.claims):
            await self.check()

    async def act(self) -> None:
        stored = tuple(one for one in self.stored() if not is_reading(one))
        intents = self.intents(stored)
        if not intents:
            for chosen in await self.ask_for_intents():
                await self.do(chosen.intent, None, chosen)
            return
        todo, left = list(split_like(intents, len(stored))), list(stored)
        while todo:
            intent = await meant_in_page(self.state, todo.pop(0))
            self.state.followed = bool(todo) and not needs_element(todo[0])
            expected = left.pop(0) if left and (needs_element(intent) or intent.read_by == "model") else None
            try:
                await self.do(intent, expected)
            except ManyThings as many:  # no list holds all the values: each is a thing of its own
                todo[:0] = many.intents
                continue
            if intent.opens and todo and not await shows(self.state, todo[0]):
                await self.do(replace(intent, action="click", opens=False), None)
        self.mind_heals()

    async def do(self, intent: Intent, stored: Grounding | None, chosen: Chosen | None = None) -> None:
        """Do one action and keep what came of it."""
        acted = await act(self.state, intent, stored, self.deadline(), chosen)
        self.actions.append(acted.record)
        self.notes.extend(acted.notes)
        if acted.box is not None:
            self.boxes.append(acted.box)

    def stored(self) -> tuple[Grounding, ...]:
        """Return what is kept of this step: each action on an element, all that a model read, and what checks read."""
        if self.state.lock is None or self.state.settings.update_lock:
            return ()
        return self.state.lock.get(self.state.case, self.step, self.state.scope) or ()

    def intents(self, stored: tuple[Grounding, ...]) -> tuple[Intent, ...]:
        """Return what is to be done: as the rules read it, or as a model once read it."""
        if not self.understood.problem:
            return self.understood.intents
        return tuple(grounding.intent for grounding in stored)

    async def ask_for_intents(self) -> tuple[Chosen, ...]:
        """Have a model read a sentence that the rules do not understand, and choose its elements."""
        if not may_ask(self.state):
            raise self.not_understood()
        await self.state.session.ensure_unblocked()
        await self.state.session.settle(self.timeout_s)
        snapshot = await self.state.look()
        text = self.state.scope.fill(self.step.text)
        answer = await ask(self.state, "ground", text, snapshot, deadline_s=self.timeout_s)
        return tuple(
            Chosen(intent=intent, ref=ref, snapshot=snapshot, model=answer.model) for intent, ref in answer.intents
        )

    def mind_heals(self) -> None:
        """Make a heal an error in a run that does not accept any."""
        heals = [record.heal for record in self.actions if record.heal is not None]
        if heals and self.state.settings.fail_on_heal:
            self.outcome = "error"
            self.problem = Problem(
                code="healed",
                what=f"The step was healed: {heals[0].reason} Before: {heals[0].before}. Now: {heals[0].after}.",
                mend="look whether the new element is right; if so, approve the heal, or run with --update-lock "
                "and commit the lockfile.",
            )

    async def check(self) -> None:
        if self.understood.problem or not self.understood.claims:
            raise self.not_understood()
        claims = self.understood.claims
        for claim, known in zip(claims, known_for(self.state.scope, claims, self.stored()), strict=True):
            checked = await check(self.state, claim, self.deadline(), known)
            self.verdicts.append(checked.verdict)
            if checked.verdict.outcome != "passed":
                break
            if checked.reading is not None:
                self.readings.append(checked.reading)
        if len(self.readings) < sum(may_reread(self.state.scope, claim) for claim in claims):
            self.readings.clear()  # which claim each one belongs to is told by their number alone
        self.outcome = worst(*(verdict.outcome for verdict in self.verdicts))
        bad = self.verdicts[-1]
        polled = claim.kind != "semantic" and bad.decided_by == "rules"
        if bad.outcome != "passed":
            self.problem = Problem(
                code="check-failed" if bad.outcome == "failed" else "undecided",
                what=_told(bad, self.timeout_s if polled else None),
                mend=bad.mend,
            )

    async def extract(self) -> None:
        """Read values from the page into variables: by rules, else by the model."""
        try:
            if self.understood.problem or not self.understood.intents:
                raise self.not_understood()
            for intent in self.understood.intents:
                into = intent.into or self.step.into or "value"
                acted = await act(self.state, replace(intent, action="copy", into=into), None, self.deadline())
                self.actions.append(acted.record)
                self.extracted[into] = self.state.scope.variables[into]
                if acted.box is not None:
                    self.boxes.append(acted.box)
        except (GroundingError, Undecided):
            if not may_ask(self.state, "extract"):
                raise
            await self.extract_by_model()

    async def extract_by_model(self) -> None:
        await self.state.session.settle(self.timeout_s)
        snapshot, text = await self.state.look(), self.state.scope.fill(self.step.text)
        answer = await ask(self.state, "extract", text, snapshot, deadline_s=self.timeout_s)
        if answer.value is None:
            raise Undecided(
                f"The model found no value for “{self.step.text}”.", mend="name the value as the page does."
            )
        into = self.step.into or next((i.into for i in self.understood.intents if i.into), None) or "value"
        self.state.scope.set(into, answer.value)
        self.extracted[into] = answer.value

    def not_understood(self) -> Undecided:
        """Return the error of a sentence that the rules cannot read, where no model reads it."""
        clear = " or ".join(f"“{wording}”" for wording in self.understood.rewordings)
        frozen = self.state.settings.frozen
        return Undecided(
            self.understood.problem or f"The rules cannot tell what “{self.step.text}” asks for.",
            mend=(f"say {clear}, or " if clear else "say it as one action or one claim, or ")
            + (
                "run it with a model provider, not frozen."
                if frozen
                else "name a model provider for it (`--provider`)."
            ),
        )

    @property
    def timeout_s(self) -> float:
        return self.step.timeout_s or self.state.case.timeout_s or self.state.settings.timeout_s

    def deadline(self) -> Deadline:
        """Return a fresh deadline: each action and each claim of a step has the step's time."""
        return Deadline(self.timeout_s)

    def wording(self) -> str:
        """Return how the sentence was read, for people."""
        if self.understood.kind == "check":
            return "; ".join(describe_claim(claim) for claim in self.understood.claims)
        return "; ".join(read_intent(intent) for intent in self.understood.intents)

    async def pictures(self) -> tuple[Artifact, ...]:
        """Return the step's screenshots, if the run keeps any."""
        before = self.state.take_before()
        if self.outcome == "skipped":
            return ()
        boxes = () if before and self.went_elsewhere() else tuple(self.boxes)
        return before + await self.state.picture(self.outcome, boxes, acted=bool(self.actions))

    def went_elsewhere(self) -> bool:
        """Tell whether what was acted on is on another page than the one that is shown now."""
        return any("navigated" in action.effects.kinds for action in self.actions)


def _told(verdict: Verdict, waited_s: float | None) -> str:
    expected = verdict.expected or verdict.claim
    parts = [f"Expected {expected.rstrip('.')}; found {verdict.actual.rstrip('.') or 'nothing of it'}"]
    parts[0] += "." if waited_s is None else f" (waited {round(waited_s, 2):g} s: `timeout`)."
    if verdict.nearest:
        parts.append(f"Nearest: {verdict.nearest.rstrip('.')}.")
    return " ".join(parts)
