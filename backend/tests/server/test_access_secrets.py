"""Secrets at rest, the secret key, its rotation, and the audit trail."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from served import Served, serve
from sqlalchemy import select, text

from app.core.config import ServerSettings
from app.core.errors import Invalid, Unavailable
from app.core.security import KEY_FILE, Keys
from app.models import Secret
from app.services import secrets
from app.services.rotation import rotate

API = "/api/v1"
VALUE = " pa55 word\n"
KEY = "kJ8s-Qm2LxR7vT4zYw9BpN3hDf6GcE1u"
OTHER_KEY = "Zq3n_Wc8XbV5mK1jHg7FdS2aPo9IuY4t"


async def test_a_secret_is_stored_encrypted_and_told_to_workers_only(served: Served) -> None:
    """No answer of the API holds its value."""
    owner = await served.person()

    answers = [
        await owner.put(f"{API}/secrets/PASSWORD", json={"value": VALUE}),
        await owner.get(f"{API}/secrets"),
        await owner.get(f"{API}/audit"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not any("pa55" in answer.text for answer in answers)
    async with served.platform.database.read() as session:
        assert b"pa55" not in (await session.execute(select(Secret.ciphertext))).scalar_one()
    assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": VALUE}


async def test_a_secret_is_replaced_and_deleted(served: Served) -> None:
    """By name."""
    owner = await served.person()
    for value in ("first", "second"):
        await owner.put(f"{API}/secrets/PASSWORD", json={"value": value})
    assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": "second"}

    assert (await owner.delete(f"{API}/secrets/PASSWORD")).status_code == 204

    with pytest.raises(Invalid, match="PASSWORD"):
        await secrets.reveal(served.platform, ["PASSWORD"])
    assert (await owner.delete(f"{API}/secrets/PASSWORD")).status_code == 404


@pytest.mark.parametrize("name", ["1st", "a b", "a%2Fb", "ä", "x" * 101])
async def test_a_name_that_no_test_could_write_is_refused(served: Served, name: str) -> None:
    """Names are those of variables."""
    answer = await (await served.person()).put(f"{API}/secrets/{name}", json={"value": "v"})

    assert answer.status_code in {404, 422}


async def test_the_key_is_made_once_and_for_its_owner_only(settings: ServerSettings) -> None:
    """Two processes that start at the same moment have the same."""
    first, second = Keys.load(settings), Keys.load(settings)

    assert second.decrypt(first.encrypt(b"x")) == b"x"
    assert first.derive("a") == second.derive("a") != first.derive("b")
    assert stat.S_IMODE((settings.data_dir / KEY_FILE).stat().st_mode) == 0o600


async def test_a_process_with_another_key_does_not_start(settings: ServerSettings, tmp_path: Path) -> None:
    """It could read no secret, and would write what the others cannot read."""
    async with serve(settings):
        pass
    stranger = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})

    with pytest.raises(Unavailable, match="another secret key"):
        async with serve(stranger):
            pass


async def test_a_rotation_encrypts_everything_with_a_new_key(settings: ServerSettings) -> None:
    """The old one opens nothing any more."""
    async with serve(settings) as served:
        await (await served.person()).put(f"{API}/secrets/PASSWORD", json={"value": VALUE})
    before, old = (settings.data_dir / KEY_FILE).read_text(), Keys.load(settings)

    rotated = await rotate(settings)

    assert rotated.renewed == 1
    assert (settings.data_dir / KEY_FILE).read_text() != before
    assert len((settings.data_dir / KEY_FILE).read_text().split()) == 1
    async with serve(settings) as served:
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": VALUE}
        async with served.platform.database.read() as session:
            ciphertext = (await session.execute(select(Secret.ciphertext))).scalar_one()
    with pytest.raises(Unavailable):
        old.decrypt(ciphertext)


async def test_a_rotation_that_was_interrupted_is_called_again(
    settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails in the middle, every secret can be read."""

    async def fail(*_: object) -> int:
        raise OSError("power cut")

    async with serve(settings) as served:
        await (await served.person()).put(f"{API}/secrets/PASSWORD", json={"value": VALUE})
    with monkeypatch.context() as patch:
        patch.setattr(secrets, "renew", fail)
        with pytest.raises(OSError, match="power cut"):
            await rotate(settings)

    async with serve(settings) as served:
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": VALUE}
    await rotate(settings)

    async with serve(settings) as served:
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": VALUE}


async def test_a_key_from_the_settings_is_rotated_by_naming_both(settings: ServerSettings) -> None:
    """For servers whose key comes from a vault."""
    old = ServerSettings(**{**settings.model_dump(), "secret_key": KEY}, _env_file=None)
    both = ServerSettings(**{**settings.model_dump(), "secret_key": OTHER_KEY, "old_secret_key": KEY}, _env_file=None)
    new = ServerSettings(**{**settings.model_dump(), "secret_key": OTHER_KEY}, _env_file=None)
    async with serve(old) as served:
        await (await served.person()).put(f"{API}/secrets/PASSWORD", json={"value": VALUE})

    await rotate(both)

    async with serve(new) as served:
        assert await secrets.reveal(served.platform, ["PASSWORD"]) == {"PASSWORD": VALUE}


async def test_a_lost_key_costs_the_secrets_and_nothing_else(settings: ServerSettings) -> None:
    """The server can be used again."""
    async with serve(settings) as served:
        await (await served.person()).put(f"{API}/secrets/PASSWORD", json={"value": VALUE})
    (settings.data_dir / KEY_FILE).unlink()

    rotated = await rotate(settings, lost=True)

    assert rotated.lost.secrets == ("PASSWORD",)
    async with serve(settings) as served:
        assert await secrets.list_secrets(served.platform) == []


# The audit trail


async def test_each_change_is_on_the_trail_with_who_and_from_where(served: Served) -> None:
    """And nothing of what failed is."""
    owner = await served.person("owner", "ada@example.com")
    await owner.put(f"{API}/secrets/PASSWORD", json={"value": "v"})
    await owner.post(f"{API}/users/invitations", json={"email": "bob@example.com", "role": "editor"})
    await owner.delete(f"{API}/users/999")

    entries = (await owner.get(f"{API}/audit")).json()["items"]

    told = [(entry["actor"], entry["action"], entry["subject"], entry["address"]) for entry in entries][:2]
    assert told == [
        ("ada@example.com", "user.invite", "user bob@example.com", "127.0.0.1"),
        ("ada@example.com", "secret.create", "secret PASSWORD", "127.0.0.1"),
    ]
    assert entries[0]["detail"] == {"role": "editor"}


async def test_the_trail_is_filtered_and_paged(served: Served) -> None:
    """Newest first, a page at a time, none twice and none left out."""
    ada, machine = await served.person("owner", "ada@example.com"), await served.machine("admin")
    for number in range(5):
        await (ada if number % 2 else machine).put(f"{API}/secrets/S{number}", json={"value": "v"})

    async def subjects(query: str) -> list[str]:
        return [entry["subject"] for entry in (await ada.get(f"{API}/audit?{query}")).json()["items"]]

    assert await subjects("actor=ada&action=secret.") == ["secret S3", "secret S1"]
    assert await subjects("subject=s4") == ["secret S4"]
    assert await subjects("action=secret.&until=2020-01-01T00:00:00Z") == []
    assert len(await subjects("action=secret.&since=2020-01-01T00:00:00%2B02:00")) == 5
    first = (await ada.get(f"{API}/audit?action=secret.&limit=3")).json()
    rest = (await ada.get(f"{API}/audit?action=secret.&limit=3&after={first['next']}")).json()
    assert [entry["subject"] for entry in first["items"] + rest["items"]] == [f"secret S{n}" for n in (4, 3, 2, 1, 0)]
    assert rest["next"] is None


async def test_a_failed_log_in_is_on_the_trail(served: Served) -> None:
    """With the account that was tried."""
    await (await served.anybody()).post(f"{API}/auth/login", json={"email": "eve@example.com", "password": "x"})

    [entry] = (await (await served.person()).get(f"{API}/audit?action=log-in.refused")).json()["items"]

    assert entry["actor"] == "eve@example.com"


@pytest.mark.parametrize("query", ["since=0001-01-01T00:00:00%2B14:00", "until=9999-12-31T23:59:59-14:00"])
async def test_moments_beyond_the_calendar_are_refused(served: Served, query: str) -> None:
    """Not a fault of the server."""
    assert (await (await served.person()).get(f"{API}/audit?{query}")).status_code == 422


async def test_the_trail_survives_its_users(served: Served) -> None:
    """Who has left is still named."""
    owner, ada = await served.person("owner"), await served.person("owner", "ada@example.com")
    await ada.put(f"{API}/secrets/PASSWORD", json={"value": "v"})
    async with served.platform.database.write() as session:
        await session.execute(text("DELETE FROM users WHERE email = 'ada@example.com'"))

    [entry] = (await owner.get(f"{API}/audit?action=secret.create")).json()["items"]

    assert entry["actor"] == "ada@example.com"
