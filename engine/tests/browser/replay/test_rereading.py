"""A part of a page, looked at in the place of the whole: what it holds, when there is none, and what it may confirm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from ruamel.yaml import YAML

from aiwebtest.browser.snapshot import take_part, take_snapshot
from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import GroundingError
from aiwebtest.core.facts import Facts
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.engine.rereading import FIELDS, may_reread, reading_of, rivals_of
from aiwebtest.grounding.locators import locator_for
from aiwebtest.grounding.rules.checks import judge, parse_check

DATA = Path(__file__).parents[2] / "data"
READ = Intent(action="read", text="It is so", target=Target(text="it"))


async def part_around(page: Page, name: str) -> Snapshot | None:
    """Return the part of the page around the element of that name or text."""
    snapshot = await take_snapshot(page)
    node = next(node for node in snapshot.nodes if name in (node.name, node.text))
    return await take_part(page, *locator_for(node, snapshot, READ))


TABLE = "<table><tr><th>Name<th>State</tr>" + "".join(
    f"<tr><td>Guest {i}<td><input type=checkbox aria-label='Paid {i}'></tr>" for i in range(80)
)


async def test_a_part_holds_the_element_its_surroundings_and_what_they_stand_in(page: Page) -> None:
    """A row tells what its box is of; the other rows are left out, which is where the time goes."""
    await page.set_content(f"<main><h1>Guests</h1>{TABLE}</main>")

    part = await part_around(page, "Paid 7")

    assert part is not None
    texts = [node.text or node.name for node in part.nodes]
    assert {"Guest 7", "Paid 7"} <= set(texts)
    assert {"main", "table", "row"} <= {node.role for node in part.nodes}
    assert not {"Guests", "Guest 6", "Guest 8"} & set(texts)


async def test_rows_of_a_part_say_what_those_of_the_whole_page_say(page: Page) -> None:
    """One walk makes both: but for their places in the list, nothing may differ."""
    await page.set_content(f"<main><h1>Guests</h1>{TABLE}</main>")
    whole = {node.local: node for node in (await take_snapshot(page)).nodes}

    part = await part_around(page, "Paid 7")

    assert part is not None
    assert [_said(node) for node in part.nodes] == [_said(whole[node.local]) for node in part.nodes]


def _said(node: Node) -> tuple[object, ...]:
    return (node.tag, node.role, node.name, node.text, node.flags, node.box, node.value, node.extra)


async def test_two_of_a_kind_give_no_part(page: Page) -> None:
    """Which one is meant has to be told by the whole page."""
    await page.set_content("<label>Mail<input></label>")
    snapshot = await take_snapshot(page)
    found = locator_for(next(node for node in snapshot.nodes if node.tag == "input"), snapshot, READ)
    assert await take_part(page, *found)

    await page.set_content("<label>Mail<input></label><label>Mail<input></label>")

    assert await take_part(page, *found) is None


@pytest.mark.parametrize(
    "shown", ["<dialog open>", "<div role=dialog>", "<div role=alertdialog>", "<div aria-modal=true>"]
)
async def test_what_lies_behind_a_dialog_gives_no_part(page: Page, shown: str) -> None:
    """A sentence means what is in the dialog first, and that is not in the part."""
    await page.set_content(f"<p>Saved</p>{shown}<p>Not sent</p>")

    assert await part_around(page, "Saved") is None
    assert await part_around(page, "Not sent") is not None


async def test_a_dialog_that_is_hidden_is_in_nobodys_way(page: Page) -> None:
    """Many a page keeps its dialogs ready."""
    await page.set_content("<p>Saved</p><div role=dialog style='display: none'>Not sent</div>")

    assert await part_around(page, "Saved") is not None


async def test_an_element_in_a_frame_gives_no_part(page: Page) -> None:
    """Where its document stands is not in it."""
    await page.set_content("<iframe srcdoc='<p>Saved</p>'></iframe>")
    await page.frames[1].wait_for_selector("p")

    assert await part_around(page, "Saved") is None


async def test_an_element_in_a_shadow_tree_has_its_hosts_around_it(page: Page) -> None:
    """Components hide theirs."""
    await page.set_content(
        "<main><p>Far</p>"
        + "<i></i>" * 80
        + "<div><x-card><template shadowrootmode=open><p>Saved</p></template></x-card></div></main>"
    )
    await page.evaluate(
        """() => {
          const host = document.querySelector("x-card"), template = host.querySelector("template");
          if (template) host.attachShadow({ mode: "open" }).append(template.content);
        }"""
    )

    part = await part_around(page, "Saved")

    assert part is not None
    assert "x-card" in [node.tag for node in part.nodes]
    assert "Far" not in [node.text for node in part.nodes]


@pytest.mark.parametrize("display", ["inline", "inline-block"])
async def test_a_line_of_text_is_never_cut(page: Page, display: str) -> None:
    """What stands before a word in it changes what it says."""
    await page.set_content(f"<p><b>No</b><b style='display: {display}'>Wheels</b>" + "<i>a</i> " * 80 + "</p>")

    part = await part_around(page, "Wheels")

    assert part is not None
    assert "No" in [node.text for node in part.nodes]


# --- what a part may confirm ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A page, and what the examples say of it, whether that is so or not."""

    page: str
    html: str
    sentences: list[str]


def examples() -> Iterator[Example]:
    """Yield all pages of examples that have checks."""
    for path in sorted((DATA / "grounding").glob("*.yaml")):
        for one in YAML(typ="safe").load(path):
            lines = [line for kind in ("checks", "undecided") for line in _lines(one, kind) if " | " in line]
            yield Example(one["page"], one["html"], [line.split(" | ", 1)[1] for line in lines])
    told = [line.split(" | ", 2) for line in (DATA / "checks" / "examples.txt").read_text("utf-8").splitlines()]
    for path in sorted((DATA / "checks" / "pages").glob("*.html")):
        yield Example(path.stem, path.read_text("utf-8"), [said for page, _, said in told if page == path.stem])


def _lines(example: dict[str, Any], kind: str) -> list[str]:
    return str(example.get(kind, "")).strip().splitlines()


PAGES = [pytest.param(one, id=one.page) for one in examples() if one.sentences]


def claims_of(sentences: list[str]) -> list[Claim]:
    """Return the claims that one element can confirm."""
    made: list[Claim] = []
    for sentence in sentences:
        try:
            made += [claim for claim in parse_check(sentence) if may_reread(Scope(), claim)]
        except GroundingError:  # an act, or nothing that rules can read
            continue
    return made


@pytest.mark.parametrize("example", PAGES)
async def test_a_part_confirms_nothing_that_the_whole_page_does_not(page: Page, example: Example) -> None:
    """Whatever is read again, be it a stranger: no part of a page may pass what the page does not pass."""
    await page.set_content(example.html)
    snapshot = await take_snapshot(page)
    wrong = [
        claim for claim in claims_of(example.sentences) if judge(claim, Facts(snapshot=snapshot)).outcome != "passed"
    ]

    passed = []
    for node in snapshot.nodes if wrong else ():
        if node.tag in ("#text", "body", "option") or not node.visible:
            continue
        asked = [claim for claim in wrong if claim.kind not in ("value", "compare") or node.role in FIELDS]
        part = await take_part(page, *locator_for(node, snapshot, READ)) if asked else None
        if part is not None:
            facts = Facts(snapshot=part)
            passed += [(claim.text, node.role, node.name) for claim in asked if judge(claim, facts).outcome == "passed"]

    assert passed == []


async def test_most_of_what_can_be_read_again_is_confirmed_by_its_part(page: Page) -> None:
    """Else nothing is gained: the page is looked at twice."""
    made, confirmed = 0, 0
    for example in examples():
        await page.set_content(example.html)
        snapshot = await take_snapshot(page)
        for claim, reading in readings(claims_of(example.sentences), snapshot):
            assert reading.locator is not None
            assert reading.identity is not None
            part = await take_part(page, reading.locator, reading.identity, rivals_of(claim))
            made += 1
            confirmed += part is not None and judge(claim, Facts(snapshot=part)).outcome == "passed"

    assert made > 80
    assert confirmed > 0.8 * made


def readings(claims: list[Claim], snapshot: Snapshot) -> Iterator[tuple[Claim, Grounding]]:
    """Yield the claims that hold, each with what is kept of it."""
    for claim in claims:
        verdict = judge(claim, Facts(snapshot=snapshot))
        if verdict.outcome == "passed" and (reading := reading_of(claim, verdict, snapshot)):
            yield claim, reading


# --- what else a sentence may mean ------------------------------------------------------------------------------------

FAR = "<i></i>" * 80  # so that what stands beyond it is not in the part
NAME = '<div><label>Name <input value="Ada" required></label></div>'
NEWS = "<div><label><input type=checkbox checked>News</label></div>"
LETTER = "<div><label><input type=checkbox checked>News by letter 1</label></div>"
SAVE = "<div><button>Save</button></div>"
DRAFT = "<div><button>Save draft</button></div>"
FRUIT = "<div><select aria-label=Fruit><option>Apple</select></div>"

RIVALS = [
    ("Save is enabled", SAVE, "<a href=x aria-disabled=true>Save</a>"),
    ('"Save" is enabled', SAVE, "<div role=menuitem aria-disabled=true>Save</div>"),
    ("the Save button is enabled", "<div><a href=x>Save</a></div>", "<button disabled>Save</button>"),
    ("the Save button is enabled", SAVE, "<iframe srcdoc='<button disabled>Save</button>'></iframe>"),
    ("the Save button is enabled", DRAFT, "<button disabled>Save</button>"),
    ('the "Save" button is enabled', DRAFT, "<button disabled>Save</button>"),
    ('the first "Save" button is enabled', DRAFT, "<button disabled>Save all</button>"),
    ('the first "Save" button is enabled', DRAFT, "<button disabled>Save</button>"),
    ('the second "Save" button is enabled', DRAFT.replace("<div>", "<div><button>Save all</button>"), "<a>Save</a>"),
    ('the second "Save" button is enabled', DRAFT.replace("<div>", "<div><button>Save all</button>"), SAVE),
    (
        'the first "News" checkbox is checked',
        LETTER + LETTER.replace(" checked", ""),
        "<label><input type=checkbox>News</label>",
    ),
    ('the first "News" checkbox is checked', LETTER, "<label><input type=checkbox>News (2)</label>"),
    ('the first "News" checkbox is checked', LETTER, "<label><input type=checkbox>News by letter 2</label>"),
    ('the first "News" checkbox is checked', LETTER, "<label><input type=radio>News by letter 2</label>"),
    ("the Basket button is enabled", "<div><button>Basket (3)</button></div>", "<button disabled>Basket</button>"),
    ("the Name is Ada", NAME, "<label>Name <select><option>Bo</select></label>"),
    ("the name field contains Ada", "<div><input id=name value=Ada></div>", "<label>Name <input value=Bo></label>"),
    ("the name field is required", NAME.replace("Name", "Last name"), "<label>Name <input></label>"),
    ('the "Name" field contains "Ada"', NAME, "<select aria-label='Na\u00adme:'><option>Bo</select>"),
    ("the field contains Ada", NAME, "<label>Age <input value=7></label>"),
    ("the first field contains Ada", NAME, FRUIT),
    ("the last field contains Ada", NAME, "<input aria-label=Age value=7>"),
    ("the first dropdown shows Apple", FRUIT, "<select><option>Pear</select>"),
    ("the first checkbox is checked", NEWS, "<div role=switch aria-checked=false tabindex=0>Sound</div>"),
    ("News is checked", NEWS, "<label><input type=radio>News</label>"),
    ("the checkbox is checked", NEWS, "<label><input type=checkbox>Terms</label>"),
    ("Apple is selected", FRUIT, "<label><input type=radio>Apple</label>"),
]


@pytest.mark.parametrize(("sentence", "html", "rival"), RIVALS)
@pytest.mark.parametrize("below", [False, True], ids=["above", "below"])
async def test_what_a_sentence_may_mean_as_well_keeps_a_part_from_deciding(
    page: Page, sentence: str, html: str, rival: str, below: bool
) -> None:
    """A page that got another thing of that name, or of that kind, has to be seen whole."""
    await page.set_content(f"<main>{FAR}{html}{FAR}</main>")
    before = await take_snapshot(page)
    kept = list(readings(claims_of([sentence]), before))
    [claim] = parse_check(sentence)
    assert judge(claim, Facts(snapshot=before)).outcome == "passed"

    parts = [FAR, html, FAR, rival] if below else [rival, FAR, html, FAR]
    await page.set_content(f"<main>{''.join(parts)}</main>")
    for frame in page.frames[1:]:
        await frame.wait_for_selector("button")
    now = judge(claim, Facts(snapshot=await take_snapshot(page)))

    for _, reading in kept if now.outcome != "passed" else ():
        assert reading.locator is not None
        assert reading.identity is not None
        part = await take_part(page, reading.locator, reading.identity, rivals_of(claim))
        assert part is None or judge(claim, Facts(snapshot=part)).outcome != "passed"


@pytest.mark.parametrize(
    "sentence",
    [
        "the Name field contains Ada", "the Name is Ada", "the Save button is enabled", "News is checked",
        "the first dropdown shows Apple", "the first checkbox is checked", 'the first "News" checkbox is checked',
    ],
)  # fmt: skip
async def test_what_has_no_like_is_read_again(page: Page, sentence: str) -> None:
    """A rule that keeps nothing gains nothing. A script may hold the words: nobody reads those."""
    script = "<script>Name Save News</script>"
    await page.set_content(f"<main>{script}{FAR}{NAME}{FAR}{NEWS}{FAR}{SAVE}{FAR}{FRUIT}</main>")

    [(claim, reading)] = readings(claims_of([sentence]), await take_snapshot(page))

    assert reading.locator is not None
    assert reading.identity is not None
    part = await take_part(page, reading.locator, reading.identity, rivals_of(claim))
    assert part is not None
    assert judge(claim, Facts(snapshot=part)).outcome == "passed"


async def test_the_first_of_several_that_are_called_alike_is_read_again(page: Page) -> None:
    """Lists of boxes on one page often begin alike; whatever bears the name bears it just as the first does."""
    other = LETTER.replace(" checked", "")
    await page.set_content(f"<main>{FAR}{LETTER}{FAR}{other}{FAR}{other}</main>")
    [claim] = parse_check('the first "News" checkbox is checked')
    [(_, reading)] = readings([claim], await take_snapshot(page))
    assert reading.locator is not None
    assert reading.identity is not None

    part = await take_part(page, reading.locator, reading.identity, rivals_of(claim))

    assert part is not None
    assert judge(claim, Facts(snapshot=part)).outcome == "passed"
