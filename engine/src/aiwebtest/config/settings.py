"""The settings of a run: what each may be, its default, and what it is for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from aiwebtest.config.values import Duration, LanguageTag, Origin, Provider, Size, Timezone, mistake, parse_variable
from aiwebtest.config.words import did_you_mean

__all__ = ["REPORTS", "Config", "Report"]

REPORTS = {"html": "index.html", "junit": "junit.xml", "json": "report.json", "md": "report.md"}
"""Kinds of report, and the file that each writes in the report's folder."""

_MOST_WORKERS = 64


def parse_report(value: str) -> str:
    """Return the value if it is a kind of report, or a kind and a path: `html`, `junit=out/tests.xml`."""
    kind, equals, path = value.partition("=")
    if kind not in REPORTS:
        raise mistake(f"`{kind}` is not a kind of report.", did_you_mean(kind, REPORTS))
    if equals and not path:
        raise mistake(f"`{value}` names no path behind the `=`.", f"write `{kind}` or `{kind}=PATH`.")
    return value


def parse_base_url(value: str) -> str:
    """Return the value if it is an absolute URL, or nothing."""
    if value and not re.match(r"(https?|file)://", value):
        mend = "begin it with http://, https:// or file://" if "://" in value else f"write `http://{value.lstrip('/')}`"
        raise mistake(f"`{value}` is not the absolute URL of a page.", f"{mend}.")
    return value


def parse_workers(value: Any) -> Any:
    """Return the number of workers; `auto` is one for each processor, four at most: browsers need memory."""
    if value == "auto":
        return min(4, os.cpu_count() or 1)
    return value


def _listed(value: Any) -> Any:
    """Return a list for a text with commas, as an environment variable gives it."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    """Return a mapping for `a=1,b=2`, as an environment variable gives it, and texts for all values."""
    if isinstance(value, str):
        value = dict(item.partition("=")[::2] for item in _listed(value))
    if isinstance(value, dict):
        return {key: str(item).lower() if isinstance(item, bool) else str(item) for key, item in value.items()}
    return value


Report = Annotated[str, AfterValidator(parse_report)]
Keep = Literal["on", "off", "on-failure"]


class Config(BaseSettings):
    """Settings of a run. The command line beats the environment (`AIWEBTEST_...`), `.env`, the file and the default."""

    model_config = SettingsConfigDict(
        env_prefix="AIWEBTEST_", frozen=True, extra="ignore", use_attribute_docstrings=True, env_ignore_empty=True
    )

    base_url: Annotated[str, AfterValidator(parse_base_url)] = ""
    """What relative URLs of tests are relative to."""
    serve: str = ""
    """A command that serves the application at `base_url`: started before a run unless that answers, ended after it."""
    serve_timeout: Duration = 60.0
    """How long the command may take until `base_url` answers."""
    paths: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = (".",)
    """Files and folders with tests, relative to the configuration file."""
    workers: Annotated[int, Field(ge=1, le=_MOST_WORKERS, examples=["auto"]), BeforeValidator(parse_workers)] = 1
    """How many cases run at the same time; `auto` is one for each processor, at most four."""
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    """How often a case that did not pass is tried again; one that passes then is reported as flaky."""
    max_failures: Annotated[int, Field(ge=1)] | None = None
    """After how many cases that did not pass the run ends early."""
    timeout: Duration = 5.0
    """How long a step may take: `10s`, `500ms`, or a number of seconds."""
    navigation_timeout: Duration = 30.0
    """How long a page may take to load."""
    headed: bool = False
    """Show the browser's window."""
    slow: Annotated[float, Field(ge=0, le=10_000)] = 0
    """A pause in front of each action, in milliseconds, to watch along."""
    trace: Keep = "on-failure"
    """When to keep Playwright's trace of a case."""
    screenshots: Keep = "on"
    """When to keep pictures of the steps."""
    report: Annotated[tuple[Report, ...], NoDecode, BeforeValidator(_listed)] = ("html",)
    """Reports to write: `html`, `junit`, `json`, `md`, each with an optional `=path`."""
    report_dir: Path = Path("aiwebtest-report")
    """Where reports and pictures go."""
    viewport: Size | None = None
    """Size of the page: `1280x720`, `phone`, `tablet`, `laptop`, `desktop`."""
    locale: LanguageTag | None = None
    """Language that the browser asks for, such as `en-GB`."""
    timezone: Timezone | None = None
    """Time zone of the browser, such as `Europe/Zurich`."""
    allowed_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)] = ()
    """The only origins that the browser may reach; none means no restriction."""
    frozen: bool = False
    """Replay only: a step without a fitting stored grounding is an error, and no model is asked."""
    fail_on_heal: bool = False
    """A case in which a stored grounding had to be replaced does not pass."""
    strict_effects: bool = False
    """An action without any visible effect fails its step."""
    provider: Provider | None = None
    """Model provider for what rules cannot place. Unset means rules and lockfile only."""
    record_decisions: bool = False
    """Keep what models were asked and answered, secrets masked, for `aiwebtest lab`."""
    variables: Annotated[
        dict[Annotated[str, AfterValidator(parse_variable)], str], NoDecode, BeforeValidator(_pairs)
    ] = {}
    """Values that sentences name in braces; tests may set them anew."""
