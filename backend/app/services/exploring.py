"""Pages looked at by following links, told in plain lines: what a model is shown of an application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.errors import AiWebTestError
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.describe import kind_of

__all__ = ["PageSeen", "explore", "origin_of"]

_MOST_LINES = 80  # of one page
_LONGEST = 80  # characters of a line
_TOLD = frozenset(
    "button link textbox searchbox combobox listbox checkbox radio switch tab menuitem slider spinbutton heading alert "
    "status".split()
)
_LEAVES = ("logout", "log-out", "signout", "sign-out", "delete", "remove", "unsubscribe")
"""What an address must not hold: exploring changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """One page: its address, its title and what is on it, a line each: `button: Add to basket`."""

    url: str
    title: str
    lines: tuple[str, ...]


async def explore(session: Session, url: str, *, origins: frozenset[str], most: int) -> list[PageSeen]:
    """Return the page at `url` and pages that it leads to, nearest first. Only links are followed.

    Raises:
        AiWebTestError: the first page cannot be opened. Others that cannot are passed over.
    """
    waiting, known, seen = [url], {_bare(url)}, list[PageSeen]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        try:
            await session.goto(address)
            await session.settle()
            snapshot = await take_snapshot(session.page)
        except AiWebTestError:
            if not seen:
                raise
            continue
        if origin_of(snapshot.url) not in origins:
            continue
        seen.append(PageSeen(url=snapshot.url, title=snapshot.title, lines=_lines(snapshot)))
        for link in _links(snapshot):
            if origin_of(link) in origins and _bare(link) not in known and not _changes(link):
                known.add(_bare(link))
                waiting.append(link)
    return seen


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, "" for what is none of the web."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme in ("http", "https") else ""


def _bare(url: str) -> str:
    """Return an address without query and fragment: a list sorted another way is the same page."""
    return urldefrag(url)[0].partition("?")[0].rstrip("/")


def _changes(url: str) -> bool:
    return any(word in url.lower() for word in _LEAVES)


def _links(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.nodes:
        if node.href and node.visible and not node.href.startswith(("mailto:", "tel:", "javascript:", "#")):
            yield urljoin(snapshot.url, node.href)


def _lines(snapshot: Snapshot) -> tuple[str, ...]:
    told = (_line(node, snapshot) for node in snapshot.nodes if node.visible and node.role in _TOLD)
    return tuple(dict.fromkeys(filter(None, told)))[:_MOST_LINES]


def _line(node: Node, snapshot: Snapshot) -> str:
    name = node.name or node.label or node.placeholder or snapshot.text_of(node)
    name = " ".join(name.split())[:_LONGEST]
    return f"{kind_of(node)}: {name}" if name else ""
