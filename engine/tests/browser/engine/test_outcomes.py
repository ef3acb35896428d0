"""What steps and cases come to: passed, failed, error or skipped."""

from __future__ import annotations

import pytest

from aiwebtest.core.case import Step

FORM = """<title>Form</title><main><h1>Profile</h1>
<label>Name <input id=name_></label>
<button onclick="document.querySelector('p').textContent = 'Saved ' + window.name_.value">Save</button>
<button disabled>Publish</button><button>Idle</button><p></p></main>"""


async def test_a_case_of_acts_and_checks_passes(run) -> None:
    """The plainest use."""
    ran = await run(FORM, 'Type "Ada" into the name field', "Click Save", 'Check that the page shows "Saved Ada"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed", "passed"]
    assert ran.outcome == "passed"


async def test_a_refuted_check_is_failed_with_expected_and_actual(run) -> None:
    """The application is wrong: that is what the test is for."""
    wrong = Step(index=1, text='Check that the heading is "Account"', timeout_s=0.5)
    ran = await run(FORM, "Click Save", wrong, timeout_s=20.0)

    [_, check] = ran.steps
    assert check.outcome == "failed"
    assert check.problem is not None
    assert "Account" in check.problem.what
    assert "Profile" in check.problem.what
    assert "waited 0.5 s: `timeout`" in check.problem.what
    assert ran.outcome == "failed"


async def test_a_missing_element_is_an_error_that_names_the_nearest(run) -> None:
    """We cannot tell whether the page or the sentence is wrong."""
    ran = await run(FORM, 'Click the "Sve" button', timeout_s=0.5)

    assert ran.steps[0].outcome == "error"
    assert ran.steps[0].problem.code == "not-grounded"
    assert "Save" in ran.steps[0].problem.mend


async def test_an_element_that_does_not_let_itself_be_used_is_failed(run) -> None:
    """A disabled button that a tester wants to press is a fault of the application."""
    ran = await run(FORM, 'Click the "Publish" button', timeout_s=0.5)

    assert ran.steps[0].outcome == "failed"
    assert "disabled" in ran.steps[0].problem.what


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ('Upload "nothing.png" to the photo field', "no file nothing.png"),
        ('Set the birthday to "someday"', "no date"),
    ],
)
async def test_what_a_sentence_asks_for_in_vain_on_any_page_is_an_error(run, sentence: str, told: str) -> None:
    """The application is not at fault for a file that is not there, or a word that is no key and no date."""
    ran = await run("<label>Photo <input type=file></label><label>Birthday <input type=date></label>", sentence)

    assert ran.steps[0].outcome == "error"
    assert ran.steps[0].problem.code == "usage"
    assert told in ran.steps[0].problem.what


async def test_steps_after_a_bad_one_are_skipped_and_after_steps_still_run(run) -> None:
    """Clean-up happens whatever came before."""
    steps = (
        Step(index=0, text='Click the "Gone" button', timeout_s=0.4),
        Step(index=1, text="Click Save"),
        Step(index=2, text='Type "bye" into the name field', phase="after"),
    )

    ran = await run(FORM, *steps, timeout_s=20.0)

    assert [step.outcome for step in ran.steps] == ["error", "skipped", "passed"]


async def test_an_optional_step_that_is_not_there_is_skipped(run) -> None:
    """Cookie banners come and go."""
    optional = Step(index=0, text='Click the "Accept cookies" button', optional=True, timeout_s=0.3)

    ran = await run(FORM, optional, "Click Save")

    assert [step.outcome for step in ran.steps] == ["skipped", "passed"]
    assert ran.outcome == "passed"


async def test_a_click_without_effect_is_noted(run) -> None:
    """A dead button is told even when the run is not strict about it."""
    ran = await run(FORM, 'Click the "Idle" button')

    assert ran.steps[0].outcome == "passed"
    assert "No effect" in " ".join(ran.steps[0].notes)


@pytest.mark.parametrize("sentence", ["Go back to the library", "Click Library", 'Double-click "Library"'])
async def test_a_text_that_is_pressed_in_vain_is_an_error(run, sentence: str) -> None:
    """What looked like the link that is missing is a heading: to go on would pass by accident."""
    ran = await run("<main><h1>Library</h1><button>Borrow</button></main>", sentence)

    assert ran.steps[0].outcome == "error"
    assert 'heading "Library"' in ran.steps[0].problem.what


async def test_a_text_that_reacts_is_pressed(run) -> None:
    """Many an application listens to plain elements."""
    reacts = "<main><h1>Library</h1><p>Closed</p></main><script>document.querySelector('h1').addEventListener("
    reacts += "'click', () => { document.querySelector('p').textContent = 'Open'; });</script>"

    assert (await run(reacts, "Click Library", 'I see "Open"')).outcome == "passed"


async def test_a_click_without_effect_fails_a_strict_run(run) -> None:
    """Promise one: no effect is no pass, when asked for."""
    ran = await run(FORM, 'Click the "Idle" button', strict_effects=True)

    assert ran.steps[0].outcome == "failed"
    assert ran.steps[0].problem.code == "no-effect"


async def test_a_sentence_nobody_understands_is_an_error_with_rewordings(run) -> None:
    """Never a guess."""
    ran = await run(FORM, "Frobnicate the gizmo until happiness ensues")

    assert ran.steps[0].outcome == "error"
    assert ran.steps[0].problem.mend


async def test_a_page_that_is_not_there_is_an_error_of_the_case(run) -> None:
    """With the address that was tried."""
    ran = await run(FORM, "Click Save", case={"url": "http://127.0.0.1:9/"})

    assert ran.cases[0].outcome == "error"
    assert "127.0.0.1:9" in ran.cases[0].problem.what


async def test_a_semantic_check_without_a_model_is_undecided(run) -> None:
    """Undecided is never a pass."""
    ran = await run(FORM, "Check that the page looks trustworthy and professional", timeout_s=0.5)

    assert ran.steps[0].outcome == "error"


async def test_an_undecidable_check_has_waited_for_nothing(run) -> None:
    """Nobody looked at the page again and again, so no time is told as waited."""
    ran = await run(FORM, Step(index=0, text='Check that the page looks "nice" and friendly', kind="check"))

    assert ran.steps[0].outcome == "error"
    assert "waited" not in ran.steps[0].problem.what
    assert "Configure a model" in ran.steps[0].problem.mend


async def test_a_frozen_run_advises_no_model_where_a_check_is_beyond_rules(run) -> None:
    """A model would not be asked there either."""
    ran = await run(
        FORM, Step(index=0, text='Check that the page looks "nice" and friendly', kind="check"), frozen=True
    )

    assert ran.steps[0].outcome == "error"
    assert "without --frozen" in ran.steps[0].problem.mend
    assert "Configure a model" not in ran.steps[0].problem.mend
