"""Groundings that passed, kept as reviewable JSON beside the test; and what the last pass of a case looked like."""

from aiwebtest.lockfile.effects import fits, worth_keeping
from aiwebtest.lockfile.heal import heal_of
from aiwebtest.lockfile.history import CaseState, History, StepState, page_lines
from aiwebtest.lockfile.store import Lockfile

__all__ = ["CaseState", "History", "Lockfile", "StepState", "fits", "heal_of", "page_lines", "worth_keeping"]
