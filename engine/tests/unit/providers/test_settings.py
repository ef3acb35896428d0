"""Which provider is asked is one setting, from any of its places; a mistake in it is told before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiwebtest.config import load_project
from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.errors import UsageError
from aiwebtest.engine.models import RunModels, named_providers
from aiwebtest.providers.registry import Providers

PLACE = Place(path="a.test.yaml", line=1)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests may leak in."""
    for key in ProviderSettings.model_fields:
        monkeypatch.delenv(key.upper(), raising=False)
    monkeypatch.delenv("AIWEBTEST_PROVIDER", raising=False)
    monkeypatch.chdir(tmp_path)


def case(*steps: Step, **fields: str) -> Case:
    return Case(name="a", url="/", steps=steps or (Step(index=0, text="x"),), place=PLACE, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("environment", "dotenv", "backend", "toml", "provider", "named_by"),
    [
        ("", "", "", "", "builtin", ""),
        ("MODEL_PROVIDER=google", "", "", "", "google", "MODEL_PROVIDER"),
        ("", "MODEL_PROVIDER=google", "", "", "google", "MODEL_PROVIDER"),
        ("", "", "MODEL_PROVIDER=google", "", "google", "MODEL_PROVIDER"),
        ("", "", "", "[providers]\nmodel_provider = 'google'", "google", "MODEL_PROVIDER"),
        ("MODEL_PROVIDER=openai", "MODEL_PROVIDER=google", "", "", "openai", "MODEL_PROVIDER"),
        ("", "MODEL_PROVIDER=google", "MODEL_PROVIDER=openai", "", "google", "MODEL_PROVIDER"),
        ("", "", "MODEL_PROVIDER=openai", "[providers]\nmodel_provider = 'google'", "openai", "MODEL_PROVIDER"),
        ("USE_CEREBRAS=true", "", "", "", "cerebras", "USE_CEREBRAS"),
        ("USE_GOOGLE_DIRECT=true", "MODEL_PROVIDER=openrouter", "", "", "google", "USE_GOOGLE_DIRECT"),
        ("USE_GOOGLE_DIRECT=true", "USE_CEREBRAS=true", "", "", "cerebras", "USE_CEREBRAS"),
        ("USE_CEREBRAS=false", "MODEL_PROVIDER=openrouter", "", "", "openrouter", "MODEL_PROVIDER"),
        ("USE_CEREBRAS=true", "MODEL_PROVIDER=cerebras/qwen-3.8-27b", "", "", "cerebras/qwen-3.8-27b", "USE_CEREBRAS"),
        ("MODEL_PROVIDER=", "MODEL_PROVIDER=google", "", "", "google", "MODEL_PROVIDER"),
    ],
)
def test_the_provider_comes_from_the_strongest_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str, dotenv: str, backend: str, toml: str,
    provider: str, named_by: str,
) -> None:  # fmt: skip
    """The environment beats .env, that backend/.env, that the file; the older switches beat MODEL_PROVIDER."""
    if environment:
        monkeypatch.setenv(*environment.split("="))
    (tmp_path / "backend").mkdir()
    (tmp_path / ".env").write_text(dotenv)
    (tmp_path / "backend" / ".env").write_text(backend)
    (tmp_path / "aiwebtest.toml").write_text(toml)

    project = load_project()

    choice = project.providers.choice()
    assert (choice.provider, choice.named_by) == (provider, named_by)
    assert (project.config.provider or "builtin") == provider


def test_settings_that_disagree_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The older switch counts, as it always did, and that is told."""
    monkeypatch.setenv("USE_CEREBRAS", "true")
    monkeypatch.setenv("MODEL_PROVIDER", "google")

    [warning] = load_project().providers.choice().warnings

    assert "USE_CEREBRAS names cerebras, MODEL_PROVIDER names google" in warning


@pytest.mark.parametrize(
    ("dotenv", "toml", "what", "mend"),
    [
        ("MODEL_PROVIDER=cerebra", "", ".env:1: `cerebra` is not a provider", "`cerebras`"),
        ("\nMODEL_FALLBACKS=google,opnai", "", ".env:2: `opnai` is not a provider", "`openai`"),
        ("MODEL_TIMEOUT_S=soon", "", ".env:1: `MODEL_TIMEOUT_S` cannot be `soon`", "give a number"),
        ("BUDGET_USD_PER_DAY=-1", "", ".env:1: `BUDGET_USD_PER_DAY` cannot be `-1`", "give a number"),
        ("", "[providers]\nmodel_provder = 'google'", "unknown setting `providers.model_provder`", "`model_provider`"),
        ("", "[providers]\ngoogle_api_key = 'x'", "does not belong into a file that is committed", "GOOGLE_API_KEY"),
    ],
)
def test_a_bad_setting_names_its_source_and_the_nearest_good_one(
    tmp_path: Path, dotenv: str, toml: str, what: str, mend: str
) -> None:
    """At start, before a browser."""
    (tmp_path / ".env").write_text(dotenv)
    (tmp_path / "aiwebtest.toml").write_text(toml)

    with pytest.raises(UsageError) as error:
        load_project()

    assert what in error.value.what
    assert mend in error.value.mend


def test_no_key_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are logged now and then."""
    monkeypatch.setenv("GOOGLE_API_KEY", "sk-very-secret")

    project = load_project()

    assert "sk-very-secret" not in repr(project.providers) + str(project.providers.model_dump())


@pytest.mark.parametrize(
    ("given", "test", "step", "environment", "wanted"),
    [
        ("google", "cerebras", "openrouter", "openai", ["google"]),
        (None, "cerebras", None, "openai", ["cerebras"]),
        (None, "cerebras", "openrouter", "openai", ["cerebras", "openrouter"]),
        (None, None, None, "openai", ["openai"]),
        (None, None, None, None, []),
        ("builtin", "cerebras", "openrouter", "openai", []),
    ],
)
async def test_the_command_line_beats_the_test_and_that_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: str | None, test: str | None, step: str | None, environment: str | None,
    wanted: list[str],
) -> None:  # fmt: skip
    """The nearest to the person who runs it wins."""
    for vendor in ("GOOGLE", "CEREBRAS", "OPENROUTER", "OPENAI"):
        monkeypatch.setenv(f"{vendor}_API_KEY", "a-key")
    if environment:
        monkeypatch.setenv("MODEL_PROVIDER", environment)
    written = case(Step(index=0, text="x", provider=step), provider=test)  # type: ignore[arg-type]

    async with RunModels(load_project(overrides={"provider": given})) as models:
        prepared = await models.prepare([written])
        assert named_providers(prepared) == wanted
        assert (models.model is None) == (not wanted)


async def test_a_missing_key_says_which_where_and_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that nothing at all is needed without a model. All that are missing are told at once."""
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")
    monkeypatch.setenv("MODEL_FALLBACKS", "google")
    project = load_project()

    async with RunModels(project) as models:
        with pytest.raises(UsageError) as error:
            await models.prepare([case()])

    assert "CEREBRAS_API_KEY is not set" in error.value.what
    assert "GOOGLE_API_KEY is not set" in error.value.what
    assert str(project.root / "backend" / ".env") in error.value.what
    assert "https://cloud.cerebras.ai" in error.value.mend
    assert "builtin" in error.value.mend


async def test_the_ledger_is_that_of_the_last_run_that_took_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that asked nobody leaves no requests of another; one that was refused for its key takes none away."""
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")
    ledger = load_project().config.report_dir / "attempts.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("{}\n")

    async with RunModels(load_project()) as models:
        with pytest.raises(UsageError):
            await models.prepare([case()])
    kept = ledger.exists()
    async with RunModels(load_project(overrides={"frozen": True})) as models:
        await models.prepare([case()])

    assert kept
    assert not ledger.exists()


async def test_a_retired_model_names_its_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is honoured all the same."""
    monkeypatch.setenv("CEREBRAS_API_KEY", "a-key")
    monkeypatch.setenv("CEREBRAS_MODEL", "llama3.1-8b")
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")

    async with RunModels(load_project()) as models:
        await models.prepare([case()])
        [warning] = models.warnings

    assert "ended on 2026-05-27" in warning
    assert "gpt-oss-120b" in warning


async def test_a_server_of_ones_own_needs_a_model_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what it serves."""
    monkeypatch.setenv("OPENAI_API_BASE", "http://localhost:11434/v1")

    async with Providers(load_project().providers) as providers:
        with pytest.raises(UsageError, match="OPENAI_MODEL"):
            providers.check(["openai"])
        assert providers.check(["openai/llama3"]) == ()


async def test_chains_share_what_belongs_to_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models of one vendor count against the same limits; a fallback to oneself is none."""
    monkeypatch.setenv("CEREBRAS_API_KEY", "a-key")
    monkeypatch.setenv("GOOGLE_API_KEY", "a-key")
    monkeypatch.setenv("MODEL_FALLBACKS", "cerebras,google")

    async with Providers(load_project().providers) as providers:
        first, other = providers.chain("cerebras"), providers.chain("cerebras/qwen-3.8-27b")

        assert [link.vendor.label for link in first.links] == ["cerebras/gpt-oss-120b", "google/gemini-3.5-flash-lite"]
        assert first.links[0].breaker is other.links[0].breaker
        assert first.links[0].limits is other.links[0].limits
        assert providers.chain("cerebras") is first
        assert len(providers.chain("cerebras", ()).links) == 1


def test_a_changed_file_counts_at_the_next_start(tmp_path: Path) -> None:
    """Switching is one line."""
    (tmp_path / ".env").write_text("MODEL_PROVIDER=google")
    before = load_project().config.provider

    (tmp_path / ".env").write_text("MODEL_PROVIDER=cerebras")

    assert (before, load_project().config.provider) == ("google", "cerebras")


async def test_a_frozen_run_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks nobody: a build server may replay what was grounded elsewhere."""
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")

    async with RunModels(load_project(overrides={"frozen": True})) as models:
        await models.prepare([case()])

        assert models.model is None
