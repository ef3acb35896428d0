"""What a reader sees of a page: visible text in blocks, and when words are found in it.

A *block* is a run of text that reads as one: an element's own text with its inline children (`<p>Total:
<b>$5</b></p>`). Phrases are looked for inside one block, so that the "5" that ends one block and the "items" that
begin the next are not taken for "5 items". Neighbouring short blocks on one line of the page (label and value of a
summary) are offered as one further block.

A phrase is found as *whole words*: "Paid" is not in "Unpaid", "10" not in "100", "10.50" or "-10", "A" not in
"A+". Scripts that do not part words by spaces have no such border. Quoted phrases keep their case; unquoted ones do not
care.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import msgspec

from aiwebtest.core.claim import Match
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.signs import goes_on_left, goes_on_right

__all__ = [
    "Block", "blocks_of", "contains_words", "fold", "is_denied", "listed", "matcher", "matches", "shown_text", "tidy",
    "words_of",
]  # fmt: skip

_INLINE = frozenset(
    """#text a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark output q s samp small span strike
    strong sub sup time tt u var""".split()
)
_ALIKE = str.maketrans(
    {
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u200b": "", "\u200c": "", "\u200d": "",
        "\u2060": "", "\ufeff": "", "\u00ad": "", "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"',
        "…": "...", "−": "-", "‐": "-", "‑": "-",
    }
)  # fmt: skip
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NO_TEXT_TYPES = frozenset({"checkbox", "radio", "hidden", "image", "color", "range", "password"})
_BOXES = frozenset({"checkbox", "radio"})
_TOUCHING_PX = 1.5
_GLUED = int(Flag.GLUED)
_MARK = re.compile(r"\s*[:;,.!?)%]")  # what an element of its own parts from the words before it, and reads on
_APART = re.compile(r" +([:;,.!?)%])")  # such a mark as somebody writes it who sees it apart
_VALUED = frozenset({"input", "textarea", "select"})


def tidy(text: str) -> str:
    """Return `text` in one typography: plain spaces, quotes and hyphens, white space folded, nothing invisible."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


def fold(text: str) -> str:
    """Return `text` tidied and without case, for comparing what was written without quotes."""
    return tidy(text).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text or an identifier: `cart-total`, `cartTotal` and "Cart total" are alike."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return tuple(re.findall(r"[^\W_]+", fold(parted)))


def is_denied(text: str, phrase: str) -> bool:
    """Tell whether a text has a phrase only behind a "not" or "no": "Not started", "No bank account"."""
    said, word = fold(text), re.escape(fold(phrase))
    return bool(re.search(rf"{_DENYING}{word}", said)) and not re.search(
        rf"{word}", re.sub(rf"{_DENYING}{word}", "", said)
    )


_DENYING = r"\b(?:not|no|without|never|isn't|aren't) "


def contains_words(text: str, phrase: str) -> bool:
    """Tell whether `phrase` is in `text` as whole words; both already tidied or folded alike."""
    if not phrase:
        return False
    at = text.find(phrase)
    while at >= 0:
        if not _cut_left(text, at) and not _cut_right(text, at + len(phrase)):
            return True
        at = text.find(phrase, at + 1)
    return False


_BETWEEN = re.compile(r",\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)


def listed(phrase: str) -> list[str]:
    """Return the words of "Dana, North and yes" that a list may mean one by one; only the phrase where it is none."""
    parts = [part.strip() for part in _BETWEEN.split(phrase)]
    return parts if len(parts) > 1 and all(any(c.isalnum() for c in part) for part in parts) else [phrase]


def matches(text: str, wanted: str, how: Match, *, quoted: bool) -> bool:
    """Tell whether a text stands in the relation `how` to the wanted one.

    Raises re.error when `wanted` is no regular expression and `how` asks for one.
    """
    return matcher(wanted, how, quoted=quoted)(tidy(text))


def matcher(wanted: str, how: Match, *, quoted: bool) -> Callable[[str], bool]:
    """Return the test whether a text, tidied already, stands in the relation `how` to the wanted one.

    Raises re.error when `wanted` is no regular expression and `how` asks for one.
    """
    if how == "regex":
        pattern = re.compile(wanted)
        return lambda text: pattern.search(text) is not None
    sought, relation = tidy(wanted) if quoted else fold(wanted), _RELATIONS[how]
    fits = _whatever_dash(relation) if _DASH.search(sought) else relation
    if how == "exact" and not quoted and (time := _TIME.fullmatch(sought)) is not None:
        return lambda text: text.casefold() in {time[1], f"0{time[1]}"}
    joined = _APART.sub(r"\1", sought)
    if joined != sought:  # "75 %", and a text of several elements, whose marks are joined to the words before them
        return lambda text: any(fits(text if quoted else text.casefold(), one) for one in (sought, joined))
    return (lambda text: fits(text, sought)) if quoted else (lambda text: fits(text.casefold(), sought))


_DASH = re.compile("[-–—]")
_TIME = re.compile(r"0?(\d:\d\d(?: ?[ap]m)?)")  # "9:00", which fields show as "09:00"


def _whatever_dash(fits: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Return the relation with all dashes alike: "1–5 of 8" is written "1-5 of 8" on most keyboards."""
    return lambda text, wanted: fits(_DASH.sub("-", text), _DASH.sub("-", wanted))


_RELATIONS: dict[Match, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "starts": lambda text, wanted: bool(wanted) and text.startswith(wanted),
    "ends": lambda text, wanted: bool(wanted) and text.endswith(wanted),
    "contains": contains_words,
}


def _cut_left(text: str, at: int) -> bool:
    """Tell whether the place `at` lies inside a word or a number, what follows being part of it."""
    if at == 0:
        return False
    left, right = text[at - 1], text[at]
    if right.isdigit() and at > 1 and left in ".,'" and text[at - 2].isdigit():
        return True
    return goes_on_left(text, at) or _same_word(left, right)


def _cut_right(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    left, right = text[at - 1], text[at]
    if left.isdigit() and right in ".,'" and at + 1 < len(text) and text[at + 1].isdigit():
        return True
    return goes_on_right(text, at) or _same_word(left, right)


def _same_word(left: str, right: str) -> bool:
    if not (left.isalnum() and right.isalnum()):
        return False
    return not (_SPACELESS.match(left) or _SPACELESS.match(right))


class Block(msgspec.Struct, frozen=True, gc=False):
    """A run of visible text that reads as one. `refs` are the nodes it comes from, `root` holds them all."""

    text: str
    root: int
    refs: tuple[int, ...]
    folded: str  # the text without case


def shown_text(node: Node) -> str:
    """Return what the node itself shows: its text, or as a field its value, chosen option or placeholder."""
    _, _, width, height = node.box
    if not node.visible or (0 < width <= 1 and 0 < height <= 1):  # one pixel: meant for screen readers only
        return ""
    if node.tag in _VALUED:
        if node.type in _NO_TEXT_TYPES:
            return ""
        return node.value.replace("\n", ", ") or (node.placeholder if node.tag != "select" else "")
    return node.text


def blocks_of(snapshot: Snapshot, inside: Node | None = None) -> list[Block]:
    """Return the visible text of the page, or of what is inside a node, in blocks in reading order."""
    known: dict[int, list[Block]] = snapshot.memo.setdefault("checks.blocks", {})
    top = inside.ref if inside is not None else 0
    if top not in known:
        known[top] = _blocks(snapshot, snapshot.subtree(inside) if inside is not None else snapshot.nodes, top)
    return known[top]


def _blocks(snapshot: Snapshot, nodes: tuple[Node, ...], top: int) -> list[Block]:
    groups: list[tuple[int, list[tuple[Node, str]]]] = []
    for node in nodes:
        if not (node.text or node.value or node.placeholder) or not (shown := shown_text(node)):
            continue
        root = _block_root(snapshot, node, top)
        if groups and groups[-1][0] == root:
            groups[-1][1].append((node, shown))
        else:
            groups.append((root, [(node, shown)]))
    blocks = [_block(root, members) for root, members in groups]
    return [*blocks, *_lines(snapshot, blocks)]


def _block_root(snapshot: Snapshot, node: Node, top: int) -> int:
    while node.parent >= top and (node.tag in _INLINE or _flows(snapshot, node)) and not _is_one_of(node, snapshot):
        node = snapshot.nodes[node.parent]
    return node.ref


def _is_one_of(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether an element is one of several that do not read on: a label with its box in it, a link of a menu."""
    if node.tag == "a":
        return snapshot.nodes[node.parent].role in {"navigation", "menubar", "tablist"}
    return node.tag == "label" and any(part.type in _BOXES for part in snapshot.subtree(node)[1:])


def _flows(snapshot: Snapshot, node: Node) -> bool:
    """Tell whether an element of the page's own making (`<plural-form>`) is a part of the words beside it."""
    if "-" not in node.tag or node.end > node.ref + 1:
        return False
    before = snapshot.nodes[node.ref - 1]
    while before.ref > node.parent and before.parent != node.parent:
        before = snapshot.nodes[before.parent]
    after = snapshot.nodes[node.end] if node.end < len(snapshot.nodes) else node
    return any(near.tag in _INLINE and near.parent == node.parent for near in (before, after))


def _block(root: int, members: list[tuple[Node, str]]) -> Block:
    if len(members) == 1:
        node, shown = members[0]
        text = tidy(shown)
        return Block(text, root, (node.ref,), text.casefold())
    text = ""
    for node, shown in members:
        glued = not text or node.flags & _GLUED or _MARK.match(shown)
        text += ("" if glued else " ") + shown
    text = tidy(text)
    return Block(text, root, tuple(node.ref for node, _ in members), text.casefold())


def _lines(snapshot: Snapshot, blocks: list[Block]) -> Iterator[Block]:
    """Yield runs of neighbouring blocks with one parent that stand on one line."""
    run: list[Block] = []
    for block in blocks:
        if run and _on_one_line(snapshot, run[-1], block):
            run.append(block)
            continue
        if len(run) > 1:
            yield _line(snapshot, run)
        run = [block]
    if len(run) > 1:
        yield _line(snapshot, run)


def _line(snapshot: Snapshot, run: list[Block]) -> Block:
    refs = tuple(ref for block in run for ref in block.refs)
    text = " ".join(block.text for block in run)
    return Block(text, snapshot.nodes[run[0].root].parent, refs, text.casefold())


def _on_one_line(snapshot: Snapshot, left: Block, right: Block) -> bool:
    a, b = snapshot.nodes[left.root], snapshot.nodes[right.root]
    if a.parent != b.parent or a.parent < 0:
        return False
    (x, y, width, height), (x2, y2, _, height2) = a.box, b.box
    if not (height and height2) or x2 < x + width - _TOUCHING_PX:
        return False
    return min(y + height, y2 + height2) - max(y, y2) > 0.5 * min(height, height2)
