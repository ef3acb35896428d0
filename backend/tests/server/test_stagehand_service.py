"""The service that keeps browser, Stagehand and provider of a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from working import processes_of, serve_site

from aiwebtest.config import load_project
from aiwebtest.core.errors import ActionError, AiWebTestError, BrowserUnavailable
from app.core.config import ServerSettings
from app.services.stagehand_service import StagehandService
from app.workers import folders

_PROVIDERS = ("MODEL_PROVIDER", "USE_CEREBRAS", "USE_GOOGLE_DIRECT", "CEREBRAS_API_KEY", "GOOGLE_API_KEY")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerSettings:
    """Settings of a server in an empty folder, with no provider in the environment."""
    for name in _PROVIDERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data")


async def test_it_is_opened_once_kept_warm_and_leaves_no_process(here: ServerSettings) -> None:
    """What a server and a worker do with it."""
    name = folders.new_name()
    with folders.own_folder(here.data_dir, name):
        service = StagehandService(here, owner=name)
        before = service.health()
        await service.initialize()
        pool = service.pool
        await service.initialize()
        warm = service.health()
        async with serve_site() as site, service.pool.session() as session:
            await session.goto(site.url)
            assert await session.tab_titles() == ("Site",)
        same = service.pool is pool
        await service.shutdown()
        await service.shutdown()
        left = [one for one in processes_of(name) if "chromium" in one or "driver" in one]

    assert not before.ready
    assert same
    assert (warm.ready, warm.browser_alive, warm.provider, warm.models) == (True, True, "builtin", False)
    assert warm.browser
    assert left == []
    assert not service.health().ready
    with pytest.raises(BrowserUnavailable):
        _ = service.pool


@pytest.mark.parametrize(
    ("settings", "provider"),
    [
        pytest.param({"MODEL_PROVIDER": "cerebras"}, "cerebras", id="the new name"),
        pytest.param({"USE_CEREBRAS": "true"}, "cerebras", id="the older name"),
        pytest.param({"USE_GOOGLE_DIRECT": "true"}, "google", id="the older name of another"),
    ],
)
async def test_it_picks_the_provider_that_the_settings_name(
    here: ServerSettings, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], provider: str
) -> None:
    """Changing it changes no code; nobody is asked for that."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for vendor in ("CEREBRAS", "GOOGLE"):
        monkeypatch.setenv(f"{vendor}_API_KEY", "not-a-real-key")

    async with StagehandService(here) as service:
        health = service.health()

    assert (health.provider, health.models) == (provider, True)


async def test_a_provider_without_a_key_is_told_and_the_browser_works_all_the_same(
    here: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that ask nobody, or somebody else, go on."""
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")
    service = StagehandService(here, project=load_project(start=here.data_dir.parent))
    try:
        with pytest.raises(AiWebTestError, match="CEREBRAS_API_KEY"):
            await service.initialize()

        assert service.health().ready
        assert "CEREBRAS_API_KEY" in service.health().problem
    finally:
        await service.shutdown()


async def test_no_page_reaches_a_clouds_metadata(here: ServerSettings) -> None:
    """However the address is written, and wherever a redirect leads."""
    async with StagehandService(here) as service, service.pool.session() as session:
        for address in ("http://169.254.169.254/latest", "http://0xA9FEA9FE/", "http://metadata.google.internal/"):
            with pytest.raises(ActionError, match="name not resolved"):
                await session.goto(address)
