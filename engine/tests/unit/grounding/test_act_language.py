"""How act sentences and descriptions of elements are understood, as tables of sentences and readings.

The tables are text: a sentence, and under it, indented, the reading in a short notation.

    click: #2 button "Save" row('Ada')       action, ordinal, role, quoted or 'unquoted' name, relations
    type: 'name' = 'Ada'                     the value behind "="
    ? part of the problem                    not understood, and why
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiwebtest.core.case import StepKind
from aiwebtest.core.intent import Intent, Target
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.fill import fill_intent
from aiwebtest.grounding.rules.phrase import parse_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.sentence import understand

DATA = Path(__file__).parent / "data"


def table(name: str) -> Iterator[tuple[str, str]]:
    """Yield sentence and reading, the lines of a reading joined by line breaks."""
    for block in re.split(r"\n(?=\S)", (DATA / name).read_text(encoding="utf-8").strip("\n")):
        sentence, *reading = block.split("\n")
        if not sentence.startswith("# "):
            yield sentence, "\n".join(line.strip() for line in reading if line.strip())


def of_target(target: Target | None) -> str:
    """Write a target in the notation, without its other readings."""
    if target is None:
        return ""
    name = None if target.name is None else (f'"{target.name}"' if target.quoted else f"'{target.name}'")
    parts = ["it" if target.anaphora else "", *target.states, f"#{target.ordinal}" if target.ordinal else ""]
    parts += [target.role or "", name or "", f"@{target.attribute}" if target.attribute else ""]
    parts += [f"~{word}" for word in target.modifiers]
    parts += [f"{relation.kind}({of_target(relation.anchor)})" for relation in target.relations]
    return " ".join(part for part in parts if part) or "-"


def of_intent(intent: Intent) -> str:
    """Write an intent in the notation."""
    text = intent.action + (f": {of_target(intent.target)}" if intent.target else "")
    text += f" = {' | '.join(map(repr, intent.values))}" if intent.values else ""
    text += f" -> {of_target(intent.to)}" if intent.to else ""
    text += f" by {intent.offset[0]:g},{intent.offset[1]:g}" if intent.offset else ""
    text += f" [{intent.amount:g} {intent.unit}]" if intent.amount is not None else ""
    for name in ("into", "position", "side"):
        value = getattr(intent, name)
        text += f" [{name} {value}]" if value is not None else ""
    for name in ("starts", "ends", "contains"):
        part = getattr(intent.pattern, name, "")
        text += f" [{name} {part}]" if part else ""
    return text + (" [opens]" if intent.opens else "")


def of_sentence(sentence: str) -> str:
    """Write the reading of an act sentence in the notation."""
    try:
        return "\n".join(of_intent(intent) for intent in parse_act(sentence)) or "(nothing)"
    except Unclear as unclear:
        return f"? {unclear.problem}"


@pytest.mark.parametrize(("sentence", "reading"), [pytest.param(s, r, id=s) for s, r in table("act_sentences.txt")])
def test_act_sentence_is_read_as_listed(sentence: str, reading: str) -> None:
    """The language is the one testers write; every line of the table is a way of writing seen in real tests."""
    assert of_sentence(sentence) == reading


@pytest.mark.parametrize(("phrase", "reading"), [pytest.param(s, r, id=s) for s, r in table("target_phrases.txt")])
def test_description_is_read_as_listed(phrase: str, reading: str) -> None:
    """A description is parted into name, role, ordinal, states and relations the way a reader would."""
    assert of_target(parse_target(phrase)) == reading


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("Save for later in the sidebar", "'Save for later in the sidebar'"),
        ("Tab #1", "#1 tab"),
        ("the disabled Save button", "button 'disabled Save'"),
        ("the Order history page", "'Order history page'"),
        ('the button in the dialog labelled "x"', 'button "x" in(dialog)'),
        ("#save", '"save" @id'),
        ("notifications", "alert"),
    ],
)
def test_unquoted_words_keep_their_other_reading(phrase: str, other: str) -> None:
    """The page decides between readings of equal right, so none may be dropped."""
    assert other in [of_target(reading) for reading in parse_target(phrase).alternatives]


def test_quoted_name_has_one_reading() -> None:
    """Quotes are the writer's way to be exact."""
    assert parse_target('the "Save for later" button').alternatives == ()


def test_other_readings_stay_in_the_place_the_sentence_gives() -> None:
    """A second reading without "in the Billing section" could be met by an element elsewhere."""
    [intent] = parse_act("In the Billing section, click the Save button")

    assert intent.target is not None
    assert [of_target(other) for other in intent.target.alternatives] == ["'Save button' in(section 'Billing')"]


@pytest.mark.parametrize(
    ("sentence", "kind", "intents", "claims"),
    [
        ("Check the 'Remember me' box", "act", 1, 0),
        ("Check that the total is $5", "check", 0, 1),
        ("Check the total is $5", "check", 0, 1),
        ("Verify that 'Saved' is visible", "check", 0, 1),
        ("The total should be $5", "check", 0, 1),
        ("I should see 'Welcome'", "check", 0, 1),
        ("Then the basket shows 3 items", "check", 0, 1),
        ("I do not see 'Saved'", "check", 0, 1),
        ("And I don’t see any error", "check", 0, 1),
        ("the user doesn't see the dashboard", "check", 0, 1),
        ("I no longer see 'Saved'", "check", 0, 1),
        ("I find no results", "check", 0, 1),
        ("I am still on the login page", "check", 0, 1),
        ("We stay on the login page", "check", 0, 1),
        ("I am redirected to /login", "check", 0, 1),
        ("I land on the dashboard", "check", 0, 1),
        ("Save and Cancel are visible", "check", 0, 2),
        ("The changes are saved", "check", 0, 1),
        ("My changes have been saved", "check", 0, 1),
        ("There's an error on the form", "check", 0, 1),
        ("Then I am on /orders", "check", 0, 1),
        ("I am on /orders", "check", 0, 1),
        ("As a visitor I open the shop", "act", 1, 0),
        ("I get an error", "check", 0, 1),
        ("In the Ada row I see Active", "check", 0, 1),
        ("On the members page I type Ada into Name and I see Saved", "act", 1, 1),
        ("Leave the name empty", "act", 1, 0),
        ("Given I am on the login page", "check", 0, 1),
        ("Given I am on /login", "act", 1, 0),
        ("The 'Remember me' box is checked", "check", 0, 1),
        ("When the 'Remember me' box is checked", "act", 1, 0),
        ("The user should click Save", "act", 1, 0),
        ("The user should see the dashboard", "check", 0, 1),
        ("Confirm the dialog", "act", 1, 0),
        ("Confirm that the order was placed", "check", 0, 1),
        ("Select dropdown is visible", "check", 0, 1),
        ("Save button should be disabled", "check", 0, 1),
        ("Save the changes", "act", 1, 0),
        ("Wait until the total shows $5", "check", 0, 1),
        ("Wait for the table to have 5 rows", "check", 0, 1),
        ("Wait for the Save button to be enabled", "check", 0, 1),
        ("Wait for the Save button to get enabled", "check", 0, 1),
        ("Wait for 'Express' to be shown and 'Slow' to become selected", "check", 0, 2),
        ("Wait for 'Slow' gets selected", "check", 0, 1),
        ("Wait for the total to be $5", "check", 0, 1),
        ("Wait for the spinner to be hidden", "act", 1, 0),
        ("Wait for 'Saved' to be displayed", "act", 1, 0),
        ("Wait until the spinner disappears", "act", 1, 0),
        ("Extract the order number into {order}", "extract", 1, 0),
        ("Remember the total as {total}", "extract", 1, 0),
        ("Click Save and check that 'Saved' appears", "act", 1, 1),
        ("When I click Save, then I should see 'Saved'", "act", 1, 1),
        ("Click Save and the dialog closes", "act", 1, 1),
        ("Click Save and I do not see an error", "act", 1, 1),
        ("Click Save and see 'Saved'", "act", 1, 1),
        ("Click Save, should see 'Saved'", "act", 1, 1),
        ("Click Save and don't see an error", "act", 1, 1),
        ("Don't see the Save button", "check", 0, 1),
        ("Click 'See details'", "act", 1, 0),
        ("Click See all", "act", 1, 0),
        ("Type 'Hi, I do not see it' into the note", "act", 1, 0),
        ("When I click Save, then I am still on the login page", "act", 1, 1),
        ("After clicking Save, the message 'Saved' should appear", "act", 1, 1),
    ],
)
def test_sentence_itself_tells_acts_checks_and_extracts_apart(
    sentence: str, kind: str, intents: int, claims: int
) -> None:
    """A check that is taken for an act would change the page; an act taken for a check would do nothing."""
    understood = understand(sentence)

    assert understood.problem == ""
    assert (understood.kind, len(understood.intents), len(understood.claims)) == (kind, intents, claims)


@pytest.mark.parametrize(
    ("sentence", "acts", "claims"),
    [
        ('When the Save button is clicked, "Saved" appears', ["click Save"], ["text"]),
        ('When Save is clicked, the page shows "Saved"', ["click Save"], ["text"]),
        ('When "Save" is clicked and "OK" is pressed, "Saved" appears', ["click Save", "click OK"], ["text"]),
        ('When "Save" is clicked, the dialog closes', ["click Save"], ["state"]),
        ('When the form is submitted, "Saved" should be visible', ["submit None"], ["text"]),
        ('Once the form is submitted, the page shows "Saved"', ["submit None"], ["text"]),
        ('As soon as the form is submitted, "Saved" appears', ["submit None"], ["text"]),
        ('After the Save button was clicked, "Saved" appears', ["click Save"], ["text"]),
        ("When the box is checked, the field is enabled", ["check None"], ["state"]),
        ('When "lamp" is typed into the search field, 3 products are shown', ["type None"], ["count"]),
        ("When the Delete button in the row of Ada is clicked, Ada is gone", ["click Delete"], ["state"]),
        ("When the alert is accepted, the row is gone", ["accept_dialog None"], ["state"]),
        ("When Enter is pressed, the total is $5", ["press None"], ["compare"]),
        ('The Save button is clicked, and "Saved" appears', ["click Save"], ["text"]),
        ('On clicking Save, "Saved" appears', ["click Save"], ["text"]),
        ('Upon clicking Save, "Saved" appears', ["click Save"], ["text"]),
        ('Clicking Save shows "Saved"', ["click Save"], ["text"]),
        ('Clicking "Save" closes the dialog', ["click Save"], ["state"]),
        ('Typing "lamp" into the search field shows 3 products', ["type None"], ["count"]),
        ("Checking the box enables the Save button", ["check None"], ["state"]),
        ("The user goes to /help", ["open None"], []),
        ('Click "Save" -> "Saved" appears', ["click Save"], ["text"]),
        ("Click Save => should show 'Saved'", ["click Save"], ["text"]),
        ("Click File -> Open", ["hover File", "click Open"], []),
        ('Click File -> Open -> "Saved" appears', ["hover File", "click Open"], ["text"]),
        ('Click "Save" to see that "Saved" is shown', ["click Save"], ["text"]),
        ("Click Save to close the dialog", ["click Save"], []),
        ('Check the "Express" box and "Slow" disappears', ["check Express"], ["text"]),
        ("Click Save, whereupon the dialog closes", ["click Save"], ["state"]),
        ('Click Save and as a result "Saved" is shown', ["click Save"], ["state"]),
    ],
)
def test_an_event_is_done_and_what_it_brings_is_checked(sentence: str, acts: list[str], claims: list[str]) -> None:
    """A statement that is lost passes whatever the page does, and one taken for a thing is clicked."""
    understood = understand(sentence)

    assert understood.problem == ""
    assert [f"{one.action} {one.target and one.target.name}" for one in understood.intents] == acts
    assert [claim.kind for claim in understood.claims] == claims


@pytest.mark.parametrize(
    "sentence",
    [
        "An email was sent",
        "A message was sent",
        "Then the order is sent",
        "The Save button was clicked",
        'I see that clicking Save shows "Saved"',
    ],
)
def test_what_has_happened_is_nobodys_order(sentence: str) -> None:
    """It clicked something that is called so."""
    understood = understand(sentence)

    assert (understood.kind, understood.intents) == ("check", ())


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ('With "Express" selected, "Slow" must be shown', None),
        ('With "Express" selected, "Slow" must be shown', "check"),
        ('Having clicked "Save", "Saved" appears', None),
        ('Having clicked "Save", "Saved" appears', "check"),
        ('Click "Save" to see "Saved"', None),
        ('Click on "Save" to confirm and shows "Saved"', None),
    ],
)
def test_a_quoted_text_that_would_be_left_out_is_told(sentence: str, kind: StepKind | None) -> None:
    """What nobody looks for passes, whatever the page shows."""
    understood = understand(sentence, kind)

    assert "would be left out" in understood.problem
    assert understood.rewordings


@pytest.mark.parametrize(
    "sentence",
    [
        'Drag "Task 1" from "To do" to "Done"',
        'Download "report.csv" by clicking the Export button',
        'Go to "Products > Mugs"',
        'Press "ctrl + s"',
    ],
)
def test_what_may_be_told_besides_is_no_problem(sentence: str) -> None:
    """Where a thing is dragged from, what a file will be called, and the way through a menu."""
    assert understand(sentence).problem == ""


@pytest.mark.parametrize("sentence", ['Click Save shows "Saved"', 'Click the Save button appears "Saved"'])
def test_a_statement_that_runs_into_an_action_is_refused(sentence: str) -> None:
    """It clicked what is called "Saved"."""
    assert "is not understood" in understand(sentence).problem


@pytest.mark.parametrize(
    "sentence",
    [
        "With Express selected, place the order",
        'With "Express" selected, place the order',
        "With the cart empty, click Checkout",
        "With Ctrl held down, click Ada",
        "Wait for 'Express' and 'Slow' gets selected",
        "Wait 2 seconds for 'Slow' gets selected",
        "Type nothing into the name",
        "Fill the name with whatever",
    ],
)
def test_what_must_hold_besides_is_not_dropped(sentence: str) -> None:
    """The order was placed whatever was selected, "Slow" needed only to be there, and "nothing" was typed."""
    assert understand(sentence).problem


def test_check_before_an_act_is_refused_with_both_steps_written_out() -> None:
    """Claims are judged after intents, so this order would be judged too late."""
    understood = understand("Verify the cart is empty and click Continue")

    assert understood.problem
    assert understood.rewordings == ("Verify the cart is empty", "Click Continue")


def test_given_kind_beats_the_sentence() -> None:
    """`act:`, `check:` and `extract:` in a file leave nothing to decide."""
    assert understand("the order number", "extract").intents[0].action == "copy"
    assert understand("Save button disabled", "check").claims
    assert understand("Check the total is $5", "act").kind == "act"


def test_slip_in_the_verb_is_mended_in_the_first_rewording() -> None:
    """Most sentences that begin with no verb begin with a misspelt one."""
    understood = understand("Clic the Save button")

    assert understood.rewordings[0] == "Click the Save button"


def test_every_problem_offers_rewordings_that_are_understood() -> None:
    """Advice that is itself unclear would send the writer in circles."""
    refused = [s for s, reading in table("act_sentences.txt") if reading.startswith("?")]

    for sentence in refused:
        rewordings = understand(sentence, "act").rewordings
        assert rewordings, sentence
        for rewording in rewordings:
            assert not understand(rewording).problem, (sentence, rewording)


def test_placeholders_are_filled_in_values_names_anchors_and_other_readings() -> None:
    """Placeholders travel through parsing untouched and are filled by the run loop."""
    [intent] = parse_act("Type {NAME} into the field in the row of {WHO}")

    filled = fill_intent(intent, lambda text: text.replace("{NAME}", "Ada").replace("{WHO}", "Bob"))

    assert of_intent(filled) == "type: field row(\"Bob\") = 'Ada'"


@pytest.mark.parametrize("seed", range(20))
def test_no_string_makes_the_reader_raise(seed: int) -> None:
    """Steps come from people: cut, doubled and mangled sentences end in a problem, never in a traceback."""
    chance = random.Random(seed)
    known = [sentence for sentence, _ in table("act_sentences.txt")]
    words = (
        sorted({word for sentence in known for word in sentence.split()}) + list("\"'“”`{}()[]><=#.,;:\\") + ["😀", "İ"]
    )
    for _ in range(60):
        mangled = list(chance.choice(known))
        for _ in range(chance.randrange(5)):
            mangled.insert(chance.randrange(len(mangled) + 1), chance.choice("\"'“”`.,;:{}()> ~#1aZ\u3000é"))
            del mangled[chance.randrange(len(mangled))]
        shuffled = " ".join(chance.choice(words) for _ in range(chance.randrange(12)))
        for text in ("".join(mangled), shuffled):
            for kind in (None, "act", "extract"):
                understood = understand(text, kind)
                assert understood.problem or understood.intents or understood.claims or "nothing" in text.lower(), text


@pytest.mark.parametrize(
    ("phrase", "role"),
    [('a "textarea" widget', "textarea"), ('the "text" control', "textbox"), ('the "radio" element', "radio")],
)
def test_a_quoted_kind_of_control_may_be_its_kind(phrase: str, role: str) -> None:
    """Nothing on the page need be called "textarea" for it to be clicked."""
    target = parse_target(phrase)

    assert target.quoted
    assert [other.role for other in target.alternatives if other.name is None] == [role]
