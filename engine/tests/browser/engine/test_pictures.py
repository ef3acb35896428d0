"""Pictures of steps: what they show, and which a run keeps."""

from __future__ import annotations

import asyncio
from io import BytesIO

from PIL import Image

from aiwebtest.core.events import Notice

PAGE = """<div style="height:1500px"></div><button style="width:200px;height:80px;background:#00f"
onclick="this.style.background = '#f00'">Paint</button>"""
# No two pictures of it are alike.
RESTLESS = """<style>@keyframes turn { to { background: #000 } }
div { height: 200px; animation: turn .7s infinite }</style><div></div><button>Paint</button>"""


async def test_a_step_can_have_a_picture_from_before_and_one_from_after(run, tmp_path) -> None:
    """The first shows the element as it was, brought into view and marked; runs that do not ask for it keep one."""
    folder = tmp_path / "report"
    settings = {"report_dir": folder, "lock": "off"}

    ran = await run(PAGE, "Click Paint", screenshots_before=True, **settings)
    plain = await run(PAGE, "Click Paint", **settings)

    [before, after] = ran.steps[0].artifacts
    assert (before.kind, after.kind) == ("screenshot-before", "screenshot")
    left, top, width, height = before.marks[0]
    middle = (int(left + width / 4), int(top + height / 4))
    colours = [await asyncio.to_thread(_colour, (folder / one.path).read_bytes(), middle) for one in (before, after)]
    assert colours == ["blue", "red"]
    assert [one.kind for one in plain.steps[0].artifacts] == ["screenshot"]


async def test_a_check_that_holds_at_once_shares_the_picture_of_the_step_before(run, tmp_path) -> None:
    """Taking one costs more than checking, and nothing was done in between. Each step keeps a file of its own."""
    folder = tmp_path / "report"

    ran = await run(RESTLESS, "Click Paint", 'Check that "Paint" is visible', report_dir=folder, lock="off")

    [acted, checked] = [step.artifacts[0] for step in ran.steps]
    assert acted.path != checked.path
    assert (folder / acted.path).read_bytes() == (folder / checked.path).read_bytes()
    assert acted.marks
    assert not checked.marks


async def test_pictures_and_a_trace_that_cannot_be_written_are_told_of_and_decide_nothing(run, tmp_path) -> None:
    """A full disk says nothing about the application, and a report without its pictures must say why."""
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "artifacts").write_text("in the way", encoding="utf-8")

    ran = await run(PAGE, "Click Paint", 'Check that "Paint" is visible', report_dir=folder, lock="off", trace="on")

    [pictures, trace] = [event for event in ran.events if isinstance(event, Notice)]
    assert ran.outcome == "passed"
    assert pictures.execution == trace.execution == ran.cases[0].execution
    assert "2 pictures of this case could not be kept (step-01.jpeg, step-02.jpeg)" in pictures.text
    assert "trace of this case could not be kept" in trace.text
    assert str(folder) in pictures.text


def _colour(picture: bytes, place: tuple[int, int]) -> str:
    red, _, blue = Image.open(BytesIO(picture)).convert("RGB").getpixel(place)
    return "red" if red > 200 > blue else "blue" if blue > 200 > red else f"{red}, {blue}"
