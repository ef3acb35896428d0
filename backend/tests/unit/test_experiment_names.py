"""How the cases of an experiment are called, by which the trials of its arms are paired."""

from __future__ import annotations

from app.models import Experiment
from app.services.experiments import case_names


def test_cases_of_two_tests_with_one_name_are_two() -> None:
    """Trials of one must not be held against those of the other."""
    cases = [{"name": "Log in", "row": row} for row in ("", "", "mara", "mara", "")]

    names = case_names(Experiment(name="e", arms=["a", "b"], cases=cases))

    assert names == ["Log in", "Log in (2)", "Log in mara", "Log in mara (2)", "Log in (3)"]
