"""Check sentences on real pages: what passes, what fails, what cannot be told; and that nothing passes by accident."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import GroundingError
from aiwebtest.core.facts import Facts
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import worst
from aiwebtest.grounding.rules.checks import judge, parse_check, read_value
from aiwebtest.grounding.rules.phrase import parse_target

DATA = Path(__file__).parents[2] / "data" / "checks"
EXAMPLES = [tuple(line.split(" | ", 2)) for line in (DATA / "examples.txt").read_text(encoding="utf-8").splitlines()]
PASSING = [(page, sentence) for page, outcome, sentence in EXAMPLES if outcome == "passed"]


@pytest_asyncio.fixture(scope="session")
async def snapshots(browser: Browser) -> AsyncIterator[dict[str, Snapshot]]:
    """Every page of the examples, read once."""
    taken = {}
    context = await browser.new_context()
    for path in sorted((DATA / "pages").glob("*.html")):
        page = await context.new_page()
        await page.set_content(path.read_text(encoding="utf-8"))
        taken[path.stem] = await take_snapshot(page)
        await page.close()
    yield taken
    await context.close()


def outcome(claims: tuple[Claim, ...], snapshot: Snapshot) -> str:
    """Return the gravest outcome of some claims on a page."""
    return worst(*(judge(claim, Facts(snapshot=snapshot, tabs=("One",))).outcome for claim in claims))


@pytest.mark.parametrize(("page", "expected", "sentence"), EXAMPLES)
async def test_example(page: str, expected: str, sentence: str, snapshots: dict[str, Snapshot]) -> None:
    """Each line of the examples says what the sentence must come to on its page."""
    assert outcome(parse_check(sentence), snapshots[page]) == expected


@pytest.mark.parametrize(("page", "sentence"), PASSING)
async def test_denied_twin_never_passes(page: str, sentence: str, snapshots: dict[str, Snapshot]) -> None:
    """If a sentence holds, none of its claims may hold the other way round too."""
    for claim in parse_check(sentence):
        assert outcome((replace(claim, negated=not claim.negated),), snapshots[page]) != "passed"


@pytest.mark.parametrize(("page", "sentence"), PASSING)
async def test_wrong_value_never_passes(page: str, sentence: str, snapshots: dict[str, Snapshot]) -> None:
    """A value that is nowhere on the page confirms nothing."""
    for claim in parse_check(sentence):
        if claim.kind in {"text", "value", "attribute", "title", "page"} and not claim.negated and claim.values:
            wrong = replace(claim, values=("Quxfrobnicate",))
            assert outcome((wrong,), snapshots[page]) != "passed"


@pytest.mark.parametrize(("page", "sentence"), PASSING)
async def test_blank_page_confirms_nothing(page: str, sentence: str, snapshots: dict[str, Snapshot]) -> None:
    """A crashed application shows an empty page: no check of another page may pass on it."""
    claims = tuple(claim for claim in parse_check(sentence) if claim.kind not in {"console", "requests", "tabs"})
    if page != "blank" and claims:
        assert outcome(claims, snapshots["blank"]) != "passed"


@pytest.mark.parametrize(
    ("page", "sentence", "told"),
    [
        ("library", "Emma is due on 3 May 2027", "Emma is shown, and nothing on the page tells this of it."),
        ("library", "Emma is in the second row", "Emma is not shown in the second row"),
        ("library", 'the second row contains "Emma"', "Persuasion Harbour Available"),
        ("titled", 'the title is "Emma"', 'Add a book · Library; "Beowulf" in the field'),
    ],
)
async def test_what_was_found_is_told(page: str, sentence: str, told: str, snapshots: dict[str, Snapshot]) -> None:
    """The reader of a failure learns what the page shows, and is not sent to look for what is there."""
    [claim] = parse_check(sentence)

    assert judge(claim, Facts(snapshot=snapshots[page])).actual == told


@pytest.mark.parametrize(
    ("page", "phrase", "value"),
    [
        ("shop", "the total", "$64.98"),
        ("shop", "the Total in the basket", "$64.98"),
        ("shop", "the heading", "Your basket"),
        ("shop", "the Status of order 1002", "Unpaid"),
        ("shop", "the second cell in the row of Cleo", "Cleo"),
        ("shop", "the Status column of the row of Ada", "Paid"),
        ("shop", "the price of Zebra", "$100.00"),
        ("shop", "the page title", "Demo shop - Basket"),
        ("form", "the E-mail field", "ada@"),
        ("form", "the value of the Quantity field", "3"),
        ("form", "the Country dropdown", "Germany"),
        ("orders", "the due date", "25.12.2026"),
        ("orders", "the Customer of order 10010", "Bob"),
    ],
)
async def test_value_is_read(page: str, phrase: str, value: str, snapshots: dict[str, Snapshot]) -> None:
    """Extract and copy steps keep what the page shows for the words."""
    assert read_value(parse_target(phrase), snapshots[page]) == value


@pytest.mark.parametrize(
    ("page", "phrase"), [("shop", "the wombat"), ("orders", "the Status of Ada"), ("shop", "the Status of order 9")]
)
async def test_nothing_or_several_is_not_read(page: str, phrase: str, snapshots: dict[str, Snapshot]) -> None:
    """A guessed value would travel into later steps."""
    with pytest.raises(GroundingError):
        read_value(parse_target(phrase), snapshots[page])
