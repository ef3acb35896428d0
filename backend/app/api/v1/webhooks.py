"""Webhooks: addresses that are told of finished executions and runs."""

from __future__ import annotations

from fastapi import APIRouter, status

from app.api.deps import Owner, PlatformDep
from app.api.documents import errors
from app.api.parameters import After, Id, Limit
from app.schemas.base import Page
from app.schemas.webhooks import DeliveryAnswer, WebhookAnswer, WebhookChange, WebhookMade, WebhookNew
from app.services import deliveries

__all__ = ["router"]

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.get("", operation_id="listWebhooks", responses=errors())
async def list_webhooks(
    platform: PlatformDep, _actor: Owner, after: After = None, limit: Limit = 50
) -> Page[WebhookAnswer]:
    """List webhooks, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await deliveries.listed(session, after=after, limit=limit)
    return Page(items=[WebhookAnswer.model_validate(row) for row in rows], next=cursor)


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createWebhook", responses=errors())
async def create_webhook(platform: PlatformDep, actor: Owner, body: WebhookNew) -> WebhookMade:
    """Store a webhook. The secret in the answer signs its messages, and is not told again."""
    webhook, secret = await deliveries.create(platform, actor, body)
    return WebhookMade(**WebhookAnswer.model_validate(webhook).model_dump(), secret=secret)


@router.patch("/{webhook_id}", operation_id="changeWebhook", responses=errors(404))
async def change_webhook(platform: PlatformDep, actor: Owner, webhook_id: Id, body: WebhookChange) -> WebhookAnswer:
    """Change a webhook; what is left out stays as it is."""
    return WebhookAnswer.model_validate(await deliveries.change(platform, actor, webhook_id, body))


@router.delete(
    "/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteWebhook", responses=errors(404)
)
async def delete_webhook(platform: PlatformDep, actor: Owner, webhook_id: Id) -> None:
    """Delete a webhook and what waits for it."""
    await deliveries.delete(platform, actor, webhook_id)


@router.post("/{webhook_id}/test", operation_id="testWebhook", responses=errors(404))
async def test_webhook(platform: PlatformDep, actor: Owner, webhook_id: Id) -> DeliveryAnswer:
    """Send a webhook one test message now, and tell what became of it; it is not tried again."""
    return DeliveryAnswer.model_validate(await deliveries.send_test(platform, actor, webhook_id))


@router.get("/{webhook_id}/deliveries", operation_id="listDeliveries", responses=errors(404))
async def list_deliveries(
    platform: PlatformDep, _actor: Owner, webhook_id: Id, after: After = None, limit: Limit = 50
) -> Page[DeliveryAnswer]:
    """List what a webhook was told, and what waits, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await deliveries.deliveries_of(session, webhook_id, after=after, limit=limit)
    return Page(items=[DeliveryAnswer.model_validate(row) for row in rows], next=cursor)
