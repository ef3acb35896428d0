"""One Stagehand a browser: Stagehand refuses a second one in the same browser, so all models of a process share it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, ClassVar, cast

import stagehand as sdk
from stagehand.rpc_client import RPCError

from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.grounding.model.callback import ModelCallback

__all__ = ["BROKEN", "Attached", "Attachments"]

BROKEN = (RPCError, OSError, RuntimeError)
"""What a call raises whose browser is gone or whose other side objects."""


class Attached:
    """A Stagehand on a browser, with the callback that answers its requests for whoever asked."""

    def __init__(self, browser: Any, stagehand: sdk.Stagehand, callback: ModelCallback) -> None:
        self.browser, self.stagehand, self.callback = browser, stagehand, callback

    @classmethod
    async def to(cls, cdp_url: str) -> Attached:
        """Attach to the browser that listens there."""
        callback = ModelCallback()
        browser = await sdk.local_browser.connect(cdp_url=cdp_url)
        stagehand = await sdk.Stagehand.create(  # without `telemetry` nothing is traced to anywhere
            browser=browser, model=cast(Any, callback), dom_settle_timeout_ms=1, logging={"level": "off"}
        )
        return cls(browser, stagehand, callback)

    async def close(self) -> None:
        """Detach, and leave the browser to whoever started it; it may have gone first."""
        with suppress(*BROKEN):
            await self.stagehand.close()
        # stagehand 4.3 has no public way to end the connection alone: `browser.close()` ends the browser with it
        connection = getattr(getattr(self.browser, "_attachment", None), "cdp_client", None)
        if connection is not None:
            with suppress(*BROKEN):
                await connection.close()


class Attachments:
    """The attachments that one model uses. The last model that lets go of a browser detaches from it."""

    _tasks: ClassVar[dict[str, asyncio.Task[Attached]]] = {}  # of the process, by address of the browser
    _users: ClassVar[dict[str, set[Attachments]]] = {}

    async def get(self, cdp_url: str, within_s: float) -> Attached:
        """Return the Stagehand of a browser, attached now if nobody has yet. Raises ProviderUnavailable."""
        if not cdp_url:
            raise ProviderUnavailable(
                "The browser was started without a port for a second client.", mend="let the run start its own browser."
            )
        task = self._tasks.get(cdp_url)
        if task is None:
            task = self._tasks[cdp_url] = asyncio.create_task(Attached.to(cdp_url))
        self._users.setdefault(cdp_url, set()).add(self)
        try:
            return await asyncio.wait_for(asyncio.shield(task), within_s)
        except TimeoutError as exc:
            if task.done():  # else it goes on, and may be there for the next question
                self.forget(cdp_url, task)
            raise ProviderUnavailable(
                f"Stagehand could not attach to the browser within {within_s:.0f} s.",
                mend="give the step a longer `timeout`.",
            ) from exc
        except BROKEN as exc:
            self.forget(cdp_url, task)
            raise ProviderUnavailable(
                f"Stagehand could not attach to the browser ({type(exc).__name__}).",
                mend="use a Chromium that this machine starts itself, not one of a grid.",
            ) from exc

    def forget(self, cdp_url: str, task: asyncio.Task[Attached] | None = None) -> None:
        """Let the next question attach anew; with `task`, only if it is still that one that counts."""
        if task is None or self._tasks.get(cdp_url) is task:
            self._tasks.pop(cdp_url, None)
            self._users.pop(cdp_url, None)

    async def close(self) -> None:
        """Let go of every browser."""
        mine = [cdp_url for cdp_url, users in self._users.items() if self in users]
        for cdp_url in mine:
            users = self._users[cdp_url]
            users.discard(self)
            if not users and (task := self._tasks.get(cdp_url)) is not None:
                self.forget(cdp_url)
                if not task.done():
                    task.cancel()
                with suppress(*BROKEN, asyncio.CancelledError):
                    await (await task).close()
