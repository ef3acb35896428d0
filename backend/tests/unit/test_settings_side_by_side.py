"""The server's settings and the engine's share a prefix, and a process of the server reads both."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiwebtest.config import load_project
from app.core.config import ServerSettings


def test_no_setting_of_the_server_is_taken_for_a_slip_of_the_engines(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker loads the engine's settings in an environment that holds the server's."""
    for name, field in ServerSettings.model_fields.items():
        alias = field.validation_alias
        monkeypatch.setenv(alias if isinstance(alias, str) else f"AIWEBTEST_{name.upper()}", "1")

    assert load_project(start=tmp_path).root == tmp_path.resolve()
