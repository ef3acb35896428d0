"""Ask a live provider one question through Stagehand, act on the answer, and tell how long the model took.

    python test_cerebras_stagehand.py [--provider cerebras|google|openrouter] [--emulated]

The key is read from the environment, `.env` or `backend/.env`. The page is the demo shop's, served on this machine.
`--emulated` asks the shipped emulator in the provider's place and needs no key; its time is then no provider's.
Exit codes: 0 all worked, 2 something is not set up (a key is missing), 3 a step did not work.

This is a program to be run by hand, not a pytest module, whatever its name begins with.
"""

# ruff: noqa: T201  (a command: it prints)
from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from io import TextIOWrapper
from pathlib import Path

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.observed import node_at
from aiwebtest.browser.perform import perform
from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.config import load_project
from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import Step
from aiwebtest.core.errors import ActionError, AiWebTestError, UsageError
from aiwebtest.core.model import ModelAnswer, ModelQuestion
from aiwebtest.core.scope import Scope
from aiwebtest.grounding.model.stagehand import StagehandModel
from aiwebtest.providers.registry import Providers
from aiwebtest.testing.emulator import serve_emulator
from aiwebtest.testing.shop import serve_shop

__test__ = False  # pytest takes it for one of its modules by its name

PROJECT = Path(__file__).resolve().parent.parent
TITLES = {"cerebras": "Cerebras", "google": "Google Gemini", "openrouter": "OpenRouter"}
INSTRUCTION = "open the basket"
DEADLINE_S = 60.0


def main() -> int:
    """Run the program and return its exit code."""
    _speak_utf8()
    parser = argparse.ArgumentParser(description="Ask a provider through Stagehand, once, and time it.")
    parser.add_argument("--provider", choices=TITLES, default="cerebras")
    parser.add_argument("--emulated", action="store_true", help="ask the shipped emulator; needs no key")
    asked = parser.parse_args()
    try:
        asyncio.run(check(asked.provider, emulated=asked.emulated))
    except UsageError as exc:
        return _told(exc, 2)
    except AiWebTestError as exc:
        return _told(exc, 3)
    return 0


async def check(provider: str, *, emulated: bool) -> None:
    """Initialise Stagehand, open a page, observe, act, and print what happened. Raises AiWebTestError otherwise."""
    title = TITLES[provider]
    print(f"🧠 Testing Stagehand with {title} API")
    if emulated:
        print("[EMULATED] The emulator on this machine answers, not the provider: no time below is the provider's.")
    async with AsyncExitStack() as stack:
        providers = await stack.enter_async_context(_providers(provider, emulated=emulated))
        chain = providers.chain(provider, ())  # alone: another provider's answer would prove nothing of this one
        shop = await stack.enter_async_context(serve_shop())
        pool = await stack.enter_async_context(BrowserPool(BrowserSettings(debugging=True)))
        model = StagehandModel(lambda _: chain, name=chain.name, resolve=node_at)
        stack.push_async_callback(model.close)
        cdp_url = pool.cdp_url or ""
        await model.attach(cdp_url)
        print("[OK] ✅ Stagehand initialized successfully!")

        session = await stack.enter_async_context(pool.session())
        await session.goto(shop.url)
        print("[OK] ✅ Page loaded!")

        answer = await _observe_and_act(session, model, cdp_url)
        print("[OK] ✅ AI observation successful!")
        inference_s = sum(attempt.latency_s for attempt in answer.attempts if attempt.outcome == "ok")
        emulator = " (emulated)" if emulated else ""
        print(f"[PERFORMANCE] ⚡ {title} inference time: {inference_s:.2f} seconds{emulator}")
        print(f"🎉 {title} Test Complete!")


@asynccontextmanager
async def _providers(provider: str, *, emulated: bool) -> AsyncIterator[Providers]:
    """Yield the providers of this project's settings, or those of an emulator that is served meanwhile."""
    async with AsyncExitStack() as stack:
        if emulated:
            emulator = await stack.enter_async_context(serve_emulator())
            told = {name.lower(): value for name, value in emulator.environment().items()}
            settings = ProviderSettings.model_validate(told | {f"{provider}_model": ""})
            looked_in: tuple[str, ...] = ()
        else:
            project = load_project(start=PROJECT)
            settings, looked_in = project.providers, project.keys_looked_in
        settings = settings.model_copy(update={"model_fallbacks": ()})
        providers = await stack.enter_async_context(Providers(settings, looked_in=looked_in))
        for warning in providers.check([provider]):
            print(f"[WARNING] {warning}")
        yield providers


async def _observe_and_act(session: Session, model: StagehandModel, cdp_url: str) -> ModelAnswer:
    """Ask where to act, act there, and return the answer. Raises ActionError when the page does not react."""
    snapshot = await take_snapshot(session.page)
    question = ModelQuestion(
        execution="check", step=Step(index=0, text=INSTRUCTION), text=INSTRUCTION, snapshot=snapshot,
        page=session.page, deadline_s=DEADLINE_S, cdp_url=cdp_url,
    )  # fmt: skip
    answer = await model.ground(question)
    [(intent, ref), *_] = answer.intents
    handle = await element(session.page, snapshot, ref)
    effects = await perform(session, intent, handle, scope=Scope(), timeout_s=10)
    if not effects:
        raise ActionError(f"“{INSTRUCTION}” was done, and the page did not react.", mend="try another model.")
    return answer


def _told(exc: AiWebTestError, code: int) -> int:
    print(f"[ERROR] ❌ {exc.what}\n  Try: {exc.mend}", file=sys.stderr)
    return code


def _speak_utf8() -> None:
    """Print the signs also where the console's own encoding has none of them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
