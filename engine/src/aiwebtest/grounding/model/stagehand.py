"""Grounding by a model through Stagehand: it observes and extracts, Playwright acts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from playwright.async_api import Page
from pydantic import BaseModel, Field

from aiwebtest.core.errors import AiWebTestError, GroundingError, ProviderUnavailable, Undecided
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import Generator
from aiwebtest.core.intent import Intent
from aiwebtest.core.model import ModelAnswer, ModelQuestion
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.grounding.model.answers import intent_of, missing_evidence, on_page
from aiwebtest.grounding.model.attaching import BROKEN, Attached, Attachments
from aiwebtest.grounding.model.callback import Question

__all__ = ["Choose", "Resolve", "StagehandModel"]

Resolve = Callable[[Page, str, Snapshot], Awaitable[int | None]]
"""Turns a selector that Stagehand observed into a ref of the snapshot, or None when it is not there."""
Choose = Callable[[str | None], Generator]
"""Gives the chain for a provider that a question names; None is the run's own."""
Purposes = Literal["ground", "check", "extract"]

_LOOK_AGAIN_S = 0.05
_ALL_OR_NONE = frozenset("no none not never all every each any only without nothing nobody n't".split())


class _Judgement(BaseModel):
    """What a model says of a claim."""

    verdict: Literal["holds", "does_not_hold", "cannot_tell"] = Field(description="whether the claim holds on the page")
    reason: str = Field(description="one sentence")
    evidence: list[str] = Field(description="the exact texts of the page that decide it, copied letter by letter")


class _Value(BaseModel):
    """What a model read from the page."""

    found: bool = Field(description="whether the page shows the value")
    value: str = Field(description="the value, copied letter by letter; empty when it is not there")


_Said = TypeVar("_Said", _Judgement, _Value)


class StagehandModel:
    """Asks a chain of providers about pages, through one Stagehand a browser, attached on the first question."""

    def __init__(self, choose: Choose, *, name: str, alone: Choose | None = None, resolve: Resolve) -> None:
        """Take the chains from `choose`; those of a consensus from `alone`, where nobody may stand in for another."""
        self.name = name
        self._choose, self._alone, self._resolve = choose, alone or choose, resolve
        self._attachments = Attachments()

    async def ground(self, question: ModelQuestion) -> ModelAnswer:
        """Return the element and action that the model chose; raise GroundingError when it finds none."""
        asked = self._question(question, self._choose(question.provider), "ground")
        with _attempts_told(asked):
            result = await self._ask(question, asked, "observe")
            intents = [await self._intent(question, action) for action in result.data]
            if not intents:
                raise GroundingError(
                    f"The model {asked.model} finds nothing on the page for “{question.text}”.",
                    mend="name the element as the page does, or check that this is the right page.",
                )
            if len(intents) > 1 and question.intent is not None:
                raise GroundingError(
                    f"The model {asked.model} finds {len(intents)} elements for “{question.text}”.",
                    mend="say which one: by its row, section or position.",
                )
        return ModelAnswer(intents=tuple(intents), attempts=tuple(asked.attempts), model=asked.model)

    async def judge(self, question: ModelQuestion) -> ModelAnswer:
        """Return the verdict; evidence that is not on the page, or none, makes it an error, as disagreement does."""
        if not question.consensus:
            return await self._judge(question, self._choose(question.provider))
        answers = await asyncio.gather(
            *(self._judge(question, self._alone(provider)) for provider in question.consensus), return_exceptions=True
        )
        return _agreed(question, answers)

    async def _judge(self, question: ModelQuestion, generator: Generator) -> ModelAnswer:
        asked = self._question(question, generator, "check")
        asked.whole = bool(_ALL_OR_NONE & set(question.text.lower().replace("n't", " n't").split()))
        with _attempts_told(asked):
            judged = await self._read(question, asked, _Judgement, lambda said: said.verdict == "holds")
        verdict = _verdict(question, judged, asked.model)
        return ModelAnswer(verdict=verdict, attempts=tuple(asked.attempts), model=asked.model)

    async def extract(self, question: ModelQuestion) -> ModelAnswer:
        """Return the value that the model read; one that is not on the page is refused."""
        asked = self._question(question, self._choose(question.provider), "extract")
        with _attempts_told(asked):
            said = await self._read(question, asked, _Value, lambda said: said.found)
            value = said.value.strip()
            if not said.found or not value:
                raise Undecided(
                    f"The model {asked.model} finds no value for “{question.text}”.", mend="name it as the page does."
                )
            if missing_evidence([value], question.snapshot, question.mask):
                raise Undecided(
                    f"The model {asked.model} gave “{value}” for “{question.text}”, and that is not on the page.",
                    mend="name the value as the page does, or try another provider.",
                )
        return ModelAnswer(value=value, attempts=tuple(asked.attempts), model=asked.model)

    async def _read(
        self, question: ModelQuestion, asked: Question, schema: type[_Said], enough: Callable[[_Said], bool]
    ) -> _Said:
        """Ask with part of the page, and with all of it when that part was not enough."""
        said: _Said = (await self._ask(question, asked, "extract", schema)).data
        if not enough(said) and asked.pruned:
            asked.whole = True
            said = (await self._ask(question, asked, "extract", schema)).data
        return said

    async def attach(self, cdp_url: str, within_s: float = 60.0) -> None:
        """Attach to a browser now, not on the first question. Raises ProviderUnavailable if that cannot be done."""
        await self._attachments.get(cdp_url, within_s)

    async def close(self) -> None:
        """Let go of every browser."""
        await self._attachments.close()

    def _question(self, question: ModelQuestion, generator: Generator, purpose: Purposes) -> Question:
        return Question(
            generator=generator, purpose=purpose, execution=question.execution, step=question.step.index,
            sentence=question.text, deadline_s=max(question.deadline_s, generator.time_s),
            hints=tuple(question.mask(_name(question.snapshot, one.ref)) for one in question.candidates),
            mask=question.mask,
        )  # fmt: skip

    async def _ask(
        self, question: ModelQuestion, asked: Question, how: Literal["observe", "extract"], *schema: Any
    ) -> Any:
        """Call Stagehand on the page; a failure of ours comes back whole, not as the text that passed the browser."""
        attached = await self._attachments.get(question.cdp_url, asked.deadline_s + 5)
        try:
            page = await _same_page(attached, question.page, asked.deadline_s)
            attached.callback.open(asked)
            call = getattr(attached.stagehand, how)
            return await asyncio.wait_for(call(asked.instruction, *schema, page=page), asked.deadline_s + 5)
        except (*BROKEN, TimeoutError) as exc:
            raise _failure(asked, exc) from exc
        finally:
            attached.callback.close(asked)

    async def _intent(self, question: ModelQuestion, action: Any) -> tuple[Intent, int]:
        ref = await self._resolve(question.page, action.selector, question.snapshot)  # type: ignore[arg-type]
        if ref is None:
            raise GroundingError(
                f"The element that the model chose for “{question.text}” ({action.description}) is gone.",
                mend="run again; if it happens each time, wait for the page to be ready in a step before.",
            )
        # The sentence says what to do, where it was understood; the model then only says where.
        intent = question.intent or intent_of(action.method, tuple(action.arguments or ()), question.text)
        if question.intent is None and question.snapshot.nodes[ref].tag in ("html", "body"):
            intent = on_page(intent)
        return intent, _acted_on(question.snapshot, ref, intent)


async def _same_page(attached: Attached, page: Any, within_s: float) -> Any:
    """Return Stagehand's page for Playwright's: both know the browser's target id."""
    session = await page.context.new_cdp_session(page)
    try:
        info = await session.send("Target.getTargetInfo")
    finally:
        await session.detach()
    target = info["targetInfo"]["targetId"]
    until = time.monotonic() + within_s
    while True:  # Stagehand hears of a new tab a little later than Playwright does
        pages = await attached.stagehand.browser.context.pages()
        found = next((seen for seen in pages if seen.page_id == target), None)
        if found is not None:
            return found
        if time.monotonic() >= until:
            raise ProviderUnavailable("Stagehand does not see the page.", mend="run again; report it if it stays.")
        await asyncio.sleep(_LOOK_AGAIN_S)


@contextmanager
def _attempts_told(asked: Question) -> Iterator[None]:
    """Put the attempts of a question on whatever it comes to, so that none is lost from the records."""
    try:
        yield
    except AiWebTestError as exc:
        exc.attempts = tuple(asked.attempts)
        raise


def _name(snapshot: Snapshot, ref: int) -> str:
    return snapshot.nodes[ref].name or snapshot.text_of(snapshot.nodes[ref])


def _acted_on(snapshot: Snapshot, ref: int, intent: Intent) -> int:
    """Return the element to act on: choosing an option is done on the list that holds it."""
    node = snapshot.nodes[ref]
    if intent.action in ("select", "deselect") and node.tag in ("option", "optgroup"):
        return next((above.ref for above in snapshot.ancestors(node) if above.tag == "select"), ref)
    return ref


def _failure(asked: Question, exc: BaseException) -> AiWebTestError:
    if asked.failure is not None:
        return asked.failure
    if isinstance(exc, TimeoutError):
        return ProviderUnavailable(
            f"No answer from a model within {asked.deadline_s:.0f} s.", mend="give the step a longer `timeout`.",
            attempts=tuple(asked.attempts),
        )  # fmt: skip
    if asked.model:
        return ProviderUnavailable(
            f"Stagehand could not use the answer of {asked.model}.",
            mend="say the step more plainly, or try another provider.", attempts=tuple(asked.attempts),
        )  # fmt: skip
    return ProviderUnavailable(
        "Stagehand could not read the page.", mend="run again; report it if it stays.", attempts=tuple(asked.attempts)
    )


def _agreed(question: ModelQuestion, answers: Sequence[ModelAnswer | BaseException]) -> ModelAnswer:
    """Return the verdict that all providers share; one that did not answer, or another verdict, makes it an error."""
    attempts: list[Attempt] = []
    told: list[str] = []
    verdicts: list[Verdict] = []
    for provider, answer in zip(question.consensus, answers, strict=True):
        if isinstance(answer, AiWebTestError):
            attempts += [a for a in answer.attempts if isinstance(a, Attempt)]
            told.append(f"{provider}: no answer ({answer.what.rstrip('.')})")
        elif isinstance(answer, BaseException):
            raise answer
        else:
            assert answer.verdict is not None
            attempts += answer.attempts
            verdicts.append(answer.verdict)
            told.append(f"{answer.model}: {_WORDS[answer.verdict.outcome]} ({answer.verdict.actual.rstrip('.')})")
    deciders = ", ".join(question.consensus)
    outcomes = {verdict.outcome for verdict in verdicts}
    evidence = tuple(dict.fromkeys(quote for verdict in verdicts for quote in verdict.evidence))
    actual, agreed = "; ".join(told), len(verdicts) == len(question.consensus) and len(outcomes) == 1
    verdict = Verdict(
        outcome=outcomes.pop() if agreed else "error", claim=question.text, expected=question.text, actual=actual,
        evidence=evidence, decided_by=deciders,
        mend="" if agreed else "look at the page: the providers do not agree; say the claim in words that stand on it.",
    )  # fmt: skip
    return ModelAnswer(verdict=verdict, attempts=tuple(attempts), model=deciders)


_WORDS = {"passed": "it holds", "failed": "it does not hold", "error": "it cannot be told", "skipped": "not asked"}


def _verdict(question: ModelQuestion, judged: _Judgement, model: str) -> Verdict:
    common = {"claim": question.text, "decided_by": model, "evidence": tuple(judged.evidence)}
    missing = missing_evidence(judged.evidence, question.snapshot, question.mask)
    if judged.verdict == "holds" and judged.evidence and not missing:
        return Verdict(outcome="passed", actual=judged.reason, **common)  # type: ignore[arg-type]
    if judged.verdict == "does_not_hold" and not missing:
        return Verdict(outcome="failed", expected=question.text, actual=judged.reason, **common)  # type: ignore[arg-type]
    if missing:
        actual = f"the model quotes “{missing[0]}”, and that is not on the page"
    elif judged.verdict == "holds":
        actual = "the model says that it holds, and quotes nothing from the page"
    else:
        actual = judged.reason or "the model cannot tell"
    return Verdict(
        outcome="error",
        actual=actual,
        mend="say what the page must show, in words that stand on it.",
        **common,  # type: ignore[arg-type]
    )
