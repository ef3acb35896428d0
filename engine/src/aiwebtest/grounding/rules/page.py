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
from aiwebtest.grounding.rules.wording import wording

__all__ = ["PageView", "view_of"]

_CURRENT = int(Flag.CURRENT)
_HIDDEN, _MODAL, _CLICKABLE, _EDITABLE = int(Flag.HIDDEN), int(Flag.MODAL), int(Flag.CLICKABLE), int(Flag.EDITABLE)
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_CONTROL_ROLES = frozenset(
    "textbox searchbox combobox listbox spinbutton slider checkbox radio switch progressbar meter".split()
)
_PLAIN = frozenset(["div", "span", "li", "p"])
_FIELD_TAGS = frozenset(["input", "select", "textarea"])
_CELLS = frozenset(["cell", "gridcell", "columnheader", "rowheader"])
_ROW_ROLES = frozenset(["row", "listitem", "article", "option", "treeitem", "term", "figure"])
_SPEAKING = frozenset(["heading", "columnheader", "rowheader"])
_CAPTION_TAGS = frozenset(["legend", "caption", "figcaption", "summary", "dt"])
_FURNITURE = frozenset(["navigation", "banner", "contentinfo", "complementary"])
_CHOOSERS = frozenset(["combobox", "listbox", "button", "textbox", "searchbox"])
_DRAWN = 2  # CSS pixels; a control no larger is there for assistive technology only
_LABEL_LIMIT = 80  # characters; longer text beside a control is no label
_ITEM_LIMIT = 300  # characters; a row or card with more text is a part of the page rather than one of several things
_TITLED = frozenset(
    "region group radiogroup dialog alertdialog article tabpanel listbox menu combobox search complementary".split()
)
_NO_LABEL = re.compile(r"[^\w\s]{1,2}|\([^()]*\)")  # "£" in front of a field, "(optional)" behind its label
_LABEL_WORDS = 6
_FAR = 8  # elements between a label and its control
_REACH = 4  # how far back in the document the text beside a control may stand, in elements


def view_of(snapshot: Snapshot) -> PageView:
    """Return the searchable form of a snapshot, made once and kept with it."""
    view = snapshot.memo.get("view")
    if not isinstance(view, PageView):
        view = snapshot.memo["view"] = PageView(snapshot)
    return view


class PageView:
    """Answers questions about a snapshot; everything is worked out when first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.nodes = snapshot.nodes
        self._beside: dict[int, str] = {}
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
    def unnamed_controls(self) -> list[int]:
        """Return the controls that neither a label nor an attribute names, or a hint alone beside a label."""
        return [
            n.ref for n in self.nodes
            if (not n.name or n.name == n.placeholder or n.role == "combobox")
            and (n.flags & _EDITABLE or n.role in _CONTROL_ROLES or n.tag in _FIELD_TAGS)
            and n.tag != "#text" and is_control(n) and self.is_unnamed(n)
        ]  # fmt: skip

    def is_unnamed(self, node: Node) -> bool:
        """Tell whether a control has no name of its own.

        It has none at all, or its hint or what is chosen in it stands for that, and a label beside it has no control.
        """
        if not node.name:
            return True
        borrowed = node.name == node.placeholder or (node.role == "combobox" and node.name == self.text(node.ref))
        return borrowed and self.beside(node.ref) in self._loose_labels

    @cached_property
    def _loose_labels(self) -> frozenset[str]:
        """The texts of labels that the page ties to no control."""
        tied = {n.label for n in self.nodes if n.label}
        return frozenset(self.text(n.ref) for n in self.nodes if n.tag == "label" and n.visible) - tied - {""}

    @cached_property
    def plain_pressed(self) -> list[Node]:
        """Return the plain elements that react to a click, and the buttons that end in a sign: "Normal ▾"."""
        pressed = (n for n in self.nodes if n.flags & _CLICKABLE)
        return [
            n for n in pressed
            if (not n.role and n.tag in _PLAIN) or (n.role == "button" and not (n.text or n.name)[-1:].isalnum())
        ]  # fmt: skip

    def beside(self, ref: int) -> str:
        """Return the text that stands for the label of a control without one: before it, left of it, or above."""
        known = self._beside.get(ref)
        if known is None:
            known = self._beside[ref] = self._find_beside(ref)
        return known

    def meant_by_label(self, ref: int) -> int | None:
        """Return the one control near a `<label>` that stands for its label though the page does not tie the two."""
        nodes = self.nodes
        if nodes[ref].tag != "label":
            return None
        said = self.text(ref)
        near = nodes[max(0, ref - _FAR) : nodes[ref].end + _FAR]
        controls = [n for n in near if n.tag != "#text" and is_control(n)]
        if not said or any(n.label == said or self.inside(n.ref, ref) for n in controls):
            return None
        meant = [n.ref for n in controls if n.visible and self.is_unnamed(n) and self.beside(n.ref) == said]
        return meant[0] if len(meant) == 1 else None

    def _find_beside(self, ref: int) -> str:
        node = self.nodes[ref]
        if heads := self._heads_cell(ref):
            return heads
        if node.type in ("checkbox", "radio") or node.role in ("checkbox", "radio", "switch"):
            return self._text_after(ref, within=self._worded(ref)) or self._title(ref) or self._text_before(ref)
        before = self._text_before(ref) or self._header_text(ref)
        if len(before.split()) > _LABEL_WORDS:  # a hint, behind the label
            before = self._first_of_block(ref) or before
        return before or self._text_after(ref, same_line=True) or self._text_around(ref)

    def _text_before(self, ref: int) -> str:
        """Return the nearest text before a control that belongs to no other control, within its neighbourhood."""
        home = self._neighbourhood(ref)
        steps = 0
        for before in range(ref - 1, home, -1):
            node = self.nodes[before]
            if node.flags & _HIDDEN or self.inside(ref, before) or before in self.stand_ins:
                continue
            if is_control(node) or node.role in ("button", "row", "table"):
                return ""
            if node.text and not _NO_LABEL.fullmatch(node.text.strip()):
                fits = len(node.text) <= _LABEL_LIMIT and node.tag not in ("button", "option")
                return node.text if fits and not self._belongs_elsewhere(before, ref) else ""
            steps += 1
            if steps > _REACH:
                return ""
        return ""

    def _belongs_elsewhere(self, text: int, ref: int) -> bool:
        """Tell whether a text stands in a block together with another control, so that it is the label of that."""
        common = self.common_ancestor(text, ref)
        block = text
        for above in self.parents(text):
            if above == common:
                break
            block = above
        return any(is_control(n) for n in self.subtree(self.nodes[block]))

    def _text_around(self, ref: int) -> str:
        """Return the only text of a block that has the control for itself, below it as well."""
        parent = self.nodes[ref].parent
        if parent < 0 or self.nodes[parent].role or self.nodes[parent].end - parent > _REACH:
            return ""
        inside = [n for n in self.subtree(self.nodes[parent])[1:] if n.visible and n.ref != ref]
        texts = [n.text for n in inside if n.text]
        alone = not any(is_control(n) or n.role for n in inside)
        return texts[0] if alone and len(texts) == 1 and len(texts[0]) <= _LABEL_LIMIT else ""

    def _worded(self, ref: int) -> int:
        """Return the smallest element around a control that has words: what is beyond is of another's row."""
        home = self._neighbourhood(ref)
        return next((above for above in self.parents(ref) if above <= home or self.text(above)), home)

    def _title(self, ref: int) -> str:
        """Return the first text of a block that has the control for itself, behind a title and a description."""
        block = self._worded(ref)
        inside = [n for n in self.nodes[block + 1 : ref] if n.visible]
        alone = self.nodes[block].end == self.nodes[ref].end and not any(is_control(n) for n in inside)
        texts = [n.text for n in inside if n.text]
        return texts[0] if alone and texts and len(texts[0]) <= _LABEL_LIMIT else ""

    def _first_of_block(self, ref: int) -> str:
        """Return the short text with which the block of a control begins, "" if another control comes before it."""
        inside = [n for n in self.nodes[self._worded(ref) + 1 : ref] if n.visible]
        first = next((n for n in inside if n.text), None)
        if first is None or first.role == "heading" or any(is_control(n) for n in inside):
            return ""
        return first.text if len(first.text.split()) <= _LABEL_WORDS else ""

    def _text_after(self, ref: int, *, same_line: bool = False, within: int | None = None) -> str:
        home = self._neighbourhood(ref) if within is None else within
        for after in range(self.nodes[ref].end, min(self.nodes[home].end, self.nodes[ref].end + 3)):
            node = self.nodes[after]
            if node.flags & _HIDDEN:
                continue
            if is_control(node) or node.role == "button" or len(node.text) > _LABEL_LIMIT:
                return ""
            if node.tag == "label" and any(is_control(inner) for inner in self.subtree(node)):
                return ""
            if same_line and not _same_line(node, self.nodes[ref]):
                return ""
            if node.text:
                return "" if node.text.rstrip().endswith((":", "：")) else node.text  # of what comes behind it
        return ""

    def _neighbourhood(self, ref: int) -> int:
        """Return the element within which a label of a control is sought: its row, its item, its form or section."""
        for above in self.parents(ref):
            node = self.nodes[above]
            if node.role in ("row", "form", "dialog", "group", "radiogroup", "article", "region", "search", "main"):
                return above
            if node.role == "listitem" or node.tag in ("section", "body", "fieldset"):
                return above
        return 0

    def _heads_cell(self, ref: int) -> str:
        """Return the header of the column where a control has its cell for itself: the cells beside it are no label."""
        cell = self.cell_of(ref)
        if cell is None or any(
            n.ref != ref and (n.text or is_control(n)) for n in self.subtree(self.nodes[cell])[1:] if n.visible
        ):
            return ""
        return "" if self.nodes[cell].text else self._header_text(ref)

    @cached_property
    def stand_ins(self) -> dict[int, int]:
        """Return, for each select that is there for the form only, the element that is drawn in its place."""
        found: dict[int, int] = {}
        for node in [n for n in self.nodes if n.tag == "select"]:
            if _is_undrawn(node):
                chooser = self._drawn_beside(node)
                if chooser is not None:
                    found[node.ref] = chooser
        return found

    @cached_property
    def stood_in_for(self) -> dict[int, int]:
        """Return the select that each stand-in stands for."""
        return {chooser: select for select, chooser in self.stand_ins.items()}

    def _drawn_beside(self, select: Node) -> int | None:
        """Return what opens in the element right after a select, or right before it."""
        if select.parent < 0:
            return None
        beside = list(self.children(select.parent))
        at = beside.index(select.ref)
        for ref in (*beside[at + 1 : at + 2], *beside[max(0, at - 1) : at]):
            for node in self.subtree(self.nodes[ref]):
                if node.visible and (node.role in _CHOOSERS or (node.flags & _CLICKABLE and node.tag != "label")):
                    return node.ref
        return None

    def is_furniture(self, ref: int) -> bool:
        """Tell whether an element is in what goes around the content: navigation, header, footer, side bar."""
        return self._up(ref, _FURNITURE) is not None

    def _header_text(self, ref: int) -> str:
        """Return the header of the column that a control stands in."""
        cell = self.cell_of(ref)
        place = self.column_of(cell) if cell is not None else None
        if place is None:
            return ""
        return self.header(place[0], place[1])

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
        return frozenset(words)

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

    def by_key(self, key: tuple[int, int] | None) -> Node | None:
        """Return the element with that (frame, local), None if it is not on the page."""
        if key is None:
            return None
        return next((n for n in self.nodes if n.local == key[1] and n.frame == key[0] and n.tag != "#text"), None)


def is_control(node: Node) -> bool:
    """Tell whether an element takes a value."""
    if node.flags & _EDITABLE or node.role in _CONTROL_ROLES:
        return True
    return node.tag in _FIELD_TAGS and node.type not in (
        "hidden",
        "submit",
        "button",
        "reset",
        "image",
    )


def _starts_of(text: str) -> list[int]:
    """Return where each piece of a text begins whose pieces a NUL parts, and where one more would."""
    return [0, *accumulate(map((1).__add__, map(len, text.split("\0"))))]


def _is_undrawn(node: Node) -> bool:
    return bool(node.flags & _HIDDEN) or (node.box[2] <= _DRAWN and node.box[3] <= _DRAWN)


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


def _same_line(one: Node, other: Node) -> bool:
    top, bottom = max(one.box[1], other.box[1]), min(one.box[1] + one.box[3], other.box[1] + other.box[3])
    return bottom - top > 0.4 * min(one.box[3], other.box[3])
