"""A snapshot made searchable: which elements hold a word, what stands around an element, what lies on top."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.alike import are_parts
from aiwebtest.grounding.rules.labels import Labels, is_control
from aiwebtest.grounding.rules.wording import wording

__all__ = ["PageView", "first_line", "view_of"]

_CURRENT = int(Flag.CURRENT)
_HIDDEN, _MODAL, _CLICKABLE = int(Flag.HIDDEN), int(Flag.MODAL), int(Flag.CLICKABLE)
_IN_FRONT = int(Flag.IN_FRONT)
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_PLAIN = frozenset(["div", "span", "li", "p"])
_CELLS = frozenset(["cell", "gridcell", "columnheader", "rowheader"])
_ROW_ROLES = frozenset(["row", "listitem", "article", "option", "treeitem", "term", "figure"])
_SPEAKING = frozenset(["heading", "columnheader", "rowheader"])
_CAPTION_TAGS = frozenset(["legend", "caption", "figcaption", "summary", "dt"])
_FURNITURE = frozenset(["navigation", "banner", "contentinfo", "complementary"])
_TITLE = 60  # characters of the longest title of a dialog
_ITEM_LIMIT = 300  # characters; a row or card with more text is a part of the page rather than one of several things
_TITLED = frozenset(
    "region group radiogroup dialog alertdialog article tabpanel listbox menu combobox search complementary".split()
)


def view_of(snapshot: Snapshot) -> PageView:
    """Return the searchable form of a snapshot, made once and kept with it."""
    view = snapshot.memo.get("view")
    if not isinstance(view, PageView):
        view = snapshot.memo["view"] = PageView(snapshot)
    return view


def first_line(dialog: Node, snapshot: Snapshot) -> Node | None:
    """Return the text that a dialog without a name begins with, unless a control or a question stands first."""
    if dialog.role not in ("dialog", "alertdialog") or dialog.name:
        return None
    for inner in snapshot.subtree(dialog)[1:]:
        if not inner.visible:
            continue
        if is_control(inner) or inner.tag == "label":
            return None
        if inner.text:
            return inner if len(inner.text) <= _TITLE and inner.text[-1] not in ".?" else None
    return None


class PageView:
    """Answers questions about a snapshot; everything is worked out when first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.nodes = snapshot.nodes
        self._items: dict[int, frozenset[int]] = {}
        self._captions: dict[int, list[int]] = {}
        self._spoken: dict[str, bool] = {}

    # --- words -------------------------------------------------------------------------------------------------------

    @cached_property
    def _blob(self) -> str:
        """All words of all elements in one string, folded; a NUL stands between elements."""
        return _folded(
            "\0".join(
                [
                    f"{n.text}\n{n.name}\n{n.ident}\n{n.value}\n{n.label}\n{n.placeholder}\n{n.alt}\n{n.title}\n{n.testid}\n"
                    f"{n.extra.get('described', '') if n.extra else ''}"
                    if n.ident or n.name or n.value
                    else n.text
                    for n in self.nodes
                ]
            )
        )

    @cached_property
    def _starts(self) -> list[int]:
        return _starts_of(self._blob)

    def holding(self, term: str) -> set[int]:
        """Return the refs of the elements one of whose texts or attributes contains a folded string."""
        blob, starts = self._blob, self._starts
        found: set[int] = set()
        at = blob.find(term)
        while at >= 0:
            ref = bisect_right(starts, at) - 1
            found.add(ref)
            at = blob.find(term, starts[ref + 1])
        return found

    def length(self, ref: int) -> int:
        """Return how many characters of words an element has."""
        return self._starts[ref + 1] - self._starts[ref]

    @cached_property
    def _running(self) -> tuple[str, list[int], list[int]]:
        """The visible text of the page as one folded string, where each piece starts, and whose it is."""
        shown = [n for n in self.nodes if n.text and not n.flags & _HIDDEN]
        text = _folded("\0".join([n.text for n in shown]))
        return text.replace("\0", " "), _starts_of(text), [n.ref for n in shown]

    def spelled_across(self, folded: str) -> list[int]:
        """Return the smallest elements whose text holds a folded phrase that runs over several elements."""
        text, starts, refs = self._running
        found: list[int] = []
        at = text.find(folded)
        while at >= 0 and len(found) < 50:
            first = bisect_right(starts, at) - 1
            last = bisect_right(starts, at + len(folded) - 1) - 1
            if first != last:
                found.append(self.common_ancestor(refs[first], refs[last]))
            at = text.find(folded, at + 1)
        return found

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return the words of the page, folded."""
        return frozenset(re.findall(r"[^\W_]{3,}", self._blob))

    def speaks_of(self, beginning: str) -> bool:
        """Tell whether some word of the page begins so, folded."""
        known = self._spoken.get(beginning)
        if known is None:
            known = self._spoken[beginning] = any(word.startswith(beginning) for word in self.vocabulary)
        return known

    # --- the tree ----------------------------------------------------------------------------------------------------

    def parents(self, ref: int) -> Iterator[int]:
        """Yield the refs above one, nearest first."""
        nodes = self.nodes
        ref = nodes[ref].parent
        while ref >= 0:
            yield ref
            ref = nodes[ref].parent

    def children(self, ref: int) -> Iterator[int]:
        """Yield the refs right below one."""
        nodes = self.nodes
        child, end = ref + 1, nodes[ref].end
        while child < end:
            yield child
            child = nodes[child].end

    def common_ancestor(self, one: int, other: int) -> int:
        """Return the smallest element that holds both."""
        low, high = min(one, other), max(one, other)
        if self.nodes[low].end > high:
            return low
        for ref in self.parents(low):
            if self.nodes[ref].end > high:
                return ref
        return 0

    def inside(self, ref: int, container: int) -> bool:
        """Tell whether an element is the container or in it."""
        return container <= ref < self.nodes[container].end

    def subtree(self, node: Node) -> tuple[Node, ...]:
        """Return an element and what is below it."""
        return self.nodes[node.ref : node.end]

    def text(self, ref: int) -> str:
        """Return the visible text of an element."""
        return self.snapshot.text_of(self.nodes[ref])

    # --- repeated things ---------------------------------------------------------------------------------------------

    def is_item(self, ref: int) -> bool:
        """Tell whether an element is one of several alike: a row, a list item, a card."""
        node = self.nodes[ref]
        if node.role in _ROW_ROLES:
            return True
        if node.role or node.tag == "#text" or node.parent < 0 or node.end - ref < 3:
            return False
        return ref in self._alike_children(node.parent)

    def _alike_children(self, parent: int) -> frozenset[int]:
        """Return the children of an element that have siblings of the same make."""
        known = self._items.get(parent)
        if known is None:
            groups: dict[tuple[str, str], list[int]] = {}
            for ref in self.children(parent):
                node = self.nodes[ref]
                if not node.role and node.tag not in ("#text", "label", "fieldset", "svg") and node.end - ref >= 3:
                    groups.setdefault((node.tag, _make(node)), []).append(ref)
            several = [refs for refs in groups.values() if len(refs) > 1]
            several = [refs for refs in several if not are_parts([self.nodes[ref] for ref in refs], self.snapshot)]
            known = frozenset(ref for refs in several for ref in refs)
            self._items[parent] = known
        return known

    def items_around(self, ref: int) -> list[int]:
        """Return the rows, list items and cards that hold an element, nearest first; in a table only its row."""
        found: list[int] = []
        for above in (ref, *self.parents(ref)):
            node = self.nodes[above]
            if self.is_item(above):
                found.append(above)
            if node.role in ("table", "grid", "treegrid") and any(self.nodes[i].role == "row" for i in found):
                break
            if node.role in ("dialog", "alertdialog", "main") or len(found) >= 3:
                break
        return found

    # --- tables ------------------------------------------------------------------------------------------------------

    def cell_of(self, ref: int) -> int | None:
        """Return the table cell that an element is or stands in."""
        for above in (ref, *self.parents(ref)):
            if self.nodes[above].role in _CELLS:
                return above
            if self.nodes[above].role in ("table", "grid", "treegrid"):
                return None
        return None

    def column_of(self, cell: int) -> tuple[int, int, int] | None:
        """Return the table of a cell and the columns it spans, first and last, from 0."""
        row = self._up(cell, frozenset(["row"]))
        if row is None:
            return None
        table = self._up(row, frozenset(["table", "grid", "treegrid"]))
        at = 0
        for ref in self.children(row):
            node = self.nodes[ref]
            if node.role not in _CELLS:
                continue
            span = _number(node.extra.get("colspan")) if node.extra else 1
            if ref == cell:
                return (table if table is not None else row), at, at + span - 1
            at += span
        return None

    def _up(self, ref: int, roles: frozenset[str]) -> int | None:
        return next((above for above in self.parents(ref) if self.nodes[above].role in roles), None)

    def up(self, ref: int, *roles: str) -> int | None:
        """Return the nearest element above with one of the roles."""
        return self._up(ref, frozenset(roles))

    # --- names of controls and containers ----------------------------------------------------------------------------

    @cached_property
    def labels(self) -> Labels:
        """What stands for the labels of controls."""
        return Labels(self)

    @cached_property
    def plain_pressed(self) -> list[Node]:
        """Return the plain elements that react to a click, and the buttons that end in a sign: "Normal ▾"."""
        pressed = (n for n in self.nodes if n.flags & _CLICKABLE)
        return [
            n for n in pressed
            if (not n.role and n.tag in _PLAIN) or (n.role == "button" and not (n.text or n.name)[-1:].isalnum())
        ]  # fmt: skip

    def is_furniture(self, ref: int) -> bool:
        """Tell whether an element is in what goes around the content: navigation, header, footer, side bar."""
        return self._up(ref, _FURNITURE) is not None

    def header(self, table: int, column: int) -> str:
        """Return the text of the column header of a table, "" where there is none."""
        for ref in range(table, self.nodes[table].end):
            node = self.nodes[ref]
            if node.role == "columnheader":
                place = self.column_of(ref)
                if place and place[1] <= column <= place[2]:
                    return self.text(ref) or node.name
            elif node.role in ("cell", "gridcell"):
                break
        return ""

    def captions(self, ref: int) -> list[int]:
        """Return what names a container: its headings, legend, caption or summary; of a row the first cell."""
        known = self._captions.get(ref)
        if known is None:
            known = self._captions[ref] = self._find_captions(ref)
        return known

    def _find_captions(self, ref: int) -> list[int]:
        node = self.nodes[ref]
        found: list[int] = []
        for below in range(ref + 1, min(node.end, ref + 60)):
            inner = self.nodes[below]
            if inner.role in _SPEAKING or inner.tag in _CAPTION_TAGS:
                found.append(below)
                break
        if not found and (line := first_line(node, self.snapshot)) is not None:
            found.append(line.ref)
        if node.role == "row" and not found:
            found.extend(ref for ref in self.children(ref) if self.nodes[ref].role in _CELLS)
            del found[1:]
        return found

    def is_in_item(self, ref: int) -> bool:
        """Tell whether an element belongs to one of several things: a row of data, a list item, a card."""
        items = self.items_around(self.nodes[ref].parent) if self.nodes[ref].parent >= 0 else []
        if items and self.nodes[items[0]].role == "article" and self._is_only_child(items[0]):
            return False  # the message that is open
        parts = [self.nodes[part] for item in items[:1] for part in self.children(item)]
        return any(part.role != "columnheader" for part in parts)

    def _is_only_child(self, ref: int) -> bool:
        """Tell whether no element beside one is of its role."""
        node = self.nodes[ref]
        return node.parent < 0 or sum(self.nodes[c].role == node.role for c in self.children(node.parent)) == 1

    @cached_property
    def topic(self) -> frozenset[str]:
        """Return the words, as stems, of what the page is about.

        That is its title, its first headings, its tables' names, and the entry of the navigation that it belongs to.
        """
        first = "h1" if any(n.tag == "h1" and n.visible for n in self.nodes) else "h2"
        heads = [n for n in self.nodes if n.visible and (n.tag == first or n.role in ("table", "grid"))]
        if first == "h2" and sum(n.tag == "h2" for n in heads) > 1:  # each is of a part of the page
            heads = [n for n in heads if n.tag != "h2"]
        heads += [n for n in self.nodes if n.visible and n.flags & _CURRENT and self.is_furniture(n.ref)]
        said = [self.snapshot.title, *(n.name or (self.text(n.ref) if n.role == "heading" else "") for n in heads)]
        return frozenset(stem for text in said for stem in wording(text).stems)

    def surroundings(self, ref: int) -> frozenset[str]:
        """Return the words, as stems, of the row or card around an element and of the titles above it."""
        words = set(self.titles_above(ref))
        item = self.item_of(ref)
        header = self.up(ref, "columnheader")
        if header is not None:  # what it says is of its column alone
            item = header
        if item is not None and len(self.text(item)) <= _ITEM_LIMIT:
            words.update(stem for text in self._unpressed(item) for stem in wording(text).stems)
        return frozenset(words)

    def item_of(self, ref: int) -> int | None:
        """Return the row, list item or card that an element stands in."""
        return next(iter(self.items_around(self.nodes[ref].parent)), None) if self.nodes[ref].parent >= 0 else None

    def titles_above(self, ref: int) -> frozenset[str]:
        """Return the words, as stems, of the names and titles of the sections that an element stands in."""
        words: set[str] = set()
        for above in self.parents(ref):
            node = self.nodes[above]
            if node.role in _TITLED or node.tag in ("section", "fieldset", "select", "form") or self._is_headed(above):
                words.update(wording(node.name).stems)
                for caption in self.captions(above):
                    words.update(wording(self.text(caption)).stems)
            words.update(wording(self._row_label(above)).stems)
        return frozenset(words)

    def _row_label(self, ref: int) -> str:
        """Return the `<label>` of a group of controls: it stands right before the group in a row that holds no more."""
        node = self.nodes[ref]
        if node.parent < 0 or node.role in _CELLS or self.nodes[node.parent].role in _CELLS:
            return ""
        beside = [self.nodes[child] for child in self.children(node.parent) if self.nodes[child].visible]
        labelled = len(beside) == 2 and beside[1].ref == ref and beside[0].tag == "label"
        return self.text(beside[0].ref) if labelled else ""

    def _is_headed(self, ref: int) -> bool:
        """Tell whether a plain element begins with a heading: it is a section without saying so."""
        node = self.nodes[ref]
        return not node.role and node.tag == "div" and node.end - ref > 1 and self.nodes[ref + 1].role == "heading"

    def _unpressed(self, item: int) -> Iterator[str]:
        """Yield what an item says, its buttons left out: "all" of "Reply all" says nothing of "Reply" beside it."""
        at = item
        while at < self.nodes[item].end:
            node = self.nodes[at]
            if node.role == "button" and at != item:
                at = node.end
                continue
            if node.text and node.visible:
                yield node.text
            at += 1

    # --- what is on top ----------------------------------------------------------------------------------------------

    @cached_property
    def modal(self) -> int | None:
        """Return the modal dialog that is open on top, if any."""
        shown = [n.ref for n in self.nodes if n.flags & _MODAL and not n.flags & _HIDDEN]
        return shown[-1] if shown else None

    def is_behind(self, ref: int) -> bool:
        """Tell whether an element is behind the modal dialog: neither in it nor in what floats in front of it."""
        if self.modal is None or self.inside(ref, self.modal):
            return False
        return not any(self.nodes[above].flags & _IN_FRONT for above in (ref, *self.parents(ref)))

    def by_key(self, key: tuple[int, int] | None) -> Node | None:
        """Return the element with that (frame, local), None if it is not on the page."""
        if key is None:
            return None
        return next((n for n in self.nodes if n.local == key[1] and n.frame == key[0] and n.tag != "#text"), None)


def _starts_of(text: str) -> list[int]:
    """Return where each piece of a text begins whose pieces a NUL parts, and where one more would."""
    return [0, *accumulate(map((1).__add__, map(len, text.split("\0"))))]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text)).replace("’", "'").replace("‘", "'")


def _make(node: Node) -> str:
    """Return what alike siblings share: the names a machine gave them, without numbers."""
    words = [word for word in node.ident.split() if not any(c.isdigit() for c in word)]
    return words[0] if words else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and int(text) > 0 else 1
