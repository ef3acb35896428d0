"""Checks by rules: a sentence becomes claims, a claim meets the facts of one moment and becomes a verdict."""

from aiwebtest.grounding.rules.checks.describe import describe_claim, fill_claim
from aiwebtest.grounding.rules.checks.judge import judge
from aiwebtest.grounding.rules.checks.parse import parse_check
from aiwebtest.grounding.rules.checks.read import read_value
from aiwebtest.grounding.rules.checks.values import says

__all__ = ["describe_claim", "fill_claim", "judge", "parse_check", "read_value", "says"]
