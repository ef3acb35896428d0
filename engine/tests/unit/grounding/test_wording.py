"""Words of a sentence against words on an element."""

from __future__ import annotations

import pytest

from aiwebtest.grounding.rules.wording import JUST_SO, compare, ident_words, wording


def kind(asked: str, seen: str, *, quoted: bool = False) -> str | None:
    """Return how two texts compare."""
    match = compare(wording(asked), wording(seen), quoted=quoted)
    return match.kind if match else None


@pytest.mark.parametrize(
    ("asked", "seen", "expected"),
    [
        ("Save", "Save", "name is exactly so"),
        ("sign in", "Sign In", "name is so but for case"),
        ("E-mail", "Email:", "name is so but for punctuation"),
        ("Inbox", "Inbox (3)", "name is so but for punctuation"),
        ("Password", "Password *", "name is so but for punctuation"),
        ("cafe creme", "Café crème", "name is so but for punctuation"),
        ("log in", "Sign in", "name means the same"),
        ("shopping cart", "Basket", "name means the same"),
        ("category", "Categories", "name means the same"),
        ("the settings", "Preferences", "name means the same"),
        ("save", "Save changes", "name begins so"),
        ("changes", "Save changes", "name contains it"),
        ("profile settings", "Profile", "words contain the name"),
        ("subscrbe", "Subscribe", "name is nearly so"),
        ("确认", "确认订单", "name begins so"),
        ("Strasse", "Straße", "name is so but for case"),
        ("Zone A", "Zone A – Tomatoes", "name begins so"),
        ("Zone A", "Zone B", None),  # a letter, and no article
        ("Zone A", "Zone", "words contain the name"),
        ("add a file", "Add file", "name means the same"),
    ],
)
def test_unquoted_words_meet_an_element_half_way(asked: str, seen: str, expected: str | None) -> None:
    """Testers write what they mean, not what the markup says."""
    assert kind(asked, seen) == expected


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("C++", "C"),
        ("C", "C#"),
        ("A", "A+"),
        ("A-", "A+"),
        ("-5", "5"),
        ("5", "-5"),
        ("-$5", "$5"),
        ("> 18", "< 18"),
        ("18", ">18"),
        ("Level 3", "Level 3+"),
        ("1,5", "15"),
        ("1/2", "12"),
        ("Premium+", "Premium"),
    ],
)
def test_signs_that_touch_a_word_make_another_of_it(asked: str, seen: str, quoted: bool) -> None:
    """One option of a list often differs from the next by nothing else."""
    assert kind(asked, seen, quoted=quoted) is None


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("Add", "+ Add"),
        ("+ Add", "Add"),
        ("Save", "Save…"),
        ("Save...", "Save…"),
        ("Name:", "Name *"),
        ("$5", "5"),
        ("−5", "-5"),
        (">18", "> 18"),
        ("general", "# general"),
        ("Inbox", "Inbox 99+"),
        ("1,500", "1500"),
        ("204491", "20-44-91"),
        ("3-5 days", "3–5 days"),
    ],
)
def test_signs_that_stand_apart_or_end_a_label_are_ornament(asked: str, seen: str) -> None:
    """Icons, required marks and separators are rarely copied into a sentence."""
    assert kind(asked, seen, quoted=True) in JUST_SO


def test_an_ellipsis_in_quotes_is_a_command_that_asks_for_more() -> None:
    """A menu has "Open…" and a filter "Open"; who quotes the ellipsis means the former."""
    assert kind("Open…", "Open", quoted=True) is None


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("subscribe", "Unsubscribe"),
        ("step 2", "Step 3"),
        ("item1", "item2"),
        ("on", "no"),
        ("delete", "Deselect"),
        ("确定", "确认"),
        ("edit", "Credit"),
        ("print", "Paint"),
        ("activate", "Deactivate"),
        ("send", "Sent"),
        ("×", "+"),
    ],
)
def test_words_that_only_look_alike_are_strangers(asked: str, seen: str) -> None:
    """A wrong click is worse than none."""
    assert kind(asked, seen) is None


@pytest.mark.parametrize(
    ("asked", "seen", "expected"),
    [
        ("Save", "save", "name is so but for case"),
        ("Cart", "Cart 3", "name is so but for punctuation"),
        ("Add to cart", "Add to cart now", "name begins so"),
        ("Save", "Save changes", None),
        ("Log in", "Sign in", None),
        ("Subscrbe", "Subscribe", None),
        ("Zürück", "Zurück", None),  # an accent that is written is meant
        ("Zuruck", "Zurück", "name is so but for punctuation"),
        ("Item", "Items", None),
    ],
)
def test_quoted_words_are_meant_to_the_letter(asked: str, seen: str, expected: str | None) -> None:
    """Quotation marks say: these characters. Case, spaces and punctuation are nobody's point."""
    assert kind(asked, seen, quoted=True) == expected


def test_machine_made_names_are_read_as_words() -> None:
    """Icons often have no other name than their class."""
    assert ident_words("fa-shopping-cart btn deleteRow") == ("shopping cart", "delete Row")
