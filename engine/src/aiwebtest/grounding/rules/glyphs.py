"""Buttons that are a sign and nothing else, "✕" or "🗑": what pages commonly mean by it. Weak evidence: a word beats it.

A sign of many meanings counts only where its place tells which: "›" leads on where "‹" leads back beside it, and takes
no meaning among the keys of a calculator.
"""

from __future__ import annotations

import re
from itertools import islice

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.wording import ident_words, wording

__all__ = ["meanings", "signs_by_word", "stands_for_words"]

_CLICKABLE = int(Flag.CLICKABLE)
_LONGEST = 3  # characters of a sign: "•••"
_PARTS = 4  # elements of a button: itself, an icon, its text
_AROUND = 2  # elements up in which the sign that leads back stands beside the one that leads on
_VARIANTS = str.maketrans("", "", "\ufe0e\ufe0f")

_MEANINGS = {
    "☰ ≡": ("menu", "navigation menu", "hamburger"),
    "🔍 🔎 ⌕": ("search", "magnifier", "find"),
    "⚙": ("settings", "options", "preferences"),
    "🔔": ("notifications", "alerts", "bell"),
    "🛒": ("cart", "basket"),
    "♡ ♥ ❤ 🤍 🖤": ("like", "favourite", "heart"),
    "☆ ★ ⭐": ("star", "favourite"),
    "👍": ("like", "thumbs up"),
    "👎": ("dislike", "thumbs down"),
    "✎ ✏ 🖉 🖊 🖋": ("edit", "pencil"),
    "🗑": ("delete", "bin", "trash"),
    "⋮ ⋯ … ••• ...": ("more", "more actions", "more options", "options", "actions"),
    "🖨 ⎙": ("print", "printer"),
    "📎": ("attach", "attachment", "paper clip"),
    "↻ ⟳ 🔄": ("refresh", "reload"),
    "↶ ↩": ("undo",),
    "↷ ↪": ("redo",),
    "📅 🗓": ("calendar",),
    "👤": ("profile", "account", "user"),
    "🏠 ⌂": ("home",),
    "⏸ ❚❚": ("pause",),
    "⏹": ("stop",),
}
_ON = dict(zip("›»→▶►❯▸⟩>", "‹«←◀◄❮◂⟨<", strict=True))
_BACK = {back: on for on, back in _ON.items()}
_TO_THE_END = {"»": "›>❯", ">>": ">›"}  # leads to the end, where one of these beside it leads on by one
_TO_THE_BEGINNING = {"«": "‹<❮", "<<": "<‹"}
_PLAYS = frozenset("▶►⏵")
_TABLE = {sign: words for signs, words in _MEANINGS.items() for sign in signs.split()}
_CROSSES = frozenset("×✕✖✗✘❌")
_SUMS = frozenset("÷+−-=/")
_TAKING = frozenset("remove delete clear".split())


def sign_of(node: Node, view: PageView) -> str:
    """Return the sign that is all that an element with a click of its own shows, "" for one that says more."""
    if not node.flags & _CLICKABLE or node.end - node.ref > _PARTS:
        return ""
    shown = node.name or view.text(node.ref)
    if _closes_a_chip(node, view) or (not shown and _is_a_cross(node, view)):
        return "×"
    if not shown or (shown[0].isalnum() or shown[-1].isalnum()):
        return ""
    said = shown.strip().translate(_VARIANTS)
    return said if 0 < len(said) <= _LONGEST and not any(c.isalnum() for c in said) else ""


def _is_a_cross(node: Node, view: PageView) -> bool:
    """Tell whether a small icon, which has no words, is drawn as a cross, as its class says: "icon-cross"."""
    if not node.ident or max(node.box[2:]) > _ICON or node.parent < 0:
        return False
    around = view.nodes[node.parent]
    if view.text(around.ref) and around.box[2] < _CHIP_WIDTH:  # it takes a chip away
        return False
    return any(not _DRAWN_CROSSES.isdisjoint(words.lower().split()) for words in ident_words(node.ident))


_ICON = 48  # CSS pixels
_CHIP_WIDTH = 240  # CSS pixels
_DRAWN_CROSSES = frozenset(["cross", "close", "xmark"])
_CLOSING = frozenset(["close", "clear", "remove", "dismiss"])
_CHIP = 60  # characters


def _closes_a_chip(node: Node, view: PageView) -> bool:
    """Tell whether a button without a text, but with a name such as "Close", is the only one beside a short text."""
    if node.role != "button" or not node.name or node.parent < 0:
        return False
    first = node.name.split(" ", 1)[0].lower()
    if first not in _CLOSING or view.text(node.ref).strip():
        return False
    around = view.nodes[node.parent]
    beside = [part for part in view.subtree(around)[1:] if not view.inside(part.ref, node.ref)]
    said = view.text(around.ref)
    return 0 < len(said) <= _CHIP and not any(part.role or part.flags & _CLICKABLE for part in beside)


def stands_for_words(node: Node, text: str, view: PageView) -> bool:
    """Tell whether a text is the sign of a button, so that only its meanings there answer to words."""
    known = signs(view)
    return text.strip().translate(_VARIANTS) in (known.get(node.ref), known.get(node.parent))


def signs(view: PageView) -> dict[int, str]:
    """Return the sign of each element that is one and nothing else."""
    kept: dict[int, str] = view.snapshot.memo.setdefault("signs", {})
    if not kept:
        pressed = [node for node in view.nodes if node.flags & _CLICKABLE]
        kept.update({node.ref: sign for node in pressed if (sign := sign_of(node, view))})
        kept.setdefault(-1, "")  # looked for
    return kept


def meanings(node: Node, view: PageView) -> tuple[str, ...]:
    """Return what an element that is only a sign may be called, () where its sign tells nothing there."""
    sign = signs(view).get(node.ref, "")
    if not sign:
        return ()
    kept: dict[int, tuple[str, ...]] = view.snapshot.memo.setdefault("meanings of signs", {})
    if node.ref not in kept:
        kept[node.ref] = _meant_by(sign, node, view)
    return kept[node.ref]


def signs_by_word(view: PageView) -> dict[str, set[int]]:
    """Return the elements that are only a sign by the words, as stems, of what it may mean."""
    kept: dict[str, set[int]] = view.snapshot.memo.setdefault("signs by word", {})
    if not kept:
        for ref in signs(view):
            for words in meanings(view.nodes[ref], view) if ref >= 0 else ():
                for stem in wording(words).stems:
                    kept.setdefault(stem, set()).add(ref)
        kept.setdefault("", set())  # looked for
    return kept


def _meant_by(sign: str, node: Node, view: PageView) -> tuple[str, ...]:
    if any(_stands_beside(node, other, view) for other in _TO_THE_END.get(sign, "")):
        return ("next year",) if _turns_months(node, view) else ("last", "last page", "end")
    if any(_stands_beside(node, other, view) for other in _TO_THE_BEGINNING.get(sign, "")):
        return ("previous year",) if _turns_months(node, view) else ("first", "first page", "beginning")
    if (other := _ON.get(sign)) and _stands_beside(node, other, view):
        return ("next", "forward", *(["next month"] if _turns_months(node, view) else []))
    if (other := _BACK.get(sign)) and _stands_beside(node, other, view):
        return ("previous", "back", *(["previous month"] if _turns_months(node, view) else []))
    if sign in _PLAYS:
        return ("play",)
    if sign in _CROSSES:
        if any(_stands_beside(node, key, view) for key in _SUMS):
            return ()
        of_a_thing = view.is_in_item(node.ref) or _closes_a_chip(node, view)
        if node.title and node.title.split(" ", 1)[0].lower() in _TAKING:  # it says itself that it closes nothing
            return ("delete", "clear")
        return ("close", "delete", "clear") if of_a_thing else ("close",)
    words = _TABLE.get(sign, ())
    return (*words, "menu") if "more" in words and view.is_in_item(node.ref) else words


_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?:19|20)\d\d\b", re.IGNORECASE)


def _turns_months(node: Node, view: PageView) -> bool:
    """Tell whether a month stands beside a sign, in the same small part of the page: "‹ May 2027 ›"."""
    above = [*islice(view.parents(node.ref), _AROUND)]
    return any(_MONTH.search(view.text(part)) for ref in above for part in view.children(ref) if part != node.ref)


def _stands_beside(node: Node, sign: str, view: PageView) -> bool:
    known = signs(view)
    around = [*islice(view.parents(node.ref), _AROUND)]
    return any(
        known.get(ref) == sign for above in around if view.nodes[above].tag != "body"
        for ref in range(above, view.nodes[above].end)
    )  # fmt: skip
