"""Where tests may go: allow and deny lists, and never by default to link-local and metadata addresses.

Those addresses hand out a cloud machine's credentials to whoever asks from inside it; a test that visits one would
show them in its screenshots.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

from aiwebtest.browser.wayout import Refused, Resolve
from app.core.config import ServerSettings
from app.core.errors import Invalid

__all__ = ["check", "literal_address", "refusal", "resolver"]

_Address = IPv4Address | IPv6Address

_NETWORKS = tuple(
    ip_network(text)
    for text in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "192.0.0.192/32")
)
_HOSTS = ("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal")
_NAT64 = ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}
_RESOLVE_S = 5.0
_MEND = "visit another address, or let an owner change AIWEBTEST_ALLOW_ORIGINS or _DENY_ORIGINS."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a web address leads. `host` is as browsers compare it: lower case, plain digits, no dot at the end."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")


async def check(settings: ServerSettings, url: str, *, mend: str = _MEND) -> None:
    """Raise `Invalid` with this `mend` when nothing may go to `url`.

    A name is looked up, since it may lead to a refused address. One that does not resolve passes: the browser will say
    so. What leads to no host passes too.
    """
    place = _place(url)
    if place is None:
        return
    allowed = bool(settings.allow_origins) and _listed(settings.allow_origins, place)
    addresses = [] if allowed or literal_address(place.host) else await _resolved(place.host)
    if reason := refusal(settings, url, addresses):
        raise Invalid(reason, mend=mend)


def resolver(settings: ServerSettings) -> Resolve:
    """Return how pages find their way out: by addresses that are checked, of hosts that are not refused.

    Asked for each connection of the browser, so that it holds for redirects, frames, workers and web sockets, and for a
    name that leads elsewhere than it did when the run began. Only host and port are known of a connection: it is denied
    if either scheme is, and allowed if either is.
    """

    async def resolve(host: str, port: int) -> list[str]:
        name = f"[{host}]" if ":" in host else host
        urls = [f"{scheme}://{name}:{port}/" for scheme in _PORTS]
        places = [place for url in urls if (place := _place(url)) is not None]
        literal = literal_address(host)
        addresses = [str(literal)] if literal else await _looked_up(host)
        reasons = [refusal(settings, url, addresses) for url in urls]
        if all(reasons) or any(_listed(settings.deny_origins, place) for place in places):
            raise Refused(next(filter(None, reasons)).rstrip("."))
        return addresses

    return resolve


def refusal(settings: ServerSettings, url: str, addresses: Iterable[str] = ()) -> str:
    """Return why tests may not visit `url`, "" if they may. `addresses` are those that its name resolves to."""
    place = _place(url)
    if place is None:
        return ""
    if _listed(settings.deny_origins, place):
        return f"Nothing may go to {place.origin}: it is on the list of denied origins."
    if _listed(settings.allow_origins, place):
        return ""
    if settings.allow_origins:
        return f"Nothing may go to {place.origin}: it is not on the list of allowed origins."
    if place.host in _HOSTS:
        return f"Nothing may go to {place.host}: it is the metadata service of a cloud."
    literal = literal_address(place.host)
    for address in [literal] if literal else [ip_address(text.partition("%")[0]) for text in addresses]:
        if _forbidden(address):
            return f"Nothing may go to {place.host}: {address} is a link-local or metadata address."
    return ""


def literal_address(host: str) -> _Address | None:
    """Return the address that a host is in itself, in any spelling that browsers take, None for a name.

    Browsers read `0xA9FEA9FE`, `2852039166`, `0251.0376.0251.0376` and `169.254.43518` all as 169.254.169.254.
    """
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    numbers = [_number(part) for part in host.split(".")]
    if len(numbers) > 4:
        return None
    *heads, last = (-1 if number is None else number for number in numbers)
    if any(not 0 <= head <= 255 for head in heads) or not 0 <= last < 256 ** (4 - len(heads)):
        return None
    return IPv4Address(sum(head << (8 * (3 - place)) for place, head in enumerate(heads)) + last)


def _number(part: str) -> int | None:
    """Return a number as the URL standard reads it: 0x for hexadecimal, a leading 0 for octal."""
    for pattern, base in ((r"0x([0-9a-f]*)", 16), (r"0([0-7]*)", 8), (r"([1-9][0-9]*)", 10)):
        if found := re.fullmatch(pattern, part):
            return int(found[1] or "0", base)
    return None


def _forbidden(address: _Address) -> bool:
    inside: _Address | None = None
    if isinstance(address, IPv6Address):
        translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
        inside = address.ipv4_mapped or address.sixtofour or translated
    return (inside is not None and _forbidden(inside)) or any(address in network for network in _NETWORKS)


def _place(url: str) -> _Place | None:
    """Return where an address leads, None for what leads to no host (`about:blank`, a path, a placeholder).

    Browsers drop tabs and line breaks, and take backslashes for slashes and any number of them behind the scheme.
    """
    text = re.sub(r"[\t\r\n]", "", url.strip()).replace("\\", "/")
    scheme, _, rest = text.partition(":")
    if scheme.lower() not in _PORTS:
        return None
    try:
        parts = urlsplit(f"{scheme.lower()}://{rest.lstrip('/')}")
        host, port = _folded(parts.hostname or ""), parts.port
    except ValueError as exc:
        raise Invalid(f"{url!r} is not an address: {exc}.", mend="write it as https://host:port/path.") from exc
    return _Place(parts.scheme, host, port or _PORTS[parts.scheme]) if host else None


def _folded(host: str) -> str:
    host = host if ":" in host else unquote(host)  # % begins the zone of an IPv6 address
    try:
        return host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        return host.lower().rstrip(".")


def _listed(patterns: Iterable[str], place: _Place) -> bool:
    """Tell whether an origin is on a list; `*` in an entry stands for anything, an entry without scheme for both."""
    bare = place.origin.partition("://")[2]
    return any(_matches(pattern.lower(), place.origin if "://" in pattern else bare) for pattern in patterns)


def _matches(pattern: str, origin: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), origin) is not None


async def _resolved(host: str) -> list[str]:
    try:
        return await _looked_up(host)
    except OSError:
        return []


async def _looked_up(host: str) -> list[str]:
    """Return the addresses of a name in the order in which they are to be tried; raise OSError when it has none."""
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (TimeoutError, UnicodeError) as exc:
        raise socket.gaierror(f"{host} was not resolved") from exc
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
