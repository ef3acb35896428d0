"""Serve a shop and its payment house on loopback, inside the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from aiwebtest.testing.shop.app import make_apps
from aiwebtest.testing.shop.faults import Fault, fault_named
from aiwebtest.testing.shop.terms import CUSTOMER_EMAIL, CUSTOMER_PASSWORD

__all__ = ["Shop", "serve_shop"]

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop that answers now."""

    url: str  # without a slash at the end
    payment_url: str
    fault: Fault | None = None
    email: str = CUSTOMER_EMAIL
    password: str = CUSTOMER_PASSWORD


@asynccontextmanager
async def serve_shop(fault: str | Fault | None = None, port: int = 0, *, latency_s: float = 0.0) -> AsyncIterator[Shop]:
    """Yield a shop, ready for requests; both its servers are gone when the block ends.

    Args:
        fault: the fault to plant, or its name; None serves the intact shop.
        port: of the shop on 127.0.0.1; 0 takes a free one. The payment house always takes a free one.
        latency_s: seconds that every answer of the shop is held back.

    Raises:
        KeyError: there is no such fault.
        OSError: the port is taken.
    """
    planted = fault_named(fault) if isinstance(fault, str) else fault
    with _listen(port) as front, _listen(0) as till:
        shop = Shop(url=_url(front), payment_url=_url(till), fault=planted)
        shop_app, payment_app = make_apps(planted, url=shop.url, payment_url=shop.payment_url, latency_s=latency_s)
        async with _serve(shop_app, front), _serve(payment_app, till):
            yield shop


class _Server(uvicorn.Server):
    """A server that is a guest in its process: it leaves the signals alone and says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def _serve(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    server = _Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()  # raises what kept it from starting
        yield
    finally:
        ready.cancel()
        server.should_exit = True
        await running


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    with socket.create_server((HOST, port)) as listener:
        yield listener


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"
