"""The chain: providers in order, asked until one gives a valid answer. The one place where anything is retried."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredAnswer, StructuredRequest
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.budget import Budget
from aiwebtest.providers.categories import FACTS, Category
from aiwebtest.providers.guard import Failed, Form, Given, ask
from aiwebtest.providers.limits import Limits
from aiwebtest.providers.schema import rewrite, schema_hash
from aiwebtest.providers.vendor import Vendor

__all__ = ["Chain", "Link", "Order"]

_RETRIES = 2  # of one provider, for faults that pass by themselves
_BACKOFF_S = 0.25  # doubled each time, with a random part
_AGAIN = 0.5  # of a request's time, for what is asked once more
_PACE_S = 120.0  # that a question may wait for its turn: as it is asked twice, of part of the page and of all of it
_NEXT_FORM: dict[Form, Form] = {"schema": "object", "object": "prompt"}
_DEGRADES: frozenset[Category] = frozenset({"bad_request", "unsuited"})
_REPAIRS: frozenset[Category] = frozenset({"prose", "off_schema"})


@dataclass(slots=True, kw_only=True)
class Link:
    """One provider of a chain, with what all workers of the process share about it."""

    vendor: Vendor
    breaker: Breaker
    limits: Limits
    forms: dict[str, Form] = field(default_factory=dict)  # by schema hash: what the vendor was found to take


@dataclass(slots=True)
class _Try:
    """One question's way through the chain."""

    request: StructuredRequest
    ends_at: float
    attempts: list[Attempt] = field(default_factory=list)
    slept_s: float = 0.0
    routing: str = ""

    @property
    def left_s(self) -> float:
        return max(0.0, self.ends_at - time.monotonic())

    def note(self, attempt: Attempt) -> None:
        before = {(one.provider, one.model_asked) for one in self.attempts}
        fallback = bool(before - {(attempt.provider, attempt.model_asked)})
        self.attempts.append(replace(attempt, slept_s=self.slept_s, routing=self.routing, fallback=fallback))
        self.slept_s, self.routing = 0.0, ""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.slept_s += seconds

    def waited_turn(self, seconds: float) -> None:
        """Note a wait for our own limits, which is not taken off the providers' time."""
        self.slept_s += seconds
        self.ends_at += seconds


Order = Callable[[StructuredRequest, Sequence[Link]], tuple[Sequence[Link], str]]
"""Puts the links of a chain into the order in which one question asks them, and says why."""


class Chain:
    """Asks its providers in order. A `Generator` of the core's kind."""

    def __init__(
        self,
        links: Sequence[Link],
        budget: Budget,
        *,
        timeout_s: float,
        on_attempt: Callable[[Attempt], None] = lambda _: None,
        order: Order | None = None,
    ) -> None:
        """`order` is asked before each question which of the links goes first; None leaves them as they stand."""
        if not links:
            raise ValueError("a chain needs a provider")
        self._links, self._budget, self._timeout_s, self._on_attempt = tuple(links), budget, timeout_s, on_attempt
        self._order = order
        self.name = links[0].vendor.label
        self.time_s = timeout_s * (len(links) + _AGAIN) + sum(_PACE_S for link in links if link.limits.paced)

    @property
    def links(self) -> tuple[Link, ...]:
        """Return the providers, in the order in which they are asked."""
        return self._links

    async def generate(self, request: StructuredRequest) -> StructuredAnswer:
        """Return the first valid answer, with every attempt. Raises ProviderUnavailable when there is none in time."""
        way = _Try(request, time.monotonic() + min(request.deadline_s, self._timeout_s * len(self._links) * 2))
        links: Sequence[Link] = self._links
        if self._order is not None:
            links, way.routing = self._order(request, self._links)
        for position, link in enumerate(links):
            others = [other for other in links[position + 1 :] if other.breaker.healthy()]
            given = await self._from(link, way, last=not others)
            if given is not None:
                return StructuredAnswer(data=given.data, text=given.text, attempts=tuple(way.attempts))
        raise _unavailable(way.attempts)

    async def _from(self, link: Link, way: _Try, *, last: bool) -> Given | None:
        """Return an answer of one provider, retried as its failures allow; None when it has none to give."""
        if (refused := await self._refused(link, way, last=last)) is not None:
            self._note(way, link, refused)
            return None
        try:
            return await self._tried(link, way, last=last)
        finally:
            link.breaker.abandoned()  # a probe that came to nothing must not keep others from asking

    async def _tried(self, link: Link, way: _Try, *, last: bool) -> Given | None:
        form, retries, repair = self._form(link, way.request), 0, None
        while way.left_s > 0:
            try:
                given = await self._once(link, way, form, repair)
                if given is None:
                    return None
            except Failed as failed:
                self._record(way, failed.attempt)
                if failed.category in _DEGRADES and form in _NEXT_FORM:
                    form = _NEXT_FORM[form]
                    continue
                if failed.category in _REPAIRS and repair is None:
                    repair = failed
                    continue
                wait_s = _wait_s(failed, retries)
                if not last or wait_s is None or retries >= _RETRIES or wait_s > way.left_s:
                    link.breaker.failed(failed.category, failed.attempt.retry_after_s)
                    return None
                retries += 1
                await way.sleep(wait_s)
                continue
            link.breaker.succeeded()
            link.forms[schema_hash(way.request.schema)] = form
            self._record(way, given.attempt)
            return given
        return None

    async def _once(self, link: Link, way: _Try, form: Form, repair: Failed | None) -> Given | None:
        """Ask once, in the key's turn; None when the money was spent meanwhile."""
        async with link.limits.slot() as waited_s:
            way.waited_turn(waited_s)
            if self._budget.refusal(way.request.execution) is not None:
                self._note(way, link, "budget")
                return None
            timeout_s = min(self._timeout_s, way.left_s)
            return await ask(link.vendor, way.request, form=form, timeout_s=timeout_s, repair=repair)

    async def _refused(self, link: Link, way: _Try, *, last: bool) -> Category | None:
        """Return why a provider is not asked at all. A rate limit is waited out where there is nobody else to ask."""
        if self._budget.refusal(way.request.execution) is not None:
            return "budget"
        if way.request.images and not link.vendor.vision:
            return "unsuited"
        if link.breaker.admit():
            return None
        if last and link.breaker.reason == "rate_limit" and link.breaker.rest_s <= way.left_s:
            await way.sleep(link.breaker.rest_s)
            return None if link.breaker.admit() else "breaker_open"
        return "breaker_open"

    def _form(self, link: Link, request: StructuredRequest) -> Form:
        known = link.forms.get(schema_hash(request.schema))
        if known is not None:
            return known
        return "schema" if rewrite(request.schema, link.vendor.dialect).fits else "object"

    def _record(self, way: _Try, attempt: Attempt) -> None:
        way.note(attempt)
        self._budget.spend(way.request.execution, attempt.cost_usd)
        self._on_attempt(way.attempts[-1])

    def _note(self, way: _Try, link: Link, category: Category) -> None:
        """Record a provider that was passed over: no request was made, so it cost nothing."""
        request = way.request
        attempt = Attempt(
            provider=link.vendor.name,
            model_asked=link.vendor.model_name,
            purpose=request.purpose,
            outcome=category,
            cost_usd=0.0,
            cost_source="provider",
            schema_hash=schema_hash(request.schema),
            execution=request.execution,
            step=request.step,
        )
        way.note(attempt)
        self._on_attempt(way.attempts[-1])


def _wait_s(failed: Failed, retries: int) -> float | None:
    """Return how long to wait before the same provider is asked again; None when it is not to be."""
    facts = FACTS[failed.category]
    if not facts.retry:
        return None
    if failed.attempt.retry_after_s is not None:
        return failed.attempt.retry_after_s
    backoff_s: float = _BACKOFF_S * 2**retries * random.uniform(0.5, 1.5)
    return backoff_s


def _unavailable(attempts: Sequence[Attempt]) -> ProviderUnavailable:
    last_by_provider = {f"{a.provider}/{a.model_asked}": a for a in attempts}
    told = "; ".join(f"{name}: {_told(attempt)}" for name, attempt in last_by_provider.items())
    mends = dict.fromkeys(FACTS[a.outcome].advice for a in last_by_provider.values() if a.outcome in FACTS)
    return ProviderUnavailable(
        f"No provider gave an answer ({told or 'the time was up'}).",
        mend=" ".join(mends) or "give the step a longer `timeout`.",
        attempts=tuple(attempts),
    )


def _told(attempt: Attempt) -> str:
    word = attempt.outcome.replace("_", " ")
    return f"{word} (status {attempt.status})" if attempt.status not in (None, 200) else word
