"""The Gemini API, versions v1 and v1beta: generateContent and the list of models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiwebtest.testing.emulator.faults import Fault
from aiwebtest.testing.emulator.reply import Asked, Reply, Usage, schema_in_words

__all__ = ["Gemini"]

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "FAILED_PRECONDITION",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    422: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_TYPE = "type.googleapis.com/google.rpc."


class Gemini:
    """Google's dialect."""

    name = "google"

    def read(self, body: Mapping[str, Any], model: str = "") -> Asked:
        """Return what a request asks; the model stands in the path."""
        config = body.get("generationConfig", {})
        system = _texts(body.get("systemInstruction") or {})
        turns = [_texts(content) for content in body.get("contents", [])]
        prompt = "\n".join([system, *turns])
        return Asked(
            model=model,
            prompt=prompt,
            question=turns[-1] if turns else "",
            schema=config.get("responseJsonSchema") or config.get("responseSchema") or schema_in_words(prompt),
            schema_name="responseJsonSchema" if config.get("responseJsonSchema") else "",
            max_tokens=config.get("maxOutputTokens"),
        )

    def objection(self, asked: Asked, body: Mapping[str, Any]) -> Reply | None:
        """Return the answer to a request that Google does not take, None when it takes it."""
        return None

    def reply(self, asked: Asked, text: str, usage: Usage, number: int, *, finish: str = "stop") -> Reply:
        """Return an answer with one candidate; a blocked one has no content."""
        candidate: dict[str, Any] = {"index": 0, "finishReason": _FINISH[finish]}
        if finish != "content_filter":
            candidate["content"] = {"role": "model", "parts": [{"text": text}] if text else []}
        else:
            candidate["safetyRatings"] = [{"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH"}]
        body: dict[str, Any] = {
            "candidates": [candidate],
            "usageMetadata": {
                "promptTokenCount": usage.input_tokens,
                "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
                "thoughtsTokenCount": usage.reasoning_tokens,
                "cachedContentTokenCount": usage.cached_tokens,
                "totalTokenCount": usage.input_tokens + usage.output_tokens,
            },
            "modelVersion": asked.model,
            "responseId": f"gemini-{number}",
        }
        return Reply(status=200, body=body, request_id=body["responseId"])

    def fault(self, fault: Fault) -> Reply:
        """Return the answer that a fault with a status of its own makes."""
        assert fault.status is not None
        details: list[dict[str, Any]] = []
        message = fault.what
        status = fault.status
        if fault.name == "auth":  # Google tells a wrong key with 400
            status, message = 400, "API key not valid. Please pass a valid API key."
            details = [{"@type": f"{_TYPE}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]
        elif fault.name == "context":
            message = "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576)."
        elif fault.name == "quota":
            message = "You exceeded your current quota, please check your plan and billing details."
            details = [_violation("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
        elif fault.status == 429:
            message = "You exceeded your current quota: requests per minute."
            details = [_violation("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]
            details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": "1s"})
        error = {"code": status, "message": message, "status": _STATUS.get(fault.status, "UNKNOWN"), "details": details}
        return Reply(status=status, body={"error": error})

    def error(self, kind: str, status: int, message: str = "") -> Reply:
        """Return an error of a kind that the server itself makes."""
        error = {"code": status, "message": message or kind, "status": _STATUS.get(status, "UNKNOWN"), "details": []}
        return Reply(status=status, body={"error": error})

    def error_body(self) -> Reply:
        """Return an error that comes with status 200."""
        return Reply(status=200, body={"error": {"code": 500, "message": "Internal error.", "status": "INTERNAL"}})

    def no_choices(self, number: int) -> Reply:
        """Return an answer without any candidate."""
        return Reply(status=200, body={"candidates": [], "responseId": f"gemini-{number}"})

    def model_list(self, default: tuple[str, ...]) -> dict[str, Any]:
        """Return the list of models."""
        return {
            "models": [
                {
                    "name": f"models/{name}",
                    "supportedGenerationMethods": ["generateContent"],
                    "inputTokenLimit": 1048576,
                }
                for name in default
            ]
        }


def _violation(quota: str) -> dict[str, Any]:
    return {
        "@type": f"{_TYPE}QuotaFailure",
        "violations": [
            {"quotaMetric": "generativelanguage.googleapis.com/requests", "quotaId": quota, "quotaValue": "20"}
        ],
    }


def _texts(content: Mapping[str, Any]) -> str:
    return "\n".join(part.get("text", "") for part in content.get("parts", []))
