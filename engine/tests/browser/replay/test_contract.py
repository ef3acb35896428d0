"""The recipe matches the same elements in a snapshot and in the page that it was taken of."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from aiwebtest.browser.locate import Found, find_again
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.locators import locator_for
from aiwebtest.grounding.matching import Document
from aiwebtest.grounding.neighbourhood import neighbours

from .pages import PAGES

CLICK = Intent(action="click", text="Click it", target=Target(text="it"))


def _elements(snapshot: Snapshot) -> list[Node]:
    return [node for node in snapshot.nodes if node.tag not in ("#text", "body", "option")]


@pytest.mark.parametrize("name", PAGES)
async def test_each_element_is_found_again_by_its_recipe(page: Page, name: str) -> None:
    """On the unchanged page, every recipe leads to the element it was made for."""
    await page.set_content(PAGES[name])
    snapshot = await take_snapshot(page)

    wrong = []
    for node in _elements(snapshot):
        locator, identity = locator_for(node, snapshot, CLICK)
        found = await find_again(page, locator, identity)
        if not (isinstance(found, Found) and found.local == node.local):
            wrong.append((node.tag, node.name or node.text, locator, found))

    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
async def test_each_recipe_matches_one_element_of_the_snapshot(page: Page, name: str) -> None:
    """What is given out was tried: the pure matcher finds that element and no other."""
    await page.set_content(PAGES[name])
    snapshot = await take_snapshot(page)

    for node in _elements(snapshot):
        locator, _ = locator_for(node, snapshot, CLICK)
        assert [n.ref for n in Document(snapshot, node.frame).find(locator)] == [node.ref], locator


@pytest.mark.parametrize(("name", "other"), list(zip(PAGES, [*list(PAGES)[1:], "shop"], strict=True)))
async def test_page_and_snapshot_give_the_same_matches_for_foreign_recipes(page: Page, name: str, other: str) -> None:
    """Recipes of another page, which mostly fail, fail on both sides alike."""
    await page.set_content(PAGES[other])
    foreign = await take_snapshot(page)
    recipes = [locator_for(node, foreign, CLICK)[0] for node in _elements(foreign)]
    await page.set_content(PAGES[name])
    snapshot = await take_snapshot(page)

    for recipe in recipes:
        nodes = Document(snapshot, 0).find(recipe)
        expected = nodes[0].local if len(nodes) == 1 else None
        assert await _found(page, recipe, nodes) == expected, recipe


async def _found(page: Page, recipe: Locator, nodes: list[Node]) -> int | None:
    if nodes:
        node = nodes[0]
        identity = Identity(tag=node.tag, role=node.role, name=node.name, type=node.type)
    else:
        identity = Identity(tag=recipe.tag, role=recipe.role, name=recipe.name)
    found = await find_again(page, recipe, identity)
    return found.local if isinstance(found, Found) else None


@pytest.mark.parametrize("name", PAGES)
async def test_neighbourhoods_agree(page: Page, name: str) -> None:
    """Every text that the snapshot sees around an element, the page sees there too."""
    await page.set_content(PAGES[name])
    snapshot = await take_snapshot(page)
    document = Document(snapshot, 0)

    for node in _elements(snapshot):
        locator, identity = locator_for(node, snapshot, CLICK)
        near = neighbours(node, document)
        strict = Identity(tag=node.tag, role=node.role, name=identity.name, type=node.type, near=near)
        assert isinstance(await find_again(page, locator, strict), Found), (node, near)
