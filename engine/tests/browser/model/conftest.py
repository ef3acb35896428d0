"""Questions to a model through real Stagehand and a real browser; only the provider's answers come from a script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Page

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.observed import node_at
from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.case import Step
from aiwebtest.core.model import ModelQuestion
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.model.stagehand import StagehandModel
from aiwebtest.testing.scripted import GeneratorReply, ScriptedGenerator


@pytest_asyncio.fixture(scope="session")
async def pool() -> AsyncIterator[BrowserPool]:
    """One browser that a second client can attach to."""
    async with BrowserPool(BrowserSettings(debugging=True)) as pool:
        yield pool


@dataclass
class Asker:
    """Asks one model; `provider` is the script in the providers' place."""

    pool: BrowserPool
    stack: AsyncExitStack
    providers: dict[str | None, ScriptedGenerator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model = StagehandModel(lambda name: self.providers[name], name="scripted/v1", resolve=node_at)

    def answers(self, *replies: GeneratorReply, every: GeneratorReply | None = None) -> ScriptedGenerator:
        """Set what the run's own provider answers from now on."""
        self.providers[None] = ScriptedGenerator(*replies, every=every)
        return self.providers[None]

    async def page(self, html: str) -> Page:
        """Return a page in a context of its own."""
        session: Session = await self.stack.enter_async_context(self.pool.session())
        await session.page.set_content(html)
        return session.page

    async def question(self, page: Page, text: str, **fields: Any) -> ModelQuestion:
        """Return a question about the page as it is now."""
        fields.setdefault("step", Step(index=0, text=text))
        return ModelQuestion(
            execution=fields.pop("execution", "e1"), text=text, snapshot=await take_snapshot(page), page=page,
            cdp_url=self.pool.cdp_url or "", **fields,
        )  # fmt: skip

    async def chosen(self, page: Page, text: str, **fields: Any) -> Node:
        """Return the one element that the model chooses."""
        question = await self.question(page, text, **fields)
        answer = await self.model.ground(question)
        [(_, ref)] = answer.intents
        return question.snapshot.nodes[ref]


@pytest_asyncio.fixture(scope="session")
async def model_side(pool: BrowserPool) -> AsyncIterator[Callable[[AsyncExitStack], Asker]]:
    """Attaching takes seconds: one model for all tests of a worker."""
    shared = Asker(pool, AsyncExitStack())
    yield lambda stack: _renewed(shared, stack)
    await shared.model.close()


def _renewed(asker: Asker, stack: AsyncExitStack) -> Asker:
    asker.stack, asker.providers = stack, {}
    return asker


@pytest_asyncio.fixture
async def ask(model_side: Callable[[AsyncExitStack], Asker]) -> AsyncIterator[Asker]:
    """Ask the model about pages."""
    async with AsyncExitStack() as stack:
        yield model_side(stack)
