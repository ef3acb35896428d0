"""Facts: what a check may rest on besides the snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.core.events import ConsoleLine, FailedRequest
from aiwebtest.core.snapshot import Snapshot

__all__ = ["DialogSeen", "DownloadSeen", "Facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogSeen:
    """A browser dialog (alert, confirm, prompt, beforeunload)."""

    kind: str
    text: str
    default: str = ""
    open: bool = False
    answer: str = ""  # "accepted" or "dismissed" once answered


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSeen:
    """A download that the page started."""

    name: str  # suggested file name
    path: str = ""  # where it was kept; "" while it runs or when it failed
    size_bytes: int | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a rule may look at when it judges a claim, at one moment."""

    snapshot: Snapshot
    console: tuple[ConsoleLine, ...] = ()  # since the case began
    failed_requests: tuple[FailedRequest, ...] = ()
    downloads: tuple[DownloadSeen, ...] = ()
    dialogs: tuple[DialogSeen, ...] = ()  # oldest first; the last may be open
    tabs: tuple[str, ...] = ()  # titles of the open tabs, in order
    last: tuple[int, int] | None = None  # (frame, local) of the element acted on last, for "it" and "the field"
