"""What a model is shown of a page: tokens before and after pruning, and whether the right element is still there.

`python -m benchmarks.pruning` opens three pages in Chromium, lets Stagehand read each of them, and shortens its tree
for some 200 labelled instructions, made from the pages' own content by stated patterns. The label is the id of the
element in the whole tree, found there by name and place without any of the code that is measured. Tokens are those of
the o200k vocabulary, of all that is sent: system text, prompt and schema. No provider is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from playwright.async_api import Page

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.observed import node_at
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.case import Step
from aiwebtest.core.errors import GroundingError
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.core.model import ModelQuestion
from aiwebtest.grounding.model.callback import compose
from aiwebtest.grounding.model.stagehand import StagehandModel
from aiwebtest.testing.scripted import ScriptedGenerator
from benchmarks.material import MaterialMissing, tokenizer_path
from benchmarks.pages import PAGES
from benchmarks.report import Report

__all__ = ["Labelled", "Outcome", "Tree", "counter", "main", "measure", "read_pages", "reading"]

MOST_TOKENS = 3_000
KEPT_SHARE = 0.99
_LINE = re.compile(r"^( *)\[(\d+-\d+)\] ([^:\n]*)(?:: (.*))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One instruction, and the id of the element that it means."""

    page: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one instruction."""

    labelled: Labelled
    kept: bool
    tokens: int
    tokens_whole: int
    ms: float


def instructions(page: str, tree: str) -> Iterator[Labelled]:
    """Yield the labelled instructions of a page."""
    for text, label in {"login": _login, "shop": _shop, "table": _table}[page](Tree(tree)):
        yield Labelled(page, text, label)


class Tree:
    """Finds labels: ids by role and name, counted from 1, or behind another line."""

    def __init__(self, tree: str) -> None:
        self.lines = [(m[2], m[3].strip().lower(), m[4] or "") for m in _LINE.finditer(tree)]

    def id(self, role: str, name: str, number: int = 1) -> str:
        """Return the id of the n-th line of this role and name; negative numbers count from the end."""
        found = [i for i, r, n in self.lines if (r, n) == (role, name)]
        return found[number - 1 if number > 0 else number]

    def behind(self, name: str, role: str) -> str:
        """Return the id of the first line of a role behind the first line of this name."""
        at = next(k for k, (_, _, n) in enumerate(self.lines) if n == name)
        return next(i for i, r, _ in self.lines[at:] if r == role)


def _login(tree: Tree) -> Iterator[tuple[str, str]]:
    for name in ("Home", "Plans", "Docs", "Blog", "Help"):
        yield f"Click {name} in the main navigation", tree.id("link", name)
    for section in ("Product", "Company", "Legal"):
        for number in (1, 2, 5, 8):
            yield f"Follow “{section} {number}” at the bottom", tree.id("link", f"{section} {number}")
    yield "Type ada@example.com into the e-mail field", tree.id("textbox", "E-mail")
    yield "Fill in the mail address with bob@example.com", tree.id("textbox", "E-mail")
    yield "Enter the password secret", tree.id("textbox", "Password")
    yield "Have me remembered", tree.id("checkbox", "Remember me")
    yield "Sign in", tree.id("button", "Log in")
    yield "Submit the form", tree.id("button", "Log in")
    yield "I lost my password", tree.id("link", "Forgot your password?")
    yield "Make a new account", tree.id("link", "Sign up")


def _shop(tree: Tree) -> Iterator[tuple[str, str]]:
    for n in range(3, 192, 12):
        yield f"Add lamp {n:03} to the basket", tree.behind(f"Lamp {n:03}", "button")
        yield f"Put “Lamp {n + 3:03}” in my trolley", tree.behind(f"Lamp {n + 3:03}", "button")
        yield f"Set the quantity of Lamp {n + 5:03} to 3", tree.behind(f"Lamp {n + 5:03}", "spinbutton")
        yield f"Look at the details of lamp {n + 1:03}", tree.behind(f"Lamp {n + 1:03}", "link")
    words = ("first", "second", "third", "fourth", "fifth", "tenth", "twentieth")
    for word, n in zip(words, (1, 2, 3, 4, 5, 10, 20), strict=True):
        yield f"Add the {word} lamp to the cart", tree.id("button", "Add to cart", n)
    for n in (33, 57, 101, 150):
        yield (
            f"Press the {n}{'st' if n == 101 else 'rd' if n == 33 else 'th'} add to cart button",
            tree.id("button", "Add to cart", n),
        )
    yield "Add the last product to the cart", tree.id("button", "Add to cart", -1)
    for n in (12, 77, 160):
        yield f"Click the picture of lamp {n:03}", tree.id("image", f"Picture of Lamp {n:03}")
        yield f"Buy the lamp for room {n}", tree.behind(f"Lamp {n:03}", "button")
    yield "Look for a desk lamp", tree.id("searchbox", "Search products")
    yield "Open the basket", tree.id("link", "Cart (0)")
    yield "Log in", tree.id("link", "Sign in")


def _table(tree: Tree) -> Iterator[tuple[str, str]]:
    for n in range(2, 1000, 40):
        yield f"Edit user {n:04}", tree.id("button", f"Edit User {n:04}")
        yield f"Change the account of user{n + 7:04}@example.com", tree.id("button", f"Edit User {n + 7:04}")
        yield f"Click the button in the row of “User {n + 13:04}”", tree.id("button", f"Edit User {n + 13:04}")
    words = ("first", "second", "third", "fifth", "tenth", "twelfth")
    for word, n in zip(words, (1, 2, 3, 5, 10, 12), strict=True):
        yield f"Click edit in the {word} row", tree.id("button", f"Edit User {n:04}")
    for n in (25, 250, 500, 999):
        yield f"Press the {n}th edit button", tree.id("button", f"Edit User {n:04}")
        yield f"Open the record with id {n}", tree.id("button", f"Edit User {n:04}")
    yield "Click edit in the last row", tree.id("button", "Edit User 1000")
    yield "Edit the last user of the table", tree.id("button", "Edit User 1000")
    for city, n in ((5, 5), (12, 12), (30, 30)):
        yield f"Edit the first user from City {city}", tree.id("button", f"Edit User {n:04}")


async def read_pages() -> dict[str, StructuredRequest]:
    """Return, for each page, the request that Stagehand makes of it, nothing left out."""
    found: dict[str, StructuredRequest] = {}
    async with reading() as read:
        for name, made in PAGES.items():
            found[name] = await read(partial(Page.set_content, html=made()))
    return found


@asynccontextmanager
async def reading() -> AsyncIterator[Callable[[Callable[[Page], Awaitable[object]]], Awaitable[StructuredRequest]]]:
    """Yield what returns Stagehand's request about a page, after the page was made as told."""
    generator = ScriptedGenerator(every={"elements": []})
    model = StagehandModel(lambda _: generator, name=generator.name, resolve=node_at)

    async def read(prepare: Callable[[Page], Awaitable[object]]) -> StructuredRequest:
        await prepare(session.page)
        question = ModelQuestion(
            execution="benchmark", step=Step(index=0, text="x"), text="x", page=session.page,
            snapshot=await take_snapshot(session.page), cdp_url=pool.cdp_url or "", deadline_s=60.0,
        )  # fmt: skip
        with suppress(GroundingError):  # nothing is what the script finds
            await model.ground(question)
        return generator.requests[-1]  # asked again with the whole tree

    async with BrowserPool(BrowserSettings(debugging=True)) as pool, pool.session() as session:
        yield read
        await model.close()


def measure(whole: StructuredRequest, one: Labelled, count: Callable[[str], int]) -> Outcome:
    """Compose the request for one instruction as the product does, and look for the label in it."""
    head, tree = whole.prompt.split("\n[", 1)
    prompt = head.replace("instruction: x", f"instruction: {one.text}") + "\n[" + tree
    began = time.thread_time()
    shown = compose(prompt, one.text)
    ms = (time.thread_time() - began) * 1000
    around = count(whole.system) + count(json.dumps(whole.schema))
    return Outcome(one, f"[{one.label}]" in shown.text, around + count(shown.text), around + count(prompt), ms)


def main() -> int:
    """Measure, print and keep; return 0 when the aims are met."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        count = counter()
    except MaterialMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    outcomes = [
        measure(whole, one, count)
        for page, whole in asyncio.run(read_pages()).items()
        for one in instructions(page, whole.prompt)
    ]
    report = Report("pruning", "What a model is shown of a page")
    rows = []
    for page in PAGES:
        mine = [outcome for outcome in outcomes if outcome.labelled.page == page]
        rows.append((
            page, len(mine), sum(o.kept for o in mine), round(statistics.median(o.tokens_whole for o in mine)),
            round(statistics.median(o.tokens for o in mine)), max(o.tokens for o in mine),
            round(statistics.median(o.ms for o in mine), 1),
        ))  # fmt: skip
    columns = ("page", "instructions", "element kept", "tokens whole", "tokens sent", "at most", "pruning CPU ms")
    report.table("Tokens of one request", columns, rows)
    lost = [(o.labelled.page, o.labelled.text, o.labelled.label) for o in outcomes if not o.kept]
    report.table("Elements left out (found with the whole tree, which is sent next)", ("page", "text", "label"), lost)
    kept, most = sum(o.kept for o in outcomes) / len(outcomes), max(o.tokens for o in outcomes)
    report.aim("instructions", len(outcomes), ">= 200", met=len(outcomes) >= 200)
    report.aim("tokens of a request, at most", most, f"<= {MOST_TOKENS}", met=most <= MOST_TOKENS)
    report.aim("element kept", round(kept, 4), f">= {KEPT_SHARE}", met=kept >= KEPT_SHARE)
    return report.close()


def counter() -> Callable[[str], int]:
    """Return what counts tokens of the o200k vocabulary."""
    sys.path.insert(0, str(tokenizer_path()))
    import bpe_openai  # type: ignore[import-not-found]

    encoding = bpe_openai.get_encoding("o200k_base")
    return lambda text: len(encoding.encode(text))


if __name__ == "__main__":
    raise SystemExit(main())
