"""What sentences mean on pages whose markup does not spell it out: each page is the shape of a real one."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.facts import Facts
from aiwebtest.core.grounding import Decision
from aiwebtest.core.snapshot import Node
from aiwebtest.core.verdict import Verdict
from aiwebtest.grounding.rules.checks import judge
from aiwebtest.grounding.rules.decide import Context, decide
from aiwebtest.grounding.rules.sentence import understand

BACK_OFFICE = """
<nav aria-label="Breadcrumbs"><a href="/">Home</a></nav>
<nav aria-label="Side bar">
  <input type="search" aria-label="Filter navigation items">
  <table><tr><th scope="row"><a href="/a">Authors</a></th><td><a href="/a/add">Add</a></td></tr></table>
</nav>
<main>
  <form role="search"><input name="q" aria-label="Search"><button>Search</button></form>
  <table>
    <thead><tr><th></th><th>Title</th><th>In stock</th><th>Delete?</th></tr></thead>
    <tr><td><input type="checkbox" aria-label="Pick"></td><td><a href="/1">Dune</a></td>
      <td><input type="checkbox" id="dune" checked></td><td><input type="checkbox" id="no-dune"></td></tr>
    <tr><td><input type="checkbox" aria-label="Pick"></td><td><a href="/2">Momo</a></td>
      <td><input type="checkbox" id="momo"></td><td><input type="checkbox" id="no-momo"></td></tr>
  </table>
</main>
"""
STAND_IN = """
<label for="who">Author:</label>
<select id="who" aria-hidden="true" tabindex="-1"
  style="position: absolute; width: 1px; height: 1px; clip: rect(0 0 0 0)"></select>
<span><span id="drawn" role="combobox" tabindex="0" aria-haspopup="true">Choose</span></span>
<label for="where">Place:</label><select id="where"><option>Bergen</option></select>
"""
RENEWAL = """
<label>New password: <input id="new" type="password" value="x"></label>
<label>New password confirmation: <input id="again" type="password"></label>
"""
DAY = """
<p><label for="born">Date of birth:</label><input id="born">
<a href="#" id="pick"><span class="date-icon" title="Choose a Date" style="display: inline-block; width: 16px;
height: 16px"></span></a></p><p>Time: <input id="time" value="19:30:00"></p>
"""
FOLDED = """<details><summary>More</summary><label>Blurb <textarea>old</textarea></label> words</details>"""
TRAIL = """
<ol class="path breadcrumb"><li><a href="/">Home</a></li><li><a href="/l">Library</a></li><li>Data</li></ol>
<ul class="todo-list"><li>Buy milk</li><li>Walk the dog</li></ul>
<ul><li>Fruits</li><li>Nuts</li></ul><ul><li>Fruits</li><li>Nuts</li></ul>
<pre>cy.get('Nuts').before('Fruits')</pre>
<blockquote>Someone famous</blockquote>
<span class="label">click me</span>
<button>Get Comment</button><button>Post Comment</button>
<label><input type="radio" name="r" checked> Radio one has value "1"</label>
<label><input type="radio" name="r"> Radio two: it will uncheck Radio one.</label>
<select multiple><option selected>apples</option><option selected>oranges</option><option>pears</option></select>
"""
LINKED = """<h2 id="there">Files</h2><p>More about <a href="#there">Files</a> below.</p>"""
PAGES = {
    "back office": BACK_OFFICE, "stand-in": STAND_IN, "renewal": RENEWAL, "day": DAY, "folded": FOLDED,
    "trail": TRAIL, "linked": LINKED,
}  # fmt: skip


async def decided(page: Page, sentence: str) -> tuple[Decision, list[Node]]:
    snapshot = await take_snapshot(page)
    intent = understand(sentence).intents[0]
    decision = decide(intent, snapshot)
    return decision, [snapshot.nodes[candidate.ref] for candidate in decision.candidates]


async def judged(page: Page, sentence: str) -> list[Verdict]:
    snapshot = await take_snapshot(page)
    return [judge(claim, Facts(snapshot=snapshot)) for claim in understand(sentence).claims]


@pytest.mark.parametrize(
    ("shape", "sentence", "element"),
    [
        ("back office", 'Check the "In stock" checkbox in the row of "Momo"', "momo"),
        ("back office", 'Check the "Delete" checkbox in the row of "Dune"', "no-dune"),
        ("back office", 'Check the second "In stock" checkbox', "momo"),
        ("back office", 'Type "x" into the search field', "q"),
        ("stand-in", 'Choose "Ursula" in the "Author" field', "drawn"),
        ("stand-in", "Click the Author field", "drawn"),
        ("stand-in", 'Choose "Bergen" in the "Place" field', "where"),
        ("renewal", 'Type "y" into the "New password" field', "new"),
        ("renewal", 'Type "y" into the "New password confirmation" field', "again"),
        ("day", 'Click the calendar icon next to "Date of birth"', "pick"),
        ("linked", 'Scroll to "Files"', "there"),
    ],
)
async def test_the_element_that_a_reader_would_take_is_clear(
    page: Page, shape: str, sentence: str, element: str
) -> None:
    """Column headers, stand-ins and near names are what unlabelled controls are known by."""
    await page.set_content(PAGES[shape])

    decision, nodes = await decided(page, sentence)

    assert decision.verdict == "clear", decision
    assert nodes[0].ident.split()[0] == element


@pytest.mark.parametrize(
    ("shape", "sentence", "outcomes"),
    [
        ("back office", "The table has 2 rows", ["passed"]),
        ("back office", "The table has 1 row", ["failed"]),
        ("back office", 'The first row shows "Dune"', ["passed"]),
        ("back office", 'The first row shows "Authors"', ["failed"]),
        ("back office", 'The table shows "Dune" and "Momo"', ["passed"]),
        ("back office", 'The table shows "Dune" and "Authors"', ["failed"]),
        ("back office", 'The "Authors" link in the navigation is visible', ["passed"]),
        ("back office", 'The "Authors" link in the navigation is not visible', ["failed"]),
        ("back office", 'The "Momo" link in the navigation is not visible', ["passed"]),
        ("back office", 'The "Momo" link in the navigation is visible', ["failed"]),
        ("back office", 'The "In stock" checkbox in the row of "Momo" is not checked', ["passed"]),
        ("back office", 'The "In stock" checkbox in the row of "Dune" is not checked', ["failed"]),
        ("back office", '"Momo" is a link', ["passed"]),
        ("back office", '"Title" is a link', ["failed"]),
        ("back office", '"Momo" is not a link', ["passed", "failed"]),
        ("back office", '"Title" is not a link', ["passed", "passed"]),
        ("back office", '"Nobody" is not a link', ["failed", "passed"]),
        ("renewal", 'The "New password" field is empty', ["failed"]),
        ("renewal", 'The "New password confirmation" field is empty', ["passed"]),
        ("day", 'The "Time:" field has the value "19:30:00"', ["passed"]),
        ("day", 'The "Time:" field has the value "19:31:00"', ["failed"]),
        ("folded", 'The "Blurb" field is hidden', ["passed"]),
        ("folded", 'The "Blurb" field is visible', ["failed"]),
        ("folded", 'The page shows "words"', ["failed"]),
        ("trail", 'The last breadcrumb is "Data"', ["passed"]),
        ("trail", 'The last breadcrumb is "Library"', ["failed"]),
        ("trail", "There are 2 todo items", ["passed"]),
        ("trail", "There are 3 todo items", ["failed"]),
        ("trail", 'The second todo item is "Walk the dog"', ["passed"]),
        ("trail", 'The second todo item is "Buy milk"', ["failed"]),
        ("trail", 'The quote mentions "famous"', ["passed"]),
        ("trail", 'There is 1 "click me" label', ["passed"]),
        ("trail", 'There are 2 buttons with the text "Comment"', ["passed"]),
        ("trail", 'The "Radio one" radio button is selected', ["passed"]),
        ("trail", 'The "Radio two" radio button is selected', ["failed"]),
        ("trail", '"oranges" is selected in the list box', ["passed"]),
        ("trail", '"pears" is selected in the list box', ["failed"]),
    ],
)
async def test_a_check_speaks_of_what_a_reader_would_look_at(
    page: Page, shape: str, sentence: str, outcomes: list[str]
) -> None:
    """A table of the side bar is not "the table", and a text beside a field is its label, for checks as for acts."""
    await page.set_content(PAGES[shape])

    verdicts = await judged(page, sentence)

    assert [verdict.outcome for verdict in verdicts] == outcomes, verdicts


async def test_an_order_holds_where_each_of_several_lists_has_it(page: Page) -> None:
    """Two lists of the same entries are no contradiction; words of a code example would be."""
    await page.set_content("<ul><li>Fruits</li><li>Nuts</li></ul><ul><li>Fruits</li><li>Nuts</li></ul>")

    [verdict] = await judged(page, '"Fruits" comes before "Nuts"')
    [other] = await judged(page, '"Nuts" comes before "Fruits"')

    assert (verdict.outcome, other.outcome) == ("passed", "failed")


ADDRESSES = """
<article class="card"><address>Ada<br>Ockham Park 3<br>Woking</address><button id="ada">Edit</button></article>
<article class="card"><address>Charles<br>Dorset Street 1</address><button id="charles">Edit</button></article>
"""
PRICES = """<h1>Mug</h1><p class="price">$14.00</p><p>Total: $5.00</p><p>Was $20.00</p>"""


@pytest.mark.parametrize(
    "sentence", ['Click Edit next to "Ockham Park 3"', 'Click Edit in the card with "Ockham Park 3"']
)
async def test_a_quoted_line_of_a_longer_text_says_where(page: Page, sentence: str) -> None:
    """An address is one text to the browser, and several lines to a reader."""
    await page.set_content(ADDRESSES)

    decision, nodes = await decided(page, sentence)

    assert (decision.verdict, nodes[0].ident) == ("clear", "ada")


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("I should see the price $14.00", "passed"),
        ("I should see the price $20.00", "failed"),
        ("The page shows the total $5.00", "passed"),
        ("The page shows the total $14.00", "failed"),
    ],
)
async def test_a_noun_in_front_of_an_amount_is_its_label(page: Page, sentence: str, outcome: str) -> None:
    """An amount elsewhere on the page is not the price or the total."""
    await page.set_content(PRICES)

    [verdict] = await judged(page, sentence)

    assert verdict.outcome == outcome


LABELS_BELOW = """
<div><div class="entry"><input id="genre"><div>Genre</div></div>
<div class="entry"><input id="year"><div>Year</div></div></div>
<div id="send" style="cursor: pointer">Submit</div>
"""


async def test_a_text_in_the_block_of_another_field_is_not_its_label(page: Page) -> None:
    """With labels below their fields, each field comes right after the label of the one before."""
    await page.set_content(LABELS_BELOW)

    for name in ("genre", "year"):
        decision, nodes = await decided(page, f'Type "x" into the "{name.title()}" field')

        assert (decision.verdict, nodes[0].ident) == ("clear", name)


async def test_a_clickable_text_that_says_so_submits_where_there_is_no_form(page: Page) -> None:
    """Pages without a form have a button of some make; Enter in a field would do nothing there."""
    await page.set_content(LABELS_BELOW)
    snapshot = await take_snapshot(page)
    last = next(node for node in snapshot.nodes if node.ident == "year")

    decision = decide(understand("Submit the form").intents[0], snapshot, Context(last=(last.frame, last.local)))

    assert snapshot.nodes[decision.candidates[0].ref].ident == "send"


@pytest.mark.parametrize(
    ("paging", "sentence", "outcome"),
    [
        ('<a href="?p=2">2</a>', "There are 14 books", "passed"),
        ('<a href="?p=2">2</a>', "There are 2 books", "error"),
        ('<a href="?p=2">2</a>', "2 books are shown", "passed"),
        ('<a href="?p=2">2</a>', "There are 3 books", "failed"),
        ("", "There are 14 books", "failed"),
        ("", "There are 2 books", "passed"),
    ],
)
async def test_where_a_list_has_further_pages_its_own_number_counts(
    page: Page, paging: str, sentence: str, outcome: str
) -> None:
    """What is listed is then a part, and who gives its number may mean either; else one that differs is a wrong one."""
    listed = "<ul class=books><li class=book>Dune</li><li class=book>Momo</li></ul>"
    await page.set_content(f"<h1>Books</h1>{listed}<p>{paging}</p><p>14 books</p>")

    [verdict] = await judged(page, sentence)

    assert verdict.outcome == outcome


async def test_a_long_machine_name_hides_no_candidate(page: Page) -> None:
    """Were the button of the row left out for the serial number in its id, that of another row would be clicked."""
    cross = 'style="width: 20px; height: 20px"'
    await page.set_content(
        f"""<ul><li>Walk the cat <button class="destroy" id="destroy_3659da57-b484-d34a-f425-a10eecb0d61b" {cross}></li>
        <li>Feed the dog <button id="destroy_85d0" {cross}></li></ul>"""
    )

    decision, nodes = await decided(page, 'Click the delete button next to "Walk the cat"')

    assert decision.verdict == "clear"
    assert nodes[0].ident.startswith("destroy_3659")
