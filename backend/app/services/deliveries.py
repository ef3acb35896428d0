"""Tells webhooks what waits for them: signed, tried again with growing pauses, and by one process at a time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2 as httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now, now_s
from app.core.config import ServerSettings
from app.core.errors import Invalid, NotFound, Unavailable
from app.core.security import new_secret
from app.models import Delivery, Webhook
from app.schemas.webhooks import WebhookChange, WebhookNew
from app.services import audit, origins
from app.services.actor import Actor
from app.services.listing import page
from app.services.platform import Platform

__all__ = ["change", "create", "delete", "deliveries_of", "listed", "send_due", "send_test", "signed"]

PAUSES_S = (10.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0)
"""Before the second, third ... try; after the last one it is given up."""

_TRY_S = 10.0
_TAKEN_S = 60.0  # a delivery whose sender ended in the middle is tried again then
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Taken:
    id: int
    url: str
    secret: bytes
    event: str
    body: dict[str, object]
    tries: int


async def listed(session: AsyncSession, *, after: str | None, limit: int) -> tuple[list[Webhook], str | None]:
    """Return a page of webhooks, newest first, and the cursor of the next."""
    return await page(session, select(Webhook), Webhook.id, after=after, limit=limit)


async def deliveries_of(
    session: AsyncSession, webhook_id: int, *, after: str | None, limit: int
) -> tuple[list[Delivery], str | None]:
    """Return a page of a webhook's deliveries, newest first. Raises NotFound."""
    await _get(session, webhook_id)
    query = select(Delivery).where(Delivery.webhook_id == webhook_id)
    return await page(session, query, Delivery.id, after=after, limit=limit)


async def create(platform: Platform, actor: Actor, new: WebhookNew) -> tuple[Webhook, str]:
    """Store a webhook; return it and its secret, which cannot be read again. Raises Invalid."""
    await _check(platform.settings, new.url)
    secret = new_secret("awh_")
    async with platform.database.write() as session:
        webhook = Webhook(
            url=new.url, events=list(dict.fromkeys(new.events)), only=new.only, enabled=new.enabled,
            secret=platform.keys.encrypt(secret.encode()),
        )  # fmt: skip
        session.add(webhook)
        await session.flush()
        audit.note(session, actor, "webhook.create", f"webhook {webhook.id}", host=httpx.URL(new.url).host)
    return webhook, secret


async def change(platform: Platform, actor: Actor, webhook_id: int, told: WebhookChange) -> Webhook:
    """Change a webhook. Raises Invalid, NotFound."""
    given = told.model_dump(exclude_unset=True, exclude_none=True)
    if told.url is not None:
        await _check(platform.settings, told.url)
    async with platform.database.write() as session:
        webhook = await _get(session, webhook_id)
        changed = {name: value for name, value in given.items() if getattr(webhook, name) != value}
        for name, value in changed.items():
            setattr(webhook, name, value)
        audit.note(session, actor, "webhook.update", f"webhook {webhook_id}", changed=sorted(changed))
    return webhook


async def delete(platform: Platform, actor: Actor, webhook_id: int) -> None:
    """Delete a webhook and what waits for it. Raises NotFound."""
    async with platform.database.write() as session:
        await session.delete(await _get(session, webhook_id))
        audit.note(session, actor, "webhook.delete", f"webhook {webhook_id}")


async def send_due(platform: Platform) -> int:
    """Try the deliveries that are due; return how many were delivered."""
    taken = await _take(platform)
    if not taken:
        return 0
    async with httpx.AsyncClient(timeout=_TRY_S, follow_redirects=False) as client:
        return sum(await asyncio.gather(*(_send(platform, client, one) for one in taken)))


async def send_test(platform: Platform, actor: Actor, webhook_id: int) -> Delivery:
    """Send one message at once, tried a single time, and return what became of it. Raises NotFound."""
    at = now()
    async with platform.database.write() as session:
        hook = await _get(session, webhook_id)
        body: dict[str, object] = {
            "event": "test",
            "text": "A test message of AI Web Test.",
            "sent_by": actor.label,
            "at": at.isoformat(),
        }
        delivery = Delivery(
            webhook_id=hook.id, event="test", key=f"{hook.id}/test/{new_secret()[:24]}", body=body, tries=1,
            next_at=now_s() + _TAKEN_S,
        )  # fmt: skip
        session.add(delivery)
        await session.flush()
        taken = _Taken(delivery.id, hook.url, hook.secret, "test", body, len(PAUSES_S) + 1)  # its last try
        audit.note(session, actor, "webhook.test", f"webhook {webhook_id}")
    async with httpx.AsyncClient(timeout=_TRY_S, follow_redirects=False) as client:
        await _send(platform, client, taken)
    async with platform.database.read() as session:
        return await session.get_one(Delivery, delivery.id)


def signed(secret: str, body: bytes, at: int) -> str:
    """Return the signature header of a message."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


async def _take(platform: Platform) -> Sequence[_Taken]:
    due = Delivery.state == "waiting", Delivery.next_at <= now_s(), Webhook.enabled
    async with platform.database.read() as session:  # a writer's turn is not taken for nothing
        if await session.scalar(select(Delivery.id).join(Webhook).where(*due).limit(1)) is None:
            return []
    async with platform.database.write() as session:
        query = (
            select(Delivery, Webhook)
            .join(Webhook, Webhook.id == Delivery.webhook_id)
            .where(*due)
            .order_by(Delivery.next_at)
            .limit(_AT_ONCE)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        rows = (await session.execute(query)).all()
        for delivery, _ in rows:
            delivery.tries += 1
            delivery.next_at = now_s() + _TAKEN_S
        return [
            _Taken(delivery.id, hook.url, hook.secret, delivery.event, delivery.body, delivery.tries)
            for delivery, hook in rows
        ]


async def _send(platform: Platform, client: httpx.AsyncClient, one: _Taken) -> bool:
    status, problem = None, ""
    try:
        await _check(platform.settings, one.url)
        body = json.dumps({"delivery": one.id, **one.body}, ensure_ascii=False).encode()
        secret = platform.keys.decrypt(one.secret).decode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "aiwebtest",
            "X-AIWebTest-Event": one.event,
            "X-AIWebTest-Delivery": str(one.id),
            "X-AIWebTest-Signature": signed(secret, body, int(now_s())),
        }
        async with (
            asyncio.timeout(_TRY_S),  # altogether: one that drips its answer must not hold the others up
            client.stream("POST", one.url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code  # what else it says is of no interest, and may have no end
        problem = "" if answer.is_success else f"It answered with status {status}."
    except TimeoutError:
        problem = f"It did not answer within {_TRY_S:g} s."
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        problem = f"It could not be reached: {type(exc).__name__}."
    except (Invalid, Unavailable) as exc:
        problem = exc.what
    async with platform.database.write() as session:
        delivery = await session.get(Delivery, one.id, with_for_update=True)
        if delivery is not None:
            delivery.status, delivery.problem = status, problem
            if not problem:
                delivery.state, delivery.delivered_at = "delivered", now()
            elif one.tries > len(PAUSES_S):
                delivery.state = "given-up"
            else:
                delivery.next_at = now_s() + PAUSES_S[one.tries - 1]
    return not problem


async def _check(settings: ServerSettings, url: str) -> None:
    """Refuse link-local and metadata addresses; the lists of origins are about what tests may visit."""
    anywhere = settings.model_copy(update={"allow_origins": (), "deny_origins": ()})
    await origins.check(anywhere, url, mend="name the address of a service that is to be told.")


async def _get(session: AsyncSession, webhook_id: int) -> Webhook:
    found = await session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound("webhook", webhook_id)
    return found
