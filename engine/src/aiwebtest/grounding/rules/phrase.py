"""Descriptions of elements, read into targets: name, role, ordinal, states, attribute and relations.

Conventions that the ranker and the checks rely on:

- `Target.alternatives` holds other readings of unquoted words ("Save for later" may be a button of that name, or "Save"
  that belongs to "later"). Readings are of equal right; the page decides.
- A row that an anchor describes is `Relation("row", anchor)` with what the row holds as the anchor ("in the row of
  Ada", "in Ada's row", "in the Ada row"), or with a target of role "row" when the row is counted ("in the 2nd row").
  The same goes for "column".
- "the row of Ada", as a target itself, is role "row" with `Relation("with", Ada)`.
- Nouns for what an application has many of ("the email by Ada", "the second product") become role "item" and stay as a
  modifier: the page rarely prints the noun.
- Leading kinds of a field stay in the name: "the password field" is name "password", role "field".
- `#3` behind a role word stays in the name, with the third one as an alternative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aiwebtest.core.intent import Attribute, Relation, RelationKind, State, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.head import HASH_NUMBER, as_item, ordinal_at, read_head, without_determiners
from aiwebtest.grounding.rules.lexer import Span, fold, lex
from aiwebtest.grounding.rules.problem import Unclear

__all__ = ["ends_complete", "parse_target", "read_target", "settle"]

# Relations that split even between bare words, since names hardly ever hold them.
_STRONG = frozenset({"near", "left_of", "right_of"})
_STRONG_WORDS = frozenset({"inside", "within", "below", "beneath", "underneath", "above", "containing"})


def parse_target(phrase: str) -> Target:
    """Read a description such as `the second "Edit" button in the row of Ada`.

    Raises:
        Unclear: it holds no word to go by.
    """
    return read_target(lex(phrase))


def read_target(span: Span, *, determined: bool = False) -> Target:
    """Read a description that is already in tokens; see `parse_target`.

    `determined` says that an article belongs to it, so that "check boxes" cannot be a name.
    """
    span = span.trimmed()
    if not span:
        raise Unclear("the element is not named", 'Click the "Save" button', 'Type "Ada" into the "Name" field')
    if selected := _selector(span) or _grid_place(span):
        return selected
    if sign := _sign_of(span):
        return sign
    target = _read(span)
    if determined and target.role is None and target.name and (role := words.ROLES.get(fold(target.name))):
        target = replace(target, name=None, role=role)
    readings = [*_rehung(span, target), *_of_kind(span, target), *_alternatives(span, target)]
    others = (*target.alternatives, *(other for other in readings if _core(other) != _core(target)))
    return replace(target, text=span.text, alternatives=others)


_SIGN_AND_OWNER = 3  # words


def _sign_of(span: Span) -> Target | None:
    """Read "the × of Hosting": a sign that stands alone is what is meant, and no ornament of the other words."""
    bare = without_determiners(span)
    if len(bare) < _SIGN_AND_OWNER or bare[0].literal or bare[1].low not in ("of", "for"):
        return None
    sign = bare[0].value
    if any(c.isalnum() for c in sign) or sign[0] in "#[{<>\"'":
        return None
    return Target(text=span.text, name=sign, relations=(Relation(kind="row", anchor=read_target(bare.cut(2))),))


_SELECTOR = re.compile(r"""\[\s*([a-z-]+)\s*[*^$~|]?=\s*["']?([^"'\]]*)["']?\s*\]\Z""")
_SELECTED: dict[str, Attribute] = {"id": "id", "name": "name", "href": "href", "title": "title", "alt": "alt",
                                   "placeholder": "placeholder", "aria-label": "label", "class": "class"}  # fmt: skip
_HASH_NAME = re.compile(r"#[A-Za-z_][\w-]*\Z")


def _selector(span: Span) -> Target | None:
    """Read `[data-testid="checkout"]`, and `#save`, which may be an id or a tag of that wording."""
    if match := _SELECTOR.match(span.text):
        attribute = "testid" if match[1].startswith("data-") else _SELECTED.get(match[1])
        return Target(text=span.text, name=match[2], quoted=True, attribute=attribute) if attribute else None
    if len(span) == 2 and span[0].low in words.GENERIC and span[1].kind == "word" and span[1].value[0] in "#[":
        return _selector(span.cut(1))
    if len(span) == 1 and span[0].kind == "word" and _HASH_NAME.match(span[0].value):
        by_id = Target(text=span.text, name=span.text[1:], quoted=True, attribute="id")
        return Target(text=span.text, name=span.text, alternatives=(by_id,))
    return None


_GRID = re.compile(r"(?:the )?(?:cell (?:in|at) )?row (\d+)(?:,| and|, and| in)? column (\d+)\Z")


def _grid_place(span: Span) -> Target | None:
    """Read "row 3, column 2" as a cell."""
    match = _GRID.match(" ".join(token.low for token in span).replace(" ,", ","))
    if not match:
        return _headed_place(span)
    row, column = (
        Target(text=f"{role} {n}", role=role, ordinal=int(n))
        for role, n in zip(("row", "column"), match.groups(), strict=True)
    )
    relations = (Relation(kind="row", anchor=row), Relation(kind="column", anchor=column))
    return Target(text=span.text, role="cell", relations=relations)


def _headed_place(span: Span) -> Target | None:
    """Read `row 2, column "Rate"` as a cell, and "the cell in row 2 and column Rate" likewise."""
    at, column = span.find("row"), span.find("column")
    named = column > at + 1 and column + 2 == len(span) and not span[-1].low.isdigit()
    if at < 0 or not named or not span[at + 1].low.isdigit() or len(span) - at > _PLACE_WORDS:
        return None
    if any(token.low not in _TO_A_PLACE for token in (*span.tokens[:at], *span.tokens[at + 2 : column])):
        return None
    row = Target(text=span.cut(at, at + 2).text, role="row", ordinal=int(span[at + 1].low))
    header = Target(text=span[-1].value, name=span[-1].value, quoted=span[-1].literal)
    relations = (Relation(kind="row", anchor=row), Relation(kind="column", anchor=header))
    return Target(text=span.text, role="cell", relations=relations)


_TO_A_PLACE = frozenset("the cell in at and , of".split())
_PLACE_WORDS = 8


def _core(target: Target) -> Target:
    return replace(target, text="", alternatives=())


def ends_complete(span: Span) -> bool:
    """Tell whether a description is complete at its end: with quoted text or a role word."""
    if not span:
        return False
    return span[-1].literal or words.ROLES.ending(span.lows, len(span)) is not None


# --- relations ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pieces:
    """What a walk over a description found: its head, and what is said behind the head."""

    head: Span
    attribute: Attribute | None = None
    name: str | None = None
    quoted: bool = False
    states: tuple[State, ...] = ()
    relations: tuple[Relation, ...] = ()
    modifiers: tuple[str, ...] = ()


def _read(span: Span) -> Target:
    pieces = _walk(span)
    held = any(relation.kind == "with" for relation in pieces.relations)  # "rows with Ada" are no thing called "rows"
    target = read_head(pieces.head, named=pieces.name is not None or held)
    if pieces.name is not None:
        extra = (target.name,) if target.name else ()
        target = replace(
            target,
            name=pieces.name,
            quoted=pieces.quoted,
            attribute=pieces.attribute,
            modifiers=target.modifiers + extra,
        )
    if any(relation.kind in ("with", "for", "in") for relation in pieces.relations):
        target = as_item(target, held=pieces.relations[0].kind == "with")
    relations = tuple(settle(relation, target) for relation in target.relations + pieces.relations)
    relations = _of_pager(relations) if target.role == "page" else relations
    modifiers = target.modifiers + pieces.modifiers
    target = replace(
        target, text=span.text, states=target.states + pieces.states, relations=relations, modifiers=modifiers
    )
    kind = [token.low for token in pieces.head if not token.literal and token.low not in words.DETERMINERS]
    held = target.quoted or any(relation.kind == "with" for relation in target.relations)
    if target.role == "alert" and held and kind in (["message"], ["notification"]):  # one of a mailbox
        target = replace(target, alternatives=(replace(target, role="item"),))
    return target


def _of_pager(relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """Let "page 2 of the table" be what stands by the table, and "of the results" say nothing: links stand outside."""
    kept = []
    for relation in relations:
        anchor = relation.anchor
        listed = relation.kind in ("in", "for") and anchor.role in ("table", "list", "result", "item")
        if listed and anchor.name is None and anchor.role in ("result", "item") and not anchor.relations:
            continue
        kept.append(Relation(kind="near", anchor=anchor) if listed else relation)
    return tuple(kept)


def _walk(span: Span) -> _Pieces:
    lows = span.lows
    for i in range(len(span)):
        if span[i].literal:
            continue
        if found := _attribute_at(span, i):
            attribute, name, quoted, end = found
            rest = span.cut(end)
            pieces = _Pieces(span.cut(0, i), attribute, name, quoted)
            return _with_rest(pieces, rest)
        if i and (state := _state_clause(span, i)):
            states, end = state
            return _with_rest(_Pieces(span.cut(0, i), states=states), span.cut(end))
        if i and (where := _where_clause(span, i)):
            return _Pieces(span.cut(0, i), relations=(where,))
        if i and (position := _position(span, i)):
            modifiers, end = position
            pieces = _with_rest(_Pieces(span.cut(0, i)), _of_place(span.cut(end)))
            pieces.modifiers += modifiers
            return pieces
        found_relation = words.RELATIONS.at(lows, i)
        if i and span[i].capital and lows[i - 1] in words.DETERMINERS:
            continue  # "the In progress column"
        if found_relation and i and i + found_relation[1] < len(span):
            kind, size = found_relation
            left, right = span.cut(0, i), span.cut(i + size)
            if _splits(left, kind, lows[i : i + size], right):
                if lows[i] == "from" and left.lows[-1] in words.ITEM_NOUNS:
                    kind = "with"
                return _Pieces(left, relations=(Relation(kind=kind, anchor=_read(right)),))
    return _Pieces(span)


def _with_rest(pieces: _Pieces, rest: Span) -> _Pieces:
    """Add what stands behind an attribute phrase: a role word ("... Search' field"), or relations."""
    rest = rest.trimmed()
    if not rest:
        return pieces
    found = words.RELATIONS.at(rest.lows, 0)
    if found and found[1] < len(rest):
        anchor = _read(rest.cut(found[1]))
        pieces.relations += (Relation(kind=found[0], anchor=anchor),)
        return pieces
    joined = Span(rest.source, pieces.head.tokens + rest.tokens)
    inner = _walk(joined) if len(joined) > len(pieces.head) else _Pieces(joined)
    pieces.head, pieces.relations = inner.head, inner.relations
    pieces.states += inner.states
    return pieces


def _attribute_at(span: Span, i: int) -> tuple[Attribute | None, str, bool, int] | None:
    """Read "with placeholder 'x'", "labelled x" or "test id x" at `i`: attribute, name, quoted, where it ends."""
    lows = span.lows
    namer = words.NAMERS.at(lows, i) if without_determiners(span.cut(0, i)) else None  # but "the reading lamp"
    if namer and lows[i + namer[1] : i + namer[1] + 1] != ("attribute",):
        return _named(span, None, i + namer[1])
    place = i
    if i and lows[place] in ("with", "having", "whose", "by", "has", "that"):
        place += 1
        if lows[place : place + 1] == ("has",):
            place += 1
        if lows[place : place + 1] and lows[place] in ("a", "an", "the"):
            place += 1
    elif i:
        return None
    found = words.ATTRIBUTES.at(lows, place)
    if not found:
        return None
    attribute, size = found
    place += size
    if i == 0 and not _bare_attribute(span, attribute, place):
        return None
    while place < len(span) and lows[place] in ("is", "=", ":", "of", "equal", "to", "equals", "as", "reads", "says"):
        place += 1
    return _named(span, attribute, place)


def _bare_attribute(span: Span, attribute: Attribute, place: int) -> bool:
    """Tell whether a description may start with the attribute itself: "test id checkout", but not "title 'x'"."""
    if attribute == "testid":
        return True
    return attribute in ("id", "placeholder", "alt") and place < len(span) and span[place].literal


def _named(span: Span, attribute: Attribute | None, place: int) -> tuple[Attribute | None, str, bool, int] | None:
    if place >= len(span):
        return None
    if span[place].literal:
        return attribute, span[place].value, True, place + 1
    end = place + 1
    while end < len(span) and attribute not in ("id", "testid", "class"):
        if words.RELATIONS.at(span.lows, end) or span[end].kind == "stop":
            break
        end += 1
    return attribute, span.cut(place, end).text, False, end


_POSITIONS = frozenset("top bottom left right upper lower center centre middle left-hand right-hand top-left top-right "
                       "bottom-left bottom-right upper-left upper-right".split())  # fmt: skip


def _position(span: Span, i: int) -> tuple[tuple[str, ...], int] | None:
    """Read "in the top right corner" and "at the bottom" at `i`: words that only hint where to look."""
    lows = span.lows
    if lows[i] not in ("in", "at", "on", "to") or i + 1 >= len(span):
        return None
    place = i + 1 + (lows[i + 1] in words.DETERMINERS)
    start = place
    while place < len(span) and lows[place] in _POSITIONS:
        place += 1
    found = lows[start:place]
    place += lows[place : place + 1] in (("corner",), ("side",), ("hand",), ("part",), ("end",))
    place += lows[place : place + 1] in (("corner",), ("side",))
    behind = lows[place : place + 1]
    sided = behind == ("of",) and found in (("left",), ("right",))
    if not found or sided or (behind and behind[0] not in ("of", "in", "on", ",")):
        return None
    return found, place


def _of_place(rest: Span) -> Span:
    """Leave out "of the page", which says nothing."""
    bare = tuple(low for low in rest.lows if low not in words.DETERMINERS)
    return rest.cut(len(rest)) if bare in (("of", "page"), ("of", "screen"), ("on", "page"), ("of", "window")) else rest


def _where_clause(span: Span, i: int) -> Relation | None:
    """Read `where Name is "Ada"` and `whose Name is "Ada"` at `i`: what a row holds, and in which column."""
    if span.lows[i] not in ("where", "whose"):
        return None
    for place in range(i + 2, len(span) - 1):
        if not span[place].literal and span[place].low in ("is", "=", "equals", "contains", "says", "reads", "has"):
            held, column = _read(span.cut(place + 1)), _read(span.cut(i + 1, place))
            if words.ATTRIBUTES.get(fold(column.name or "")):
                return None
            by = Relation(kind="column", anchor=replace(column, role=None))
            return Relation(kind="with", anchor=replace(held, relations=(*held.relations, by)))
    return None


def _state_clause(span: Span, i: int) -> tuple[tuple[State, ...], int] | None:
    """Read "that is disabled" or "which are checked" at `i`: the states, and where it ends."""
    lows = span.lows
    if lows[i] not in ("that", "which") or lows[i + 1 : i + 2] not in (("is",), ("are",)):
        return None
    place = i + 2
    negated = lows[place : place + 1] == ("not",)
    place += negated
    place += lows[place : place + 1] == ("currently",)
    if place >= len(span) or lows[place] not in words.STATES:
        return None
    state = words.STATES[lows[place]]
    if negated:
        opposite = words.OPPOSITES.get(state)
        if opposite is None:
            return None
        state = opposite
    return (state,), place + 1


def _splits(left: Span, kind: RelationKind, relation: tuple[str, ...], right: Span) -> bool:
    """Tell whether a relation word between `left` and `right` is one, and not part of a name."""
    if kind in _STRONG or len(relation) > 1 or relation[0] in _STRONG_WORDS:
        return True
    if ends_complete(left) or left.lows[-1] in words.GENERIC | words.ITEM_NOUNS:
        return True
    if left.lows[-1] in words.PHRASAL.get(relation[0], frozenset()):
        return False
    if right.lows[0] in words.DETERMINERS or right[0].literal or ordinal_at(right, 0):
        return True
    bare_role = words.ROLES.ending(right.lows, len(right))
    return bare_role is not None and bare_role[1] < len(right) and kind in ("in", "below", "above")


def settle(relation: Relation, target: Target) -> Relation:
    """Give a relation the kind that its anchor calls for."""
    kind, anchor = relation.kind, relation.anchor
    if kind in ("for", "in") and anchor.role == "item" and not anchor.name and not anchor.ordinal and anchor.relations:
        return Relation(kind="row", anchor=_owned(anchor))
    if kind in ("for", "in") and anchor.role in ("row", "column") and target.role == "cell":
        return _line(anchor, "row" if anchor.role == "row" else "column")
    if kind == "for" and target.ordinal is not None and anchor.name is not None and anchor.role is None:
        return Relation(kind="in", anchor=anchor)  # "the first card of To do"
    if kind == "for" and target.role in ("row", "item", "card", "result", "cell"):
        return Relation(kind="with", anchor=anchor)
    if kind in ("for", "in") and anchor.role in ("item", "card") and anchor.name is not None:
        return Relation(kind="row", anchor=replace(anchor, role=None))
    if kind in ("for", "in", "below") and anchor.role in ("row", "column"):
        return _line(anchor, "row" if anchor.role == "row" else "column")
    if kind == "for" and anchor.role in words.CONTAINERS:
        return Relation(kind="in", anchor=anchor)
    if kind == "below" and relation.anchor.role in words.CONTAINERS - {"row", "table", "alert", "result", "item"}:
        return Relation(kind="in", anchor=anchor)
    return relation


def _owned(thing: Target) -> Target:
    """Return Dora for "the comment by Dora", and the comment as well: a text of another's may name her."""
    whose = thing.relations[0].anchor
    name = whose.name or ""
    said = re.search(rf"\b(?:by|from|of) {re.escape(name)}\Z", thing.text)
    if whose.quoted or not name[:1].isupper() or not thing.modifiers or said is None:
        return whose
    both = Target(text=thing.text, name=f"{thing.modifiers[-1]} of {name}")
    return replace(whose, alternatives=(*whose.alternatives, both))


def _line(anchor: Target, kind: RelationKind) -> Relation:
    """Make "in the row of Ada" a relation to Ada, "in the Users table" kept."""
    if anchor.name is not None:
        return Relation(kind=kind, anchor=replace(anchor, role=None))
    held = next((r for r in anchor.relations if r.kind in ("with", "for")), None)
    if held is None or anchor.ordinal is not None:
        return Relation(kind=kind, anchor=anchor)
    others = tuple(r for r in anchor.relations if r is not held)
    named = held.anchor
    if named.name and named.role and not named.quoted and not named.relations:  # a page called "Price list" is no list
        named = replace(named, alternatives=(*named.alternatives, Target(text=named.text, name=named.text)))
    return Relation(kind=kind, anchor=replace(named, relations=named.relations + others))


# --- other readings ---------------------------------------------------------------------------------------------------


def _rehung(span: Span, target: Target) -> list[Target]:
    """Return the reading in which "the button in the dialog labelled x" says what the button is called."""
    if target.name is not None or len(target.relations) != 1 or not target.role:
        return []
    [relation] = target.relations
    anchor = relation.anchor
    if anchor.name is None or anchor.role is None or not any(words.NAMERS.at(span.lows, i) for i in range(len(span))):
        return []
    place = Relation(kind=relation.kind, anchor=replace(anchor, name=None, quoted=False, attribute=None))
    return [replace(target, name=anchor.name, quoted=anchor.quoted, attribute=anchor.attribute, relations=(place,))]


def _of_kind(span: Span, target: Target) -> list[Target]:
    """Return the reading in which `the "textarea" widget` says what kind of control it is, not what it is called."""
    place = span.find(*words.GENERIC)
    if target.role not in (None, "element") or target.name is None or target.attribute is not None or place < 1:
        return []
    kind = fold(target.name)
    if fold(span[place - 1].value).split()[-1:] != kind.split()[-1:]:
        return []
    role = words.ROLES.get(f"{kind} input") or words.ROLES.get(kind)  # the "text" control is a text input
    return [replace(target, name=None, quoted=False, role=role)] if role else []


def _alternatives(span: Span, target: Target) -> list[Target]:
    """Return further readings of words that the writer did not quote."""
    if span.has_literal() or target.anaphora:
        return []
    bare = without_determiners(span)
    if not bare:
        return []
    others: list[Target] = []
    if span[0].low in words.POSSESSIVES and bare is not span and len(bare) < len(span):
        others.append(Target(text=span.text, name=span.text))  # "my account"
    role = words.ROLES.ending(bare.lows, len(bare))
    if role and role[1] == len(bare) and target.role is None and target.name and not target.relations:
        others.append(Target(text=span.text, role=role[0]))
    if (target.states or target.modifiers) and role and role[1] < len(bare) and not target.relations:
        others.append(replace(target, name=bare.cut(0, len(bare) - role[1]).text, states=(), modifiers=()))
    if counted := _counted(span, bare, target):
        others.append(counted)
    whole = Target(text=span.text, name=bare.text)
    dissected = target.relations or target.ordinal is not None or target.role or target.states or target.modifiers
    plural = target.name is None and target.ordinal is None and fold(bare.text) in words.PLURALS  # "the notifications"
    if dissected and (target.name or span[0].capital or bare is span or plural) and len(bare) < words.LONGEST_NAME:
        others.append(whole)
    if target.role == "page" and target.name and target.name.isdigit():
        others.append(replace(target, role=None, name=f"page {target.name}"))
    if target.role and target.name and (match := HASH_NUMBER.match(target.name)):
        others.append(replace(target, name=None, ordinal=int(match[1])))
        others.append(replace(target, name=bare.text))
    return others


def _counted(span: Span, bare: Span, target: Target) -> Target | None:
    """Return the reading of "the first class" in which it is one of several: it may be a name as well."""
    first = words.ORDINALS.at(bare.lows, 0)
    named = first is not None and len(bare) == first[1] + 1 and bare[-1].low in words.ORDINAL_NAMES
    if first is None or not named or target.ordinal is not None or bare is span or any(t.capital for t in bare):
        return None
    return Target(text=span.text, name=bare[-1].value, ordinal=first[0])
