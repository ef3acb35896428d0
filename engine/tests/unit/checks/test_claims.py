"""Claims as values: placeholders, settling, words; and verdicts that cannot be given."""

from __future__ import annotations

import pytest
from outline import page_of

from aiwebtest.core.facts import Facts
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks import describe_claim, fill_claim, judge, parse_check
from aiwebtest.grounding.rules.sentence import understand


def facts(*texts: str, truncated: bool = False) -> Facts:
    """Return the facts of a page with these paragraphs."""
    body = Node(ref=0, parent=-1, end=len(texts) + 1, frame=0, local=0, flags=0, box=(0, 0, 0, 0), tag="body")
    rows = [
        Node(ref=i, parent=0, end=i + 1, frame=0, local=i, flags=0, box=(0, 0, 0, 0), tag="p", text=text)
        for i, text in enumerate(texts, 1)
    ]
    return Facts(snapshot=Snapshot(url="http://x.test/", title="", nodes=(body, *rows), truncated=truncated))


@pytest.mark.parametrize(
    "sentence",
    [
        'I do not see "Error"',
        "there are 3 rows",
        "there are no rows",
        "the rows are sorted by name",
        "the console has no errors",
        "the dialog is not visible",
        "the field is empty",
        "the button is disabled",
        "the price is below 20",
    ],
)
def test_claims_that_a_loading_page_may_meet_want_a_settled_one(sentence: str) -> None:
    """Nothing is on a page that has not loaded yet: absence and counts prove little there."""
    assert all(claim.settle for claim in parse_check(sentence))


@pytest.mark.parametrize("sentence", ['I see "Saved"', "the total is $5", "the Save button is visible"])
def test_claims_that_only_the_finished_page_meets_need_not_wait(sentence: str) -> None:
    """What is there is there: waiting for the page to rest would only cost time."""
    assert not any(claim.settle for claim in parse_check(sentence))


def test_variables_are_filled_in_before_judging() -> None:
    """A value remembered in one step is compared in another."""
    [claim] = parse_check("the total is {total}")
    filled = fill_claim(claim, Scope({"total": "$5.00"}).fill)

    assert judge(filled, facts("Total: $5.00")).outcome == "passed"
    assert judge(filled, facts("Total: $50.00")).outcome == "failed"


def test_two_variables_are_compared_with_each_other() -> None:
    """The page has no part in it."""
    [claim] = parse_check("{before} is less than {after}")

    assert judge(fill_claim(claim, Scope({"before": "3", "after": "4"}).fill), facts("x")).outcome == "passed"
    assert judge(fill_claim(claim, Scope({"before": "4", "after": "4"}).fill), facts("x")).outcome == "failed"


@pytest.mark.parametrize("sentence", ["I do not see {PASSWORD}", "the list does not contain {PASSWORD}"])
def test_placeholder_without_value_is_undecided(sentence: str) -> None:
    """The page never shows "{PASSWORD}" itself, so its absence would always pass."""
    [claim] = parse_check(sentence)

    assert judge(claim, facts("Hello")).outcome == "error"


def test_semantic_claim_is_undecided_and_offers_rewordings() -> None:
    """Without a model the reader is told how rules could decide it."""
    [claim] = parse_check("the page looks professional")
    verdict = judge(claim, facts("Hello"))

    assert verdict.outcome == "error"
    assert len(claim.rewordings) == 2
    assert all(wording in verdict.mend for wording in claim.rewordings)


def test_absence_is_not_confirmed_on_a_page_cut_off_by_the_snapshot() -> None:
    """What is not in the part that was read may be in the rest."""
    [claim] = parse_check('I do not see "Error"')

    assert judge(claim, facts("Hello", truncated=True)).outcome == "error"


def test_wrong_pattern_is_an_error_that_says_so() -> None:
    """A typing error in a regular expression says nothing about the application."""
    [claim] = parse_check("the name matches /[a-/")
    verdict = judge(claim, facts("Name: Ada"))

    assert verdict.outcome == "error"
    assert "regular expression" in verdict.actual


def test_the_nearest_text_is_no_word_of_what_is_sought() -> None:
    """What the page now says instead is what the reader wants to know, not that a field holds "Ada"."""
    [claim] = parse_check('I see "Order saved for Ada"')

    verdict = judge(claim, facts("Order stored for Ada", "Ada", "Orders"))

    assert verdict.nearest == "Order stored for Ada"


def test_verdict_tells_expected_actual_nearest_and_where() -> None:
    """A failed check has to be mended by someone who was not there."""
    [claim] = parse_check('I see "Order placed"')
    verdict = judge(claim, facts("Order place", "Thanks"))

    assert verdict.outcome == "failed"
    assert verdict.expected == 'the text "Order placed" is shown'
    assert verdict.nearest == "Order place"

    [claim] = parse_check('I see "Thanks"')
    verdict = judge(claim, facts("Order place", "Thanks"))
    assert (verdict.evidence, verdict.refs) == (("Thanks",), (2,))


def test_claim_is_told_in_words() -> None:
    """Reports and `explain` show how a sentence was understood."""
    [claim] = parse_check("the total in the basket should not be below $5")

    assert describe_claim(claim) == "not: the total is less than $5, in the basket"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("the price is fair", "error"),
        ("the delivery is quick enough for a birthday", "error"),
        ("a visitor is made to feel welcome", "error"),
        ("the page is a pleasure to read", "error"),
        ("I see a friendly greeting", "error"),
        ("the dispatch is express", "failed"),
        ("the dispatch is standard", "passed"),
        ("the price is $4.00", "failed"),
        ("the status is Active", "failed"),
        ("the status is active", "failed"),
        ('the price is "fair"', "failed"),
        ("the page says free", "failed"),
    ],
)
def test_plain_words_are_refuted_only_by_a_value_of_their_kind(sentence: str, outcome: str) -> None:
    """A page may say it in words of its own, so that what rules do not find need not be wrong."""
    seen = facts("Price: $5.00", "Status: Locked", "Dispatch: Standard", "Delivery: 3 days")
    verdicts = [judge(claim, seen) for claim in understand(sentence).claims]

    assert [verdict.outcome for verdict in verdicts] == [outcome], verdicts
    assert outcome != "error" or all("quotes" in verdict.mend for verdict in verdicts)


@pytest.mark.parametrize(
    "sentence", ["The shop welcomes its visitors", "Products look nice", "the user is greeted by name"]
)
def test_what_tells_something_is_no_act(sentence: str) -> None:
    """A model that is asked for an act finds one, and nobody looks whether it was true."""
    assert [claim.kind for claim in understand(sentence).claims] == ["semantic"]


def test_a_noun_that_pages_do_not_print_hides_no_element() -> None:
    """The link of a mailbox says "Inbox"."""
    page = page_of("""
        body
          nav/navigation
            a/link name=Inbox text=Inbox is=current
            a/link name=Sent text=Sent
    """)
    sentences = ("The Inbox folder is selected", "The Sent folder is selected", "The Spam folder is selected")

    outcomes = [judge(claim, Facts(snapshot=page)).outcome for said in sentences for claim in parse_check(said)]

    assert outcomes == ["passed", "failed", "failed"]


BOARD = """
    body
      section/region name="To do"
        h2/heading name="To do" text="To do"
        div ident=card
          h3/heading text="Fix login timeout"
          span text=Ines
        div ident=card
          h3/heading text="Write changelog"
          span text=Ada
      section/region name=Done
        h2/heading name=Done text=Done
        p text="No cards yet"
      div/group name=View
        button/button name=Month text=Month
        button/button name=Week text=Week
      h1/heading name="November 2026" text="November 2026"
      p text="12 rooms available"
"""


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("There are no cards in Done", "passed"),
        ("There are no cards in To do", "failed"),
        ("the changelog timeout is not shown", "error"),
        ("the login timeout is not shown", "failed"),
        ("the wombat enclosure is not shown", "passed"),
        ("the login timeout is at 14:00", "error"),
        ("the wombat is 14 years old", "failed"),
        ('the card "Fix login timeout" is assigned to Ines', "error"),
        ("The month is November 2026", "error"),
        ("The wallboard shows 3 cards", "error"),
        ("12 rooms are available", "passed"),
        ("13 rooms are available", "failed"),
    ],
)
def test_what_may_go_by_another_name_is_neither_there_nor_absent(sentence: str, outcome: str) -> None:
    """The words of a description that stand apart on the page say that it may be there, and no more."""
    seen = Facts(snapshot=page_of(BOARD))

    verdicts = [judge(claim, seen) for claim in parse_check(sentence)]

    assert [verdict.outcome for verdict in verdicts] == [outcome], verdicts


HOME = page_of("""
    body
      p/paragraph text="2 connections on Friday"
      ol/list
        li/listitem
          h3/heading text=06:53
          p/paragraph text=€39.90
        li/listitem
          h3/heading text=08:53
          p/paragraph text=€54.90
      div
        button/button name="Lower target temperature" text=-
        output/status text="19.5 °C"
        button/button name="Raise target temperature" text=+
      div
        span text=Window
        span text=Open
      button/button name="Notifications, 2 unread"
""")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("There are 2 connections", "passed"),
        ("There are 3 connections", "failed"),
        ("The first connection costs €39.90", "passed"),
        ("The first connection costs €54.90", "failed"),
        ("The target temperature is 19.5 °C", "passed"),
        ("The target temperature is 21 °C", "failed"),
        ("The window is open", "passed"),
        ("The window is closed", "failed"),
        ("There are 2 unread notifications", "error"),  # no message is on the page, yet it speaks of them
    ],
)
def test_what_the_page_says_of_its_things_is_read_where_it_stands(sentence: str, outcome: str) -> None:
    """A number over a list, between two buttons, and a word beside a label are what a person goes by."""
    answers = [judge(claim, Facts(snapshot=HOME)) for claim in parse_check(sentence)]

    assert [answer.outcome for answer in answers] == [outcome]


CLASSES = page_of("""
    body
      table/table name=Classes
        tr/row
          th/columnheader text=Time
          th/columnheader text=Class
          th/columnheader text=Trainer
          th/columnheader text=Places
        tr/row
          td/cell text="Mon 07:00"
          td/cell text=Yoga
          td/cell text=Bea
          td/cell text="3 left"
        tr/row
          td/cell text="Tue 18:30"
          td/cell text=Spinning
          td/cell text=Kofi
          td/cell text=Full
      p/paragraph text="4.6 of 5 · 38 reviews"
      article/article ident=review
        h3/heading text=Jon
      article/article ident=review
        h3/heading text=Ewa
      label text="Your rating"
      select/combobox name="Your rating" label="Your rating" value=5
""")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Spinning is full", "passed"),
        ("Yoga is full", "failed"),  # its places are others
        ("Spinning is cancelled", "error"),  # no row says so, so nothing tells which cell would
        ("There are 2 reviews", "passed"),
        ("There are 3 reviews", "failed"),
        ("There are 38 reviews", "error"),  # two are shown, and the page speaks of so many
        ("The rating is 4.6", "error"),  # a rating of one's own is not the rating
    ],
)
def test_what_only_looks_like_the_value_refutes_nothing(sentence: str, outcome: str) -> None:
    """A false alarm sends people looking for a fault that is not there."""
    answers = [judge(claim, Facts(snapshot=CLASSES)) for claim in parse_check(sentence)]

    assert [answer.outcome for answer in answers] == [outcome]


CHAT = page_of("""
    body
      button/button name="Notifications (3)"
      div/log name=Messages ident=stream
        div ident="m1 msg"
          b text=Olu
          p text="Van 3 is loaded."
          button/button name=Like text="3 likes"
        div ident="m2 msg"
          b text=Freya
          p text="Nobody answers."
        div ident="m3 msg failed"
          b text=You
          p text="On my way"
          span text="Not sent"
      ul/list
        li/listitem
          span text=Previous
        li/listitem
          a/link name=Next text=Next
      button/button name=Contact text=Contact is=collapsed
      h3/heading text=Greenhouse
      p text="Temperature 31 °C"
""")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("There are 3 messages", "passed"),  # one of them has a class more
        ("There are 2 messages", "failed"),
        ('The second message is "Nobody answers."', "passed"),
        ('The second message is "Van 3 is loaded."', "failed"),
        ('The last message contains "Not sent"', "passed"),
        ('The first message contains "Not sent"', "failed"),
        ('The message "On my way" is marked as "Not sent"', "error"),  # it is shown, and no alert
        ("There are 3 notifications", "error"),  # none is in sight, and the page speaks of three
        ("There are 4 notifications", "error"),
        ("The Previous link is disabled", "error"),  # it is no link now
        ("The Contact section is collapsed", "passed"),
        ("The Contact section is expanded", "failed"),
        ("The temperature is above 30 °C", "passed"),  # more, and not further up on the page
        ("The temperature is above 35 °C", "failed"),
    ],
)
def test_messages_of_a_page_are_no_alerts_and_above_a_number_is_more(sentence: str, outcome: str) -> None:
    """What a word may mean besides an ARIA role must raise no false alarm."""
    answers = [judge(claim, Facts(snapshot=CHAT)) for claim in parse_check(sentence)]

    assert [answer.outcome for answer in answers] == [outcome], answers


REQUESTS = page_of("""
    body
      h1/heading name="Leave requests" text="Leave requests"
      table/table
        tr/row
          th/columnheader text=Name
          th/columnheader text=Status
        tr/row
          td/cell text=Ivana
          td/cell text=Pending
        tr/row
          td/cell text=RQ-7
          td/cell text=Approved
        tr/row
          td/cell text=Mei
          td/cell text=Pending
      ol/list
        li/listitem text=Route
        li/listitem text=Payment ident="step active" is=current
        li/listitem text=Done
      h2/heading name=Seats text=Seats
      table/table ident=seats
        tr/row
          th/columnheader
          th/columnheader text=A
          th/columnheader text=B
        tr/row
          th/rowheader text=10
          td/cell text=free
          td/cell text=taken
""")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Two requests are pending", "passed"),
        ("Three requests are pending", "failed"),  # there are three, and two of them are pending
        ("There are 3 pending requests", "failed"),
        ("Only one request is approved", "passed"),
        ("There are 3 declined requests", "error"),  # none says so: the word may be another's
        ("Mei's request is pending", "passed"),
        ("Mei's request is approved", "failed"),
        ("Request RQ-7 is approved", "passed"),
        ("Request RQ-7 is pending", "failed"),
        ("Seat 10B is taken", "passed"),
        ("Seat 10A is taken", "failed"),
        ("Seat 11A is taken", "error"),
        ("The current step is Payment", "passed"),
        ("The current step is Route", "failed"),
    ],
)
def test_what_is_said_of_some_things_is_not_held_for_all_of_them(sentence: str, outcome: str) -> None:
    """An adjective tells which of the things are counted; leaving it out counted them all."""
    answers = [judge(claim, Facts(snapshot=REQUESTS)) for claim in parse_check(sentence)]

    assert [answer.outcome for answer in answers] == [outcome], answers


ZONES = page_of("""
    body
      section/region name="Zone A – Tomatoes"
        header
          h3/heading name="Zone A – Tomatoes" text="Zone A – Tomatoes"
        p/paragraph text="Humidity 61 %"
        p/paragraph text="24 °C"
        span text=Offline
      section/region name="Zone B – Orchids"
        header
          h3/heading name="Zone B – Orchids" text="Zone B – Orchids"
        p/paragraph text="Humidity 88 %"
        p/paragraph text="31 °C"
        span text="Too hot"
""")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Zone B is too hot", "passed"),
        ("Zone A is too hot", "failed"),
        ("Zone A is offline", "passed"),
        ("The humidity in Zone B is 88 %", "passed"),
        ("The humidity in Zone A is 88 %", "failed"),
        ("The humidity in Zone C is 88 %", "error"),  # no section called C, though there are degrees of that name
    ],
)
def test_the_letter_of_a_section_is_a_part_of_its_name(sentence: str, outcome: str) -> None:
    """A card or region called Zone A is neither the section A nor any zone."""
    answers = [judge(claim, Facts(snapshot=ZONES)) for claim in parse_check(sentence)]

    assert [answer.outcome for answer in answers] == [outcome], answers
