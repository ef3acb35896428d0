"""Artifacts in an S3-compatible store: a real one on loopback, which checks signatures."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from served import Served, serve
from working import until

from app.core.config import ServerSettings
from app.models import ArtifactFile, Execution, Run
from app.services import retention

API = "/api/v1"
CONTENT = bytes(range(256)) * 2000  # more than is read at a time


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(
        _env_file=None, data_dir=tmp_path / "data", worker="none", artifacts_url="s3://pictures/of/tests"
    )


@pytest_asyncio.fixture
async def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """The folder of a bucket that rclone serves; the environment says where, and with which keys."""
    folder = tmp_path / "store"
    (folder / "pictures").mkdir(parents=True)
    log = tmp_path / "store.log"
    with log.open("wb") as told:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).parent / "rclone", "serve", "s3", folder, "--addr", "127.0.0.1:0", "--auth-key",
            "tests,of-the-bucket", "--config", "", "--vfs-cache-mode", "off", stderr=told,
        )  # fmt: skip

    async def listens() -> bool:
        assert process.returncode is None, log.read_text()
        return "server on [" in log.read_text()

    try:
        await until(listens)
        address = log.read_text().partition("server on [")[2].partition("/]")[0]
        given = {"ACCESS_KEY_ID": "tests", "SECRET_ACCESS_KEY": "of-the-bucket", "REGION": "us-east-1"}
        for name, value in {**given, "ENDPOINT_URL": address, "ALLOW_HTTP": "true"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        yield folder / "pictures"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


async def an_artifact(served: Served, file: Path) -> tuple[int, int]:
    """Return the ids of an execution that is over, and of the file that it left in the store."""
    async with served.platform.database.write() as session:
        run = Run(name="run", total=1)
        session.add(run)
        await session.flush()
        execution = Execution(run_id=run.id, name="case", state="finished", outcome="passed")
        session.add(execution)
        await session.flush()
        key = f"executions/{execution.id}/1/{file.name}"
        row = ArtifactFile(
            execution_id=execution.id, attempt=1, kind="screenshot", key=key, name=file.name, media_type="image/png",
            size_bytes=await served.platform.artifacts.put(key, file),
        )  # fmt: skip
        session.add(row)
    return execution.id, row.id


async def test_files_are_kept_read_in_parts_and_cleaned_up(
    bucket: Path, settings: ServerSettings, tmp_path: Path
) -> None:
    """As those in the data folder are, and for nobody who is not known."""
    picture = tmp_path / "step.png"
    picture.write_bytes(CONTENT)
    async with serve(settings) as served:
        execution_id, artifact_id = await an_artifact(served, picture)
        stored = files_in(bucket)
        address = f"{API}/executions/{execution_id}/artifacts/{artifact_id}"
        client, nobody = await served.machine("admin"), await served.anybody()

        whole = await client.get(address)
        part = await client.get(address, headers={"Range": "bytes=1000-300999"})
        end = await client.get(address, headers={"Range": "bytes=-10"})
        behind = await client.get(address, headers={"Range": f"bytes={len(CONTENT)}-"})
        elsewhere = await client.get(f"{API}/executions/{execution_id + 1}/artifacts/{artifact_id}")
        refused = await nobody.get(address)

        await served.platform.artifacts.put(f"executions/{execution_id}/1/orphan.png", picture)
        await served.platform.artifacts.put("executions/999/1/orphan.png", picture)
        with_orphans = len(files_in(bucket))
        orphans = await retention.delete_orphans(served.platform, fresh_s=-60.0)
        without = files_in(bucket)
        deleted = await client.delete(f"{API}/executions/{execution_id}")

    assert stored == [f"of/tests/executions/{execution_id}/1/step.png"]
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert (part.status_code, part.content) == (206, CONTENT[1000:301000])
    assert part.headers["Content-Range"] == f"bytes 1000-300999/{len(CONTENT)}"
    assert (end.content, behind.status_code) == (CONTENT[-10:], 416)
    assert (elsewhere.status_code, refused.status_code) == (404, 401)
    assert (with_orphans, orphans, without) == (3, 2, stored)
    assert (deleted.status_code, files_in(bucket)) == (204, [])


async def test_a_store_that_refuses_is_told_as_what_it_is(
    bucket: Path, settings: ServerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong key is no fault of the server, and no missing file."""
    picture = tmp_path / "step.png"
    picture.write_bytes(b"picture")
    async with serve(settings) as served:
        execution_id, artifact_id = await an_artifact(served, picture)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    async with serve(settings) as served:
        client = await served.machine("read")
        answer = await client.get(f"{API}/executions/{execution_id}/artifacts/{artifact_id}")

    assert answer.status_code == 503
    assert "AIWEBTEST_ARTIFACTS_URL" in answer.json()["mend"]
    assert "another" not in answer.text
