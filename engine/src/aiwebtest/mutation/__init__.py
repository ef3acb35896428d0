"""How much a suite would notice: small faults are planted in the pages while its cases run again."""

from aiwebtest.mutation.measure import Measured, Subject, Tried, measure
from aiwebtest.mutation.mutants import KINDS, Kind, Mutant

__all__ = ["KINDS", "Kind", "Measured", "Mutant", "Subject", "Tried", "measure"]
