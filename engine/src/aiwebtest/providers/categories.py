"""The kinds of failure of a request to a provider, each with what follows from it and what a person can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FACTS", "Category", "CategoryFacts"]

Category = Literal[
    "ok",
    "auth",
    "forbidden",
    "payment",
    "quota",
    "rate_limit",
    "not_found",
    "bad_request",
    "too_large",
    "context",
    "timeout",
    "connection",
    "server",
    "overloaded",
    "malformed",
    "truncated",
    "filtered",
    "empty",
    "prose",
    "off_schema",
    "breaker_open",
    "budget",
    "unsuited",
    "unknown",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """What a failure means, what follows from it, and what a person can do.

    `retry`: the same provider may be asked again at once or after a short wait. `rest_s`: how long the provider is left
    alone when it did not say. `trips`: counts towards opening the breaker even when one failure alone does not.
    """

    meaning: str
    advice: str
    retry: bool = False
    rest_s: float = 0.0
    trips: bool = True


_HOUR_S = 3600.0

FACTS: dict[Category, CategoryFacts] = {
    "auth": CategoryFacts(
        meaning="The provider does not accept the API key (401, or 403 about the key; Google tells it with 400).",
        advice="check the API key; `aiwebtest doctor --live` tells which.",
        rest_s=_HOUR_S,
    ),
    "forbidden": CategoryFacts(
        meaning="The account may not use the model, from here or at all (403).",
        advice="this account may not use the model; choose another one.",
        rest_s=_HOUR_S,
    ),
    "payment": CategoryFacts(
        meaning="The account has no credit left (402).",
        advice="add credit at the provider, or name another one.",
        rest_s=_HOUR_S,
    ),
    "quota": CategoryFacts(
        meaning="The allowance of the day or month is used up, which a short wait does not mend (429).",
        advice="the allowance is used up; wait for its reset, or name a fallback.",
        rest_s=600.0,
    ),
    "rate_limit": CategoryFacts(
        meaning="Too many requests or tokens in too short a time (429).",
        advice="lower MODEL_REQUESTS_PER_MINUTE or --workers, or name a fallback.",
        retry=True,
        rest_s=5.0,
    ),
    "not_found": CategoryFacts(
        meaning="There is no such model, or no such address (404).",
        advice="the model is unknown there; `aiwebtest doctor --live` names some that it has.",
        rest_s=_HOUR_S,
    ),
    "bad_request": CategoryFacts(
        meaning="A field or value of the request is refused (400, 422), mostly the schema of the answer.",
        advice="the request was refused; try another model.",
        trips=False,
    ),
    "too_large": CategoryFacts(
        meaning="The body of the request is too large (413).",
        advice="the page is too large for it; name a model with a larger context.",
        trips=False,
    ),
    "context": CategoryFacts(
        meaning="The request has more tokens than the model takes.",
        advice="the page is too large for it; name a model with a larger context.",
        trips=False,
    ),
    "timeout": CategoryFacts(
        meaning="No whole answer came in time (408, or MODEL_TIMEOUT_S was over).",
        advice="raise MODEL_TIMEOUT_S, or name a faster provider.",
        retry=True,
    ),
    "connection": CategoryFacts(
        meaning="The connection was refused, reset or cut, or the name is unknown.",
        advice="check the network and the base URL.",
        retry=True,
    ),
    "server": CategoryFacts(
        meaning="The provider, or one behind it, has a fault (500, 502, 504).",
        advice="the provider has a fault; try again, or name a fallback.",
        retry=True,
    ),
    "overloaded": CategoryFacts(
        meaning="The provider has too much to do (503, 529).",
        advice="the provider is overloaded; try again, or name a fallback.",
        retry=True,
    ),
    "malformed": CategoryFacts(
        meaning="The reply is no answer: HTML, an error with status 200, nothing to choose from, broken JSON.",
        advice="the address does not answer as that provider does; check the base URL.",
        retry=True,
    ),
    "truncated": CategoryFacts(
        meaning="The answer ends in the middle, at the limit of tokens.",
        advice="the answer was cut; try another model.",
        trips=False,
    ),
    "filtered": CategoryFacts(
        meaning="The provider's safety filter stopped the question or the answer, or the model refused.",
        advice="the provider refused to answer; try another one.",
        trips=False,
    ),
    "empty": CategoryFacts(
        meaning="The answer has no text.", advice="the model answered nothing; try another one.", trips=False
    ),
    "prose": CategoryFacts(
        meaning="The answer is text and not JSON.",
        advice="the model does not answer in JSON; try another one.",
        trips=False,
    ),
    "off_schema": CategoryFacts(
        meaning="The answer is JSON of another shape than asked for.",
        advice="the model's answer does not fit the schema; try another one.",
        trips=False,
    ),
    "breaker_open": CategoryFacts(
        meaning="Nothing was sent: the provider failed before and is left alone for a while.",
        advice="it failed before and is rested; name a fallback.",
        trips=False,
    ),
    "budget": CategoryFacts(
        meaning="Nothing was sent: the money of the execution or of the day is spent.",
        advice="raise BUDGET_USD_PER_EXECUTION or BUDGET_USD_PER_DAY.",
        trips=False,
    ),
    "unsuited": CategoryFacts(
        meaning="Nothing was sent: the provider takes no pictures, or no such schema.",
        advice="name a provider that takes such requests.",
        trips=False,
    ),
    "unknown": CategoryFacts(meaning="Something else went wrong.", advice="run `aiwebtest doctor --live`.", retry=True),
}
