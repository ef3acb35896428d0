"""Figures on a terminal of any width, and where there is none."""

from __future__ import annotations

import pytest

from aiwebtest.cli.tables import cut_in_the_middle, printed, say, shortened

MODEL = "openrouter/meta-llama/llama-4-maverick-instruct-2026-10-17"
COLUMNS = ("model", "asked", "cost")
ROWS = [(MODEL, "1,200", "$0.1030"), ("all [x]", "1,200", "$0.1030")]


def test_a_long_name_is_whole_where_nothing_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or a pipe has no width."""
    monkeypatch.delenv("COLUMNS", raising=False)

    head, _, row, _, total = printed(COLUMNS, ROWS, total=True).splitlines()

    assert head.split() == ["model", "asked", "cost"]
    assert row.split() == [MODEL, "1,200", "$0.1030"]
    assert total.startswith("all [x] ")


@pytest.mark.parametrize("width", [60, 45, 20])
def test_a_narrow_terminal_shortens_names_and_no_figure(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider and the end stay while there is room; below that, lines are longer than the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))

    lines = printed(COLUMNS, ROWS).splitlines()

    assert all(len(line) <= max(width, 32) for line in lines)
    assert lines[2].split()[1:] == ["1,200", "$0.1030"]
    assert lines[2].startswith("openrouter/…" if width > 40 else "…")
    assert lines[2].split()[0].endswith("10-17")


def test_what_is_shortened_is_as_long_as_there_is_room() -> None:
    """Models are told by their ends, cases by both."""
    assert shortened(MODEL, 30) == f"openrouter/…{MODEL[-18:]}"
    assert len(shortened(MODEL, 16)) == len(cut_in_the_middle(MODEL, 16)) == 16
    assert cut_in_the_middle("Change the address [row 3]", 20) == "Change the ad…row 3]"
    assert shortened("short", 5) == cut_in_the_middle("short", 5) == "short"


def test_sentences_are_whole_in_a_pipe_and_folded_between_words_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that stand below another one keep their place on each line, and no line ends in spaces."""
    monkeypatch.delenv("COLUMNS", raising=False)
    say("What has changed:", below=["word " * 40])
    whole = capsys.readouterr().out.splitlines()
    monkeypatch.setenv("COLUMNS", "40")
    say("What has changed:", below=["word " * 12])
    folded = capsys.readouterr().out.splitlines()

    assert whole == ["What has changed:", "  " + " ".join(["word"] * 40)]
    assert folded == ["What has changed:", "  " + " ".join(["word"] * 7), "  " + " ".join(["word"] * 5)]
