"""Waiting: pages that take their time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from aiwebtest.core.case import Step
from aiwebtest.core.events import Event, StepFinished
from aiwebtest.testing.scripted import ScriptedModel, read

LATE = """<script>
const more = () => setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<button>Second</button>"), 600);
</script><button onclick="more()">First</button>"""
FADING = "<h1>News</h1><p id=p>Loading</p><script>setTimeout(() => document.getElementById('p').remove(), 500)</script>"
LONG = """<div id=list style="height:200px;overflow:auto"></div><script>
const list = document.getElementById("list"), height = 20, count = 2000;
const row = (i) => `<button style="position:absolute;top:${i * height}px"
  onclick="document.title = 'picked Entry ${i}'">Entry ${i}</button>`;
const draw = () => {
  const first = Math.floor(list.scrollTop / height);
  const rows = Array.from({length: Math.min(12, count - first)}, (_, i) => row(first + i));
  list.innerHTML = `<div style="height:${count * height}px;position:relative">${rows.join("")}</div>`;
};
list.addEventListener("scroll", draw);
draw();
</script>"""

ENDLESS = """<div id=list style="height:200px;overflow:auto"></div><script>
const list = document.getElementById("list");
let count = 0, loading = false;
const more = () => {
  for (let i = 0; i < 20; i++, count++) {
    const button = `<button onclick="document.title = 'picked Entry ${count}'">Entry ${count}</button>`;
    list.insertAdjacentHTML("beforeend", `<p>${button}</p>`);
  }
  loading = false;
};
list.addEventListener("scroll", () => {
  if (loading || list.scrollTop + list.clientHeight < list.scrollHeight - 20) return;
  loading = true;
  setTimeout(more, 200);
});
more();
</script>"""


BOOTING = """<form onsubmit="event.preventDefault()"><input aria-label="New todo"></form><ul id=todos></ul><script>
addEventListener("load", async () => {
  const todo = await (await fetch("/template")).text();
  document.forms[0].addEventListener("submit", () => {
    document.getElementById("todos").insertAdjacentHTML("beforeend", todo);
  });
});
</script>"""

LOADING = """<form onsubmit="event.preventDefault()"><input aria-label="New todo"></form><ul id=todos></ul><script>
const add = (src) => document.head.append(Object.assign(document.createElement("script"), {src}));
const next = (src) => setTimeout(add, 4, src);
const start = () => document.forms[0].addEventListener("submit", () => {
  document.getElementById("todos").innerHTML = "<li>1 item left</li>";
});
addEventListener("load", () => add("/one.js"));
</script>"""


async def test_an_application_that_still_fetches_its_parts_is_waited_for(run) -> None:
    """It shows its fields and answers to nothing yet: what is typed then is lost, as under a very quick hand."""

    def template(_: BaseHTTPRequestHandler) -> str:
        time.sleep(0.6)
        return "<li>1 item left</li>"

    pages = {"/": BOOTING, "/template": template}
    ran = await run(pages, 'Type "Buy milk" into New todo and press Enter', 'I see "1 item left"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_an_application_that_loads_one_script_after_the_other_is_waited_for(run) -> None:
    """A loader asks for the next when it has the one before, and takes a breath between; the page counts as loaded."""

    def one(_: BaseHTTPRequestHandler) -> str:
        time.sleep(0.3)
        return "next('/two.js')"

    def two(_: BaseHTTPRequestHandler) -> str:
        time.sleep(0.3)
        return "start()"

    pages = {"/": LOADING, "/one.js": one, "/two.js": two}
    ran = await run(pages, 'Type "Buy milk" into New todo and press Enter', 'I see "1 item left"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_many_scripts_one_after_the_other_are_waited_for_as_long_as_they_come(run) -> None:
    """On a busy machine a loader takes its time: what counts is that it goes on."""

    def slowly(then: str) -> Callable[[BaseHTTPRequestHandler], str]:
        def script(_: BaseHTTPRequestHandler) -> str:
            time.sleep(0.9)
            return then

        return script

    pages = {
        "/": LOADING,
        "/one.js": slowly("next('/two.js')"),
        "/two.js": slowly("next('/three.js')"),
        "/three.js": slowly("start()"),
    }
    steps = ('Type "Buy milk" into New todo and press Enter', 'I see "1 item left"')
    ran = await run(pages, *steps, timeout_s=10.0)

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_script_that_never_comes_is_not_waited_for_to_the_end(run) -> None:
    """Old pages hear from their server by a script that is held back until there is news."""
    acted = threading.Event()
    answers: list[bool] = []

    def held(_: BaseHTTPRequestHandler) -> str:
        answers.append(acted.wait(7.0))
        return ""

    pages = {"/": "<button onclick='this.textContent = \"Done\"'>Go</button>" + LOADING, "/one.js": held}
    ran = await run(pages, "Click Go", 'I see "Done"', timeout_s=10.0, on_event=lambda event: _tell(event, acted))

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]
    assert answers in ([True], [])


def _tell(event: Event, acted: threading.Event) -> None:
    if isinstance(event, StepFinished):
        acted.set()


async def test_a_button_that_comes_late_is_waited_for(run) -> None:
    """Nobody writes waits for what a page does anyway."""
    ran = await run(LATE, "Click First", "Click Second")

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_absence_is_not_concluded_from_a_page_that_still_loads(run) -> None:
    """The text is there at first and goes away."""
    ran = await run(FADING, 'Check that the page does not show "Loading"')

    assert ran.steps[0].outcome == "passed"
    assert ran.steps[0].duration_s > 0.2


async def test_absence_of_what_stays_is_refuted(run) -> None:
    """The falsified twin."""
    ran = await run("<p>Loading</p>", 'Check that the page does not show "Loading"', timeout_s=0.5)

    assert ran.steps[0].outcome == "failed"


async def test_a_virtual_list_is_scrolled_to_find_a_row(run) -> None:
    """The row is in no document until the list was scrolled to it."""
    ran = await run(LONG, 'Click "Entry 700"', 'Check that the page title is "picked Entry 700"', timeout_s=15.0)

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_list_that_loads_more_at_its_end_is_scrolled_on(run) -> None:
    """An endless list shows its rows only to somebody who waits at its end for the next ones."""
    ran = await run(ENDLESS, 'Click "Entry 65"', 'Check that the page title is "picked Entry 65"', timeout_s=30.0)

    assert ran.outcome == "passed"


async def test_waiting_for_a_thing_to_appear_and_to_go(run) -> None:
    """Explicit waits."""
    ran = await run(FADING, "Wait until Loading disappears")

    assert ran.steps[0].outcome == "passed"


async def test_a_wait_that_is_not_fulfilled_is_an_error(run) -> None:
    """With what is still there."""
    ran = await run("<p>Loading</p>", "Wait until Loading disappears", timeout_s=0.6)

    assert ran.steps[0].outcome == "error"
    assert "still there" in ran.steps[0].problem.what


async def test_a_model_reads_a_value_without_the_rules_waiting_their_whole_time(run) -> None:
    """The step has an hour; the page has long settled, and nothing on it is called so."""
    step = Step(index=0, text="what the customers think of it", kind="extract", into="rating")
    page = "<p>Four of five</p>"

    async with asyncio.timeout(120):
        ran = await run(page, step, model=ScriptedModel(read("Four of five")), timeout_s=3600.0)

    assert (ran.outcome, ran.steps[0].extracted) == ("passed", {"rating": "Four of five"})


SWAPPED = """<title>Draft</title><div id=old><button onclick="said.textContent = 'old'">Save</button></div>
<p id=said>nothing</p><script>
let looks = 0;
Object.defineProperty(document, "title", { get() {
  if (++looks === 1) setTimeout(() => old.outerHTML = `<a href="#x" onclick="said.textContent = 'saved'">Save</a>`, 0);
  return "Draft";
} });
</script>"""


async def test_what_left_the_page_before_it_was_used_is_looked_for_anew(run) -> None:
    """What a closing dialog holds may be found in the moment before it goes."""
    ran = await run(SWAPPED, "Click Save", 'The page shows "saved"', timeout_s=4.0)

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_a_field_that_is_drawn_anew_as_it_is_filled_in_is_filled_in_once_more(run) -> None:
    """Large sites put a search of their own in the place of the plain one as soon as somebody uses it."""
    page = """<form id=f action=/found><input name=q aria-label=Search></form><script>
      let drawn = false;
      f.addEventListener("focusin", () => {
        if (drawn) return;
        drawn = true;
        setTimeout(() => { f.innerHTML = "<input name=q aria-label=Search><button>Go</button>" }, 0);
      });</script>"""

    ran = await run({"/": page, "/found": "<h1>Found</h1>"}, "Type lamp into Search", 'the Search field holds "lamp"')

    assert ran.outcome == "passed"


async def test_a_field_that_goes_with_what_was_typed_is_not_filled_in_again(run) -> None:
    """The page took the text: what stands there now is the next field."""
    page = """<form id=f><input name=q aria-label=Tag></form><p id=tags></p><script>
      f.addEventListener("input", (event) => {
        if (event.target.value !== "lamp") return;
        tags.textContent += " lamp";
        f.innerHTML = "<input name=q aria-label=Tag>";
      });</script>"""

    ran = await run(page, "Type lamp into Tag", "the Tag field is empty", 'the page does not show "lamp lamp"')

    assert ran.outcome == "passed"
