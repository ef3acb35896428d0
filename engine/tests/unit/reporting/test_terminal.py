"""What a run shows in a terminal and in the log of a CI job."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from sample_run import SampleRun, case, full_run

from aiwebtest.core.events import Event, Problem, StepStarted
from aiwebtest.reporting.html import with_code
from aiwebtest.reporting.styled import styled
from aiwebtest.reporting.terminal import Terminal


def shown(events: list[Event]) -> str:
    stream = io.StringIO()
    terminal = Terminal(stream, artifacts=Path("out"))
    for event in events:
        terminal.on_event(event)
    terminal.close()
    return stream.getvalue()


def test_each_case_is_one_plain_line_in_a_log() -> None:
    """Logs are searched and compared; nothing in them may depend on the window."""
    lines = shown(full_run()).splitlines()

    assert lines[0] == "6 cases, 2 workers on http://127.0.0.1:8000"
    assert lines[1] == "FAIL   Buy a lamp  (1.5 s, 1 healed)  tests/shop.test.yaml:3"
    assert "RETRY  See the news  (1.5 s)  tests/news.test.yaml:30" in lines
    assert "PASS   See the news  (1.5 s, flaky)  tests/news.test.yaml:30" in lines


def test_what_did_not_pass_is_told_in_full_at_the_end() -> None:
    """The reader sees what was expected, what was there, where it is written and what to do."""
    text = shown(full_run())

    for part in (
        "step 3 of 4: The total is $59.98", "expected: $59.98", "actual:   $54.98", "Try: look at the sum.",
        "at tests/shop.test.yaml:7", "picture: out/pictures/2.jpg", "Left behind: out/traces/1.zip",
        '0.81  button "Delete" in the row "Order 1"', "Click the second Delete",
        "Explanation: The text \"Total $59.98\" is now", "Looks like the application.",
    ):  # fmt: skip
        assert part in text
    assert "1 failed, 1 error, 3 passed, 1 skipped (1 flaky, 1 healed) in" in text


def test_page_text_cannot_steer_the_terminal() -> None:
    """An escape sequence in a product name would else recolour or hide what follows."""
    run = SampleRun(cases=1)
    problem = Problem(code="x", what="\x1b[2J[red]gone[/red]\x07")
    run.add(case("\x1b]0;title\x07", "Click Go"), "error", [{"outcome": "error", "problem": problem}])

    text = shown(run.finish())

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]gone[/red]" in text


def test_a_long_line_is_not_broken() -> None:
    """A path that is cut in two cannot be clicked or copied."""
    run = SampleRun(cases=1)
    run.add(case("N" * 300, "Click Go"), "passed", [{}])

    assert "N" * 300 in shown(run.finish())


class FakeTerminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_shown_what_is_going_on_and_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The running step is seen while it runs; what stays is the plain lines, and the cursor."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = FakeTerminal()
    terminal = Terminal(stream)
    events = full_run()

    for event in events:
        terminal.on_event(event)
        if isinstance(event, StepStarted):
            terminal.refresh()
    terminal.close()

    text = stream.getvalue()
    assert "Search for lamp" in text
    assert "0/6" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1
    assert "1 failed, 1 error, 3 passed" in text.rpartition("\x1b[?25h")[2]


def test_code_in_messages_is_set_apart_and_not_between_backticks() -> None:
    """A person reads the words; the marks are for whoever sets them."""
    message = "Unknown key `stpes`: did you mean `<steps>`?"
    screen, log = Console(force_terminal=True, color_system="standard", file=io.StringIO()), Console(file=io.StringIO())

    shown = styled(message, screen)

    assert shown.plain == "Unknown key stpes: did you mean <steps>?"
    assert [shown.plain[span.start : span.end] for span in shown.spans if span.style == "bold"] == ["stpes", "<steps>"]
    assert styled(message, log).plain == message
    assert str(with_code(message)) == "Unknown key <code>stpes</code>: did you mean <code>&lt;steps&gt;</code>?"
