"""How much of the budgets is used, in words."""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.core.analytics.money import usd

__all__ = ["LATELY", "BudgetUse"]

LATELY = 28
"""Days that are looked back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetUse:
    """US dollars; a limit of None is none. What is spent is what is known to be."""

    per_day_usd: float | None
    today_usd: float
    today_unknown: int  # requests of today whose cost nobody knows
    days_at_limit: int  # of the last 28
    per_execution_usd: float | None
    executions_at_limit: int  # of the last 28 days

    @property
    def told(self) -> str:
        """Return it in words."""
        told = f"{usd(self.today_usd)} spent today; no budget is set for a day."
        if self.per_day_usd is not None:
            share = f"{self.today_usd / self.per_day_usd:.0%}" if self.per_day_usd else "all"
            told = f"{usd(self.today_usd)} of {usd(self.per_day_usd)} spent today ({share}); "
            told += f"reached on {self.days_at_limit} of the last {LATELY} days."
        if self.per_execution_usd is not None:
            reached = f"{self.executions_at_limit} in the last {LATELY} days"
            told += f" Executions that reached their {usd(self.per_execution_usd)}: {reached}."
        return told
