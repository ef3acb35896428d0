"""The lockfile: what is stored, how it reads in a diff, and who may write it at once."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from aiwebtest.core.case import Case, Place, Session, Step
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.locator import FrameStep, Identity, Locator
from aiwebtest.core.scope import Scope
from aiwebtest.lockfile import Lockfile


def case(folder: Path, *sentences: str, name: str = "Buy a mug", row: str = "") -> Case:
    steps = tuple(Step(index=i, text=text) for i, text in enumerate(sentences))
    place = Place(path=str(folder / "shop.test.yaml"), line=1)
    return Case(name=name, url="/", steps=steps, place=place, row=row)


def grounding(name: str = "Save", role: str = "button", **more: object) -> Grounding:
    given = {
        "intent": Intent(action="click", text="Click it"),
        "action": "click",
        "locator": Locator(role=role, name=name),
        "identity": Identity(tag=role, role=role, name=name, near=("Users",)),
        "effects": frozenset({"dom", "navigated", "request"}),
    }
    return Grounding(**{**given, **more})  # type: ignore[arg-type]


def kept(folder: Path, of: Case, *groundings: Grounding, scope: Scope | None = None) -> Path:
    """Record one grounding a step of a case and return the path of the file."""
    lockfile = Lockfile.for_file(of.place.path)
    lockfile.record(of, {step: (one,) for step, one in zip(of.steps, groundings, strict=False)}, scope)
    lockfile.save()
    return folder / "shop.test.lock.json"


GOLDEN = """\
{
  "cases": {
    "Buy a mug": {
      "Click “Save”": [
        {
          "action": "click",
          "effects": ["navigated"],
          "identity": {"name": "Save", "near": ["Users"], "role": "button", "tag": "button"},
          "locator": {"name": "Save", "role": "button"},
          "source": "rules"
        }
      ],
      "Open the basket": [
        {
          "action": "click",
          "effects": ["navigated"],
          "identity": {"name": "Basket (#)", "near": ["Users"], "role": "link", "tag": "link"},
          "locator": {"name": "Basket (#)", "role": "link"},
          "source": "rules"
        }
      ]
    }
  },
  "version": 2
}
"""


def test_reads_like_this(tmp_path: Path) -> None:
    """People review this file, so its look is part of what we promise."""
    mug = case(tmp_path, "Open the basket", "Click “Save”")

    path = kept(tmp_path, mug, grounding("Basket (#)", "link"), grounding())

    assert path.read_bytes().decode() == GOLDEN


def test_one_change_is_one_line(tmp_path: Path) -> None:
    """A locator that changed shows as one changed line."""
    mug = case(tmp_path, "Open the basket", "Click “Save”")
    kept(tmp_path, mug, grounding("Basket (#)", "link"), grounding())

    path = kept(
        tmp_path, mug, grounding("Basket (#)", "link", locator=Locator(role="link", testid="cart")), grounding()
    )

    diff = difflib.unified_diff(GOLDEN.splitlines(), path.read_text().splitlines(), n=0, lineterm="")
    assert [line.strip() for line in diff if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
        '-          "locator": {"name": "Basket (#)", "role": "link"},',
        '+          "locator": {"role": "link", "testid": "cart"},',
    ]


def test_everything_of_a_grounding_comes_back(tmp_path: Path) -> None:
    """What is stored is enough to act again."""
    row = Locator(role="row", text="Ada", within=Locator(role="table", name="People"))
    locator = Locator(role="button", name="Delete", within=row, index=-1, count=0, frames=(FrameStep(name="pay"),))
    identity = Identity(tag="button", role="button", name="Delete", near=("Ada",), marks=("del",), position=-1)
    drag = case(tmp_path, "Drag it there")
    kept(tmp_path, drag, grounding(locator=locator, identity=identity, to=locator, to_identity=identity))

    [stored] = Lockfile.for_file(drag.place.path).get(drag, drag.steps[0]) or ()

    assert (stored.locator, stored.identity, stored.to, stored.to_identity) == (locator, identity, locator, identity)
    assert (stored.action, stored.effects, stored.source) == ("click", {"navigated"}, "rules")


def test_what_a_model_read_is_kept_with_its_meaning(tmp_path: Path) -> None:
    """The rules cannot read that sentence again, so its intent is stored; a secret in it stays a name."""
    odd = case(tmp_path, "Get on with it as {SHOP_USER}")
    intent = Intent(action="type", text="type", target=Target(text="user name"), values=("{SHOP_USER}",))
    kept(tmp_path, odd, grounding(intent=intent, action="type", source="model", model="google/gemini"))

    [stored] = Lockfile.for_file(odd.place.path).get(odd, odd.steps[0]) or ()

    assert (stored.intent, stored.source, stored.model) == (intent, "model", "google/gemini")


def test_a_heal_is_stored_as_what_found_it(tmp_path: Path) -> None:
    """Once accepted, a healed grounding is a grounding like any other."""
    mug = case(tmp_path, "Open the basket")
    kept(tmp_path, mug, grounding(source="healed-rules"))

    [stored] = Lockfile.for_file(mug.place.path).get(mug, mug.steps[0]) or ()

    assert stored.source == "rules"


def test_replay_leaves_its_entry_alone(tmp_path: Path) -> None:
    """A pass by replay writes nothing, so the file does not change from run to run."""
    mug = case(tmp_path, "Open the basket")
    path = kept(tmp_path, mug, grounding())
    before = path.read_bytes(), path.stat().st_mtime_ns

    lockfile = Lockfile.for_file(mug.place.path)
    [stored] = lockfile.get(mug, mug.steps[0]) or ()
    lockfile.record(mug, {mug.steps[0]: (replace(stored, source="replay", effects=frozenset({"focus"})),)})

    assert lockfile.save() is False
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_alike_sentences_are_told_apart_by_their_turn(tmp_path: Path) -> None:
    """The same words twice in a case can mean two elements."""
    wizard = case(tmp_path, "Click Next", "Click Next", "Click Next ×2")
    kept(tmp_path, wizard, grounding("one"), grounding("two"), grounding("three"))

    lockfile = Lockfile.for_file(wizard.place.path)
    names = [(lockfile.get(wizard, step) or ())[0].locator.name for step in wizard.steps]  # type: ignore[union-attr]

    assert names == ["one", "two", "three"]


def test_rows_and_cases_do_not_share_entries(tmp_path: Path) -> None:
    """Each data row has its own groundings: its values may lead to other elements."""
    first, second = case(tmp_path, "Click it", row="Ada"), case(tmp_path, "Click it", row="Bob")
    kept(tmp_path, first, grounding("Ada"))

    assert Lockfile.for_file(first.place.path).get(second, second.steps[0]) is None


def test_steps_of_a_log_in_are_shared_by_the_cases_that_name_it(tmp_path: Path) -> None:
    """The log-in runs once for all of them."""
    step = Step(index=0, text="Click Sign in", phase="session")
    session = Session(name="ada", url="/", steps=(step,))
    one = replace(case(tmp_path, "Click A", name="one"), session=session)
    two = replace(case(tmp_path, "Click B", name="two"), session=session)
    lockfile = Lockfile.for_file(one.place.path)
    lockfile.record(one, {step: (grounding("Sign in"),)})
    lockfile.save()

    assert Lockfile.for_file(two.place.path).get(two, step) is not None


def test_sentences_that_are_gone_take_their_entries_with_them(tmp_path: Path) -> None:
    """A case that passed has entries for the sentences it has now; a step that was skipped keeps its own."""
    kept(tmp_path, case(tmp_path, "Click A", "Click B", "Click C"), grounding("A"), grounding("B"), grounding("C"))

    path = kept(tmp_path, case(tmp_path, "Click B", "Click C"), grounding("B"))

    assert list(json.loads(path.read_text())["cases"]["Buy a mug"]) == ["Click B", "Click C"]


def test_prune_drops_cases_that_no_longer_exist(tmp_path: Path) -> None:
    """A whole file that ran with --update-lock leaves no strangers behind."""
    old, new = case(tmp_path, "Click A", name="old"), case(tmp_path, "Click A", name="new")
    kept(tmp_path, old, grounding())
    path = kept(tmp_path, new, grounding())

    lockfile = Lockfile.for_file(new.place.path)
    lockfile.prune([new])
    lockfile.save()

    assert list(json.loads(path.read_text())["cases"]) == ["new"]


def test_a_variable_in_the_sentence_is_stored_by_its_name(tmp_path: Path) -> None:
    """Today's order number is not tomorrow's; the recipe says whose it is."""
    order = case(tmp_path, "Open the order {order} of {SHOP_USER}")
    today = Scope({"order": "A-1001", "SHOP_USER_ID": "A"}, {"SHOP_USER": "ada-lovelace"})
    path = kept(tmp_path, order, grounding("Order A-1001 of ada-lovelace", "link"), scope=today)
    tomorrow = Scope({"order": "A-2002"}, {"SHOP_USER": "grace"})

    [stored] = Lockfile.for_file(order.place.path).get(order, order.steps[0], tomorrow) or ()

    assert '"name": "Order {order} of {SHOP_USER}"' in path.read_text()
    assert stored.locator is not None
    assert stored.locator.name == "Order A-2002 of grace"


def test_no_secret_is_written_even_when_the_sentence_does_not_name_it(tmp_path: Path) -> None:
    """A page that shows a secret must not carry it into git."""
    account = case(tmp_path, "Open the account menu")

    path = kept(tmp_path, account, grounding("Signed in as hunter2"), scope=Scope({}, {"SHOP_USER": "hunter2"}))

    assert "hunter2" not in path.read_text()


def test_braces_that_a_page_shows_are_its_own(tmp_path: Path) -> None:
    """A guide to addresses says "{user}": nobody has to give that a value for what was found to be found again."""
    of = case(tmp_path, "Press Save of {who}")
    scope = Scope({"who": "Ada", "other": "Bo"})
    kept(tmp_path, of, grounding("Save {user} and {other} of Ada"), scope=scope)

    stored = Lockfile.for_file(of.place.path).get(of, of.steps[0], scope)

    assert stored is not None
    assert stored[0].locator is not None
    assert stored[0].locator.name == "Save {user} and {other} of Ada"


def test_an_entry_with_a_variable_that_is_not_set_is_no_entry(tmp_path: Path) -> None:
    """Without its value the recipe says nothing."""
    order = case(tmp_path, "Open the order {order}")
    kept(tmp_path, order, grounding("Order 17", "link"), scope=Scope({"order": "17"}))

    assert Lockfile.for_file(order.place.path).get(order, order.steps[0], Scope()) is None


BROKEN = {
    "not JSON": b"{ nothing",
    "a conflict": GOLDEN.encode().replace(b'  "version"', b"<<<<<<< ours\n>>>>>>> theirs\n"),
    "another JSON": b'["a"]',
    "no cases": b'{"version": 1}',
    "unknown action": GOLDEN.encode().replace(b'"click"', b'"clack"'),
    "a mistyped field": GOLDEN.encode().replace(b'"locator": {"name"', b'"locator": {"nmae"'),
    "a mistyped field in a place": GOLDEN.encode().replace(
        b'"role": "link"}', b'"role": "link", "within": {"nmae": ""}}'
    ),
    "not text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_unreadable_file_is_told_and_taken_as_absent(tmp_path: Path, kind: str) -> None:
    """A broken file costs a grounding, never a crash, and a pass writes it anew."""
    mug = case(tmp_path, "Open the basket")
    (tmp_path / "shop.test.lock.json").write_bytes(BROKEN[kind])

    lockfile = Lockfile.for_file(mug.place.path)

    assert lockfile.notice is not None
    assert "shop.test.lock.json cannot be used: it" in lockfile.notice
    assert lockfile.get(mug, mug.steps[0]) is None
    kept(tmp_path, mug, grounding())
    assert Lockfile.for_file(mug.place.path).notice is None


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """An old program must not undo what a new one wrote."""
    mug = case(tmp_path, "Open the basket")
    later = b'{"cases": {}, "version": 99}'
    (tmp_path / "shop.test.lock.json").write_bytes(later)

    path = kept(tmp_path, mug, grounding())

    assert path.read_bytes() == later
    assert "later version" in (Lockfile.for_file(mug.place.path).notice or "")


def test_windows_newlines_are_read_and_not_rewritten(tmp_path: Path) -> None:
    """Git may have turned the newlines; that alone is no reason to touch the file, and we write POSIX ones."""
    mug = case(tmp_path, "Open the basket", "Click “Save”")
    path = tmp_path / "shop.test.lock.json"
    path.write_bytes(b"\xef\xbb\xbf" + GOLDEN.replace("\n", "\r\n").encode())
    turned = path.read_bytes()

    kept(tmp_path, mug, grounding("Basket (#)", "link"), grounding())
    untouched = path.read_bytes()
    kept(tmp_path, mug, grounding("Cart", "link"), grounding())

    assert untouched == turned
    assert b"\r" not in path.read_bytes()


def test_no_file_is_made_for_nothing(tmp_path: Path) -> None:
    """A case of checks alone leaves no lockfile."""
    checks = case(tmp_path, "The title is Shop")

    assert not kept(tmp_path, checks).exists()


def test_another_directory_can_be_named(tmp_path: Path) -> None:
    """For checkouts that cannot be written to."""
    mug = case(tmp_path, "Click it")
    lockfile = Lockfile.for_file(mug.place.path, directory=tmp_path / "locks" / "deep")
    lockfile.record(mug, {mug.steps[0]: (grounding(),)})

    assert lockfile.save()
    assert (tmp_path / "locks" / "deep" / "shop.test.lock.json").is_file()


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_lockfile import case, grounding
from aiwebtest.lockfile import Lockfile
folder, name = Path(sys.argv[2]), sys.argv[3]
for number in range(20):
    mine = case(folder, "Click it", name=f"{name} {number}")
    lockfile = Lockfile.for_file(mine.place.path)
    lockfile.record(mine, {mine.steps[0]: (grounding(name),)})
    lockfile.save()
"""


def test_processes_do_not_lose_each_others_entries(tmp_path: Path) -> None:
    """Two runs that write cases of one file at the same time both find theirs afterwards."""
    here = str(Path(__file__).parent)
    runs = [subprocess.Popen([sys.executable, "-c", WRITER, here, str(tmp_path), name]) for name in ("a", "b")]

    codes = [run.wait(60) for run in runs]

    cases = json.loads((tmp_path / "shop.test.lock.json").read_text())["cases"]
    assert codes == [0, 0]
    assert len(cases) == 40
    assert [path.name for path in tmp_path.iterdir()] == ["shop.test.lock.json"]


def reading(name: str = "Saved", **more: object) -> Grounding:
    """Return what a check read."""
    return grounding(
        name, "status", action="read", intent=Intent(action="read", text="it says so"), effects=frozenset(), **more
    )


def recorded(of: Case, *groundings: Grounding) -> tuple[Grounding, ...]:
    """Record groundings of the first step, and return what is stored of it."""
    lockfile = Lockfile.for_file(of.place.path)
    lockfile.record(of, {of.steps[0]: groundings})
    lockfile.save()
    return Lockfile.for_file(of.place.path).get(of, of.steps[0]) or ()


def test_what_a_check_read_stands_beside_the_actions_of_its_sentence(tmp_path: Path) -> None:
    """A sentence may do something and say what must then be so."""
    mug = case(tmp_path, "Click Save and see that it says Saved")

    stored = recorded(mug, grounding(), reading())

    assert [(one.action, one.locator and one.locator.name) for one in stored] == [("click", "Save"), ("read", "Saved")]


def test_a_reading_is_added_to_actions_that_were_replayed(tmp_path: Path) -> None:
    """A lockfile of an earlier version has the actions alone; what it says of them stays as it is."""
    mug = case(tmp_path, "Click Save and see that it says Saved")
    recorded(mug, grounding())

    stored = recorded(mug, grounding("Store", source="replay"), reading())

    assert [one.locator and one.locator.name for one in stored] == ["Save", "Saved"]


def test_a_replayed_reading_and_one_that_was_not_made_stay_as_they_are(tmp_path: Path) -> None:
    """What is stored changes by leave alone."""
    mug = case(tmp_path, "Click Save and see that it says Saved")
    first = recorded(mug, grounding(), reading())

    assert recorded(mug, grounding(source="replay"), reading("Stored", source="replay")) == first
    assert recorded(mug, grounding(source="replay")) == first


def test_a_file_of_the_layout_before_is_read(tmp_path: Path) -> None:
    """Lockfiles that are committed already go on being worth something."""
    mug = case(tmp_path, "Open the basket")
    (tmp_path / "shop.test.lock.json").write_text(GOLDEN.replace('"version": 2', '"version": 1'))

    lockfile = Lockfile.for_file(mug.place.path)

    assert lockfile.notice is None
    assert lockfile.get(mug, mug.steps[0])
