"""What speaks for and against an element: its wording, its role, its states, the action and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aiwebtest.core.intent import Action, Attribute, State, Target
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.checks.saying import saying
from aiwebtest.grounding.rules.crossing import called_by_code
from aiwebtest.grounding.rules.drawn import drawn_label
from aiwebtest.grounding.rules.glyphs import meanings, stands_for_words
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.marks import says_chosen
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.roles import role_fit
from aiwebtest.grounding.rules.verbs import VERBS, implied_objects
from aiwebtest.grounding.rules.weights import CARRIER, POINTS, probability
from aiwebtest.grounding.rules.wording import JUST_SO, Match, Wording, compare, ident_words, wording, words_within
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = [
    "Evidence",
    "action_evidence",
    "has_state",
    "is_mere",
    "is_written",
    "modifier_evidence",
    "name_evidence",
    "state_evidence",
]

_CLICKABLE, _EDITABLE, _HIDDEN = int(Flag.CLICKABLE), int(Flag.EDITABLE), int(Flag.HIDDEN)
_CHECKABLE = frozenset(["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio", "option", "treeitem"])
_SELECTABLE = frozenset(
    "combobox listbox option radio radiogroup checkbox menuitem menuitemradio menuitemcheckbox tab switch tree "
    "treeitem "
    "button link gridcell listitem menu group".split()
)
_INVITES = re.compile(  # "Write a comment" over the field of the comment
    r"(?:please )?(?:enter|type|type in|write|add|leave|provide|fill in) (?:an?|the|your|some) (\w.*?)[.…:*\s]*$",
    re.IGNORECASE,
)
_NO_FILE = frozenset("tab checkbox radio switch row cell gridcell heading columnheader rowheader".split())
_IN_PART = frozenset(["name begins so", "name contains it"])
_JOINTS = frozenset("for in on as at from to by with and row section".split())
_MAKING = frozenset(["new", "add", "create"])
_KIND_WORDS = frozenset("field box button link tab menu icon checkbox option page section input item".split())
_ANY_CONTROL = frozenset("filter selector picker control setting chooser value entry".split())
_HALF = 0.5
_OFFERED = frozenset(["radio", "option", "checkbox", "tab"])  # "Open" among such is a state and no command
_FIELDS = frozenset(["field", "textbox", "select", "textarea"])
_PICTURES = frozenset(["icon", "image", "logo"])
_CONTENT_LENGTH = 300  # characters
_CONTENT_LIMIT = 60  # elements; the text of a larger thing is not its name
_COLOURS = {
    "red": ("red", "danger", "#f00", "#ff0000", "rgb(255, 0, 0)"),
    "green": ("green", "success", "#0f0", "#008000", "rgb(0, 128, 0)"),
    "blue": ("blue", "primary", "#00f", "#0000ff", "rgb(0, 0, 255)"),
    "yellow": ("yellow", "warning", "#ff0", "#ffff00", "rgb(255, 255, 0)"),
    "grey": ("grey", "gray", "secondary"),
    "gray": ("grey", "gray", "secondary"),
    "black": ("black", "dark", "#000", "#000000"),
    "white": ("white", "light", "#fff", "#ffffff"),
}


@dataclass(slots=True)
class Evidence:
    """Points for one element, and what they were given for."""

    ref: int
    points: float = 0.0
    reasons: list[tuple[float, str]] = field(default_factory=list)
    named: str = ""  # how its name answers the sentence's, a key of `weights.POINTS`

    def add(self, key: str, times: float = 1.0, note: str = "") -> None:
        """Count a piece of evidence `times` over."""
        worth = POINTS[key] * times
        self.points += worth
        self.reasons.append((worth, f"{key} ({note})" if note else key))

    @property
    def score(self) -> float:
        """Return the score, 0 to 1."""
        return probability(self.points)

    @property
    def mere(self) -> bool:
        """Tell whether it is a text, a heading or the like, that nothing tells to be acted on."""
        return is_mere([text for _, text in self.reasons])

    def told(self) -> tuple[str, ...]:
        """Return the reasons, weightiest first."""
        return tuple(text for _, text in sorted(self.reasons, key=lambda reason: -abs(reason[0])) if text)


def is_mere(reasons: Sequence[str]) -> bool:
    """Tell by the reasons of a candidate whether nothing tells it to be acted on."""
    return "cannot be acted on" in reasons and "can be acted on" not in reasons


# --- the wording ------------------------------------------------------------------------------------------------------


def name_points(match: Match, carrier: str) -> float:
    """Return what a match of the name is worth on that carrier."""
    points = POINTS[match.kind] + CARRIER[carrier]
    if match.kind in ("name begins so", "name contains it"):
        points += POINTS["share covered"] * match.share
    elif match.kind == "words contain the name":
        points += POINTS["share used"] * match.share
    return points


def name_evidence(target: Target, asked: Wording, node: Node, view: PageView) -> tuple[float, str] | None:
    """Return the points of the best carrier of the target's name on an element with the reason, None if it has none."""
    best: tuple[float, str] | None = None
    for carrier, text in carriers(target, node, view):
        match = compare(asked, seen := wording(text), quoted=target.quoted)
        if match and match.kind == "name means the same" and carrier in _SHOWN and stands_for_words(node, text, view):
            continue
        if match is None and target.quoted and target.role in _FIELDS and is_control(node):
            match = words_within(asked, seen)  # "Director" for the field "Director name"
        if match is None or (target.whole and not _is_whole(target, seen, match, carrier, node)):
            continue
        if target.quoted and carrier in _MARKS and target.role not in _PICTURES and _has_words(carrier, target):
            continue  # a class is no name of what has words of its own
        if target.quoted and match.share <= _HALF and not (target.role and is_control(node)):
            continue  # labels of controls are long; "Log in" is no name of "Log in with Google"
        match = _with_the_page(match, target, asked, seen, node, view)
        if carrier == "sign" and match.kind in JUST_SO:
            match = Match("name means the same")
        points = name_points(match, carrier)
        if best is None or points > best[0]:
            best = points, f"{match.kind}: {carrier} “{text[:60]}”"
    return best


def _with_the_page(match: Match, target: Target, asked: Wording, seen: Wording, node: Node, view: PageView) -> Match:
    """Return a match of words, better where kind, code or place of the element say the words that the name lacks."""
    if match.kind == "words contain the name":
        if _says_kind(asked, seen, node, view):
            return Match("name means the same")
        if called_by_code(asked, seen, node.ref, view):
            return Match("name is so but for punctuation")
        if _place_says(asked, seen, node, view):
            return Match("place has the other words")
    whole = match.kind not in JUST_SO and _has_kind_in_name(target, seen)
    return Match("name is so but for case") if whole else match


def _has_kind_in_name(target: Target, seen: Wording) -> bool:
    """Tell whether a name is the whole description, the word for the kind of element and all: "Custom Select"."""
    if target.quoted or target.role is None or not target.name or target.ordinal is not None:
        return False
    said = wording(target.text).folded.removeprefix("the ")
    return said == seen.folded and said != wording(target.name).folded


_MARKS = frozenset(["ident", "icon"])


def _has_words(carrier: str, target: Target) -> bool:
    """Tell whether what is described is called by words: a field for dates is none that is called by its icon."""
    return carrier == "ident" or target.role in _PICKERS


_PICKERS = frozenset(["datepicker", "timepicker", "colorpicker"])
_SHOWN = frozenset(["name", "text"])


def _is_whole(target: Target, seen: Wording, match: Match, carrier: str, node: Node) -> bool:
    """Tell whether a name says no more than the sentence, but for a noun that any thing may have: "Remove item"."""
    if carrier == "text" and node.name:  # "+" is short for what its name says in full
        return False
    if target.name and target.name[0] == "+" and seen.raw[:1] not in _PLUS:  # "Reports" makes no new report
        return False
    said = wording(target.text).stems
    return match.kind not in _IN_PART or all(
        word in ITEM_NOUNS or word == "item" for word in seen.stems if word not in said
    )


_PLUS = ("+", "＋")


def _says_kind(asked: Wording, seen: Wording, node: Node, view: PageView) -> bool:
    """Tell whether the words that the name lacks only say the kind: "arrival date" for the date field "Arrival"."""
    rest = {word for word in asked.stems if word not in seen.stems}
    return bool(rest) and all(word in (node.type, node.role, node.tag) or _is_a(word, node, view) for word in rest)


def _is_a(word: str, node: Node, view: PageView) -> bool:
    if word == "setting" and node.role in _OFFERED:  # "open the settings" chooses no "Open"
        return False
    if word in _ANY_CONTROL and (is_control(node) or node.role == "combobox" or drawn_label(node, view)):
        return True  # "the status filter"
    return word in _KIND_WORDS and role_fit(word, node, view) >= _HALF


def _place_says(asked: Wording, seen: Wording, node: Node, view: PageView) -> bool:
    """Tell whether the words that the name lacks stand on the row, the card or the title of the section around."""
    rest = {word for word in asked.stems if word not in seen.stems and word not in _JOINTS}
    noun = asked.stems[-1]
    found = VERBS.at(asked.tokens[:1], 0)
    joined = found is None and len(asked.stems) > 1 and asked.stems[-2] in _JOINTS  # "mentions by e-mail"
    if rest == {noun} and noun in ITEM_NOUNS and not joined and _can_be_used(node, view):
        # "select all users", "the Inbox folder": what the page has many of goes without saying; a new thing does not
        if asked.stems[0] in _MAKING:
            return view.speaks_of(noun)
        commands = found is not None and found[0].form == "base"
        if commands and not any(view.speaks_of(kin) for kin in _kin(noun)):
            return False  # "delete the event" on a page that speaks of none
        owned = commands and view.is_in_item(node.ref)
        return not owned or noun in view.surroundings(node.ref) | view.topic  # "delete the user" is no row's "Delete"
    if not rest and noun == "row" and node.role == "checkbox" and view.up(node.ref, "columnheader") is not None:
        return True  # "select all rows" by the box in the header
    if not rest or (asked.stems[0] in _MAKING and asked.stems[0] in rest):  # a page "New article" makes no new link
        return False
    if rest <= view.surroundings(node.ref):
        return _item_says(asked, rest, node, view)
    if not node.flags & _CLICKABLE or view.is_in_item(node.ref):
        return False
    return rest <= view.topic or (node.role not in _OFFERED and rest <= implied_objects(seen.stems))


def _item_says(asked: Wording, rest: set[str], node: Node, view: PageView) -> bool:
    """Tell whether the row or card around says of itself what no title above it does: "Call Bo" is not Bo's."""
    item, titles = view.item_of(node.ref), view.titles_above(node.ref)
    if item is None or rest <= titles:
        return True
    words = [word for word in asked.raw.split() if set(wording(word).stems) & (rest - titles)]
    noun = " ".join(word for word in rest if word in titles)
    return bool(saying([view.nodes[item]], noun, " ".join(words), view.snapshot))


_MESSAGES = frozenset(["email", "mail", "message", "conversation", "thread"])


def _kin(noun: str) -> frozenset[str]:
    """Return the nouns by which pages speak of the same."""
    return _MESSAGES if noun in _MESSAGES else frozenset([noun])


def _can_be_used(node: Node, view: PageView) -> bool:
    """Tell whether an element reacts to a click or takes input, or is a text in one that does."""
    if node.flags & (_CLICKABLE | _EDITABLE):
        return True
    above = next(view.parents(node.ref), -1)
    return not node.role and above >= 0 and bool(view.nodes[above].flags & _CLICKABLE)


_WRITTEN = re.compile(r": (?:name|text|label|content|placeholder|alt|title) “")


def is_written(found: Evidence) -> bool:
    """Tell whether the words stand on the element for all to see, rather than in its id or class."""
    return any(_WRITTEN.search(text) for _, text in found.reasons)


def carriers(target: Target, node: Node, view: PageView) -> Iterator[tuple[str, str]]:
    """Yield the texts of an element that can carry its name, each with the key of its deduction."""
    if target.attribute is not None:
        for text in _given(target.attribute, node, view):
            yield "given", text
        return
    if node.name:
        yield "name", node.name
    if node.text and node.text != node.name:
        yield "text", node.text
    if node.tag == "#text":
        return
    if not target.quoted:
        yield from (("sign", words) for words in meanings(node, view))
    written = (("label", node.label), ("placeholder", node.placeholder), ("alt", node.alt), ("title", node.title))
    for carrier, text in written:
        if text and text != node.name:
            yield carrier, text
    if is_control(node):
        yield from _beside_control(node, view)
    elif label := drawn_label(node, view):
        yield "beside", label
    if (select := view.labels.stood_in_for.get(node.ref)) is not None:
        yield "label", view.nodes[select].name or view.labels.beside(select)
    yield from _machine_names(node)
    yield from _content(node, view)


def _beside_control(node: Node, view: PageView) -> Iterator[tuple[str, str]]:
    """Yield what a label that bids one names, and the text beside a control that has no label."""
    for text in (node.name, node.placeholder) if node.flags & _EDITABLE else ():
        if invited := _INVITES.match(text):
            yield "caption", invited[1]
    if view.labels.is_unnamed(node) and (beside := view.labels.beside(node.ref)):
        yield "beside", beside


def _content(node: Node, view: PageView) -> Iterator[tuple[str, str]]:
    """Yield what the parts of an element say together."""
    if 1 < node.end - node.ref <= _CONTENT_LIMIT and not node.text and node.tag != "select":
        content = view.text(node.ref)
        if content and len(content) < _CONTENT_LENGTH and content != node.name:
            yield "content", content


_SHOW_NO_VALUE = frozenset({"textbox", "searchbox", "combobox", "listbox", "slider"})  # or by it nobody calls them


def _machine_names(node: Node) -> Iterator[tuple[str, str]]:
    if node.testid:
        yield "testid", node.testid
        yield from (("testid", words) for words in ident_words(node.testid))
    if node.value and node.role not in _SHOW_NO_VALUE:
        yield "value", node.value
    described = node.extra.get("described") if node.extra else None
    if described:
        yield "described", described
    if node.ident:
        carrier = "ident" if node.text or node.name or node.label else "icon"
        for name in node.ident.split():
            yield carrier, name
        for words in ident_words(node.ident):
            yield carrier, words
    if node.tag == "svg" or node.role == "img":
        for colour in (node.extra.get("fill"), node.extra.get("colour")):
            if colour:
                yield "ident", colour


def _given(attribute: Attribute, node: Node, view: PageView) -> tuple[str, ...]:
    """Return what an element has in the attribute that the sentence names."""
    match attribute:
        case "label":
            own = (node.label, node.name if node.flags & int(Flag.LABELLED) else "")
            return own if any(own) else ((view.labels.beside(node.ref),) if is_control(node) else ())
        case "text":
            return node.text, node.name, view.text(node.ref) if node.end - node.ref <= _CONTENT_LIMIT else ""
        case "value":
            return (node.value,)
        case "id":
            return tuple(node.ident.split()[:1])
        case "class" | "name":
            return tuple(node.ident.split())
        case "href":
            return node.href, node.href.rstrip("/").rsplit("/", 1)[-1]
        case "placeholder":
            return (node.placeholder,)
        case "alt":
            return (node.alt,)
        case "title":
            return (node.title,)
        case "testid":
            return (node.testid,)


# --- states and modifiers ---------------------------------------------------------------------------------------------


def has_state(state: State, node: Node) -> bool:
    """Tell whether an element is in a state."""
    match state:
        case "enabled":
            return not node.has(Flag.DISABLED)
        case "unchecked":
            return not node.has(Flag.CHECKED) and not node.has(Flag.MIXED)
        case "unselected":
            return not node.has(Flag.SELECTED)
        case "pressed":
            return node.has(Flag.CHECKED)
        case "selected":
            return bool(node.flags & (Flag.SELECTED | Flag.CURRENT | Flag.CHECKED)) or says_chosen(node.ident)
        case "active":
            return bool(node.flags & (Flag.SELECTED | Flag.CURRENT | Flag.FOCUSED)) or says_chosen(node.ident)
        case "empty":
            return not node.value and not node.text and node.extra.get("filled") != "true"
        case "visible":
            return node.visible
        case "hidden":
            return not node.visible
        case _:
            return node.has(Flag[state.upper()])


def state_evidence(target: Target, node: Node, found: Evidence) -> None:
    """Count the states that the sentence names."""
    for state in target.states:
        found.add("state fits" if has_state(state, node) else "state does not fit", note=state)


_PICTURED = re.compile(r"\b(avatar|thumbnail)\b")


def modifier_evidence(target: Target, node: Node, found: Evidence) -> None:
    """Count further words, such as colours: they can tell candidates apart, never rule one out."""
    pictured = _PICTURED.search(target.text.lower()) if target.role == "image" and target.name is None else None
    for word in (*target.modifiers, *((pictured[1],) if pictured else ())):
        said = f"{node.ident} {node.testid} {node.type} " + " ".join(node.extra.values() if node.extra else ())
        if any(form in said.lower() for form in _COLOURS.get(word, (word.lower(),))):
            found.add("modifier fits", note=word)


# --- the action -------------------------------------------------------------------------------------------------------


def action_evidence(action: Action | None, node: Node, view: PageView, found: Evidence) -> None:
    """Count whether the action can be done to the element."""
    if action == "scroll" and node.role == "heading":
        found.add("is what one scrolls to")
    key = _fitness(action, node, view)
    if key:
        found.add(key)
    if action == "click" and node.role == "button" and any(": beside “" in text for _, text in found.reasons):
        found.add("wrong kind for the action", note="it only shows what is chosen for it")  # "open Apollo"
    if node.has(Flag.DISABLED) and action not in (None, "wait", "copy", "scroll", "hover"):
        found.add("is disabled")


def _fitness(action: Action | None, node: Node, view: PageView) -> str:
    match action:
        case None | "wait" | "copy" | "hover" | "scroll" | "drag" | "focus":
            return "" if action != "focus" or node.flags & (_CLICKABLE | _EDITABLE) else "cannot be acted on"
        case "type" | "append" | "clear":
            return "can be acted on" if _takes_text(node) else "wrong kind for the action"
        case "set":
            fits = (
                _takes_text(node)
                or bool(drawn_label(node, view))
                or node.role in ("slider", "spinbutton", "combobox")
                or node.type in ("color", "range")
            )
            fits = fits or role_fit("slider", node, view) > 0.5 or role_fit("spinner", node, view) > 0.5
            return "can be acted on" if fits else "cannot be acted on"
        case "check" | "uncheck" | "toggle" if node.tag == "option":
            return "wrong kind for the action"
        case "check" | "uncheck" | "toggle":
            return _switching(node, view) if action == "toggle" or node.role != "link" else "wrong kind for the action"
        case "select" | "deselect":
            if node.role in _SELECTABLE or (node.flags & (_CLICKABLE | _EDITABLE) and node.tag != "label"):
                return "can be acted on"
            return "wrong kind for the action"
        case "upload":
            return "can be acted on" if node.type == "file" else _holding_file_field(node, view)
        case "enter_frame":
            return "can be acted on" if node.tag in ("iframe", "frame") else "wrong kind for the action"
        case "download" if node.role in _NO_FILE:
            return "wrong kind for the action"
        case "press":
            return "can be acted on" if node.flags & (_CLICKABLE | _EDITABLE) else "cannot be acted on"
        case _:
            return "can be acted on" if node.flags & _CLICKABLE else "cannot be acted on"


def _holding_file_field(node: Node, view: PageView) -> str:
    held = sum(part.type == "file" for part in view.subtree(node)) if node.end - node.ref <= _CONTENT_LIMIT else 0
    return "is acted on through a part" if held == 1 else "cannot be acted on"


def _takes_text(node: Node) -> bool:
    if node.flags & _EDITABLE:
        return True
    return node.role in ("textbox", "searchbox", "spinbutton") or node.type in ("color", "range", "date", "time")


def _is_checkable(node: Node) -> bool:
    return node.role in _CHECKABLE or node.type in ("checkbox", "radio")


def _switching(node: Node, view: PageView) -> str:
    if _is_checkable(node):
        return "can be acted on"
    if node.tag == "label" or node.flags & _CLICKABLE:
        return "is acted on through a part"
    held = node.end - node.ref <= _CONTENT_LIMIT and any(_is_checkable(part) for part in view.subtree(node))
    return "cannot be acted on" if held else "wrong kind for the action"
