"""Decisions on pages drawn as outlines: clear, ambiguous or missing, and what is said about it."""

from __future__ import annotations

import pytest
from outline import page_of

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.decide import Context, decide, reworded
from aiwebtest.grounding.rules.describe import describe
from aiwebtest.grounding.rules.find import find
from aiwebtest.grounding.rules.sentence import understand
from aiwebtest.grounding.rules.weights import CARRIER, CLEAR, FITS, POINTS, probability

USERS = page_of("""
    body
      table/table name=Users
        tr/row
          th/columnheader text=Name
          th/columnheader text=Role
          th/columnheader
        tr/row
          td/cell text="Ada Lovelace"
          td/cell text=Admin
          td/cell
            button/button name=Edit text=Edit
        tr/row
          td/cell text="Alan Turing"
          td/cell text=Editor
          td/cell
            button/button name=Edit text=Edit
""")


def click(target: Target) -> Intent:
    """Return the intent to click on it."""
    return Intent(action="click", text=f"Click {target.text}", target=target)


def test_one_element_of_that_name_is_clear() -> None:
    """The everyday case."""
    snapshot = page_of("body\n  button/button name=Save text=Save\n  button/button name=Cancel text=Cancel")

    decision = decide(click(Target(text='"Save"', name="Save", quoted=True)), snapshot)

    assert decision.verdict == "clear"
    assert decision.candidates[0].ref == 1
    assert decision.candidates[0].described == 'button "Save"'
    assert decision.candidates[0].score > 0.9


def test_equal_elements_are_ambiguous_and_the_rewordings_tell_them_apart() -> None:
    """A person must learn from the error what to write."""
    intent = click(Target(text="Edit", name="Edit"))

    decision = reworded(decide(intent, USERS), intent, USERS)

    assert decision.verdict == "ambiguous"
    assert decision.margin == 0
    assert decision.rewordings == (
        'Click the "Edit" button in the row of "Ada Lovelace"',
        'Click the "Edit" button in the row of "Alan Turing"',
    )


def test_a_row_named_by_one_of_its_cells_decides() -> None:
    """The commonest relation of all."""
    alan = Relation(kind="row", anchor=Target(text="Alan Turing", name="Alan Turing"))

    decision = decide(click(Target(text="Edit", name="Edit", relations=(alan,))), USERS)

    assert decision.verdict == "clear"
    assert describe(USERS.nodes[decision.candidates[0].ref], USERS) == 'button "Edit" in the row of "Alan Turing"'


def test_an_anchor_that_is_nowhere_is_missing_by_its_own_name() -> None:
    """It is the anchor that the reader has to look at, not the button."""
    eve = Relation(kind="row", anchor=Target(text="Eve", name="Eve", quoted=True))

    decision = decide(click(Target(text="Edit", name="Edit", relations=(eve,))), USERS)

    assert decision.verdict == "missing"
    assert "Eve" in decision.reason


def test_rows_are_counted_without_the_header() -> None:
    """The first row of a table is the first that holds data."""
    found = find(Target(text="the first row", role="row", ordinal=1), USERS, purpose="check")

    assert [USERS.text_of(USERS.nodes[one.ref]) for one in found] == ["Ada Lovelace Admin Edit"]


def test_an_ordinal_beyond_the_last_is_missing() -> None:
    """Counting must not wrap around or take the nearest."""
    decision = decide(click(Target(text="the third Edit", name="Edit", ordinal=3)), USERS)

    assert decision.verdict == "missing"


def test_a_column_is_found_by_its_header() -> None:
    """Cells are named by where they stand."""
    role = Relation(kind="column", anchor=Target(text="Role", name="Role"))
    ada = Relation(kind="row", anchor=Target(text="Ada", name="Ada"))

    found = find(Target(text="the cell", role="cell", relations=(role, ada)), USERS, purpose="check")

    assert USERS.nodes[found[0].ref].text == "Admin"


def test_a_quoted_name_that_only_begins_a_longer_one_is_missing_and_the_longer_is_told() -> None:
    """Quotes mean the letter; the reader sees what is there instead."""
    snapshot = page_of('body\n  button/button name="Save as draft" text="Save as draft"')

    decision = decide(click(Target(text="Save", name="save as")), snapshot)
    strict = decide(click(Target(text='"Save"', name="Save", quoted=True)), snapshot)

    assert decision.verdict == "clear"
    assert strict.verdict == "missing"


def test_what_stands_behind_a_modal_dialog_is_not_touched() -> None:
    """A person could not reach it either."""
    snapshot = page_of("""
        body
          button/button name=Delete text=Delete
          div/dialog name="Sure?" is=modal
            button/button name=Delete text=Delete
          button/button name=Help text=Help
    """)

    inside = decide(click(Target(text="Delete", name="Delete")), snapshot)
    outside = decide(click(Target(text="Help", name="Help")), snapshot)

    assert (inside.verdict, inside.candidates[0].ref) == ("clear", 3)
    assert outside.verdict == "missing"
    assert "behind an open dialog" in outside.reason


def test_a_text_inside_a_button_grounds_on_the_button() -> None:
    """What is clicked is what reacts."""
    snapshot = page_of('body\n  button/button name="Pay now"\n    span text=Pay\n    b text=now')

    decision = decide(click(Target(text="Pay", name="Pay now")), snapshot)

    assert [one.ref for one in decision.candidates] == [1]


def test_links_of_one_card_to_one_place_are_one_thing() -> None:
    """Picture and title of a product lead to the same page."""
    snapshot = page_of("""
        body
          div ident=card
            a/link href=/p/1 name=Mug
              img/img alt=Mug name=Mug
            h3/heading name=Mug
              a/link href=/p/1 name=Mug text=Mug
    """)

    decision = decide(click(Target(text="Mug", name="Mug")), snapshot)

    assert decision.verdict == "clear"


def test_it_means_the_element_of_the_step_before() -> None:
    """Sentences follow one another."""
    snapshot = page_of("body\n  input/textbox name=Name\n  input/textbox name=City")
    intent = Intent(action="clear", text="Clear it", target=Target(text="it", anaphora=True))

    assert decide(intent, snapshot, Context(last=(0, 2))).candidates[0].ref == 2
    assert decide(intent, snapshot).verdict == "missing"


@pytest.mark.parametrize(("action", "ref"), [("type", 2), ("click", 1)])
def test_the_action_tells_a_field_from_a_button_of_the_same_name(action: str, ref: int) -> None:
    """Search is often both a field and its button."""
    snapshot = page_of("body\n  button/button name=Search text=Search\n  input/textbox name=Search")
    target = Target(text="Search", name="Search", role="button" if action == "click" else None)
    intent = Intent(action=action, text="x", target=target, values=("x",))  # type: ignore[arg-type]

    assert decide(intent, snapshot).candidates[0].ref == ref


def test_alternative_readings_are_settled_by_the_page() -> None:
    """A "Settings menu" may be a link of that name or a menu called Settings."""
    reading = Target(text="Settings menu", name="Settings menu")
    target = Target(text="Settings menu", name="Settings", role="menu", alternatives=(reading,))
    named = page_of('body\n  a/link name="Settings menu" text="Settings menu"\n  a/link name=Other text=Other')

    assert decide(click(target), named).candidates[0].ref == 1


def test_nothing_on_an_empty_page() -> None:
    """A page that is still blank is no error of the rules."""
    snapshot = Snapshot(url="about:blank", title="", nodes=())

    assert decide(click(Target(text="x", name="x")), snapshot).verdict == "missing"
    assert find(Target(text="x", name="x"), snapshot) == []


def test_the_thresholds_stand_in_order_and_every_weight_is_a_number() -> None:
    """The table of weights is data that others read."""
    assert 0 < FITS < CLEAR < 1
    assert probability(-10) < 0.01 < 0.99 < probability(10)
    assert all(isinstance(worth, float) for worth in (*POINTS.values(), *CARRIER.values()))


BOOKS = page_of("""
    body
      table/table name=Books
        tr/row
          td/cell
            input/checkbox type=checkbox
          th/rowheader
            a/link name=Dune text=Dune
        tr/row
          td/cell
            input/checkbox type=checkbox
          th/rowheader
            a/link name="Dune Messiah" text="Dune Messiah"
""")


def select_row(name: str) -> Intent:
    """Return the intent to select the row that holds a name."""
    held = Relation(kind="with", anchor=Target(text=name, name=name, quoted=True))
    return Intent(
        action="select", text=f"Select the row of {name}", target=Target(text="row", role="row", relations=(held,))
    )


def test_a_row_is_selected_by_the_box_that_leads_it() -> None:
    """A click on the row would follow the link in its middle."""
    decision = decide(select_row("Dune Messiah"), BOOKS)

    assert decision.verdict == "clear"
    assert BOOKS.nodes[decision.candidates[0].ref].role == "checkbox"
    assert decision.candidates[0].ref == 9


def test_a_row_without_a_box_is_selected_itself() -> None:
    """Many tables select a row by a click on it."""
    decision = decide(select_row("Ada Lovelace"), USERS)

    assert decision.verdict == "clear"
    assert USERS.nodes[decision.candidates[0].ref].role == "row"


def test_a_value_that_no_field_takes_typed_is_chosen() -> None:
    """In "fill in the form with name Ada and country Chile" the writer need not know which field is a dropdown."""
    snapshot = page_of("""
        body
          input/textbox name=Name
          select/combobox name=Country is=clickable options=Peru|Chile
            option/option name=Peru
            option/option name=Chile
    """)
    country = Target(text="country", name="country")

    decision = decide(Intent(action="type", text="country Chile", target=country, values=("Chile",)), snapshot)

    assert decision.verdict == "clear"
    assert snapshot.nodes[decision.candidates[0].ref].tag == "select"


def test_a_quoted_sign_is_what_an_icon_looks_like() -> None:
    """People write what they see, and the cross of a dialog is seen as "x" though it is called Close."""
    snapshot = page_of("body\n  div/dialog name=Alert\n    button/button name=Close\n  button/button name=Go text=Go")

    decision = decide(click(Target(text='the "x"', name="x", quoted=True)), snapshot)

    assert decision.verdict == "clear"
    assert decision.candidates[0].described == 'button "Close"'


def test_the_section_to_expand_may_be_called_section_something() -> None:
    """What opens a section is a heading or a tab, and often only its wording says that it is one."""
    snapshot = page_of("""
        body
          div/tablist
            h3/tab name="Section 40" text="Section 40"
            button/tab name=Submit text=Submit
    """)

    [intent] = parse_act("Expand the section below")
    decision = decide(intent, snapshot)

    assert decision.verdict == "clear"
    assert decision.candidates[0].described == 'tab "Section 40"'


def decided(sentence: str, snapshot: Snapshot) -> str:
    """Return what the first action of a sentence is decided to be done on, or the verdict if that is not clear."""
    decision = decide(parse_act(sentence)[0], snapshot)
    return decision.candidates[0].described if decision.verdict == "clear" else decision.verdict


def test_in_a_row_of_captions_each_has_what_stands_behind_it() -> None:
    """The nearest button of "Children" is that of the adults, which stands in front of the word."""
    snapshot = page_of("""
        body
          div/group
            span text=Adults x=0 y=0
            button/button name="One adult more" text=+ x=110 y=0
            span text=Children x=215 y=0
            button/button name="One child fewer" text=- x=320 y=0
            button/button name="One child more" text=+ x=425 y=0
    """)

    assert decided("Click the plus button next to Children", snapshot) == 'button "One child more"'
    assert decided("Click the plus button next to Adults", snapshot) == 'button "One adult more"'


def test_a_switch_is_called_by_the_title_of_its_own_row() -> None:
    """The text that follows a switch may be the title of the next one."""
    snapshot = page_of("""
        body
          div
            div
              b text="New comments"
              p/paragraph text="When somebody answers"
            span/switch is=clickable
          div
            div
              b text="Product news"
              p/paragraph text="Once a month"
            span/switch is=clickable
    """)

    assert decide(parse_act("Turn on Product news")[0], snapshot).candidates[0].ref == 10
    assert decide(parse_act("Turn on New comments")[0], snapshot).candidates[0].ref == 5


def test_what_is_far_away_belongs_to_nothing_here() -> None:
    """A tab on top of the page is no switch for what is said at its bottom."""
    snapshot = page_of("""
        body
          button/tab name=Notifications text=Notifications y=0
          p/paragraph text="New comments" y=900
    """)

    assert decided("Turn on notifications for new comments", snapshot) == "missing"


ORDERS = """
    body
      main/main
        table/table
          tr/row
            th/columnheader text=Name is=clickable
            th/columnheader text=Price is=clickable
          tr/row
            td/cell text=Lamp
            td/cell text=$20.00
          tr/row
            td/cell text=Desk
            td/cell text=$9.00
        div
          button/button name=Previous text=<
          button/button name=1 text=1
          button/button name=2 text=2
          button/button name=Next text=>
        input/searchbox name=Search type=search is=clickable+editable
"""


@pytest.mark.parametrize(
    ("sentence", "described"),
    [
        ("Sort the table by Price", 'column header "Price" in the row of "Name"'),
        ("Sort by price, highest first", 'column header "Price" in the row of "Name"'),
        ("Go to page 2 of the table", 'button "2"'),
        ("Open the second page", 'button "2"'),
        ("Go to the next page of the results", 'button "Next"'),
    ],
)
def test_what_belongs_to_a_table_is_found_around_it(sentence: str, described: str) -> None:
    """Headers sort, and a pager stands outside the table that it turns."""
    assert decided(sentence, page_of(ORDERS)) == described


@pytest.mark.parametrize(
    ("sentence", "makes"),
    [
        ("Sort the table by Price", "sorted"),
        ("Sort by price, highest first", "descending"),
        ("Sort the table by Name, A to Z", "ascending"),
    ],
)
def test_sorting_says_its_direction_or_none(sentence: str, makes: str) -> None:
    """A header is clicked until the rows stand so."""
    [intent] = parse_act(sentence)

    assert intent.makes == makes


def test_of_a_list_of_orders_the_one_that_says_key_and_direction_is_meant() -> None:
    """Two options by one key differ in nothing but the direction."""
    snapshot = page_of('body\n  select/combobox name=Sort options="Newest|Price: low to high|Price: high to low"')

    assert decided("Sort by price, lowest first", snapshot) == 'dropdown "Sort"'
    assert decided("Sort by price", snapshot) == "missing"


def test_a_search_is_never_submitted_by_the_button_of_something_else() -> None:
    """What turns a page is called like what submits a step of a form."""
    snapshot = page_of(ORDERS)
    field = snapshot.nodes[-1]

    decision = decide(parse_act("Submit the search")[0], snapshot, Context(last=(0, field.local)))
    plain = decide(parse_act("Submit")[0], snapshot, Context(last=(0, field.local)))

    assert decision.candidates[0].ref == field.ref
    assert plain.candidates[0].ref == field.ref


DELETION = """
    body
      main/main
        button/button name=Delete text=Delete
      dialog/dialog name="Delete user?" is=modal
        button/button name=Cancel text=Cancel
        button/button name=Delete text=Delete
"""


@pytest.mark.parametrize("sentence", ["Confirm", "Confirm the deletion"])
def test_to_confirm_is_to_press_what_does_not_refuse(sentence: str) -> None:
    """The dialog asks whether to delete: its only button that does not refuse says yes."""
    decision = decide(parse_act(sentence)[0], page_of(DELETION))

    assert decision.verdict == "clear"
    assert decision.candidates[0].ref == 5


@pytest.mark.parametrize(
    "change",
    [("name=Cancel text=Cancel", "name=Archive text=Archive"), ('dialog/dialog name="Delete user?" is=modal', "div")],
)
def test_to_confirm_is_never_a_guess(change: tuple[str, str]) -> None:
    """Of two offers, or without a dialog, nothing tells what would be confirmed."""
    decision = decide(parse_act("Confirm")[0], page_of(DELETION.replace(*change)))

    assert decision.verdict != "clear"


def test_the_nth_thing_of_a_page_is_no_option_of_a_closed_list() -> None:
    """A list of orders stands in front of the products that it sorts."""
    snapshot = page_of("""
        body
          select/combobox name=Sort options="Price|Name"
            option/option text=Price
            option/option text=Name
          article/article
            a/link name=Lamp text=Lamp
          article/article
            a/link name=Desk text=Desk
    """)

    assert decided("Open the second product", snapshot) == 'link "Desk"'


SEARCH = """
    body
      div ident=scopes
        div
          a/link name=All text=All
        div
          a/link name=Images text=Images
      div ident=found
        div ident=hit
          a/link name=Ada text=Ada
          div text="Wrote the first program"
        div ident=hit
          a/link name=Alan text=Alan
          div text="Asked whether machines think"
      ul/list
        li/listitem
          a/link name=1 text=1
        li/listitem
          a/link name=2 text=2
        li/listitem
          a/link name=> text=>
"""
BARE = "\n".join(line for line in SEARCH.splitlines() if "div text" not in line)


@pytest.mark.parametrize(
    ("page", "sentence", "described"),
    [
        (SEARCH, "Click the first search result", 'link "Ada"'),
        (SEARCH, "Click the second search result", 'link "Alan"'),
        (SEARCH, "Click the third search result", "missing"),
        (SEARCH, "Click the last result", 'link "Alan"'),
        (SEARCH.replace("hit", "result"), "Click the last result", 'link "Alan"'),
        (BARE.replace("hit", "result"), "Click the first result", 'link "Ada"'),
        (BARE.replace("hit", "result"), "Click the third result", "missing"),
        (BARE, "Click the fifth search result", "missing"),
    ],
)
def test_results_are_counted_without_the_links_around_them(page: str, sentence: str, described: str) -> None:
    """Neither what narrows the search nor page numbers are results, whatever number is asked for."""
    assert decided(sentence, page_of(page)) == described


def test_a_plural_that_changes_its_ending_is_found() -> None:
    """Words are looked up by their stem, which "cookies" does not begin with."""
    snapshot = page_of("""
        body
          dialog/dialog name=Cookies
            p/paragraph text="We use cookies."
            button/button name="Accept all" text="Accept all"
            button/button name=Decline text=Decline
          a/link name=Categories text=Categories
    """)

    assert decided("Click Categories", snapshot) == 'link "Categories"'
    assert decided("Accept the cookies", snapshot).startswith('button "Accept all"')


BACK_OFFICE = """
    body
      h1/heading name=Users text=Users
      {new}
      button/button name=Export text=Export
      button/button name="Export as PDF" text="Export as PDF"
      select/combobox name="Rows per page" options="10|25"
      select/combobox name=Quantity options="1|10"
      table/table
        tr/row
          td/cell text=Ada
"""


@pytest.mark.parametrize("name", ["New user", "Add user", "+ Create user", "Create new user", "Add new user"])
@pytest.mark.parametrize("sentence", ["Create a new user", "Add another user", "When I add a user"])
def test_what_is_made_anew_is_called_in_many_ways(name: str, sentence: str) -> None:
    """Every page has its own word for it."""
    new = f'button/button name="{name}" text="{name}"'

    assert decided(sentence, page_of(BACK_OFFICE.format(new=new))) == f'button "{name}"'


@pytest.mark.parametrize(
    ("sentence", "described"),
    [
        ("Create a new invoice", "missing"),
        ("Show 10 rows per page", 'dropdown "Rows per page"'),
        ("Display 25 users at a time", 'dropdown "Rows per page"'),
        ("Show 50 rows per page", "missing"),
        ("Show 1 row per page", "missing"),
        ("Export the table", 'button "Export"'),
        ("Export the table as PDF", 'button "Export as PDF"'),
        ("Export the table as CSV", "missing"),
    ],
)
def test_commands_that_pages_put_in_their_own_words(sentence: str, described: str) -> None:
    """The format and the number are never left out."""
    assert decided(sentence, page_of(BACK_OFFICE.format(new="button/button name=New text=New"))) == described


STEPPER = """
    body
      div
        p text=Quantity
        button/button name=- text=-
        p text=1
        button/button name=+ text=+
      div
        p text=Weight
        p text=5
"""


@pytest.mark.parametrize(
    ("sentence", "ref"),
    [("Increase the quantity to 3", 5), ("Set the quantity to 1", 5), ("Set the weight to 6", None),
     ("Set the quantity to many", None)],
)  # fmt: skip
def test_a_number_without_a_field_is_set_by_its_buttons(sentence: str, ref: int | None) -> None:
    """A text takes no value, whatever it says."""
    decision = decide(parse_act(sentence)[0], page_of(STEPPER))

    assert (decision.candidates[0].ref if decision.verdict == "clear" else None) == ref


def test_a_number_to_be_reached_by_clicking_is_no_single_click() -> None:
    """One click on "+" would leave the quantity at 2, and the step green."""
    assert "more than one click" in understand("Increase the quantity to 3 by clicking plus").problem


def test_a_link_is_no_box_to_tick() -> None:
    """A click on it would lead away, and nothing would be marked."""
    page = page_of("body\n  a/link name=Invoice text=Invoice href=/1")

    assert decided('Tick "Invoice"', page) == "missing"
    assert understand('Mark "Invoice" with a star').problem


def test_a_file_to_open_is_what_the_page_lists() -> None:
    """A name with an ending is no address."""
    page = page_of("body\n  a/link name=notes.txt text=notes.txt href=/1")

    assert decided("Open notes.txt", page) == 'link "notes.txt"'
    assert parse_act("Open example.org")[0].action == "open"


def test_under_a_section_is_in_it() -> None:
    """The title of a column is the column's own, and stands over what is in it."""
    page = page_of("""
        body
          section/region name="To do"
            h2/heading name="To do 2" text="To do 2"
            button/button name="Add card" text="Add card"
          section/region name=Done
            h2/heading name="Done 0" text="Done 0"
            button/button name="Add card" text="Add card"
    """)

    decisions = [decide(parse_act(f'Click "Add card" under {place}')[0], page) for place in ("To do", "Done")]

    assert [(one.verdict, one.candidates[0].ref) for one in decisions] == [("clear", 3), ("clear", 6)]


THREAD = page_of("""
    body
      section/region name=Pipeline
        p/paragraph text="Pipeline 4411 passed"
        button/button name=Retry text=Retry
      label
        input/checkbox name="Direct trains only" type=checkbox
      textarea/textbox name="Write a comment" is=editable
      button/button name="Close merge request" text="Close merge request"
      button/button name="Notifications, 2 unread"
      button/switch name="Reading lamp" is=clickable
      button/switch name="Desk lamp" is=clickable
      section/region name="Front door"
        h2/heading text="Front door" name="Front door"
        button/button name=Unlock text=Unlock
      button/button name="Edit milestone" text=e
""")


@pytest.mark.parametrize(
    ("sentence", "described"),
    [
        ("Open the pipeline", "missing"),  # no part of the page and no text is opened
        ("Select a train", "missing"),  # a kind of thing is no part of a name
        ('Write "Please rebase" as a comment', 'field "Write a comment"'),
        ("Close the merge request", 'button "Close merge request"'),
        ("Open the notifications", 'button "Notifications, 2 unread"'),
        ("Turn on the reading lamp", 'switch "Reading lamp"'),
        ("Unlock the front door", 'button "Unlock" in the section "Front door"'),
        ("Unlock the garage", "missing"),
        ("Change the milestone", 'button "Edit milestone"'),
    ],
)
def test_plain_commands_find_what_the_page_has_for_them(sentence: str, described: str) -> None:
    """Verb and thing stand in a name, a label or a place in many ways; what only looks alike is left alone."""
    assert decided(sentence, THREAD) == described


def test_a_thing_is_found_in_the_row_of_whom_it_belongs_to() -> None:
    """The noun of what a page lists is rarely printed in its rows."""
    assert decided("Edit the account of Alan Turing", USERS) == 'button "Edit" in the row of "Alan Turing"'
    assert decided("Edit user Alan Turing", USERS) == 'button "Edit" in the row of "Alan Turing"'


def test_the_verb_alone_on_a_line_is_not_a_part_of_another_name() -> None:
    """What stands beside "Weekends" on one line and hides something else does not hide them."""
    page = page_of('body\n  span text=Weekends y=0\n  button/button name="Hide drafts" text="Hide drafts" x=120 y=0')

    assert decided("Hide the weekends", page) == "missing"


BILLS = page_of("""
    body
      h1/heading text=Invoices
      table/table name=Invoices
        tr/row
          th/columnheader text=No.
          th/columnheader text=Customer
          th/columnheader
        tr/row
          td/cell text=INV-001
          td/cell text="Ada Lovelace"
          td/cell
            button/button name=Download text=Download
            button/button name=Delete text=Delete
            button/button name="Add to archive" text=+
            button/button name="Mark paid" text="Mark paid"
        tr/row
          td/cell text=INV-002
          td/cell text="Bob Stone"
          td/cell text="not ready"
""")


@pytest.mark.parametrize(
    ("sentence", "described"),
    [
        ("Download the invoice of Ada Lovelace", 'button "Download" in the row of "INV-001"'),
        ("Download the invoice of Bob Stone", "missing"),
        ("Download invoice INV-001", 'button "Download" in the row of "INV-001"'),
        ("Download invoice INV-002", "missing"),
        ("Download the report", "missing"),
        ("Delete the first invoice", 'button "Delete" in the row of "INV-001"'),
        ("Delete the second invoice", "missing"),
        ("Delete the account", "missing"),
        ("Add Ada Lovelace to the archive", 'button "Add to archive" in the row of "INV-001"'),
        ("Add Ada Lovelace to the basket", "missing"),
        ("Mark invoice INV-001 as paid", 'button "Mark paid" in the row of "INV-001"'),
        ("Mark invoice INV-002 as paid", "missing"),
        ("Mark invoice INV-001 as overdue", "missing"),
    ],
)
def test_a_button_of_one_thing_is_never_pressed_for_another(sentence: str, described: str) -> None:
    """The only button of that verb on the page may belong to something else: pressing it would look like success."""
    assert decided(sentence, BILLS) == described


def test_a_named_table_is_sorted_or_none() -> None:
    """A header of that name in another table is not meant."""
    assert decided('Sort the table "Payments" by Customer', BILLS) == "missing"


TRIP = page_of("""
    body
      h2/heading name=Comments text=Comments
      ul/list
        li/listitem
          b text=Ada
          button/button name=Reply text=Reply ident=re1
          button/button name=Delete text=Delete ident=del1
        li/listitem
          b text=Bo
          a/link name="2 replies" text="2 replies" is=clickable
          button/button name=Reply text=Reply ident=re2
          button/button name=Delete text=Delete ident=del2
      h2/heading name=Messages text=Messages
      ul/list
        li/listitem
          a/link name=Hello text=Hello
          p text=from
        li/listitem
          a/link name="Your order" text="Your order" ident=m2
          p text=from
      section/region name="Your cart"
        h2/heading name="Your cart" text="Your cart"
        ul/list
          li/listitem
            span text=Lamp
            button/button name=Remove text=x ident=x1
          li/listitem
            span text=Chair
            button/button name=Remove text=x ident=x2
          li/listitem
            span text=Desk
            button/button name=Remove text=x ident=x3
""")


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("Reply to the second comment", "re2"),
        ("Reply to Bo's comment", "re2"),
        ("Delete the first comment", "del1"),
        ("Delete the third comment", None),  # not the button of the next list, where there is a third item
        ("Open the last message", "m2"),
        ("Remove the third item from the cart", "x3"),
        ("Remove the fourth item from the cart", None),
        ("Click the third item", None),  # of which list?
    ],
)
def test_things_are_counted_in_the_list_that_is_theirs(sentence: str, meant: str | None) -> None:
    """A page has several lists: what is the third of another one is the wrong thing to touch."""
    decision = decide(parse_act(sentence)[0], TRIP)

    clear = decision.candidates[0].ref if decision.verdict == "clear" else None
    assert (clear if clear is None else TRIP.nodes[clear].ident) == meant


REQUESTS = page_of("""
    body
      h1/heading name="Access requests" text="Access requests"
      table/table
        tr/row
          th/columnheader text=Name
          th/columnheader text=Status
          th/columnheader
        tr/row
          td/cell text=Ines
          td/cell text=Pending
          td/cell
            button/button name=Approve text=Approve ident=ok1
        tr/row
          td/cell text=Bo
          td/cell text=Lost
          td/cell
            button/button name=Approve text=Approve ident=ok2
        tr/row
          td/cell text=RQ-7
          td/cell text="Not pending"
          td/cell
            button/button name=Approve text=Approve ident=ok3
""")


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("Approve the first request", "ok1"),
        ("Approve Bo's request", "ok2"),
        ("Approve the request of Bo", "ok2"),
        ("Approve the request from Bo", "ok2"),
        ("Approve the lost request", "ok2"),
        ("Approve the request that is lost", "ok2"),
        ("Approve the pending request", "ok1"),
        ("Approve request RQ-7", "ok3"),
        ("Approve request RQ-8", None),
        ("Approve Cy's request", None),
        ("Approve the fourth request", None),
        ("Approve the request", None),
        ("Approve the first invoice", None),  # the page has requests
    ],
)
def test_a_thing_is_told_by_the_noun_of_the_page_and_by_what_it_says(sentence: str, meant: str | None) -> None:
    """Testers say which one as people do: by whose it is, its state or its number."""
    decision = decide(parse_act(sentence)[0], REQUESTS)

    clear = decision.candidates[0].ref if decision.verdict == "clear" else None
    assert (clear if clear is None else REQUESTS.nodes[clear].ident) == meant


CABIN = page_of("""
    body
      h1/heading name="Choose your seats" text="Choose your seats"
      table/table
        tr/row
          th/columnheader
          th/columnheader text=A
          th/columnheader text=B
          th/columnheader text=Legroom
        tr/row
          th/rowheader text=10
          td/cell
            button/button name=free text=free ident=s10a
          td/cell
            button/button name=taken text=taken ident=s10b
          td/cell text=wide ident=wide
        tr/row
          th/rowheader text=11
          td/cell
            button/button name=free text=free ident=s11a
          td/cell
            button/button name=free text=free ident=s11b
          td/cell text=narrow
      div
        button/button name=12A text=12A ident=s12a
        button/button name=12B text=12B ident=s12b
      ol/list
        li/listitem text=Sailing
        li/listitem text=Payment
      h2/heading name=Sailings text=Sailings
      div
        div ident=sailing
          h3/heading name=Aurora text=Aurora
          span text=07:30
          div/radiogroup
            button/radio name="4 stars" is=clickable ident=a4
            button/radio name="5 stars" is=clickable ident=a5
          button/button name=Select text=Select ident=c1
        div ident=sailing
          h3/heading name=Kalev text=Kalev
          span text=12:00
          div/radiogroup
            button/radio name="4 stars" is=clickable ident=b4
            button/radio name="5 stars" is=clickable ident=b5
          button/button name=Select text=Select ident=c2
""")


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("Select seat 10A", "s10a"),
        ("Click on seat 11 B", "s11b"),
        ("Choose the seat 12B", "s12b"),
        ("Select the 12A seat", "s12a"),
        ('Select seat "12A"', "s12a"),
        ('Select seat "10A"', "s10a"),
        ('Select room "12A"', None),
        ("Select seat 13A", None),
        ("Select seat 10C", None),
        ("Select room 10A", None),  # the page has no rooms
        ("Double-click the Legroom cell in the row of 10", "wide"),
        ("Click the legroom of 12", None),
        ("Click the third sailing", None),
        ("Select the second sailing", "c2"),  # not what is second of all that is called Sailing
        ("Select the 07:30 sailing", "c1"),
        ("Select the Kalev sailing", "c2"),
        ("Select the 09:00 sailing", None),
        ("Rate the second sailing with 4 stars", "b4"),
        ("Rate the first sailing 5 stars", "a5"),
        ("Rate the third sailing 5 stars", None),
    ],
)
def test_what_no_element_is_called_is_where_row_and_column_cross_or_in_its_thing(
    sentence: str, meant: str | None
) -> None:
    """A seat has its name from the row and the column, and a choice from the thing that its button stands in."""
    decision = decide(parse_act(sentence)[0], CABIN)

    clear = decision.candidates[0].ref if decision.verdict == "clear" else None
    assert (clear if clear is None else CABIN.nodes[clear].ident) == meant


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Save and continue", "Save and continue"),
        ("I accept and close", "accept and close"),
        ('Renew "The Odyssey"', "Renew"),
    ],
)
def test_commands_that_go_on_are_one_button_and_any_word_before_a_quotation_is_one(sentence: str, name: str) -> None:
    """Half of a button pressed is a wrong action; and each application has verbs of its own."""
    target = parse_act(sentence)[0].target

    assert target is not None
    assert target.name == name


def test_a_filter_is_a_control_and_a_cell_is_named_by_its_row_and_header() -> None:
    """Testers add what a control is for, and name places of a table by both sides."""
    status = page_of("body\n  select/combobox name=Status is=clickable options=All|Open")

    filters = decide(parse_act('Select "Open" in the status filter')[0], status)
    cell = decide(parse_act("Click the cell in row 2, column Role")[0], USERS)

    assert filters.verdict == "clear"
    assert USERS.nodes[cell.candidates[0].ref].text == "Editor"
