"""What is wrong with a bad setting, in our own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from aiwebtest.config.words import did_you_mean
from aiwebtest.core.errors import UsageError

__all__ = ["fact_and_advice", "refusal"]

_WANTED = {
    "int": "a whole number", "integer": "a whole number", "float": "a number", "number": "a number",
    "bool": "true or false", "string": "a text", "tuple": "a list", "list": "a list", "dict": "names with their values",
}  # fmt: skip
_OUT_OF_RANGE = {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}


def fact_and_advice(key: str, error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Return the fact and the advice of one validation error of a setting; advice "" when there is none.

    `key` is the setting's name as it is to be shown. The input is quoted; the setting's bounds and examples, as `model`
    has them, are part of the advice.
    """
    context = error.get("ctx", {})
    if error["type"] == "mistake":
        return str(context["what"]), str(context.get("mend", ""))
    fact = f"`{key}` cannot be `{error['input']}`."
    if error["type"] == "literal_error":
        choices = [choice.strip(" '") for choice in str(context["expected"]).replace(" or ", ",").split(",")]
        return fact, did_you_mean(str(error["input"]), choices)
    wanted = _WANTED.get(error["type"].partition("_")[0])
    number = _number(model, str(error["loc"][0]))
    if number and (wanted or error["type"] in _OUT_OF_RANGE):
        return fact, f"give {_WANTED[number['type']]}{_bounds(number)}{_examples(number)}."
    if wanted:
        return fact, f"give {wanted}."
    return f"`{key}` does not fit: {error['msg'].lower()} (is `{error['input']}`).", ""


def refusal(complaints: Sequence[tuple[str, str, str]]) -> UsageError:
    """Return the error that tells all that is wrong: source, fact and advice of each."""
    if len(complaints) == 1:
        source, what, mend = complaints[0]
        return UsageError(f"{source}: {what}", mend=mend or "give another value.")
    lines = [f"{source}: {what}" + (f"\n    Try: {mend}" if mend else "") for source, what, mend in complaints]
    return UsageError("\n".join(lines), mend=f"mend these {len(complaints)} settings.")


def _number(model: type[BaseModel], key: str) -> dict[str, Any]:
    """Return the JSON Schema of a setting that is a number; {} when it is none."""
    schema = model.model_json_schema()["properties"].get(key, {})
    choices = [schema, *schema.get("anyOf", [])]
    return next((one for one in choices if one.get("type") in ("integer", "number")), {})


def _bounds(number: dict[str, Any]) -> str:
    """Return " from 1 to 64", " from 1 on", " above 0", or nothing."""
    least, most = number.get("minimum"), number.get("maximum")
    above = f" above {number['exclusiveMinimum']}" if "exclusiveMinimum" in number else ""
    if least is None:
        return above + (f", {most} at most" if most is not None else "")
    return f" from {least} to {most}" if most is not None else f" from {least} on"


def _examples(number: dict[str, Any]) -> str:
    """Return what may be given besides."""
    return "".join(f", or `{example}`" for example in number.get("examples", []))
