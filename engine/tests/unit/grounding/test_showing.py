"""What shows, hides, filters and agrees, where the page does not call it as the sentence does."""

from __future__ import annotations

import pytest
from outline import page_of

from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.decide import decide
from aiwebtest.grounding.rules.showing import switched

CALENDAR = page_of("""
    body
      label x=0 y=0
        input/checkbox name=Holidays type=checkbox is=checked
        #text text=Holidays
      label x=110 y=0
        input/checkbox name="Show weekends" type=checkbox is=checked
        #text text="Show weekends"
      label x=220 y=0
        input/checkbox name="Hide declined events" type=checkbox
        #text text="Hide declined events"
      label x=330 y=0
        input/checkbox name="My events only" type=checkbox
        #text text="My events only"
      input/checkbox name="I accept the terms of use" type=checkbox
      button/tab name="Agenda 4" text="Agenda 4"
      select/combobox name=Colour options="Any|Red|Blue"
""")


def done(sentence: str, snapshot: Snapshot) -> str:
    """Return what is done to which element, or the verdict."""
    [intent] = parse_act(sentence)
    decision = decide(intent, snapshot)
    if decision.verdict != "clear":
        return decision.verdict
    best = decision.candidates[0]
    return f"{switched(intent, snapshot.nodes[best.ref]) or intent.action}: {best.described}"


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Hide the holidays", 'uncheck: checkbox "Holidays"'),
        ("Show the holidays", 'check: checkbox "Holidays"'),
        ("Hide the weekends", 'uncheck: checkbox "Show weekends"'),
        ("Show the declined events", 'uncheck: checkbox "Hide declined events"'),
        ("Hide the declined events", 'check: checkbox "Hide declined events"'),
        ("Show only my events", 'select: checkbox "My events only"'),
        ("Show only red events", 'select: dropdown "Colour"'),
        ("Show blue events only", 'select: dropdown "Colour"'),
        ("Accept the terms of use", 'check: checkbox "I accept the terms of use"'),
        ("Agree to the terms of use", 'check: checkbox "I accept the terms of use"'),
        ("View the agenda", 'click: tab "Agenda 4"'),
        ("View the agendas", "missing"),
        ("Hide the agenda", "missing"),
        ("Hide the events", "missing"),
        ("Show only green events", "missing"),
        ("Accept the offer", "missing"),
    ],
)
def test_a_box_a_list_or_a_tab_does_what_the_sentence_wants(sentence: str, wanted: str) -> None:
    """A box may be worded either way round, and a part of its name is not enough."""
    assert done(sentence, CALENDAR) == wanted


def test_two_that_filter_alike_are_ambiguous() -> None:
    """A list and a tab of that name may filter different things."""
    page = page_of('body\n  button/tab name=Red text=Red\n  select/combobox name=Colour options="Any|Red"')

    assert done("Show only red events", page) == "ambiguous"


def test_a_number_that_ends_a_name_is_no_count() -> None:
    """A tab "Inbox 4" is the inbox, "Level 3" is not level 2."""
    page = page_of('body\n  button/tab name="Level 3" text="Level 3"\n  button/tab name="Inbox 4" text="Inbox 4"')

    assert done("Show only level 2", page) == "missing"
    assert done("View the level 2", page) == "missing"
    assert done("Show only level 3", page) == 'select: tab "Level 3"'
    assert done("View the inbox", page) == 'click: tab "Inbox 4"'
