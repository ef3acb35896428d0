"""`aiwebtest suggest`: which provider should serve each case, by an experiment that was held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.providers.suggestion import Served, Suggestion

__all__ = ["suggest"]


def suggest(
    results: Annotated[list[Path], typer.Argument(help="What `aiwebtest experiment --json` wrote. Several add up.")],
    target: Annotated[float, typer.Option(min=0.5, max=0.999, help="Share of passes that is demanded.")] = 0.9,
    sure: Annotated[float, typer.Option(min=0.5, max=0.999, help="How sure of it one must be.")] = 0.9,
    as_json: Annotated[bool, typer.Option("--json", help="Print the suggestions as JSON.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write `provider:` into the files of the tests.")] = False,
) -> None:
    """Say for each case which provider is the cheapest that surely passes it often enough, and on what evidence.

    A provider is written into a file only when all of its cases that were tried suggest the same one. Exit codes: 0
    done, 2 usage.
    """
    found = _suggestions(_served(results), target, sure)
    if as_json:
        told = {case: {"provider": one.arm, "told": one.told} for case, one in found.items()}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for case, one in found.items():
            typer.echo(f"{case}\n  {one.told}")
    if apply:
        _apply(found)


def _served(results: list[Path]) -> dict[str, list[Served]]:
    """Return how each arm did at each case, over all the files."""
    from aiwebtest.providers.suggestion import Served

    trials = [trial for file in results for trial in _trials(file)]
    served: dict[str, list[Served]] = {}
    for case in dict.fromkeys(trial["case"] for trial in trials):
        for arm in dict.fromkeys(trial["arm"] for trial in trials):
            mine = [trial for trial in trials if (trial["case"], trial["arm"]) == (case, arm)]
            if mine:
                costs = [trial["cost_usd"] for trial in mine]
                served.setdefault(case, []).append(
                    Served(
                        arm=arm, good=sum(trial["passed"] for trial in mine),
                        bad=sum(not trial["passed"] for trial in mine),
                        cost_usd=None if None in costs else sum(costs) / len(costs),
                        latency_s=sum(trial["model_s"] for trial in mine) / len(mine),
                    )
                )  # fmt: skip
    return served


def _trials(file: Path) -> list[dict[str, Any]]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        trials: list[dict[str, Any]] = told["trials"]
        for trial in trials:
            _ = trial["case"], trial["arm"], trial["passed"], trial["model_s"], trial["cost_usd"]
    except OSError as exc:
        what = f"{file} cannot be read: {exc.strerror}."
        raise UsageError(what, mend="`aiwebtest experiment --json FILE` writes one.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        what = f"{file} is no result of an experiment."
        raise UsageError(what, mend="`aiwebtest experiment --json FILE` writes one.") from exc
    return trials


def _suggestions(served: dict[str, list[Served]], target: float, sure: float) -> dict[str, Suggestion]:
    from aiwebtest.providers.suggestion import suggest as suggested

    if not served:
        raise UsageError("There are no trials to tell from.", mend="hold an experiment first.")
    return {case: suggested(arms, target=target, sure=sure) for case, arms in served.items()}


def _apply(found: dict[str, Suggestion]) -> None:
    """Write the provider into each file whose cases agree on one. Ids of cases begin with their file."""
    by_file: dict[str, set[str | None]] = {}
    for case, one in found.items():
        by_file.setdefault(case.partition("::")[0], set()).add(one.arm)
    for name, arms in by_file.items():
        arm, file = arms.pop(), Path(name)
        if arms or arm is None:
            typer.echo(f"{name}: left as it is; its cases suggest no one provider.")
        elif not file.is_file():
            typer.echo(f"{name}: not found from here; run this where the experiment was held.", err=True)
        else:
            file.write_text(_with_provider(file.read_text(encoding="utf-8"), arm), encoding="utf-8")
            typer.echo(f"{name}: provider: {arm}")


def _with_provider(text: str, provider: str) -> str:
    """Return a test file that names a provider, all else as it was written."""
    lines = text.splitlines(keepends=True)
    line = f"provider: {provider}\n"
    for place, each in enumerate(lines):
        if each.startswith("provider:"):
            lines[place] = line
            return "".join(lines)
    first = next((place for place, each in enumerate(lines) if each[:1] not in "#-\n \t" and ":" in each), len(lines))
    at = first + 1 if lines[first : first + 1] and lines[first].startswith("name:") else first
    return "".join([*lines[:at], line, *lines[at:]])
