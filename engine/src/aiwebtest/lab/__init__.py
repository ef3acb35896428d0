"""Recorded decisions: what models were asked in real runs and whether it proved right, and the same asked of others."""

from aiwebtest.lab.decisions import Decision, Decisions, Label, read_decisions, write_decisions
from aiwebtest.lab.replay import ArmResult, Asked, replay

__all__ = ["ArmResult", "Asked", "Decision", "Decisions", "Label", "read_decisions", "replay", "write_decisions"]
