"""The OpenAI chat format and its dialects: Cerebras, OpenRouter and plain servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiwebtest.testing.emulator.faults import Fault
from aiwebtest.testing.emulator.reply import Asked, Reply, Usage, schema_in_words

__all__ = ["CEREBRAS_MODELS", "Chat", "refused_keywords"]

CEREBRAS_MODELS = ("gpt-oss-120b", "qwen-3.8-27b")
"""What Cerebras shares (2026-11): retired names are answered with 404."""

_REFUSED = frozenset({"pattern", "format", "minItems", "maxItems", "minLength", "maxLength", "default", "uniqueItems"})
_LONGEST_SCHEMA = 5_000
_MESSAGES = {
    "bad_request": ("invalid_request_error", "wrong_api_format", "Invalid value for a field of the request."),
    "context": ("invalid_request_error", "context_length_exceeded", "Please reduce the length of the messages."),
    "auth": ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "payment": ("insufficient_quota", "insufficient_credits", "Insufficient credits."),
    "forbidden": ("permission_error", "model_not_allowed", "Your account does not have access to this model."),
    "not_found": ("not_found_error", "model_not_found", "Model does not exist or you do not have access to it."),
    "quota": ("insufficient_quota", "insufficient_quota", "You exceeded your current quota, tokens per day."),
    "rate_limit": ("too_many_requests_error", "request_quota_exceeded", "Requests per minute limit exceeded."),
}


@dataclass(frozen=True, slots=True)
class Chat:
    """One dialect of the chat format."""

    name: Literal["cerebras", "openrouter", "openai"]
    models: tuple[str, ...] = ()  # () accepts every name

    def read(self, body: Mapping[str, Any], model: str = "") -> Asked:
        """Return what a request asks."""
        prompt = "\n".join(_texts(message.get("content")) for message in body.get("messages", []))
        last = _texts(body["messages"][-1].get("content")) if body.get("messages") else ""
        wanted = body.get("response_format") or {}
        schema = wanted.get("json_schema", {})
        return Asked(
            model=body.get("model", ""),
            prompt=prompt,
            question=last,
            schema=schema.get("schema") or schema_in_words(prompt),
            schema_name=schema.get("name", ""),
            strict=bool(schema.get("strict")),
            max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
        )

    def objection(self, asked: Asked, body: Mapping[str, Any]) -> Reply | None:
        """Return the answer to a request that this vendor does not take, None when it takes it."""
        if self.models and asked.model not in self.models:
            return self.error("not_found", 404)
        if self.name != "cerebras" or not asked.schema_name:
            return None
        refused = refused_keywords(asked.schema)
        if refused:
            return self.error("bad_request", 400, f"Invalid fields for schema: {{{', '.join(sorted(refused))}}}")
        if len(json.dumps(asked.schema, separators=(",", ":"))) > _LONGEST_SCHEMA:
            return self.error("bad_request", 400, "Schema is longer than 5000 characters.")
        if asked.strict and _open_objects(asked.schema):
            return self.error("bad_request", 400, "additionalProperties must be false in strict mode.")
        return None

    def reply(self, asked: Asked, text: str, usage: Usage, number: int, *, finish: str = "stop") -> Reply:
        """Return a good answer, or one that a fault has spoilt in its content."""
        refusal = finish == "content_filter"
        body: dict[str, Any] = {
            "id": f"{'gen' if self.name == 'openrouter' else 'chatcmpl'}-{number}",
            "object": "chat.completion",
            "created": 1_795_000_000 + number,
            "model": asked.model,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": None if refusal else text},
                }
            ],
            "usage": self._usage(usage),
        }
        if self.name == "cerebras":
            body["time_info"] = {
                "queue_time": 0.0001,
                "prompt_time": 0.001,
                "completion_time": 0.002,
                "total_time": 0.0031,
            }
            body["system_fingerprint"] = "fp_emulated"
        if self.name == "openrouter":
            body["provider"] = "Emulated"
            body["choices"][0]["native_finish_reason"] = finish
        return Reply(status=200, body=body, headers=self._headers(), request_id=body["id"])

    def _usage(self, usage: Usage) -> dict[str, Any]:
        told: dict[str, Any] = {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        }
        if self.name == "openrouter":
            told["cost"] = usage.cost_usd
            told["is_byok"] = False
            told["cost_details"] = {"upstream_inference_cost": None}
        return told

    def _headers(self) -> dict[str, str]:
        if self.name != "cerebras":
            return {}
        return {
            "x-ratelimit-limit-requests-day": "14400",
            "x-ratelimit-remaining-requests-day": "14399",
            "x-ratelimit-limit-tokens-minute": "60000",
            "x-ratelimit-remaining-tokens-minute": "59000",
            "x-ratelimit-reset-tokens-minute": "11.4",
        }

    def fault(self, fault: Fault) -> Reply:
        """Return the answer that a fault with a status of its own makes."""
        assert fault.status is not None
        kind = fault.name if fault.name in _MESSAGES else "rate_limit" if fault.status == 429 else ""
        return self.error(kind, fault.status, "" if kind else fault.what)

    def error(self, kind: str, status: int, message: str = "") -> Reply:
        """Return an error in the vendor's form: Cerebras tells rate limits at the top level, others nest them."""
        error_type, code, words = _MESSAGES.get(kind, ("server_error", "internal_error", "Something went wrong."))
        told = {"message": message or words, "type": error_type, "param": "", "code": code}
        if self.name == "openrouter":
            if kind == "quota":
                told["message"] = "Rate limit exceeded: free-models-per-day. Add credits to unlock more requests."
            return Reply(status=status, body={"error": {"code": status, "message": told["message"], "metadata": {}}})
        if self.name == "cerebras" and status < 500:
            return Reply(status=status, body=told)
        if self.name == "cerebras":
            return Reply(status=status, body={"status_code": status, "error": told})
        return Reply(status=status, body={"error": told})

    def error_body(self) -> Reply:
        """Return an error that comes with status 200."""
        return Reply(status=200, body={"error": {"code": 502, "message": "Upstream failed."}})

    def no_choices(self, number: int) -> Reply:
        """Return an answer without any choice."""
        body = {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": 1, "model": "x", "choices": []}
        return Reply(status=200, body=body)

    def model_list(self, default: tuple[str, ...]) -> dict[str, Any]:
        """Return the vendor's list of models."""
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models or default]}


def refused_keywords(schema: Any, *, names: bool = False) -> set[str]:
    """Return the keywords of a schema that Cerebras answers with 400; names of properties are no keywords."""
    if isinstance(schema, list):
        return set().union(*(refused_keywords(item) for item in schema))
    if not isinstance(schema, dict):
        return set()
    found: set[str] = set() if names else set(_REFUSED & schema.keys())
    for key, value in schema.items():
        found |= refused_keywords(value, names=key in ("properties", "$defs") and not names)
    return found


def _open_objects(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(_open_objects(item) for item in schema)
    if not isinstance(schema, dict):
        return False
    own = schema.get("type") == "object" and schema.get("additionalProperties") is not False
    return own or any(_open_objects(value) for value in schema.values())


def _texts(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content)
    return content or ""
