"""Puts a run's settings together and says where a bad one comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource, InitSettingsSource

from aiwebtest.config.complaints import fact_and_advice, refusal
from aiwebtest.config.files import ConfigFile, find_config_file, read_config_file
from aiwebtest.config.providers import PROVIDERS_TABLE, ProviderSettings, dotenv_paths, load_provider_settings
from aiwebtest.config.settings import Config
from aiwebtest.config.words import did_you_mean, nearest

__all__ = ["Project", "load_project"]

_PREFIX = "AIWEBTEST_"
_OTHERS = frozenset({"ALLOW_ORIGINS", "BROWSER", "PORT", "WORKER"})  # ours, but not settings of a run
_SLIP = 80  # of 100: how near an unknown variable must come to a setting to be called a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where we are: the settings, the folder they belong to, and the environment with `.env` beneath it."""

    config: Config
    root: Path  # folder of the configuration file, or the working directory
    config_file: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    looked_in: tuple[str, ...] = ()  # for people: where `environment` comes from
    set_by: str = "set it: export {name}=..., or a line {name}=... in .env."  # for people: how something gets into it
    providers: ProviderSettings = field(default_factory=ProviderSettings.model_construct)
    provider_given: bool = False  # on the command line: it beats what tests name
    keys_looked_in: tuple[str, ...] = ()  # for people: where keys of providers were looked for


def load_project(
    *, start: Path | None = None, config_path: Path | None = None, overrides: Mapping[str, Any] | None = None
) -> Project:
    """Return the project around `start` (default: the working directory).

    `overrides` are the command line's settings; None in it means not given. Raises UsageError that names every bad
    setting with its source and what would do.
    """
    start = (start or Path.cwd()).resolve()
    path = config_path or find_config_file(start)
    file = read_config_file(path) if path else None
    root = path.resolve().parent if path else start
    dotenv = root / ".env"
    entries = {key: value or "" for key, value in dotenv_values(dotenv).items()} if dotenv.is_file() else {}
    sources = _Sources(
        given={key: value for key, value in (overrides or {}).items() if value is not None},
        entries=entries, dotenv=dotenv, file=file, root=root,
    )  # fmt: skip
    config, providers = sources.config(), load_provider_settings(root, file)
    if config.provider is None and (named := providers.choice().provider) != "builtin":
        config = config.model_copy(update={"provider": named})
    return Project(
        config=config, root=root, config_file=path, environment={**entries, **os.environ},
        looked_in=("the environment", str(dotenv) if dotenv.is_file() else f"{dotenv} (there is none)"),
        providers=providers, provider_given=sources.given.get("provider") is not None, keys_looked_in=_told_paths(root),
    )  # fmt: skip


def _told_paths(root: Path) -> tuple[str, ...]:
    found = (str(path) if path.is_file() else f"{path} (there is none)" for path in dotenv_paths(root))
    return "the environment", *found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    given: Mapping[str, Any]
    entries: Mapping[str, str]  # of .env
    dotenv: Path
    file: ConfigFile | None
    root: Path

    def config(self) -> Config:
        """Return the settings; raise UsageError with all that is wrong with them."""
        sources = (  # the strongest first
            InitSettingsSource(Config, dict(self.given)),
            EnvSettingsSource(Config),
            *([DotEnvSettingsSource(Config, env_file=self.dotenv)] if self.dotenv.is_file() else ()),
            InitSettingsSource(Config, self._from_file()),
        )
        complaints = self._unknown()
        config = None
        try:
            config = Config(_build_sources=(sources, {}))
        except ValidationError as exc:
            complaints += [self._complaint(error) for error in exc.errors(include_url=False)]
        if complaints or config is None:
            raise refusal(complaints)
        return config

    def _from_file(self) -> dict[str, Any]:
        """Return the file's settings, paths made absolute: they are relative to the file."""
        if self.file is None:
            return {}
        values = {key: value for key, value in self.file.values.items() if key in Config.model_fields}
        if isinstance(values.get("paths"), list):
            values["paths"] = [str(self.root / path) for path in values["paths"] if isinstance(path, str)]
        if isinstance(values.get("report_dir"), str):
            values["report_dir"] = self.root / values["report_dir"]
        return values

    def _unknown(self) -> list[tuple[str, str, str]]:
        """Return what is wrong with names: unknown keys of the file, and slips in the environment."""
        known = list(Config.model_fields)
        complaints = []
        for key in self.file.values if self.file else ():
            if key not in (*known, PROVIDERS_TABLE):
                source = f"{self.file.path}:{self.file.line_of(key)}" if self.file else ""
                complaints.append((source, f"unknown setting `{key}`.", did_you_mean(key, known)))
        for name in (*os.environ, *self.entries):
            key = name.removeprefix(_PREFIX)
            if name.startswith(_PREFIX) and key.casefold() not in known and key not in _OTHERS:
                near = nearest(key, known, at_least=_SLIP)
                if near:
                    mend = f"did you mean `{_PREFIX}{near.upper()}`?"
                    complaints.append((self._source_of_variable(name), f"unknown setting `{name}`.", mend))
        return complaints

    def _complaint(self, error: ErrorDetails) -> tuple[str, str, str]:
        """Return source, fact and advice of one bad value."""
        key = str(error["loc"][0])
        return self._source(key), *fact_and_advice(key, error, Config)

    def _source(self, key: str) -> str:
        """Return where the value of a setting that is in force comes from, for people."""
        variable = _PREFIX + key.upper()
        if key in self.given:
            return f"--{key.replace('_', '-')}"
        if os.environ.get(variable) or variable in self.entries:
            return self._source_of_variable(variable)
        return f"{self.file.path}:{self.file.line_of(key)}" if self.file else key

    def _source_of_variable(self, variable: str) -> str:
        if os.environ.get(variable):
            return f"environment variable {variable}"
        lines = self.dotenv.read_text(encoding="utf-8").splitlines()
        number = next((n for n, line in enumerate(lines, start=1) if line.strip().startswith(variable)), 1)
        return f"{self.dotenv}:{number}"
