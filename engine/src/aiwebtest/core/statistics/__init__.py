"""Statistics of comparisons: intervals, paired tests, tests that may be looked at all the time, and planning.

Needs scipy and statsmodels: `pip install "aiwebtest[experiments]"`. Nothing here asks a clock or draws from a random
source of its own; whoever needs chance passes a seed.
"""

from aiwebtest.core.statistics.changes import Change, change_in, changes
from aiwebtest.core.statistics.forecast import forecast
from aiwebtest.core.statistics.intervals import Interval, mean_ratio, ratio_of_means, wilson
from aiwebtest.core.statistics.paired import Paired, exact_mcnemar, paired_difference
from aiwebtest.core.statistics.planning import detectable_difference, pairs_needed, power_of
from aiwebtest.core.statistics.sequential import Evidence, evidence_of

__all__ = [
    "Change",
    "Evidence",
    "Interval",
    "Paired",
    "change_in",
    "changes",
    "detectable_difference",
    "evidence_of",
    "exact_mcnemar",
    "forecast",
    "mean_ratio",
    "paired_difference",
    "pairs_needed",
    "power_of",
    "ratio_of_means",
    "wilson",
]
