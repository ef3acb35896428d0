"""Claims about address, title, console, requests, downloads, dialogs and tabs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aiwebtest.core.events import ConsoleLine, FailedRequest
from aiwebtest.core.facts import DialogSeen, DownloadSeen, Facts
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.core.verdict import worst
from aiwebtest.grounding.rules.checks import judge, parse_check

BODY = Node(ref=0, parent=-1, end=1, frame=0, local=0, flags=0, box=(0, 0, 9, 9), tag="body", text="Hello")
QUIET = Facts(
    snapshot=Snapshot(url="https://shop.test/order/10?q=lamp#top", title="Order 10 - Shop", nodes=(BODY,)),
    tabs=("Shop",),
)
NOISY = replace(
    QUIET,
    console=(ConsoleLine(level="error", text="Boom at line 3"), ConsoleLine(level="warning", text="Old call")),
    failed_requests=(FailedRequest(method="GET", url="https://shop.test/api", status=500),),
    downloads=(DownloadSeen(name="report.csv"), DownloadSeen(name="broken.pdf", failure="canceled")),
    dialogs=(DialogSeen(kind="confirm", text="Sure?"), DialogSeen(kind="alert", text="Order saved")),
    tabs=("Shop", "Docs"),
)


def outcome(sentence: str, facts: Facts) -> str:
    """Return the gravest outcome of a sentence's claims."""
    return worst(*(judge(claim, facts).outcome for claim in parse_check(sentence)))


@pytest.mark.parametrize(
    ("sentence", "twin"),
    [
        ("the URL is https://shop.test/order/10?q=lamp#top", "the URL is https://shop.test/order/10"),
        ("the URL contains /order/10", "the URL contains /order/1"),
        ("the URL ends with #top", "the URL ends with #bottom"),
        ("the URL starts with https://shop.test", "the URL starts with http://shop.test"),
        ("the URL path is /order/10", "the URL path is /order"),
        ("the query string contains q=lamp", "the query string contains q=mug"),
        ("I am on /order/10", "I am on /order/100"),
        (r"the url matches /order\/\d+\?/", r"the url matches /order\/[a-z]+\?/"),
        ('the title is "Order 10 - Shop"', 'the title is "Order 1 - Shop"'),
        ("the title contains Order 10", "the title contains Order 1"),
        ("the page title starts with Order", "the page title starts with Shop"),
        ("the URL does not contain /login", "the URL does not contain /order"),
    ],
)
def test_address_and_title(sentence: str, twin: str) -> None:
    """Numbers at the edge of a piece have to be whole: order 1 is not order 10."""
    assert outcome(sentence, QUIET) == "passed"
    assert outcome(twin, QUIET) == "failed"


@pytest.mark.parametrize(
    "sentence",
    [
        "the console has no errors",
        "there are no errors in the console",
        "no console errors",
        "the console is clean",
        "there are no JavaScript errors",
        "the console has no warnings",
        "there are no failed requests",
        "all requests succeeded",
        "no request failed",
        "nothing was downloaded",
        "no file was downloaded",
        "no alert is shown",
        "no alert appeared",
        "there is 1 tab open",
    ],
)
def test_quiet_page_passes_and_noisy_page_fails(sentence: str) -> None:
    """The same sentence tells the two pages apart."""
    assert outcome(sentence, QUIET) == "passed"
    assert outcome(sentence, NOISY) == "failed"


@pytest.mark.parametrize(
    ("sentence", "twin"),
    [
        ('a file named "report.csv" was downloaded', 'a file named "report.pdf" was downloaded'),
        ("report.csv was downloaded", "broken.pdf was downloaded"),
        ("a file was downloaded", "no file was downloaded"),
        ("a CSV file was downloaded", "a PDF file was downloaded"),
        ("the downloaded file is named report.csv", "the downloaded file is named report"),
        ('an alert says "Order saved"', 'an alert says "Order"'),
        ('the alert contains "saved"', 'the alert contains "save"'),
        ('a confirm dialog asks "Sure?"', 'a confirm dialog asks "Really?"'),
        ("an alert is shown", "a prompt is shown"),
        ("there are 2 tabs open", "there are 3 tabs open"),
        ("a new tab is opened", "only one tab is open"),
        ('a tab titled "Docs" is open', 'a tab titled "Help" is open'),
        ('the console contains "Boom"', 'the console contains "Bang"'),
    ],
)
def test_what_happened_is_told_from_what_did_not(sentence: str, twin: str) -> None:
    """Downloads that failed, dialogs with other words and other tabs do not count."""
    assert outcome(sentence, NOISY) == "passed"
    assert outcome(twin, NOISY) == "failed"


def test_the_last_dialog_counts_not_an_earlier_one() -> None:
    """An alert of three steps ago would confirm the one that never came."""
    later = replace(NOISY, dialogs=(*NOISY.dialogs, DialogSeen(kind="alert", text="It failed")))

    assert outcome('an alert says "Order saved"', later) == "failed"


def test_open_browser_dialog_is_a_dialog() -> None:
    """A page behind an open alert shows no dialog of its own."""
    waiting = replace(QUIET, dialogs=(DialogSeen(kind="confirm", text="Sure?", open=True),))

    assert outcome("there is no dialog", waiting) == "failed"
    assert outcome("the dialog is not visible", QUIET) == "passed"
