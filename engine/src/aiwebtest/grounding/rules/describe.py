"""Describe elements to people: `button "Save" in the section "Billing"`."""

from __future__ import annotations

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView, view_of

__all__ = ["called", "describe", "kind_of", "place_of"]

_LONGEST = 60  # characters of a name that are shown
_KINDS = {
    "textbox": "field", "searchbox": "search box", "combobox": "dropdown", "listbox": "list",
    "spinbutton": "number field",
    "img": "image", "listitem": "list item", "gridcell": "cell", "columnheader": "column header",
    "rowheader": "row header",
    "radio": "radio button", "menuitem": "menu item", "menuitemcheckbox": "menu item", "menuitemradio": "menu item",
    "navigation": "navigation", "banner": "header", "contentinfo": "footer", "complementary": "sidebar",
    "region": "section",
    "alertdialog": "dialog", "progressbar": "progress bar", "tabpanel": "tab panel", "iframe": "frame",
    "treeitem": "tree item",
    "radiogroup": "group", "paragraph": "text", "status": "message", "alert": "message",
}  # fmt: skip
_TYPES = {
    "password": "password field", "file": "file input", "color": "color field", "date": "date field",
    "time": "time field",
    "range": "slider", "number": "number field", "datetime-local": "date and time field", "month": "month field",
    "week": "week field",
}  # fmt: skip
_TAGS = {"#text": "text", "svg": "image", "i": "icon", "label": "label", "iframe": "frame", "p": "text", "span": "text"}
_TITLED = frozenset("region group form dialog alertdialog article tabpanel search radiogroup complementary".split())


def describe(node: Node, snapshot: Snapshot) -> str:
    """Return what an element is, what it is called and what it stands in."""
    view = view_of(snapshot)
    name = called(node, view)
    said = f"{kind_of(node)} “{_short(name)}”".replace("“", '"').replace("”", '"') if name else kind_of(node)
    place = place_of(node, view)
    return f"{said} {place}" if place else said


def kind_of(node: Node) -> str:
    """Return the word that people use for an element of its kind."""
    if node.type in _TYPES and node.tag == "input":
        return _TYPES[node.type]
    if node.role:
        return _KINDS.get(node.role, node.role)
    if node.flags & int(Flag.EDITABLE):
        return "field"
    if node.tag in _TAGS and not node.flags & int(Flag.CLICKABLE):
        return _TAGS[node.tag]
    return "clickable text" if node.flags & int(Flag.CLICKABLE) and node.text else "element"


def called(node: Node, view: PageView) -> str:
    """Return what a person would call the element: its name, text, label or, failing these, what stands beside it."""
    for said in (node.name, node.text, node.label, node.placeholder, node.alt, node.title):
        if said:
            return said
    if is_control(node):
        return view.labels.beside(node.ref) or node.testid or (node.ident.split()[0] if node.ident else "")
    captions = view.captions(node.ref)
    if captions:
        return view.text(captions[0])
    if node.end - node.ref > 1:
        return view.text(node.ref)
    return node.testid or (node.ident.split()[0] if node.ident else "")


def place_of(node: Node, view: PageView) -> str:
    """Return the words for where an element stands: its row, its section, its dialog; "" if nothing tells."""
    for above in view.parents(node.ref):
        outer = view.nodes[above]
        if outer.role == "row":
            head = _row_head(above, node.ref, view)
            if head:
                return f'in the row of "{head}"'
        elif outer.role in _TITLED or view.is_item(above) or outer.tag == "section":
            title = outer.name if outer.flags & int(Flag.LABELLED) else ""
            title = title or _caption(above, node.ref, view)
            if title:
                return f'in the {_place_word(outer)} "{_short(title)}"'
        elif outer.role in ("navigation", "banner", "contentinfo"):
            return f"in the {kind_of(outer)}"
        elif outer.tag == "iframe":
            return f'in the frame "{_short(outer.name)}"' if outer.name else "in a frame"
    return ""


def _place_word(outer: Node) -> str:
    if outer.role in ("form", "dialog", "alertdialog"):
        return kind_of(outer)
    return "item" if outer.role in ("listitem", "article", "") and outer.tag != "section" else "section"


def _row_head(row: int, ref: int, view: PageView) -> str:
    for cell in view.children(row):
        text = view.text(cell)
        if text and any(c.isalpha() for c in text) and not view.inside(ref, cell):
            return _short(text)
    return ""


def _caption(container: int, ref: int, view: PageView) -> str:
    for caption in view.captions(container):
        if not view.inside(ref, caption):
            return view.text(caption)
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
