"""Words for what a browser does, where the page has a button of that name."""

from __future__ import annotations

import pytest

COUNTING = """<h1>Desk</h1><p id=how>as loaded</p>{button}
<script>sessionStorage.loads = 1 + Number(sessionStorage.loads || 0)
document.title = sessionStorage.loads + ' loads'</script>"""
BUTTON = """<button onclick="how.textContent = 'refreshed'">{name}</button>"""
PAGE = COUNTING.format(button=BUTTON.format(name="Refresh"))


@pytest.mark.parametrize("sentence", ["Refresh", "refresh", "Then refresh."])
async def test_refresh_by_itself_is_the_button_of_that_name(run, sentence: str) -> None:
    """A reload instead would pass unnoticed, and nothing of the button would be tested."""
    ran = await run(PAGE, sentence, 'I see "refreshed"', 'The page title is "1 loads"')

    assert ran.outcome == "passed"


@pytest.mark.parametrize("sentence", ["Go back", "Then I go back"])
async def test_go_back_by_itself_is_the_button_of_that_name(run, sentence: str) -> None:
    """The browser would leave the page instead, and with it what was entered."""
    page = COUNTING.format(button=BUTTON.format(name="Go back"))

    ran = await run(page, sentence, 'I see "refreshed"', 'The page title is "1 loads"')

    assert ran.outcome == "passed"


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (PAGE, "Refresh the page"),
        (PAGE, "Reload"),
        (COUNTING.format(button=""), "Refresh"),
        (COUNTING.format(button=BUTTON.format(name="Refresh prices")), "Refresh"),
    ],
)
async def test_it_is_the_browser_s_where_no_button_is_called_just_so(run, page: str, sentence: str) -> None:
    """As it always was."""
    ran = await run(page, sentence, 'The page title is "2 loads"')

    assert ran.outcome == "passed"


async def test_the_button_is_replayed(run) -> None:
    """What was clicked once is clicked again, frozen too."""
    await run(PAGE, "Refresh", 'I see "refreshed"')

    frozen = await run(PAGE, "Refresh", 'I see "refreshed"', frozen=True)

    assert frozen.outcome == "passed"
    assert frozen.steps[0].actions[0].grounding.source == "replay"
