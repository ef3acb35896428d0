"""Faults planted in real pages: what a case checks is noticed, what it leaves alone is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_site import serve

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.core.events import Attempt
from aiwebtest.engine.settings import RunSettings
from aiwebtest.mutation import KINDS, Kind, Measured, Subject, Tried, measure
from aiwebtest.mutation.mutants import Mutant, Sight, choose
from aiwebtest.mutation.quality import Examinee, examine
from aiwebtest.testing.scripted import ScriptedModel, judged

PAGE = """<!doctype html><html lang=en><title>Tasks</title><h1>Tasks</h1>
<label>New task <input id=new></label><button id=add>Add task</button><ul id=tasks><li>Water the plants</li></ul>
<p id=left>1 task left</p><p id=footer>Version 7</p><button id=help>Help</button><p id=saved></p>
<script>
  addEventListener("load", () => {
    const menu = document.createElement("ol");
    document.body.append(menu);
    menu.insertAdjacentHTML("beforeend", "<li>Home</li>");
  });
  add.onclick = async () => {
    tasks.insertAdjacentHTML("beforeend", "<li></li>");
    tasks.lastChild.textContent = document.getElementById("new").value;
    left.textContent = `${tasks.children.length} tasks left`;
    saved.textContent = (await fetch("/save")).ok ? "Saved" : "Lost";
  };
</script>"""

THOROUGH = (
    'Type "Feed the cat" into the New task field',
    "Click Add task",
    'The list shows "Feed the cat"',
    "The page shows “2 tasks left”",
    'The page shows "Saved"',
)
LAZY = THOROUGH[:2]
SUBTLE: tuple[Kind, ...] = ("wrong-value", "stale-list", "drop-request")


def case(steps: Sequence[str], name: str = "Adds a task") -> Case:
    """A case on the page."""
    return Case(
        name=name, url="/", steps=tuple(Step(index=n, text=text) for n, text in enumerate(steps)),
        place=Place(path="tasks.test.yaml", line=1),
    )  # fmt: skip


async def measured(
    cases: Sequence[Case], folder: Path, *, kinds: Sequence[Kind] = KINDS, per_case: int = 100, **more: Any
) -> Measured:
    """What a measurement of the cases on the page comes to."""
    with serve({"/": PAGE, "/save": "yes"}) as url:
        settings = RunSettings(base_url=url, lock="off", report_dir=folder, timeout_s=2, **more)
        async with BrowserPool() as pool:
            subjects = [Subject(case, settings) for case in cases]
            return await measure(subjects, pool, at_once=2, kinds=kinds, per_case=per_case)


def verdicts(found: Measured) -> dict[tuple[str, str], Tried]:
    """What became of each fault, by kind and thing."""
    return {(one.mutant.kind, one.mutant.thing): one for one in found.tried}


async def test_what_a_case_checks_is_noticed_and_what_it_leaves_alone_is_not(tmp_path: Path) -> None:
    """The two halves of a mutation score; and a case without any check scores low."""
    thorough, lazy = await measured([case(THOROUGH)], tmp_path), await measured([case(LAZY)], tmp_path, kinds=SUBTLE)
    found = verdicts(thorough)

    assert found["stale-list", "list “Water the plants”"].verdict == "caught"
    assert found["wrong-value", "text “2 tasks left”"].verdict == "caught"
    assert found["drop-request", "GET /save"].verdict == "caught"
    assert found["hide", "button “Add task”"].verdict in {"caught", "noticed"}
    assert found["disable", "button “Add task”"].verdict in {"caught", "noticed"}
    assert found["wrong-value", "text “Version 7”"].verdict == "survived"
    assert found["hide", "button “Help”"].verdict == "survived"
    assert found["relabel", "button “Help”"].verdict == "survived"
    assert [one.verdict for one in thorough.tried if one.mutant.kind == "stale-list"] == ["caught"]  # not the menu
    assert lazy.score == 0
    assert {one.mutant.thing for one in lazy.survivors} > {
        one.mutant.thing for one in thorough.survivors if one.mutant.kind in SUBTLE
    }


async def test_what_is_typed_names_no_fault(tmp_path: Path) -> None:
    """It may be a secret, and would make another fault of the same field with each key."""
    typing = case(('Type "{PIN}" into the New task field', "Click Add task", "The page shows “2 tasks left”"))

    found = await measured([replace(typing, secrets=("PIN",))], tmp_path, kinds=["hide", "stale-list"],
                           secrets={"PIN": "4711-tulip"})  # fmt: skip

    assert found.broken == []
    assert "4711" not in repr(found)
    named = [one.mutant.thing for one in found.tried if "field" in one.mutant.thing]
    assert named == ["text field “New task”"]


async def test_nothing_is_measured_with_a_case_that_does_not_pass_anyway(tmp_path: Path) -> None:
    """It would notice every fault, and none."""
    found = await measured([case([*LAZY, 'The page shows "Feed the dog"'])], tmp_path)

    assert [one.outcome for one in found.broken] == ["failed"]
    assert "Feed the dog" in found.broken[0].why
    assert found.score is None


async def test_a_model_that_does_not_answer_has_noticed_nothing(tmp_path: Path) -> None:
    """It ends a case as much as a fault does, and must neither count for it nor make a false pass of another's."""
    holds = judged("passed", evidence=("Version 7",))
    asked = Attempt(provider="silent", model_asked="m", outcome="timeout")
    nobody = ProviderUnavailable("No model answered.", mend="wait.", attempts=(asked,))
    silent, credulous = ScriptedModel(holds, nobody), ScriptedModel(*[holds] * 9)
    judges = [Step(index=0, text="the page seems to be of a mature version", kind="check")]
    case_ = Case(name="Version", url="/", steps=tuple(judges), place=Place(path="tasks.test.yaml", line=1))
    with serve({"/": PAGE}) as url:
        settings = RunSettings(base_url=url, lock="off", report_dir=tmp_path)
        async with BrowserPool() as pool:
            examinees = [
                Examinee(provider=name, subjects=[Subject(case_, settings)], pool=pool, model=model)
                for name, model in (("silent", silent), ("credulous", credulous))
            ]
            found = await examine(examinees, kinds=["wrong-value"], per_case=1)

    first, second = found.qualities
    assert [one.verdict for one in first.tried] == ["unanswered"]
    assert [one.verdict for one in second.tried] == ["survived"]
    assert second.false_passes == []
    assert first.took == 0
    assert "What silent makes of 1 of the faults: no model answered." in found.open_questions()


def test_faults_are_chosen_by_turns_and_what_few_cases_saw_goes_first() -> None:
    """The navigation of every page must not crowd out the one total."""

    def mutant(kind: Kind, thing: str) -> Mutant:
        return Mutant(kind=kind, page="/", selector=thing, text="", thing=thing)

    sight = Sight()
    for one in range(10):
        for each in range(3):
            sight.add(mutant("hide", f"menu {one}"), each)
    sight.add(mutant("wrong-value", "total"), 1)

    chosen = choose(sight, per_case=2, kinds=KINDS, seed=1)

    assert mutant("wrong-value", "total") in chosen
    assert len(chosen) == len(set(chosen)) == 6
    assert choose(sight, per_case=2, kinds=KINDS, seed=1) == chosen
    assert choose(sight, per_case=2, kinds=["wrong-value"], seed=1) == [mutant("wrong-value", "total")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_is_told_in_words(kind: Kind) -> None:
    """What was done to what, and where."""
    told = str(Mutant(kind=kind, page="/basket", selector="#x", text="", thing="button “Pay”"))

    assert "button “Pay”" in told
    assert "(/basket)" in told
