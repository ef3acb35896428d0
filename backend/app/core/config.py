"""The server's settings, from the environment, `.env` and `backend/.env`; built once at the entry point.

Settings of model providers (`MODEL_PROVIDER`, keys, budgets) are the engine's: see `aiwebtest.config`.
"""

from __future__ import annotations

from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from aiwebtest.core.errors import UsageError

__all__ = ["ServerSettings", "load_settings"]

_FILES = ("backend/.env", ".env")
_PLACEHOLDERS = ("changeme", "change-me", "change_me", "replace-me", "your-secret", "secret-key", "example")
_DRIVERS = ("postgresql", "postgres", "postgresql+psycopg", "sqlite+aiosqlite")


class ServerSettings(BaseSettings):
    """What the server, its workers and its commands are told. Durations in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="AIWEBTEST_",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(Path("aiwebtest-data"), description="Database, artifacts and key of a server of its own.")
    database_url: SecretStr | None = Field(
        None, validation_alias="DATABASE_URL", description="PostgreSQL; unset: SQLite in the data folder."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs and encrypts; at least 32 characters. Unset: made once and kept in the data folder."
    )
    old_secret_key: SecretStr | None = Field(
        None, description="The secret key of before, while `aiwebtest-server rotate-key` encrypts anew."
    )
    host: str = Field(
        "127.0.0.1", description="Address to bind to. Wider than loopback needs a secret key of your own."
    )
    port: int = Field(8000, ge=0, le=65535, description="Port to bind to; 0 takes a free one.")
    public_url: str = Field(
        "", description="How people reach the server, for links and cookies: https://tests.example.com"
    )
    worker: Literal["embedded", "none"] = Field(
        "embedded", description="Whether the server starts a worker process of its own."
    )
    worker_host: str = Field(
        "127.0.0.1",
        description="Address at which other machines reach a worker, inside your network: servers for pictures, trying "
        "and recording; remote browsers for their way out.",
    )
    concurrency: int = Field(2, ge=1, le=64, description="How many executions a worker runs at the same time.")
    queue: Literal["database", "procrastinate"] | None = Field(
        None, description="Who delivers wake-ups. Unset: procrastinate on PostgreSQL, the database itself on SQLite."
    )
    lease_s: float = Field(6.0, gt=0.5, description="A running execution not heard of for so long is taken over.")
    beat_s: float = Field(1.0, gt=0.05, description="How often a worker says that it lives and looks for a stop.")
    max_attempts: int = Field(
        2, ge=1, description="How often an execution is begun when its workers or their browsers die."
    )
    lost_worker: Literal["again", "error"] = Field(
        "again", description="What becomes of the execution of a killed worker: run again, or `error: worker lost`."
    )
    drain_s: float = Field(
        3.0, ge=0, description="How long a worker told to end may go on before executions are put back."
    )
    artifacts_url: str = Field(
        "", description="S3-compatible store, s3://bucket/prefix; unset: files in the data folder."
    )
    apply_suggestions: bool = Field(
        False, description="Ask for each test whom the suggestions name, where its file names nobody."
    )
    retention_days: int = Field(90, ge=1, description="Executions and artifacts older than this are deleted.")
    decision_days: int = Field(180, ge=1, description="Recorded decisions of models older than this are deleted.")
    session_hours: float = Field(24 * 14, gt=0, description="How long a log-in lasts.")
    max_request_mb: float = Field(8.0, gt=0, description="Largest request body.")
    requests_per_minute: int = Field(6000, ge=1, description="Requests a user or token may make in a minute.")
    browser_endpoint: str = Field(
        "",
        validation_alias="BROWSER_ENDPOINT",
        description="Remote browser: ws(s):// of Playwright, or http(s):// or cdp of CDP.",
    )
    allow_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins that tests may visit, with commas between; none: all that are not denied."
    )
    deny_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins that tests may not visit. Link-local and metadata addresses never, unless allowed."
    )

    @field_validator("secret_key", "old_secret_key")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        text = "" if value is None else value.get_secret_value()
        if not text:
            return None
        if len(text) < 32:
            raise ValueError("is shorter than 32 characters")
        if len(set(text)) < 10 or any(word in text.lower() for word in _PLACEHOLDERS):
            raise ValueError("is a placeholder: anybody could guess it")
        return value

    @field_validator("database_url")
    @classmethod
    def _an_address(cls, value: SecretStr | None) -> SecretStr | None:
        from sqlalchemy import exc, make_url  # late: it takes longer than all of the settings

        text = "" if value is None else value.get_secret_value()
        try:
            known = not text or make_url(text).drivername in _DRIVERS
        except (exc.ArgumentError, ValueError):  # the port, for one
            known = False
        if not known:
            raise ValueError("is not the address of a database, as in postgresql://user:password@host/name")
        return value

    @field_validator("allow_origins", "deny_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
        return value

    @cached_property
    def database(self) -> str:
        """Return SQLAlchemy's URL of the database."""
        if self.database_url is None or not self.database_url.get_secret_value():
            return f"sqlite+aiosqlite:///{(self.data_dir / 'aiwebtest.db').resolve()}"
        url = self.database_url.get_secret_value()
        scheme, _, rest = url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url

    @property
    def on_postgresql(self) -> bool:
        """Tell whether the database is PostgreSQL."""
        return self.database.startswith("postgresql")

    @property
    def proxy_host(self) -> str:
        """Return the address at which the browser reaches a worker, for the proxies of its sessions."""
        return self.worker_host if self._browser_elsewhere else "127.0.0.1"

    @property
    def reached_by_browser(self) -> bool:
        """Tell whether the browser can reach a worker at `proxy_host`; one on another machine not at loopback."""
        return not (self._browser_elsewhere and _is_loopback(self.proxy_host))

    @property
    def _browser_elsewhere(self) -> bool:
        host = urlsplit(self.browser_endpoint).hostname
        return host is not None and not _is_loopback(host)

    @property
    def on_https(self) -> bool:
        """Tell whether people reach the server by https."""
        return self.public_url.lower().startswith("https://")

    @property
    def loopback(self) -> bool:
        """Tell whether only this machine can reach the server."""
        return _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(root: Path | None = None, **given: object) -> ServerSettings:
    """Return the settings; `given` beats the environment, which beats `.env` and `backend/.env` below `root`.

    Raises UsageError that names every bad one.
    """
    root = root or Path.cwd()
    files = [root / name for name in _FILES] + ([root / ".env"] if root.name == "backend" else [])
    try:
        return ServerSettings(_env_file=tuple(dict.fromkeys(files)), **given)  # type: ignore[arg-type]
    except ValidationError as exc:
        told = " ".join(f"{_source(str(error['loc'][0]))}: {_reason(error['msg'])}." for error in exc.errors())
    raise UsageError(told, mend="correct it in the environment, in .env, or in the command; see docs/server.md.")


def _source(field: str) -> str:
    return field if field.isupper() else f"AIWEBTEST_{field.upper()}"


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")
