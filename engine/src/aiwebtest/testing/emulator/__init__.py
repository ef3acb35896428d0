"""A loopback server that speaks the providers' wire formats, with their known faults, for tests and for trying.

What it answers comes from a stated oracle (`oracle.py`), never from a model: its figures are no provider's.
"""

from aiwebtest.testing.emulator.faults import FAULTS, Fault, FaultPlan
from aiwebtest.testing.emulator.log import Entry
from aiwebtest.testing.emulator.oracle import Oracle
from aiwebtest.testing.emulator.server import Emulator, serve_emulator

__all__ = ["FAULTS", "Emulator", "Entry", "Fault", "FaultPlan", "Oracle", "serve_emulator"]
