"""Rank the elements of a page by how well they answer a target: gather, weigh, relate, make one of doubles, count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aiwebtest.core.intent import Action, Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.counting import called_thing, counted, counted_thing
from aiwebtest.grounding.rules.crossing import cells_at, cells_called
from aiwebtest.grounding.rules.described import described
from aiwebtest.grounding.rules.features import (
    Evidence,
    action_evidence,
    is_written,
    modifier_evidence,
    name_evidence,
    state_evidence,
)
from aiwebtest.grounding.rules.gather import gather, holders
from aiwebtest.grounding.rules.lines import lines_showing, parts_at
from aiwebtest.grounding.rules.owned import edge_page, named_with_owner, of_captioned_scale
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.relations import Anchor, relation_fits
from aiwebtest.grounding.rules.roles import ROLE_WORDS, fitting, is_container_word, may_open_a_menu, role_fit
from aiwebtest.grounding.rules.same import fold_doubles, settle, without_labels
from aiwebtest.grounding.rules.weights import FITS, LEAD, probability
from aiwebtest.grounding.rules.wording import JUST_SO, wording
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = ["CROSSING", "NOTHING_BEFORE", "Context", "Ranking", "rank"]

CROSSING = "row and column cross there"
"""How an element is named that a row and a column name together."""

_HIDDEN, _OFFSCREEN = int(Flag.HIDDEN), int(Flag.OFFSCREEN)
_MOST = 400  # elements weighed in full; more than that fit a word only loosely
_IN_PART = frozenset(["name begins so", "name contains it"])
_LOOKS: frozenset[Action] = frozenset(["hover", "scroll", "wait", "copy"])
_PROSE = frozenset("paragraph region main navigation banner contentinfo complementary form search".split())
_WITHIN = 4  # elements up in which a paragraph may be a part of a link or a clickable card
_SWITCHED = frozenset("checkbox radio switch menuitemcheckbox menuitemradio option button treeitem".split())
_TITLES = frozenset("heading dialog alertdialog region group tab button link columnheader rowheader".split())
_MERE = 3  # elements: itself, its text and a mark
_HOLDS = 0.05  # a relation that fits no better does not hold
_MEANT = 3.0  # points behind the best from which a thing is not what the words mean, however near it stands
_ANCHORS = 12  # elements that an anchor's words may mean
_WHOLES = frozenset(["list", "page", "table", "report"])
_OF_CONTENT = frozenset(["item", "result", "card", "table", "row", "list", "searchbox"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What went before: `last` is (frame, local) of the element acted on last."""

    last: tuple[int, int] | None = None


NOTHING_BEFORE = Context()
"""The context of a first step."""


@dataclass(slots=True)
class Ranking:
    """Elements by how well they fit, best first, and what could not be placed at all."""

    found: list[Evidence]
    lost: str = ""  # words of an anchor that is nowhere on the page


def rank(
    target: Target, snapshot: Snapshot, *, context: Context, action: Action | None = None, checking: bool = False
) -> Ranking:
    """Return the elements that a target can mean, all readings of its words counted.

    `checking` means that the element is looked at and not acted on: it may be hidden, behind a dialog, plain text.
    """
    view = view_of(snapshot)
    if not snapshot.nodes:
        return Ranking([])
    asking = _Asking(view, context, action, checking)
    best: dict[int, Evidence] = {}
    lost = ""
    for reading in (target, *target.alternatives):
        counts = reading.ordinal is not None and target.ordinal is None
        only_a_kind = reading.name is None and target.name is not None
        if (counts or only_a_kind) and any(found.named in JUST_SO for found in best.values()):
            continue  # "the first class" is what is called "First class", and "Boxes" the tab of that name
        ranking = asking.rank(replace(reading, alternatives=()))
        lost = lost or ranking.lost
        for found in ranking.found:
            known = best.get(found.ref)
            if known is None or found.points > known.points:
                best[found.ref] = found
    if target.name is None and action == "click":
        _prefer_whole(best.values())
    if not any(found.score >= FITS for found in best.values()) and (kind := _as_kind(target)):
        best = {found.ref: found for found in asking.rank(kind).found}
    if not any(_takes_it(found, action) for found in best.values()) and (owned := asking.owned(target)):
        best = {found.ref: found for found in owned}
    if not any(_takes_it(found, action) for found in best.values()) and (crossing := asking.crossing(target)):
        best = {found.ref: found for found in crossing}
    if not any(found.score >= FITS for found in best.values()) and (thing := asking.called_thing(target)):
        best = {thing.ref: thing}
    if not any(found.score >= FITS for found in best.values()) and _is_of_nothing(target, context):
        best = {found.ref: found for found in asking.rank(replace(target, relations=(), alternatives=())).found}
    ordered = sorted(best.values(), key=lambda found: (-found.points, found.ref))
    ordered = without_labels(ordered, view) if target.alternatives else ordered
    return Ranking(ordered, lost if not ordered else "")


def _takes_it(found: Evidence, action: Action | None) -> bool:
    """Tell whether an element fits, and is more than the title over what is to be set."""
    mere = action == "set" and any(text == "cannot be acted on" for _, text in found.reasons)
    return found.score >= FITS and not mere


_TURNED = frozenset("page pages results result entries items rows to the go of".split())


def _turns_to_something_else(name: str, node: Node) -> bool:
    """Tell whether "Next stage" leads on, but to no page: its other words name what it leads to."""
    if name not in ("next", "previous"):
        return False
    said = wording(node.name or node.text).tokens
    return any(word.isalpha() and word != name and word not in _TURNED for word in said)


def _is_of_nothing(target: Target, context: Context) -> bool:
    """Tell whether "it" is what a page is about, as in "add it to the cart": no step before has touched a thing."""
    return context.last is None and any(relation.anchor.anaphora for relation in target.relations)


def prefer_called_so(found: Sequence[Evidence], target: Target) -> None:
    """Count it against those that have the name as a part of theirs when another has just that name."""
    fitting = {one.named for one in found if one.score >= FITS}
    less = _IN_PART if fitting & JUST_SO else frozenset()
    several = " " in (target.name or "").strip()
    if several and any(one.named in JUST_SO and one.score >= FITS and _is_acted_on(one) for one in found):
        less = less | {"name means the same"}  # "Book a visit" for "Book visit"
    if target.quoted and "name is exactly so" in fitting:
        less = less | {"name is so but for punctuation"}
    for one in found:
        if one.named in less:
            one.add("another is called just so")


def _prefer_whole(found: Iterable[Evidence]) -> None:
    """Count it against what only is of the kind when another is called by the whole command: "Open navigation"."""
    whole = [one for one in found if one.named in JUST_SO and is_written(one) and one.score >= FITS]
    for one in found if whole else ():
        if not one.named:
            one.add("another is called just so")


def _is_acted_on(one: Evidence) -> bool:
    return any(text == "can be acted on" for _, text in one.reasons)


def _without_noun(target: Target) -> Target | None:
    """Return what "the Desk lamp order" names without the noun; None where it is no such name."""
    name, _, noun = (target.name or "").rpartition(" ")
    if target.quoted or target.role or not name[:1].isupper() or noun not in ITEM_NOUNS:
        return None
    return replace(target, name=name, alternatives=())


def _as_kind(target: Target) -> Target | None:
    """Read a name that nothing has as the kind of element: "the 'textarea' widget"."""
    kind = wording(target.name or "").folded
    if target.attribute is not None or target.role not in (None, "element") or kind not in ROLE_WORDS:
        return None
    return replace(target, name=None, role=kind, alternatives=())


@dataclass(slots=True)
class _Asking:
    """One question to a page: what is to be done, and what went before."""

    view: PageView
    context: Context
    action: Action | None
    checking: bool

    def rank(self, target: Target) -> Ranking:
        """Return the elements that one reading of the words can mean."""
        if target.anaphora and target.name is None:
            return self.last_element(target)
        found = self.weighed(target)
        found = settle(found, self.view, self.action, container=is_container_word(target.role))
        found = fold_doubles(found, self.view, looked_at=self.checking or self.action in _LOOKS)
        found, lost = self.related(target.relations, found)
        if lost:
            return Ranking([], lost)
        prefer_called_so(found, target)
        if target.ordinal is not None:
            told = self.counted_thing(target, found)
            found = told if told is not None else counted(target, found, self.view)
        return Ranking(sorted(found, key=lambda one: (-one.points, one.ref)))

    def counted_thing(self, target: Target, found: Sequence[Evidence]) -> list[Evidence] | None:
        """Return what opens "the last message", where the page tells its messages and several are not called so.

        None where it does not tell; empty where there are not so many.
        """
        if sum(one.named in JUST_SO and one.score >= FITS and is_written(one) for one in found) > 1:
            return None  # "the second Edit"
        refs = counted_thing(target, self.view)
        if not refs:
            return None if refs is None else []
        return [self.told(refs[0], target)]

    def called_thing(self, target: Target) -> Evidence | None:
        """Return "the 21:00 slot", which nothing on the page is called, but one of its slots says 21:00."""
        ref = called_thing(target, self.view)
        return self.told(ref, target) if ref is not None else None

    def told(self, ref: int, target: Target) -> Evidence:
        """Return the evidence for a thing that the page tells to be what the target names."""
        one = Evidence(ref, named="name means the same")
        one.add("name means the same", note=f"the page tells what {target.text} is")
        settle([one], self.view, self.action, container=True)
        if not self.checking:
            action_evidence(self.action, self.view.nodes[one.ref], self.view, one)
        return one

    def owned(self, target: Target) -> list[Evidence]:
        """Return what is called by its owner's name too, or stands with a caption of it, or at the end of a pager."""
        refs = named_with_owner(target, self.view) or of_captioned_scale(target, self.view)
        found = []
        for ref in refs or edge_page(target, self.view):
            one = Evidence(ref, named="name means the same")
            one.add("name means the same", note=f"it is {target.text}")
            if not self.checking:
                action_evidence(self.action, self.view.nodes[ref], self.view, one)
            self.weigh_standing(self.view.nodes[ref], one)
            found.append(one)
        return found

    def crossing(self, target: Target) -> list[Evidence]:
        """Return what stands where a row and a column cross that the words name, and nothing else is called so."""
        refs = cells_called(target, self.view)
        if len(target.relations) == 1 and target.relations[0].kind in ("for", "row", "with", "in"):
            anchors = self.anchors(target.relations[0].anchor)
            refs = cells_at(target, anchors, self.view)
            if not refs and target.name and target.role in (None, "field", "textbox"):
                refs = parts_at(target.name, [ref for ref, _ in anchors], self.view)
        if not target.relations and not target.quoted and " of " in (target.name or ""):  # "hours of Piet Maas"
            name, whose = str(target.name).split(" of ", 1)
            anchors = self.anchors(Target(text=whose, name=whose))
            refs = refs or cells_at(replace(target, name=name), anchors, self.view)
            lines = [ref for ref, _ in anchors] or lines_showing(whose, self.view)
            refs = refs or parts_at(name, lines, self.view)
        found = []
        for ref in refs:
            one = Evidence(ref, named=CROSSING)
            one.add("name means the same", note=CROSSING)
            one.add("place fits")
            if not self.checking:
                action_evidence(self.action, self.view.nodes[ref], self.view, one)
            self.weigh_standing(self.view.nodes[ref], one)
            found.append(one)
        return found

    def last_element(self, target: Target) -> Ranking:
        node = self.view.by_key(self.context.last)
        if node is None:
            return Ranking([])
        found = Evidence(node.ref)
        found.add("role alone", note="the element of the step before")
        state_evidence(target, node, found)
        if self.action in ("check", "uncheck", "toggle") and not self.can_be_switched(node):
            found.add("wrong kind for the action", note="it is neither on nor off")
        return Ranking([found])

    def can_be_switched(self, node: Node) -> bool:
        around = self.view.subtree(node)
        return node.tag == "label" or any(part.role in _SWITCHED or part.type == "checkbox" for part in around)

    # --- weighing ----------------------------------------------------------------------------------------------------

    def weighed(self, target: Target) -> list[Evidence]:
        """Return every element that something speaks for, weighed by what stands in itself."""
        named = self.named(target)
        found = [Evidence(ref) for ref in self.nameless(target)] if named is None else list(named.values())
        if len(found) > _MOST:
            found = self.fewer(target, found)
        weighed = []
        for one in found:
            node = self.view.nodes[one.ref]
            if not self.weigh_role(target, node, one, named is not None):
                continue
            state_evidence(target, node, one)
            modifier_evidence(target, node, one)
            if not self.checking:
                action_evidence(self.action, node, self.view, one)
                self.weigh_prose(target, node, one)
            self.weigh_standing(node, one)
            weighed.append(one)
        if target.role in _OF_CONTENT:
            searching = [one for one in weighed if role_fit("searchbox", self.view.nodes[one.ref], self.view) == 1.0]
            self.prefer_content((searching or weighed) if target.role == "searchbox" else weighed)
        return weighed

    def prefer_content(self, weighed: Sequence[Evidence]) -> None:
        """Count it against what stands around the content of the page, if something in the content can be meant."""
        around = [one for one in weighed if self.view.is_furniture(one.ref)]
        if len(around) < len(weighed):
            for one in around:
                one.add("is page furniture")

    def fewer(self, target: Target, found: list[Evidence]) -> list[Evidence]:
        """Return those in the right place, if the sentence names one; else, unless they are counted, the best."""
        for relation in target.relations:
            fits = relation_fits(relation.kind, self.anchors(relation.anchor), [one.ref for one in found], self.view)
            found = [one for one in found if fits[one.ref] > _HOLDS] or found
        if target.ordinal is not None:
            return found
        return sorted(found, key=lambda one: -one.points)[:_MOST]

    def named(self, target: Target) -> dict[int, Evidence] | None:
        """Return the elements that have the target's name with what that is worth; None if it has no name."""
        if not target.name or not target.name.strip():
            return None
        asked = wording(target.name)
        found: dict[int, Evidence] = {}
        for ref in gather(target, asked, self.view):
            evidence = name_evidence(target, asked, self.view.nodes[ref], self.view)
            if evidence is not None:
                found[ref] = Evidence(ref, evidence[0], [evidence], evidence[1].partition(":")[0])
        if is_container_word(target.role) and target.attribute is None:
            for one in holders(target, found, self.view):
                if one.ref not in found or found[one.ref].points < one.points:
                    found[one.ref] = one
        return found

    def nameless(self, target: Target) -> Iterable[int]:
        """Return the elements to look at when there is no name: those of the role, or whatever can be acted on."""
        nodes = self.view.nodes
        if target.role and target.role != "element":
            chosen = self.action in ("select", "deselect") or target.role not in _OF_CONTENT  # of a closed list
            return [n.ref for n in fitting(target.role, self.view, 0.25) if chosen or n.tag != "option"]
        wanted = int(Flag.EDITABLE) if self.action in ("type", "append", "clear", "set") else int(Flag.CLICKABLE)
        if self.checking or target.role == "element" or self.action in ("hover", "scroll", "wait", "copy", "drag"):
            return [n.ref for n in nodes if n.tag not in ("#text", "body", "option")]
        return [n.ref for n in nodes if n.flags & wanted]

    def weigh_role(self, target: Target, node: Node, found: Evidence, named: bool) -> bool:
        """Count the role word; return False if it rules the element out."""
        if not target.role or target.role == "element":
            if not named:
                found.add("anything")
            return True
        fit = role_fit(target.role, node, self.view)
        if target.role == "page" and found.named in _IN_PART and _turns_to_something_else(target.name or "", node):
            return False
        if not named and target.role == "menu" and not may_open_a_menu(node, self.view):
            return False
        if not named and target.role == "page" and not (target.ordinal or target.states or target.relations):
            return False  # "a page" is not just any link or button
        if fit > 0.25:
            if named:
                found.add("role fits", note=target.role)
                if fit < 1.0:
                    found.add("role fits less", 1.0 - fit)
            else:
                found.add("role alone", fit, target.role)
            return True
        if not named:
            return False
        if self.can_stand_for(target.role, node):
            return True
        found.add("role does not fit", note=target.role)
        return True

    def weigh_prose(self, target: Target, node: Node, found: Evidence) -> None:
        """Count it against a paragraph or a part of the page that plain words name: nobody opens a text."""
        if self.action != "click" or target.role is not None or target.quoted:
            return
        nodes = self.view.nodes
        own = node if node.tag != "#text" or node.parent < 0 else nodes[node.parent]
        around = (own.ref, *[*self.view.parents(own.ref)][:_WITHIN])
        if own.role in _PROSE and not any(nodes[ref].flags & int(Flag.CLICKABLE) for ref in around):
            found.add("wrong kind for the action", note="nothing happens on a click")

    def can_stand_for(self, role: str, node: Node) -> bool:
        """A text or a label may stand for the thing around it or beside it; `settle` moves on to that thing."""
        if node.tag in ("#text", "label", "legend") or not node.role:
            above = next(self.view.parents(node.ref), -1)
            fits = above >= 0 and role_fit(role, self.view.nodes[above], self.view) > 0.25
            return fits and (role != "page" or self.view.text(above) == self.view.text(node.ref))  # not "Bonuses 3"
        return False

    def weigh_standing(self, node: Node, found: Evidence) -> None:
        """Count where the element stands: in sight, on top, near the step before."""
        if self.view.labels.stand_ins.get(node.ref) is not None and not self.checking:
            found.add("is hidden", note="another element is drawn in its place")
        elif node.flags & _HIDDEN:
            if not self.checking and not self.is_reached_hidden(node):
                found.add("is hidden")
        elif not node.flags & _OFFSCREEN and not self.checking:
            found.add("is in view")
        if self.checking:
            return
        if self.view.is_behind(node.ref):
            found.add("is behind a dialog")
        if self.is_near_last(node):
            found.add("is near the last step")

    def is_reached_hidden(self, node: Node) -> bool:
        """Some controls are hidden on purpose: a file input behind a button, the options of a closed select."""
        if node.type == "file":
            return True
        above = self.view.nodes[node.parent] if node.parent >= 0 else None
        if node.role == "option" and above is not None and (above.tag in ("select", "optgroup")):
            return above.visible
        return self.action in ("check", "uncheck", "toggle", "select") and node.type in ("checkbox", "radio")

    def is_near_last(self, node: Node) -> bool:
        last = self.view.by_key(self.context.last)
        if last is None:
            return False
        home = self.view.up(last.ref, "form", "dialog", "search", "alertdialog")
        if home is None:
            home = next(
                (r for r in self.view.parents(last.ref) if self.view.nodes[r].tag in ("form", "fieldset")), None
            )
        return home is not None and self.view.inside(node.ref, home)

    # --- relations ---------------------------------------------------------------------------------------------------

    def related(self, relations: Sequence[Relation], found: list[Evidence]) -> tuple[list[Evidence], str]:
        """Count the relations; return what holds them, and the words of an anchor that is nowhere."""
        top = max((one.points for one in found), default=0.0)
        meant = [one.ref for one in found if one.points > top - _MEANT]
        for relation in relations:
            anchors = self.anchors(relation.anchor)
            if not anchors:
                return [], relation.anchor.text
            fits = relation_fits(relation.kind, anchors, meant, self.view)
            loose = relation.kind in ("row", "in") and all(self.is_mere_text(ref) for ref, _ in anchors)
            for one in found:
                fit = min(1.0, fits.get(one.ref, 0.0))
                if (
                    relation.kind in ("in", "row")
                    and one.named in _IN_PART
                    and self.names_another(one.ref, relation.anchor)
                ):
                    fit = 0.0
                if loose and one.named in _IN_PART:  # "hide" on a line with it: "Hide drafts" hides something else
                    fit = 0.0
                if fit > _HOLDS:
                    one.add("place fits", note=f"{relation.kind} {relation.anchor.text}")
                    if fit < 1.0:
                        one.add("place fits less", 1.0 - fit)
                else:
                    one.add("place does not fit", note=f"{relation.kind} {relation.anchor.text}")
        return found, ""

    def names_another(self, ref: int, anchor: Target) -> bool:
        """Tell whether a command says to what it is done, and that is not the thing: "Print list" prints no order."""
        if anchor.role is not None or anchor.quoted or (anchor.name or "") != (anchor.name or "").lower():
            return False
        said = wording(self.view.nodes[ref].name or self.view.text(ref)).stems
        return not set(said) & set(wording(anchor.name or "").stems) and not _WHOLES.isdisjoint(said)

    def is_mere_text(self, ref: int) -> bool:
        """Tell whether an element is a text or control that neither titles a part of the page nor stands in a row."""
        node = self.view.nodes[ref]
        holds = node.end - ref > _MERE and node.tag != "label"
        titles = node.role in _TITLES or node.tag in ("legend", "summary", "caption")
        return not (holds or titles) and not self.view.items_around(ref)

    def anchors(self, target: Target) -> list[Anchor]:
        """Return the elements that an anchor's words can mean, each weighed against the best of them."""
        kept: dict[tuple[Target, tuple[int, int] | None], list[Anchor]]
        kept = self.view.snapshot.memo.setdefault("anchors", {})
        key = target, self.context.last
        if key not in kept:
            kept[key] = self.find_anchors(target)
        return kept[key]

    def find_anchors(self, target: Target) -> list[Anchor]:
        """Look for what an anchor's words can mean, hidden things left out."""
        if (things := counted_thing(target, self.view)) is not None:
            return [(thing, 1.0) for thing in things]
        asking = _Asking(self.view, self.context, None, checking=True)
        found: list[Evidence] = []
        readings = (target, *target.alternatives)
        called = 0  # words of the longest reading that something is called just so, its kind counted
        for reading in readings:
            some = asking.rank(replace(reading, alternatives=())).found
            some = [one for one in some if one.score >= 0.3 and self.view.nodes[one.ref].visible]
            if any(one.named in JUST_SO for one in some):
                called = max(called, len((reading.name or "").split()) + (reading.role is not None))
            found.extend(some)
        ordinals = [one for one in target.alternatives if one.ordinal is not None and not called]
        if counted := [ref for one in ordinals for ref in counted_thing(one, self.view) or ()]:
            return [(ref, 1.0) for ref in counted]  # "the first class", where nothing is called "First class"
        told = [described(one, self.view) for one in readings if len((one.name or "").split()) > called]
        if any(nodes is not None for nodes in told):
            return [(thing.ref, 1.0) for thing in next((nodes for nodes in told if nodes), ())]
        if not any(one.score >= FITS for one in found) and (ref := called_thing(target, self.view)) is not None:
            return [(ref, 1.0)]
        bare = None if any(one.score >= FITS for one in found) else _without_noun(target)
        if bare is not None and (anchors := self.find_anchors(bare)):
            return anchors
        found = found or self.holding(target)
        if not found:
            return []
        top = max(one.points for one in found)
        near = sorted((one for one in found if one.points > top - LEAD), key=lambda one: (-one.points, one.ref))
        return [(one.ref, probability(one.points) / probability(top)) for one in near[:_ANCHORS]]

    def holding(self, target: Target) -> list[Evidence]:
        """Return the texts that hold quoted words somewhere within, as an address holds the name of a street."""
        if not target.quoted or not target.name or target.role or target.attribute or target.relations:
            return []
        asked = wording(target.name)
        words = f" {' '.join(asked.tokens)} "
        found = []
        for ref in sorted(self.view.holding(asked.folded)):
            node = self.view.nodes[ref]
            if node.visible and words in f" {' '.join(wording(node.text).tokens)} ":
                found.append(Evidence(ref))
                found[-1].add("text holds it", note=node.text[:60])
        return found
