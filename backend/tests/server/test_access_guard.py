"""What holds for every request: other sites, sizes, headers, rates, and who may connect at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from served import Served, serve

from app.core.config import ServerSettings, load_settings
from app.core.errors import TooMany, Unavailable
from app.core.limits import RateLimits
from app.core.security import check_binding

API = "/api/v1"
KEY = "kJ8s-Qm2LxR7vT4zYw9BpN3hDf6GcE1u"


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: nothing here depends on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none", max_request_mb=0.01)


@pytest_asyncio.fixture
async def served(settings: ServerSettings) -> AsyncIterator[Served]:
    """A server with these settings."""
    async with serve(settings) as served:
        yield served


# Other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Origin": "http://127.0.0.1:8000"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Origin": "http://127.0.0.1:9000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_a_change_by_cookie_must_come_from_our_own_pages(
    served: Served, headers: dict[str, str], status: int
) -> None:
    """The browser adds the cookie whoever makes the request."""
    client = await served.person()

    answer = await client.post(f"{API}/auth/logout", headers=headers)

    assert answer.status_code == status


async def test_reading_and_tokens_are_not_asked_where_they_come_from(served: Served) -> None:
    """A link from elsewhere may lead here, and who sends a token means it."""
    person, machine = await served.person(), await served.machine("admin")
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    assert (await person.get(f"{API}/auth/me", headers=headers)).status_code == 200
    answer = await machine.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}, headers=headers)
    assert answer.status_code == 201


async def test_logging_in_from_another_site_is_refused(served: Served) -> None:
    """Nobody is logged in to a stranger's account without knowing."""
    client = await served.anybody()

    answer = await client.post(
        f"{API}/auth/login", json={"email": "a@b", "password": "x"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403


async def test_the_public_address_is_ours_behind_a_proxy_that_changes_the_host(settings: ServerSettings) -> None:
    """As AIWEBTEST_PUBLIC_URL says."""
    told = settings.model_copy(update={"public_url": "https://tests.example.com"})
    async with serve(told) as served:
        client = await served.anybody(Origin="https://tests.example.com")
        answer = await client.post(f"{API}/auth/login", json={"email": "a@b", "password": "x"})

    assert answer.status_code == 401


# Headers


async def test_every_answer_has_the_headers_that_hold_browsers_back(served: Served) -> None:
    """Errors too."""
    client = await served.person()

    for path in (f"{API}/auth/me", f"{API}/nothing", f"{API}/openapi.json"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


async def test_over_https_cookies_are_secure_and_browsers_stay_with_it(settings: ServerSettings) -> None:
    """The prefix keeps other hosts of the domain from setting the cookie."""
    told = settings.model_copy(update={"public_url": "https://tests.example.com"})
    async with serve(told) as served:
        client = await served.anybody(base="https://tests.example.com")
        from app.services import links

        link = (await links.owner_link(served.platform)).rpartition("/")[2]
        answer = await client.post(
            f"{API}/auth/links/{link}", json={"email": "ada@example.com", "password": "four words and 7"}
        )
        again = await client.get(f"{API}/auth/me")

    assert answer.headers["set-cookie"].startswith("__Host-aiwebtest=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]
    assert again.status_code == 200


# Sizes


async def test_a_body_of_a_declared_size_that_is_too_large_is_refused(served: Served) -> None:
    """Before it is read."""
    answer = await (await served.anybody()).post(f"{API}/auth/login", content=b"x" * 10_001)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_in_chunks_that_grows_too_large_is_refused(served: Served) -> None:
    """A length that nobody declares is counted."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 1_000

    answer = await (await served.anybody()).post(
        f"{API}/auth/login", content=chunks(), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:aiwebtest:problem:too-large"
    assert "AIWEBTEST_MAX_REQUEST_MB" in answer.json()["mend"]


# Rates


async def test_a_user_who_asks_too_often_is_told_when_to_come_back(settings: ServerSettings) -> None:
    """And does not hold up anybody else."""
    async with serve(settings.model_copy(update={"requests_per_minute": 20})) as served:
        eager, other = await served.machine("read"), await served.machine("read")
        answers = [await eager.get(f"{API}/auth/me") for _ in range(21)]

        assert [answer.status_code for answer in answers] == [200] * 20 + [429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert (await other.get(f"{API}/auth/me")).status_code == 200


async def test_strangers_are_counted_by_address(settings: ServerSettings) -> None:
    """A new made-up token each time is no way around it."""
    async with serve(settings.model_copy(update={"requests_per_minute": 50})) as served:
        client = await served.anybody()
        answers = [await client.get(f"{API}/auth/me", headers={"Authorization": f"Bearer awt_{n}"}) for n in range(7)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2


def test_a_minute_later_requests_are_allowed_again() -> None:
    """And memory does not grow with the keys that were seen."""
    moment = [0.0]
    limits = RateLimits(2, clock=lambda: moment[0])
    limits.take("a")
    moment[0] = 59.0
    limits.take("a")
    with pytest.raises(TooMany) as told:
        limits.take("a")
    assert told.value.retry_after_s == 1.0

    moment[0] = 60.0
    limits.take("a")


# Binding


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "tests.example.com"])
def test_a_wider_binding_needs_a_secret_key(host: str, tmp_path: Path) -> None:
    """Nobody opens a server to a network by one option alone."""
    settings = ServerSettings(_env_file=None, data_dir=tmp_path, host=host)

    with pytest.raises(Unavailable) as told:
        check_binding(settings)

    assert "AIWEBTEST_SECRET_KEY" in told.value.mend
    check_binding(settings.model_copy(update={"secret_key": ServerSettings(_env_file=None, secret_key=KEY).secret_key}))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_needs_none(host: str, tmp_path: Path) -> None:
    """Trying it out takes no setting."""
    check_binding(ServerSettings(_env_file=None, data_dir=tmp_path, host=host))


@pytest.mark.parametrize(
    "key", ["short", "a" * 40, "please-changeme-please-changeme-1234", "your-secret-key-of-32-characters!"]
)
def test_a_key_that_anybody_could_guess_is_refused(key: str) -> None:
    """Examples of documents are no keys."""
    with pytest.raises(ValueError, match=r"shorter|placeholder"):
        ServerSettings(_env_file=None, secret_key=key)


def test_an_empty_key_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As env.example has it."""
    monkeypatch.setenv("AIWEBTEST_SECRET_KEY", "")

    assert load_settings(tmp_path).secret_key is None


async def test_another_machine_is_refused_while_the_key_is_not_ones_own(settings: ServerSettings) -> None:
    """Also where somebody binds wider past our own check: `uvicorn --host 0.0.0.0`."""
    async with serve(settings) as served:
        near, far = await served.anybody(), await served.anybody(base="http://192.168.1.20:8000")

        assert (await near.get(f"{API}/openapi.json")).status_code == 200
        answer = await far.get(f"{API}/openapi.json")

    assert answer.status_code == 503
    assert "AIWEBTEST_SECRET_KEY" in answer.json()["mend"]
