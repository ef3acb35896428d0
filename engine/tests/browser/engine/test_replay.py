"""Replay, heal and frozen runs through the whole engine."""

from __future__ import annotations

PAGE = """<h1>Basket</h1><section aria-label=Items><button onclick="document.title='removed'">Remove</button></section>
<button onclick="document.title='ordered'">Order now</button>"""
RENAMED = PAGE.replace("Order now", "Place order")
STEPS = ('Click the "Order now" button', 'Check that the title is "ordered"')


async def test_the_second_run_replays_what_the_first_one_stored(run) -> None:
    """A run that passed once costs no grounding again."""
    first = await run(PAGE, *STEPS)
    second = await run(PAGE, *STEPS)

    assert first.steps[0].actions[0].grounding.source == "rules"
    assert second.steps[0].actions[0].grounding.source == "replay"
    assert second.outcome == "passed"


async def test_a_case_that_did_not_pass_stores_nothing(run) -> None:
    """Only groundings of a step that passed, in a case that passed, are trusted."""
    await run(PAGE, STEPS[0], 'Check that the title is "something else"', timeout_s=0.4)

    second = await run(PAGE, *STEPS)

    assert second.steps[0].actions[0].grounding.source == "rules"


async def test_frozen_passes_on_replays_alone(run) -> None:
    """The guarantee of --frozen."""
    await run(PAGE, *STEPS)

    frozen = await run(PAGE, *STEPS, frozen=True)

    assert frozen.outcome == "passed"


async def test_frozen_without_a_stored_grounding_is_an_error(run) -> None:
    """A miss is a clear failure, never a silent new grounding."""
    frozen = await run(PAGE, *STEPS, frozen=True, timeout_s=0.5)

    assert frozen.steps[0].outcome == "error"
    assert frozen.steps[0].problem.code == "replay-miss"


async def test_frozen_tells_when_the_element_changed(run) -> None:
    """Renamed: not the element that passed."""
    await run(PAGE, 'Click the "Order now" button')

    frozen = await run(RENAMED, 'Click the "Order now" button', frozen=True, timeout_s=0.5)

    assert frozen.steps[0].problem.code == "replay-miss"


MOVED = """<h1>Basket</h1><form aria-label=Checkout>
<a href="#x" role=link onclick="document.title='ordered'">Order now</a></form>"""


async def test_a_heal_is_reported_with_before_and_after_and_not_stored(run) -> None:
    """A person sees it first; the lockfile keeps what passed before."""
    await run(PAGE, "Click Order now", STEPS[1])

    healed = await run(MOVED, "Click Order now", STEPS[1])
    again = await run(MOVED, "Click Order now", STEPS[1])

    heal = healed.steps[0].actions[0].heal
    assert heal is not None
    assert "button" in heal.before
    assert "link" in heal.after
    assert healed.cases[0].healed == 1
    assert again.steps[0].actions[0].grounding.source == "healed-rules"


async def test_update_lock_stores_what_is_found_now(run) -> None:
    """The approval."""
    await run(PAGE, "Click Order now", STEPS[1])

    await run(MOVED, "Click Order now", STEPS[1], update_lock=True)
    after = await run(MOVED, "Click Order now", STEPS[1])

    assert after.steps[0].actions[0].grounding.source == "replay"


async def test_a_heal_is_an_error_when_the_run_fails_on_heals(run) -> None:
    """For CI."""
    await run(PAGE, "Click Order now", STEPS[1])

    healed = await run(MOVED, "Click Order now", STEPS[1], fail_on_heal=True)

    assert healed.steps[0].outcome == "error"
    assert healed.steps[0].problem.code == "healed"


async def test_a_lost_effect_is_told_although_the_element_is_the_same(run) -> None:
    """The other side of the replay check: a dead button that still looks right."""
    link = """<a href="/next">Continue</a>"""
    await run({"/": link, "/next": "<h1>Next</h1>"}, "Click Continue", "Wait 0 seconds")

    dead = await run({"/": link.replace('href="/next"', 'href="#"')}, "Click Continue", "Wait 0 seconds")

    assert dead.steps[0].actions[0].heal is not None
    assert dead.cases[0].healed == 1
