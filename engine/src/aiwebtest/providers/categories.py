"""The kinds of failure of a request to a provider, each with what follows from it and what a person can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FACTS", "Category", "CategoryFacts"]

Category = Literal[
    "ok",
    "auth",  # 401, 403 about the key, Gemini's 400 API_KEY_INVALID
    "forbidden",  # 403 about the model, region or account
    "payment",  # 402
    "quota",  # 429 that a wait of minutes does not mend: the day's or month's allowance
    "rate_limit",  # 429 that a short wait mends
    "not_found",  # 404: the model or the path
    "bad_request",  # 400, 422: mostly our schema or a setting that the model does not know
    "too_large",  # 413
    "context",  # more tokens than the model takes
    "timeout",  # 408, or our deadline
    "connection",  # refused, reset, cut, name not found
    "server",  # 500, 502, 504
    "overloaded",  # 503, 529
    "malformed",  # 200 that is no answer: HTML, an error body, no choices, broken JSON
    "truncated",  # the answer ends at the token limit
    "filtered",  # refused or blocked by a safety filter
    "empty",
    "prose",  # text that is not JSON
    "off_schema",  # JSON that does not fit the schema
    "breaker_open",  # not sent: the provider is rested
    "budget",  # not sent: the money is spent
    "unsuited",  # not sent: the provider takes no such schema, size or picture
    "unknown",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """What follows from a failure.

    `retry`: the same provider may be asked again at once or after a short wait. `rest_s`: how long the provider is left
    alone when it did not say. `trips`: counts towards opening the breaker even when one failure alone does not.
    """

    advice: str
    retry: bool = False
    rest_s: float = 0.0
    trips: bool = True


_HOUR_S = 3600.0

FACTS: dict[Category, CategoryFacts] = {
    "auth": CategoryFacts(advice="check the API key; `aiwebtest doctor` tells which.", rest_s=_HOUR_S),
    "forbidden": CategoryFacts(advice="this account may not use the model; choose another one.", rest_s=_HOUR_S),
    "payment": CategoryFacts(advice="add credit at the provider, or name another one.", rest_s=_HOUR_S),
    "quota": CategoryFacts(advice="the allowance is used up; wait for its reset, or name a fallback.", rest_s=600.0),
    "rate_limit": CategoryFacts(
        advice="lower MODEL_REQUESTS_PER_MINUTE or --workers, or name a fallback.", retry=True, rest_s=5.0
    ),
    "not_found": CategoryFacts(
        advice="the model is unknown there; `aiwebtest doctor` lists those it has.", rest_s=_HOUR_S
    ),
    "bad_request": CategoryFacts(advice="the request was refused; try another model.", trips=False),
    "too_large": CategoryFacts(advice="the page is too large for it; name a model with a larger context.", trips=False),
    "context": CategoryFacts(advice="the page is too large for it; name a model with a larger context.", trips=False),
    "timeout": CategoryFacts(advice="raise MODEL_TIMEOUT_S, or name a faster provider.", retry=True),
    "connection": CategoryFacts(advice="check the network and the base URL.", retry=True),
    "server": CategoryFacts(advice="the provider has a fault; try again, or name a fallback.", retry=True),
    "overloaded": CategoryFacts(advice="the provider is overloaded; try again, or name a fallback.", retry=True),
    "malformed": CategoryFacts(
        advice="the address does not answer as that provider does; check the base URL.", retry=True
    ),
    "truncated": CategoryFacts(advice="the answer was cut; try another model.", trips=False),
    "filtered": CategoryFacts(advice="the provider refused to answer; try another one.", trips=False),
    "empty": CategoryFacts(advice="the model answered nothing; try another one.", trips=False),
    "prose": CategoryFacts(advice="the model does not answer in JSON; try another one.", trips=False),
    "off_schema": CategoryFacts(advice="the model's answer does not fit the schema; try another one.", trips=False),
    "breaker_open": CategoryFacts(advice="it failed before and is rested; name a fallback.", trips=False),
    "budget": CategoryFacts(advice="raise BUDGET_USD_PER_EXECUTION or BUDGET_USD_PER_DAY.", trips=False),
    "unsuited": CategoryFacts(advice="name a provider that takes such requests.", trips=False),
    "unknown": CategoryFacts(advice="run `aiwebtest doctor --live`.", retry=True),
}
