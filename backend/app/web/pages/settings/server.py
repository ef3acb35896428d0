"""What the server was started with, and how its queue is."""

from __future__ import annotations

from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.session import Visit

__all__ = ["show"]


def _lasts(hours: float) -> str:
    return words.count(round(hours / 24), "day") if hours >= 48 else f"{hours:g} hours"


async def show(visit: Visit) -> None:
    """Show the server."""
    settings = visit.platform.settings
    told = [
        ("Database", "PostgreSQL" if settings.on_postgresql else "SQLite in the data folder"),
        ("Artifacts", settings.artifacts_url or "files in the data folder"),
        ("Kept for", f"{settings.retention_days} days"),
        ("Decisions kept for", f"{settings.decision_days} days"),
        ("Worker", f"{settings.worker}, {settings.concurrency} at the same time"),
        ("Address", settings.public_url or f"http://{settings.host}:{settings.port}"),
        ("Tests may visit", ", ".join(settings.allow_origins) or "every origin that is not denied"),
        ("and not", ", ".join(settings.deny_origins) or "link-local and metadata addresses"),
        ("A log-in lasts", _lasts(settings.session_hours)),
    ]
    status = await visit.platform.queue.status()
    with Tag("div", cls="aw-g11"):
        with kit.card("This server", sub="Set where it is started; see docs/server.md"):
            Raw(kit.facts(told))
        with kit.card("Queue and workers"):
            Raw(
                kit.facts(
                    [
                        ("Queued", str(status.queued)),
                        ("Running", str(status.running)),
                        ("Workers", str(len(status.workers))),
                    ]
                )
            )
