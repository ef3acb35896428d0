"""Shorten a page's tree to what a sentence can concern, so that a step's cost does not grow with the page.

Lines are scored by the sentence's words (rare words weigh more), what stands in the same row, card or section counts
for its neighbours, and the best lines are kept with their ancestors and their close context until the budget is spent.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiwebtest.grounding.model.tree import Line, read_lines

__all__ = ["BUDGET_CHARS", "Pruned", "prune"]

BUDGET_CHARS = 4_800
"""Characters of tree that are sent. With Stagehand's own text this stays below 3,000 o200k tokens (about 2 a token)."""

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_CONTAINERS = frozenset(
    "row listitem article region group form dialog cell gridcell columnheader rowheader option menuitem tabpanel "
    "treeitem figure section navigation banner contentinfo main complementary alertdialog div list table "
    "rowgroup".split()
)
_SMALL_CONTAINER = 60  # lines; a larger one is no context but a page
_INTERACTIVE = frozenset(
    "button link textbox checkbox radio combobox select listbox option menuitem tab switch slider spinbutton searchbox "
    "menuitemcheckbox menuitemradio treeitem".split()
)
_STOP = frozenset(
    "the a an of in on at to into for with and or then that this it is are be i my me please from by as its "
    "their there "
    "click press tap type enter fill select choose open go check verify ensure make sure should see "
    "shows show".split()
)
_ROLE_WORDS = {
    "button": "button", "link": "link", "field": "textbox", "box": "textbox", "input": "textbox", "textbox": "textbox",
    "checkbox": "checkbox", "radio": "radio", "dropdown": "select", "list": "listbox", "tab": "tab", "row": "row",
    "heading": "heading", "switch": "switch", "slider": "slider", "image": "image", "icon": "image", "option": "option",
    "menu": "menu", "dialog": "dialog", "table": "table",
}  # fmt: skip
_ORDINALS = frozenset("first second third fourth fifth last 1st 2nd 3rd 4th 5th final top bottom".split())
_OWN, _NEAR, _ROLE = 1.0, 0.8, 0.3


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is sent. `whole` when nothing was left out."""

    text: str
    whole: bool
    lines: int
    lines_before: int


def prune(tree: str, sentence: str, hints: Sequence[str] = (), *, budget: int = BUDGET_CHARS) -> Pruned:
    """Return the tree, or the part of it that `sentence` can concern when it is longer than `budget` characters.

    `hints` are names that the rules hesitate between; lines that carry them are kept first.
    """
    lines = read_lines(tree)
    if len(tree) <= budget or not lines:
        return Pruned(tree, True, len(lines), len(lines))
    kept = _Selection(lines, budget)
    for index in _ranked(lines, sentence, hints):
        if not kept.add(index):
            break
    return Pruned(kept.text(), False, len(kept.indices), len(lines))


def _ranked(lines: Sequence[Line], sentence: str, hints: Sequence[str]) -> list[int]:
    """Return line indices, best first; ties in document order, interactive lines before text."""
    words = [_words(line.name) for line in lines]
    wanted = [word for word in _words(sentence) if word not in _STOP]
    weight = _rarity(wanted, words)
    own = [sum(weight[word] for word in set(wanted) if word in line) for line in words]
    near = _near(lines, words, wanted, weight)
    roles = {_ROLE_WORDS[word] for word in _words(sentence) if word in _ROLE_WORDS}
    folded_hints = {" ".join(sorted(_words(hint))) for hint in hints}
    edges = _edges(lines) if _ORDINALS & set(_words(sentence)) else {}

    def score(index: int) -> float:
        line = lines[index]
        total = _OWN * own[index] + _NEAR * near[index] + edges.get(index, 0.0)
        if line.role in roles:
            total += _ROLE * (1 + total)
        if folded_hints and " ".join(sorted(words[index])) in folded_hints:
            total += 2 * max(weight.values(), default=1.0)
        return total

    return sorted(range(len(lines)), key=lambda i: (-score(i), lines[i].role not in _INTERACTIVE, i))


def _words(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()))


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def _rarity(wanted: Iterable[str], words: Sequence[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for line in words for word in line)
    total = len(words)
    return {word: math.log((total + 1) / (counts[word] + 0.5)) if counts[word] else 0.0 for word in wanted}


def _near(
    lines: Sequence[Line], words: Sequence[frozenset[str]], wanted: Iterable[str], weight: dict[str, float]
) -> list[float]:
    """Return for each line what its row, card or section says of the sentence beyond the line's own words."""
    wanted_set = set(wanted)
    sizes, found = [1] * len(lines), [words[i] & wanted_set for i in range(len(lines))]
    for index in range(len(lines) - 1, -1, -1):  # children come after their parents
        parent = lines[index].parent
        if parent >= 0:
            sizes[parent] += sizes[index]
            found[parent] = found[parent] | found[index]
    near = [0.0] * len(lines)
    for index, line in enumerate(lines):
        parent, steps = line.parent, 0
        while parent >= 0 and steps < 4 and sizes[parent] <= _SMALL_CONTAINER:
            extra = found[parent] - (words[index] & wanted_set)
            near[index] = max(near[index], sum(weight[word] for word in extra) / (1 + 0.25 * steps))
            parent, steps = lines[parent].parent, steps + 1
    return near


def _edges(lines: Sequence[Line]) -> dict[int, float]:
    """Return a bonus for the first and the last few of many alike siblings: an ordinal may mean them."""
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        groups[line.parent, line.role].append(index)
    bonus: dict[int, float] = {}
    for members in groups.values():
        if len(members) > 3:
            for rank, index in enumerate([*members[:5], *members[-2:]]):
                bonus[index] = 1.5 - 0.1 * rank
    return bonus


class _Selection:
    """The lines kept so far, within the budget."""

    def __init__(self, lines: Sequence[Line], budget: int) -> None:
        self._lines, self._left = lines, budget
        self.indices: set[int] = set()
        self._children: dict[int, list[int]] = defaultdict(list)
        for index, line in enumerate(lines):
            self._children[line.parent].append(index)

    def add(self, index: int) -> bool:
        """Keep a line with its ancestors and what names it; return False once the budget is spent."""
        wanted = [index, *self._ancestors(index), *self._context(index)]
        for item in wanted:
            if item in self.indices:
                continue
            cost = len(self._lines[item].text) + 1
            if cost > self._left:
                return False
            self._left -= cost
            self.indices.add(item)
        return True

    def _ancestors(self, index: int) -> list[int]:
        path, parent = [], self._lines[index].parent
        while parent >= 0 and parent not in self.indices:
            path.append(parent)
            parent = self._lines[parent].parent
        return path

    def _context(self, index: int) -> list[int]:
        """Return the siblings that tell what a line is: the cells of its row, the heading of its card."""
        parent = self._lines[index].parent
        if parent < 0 or self._lines[parent].role not in _CONTAINERS:
            return self._children[index][:4]
        siblings = self._children[parent]
        near = siblings if len(siblings) <= 12 else []
        return [*self._children[index][:4], *near]

    def text(self) -> str:
        """Return the kept lines in document order, gaps marked."""
        out: list[str] = []
        before = -1
        for index in sorted(self.indices):
            if index > before + 1:
                out.append(f"{' ' * self._lines[index].depth}({index - before - 1} lines left out)")
            out.append(self._lines[index].text)
            before = index
        if before < len(self._lines) - 1:
            out.append(f"({len(self._lines) - 1 - before} lines left out)")
        return "\n".join(out)
