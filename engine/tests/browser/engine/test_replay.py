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


# --- what checks read -------------------------------------------------------------------------------------------------

FORM = """<h1>Order</h1><label>City <input value="Oslo"></label><p>Saved</p><ul>""" + "<li>Line" * 90 + "</ul>"
CHECKS = ('Check that the City field has the value "Oslo"', 'Check that "Saved" is visible')


def reading(ran, step: int = 0):
    """Return what the check of a step read."""
    [found] = ran.steps[step].readings
    return found


async def test_the_second_run_looks_at_what_confirmed_a_check(run, monkeypatch) -> None:
    """As a script written by hand does; the whole page costs several times that."""
    await run(FORM, *CHECKS)
    looks = []
    monkeypatch.setattr("aiwebtest.engine.state.take_snapshot", looks.append)

    second = await run(FORM, *CHECKS)

    assert second.outcome == "passed"
    assert [step.verdicts[0].actual for step in second.steps] == ["Oslo", "Saved"]
    assert looks == []


async def test_a_check_is_judged_on_the_page_each_time(run) -> None:
    """Where it looked is kept, and never what it came to."""
    await run(FORM, *CHECKS)

    wrong = await run(FORM.replace("Oslo", "Rome"), *CHECKS, timeout_s=0.4)
    gone = await run(FORM.replace("Saved", "Not sent"), *CHECKS, timeout_s=0.4)

    assert [step.outcome for step in wrong.steps] == ["failed", "skipped"]
    assert "Rome" in wrong.steps[0].problem.what
    assert [step.outcome for step in gone.steps] == ["passed", "failed"]


async def test_what_is_not_so_yet_is_waited_for(run) -> None:
    """What a part does not confirm refutes nothing."""
    await run(FORM, *CHECKS)
    late = (
        FORM.replace("Oslo", "")
        + "<script>setTimeout(() => document.querySelector('input').value = 'Oslo', 300)</script>"
    )

    assert (await run(late, *CHECKS)).outcome == "passed"


async def test_the_whole_page_decides_where_the_element_is_another(run) -> None:
    """What is stored of a check is no reason to fail, and stays as it is until it is told to change."""
    await run(FORM, *CHECKS)
    moved = FORM.replace("<p>Saved</p>", "<section><h2>News</h2><div>Your order: Saved</div></section>")

    passed = await run(moved, *CHECKS)
    frozen = await run(moved, *CHECKS, frozen=True)
    renewed = await run(moved, *CHECKS, update_lock=True)

    assert (passed.outcome, frozen.outcome) == ("passed", "passed")
    assert passed.cases[0].healed == 0
    assert reading(passed, 1).locator.text == "Saved"
    assert reading(renewed, 1).locator.text == "Your order: Saved"


async def test_update_lock_drops_what_a_check_reads_no_more(run, tmp_path) -> None:
    """What stands in the file is what the run rests on."""
    await run(FORM, CHECKS[1], "Click the City field")
    in_frame = FORM.replace("<p>Saved</p>", "<iframe srcdoc='<p>Saved</p>'></iframe>")

    renewed = await run(in_frame, CHECKS[1], "Click the City field", update_lock=True)

    [lock] = tmp_path.glob("*.lock.json")
    assert renewed.outcome == "passed"
    assert '"read"' not in lock.read_text()
    assert '"click"' in lock.read_text()


async def test_a_stranger_that_says_what_is_claimed_confirms_nothing(run) -> None:
    """A recipe that held the value itself would find whatever shows it."""
    page = "<p>Total: <b>$5.00</b></p><ul>" + "<li>Line" * 90 + "</ul><p>Total before tax: <b>$4.00</b></p>"
    first = await run(page, "Check that the total is $5.00")

    wrong = await run(
        page.replace("5.00", "9.00").replace("4.00", "5.00"), "Check that the total is $5.00", timeout_s=0.4
    )

    assert first.steps[0].readings == ()
    assert wrong.outcome == "failed"


async def test_each_claim_of_a_sentence_has_what_confirmed_it(run) -> None:
    """One sentence may say several things."""
    sentence = 'Check that the City field has the value "Oslo" and that "Saved" is visible'
    first = await run(FORM, sentence)

    second = await run(FORM, sentence)

    assert [one.locator.name or one.locator.text for one in first.steps[0].readings] == ["City", "Saved"]
    assert [one.source for one in second.steps[0].readings] == ["replay", "replay"]


async def test_a_check_that_names_a_secret_keeps_nothing(run, tmp_path) -> None:
    """The place of a secret may tell of it."""
    await run(
        FORM, 'Check that the City field has the value "{CITY}"', secrets={"CITY": "Oslo"}, case={"secrets": ("CITY",)}
    )

    assert not list(tmp_path.glob("*.lock.json"))


async def test_braces_in_what_a_check_read_leave_the_actions_of_its_step_alone(run) -> None:
    """A frozen run found nothing stored of a step whose page shows "{user}"."""
    page = """<button onclick="done.hidden = false">Go</button><p id=done hidden>Saved {user}</p>"""
    await run(page, 'When I click Go, I should see "Saved"')

    frozen = await run(page, 'When I click Go, I should see "Saved"', frozen=True)

    assert frozen.outcome == "passed"
    assert frozen.steps[0].actions[0].grounding.source == "replay"
    assert frozen.steps[0].readings[0].source == "replay"
