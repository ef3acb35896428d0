"""The engine's settings as the platform sees them: the server's own, and those of the tree that a test belongs to.

A tree may bring an `aiwebtest.toml`. Its settings of runs count; who is asked with which key at which address is the
server's alone, and so is the command that serves an application: a test's author commands no process of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiwebtest.config import Project, load_project
from aiwebtest.config.providers import split
from aiwebtest.core.errors import UsageError
from app.schemas.runs import RunRequest

__all__ = ["missing_key", "project_of", "server_project"]

_SECRETS_FROM = ("the secrets of the platform",)
_SET_BY = "store it on the page of secrets, or with PUT /api/v1/secrets/{name}."
_CONFIG = "aiwebtest.toml"


def server_project(overrides: Mapping[str, Any] | None = None) -> Project:
    """Return the engine's project of the server: the working directory's settings and providers.

    Raises UsageError that names every bad setting with its source.
    """
    return load_project(overrides=overrides)


def project_of(
    folder: Path, test_file: Path, request: RunRequest, *, secrets: Mapping[str, str], state: Path,
    preferred: str | None = None,
) -> Project:  # fmt: skip
    """Return the project to load and run a test with.

    `folder` is the tree with `test_file` in it, `secrets` are values (or stand-ins) by the name that tests know them
    by, and `state` is the folder where the server keeps what its providers have cost. `preferred` is asked where
    neither the request nor the test names anybody.
    """
    overrides = {
        "provider": request.provider, "base_url": request.base_url, "retries": request.retries,
        "frozen": request.frozen, "fail_on_heal": request.fail_on_heal, "timeout": request.timeout_s,
    }  # fmt: skip
    server = server_project(overrides)
    config, config_file = server.config, server.config_file
    own = _config_above(folder, test_file)
    if own is not None:
        project = load_project(config_path=own, overrides=overrides)
        config, config_file = project.config, own
        if config.provider is None:
            config = config.model_copy(update={"provider": server.config.provider})
    if preferred and request.provider is None:
        config = config.model_copy(update={"provider": preferred})
    providers = server.providers
    if request.alone:
        providers = providers.model_copy(update={"model_fallbacks": (), "model_routing": "fixed"})
    elif request.fallbacks is not None:
        providers = providers.model_copy(update={"model_fallbacks": tuple(request.fallbacks)})
    return replace(
        server,
        config=config.model_copy(update={"serve": "", "headed": False}),
        config_file=config_file,
        root=state,
        environment=dict(secrets),
        looked_in=_SECRETS_FROM,
        set_by=_SET_BY,
        providers=providers,
        provider_given=request.provider is not None,
    )


def _config_above(folder: Path, test_file: Path) -> Path | None:
    """Return the nearest configuration file at or above a test, inside its tree."""
    folder = folder.resolve()
    for above in test_file.resolve().parents:
        if (above / _CONFIG).is_file():
            return above / _CONFIG
        if above == folder:
            break
    return None


def missing_key(project: Project, provider: str) -> None:
    """Raise UsageError when a provider that a run names could not be asked: its key is missing."""
    vendor, _ = split(provider)
    settings = project.providers
    if vendor == "builtin" or settings.key_of(vendor) or (vendor == "openai" and settings.base_url_of("openai")):
        return
    raise UsageError(
        f"There is no key for the provider `{vendor}`; looked in {' and '.join(project.keys_looked_in)}.",
        mend=f"set {vendor.upper()}_API_KEY where the server runs, or choose another provider.",
    )
