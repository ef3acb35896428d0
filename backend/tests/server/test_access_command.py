"""The command `aiwebtest-server`, in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

BACKEND = Path(__file__).parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("AIWEBTEST_")} | {
    "PYTHONPATH": str(BACKEND)
}
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start commands in an empty folder; those that still run at the end are ended."""
    begun: list[subprocess.Popen[str]] = []

    def start(*words: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *words],
            cwd=tmp_path, env=ENVIRONMENT | settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        begun.append(process)
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def link_of(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the server's address and the secret of the owner link that it prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"(http://\S+)/link/(\S+)", line):
            return found[1], found[2]
    raise AssertionError(process.stderr.read() if process.stderr else "")


def listening(process: subprocess.Popen[str]) -> None:
    """Wait until a server has said that it is ready."""
    assert process.stderr is not None
    for line in process.stderr:
        if "startup complete" in line:
            return


def test_a_server_is_set_up_with_curl_and_ends_in_order(start: Start, tmp_path: Path) -> None:
    """First start, link, token, use of the token, SIGTERM: what a team does on its first day."""
    process = start("serve", "--port", "0", "--no-worker")
    base, link = link_of(process)
    listening(process)

    with httpx2.Client(base_url=base) as client:
        joined = client.post(
            f"/api/v1/auth/links/{link}", json={"email": "ada@example.com", "password": "four words and 7"}
        )
        token = client.post("/api/v1/tokens", json={"name": "ci", "scopes": ["run"]}).json()["token"]
    me = httpx2.get(f"{base}/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=300)

    assert joined.status_code == 200
    assert me.json()["may"] == ["read", "run"]
    assert "Traceback" not in errors
    assert "shutdown complete" in errors
    assert link not in errors
    assert (tmp_path / "aiwebtest-data" / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "settings", "told"),
    [
        (("serve", "--host", "0.0.0.0"), {}, "AIWEBTEST_SECRET_KEY"),
        (("serve",), {"AIWEBTEST_SECRET_KEY": "too short"}, "AIWEBTEST_SECRET_KEY: is shorter than 32 characters."),
        (("serve",), {"AIWEBTEST_PORT": "many"}, "AIWEBTEST_PORT"),
        (("restore", "nothing.tar.gz"), {}, "nothing.tar.gz cannot be read as a backup"),
        (("migrate",), {"DATABASE_URL": "postgresql://ada@host:many/name"}, "DATABASE_URL: is not the address of a"),
        (("owner-link",), {"DATABASE_URL": "postgresql://ada@127.0.0.1:9/name"}, "The database cannot be used: "),
    ],
)
def test_what_cannot_be_done_is_told_in_two_lines(
    start: Start, words: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    """What happened and what to do, no traceback, no secret; exit code 2."""
    process = start(*words, **settings)
    _, errors = process.communicate(timeout=300)

    assert process.returncode == 2
    assert told in errors
    assert "Try:" in errors
    assert "Traceback" not in errors
    assert "too short" not in errors


def test_uvicorn_tells_the_same_of_settings_that_are_wrong(tmp_path: Path) -> None:
    """Who serves the application by other means than our command needs to know as well what to mend."""
    ended = subprocess.run(
        [sys.executable, "-m", "uvicorn", "--app-dir", str(BACKEND), "app.main:app", "--port", "0"],
        cwd=tmp_path, env=ENVIRONMENT | {"AIWEBTEST_SECRET_KEY": "too short"}, text=True, capture_output=True,
        timeout=300, check=False,
    )  # fmt: skip

    assert ended.returncode == 3
    assert "AIWEBTEST_SECRET_KEY: is shorter than 32 characters." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_server_with_another_key_than_its_database_says_so_and_ends(start: Start, tmp_path: Path) -> None:
    """Its secrets could not be read, and nothing it wrote could be read later."""
    (tmp_path / "data").mkdir()
    migrate = start("migrate", "--data-dir", "data")
    assert migrate.wait(300) == 0
    with sqlite3.connect(tmp_path / "data" / "aiwebtest.db") as database:
        database.execute(
            "INSERT INTO settings VALUES ('secret-key', '{\"fingerprint\": \"another\"}', '', '2026-01-01')"
        )
    database.close()

    process = start("serve", "--port", "0", "--no-worker", "--data-dir", "data")
    _, errors = process.communicate(timeout=300)

    assert process.returncode == 3
    assert "belongs to another secret key" in errors
    assert "rotate-key" in errors
    assert "Traceback" not in errors


def test_a_taken_port_is_told(start: Start) -> None:
    """With what to do about it."""
    first = start("serve", "--port", "0", "--no-worker")
    base, _ = link_of(first)

    second = start("serve", "--no-worker", "--port", base.rpartition(":")[2], "--data-dir", "other")
    _, errors = second.communicate(timeout=300)

    assert second.returncode == 2
    assert "cannot be listened on" in errors


def test_a_backup_made_and_brought_back_by_command(start: Start) -> None:
    """The way back is one command."""
    made = start("owner-link").communicate(timeout=300)[0]
    saved = start("backup", "all.tar.gz").communicate(timeout=300)[0]
    back = start("restore", "all.tar.gz", "--data-dir", "elsewhere").communicate(timeout=300)[0]

    assert "/link/" in made
    assert "all.tar.gz: " in saved
    assert "rows and 0 artifacts are back" in back
