"""Make one of what is one thing to a person: a text and its button, a label and its field, two links side by side."""

from __future__ import annotations

from collections.abc import Callable

from aiwebtest.core.intent import Action
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.drawn import drawn_label
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.wording import wording

__all__ = ["fold_doubles", "settle", "without_labels"]

_CLICKABLE, _HIDDEN = int(Flag.CLICKABLE), int(Flag.HIDDEN)
_MADE_SO = int(Flag.CHECKED) | int(Flag.SELECTED)
_PRESSED = frozenset(
    "button link menuitem menuitemcheckbox menuitemradio tab option checkbox radio switch treeitem combobox".split()
)
_CLICKS: frozenset[Action] = frozenset(
    ["click", "double_click", "right_click", "download", "check", "uncheck", "toggle", "select"]
)
_BY_LABEL: frozenset[Action] = frozenset(["click", "check", "uncheck", "toggle", "select", "set"])
_CHECKS: frozenset[Action] = frozenset(["check", "uncheck", "toggle"])
_TYPES: frozenset[Action] = frozenset(["type", "append", "clear", "set"])
_REACH = 4  # elements between a text and the button around it
_NEIGHBOURS = 12  # elements between a label and its control


def settle(found: list[Evidence], view: PageView, action: Action | None, *, container: bool) -> list[Evidence]:
    """Move each candidate to the element that the action is to be done on."""
    for one in found:
        labelled = view.labels.meant_by_label(one.ref) if action in _BY_LABEL else None
        if labelled is not None:
            ref = labelled
        elif action in _CHECKS and (container or _is_line(view.nodes[one.ref])):
            ref = _own_box(one.ref, view)
        elif action in _CLICKS:
            ref = _pressed(one.ref, view) if not container else _opened(one.ref, view)
        elif action in _TYPES:
            ref = one.ref if is_control(view.nodes[one.ref]) else _only(one.ref, view, _takes_text)
        else:
            ref = one.ref if view.nodes[one.ref].tag != "#text" else view.nodes[one.ref].parent
        if ref != one.ref:
            _move(one, ref, view)
    return found


def _move(one: Evidence, ref: int, view: PageView) -> None:
    node = view.nodes[ref]
    if node.flags & _CLICKABLE and not view.nodes[one.ref].flags & _CLICKABLE:
        one.add("can be acted on", 0.9)
        one.points += 0.5
    one.ref = ref


def _pressed(ref: int, view: PageView) -> int:
    """Return the button, link or the like around a text, the element itself where there is none."""
    node = view.nodes[ref]
    if node.role == "treeitem":
        return _label_of_branch(node, view)
    if node.role in _PRESSED or is_control(node) or node.tag == "label":
        return ref
    for _, above in zip(range(_REACH), view.parents(ref), strict=False):
        outer = view.nodes[above]
        if outer.role == "treeitem" and node.flags & _CLICKABLE:
            return ref  # its label reacts by itself, and the branch as a whole does not
        if outer.role in _PRESSED or outer.tag in ("label", "summary", "a"):
            return above
        if outer.role or outer.tag == "body":
            break
    return node.parent if node.tag == "#text" else ref


def _label_of_branch(branch: Node, view: PageView) -> int:
    """Return the one label in a branch of a tree that reacts to clicks by itself, else the branch."""
    inner = view.nodes[branch.ref + 1 : branch.end]
    if any(n.role == "treeitem" for n in inner):
        return branch.ref
    labels = [n.ref for n in inner if n.flags & _CLICKABLE and not n.role and any(c.isalpha() for c in n.text)]
    return labels[0] if len(labels) == 1 else branch.ref


_PARTS = frozenset("complementary navigation banner contentinfo main search toolbar".split())  # of a page


def _opened(ref: int, view: PageView) -> int:
    """Return what opens an item: its only button or link, else the one in its heading, else the item itself."""
    node = view.nodes[ref]
    if node.flags & _CLICKABLE or node.role in _PRESSED:
        return ref
    inner = [n for n in view.nodes[ref + 1 : node.end] if n.role in ("link", "button") and n.visible]
    inner = [n for n in inner if n.name.strip() not in _OWN_ADDRESS]
    if node.role in _PARTS:  # its only link leads elsewhere, and "›" turns the pages
        openers = [n.ref for n in inner if n.has(Flag.COLLAPSED) or n.has(Flag.EXPANDED)]
        return openers[0] if len(openers) == 1 else ref
    if len(inner) == 1:
        return inner[0].ref if not _takes_away(inner[0]) else ref
    for link in inner:
        if link.role == "link" and view.up(link.ref, "heading") is not None:
            return link.ref
    links = [n.ref for n in inner if n.role == "link"]
    return links[0] if len(links) == 1 else ref


_OWN_ADDRESS = frozenset("¶ # § 🔗".split())  # a link beside a heading that leads nowhere else
_TAKING_AWAY = frozenset(
    "delete remove close dismiss cancel archive reject decline discard clear hide block × x".split()
)


def _takes_away(node: Node) -> bool:
    """Tell whether a button is a command against the thing that it stands in, and none that opens it."""
    return node.role == "button" and bool(_TAKING_AWAY & set(wording(node.name).tokens[:1] or node.name.split()[:1]))


def _only(ref: int, view: PageView, suits: Callable[[Node], bool]) -> int:
    """Return the only visible element of a kind in a label, a row or a wrapper; the element itself if there is none."""
    inner = [n.ref for n in view.nodes[ref + 1 : view.nodes[ref].end] if n.visible and suits(n)]
    return inner[0] if len(inner) == 1 else ref


def _own_box(ref: int, view: PageView) -> int:
    """Return the only box in an element, branches below it left out; the element itself if there is none."""
    nested = (n.ref for n in view.nodes[ref + 1 : view.nodes[ref].end] if n.role == "treeitem")
    end = next(nested, view.nodes[ref].end)
    inner = [n.ref for n in view.nodes[ref + 1 : end] if n.visible and _is_switch(n)]
    return inner[0] if len(inner) == 1 else ref


def _is_line(node: Node) -> bool:
    """Tell whether an element is an entry of a list: what is ticked of it is the box in it."""
    return node.role in ("listitem", "treeitem", "option") and not node.flags & _MADE_SO


def _takes_text(node: Node) -> bool:
    return node.has(Flag.EDITABLE)


def _is_switch(node: Node) -> bool:
    return node.role in ("checkbox", "radio", "switch")


def fold_doubles(found: list[Evidence], view: PageView, *, looked_at: bool = False) -> list[Evidence]:
    """Return the candidates with doubles taken out, the better of each pair kept.

    What is only looked at or pointed at is one thing with what says the same inside it: a heading and its link.
    """
    kept: dict[int, Evidence] = {}
    for one in sorted(found, key=lambda one: (-one.points, one.ref)):
        if one.ref in kept:
            continue
        near = _near_in_tree(one, kept, view)
        if not any(_is_double(one, other, view) or (looked_at and _is_nested(one, other, view)) for other in near):
            kept[one.ref] = one
    return list(kept.values())


def without_labels(found: list[Evidence], view: PageView) -> list[Evidence]:
    """Return candidates, best first, without the label of a better one and without what a better one is the label of.

    Two readings of a sentence may have found the one by one, the other by the other.
    """
    kept: list[Evidence] = []
    for one in found:
        mine = view.nodes[one.ref]
        others = [view.nodes[other.ref] for other in kept[:_NEIGHBOURS]]
        if not any(_labels(mine, other, view) or _labels(other, mine, view) for other in others):
            kept.append(one)
    return kept


def _near_in_tree(one: Evidence, kept: dict[int, Evidence], view: PageView) -> list[Evidence]:
    """Return the kept candidates that can be doubles of one: those around, below and beside it."""
    if len(kept) <= 40:
        return list(kept.values())
    around = [kept[ref] for ref in view.parents(one.ref) if ref in kept]
    below = [kept[ref] for ref in range(one.ref + 1, min(view.nodes[one.ref].end, one.ref + 30)) if ref in kept]
    beside = [kept[ref] for ref in range(max(0, one.ref - 6), one.ref + 6) if ref in kept]
    return around + below + beside


def _is_double(one: Evidence, other: Evidence, view: PageView) -> bool:
    """Tell whether `one`, which is not better, is another sign of the thing that `other` is."""
    mine, theirs = view.nodes[one.ref], view.nodes[other.ref]
    if view.inside(mine.ref, theirs.ref):
        return mine.role not in _PRESSED or theirs.role in _PRESSED or _same_words(mine, theirs, view)
    if view.inside(theirs.ref, mine.ref):
        pressed = theirs.role in _PRESSED or (mine.role == "treeitem" and theirs.flags & _CLICKABLE)
        return not (mine.role in _PRESSED and not pressed) or _same_words(mine, theirs, view)
    if _labels(mine, theirs, view) or _labels(theirs, mine, view):
        return True
    if _opens(mine, theirs) or _opens(theirs, mine):
        return True
    if _is_switch(theirs) and mine.role not in _PRESSED and _names_its_line(mine, theirs, view):
        return True
    return bool(mine.href) and mine.href == theirs.href and _side_by_side(mine, theirs, view)


def _opens(list_: Node, opener: Node) -> bool:
    """Tell whether an element says that the list which it opens is the other one."""
    if list_.role != "listbox" or opener.role != "combobox":
        return False
    controlled = f"{opener.extra.get('aria-controls', '')} {opener.extra.get('aria-owns', '')}".split()
    return list_.ident.split()[:1] == controlled[:1] != []


def _names_its_line(text: Node, box: Node, view: PageView) -> bool:
    """Tell whether a text is all that the entry of a list or branch of a tree says which a box stands in."""
    line = next((ref for ref in view.parents(box.ref) if view.nodes[ref].role in ("treeitem", "listitem")), None)
    return line is not None and view.inside(text.ref, line) and view.text(text.ref) == view.text(line)


def _is_nested(one: Evidence, other: Evidence, view: PageView) -> bool:
    """Tell whether one of two that say the same is in the other."""
    mine, theirs = view.nodes[one.ref], view.nodes[other.ref]
    inside = view.inside(mine.ref, theirs.ref) or view.inside(theirs.ref, mine.ref)
    return inside and _same_words(mine, theirs, view)


def _same_words(one: Node, other: Node, view: PageView) -> bool:
    return (view.text(one.ref) or one.name) == (view.text(other.ref) or other.name)


def _labels(label: Node, control: Node, view: PageView) -> bool:
    if drawn := drawn_label(control, view):
        return view.text(label.ref) == drawn and label.parent in (control.parent, control.parent + 1)
    if not is_control(control) or label.frame != control.frame or abs(label.ref - control.ref) > _NEIGHBOURS:
        return False
    if label.tag != "label":  # a text that stands for the label of what has none
        plain = not label.role or label.role == "link"  # the name of a row's thing, beside the box that selects it
        return bool(label.text) and not control.name and plain and label.text == view.labels.beside(control.ref)
    said = label.text or view.text(label.ref)
    known = control.label or view.labels.beside(control.ref)
    return bool(known) and (not said or said in known or known in said)


def _side_by_side(one: Node, other: Node, view: PageView) -> bool:
    """Tell whether two links stand in one item or close together."""
    home = view.common_ancestor(one.ref, other.ref)
    return view.is_item(home) or view.nodes[home].end - home <= 12
