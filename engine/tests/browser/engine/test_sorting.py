"""Sentences that sort a table: its header is clicked until the rows stand so."""

from __future__ import annotations

TABLE = """<title>Lamps</title><main><table><thead><tr><th>Name</th><th id=price>Price</th></tr></thead><tbody></tbody>
</table></main><script>
const rows = [["Brass", 9], ["Desk", 30], ["Floor", 12]];
const draw = () => { document.querySelector("tbody").innerHTML =
  rows.map(([name, price]) => `<tr><td>${name}</td><td>$${price}.00</td></tr>`).join(""); };
let down = true;
price.onclick = () => { if (STUCK) return;
  down = !down; rows.sort((a, b) => down ? b[1] - a[1] : a[1] - b[1]); draw(); };
draw();
</script>"""
SEARCH = """<title>Lamps</title><main><input type=search aria-label="Search lamps"><p id=found>all</p>
<nav><button onclick="found.textContent = 'page 2'">Next</button><button>2</button></nav></main><script>
document.querySelector("input").oninput = (event) => { if (LIVE) found.textContent = "found " + event.target.value; };
</script>"""


async def test_a_header_is_clicked_until_the_rows_stand_as_the_sentence_says(run) -> None:
    """The first click sorts up, the second down."""
    ran = await run(
        TABLE.replace("STUCK", "false"),
        "Sort the table by Price, highest first",
        "Check that the table is sorted by price, highest first",
    )

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_header_that_never_sorts_so_is_failed(run) -> None:
    """Three clicks go through all that a header can do."""
    ran = await run(TABLE.replace("STUCK", "true"), "Sort the table by Price, highest first")

    assert ran.steps[0].outcome == "failed"
    assert "clicked 3 times" in ran.steps[0].problem.what


ARROWS = TABLE.replace("<th id=price>Price</th>", "<th>Price <span class='col--sort' id=price>⇅</span></th>")
ARROWS = ARROWS.replace("⇅", "<svg width=12 height=12><path d='M0 0h9v9z'/></svg>").replace(
    "<title>", "<style>.col--sort{cursor:pointer}</style><title>"
)


async def test_a_header_whose_arrow_alone_sorts_is_clicked_there(run) -> None:
    """The title of the column does nothing there, and the step passed."""
    ran = await run(
        ARROWS.replace("STUCK", "false"),
        "Sort the table by Price",
        "Check that the table is sorted by price",
        "Sort by Price, heaviest first",
        "Check that the table is sorted by price, highest first",
    )

    assert [step.outcome for step in ran.steps] == ["passed"] * 4


async def test_a_header_that_does_nothing_sorts_nothing(run) -> None:
    """Without a direction, too: the rows must stand so, one way or the other."""
    ran = await run(TABLE.replace("STUCK", "true"), "Sort the table by Price")

    assert ran.steps[0].outcome == "failed"
    assert "nothing happened" in ran.steps[0].problem.what


async def test_a_header_that_does_nothing_may_stand_over_sorted_rows(run) -> None:
    """What the sentence wants is so already."""
    ran = await run(TABLE.replace("STUCK", "true"), "Sort the table by Name")

    assert ran.steps[0].outcome == "passed"


async def test_a_search_that_answers_as_one_types_needs_no_more(run) -> None:
    """Nothing is left to submit, and the button that turns the page is not meant."""
    ran = await run(SEARCH.replace("LIVE", "true"), 'Search for "desk"', 'The page shows "found desk"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_search_that_answers_nothing_is_not_passed(run) -> None:
    """Enter in a field that nobody listens to does nothing."""
    ran = await run(SEARCH.replace("LIVE", "false"), 'Search for "desk"')

    assert ran.steps[0].outcome == "failed"
    assert "nothing was submitted" in ran.steps[0].problem.what
