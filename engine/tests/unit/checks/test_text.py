"""Whole words, blocks of text, and what a reader sees."""

from __future__ import annotations

import pytest

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.text import blocks_of, matches


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Unpaid", "Paid"),
        ("100", "10"),
        ("10.50", "10"),
        ("1,100", "100"),
        ("-10", "10"),
        ("Balance: -$5.00", "$5.00"),
        ("A+", "A"),
        ("Written in C++", "C"),
        ("Blood group A-", "A"),
        ("15 items", "5 items"),
        ("$100", "$10"),
        ("Adam", "Ada"),
        ("Shipped today", "shipped"),
        ("", ""),
    ],
)
def test_part_of_a_word_or_number_is_not_found(text: str, wanted: str) -> None:
    """This is how checks pass by accident elsewhere."""
    assert not matches(text, wanted, "contains", quoted=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Paid on Monday", "Paid"),
        ("Total: $10", "$10"),
        ("#1001", "1001"),
        ("(10)", "10"),
        ("10.", "10"),
        ("ご注文ありがとう", "注文"),
        ("It’s fine", "It's fine"),
        ("a\u00a0b", "a b"),
    ],
)
def test_whole_words_are_found_in_any_script_and_typography(text: str, wanted: str) -> None:
    """A person cannot type a no-break space, and Japanese has no spaces at all."""
    assert matches(text, wanted, "contains", quoted=True)


def page(*rows: tuple[int, str, str, int]) -> Snapshot:
    """Build a page of (parent, tag, text, flags) rows."""
    nodes = []
    for ref, (parent, tag, text, flags) in enumerate(rows):
        end = next((i for i in range(ref + 1, len(rows)) if rows[i][0] < ref), len(rows))
        nodes.append(
            Node(ref=ref, parent=parent, end=end, frame=0, local=ref, flags=flags, box=(0, 0, 0, 0), tag=tag, text=text)
        )
    return Snapshot(url="http://x.test/", title="", nodes=tuple(nodes))


def test_inline_children_belong_to_the_text_around_them() -> None:
    """`<p>Total: <b>$5</b></p>` reads as one line."""
    snapshot = page((-1, "body", "", 0), (0, "p", "", 0), (1, "#text", "Total:", 0), (1, "b", "$5", 0))

    assert [block.text for block in blocks_of(snapshot)] == ["Total: $5"]


def test_two_blocks_do_not_make_a_phrase() -> None:
    """The "5" of a pager and the heading "items" are not "5 items"."""
    snapshot = page((-1, "body", "", 0), (0, "p", "5", 0), (0, "h2", "items", 0))

    assert [block.text for block in blocks_of(snapshot)] == ["5", "items"]


def test_hidden_text_is_not_read_and_glued_text_is_one_word() -> None:
    """Only what can be seen counts, as it is seen."""
    snapshot = page(
        (-1, "body", "", 0), (0, "p", "", 0), (1, "#text", "Un", 0), (1, "b", "paid", int(Flag.GLUED)),
        (0, "p", "Secret", int(Flag.HIDDEN)),
    )  # fmt: skip

    assert [block.text for block in blocks_of(snapshot)] == ["Unpaid"]
