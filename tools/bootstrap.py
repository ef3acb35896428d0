"""Make the project's environment in `.venv` from `requirements.lock`; standard library only.

Runs on any Python from 3.11 on. Does nothing when the environment already fits the lock.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.sha256"
LOCK = ROOT / "requirements.lock"
PROJECTS = [ROOT / "engine", ROOT / "backend"]
MOST_AT_ONCE = 4


def main() -> int:
    """Bring `.venv` up to date and say so; return an exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the one file that an older Python may start
        return complain(f"Python {sys.version.split()[0]} is too old.", "run make with PYTHON=python3.11 or newer.")
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    say("Making the environment in .venv (first time: a minute or two)")
    try:
        make_environment()
    except subprocess.CalledProcessError as exc:
        return complain(
            f"`{' '.join(map(str, exc.cmd[:4]))} ...` failed.", "read the lines above, mend it and run make again."
        )
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    """Return what the environment depends on: the lock, the projects' metadata and this Python."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in [LOCK, *(project / "pyproject.toml" for project in PROJECTS)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """Create the virtual environment and install exactly what the lock names.

    The lock names everything, so pip resolves nothing: an older pip asked for `google-auth[requests]` takes the newest
    release instead of the locked one, and then misses its hash. `pip check` tells if the lock leaves something out.
    """
    if not (VENV / "bin").exists() and not (VENV / "Scripts").exists():
        try:
            venv.EnvBuilder(with_pip=True).create(VENV)
        except subprocess.CalledProcessError:
            shutil.rmtree(VENV, ignore_errors=True)
            say("This Python has no ensurepip. On Debian and Ubuntu: apt-get install python3-venv")
            raise
    pip = [python(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
    install_locked([*pip, "--no-deps", "--require-hashes", "--requirement"])
    for project in PROJECTS:
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(project)], check=True)
    check = [python(), "-m", "pip", "--disable-pip-version-check", "check"]
    subprocess.run(check, check=True, stdout=subprocess.DEVNULL)
    compile_packages()


def install_locked(pip: list[str]) -> None:
    """Install what the lock names, a share of it on each processor: unpacking is what takes time."""
    packages = re.split(r"^(?=\w)", LOCK.read_text(), flags=re.MULTILINE)[1:]
    shares = max(1, min(os.cpu_count() or 1, MOST_AT_ONCE))
    with tempfile.TemporaryDirectory(prefix="aiwebtest-lock-") as folder, ThreadPoolExecutor(shares) as pool:
        parts = [Path(folder, f"{share}.lock") for share in range(shares)]
        for share, part in enumerate(parts):
            part.write_text("".join(packages[share::shares]))
        for done in [pool.submit(subprocess.run, [*pip, str(part)], check=True) for part in parts]:
            done.result()


def compile_packages() -> None:
    """Compile what was installed on all processors; pip would take one. What does not compile is no module of ours."""
    paths = subprocess.run([python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True,
                           capture_output=True, text=True)  # fmt: skip
    subprocess.run(
        [python(), "-m", "compileall", "-qq", "-j", "0", "-x", r"[\\/]tests[\\/]", paths.stdout.strip()], check=False
    )


def python() -> str:
    """Return the environment's interpreter."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"==> {text}", flush=True)


def complain(what: str, mend: str) -> int:
    """Print what happened and what to do; return the exit code of a failed set-up."""
    print(f"error: {what}\n  Try: {mend}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
