"""Settings of the model providers: which one is asked, with what key, where, for how long and for how much money."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from aiwebtest.config.complaints import fact_and_advice, refusal
from aiwebtest.config.files import ConfigFile
from aiwebtest.config.values import Provider
from aiwebtest.config.words import did_you_mean
from aiwebtest.core.errors import UsageError

__all__ = ["PROVIDERS_TABLE", "Choice", "ProviderSettings", "dotenv_paths", "load_provider_settings", "split"]

PROVIDERS_TABLE = "providers"
"""The table of the configuration file that these settings stand in, in lower case: `[providers]`."""

_KEYS = ("google_api_key", "cerebras_api_key", "openrouter_api_key", "openai_api_key")
_OLDER = (("use_cerebras", "cerebras"), ("use_google_direct", "google"))  # the stronger one first, as ever


def _listed(value: Any) -> Any:
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def split(provider: str) -> tuple[str, str]:
    """Return vendor and model of `cerebras/gpt-oss-120b`; the model is "" when only the vendor is named."""
    vendor, _, model = provider.partition("/")
    return vendor, model


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which provider the settings name, and what about that should be told."""

    provider: str  # "builtin", "cerebras" or "cerebras/gpt-oss-120b"
    named_by: str = ""  # the setting that decided, "" when none is set
    warnings: tuple[str, ...] = ()


class ProviderSettings(BaseSettings):
    """Settings of the providers. The environment beats `.env`, that beats `backend/.env`, that the file's table."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    model_provider: Provider | None = None
    """Who is asked what rules cannot place: google, cerebras, openrouter, openai, or builtin for nobody."""
    use_cerebras: bool = False
    """Older form of MODEL_PROVIDER=cerebras; stronger than USE_GOOGLE_DIRECT and MODEL_PROVIDER."""
    use_google_direct: bool = False
    """Older form of MODEL_PROVIDER=google; stronger than MODEL_PROVIDER."""
    model_fallbacks: Annotated[tuple[Provider, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Who is asked next when the first does not answer, in order: `google,openrouter/openai/gpt-oss-120b`."""
    model_routing: Literal["fixed", "cheapest", "fastest", "learned"] = "fixed"
    """Which of the provider and its fallbacks is asked first: as set, or by price, speed, or what was learned."""
    model_routing_target: Annotated[float, Field(gt=0, lt=1)] = 0.9
    """Share of right answers that learned routing demands."""
    model_routing_explore: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """Share of questions that may go to a cheaper provider to learn whether it will do, at most."""
    check_provider: Provider | None = None
    """Who judges checks and reads values, if another than acts."""
    google_api_key: SecretStr | None = None
    """Key of the Gemini API."""
    google_model: str = ""
    """Model at Google; unset takes a current one."""
    google_base_url: str = ""
    """Another address of the Gemini API, such as a gateway's."""
    cerebras_api_key: SecretStr | None = None
    """Key of Cerebras."""
    cerebras_model: str = ""
    """Model at Cerebras; unset takes a current one."""
    cerebras_base_url: str = ""
    """Another address of the Cerebras API."""
    openrouter_api_key: SecretStr | None = None
    """Key of OpenRouter."""
    openrouter_model: str = ""
    """Model at OpenRouter, `vendor/model`; unset takes a current one."""
    openrouter_base_url: str = ""
    """Another address of the OpenRouter API."""
    openai_api_key: SecretStr | None = None
    """Key of OpenAI, or of the server at OPENAI_API_BASE; a server of one's own may need none."""
    openai_api_base: str = ""
    """Address of an OpenAI-compatible server, such as http://localhost:11434/v1."""
    openai_model: str = ""
    """Model there."""
    model_timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """How long one request may take, first byte to last, in seconds."""
    model_max_concurrency: Annotated[int, Field(ge=1)] = 4
    """How many requests may be under way at once with one key."""
    model_requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    """How many requests may be made in any minute with one key; unset is no limit."""
    budget_usd_per_execution: Annotated[float, Field(ge=0)] | None = None
    """What one execution of a case may cost, in US dollars."""
    budget_usd_per_day: Annotated[float, Field(ge=0)] | None = None
    """What a day (UTC) may cost, all runs of this user together, in US dollars."""

    def choice(self) -> Choice:
        """Return the provider that these settings name: USE_CEREBRAS, USE_GOOGLE_DIRECT, then MODEL_PROVIDER."""
        named = [(key, vendor) for key, vendor in _OLDER if getattr(self, key)]
        if self.model_provider:
            named.append(("model_provider", self.model_provider))
        if not named:
            return Choice(provider="builtin")
        key, provider = named[0]
        others = [other for other in named[1:] if split(other[1])[0] != split(provider)[0]]
        warnings = tuple(
            f"{key.upper()} names {provider}, {other.upper()} names {says}: {key.upper()} counts. Take one of them out."
            for other, says in others
        )
        same = next((says for _, says in named[1:] if says.startswith(f"{provider}/")), provider)
        return Choice(provider=same, named_by=key.upper(), warnings=warnings)

    def key_of(self, vendor: str) -> SecretStr | None:
        """Return a vendor's API key, None when it is not set."""
        key: SecretStr | None = getattr(self, f"{vendor}_api_key")
        return key if key and key.get_secret_value().strip() else None

    def model_of(self, vendor: str) -> str:
        """Return the model set for a vendor, "" when none is."""
        return str(getattr(self, f"{vendor}_model"))

    def base_url_of(self, vendor: str) -> str:
        """Return the address set for a vendor, "" for its own."""
        return str(getattr(self, "openai_api_base" if vendor == "openai" else f"{vendor}_base_url"))


def load_provider_settings(root: Path, file: ConfigFile | None) -> ProviderSettings:
    """Return the settings of the project at `root`. Raises UsageError that names every bad one with its source."""
    return _Sources(root=root, file=file).settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    root: Path
    file: ConfigFile | None
    entries: dict[Path, Mapping[str, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in dotenv_paths(self.root):
            if path.is_file():
                self.entries[path] = dotenv_values(path)

    def settings(self) -> ProviderSettings:
        sources = (  # the strongest first
            EnvSettingsSource(ProviderSettings),
            *(DotEnvSettingsSource(ProviderSettings, env_file=path) for path in self.entries),
            InitSettingsSource(ProviderSettings, self._table()),
        )
        try:
            return ProviderSettings(_build_sources=(sources, {}))
        except ValidationError as exc:
            errors = exc.errors(include_url=False)
        raise refusal([self._complaint(str(error["loc"][0]), error) for error in errors])

    def _complaint(self, key: str, error: ErrorDetails) -> tuple[str, str, str]:
        return self._source(key), *fact_and_advice(key.upper(), error, ProviderSettings)

    def _table(self) -> dict[str, Any]:
        """Return the file's table. Keys do not belong into a file that is committed."""
        table = dict(self.file.values.get(PROVIDERS_TABLE, {})) if self.file else {}
        known = [key for key in ProviderSettings.model_fields if key not in _KEYS]
        for key in table:
            place = f"{self.file.path}:{self.file.line_of(PROVIDERS_TABLE)}" if self.file else ""
            if key in _KEYS:
                raise UsageError(
                    f"{place}: `{key}` does not belong into a file that is committed.",
                    mend=f"put {key.upper()} into {self.root / '.env'} or the environment.",
                )
            if key not in known:
                raise UsageError(f"{place}: unknown setting `{PROVIDERS_TABLE}.{key}`.", mend=did_you_mean(key, known))
        return table

    def _source(self, key: str) -> str:
        """Return where the value that is in force comes from, for people."""
        variable = key.upper()
        if any(name.upper() == variable and value for name, value in os.environ.items()):
            return f"environment variable {variable}"
        for path, entries in self.entries.items():
            if any(name.upper() == variable and value for name, value in entries.items()):
                lines = path.read_text(encoding="utf-8").splitlines()
                number = next((n for n, line in enumerate(lines, 1) if variable in line.upper()), 1)
                return f"{path}:{number}"
        return f"{self.file.path} [{PROVIDERS_TABLE}]" if self.file else key


def dotenv_paths(root: Path) -> tuple[Path, ...]:
    """Return the files of environment variables that are read for a project, strongest first."""
    return root / ".env", root / "backend" / ".env"
