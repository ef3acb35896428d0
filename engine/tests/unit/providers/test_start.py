"""What using the providers' package costs before any model is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_vendors_libraries_are_not_imported_before_a_model_is_asked() -> None:
    """They take seconds, and a server or a command that asks nobody starts without them."""
    code = """
import sys
from aiwebtest.config.providers import ProviderSettings
from aiwebtest.providers import examination, registry, router, suggestion
registry.Providers(ProviderSettings(_env_file=None, google_api_key="x")).check(["google"])
print([name for name in ("pydantic_ai", "openai", "google.genai", "scipy") if name in sys.modules])
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_vendors_libraries_are_imported_beside_the_loop_that_asks(tmp_path: Path) -> None:
    """A worker whose loop stood still for those seconds lost its execution, when the machine had much to do."""
    code = """
import asyncio, sys, threading
from aiwebtest.config import load_project
from aiwebtest.engine.models import RunModels
seen = {}
class Look:
    def find_spec(self, name, path=None, target=None):
        if name in ("pydantic_ai", "google.genai", "stagehand"):
            seen[name] = threading.current_thread() is threading.main_thread()
sys.meta_path.insert(0, Look())
async def warm():
    async with RunModels(load_project(overrides={"provider": "google"})) as models:
        await models.warm()
asyncio.run(warm())
print(sorted(seen.items()))
"""
    environment = {**os.environ, "GOOGLE_API_KEY": "never asked"}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )

    assert done.stdout.strip() == "[('google.genai', False), ('pydantic_ai', False), ('stagehand', False)]"
