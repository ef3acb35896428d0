"""Frames of verbs that put text and values into fields: type, fill, set, clear, log in, search."""

from __future__ import annotations

from dataclasses import replace

from aiwebtest.core.intent import Action, Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.assignments import Assignment, assign_all, rightmost
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.dates import to_iso_date
from aiwebtest.grounding.rules.frames.moving import drag
from aiwebtest.grounding.rules.frames.patterns import described_option
from aiwebtest.grounding.rules.frames.pointing import named
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import (
    is_plural,
    items_of,
    read_number,
    read_targets,
    read_value,
    read_values,
    take_times,
    timed,
)

__all__ = ["clear", "fill", "login", "search", "set_", "type_"]

_FORM_WORDS = frozenset("form form: details fields field information data following values blanks inputs".split())
_ON = frozenset("on checked ticked true enabled active".split())
_OFF = frozenset("off unchecked unticked false disabled inactive".split())
_WIDGETS = frozenset(["slider", "spinner", "datepicker", "timepicker", "colorpicker"])


def type_(clause: Clause) -> list[Intent]:
    """Read `type "x" into the field`, `enter the username "x" and the password "y"`; else into what has focus."""
    if clause.verb.verb.phrase == "send" and _sends(clause.body):
        return named(clause)
    if clause.body.lows[-2:] in _TO_GO_ON and len(clause.body) > _PAIR:
        clause = replace(clause, body=clause.body.cut(0, len(clause.body) - 2))
    if not clause.body or (len(clause.body) == 1 and clause.body[0].low == "nothing"):
        if clause.body:
            return []
        raise Unclear(f"“{clause.text}” does not say what to type", 'Type "Ada" into the "Name" field')
    if described := described_option(clause):
        return described
    anew = clause.verb.verb.phrase in ("write", "insert") and clause.body.lows[0] in ("a", "an", "another")
    thing = clause.verb.verb.phrase == "write" or clause.body[-1].low not in words.VALUE_NOUNS
    if anew and thing and clause.body.find("in", "into", "as", "with", "to") < 0 and not clause.body.has_literal():
        return named(clause)  # "write a new mail", "insert a link"
    return _assigned(clause, assign_all(clause.body, field_first=False), clause.action)


_TO_GO_ON = (("to", "confirm"), ("to", "continue"), ("to", "proceed"))


def _sends(body: Span) -> bool:
    """Tell whether "send" is what the application does ("send the message"), not what the keyboard does."""
    return not body.has_literal() and (body.find("to") < 0 or body[0].low in words.DETERMINERS)


def fill(clause: Clause) -> list[Intent]:
    """Read `fill Name with "Ada"`, and `fill in the form with name Ada, e-mail ada@x.org`."""
    body = clause.body
    if form := _form(body):
        place, pairs = form
        if not pairs:
            raise Unclear(f"“{clause.text}” does not say what to fill in",
                          'Fill in the form with name "Ada" and e-mail "ada@example.org"',
                          'Type "Ada" into the "Name" field')  # fmt: skip
        intents = _assigned(clause, assign_all(pairs, field_first=True), "type", strict=True)
        if place is None:
            return intents
        return [replace(intent, target=_inside(intent.target, place)) for intent in intents]
    by = body.find("by") if clause.verb.verb.phrase in ("replace", "overwrite") else -1
    one = [Assignment(body.cut(by + 1), field=body.cut(0, by))] if by > 0 else assign_all(body, field_first=True)
    return _assigned(clause, one, "type", strict=True)


def _form(body: Span) -> tuple[Target | None, Span] | None:
    """Read "the Contact form with ...": the form, and what is behind it."""
    marker = next((i for i, t in enumerate(body) if t.low in ("with", "using", ":", "as", "by")), len(body))
    front = body.cut(0, marker)
    in_dialog = (
        bool(front) and front[-1].low in _DIALOGS and len(body) - marker > _PAIR and not body[marker + 1].literal
    )
    if not front or (front.has_literal() and front[-1].low != "form" and not in_dialog):
        return None
    if front[-1].low not in _FORM_WORDS and not in_dialog:
        return None
    if front[-1].low == "field" or (front[-1].low == "fields" and len(front) > 2):
        return None
    rest = body.cut(marker).trimmed()
    while rest and rest[0].low in ("with", "using", "as", "by", "follows", "entering", "the", "following", ":",
        "values",
                                   "details", "data", "information") and len(rest) > 1:  # fmt: skip
        rest = rest.cut(1).trimmed()
    place = read_target(front)
    plain = place.role != "form" or (place.name is None and not place.relations)
    return (None if plain and not in_dialog else place), rest


_DIALOGS = frozenset({"dialog", "popup", "modal", "drawer"})
_PAIR = 2  # tokens at least, of "with" and a field before its value


def _inside(target: Target | None, place: Target) -> Target:
    target = target or Target(text="")
    return replace(target, relations=(*target.relations, Relation(kind="in", anchor=place)))


def _assigned(clause: Clause, pairs: list[Assignment], action: Action, *, strict: bool = False) -> list[Intent]:
    """Make one intent of every value; `strict` wants every value to have a field."""
    intents: list[Intent] = []
    for pair in pairs:
        named = pair.field or pair.noun
        if pair.noun is not None and {"that", "which", "who"} & set(pair.noun.lows):
            raise Unclear(f"“{pair.noun.text}” describes a value and does not give it",
                          'Type "Spain" into the "Country" field', 'Select "Spain" in the "Country" field')  # fmt: skip
        if named is None and (strict or _is_only_a_field(pair.value)):
            field = " ".join(t.value for t in pair.value if t.low not in words.DETERMINERS)
            raise Unclear(f"“{field}” has no value or no field", f'Type "Ada" into the "{field}" field')
        intents += _entered(clause, pair, named, action)
    return intents


def _is_only_a_field(span: Span) -> bool:
    bare = [low for low in span.lows if low not in words.DETERMINERS]
    found = words.FIELD_NOUNS.at(tuple(bare), 0) if bare else None
    return bool(found and found[1] == len(bare)) and not span.has_literal() and len(bare) < len(span)


def _entered(clause: Clause, pair: Assignment, named: Span | None, action: Action) -> list[Intent]:
    if named is None:
        return [Intent(action=action, text=clause.text, values=(read_value(pair.value),))]
    bare = [low for low in named.lows if low not in words.DETERMINERS]
    if bare and set(bare) <= {"text", "content", "contents", "value", "old", "current"}:  # of the field at hand
        return [Intent(action=action, text=clause.text, values=(read_value(pair.value),))]
    if named.text.casefold() in ("it", "there", "here"):
        return [Intent(action=action, text=clause.text, values=(read_value(pair.value),), target=read_target(named))]
    called = len(named) == 1 and named[0].capital  # "in From"
    if words.RELATIONS.at(named.lows, 0) and named[0].low not in words.DETERMINERS and not called:
        target = read_target(Span(named.source, named.tokens)) if not named[0].low else _placed(named)
        return [Intent(action=action, text=clause.text, values=(read_value(pair.value),), target=target)]
    targets = read_targets(named, split_names=False)
    values = read_values(pair.value) if len(targets) > 1 and len(items_of(pair.value)) == len(targets) else ()
    values = values or (read_value(pair.value),) * len(targets)
    return [
        Intent(action=action, text=clause.text, target=target, values=(value,))
        for target, value in zip(targets, values, strict=True)
    ]


def _placed(span: Span) -> Target:
    """Read "next to the Total label" as the field there."""
    found = words.RELATIONS.at(span.lows, 0)
    assert found
    anchor = read_target(span.cut(found[1]))
    return Target(text=span.text, role="field", relations=(Relation(kind=found[0], anchor=anchor),))


def clear(clause: Clause) -> list[Intent]:
    """Read "clear the search field"."""
    body = clause.body
    while len(body) > 2 and body.lows[0] in ("the", "text", "content", "contents", "value", "of", "from", "in", "out"):
        if body.lows[0] == "the" and body.lows[1] not in ("text", "content", "contents", "value"):
            break
        body = body.cut(1)
    if not body:
        return [Intent(action="clear", text=clause.text)]
    bare = [low for low in body.lows if low not in words.DETERMINERS | {"all"}]
    if clause.verb.verb.phrase in ("clear", "empty") and not body.has_literal() and bare in _CLEARED:
        names = [f"clear {bare[0]}", f"reset {bare[0]}"]
        names += [f"clear all {bare[0]}", "clear all"] if bare != ["form"] else []
        first, *others = (Target(text=clause.text, name=name) for name in names)
        return [Intent(action="click", text=clause.text, target=replace(first, alternatives=tuple(others)))]
    return [Intent(action="clear", text=clause.text, target=t) for t in read_targets(body, split_names=True)]


_CLEARED = (["form"], ["filters"], ["filter"], ["selection"])
"""What is cleared by a button of the page rather than as a field."""


def _moved_by_one(clause: Clause) -> Intent | None:
    """Read "move Titanic down" and `move "Mayflower" up twice`: the button "Move down" or "Down" in its line."""
    way, times = take_times(clause.body)
    if len(way) < _PAIR or way[-1].low not in ("up", "down"):
        return None
    line = Relation(kind="row", anchor=read_target(way.cut(0, len(way) - 1)))
    names = (f"Move {way[-1].low}", way[-1].low.capitalize())
    target, other = (Target(text=clause.text, name=name, whole=True, relations=(line,)) for name in names)
    return timed(Intent(action="click", text=clause.text, target=replace(target, alternatives=(other,))), times)


def set_(clause: Clause) -> list[Intent]:
    """Read "set the slider to 5", "change Country to Germany", "set the sliders to [1,2,3]", "set X to on"."""
    body = clause.body
    if clause.verb.verb.phrase == "move" and (stepped := _moved_by_one(clause)):
        return [stepped]
    if clause.verb.verb.phrase in ("move", "drag") and (moved := _moved(clause)):
        return moved
    if ranged := _ranged(clause) or _from_day_to_day(clause) or _of_field_from_or_to(clause):
        return ranged
    if clause.verb.verb.phrase in _STEPPING | _CHANGING and body.find("to", "by", "=") < 0 and not body.has_literal():
        return _stepped(clause)
    if (by := body.find("by")) > 0 and clause.verb.verb.phrase in _RAISING | _LOWERING:
        return _stepped(clause, by)
    if body.find("by") > 0 and body.find("to") < 0 and not body.has_literal():
        raise Unclear(
            f"“{clause.text}” depends on the value before", 'Set the "Quantity" field to 3', 'Click the "+" button'
        )
    place = rightmost(body, "to")
    before = body.find("from")
    if (
        0 < before < place - 1 and not body[before - 1].literal and body[before - 1].low not in words.DETERMINERS
    ):  # "from 5 to 3": what it was says nothing to do
        body = Span(body.source, body.tokens[:before] + body.tokens[place:])
        place = before
    if place > 0 and is_plural(body.cut(0, place)) and (numbers := _numbers(body.cut(place + 1))):
        base = read_target(body.cut(0, place))
        return [
            Intent(action="set", text=clause.text, target=replace(base, ordinal=n), values=(number,))
            for n, number in enumerate(numbers, 1)
        ]
    pairs = assign_all(body, field_first=True)
    intents = _assigned(clause, pairs, "set", strict=True)
    return [_switched(intent) for intent in intents]


def _stepped(clause: Clause, by: int = 0) -> list[Intent]:
    """Read "increase the quantity", "lower the volume by 2": a button of the page, else the keys of the field."""
    phrase, body = clause.verb.verb.phrase, clause.body
    amount = read_number(body.cut(by + 1).text.casefold()) if by else None
    if by and amount is None:
        raise Unclear(
            f"“{clause.text}” does not say by how much", 'Set the "Quantity" field to 3', "Increase the quantity by 2"
        )
    if by:
        body = body.cut(0, by).trimmed()
        clause = replace(clause, span=Span(body.source, clause.span.tokens[: by - len(clause.body)]), body=body)
    intents = named(clause)
    if phrase not in _RAISING | _LOWERING or len(intents) != 1:
        return intents  # "reset the form": the page has a button for it
    told = replace(
        intents[0], makes="raised" if phrase in _RAISING else "lowered", thing=take_times(body)[0].trimmed().text
    )
    return [replace(told, amount=amount, unit="by") if by else told]


_RAISING = frozenset(["increase", "raise"])
_LOWERING = frozenset(["decrease", "lower"])
_CHANGING = frozenset(["change", "update", "modify"])  # "change the milestone": by what opens it for that
_STEPPING = _RAISING | _LOWERING | {"reset"}
_RANGES = frozenset(["range", "period", "interval", "dates"])


def _ranged(clause: Clause) -> list[Intent] | None:
    """Read "set the date range from 1 May to 3 May" as its two fields."""
    body = clause.body
    start, end = body.find("from"), rightmost(body, "to", "until")
    if start < 1 or end <= start + 1 or body[start - 1].low not in _RANGES:
        return None
    fields = (("from", "start date", "start"), ("to", "end date", "end", "until"))
    values = (body.cut(start + 1, end), body.cut(end + 1))
    intents = []
    for (name, *others), value in zip(fields, values, strict=True):
        readings = tuple(Target(text=name, name=other, role="field") for other in others)
        target = Target(text=name, name=name, role="field", alternatives=readings)
        intents.append(Intent(action="set", text=clause.text, target=target, values=(read_value(value),)))
    return intents


def _from_day_to_day(clause: Clause) -> list[Intent] | None:
    """Read "set the holidays to 24 December 2026 to 2 January 2027" as one value of two days."""
    body = clause.body
    first, last = (
        next((i for i, low in enumerate(body.lows) if low in ("to", "from")), -1),
        rightmost(body, "to", "until"),
    )
    if first < 1 or last <= first + 1 or last + 1 >= len(body):
        return None
    days = [body.cut(first + 1, last).text, body.cut(last + 1).text]
    if not all(to_iso_date(day) for day in days):
        return None
    target = read_target(body.cut(0, first))
    return [Intent(action="set", text=clause.text, target=target, values=(" to ".join(days),))]


def _of_field_from_or_to(clause: Clause) -> list[Intent] | None:
    """Read "set From to 2027-04-28", whose field is called by a preposition, and so with a capital."""
    body = clause.body
    if len(body) < 3 or body[1].low != "to" or not body[0].capital or body[0].low not in ("from", "to", "until"):
        return None
    target = Target(text=body[0].value, name=body[0].value, role="field")
    return [Intent(action="set", text=clause.text, target=target, values=(read_value(body.cut(2)),))]


def _moved(clause: Clause) -> list[Intent] | None:
    """Read "move the card to the Done column" as a drag; a slider is set."""
    body = clause.body
    place = next((i for i in range(1, len(body) - 1) if body[i].low in _MOVED), -1)
    if place < 0 or body[place + 1].low.rstrip("%").lstrip("+-").replace(".", "", 1).isdigit():
        return None
    role = words.ROLES.ending(body.lows, place)
    return None if role and role[0] in _WIDGETS else drag(replace(clause, action="drag"))


_MOVED = frozenset(["to", "into", "onto", "before", "after", "above", "below", "on"])


def _numbers(span: Span) -> list[str]:
    """Read "the combination [10,18,15]" and "1, 2 and 3"."""
    words_ = [w for token in span for w in token.value.strip("[]()").split(",") if w and token.low not in ("and", ",")]
    numbers = [w for w in words_ if w.lstrip("+-").replace(".", "", 1).isdigit()]
    others = [w for w in words_ if w not in numbers and w.lower() not in words.DETERMINERS | words.VALUE_NOUNS]
    return numbers if len(numbers) > 1 and not others else []


def _switched(intent: Intent) -> Intent:
    value = (intent.value or "").casefold()
    if value in _ON | _OFF and intent.target is not None:
        return replace(intent, action="check" if value in _ON else "uncheck", values=())
    return intent


# --- several steps in one phrase --------------------------------------------------------------------------------------

_USER_NAMES = ("username", "email", "user", "login", "user name")


def login(clause: Clause) -> list[Intent]:
    """Read "log in as ada with password x"; without a name it is a click on what is called so."""
    body = clause.body
    start = 1 if body.lows[:1] in (("as",), ("with",), ("using",), ("by",), ("to",), (":",)) else 0
    rest = body.cut(start).trimmed()
    while rest and rest[0].low in ("the", "credentials", "following", "user", "entering", ":") and len(rest) > 1:
        if rest[0].low == "user" and rest.lows[1:2] == ("name",):
            break
        rest = rest.cut(1).trimmed()
    parts = _credentials(rest) if start and body.lows[0] != "to" else None
    if not parts:
        if (start and body.lows[0] in ("as", "using")) or (body and body.find("credentials") >= 0):
            raise Unclear(f"“{clause.text}” does not give name and password",
                          'Log in as "ada" with password {PASSWORD}',
                          'Type "ada" into the "Username" field')  # fmt: skip
        name = clause.span.text
        return [Intent(action="click", text=clause.text, target=Target(text=clause.text, name=name))]
    noun, user, password = parts
    name = noun or "username"
    if noun is None and "@" in user:
        name = "email"
    others = tuple(Target(text=name, name=other) for other in _USER_NAMES if other != name) if noun is None else ()
    return [
        Intent(
            action="type", text=clause.text, values=(user,), target=Target(text=name, name=name, alternatives=others)
        ),
        Intent(action="type", text=clause.text, values=(password,), target=Target(text="password", name="password")),
        Intent(action="submit", text=clause.text),
    ]


def _credentials(span: Span) -> tuple[str | None, str, str] | None:
    """Read name and password: what the name is called, the name, the password."""
    cut = next((i for i, t in enumerate(span) if i and t.low in ("with", "and", "/", ",", "using", ":")), -1)
    if cut < 0 or cut + 1 >= len(span):
        return None
    first, second = span.cut(0, cut).trimmed(), span.cut(cut + 1).trimmed()
    while second and second[0].low in ("and", "with", "the", "using", ","):
        second = second.cut(1)
    if not first or not second:
        return None
    (noun, user), (secret, password) = _credential(first), _credential(second)
    if secret is None and not (second[0].literal or noun is None):
        return None
    return noun, user, password


def _credential(span: Span) -> tuple[str | None, str]:
    [one] = assign_all(span, field_first=True)[:1]
    noun = one.noun or one.field
    if noun is None:
        return None, read_value(span)
    return noun.text, read_value(one.value)


def search(clause: Clause) -> list[Intent]:
    """Read "search for mugs": type into the search box, and submit unless the sentence goes on to do so."""
    body = clause.body
    if body and body[0].low == "for":
        body = body.cut(1)
    if not body:
        return [Intent(action="click", text=clause.text, target=Target(text=clause.text, name=clause.verb_text))]
    if (purpose := body.find("for")) > 0 and not body.cut(0, purpose).has_literal():  # "search the table for x"
        body = body.cut(purpose + 1)
    [one] = assign_all(body, field_first=False)[:1]
    box = Target(text="the search box", role="searchbox")
    if one.field is not None and not one.noun:
        box, value = read_target(one.field), one.value
        box = (
            box
            if box.role in ("field", "textbox", "searchbox", "box", None)
            else _inside(Target(text="the search box", role="searchbox"), box)
        )
    else:
        value = body
    typed = Intent(action="type", text=clause.text, target=box, values=(read_value(value),))
    if clause.submits_next:
        return [typed]
    return [typed, Intent(action="submit", text=clause.text)]
