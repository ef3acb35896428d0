"""Checks and values by a model: evidence must be on the page, nothing undecided passes, two may have to agree."""

from __future__ import annotations

import pytest

from aiwebtest.core.errors import ProviderUnavailable, Undecided
from aiwebtest.testing.scripted import ScriptedGenerator

PAGE = """<h1>Thank you, <b>Ada</b>!</h1><p>Your order&nbsp;of  <i>“two lamps”</i> – $24.00</p>
<label>Coupon <input value="SAVE10" placeholder="Code"></label><p hidden>Refused</p>"""


def says(verdict: str, *evidence: str, reason: str = "so it is"):
    """Return a judgement."""
    return {"verdict": verdict, "reason": reason, "evidence": list(evidence)}


async def judged(ask, *replies, claim: str = "The customer is thanked", page: str = PAGE, **fields):
    """Return the verdict on a page."""
    if replies:
        ask.answers(*replies)
    answer = await ask.model.judge(await ask.question(await ask.page(page), claim, **fields))
    return answer.verdict


@pytest.mark.parametrize(
    "quote", ["Thank you, Ada!", 'order of "two lamps" - $24.00', "SAVE10", "heading: Thank you, Ada!", "thank YOU"]
)
async def test_evidence_may_go_over_elements_and_stand_in_fields(ask, quote: str) -> None:
    """White space, case and typography are not what a quote is about."""
    verdict = await judged(ask, says("holds", quote))

    assert verdict.outcome == "passed", verdict.actual
    assert verdict.decided_by == "scripted/v1"


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (says("holds", "Your order failed"), "not on the page"),
        (says("holds", "Refused"), "not on the page"),  # nobody sees it
        (says("holds"), "quotes nothing"),
        (says("holds", " "), "not on the page"),
        (says("does_not_hold", "Your order failed"), "not on the page"),
        (says("cannot_tell", reason="it is all Greek"), "it is all Greek"),
    ],
)
async def test_what_is_not_shown_by_the_page_is_an_error(ask, reply, told: str) -> None:
    """Neither green nor red rests on what a model made up."""
    verdict = await judged(ask, reply)

    assert verdict.outcome == "error"
    assert told in verdict.actual
    assert verdict.mend


async def test_a_refuted_claim_fails(ask) -> None:
    """The application is wrong."""
    verdict = await judged(ask, says("does_not_hold", "Thank you", reason="it thanks"), claim="Nobody is thanked")

    assert (verdict.outcome, verdict.actual) == ("failed", "it thanks")


LONG = "<h1>Orders</h1>" + "".join(f"<p>Order {n} of somebody was shipped</p>" for n in range(900))


async def test_a_claim_about_all_or_nothing_is_judged_on_the_whole_page(ask) -> None:
    """Part of a page cannot show that something is nowhere on it."""
    provider = ask.answers(says("holds", "Orders"), says("holds", "Orders"))

    await judged(ask, claim="No order was lost", page=LONG)
    await judged(ask, claim="Order 17 was shipped", page=LONG)

    whole, part = (request.prompt for request in provider.requests)
    assert "Order 899" in whole
    assert len(part) < len(whole) / 5
    assert "Order 17 " in part


async def test_what_part_of_a_page_does_not_show_is_asked_of_all_of_it(ask) -> None:
    """A shortened page is no ground for a failure."""
    provider = ask.answers(says("cannot_tell"), says("holds", "Orders"))

    verdict = await judged(ask, claim="Somebody got something", page=LONG)

    assert verdict.outcome == "passed"
    part, whole = provider.requests
    assert len(part.prompt) < len(whole.prompt) / 5
    assert part.tokens_before_pruning == whole.tokens_before_pruning


async def test_two_providers_that_agree_decide(ask) -> None:
    """The verdict is that of both."""
    ask.providers = {name: ScriptedGenerator(says("holds", "Thank you"), name=f"{name}/v1") for name in "ab"}

    verdict = await judged(ask, consensus=("a", "b"))

    assert (verdict.outcome, verdict.decided_by) == ("passed", "a, b")


async def test_two_providers_that_disagree_are_both_shown(ask) -> None:
    """Disagreement is nobody's pass and nobody's failure."""
    ask.providers = {
        "a": ScriptedGenerator(says("holds", "Thank you", reason="it thanks"), name="a/v1"),
        "b": ScriptedGenerator(says("does_not_hold", "Thank you", reason="it sells"), name="b/v1"),
    }

    verdict = await judged(ask, consensus=("a", "b"))

    assert verdict.outcome == "error"
    assert "a/v1: it holds (it thanks)" in verdict.actual
    assert "b/v1: it does not hold (it sells)" in verdict.actual


async def test_a_provider_that_is_silent_does_not_agree(ask) -> None:
    """Two were asked for."""
    ask.providers = {
        "a": ScriptedGenerator(says("holds", "Thank you"), name="a/v1"),
        "b": ScriptedGenerator(ProviderUnavailable("No key.", mend="get one.")),
    }

    verdict = await judged(ask, consensus=("a", "b"))

    assert (verdict.outcome, "b: no answer (No key)" in verdict.actual) == ("error", True)


async def test_the_provider_that_a_step_names_is_asked(ask) -> None:
    """A test may have its own."""
    ask.providers = {"google": ScriptedGenerator(says("holds", "Thank you"), name="google/g")}

    verdict = await judged(ask, provider="google")

    assert verdict.decided_by == "google/g"


async def test_a_value_is_read_from_the_page(ask) -> None:
    """It must stand there."""
    ask.answers({"found": True, "value": "$24.00"}, {"found": True, "value": "$25.00"}, {"found": False, "value": ""})
    page = await ask.page(PAGE)
    question = await ask.question(page, "What does the order cost?")

    read = await ask.model.extract(question)
    with pytest.raises(Undecided, match="not on the page"):
        await ask.model.extract(question)
    with pytest.raises(Undecided, match="finds no value"):
        await ask.model.extract(question)

    assert read.value == "$24.00"
