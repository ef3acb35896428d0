"""Keys of a lockfile's entries, and values of variables turned back into their names.

A case is known by its name and data row, a step by its sentence as written. So an entry survives moved files, inserted
steps and another base URL, and it ends when the sentence is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from aiwebtest.core.case import Case, Step
from aiwebtest.core.scope import PLACEHOLDER, Scope, placeholders

__all__ = ["case_key", "filled", "named", "step_key", "steps_of"]

_NUMBERED = re.compile(r" ×\d+$")


def case_key(case: Case, step: Step | None = None) -> str:
    """Return the key of the group that a step belongs to: its case with the data row, or the log-in it is part of."""
    if step is not None and step.phase == "session" and case.session is not None:
        return f"session {case.session.name}"
    return case.title


def steps_of(case: Case, step: Step | None = None) -> tuple[Step, ...]:
    """Return the steps that share a group with `step`, in their order."""
    if step is not None and step.phase == "session" and case.session is not None:
        return case.session.steps
    return case.steps


def step_key(case: Case, step: Step) -> str:
    """Return the sentence as written; the second of two alike sentences in a case ends in ` ×2`."""
    text = " ".join(step.text.split())
    alike = [other.index for other in steps_of(case, step) if " ".join(other.text.split()) == text]
    number = alike.index(step.index) + 1 if step.index in alike else 1
    return f"{text} ×{number}" if number > 1 or _NUMBERED.search(text) else text


def named(text: str, scope: Scope | None) -> Callable[[str], str]:
    """Return a function that puts `{name}` in the place of values, for the placeholders in a sentence.

    So a locator found with today's order number is found again with tomorrow's. Secrets go back to their names wherever
    they stand. A value is replaced only where it stands as a word of its own, longest first.
    """
    if scope is None:
        return str
    values = _values(text, scope.variables)
    if not values:
        return scope.mask
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values))

    def name(value: str) -> str:
        return pattern.sub(lambda match: "{" + values[match[0]] + "}", scope.mask(value))

    return name


def filled(text: str, scope: Scope | None) -> Callable[[str], str]:
    """Return a function that undoes what that of `named` does; other braces are the page's own: "Hello {user}".

    It raises UsageError where a placeholder of the sentence has no value.
    """
    if scope is None:
        return str
    names = placeholders(text)

    def fill(match: re.Match[str]) -> str:
        ours = match[1] in names or scope.uses_secret(match[0])
        return scope.reveal(match[0]) if ours else match[0]

    return lambda value: PLACEHOLDER.sub(fill, value)


def _values(text: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the names by their values, longest value first."""
    found = {variables[name]: name for name in placeholders(text) if variables.get(name, "").strip()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
