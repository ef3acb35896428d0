"""A client that a generator made of the OpenAPI document does what people want of one: store a test, run it, read."""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from contract import an_owners_token, running

from app.core.config import ServerSettings
from app.core.migrations import migrate
from app.main import create_app

CONTENT = 'name: Look\nurl: /api/v1/health/live\nsteps:\n  - Check that the page shows "ok"\n'


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of calls that Clientele generates."""
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(create_app(ServerSettings(_env_file=None)).openapi()))
    command = [Path(sys.executable).parent / "clientele", "start-api", "-f", document, "-o", tmp_path / "generated"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("generated.client")


def test_a_generated_client_runs_a_test_and_reads_how_it_ended(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own types on both ways; the worker and the browser are real."""
    monkeypatch.chdir(tmp_path)
    settings = ServerSettings(_env_file=None, data_dir=tmp_path / "data")
    (tmp_path / "data").mkdir()
    migrate(settings.database)
    token = asyncio.run(an_owners_token(settings.database))
    schemas = importlib.import_module("generated.schemas")
    with running(settings) as address:
        told = {"base_url": address, "headers": {"Authorization": f"Bearer {token}"}, "timeout": 60.0}
        client.client.configure(config=importlib.import_module("generated.config").Config(**told))

        test = client.create_test(data=schemas.TestNew(path="look.test.yaml", content=CONTENT))
        run = client.run_test(test_id=test.id, data=schemas.RunRequest(base_url=address))
        end = time.monotonic() + 120
        while (done := client.get_execution(execution_id=run.executions[0])).finished_at is None:
            assert time.monotonic() < end, done
            time.sleep(0.2)
        missing = client.get_execution(execution_id=10**6)

    assert isinstance(done, schemas.ExecutionAnswer)
    assert (done.outcome, [step.text for step in done.steps]) == ("passed", ['Check that the page shows "ok"'])
    assert isinstance(missing, schemas.ProblemDocument)
    assert missing.status == 404
