"""Where tests may go."""

from __future__ import annotations

import asyncio
import socket

import pytest

from app.core.config import ServerSettings
from app.core.errors import Invalid
from app.services.origins import check, refusal


def settings(**given: object) -> ServerSettings:
    """Return settings, with these lists and nothing else."""
    return ServerSettings(_env_file=None, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "HTTP://169.254.169.254",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://169.16689662/",
        "http://169.254.169.254.:80/",
        "http://user:word@169.254.169.254/",
        "http://example.com%2F@169.254.169.254/",
        "http://%31%36%39.254.169.254/",
        "http://①⑥⑨.254.169.254/",
        "http://169。254。169。254/",
        "http:\\\\169.254.169.254\\x",
        "http:169.254.169.254",
        "ht\ttp://169.254.\n169.254",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://100.100.100.200/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://METADATA.google.internal./",
    ],
)
def test_addresses_that_hand_out_credentials_are_refused_in_every_spelling(url: str) -> None:
    """Browsers understand all of these."""
    assert refusal(settings(), url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://localhost:3000",
        "https://shop.example.com/a?b=http://169.254.169.254",
        "http://10.0.0.1",
        "http://[::1]:8080/",
        "http://1.2.3.4.5/",
        "http://169.254.example.com",
        "https://169-254-169-254.example.com/",
        "about:blank",
        "/basket",
        "{base}/basket",
        "",
    ],
)
def test_all_else_may_be_visited(url: str) -> None:
    """Tests of what runs on this machine and in this network are the common case."""
    assert refusal(settings(), url) == ""


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://shop.example.com/basket", False),
        ("https://shop.example.com:443/basket", False),
        ("http://shop.example.com/", True),
        ("https://shop.example.com:8443/", True),
        ("https://shop.example.com.evil.example/", True),
        ("https://evil.example/?https://shop.example.com", True),
        ("http://localhost:3000", False),
        ("https://localhost:3000", False),
        ("http://localhost:3001", True),
        ("http://[::1]:3000", False),
    ],
)
def test_with_a_list_of_allowed_origins_only_those_may_be_visited(url: str, refused: bool) -> None:
    """Scheme, host and port count; an entry without scheme stands for both."""
    told = settings(allow_origins="https://shop.example.com, localhost:3000,http://[::1]:3000/")

    assert bool(refusal(told, url)) is refused


def test_denied_beats_allowed_and_stars_stand_for_anything() -> None:
    """An exception from a wide rule is possible."""
    told = settings(allow_origins="https://*.example.com", deny_origins="https://pay.example.com,*.bank.example")

    assert refusal(told, "https://shop.example.com") == ""
    assert "denied" in refusal(told, "https://pay.example.com")
    assert "not on the list" in refusal(told, "https://example.com")
    assert "denied" in refusal(told, "http://www.bank.example")


def test_a_metadata_address_can_be_allowed_by_name() -> None:
    """Whoever tests such a service says so."""
    assert refusal(settings(allow_origins="http://169.254.169.254"), "http://169.254.169.254/latest") == ""


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999/", "http://a:b/"])
def test_what_is_no_address_is_told(url: str) -> None:
    """As a mistake of the test, not of the server."""
    with pytest.raises(Invalid, match="is not an address"):
        refusal(settings(), url)


async def test_a_name_that_leads_to_a_refused_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of one's own is no way around it."""

    async def resolved(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host == "nowhere.example":
            raise socket.gaierror
        return [(0, 0, 0, "", ("203.0.113.7", 0)), (0, 0, 0, "", ("fe80::1%eth0", 0, 0, 2))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)

    with pytest.raises(Invalid, match=r"innocent\.example: fe80::1"):
        await check(settings(), "https://innocent.example/")
    await check(settings(), "https://nowhere.example/")  # the browser will say that there is no such name
    await check(settings(allow_origins="https://innocent.example"), "https://innocent.example/")
    await check(settings(), "about:blank")
