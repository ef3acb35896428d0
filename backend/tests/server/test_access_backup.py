"""Backup and restore, within a database and from one to the other, with artifacts and without the key."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest
from served import Served, serve
from sqlalchemy import select

from app.core.config import ServerSettings
from app.core.errors import Conflict, Invalid
from app.core.security import KEY_FILE
from app.models import ArtifactFile, Base, Execution, Run, Secret, User
from app.services import secrets
from app.services.backup import backup, restore

API = "/api/v1"


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> ServerSettings:
    """Settings of another server, on a new database of either kind that has no tables yet."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres")
    return ServerSettings(_env_file=None, data_dir=tmp_path / "elsewhere", database_url=url, worker="none")


async def fill(served: Served, tmp_path: Path) -> None:
    """Put some of everything into a server: a person, a secret, an execution with a picture, gaps in the numbers."""
    owner = await served.person("owner", "ada@example.com")
    await owner.put(f"{API}/secrets/PASSWORD", json={"value": "pa55"})
    (tmp_path / "step.png").write_bytes(b"\x89PNG" * 1000)
    await served.platform.artifacts.put("executions/1/1/step.png", tmp_path / "step.png")
    async with served.platform.database.write() as session:
        run = Run(name="Grüße", request={"provider": None, "variables": {"a": "1"}}, total=2)
        session.add(run)
        await session.flush()
        kept = Execution(run_id=run.id, name="first", state="finished", outcome="passed", cost_usd=0.25, problem=None)
        gone = Execution(run_id=run.id, name="second", state="finished", outcome="failed", problem={"what": "x"})
        session.add_all([kept, gone])
        await session.flush()
        session.add(
            ArtifactFile(
                execution_id=kept.id, attempt=1, kind="screenshot", key="executions/1/1/step.png", name="step.png",
                media_type="image/png", size_bytes=4000,
            )
        )  # fmt: skip
        await session.delete(gone)


async def content(served: Served) -> dict[str, list[dict[str, Any]]]:
    """Return all rows but those that only tell of this moment or of the backup itself."""
    async with served.platform.database.read() as session:
        return {
            table.name: [
                dict(row) for row in (await session.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in {"workers", "audit", "settings", "one_time_links"}
        }


async def test_everything_comes_back_on_either_database(
    settings: ServerSettings, elsewhere: ServerSettings, tmp_path: Path
) -> None:
    """Rows, pictures, and the numbers that were given; also from SQLite to PostgreSQL, which is how a server grows."""
    file = tmp_path / "all.tar.gz"
    async with serve(settings) as served:
        await fill(served, tmp_path)
        before = await content(served)
        saved = await backup(served.platform, file, with_key=True)

    restored = await restore(elsewhere, file)

    assert (saved.artifacts, saved.missing, restored.artifacts, restored.rows) == (1, 0, 1, saved.rows)
    async with serve(elsewhere) as served:
        assert await content(served) == before
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": "pa55"}
        assert await served.platform.artifacts.read("executions/1/1/step.png") == b"\x89PNG" * 1000
        async with served.platform.database.write() as session:
            new = Execution(run_id=before["runs"][0]["id"], name="third")
            session.add(new)
            await session.flush()
            assert new.id == before["executions"][0]["id"] + 2  # the deleted one's number is not given again


async def test_a_backup_alone_gives_no_secret_away(settings: ServerSettings, tmp_path: Path) -> None:
    """The key is not in it, and the file is for its owner only."""
    file = tmp_path / "all.tar.gz"
    async with serve(settings) as served:
        await fill(served, tmp_path)
        await backup(served.platform, file)

    with tarfile.open(file) as archive:
        assert KEY_FILE not in archive.getnames()
        assert not any(b"pa55" in archive.extractfile(member).read() for member in archive)  # type: ignore[union-attr]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_without_the_key_the_rest_comes_back_and_what_is_lost_is_told(
    settings: ServerSettings, elsewhere: ServerSettings, tmp_path: Path
) -> None:
    """A server whose key is gone can be used again at once."""
    file = tmp_path / "all.tar.gz"
    async with serve(settings) as served:
        await fill(served, tmp_path)
        await backup(served.platform, file)

    restored = await restore(elsewhere, file)

    assert restored.lost.secrets == ("PASSWORD",)
    async with serve(elsewhere) as served, served.platform.database.read() as session:
        assert list((await session.execute(select(User.email))).scalars()) == ["ada@example.com"]
        assert list((await session.execute(select(Secret.name))).scalars()) == []


async def test_what_is_there_is_replaced_only_when_told(settings: ServerSettings, tmp_path: Path) -> None:
    """Nobody deletes a server by a slip."""
    file = tmp_path / "all.tar.gz"
    async with serve(settings) as served:
        await fill(served, tmp_path)
        await backup(served.platform, file)
        await served.user("viewer", "late@example.com")

    with pytest.raises(Conflict, match="holds something"):
        await restore(settings, file)
    await restore(settings, file, replace=True)

    async with serve(settings) as served, served.platform.database.read() as session:
        assert list((await session.execute(select(User.email))).scalars()) == ["ada@example.com"]
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": "pa55"}


async def test_a_damaged_backup_changes_nothing(settings: ServerSettings, tmp_path: Path) -> None:
    """It is read through before anything is deleted."""
    file = tmp_path / "all.tar.gz"
    async with serve(settings) as served:
        await fill(served, tmp_path)
        await backup(served.platform, file)
    file.write_bytes(file.read_bytes()[:-2000])

    with pytest.raises(Invalid, match="cannot be read"):
        await restore(settings, file, replace=True)

    async with serve(settings) as served, served.platform.database.read() as session:
        assert (await session.execute(select(User.email))).scalar_one() == "ada@example.com"


async def test_an_artifact_deleted_meanwhile_does_not_stop_a_backup(settings: ServerSettings, tmp_path: Path) -> None:
    """Retention goes on while a backup is written."""
    async with serve(settings) as served:
        await fill(served, tmp_path)
        await served.platform.artifacts.delete("executions/1/1/step.png")
        saved = await backup(served.platform, tmp_path / "all.tar.gz")

    assert (saved.artifacts, saved.missing) == (0, 1)


async def test_a_backup_never_overwrites(settings: ServerSettings, tmp_path: Path) -> None:
    """The last good one is not lost to a bad one."""
    file = tmp_path / "all.tar.gz"
    file.write_text("precious")
    async with serve(settings) as served:
        with pytest.raises(Conflict, match="exists"):
            await backup(served.platform, file)

    assert file.read_text() == "precious"
