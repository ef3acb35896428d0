"""The planted faults, as data: what a visitor notices, which case of the suite must fail, and the change itself.

A fault is a broken rule (`trade`), or edits of the shop's own files, or both. Nothing else of the shop knows of it.
"""

from __future__ import annotations

from aiwebtest.testing.shop.faults.account import ACCOUNT, AROUND
from aiwebtest.testing.shop.faults.buying import BASKET, CHECKOUT
from aiwebtest.testing.shop.faults.fault import Fault
from aiwebtest.testing.shop.faults.looking import FINDING, PRODUCT, SIGNING_IN

__all__ = ["FAULTS", "Fault", "fault_named"]

FAULTS: tuple[Fault, ...] = (*SIGNING_IN, *FINDING, *PRODUCT, *BASKET, *CHECKOUT, *ACCOUNT, *AROUND)


def fault_named(name: str) -> Fault:
    """Return a fault.

    Raises:
        KeyError: there is none of that name; the message lists them.
    """
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise KeyError(f"No fault {name!r}. Known: {', '.join(fault.name for fault in FAULTS)}")
