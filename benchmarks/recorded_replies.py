"""Replies of the real vendors, recorded by others, through our own vendors' code: is each understood rightly?

    .venv/bin/python -m benchmarks.recorded_replies PATH

PATH is a checkout of a project that keeps recorded HTTP exchanges in YAML, such as pydantic-ai's with its
`tests/**/cassettes`. Nothing of it is stored here. Each recorded reply to an unstreamed request for text is served on
loopback, as it was, and asked for through the real client of its vendor. What our guard makes of it is held against
what the recording itself says: status, finish reason, text, tokens, cost, identity. The rules for that are written
down in this file and share nothing with the guard.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
import yaml
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.cerebras import cerebras
from aiwebtest.providers.google import google
from aiwebtest.providers.guard import Failed, ask
from aiwebtest.providers.openai import openai
from aiwebtest.providers.openrouter import openrouter
from aiwebtest.providers.vendor import Vendor
from benchmarks.report import Report

__all__ = ["main"]

_VENDORS: Mapping[str, tuple[Callable[..., Vendor], str]] = {  # by what the host ends with
    "generativelanguage.googleapis.com": (google, ""),
    "aiplatform.googleapis.com": (google, ""),
    "api.cerebras.ai": (cerebras, "/v1"),
    "openrouter.ai": (openrouter, "/api/v1"),
    "api.openai.com": (openai, "/v1"),
}
_KEPT_HEADERS = ("content-type", "retry-after", "retry-after-ms", "x-request-id")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCKED = frozenset(
    "SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT MODEL_ARMOR".split()
)
_STATUSES = {400: "bad_request", 401: "auth", 403: "forbidden", 404: "not_found", 422: "bad_request"}
_REQUEST = StructuredRequest(
    system="Answer.", prompt="Answer.", schema={"type": "object"}, schema_name="Answer", deadline_s=30.0
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recorded exchange with a vendor."""

    file: str
    host: str
    model: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Return the body as JSON."""
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a recording says, read by the rules of this file. None: it says nothing of it."""

    category: str
    text: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None
    request_id: str = ""
    model: str = ""


def main(folder: str | None) -> int:
    """Replay the recordings under a folder; 0 when each is understood as it says."""
    if folder is None:
        print("Give the path of a checkout with recorded exchanges, such as pydantic-ai's. Nothing was measured.")
        return 0
    recordings = list(read(Path(folder)))
    if not recordings:
        print(f"There is no recorded exchange with a known vendor under {folder}.", file=sys.stderr)
        return 2
    report = Report("recorded_replies", f"{len(recordings)} recorded replies through our vendors' code")
    outcomes = asyncio.run(_replay(recordings))
    counts = Counter((o.vendor, o.recording.status, o.category) for o in outcomes)
    report.table("What became of them", ("vendor", "status", "category", "replies"),
                 [(*key, count) for key, count in sorted(counts.items())])  # fmt: skip
    wrong = [(Path(o.recording.file).stem, o.vendor, what, ours, theirs) for o in outcomes
             for what, ours, theirs in o.differences]  # fmt: skip
    report.table("Understood in another way", ("recording", "vendor", "what", "ours", "recorded"), wrong)
    unclassified = sum(o.category in ("unknown", "raised") for o in outcomes)
    report.aim("replies without a category of their own", unclassified, "0", met=not unclassified)
    for what in ("category", "text", "tokens", "cost", "request id", "model"):
        count = sum(row[2] == what for row in wrong)
        report.aim(f"replies whose {what} differs", count, "0", met=not count)
    return report.close()


# --- reading ----------------------------------------------------------------------------------------------------------


def read(folder: Path) -> Iterator[Recording]:
    """Yield the recorded replies to unstreamed requests for text."""
    for path in sorted(folder.rglob("*.yaml")):
        raw = path.read_bytes()
        if any(host.encode() in raw for host in _VENDORS):
            content = yaml.load(raw, _LOADER)  # noqa: S506 - one of the two safe loaders
            for exchange in content.get("interactions", ()) if isinstance(content, dict) else ():
                if (found := _recording(path.relative_to(folder).as_posix(), exchange)) is not None:
                    yield found


def _recording(file: str, exchange: Mapping[str, Any]) -> Recording | None:
    request, reply = exchange["request"], exchange["response"]
    where = urlsplit(request["uri"])
    host = next((host for host in _VENDORS if (where.hostname or "").endswith(host)), None)
    chat = where.path.endswith("/chat/completions") and not host_is_google(host)
    gemini = where.path.endswith(":generateContent") and host_is_google(host)
    headers = {name.lower(): values[0] for name, values in reply["headers"].items()}
    body = _body(reply)
    status = (reply.get("status") or {}).get("code")  # some recordings leave it out, and then do not say what happened
    if host is None or not (chat or gemini) or None in (body, status) or "json" not in headers.get("content-type", ""):
        return None
    asked = request.get("parsed_body") or {}
    model = where.path.rsplit("/", 1)[-1].split(":")[0] if gemini else str(asked.get("model", "m"))
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    return Recording(file=file, host=host, model=model, status=status, headers=kept, body=body)


def host_is_google(host: str | None) -> bool:
    """Tell whether a host speaks the Gemini API."""
    return host is not None and host.endswith("googleapis.com")


def _body(reply: Mapping[str, Any]) -> bytes | None:
    if "parsed_body" in reply:
        return json.dumps(reply["parsed_body"], default=str).encode()
    body = (reply.get("body") or {}).get("string")
    if body is None and (packed := (reply.get("body") or {}).get("base64_string")):
        body = base64.b64decode(packed)
    return body.encode() if isinstance(body, str) else body


# --- what a recording says --------------------------------------------------------------------------------------------


def expected(recording: Recording) -> Expected:
    """Return what a recording says."""
    told = recording.told
    if recording.status != 200:
        return Expected(category=_of_status(recording.status, json.dumps(told).lower()))
    return _gemini(told) if host_is_google(recording.host) else _chat(told)


def _of_status(status: int, words: str) -> str:
    if status == 429:
        return "quota" if any(word in words for word in ("per-day", "perday", "per day", "insufficient_quota")) else "rate_limit"  # fmt: skip  # noqa: E501
    if status == 400 and ("context_length" in words or "token count" in words):
        return "context"
    if status == 400 and "api_key_invalid" in words:
        return "auth"
    return _STATUSES.get(status, "server" if status >= 500 else "bad_request")


def _gemini(told: Mapping[str, Any]) -> Expected:
    candidate = next(iter(told.get("candidates") or ()), {})
    parts = (candidate.get("content") or {}).get("parts") or []
    text = "".join(part.get("text") or "" for part in parts if not part.get("thought"))
    finish = candidate.get("finishReason", "")
    blocked = bool((told.get("promptFeedback") or {}).get("blockReason")) or finish in _BLOCKED
    category = "filtered" if blocked else "truncated" if finish == "MAX_TOKENS" else _of_text(text)
    usage = told.get("usageMetadata") or {}
    thoughts = usage.get("thoughtsTokenCount") or 0
    counted = "promptTokenCount" in usage
    return Expected(
        category=category,
        text=text,
        input_tokens=usage["promptTokenCount"] + (usage.get("toolUsePromptTokenCount") or 0) if counted else None,
        output_tokens=(usage.get("candidatesTokenCount") or 0) + thoughts if counted else None,
        cached_tokens=usage.get("cachedContentTokenCount"),
        reasoning_tokens=thoughts or None,
        request_id=told.get("responseId") or "",
        model=told.get("modelVersion") or "",
    )


def _chat(told: Mapping[str, Any]) -> Expected:
    choice = told["choices"][0]
    text = choice["message"].get("content") or ""
    finish = choice.get("finish_reason")
    category = {"length": "truncated", "content_filter": "filtered"}.get(finish) or (
        "filtered" if choice["message"].get("refusal") else _of_text(text)
    )
    usage = told.get("usage") or {}
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
    reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens")
    return Expected(
        category=category,
        text=text,
        input_tokens=usage.get("prompt_tokens"),
        output_tokens=usage.get("completion_tokens"),
        cached_tokens=cached,
        reasoning_tokens=reasoning,
        cost_usd=usage.get("cost"),
        request_id=told.get("id") or "",
        model=told.get("model") or "",
    )


def _of_text(text: str) -> str:
    """Return the category of an answer's text, held to the schema "any object"."""
    if not text.strip():
        return "empty"
    try:
        data = json.loads(text)
    except ValueError:
        return "prose"
    return "ok" if isinstance(data, dict) else "off_schema"


# --- replaying --------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What our guard made of one recording."""

    recording: Recording
    vendor: str
    category: str
    attempt: Attempt | None
    text: str = ""
    differences: list[tuple[str, str, str]] = field(default_factory=list)

    def compare(self) -> None:
        """Note what differs from what the recording says."""
        says, attempt = expected(self.recording), self.attempt
        self._same("category", self.category, says.category)
        if attempt is None or self.recording.status != 200:
            return
        if says.text is not None and self.text:
            self._same("text", self.text, says.text)
        self._same("tokens", (attempt.input_tokens, attempt.output_tokens), (says.input_tokens, says.output_tokens))
        if says.input_tokens is not None:
            self._same("tokens", attempt.cached_tokens or 0, says.cached_tokens or 0)
            self._same("tokens", attempt.reasoning_tokens or 0, says.reasoning_tokens or 0)
        if says.cost_usd is not None:
            self._same("cost", (attempt.cost_usd, attempt.cost_source), (says.cost_usd, "provider"))
        self._same("request id", attempt.request_id, says.request_id)
        self._same("model", attempt.model_served, says.model)

    def _same(self, what: str, ours: object, theirs: object) -> None:
        if ours != theirs:
            self.differences.append((what, str(ours)[:80], str(theirs)[:80]))


async def _replay(recordings: list[Recording]) -> list[Outcome]:
    current: list[Recording] = []
    async with _served(current) as url:
        outcomes = []
        for recording in recordings:
            current[:] = [recording]
            outcomes.append(await _one(recording, url))
        return outcomes


async def _one(recording: Recording, url: str) -> Outcome:
    make, path = _VENDORS[recording.host]
    vendor = make(model_name=recording.model, api_key="a-key", base_url=url + path)
    try:
        given = await ask(vendor, _REQUEST, form="schema", timeout_s=10.0)
        outcome = Outcome(
            recording=recording, vendor=vendor.name, category="ok", attempt=given.attempt, text=given.text
        )
    except Failed as failed:
        outcome = Outcome(
            recording=recording, vendor=vendor.name, category=failed.category, attempt=failed.attempt,
            text=failed.answer,
        )  # fmt: skip
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as exc:
        outcome = Outcome(recording=recording, vendor=vendor.name, category="raised", attempt=None)
        outcome.differences.append(("category", f"{type(exc).__name__}: {exc}"[:80], expected(recording).category))
        return outcome
    finally:
        await vendor.close()
    outcome.compare()
    return outcome


@asynccontextmanager
async def _served(current: list[Recording]) -> AsyncIterator[str]:
    """Answer every request with the current recording, on a free port of loopback."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        recording = current[0]
        await Response(recording.body, recording.status, headers=dict(recording.headers))(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(answer, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
