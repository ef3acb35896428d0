"""Pages that stop answering by themselves: with a dialog that no step opened, or with a script that never ends."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page

from aiwebtest.browser import perform, reading
from aiwebtest.core.case import Step
from aiwebtest.core.errors import BrowserUnavailable

ALERTING = """<h1>Shop</h1><script>setTimeout(() => {
  alert("Prices have changed");
  document.body.insertAdjacentHTML("beforeend", '<button onclick="this.textContent = \\'Paid\\'">Pay</button>');
}, 300)</script>"""

# What our look at the page reads of an element happens to run the page's own code.
IN_A_LOOK = """<div><p>one</p><p>two</p></div><button onclick="this.textContent = 'Paid'">Pay</button><script>
let asked = false;
Object.defineProperty(document.querySelector("div"), "onclick", { get() {
  if (!asked) { asked = true; %s }
  return null;
} })</script>"""


@pytest.mark.parametrize("page", [ALERTING, IN_A_LOOK % "alert('Prices have changed')"], ids=["between", "in-a-look"])
async def test_an_alert_that_opens_by_itself_is_accepted_and_the_step_goes_on(run, page: str) -> None:
    """It kept the page from answering, and the run waited for ever."""
    ran = await run(page, "Click Pay", 'I see "Paid"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]
    assert any('accepted the alert "Prices have changed"' in note for note in ran.steps[0].notes)


@pytest.mark.parametrize("page", [ALERTING, IN_A_LOOK % "alert('Prices have changed')"], ids=["between", "in-a-look"])
async def test_a_check_sees_the_page_behind_such_an_alert(run, page: str) -> None:
    """Absence too is only concluded from a page that was read."""
    ran = await run(page, 'I see "Pay"', 'The alert says "Prices have changed"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_replay_goes_on_behind_such_an_alert(run) -> None:
    """A stored grounding is looked for in the same way."""
    await run(ALERTING, "Click Pay", lock="on")
    ran = await run(ALERTING, "Click Pay", lock="read", frozen=True)

    assert [step.outcome for step in ran.steps] == ["passed"]
    assert ran.steps[0].actions[0].grounding.source == "replay"


LATER = """<input aria-label=Name oninput="window.asked ||= setTimeout(() => confirm('Sure?'), %d)">"""


@pytest.mark.parametrize("ms", [0, 1, 3, 6, 12])
async def test_what_an_action_reads_when_a_question_opens_goes_on_with_the_answer(run, ms: int) -> None:
    """The question may open while the field is typed into, while it is looked at after that, or a moment later."""
    ran = await run(LATER % ms, 'Type "Ada" into Name', "Accept the dialog", 'The Name field has the value "Ada"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed", "passed"], ran.steps


async def test_a_question_that_opens_as_its_answer_looks_for_it_is_answered(run) -> None:
    """Whether the page draws a dialog of its own is looked up first, and in that moment the browser's may open."""
    ran = await run(IN_A_LOOK % "confirm('Sure?')", "Accept the dialog")

    assert [step.outcome for step in ran.steps] == ["passed"], ran.steps[0].problem


SCROLLED = """<div style="height:3000px"></div><script>
addEventListener("scroll", () => { if (!window.told) { window.told = true; alert("Scrolled"); } });
</script>"""
LONG_LIST = "<ul>" + "".join(f"<li>Entry {i}</li>" for i in range(60)) + "</ul>" + SCROLLED


async def test_an_alert_that_opens_as_a_check_scrolls_is_accepted(run) -> None:
    """A list is scrolled to its end before something counts as absent."""
    ran = await run(LONG_LIST, 'I do not see "Entry 99"', 'I see "Entry 7"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_question_that_opens_by_itself_is_named_where_the_step_could_not_go_on(run) -> None:
    """Which answer is meant, only the author of the test knows."""
    ran = await run(ALERTING.replace("alert", "confirm"), "Click Pay")

    assert ran.steps[0].outcome == "failed"
    assert 'The confirm "Prices have changed" is open' in ran.steps[0].problem.what


async def test_a_page_whose_script_never_ends_is_told_and_the_run_goes_on(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for such a page for ever."""
    with monkeypatch.context() as patch:
        patch.setattr(reading, "STUCK_S", 1.0)
        ran = await run(IN_A_LOOK % "for (;;);", Step(index=0, text="Click Pay", timeout_s=1.0))

    assert ran.cases[0].outcome == "error"
    assert "did not answer for 1 s" in ran.cases[0].problem.what
    after = await run("<button>Pay</button>", "Click Pay")
    assert after.outcome == "passed", after.cases[0].problem


async def test_two_dialogs_at_once_end_the_calls_under_way_and_nothing_else(run) -> None:
    """Two tabs may open one each before the first is heard of."""
    ended: list[str] = []

    async def ask(page: Page) -> None:
        try:
            await reading.read(page, "() => new Promise(() => {})")
        except reading.DialogOpened:
            ended.append("given up")

    context = await (await run.pool.browser()).new_context()
    try:
        page = await context.new_page()
        asking = asyncio.ensure_future(ask(page))
        await page.title()  # the question is under way
        reading.block(context)
        asyncio.get_running_loop().call_soon(reading.block, context)
        await asyncio.sleep(0)
        reading.block(context)
        await asking
    finally:
        reading.unblock(context)
        await context.close()

    assert ended == ["given up"]


async def test_a_time_out_of_an_actions_own_is_not_taken_for_a_page_that_does_not_answer() -> None:
    """The one is a fault of ours, and is told as such."""

    async def fails() -> None:
        raise TimeoutError("own")

    with pytest.raises(TimeoutError, match="own"):
        await perform._to_its_end(fails(), 5.0)
    with pytest.raises(BrowserUnavailable, match=r"did not answer for 0\.01 s"):
        await perform._to_its_end(asyncio.sleep(60), 0.01)
