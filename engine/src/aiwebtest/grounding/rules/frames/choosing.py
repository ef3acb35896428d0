"""Frames of verbs that choose: select, deselect, upload, and copy, which takes a value from the page."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.intent import Action, Intent, Target
from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.assignments import rightmost
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.dates import looks_like_date, looks_like_time
from aiwebtest.grounding.rules.frames.commands import paged
from aiwebtest.grounding.rules.frames.patterns import described_option
from aiwebtest.grounding.rules.frames.pointing import named, point_path
from aiwebtest.grounding.rules.lexer import Span, Token, fold
from aiwebtest.grounding.rules.phrase import ends_complete, read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import (
    is_plural,
    items_of,
    read_number,
    read_targets,
    read_value,
    read_values,
    take_purpose,
    take_times,
)

__all__ = ["copy", "deselect", "owner", "select", "upload"]

_ADJUSTED = frozenset(["slider", "spinner", "datepicker", "timepicker", "colorpicker"])
_CLICKED = frozenset(["tab", "link", "button", "row", "cell", "menuitem", "icon", "card", "image", "item", "result",
                      "treeitem", "columnheader", "column", "page"])  # fmt: skip
_MARKED = frozenset(["checkbox", "radio", "switch"])
_FIELDS = frozenset(
    ["select", "list", "field", "menu", "box", "textbox", "datepicker", "slider", "spinner", "timepicker"]
)
_FILE = re.compile(r"[^\s/\\]*\.[A-Za-z0-9]{2,5}\Z")


def select(clause: Clause) -> list[Intent]:
    """Read `select "A" from the list`, "choose the Yes radio button", "set the date", "pick 10/11/2016 as the date"."""
    if described := described_option(clause):
        return described
    body, _ = take_times(take_purpose(clause.body))
    if not body or body.lows == ("nothing",):
        if body:
            return []
        raise Unclear(f"“{clause.text}” does not say what to select", 'Select "Germany" in the "Country" list')
    if any(token.low == ">" for token in body):
        return point_path(clause, body, "click")
    if file := _file(clause, body):
        return file
    if dated := _dated(clause, body):
        return dated
    if body.lows[-1] == "page" and (size := paged(clause, body)):
        return [size]
    if several := _several(body):
        return [intent for part in several for intent in select(replace(clause, body=part))]
    place = _source(body)
    if place > 0:
        return _from_source(clause, body.cut(0, place), body.cut(place + 1), body[place].low)
    return _bare(clause, body)


def _several(body: Span) -> list[Span]:
    """Part `"A" in the first list and "B" in the second list` into its selections, if it holds more than one."""
    parts: list[Span] = []
    pending: list[Token] = []
    for item in items_of(body):
        pending += item.tokens
        part = Span(body.source, tuple(t for t in body.tokens if pending[0].start <= t.start <= pending[-1].start))
        place = _source(part)
        if place > 0 and ends_complete(part):
            parts.append(part)
            pending = []
    return parts if len(parts) > 1 and not pending else []


def _source(body: Span) -> int:
    """Return the place of the preposition between options and what holds them, or -1."""
    for prepositions in (
        ("from",),
        ("in", "into", "inside", "within"),
        ("as", "for", "on", "with", "using", "of", "under"),
    ):
        place = rightmost_source(body, prepositions)
        if place > 0:
            return place
    return -1


def rightmost_source(body: Span, prepositions: tuple[str, ...]) -> int:
    """Return the place of a preposition whose right side is a place to choose from, or -1."""
    for i in range(1, len(body) - 1):
        if body[i].kind == "quote" or body[i].low not in prepositions:
            continue
        left, right = body.cut(0, i), body.cut(i + 1)
        if body[i].low == "with" and words.ATTRIBUTES.at(right.lows, 1 if right.lows[0] in words.DETERMINERS else 0):
            continue
        if body[i].low in ("with", "using"):
            role = words.ROLES.ending(right.lows, len(right))
            if not role or role[0] not in _ADJUSTED:
                continue
        sure = right[0].low in words.DETERMINERS or right[0].literal or ends_complete(right)
        named = body[i].low in ("from", "in", "as", "for", "under") and (
            right[0].capital or _has_no_case(right[0].value)
        )
        if left[-1].literal or sure or named or (body[i].low == "as" and _is_noun(right)):
            return i
    return -1


def _is_noun(span: Span) -> bool:
    """Tell whether "as department" says what something is chosen for, rather than how: "as default"."""
    plain = len(span) <= _LONGEST_NOUN and all(token.kind == "word" and token.low.isalpha() for token in span)
    return plain and not any(token.low in _HOW for token in span)


_LONGEST_NOUN = 2  # words
_HOW = frozenset("default favourite favorite primary main preferred usual current active read unread done new".split())


def _has_no_case(word: str) -> bool:
    """Tell whether a word is of a script without capitals: in an English sentence it is a name of the page."""
    return word[:1].isalpha() and word.lower() == word.upper()


def _from_source(clause: Clause, options: Span, source: Span, preposition: str) -> list[Intent]:
    target = read_target(source)
    if preposition in ("of", "for", "in", "on", "under") and (direct := _direct(clause, options, source, preposition)):
        return direct
    counted = _position(options)
    if counted is not None:
        return [Intent(action="select", text=clause.text, target=target, position=counted)]
    if is_plural(options) and not options.has_literal() and read_number(options[0].low) is not None:
        read_targets(options, split_names=False)  # refuses "2 options"
    values = read_values(_option_names(options))
    if target.role in _ADJUSTED and len(values) == 1:
        return [Intent(action="set", text=clause.text, target=target, values=values)]
    if len(values) == 1 and (looks_like_date(values[0]) or looks_like_time(values[0])) and preposition != "from":
        return [Intent(action="set", text=clause.text, target=target, values=values)]
    return [Intent(action="select", text=clause.text, target=target, values=values)]


def _direct(clause: Clause, options: Span, source: Span, preposition: str) -> list[Intent] | None:
    """Read "select the second row in the table", whose thing is no option of a control."""
    found = words.ROLES.ending(options.lows, len(options))
    if not found or found[0] not in _CLICKED | _MARKED or found[0] == "item":
        return None
    whole = Span(options.source, tuple(t for t in clause.body.tokens if options[0].start <= t.start <= source[-1].end))
    return _elements(clause, whole, found[0])


def _elements(clause: Clause, span: Span, role: str) -> list[Intent]:
    action: Action = "check" if role in _MARKED else "select" if role == "row" else "click"
    targets = [one for target in read_targets(span, split_names=False) for one in _each_row(target, span)]
    return [Intent(action=action, text=clause.text, target=target) for target in targets]


def _each_row(target: Target, span: Span) -> list[Target]:
    """Return "the rows of Ada and Bob" as two rows."""
    if target.role != "row" or len(target.relations) != 1 or "rows" not in span.lows:
        return [target]
    [relation] = target.relations
    named = span.cut(span.find("rows") + 2)
    names = items_of(named)
    if relation.kind != "with" or len(names) < 2 or fold(named.text) != fold(relation.anchor.text):
        return [target]
    return [replace(target, relations=(replace(relation, anchor=read_target(name)),)) for name in names]


def _position(options: Span) -> int | None:
    """Read "the first option", "the last one"."""
    if options.has_literal():
        return None
    target = read_target(options)
    countable = target.role in ("option", "item", "element", None, "result", "menuitem") and target.name is None
    return target.ordinal if countable and not target.relations else None


def _option_names(options: Span) -> Span:
    """Leave out "the option" and "options" around names."""
    span = options.trimmed()
    while len(span) > 1 and span[0].low in words.DETERMINERS | {"multiple", "several", "following", "both"}:
        span = span.cut(1)
    literals = [token for token in span if token.literal]
    if len(literals) == 1 and span[0].literal and span[-1].low in ("option", "item", "entry", "choice", "value"):
        return span.cut(0, 1)
    if len(span) > 1 and span[0].low in words.ITEM_NOUNS and not span[0].capital and span[1].capital:
        span = span.cut(1)  # "invoice INV-003"
    while len(span) > 1 and span[0].low in ("option", "options", "item", "items", "value", "values", "entry", "choice"):
        span = span.cut(1).trimmed()
    if len(span) > 1 and span[-1].low in ("option", "options", "item", "items", "entry", "choice", "value"):
        span = span.cut(0, len(span) - 1)
    return span


def _bare(clause: Clause, body: Span) -> list[Intent]:
    """Read a selection that does not say from where."""
    if body[0].low == "all" and len(body) <= 2 and not body.has_literal():
        return named(clause)
    place = rightmost(body, "to", "as", "=")
    if place > 0 and (body[0].low in words.DETERMINERS or body.cut(0, place).has_literal()):
        return _from_source(clause, body.cut(place + 1), body.cut(0, place), "as")
    found = words.ROLES.ending(body.lows, len(body))
    role = found[0] if found else (start[0] if (start := _leading_role(body)) else None)
    if role in _MARKED | _CLICKED - {"item"}:
        assert role
        return _elements(clause, body, role)
    counted = _position(body)
    if counted is not None:
        read_targets(body, split_names=False)  # refuses "3 items"
        thing = read_target(body)  # "the first flight": of what the page calls flights, if it does
        told = thing if thing.role == "item" and thing.modifiers else None
        return [Intent(action="select", text=clause.text, target=told, position=counted)]
    if related := _related(clause, body):
        return related
    if noun := _field_and_option(body):
        return [Intent(action="select", text=clause.text, target=read_target(noun[0]), values=(read_value(noun[1]),))]
    return [Intent(action="select", text=clause.text, values=read_values(_option_names(body)))]


def _leading_role(body: Span) -> tuple[str, int] | None:
    start = 1 if body.lows[0] in words.DETERMINERS else 0
    found = words.ROLES.at(body.lows, start)
    behind = body[start + found[1]] if found and start + found[1] < len(body) else None
    named = behind is not None and (behind.literal or (behind.capital and found is not None and found[0] in _MARKED))
    return found if named else None


def _related(clause: Clause, body: Span) -> list[Intent] | None:
    """Read "select the product next to Ada": relations make it an element."""
    target = read_target(body)
    if not target.relations or (target.name is None and target.role is None):
        return None
    if target.role in _MARKED | _CLICKED | {"item"}:
        return _elements(clause, body, target.role or "")
    return [Intent(action="select", text=clause.text, target=target, values=(target.name,) if target.name else ())]


def _field_and_option(body: Span) -> tuple[Span, Span] | None:
    """Read `the country "Germany"` and "country Germany"."""
    start = 1 if body.lows[0] in words.DETERMINERS else 0
    if start < len(body) and body[start].literal and len(body) > start + 1 and not body.cut(start + 1).has_literal():
        rest = body.cut(start + 1)
        if all(token.kind == "word" for token in rest) and rest[-1].low not in (
            "option", "item", "entry", "choice", "value", "options", "and"):  # fmt: skip
            return rest, body.cut(start, start + 1)
    if body[-1].literal and len(body) - 1 > start and not body.cut(0, len(body) - 1).has_literal():
        noun = body.cut(start, len(body) - 1).trimmed()
        if noun and noun.lows[-1] not in words.VALUE_NOUNS | {"option", "options", "item", "entry", "choice", ","}:
            return noun, body.cut(len(body) - 1)
    found = words.FIELD_NOUNS.at(body.lows, start)
    if found and start + found[1] < len(body) and body[start + found[1]].capital and not body.has_literal():
        return body.cut(start, start + found[1]), body.cut(start + found[1])
    return None


def _dated(clause: Clause, body: Span) -> list[Intent] | None:
    """Read "the date 10/11/2016" and "10 June 2026 as the start date" as something to set."""
    place = rightmost(body, "as", "for", "in", "on")
    value, field = (body.cut(0, place), body.cut(place + 1)) if place > 0 else (body, None)
    start = 1 if value and value.lows[0] in words.DETERMINERS else 0
    noun = words.FIELD_NOUNS.at(value.lows, start)
    rest = value.cut(start + noun[1]).trimmed() if noun and start + noun[1] < len(value) else None
    for span, named_by in ((rest, value.cut(start, start + noun[1]) if noun else None), (value.cut(start), field)):
        if not span:
            continue
        text = span[0].value if len(span) == 1 else span.text
        if looks_like_date(text) or looks_like_time(text):
            owner = field or named_by
            target = read_target(owner) if owner else None
            return [Intent(action="set", text=clause.text, target=target, values=(text,))]
    return None


def deselect(clause: Clause) -> list[Intent]:
    """Read `deselect "A" from the list`."""
    intents = select(clause)
    return [replace(i, action="uncheck" if i.action == "check" else "deselect") for i in intents]


# --- files and copies -------------------------------------------------------------------------------------------------


def _file(clause: Clause, body: Span) -> list[Intent] | None:
    """Read `choose the file "a.pdf" in the Attachment field` as an upload."""
    lows = [low for low in body.lows if low not in words.DETERMINERS]
    if lows and lows[0] in ("file", "files") and len(lows) > 1 and any(_FILE.search(t.value) for t in body):
        return upload(clause)
    return None


def upload(clause: Clause) -> list[Intent]:
    """Read `upload "a.pdf" to the "Avatar" field`."""
    body, _ = take_times(take_purpose(clause.body))
    if clause.verb.verb.phrase == "import" and not any(_FILE.search(token.value) for token in body):
        return named(clause)
    place = next((i for i in range(1, len(body) - 1)
                  if body[i].kind == "word" and body[i].low in ("to", "into", "in", "using", "via", "through",
                      "with", "for", "as", "on")),
                 -1)  # fmt: skip
    files, field = (body.cut(0, place), body.cut(place + 1)) if place > 0 else (body, None)
    paths = tuple(_path(item) for item in items_of(files))
    if not paths:
        raise Unclear(f"“{clause.text}” names no file", 'Upload "files/photo.png" to the "Avatar" field')
    target = read_target(field) if field else None
    if target is not None and target.role == "dialog":
        target = None  # the dialog is the system's
    if target is not None and target.role in _FIELD_NAMES and not target.quoted:
        # "as the cover picture": the field's name; a picture of somebody takes no file
        said = " ".join(token.value for token in field or () if token.low not in words.DETERMINERS)
        drawn = () if "avatar" in said.lower().split() else (target,)
        by_verb = Target(text=target.text, name=f"{clause.verb_text} {said}")  # the button that asks for it
        target = replace(target, name=said, role=None, alternatives=(*target.alternatives, *drawn, by_verb))
    return [Intent(action="upload", text=clause.text, target=target, values=paths)]


_FIELD_NAMES = frozenset(["image", "quote", "text", "logo", "code"])  # kinds that a field for a file is called after


def _path(span: Span) -> str:
    literals = [token for token in span if token.literal]
    if len(literals) == 1 and span[-1].literal:
        return literals[0].value
    named_files = [token.value for token in span if _FILE.search(token.value) or "/" in token.value]
    others = [t for t in span if t.value not in named_files and t.low not in words.DETERMINERS
              and t.low not in ("file", "files", "image", "picture", "document", "photo", "named",
                  "called")]  # fmt: skip
    if len(named_files) != 1 or others:
        raise Unclear(f"“{span.text}” is not the path of one file", 'Upload "files/photo.png" to the "Avatar" field')
    return named_files[0]


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


def copy(clause: Clause) -> list[Intent]:
    """Read "remember the total as {total}". A save without a variable is a click on what is called so."""
    body = clause.body
    place = rightmost(body, "as", "into", "in", "to", "under")
    if place > 0 and body[place].low == "as" and (click := _saved_as(clause, body.cut(0, place), body.cut(place + 1))):
        return [click]
    variable = _variable(body.cut(place + 1), body[place].low) if place > 0 else None
    if variable is None:
        if clause.verb.verb.phrase in ("save", "store", "record", "keep", "get", "read", "copy", "take"):
            return named(clause)
        if clause.extracting and body:
            return [Intent(action="copy", text=clause.text, target=read_target(owner(body)))]
        raise Unclear(f"“{clause.text}” does not name a variable",
                      f"Remember {body.text or 'the total'} as {{total}}")  # fmt: skip
    return [Intent(action="copy", text=clause.text, target=read_target(owner(body.cut(0, place))), into=variable)]


_SAVING = frozenset(["save", "store", "keep"])
_SAVED_AS = frozenset(["draft", "template", "copy", "default", "pdf", "favourite", "favorite"])


def _saved_as(clause: Clause, thing: Span, kind: Span) -> Intent | None:
    """Read "save it as a draft" as a click on "Save as draft" or "Save draft"; with an article it is no variable."""
    bare = [token for token in kind if token.low not in ("a", "an")]
    article = len(bare) < len(kind)
    named = len(bare) == 1 and bare[0].kind == "word" and (article or bare[0].low in _SAVED_AS)
    if clause.extracting or clause.verb.verb.phrase not in _SAVING or not named or thing.has_literal():
        return None
    verb, what = clause.verb_text, bare[0].value
    said = " ".join(token.value for token in thing if token.low not in words.DETERMINERS | words.ANAPHORA)
    names = [f"{verb} as {what}", f"{verb} {what}", *([f"{verb} {said} as {what}"] if said else [])]
    first, *others = (Target(text=clause.text, name=name, whole=True) for name in names)
    return Intent(action="click", text=clause.text, target=replace(first, alternatives=tuple(others)))


def owner(span: Span) -> Span:
    """Leave out "the value of", "the text of" in front of the thing."""
    start = 1 if span.lows[:1] and span.lows[0] in words.DETERMINERS else 0
    if len(span) > start + 2 and span.lows[start] in ("value", "text", "content",
        "contents") and span.lows[start + 1] in (
        "of", "in", "from", "shown"):  # fmt: skip
        return span.cut(start + 2)
    return span


def _variable(span: Span, preposition: str) -> str | None:
    """Return the variable that the words name: {total}, $total, "as total", "in the variable total"."""
    span = span.trimmed()
    told = preposition == "as" or "variable" in span.lows
    while len(span) > 1 and span[0].low in (*words.DETERMINERS, "variable", "var", "name"):
        span = span.cut(1)
    if len(span) != 1:
        return None
    token = span[0]
    if token.kind == "hole":
        found = PLACEHOLDER.fullmatch(token.value)
        return found[1] if found else None
    name = token.value.lstrip("$@").strip("<>")
    return name if _VARIABLE.match(name) and (told or name != token.value) else None
