"""The pytest plugin in a pytest of its own, with a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = "data:text/html,<title>T</title><h1>Hello</h1><button onclick=\"document.body.append('Done')\">Go</button>"
FILE = f"""\
url: '{PAGE.replace("'", "''")}'
tags: [smoke]
timeout: 500ms
cases:
  - name: Good
    timeout: 20s
    steps: [The page shows "Hello", Click Go, The page shows "Done"]
  - name: Bad
    steps: [The page shows "Goodbye"]
  - name: Unsure
    steps: ["Click {{what}}"]
    data: [{{what: Here}}, {{what: There}}]
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A folder with one test file and one ordinary test module."""
    (pytester.path / "web.test.yaml").write_text(FILE)
    pytester.makepyfile(
        test_other="""
        import asyncio, pytest

        @pytest.fixture(scope="session", autouse=True)
        def running_loop():
            # What pytest-playwright's synchronous fixtures leave behind: a running loop on pytest's own thread.
            loop = asyncio.new_event_loop()
            asyncio.events._set_running_loop(loop)
            yield
            asyncio.events._set_running_loop(None)
            loop.close()

        def test_other():
            asyncio.get_running_loop()
        """
    )
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own, without the plugins of this project's own tests."""
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:asyncio", "-p", "no:xdist", *arguments)


def test_each_case_and_each_row_is_an_item_with_its_own_outcome(folder: Path, pytester: pytest.Pytester) -> None:
    """Also beside a running loop on pytest's thread: the engine keeps to its own."""
    result = run(pytester, "-v")

    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines_random([
        "*::Good PASSED*", "*::Bad FAILED*", "*::Unsure[[]Here[]] FAILED*", "*::Unsure[[]There[]] FAILED*",
        "*::test_other PASSED*",
    ])  # fmt: skip
    assert (folder / "aiwebtest-report" / "index.html").exists()
    result.stdout.fnmatch_lines(["Report of the web tests: *index.html"])


def test_a_failure_is_told_in_words_and_without_a_traceback(folder: Path, pytester: pytest.Pytester) -> None:
    """The reader wrote sentences; our source lines mean nothing to them."""
    result = run(pytester, "-k", "Bad")

    text = result.stdout.str()
    assert 'step 1 of 1: The page shows "Goodbye"' in text
    assert "expected:" in text
    assert "at web.test.yaml:9" in text
    assert "Traceback" not in text
    assert ".py:" not in text.partition("short test summary")[0]


def test_tags_select_like_markers_and_keywords(folder: Path, pytester: pytest.Pytester) -> None:
    """`-m smoke` and `-k smoke` both work, also with strict markers."""
    for chosen in (("-m", "smoke"), ("-k", "smoke"), ("-m", "aiwebtest")):
        result = run(pytester, "--collect-only", "-q", "--strict-markers", *chosen)
        assert result.ret == 0
        assert "4/5 tests collected" in result.stdout.str()


def test_problems_of_a_file_are_one_collection_error(folder: Path, pytester: pytest.Pytester) -> None:
    """With places and remedies, before any browser."""
    (folder / "web.test.yaml").write_text("name: W\ntag: [x]\nsteps: [Click Go]\n")

    result = run(pytester)

    result.assert_outcomes(errors=1)
    text = result.stdout.str()
    assert "web.test.yaml:2:1: Unknown key `tag`." in text
    assert "Traceback" not in text


def test_options_are_settings(folder: Path, pytester: pytest.Pytester) -> None:
    """A bad one is told like on our own command line; a good one is used."""
    (folder / "web.test.yaml").write_text('name: W\nurl: /x\nsteps: [The page shows "x"]\n')

    bad = run(pytester, "--aiwebtest-trace=maybe")
    missing = run(pytester)

    assert "`trace` cannot be `maybe`" in bad.stdout.str()
    assert "there is no base URL" in missing.stdout.str()
