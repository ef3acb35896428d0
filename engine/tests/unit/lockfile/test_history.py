"""What the last pass looked like, kept and read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import ConsoleLine
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.lockfile import CaseState, History, StepState, page_lines

CASE = Case(
    name="Buy a mug", url="/", steps=(Step(index=0, text="Open"),), place=Place(path="a/shop.test.yaml", line=1)
)
STATE = CaseState(
    steps=(StepState(text="Open", lines=("Shop", "hunter2"), effects=("navigated",)),),
    console=(ConsoleLine(level="warning", text="old"),),
)


def test_a_pass_is_read_back_and_secrets_are_not_in_it(tmp_path: Path) -> None:
    """The next failure is compared with it."""
    history = History(tmp_path / "last-pass")
    history.save(CASE, STATE, lambda text: text.replace("hunter2", "{PASSWORD}"))

    loaded = history.load(CASE)

    assert loaded is not None
    assert loaded.steps[0].lines == ("Shop", "{PASSWORD}")
    assert loaded.console == STATE.console
    assert "hunter2" not in "".join(path.read_text() for path in (tmp_path / "last-pass").rglob("*.json"))


def test_a_pass_without_a_look_keeps_the_text_of_the_pass_before(tmp_path: Path) -> None:
    """Replay takes no snapshots; what was seen once is better than nothing."""
    history = History(tmp_path)
    history.save(CASE, STATE)
    history.save(CASE, CaseState(steps=(StepState(text="Open"),)))

    loaded = history.load(CASE)

    assert loaded is not None
    assert loaded.steps[0].lines == ("Shop", "hunter2")


def test_a_pass_at_the_same_site_comes_before_a_newer_one_at_another(tmp_path: Path) -> None:
    """Staging is compared with staging; only a site at which it never passed is compared with another."""
    history = History(tmp_path)
    staging, live = "https://staging.example", "https://shop.example"
    history.save(CASE, replace(STATE, site=staging))
    history.save(CASE, CaseState(site=live))

    loaded = [history.load(CASE, site) for site in (staging, live, "http://127.0.0.1:8000")]

    assert [state.site for state in loaded if state is not None] == [staging, live, live]


def test_a_case_that_passes_at_another_port_each_time_keeps_few_passes(tmp_path: Path) -> None:
    """A server that a test run starts for itself; the folder must not grow with each run."""
    history = History(tmp_path)
    for port in range(9):
        history.save(CASE, CaseState(site=f"http://127.0.0.1:{port}"))

    last = history.load(CASE)

    assert len(list(tmp_path.rglob("*.json"))) == 4
    assert last is not None
    assert last.site == "http://127.0.0.1:8"


def test_what_cannot_be_read_or_written_is_no_fault(tmp_path: Path) -> None:
    """The history only makes messages better."""
    blocked = tmp_path / "file"
    blocked.write_text("{ not ours")
    history = History(blocked / "last-pass")

    history.save(CASE, STATE)

    assert history.load(CASE) is None
    (tmp_path / "broken").mkdir()
    broken = History(tmp_path / "broken")
    broken.save(CASE, STATE)
    for path in (tmp_path / "broken").rglob("*.json"):
        path.write_text("{ not ours")
    assert broken.load(CASE) is None


def node(ref: int, parent: int, end: int, tag: str, text: str = "", **more: object) -> Node:
    """Return a node with the fields that matter here."""
    fields = ["role", "name", "label", "placeholder", "alt", "title", "testid", "value", "type", "href", "ident"]
    given: dict[str, object] = {**dict.fromkeys(fields, ""), "flags": 0, "box": (0.0, 0.0, 1.0, 1.0), **more}
    return Node(ref=ref, parent=parent, end=end, frame=0, local=ref, tag=tag, text=text, **given)  # type: ignore[arg-type]


def test_lines_are_what_a_reader_sees() -> None:
    """Runs of one block make one line, fields show what they hold, hidden things are left out."""
    nodes = (
        node(0, -1, 7, "body"),
        node(1, 0, 2, "h1", "Shop"),
        node(2, 0, 4, "p"),
        node(3, 2, 4, "#text", "Hello"),
        node(4, 0, 5, "input", role="textbox", name="City", value="Paris"),
        node(5, 0, 6, "p", "secret", flags=1),
        node(6, 0, 7, "h1", "Shop"),
    )

    assert page_lines(Snapshot(url="", title="", nodes=nodes)) == ("Shop", "Hello", "City: Paris")
