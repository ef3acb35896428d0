"""The emulator's server: routes, keys, faults on the line, and the log."""

from __future__ import annotations

import asyncio
import email.utils
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from aiwebtest.providers.pricing import table_price
from aiwebtest.testing.emulator.chat import CEREBRAS_MODELS, Chat
from aiwebtest.testing.emulator.faults import FAULTS, Fault, FaultPlan
from aiwebtest.testing.emulator.gemini import Gemini
from aiwebtest.testing.emulator.log import Entry, count_tokens
from aiwebtest.testing.emulator.oracle import Oracle
from aiwebtest.testing.emulator.reply import Asked, Reply, Usage

__all__ = ["Emulator", "serve_emulator"]

_REASONING_TOKENS = 12  # of models that reason always
_MODELS: Mapping[str, tuple[str, ...]] = {
    "google": ("gemini-3.5-flash-lite", "gemini-3.5-flash", "gemini-2.5-flash"),
    "openrouter": ("anthropic/claude-haiku-4.5", "openai/gpt-oss-120b", "meta-llama/llama-3.3-70b-instruct:free"),
    "openai": ("gpt-5-mini", "local-model"),
    "cerebras": CEREBRAS_MODELS,
}


@dataclass
class Emulator:
    """A running emulator. Change `plans`, `delays_s` and `oracles` while it runs; read `log`."""

    url: str = ""
    keys: frozenset[str] = frozenset()  # accepted; empty accepts every key
    oracles: dict[str, Oracle] = field(default_factory=dict)  # by dialect; "" is for the rest
    plans: dict[str, FaultPlan] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)  # before each answer
    retry_after_s: float = 1.0
    log: list[Entry] = field(default_factory=list)

    def base_url(self, dialect: str) -> str:
        """Return the base URL that the product is to be given for a provider."""
        return f"{self.url}/{dialect}" + {"google": "", "openrouter": "/api/v1"}.get(dialect, "/v1")

    def environment(self) -> dict[str, str]:
        """Return the settings that point the product here for every provider."""
        return {
            "GOOGLE_API_KEY": "emulated-google",
            "GOOGLE_BASE_URL": self.base_url("google"),
            "CEREBRAS_API_KEY": "emulated-cerebras",
            "CEREBRAS_BASE_URL": self.base_url("cerebras"),
            "OPENROUTER_API_KEY": "emulated-openrouter",
            "OPENROUTER_BASE_URL": self.base_url("openrouter"),
            "OPENAI_API_KEY": "emulated-openai",
            "OPENAI_API_BASE": self.base_url("openai"),
            "OPENAI_MODEL": "local-model",
        }

    def plan(self, dialect: str) -> FaultPlan:
        """Return the fault plan of a dialect, to be filled."""
        return self.plans.setdefault(dialect, FaultPlan())

    def oracle(self, dialect: str) -> Oracle:
        """Return what answers for a dialect."""
        return self.oracles.get(dialect) or self.oracles.setdefault("", Oracle())


@asynccontextmanager
async def serve_emulator(
    emulator: Emulator | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Emulator]:
    """Serve on loopback until the block ends. `port` 0 takes a free one; the address is in `Emulator.url`.

    Raises OSError when the port is taken.
    """
    emulator, listener = emulator or Emulator(), socket.create_server((host, port))
    lines: dict[tuple[str, int], asyncio.Transport] = {}
    config = uvicorn.Config(
        _App(emulator, lines),
        log_level="critical",  # a connection cut on purpose is no error
        lifespan="off",
        http=_protocol(lines),
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # signals belong to the program around it
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if serving.done():
                await serving
            await asyncio.sleep(0.01)
        emulator.url = f"http://{host}:{listener.getsockname()[1]}"
        yield emulator
    finally:
        server.should_exit = True
        for line in list(lines.values()):
            line.abort()
        await serving
        listener.close()


def _protocol(lines: dict[tuple[str, int], asyncio.Transport]) -> type[H11Protocol]:
    """Return uvicorn's protocol, keeping the open connections so that a fault can reset one."""

    class Kept(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._peer = transport.get_extra_info("peername")[:2]
            lines[self._peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            lines.pop(self._peer, None)
            super().connection_lost(exc)

    return Kept


class _App:
    """The ASGI application."""

    def __init__(self, emulator: Emulator, lines: dict[tuple[str, int], asyncio.Transport]) -> None:
        self._emulator, self._lines = emulator, lines
        self._dialects: dict[str, Chat | Gemini] = {
            "google": Gemini(),
            "cerebras": Chat("cerebras", CEREBRAS_MODELS),
            "openrouter": Chat("openrouter"),
            "openai": Chat("openai"),
        }
        self._starlette = Starlette(
            routes=[
                Route("/_emulator/log", self._read_log),
                Route("/_emulator/faults", self._set_faults, methods=["POST"]),
                Route("/_emulator/settings", self._set, methods=["POST"]),
                Route("/{dialect}/{version:path}/models", self._models),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] == "http" and path.endswith((":generateContent", "/chat/completions")):
            await self._generate(Request(scope, receive), scope, receive, send)
        else:
            await self._starlette(scope, receive, send)

    # --- the administration -------------------------------------------------------------------------------------------

    async def _read_log(self, request: Request) -> Response:
        return JSONResponse([asdict(entry) for entry in self._emulator.log])

    async def _set_faults(self, request: Request) -> Response:
        """Take `{"cerebras": {"queue": ["rate_limit"], "share": 0.3, "seed": 1}}`."""
        for dialect, plan in (await request.json()).items():
            unknown = {*plan.get("queue", []), *plan.get("names", [])} - {*FAULTS, ""}
            if dialect not in self._dialects or unknown:
                return JSONResponse({"error": f"unknown: {sorted(unknown) or dialect}", "known": sorted(FAULTS)}, 400)
            made = FaultPlan(**{**plan, "names": tuple(plan.get("names", ()))})
            self._emulator.plans[dialect] = made
        return JSONResponse({"ok": True})

    async def _set(self, request: Request) -> Response:
        """Take `{"cerebras": {"delay_s": 0.2, "wrong_rate": 0.1, "seed": 1, "script": {"text": answer}}}`."""
        for dialect, wanted in (await request.json()).items():
            if dialect not in self._dialects:
                return JSONResponse({"error": f"unknown: {dialect}", "known": sorted(self._dialects)}, 400)
            self._emulator.delays_s[dialect] = float(wanted.pop("delay_s", 0.0))
            self._emulator.oracles[dialect] = Oracle(**wanted)
        return JSONResponse({"ok": True})

    async def _models(self, request: Request) -> Response:
        name = request.path_params["dialect"]
        dialect = self._dialects.get(name)
        if dialect is None:
            return JSONResponse({"error": "no such dialect"}, 404)
        if not self._key_fits(request):
            reply = dialect.fault(FAULTS["auth"])
            return JSONResponse(reply.body, reply.status)
        return JSONResponse(dialect.model_list(_MODELS[name]))

    # --- generation ---------------------------------------------------------------------------------------------------

    async def _generate(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        name = request.url.path.split("/")[1]
        dialect = self._dialects.get(name)
        if dialect is None:
            await JSONResponse({"error": "no such dialect"}, 404)(scope, receive, send)
            return
        body = await request.json()
        asked = dialect.read(body, request.url.path.rsplit("/", 1)[-1].split(":")[0])
        asked = replace(asked, body=(await request.body()).decode("utf-8", "replace"))
        fault = self._emulator.plan(name).next()
        if delay_s := self._emulator.delays_s.get(name):
            await asyncio.sleep(delay_s)
        if fault is not None and fault.name in _ON_THE_LINE:
            await self._spoil_line(fault, name, asked, scope, send)
            return
        reply, usage = self._answer(name, dialect, asked, body, request, fault)
        self._note(name, asked, reply.status, fault, usage, reply.request_id)
        await _response(reply)(scope, receive, send)

    def _answer(
        self, name: str, dialect: Chat | Gemini, asked: Asked, body: Any, request: Request, fault: Fault | None
    ) -> tuple[Reply, Usage | None]:
        if not self._key_fits(request):
            return dialect.fault(FAULTS["auth"]), None
        if fault is None and (objection := dialect.objection(asked, body)):
            return objection, None
        if fault is not None and fault.status not in (None, 200):
            return self._with_wait(name, dialect.fault(fault), fault), None
        number = len(self._emulator.log) + 1
        if fault is not None and fault.name in ("html", "error_body", "no_choices", "broken_json"):
            return _unreadable(fault, dialect, number), None
        text, finish = _spoilt(fault, json.dumps(self._emulator.oracle(name).answer(asked.schema, _plain(asked))))
        usage = self._usage(name, asked, text)
        reply = dialect.reply(asked, text, usage, number, finish=finish)
        if fault is not None and fault.name == "no_usage":
            left = {key: value for key, value in reply.body.items() if key not in ("usage", "usageMetadata")}  # type: ignore[union-attr]
            return Reply(status=200, body=left, request_id=reply.request_id), None
        return reply, usage

    def _with_wait(self, name: str, reply: Reply, fault: Fault) -> Reply:
        """Return a refusal with what tells how long to wait."""
        wait_s = self._emulator.retry_after_s
        headers = {
            "rate_limit": {"retry-after": f"{wait_s:g}"},
            "rate_limit_ms": {"retry-after-ms": f"{wait_s * 1000:.0f}"},
            "rate_limit_date": {"retry-after": email.utils.formatdate(time.time() + wait_s + 1, usegmt=True)},
        }.get(fault.name, {})
        return Reply(status=reply.status, body=reply.body, headers={} if name == "google" else headers)

    def _usage(self, name: str, asked: Asked, text: str) -> Usage:
        tokens_in = count_tokens(asked.prompt + (json.dumps(asked.schema) if asked.schema_name else ""))
        reasoning = _REASONING_TOKENS if "gpt-oss" in asked.model else 0
        tokens_out = count_tokens(text) + reasoning
        cost = None
        if name == "openrouter":
            price = table_price("openrouter", asked.model, tokens_in, tokens_out)
            cost = 0.0 if asked.model.endswith(":free") else float(price) if price is not None else None
        return Usage(input_tokens=tokens_in, output_tokens=tokens_out, reasoning_tokens=reasoning, cost_usd=cost)

    def _note(
        self,
        name: str,
        asked: Asked,
        status: int | None,
        fault: Fault | None,
        usage: Usage | None,
        request_id: str = "",
    ) -> None:
        self._emulator.log.append(
            Entry(
                number=len(self._emulator.log) + 1,
                dialect=name,
                model=asked.model,
                status=status,
                fault=fault.name if fault else "",
                request_id=request_id,
                input_tokens=usage.input_tokens if usage else None,
                output_tokens=usage.output_tokens if usage else None,
                reasoning_tokens=usage.reasoning_tokens if usage else None,
                cached_tokens=usage.cached_tokens if usage else None,
                cost_usd=usage.cost_usd if usage else None,
                schema_name=asked.schema_name,
                prompt=asked.prompt,
                body=asked.body,
            )
        )

    def _key_fits(self, request: Request) -> bool:
        told = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        key = told or request.headers.get("x-goog-api-key", "") or request.query_params.get("key", "")
        return bool(key) and (not self._emulator.keys or key in self._emulator.keys)

    async def _spoil_line(self, fault: Fault, name: str, asked: Asked, scope: Scope, send: Send) -> None:
        """Do what goes wrong below the level of answers."""
        self._note(name, asked, None, fault, None)
        line = self._lines[tuple(scope["client"])]
        while fault.name == "slow_first_byte" and not line.is_closing():
            await asyncio.sleep(0.1)
        if fault.name in ("cut", "slow_first_byte"):
            line.abort()
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id":', "more_body": True})
        while fault.name == "drip" and not line.is_closing():
            await asyncio.sleep(0.1)
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
        line.close()


_ON_THE_LINE = frozenset({"slow_first_byte", "drip", "cut", "half_body"})


def _plain(asked: Asked) -> str:
    """Return the part of the prompt that the oracle reads: the question, without what was said around it."""
    start = asked.question.lower().find("instruction:")
    return asked.question[start:] if start >= 0 else asked.question


def _spoilt(fault: Fault | None, text: str) -> tuple[str, str]:
    """Return an answer's text and finish reason, spoilt as the fault says."""
    name = fault.name if fault else ""
    if name == "truncated":
        return text[: len(text) // 2], "length"
    if name == "refused":
        return "", "content_filter"
    if name == "empty":
        return "", "stop"
    if name == "prose":
        return "Sure! The element you are looking for is the button.", "stop"
    if name == "off_schema":
        return '{"unexpected": true}', "stop"
    return text, "stop"


def _unreadable(fault: Fault, dialect: Chat | Gemini, number: int) -> Reply:
    if fault.name == "html":
        return Reply(status=200, body="<!doctype html><title>Gateway</title><p>Please log in.", media_type="text/html")
    if fault.name == "broken_json":
        return Reply(status=200, body='{"id": "x", "choices": [{"index": 0,')
    return dialect.error_body() if fault.name == "error_body" else dialect.no_choices(number)


def _response(reply: Reply) -> Response:
    content = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
    return Response(content, reply.status, headers=dict(reply.headers), media_type=reply.media_type)
