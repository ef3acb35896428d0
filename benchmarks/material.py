"""Public material that nobody here wrote: fetched from the package registries on demand, never stored with the project.

Python packages are pinned with hashes in `requirements.lock`, npm packages in `package-lock.json`. Both land in
`benchmarks/.material/`, which version control ignores; a changed lock installs anew.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

__all__ = [
    "MaterialMissing",
    "component_libraries",
    "kitchen_sink",
    "miniwob",
    "python_path",
    "todomvc",
    "tokenizer_path",
]

HERE = Path(__file__).parent
MATERIAL = HERE / ".material"


class MaterialMissing(Exception):
    """Material could not be installed. The message says which, why, and what to do."""


def python_path() -> Path:
    """Return the folder of the benchmarks' Python packages (Django, MiniWoB++, a tokenizer), installed if need be.

    MiniWoB++ serves for its HTML alone, so its own dependencies are left out; those of Django are in the lock.
    """
    return _installed(
        "python",
        HERE / "requirements.lock",
        lambda folder: [
            *[sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"],
            *["--no-compile", "--require-hashes", "--target", str(folder), "-r", str(HERE / "requirements.lock")],
        ],
    )


def tokenizer_path() -> Path:
    """Return the folder that holds the tokenizer with its vocabularies."""
    return python_path()


def miniwob() -> Path:
    """Return the folder of MiniWoB++'s pages (`miniwob/`, `core/`, `common/`)."""
    return _part(python_path(), "miniwob/html")


def kitchen_sink() -> Path:
    """Return the folder of the Cypress kitchen sink's pages."""
    return _part(_node_modules(), "cypress-example-kitchensink/app")


def todomvc() -> Path:
    """Return TodoMVC's folder, with one application a folder under `examples/`."""
    return _part(_node_modules(), "todomvc")


def component_libraries() -> Path:
    """Return the folder that has one folder a package, of the component libraries and what they need."""
    return _node_modules()


def _node_modules() -> Path:
    def command(folder: Path) -> list[str]:
        npm = shutil.which("npm")
        if npm is None:
            raise MaterialMissing(
                "The kitchen sink, TodoMVC and the component libraries come from npm, which is not on this machine.\n"
                "  Try: install Node.js (any version that brings npm; nothing of it runs here), then run again."
            )
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        return [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]

    return _installed("npm", HERE / "package-lock.json", command) / "node_modules"


def _installed(name: str, lock: Path, command: Callable[[Path], list[str]]) -> Path:
    """Return the folder that `lock` was installed into, named by its digest so that a changed lock installs anew."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = MATERIAL / f"{name}-{digest}"
    if folder.is_dir():
        return folder
    building = MATERIAL / f"{name}-{digest}.part"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    print(f"Installing the {name} packages of {lock.name} ...", file=sys.stderr)
    done = subprocess.run(command(building), cwd=building, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MaterialMissing(
            f"The {name} packages of {lock.name} could not be installed:\n{done.stderr.strip()[-2000:]}\n"
            "  Try: check that this machine reaches its package registry, then run again."
        )
    building.rename(folder)  # only a whole installation gets the final name
    return folder


def _part(folder: Path, path: str) -> Path:
    part = folder / path
    if not part.is_dir():
        raise MaterialMissing(f"{part} is not there.\n  Try: remove {MATERIAL} and run again.")
    return part
