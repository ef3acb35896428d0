"""What stands for the label of a control: the text beside it, the header over it, what is drawn in its place."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from aiwebtest.core.snapshot import Flag, Node

if TYPE_CHECKING:
    from aiwebtest.grounding.rules.page import PageView

__all__ = ["Labels", "is_control", "is_to_find"]

_HIDDEN, _CLICKABLE, _EDITABLE = int(Flag.HIDDEN), int(Flag.CLICKABLE), int(Flag.EDITABLE)
_CONTROL_ROLES = frozenset(
    "textbox searchbox combobox listbox spinbutton slider checkbox radio switch progressbar meter".split()
)
_FIELD_TAGS = frozenset(["input", "select", "textarea"])
_CHOOSERS = frozenset(["combobox", "listbox", "button", "textbox", "searchbox"])
_DRAWN = 2  # CSS pixels; a control no larger is there for assistive technology only
_LABEL_LIMIT = 80  # characters; longer text beside a control is no label
_NO_LABEL = re.compile(r"[^\w\s]{1,2}|\([^()]*\)")  # "£" in front of a field, "(optional)" behind its label
_LABEL_WORDS = 6
_FAR = 8  # elements between a label and its control
_REACH = 4  # how far back in the document the text beside a control may stand, in elements


class Labels:
    """Answers what the controls of a page are called that it does not name itself."""

    def __init__(self, view: PageView) -> None:
        self._view = view
        self._beside: dict[int, str] = {}

    @cached_property
    def unnamed_controls(self) -> list[int]:
        """Return the controls that neither a label nor an attribute names, or a hint alone beside a label."""
        return [
            n.ref for n in self._view.nodes
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
        borrowed = node.name == node.placeholder or (node.role == "combobox" and node.name == self._view.text(node.ref))
        return borrowed and self.beside(node.ref) in self._loose_labels

    @cached_property
    def _loose_labels(self) -> frozenset[str]:
        """The texts of labels that the page ties to no control, with the mark of a field to fill in and without it."""
        tied = {n.label for n in self._view.nodes if n.label}
        labels = [n for n in self._view.nodes if n.tag == "label" and n.visible and self._view.text(n.ref) not in tied]
        parts = [_without_marks(label, self._view) for label in labels]
        return frozenset([*(self._view.text(label.ref) for label in labels), *parts]) - {""}

    def beside(self, ref: int) -> str:
        """Return the text that stands for the label of a control without one: before it, left of it, or above."""
        known = self._beside.get(ref)
        if known is None:
            known = self._beside[ref] = self._find_beside(ref)
        return known

    def meant_by_label(self, ref: int) -> int | None:
        """Return the one control near a `<label>` that stands for its label though the page does not tie the two."""
        nodes = self._view.nodes
        said = self._view.text(ref)
        ref = next((up for up in (ref, nodes[ref].parent) if up >= 0 and nodes[up].tag == "label"), -1)
        if ref < 0:
            return None
        near = nodes[max(0, ref - _FAR) : nodes[ref].end + _FAR]
        controls = [n for n in near if n.tag != "#text" and is_control(n)]
        if not said or any(n.label == said or self._view.inside(n.ref, ref) for n in controls):
            return None
        meant = [n.ref for n in controls if n.visible and self.is_unnamed(n) and self.beside(n.ref) == said]
        return meant[0] if len(meant) == 1 else None

    def _find_beside(self, ref: int) -> str:
        node = self._view.nodes[ref]
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
        steps, rich = 0, self._view.nodes[ref].tag not in _FIELD_TAGS
        for before in range(ref - 1, home, -1):
            node = self._view.nodes[before]
            if node.flags & _HIDDEN or self._view.inside(ref, before) or before in self.stand_ins:
                continue
            if rich and (node.role == "toolbar" or self._view.up(before, "toolbar") is not None):
                continue  # of the editor: between it and its label
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
        common = self._view.common_ancestor(text, ref)
        block = text
        for above in self._view.parents(text):
            if above == common:
                break
            block = above
        return any(is_control(n) for n in self._view.subtree(self._view.nodes[block]))

    def _text_around(self, ref: int) -> str:
        """Return the only text of a block that has the control for itself, below it as well."""
        parent = self._view.nodes[ref].parent
        if parent < 0 or self._view.nodes[parent].role or self._view.nodes[parent].end - parent > _REACH:
            return ""
        inside = [n for n in self._view.subtree(self._view.nodes[parent])[1:] if n.visible and n.ref != ref]
        texts = [n.text for n in inside if n.text]
        alone = not any(is_control(n) or n.role for n in inside)
        return texts[0] if alone and len(texts) == 1 and len(texts[0]) <= _LABEL_LIMIT else ""

    def _worded(self, ref: int) -> int:
        """Return the smallest element around a control that has words: what is beyond is of another's row."""
        home = self._neighbourhood(ref)
        return next((above for above in self._view.parents(ref) if above <= home or self._view.text(above)), home)

    def _title(self, ref: int) -> str:
        """Return the first text of a block that has the control for itself, behind a title and a description."""
        block = self._worded(ref)
        inside = [n for n in self._view.nodes[block + 1 : ref] if n.visible]
        alone = self._view.nodes[block].end == self._view.nodes[ref].end and not any(is_control(n) for n in inside)
        texts = [n.text for n in inside if n.text]
        return texts[0] if alone and texts and len(texts[0]) <= _LABEL_LIMIT else ""

    def _first_of_block(self, ref: int) -> str:
        """Return the short text with which the block of a control begins, "" if another control comes before it."""
        inside = [n for n in self._view.nodes[self._worded(ref) + 1 : ref] if n.visible]
        first = next((n for n in inside if n.text), None)
        if first is None or first.role == "heading" or any(is_control(n) for n in inside):
            return ""
        return first.text if len(first.text.split()) <= _LABEL_WORDS else ""

    def _text_after(self, ref: int, *, same_line: bool = False, within: int | None = None) -> str:
        home = self._neighbourhood(ref) if within is None else within
        for after in range(self._view.nodes[ref].end, min(self._view.nodes[home].end, self._view.nodes[ref].end + 3)):
            node = self._view.nodes[after]
            if node.flags & _HIDDEN:
                continue
            if is_control(node) or node.role == "button" or len(node.text) > _LABEL_LIMIT:
                return ""
            if node.tag == "label" and any(is_control(inner) for inner in self._view.subtree(node)):
                return ""
            if same_line and not _same_line(node, self._view.nodes[ref]):
                return ""
            if node.text:
                return "" if node.text.rstrip().endswith((":", "：")) else node.text  # of what comes behind it
        return ""

    def _neighbourhood(self, ref: int) -> int:
        """Return the element within which a label of a control is sought: its row, its item, its form or section."""
        for above in self._view.parents(ref):
            node = self._view.nodes[above]
            if node.role in ("row", "form", "dialog", "group", "radiogroup", "article", "region", "search", "main"):
                return above
            if node.role == "listitem" or node.tag in ("section", "body", "fieldset"):
                return above
        return 0

    def _heads_cell(self, ref: int) -> str:
        """Return the header of the column where a control has its cell for itself: the cells beside it are no label."""
        cell = self._view.cell_of(ref)
        if cell is None or any(
            n.ref != ref and (n.text or is_control(n))
            for n in self._view.subtree(self._view.nodes[cell])[1:]
            if n.visible
        ):
            return ""
        return "" if self._view.nodes[cell].text else self._header_text(ref)

    @cached_property
    def stand_ins(self) -> dict[int, int]:
        """Return, for each select that is there for the form only, the element that is drawn in its place."""
        found: dict[int, int] = {}
        for node in [n for n in self._view.nodes if n.tag == "select"]:
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
        beside = list(self._view.children(select.parent))
        at = beside.index(select.ref)
        for ref in (*beside[at + 1 : at + 2], *beside[max(0, at - 1) : at]):
            for node in self._view.subtree(self._view.nodes[ref]):
                if node.visible and (node.role in _CHOOSERS or (node.flags & _CLICKABLE and node.tag != "label")):
                    return node.ref
        return None

    def _header_text(self, ref: int) -> str:
        """Return the header of the column that a control stands in."""
        cell = self._view.cell_of(ref)
        place = self._view.column_of(cell) if cell is not None else None
        if place is None:
            return ""
        return self._view.header(place[0], place[1])


def _without_marks(label: Node, view: PageView) -> str:
    """Return the one text in a label that is more than a sign: "Name" of "Name *"."""
    texts = [n.text for n in view.subtree(label)[1:] if n.visible and n.text and not _NO_LABEL.fullmatch(n.text)]
    return texts[0] if len(texts) == 1 else ""


def is_to_find(node: Node) -> bool:
    """Tell whether a field invites to find something: "Find a member"."""
    return (node.placeholder or node.name).lower().startswith("find ")


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


def _is_undrawn(node: Node) -> bool:
    return bool(node.flags & _HIDDEN) or node.box[2] <= _DRAWN or node.box[3] <= _DRAWN


def _same_line(one: Node, other: Node) -> bool:
    top, bottom = max(one.box[1], other.box[1]), min(one.box[1] + one.box[3], other.box[1] + other.box[3])
    return bottom - top > 0.4 * min(one.box[3], other.box[3])
