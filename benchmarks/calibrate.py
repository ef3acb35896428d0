"""Compare the rules' scores with how often they are right, over the labelled examples of the test suite.

`python -m benchmarks.calibrate` grounds every example, prints the share of right answers by score, and fits the two
numbers that turn points into scores (`SCALE` and `SHIFT` in `aiwebtest.grounding.rules.weights`) by logistic
regression on halves: fitted on one half of the pages, judged on the other, so that no page vouches for itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from pathlib import Path

from playwright.async_api import Page
from ruamel.yaml import YAML

from aiwebtest.browser.launch import open_browser
from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.decide import decide
from aiwebtest.grounding.rules.weights import CLEAR, SCALE, SHIFT

__all__ = ["main"]

EXAMPLES = Path(__file__).parents[1] / "engine" / "tests" / "data" / "grounding"
BANDS = (0.0, 0.1, 0.3, 0.5, 0.58, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidate of one example: its score, and whether it is the element meant."""

    page: str
    score: float
    right: bool

    @property
    def points(self) -> float:
        """Return the sum of points behind the score."""
        score = min(max(self.score, 0.001), 0.999)
        return (log(score / (1 - score)) - SHIFT) / SCALE


async def judge(page: Page, name: str, html: str, asks: str) -> list[Judged]:
    """Return the best candidates of a page's examples; an ambiguous one is right if any of its candidates should be."""
    await page.set_content(html)
    snapshot = await take_snapshot(page)
    judged = []
    for line in asks.strip().splitlines():
        sentence, wanted, *last = line.split(" => ")
        if last or wanted == "ambiguous":
            continue
        decision = decide(parse_act(sentence)[0], snapshot)
        if not decision.candidates:
            continue
        best = decision.candidates[0]
        handle = await element(page, snapshot, best.ref)
        right = wanted != "missing" and await handle.evaluate("(e, s) => e.matches(s)", wanted)
        judged.append(Judged(name, best.score, bool(right)))
    return judged


async def judge_all() -> list[Judged]:
    """Return the best candidates of all examples."""
    judged: list[Judged] = []
    async with open_browser() as browser:
        page = await browser.new_page()
        for path in sorted(EXAMPLES.glob("*.yaml")):
            for example in YAML(typ="safe").load(path):
                judged.extend(await judge(page, example["page"], example["html"], example["asks"]))
    return judged


def fit(judged: Sequence[Judged], *, rounds: int = 4000, rate: float = 0.05, pull: float = 0.02) -> tuple[float, float]:
    """Return scale and shift by gradient ascent on the likelihood, pulled a little toward the present ones."""
    scale, shift = SCALE, SHIFT
    for _ in range(rounds):
        up_scale, up_shift = pull * (SCALE - scale), pull * (SHIFT - shift)
        for one in judged:
            missed = one.right - 1 / (1 + exp(-(scale * one.points + shift)))
            up_scale += missed * one.points / len(judged)
            up_shift += missed / len(judged)
        scale, shift = scale + rate * up_scale, shift + rate * up_shift
    return scale, shift


def loss(judged: Sequence[Judged], scale: float, shift: float) -> float:
    """Return the mean squared difference between score and truth (Brier)."""
    return sum((1 / (1 + exp(-(scale * one.points + shift))) - one.right) ** 2 for one in judged) / len(judged)


def main() -> None:
    """Print how the scores hold, and what a fit would make of them."""
    judged = asyncio.run(judge_all())
    print(f"{len(judged)} examples; the rules act alone from a score of {CLEAR}\n")
    print("score          examples   right   mean score")
    for low, high in pairwise(BANDS):
        band = [one for one in judged if low <= one.score < high]
        if band:
            right, mean = sum(one.right for one in band) / len(band), sum(one.score for one in band) / len(band)
            print(f"{low:.2f} to {min(high, 1):.2f} {len(band):>9} {right:>8.0%} {mean:>10.2f}")
    pages = sorted({one.page for one in judged})
    halves = [[one for one in judged if pages.index(one.page) % 2 == half] for half in (0, 1)]
    for mine, other in (halves, halves[::-1]):
        scale, shift = fit(mine)
        print(
            f"\nfitted on {len(mine)}: SCALE {scale:.2f}, SHIFT {shift:.2f}; Brier on the other {len(other)}: "
            f"{loss(other, scale, shift):.4f}, as it stands {loss(other, SCALE, SHIFT):.4f}"
        )


if __name__ == "__main__":
    main()
