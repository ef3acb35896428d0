"""A list that holds only the rows in sight proves nothing about the others: they are scrolled to, or it is said."""

from __future__ import annotations

import pytest

VIRTUAL = """<h1>Items</h1><ul id="list" aria-label="Items" style="height: 200px; overflow: auto; position: relative">
<div style="height: 3000px"></div></ul>
<script>
  const list = document.getElementById("list");
  function draw() {
    list.querySelectorAll("li").forEach((row) => row.remove());
    for (let i = Math.floor(list.scrollTop / 30), end = i + 9; i < end && i < 100; i++) {
      const row = document.createElement("li");
      row.textContent = "Item " + (i + 1) + (i === 60 ? " sold" : " free");
      row.style.cssText = "position: absolute; height: 30px; top: " + i * 30 + "px";
      list.append(row);
    }
  }
  list.addEventListener("scroll", draw);
  draw();
</script>"""


@pytest.mark.parametrize(
    "sentence",
    ['The list shows "Item 90 free"', '"Item 90 free" is visible', 'The list does not contain "Item 400"',
     '"Item 400" is not visible'],
)  # fmt: skip
async def test_what_holds_further_down_passes(run, sentence: str) -> None:
    """As a person would, the check scrolls before it gives up, and to the end before it believes in absence."""
    assert (await run(VIRTUAL, sentence, timeout_s=10.0)).outcome == "passed"


@pytest.mark.parametrize(
    "sentence",
    ['"Item 90 free" is not in the list', 'The list does not contain "Item 90 free"', '"Item 90 free" is not visible',
     'Every item contains "free"'],
)  # fmt: skip
async def test_what_is_further_down_refutes_absence_and_all(run, sentence: str) -> None:
    """That a row is out of sight does not make it absent."""
    assert (await run(VIRTUAL, sentence, timeout_s=10.0)).outcome == "failed"


@pytest.mark.parametrize("sentence", ["The list has 9 items", "The list has 100 items"])
async def test_the_rows_in_sight_are_not_taken_for_all(run, sentence: str) -> None:
    """How many there are cannot be told from those that happen to be drawn."""
    ran = await run(VIRTUAL, sentence, timeout_s=1.5)

    assert ran.outcome == "error"
    assert "the rest was not read" in ran.steps[0].problem.what


ROOMY = """<main style="min-height: 1600px"><h1>Tenants</h1><table><tr><th>Name</th></tr><tr><td>Ada Brandt</td></tr>
<tr><td>Bo Brandt</td></tr></table></main>"""


@pytest.mark.parametrize(("sentence", "outcome"), [("I see 2 rows", "passed"), ("I see 3 rows", "failed")])
async def test_a_page_with_empty_room_below_is_no_virtual_list(run, sentence: str, outcome: str) -> None:
    """Room that is seen to be empty holds nothing back: a list that draws a part of itself fills what is in sight."""
    assert (await run(ROOMY, sentence, timeout_s=1.5)).outcome == outcome


PADDED = VIRTUAL.replace("list.append(row)", "row.innerHTML = `<span>${row.textContent}</span>`; list.append(row)")


async def test_rows_in_sight_that_end_in_room_of_their_own_are_not_taken_for_all(run) -> None:
    """The last one's text need not reach the edge of what is in sight."""
    page = PADDED.replace("i + 9", "i + 7").replace("height: 200px", "height: 210px")
    assert (await run(page, "The list has 7 items", timeout_s=1.5)).outcome == "error"


async def test_a_list_that_grows_is_no_virtual_list(run) -> None:
    """Rows that a page loads only when it is scrolled are not there before: their absence is true, and stays so."""
    growing = """<div id="feed" style="height: 100px; overflow: auto"></div><script>
      const feed = document.getElementById("feed");
      let count = 0;
      function more() {
        for (let i = 0; i < 10; i++) feed.insertAdjacentHTML("beforeend", `<p>Event ${++count}</p>`);
      }
      feed.addEventListener("scroll", more);
      more();
    </script>"""

    assert (await run(growing, '"Event 25" is not visible', timeout_s=10.0)).outcome == "passed"
