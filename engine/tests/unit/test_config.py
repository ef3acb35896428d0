"""Settings come from five places, the nearest wins, and a bad one names its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiwebtest.config import Config, load_project
from aiwebtest.core.errors import UsageError


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests may leak in."""
    for key in Config.model_fields:
        monkeypatch.delenv(f"AIWEBTEST_{key.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_each_source_beats_the_ones_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Command line, environment, .env, file, default."""
    (tmp_path / "aiwebtest.toml").write_text("retries = 1\nworkers = 1\ntimeout = 1\nslow = 1\n")
    (tmp_path / ".env").write_text("AIWEBTEST_RETRIES=2\nAIWEBTEST_WORKERS=2\nAIWEBTEST_TIMEOUT=2\nSOMETHING=x\n")
    monkeypatch.setenv("AIWEBTEST_RETRIES", "3")
    monkeypatch.setenv("AIWEBTEST_WORKERS", "3")

    config = load_project(overrides={"retries": 4, "headed": None}).config

    assert (config.retries, config.workers, config.timeout, config.slow, config.headed) == (4, 3, 2.0, 1.0, False)


def test_the_file_is_found_from_a_folder_below(tmp_path: Path) -> None:
    """Its paths are relative to where it lies, not to where one stands."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.other]\nx = 1\n[tool.aiwebtest]\npaths = ["e2e"]\nreport_dir="out"\n'
    )
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    project = load_project(start=below)

    assert project.root == tmp_path
    assert project.config.paths == (str(tmp_path / "e2e"),)
    assert project.config.report_dir == tmp_path / "out"


@pytest.mark.parametrize(
    ("text", "place", "what", "mend"),
    [
        ("workers = 1\nretrys = 2\n", ":2: ", "unknown setting `retrys`", "`retries`"),
        ('\n\ntrace = "onfailure"\n', ":3: ", "`trace` cannot be `onfailure`", "`on-failure`"),
        ('report = ["htlm"]\n', ":1: ", "`htlm` is not a kind of report", "`html`"),
        ('base_url = "localhost:3000"\n', ":1: ", "not the absolute URL", "`http://localhost:3000`"),
        ('base_url = "ftp://files"\n', ":1: ", "`ftp://files`", "http://, https:// or file://"),
        ('timeout = "soon"\n', ":1: ", "not a duration", "10s"),
        ("workers = 0\n", ":1: ", "`workers` cannot be `0`", "a whole number from 1 to 64, or `auto`."),
        ('workers = "foo"\n', ":1: ", "`workers` cannot be `foo`", "a whole number from 1 to 64, or `auto`."),
        ("max_failures = 0\n", ":1: ", "`max_failures` cannot be `0`", "a whole number from 1 on."),
        ('slow = "x"\n', ":1: ", "`slow` cannot be `x`", "a number from 0 to 10000."),
        ('headed = "perhaps"\n', ":1: ", "`headed` cannot be `perhaps`", "true or false."),
        ("paths = 5\n", ":1: ", "`paths` cannot be `5`", "a list."),
        ('provider = "gogle"\n', ":1: ", "not a provider", "`google`"),
        ('[variables]\n"a b" = 1\n', ":1: ", "cannot be a variable's name", "`a_b`"),
    ],
)
def test_a_bad_line_of_the_file_names_itself_and_what_would_do(
    tmp_path: Path, text: str, place: str, what: str, mend: str
) -> None:
    """The reader goes straight to the line."""
    (tmp_path / "aiwebtest.toml").write_text(text)

    with pytest.raises(UsageError) as caught:
        load_project()

    assert f"aiwebtest.toml{place}" in caught.value.what
    assert what in caught.value.what
    assert mend in caught.value.mend


def test_a_bad_variable_and_a_bad_option_name_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is wrong is told at once, each with its own source."""
    monkeypatch.setenv("AIWEBTEST_TIMEZONE", "Mars")
    monkeypatch.setenv("AIWEBTEST_WORKRES", "3")
    (tmp_path / ".env").write_text("# x\nAIWEBTEST_LOCALE=qq-QQ\n")

    with pytest.raises(UsageError) as caught:
        load_project(overrides={"viewport": "huge"})

    assert "environment variable AIWEBTEST_TIMEZONE: `Mars`" in caught.value.what
    assert "environment variable AIWEBTEST_WORKRES" in caught.value.what
    assert ".env:2: `qq-QQ`" in caught.value.what
    assert "--viewport: `huge`" in caught.value.what
    assert "Try: did you mean `AIWEBTEST_WORKERS`?" in caught.value.what


def test_lists_and_pairs_in_the_environment_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes JSON into a variable by hand."""
    monkeypatch.setenv("AIWEBTEST_REPORT", "html, junit=out/x.xml")
    monkeypatch.setenv("AIWEBTEST_VARIABLES", "city=Rome,who=Ada")

    config = load_project().config

    assert config.report == ("html", "junit=out/x.xml")
    assert config.variables == {"city": "Rome", "who": "Ada"}


def test_secrets_are_looked_up_in_the_environment_and_then_in_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of a CI job beats the file on a laptop; neither shows in a repr."""
    (tmp_path / ".env").write_text("PW=from file\nOTHER=also\n")
    monkeypatch.setenv("PW", "from environment")

    project = load_project()

    assert (project.environment["PW"], project.environment["OTHER"]) == ("from environment", "also")
    assert str(tmp_path / ".env") in project.looked_in
    assert "from file" not in repr(project)


def test_a_broken_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    """TOML has its own line numbers; they are passed on."""
    (tmp_path / "aiwebtest.toml").write_text("workers = \n")

    with pytest.raises(UsageError, match="line 1"):
        load_project()
