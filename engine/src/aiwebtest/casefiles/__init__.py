"""Case files: read, check, explain their mistakes; their JSON Schema."""

from aiwebtest.casefiles.discover import find_files, shown
from aiwebtest.casefiles.load import Loaded, Reading, Surroundings, load_cases
from aiwebtest.casefiles.problem import FileProblem, did_you_mean, listing, nearest

__all__ = [
    "FileProblem",
    "Loaded",
    "Reading",
    "Surroundings",
    "did_you_mean",
    "find_files",
    "listing",
    "load_cases",
    "nearest",
    "shown",
]
