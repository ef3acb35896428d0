"""What runs asked of models and what that came to, kept beside a project: a line a run, bounded, without any secret."""

from aiwebtest.usage.kept import USAGE, UsageFile
from aiwebtest.usage.outlook import Outlook, outlook
from aiwebtest.usage.record import UsageRecord
from aiwebtest.usage.runs import CaseUsage, ModelUsage, RunUsage

__all__ = [
    "USAGE",
    "CaseUsage",
    "ModelUsage",
    "Outlook",
    "RunUsage",
    "UsageFile",
    "UsageRecord",
    "outlook",
]
