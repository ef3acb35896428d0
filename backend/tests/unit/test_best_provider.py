"""Which provider a page may call the best."""

from __future__ import annotations

import pytest

from app.schemas.analytics import ExecutionFigures
from app.web.pages.providers import shown_best


def figures(key: str, passed: int, executions: int) -> ExecutionFigures:
    """Return the figures of a provider of whose executions so many passed."""
    return ExecutionFigures.model_validate(
        {
            "key": key,
            "name": "",
            "executions": executions,
            "passed": passed,
            "failed": executions - passed,
            "error": 0,
            "skipped": 0,
            "flaky": 0,
            "healed": 0,
            "duration_median_s": 1.0,
            "duration_p95_s": 2.0,
            "input_tokens": 0,
            "output_tokens": 0,
            "cost_usd": 0.0,
            "cost_unknown": 0,
            "cost_per_pass_usd": 0.0,
        }
    )


@pytest.mark.parametrize(
    ("google", "cerebras", "best"),
    [((95, 100), (60, 100), "google"), ((60, 100), (95, 100), "cerebras"), ((94, 100), (92, 100), None)],
)
def test_the_best_is_named_only_where_that_is_shown(
    google: tuple[int, int], cerebras: tuple[int, int], best: str | None
) -> None:
    """A difference that chance makes every other week is none."""
    found = shown_best([figures("google", *google), figures("cerebras", *cerebras)])

    assert (found.key if found else None) == best


def test_alone_nobody_is_the_best() -> None:
    """There is nothing to be better than."""
    assert shown_best([figures("google", 10, 10)]) is None
