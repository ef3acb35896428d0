"""What runs have cost and taken, told in words: what has changed, what is to come, how much of a budget is used.

Pure: whoever keeps the runs, the platform's database or a file beside a project, reads them and passes them on. Needs
scipy: `pip install "aiwebtest[experiments]"`.
"""

from aiwebtest.core.analytics.anomalies import Anomaly, Course, Courses, anomalies
from aiwebtest.core.analytics.budget import BudgetUse
from aiwebtest.core.analytics.forecasts import (
    LATELY_DAYS,
    MOST_RUNS,
    MonthForecast,
    RunForecast,
    month_forecast,
    run_forecast,
)

__all__ = [
    "LATELY_DAYS",
    "MOST_RUNS",
    "Anomaly",
    "BudgetUse",
    "Course",
    "Courses",
    "MonthForecast",
    "RunForecast",
    "anomalies",
    "month_forecast",
    "run_forecast",
]
