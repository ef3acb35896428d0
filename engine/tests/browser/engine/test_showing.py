"""Sentences that show, hide, filter and agree: boxes are made on or off, whichever way round they are worded."""

from __future__ import annotations

CALENDAR = """<title>Calendar</title><main><label><input type=checkbox id=h checked> Holidays</label>
<label><input type=checkbox id=d> Hide declined events</label><label><input type=checkbox id=t> I accept the terms
of use</label><label>Status <select id=s><option>All</option><option>Overdue</option></select></label>
<p id=said></p></main>
<script>for (const one of document.querySelectorAll("input, select"))
  one.onchange = () => { said.textContent = [h.checked, d.checked, t.checked, s.value].join(" "); };</script>"""


async def test_boxes_and_lists_are_left_as_the_sentence_wants_them(run) -> None:
    """Saying it twice changes nothing: a second click would undo the first."""
    ran = await run(
        CALENDAR,
        "Hide the holidays",
        "Hide the holidays",
        "Show the declined events",
        "Hide the declined events",
        "Accept the terms of use",
        "I accept the terms of use",
        "Show only overdue events",
        'The page shows "false true true Overdue"',
    )

    assert [step.outcome for step in ran.steps] == ["passed"] * 8
