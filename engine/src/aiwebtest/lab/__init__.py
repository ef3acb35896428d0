"""Recorded decisions: what models were asked in real runs and whether it proved right, and the same asked of others."""

from aiwebtest.lab.decisions import Decision, Decisions, Label, read_decisions, write_decisions
from aiwebtest.lab.replay import ArmResult, Asked, ask, replay, turns

__all__ = [
    "ArmResult",
    "Asked",
    "Decision",
    "Decisions",
    "Label",
    "ask",
    "read_decisions",
    "replay",
    "turns",
    "write_decisions",
]
