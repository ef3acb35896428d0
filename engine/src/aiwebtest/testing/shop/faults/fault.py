"""What a planted fault is."""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.testing.shop.source import Edit
from aiwebtest.testing.shop.trade import Trade

__all__ = ["Fault", "edit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a twin."""

    name: str
    notice: str  # what a visitor would notice
    caught_by: str  # name of the case that must fail
    trade: type[Trade] = Trade
    edits: tuple[Edit, ...] = ()


def edit(file: str, old: str, new: str) -> tuple[Edit, ...]:
    """Return a single edit, as the tuple that `Fault.edits` wants."""
    return (Edit(file=file, old=old, new=new),)
