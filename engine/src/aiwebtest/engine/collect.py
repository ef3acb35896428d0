"""Collect the cases of a project: its files read, its sentences understood, every problem found before a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from aiwebtest.casefiles import Loaded, Reading, Surroundings, load_cases
from aiwebtest.config import Config, Project
from aiwebtest.core.case import StepKind
from aiwebtest.engine.settings import RunSettings

__all__ = ["HISTORY", "collect", "settings_of"]

HISTORY = Path(".aiwebtest") / "history"
"""Where a project keeps what its cases looked like when they last passed."""


def collect(
    project: Project,
    paths: Iterable[str | Path] = (),
    *,
    base_url_known: bool = True,
    overrides: Mapping[str, str] | None = None,
    check_sentences: bool = True,
    within: Path | None = None,
) -> Loaded:
    """Return the cases under `paths` (default: the project's), or the problems that must be mended first.

    `base_url_known` False leaves relative URLs alone, for files that are read without being run.
    `overrides` are variables that beat the files' own. `check_sentences` False takes sentences that the rules do not
    understand as they are. `within` is the folder that no file named in a test may lead out of.
    """
    config = project.config
    around = Surroundings(
        base_url=config.base_url if base_url_known or config.base_url else None,
        provider=config.provider,
        variables=config.variables,
        overrides=dict(overrides or {}),
        environment=project.environment,
        looked_in=project.looked_in,
        set_by=project.set_by,
        viewport=config.viewport,
        locale=config.locale,
        timezone=config.timezone,
        allowed_origins=config.allowed_origins,
        within=within,
        read=_read if check_sentences else _read_names,
    )
    return load_cases(list(paths) or config.paths, around=around)


def settings_of(
    config: Config, *, secrets: Mapping[str, str], history: Path | None = None, update_lock: bool = False
) -> RunSettings:
    """Return what the engine is told: the project's settings, the secrets of the cases, and where passes are kept."""
    return RunSettings(
        base_url=config.base_url, workers=config.workers, headless=not config.headed, slow_ms=config.slow,
        frozen=config.frozen, fail_on_heal=config.fail_on_heal, strict_effects=config.strict_effects,
        retries=config.retries, max_failures=config.max_failures, timeout_s=config.timeout,
        navigation_timeout_s=config.navigation_timeout, trace=config.trace, screenshots=config.screenshots,
        update_lock=update_lock, history_dir=history, report_dir=config.report_dir, secrets=secrets,
        allowed_origins=config.allowed_origins, provider=config.provider or "builtin",
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _read(text: str, kind: StepKind | None) -> Reading:
    """Return what the rules make of a sentence."""
    from aiwebtest.grounding.rules.sentence import understand

    understood = understand(text, kind)
    into = tuple(intent.into for intent in understood.intents if intent.into)
    problem, rewordings = understood.problem, understood.rewordings
    for claim in understood.claims:
        if claim.kind == "semantic" and not problem:
            why = f" ({claim.reason})" if claim.reason else ""
            problem, rewordings = f"Rules cannot decide “{claim.text}”{why}, and no model is set", claim.rewordings
    return Reading(problem=problem, rewordings=rewordings, into=into)


def _read_names(text: str, kind: StepKind | None) -> Reading:
    """Return only which variables a sentence fills."""
    return Reading(into=_read(text, kind).into)
