"""What a run is told: one frozen value, built at the entry point and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["Keep", "LockUse", "RunSettings"]

Keep = Literal["on", "off", "on-failure"]
"""When to keep an artifact: always, never, or when the case did not pass."""

LockUse = Literal["on", "read", "off"]
"""`on`: replay and store; `read`: replay only; `off`: neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Everything that `run_cases` can be told. Times in seconds unless the name says otherwise."""

    base_url: str = ""
    workers: int = 1
    headless: bool = True
    slow_ms: float = 0
    frozen: bool = False  # replay only: a step without a fitting stored grounding is an error, and no model is asked
    fail_on_heal: bool = False
    strict_effects: bool = False
    retries: int = 0
    max_failures: int | None = None
    timeout_s: float = 5.0  # a step's, unless it or its case says otherwise
    navigation_timeout_s: float = 30.0
    trace: Keep = "on-failure"
    screenshots: Keep = "on"
    screenshots_before: bool = False  # also one before the first action of a step; it costs some 40 ms a step
    update_lock: bool = False  # ground every step anew and store heals
    whole_files: bool = False  # all cases of each file are in the run: with `update_lock`, lockfiles lose what is gone
    lock: LockUse = "on"
    lock_dir: Path | None = None  # None: beside the case's file
    history_dir: Path | None = None  # what the last pass looked like, for explaining failures; None: not kept
    report_dir: Path = Path("aiwebtest-report")
    variables: Mapping[str, str] = field(default_factory=dict)  # beat the case's
    secrets: Mapping[str, str] = field(default_factory=dict)  # values by name
    allowed_origins: tuple[str, ...] = ()
    files_within: Path | None = None  # the folder that uploads must be in, for tests of other people; None: anywhere
    provider: str = "builtin"
