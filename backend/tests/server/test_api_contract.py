"""The OpenAPI document is a promise: complete, and kept by every answer, on both databases."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from contract import an_owners_token, fill, keep_to_it, running

from app.core.config import ServerSettings
from app.main import create_app

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "3"))
"""Requests an operation; `CONTRACT_EXAMPLES=200 pytest tests/server/test_api_contract.py` looks longer."""


# The server draws random numbers on a thread of this process, and Hypothesis takes those for the test's own.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
async def test_no_answer_breaks_what_the_document_promises(
    settings: ServerSettings, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No 5xx, no undocumented status, no body of another shape, whatever is sent. No model is ever asked."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.endswith(("_API_KEY", "_API_BASE")) or name in ("MODEL_PROVIDER", "USE_CEREBRAS", "USE_GOOGLE_DIRECT"):
            monkeypatch.delenv(name)
    token = await an_owners_token(database_url)
    await fill(database_url)
    settings = settings.model_copy(update={"requests_per_minute": 10**6})

    with running(settings) as address:
        made, broken = await asyncio.to_thread(keep_to_it, address, token, examples=EXAMPLES)

    assert broken == []
    assert len(made) == sum(len(methods) for methods in create_app(settings).openapi()["paths"].values())


def test_every_operation_is_documented_whole() -> None:
    """A generated client has names for everything, and a reader examples and errors."""
    document = create_app(ServerSettings(_env_file=None)).openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]

    assert len(ids) == len(set(ids))
    for operation in operations:
        assert operation["tags"], operation["operationId"]
        assert operation["description"], operation["operationId"]
        assert "_" not in operation["operationId"], operation["operationId"]
        errors = {status for status in operation["responses"] if status[0] in "45"}
        assert errors, operation["operationId"]
        for status in errors - {"503"}:
            content = operation["responses"][status]["content"]
            assert "application/problem+json" in content, (operation["operationId"], status)


def test_files_are_named_so_that_generated_clients_send_files() -> None:
    """Generators take a string with a media type for a text, and send what the server refuses."""
    document = create_app(ServerSettings(_env_file=None)).openapi()

    files = document["components"]["schemas"]["Body_importTests"]["properties"]["files"]["items"]

    assert files["format"] == "binary"
