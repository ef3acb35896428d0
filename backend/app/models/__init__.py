"""The tables."""

from app.models.access import AuditEntry, LogIn, OneTimeLink, Secret, Throttle, Token, User
from app.models.base import Base
from app.models.executions import (
    QUEUED,
    RUNNING,
    ArtifactFile,
    Execution,
    ExecutionEvent,
    ModelAttempt,
    ProviderLimit,
    Run,
    Share,
    StepRecord,
    Worker,
)
from app.models.measuring import DecisionRecord, Experiment, LabAnswer, LabRun, MutationReport, Trial
from app.models.platform import Delivery, Schedule, Setting, Webhook
from app.models.tests import Heal, Lock, Resource, Suite, SuiteTest, Test, TestVersion

__all__ = [
    "QUEUED",
    "RUNNING",
    "ArtifactFile",
    "AuditEntry",
    "Base",
    "DecisionRecord",
    "Delivery",
    "Execution",
    "ExecutionEvent",
    "Experiment",
    "Heal",
    "LabAnswer",
    "LabRun",
    "Lock",
    "LogIn",
    "ModelAttempt",
    "MutationReport",
    "OneTimeLink",
    "ProviderLimit",
    "Resource",
    "Run",
    "Schedule",
    "Secret",
    "Setting",
    "Share",
    "StepRecord",
    "Suite",
    "SuiteTest",
    "Test",
    "TestVersion",
    "Throttle",
    "Token",
    "Trial",
    "User",
    "Webhook",
    "Worker",
]
