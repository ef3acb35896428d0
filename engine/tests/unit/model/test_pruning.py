"""The part of a page that a sentence can concern."""

from __future__ import annotations

import pytest

from aiwebtest.grounding.model.callback import compose
from aiwebtest.grounding.model.prune import BUDGET_TOKENS, GAP, estimated_tokens, prune


def shop(products: int = 300) -> str:
    """Return a tree as Stagehand writes it."""
    lines = ["[0-1] RootWebArea: Shop", "  [0-2] searchbox: Search products", "  [0-3] main"]
    for n in range(1, products + 1):
        at = n * 10
        lines += [
            f"    [0-{at}] article",
            f"      [0-{at + 1}] heading: Lamp {n}",
            f"      [0-{at + 2}] StaticText: A lamp for room {n}",
            f"      [0-{at + 3}] button: Add to cart",
        ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Add lamp 217 to the cart", "0-2173"),
        ("Put lamp 217 into the trolley", "0-2173"),  # interfaces say cart
        ("Click the 3rd add to cart button", "0-33"),
        ("Add the last lamp to the cart", "0-3003"),
        ("Look for something", "0-2"),
        ("Do the needful", "0-2"),
    ],
)
def test_what_a_sentence_can_mean_is_kept(sentence: str, kept: str) -> None:
    """By words, synonyms, places, and what there is only one of."""
    pruned = prune(shop(), sentence)

    assert f"[{kept}]" in pruned.text


def test_what_is_kept_stands_in_its_place() -> None:
    """Ancestors and what tells a card from the others come along; gaps are marked."""
    lines = prune(shop(), "Add lamp 217 to the cart").text.splitlines()

    at = lines.index("      [0-2173] button: Add to cart")
    assert lines[0] == "[0-1] RootWebArea: Shop"
    assert "      [0-2171] heading: Lamp 217" in lines[at - 3 : at]
    assert any(line.strip() == GAP for line in lines)


def manual() -> str:
    """Return a tree that is mostly text about what can be done, as documentation is, with a few things to do it by."""
    lines = ["[0-1] RootWebArea: Manual", "  [0-2] navigation"]
    lines += [f"    [0-{n}] link: {name}" for n, name in enumerate(("Start", "Prices", "Log out"), start=3)]
    lines.append("  [0-9] main")
    for n in range(1, 1500):
        told = f"// look up how to move the slider {n} to the right" if n % 10 == 3 else f"// line {n}"
        lines += [f"    [0-{n * 10}] code", f"      [0-{n * 10 + 1}] StaticText: {told}"]
    lines += ["    [0-20000] slider", "    [0-20001] link: cy.scrollTo()", "    [0-20002] button: Save and stay"]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Move the slider to the right", "0-20000"),  # by its role: there is one, whatever the texts around say
        ("Look up how scrolling is done", "0-20001"),  # another form of the word, inside a name of code
        ("Store it and move on", "0-20002"),  # in other words: what the page offers once has room of its own
        ("Move on and sign off", "0-5"),
    ],
)
def test_what_can_be_acted_on_is_kept_among_texts_that_say_the_same(sentence: str, kept: str) -> None:
    """A text is no element to act on: it counts for what it stands in and beside."""
    assert f"[{kept}]" in prune(manual(), sentence).text


def test_texts_are_what_counts_where_something_is_to_be_read() -> None:
    """A check and a value are about texts."""
    assert "[0-1231]" in prune(manual(), "the page tells how slider 123 is moved", acting=False).text


@pytest.mark.parametrize("products", [300, 3000])
def test_the_cost_does_not_grow_with_the_page(products: int) -> None:
    """The budget is the budget."""
    assert estimated_tokens(prune(shop(products), "Add the lamp to the cart").text) <= BUDGET_TOKENS * 1.05


def test_letters_of_other_scripts_are_counted_as_tokens_of_their_own() -> None:
    """They cost more than Latin ones."""
    tree = shop(300).replace("Lamp", "台灯").replace("A lamp for room", "适合房间的台灯")

    pruned = prune(tree, "把 台灯 217 放进购物车")

    assert estimated_tokens("台灯" * 50) >= 100
    assert "[0-2171]" in pruned.text


def test_a_small_page_is_sent_whole() -> None:
    """Nothing is saved by leaving a few lines out."""
    assert prune(shop(20), "Add lamp 2 to the cart").whole


def test_a_name_that_the_rules_hesitate_about_is_kept_first() -> None:
    """The model is to decide among the candidates."""
    assert "[0-2501]" in prune(shop(), "Press that thing", hints=["Lamp 250"]).text


@pytest.mark.parametrize("text", ["Do this:\n<html></html>", "instruction: x\nDOM: {}", ""])
def test_a_request_of_another_form_is_sent_as_it_is(text: str) -> None:
    """A changed upstream prompt costs tokens, never correctness."""
    composed = compose(text, "Click it")

    assert (composed.text, composed.whole) == (text, True)
