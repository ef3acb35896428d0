"""Explain a failure without a model: what differs from the last pass, and whose fault that looks like.

Everything here compares two recorded states; nothing is read or measured. What speaks for the application and what
speaks for the test is gathered as evidence and named with the judgement; when neither side or both have some of equal
weight, it says that it cannot tell.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from aiwebtest.core.events import ConsoleLine, FailedRequest, StepFinished
from aiwebtest.lockfile import CaseState, StepState

__all__ = ["case_state", "explain"]

T = TypeVar("T")
Side = Literal["application", "test"]

_MOST_LINES = 3  # of each kind that are quoted
_NEAR = 6  # lines before and after the target that count as near
_REDESIGNED = 0.3  # share of the lines that stayed, below which a page is another page
_ALIKE = 60  # of 100: a text this similar in the same place is the same thing renamed
_COMPLAINT = re.compile(
    r"\b(error|exception|went wrong|failed|failure|unavailable|not found|try again later|oops|forbidden|timed? ?out)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(r"\b(already (exists|taken|in use|registered|used)|duplicate|must be unique)\b", re.IGNORECASE)
_EXCEPTION = re.compile(r"\buncaught\b|\b\w*(Error|Exception)\b")
_ABSENT = re.compile(r"^nothing on the page is\b|^there is no column\b|\bis not shown\b|\bon the page but hidden$")
_LOADING = "Failed to load resource"
_NUMBER = re.compile(r"\d+")
_SERVER_FAULT = 500
_OUTWEIGHS = 2


@dataclass(frozen=True, slots=True)
class _Evidence:
    side: Side
    weight: int  # 1 a hint, 2 telling, 3 hardly to be read otherwise
    text: str  # goes on from "because"


def explain(failure: CaseState, before: CaseState | None) -> tuple[str, ...]:
    """Return sentences on what differs between a failure and the last pass of the same case, the judgement last.

    A pass at another site is told to be one, first.
    """
    number = next((i for i, step in enumerate(failure.steps) if step.outcome in ("failed", "error")), None)
    if number is None:
        return ()
    comparison = _Comparison(failure, before, number)
    sentences = list(dict.fromkeys(comparison.sentences()))
    if before is None:
        sentences.insert(0, "This case has not passed here before, so there is nothing to compare with.")
    else:
        sentences = sentences or ["Nothing that was recorded differs from the last pass."]
        if failure.site and before.site and failure.site != before.site:
            sentences.insert(
                0, f"This case has not passed at {failure.site} before; this compares with its pass at {before.site}."
            )
    return (*sentences, _judgement(comparison.evidence))


def case_state(
    steps: Iterable[StepFinished],
    lines: Mapping[int, tuple[str, ...]],
    console: Sequence[ConsoleLine] = (),
    failed_requests: Sequence[FailedRequest] = (),
) -> CaseState:
    """Return the state of an execution from its events; `lines` are the texts of the page by the step's index."""
    states = tuple(_step_state(step, lines.get(step.step.index, ())) for step in steps if step.outcome != "skipped")
    return CaseState(steps=states, console=tuple(console), failed_requests=tuple(failed_requests))


def _step_state(finished: StepFinished, lines: tuple[str, ...]) -> StepState:
    action = finished.actions[-1] if finished.actions else None
    identity = action.grounding.identity if action else None
    verdict = next((v for v in finished.verdicts if v.outcome != "passed"), None)
    problem = finished.problem
    return StepState(
        text=finished.step.text, outcome=finished.outcome, url=finished.url, lines=lines,
        target=action.described if action else "",
        target_name=identity.name if identity else "",
        effects=tuple(sorted({kind for record in finished.actions for kind in record.effects.kinds})),
        expected=verdict.expected if verdict else "", actual=verdict.actual if verdict else "",
        code=problem.code if problem else "", what=problem.what if problem else "",
        candidates=tuple(candidate.described for candidate in problem.candidates) if problem else (),
    )  # fmt: skip


class _Comparison:
    """Compares a failure with the last pass; gathers evidence while it finds the sentences."""

    def __init__(self, failure: CaseState, before: CaseState | None, number: int) -> None:
        self.failure, self.before = failure, before or CaseState()
        self.step = failure.steps[number]
        self.earlier = failure.steps[:number]
        self.was = _counterpart(failure.steps, number, self.before.steps)
        self.compared = before is not None
        self.evidence: list[_Evidence] = []

    def sentences(self) -> Iterator[str]:
        """Yield what differs, most telling first."""
        yield from self.requests()
        yield from self.console()
        yield from self.lost_effects()
        yield from self.sentence_itself()
        if self.was is not None:
            yield from self.address(self.was)
            yield from self.element(self.was)
            yield from self.texts(self.was)
        yield from self.value()

    def note(self, side: Side, weight: int, text: str) -> None:
        self.evidence.append(_Evidence(side, weight, text))

    # --- what the browser complained of -------------------------------------------------------------------------------

    def requests(self) -> Iterator[str]:
        known = {_request_key(request) for request in self.before.failed_requests}
        for request in _first(r for r in self.failure.failed_requests if _request_key(r) not in known):
            came = f"answered with status {request.status}" if request.status else f"got no answer ({request.reason})"
            own = _is_of_the_site(request.url, self.step.url)
            where = f"{request.method} {_path(request.url)}" + ("" if own else f" to {urlsplit(request.url).hostname}")
            yield f"The request {where} {came}" + (
                ", which it did not when this last passed." if self.compared else "."
            )
            fault = request.status is None or request.status >= _SERVER_FAULT
            if own:  # what others serve, such as fonts and counters, an application goes without
                self.note("application", 3 if fault else 1, f"the request {where} {came}")

    def console(self) -> Iterator[str]:
        known = {_folded(line.text) for line in self.before.console}
        known |= {_folded(line.text) for line in self.failure.console if line.text.startswith(_LOADING)}  # told above
        errors = (line for line in self.failure.console if line.level == "error" and _folded(line.text) not in known)
        for line in _first(errors):
            text = " ".join(line.text.split())[:200]
            yield f"The console has {'a new' if self.compared else 'an'} error: “{text}”."
            self.note("application", 2 if _EXCEPTION.search(text) else 1, f"the console reports “{text[:80]}”")

    def lost_effects(self) -> Iterator[str]:
        """Find an earlier step that did less than when it last passed: the failure may begin there."""
        for number, step in enumerate(self.earlier):
            was = _counterpart(self.earlier, number, self.before.steps)
            if was is None or not was.effects:
                continue
            lost = sorted(set(was.effects) - set(step.effects) - {"focus", "hover", "scroll", "storage"})
            if lost and not (set(step.effects) - {"focus", "hover", "scroll"}):
                yield f"Earlier, “{step.text}” changed nothing; when it last passed it led to: {', '.join(lost)}."
                self.note("application", 2, f"“{step.text}” no longer does anything")

    # --- the step -----------------------------------------------------------------------------------------------------

    def sentence_itself(self) -> Iterator[str]:
        if self.compared and self.was is None:
            yield f"The step “{self.step.text}” is new or was reworded since the last pass."
            self.note("test", 2, "this step is not the one that passed")
        if self.step.code == "not-grounded" and self.step.what.startswith("Several"):
            self.note("test", 1, "the sentence fits several things on the page")
        for line in self.new_lines():
            if _TAKEN.search(line):
                self.note("test", 3, f"the page says “{line}”: the test's own data is already there")

    def address(self, was: StepState) -> Iterator[str]:
        now, then = _path(self.step.url), _path(was.url)
        if self.step.url and was.url and _folded(now) != _folded(then):
            yield f"The page was at {then} when this last passed, and is at {now} now."

    def element(self, was: StepState) -> Iterator[str]:
        if self.step.covered_by:
            yield f"{self.step.covered_by} lies over {was.target or 'the element'}."
            self.note("application", 1, "something lies over the element")
        if not was.target or self.step.code not in ("not-grounded", "replay-miss"):
            return
        renamed = self.renamed(was)
        if renamed:
            yield f"“{was.target_name}” has become “{renamed}”."
            self.note("test", 2, f"“{was.target_name}” was renamed to “{renamed}”")
        elif was.target_name and self.step.lines and not _says(self.step.lines, was.target_name):
            nearest = f" The nearest thing now is {self.step.candidates[0]}." if self.step.candidates else ""
            yield f"This step last used {was.target}, which is no longer on the page.{nearest}"
        elif was.target_name and _says(self.step.lines, was.target_name):
            yield f"“{was.target_name}” is still on the page, though not as the {was.target.split(' “')[0]} it was."

    def renamed(self, was: StepState) -> str:
        """Return the text that stands where the target's name stood, if it is like it and new; "" otherwise."""
        if not was.target_name or not was.lines or not self.step.lines or _says(self.step.lines, was.target_name):
            return ""
        for tag, a, b, c, d in _changes(was.lines, self.step.lines):
            if tag != "replace":
                continue
            for i in range(a, b):
                if was.target_name.casefold() not in was.lines[i].casefold():
                    continue
                offset = min(i - a, d - c - 1)
                return (
                    self.step.lines[c + offset] if b - a == d - c else _most_alike(was.lines[i], self.step.lines[c:d])
                )
        return ""

    # --- the page's text ----------------------------------------------------------------------------------------------

    def texts(self, was: StepState) -> Iterator[str]:
        if not was.lines or not self.step.lines:
            return
        stayed = difflib.SequenceMatcher(None, was.lines, self.step.lines, autojunk=False).ratio()
        if stayed < _REDESIGNED:
            yield f"Most of the page's text is another: {stayed:.0%} of it stayed."
            if _folded(_path(self.step.url)) == _folded(_path(was.url)) and not any(
                map(_COMPLAINT.search, self.step.lines)
            ):
                self.note("test", 1, "the page looks redesigned")
        gone, new = self.gone_lines(), self.new_lines()
        for then, now in _first(_pairs(gone, new)):
            yield f"“{then}” now reads “{now}”."
        paired = {text for pair in _pairs(gone, new) for text in pair}
        for what, lines in (("Gone from", gone), ("New on", new)):
            alone = [line for line in lines if line not in paired]
            if alone and stayed >= _REDESIGNED:
                yield f"{what} the page: {_quoted(alone)}."
        for line in new:
            if _COMPLAINT.search(line) and not _TAKEN.search(line):
                self.note("application", 2, f"the page says “{line[:80]}”")
                break

    def gone_lines(self) -> list[str]:
        return self._differing(self.was.lines, self.step.lines) if self.was else []

    def new_lines(self) -> list[str]:
        return self._differing(self.step.lines, self.was.lines) if self.was and self.was.lines else []

    def _differing(self, lines: Sequence[str], others: Sequence[str]) -> list[str]:
        """Return the lines that are not among the others, those near the target first."""
        known = set(others)
        found = [(i, line) for i, line in enumerate(lines) if line not in known]
        name = (self.was.target_name if self.was else "").casefold()
        at = next((i for i, line in enumerate(lines) if name and name in line.casefold()), None)
        if at is not None:
            found.sort(key=lambda item: abs(item[0] - at) > _NEAR)
        return [line for _, line in found]

    def value(self) -> Iterator[str]:
        step = self.step
        if step.outcome != "failed":
            return
        if step.expected and step.actual and self.was is not None:
            yield f"The check saw “{step.expected}” when it last passed, and sees “{step.actual}” now."
        if step.actual and _ABSENT.search(step.actual):
            self.note("application", 1 if self.was is None else 2, f"what is checked is not there: {step.actual}")
        elif step.actual:
            self.note("application", 2, f"“{step.actual}” was found where “{step.expected}” was expected")
        elif step.code in ("action-failed", "no-effect"):
            self.note("application", 1, "the element is there and does not do what it did")
        elif self.was is not None:
            self.note("application", 1, "what the check looks for was there when it last passed")


def _judgement(evidence: Sequence[_Evidence]) -> str:
    """Return whose fault it looks like, with the strongest evidence for it."""
    weight = {side: max((e.weight for e in evidence if e.side == side), default=0) for side in ("application", "test")}
    total = {side: sum(e.weight for e in evidence if e.side == side) for side in ("application", "test")}
    ahead = weight["application"] - weight["test"] or total["application"] - total["test"]
    if not evidence:
        return "Whether the application or the test is at fault cannot be told from what was recorded."
    if ahead == 0 or (max(weight.values()) < _OUTWEIGHS and min(weight.values()) > 0):
        sides = "; ".join(e.text for e in evidence[:_MOST_LINES])
        return f"It cannot be told whether the application or the test is at fault: {sides}."
    side: Side = "application" if ahead > 0 else "test"
    telling = sorted((e for e in evidence if e.side == side), key=lambda e: -e.weight)
    reasons = "; ".join(dict.fromkeys(e.text for e in telling[:_MOST_LINES]))
    return f"This looks like the {side}{'' if weight[side] >= _OUTWEIGHS else ', though not surely'}: {reasons}."


def _counterpart(steps: Sequence[StepState], number: int, others: Sequence[StepState]) -> StepState | None:
    """Return the same sentence, the same time it occurs, among other steps."""
    text = steps[number].text
    turn = sum(step.text == text for step in steps[:number])
    alike = [step for step in others if step.text == text]
    return alike[turn] if turn < len(alike) else None


def _changes(then: Sequence[str], now: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, then, now, autojunk=False).get_opcodes()


def _pairs(gone: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Return lines that are the same line with something in it changed, such as a number."""
    left = list(new)
    pairs = []
    for line in gone:
        alike = _most_alike(line, left)
        if alike:
            left.remove(alike)
            pairs.append((line, alike))
    return pairs


def _most_alike(line: str, others: Sequence[str]) -> str:
    best = max(others, key=lambda other: fuzz.ratio(line, other), default="")
    return best if best and fuzz.ratio(line, best) >= _ALIKE else ""


def _says(lines: Sequence[str], text: str) -> bool:
    return any(_folded(text) in _folded(line) for line in lines)


def _folded(text: str) -> str:
    return _NUMBER.sub("#", text).casefold()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"#{parts.fragment}" if parts.fragment.startswith("/") else "")


def _is_of_the_site(url: str, page: str) -> bool:
    """Tell whether an address belongs to the application of a page: the same host, or one of the same domain."""
    host, other = urlsplit(url).hostname or "", urlsplit(page).hostname or ""
    if not host or not other or host == other:
        return True
    named = not other.rpartition(".")[2].isdigit() and "." in other
    return named and host.split(".")[-2:] == other.split(".")[-2:]


def _request_key(request: FailedRequest) -> tuple[str, str, int | None]:
    return request.method, _folded(_path(request.url)), request.status


def _first(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))[:_MOST_LINES]


def _quoted(lines: Sequence[str]) -> str:
    shown = ", ".join(f"“{line[:100]}”" for line in lines[:_MOST_LINES])
    more = len(lines) - _MOST_LINES
    return shown + (f" and {more} more" if more > 0 else "")
