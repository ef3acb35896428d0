"""Shorten a page's tree to what a sentence can concern, so that a step's cost does not grow with the page.

Lines are scored by the sentence's words (rare words weigh more, synonyms of interface language count alike), by what
stands in the same row, card or section, and by the positions that ordinal words name. The best lines are kept with
their ancestors and what tells them apart, until the budget is spent.
"""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aiwebtest.grounding.model.tree import Line, read_lines
from aiwebtest.grounding.rules.wording import spellings

__all__ = ["BUDGET_TOKENS", "GAP", "Pruned", "estimated_tokens", "prune"]

BUDGET_TOKENS = 2_400
"""Of tree, as counted here. With Stagehand's own text, its schema and a sentence a request stays below 3,000."""

GAP = "..."
"""Stands for the lines that are left out."""

_MOST_ASCII_PER_TOKEN = 6
_GAP_TOKENS = 2  # with its blanks and its line end
_ASCII_PER_TOKEN = 2.8  # o200k, measured on trees of tables, which are the densest
_PIECES = re.compile(r"\d{1,3}|[A-Za-z]{1,8}|[^\sA-Za-z\d]|\n *")
_PER_PIECE = 1.15  # o200k, measured on trees of five pages: never too few
_INTERACTIVE = frozenset(
    "button link textbox checkbox radio combobox select listbox option menuitem tab switch slider spinbutton searchbox "
    "menuitemcheckbox menuitemradio treeitem".split()
)
_SILENT = frozenset(("listmarker", "inlinetextbox", "linebreak"))
_SMALL_CONTAINER = 60  # lines; a larger one is no context but a page
_LEVELS = 4  # up which a container still tells something about a line
_STOP = frozenset(
    "an of in on at to into for with and or then it is are be i me from by as there click press tap type enter fill "
    "select choose check verify ensure make sure should see show its their that has have which whose costs cost put "
    "set use please go open".split()
)
_ROLE_WORDS = {
    "button": "button", "link": "link", "field": "textbox", "box": "textbox", "input": "textbox", "textbox": "textbox",
    "checkbox": "checkbox", "radio": "radio", "dropdown": "select", "list": "listbox", "tab": "tab", "row": "row",
    "heading": "heading", "switch": "switch", "slider": "slider", "picture": "image", "icon": "image",
    "option": "option", "menu": "menu", "dialog": "dialog", "table": "table", "column": "columnheader",
}  # fmt: skip
_PLACE_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_PLACES = {word: number for number, word in enumerate(_PLACE_WORDS)} | {"top": 0, "last": -1, "final": -1, "bottom": -1}
_PLACES |= {"topmost": 0, "uppermost": 0, "start": 0, "beginning": 0, "bottommost": -1, "lowest": -1, "end": -1}
_NUMERAL = re.compile(r"\b(\d{1,5})(?:st|nd|rd|th)\b")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENDING = r"(?:s|es|ed|ing)?"
_NUMBER = re.compile(r"\d+")
_PARTS = frozenset("cell gridcell columnheader rowheader statictext inlinetextbox listmarker".split())  # of an item
_MANY = 12  # siblings alike: a list of data, not of choices that a page offers once
_MOST_SINGULAR = 80
_TEXTS = frozenset("statictext code paragraph pre emphasis strong inlinetextbox".split())
_TEXT, _RARE_ROLE = 0.4, 0.5
_NEAR, _JUST, _ROLE, _PLACE, _HINT = 0.8, 0.5, 0.3, 3.0, 20.0
_FOUND_SHARE, _READ_SHARE = 0.6, 0.9  # of the budget, for what the sentence's words find
_MOST_KEPT = 400  # lines tried; the budget holds fewer


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is sent. `whole` when nothing was left out."""

    text: str
    whole: bool
    lines: int
    lines_before: int


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text takes, rather too many than too few."""
    ascii_only = len(text.encode("ascii", "ignore"))
    return int(ascii_only / _ASCII_PER_TOKEN) + len(text) - ascii_only + 1


def _counted_tokens(text: str) -> float:
    """Return how many tokens a short text takes, more exactly than an estimate by its length, and slower."""
    return len(_PIECES.findall(text)) * _PER_PIECE


def prune(
    tree: str, sentence: str, hints: Sequence[str] = (), *, acting: bool = True, budget: int = BUDGET_TOKENS
) -> Pruned:
    """Return the tree, or the part of it that `sentence` can concern when it takes more than `budget` tokens.

    `hints` are names that the rules hesitate between; lines that carry them are kept first. `acting`: an element is
    sought, so that a text counts for what it stands in and beside; otherwise the texts themselves are wanted.
    """
    if len(tree) <= budget * _MOST_ASCII_PER_TOKEN and _counted_tokens(tree) <= budget:
        return Pruned(tree, True, tree.count("\n") + 1, tree.count("\n") + 1)
    lines = read_lines(tree)
    if not lines:
        return Pruned(tree, True, 0, 0)
    page = _Page(lines)
    kept = _Selection(page)
    for share, indices in _ranked(page, sentence, hints, acting=acting):
        kept.fill(indices, share * budget)
    return Pruned(kept.text(), False, len(kept.indices), len(lines))


class _Page:
    """The lines with what is asked of them again and again."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.parents = [line.parent for line in lines]
        self.sizes = [1] * len(lines)
        self.children: dict[int, list[int]] = defaultdict(list)
        for index in range(len(lines) - 1, -1, -1):  # children come after their parents
            if (parent := self.parents[index]) >= 0:
                self.sizes[parent] += self.sizes[index]
        for index, parent in enumerate(self.parents):
            self.children[parent].append(index)
        names = [_CAMEL.sub(" ", line.name.replace("\n", " ")) for line in lines]
        self._text = "\n".join(names).lower()
        self._starts = [0]
        for name in names:
            self._starts.append(self._starts[-1] + len(name) + 1)
        if self._starts[-1] != len(self._text) + 1:  # a letter that is longer in lower case
            self._text = "\n".join(names)

    def with_phrase(self, phrase: str) -> tuple[set[int], set[int]]:
        """Return the lines whose name has the phrase in it, whatever the words' endings; and those that are just it."""
        words = [
            re.escape(word.removesuffix("y")) + (r"(?:y|ies)" if word.endswith("y") else "") for word in phrase.split()
        ]
        pattern = re.compile(r"[\W_]+".join(word + _ENDING for word in words) + r"(?![a-z0-9])")
        text, starts = self._text, self._starts
        found, just = set(), set()
        for match in pattern.finditer(text):
            at = match.start()
            if at == 0 or not (text[at - 1].isalnum() and text[at - 1].isascii()):
                line = bisect_right(starts, at) - 1
                found.add(line)
                if match.end() - at == starts[line + 1] - starts[line] - 1:
                    just.add(line)
        return found, just


def _ranked(page: _Page, sentence: str, hints: Sequence[str], *, acting: bool) -> Iterator[tuple[float, Iterable[int]]]:
    """Yield line indices, best first, each time with the share of the budget up to which they may fill it.

    What the sentence's words find comes first. It leaves room for what the page offers once, since a sentence may say
    that in other words altogether: its search, menu and buttons. What is left is for the rest of both.
    """
    masks, weights = _matches(page, sentence)
    scores = _scores(page, masks, weights)
    if acting:
        for index, line in enumerate(page.lines):
            if line.role in _TEXTS:
                scores[index] *= _TEXT
    for index, bonus in _places(page, sentence).items():
        scores[index] += bonus
    roles = _roles(page, sentence)
    wanted = {" ".join(hint.lower().split()) for hint in hints if hint}
    for index, line in enumerate(page.lines):
        if line.role in roles:
            scores[index] += roles[line.role] + _ROLE * (1 + scores[index])
        if wanted and " ".join(line.name.lower().split()) in wanted:
            scores[index] += _HINT
    found = heapq.nsmallest(
        _MOST_KEPT,
        (index for index, score in enumerate(scores) if score > 0),
        key=lambda i: (-scores[i], page.lines[i].role not in _INTERACTIVE, i),
    )
    yield _FOUND_SHARE if acting else _READ_SHARE, found
    yield 1.0, sorted(_singular(page), key=lambda i: -scores[i])
    yield 1.0, found
    yield 1.0, (index for index, line in enumerate(page.lines) if line.role in _INTERACTIVE)


def _roles(page: _Page, sentence: str) -> dict[str, float]:
    """Return the roles that the sentence names, and what each weighs: the fewer there are, the more the word tells."""
    named = {_ROLE_WORDS[word] for word in _WORD.findall(sentence.lower()) if word in _ROLE_WORDS}
    counts = Counter(line.role for line in page.lines if line.role in named)
    return {role: _RARE_ROLE * math.log((len(page.lines) + 1) / (count + 0.5)) for role, count in counts.items()}


def _matches(page: _Page, sentence: str) -> tuple[list[int], list[float]]:
    """Return for each line which of the sentence's terms it has, as bits; and what each term weighs."""
    parts = " ".join(_WORD.findall(_CAMEL.sub(" ", sentence)))  # "billing@example.com" has "billing" in it
    every = dict.fromkeys((*spellings(sentence), *spellings(parts)))
    terms = [term for term in every if not set(term) <= _STOP]
    masks: list[int] = [0] * len(page.lines)
    weights: list[float] = []
    for term in terms:
        pairs = [page.with_phrase(phrase) for phrase in dict.fromkeys((*term, *_stems(term[0])))]
        for found, share in ((set().union(*(f for f, _ in pairs)), 1.0), (set().union(*(j for _, j in pairs)), _JUST)):
            for index in found:
                masks[index] |= 1 << len(weights)
            weights.append(share * math.log((len(page.lines) + 1) / (len(found) + 0.5)) if found else 0.0)
    return masks, weights


def _stems(word: str) -> tuple[str, ...]:
    """Return what a word may be a form of: a page says "scroll" where a sentence says "scrolling"."""
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and not stem.endswith("s"):
            doubled = len(stem) > 3 and stem[-1] == stem[-2]
            return (stem, stem[:-1] if doubled else f"{stem}e")
    return ()


def _scores(page: _Page, masks: list[int], weights: list[float]) -> list[float]:
    """Return what each line's own words weigh, and a part of what its row, card or section adds to them."""
    weigh = _Weigher(weights)
    below = list(masks)
    for index in range(len(below) - 1, -1, -1):
        if (parent := page.parents[index]) >= 0:
            below[parent] |= below[index]
    scores = [weigh[mask] for mask in masks]
    for index, own in enumerate(masks):
        parent, near, share = page.parents[index], 0.0, _NEAR
        for _ in range(_LEVELS):
            if parent < 0 or page.sizes[parent] > _SMALL_CONTAINER:
                break
            if extra := below[parent] & ~own:
                near = max(near, share * weigh[extra])
            parent, share = page.parents[parent], share * 0.8
        scores[index] += near
    return scores


class _Weigher(dict[int, float]):
    """The weight of a set of terms, given as bits; each set is added up once."""

    def __init__(self, weights: Sequence[float]) -> None:
        super().__init__({0: 0.0})
        self._weights = weights

    def __missing__(self, mask: int) -> float:
        self[mask] = sum(weight for number, weight in enumerate(self._weights) if mask >> number & 1)
        return self[mask]


def _places(page: _Page, sentence: str) -> dict[int, float]:
    """Return a bonus for the lines at the places that ordinal words name, and for all that is in them.

    Places are counted among alike children of one parent and among all lines that look alike; the neighbours get a part
    of the bonus, since a heading may or may not count.
    """
    low = sentence.lower()
    wanted = {_PLACES[word] for word in _WORD.findall(low) if word in _PLACES}
    wanted |= {int(numeral) - 1 for numeral in _NUMERAL.findall(low) if int(numeral) > 0}
    if not wanted:
        return {}
    bonus: dict[int, float] = {}
    for group in _alike(page.lines):
        for place in wanted:
            for shift, share in ((0, 1.0), (-1, 0.7), (1, 0.7)):
                at = place + shift
                if (0 <= at < len(group)) if place >= 0 else (-len(group) <= at < 0):
                    _spread(page, group[at], share * _PLACE, bonus)
    return bonus


def _singular(page: _Page) -> list[int]:
    """Return what can be acted on and is not one of many alike: the search box, the menu, the form's buttons.

    None, if there is much of it: then nothing sets it apart.
    """
    repeated = [False] * len(page.lines)
    for group in _many_alike(page):
        for index in group:
            repeated[index] = True
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, line in enumerate(page.lines):  # parents come before their children
        repeated[index] = repeated[index] or (line.parent >= 0 and repeated[line.parent])
        if line.role in _INTERACTIVE:
            alike[line.role, _NUMBER.sub("#", line.name)].append(index)
    found = [group[0] for group in alike.values() if len(group) == 1 and not repeated[group[0]]]
    return found if len(found) <= _MOST_SINGULAR else []


def _many_alike(page: _Page) -> Iterator[list[int]]:
    """Yield long runs of siblings of one role and about one size: rows, cards, options."""
    for children in page.children.values():
        if len(children) > _MANY:
            groups: dict[tuple[str, int], list[int]] = defaultdict(list)
            for index in children:
                groups[page.lines[index].role, page.sizes[index].bit_length()].append(index)
            yield from (group for group in groups.values() if len(group) > _MANY)


def _alike(lines: Sequence[Line]) -> Iterator[list[int]]:
    siblings: dict[tuple[int, str], list[int]] = defaultdict(list)
    same: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role not in _PARTS:
            siblings[line.parent, line.role].append(index)
        if line.role in _INTERACTIVE:
            same[line.role, line.name].append(index)
    yield from (group for group in (*siblings.values(), *same.values()) if len(group) > 1)


def _spread(page: _Page, top: int, amount: float, bonus: dict[int, float]) -> None:
    """Give the bonus to a line and, if it is small, to all that is in it."""
    size = page.sizes[top] if page.sizes[top] <= _SMALL_CONTAINER else 1
    for index in range(top, top + size):  # a subtree is a run of lines
        bonus[index] = max(bonus.get(index, 0.0), amount)


class _Selection:
    """The lines kept so far, within the budget."""

    def __init__(self, page: _Page) -> None:
        self._page, self._spent = page, 0.0
        self.indices: set[int] = set()

    def fill(self, indices: Iterable[int], budget: float) -> None:
        """Keep lines, each with its ancestors and what tells it apart, until `budget` tokens are spent in all."""
        for index in indices:
            for item in self._with_it(index):
                if item in self.indices:
                    continue
                cost = _counted_tokens(f"\n{self._page.lines[item].text}") + _GAP_TOKENS
                if self._spent + cost > budget:
                    return
                self._spent += cost
                self.indices.add(item)

    def _with_it(self, index: int) -> Iterable[int]:
        page, line = self._page, self._page.lines[index]
        way = [index]
        while (parent := page.parents[way[-1]]) >= 0:
            way.append(parent)
        yield from (item for item in reversed(way))
        yield from self._telling(line, page.children[index][:4])
        near = page.children[line.parent]
        if 0 < len(near) <= 12:
            yield from self._telling(page.lines[line.parent], near)
        yield from self._headers(way)

    def _telling(self, parent: Line, children: Sequence[int]) -> Iterator[int]:
        """Yield the children that say more than their parent does."""
        for child in children:
            line = self._page.lines[child]
            if line.role not in _SILENT and not (line.role == "statictext" and line.name in parent.name):
                yield child

    def _headers(self, way: Sequence[int]) -> Iterator[int]:
        """Yield the column headers of the table that a line is in."""
        page = self._page
        table = next((item for item in way if page.lines[item].role in ("table", "grid", "treegrid")), None)
        if table is None or table == way[0]:
            return
        for item in range(table + 1, min(table + 40, table + page.sizes[table])):
            if page.lines[item].role == "columnheader" and page.lines[item].name:
                yield from (page.parents[page.parents[item]], page.parents[item], item)

    def text(self) -> str:
        """Return the kept lines in document order, gaps marked."""
        out: list[str] = []
        before = -1
        for index in sorted(self.indices):
            if index > before + 1:
                out.append(f"{' ' * self._page.lines[index].depth}{GAP}")
            out.append(self._page.lines[index].text)
            before = index
        if before < len(self._page.lines) - 1:
            out.append(GAP)
        return "\n".join(out)
