"""Sentences on small pages of many makes.

Those that act have the element that they mean, or `missing` or `ambiguous`; those that check have their outcome. What
stands under `undecided` a person would understand and rules do not yet: they may leave it, and not get it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from ruamel.yaml import YAML

from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.core.facts import Facts
from aiwebtest.core.grounding import Decision
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import worst
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.checks import judge, parse_check
from aiwebtest.grounding.rules.decide import Context, decide, reworded
from aiwebtest.grounding.rules.lexer import fold
from aiwebtest.grounding.rules.sentence import understand
from aiwebtest.grounding.rules.wording import wording

FOLDER = Path(__file__).parents[1] / "data" / "grounding"


def example_pages() -> list[Any]:
    """Return the pages of all files, each a test."""
    pages = [page for path in sorted(FOLDER.glob("*.yaml")) for page in YAML(typ="safe").load(path)]
    return [pytest.param(page, id=page["page"]) for page in pages]


async def verdict(page: Page, snapshot: Snapshot, sentence: str, wanted: str, last: str) -> str:
    """Return "" if the sentence grounds as wanted, else what it grounded on."""
    context = Context()
    if last:
        handle = await page.query_selector(last)
        assert handle is not None
        number = await handle.evaluate('(e) => window[Symbol.for("aiwebtest")].numberOf(e)')
        context = Context(last=(0, number))
    decision = decide(parse_act(sentence)[0], snapshot, context)
    got = decision.verdict
    if got == "clear":
        chosen = await element(page, snapshot, decision.candidates[0].ref)
        named = wanted not in ("missing", "ambiguous")
        if named and await chosen.evaluate("(e, selector) => e.matches(selector)", wanted):
            return ""
        got = decision.candidates[0].described
    if got == "ambiguous":
        told = reworded(decision, parse_act(sentence)[0], snapshot, context)
        if unclear := unclear_rewordings(told, snapshot, context):
            return unclear
    return "" if got == wanted else f"{sentence}: wanted {wanted}, got {got}"


def unclear_rewordings(decision: Decision, snapshot: Snapshot, context: Context) -> str:
    """Return "" if each rewording means another one of the candidates, else what is wrong with them."""
    meant = []
    for sentence in decision.rewordings:
        told = decide(parse_act(sentence)[0], snapshot, context)
        if told.verdict != "clear":
            return f"the rewording {sentence} is {told.verdict}"
        meant.append(told.candidates[0].ref)
    known = {candidate.ref for candidate in decision.candidates}
    return "" if meant and len(set(meant)) == len(meant) and known.issuperset(meant) else f"{decision.rewordings}"


def judged(snapshot: Snapshot, line: str) -> str:
    """Return "" if a check comes to the outcome that its line begins with, else what it came to."""
    wanted, sentence = line.split(" | ", 1)
    verdicts = [judge(claim, Facts(snapshot=snapshot)) for claim in parse_check(sentence)]
    got = worst(*(verdict.outcome for verdict in verdicts))
    return "" if got == wanted else f"{line}: {got}, {[verdict.actual for verdict in verdicts]}"


async def mistaken(page: Page, snapshot: Snapshot, line: str) -> str:
    """Return "" unless rules decide a sentence otherwise than its line says."""
    if " | " in line:
        said = understand(line.split(" | ", 1)[1])
        return judged(snapshot, line) if said.claims and " error, " not in judged(snapshot, line) else ""
    sentence, wanted = line.split(" => ")
    intents = understand(sentence).intents
    if not intents or decide(intents[0], snapshot, Context()).verdict != "clear":
        return ""
    return await verdict(page, snapshot, sentence, wanted, "")


_DENYING = re.compile(
    r"\b(?:not|no|never|none|nothing|without|neither|nor|gone|hidden|absent|removed|disappear\w*|closed)\b|n't\b",
    re.IGNORECASE,
)
_BOUNDING = re.compile(
    r"\b(?:least|most|more|less|fewer|under|over|below|above|between|before|after|up to|than)\b", re.IGNORECASE
)
_DENIALS = (
    (re.compile(r"\b(is|are|was|were)\b"), r"\1 not"), (re.compile(r"\bhas\b"), "does not have"),
    (re.compile(r"\bhave\b"), "do not have"), (re.compile(r"\b(show|say|read|contain|cost)s\b"), r"does not \1"),
    (re.compile(r"\bI see\b"), "I do not see"), (re.compile(r"\b(should|must)\b"), r"\1 not"),
)  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"')
_NAMES = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z]\w+(?:[ -][A-Z]\w+)*")
_NUMBERS = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-])")


def changed(sentence: str) -> Iterator[str]:
    """Yield a sentence denied in each way that fits it, and with another number or name in place of each."""
    if _DENYING.search(sentence):
        return
    bare = _QUOTED.sub(lambda found: found[0].replace(" ", "\0"), sentence)  # what is quoted is no verb
    for verb, denied in _DENIALS:
        if found := verb.search(bare):
            yield (bare[: found.start()] + found.expand(denied) + bare[found.end() :]).replace("\0", " ")
    for number in _NUMBERS.finditer(sentence) if not _BOUNDING.search(sentence) else ():
        yield f"{sentence[: number.end()]}7{sentence[number.end() :]}"
    for name in (*_QUOTED.finditer(sentence), *_NAMES.finditer(sentence)):
        stranger = '"Quagga Xylem"' if name[0].startswith('"') else "Quagga"
        yield sentence[: name.start()] + stranger + sentence[name.end() :]


def passes(sentence: str, snapshot: Snapshot) -> bool:
    """Tell whether a check is confirmed."""
    return worst(*(judge(claim, Facts(snapshot=snapshot)).outcome for claim in parse_check(sentence))) == "passed"


def held_anyway(snapshot: Snapshot, line: str) -> str:
    """Return "" unless a check passes and does so too when it is changed: it is worth nothing then."""
    outcome, sentence = line.split(" | ", 1)
    both = [other for other in changed(sentence) if passes(other, snapshot)] if outcome == "passed" else []
    return f"{sentence}: and so does {both[0]}" if both else ""


@pytest.mark.parametrize("example", example_pages())
async def test_each_sentence_means_what_a_person_would_mean(page: Page, example: dict[str, str]) -> None:
    """Nobody tuned on a user's pages, so many small ones stand for them; a wrong element is worse than none."""
    await page.set_content(example["html"])
    snapshot = await take_snapshot(page)

    wrong = []
    for line in example.get("asks", "").strip().splitlines():
        sentence, wanted, *last = line.split(" => ")
        wrong.append(await verdict(page, snapshot, sentence, wanted, last[0] if last else ""))
    for line in example.get("checks", "").strip().splitlines():
        wrong += [judged(snapshot, line), held_anyway(snapshot, line)]
    wrong += [await mistaken(page, snapshot, line) for line in example.get("undecided", "").strip().splitlines()]

    assert [answer for answer in wrong if answer] == []


async def test_what_a_page_does_not_have_is_never_placed_on_it(page: Page) -> None:
    """Quoted sentences meet the other pages, each page a fourth; only a page that shows the quotation may claim it."""
    pages = [parameters.values[0] for parameters in example_pages()]
    lines = [line for one in pages for line in one.get("asks", "").strip().splitlines()]
    intents = [parse_act(line.split(" => ")[0])[0] for line in lines]
    quoted = [one for one in intents if one.target and one.target.quoted and one.target.name]

    claimed = []
    for turn, example in enumerate(pages):
        await page.set_content(example["html"])
        snapshot = await take_snapshot(page)
        met = quoted[turn % 4 :: 4]
        shown = " ".join(" ".join((n.name, n.text, n.placeholder, n.title, n.ident)) for n in snapshot.nodes)
        strangers = [one for one in met if one.target and wording(one.target.name or "").folded not in fold(shown)]
        claimed += [one.text for one in strangers if decide(one, snapshot).verdict == "clear"]

    assert len(quoted) > 100
    assert claimed == []
