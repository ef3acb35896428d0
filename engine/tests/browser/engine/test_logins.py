"""Log-ins that are done once a run: replayed, tried again, kept inside the allowed origins."""

from __future__ import annotations

from pathlib import Path

from small_site import serve

from aiwebtest.core.case import Case, Place, Session, Step
from aiwebtest.core.events import CaseFinished
from aiwebtest.engine.preview import preview_cases
from aiwebtest.engine.run import RunSettings

LOGIN = """<h1>Log in</h1><button onclick="document.cookie='who=ada';location='/'">Enter</button>"""
HOME = """<h1>Home</h1><p id=who></p><script>who.textContent = document.cookie || 'nobody'</script>"""
PAGES = {"/": HOME, "/login": LOGIN}


def session(*sentences: str, place: Place | None = None) -> Session:
    steps = tuple(Step(index=index, text=text, phase="session", place=place) for index, text in enumerate(sentences))
    return Session(name="ada", url="/login", steps=steps)


async def test_frozen_replays_the_log_in_of_a_case_that_passed(run) -> None:
    """CI runs frozen, and most applications begin with a log-in."""
    logged_in = {"session": session("Click Enter")}
    first = await run(PAGES, 'I see "who=ada"', case=logged_in)

    frozen = await run(PAGES, 'I see "who=ada"', case=logged_in, frozen=True)

    assert (first.outcome, frozen.outcome) == ("passed", "passed")


async def test_frozen_without_a_stored_log_in_names_the_line(run, tmp_path: Path) -> None:
    """A log-in belongs to no step of the case: without its place nobody knows where to look."""
    place = Place(path="sign-in.steps.yaml", line=7)

    frozen = await run(PAGES, 'I see "who=ada"', case={"session": session("Click Enter", place=place)}, frozen=True)

    [problem] = [case.problem for case in frozen.cases]
    assert problem.what.startswith("sign-in.steps.yaml:7: The session “ada” could not be set up")


async def test_each_file_keeps_the_log_in_though_it_is_done_once_a_run(run, tmp_path: Path) -> None:
    """A shard may run any of the files by itself."""
    logged_in = {"session": session("Click Enter")}
    other = {**logged_in, "name": "other", "place": Place(path=str(tmp_path / "other.test.yaml"), line=1)}
    await run(PAGES, 'I see "who=ada"', also=[other], case=logged_in)

    frozen = await run(PAGES, 'I see "who=ada"', case=other, frozen=True)

    assert frozen.outcome == "passed"


async def test_a_retry_logs_in_again_after_a_log_in_that_did_not_pass(run) -> None:
    """Otherwise one slow answer costs all cases that name the session, whatever their retries."""
    asked = []

    def at_second(_: object) -> str:
        asked.append(1)
        return LOGIN if len(asked) > 1 else "<h1>Starting up</h1>"

    ran = await run(
        {"/": HOME, "/login": at_second}, 'I see "who=ada"', case={"session": session("Click Enter")}, retries=1,
        timeout_s=0.5,
    )  # fmt: skip

    assert [(case.outcome, case.flaky) for case in ran.cases if isinstance(case, CaseFinished)] == [
        ("error", False), ("passed", True),
    ]  # fmt: skip


async def test_a_log_in_stays_inside_the_allowed_origins(run) -> None:
    """The promise is about the browser, whoever opened the page."""
    asked = []

    def elsewhere(_: object) -> str:
        asked.append(1)
        return "beacon"

    with serve({"/beacon": elsewhere}) as other:
        pages = {**PAGES, "/login": f"{LOGIN}<img src='{other}/beacon'>"}
        case = {"session": session("Click Enter"), "allowed_origins": ("https://shop.example",)}
        ran = await run(pages, 'I see "who=ada"', case=case)

    assert (ran.outcome, asked) == ("passed", [])


def _case(folder: Path, login: Session) -> Case:
    steps = (Step(index=0, text='I see "who=ada"'),)
    return Case(name="home", url="/", steps=steps, place=Place(path=str(folder / "a.test.yaml"), line=1), session=login)


async def test_explain_looks_at_the_page_behind_the_log_in(tmp_path: Path) -> None:
    """What most cases speak of is not on the page that a stranger is sent to."""
    with serve(PAGES) as url:
        made = _case(tmp_path, session("Click Enter"))
        [step] = [step async for step in preview_cases([made], RunSettings(base_url=url, timeout_s=2.0))]

    assert (step.session, step.stranger, step.parts[0].finding) == ("ada", "", "holds")


async def test_explain_says_why_it_is_not_logged_in(tmp_path: Path) -> None:
    """The findings are those of another page then."""
    with serve(PAGES) as url:
        made = _case(tmp_path, session("Click Leave"))
        [step] = [step async for step in preview_cases([made], RunSettings(base_url=url, timeout_s=0.3))]

    assert "“Click Leave”" in step.stranger
    assert step.parts[0].finding == "does not hold"


async def test_explain_waits_for_a_page_that_is_put_together_late(tmp_path: Path) -> None:
    """An application that asks its server before it draws anything shows nothing when its document is at rest."""
    late = "<p>One moment</p><script>setTimeout(() => { document.body.innerHTML = '<button>Enter</button>' }, 700)"
    late += "</script>"
    steps = (Step(index=0, text="Click Enter"),)
    with serve({"/": late}) as url:
        made = Case(name="late", url="/", steps=steps, place=Place(path=str(tmp_path / "a.test.yaml"), line=1))
        [step] = [step async for step in preview_cases([made], RunSettings(base_url=url, timeout_s=5.0))]

    assert step.parts[0].finding == "clear"
