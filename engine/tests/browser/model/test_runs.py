"""Whole runs in which the rules leave something to the model: what it costs, what is kept, what never leaves."""

from __future__ import annotations

import base64
import json
import urllib.parse
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from small_site import Page, serve

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import Event, RunFinished, StepFinished
from aiwebtest.engine.run import RunSettings, run_cases
from aiwebtest.reporting import open_report
from aiwebtest.testing.scripted import observed

SHOP = """<title>Shop</title><button onclick="document.title='opened'"><svg width=20 height=20></svg></button>
<button onclick="document.title='other'"><svg width=20 height=20></svg></button>
<label>Name <input onchange="document.title='named '+this.value"></label>"""


@dataclass
class Ran:
    """What a run said and wrote."""

    events: list[Event]
    folder: Path
    steps: list[StepFinished] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps = [event for event in self.events if isinstance(event, StepFinished)]

    @property
    def outcome(self) -> str:
        [end] = [event for event in self.events if isinstance(event, RunFinished)]
        return end.outcome

    @property
    def lockfile(self) -> str:
        return (self.folder / "case.test.lock.json").read_text()


@pytest.fixture
def run(ask, tmp_path: Path):
    """Run steps on pages with the model at hand."""

    async def run(pages: str | dict[str, Page], *steps: str | Step, model: bool = True, **settings: Any) -> Ran:
        made = tuple(s if isinstance(s, Step) else Step(index=i, text=s) for i, s in enumerate(steps))
        place = Place(path=str(tmp_path / "case.test.yaml"), line=1)
        with serve({"/": pages} if isinstance(pages, str) else pages) as url:
            secrets = settings.get("secrets", {})
            case = Case(name="case", url="/", steps=made, place=place, secrets=tuple(secrets))
            wanted = RunSettings(
                **{"base_url": url, "timeout_s": 30.0, "report_dir": tmp_path / "report", "trace": "on", **settings}
            )
            events = [
                event async for event in run_cases([case], wanted, model=ask.model if model else None, pool=ask.pool)
            ]
            return Ran(events, tmp_path)

    return run


async def test_what_a_model_chose_is_replayed_without_one(ask, run) -> None:
    """A run that passed once costs nothing again."""
    provider = ask.answers(observed("button"))
    first = await run(SHOP, "Click the hamburger")

    second = await run(SHOP, "Click the hamburger", 'Check that the title is "opened"', model=False)

    assert (first.outcome, first.steps[0].actions[0].grounding.source) == ("passed", "model")
    assert first.steps[0].attempts[0].purpose == "ground"
    assert len(provider.requests) == 1
    assert (second.outcome, second.steps[0].actions[0].grounding.source) == ("passed", "replay")


UNREADABLE = 'Make yourself known as "Ada" to the shop'


async def test_a_sentence_that_only_a_model_can_read_is_replayed_without_one(ask, run) -> None:
    """Action and value come from the lockfile, too."""
    ask.answers(observed("textbox: Name", method="fill", arguments=("Ada",)))
    first = await run(SHOP, UNREADABLE)

    second = await run(SHOP, UNREADABLE, 'Check that the "Name" field contains "Ada"', model=False, frozen=True)

    assert first.outcome == "passed", first.steps[0].problem
    assert (second.outcome, second.steps[0].actions[0].grounding.source) == ("passed", "replay"), second.steps[
        0
    ].problem


LOGIN = """<form onsubmit="document.title='in as '+u.value;return false">
<label>User <input id=u></label><label>Password <input id=p type=password></label><button>Go</button></form>"""
LOG_IN = "Let me into the shop: {SHOP_USER}, {SHOP_PASSWORD}"


def _log_in(request: Any) -> Any:
    parts = [
        observed("textbox: User", method="fill", arguments=("{SHOP_USER}",)),
        observed("textbox: Password", method="fill", arguments=("{SHOP_PASSWORD}",)),
        observed("button: Go"),
    ]
    return {"elements": [element for part in parts for element in part(request)["elements"]]}


async def test_one_sentence_may_mean_several_elements(ask, run) -> None:
    """A log-in in one sentence is three actions, kept as three."""
    secrets = {"SHOP_USER": "ada@example.com", "SHOP_PASSWORD": "correct horse"}
    ask.answers(_log_in)
    first = await run(LOGIN, LOG_IN, secrets=secrets)

    second = await run(LOGIN, LOG_IN, 'Check that the title contains "in as"', secrets=secrets, model=False)

    assert first.outcome == "passed", first.steps[0].problem
    assert [record.grounding.source for record in second.steps[0].actions] == ["replay"] * 3
    assert second.outcome == "passed", second.steps[0].problem


REDRAWN = """<form id=f onsubmit="document.title='in as '+u.value;return false"></form><script>
const draw = (v) => { f.innerHTML = '<label>User <input id=u></label><label>Password <input id=p></label>' +
'<button>Go</button>';
u.value = v; u.onchange = () => setTimeout(draw, 0, u.value); }; draw('')</script>"""


async def test_a_form_that_is_drawn_anew_in_the_middle_is_filled_in_to_its_end(ask, run) -> None:
    """What the model chose is found again by what it is."""
    ask.answers(_log_in)

    ran = await run(REDRAWN, LOG_IN, secrets={"SHOP_USER": "ada@example.com", "SHOP_PASSWORD": "correct horse"})

    assert ran.outcome == "passed", ran.steps[0].problem
    assert len(ran.steps[0].actions) == 3


ECHO = LOGIN.replace("return false", "out.textContent='Hello '+u.value+', '+p.value;return false") + (
    "<p id=out></p><button><svg width=9 height=9></svg></button><script>console.log('start')</script>"
)


async def test_no_secret_leaves_in_a_prompt_or_stays_in_a_file(ask, run, tmp_path: Path) -> None:
    """Names stand for values everywhere, even where the page shows the value."""
    secrets = {"SHOP_USER": "ada+7@example.com", "SHOP_PASSWORD": 'p"ä&ss wörd/42'}
    judgement = {"verdict": "holds", "reason": "it greets", "evidence": ["Hello {SHOP_USER}, {SHOP_PASSWORD}"]}
    provider = ask.answers(_log_in, observed("button"), judgement)

    ran = await run(
        ECHO,
        LOG_IN,
        "Click the hamburger",
        Step(index=2, text="The greeting is friendly", kind="check"),
        secrets=secrets,
    )

    assert ran.outcome == "passed", [step.problem for step in ran.steps]
    assert len(provider.requests) == 3
    assert "Hello {SHOP_USER}, {SHOP_PASSWORD}" in provider.requests[2].prompt
    json_report = open_report("json", tmp_path / "report" / "report.json", artifacts=tmp_path / "report")
    html_report = open_report("html", tmp_path / "report" / "report.html", artifacts=tmp_path / "report")
    for report in (json_report, html_report):
        for event in ran.events:
            report.on_event(event)
        report.close()
    written = {str(path): data for path, data in _files(tmp_path)}
    written |= {"prompts": repr(provider.requests).encode(), "events": repr(ran.events).encode()}
    assert any(name.endswith(".lock.json") for name in written)
    assert any("trace" in name for name in written)
    assert [(name, form) for name, data in written.items() for form in _forms(secrets.values()) if form in data] == []


def _files(folder: Path):
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path}:{name}", packed.read(name)) for name in packed.namelist())
        elif path.is_file():
            yield path, path.read_bytes()


def _forms(values) -> set[bytes]:
    forms: set[str] = set()
    for value in values:
        forms |= {value, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), json.dumps(value)[1:-1]}
        forms |= {base64.b64encode(value.encode()).decode(), value.encode().hex(), repr(value)[1:-1]}
    return {form.encode() for form in forms}


LONG = """<title>Long</title><script>onkeydown = (e) => { if (e.key === 'Escape') document.title = 'dismissed' };
onscroll = () => { seen.textContent = 'moved' }</script><p id=seen style="position:fixed">still</p>
<label>Name <input></label><div style="height:9000px">much</div>"""


@pytest.mark.parametrize(
    ("sentence", "method", "arguments", "check"),
    [
        ("Let me see what comes next", "nextChunk", (), '"moved" is visible'),
        ("Get rid of it all, Escape does so", "press", ("Escape",), 'the title is "dismissed"'),
    ],
)
async def test_an_action_on_the_page_itself_is_replayed_without_a_model(
    ask, run, sentence: str, method: str, arguments: tuple[str, ...], check: str
) -> None:
    """A model can read keys and scrolling into a sentence; the lockfile keeps it though no element is in it."""
    provider = ask.answers(observed("body", method=method, arguments=arguments))
    act = Step(index=0, text=sentence, kind="act")
    first = await run(LONG, act, f"Check that {check}")

    second = await run(LONG, act, f"Check that {check}", model=False, frozen=True)
    third = await run(LONG, act, f"Check that {check}", model=False)

    assert first.outcome == "passed", first.steps
    assert len(provider.requests) == 1
    for again in (second, third):
        assert (again.outcome, again.steps[0].actions[0].grounding.source) == ("passed", "replay"), again.steps[0]


async def test_actions_on_an_element_and_on_the_page_are_replayed_in_their_order(ask, run) -> None:
    """None of them is lost, and each keeps its own locator."""

    def both(request: Any) -> Any:
        parts = [observed("body", method="nextChunk"), observed("textbox: Name", method="fill", arguments=("Ada",)),
                 observed("body", method="press", arguments=("Escape",))]  # fmt: skip
        return {"elements": [element for part in parts for element in part(request)["elements"]]}

    ask.answers(both)
    act = Step(index=0, text="Further down I am Ada, and Escape ends it", kind="act")
    first = await run(LONG, act)

    second = await run(LONG, act, 'Check that the "Name" field contains "Ada"', 'Check that the title is "dismissed"',
                       model=False)  # fmt: skip

    assert first.outcome == "passed", first.steps
    assert [one.grounding.action for one in second.steps[0].actions] == ["scroll", "type", "press"]
    assert [one.grounding.source for one in second.steps[0].actions] == ["replay"] * 3
    assert second.outcome == "passed", second.steps


async def test_what_a_page_may_say_in_other_words_is_asked_of_the_model(ask, run) -> None:
    """Rules confirm what stands there; they do not refute what they did not find."""
    provider = ask.answers({"verdict": "holds", "reason": "three days are", "evidence": ["Delivery: 3 days"]})

    ran = await run("<p>Delivery: 3 days</p><p>Tone: warm</p>", "the tone is warm", "the delivery is quick enough")

    assert ran.outcome == "passed"
    assert [step.attempts != () for step in ran.steps] == [False, True]
    assert len(provider.requests) == 1


async def test_a_model_that_refutes_a_description_has_not_waited_for_the_page(ask, run) -> None:
    """A longer `timeout` would change nothing about what a model thinks, so none is hinted at."""
    ask.answers({"verdict": "does_not_hold", "reason": "three days are slow", "evidence": ["Delivery: 3 days"]})

    ran = await run("<p>Delivery: 3 days</p>", "the delivery is quick enough")

    assert ran.outcome == "failed"
    assert "three days are slow" in ran.steps[0].problem.what
    assert "waited" not in ran.steps[0].problem.what
