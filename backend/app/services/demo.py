"""The demo shop: a small web shop on this server's loopback, and its suite, for a first run within a minute.

Loading it chooses free ports for the shop, for its broken twin, and for the shop after a redesign, and keeps them, so
that all are there again after a restart. Workers on other machines cannot reach them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.testing.shop import JUDGEMENT, SUITE, serve_shop
from aiwebtest.testing.shop.faults import Fault
from aiwebtest.testing.shop.faults.fault import edit
from aiwebtest.testing.shop.terms import CUSTOMER_EMAIL, CUSTOMER_PASSWORD
from app.models import Run, Setting, Suite, Test
from app.schemas.runs import RunRequest
from app.schemas.suites import SuiteNew
from app.services import audit, secrets, suites
from app.services.actor import Actor
from app.services.platform import Platform
from app.services.transfer import Incoming, import_files

__all__ = ["FAULT", "REDESIGN", "Shops", "left", "load", "shops"]

FAULT = "wrong-total"  # of the twin: the total leaves out the tax
REDESIGN = Fault(
    name="redesign",
    notice="Nothing is wrong; some things have other names, so that what was stored no longer fits.",
    caught_by="",
    edits=(
        *edit(
            "templates/_basket.html",
            '<button class="quiet">Apply</button>',
            '<button class="quiet">Apply the code</button>',
        ),
        *edit("templates/_basket.html", ">Go to checkout</a>", ">Go to the checkout</a>"),
    ),
)
_FOLDER = "demo-shop"
_SETTING, _PORTS = "demo-shop", ("port", "twin_port", "moved_port")
_SUITE, _TWIN, _JUDGING = "Demo shop", "Demo shop, broken twin", "Demo shop, with a model"
_MOVED = "Demo shop, redesigned"
_MOVED_TOLD = (
    "The shop with some things renamed. Run “Demo shop” first: what was stored then no longer fits, is found anew, and "
    "waits under Heals for your word."
)
_CHANGED = ("basket.test.yaml",)  # the tests that meet what the redesign changed
_LOG = logging.getLogger(__name__)


@dataclass
class Shops:
    """The shops that this process serves, once they are wanted."""

    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    urls: tuple[str, str, str] | None = None

    async def serve(self, ports: tuple[int, int, int] = (0, 0, 0)) -> tuple[str, str, str]:
        """Serve the shop, its broken twin and its redesign, unless they are served already; return their addresses.

        Raises OSError when a port is taken.
        """
        if self.urls is None:
            shop = await self.stack.enter_async_context(serve_shop(port=ports[0]))
            twin = await self.stack.enter_async_context(serve_shop(FAULT, ports[1]))
            moved = await self.stack.enter_async_context(serve_shop(REDESIGN, ports[2]))
            self.urls = shop.url, twin.url, moved.url
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
                port, twin_port, moved_port = (int(setting.value.get(name, 0)) for name in _PORTS)
                await kept.serve((port, twin_port, moved_port))
            except OSError as exc:
                _LOG.warning("The demo shop is not served: %s", exc)
        yield kept


async def load(platform: Platform, actor: Actor, served: Shops) -> int:
    """Serve the shop, store its tests and suites, and return the id of the suite. What is there already stays."""
    actor.require("admin")
    shop, twin, moved = await served.serve()
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
    changed = [one.test_id for one in tests if one.path.rpartition("/")[2] in _CHANGED and one.test_id is not None]
    ids = []
    for name, url, description, members in (
        (_SUITE, shop, "The example suite on the intact shop. Everything passes.", plain),
        (_TWIN, twin, "The same suite on a shop with a planted fault: some cases fail, and say why.", plain),
        (
            _MOVED,
            moved,
            _MOVED_TOLD,
            changed,
        ),
        (
            _JUDGING,
            shop,
            "Sentences that need judgement: choose a provider when you run it. An experiment compares two of them.",
            judging,
        ),
    ):
        ids.append(await _suite(platform, actor, name, url, description, members))
    async with platform.database.write() as session:
        ports: dict[str, Any] = dict(zip(_PORTS, map(_port, (shop, twin, moved)), strict=True))
        await session.merge(Setting(name=_SETTING, value=ports, updated_by=actor.label[:200]))
        audit.note(session, actor, "demo.load", f"suite {ids[0]}")
    return ids[0]


async def left(session: AsyncSession) -> Sequence[Suite]:
    """Return the demo's suites that were not run yet, in their order; none once there are tests of one's own."""
    own = select(Test.id).where(~Test.path.startswith(f"{_FOLDER}/"), Test.deleted_at.is_(None)).limit(1)
    if await session.scalar(own) is not None:
        return ()
    never = ~exists().where(Run.suite_id == Suite.id)
    wanted = select(Suite).where(Suite.name.in_((_SUITE, _TWIN, _MOVED, _JUDGING)), never).order_by(Suite.id)
    return (await session.scalars(wanted)).all()


async def _suite(platform: Platform, actor: Actor, name: str, url: str, description: str, members: list[int]) -> int:
    async with platform.database.read() as session:
        found = await session.scalar(select(Suite.id).where(Suite.name == name))
    if found is not None:
        return found
    body = SuiteNew(name=name, description=description, tests=members, settings=RunRequest(base_url=url))
    return (await suites.create(platform, actor, body)).id


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
