"""Sentences on small pages of many makes, each with the element it means, or `missing` or `ambiguous`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from ruamel.yaml import YAML

from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.decide import Context, decide
from aiwebtest.grounding.rules.lexer import fold
from aiwebtest.grounding.rules.wording import wording

FOLDER = Path(__file__).parents[1] / "data" / "grounding"


def example_pages() -> list[Any]:
    """Return the pages of all files, each a test."""
    pages = [page for path in sorted(FOLDER.glob("*.yaml")) for page in YAML(typ="safe").load(path)]
    return [pytest.param(page["html"], page["asks"], id=page["page"]) for page in pages]


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
    return "" if got == wanted else f"{sentence}: wanted {wanted}, got {got}"


@pytest.mark.parametrize(("html", "asks"), example_pages())
async def test_each_sentence_means_what_a_person_would_mean(page: Page, html: str, asks: str) -> None:
    """Nobody tuned on a user's pages, so many small ones stand for them; a wrong element is worse than none."""
    await page.set_content(html)
    snapshot = await take_snapshot(page)

    wrong = []
    for line in asks.strip().splitlines():
        sentence, wanted, *last = line.split(" => ")
        wrong.append(await verdict(page, snapshot, sentence, wanted, last[0] if last else ""))

    assert [answer for answer in wrong if answer] == []


async def test_what_a_page_does_not_have_is_never_placed_on_it(page: Page) -> None:
    """Every quoted sentence meets every other page; only a page that shows the quotation may claim it."""
    pages = [parameters.values for parameters in example_pages()]
    intents = [parse_act(line.split(" => ")[0])[0] for _, asks in pages for line in asks.strip().splitlines()]
    quoted = [one for one in intents if one.target and one.target.quoted and one.target.name]

    claimed = []
    for html, _ in pages:
        await page.set_content(str(html))
        snapshot = await take_snapshot(page)
        shown = " ".join(" ".join((n.name, n.text, n.placeholder, n.title, n.ident)) for n in snapshot.nodes)
        strangers = [one for one in quoted if one.target and wording(one.target.name or "").folded not in fold(shown)]
        claimed += [one.text for one in strangers if decide(one, snapshot).verdict == "clear"]

    assert len(quoted) > 100
    assert claimed == []
