"""Build the wheel and prove it where nothing of this checkout is: an empty environment, an empty folder.

What the wheel asks for is installed as `requirements.lock` has it, hashes checked, and nothing else, so that a
dependency which the wheel forgets to name is missed. Its command then runs the demo: real browser, example suite, HTML
report. Ends with the demo's exit code, or 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
EXPECTED = (
    "aiwebtest/casefiles/test.schema.json",
    "aiwebtest/casefiles/steps.schema.json",
    "aiwebtest/reporting/report.schema.json",
    "aiwebtest/reporting/page/report.html.j2",
    "aiwebtest/browser/inpage/snapshot.js",
    "aiwebtest/testing/shop/suite/basket.test.yaml",
)
"""Files beside the code that the wheel must carry."""


def main() -> int:
    """Build, install, run; return an exit code."""
    with tempfile.TemporaryDirectory(prefix="aiwebtest-wheel-") as name:
        folder = Path(name)
        wheel = build(folder / "dist")
        missing = [path for path in EXPECTED if path not in zipfile.ZipFile(wheel).namelist()]
        if missing:
            say(f"the wheel lacks {', '.join(missing)}")
            return 1
        command = install(wheel, folder / "environment")
        return prove(command, folder / "empty")


def build(folder: Path) -> Path:
    """Build the wheel and return its path."""
    say("Building the wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT / "engine", check=True, stdout=-1, text=True
    )
    return folder / done.stdout.split()[-1]


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel and what it asks for into a new environment; return the path of its `aiwebtest`."""
    say("Making an empty environment and installing the wheel")
    venv.EnvBuilder(with_pip=True).create(folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    part = folder / "requirements.lock"
    part.write_text("".join(locked(needed(wheel))))
    # Each module is compiled as it is first imported: most never are.
    pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "--no-deps", "--require-hashes", "--requirement", str(part)], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    subprocess.run([str(programs / "python"), "-m", "pip", "check"], check=True, stdout=subprocess.DEVNULL)
    return programs / "aiwebtest"


def needed(wheel: Path) -> set[str]:
    """Return the names of what the wheel asks for, and what that asks for, as installed in this environment."""
    top = next(part for part in zipfile.Path(wheel).iterdir() if part.name.endswith(".dist-info"))
    todo = list(required(PathDistribution(top), frozenset()))
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        wanted = todo.pop()
        one = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if one not in seen:
            seen.add(one)
            todo += required(distribution(wanted.name), one[1])
    return {name for name, _ in seen}


def required(of: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    """Yield what a distribution with these extras requires here."""
    for line in of.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            yield requirement


def locked(names: set[str]) -> Iterator[str]:
    """Yield the lines of the lock that belong to these distributions."""
    wanted = False
    for line in LOCK.read_text().splitlines(keepends=True):
        if not line[0].isspace():
            wanted = canonicalize_name(line.partition("==")[0]) in names
        if wanted:
            yield line


def prove(command: Path, folder: Path) -> int:
    """Run the installed command in an empty folder; return 0 if it did what it says."""
    folder.mkdir()
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    subprocess.run([str(command), "browser", "--install"], cwd=folder, env=environment, check=True)
    say("Running the demo")
    began = time.monotonic()
    done = subprocess.run([str(command), "demo"], cwd=folder, env=environment, check=False)
    report = folder / "aiwebtest-report" / "index.html"
    if done.returncode == 0 and not report.is_file():
        say("the demo passed and wrote no report")
        return 1
    say(f"The demo ended with {done.returncode} after {time.monotonic() - began:.0f} s")
    return done.returncode


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
