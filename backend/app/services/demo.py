"""The demo shop: a small web shop on this server's loopback, and its suite, for a first run within a minute.

Loading it chooses two free ports, one for the shop and one for its broken twin, and keeps them, so that the shops are
there again after a restart. Workers on other machines cannot reach them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from aiwebtest.testing.shop import JUDGEMENT, SUITE, serve_shop
from aiwebtest.testing.shop.terms import CUSTOMER_EMAIL, CUSTOMER_PASSWORD
from app.models import Setting, Suite
from app.schemas.runs import RunRequest
from app.schemas.suites import SuiteNew
from app.services import audit, secrets, suites
from app.services.actor import Actor
from app.services.platform import Platform
from app.services.transfer import Incoming, import_files

__all__ = ["FAULT", "Shops", "load", "shops"]

FAULT = "wrong-total"  # of the twin: the total leaves out the tax
_FOLDER = "demo-shop"
_SETTING = "demo-shop"
_SUITE, _TWIN, _JUDGING = "Demo shop", "Demo shop, broken twin", "Demo shop, with a model"
_LOG = logging.getLogger(__name__)


@dataclass
class Shops:
    """The shops that this process serves, once they are wanted."""

    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    urls: tuple[str, str] | None = None

    async def serve(self, ports: tuple[int, int] = (0, 0)) -> tuple[str, str]:
        """Serve the shop and its broken twin, unless they are served already, and return their addresses.

        Raises OSError when a port is taken.
        """
        if self.urls is None:
            shop = await self.stack.enter_async_context(serve_shop(port=ports[0]))
            twin = await self.stack.enter_async_context(serve_shop(FAULT, ports[1]))
            self.urls = shop.url, twin.url
        return self.urls


@asynccontextmanager
async def shops(platform: Platform) -> AsyncIterator[Shops]:
    """Yield the shops of this server: served at once when they were loaded in an earlier life of it."""
    kept = Shops()
    async with kept.stack:
        async with platform.database.read() as session:
            setting = await session.get(Setting, _SETTING)
        if setting is not None:
            try:
                await kept.serve((int(setting.value["port"]), int(setting.value["twin_port"])))
            except OSError as exc:
                _LOG.warning("The demo shop is not served: %s", exc)
        yield kept


async def load(platform: Platform, actor: Actor, served: Shops) -> int:
    """Serve the shop, store its tests and suites, and return the id of the suite. What is there already stays."""
    actor.require("admin")
    shop, twin = await served.serve()
    incoming = Incoming()
    incoming.add("aiwebtest.toml", f'base_url = "{shop}"\ntimeout = "20s"\n'.encode(), folder=_FOLDER)
    for folder in (SUITE, JUDGEMENT):
        for file in sorted(folder.iterdir()):
            if file.is_file():
                incoming.add(file.name, file.read_bytes(), folder=_FOLDER)
    for name, value in (("SHOP_EMAIL", CUSTOMER_EMAIL), ("SHOP_PASSWORD", CUSTOMER_PASSWORD)):
        await secrets.store(platform, actor, name, value)
    taken = await import_files(platform, actor, incoming, message="The demo shop's suite")
    asking = {f"{_FOLDER}/{file.name}" for file in JUDGEMENT.iterdir()}
    tests = [one for one in taken if one.kind == "test" and one.test_id is not None]
    plain = [one.test_id for one in tests if one.path not in asking and one.test_id is not None]
    judging = [one.test_id for one in tests if one.path in asking and one.test_id is not None]
    ids = []
    for name, url, description, members in (
        (_SUITE, shop, "The example suite on the intact shop. Everything passes.", plain),
        (_TWIN, twin, "The same suite on a shop with a planted fault: some cases fail, and say why.", plain),
        (
            _JUDGING,
            shop,
            "Sentences that need judgement: choose a provider when you run it. An experiment compares two of them.",
            judging,
        ),
    ):
        ids.append(await _suite(platform, actor, name, url, description, members))
    async with platform.database.write() as session:
        ports: dict[str, Any] = {"port": _port(shop), "twin_port": _port(twin)}
        await session.merge(Setting(name=_SETTING, value=ports, updated_by=actor.label[:200]))
        audit.note(session, actor, "demo.load", f"suite {ids[0]}")
    return ids[0]


async def _suite(platform: Platform, actor: Actor, name: str, url: str, description: str, members: list[int]) -> int:
    async with platform.database.read() as session:
        found = await session.scalar(select(Suite.id).where(Suite.name == name))
    if found is not None:
        return found
    body = SuiteNew(name=name, description=description, tests=members, settings=RunRequest(base_url=url))
    return (await suites.create(platform, actor, body)).id


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
