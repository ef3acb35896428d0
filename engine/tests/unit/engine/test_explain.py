"""Explaining a failure from two recorded states."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from aiwebtest.core.events import ConsoleLine, FailedRequest
from aiwebtest.engine.explain import explain
from aiwebtest.lockfile import CaseState, StepState

PAGE = ("Shop", "Blue mug", "$12.00", "Add to basket", "Your basket", "Total: $59.98", "Pay now", "Terms", "Imprint")
OPEN = StepState(text="Open the basket", url="http://x/basket", lines=PAGE, effects=("navigated",))
PAY = StepState(
    text="Click Pay now", url="http://x/basket", lines=PAGE, target="button “Pay now”", target_name="Pay now",
    effects=("navigated", "request"),
)  # fmt: skip
TOTAL = StepState(text="The total is $59.98", url="http://x/basket", lines=PAGE, expected="$59.98", actual="$59.98")
PASSED = CaseState(steps=(OPEN, PAY, TOTAL))


def without(*lines: str, new: tuple[tuple[str, str], ...] = ()) -> tuple[str, ...]:
    """Return the page's lines less some, others put in their place."""
    put = dict(new)
    return tuple(put.get(line, line) for line in PAGE if line not in lines)


def lost(lines: tuple[str, ...], **more: object) -> CaseState:
    """Return a failure of the second step, whose element was not found."""
    step = replace(PAY, outcome="error", code="not-grounded", target="", target_name="", effects=(), lines=lines)
    return CaseState(steps=(OPEN, replace(step, **more)))  # type: ignore[arg-type]


def test_a_server_error_looks_like_the_application() -> None:
    """Whatever else differs, a request that failed comes first."""
    request = FailedRequest(method="POST", url="http://x/api/pay?id=3", status=500)
    failure = replace(lost(without("Pay now")), failed_requests=(request,))

    first, *_, judgement = explain(failure, PASSED)

    assert first == "The request POST /api/pay answered with status 500, which it did not when this last passed."
    assert judgement.startswith("This looks like the application: the request POST /api/pay answered with status 500")


def test_a_request_that_always_failed_is_no_news() -> None:
    """A missing icon that was missing when the case passed explains nothing."""
    icon = FailedRequest(method="GET", url="http://x/icon-7.png", status=404)
    failure = replace(lost(without("Pay now")), failed_requests=(replace(icon, url="http://x/icon-8.png"),))

    sentences = explain(failure, replace(PASSED, failed_requests=(icon,)))

    assert not any("icon" in sentence for sentence in sentences)


def test_a_pass_at_another_site_is_told_to_be_one() -> None:
    """What differs may be the site and not the change; at the same site nothing is said about it."""
    failure = replace(lost(without("Pay now")), site="https://staging.example")
    here = replace(PASSED, site="https://staging.example")
    elsewhere = replace(PASSED, site="https://shop.example")

    first, *others = explain(failure, elsewhere)

    assert first.endswith(
        "passed at https://staging.example before; this compares with its pass at https://shop.example."
    )
    assert tuple(others) == explain(failure, here)


def test_a_new_exception_in_the_console_looks_like_the_application() -> None:
    """A script that threw is the likeliest reason for an element that is missing."""
    failure = replace(
        lost(without("Pay now")), console=(ConsoleLine(level="error", text="Uncaught TypeError: x is null"),)
    )

    sentences = explain(failure, PASSED)

    assert "The console has a new error: “Uncaught TypeError: x is null”." in sentences
    assert sentences[-1].startswith("This looks like the application")


def test_a_renamed_element_looks_like_the_test() -> None:
    """The same place, another word: the sentence should follow."""
    failure = lost(without(new=(("Pay now", "Check out"),)))

    sentences = explain(failure, PASSED)

    assert "“Pay now” has become “Check out”." in sentences
    assert sentences[-1] == "This looks like the test: “Pay now” was renamed to “Check out”."


def test_a_missing_element_names_what_was_used_and_what_is_nearest() -> None:
    """The reader learns what the sentence meant when it passed."""
    failure = lost(without("Pay now"), candidates=("link “Pay later”",))

    sentences = explain(failure, PASSED)

    assert sentences[0] == (
        "This step last used button “Pay now”, which is no longer on the page. "
        "The nearest thing now is link “Pay later”."
    )
    assert "Gone from the page: “Pay now”." in sentences


def test_a_value_that_differs_looks_like_the_application() -> None:
    """The element is there and says something else."""
    lines = without(new=(("Total: $59.98", "Total: $49.98"),))
    step = replace(TOTAL, outcome="failed", code="check-failed", actual="$49.98", lines=lines)

    sentences = explain(CaseState(steps=(OPEN, PAY, step)), PASSED)

    assert "“Total: $59.98” now reads “Total: $49.98”." in sentences
    assert sentences[-1] == "This looks like the application: “$49.98” was found where “$59.98” was expected."


def test_a_step_that_no_longer_does_anything_is_named() -> None:
    """The failure shows later than it begins."""
    dead = replace(PAY, effects=())
    step = replace(TOTAL, outcome="failed", code="check-failed", actual="$59.98", expected="paid")

    sentences = explain(CaseState(steps=(OPEN, dead, step)), PASSED)

    assert "Earlier, “Click Pay now” changed nothing; when it last passed it led to: navigated, request." in sentences
    assert sentences[-1].startswith("This looks like the application")


def test_another_address_is_named() -> None:
    """Being sent to the log-in explains what is missing; numbers in paths are not another address."""
    moved = explain(lost(("Sign in",), url="http://x/login"), PASSED)
    same = explain(lost(PAGE, url="http://x/basket"), PASSED)

    assert "The page was at /basket when this last passed, and is at /login now." in moved
    assert not any("/basket" in sentence for sentence in same)


def test_data_that_is_already_there_looks_like_the_test() -> None:
    """A user who cannot be made twice is the test's own doing."""
    failure = lost((*without("Pay now"), "This e-mail is already in use"))

    assert explain(failure, PASSED)[-1].startswith(
        "This looks like the test: the page says “This e-mail is already in use”"
    )


def test_a_redesign_is_a_hint_at_the_test_and_no_more() -> None:
    """Another page at the same address can have either reason."""
    sentences = explain(lost(("Welcome", "Cart", "Place order", "Help", "Legal")), PASSED)

    assert any("Most of the page's text is another" in sentence for sentence in sentences)
    assert sentences[-1].startswith("This looks like the test, though not surely")


def test_a_page_that_complains_looks_like_the_application() -> None:
    """Words of trouble that were not there before speak for themselves."""
    sentences = explain(lost((*without("Pay now"), "Something went wrong")), PASSED)

    assert sentences[-1] == "This looks like the application: the page says “Something went wrong”."


def test_evidence_on_both_sides_is_no_judgement() -> None:
    """Where it cannot be told, it is not."""
    lines = (*without(new=(("Pay now", "Check out"),)), "Something went wrong")

    sentences = explain(lost(lines), PASSED)

    assert sentences[-1].startswith("It cannot be told whether the application or the test is at fault")


def test_without_an_earlier_pass_there_is_little_to_say() -> None:
    """No comparison is made up; what failed by itself is still told."""
    failure = replace(lost(PAGE), failed_requests=(FailedRequest(method="GET", url="http://x/api", reason="refused"),))

    sentences = explain(failure, None)

    assert sentences[0] == "This case has not passed here before, so there is nothing to compare with."
    assert sentences[1] == "The request GET /api got no answer (refused)."


@pytest.mark.parametrize(
    ("page", "url", "own"),
    [
        ("https://shop.example.com/basket", "https://api.example.com/pay", True),
        ("http://127.0.0.1:8000/basket", "http://127.0.0.1:9000/pay", True),
        ("https://shop.example.com/basket", "https://fonts.other.net/css", False),
        ("http://127.0.0.1:8000/basket", "https://10.0.0.1/css", False),
    ],
)
def test_a_request_to_others_is_told_with_their_name_and_held_against_nobody(page: str, url: str, own: bool) -> None:
    """Fonts and counters fail behind many a firewall, and no test fails by that."""
    failure = lost(PAGE)
    failure = replace(failure, steps=tuple(replace(step, url=page) for step in failure.steps))
    failure = replace(failure, failed_requests=(FailedRequest(method="GET", url=url, reason="not resolved"),))

    sentences = explain(failure, None)

    assert (f"to {urlsplit(url).hostname} got no answer" in sentences[1]) is not own
    assert ("This looks like the application" in sentences[-1] and "got no answer" in sentences[-1]) is own


def test_a_reworded_step_is_told() -> None:
    """The last pass knew another sentence."""
    sentences = explain(lost(PAGE, text="Click Pay later"), PASSED)

    assert "The step “Click Pay later” is new or was reworded since the last pass." in sentences


def test_a_case_that_passed_needs_no_words() -> None:
    """There is nothing to explain."""
    assert explain(PASSED, PASSED) == ()


def test_what_is_not_there_is_not_said_to_be_there() -> None:
    """A check that found no such thing may as well name it otherwise than the page does."""
    step = replace(TOTAL, outcome="failed", code="check-failed", actual="nothing on the page is the due date")

    sentences = explain(CaseState(steps=(step,)), None)

    assert sentences[-1] == (
        "This looks like the application, though not surely: "
        "what is checked is not there: nothing on the page is the due date."
    )
