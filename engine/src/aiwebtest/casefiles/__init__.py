"""Case files: read, check, explain their mistakes; their JSON Schema."""

from aiwebtest.casefiles.discover import find_files, shown
from aiwebtest.casefiles.load import Loaded, Reading, Surroundings, load_cases
from aiwebtest.casefiles.problem import FileProblem, listing

__all__ = [
    "FileProblem",
    "Loaded",
    "Reading",
    "Surroundings",
    "find_files",
    "listing",
    "load_cases",
    "shown",
]
