"""What is wrong with a bad setting, in our own words."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from aiwebtest.config.words import did_you_mean

__all__ = ["fact_and_advice"]


def fact_and_advice(key: str, error: ErrorDetails) -> tuple[str, str]:
    """Return the fact and the advice of one validation error; advice "" when there is none. The input is quoted."""
    context = error.get("ctx", {})
    if error["type"] == "mistake":
        return str(context["what"]), str(context.get("mend", ""))
    if error["type"] == "literal_error":
        choices = [choice.strip(" '") for choice in str(context["expected"]).replace(" or ", ",").split(",")]
        return f"`{key}` cannot be `{error['input']}`.", did_you_mean(str(error["input"]), choices)
    return f"`{key}` does not fit: {error['msg'].lower()} (is `{error['input']}`).", ""
