"""Links that show one execution's report without a log-in, until they end.

A link is signed, not stored: it names the execution and its end, and nobody can make or prolong one without the
server's key. Deleting the execution, or a new secret key, ends it earlier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.errors import Gone
from app.services import audit, executions
from app.services.actor import Actor
from app.services.platform import Platform

__all__ = ["look", "share"]

_PURPOSE = "share"


async def share(platform: Platform, actor: Actor, execution_id: int, days: int, *, base: str) -> tuple[str, datetime]:
    """Return a link to an execution's report and when it ends. Raises NotFound.

    `base` is how the server was reached by who asks; the public address of the settings beats it.
    """
    actor.require("write")
    ends = (now() + timedelta(days=days)).replace(microsecond=0)
    async with platform.database.write() as session:
        await executions.get(session, execution_id)
        audit.note(session, actor, "execution.share", f"execution {execution_id}", until=ends.isoformat())
    claim = f"{execution_id}.{int(ends.timestamp())}"
    base = platform.settings.public_url or base
    return f"{base.rstrip('/')}/shared/{claim}.{_signature(platform, claim)}", ends


def look(platform: Platform, link: str) -> int:
    """Return the id of the execution that a link shows. Raises Gone when it is over, or was never ours."""
    claim, _, signature = link.rpartition(".")
    execution_id, _, ends = claim.partition(".")
    ours = link.isascii() and hmac.compare_digest(signature, _signature(platform, claim))
    if not ours or datetime.fromtimestamp(int(ends), UTC) <= now():
        raise Gone("This link is unknown or over.", mend="ask whoever sent it for a new one.")
    return int(execution_id)


def _signature(platform: Platform, claim: str) -> str:
    digest = hmac.new(platform.keys.derive(_PURPOSE), claim.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
