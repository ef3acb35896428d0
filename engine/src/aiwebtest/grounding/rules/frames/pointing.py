"""Frames of verbs that point at things: click, hover, press, check, close, submit, and the verbs of the page itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Action, Intent, Relation, RelationKind, Target
from aiwebtest.core.ordering import direction_of, read_order
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause, verb_at
from aiwebtest.grounding.rules.frames import belonging
from aiwebtest.grounding.rules.frames.commands import bare, exported_as, filtered, made_anew, made_of, paged, purpose_of
from aiwebtest.grounding.rules.keys import AMBIGUOUS_KEYS, key_at, read_key
from aiwebtest.grounding.rules.lexer import Span, fold
from aiwebtest.grounding.rules.phrase import read_target, settle
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import (
    items_of,
    read_number,
    read_targets,
    read_value,
    take_purpose,
    take_times,
    timed,
)

__all__ = [
    "answer",
    "bare",
    "close",
    "expand",
    "is_plain_noun",
    "named",
    "of_selected",
    "point",
    "point_path",
    "press",
    "submit",
    "whose",
    "without_preposition",
]

_BROWSER_BUTTONS: dict[str, Action] = {"back": "back", "forward": "forward", "reload": "reload", "refresh": "reload"}
_NATIVE = frozenset("alert confirm confirmation prompt javascript js browser native".split())
_DIALOG_NOUNS = frozenset(
    "dialog dialogue alert popup pop-up prompt box confirm confirmation message window it question".split()
)


def point(clause: Clause) -> list[Intent]:
    """Read click, double-click, right-click, hover and focus."""
    action = clause.action
    body, times = take_times(take_purpose(clause.body))
    body = without_preposition(body)
    whole = without_preposition(take_times(clause.body)[0])
    if (purpose := _bare_purpose(body)) > 0:
        body = body.cut(0, purpose)
    if body and not body.has_literal() and body[0].low in ("outside", "anywhere", "somewhere", "elsewhere"):
        raise Unclear(f"“{clause.text}” names no element", "Press Escape", 'Click the "Welcome" heading')
    if button := _browser_button(body):
        return [timed(Intent(action=button, text=clause.text), times)]
    if any(token.low == ">" for token in body):
        return point_path(clause, body, action)
    targets = read_targets(body, split_names=False)
    if len(targets) == 1 and (purpose > 0 or _ends_with_manner(clause.body)):
        said = whole if purpose > 0 else without_preposition(clause.body)
        full = Target(text=said.text, name=said.text)
        targets = [replace(targets[0], alternatives=(*targets[0].alternatives, full))]
    return [timed(Intent(action=action, text=clause.text, target=target), times) for target in targets]


def _ends_with_manner(body: Span) -> bool:
    """Tell whether the last word is one that says when, and may be of the name as well: "Order now"."""
    return len(body) > 1 and body[-1].low in ("now", "again", "first", "instead") and not body.has_literal()


def _bare_purpose(body: Span) -> int:
    """Return where "to confirm" starts in "OK to confirm": the name may go on, so both are read."""
    for i in range(1, len(body) - 1):
        if body[i].low == "to" and all(t.capital for t in body.tokens[:i]) and not body[i + 1].capital:
            found = verb_at(body, i + 1)
            return i if found and found[0].form == "base" else -1
    return -1


def point_path(clause: Clause, body: Span, action: Action) -> list[Intent]:
    """Read "File > Save as": every entry but the last opens the next one."""
    steps: list[Span] = []
    start = 0
    for i, token in enumerate(body):
        if token.kind == "stop" and token.low == ">":
            steps.append(body.cut(start, i).trimmed())
            start = i + 1
    steps.append(body.cut(start).trimmed())
    targets = [read_target(step) for step in steps if step]
    if not targets:
        raise Unclear(f"“{clause.text}” names no menu entry", 'Click "File" > "Save as"')
    opening = [Intent(action="hover", text=clause.text, target=target, opens=True) for target in targets[:-1]]
    return [*opening, Intent(action=action, text=clause.text, target=targets[-1])]


def without_preposition(body: Span) -> Span:
    """Leave out "on" and the like in front of what is pointed at."""
    while len(body) > 1 and body[0].low in ("on", "at", "onto", "over", "in", "into", "to") and not body[0].capital:
        body = body.cut(1)
    return body


def _browser_button(body: Span) -> Action | None:
    """Read "the browser's back button"."""
    lows = [low for low in body.lows if low not in words.DETERMINERS]
    if not lows or body.has_literal() or not {"browser's", "browser"} & set(lows):
        return None
    return next((_BROWSER_BUTTONS[low] for low in lows if low in _BROWSER_BUTTONS), None)


def press(clause: Clause) -> list[Intent]:
    """Read "press Enter", "press Ctrl+A in the editor", and "press Save", which is a click.

    Raises:
        Unclear: the word is a key as well as a usual name of a button.
    """
    body, times = take_times(take_purpose(clause.body))
    if intents := _keys(clause, body, times):
        return intents
    if body.lows[:1] == ("and",) or not body:
        raise Unclear(f"“{clause.text}” does not say what to press", "Press Enter", 'Click the "Save" button')
    named = clause.body if times is None and _ends_with_manner(clause.body) else body
    return [timed(intent, times) for intent in point(replace(clause, body=named, action="click"))]


def _keys(clause: Clause, body: Span, times: float | None) -> list[Intent] | None:
    """Read one or several keys, with the element that gets them."""
    start = 0
    while start < len(body) and body.lows[start] in words.DETERMINERS:
        start += 1
    if start < len(body) - 1 and body.lows[start] in ("key", "keys", "combination", "shortcut"):
        start += 1
    found = _key_at(body, start)
    if not found:
        return None
    key, size = found
    rest = body.cut(start + size)
    explicit = start > 0 and body[start - 1].low in ("key", "keys", "combination", "shortcut")
    rest = rest.cut(len(rest)) if len(rest) > 1 and rest[0].low == "to" and verb_at(rest, 1) else rest
    while rest and rest[0].low in ("key", "keys", "combination", "shortcut", "keyboard", "on"):
        if rest[0].low == "on" and (len(rest) == 1 or rest[1].low not in ("keyboard", "the")):
            break
        if rest[0].low == "on" and rest.lows[1:3] != ("the", "keyboard") and rest.lows[1:2] != ("keyboard",):
            break
        explicit = True
        rest = rest.cut(3 if rest.lows[:3] == ("on", "the", "keyboard") else 1)
    count, rest = _count_in_front(rest)
    last, times = times, times if count is None else count
    if rest and rest[0].low in ("button", "link", "icon", "tab", "option") and not explicit:
        return None
    more = _more_keys(rest)
    if not explicit and not rest and _ambiguous(key, body, start):
        _raise_ambiguous(body.cut(start, start + size).text)
    if more is not None:
        rest_times = times if count is None else last  # "Enter twice and Tab" is one Tab
        counted = [(key, times), *((other, rest_times) for other in more)]
        return [timed(Intent(action="press", text=clause.text, values=(each,)), n) for each, n in counted]
    if rest and rest[0].low not in ("in", "on", "inside", "within", "into", "at", "while"):
        return None
    target = read_target(rest.cut(1)) if len(rest) > 1 else None
    return [timed(Intent(action="press", text=clause.text, values=(key,), target=target), times)]


def _key_at(body: Span, start: int) -> tuple[str, int] | None:
    if start >= len(body):
        return None
    if body[start].kind == "quote":
        key = read_key(body[start].value)
        return (key, 1) if key else None
    return key_at(body.lows, start)


def _count_in_front(rest: Span) -> tuple[float | None, Span]:
    """Read "5 times in the field" and "twice in the field" behind a key."""
    if rest and rest[0].low in ("twice", "thrice", "once"):
        return read_number(rest[0].low), rest.cut(1)
    if len(rest) > 1 and rest[1].low == "times" and (number := read_number(rest[0].low)):
        return number, rest.cut(2)
    return None, rest


def _more_keys(rest: Span) -> list[str] | None:
    """Read the further keys of "Tab, Tab and Enter"."""
    if not rest:
        return []
    if rest[0].low not in (",", "and", "then"):
        return None
    keys = []
    for item in items_of(rest):
        while item and item[0].low in ("then", "the"):
            item = item.cut(1)
        found = _key_at(item, 0) if item else None
        if not found or found[1] != len(item):
            return None
        keys.append(found[0])
    return keys


def _ambiguous(key: str, body: Span, start: int) -> bool:
    return (
        key in AMBIGUOUS_KEYS
        or (len(key) == 1 and not key.isalpha())
        or (len(key) == 1 and body[start].kind == "quote")
    )


def _raise_ambiguous(name: str) -> None:
    raise Unclear(
        f"“{name}” may be a key or something to click",
        f"Press the {name.strip('“”‘’')} key".replace('"', "").replace("'", ""),
        f'Click "{name}"' if not name.startswith(("'", '"')) else f"Click {name}",
    )


def submit(clause: Clause) -> list[Intent]:
    """Read "submit", "submit the form"."""
    body, _ = take_times(take_purpose(clause.body))
    if body and body.lows[-1] in ("it", "them", "everything", "data", "details", "information"):
        body = body.cut(0, 0)
    target = read_target(body) if body else None
    if target and target.role == "form" and target.name is None and not target.relations:
        target = None
    if target and target.role == "button":
        return [Intent(action="click", text=clause.text, target=replace(target, name=target.name or "Submit"))]
    return [Intent(action="submit", text=clause.text, target=target)]


def expand(clause: Clause) -> list[Intent]:
    """Read expand and collapse: a click on what opens and closes."""
    body, _ = take_times(take_purpose(clause.body))
    if len(body) > 1 and body[-1].low in ("below", "above", "here"):
        body = body.cut(0, len(body) - 1)
    targets = [_also_called_so(target) for target in read_targets(body, split_names=False)]
    makes: Literal["expanded", "collapsed"] = "collapsed" if clause.verb.verb.frame == "collapse" else "expanded"
    return [Intent(action="click", text=clause.text, target=target, makes=makes) for target in targets]


def _also_called_so(target: Target) -> Target:
    """Let "expand the section" mean what is called "Section 3" as well: the heading that opens one says its role."""
    if target.name or not target.role or target.ordinal is not None:
        return target
    called = replace(target, role=None, name=target.role, alternatives=())
    return replace(target, alternatives=(*target.alternatives, called))


def close(clause: Clause) -> list[Intent]:
    """Read "close the tab", which is the browser's, and "close the dialog", which has something named so."""
    body, _ = take_times(take_purpose(clause.body))
    if not body:
        return [Intent(action="click", text=clause.text, target=Target(text=clause.text, name=clause.verb_text))]
    lows = [low for low in body.lows if low not in words.DETERMINERS | {"current", "browser", "new", "active"}]
    if (not body.has_literal() and lows in (["tab"], ["window"], ["page"])) or body.lows[-1:] == ("browser",):
        return [Intent(action="close_tab", text=clause.text)]
    dialog = {"dialog", "dialogue", "alert", "prompt", "confirm", "confirmation", "popup", "pop-up"}
    if clause.verb.verb.phrase == "dismiss" and not body.has_literal() and dialog & set(lows):
        return [Intent(action="dismiss_dialog", text=clause.text)]
    if lows and set(lows) <= _NATIVE | {"alert", "dialog", "box"} and set(lows) & (_NATIVE - {"alert"}):
        return [Intent(action="dismiss_dialog", text=clause.text)]
    place = read_target(body)
    whole = () if body.has_literal() else (Target(text=clause.text, name=f"{clause.verb_text} {bare(body)}"),)
    if lows == ["panel"]:  # a dialog may be called so as well
        place = replace(place, alternatives=(*place.alternatives, Target(text=place.text, role="dialog")))
    target = Target(text=clause.text, name="Close", relations=(Relation(kind="in", anchor=place),), alternatives=whole)
    return [Intent(action="click", text=clause.text, target=target)]


def answer(clause: Clause) -> list[Intent]:
    """Read "accept the alert" as an answer to the browser's dialog, "accept the cookies" as a click."""
    if clause.verb.verb.phrase == "answer":
        return _reply(clause)
    return _answered(clause) or named(clause)


def _reply(clause: Clause) -> list[Intent]:
    """Read `answer "Yes" to "Are you over 18?"` and `answer the question with No` as a choice."""
    body = clause.body
    if len(body) == 1 and body[0].literal:
        return [Intent(action="select", text=clause.text, values=(body[0].value,))]
    to, given = body.find("to"), body.find("with")
    question, value = (body.cut(to + 1), body.cut(0, to)) if to > 0 else (body.cut(0, given), body.cut(given + 1))
    if not question or not value or (to < 1 and given < 1):
        raise Unclear(f"“{clause.text}” does not say what to answer", 'Answer "Yes" to "Are you over 18?"')
    return [Intent(action="select", text=clause.text, target=read_target(question), values=(read_value(value),))]


def _answered(clause: Clause) -> list[Intent] | None:
    body = clause.body
    value: tuple[str, ...] = ()
    given = body.find("with")
    front = body.cut(0, given) if given > 0 else body
    lows = [low for low in front.lows if low not in words.DETERMINERS | {"browser", "javascript", "js", "native", "on"}]
    if lows and set(lows) <= _DIALOG_NOUNS and not front.has_literal():
        if given > 0 and given + 1 < len(body):
            value = (read_value(body.cut(given + 1)),)
        return [Intent(action=clause.action, text=clause.text, values=value)]
    return None


def named(clause: Clause) -> list[Intent]:
    """Read verbs of the application: "delete the second item" clicks what is called Delete in that item.

    Without an article, quotes or a capital, verb and object together are the name: "add to basket", "log out".
    """
    body, times = take_times(take_purpose(clause.body))
    verb = clause.verb_text
    if not body:
        return [timed(Intent(action="click", text=clause.text, target=Target(text=clause.text, name=verb)), times)]
    arranging = clause.verb.verb.phrase.split()[0]
    if arranging == "sort" and (chosen := _sorted(clause, clause.body)):
        return [chosen]
    if arranging in ("filter", "group") and (chosen := _arranged(clause, body)):
        return [chosen]
    if (
        clause.verb.verb.phrase in ("reply", "reply to", "answer", "respond to")
        and "prompt" in body.lows
        and (answered := _answered(replace(clause, action="accept_dialog")))
    ):
        return answered
    if clause.verb.verb.phrase in ("show", "display", "list", "view") and (size := paged(clause, clause.body)):
        return [size]
    if clause.verb.verb.phrase in ("show", "display", "list", "view") and (choice := filtered(clause, clause.body)):
        return [choice]
    if clause.verb.verb.phrase == "export" and (target := exported_as(clause, body)):
        return [Intent(action="click", text=clause.text, target=target)]
    if rated := belonging.rated(verb, clause.text, body):
        return [Intent(action="click", text=clause.text, target=rated)]
    whole = Span(body.source, tuple(t for t in clause.span.tokens if t.end <= body[-1].end))
    makes, thing = purpose_of(clause.verb.verb.phrase, body)
    target = _application_target(verb, whole, body)
    if added := belonging.added(verb, *_destination(body)):
        value, field = added
        return [Intent(action="click", text=clause.text, target=target, values=(value,), makes="added", thing=field)]
    return [timed(Intent(action="click", text=clause.text, target=target, makes=makes, thing=thing), times)]


_SENDING = frozenset(
    ["send", "save", "post", "publish", "submit", "apply"]
)  # done to what was written, by a button beside it
_OF_THE_PAGE = frozenset(
    ["export", "print", "refresh", "reload"]
)  # what is done to all that is listed, by a button beside it
_CHANGING = frozenset(["change", "update", "modify"])
_HOLDERS = words.CONTAINERS - {"card", "result"}


def _application_target(verb: str, whole: Span, body: Span) -> Target:
    plain = Target(text=whole.text, name=whole.text)
    _refuse_payload(verb, whole, body)
    object_, tail = _destination(body)
    if not object_:
        return plain
    _refuse_message(verb, whole, object_, tail)
    if made := made_of(verb, plain, object_, tail):
        return made
    pronoun = fold(object_.text) in words.ANAPHORA
    if not pronoun and not belonging.is_pointed_at(object_):
        return plain
    anchor = whose(read_target(object_))
    if verb.lower() in _CHANGING and not tail and not body.has_literal():
        other = [Target(text=whole.text, name=f"{name} {bare(body)}") for name in ("edit", "change")]
        kind: RelationKind = "in" if anchor.role in _HOLDERS else "row"
        owned = Target(text=whole.text, name=verb, whole=True, relations=(Relation(kind=kind, anchor=anchor),))
        return replace(plain, name=f"{verb} {bare(body)}", alternatives=(*other, owned))
    if anchor.role in ("button", "link", "icon", "tab", "menuitem") and not tail:
        return replace(anchor, text=whole.text, name=anchor.name or verb)
    if verb.lower() in _OF_THE_PAGE and anchor.role in ("table", "list", "page") and not tail and not anchor.relations:
        near = Target(text=whole.text, name=verb, relations=(Relation(kind="in", anchor=anchor),))
        return replace(near, alternatives=(plain, Target(text=whole.text, name=verb)))
    if bulk := of_selected(verb, object_, tail):
        return replace(plain, name=f"{verb} {bare(body)}", alternatives=bulk)
    if anchor.anaphora and not tail:
        plain = Target(text=whole.text, name=verb)
        sent = pronoun and verb.lower() in _SENDING
        relations = (Relation(kind="row", anchor=anchor),)
        return Target(text=whole.text, name=verb, relations=relations, alternatives=(plain,) if sent else ())
    said, verb = verb, verb if tail else belonging.without_joint(verb)
    name = f"{verb} {bare(tail)}" if tail else verb
    listed = belonging.listed(anchor, tail)
    alone = Target(text=whole.text, name=verb, whole=bool(tail), relations=(Relation(kind="row", anchor=listed),))
    others = [] if body.has_literal() else [Target(text=whole.text, name=f"{said} {bare(body)}")]
    if is_plain_noun(object_, anchor) and not tail:  # "accept the cookies", in the dialog that is called so
        within = Target(text=whole.text, name=verb, relations=(Relation(kind="in", anchor=anchor),))
        return replace(others[0], alternatives=(alone, within))
    called = bool(tail) and object_[0].capital  # "add Chinotto to the bag"
    if is_plain_noun(object_, anchor) and not belonging.is_owned(tail) and not called:
        # "place the order": the page most likely calls it so; "add the product to the cart" means the one at hand
        short = Target(text=whole.text, name=name)
        return replace(short if tail else others[0], alternatives=(*(others if tail else ()), alone))
    new = anchor.name is None and bool(made_anew(verb, object_))  # "a card", which is not there yet
    if tail and new:
        return Target(text=whole.text, name=name, alternatives=tuple(others))
    others += [alone, *belonging.sent_by(verb, whole, body, tail)] if tail else []
    relation = settle(Relation(kind="in" if anchor.role in _HOLDERS else "row", anchor=anchor), plain)
    relation = settle(Relation(kind="in", anchor=anchor), plain) if anchor.role in ("row", "item") else relation
    return Target(text=whole.text, name=name, relations=(relation,), alternatives=tuple(others))


def _refuse_payload(verb: str, whole: Span, body: Span) -> None:
    """Refuse `reply to the mail with "Thanks"`: it takes a click, a field and another click."""
    if body.has_literal() and (payload := body.find("with")) > 0 and not body[payload - 1].literal:
        raise Unclear(f"“{whole.text}” is more than one action",
                      f'Click "{verb.capitalize()}"', f"Type {body[len(body) - 1].value!r} into the text "
                          "area")  # fmt: skip


def of_selected(verb: str, object_: Span, tail: Span) -> tuple[Target, ...]:
    """Return what a command for "the selected orders" is called: it stands over them, and says "orders" at most."""
    chosen = [token for token in object_ if token.low in _SELECTED and not token.literal]
    noun = [token.value for token in object_ if token.low not in words.DETERMINERS and token not in chosen]
    if not chosen or object_.has_literal() or not noun or not noun[-1].lower().endswith("s"):
        return ()
    end = f" {bare(tail)}" if tail else ""
    names = [f"{verb} {' '.join(noun)}{end}", f"{verb} selected{end}", f"{verb} selection{end}"]
    return tuple(Target(text=object_.text, name=name) for name in names + ([f"{verb}{end}"] if tail else []))


_SELECTED = frozenset("selected checked ticked marked chosen highlighted".split())
_MESSAGING = frozenset(["forward", "send", "share", "mail", "email"])


def _refuse_message(verb: str, whole: Span, object_: Span, tail: Span) -> None:
    """Refuse "forward that email to Ada": it takes a click, a field for the receiver and another click."""
    if fold(verb) not in _MESSAGING or object_[0].low not in words.DETERMINERS or tail.lows[:1] != ("to",):
        return
    if tail[1].capital or tail[1].literal:
        raise Unclear(f"“{whole.text}” is more than one action", f'Click "{verb.capitalize()}"',
                      f'Type "{tail.cut(1).trimmed().text.strip(chr(34))}" into the "To" field')  # fmt: skip


def whose(anchor: Target) -> Target:
    """Return Ada for "the invoice of Ada": the page says whose it is, and rarely the noun; where it does, both."""
    noun = fold(anchor.name or "").removesuffix("s")
    one = anchor.relations[0] if len(anchor.relations) == 1 and anchor.ordinal is None and not anchor.states else None
    if one is None or one.kind != "for" or anchor.quoted or noun not in words.ITEM_NOUNS or not one.anchor.name:
        return anchor
    both = Target(text=anchor.text, name=f"{anchor.name} of {one.anchor.name}")
    return one.anchor if one.anchor.quoted else replace(one.anchor, alternatives=(*one.anchor.alternatives, both))


def _arranged(clause: Clause, body: Span) -> Intent | None:
    """Read `filter by category "Mugs"` and "group by month" as a choice of that value."""
    by = body.find("by")
    value = body.cut(by + 1) if by >= 0 else body
    if (by < 0 and not clause.verb.verb.phrase.endswith("by")) or not value:
        return None
    if not value[-1].literal:
        bare = value if value.lows[0] not in words.DETERMINERS else value.cut(1)
        return Intent(action="select", text=clause.text, values=(bare.text,)) if bare else None
    field = read_target(value.cut(0, len(value) - 1)) if len(value) > 1 else None
    return Intent(action="select", text=clause.text, target=field, values=(value[-1].value,))


def _sorted(clause: Clause, body: Span) -> Intent | None:
    """Read "sort the table by Price, highest first": a column header, an option or a button by that name."""
    by = -1 if clause.verb.verb.phrase.endswith("by") else body.find("by")
    if by < 0 and not clause.verb.verb.phrase.endswith("by"):
        return None
    how = body.cut(by + 1)
    literal = next((token.value for token in how if token.literal), "")
    key, direction = read_order(f"by {how.text.strip(' .')}")
    key = literal or key
    if not key or (direction is None and how[-1].low == "first"):  # a direction in words that nobody here knows
        return None
    if literal and direction is None:
        direction, key = direction_of(literal), literal
    place = read_target(body.cut(0, by)) if by > 0 else None
    listed = place is not None and place.role in ("table", "list")
    relations = (Relation(kind="in", anchor=place),) if place is not None and listed else ()
    target = Target(text=body.text, name=key, quoted=bool(literal), role="columnheader", relations=relations)
    return Intent(action="select", text=clause.text, target=target, values=(key,), makes=direction or "sorted")


def is_plain_noun(span: Span, anchor: Target) -> bool:
    """Tell whether the object is a bare common noun: "the order", "the terms and conditions"."""
    if span.has_literal() or anchor.relations or anchor.role or anchor.ordinal is not None or anchor.anaphora:
        return False
    return not any(token.capital or any(c.isdigit() for c in token.value) for token in span.tokens[1:])


def _destination(body: Span) -> tuple[Span, Span]:
    """Part "the Blue Mug to the basket" into the thing and where it goes or comes from."""
    for i in range(1, len(body) - 1):
        if body[i].low in ("to", "from", "into") and not body[i].literal:
            sent = body[i - 1].low in words.ITEM_NOUNS or body[i - 1].low in ("messages", "emails", "mails")
            if body[i].low == "from" and sent and body[i + 1].low not in words.DETERMINERS:
                continue  # "delete the second email from Ada"
            return body.cut(0, i), body.cut(i)
    if body[0].low in ("to", "from", "in", "out", "up", "as", "with"):
        return body.cut(0, 0), body
    return body, body.cut(0, 0)
