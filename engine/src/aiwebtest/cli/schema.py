"""`aiwebtest schema`: print a JSON Schema."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["schema"]


class Which(StrEnum):
    """The schemas in the package."""

    TEST = "test"
    STEPS = "steps"
    REPORT = "report"


def schema(
    which: Annotated[Which, typer.Argument(help="Of test files, of steps files, or of the JSON report.")] = Which.TEST,
) -> None:
    """Print the JSON Schema of test files, of steps files, or of the JSON report."""
    if which is Which.REPORT:
        from aiwebtest.reporting.json_report import report_schema

        typer.echo(report_schema(), nl=False)
    else:
        from aiwebtest.casefiles.published import published_schema

        typer.echo(published_schema(f"{which}.schema.json"), nl=False)
