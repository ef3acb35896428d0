"""What the role words of a description mean on a page: canonical role -> which elements can be meant.

Roles are those of `grounding.rules.words`. A check is strict: an element counts as a button because the page says so,
not because it looks a little like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.checks.text import words_of
from aiwebtest.grounding.rules.labels import is_to_find

__all__ = ["CONTAINERS", "FIELD_WORDS", "MANY_OF_A_PAGE", "ROWS", "can_be", "is_container", "is_field", "test_of"]

_FIELD_ROLES = frozenset("textbox searchbox combobox spinbutton listbox slider".split())
_NO_FIELD_TYPES = frozenset("button submit reset image hidden checkbox radio".split())
MANY_OF_A_PAGE = frozenset("navigation sidebar header footer toolbar list table menu".split())
"""Role words for places of which a page has several: that "the table" shows something says that one of them does."""
CONTAINERS = frozenset(
    "region dialog alertdialog group navigation banner contentinfo main complementary form list listbox table grid"
    " treegrid row "
    "listitem article tabpanel alert status log figure search feed toolbar menu menubar tree rowgroup radiogroup"
    " tablist".split()
)
_CONTAINER_TAGS = frozenset(
    "section div fieldset details aside header footer nav main ul ol dl form table article".split()
)
FIELD_WORDS = frozenset("field box textbox searchbox textarea select listbox datepicker timepicker fileinput".split())
ROWS = frozenset("row listitem article treeitem".split())
_MESSAGE_WORDS = frozenset(
    "alert alerts error errors errorlist toast notification flash message messages snackbar banner notice"
    " feedback errornote "
    "errortext callout".split()
)
_COLOURED = re.compile(r"(?:text-)?(?:warning|invalid|success|danger|error)", re.IGNORECASE)
"""A class name that gives a text the colour of a message. Cards, buttons and icons have the like: `card-success`."""
_DRAWN = frozenset("i svg img option optgroup".split())


def is_field(node: Node) -> bool:
    """Tell whether an element holds a value that a user sets."""
    if node.tag == "input":
        return node.type not in _NO_FIELD_TYPES
    return node.tag in {"select", "textarea"} or node.role in _FIELD_ROLES or node.has(Flag.EDITABLE)


def is_container(node: Node) -> bool:
    """Tell whether an element is made to hold others."""
    return node.role in CONTAINERS or (not node.role and node.tag in _CONTAINER_TAGS)


def _role(*roles: str) -> Callable[[Node], bool]:
    return lambda node: node.role in roles


def _tag(*tags: str) -> Callable[[Node], bool]:
    return lambda node: node.tag in tags


def _marked(*words: str) -> Callable[[Node], bool]:
    wanted = frozenset(words)
    return lambda node: not wanted.isdisjoint(words_of(node.ident))


def _either(*tests: Callable[[Node], bool]) -> Callable[[Node], bool]:
    return lambda node: any(test(node) for test in tests)


def _is_message(node: Node) -> bool:
    """Tell whether an element is a message of the application: by role, or by a class name and a text to show."""
    if node.role == "log":  # holds the messages of a conversation
        return False
    if node.role == "status" and _is_badge(node):  # a count or a state that is told as it changes
        return False
    if node.role == "status" and (_RANGE.search(node.text) or not (node.text or _holds_others(node))):
        return False  # which part of a list is shown; a place for what may be told
    if node.role in {"alert", "status", "alertdialog"}:
        return node.role != "status" or not node.text or any(c.isalpha() for c in node.text)  # a number is a badge
    control = (
        node.role in {"button", "link", "textbox", "navigation", "banner", "cell", "gridcell", "row"}
        or is_field(node)
        or node.tag in {"form", "label"}
    )
    if control or node.tag in _DRAWN or not (node.text or node.name or _holds_others(node)):
        return False  # an icon, an empty place for messages
    if node.text and not any(c.isalpha() for c in node.text):
        return False  # an amount in the colour of success
    coloured = any(_COLOURED.fullmatch(name) for name in node.ident.split())
    return coloured or not _MESSAGE_WORDS.isdisjoint(words_of(node.ident))


_RANGE = re.compile(r"\d+ ?(?:[-–]|to) ?\d+ of \d")  # "Showing 1 to 10 of 24 entries"
_is_badge = _marked("badge", "tag", "chip", "pill")


def _holds_others(node: Node) -> bool:
    return node.end - node.ref > 1


def _is_dialog(node: Node) -> bool:
    if node.role in {"dialog", "alertdialog"} or node.has(Flag.MODAL):
        return True
    marks = {"modal", "popup", "dialog", "lightbox"}
    return not node.role and node.tag == "div" and not marks.isdisjoint(node.ident.lower().split())


_ICON_PX = 32


def _is_icon(node: Node) -> bool:
    return max(node.box[2:]) <= _ICON_PX


_KINDS: dict[str, Callable[[Node], bool]] = {
    "button": _role("button"),
    "link": _role("link"),
    "field": is_field,
    "box": lambda node: is_field(node) or node.role in {"checkbox", "switch"},
    "textbox": lambda node: node.role in {"textbox", "searchbox"} or (is_field(node) and node.has(Flag.EDITABLE)),
    "searchbox": lambda node: node.role == "searchbox" or (is_field(node) and (is_to_find(node) or "search" in words_of(
        f"{node.name} {node.placeholder} {node.ident} {node.testid} {node.type}"))),
    "textarea": lambda node: node.tag == "textarea" or (node.role == "textbox" and node.tag != "input"),
    "checkbox": _role("checkbox", "switch", "menuitemcheckbox"),
    "radio": _role("radio", "menuitemradio"),
    "switch": lambda node: node.role in {"switch", "checkbox"} or (node.role == "button" and node.has(Flag.CHECKED)),
    "select": lambda node: node.tag == "select" or node.role in {"combobox", "listbox"},
    "list": _role("list", "listbox", "feed", "tree", "menu"),
    "listbox": _role("listbox"),
    "quote": _either(_tag("blockquote", "q"), _role("blockquote")),
    "element": lambda node: node.tag != "#text",
    "option": _role("option", "menuitemradio"),
    "item": _either(_role("listitem", "treeitem", "article", "option", "menuitem"), _marked("item", "card", "entry")),
    "result": _either(_role("listitem", "article", "row"), _marked("result", "hit")),
    "menu": _role("menu", "menubar", "listbox", "navigation"),
    "menuitem": _role("menuitem", "menuitemcheckbox", "menuitemradio", "link", "option"),
    "tab": _role("tab"),
    "row": _role("row"),
    "cell": _role("cell", "gridcell", "rowheader", "columnheader"),
    "column": _role("columnheader"),
    "columnheader": _role("columnheader"),
    "table": _role("table", "grid", "treegrid"),
    "heading": _role("heading"),
    "image": _either(_role("img"), _tag("img", "picture"), lambda node: node.tag == "svg" and not _is_icon(node)),
    "logo": _either(_marked("logo"), lambda node: node.role in {"img", "link"} and "logo" in words_of(node.name)),
    "icon": _either(_tag("svg", "i"), _role("img"), _marked("icon")),
    "dialog": _is_dialog,
    "slider": _role("slider"),
    "spinner": _role("spinbutton"),
    "section": lambda node: is_container(node) and node.role not in ROWS,
    "card": _either(_role("article", "listitem"), _marked("card", "tile")),
    "form": _either(_role("form"), _tag("form")),
    "sidebar": _either(_role("complementary"), _marked("sidebar", "drawer")),
    "header": _either(_role("banner"), _tag("header")),
    "footer": _either(_role("contentinfo"), _tag("footer")),
    "navigation": _role("navigation"),
    "toolbar": _role("toolbar"),
    "page": lambda node: node.parent < 0,
    "frame": _tag("iframe", "frame"),
    "tooltip": _either(_role("tooltip"), _marked("tooltip")),
    "alert": _is_message,
    "progressbar": _role("progressbar", "meter"),
    "tree": _role("tree"),
    "treeitem": _role("treeitem"),
    "datepicker": lambda node: (is_field(node) and node.type in {"date", "month", "week", "datetime-local"})
    or ((is_field(node) or _holds_others(node)) and not {"datepicker", "calendar"}.isdisjoint(words_of(node.ident))),
    "timepicker": lambda node: is_field(node) and node.type == "time",
    "fileinput": lambda node: node.type == "file",
    "colorpicker": lambda node: node.type == "color",
    "label": _either(_tag("label", "legend", "figcaption", "caption"), lambda n: bool(n.text) and _marked("label")(n)),
    "text": lambda node: bool(node.text),
    "paragraph": _either(_tag("p"), _role("paragraph")),
    "video": _tag("video"),
    "audio": _tag("audio"),
    "canvas": _tag("canvas"),
    "badge": _is_badge,
    "code": _tag("code", "pre"),
}  # fmt: skip


def can_be(node: Node, role: str | None) -> bool:
    """Tell whether an element is what a role word names; without a role anything is."""
    return test_of(role)(node)


def test_of(role: str | None) -> Callable[[Node], bool]:
    """Return the test whether an element is what a role word names; without a role anything is."""
    if role is None:
        return lambda node: True
    return _KINDS.get(role) or (lambda node: role in (node.role, node.tag))
