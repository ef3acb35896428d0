"""Which browser is used, and what happens where there is none."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import playwright
import pytest

from aiwebtest.browser import discover, install
from aiwebtest.core.errors import BrowserUnavailable, UsageError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths of Linux")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no browser: an empty PATH and an empty cache. Returns the folder on PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.delenv(discover.BROWSER_VARIABLE, raising=False)
    return programs


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    """Make a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def revision() -> str:
    """Return the Chromium revision that the installed Playwright wants."""
    listed = json.loads((Path(playwright.__file__).parent / "driver/package/browsers.json").read_bytes())
    return next(browser["revision"] for browser in listed["browsers"] if browser["name"] == "chromium")


def test_the_named_browser_wins(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user knows best."""
    program(bare / "google-chrome")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv(discover.BROWSER_VARIABLE, str(mine))

    assert discover.find_browser() == str(mine)


@pytest.mark.parametrize(("make", "words"), [(False, "does not exist"), (True, "is not executable")])
def test_a_named_browser_that_cannot_be_started_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: bool, words: str
) -> None:
    """Quietly taking another one would surprise."""
    path = tmp_path / "chrome"
    if make:
        path.write_text("x")
    monkeypatch.setenv(discover.BROWSER_VARIABLE, str(path))

    with pytest.raises(UsageError, match=words):
        discover.find_browser()


def test_an_installed_browser_comes_before_a_download(bare: Path, tmp_path: Path) -> None:
    """It is what people use, and it is kept up to date."""
    installed = program(bare / "chromium")
    program(tmp_path / f"downloads/chromium-{revision()}/chrome-linux64/chrome")

    assert discover.find_browser() == str(installed)


def test_playwrights_download_is_found(bare: Path, tmp_path: Path) -> None:
    """The revision that fits this Playwright before an older one."""
    program(tmp_path / "downloads/chromium-1/chrome-linux/chrome")
    fitting = program(tmp_path / f"downloads/chromium-{revision()}/chrome-linux64/chrome")

    assert discover.find_browser() == str(fitting)


def test_a_snap_comes_last(bare: Path, tmp_path: Path) -> None:
    """It does not see our temporary files; on Ubuntu, the package `chromium-browser` only starts one."""
    stub = program(bare / "chromium-browser", '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    alone = discover.find_browser()
    download = program(tmp_path / f"downloads/chromium-{revision()}/chrome-linux64/chrome")

    assert alone == str(stub)
    assert discover.find_browser() == str(download)


def test_a_headless_shell_comes_first_where_it_will_do(bare: Path, tmp_path: Path) -> None:
    """It needs a third of the processor time; with a window, or with a model in the browser, it will not do."""
    full = program(bare / "chromium")
    download = program(
        tmp_path / f"downloads/chromium_headless_shell-{revision()}/chrome-headless-shell-linux64/chrome-headless-shell"
    )
    downloaded = discover.find_browser(shell_first=True)
    packaged = program(bare / "chromium-headless-shell")

    assert downloaded == str(download)
    assert discover.find_browser(shell_first=True) == str(packaged)
    assert discover.find_browser() == str(full)


def test_the_named_browser_comes_before_a_headless_shell(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names a browser means every run."""
    program(bare / "chromium-headless-shell")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv(discover.BROWSER_VARIABLE, str(mine))

    assert discover.find_browser(shell_first=True) == str(mine)


def test_the_headless_shell_is_added_to_a_distributions_browser(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright's download has one of its own; the package of a distribution has not."""
    found = program(bare / "chromium")
    shell = bare / "chromium-headless-shell"
    program(bare / "apt-get", f'#!/bin/sh\nPATH=/usr/bin:/bin\necho "got $*"\ncp {found} {shell}\n')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    told: list[str] = []

    assert install.install_browser(told.append) == str(found)
    assert any(line.endswith("--no-install-recommends chromium-headless-shell") for line in told)
    assert discover.find_browser(shell_first=True) == str(shell)


def test_a_distribution_without_a_headless_shell_serves_all_the_same(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ubuntu has no such package."""
    found = program(bare / "chromium")
    program(bare / "apt-get", "#!/bin/sh\necho 'E: Unable to locate package chromium-headless-shell'\nexit 100\n")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    told: list[str] = []

    assert install.install_browser(told.append) == str(found)
    assert "Unable to locate package" in told[-1]


def test_no_browser_is_none(bare: Path) -> None:
    """The caller decides what to do about it."""
    assert discover.find_browser() is None


def test_a_download_is_used_at_once(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that the demo needs on a new machine."""
    target = tmp_path / f"downloads/chromium-{revision()}/chrome-linux64/chrome"
    fake = program(
        tmp_path / "python",
        f'#!/bin/sh\nPATH=/usr/bin:/bin\necho "got $*"\n'
        f"mkdir -p {target.parent}\necho '#!/bin/sh' > {target}\nchmod +x {target}\n",
    )
    monkeypatch.setattr(sys, "executable", str(fake))
    told: list[str] = []

    assert install.install_browser(told.append) == str(target)
    assert "got -m playwright install chromium" in told


def test_what_was_tried_is_listed_with_the_one_command_to_run(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody should have to guess what went wrong, or what to do."""
    fake = program(tmp_path / "python3", "#!/bin/sh\necho 'Error: no way to cdn.example'\nexit 1\n")
    program(bare / "apt-get", "#!/bin/sh\necho 'E: Unable to locate package chromium'\nexit 100\n")
    monkeypatch.setattr(sys, "executable", str(fake))
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(BrowserUnavailable) as caught:
        install.install_browser()

    assert "no way to cdn.example" in caught.value.what
    assert "Unable to locate package" in caught.value.what
    assert "python3 -m playwright install --with-deps chromium" in caught.value.mend


def test_a_package_that_only_points_to_a_snap_is_not_taken(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ubuntu's does, and the snap does not run in a container."""
    fake = program(tmp_path / "python3", "#!/bin/sh\nexit 1\n")
    stub = bare / "chromium"
    program(
        bare / "apt-get",
        f"#!/bin/sh\nPATH=/usr/bin:/bin\n"
        f"echo '#!/bin/sh' > {stub}\necho 'exec /snap/bin/chromium' >> {stub}\nchmod +x {stub}\n",
    )
    monkeypatch.setattr(sys, "executable", str(fake))
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(BrowserUnavailable, match="snap"):
        install.install_browser()


def test_a_download_that_goes_silent_is_given_up(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blocked network must not cost minutes."""
    fake = program(tmp_path / "python3", "#!/bin/sh\necho started\nexec /bin/sleep 60\n")
    monkeypatch.setattr(sys, "executable", str(fake))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(install, "_SILENT_S", 0.3)

    with pytest.raises(BrowserUnavailable, match="no progress"):
        install.install_browser()
