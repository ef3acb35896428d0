"""Elements that a sentence leaves unsaid: what submits a form, the field to type into, the place to upload to."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Context, Ranking, rank
from aiwebtest.grounding.rules.roles import role_fit
from aiwebtest.grounding.rules.weights import FITS
from aiwebtest.grounding.rules.wording import wording

__all__ = ["answering", "form_to_submit", "untold"]

_CLICKABLE = int(Flag.CLICKABLE)
_IS_SEARCH = 0.6  # a field that fits "search box" better is one
_SEARCHING = frozenset("search find go submit apply ok lookup".split())
_SUBMITTING = frozenset(
    "submit send save search login continue register ok apply confirm next done go finish update create add subscribe "
    "checkout".split()
) | {"sign in", "sign up", "log in", "place order"}


def form_to_submit(target: Target | None, snapshot: Snapshot, context: Context) -> Ranking:
    """Return what submits the form that is meant: the target's, else that of the last element, else the only one.

    The result is the form's submit button, or a field of it where Enter submits.
    """
    view = view_of(snapshot)
    if target is not None and not target.anaphora:
        ranking = rank(target, snapshot, context=context, action="submit")
        for one in ranking.found:
            node = view.nodes[one.ref]
            if one.score >= FITS and node.role not in ("button", "link", "textbox"):
                button = _submitter(one.ref, view)
                if button is not None:
                    one.ref = button
        if ranking.found or target.role != "form" or target.name:
            return ranking
    last = view.by_key(context.last)
    form = _form_around(last, view) if last is not None else None
    if form is not None and last is not None:
        button = _submitter(form, view)
        return _sure(button if button is not None else last.ref, "it submits the form of the step before")
    if last is not None:
        searches = role_fit("searchbox", last, view) > _IS_SEARCH
        for above in view.parents(last.ref):
            button = _submitter(above, view, sure=True)
            if button is not None and not (searches and not _says_submit(view.nodes[button], _SEARCHING)):
                return _sure(button, "it submits what the step before filled in")
        return _sure(last.ref, "the field of the step before: Enter submits it")
    forms = [n.ref for n in view.nodes if n.tag == "form" and n.visible]
    buttons = [button for form in forms or [0] if (button := _submitter(form, view, sure=not forms)) is not None]
    return Ranking([_evidence(button, "it submits a form") for button in buttons])


def _form_around(node: Node, view: PageView) -> int | None:
    for above in view.parents(node.ref):
        if view.nodes[above].tag == "form" or view.nodes[above].role in ("form", "search", "dialog"):
            return above
    return None


def _submitter(form: int, view: PageView, *, sure: bool = False) -> int | None:
    """Return the button that submits a form: of type submit, else one that says so, else its only one.

    With `sure`, for a part of the page that is no form, the only button is not enough; an element that says so and
    can be clicked is, whatever it is made of.
    """
    shown = [n for n in view.nodes[form : view.nodes[form].end] if n.visible]
    inside = [n for n in shown if n.role == "button" and not _pages(n, view) and not _says_submit(n, _UNDOING)]
    inside = [n for n in inside if not (n.has(Flag.EXPANDED) or n.has(Flag.COLLAPSED))]  # what opens more to fill in
    typed = [n for n in inside if n.type in ("submit", "image")]
    saying = [n for n in typed or inside if _says_submit(n)]
    saying = saying or [
        n
        for n in shown
        if not n.role and n.tag != "label" and n.flags & _CLICKABLE and not is_control(n) and _says_submit(n)
    ]
    for some in (saying, typed) if sure else (saying, typed, inside):
        if some and (len(some) == 1 or some is saying or (some is typed and not sure)):
            return some[0].ref
    return None


_UNDOING = frozenset("reset clear cancel close dismiss × ✕ x".split())


def _says_submit(node: Node, saying: frozenset[str] = _SUBMITTING) -> bool:
    words = wording(node.name or node.text)
    if words.folded in saying:
        return True
    first = words.tokens[0] if words.tokens else ""
    return first in saying and not (first == "go" and len(words.tokens) > 1) and "page" not in words.tokens


def _pages(node: Node, view: PageView) -> bool:
    """Tell whether a button turns the pages of a list: it stands among their numbers."""
    beside = view.children(node.parent) if node.parent >= 0 else ()
    return any(view.nodes[ref].role in ("button", "link") and view.nodes[ref].name.isdigit() for ref in beside)


_REFUSING = frozenset("cancel close no not never later back dismiss decline keep abort × x".split())
_TO_REFUSE = frozenset(["cancel", "decline", "dismiss", "refuse", "reject"])


def answering(target: Target, snapshot: Snapshot) -> Ranking | None:
    """Return the button that says yes in the only open dialog, where a sentence says to "confirm" and no button does.

    It is the one that does not refuse; where two do not, nothing tells which is meant. To "decline" is the only one
    that refuses.
    """
    view = view_of(snapshot)
    said = wording(target.name or "")
    confirms = said.stems[:1] == ("confirm",)
    if target.quoted or target.role or not (confirms or said.folded in _TO_REFUSE):
        return None
    dialogs = [n for n in view.nodes if n.role in ("dialog", "alertdialog") and n.visible]
    if view.modal is not None:
        dialogs = [view.nodes[view.modal]]
    if len(dialogs) != 1:
        return None
    buttons = [n for n in view.subtree(dialogs[0]) if n.role == "button" and n.visible]
    refusing = [n for n in buttons if {wording(n.name).folded, *wording(n.name).tokens[:1]} & _REFUSING]
    agreeing = [n for n in buttons if n not in refusing]
    meant, others = (agreeing, refusing) if confirms else (refusing, agreeing)
    why = "it is what the dialog asks for" if confirms else "it refuses what the dialog asks for"
    return _sure(meant[0].ref, why) if len(meant) == 1 and others else None


def untold(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return what an action without a target means: the focused or last element, else the only one it suits."""
    view = view_of(snapshot)
    suits = _suiting(intent)
    last = view.by_key(context.last)
    focused = next((n for n in view.nodes if n.has(Flag.FOCUSED) and n.tag not in ("iframe", "body")), None)
    for node, why in ((focused, "it has the focus"), (last, "the element of the step before")):
        if node is not None and suits(node):
            return _sure(node.ref, why)
    if last is not None and (beside := _in_same_item(last, suits, view)) is not None:
        return _sure(beside, "it is in the item of the step before")
    asked = Target(text=intent.text, role="fileinput" if intent.action == "upload" else "field")
    if intent.action in ("check", "uncheck", "toggle"):
        asked = Target(text=intent.text, role="checkbox")
    if intent.action in ("click", "press", "scroll", "wait", "hover", "copy", "download"):
        return Ranking([])
    ranking = rank(asked, snapshot, context=context, action=intent.action)
    if intent.action == "set" and _TIME.fullmatch(intent.value or ""):  # "choose 9:00" is nothing for any field at all
        return Ranking([one for one in ranking.found if _tells_time(view.nodes[one.ref], view)])
    if intent.action in ("select", "deselect"):  # "select the second answer" is nothing for a slider
        return Ranking([one for one in ranking.found if view.nodes[one.ref].role in _OFFERING])
    return ranking


_OFFERING = frozenset(["combobox", "listbox", "radiogroup", "menu", "button"])
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?: ?[ap]m)?", re.IGNORECASE)
_TIMES = ("time", "hour", "clock", "date", "when")


def _tells_time(node: Node, view: PageView) -> bool:
    said = f"{node.type} {node.name} {node.placeholder} {node.ident} {view.labels.beside(node.ref)}".lower()
    return any(word in said for word in _TIMES) or node.role in ("slider", "spinbutton")


def _in_same_item(last: Node, suits: Callable[[Node], bool], view: PageView) -> int | None:
    """Return the only thing that suits in the row or list item of the last element: its field, once it is edited."""
    for item in view.items_around(last.ref)[:1]:
        inside = [n.ref for n in view.subtree(view.nodes[item]) if n.visible and suits(n)]
        return inside[0] if len(inside) == 1 else None
    return None


def _suiting(intent: Intent) -> Callable[[Node], bool]:
    if intent.action in ("type", "append", "clear", "set"):
        return lambda node: node.has(Flag.EDITABLE)
    if intent.action == "upload":
        return lambda node: node.type == "file"
    if intent.action in ("check", "uncheck", "toggle"):
        return lambda node: node.role in ("checkbox", "radio", "switch")
    return lambda node: intent.action in ("press", "copy", "focus")


def _evidence(ref: int, why: str) -> Evidence:
    found = Evidence(ref)
    found.add("role alone", note=why)
    found.add("can be acted on")
    return found


def _sure(ref: int, why: str) -> Ranking:
    return Ranking([_evidence(ref, why)])
