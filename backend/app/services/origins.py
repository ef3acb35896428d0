"""Where tests may go: allow and deny lists, and never by default to link-local and metadata addresses.

Those addresses hand out a cloud machine's credentials to whoever asks from inside it; a test that visits one would
show them in its screenshots.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from app.core.config import ServerSettings
from app.core.errors import Invalid

__all__ = ["check", "literal_address", "refusal"]

_Address = IPv4Address | IPv6Address

_NETWORKS = tuple(
    ip_network(text)
    for text in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "192.0.0.192/32")
)
_HOSTS = ("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal")
_PORTS = {"http": 80, "https": 443}
_RESOLVE_S = 5.0


async def check(settings: ServerSettings, url: str) -> None:
    """Raise `Invalid` when tests may not visit `url`; a name is looked up, since it may lead to a refused address.

    A name that does not resolve passes: the browser will say so, with the name as the page's own problem.
    """
    parts = _split(url)
    if parts is None:
        return
    addresses: list[str] = []
    if parts.hostname and literal_address(parts.hostname) is None and not _listed(settings.allow_origins, parts):
        addresses = await _resolved(parts.hostname)
    if reason := refusal(settings, url, addresses):
        raise Invalid(
            reason, mend="visit another address, or let an owner change AIWEBTEST_ALLOW_ORIGINS or _DENY_ORIGINS."
        )


def refusal(settings: ServerSettings, url: str, addresses: Iterable[str] = ()) -> str:
    """Return why tests may not visit `url`, "" if they may. `addresses` are those that its name resolves to."""
    parts = _split(url)
    if parts is None:
        return ""
    host = _plain(parts.hostname or "")
    if _listed(settings.deny_origins, parts):
        return f"Tests may not visit {_origin(parts)}: it is on the list of denied origins."
    if _listed(settings.allow_origins, parts):
        return ""
    if settings.allow_origins:
        return f"Tests may not visit {_origin(parts)}: it is not on the list of allowed origins."
    if host in _HOSTS:
        return f"Tests may not visit {host}: it is the metadata service of a cloud."
    literal = literal_address(host)
    for address in [literal] if literal else [ip_address(text.partition("%")[0]) for text in addresses]:
        if _forbidden(address):
            by_name = "" if literal else f"{host} leads to {address}; "
            return f"Tests may not visit {parts.hostname}: {by_name}{address} is a link-local or metadata address."
    return ""


def literal_address(host: str) -> _Address | None:
    """Return the address that a host is in itself, in any spelling that browsers take, None for a name.

    Browsers read `0xA9FEA9FE`, `2852039166`, `0251.0376.0251.0376` and `169.254.43518` all as 169.254.169.254.
    """
    host = _plain(host)
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.split(".")
    if len(parts) > 4:
        return None
    numbers = [_number(part) for part in parts]
    if None in numbers:
        return None
    *heads, last = [number for number in numbers if number is not None]
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return None
    return IPv4Address(sum(head << (8 * (3 - place)) for place, head in enumerate(heads)) + last)


def _number(part: str) -> int | None:
    """Return a number as the URL standard reads it: 0x for hexadecimal, a leading 0 for octal."""
    base, digits = (16, part[2:] or "0") if part.startswith("0x") else (8, part) if part.startswith("0") else (10, part)
    return int(digits, base) if digits.isascii() and digits.isalnum() and _fits(digits, base) else None


def _fits(digits: str, base: int) -> bool:
    return all(digit in "0123456789abcdef"[:base] for digit in digits)


def _forbidden(address: _Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (_nat64(address))
        if inner is not None and _forbidden(inner):
            return True
    return any(address in network for network in _NETWORKS if network.version == address.version)


def _nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in ip_network("64:ff9b::/96") else None


def _plain(host: str) -> str:
    """Return a host as browsers compare it: folded, full-width digits made plain, no dot at the end."""
    try:
        return host.lower().encode("idna").decode().rstrip(".")
    except UnicodeError:
        return host.lower().rstrip(".")


def _split(url: str) -> SplitResult | None:
    """Return the parts of a web address, None for what leads to no host (`about:blank`, a path, a placeholder).

    Browsers take `http:host`, backslashes for slashes, and percent-encoded hosts too.
    """
    scheme, _, rest = url.strip().replace("\\", "/").partition(":")
    if scheme.lower() not in _PORTS:
        return None
    try:
        parts = urlsplit(f"{scheme}://{unquote(rest.lstrip('/'))}")
        return parts if parts.hostname and (parts.port or True) else None
    except ValueError as exc:
        raise Invalid(f"{url!r} is not an address: {exc}.", mend="write it as https://host:port/path.") from exc


def _origin(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else _plain(parts.hostname or "")
    port = parts.port
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def _listed(patterns: Iterable[str], parts: SplitResult) -> bool:
    """Tell whether an origin is on a list; `*` in an entry stands for anything, an entry without scheme for both."""
    origin = _origin(parts)
    return any(
        fnmatchcase(origin if "://" in pattern else origin.partition("://")[2], pattern.lower()) for pattern in patterns
    )


async def _resolved(host: str) -> list[str]:
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return sorted({str(address[0]) for *_, address in found})
