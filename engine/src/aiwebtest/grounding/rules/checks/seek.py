"""Which elements a description means in a check: strictly, without guessing.

A name is compared in tiers, and only the elements of the best tier that any reaches are meant: the very name, the
name but for decoration ("Total:", "E-mail *"), the name as whole words inside a longer one, an identifier (test id,
id, class) of the same words. A quoted name keeps its case; where only the case differs the find is *loose*: good
enough to say what is meant, not to confirm that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from aiwebtest.core.intent import Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import can_be, is_container, test_of
from aiwebtest.grounding.rules.checks.messages import of_asked_kind
from aiwebtest.grounding.rules.checks.names import by_identifier, canonical, headings_of, name_tier, strip_decoration
from aiwebtest.grounding.rules.checks.rows import children_of, rows_with
from aiwebtest.grounding.rules.checks.tables import is_header
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, tidy, words_of
from aiwebtest.grounding.rules.marks import says_chosen
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.relations import relation_fits

__all__ = ["Found", "content_first", "nth", "outermost", "seek", "seek_place"]

_OF_CONTENT = frozenset({"row", "item", "result", "card", "table", "list", "cell"})
_HEADED = frozenset({"list", "table", "form"})  # what a heading above it may name
_AS_NEAR = 0.8  # share of the best fit from which a thing is as near as the nearest


@dataclass(frozen=True, slots=True)
class Found:
    """The elements that a description means, hidden ones included. `loose`: only case or an identifier agrees."""

    nodes: tuple[Node, ...] = ()
    loose: bool = False

    def __bool__(self) -> bool:
        return bool(self.nodes)

    @property
    def shown(self) -> tuple[Node, ...]:
        """Return those that can be seen."""
        return tuple(node for node in self.nodes if node.visible)


def seek(
    target: Target, snapshot: Snapshot, inside: Node | None = None, *, last: tuple[int, int] | None = None
) -> Found:
    """Return the elements that a description means, in document order, inside a node if one is given."""
    if target.anaphora:
        nodes = tuple(n for n in snapshot.nodes if last == (n.frame, n.local) and n.tag != "#text")
        return Found(nodes[:1])
    first = Found()
    for reading in (target, *target.alternatives):
        found = _seek_one(reading, snapshot, inside, last)
        if found and (target.quoted or not reading.name):
            return first or found
        if called := _called_so(found, reading, target, snapshot):
            return called
        first = first or found
    return first


def _called_so(found: Found, reading: Target, target: Target, snapshot: Snapshot) -> Found:
    """Return those that are of the kind that is meant and called just so: "Custom Checkbox", and no "Custom" one."""
    called = [node for node in found.nodes if can_be(node, target.role)]
    return Found(tuple(node for node in called if name_tier(node, reading, snapshot) >= _AS_CALLED), found.loose)


def _seek_one(target: Target, snapshot: Snapshot, inside: Node | None, last: tuple[int, int] | None) -> Found:
    areas: list[Node | None] = [inside]
    for relation in target.relations:
        if relation.kind in {"in", "row"}:
            areas = [area for outer in areas for area in _areas(relation, snapshot, outer)]
    pool = _pool(snapshot, areas, target)
    best, loose = _best(pool, target, snapshot)
    if target.role == "button" and target.name and not any(node.visible for node in best):
        drawn = [node for node in _in_areas(snapshot, areas) if _is_drawn_as_button(node)]
        best = [node for node in drawn if name_tier(node, replace(target, role=None), snapshot) >= _AS_CALLED] or best
    if not best and target.name and (stands_for := _STAND_INS.get(str(target.role))) is not None:
        others = [node for node in _in_areas(snapshot, areas) if stands_for(node)]
        best = [node for node in others if name_tier(node, replace(target, role=None), snapshot) >= _AS_CALLED]
    for relation in target.relations:
        if relation.kind not in {"in", "row"}:
            best = _related(best, relation, snapshot, inside, last)
    nodes = [node for node in best if all(_in_state(node, state) for state in target.states)]
    if target.ordinal is not None:
        shown = _without_labels([node for node in nodes if node.visible], snapshot)
        content = target.name is None and target.role in _OF_CONTENT and inside is None
        nodes = nth(content_first(shown, snapshot) if content else shown, target.ordinal)
    return Found(tuple(nodes), loose)


def _without_labels(nodes: list[Node], snapshot: Snapshot) -> list[Node]:
    """Leave out the labels of fields among things to count: a field and its label are one."""
    labels = {fold(node.label) for node in nodes if node.label}
    return [node for node in nodes if node.label or fold(snapshot.text_of(node)) not in labels]


def _is_drawn_as_button(node: Node) -> bool:
    """Tell whether an element that is no button reacts to a click as one does, or is a link in sight: "Next"."""
    return (node.role in _DRAWN and node.has(Flag.CLICKABLE)) or (node.role == "link" and node.visible)


def _is_titled(node: Node) -> bool:
    """Tell whether an element is a title that the page draws without a role for it."""
    return not node.role and bool(node.text) and not _TITLES.isdisjoint(words_of(f"{node.tag} {node.ident}"))


_TITLES = frozenset(["title", "heading", "headline"])
_STAND_INS: dict[str, Callable[[Node], bool]] = {
    "heading": _is_titled,
    "option": lambda node: node.role in ("radio", "checkbox"),  # of a list that opens as a dialog
}
"""What may be called by a kind of which nothing on the page is called so."""
_DRAWN = frozenset(["", "listitem", "img"])
_AS_CALLED = 6  # rank of a name that is called so, if for what decorates it


def _areas(relation: Relation, snapshot: Snapshot, inside: Node | None) -> Iterable[Node]:
    if relation.kind == "row":
        return rows_with(relation.anchor, snapshot, inside)
    return seek_place(relation.anchor, snapshot, inside).nodes


def _pool(snapshot: Snapshot, areas: list[Node | None], target: Target) -> list[Node]:
    is_kind, texts_too = test_of(target.role), target.role in {None, "text"}
    if target.role == "page" and target.name is not None and target.name.isdigit():
        is_kind = _turns_to_a_page
    nodes = (node for node in _in_areas(snapshot, areas) if is_kind(node) and (texts_too or node.tag != "#text"))
    pool = of_asked_kind(_one_by_one(nodes, snapshot) if target.role == "alert" else list(nodes), target, snapshot)
    if target.role == "heading":
        pool += _titles_of_dialogs(snapshot, areas)
    if target.role == "menu" and target.name is None:
        pool = [node for node in pool if not {"breadcrumb", "breadcrumbs"} & set(words_of(f"{node.ident} {node.name}"))]
    if target.role == "badge":  # what holds the badge may be called so as well
        pool = [node for node in pool if not any(node.ref < other.ref < node.end for other in pool)]
        pool = [node for node in pool if snapshot.text_of(node)] or pool
    if target.role == "tooltip":  # rather than what it belongs to, which a class may call so as well
        pool = [node for node in pool if node.role == "tooltip"] or pool
    if target.role in {"row", "item", "result"} and target.name is None:
        pool = [node for node in pool if node.role != "row" or not is_header(node, snapshot)]
    if target.role in {"dialog", "alert", "item", "card", "result", "section", "menu"} and target.name is None:
        pool = outermost(pool)
    return pool


def _titles_of_dialogs(snapshot: Snapshot, areas: list[Node | None]) -> Iterator[Node]:
    """Yield what heads a dialog without being a heading: the text by which the dialog is named."""
    for dialog in _in_areas(snapshot, areas):
        if dialog.role in {"dialog", "alertdialog"} and dialog.name and dialog.visible:
            inner = [n for n in snapshot.subtree(dialog)[1:] if n.visible]
            if not any(n.role == "heading" for n in inner):
                yield from [n for n in inner if n.text == dialog.name and not n.role and n.tag != "#text"][:1]


def _turns_to_a_page(node: Node) -> bool:
    """Tell whether an element is the number of a page that one can turn to."""
    pressed = node.role in {"link", "button"} or (node.role == "listitem" and node.has(Flag.CLICKABLE))
    return pressed and (node.name or node.text).isdigit()


def _one_by_one(nodes: Iterable[Node], snapshot: Snapshot) -> list[Node]:
    """Return messages, those that are a list of several as what is listed."""
    found: dict[int, Node] = {}
    for node in nodes:
        listed = [n for n in snapshot.subtree(node)[1:] if n.role == "listitem"] if node.role == "list" else []
        found.update((one.ref, one) for one in listed or [node])
    return sorted(found.values(), key=lambda node: node.ref)


def _in_areas(snapshot: Snapshot, areas: list[Node | None]) -> Iterable[Node]:
    """Return what is inside the areas, each node once, in document order."""
    if None in areas:
        return snapshot.nodes
    if len(areas) == 1 and areas[0] is not None:
        return snapshot.subtree(areas[0])[1:]
    refs = {ref for area in areas if area is not None for ref in range(area.ref + 1, area.end)}
    return [snapshot.nodes[ref] for ref in sorted(refs)]


def content_first(nodes: list[Node], snapshot: Snapshot) -> list[Node]:
    """Return the nodes in the content of the page; those around it, such as its navigation, only failing others."""
    view = view_of(snapshot)
    return [node for node in nodes if not view.is_furniture(node.ref)] or nodes


def outermost(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes that are not inside another of them."""
    kept: list[Node] = []
    for node in sorted(nodes, key=lambda n: n.ref):
        if not kept or node.ref >= kept[-1].end:
            kept.append(node)
    return kept


def _innermost(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if not any(node.ref < other.ref < node.end for other in nodes)]


def _best(pool: list[Node], target: Target, snapshot: Snapshot) -> tuple[list[Node], bool]:
    if target.name is None:
        if target.role is None and not target.attribute:
            return [], False
        return pool, False
    tiers = [(node, name_tier(node, target, snapshot)) for node in pool]
    best = max((tier for _, tier in tiers), default=0)
    if best == 0:
        headed = pool if target.role in _HEADED else []
        wanted = fold(target.name)
        found = [node for node in headed if strip_decoration(fold(_heading_above(node, snapshot))) == wanted]
        return found or [
            node for node in headed if strip_decoration(fold(_title_over(node, snapshot))) == wanted
        ], False
    nodes = [node for node, tier in tiers if tier == best]
    if target.role in {None, "element"}:
        nodes = _innermost(nodes)
    return nodes, best <= 2


def _heading_above(node: Node, snapshot: Snapshot) -> str:
    """Return the heading that stands before a list among its siblings, no other list between."""
    heading = ""
    for sibling in children_of(snapshot, node.parent) if node.parent >= 0 else ():
        if sibling.ref == node.ref:
            break
        if sibling.visible and (sibling.role == "heading" or can_be(sibling, "list") or can_be(sibling, "table")):
            heading = snapshot.text_of(sibling) if sibling.role == "heading" else ""
    return heading


_FRAME = 3  # elements between a table and what frames it with its title


def _title_over(node: Node, snapshot: Snapshot) -> str:
    """Return the line that what frames a table or list begins with, unless it is one of a control or of another."""
    for around in list(snapshot.ancestors(node))[:_FRAME]:
        first = next((one for one in snapshot.subtree(around)[1:] if one.visible and one.text), None)
        if first is not None and first.ref < node.ref:
            before = snapshot.nodes[around.ref + 1 : first.ref + 1]
            return "" if any(one.role in _UNTITLED or one.tag == "label" for one in before) else first.text
    return ""


_UNTITLED = frozenset("table grid list listbox button link textbox combobox tab tablist columnheader cell".split())


def seek_place(target: Target, snapshot: Snapshot, inside: Node | None = None) -> Found:
    """Return the containers that a description of a place means: a dialog, a named section, a row, a card.

    Without a role word the name decides: a container called so, else rows that hold it, else an element.
    """
    if target.role == "page" and target.name is None:
        return Found(snapshot.nodes[:1])
    if target.role == "row" and (target.relations or target.name):
        return Found(tuple(_rows_of(target, snapshot, inside)))
    if target.role is not None:
        found = seek(target, snapshot, inside)
        if not found and target.role == "list" and target.name:  # listed in rows
            found = seek(replace(target, role="table", alternatives=()), snapshot, inside)
        if found or target.name is None:
            return _boxed(found, target, snapshot, inside)
    container = _named_container(target, snapshot, inside)
    rows = rows_with(target, snapshot, inside)
    sure = bool(container.shown) or not any(row.visible for row in rows)  # no dialog that was closed: "Edit hire 4106"
    if container and sure and (not container.loose or not rows) and not _are_parts_of(container, rows):
        return container
    if rows:
        return Found(tuple(rows))
    found = container or seek(replace(target, role=None), snapshot, inside)
    return Found(snapshot.nodes[:1]) if inside is None and _title_the_page(found, snapshot) else found


_BAR = (0.8, 120)  # of the width of the window, and CSS pixels of height: a bar over the page that has its title


def _title_the_page(found: Found, snapshot: Snapshot) -> bool:
    """Tell whether all that is called so are mere names, and one of them the title in the bar over the page."""
    shown = [node for node in found.nodes if node.visible]
    names = {strip_decoration(fold(snapshot.text_of(node) or node.name)) for node in shown}
    return len(names) == 1 and any(
        (node.role == "heading" or _is_titled(node)) and _is_in_bar(node, snapshot) for node in shown
    )


def _is_in_bar(title: Node, snapshot: Snapshot) -> bool:
    around = (title, *snapshot.ancestors(title))
    return any(
        one.box[1] <= 0 and one.box[2] >= _BAR[0] * snapshot.viewport[0] and one.box[3] <= _BAR[1] for one in around
    )


def _are_parts_of(container: Found, rows: list[Node]) -> bool:
    """Tell whether what is called after a thing is a part of its row or card: the "Rating of Dune" of "Dune"."""
    return bool(rows) and all(any(row.ref < one.ref < row.end for row in rows) for one in container.nodes)


def _boxed(found: Found, target: Target, snapshot: Snapshot, inside: Node | None) -> Found:
    """Take for "the Billing section" the section under the heading when the heading itself is what bears the name."""
    nodes = outermost(node for node in found.nodes if node.visible) or list(found.nodes)
    return Found(tuple(nodes), found.loose)


def _named_container(target: Target, snapshot: Snapshot, inside: Node | None) -> Found:
    if target.name is None:
        return Found()
    nodes = snapshot.nodes if inside is None else snapshot.subtree(inside)[1:]
    pool = [node for node in nodes if is_container(node) and node.role not in {"row", "listitem"} and node.parent >= 0]
    best: dict[int, list[Node]] = {}
    for node in pool:
        if tier := _container_tier(node, target, snapshot):
            best.setdefault(tier, []).append(node)
    if not best:
        return Found()
    tier = max(best)
    shown = [node for node in best[tier] if node.visible] or best[tier]
    shown = [node for node in shown if node.tag not in {"header", "hgroup"}] or shown  # it titles what it stands in
    nodes_found = outermost(shown) if tier < 3 else _innermost(shown)
    return Found(tuple(nodes_found), loose=tier < 2)


def _container_tier(node: Node, target: Target, snapshot: Snapshot) -> int:
    """Return 4 for the very accessible name or heading, 3 for one that holds the words, 2 for the identifier."""
    wanted = fold(str(target.name))
    names = [fold(name) for name in (node.name, node.title, *headings_of(node, snapshot)) if name]
    alike = {_reworded(wanted), *(_reworded(f"{lead} {wanted}") for lead in ("your", "my", "the", "shopping"))}
    if any(_reworded(strip_decoration(name)) in alike for name in names):
        return 4
    if any(contains_words(_reworded(name), _reworded(wanted)) for name in names if len(name) < 80):
        return 3
    return 2 if by_identifier(node, wanted) else 0


def _reworded(text: str) -> str:
    return " ".join(canonical(word) for word in text.split())


def _rows_of(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    if target.name is not None:
        return rows_with(replace(target, role=None, relations=()), snapshot, inside)
    rows: list[Node] = []
    areas: list[Node | None] = [inside]
    anchors = []
    for relation in target.relations:
        if relation.kind == "in":
            areas = list(seek_place(relation.anchor, snapshot, inside).nodes)
        else:
            anchors.append(relation.anchor)
    for area in areas:
        if not anchors:
            rows += seek(Target(text="row", role="row"), snapshot, area).shown
            continue
        held = [rows_with(anchor, snapshot, area) for anchor in anchors]
        rows += [row for row in held[0] if all(any(row.ref == other.ref for other in more) for more in held[1:])]
    return nth(rows, target.ordinal) if target.ordinal is not None else rows


def _related(
    nodes: list[Node], relation: Relation, snapshot: Snapshot, inside: Node | None, last: tuple[int, int] | None
) -> list[Node]:
    """Keep the nodes that stand in a relation to its anchor."""
    if relation.kind in {"with", "for"}:
        kept = [node for node in nodes if _holds(node, relation.anchor, snapshot)]
        if not kept and any(node.role == "row" for node in nodes):  # "the row of order 2005" says "2005"
            held = {row.ref for row in rows_with(relation.anchor, snapshot, inside)}
            return [node for node in nodes if node.ref in held]
        kept = _with_just_that(kept, relation.anchor, snapshot)
        if kept or relation.kind == "with":
            return kept
        rows = [*rows_with(relation.anchor, snapshot, inside), *seek_place(relation.anchor, snapshot, inside).nodes]
        return [node for node in nodes if any(row.ref < node.ref < row.end for row in rows)]
    anchors = seek(relation.anchor, snapshot, inside, last=last).shown
    if relation.kind in {"before", "after"}:
        return _beside(nodes, [anchor.ref for anchor in anchors], after=relation.kind == "after")
    if relation.kind == "near":
        return _nearest(nodes, anchors, snapshot)
    reach = [
        (_distance(anchor, node, relation.kind), node) for anchor in anchors for node in nodes if node.ref != anchor.ref
    ]
    known = [(far, node) for far, node in reach if far is not None]
    return [min(known, key=lambda pair: pair[0])[1]] if known else []


def _with_just_that(nodes: list[Node], anchor: Target, snapshot: Snapshot) -> list[Node]:
    """Return those of several rows or cards that hold the name as a text of its own, if any do."""
    if len(nodes) < 2 or anchor.name is None:
        return nodes
    wanted = strip_decoration(fold(anchor.name))
    just = [n for n in nodes if any(strip_decoration(b.folded) == wanted for b in blocks_of(snapshot, n))]
    return just or nodes


def _nearest(nodes: list[Node], anchors: Iterable[Node], snapshot: Snapshot) -> list[Node]:
    """Return what is next to an anchor as an action would take it; several, if they are as near as each other."""
    known = [(anchor.ref, 1.0) for anchor in anchors]
    fits = relation_fits("near", known, [node.ref for node in nodes], view_of(snapshot))
    best = max(fits.values(), default=0.0)
    return [node for node in nodes if 0 < _AS_NEAR * best <= fits[node.ref]]


def _beside(nodes: list[Node], anchors: list[int], *, after: bool) -> list[Node]:
    for anchor in anchors:
        side = [node for node in nodes if (node.ref > anchor if after else node.ref < anchor)]
        if side:
            return side[:1] if after else side[-1:]
    return []


def _holds(node: Node, anchor: Target, snapshot: Snapshot) -> bool:
    if anchor.name is None:
        return bool(seek(anchor, snapshot, node).shown)
    alike = tidy if anchor.quoted else fold
    return any(contains_words(alike(block.text), alike(anchor.name)) for block in blocks_of(snapshot, node))


def _distance(anchor: Node, node: Node, kind: str) -> float | None:
    """Return how far a node is from an anchor in CSS pixels if it lies on the side asked for."""
    (x, y, w, h), (x2, y2, w2, h2) = anchor.box, node.box
    if not (w and w2):
        return None
    across = max(0.0, x2 - (x + w), x - (x2 + w2))
    down = max(0.0, y2 - (y + h), y - (y2 + h2))
    side = {
        "below": y2 >= y + h - 2 and across == 0, "above": y2 + h2 <= y + 2 and across == 0,
        "right_of": x2 >= x + w - 2 and down == 0,
        "left_of": x2 + w2 <= x + 2 and down == 0, "column": across == 0,
    }.get(kind, False)  # fmt: skip
    return across + down if side else None


def nth(nodes: list[Node], ordinal: int) -> list[Node]:
    """Return the node at a place from 1, or from the end for a negative one; none if there are not so many."""
    index = ordinal - 1 if ordinal > 0 else ordinal
    return [nodes[index]] if -len(nodes) <= index < len(nodes) else []


_FLAGS: dict[str, tuple[Flag, bool]] = {
    "disabled": (Flag.DISABLED, True), "enabled": (Flag.DISABLED, False), "checked": (Flag.CHECKED, True),
    "unchecked": (Flag.CHECKED, False), "selected": (Flag.SELECTED, True), "unselected": (Flag.SELECTED, False),
    "expanded": (Flag.EXPANDED, True), "collapsed": (Flag.COLLAPSED, True), "pressed": (Flag.CHECKED, True),
    "focused": (Flag.FOCUSED, True), "readonly": (Flag.READONLY, True), "required": (Flag.REQUIRED, True),
    "invalid": (Flag.INVALID, True), "hidden": (Flag.HIDDEN, True), "visible": (Flag.HIDDEN, False),
}  # fmt: skip


def _in_state(node: Node, state: str) -> bool:
    if state == "empty":
        return not node.value and not node.text and node.extra.get("filled") != "true"
    if state == "active":
        return node.has(Flag.CURRENT) or node.has(Flag.SELECTED) or says_chosen(node.ident)
    flag, wanted = _FLAGS[state]
    return node.has(flag) == wanted or (state == "selected" and node.has(Flag.CHECKED))
