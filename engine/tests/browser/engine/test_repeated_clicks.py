"""Clicks that are to be made several times on what each of them draws anew."""

from __future__ import annotations

SHIPS = """<ol id=list></ol><script>
let ships = ['Titanic', 'Cutty Sark', 'Queen Mary 2', 'Mayflower']
function draw() {
  list.innerHTML = ships.map((ship) => `<li><span>${ship}</span><button title="Move up">▲</button></li>`).join('')
  list.querySelectorAll('button').forEach((button, i) => button.onclick = () => {
    if (i) [ships[i - 1], ships[i]] = [ships[i], ships[i - 1]]
    draw()
  })
}
draw()
</script>"""


async def test_each_click_is_made_on_the_thing_that_is_meant_wherever_it_stands_by_then(run) -> None:
    """The list is made of new elements after each click: the old one is gone, and its place is another's."""
    ran = await run(SHIPS, 'Move "Mayflower" up three times', "The first item contains Mayflower")

    assert ran.outcome == "passed"


async def test_they_are_replayed(run) -> None:
    """What was clicked three times is clicked three times again, frozen too."""
    await run(SHIPS, 'Move "Mayflower" up three times', "The first item contains Mayflower")

    frozen = await run(SHIPS, 'Move "Mayflower" up three times', "The first item contains Mayflower", frozen=True)

    assert frozen.outcome == "passed"
    assert frozen.steps[0].actions[0].grounding.source == "replay"
