"""Sentences cut into tokens, and keys by their many names."""

from __future__ import annotations

import pytest

from aiwebtest.grounding.rules.keys import read_key
from aiwebtest.grounding.rules.lexer import fold, lex


def kinds(sentence: str) -> list[tuple[str, str]]:
    """Return kind and value of every token."""
    return [(token.kind, token.value) for token in lex(sentence)]


@pytest.mark.parametrize(
    "quoted", ['"Save"', "'Save'", "“Save”", "„Save“", "‘Save’", "«Save»", "»Save«", "`Save`", "「Save」"]
)
def test_quotes_of_every_kind_hold_one_text(quoted: str) -> None:
    """People paste from word processors and type on keyboards of all countries."""
    assert kinds(f"Click {quoted}.") == [("word", "Click"), ("quote", "Save"), ("stop", ".")]


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("Click 'Don't show again'", ["Click", "Don't show again"]),
        ("Ada's row isn't 15\" wide", ["Ada's", "row", "isn't", '15"', "wide"]),
        ('Type "a \\"b\\" c"', ["Type", 'a "b" c']),
        ('Type "" in it', ["Type", "", "in", "it"]),
        ("点击“确定”按钮", ["点击", "确定", "按钮"]),
    ],
)
def test_apostrophes_inch_marks_and_escapes_are_no_quotes(sentence: str, values: list[str]) -> None:
    """A quotation mark that closes in the wrong place would change the name."""
    assert [value for _, value in kinds(sentence)] == values


def test_placeholders_stand_alone_or_inside_a_word() -> None:
    """A placeholder is opaque: what it will hold is no language."""
    assert kinds("Open {BASE}/cart as {USER}.") == [
        ("word", "Open"), ("word", "{BASE}/cart"), ("word", "as"), ("hole", "{USER}"), ("stop", "."),
    ]  # fmt: skip


def test_stops_inside_words_belong_to_them() -> None:
    """Addresses, numbers, times and file names keep their punctuation."""
    assert [value for _, value in kinds("Open https://x.org/a?b=c,d at 10:30, v3.5; a.pdf.")] == [
        "Open", "https://x.org/a?b=c,d", "at", "10:30", ",", "v3.5", ";", "a.pdf", ".",
    ]  # fmt: skip


def test_full_width_forms_are_read_like_their_narrow_ones() -> None:
    """Input methods of East Asia produce them."""
    assert fold("Ｓａｖｅ") == "save"
    assert kinds("保存，确定。") == [("word", "保存"), ("stop", ","), ("word", "确定"), ("stop", ".")]


@pytest.mark.parametrize(
    ("text", "key"),
    [("Enter", "Enter"), ("return", "Enter"), ("ESC", "Escape"), ("Ctrl+A", "Control+a"), ("ctrl-shift-p",
        "Control+Shift+p"),
     ("Cmd + S", "Meta+s"), ("Shift Tab", "Shift+Tab"), ("arrow down", "ArrowDown"), ("page up", "PageUp"), ("F5",
         "F5"),
     ("Alt and F4", "Alt+F4"), ("Save", None), ("Ctrl+Save", None), ("", None)],
)  # fmt: skip
def test_keys_have_many_names(text: str, key: str | None) -> None:
    """The browser knows one name of a key, people know several."""
    assert read_key(text) == key
