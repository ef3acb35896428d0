"""What using the providers' package costs before any model is asked."""

from __future__ import annotations

import subprocess
import sys


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
