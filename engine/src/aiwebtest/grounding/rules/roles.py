"""Role words against elements: how well an element answers to "button", "field", "row" or "dialog"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.drawn import drawn_label, is_drawn_chooser
from aiwebtest.grounding.rules.glyphs import meanings
from aiwebtest.grounding.rules.labels import is_control, is_to_find
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.wording import wording

__all__ = ["CONTAINERS", "ROLE_WORDS", "fitting", "is_container_word", "may_open_a_menu", "role_fit"]

_CLICKABLE, _EDITABLE, _SCROLLABLE = int(Flag.CLICKABLE), int(Flag.EDITABLE), int(Flag.SCROLLABLE)
_DATES = frozenset("date datetime-local month week time".split())

# Role word -> ARIA role, ":input type" or "<tag" -> fit. What is not listed does not fit.
_FITS: dict[str, dict[str, float]] = {
    "button": {"button": 1, "link": 0.55, "menuitem": 0.6, "tab": 0.5, "switch": 0.5, "combobox": 0.4, "option": 0.4,
               "gridcell": 0.3, ":file": 0.4, ":color": 0.4},
    "link": {"link": 1, "<a": 1, "button": 0.45, "menuitem": 0.6, "tab": 0.6, "treeitem": 0.4},
    "field": {"textbox": 1, "searchbox": 1, "spinbutton": 1, "combobox": 0.95, "listbox": 0.7, "slider": 0.7,
              "checkbox": 0.3,
              "radio": 0.3, "switch": 0.3, ":color": 0.8, ":file": 0.8},
    "box": {"textbox": 1, "searchbox": 1, "spinbutton": 0.95, "combobox": 0.95, "checkbox": 0.9, "listbox": 0.7},
    "textbox": {"textbox": 1, "searchbox": 0.95, "spinbutton": 0.85, "combobox": 0.6},
    "searchbox": {"textbox": 0.6, "combobox": 0.6},  # a search box that says so: `_searching`
    "textarea": {"<textarea": 1, "textbox": 0.35},
    "checkbox": {"checkbox": 1, "switch": 0.7, "menuitemcheckbox": 0.8, "radio": 0.2},
    "radio": {"radio": 1, "menuitemradio": 0.8, "checkbox": 0.2, "option": 0.2},
    "switch": {"switch": 1, "checkbox": 0.75, "button": 0.4},
    "select": {"combobox": 1, "listbox": 0.55, "button": 0.3, "textbox": 0.2, "searchbox": 0.2, "menu": 0.4},
    "list": {"list": 1, "listbox": 1, "combobox": 0.7, "menu": 0.6, "table": 0.5, "grid": 0.5,
             "tree": 0.7,
             "feed": 0.8, "<dl": 0.9, "tablist": 0.3},
    "listbox": {"listbox": 1, "list": 0.6, "combobox": 0.5},
    "quote": {"blockquote": 1, "<q": 1},
    "option": {"option": 1, "radio": 0.8, "menuitem": 0.8, "menuitemradio": 0.8, "menuitemcheckbox": 0.7,
               "checkbox": 0.6,
               "listitem": 0.7, "tab": 0.4, "link": 0.4, "button": 0.4, "treeitem": 0.6},
    "item": {"listitem": 1, "article": 1, "row": 0.9, "option": 0.9, "menuitem": 0.9, "treeitem": 0.9,
             "menuitemcheckbox": 0.8,
             "menuitemradio": 0.8, "tab": 0.4, "figure": 0.6, "link": 0.5, "button": 0.3, "cell": 0.3},
    "result": {"listitem": 1, "article": 1, "row": 0.8, "option": 0.9, "link": 0.7, "region": 0.3},
    "menu": {"menu": 1, "menubar": 0.9, "navigation": 0.7, "button": 0.75, "combobox": 0.5, "list": 0.4, "link": 0.45,
             "menuitem": 0.75, "listbox": 0.6, "toolbar": 0.3, "tab": 0.3},
    "menuitem": {"menuitem": 1, "menuitemcheckbox": 1, "menuitemradio": 1, "option": 0.8, "link": 0.8, "button": 0.6,
                 "listitem": 0.7, "tab": 0.5, "treeitem": 0.7},
    "tab": {"tab": 1, "link": 0.6, "button": 0.6, "radio": 0.3, "listitem": 0.4},
    "row": {"listitem": 0.65, "article": 0.6, "option": 0.4, "treeitem": 0.6},
    "cell": {"cell": 1, "gridcell": 1, "rowheader": 0.9, "columnheader": 0.6},
    "column": {"columnheader": 1},
    "columnheader": {"columnheader": 1, "rowheader": 0.4, "button": 0.3},
    "table": {"table": 1, "grid": 1, "treegrid": 1, "<dl": 0.2},
    "heading": {"heading": 1, "<legend": 0.5, "columnheader": 0.4, "caption": 0.5, "<summary": 0.4, "banner": 0.1},
    "image": {"img": 1, "<img": 1, "<svg": 0.85, "<picture": 0.9, "<canvas": 0.6, "figure": 0.8, ":image": 0.8},
    "logo": {"img": 0.9, "<img": 0.9, "<svg": 0.8, "link": 0.7},
    "icon": {"img": 1, "<img": 0.9, "<svg": 1, "<i": 1, "<use": 0.6, "button": 0.3, "link": 0.3},
    "dialog": {"dialog": 1, "alertdialog": 1, "tooltip": 0.3, "menu": 0.2},
    "slider": {"slider": 1, "spinbutton": 0.3, "scrollbar": 0.5},
    "spinner": {"spinbutton": 1, "textbox": 0.4, "slider": 0.3, "progressbar": 0.4},
    "section": {"region": 1, "group": 1, "<section": 1, "form": 0.8, "article": 0.8, "tabpanel": 0.9,
                "complementary": 0.8,
                "<fieldset": 1, "<details": 1, "navigation": 0.6, "search": 0.7, "main": 0.5, "banner": 0.6,
                "contentinfo": 0.6, "dialog": 0.5, "radiogroup": 0.9, "figure": 0.5, "list": 0.5, "table": 0.5,
                "heading": 0.4, "button": 0.5, "tab": 0.5},
    "card": {"article": 1, "listitem": 0.9, "<li": 0.9, "figure": 0.8, "group": 0.7, "region": 0.7, "<section": 0.7,
             "link": 0.4, "row": 0.4, "radio": 0.3, "button": 0.3},
    "form": {"form": 1, "<form": 1, "search": 0.8, "group": 0.5, "dialog": 0.4},
    "sidebar": {"complementary": 1, "<aside": 1, "navigation": 0.5},
    "header": {"banner": 1, "<header": 1, "heading": 0.4, "columnheader": 0.5},
    "footer": {"contentinfo": 1, "<footer": 1},
    "navigation": {"navigation": 1, "<nav": 1, "menubar": 0.8, "tablist": 0.4, "list": 0.2, "menu": 0.6, "banner": 0.4},
    "toolbar": {"toolbar": 1, "menubar": 0.6, "banner": 0.4, "navigation": 0.3},
    "page": {"link": 1, "button": 0.8, "tab": 0.7, "menuitem": 0.8},
    "frame": {"iframe": 1, "<iframe": 1, "<frame": 1, "<object": 0.5, "<embed": 0.5},
    "tooltip": {"tooltip": 1},
    "alert": {"alert": 1, "status": 0.95, "alertdialog": 0.8, "log": 0.5, "<output": 0.7},
    "progressbar": {"progressbar": 1, "meter": 0.7},
    "tree": {"tree": 1, "treegrid": 0.8, "list": 0.4},
    "treeitem": {"treeitem": 1, "listitem": 0.6},
    "datepicker": {":date": 1, ":datetime-local": 0.9, ":month": 0.7, ":week": 0.7, "dialog": 0.3, "textbox": 0.4},
    "timepicker": {":time": 1, ":datetime-local": 0.8, "textbox": 0.4},
    "fileinput": {":file": 1, "button": 0.4},
    "colorpicker": {":color": 1, "textbox": 0.3},
    "label": {"<label": 1,  "<legend": 0.8, "caption": 0.9, "<dt": 0.6, "<figcaption": 0.8},
    "text": {"#text": 1, "paragraph": 1, "heading": 0.7, "cell": 0.6, "listitem": 0.6, "<span": 1, "<div": 0.8,
             "strong": 0.9,
             "<b": 0.9, "<p": 1, "<label": 0.8, "link": 0.5, "textbox": 0.3},
    "paragraph": {"paragraph": 1, "<p": 1},
    "video": {"<video": 1},
    "audio": {"<audio": 1},
    "canvas": {"<canvas": 1},
    "badge": {"status": 0.6, "<span": 0.8, "<mark": 0.8, "<div": 0.4, "link": 0.3, "button": 0.4, "listitem": 0.3},
    "code": {"code": 1, "<pre": 0.9, "<code": 1},
    "element": {},
}  # fmt: skip

ROLE_WORDS = frozenset(_FITS)

# Role words for what holds other things: named by a caption, or by what is inside.
CONTAINERS = frozenset(
    "row item card result dialog section form sidebar header footer navigation toolbar table list menu tree alert "
    "cell frame "
    "page tooltip column".split()
) - {"page", "column"}

# Words in ids and classes that say what a generic element is.
_SAYS: dict[str, tuple[str, ...]] = {
    "dialog": ("modal", "dialog", "popup", "lightbox", "overlay"),
    "alert": (
        "alert",
        "toast",
        "notification",
        "message",
        "flash",
        "snackbar",
        "notice",
        "error",
        "warning",
        "success",
    ),
    "sidebar": ("sidebar", "side", "drawer", "aside"),
    "header": ("header", "topbar", "masthead"),
    "footer": ("footer",),
    "navigation": ("nav", "navbar", "navigation", "breadcrumb", "breadcrumbs"),
    "toolbar": ("toolbar", "actionbar"),
    "menu": ("menu", "dropdown"),
    "card": ("card", "tile"),
    "tab": ("tab",),
    "section": ("section", "panel", "block", "accordion", "group", "collapsible", "widget", "box"),
    "badge": ("badge", "tag", "chip", "pill", "label"),
    "label": ("label",),
    "slider": ("slider", "range"),
    "spinner": ("spinner", "stepper"),
    "datepicker": ("datepicker", "calendar"),
    "timepicker": ("timepicker",),
    "tooltip": ("tooltip",),
    "progressbar": ("progress", "progressbar", "loading"),
    "icon": ("icon", "ico", "fa", "glyphicon", "material", "bi"),
    "logo": ("logo", "brand"),
    "image": ("avatar", "thumbnail"),
    "switch": ("switch", "toggle"),
    "result": ("result", "results", "hit"),
    "list": ("list",),
    "row": ("row",),
    "tree": ("tree",),
    "select": ("select", "dropdown", "combobox"),
    "editor": ("editor",),
}


def is_container_word(role: str | None) -> bool:
    """Tell whether a role word names something that holds other things."""
    return role in CONTAINERS


def role_fit(word: str, node: Node, view: PageView) -> float:
    """Return how well an element answers to a role word, from 0 (not at all) to 1."""
    fits = _FITS.get(word)
    if fits is None or word == "element":
        return 1.0 if word == "element" and node.tag != "#text" else 0.0
    best = _listed_fit(word, node.role, node.tag, node.type)
    if word in _LISTED and _is_no_entry(node, view):
        return 0.0  # the row of headers is none of what a table lists
    special = _SPECIAL.get(word)
    return max(best, special(node, view)) if special and best < 1.0 else best


def fitting(word: str, view: PageView, least: float) -> list[Node]:
    """Return the elements of a page whose `role_fit` is more than `least`: each make of element is looked up once."""
    if word not in _FITS:
        return []
    special = _SPECIAL.get(word)
    listed: dict[tuple[str, str, str], bool] = {}
    found = []
    for node in view.nodes:
        make = node.role, node.tag, node.type
        fits = listed.get(make)
        if fits is None:
            fits = listed[make] = _listed_fit(word, *make) > least
        if fits and word in _LISTED and _is_no_entry(node, view):
            continue
        if fits or (special is not None and special(node, view) > least):
            found.append(node)
    return found


@lru_cache(maxsize=10_000)
def _listed_fit(word: str, role: str, tag: str, type_: str) -> float:
    fits = _FITS[word]
    if tag == "#text":
        return fits.get("#text", 0.0)
    return max(fits.get(role, 0.0), fits.get("<" + tag, 0.0), fits.get(":" + type_, 0.0))


def _says(word: str, node: Node) -> bool:
    return bool(node.ident) and _ident_says(word, node.ident)


@lru_cache(maxsize=20_000)
def _ident_says(word: str, ident: str) -> bool:
    words = _HUMP.sub(" ", ident).lower().replace("-", " ").replace("_", " ").split()
    return any(said in words for said in _SAYS[word])


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")  # "MuiCard-root"


def _pressable(node: Node, view: PageView) -> float:
    """An element without a role that reacts to clicks looks like a button."""
    if not node.flags & _CLICKABLE or node.flags & _EDITABLE or node.role or node.tag in ("label", "tr", "td"):
        return 0.0
    return 0.6 if node.tag == "a" else 0.75


def _linkish(node: Node, view: PageView) -> float:
    return 0.7 if node.flags & _CLICKABLE and not node.role and node.tag in ("span", "a", "div", "li", "p") else 0.0


def _fieldish(node: Node, view: PageView) -> float:
    if node.flags & _EDITABLE:
        return 1.0
    if is_control(node):
        return 0.6 if node.type not in ("checkbox", "radio") else 0.0
    return _drawn(node, view)


def _drawn(node: Node, view: PageView) -> float:
    if node.role == "button" and node.label and (node.extra or {}).get("aria-haspopup") in ("listbox", "dialog"):
        return 0.9  # its label is one of a field: it opens the list that it shows the choice of
    return 0.6 if drawn_label(node, view) else 0.0


def _textish(node: Node, view: PageView) -> float:
    if node.tag == "textarea":
        return 0.75
    if not node.flags & _EDITABLE or node.role in ("combobox", "searchbox", "spinbutton"):
        return 0.0
    return 0.7 if node.type in _DATES else 0.9


def _searching(node: Node, view: PageView) -> float:
    if node.role not in ("textbox", "combobox", "searchbox") or not node.flags & _EDITABLE:
        return 0.0
    if node.role == "combobox" and node.name and "search" not in f"{node.name} {node.placeholder}".lower():
        return 0.7 * (node.type == "search")  # a list with a name of its own, where one may type to find an option
    said = f"{node.name} {node.placeholder} {node.ident} {node.testid}".lower()
    if "search" in said or node.type == "search" or node.name.lower() in ("q", "query") or is_to_find(node):
        return 1.0
    return 0.0 if node.role != "searchbox" else 0.75 if node.name else 1.0


def _long_text(node: Node, view: PageView) -> float:
    return 0.95 if node.flags & _EDITABLE and node.tag not in ("input", "textarea") else 0.0


_PARTS_OF_AN_ICON = 4  # elements: itself, the picture, its word


def _wraps_icon(node: Node, view: PageView) -> bool:
    """Tell whether a plain element holds a picture or a thing marked as an icon, and little else."""
    if node.role or not 2 <= node.end - node.ref <= _PARTS_OF_AN_ICON or not node.ident:
        return False
    inside = (view.nodes[ref] for ref in range(node.ref + 1, node.end))
    return any(part.tag in ("img", "svg", "i") or (not part.text and _says("icon", part)) for part in inside)


def _icon(node: Node, view: PageView) -> float:
    """Small things without words of their own, with a telling class or a click of their own."""
    if node.role in ("button", "link") and not any(c.isalnum() for c in view.text(node.ref)):
        return 0.85
    if node.role in ("heading", "row", "cell", "list") or node.tag == "#text":
        return 0.0
    if node.text:  # an icon with its word beside it
        slight = node.box[2] <= 160 and node.box[3] <= 64
        return 0.5 if node.ident and slight and node.tag in ("span", "a", "div", "li") else 0.0
    if _wraps_icon(node, view):
        return 0.8
    small = node.box[2] <= 64 and node.box[3] <= 64
    if node.tag in ("span", "i", "em", "a", "div", "button", "b") and node.end - node.ref <= 2:
        return 0.9 if _says("icon", node) or (small and node.ident) else 0.6 if small else 0.0
    return 0.0


def _page_number(node: Node, view: PageView) -> float:
    """A number that reacts to clicks, beside others of its make, leads to a page."""
    if not node.flags & _CLICKABLE or node.parent < 0 or not view.text(node.ref).isdigit():
        return 0.0
    beside = (view.nodes[ref] for ref in view.children(node.parent) if ref != node.ref)
    return 0.9 if any(one.tag == node.tag and view.text(one.ref).isdigit() for one in beside) else 0.0


def _item(node: Node, view: PageView) -> float:
    return 0.8 if not node.role and view.is_item(node.ref) else 0.0


_LISTED = frozenset(["item", "result", "card"])


def _is_no_entry(node: Node, view: PageView) -> bool:
    """Tell whether an element is none of several things: the headers of a table, or a link that is but a sign: "¶"."""
    if node.role == "row":
        return _heads(node, view)
    return node.role == "link" and bool(node.name) and not any(c.isalnum() for c in node.name)


def _heads(row: Node, view: PageView) -> bool:
    """Tell whether a row holds the headers of its table."""
    heads = all(view.nodes[ref].role == "columnheader" for ref in view.children(row.ref))
    return heads and row.end - row.ref > 1


def _row(node: Node, view: PageView) -> float:
    if node.role == "row":
        return 0.3 if _heads(node, view) else 1.0
    return _item(node, view) * 0.8


def _titled(node: Node, view: PageView) -> float:
    """A plain container that starts with a heading is a section; so is one whose class says it."""
    if node.role or node.tag in ("#text", "body", "span", "a", "td", "tr", "label") or node.end - node.ref < 2:
        return 0.0
    if _says("section", node):
        return 0.85
    first = view.nodes[node.ref + 1]
    return 0.75 if first.role == "heading" or first.tag in ("header", "legend", "summary") else 0.0


def _dialogish(node: Node, view: PageView) -> float:
    return 0.7 if not node.role and node.end - node.ref > 2 and _says("dialog", node) else 0.0


def _said(word: str, fit: float) -> Callable[[Node, PageView], float]:
    def fits(node: Node, view: PageView) -> float:
        return fit if node.ident and node.tag not in ("#text", "body") and _says(word, node) else 0.0

    return fits


def _alertish(node: Node, view: PageView) -> float:
    return 0.7 if node.role in ("", "paragraph", "group") and node.ident and _says("alert", node) else 0.0


def _or_drawn(fits: Callable[[Node, PageView], float]) -> Callable[[Node, PageView], float]:
    """Return what an element fits by itself, or as one that is drawn as a field with a label."""
    return lambda node, view: max(fits(node, view), _drawn(node, view))


def may_open_a_menu(node: Node, view: PageView) -> bool:
    """Tell whether "the menu" may be an element: of the buttons and links only one that says so or that opens some."""
    if node.role not in ("button", "link"):
        return True
    opens = node.has(Flag.COLLAPSED) or node.has(Flag.EXPANDED) or "aria-haspopup" in (node.extra or {})
    told = opens or _says("menu", node) or "menu" in meanings(node, view)
    return told or "menu" in wording(f"{node.name} {node.title}").stems


def _slides(node: Node, view: PageView) -> float:
    if node.type == "range":
        return 1.0
    return 0.7 if not node.role and node.ident and _says("slider", node) else 0.0


def _spins(node: Node, view: PageView) -> float:
    if node.type == "number":
        return 1.0
    return 0.6 if node.ident and _says("spinner", node) and node.tag in ("input", "span", "div") else 0.0


_DAYS = 28


def _dated(node: Node, view: PageView) -> float:
    if node.type in _DATES:
        return 0.0
    said = node.ident and (_says("datepicker", node) or "date" in node.ident.lower())
    if said and node.end - node.ref > _DAYS:
        return 1.0  # it is open, and shows its days
    return (0.9 if node.flags & _EDITABLE else 0.6) if said else 0.0


_SPECIAL: dict[str, Callable[[Node, PageView], float]] = {
    "button": _pressable,
    "link": _linkish,
    "field": _fieldish,
    "box": _fieldish,
    "textbox": _textish,
    "searchbox": _searching,
    "textarea": _long_text,
    "icon": _icon,
    "image": _said("image", 0.9),
    "item": _item,
    "result": lambda node, view: max(_item(node, view), _said("result", 0.8)(node, view)),
    "row": _row,
    "card": lambda node, view: max(_item(node, view), _said("card", 0.9)(node, view)),
    "page": _page_number,
    "section": _titled,
    "dialog": _dialogish,
    "alert": _alertish,
    "sidebar": _said("sidebar", 0.8),
    "header": _said("header", 0.7),
    "footer": _said("footer", 0.8),
    "navigation": _said("navigation", 0.8),
    "toolbar": _said("toolbar", 0.8),
    "menu": _or_drawn(_said("menu", 0.6)),
    "tab": lambda node, view: max(_said("tab", 0.7)(node, view), 0.4 * bool(_pressable(node, view))),
    "option": lambda node, view: 0.5 * bool(_pressable(node, view)),
    "menuitem": lambda node, view: 0.5 * bool(_pressable(node, view)),
    "slider": _slides,
    "spinner": _spins,
    "datepicker": _or_drawn(_dated),
    "tooltip": _said("tooltip", 0.8),
    "progressbar": _said("progressbar", 0.6),
    "badge": _said("badge", 0.9),
    "label": _said("label", 0.8),
    "logo": _said("logo", 0.9),
    "switch": _said("switch", 0.7),
    "list": lambda node, view: max(_or_drawn(_said("list", 0.5))(node, view), 0.7 * is_drawn_chooser(node)),
    "tree": _said("tree", 0.6),
    "select": _or_drawn(_said("select", 0.4)),
}
