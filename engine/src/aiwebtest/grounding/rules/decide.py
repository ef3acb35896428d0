"""Decide which element an intent means: clearly one, several alike, or none. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from aiwebtest.core.grounding import Candidate, Decision
from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.choices import choices, offered
from aiwebtest.grounding.rules.chosen_rows import counts_a_thing, row_to_select, row_to_tick, thing_to_select
from aiwebtest.grounding.rules.clicks import ARTICLE, CHOOSES, OPENERS, bare_text, called_as_said, is_clear, pressed
from aiwebtest.grounding.rules.dated import button_with_date
from aiwebtest.grounding.rules.dates import looks_like_date, looks_like_time
from aiwebtest.grounding.rules.features import Evidence, is_mere
from aiwebtest.grounding.rules.find import candidate
from aiwebtest.grounding.rules.forms import form_to_submit, untold
from aiwebtest.grounding.rules.nearest import nearest
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.rank import NOTHING_BEFORE, Context, Ranking, rank
from aiwebtest.grounding.rules.rewording import rewordings
from aiwebtest.grounding.rules.showing import filtering, is_filtering
from aiwebtest.grounding.rules.sorting import is_sorting, sorting
from aiwebtest.grounding.rules.steppers import through_steppers
from aiwebtest.grounding.rules.weights import ALIKE, CLEAR, FITS, LEAD, NEAREST
from aiwebtest.grounding.rules.wording import JUST_SO, wording

__all__ = ["Context", "decide", "is_mere_text", "reworded"]

_SHOWN = 5  # candidates that are told
_ANY = re.compile(r"(?:an?|any)\s(?!few\b|lot\b)", re.IGNORECASE)  # "a checkbox": whichever


def decide(intent: Intent, snapshot: Snapshot, context: Context = NOTHING_BEFORE) -> Decision:
    """Return what the rules make of an intent on a page.

    The intent's placeholders must be filled. Of a drag only the source is decided; ask again with `to` as the target.
    """
    ranking = _ranked(intent, snapshot, context)
    if not is_clear(ranking) and (field := _field_called(intent, snapshot, context)) is not None:
        ranking = field
    elif not is_clear(ranking) and (plain := _without_its_kind(intent, snapshot, context)) is not None:
        ranking = plain
    return _verdict(intent, ranking, snapshot)


_FILLED = frozenset(["type", "append", "clear", "set", "select"])


def _field_called(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the field "Item" of `enter "Cheese" as the item`, where the word is also one for a kind of thing."""
    target = intent.target
    if intent.action not in _FILLED or target is None or target.name or not target.role or target.relations:
        return None
    named = replace(target, role=None, name=ARTICLE.sub("", target.text, count=1), alternatives=())
    found = _ranked(replace(intent, target=named), snapshot, context)
    return found if is_clear(found) and found.found[0].named in JUST_SO else None


_KINDS_OF_VALUE = re.compile(r"(?P<name>.+) (?:date|day|time)", re.IGNORECASE)
_KINDS_OF_CHOICE = frozenset("answer option choice value entry".split())


def _without_its_kind(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the field "Departure" for "the departure date", and what `the answer "The Sun"` chooses by itself."""
    target = intent.target
    if target is None or target.quoted or target.role or target.relations or not intent.values:
        return None
    if intent.action == "select" and target.name in _KINDS_OF_CHOICE:
        offers = choices(replace(intent, target=None), snapshot, context)
        return offers if is_clear(offers) else None
    said = _KINDS_OF_VALUE.fullmatch(target.name or "")
    dated = all(looks_like_date(value) or looks_like_time(value) for value in intent.values)
    if said is None or intent.action not in _FILLED or not dated:
        return None
    named = replace(target, name=said["name"], role="field", alternatives=())
    found = _ranked(replace(intent, target=named), snapshot, context)
    return found if is_clear(found) and found.found[0].named in JUST_SO else None


_ASKS_FOR_ONE = re.compile(r"(?P<chooses>select|choose|pick)?\w* (?:an?|any) ", re.IGNORECASE)
_LISTS = frozenset(["true", "menu", "listbox", "tree", "grid"])  # what a button may open to choose in


def _asks_for_one(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the button "Choose a page" of just that sentence; a list that shows this wants an option's name."""
    asks = _ASKS_FOR_ONE.match(intent.text) if intent.action in ("click", "select") else None
    said = called_as_said(intent, snapshot, context) if asks is not None else None
    if asks is None or said is None:
        return None
    button = snapshot.nodes[said.found[0].ref]
    popup = (button.extra or {}).get("aria-haspopup")
    lists = popup in _LISTS or (popup is None and bool(button.flags & OPENERS))
    return None if asks["chooses"] and lists else said


def _ranked(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    return _asks_for_one(intent, snapshot, context) or _by_words(intent, snapshot, context)


def _by_words(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    if is_sorting(intent):
        return sorting(intent, snapshot, context)
    if is_filtering(intent):
        return filtering(intent, snapshot)
    if intent.action in ("select", "deselect") and intent.values:
        return choices(intent, snapshot, context)
    if intent.action == "submit":
        sent = form_to_submit(intent.target, snapshot, context)
        return sent if is_clear(sent) else called_as_said(intent, snapshot, context) or sent
    if intent.target is None or _says_nothing(intent.target):
        if intent.action == "set" and intent.values:  # "choose 9:00" of what the page offers
            offers = choices(replace(intent, action="select", target=None), snapshot, context)
            if is_clear(offers):
                return offers
        return untold(intent, snapshot, context)
    if intent.action in ("select", "deselect") and (one := _one_selected(intent, snapshot, context)):
        return one
    ranking = _choosing(intent, rank(intent.target, snapshot, context=context, action=intent.action), snapshot)
    if intent.action in ("set", "check", "uncheck"):
        return _made_so(intent, ranking, snapshot, context)
    if intent.action in ("click", "double_click", "drag"):
        return pressed(intent, ranking, snapshot, context)
    if intent.action == "type" and intent.values and not is_clear(ranking):
        chosen = offered(intent, snapshot, context)
        return chosen if is_clear(chosen) else _only_field(intent, snapshot, context) or ranking
    return ranking


_HOLD_FIELDS = frozenset({"dialog", "form", "card", "section"})


def _only_field(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the one field of what a value is typed into: "type the reason into the dialog"."""
    target = intent.target
    if target is None or target.role not in _HOLD_FIELDS:
        return None
    field = Target(text=target.text, role="field", relations=(Relation(kind="in", anchor=target),))
    ranking = rank(field, snapshot, context=context, action=intent.action)
    return ranking if is_clear(ranking) and sum(one.score >= FITS for one in ranking.found) == 1 else None


def _made_so(intent: Intent, ranking: Ranking, snapshot: Snapshot, context: Context) -> Ranking:
    """Move on to what makes it so: the buttons beside a number, the box that leads the row of a name."""
    if intent.action in ("check", "uncheck"):  # nobody ticks the header of a column but by the box in it
        ranking = replace(ranking, found=[o for o in ranking.found if not _only_sorts(snapshot.nodes[o.ref])])
    if not is_clear(ranking) and (said := called_as_said(intent, snapshot, context)) is not None:
        return said
    if not is_clear(ranking) and (counts := _field_that_counts(intent, snapshot, context)) is not None:
        return counts
    if intent.action == "set":
        if (mark := _on_a_scale(intent, snapshot, context)) is not None:
            return mark
        stepped = through_steppers(intent, ranking, snapshot)
        return stepped if is_clear(stepped) else button_with_date(intent, snapshot) or stepped
    return row_to_tick(intent, ranking, snapshot, context) or _button_to_turn(intent, snapshot, context) or ranking


_HOW_MANY = re.compile(r"(?:number|amount|count) of ", re.IGNORECASE)
_COUNTS = frozenset(["spinbutton", "slider", "combobox"])


def _field_that_counts(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the field "Operators" that takes a number, for "set the number of operators to 2"."""
    target = intent.target
    if target is None or not target.name or not _HOW_MANY.match(target.name) or not (intent.value or "").isdigit():
        return None
    named = replace(target, name=_HOW_MANY.sub("", target.name, count=1), alternatives=())
    ranking = rank(named, snapshot, context=context, action="set")
    found = [one for one in ranking.found if snapshot.nodes[one.ref].role in _COUNTS and one.named in JUST_SO]
    return replace(ranking, found=found) if found and found[0].score >= CLEAR else None


_TURNS = re.compile(r"(?P<verb>(?:turn|switch) (?:on|off)|enable|disable|activate|deactivate) ", re.IGNORECASE)


def _button_to_turn(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the button "Turn on" in the line of what is to be turned on, where no box or switch is called so."""
    said = _TURNS.match(intent.text)
    if said is None or intent.target is None or intent.target.role:
        return None
    beside = Relation(kind="row", anchor=replace(intent.target, alternatives=()))
    button = Target(text=intent.text, name=said["verb"].capitalize(), whole=True, role="button", relations=(beside,))
    ranking = rank(button, snapshot, context=context, action="click")
    return ranking if is_clear(ranking) and ranking.found[0].named in JUST_SO else None


_STARS = re.compile(r"\d+ (?:stars?|points?|hearts?)", re.IGNORECASE)


def _on_a_scale(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return the mark of the scale that "set the priority to 5 stars" means."""
    if intent.target is None or intent.target.role or not _STARS.fullmatch(intent.value or ""):
        return None
    of = Relation(kind="row", anchor=replace(intent.target, alternatives=()))
    mark = Target(text=intent.text, name=intent.value, relations=(of,))
    ranking = rank(mark, snapshot, context=context, action="check")
    return ranking if is_clear(ranking) else None


def _one_selected(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking | None:
    """Return what selects "the first flight" or a row, None where the choice is of another kind."""
    assert intent.target is not None
    if counts_a_thing(intent):
        thing = thing_to_select(intent, snapshot)
        return thing if thing is not None else _of_list_called(intent, snapshot, context)
    if intent.target.role == "row" and intent.position is None:
        return row_to_select(intent, snapshot, context)
    return None


def _of_list_called(intent: Intent, snapshot: Snapshot, context: Context) -> Ranking:
    """Return the list whose second option "the second answer" is, where it is called so."""
    assert intent.target is not None
    nouns = set(wording(" ".join(intent.target.modifiers)).stems)
    ranking = untold(replace(intent, target=None), snapshot, context)
    found = [one for one in ranking.found if nouns & set(wording(snapshot.nodes[one.ref].name).stems)]
    return replace(ranking, found=found)


_RETURNS = re.compile(r"(?:(?:go|navigate|switch) back|return) to ", re.IGNORECASE)


def _leads_back(node: Node) -> bool:
    return wording(node.name or node.text).tokens[:1] == ("back",)


_OPENS = re.compile(
    r"(?:open|visit|view|see|enter|go(?: back)? to) (?!.*\b(?:header|column|filter|menu)\b)", re.IGNORECASE
)


def _only_sorts(node: Node) -> bool:
    """Tell whether an element is the header of a column: nobody opens one."""
    return node.role == "columnheader" and not node.has(Flag.EXPANDED) and not node.has(Flag.COLLAPSED)


_GOES = re.compile(r"(?:go|navigate|browse|switch|return|head) (?:back )?to (?!.*\bfield\b)", re.IGNORECASE)


def _choosing(intent: Intent, ranking: Ranking, snapshot: Snapshot) -> Ranking:
    """Leave out the options of lists, unless the verb is one by which one chooses, and headers that open nothing."""
    if intent.action == "click" and _RETURNS.match(intent.text):
        back = [one for one in ranking.found if one.named in JUST_SO and _leads_back(snapshot.nodes[one.ref])]
        ranking = replace(ranking, found=back) if len(back) == 1 else ranking
    best = snapshot.nodes[ranking.found[0].ref] if ranking.found else None
    if intent.action == "click" and best is not None and not _only_sorts(best) and _OPENS.match(intent.text):
        ranking = replace(ranking, found=[one for one in ranking.found if not _only_sorts(snapshot.nodes[one.ref])])
    if intent.action == "click" and _GOES.match(intent.text):  # to a link or button: nobody goes to a field
        return replace(ranking, found=[one for one in ranking.found if not snapshot.nodes[one.ref].has(Flag.EDITABLE)])
    if intent.action != "click" or CHOOSES.match(intent.text):
        return _drawn_first(ranking, snapshot)
    return replace(ranking, found=[one for one in ranking.found if snapshot.nodes[one.ref].tag != "option"])


def _drawn_first(ranking: Ranking, snapshot: Snapshot) -> Ranking:
    """Leave out the options of a list that is there for the form only, where the list drawn for it shows one too."""
    view = view_of(snapshot)
    options = ((one, snapshot.nodes[one.ref]) for one in ranking.found)
    if not any(one.score >= CLEAR and node.role == "option" and node.tag != "option" for one, node in options):
        return ranking

    def is_for_the_form(one: Evidence) -> bool:
        return snapshot.nodes[one.ref].tag == "option" and any(
            above in view.labels.stand_ins for above in view.parents(one.ref)
        )

    return replace(ranking, found=[one for one in ranking.found if not is_for_the_form(one)])


def _says_nothing(target: Target) -> bool:
    told = target.name or target.role or target.ordinal or target.states or target.relations or target.anaphora
    return not (told or target.alternatives or target.modifiers)


def _verdict(intent: Intent, ranking: Ranking, snapshot: Snapshot) -> Decision:
    found = ranking.found
    best = found[0] if found else None
    told = tuple(candidate(one, snapshot) for one in found[:_SHOWN])
    if best is None or best.score < CLEAR or _needs_a_control(intent, best):
        if not told and intent.target is not None:
            told = nearest(intent.target, snapshot, NEAREST)
        return Decision(verdict="missing", candidates=told[:NEAREST], reason=_why_missing(ranking, snapshot))
    rivals = [one for one in found[1:] if best.points - one.points < LEAD] or _livelier(intent, found)
    sure = intent.action == "upload" or (
        intent.action == "click" and _bears_all_words(intent, snapshot.nodes[best.ref])
    )
    if sure and not best.mere:
        rivals = [one for one in rivals if not one.mere]  # "the main menu" is the button, and no navigation
    margin = round(best.score - found[1].score, 3) if len(found) > 1 else round(best.score, 3)
    if not rivals:
        return Decision(verdict="clear", candidates=told, margin=margin, reason="; ".join(best.told()[:3]))
    alike = [best, *rivals]
    if (
        intent.makes in ("expanded", "collapsed")
        and (one := _only_opener(alike, bare_text(intent), snapshot)) is not None
    ):
        return Decision(verdict="clear", candidates=(candidate(one, snapshot),), margin=margin, reason="it opens it")
    if intent.target is not None and _ANY.match(intent.target.text):
        first = min((one for one in alike if best.points - one.points < ALIKE), key=lambda one: one.ref)
        others = tuple(candidate(one, snapshot) for one in alike if one is not first)
        told = (candidate(first, snapshot), *others[: _SHOWN - 1])
        return Decision(verdict="clear", candidates=told, margin=margin, reason="any of them will do; the first")
    return Decision(
        verdict="ambiguous",
        candidates=tuple(candidate(one, snapshot) for one in alike[:_SHOWN]),
        margin=margin,
        reason=f"{len(alike)} elements fit about equally well.",
    )


def reworded(decision: Decision, intent: Intent, snapshot: Snapshot, context: Context = NOTHING_BEFORE) -> Decision:
    """Return an ambiguous decision with up to two sentences, each of which clearly means another of its candidates.

    Each is tried on the page, which takes as long as deciding; other decisions are returned as they are.
    """
    if decision.verdict != "ambiguous":
        return decision
    refs = [one.ref for one in decision.candidates]
    return replace(decision, rewordings=rewordings(intent, refs, view_of(snapshot), _meaning(snapshot, context)))


def _meaning(snapshot: Snapshot, context: Context) -> Callable[[str], int | None]:
    """Return the test which element another sentence would clearly mean."""

    def means(sentence: str) -> int | None:
        try:
            intents = parse_act(sentence)
        except Unclear:  # a name as odd as to be read as something else
            return None
        found = _ranked(intents[0], snapshot, context).found
        sure = found and found[0].score >= CLEAR and not any(found[0].points - one.points < LEAD for one in found[1:])
        return found[0].ref if len(intents) == 1 and sure else None

    return means


def _livelier(intent: Intent, found: Sequence[Evidence]) -> list[Evidence]:
    """Return what can be acted on and has the words in its name, where plain words fit a thing best that cannot be."""
    target, best = intent.target, found[0]
    if intent.action != "click" or target is None or target.quoted or not best.mere or best.named not in JUST_SO:
        return []
    return [one for one in found[1:] if not one.mere and one.named in ("name begins so", "name contains it")]


def _bears_all_words(intent: Intent, node: Node) -> bool:
    """Tell whether an element is called just what a sentence says of it, the kind included."""
    said = intent.target.text.lower().removeprefix("the ") if intent.target is not None else ""
    return bool(said) and wording(node.name).folded == wording(said).folded


def _only_opener(alike: Sequence[Evidence], thing: str, snapshot: Snapshot) -> Evidence | None:
    """Return the one of several that opens and closes, where the others are what it stands in or belongs to.

    Of several it is the one that is called after the thing: "Toggle sidebar" beside the groups of the side bar's menu.
    """
    opening = [one for one in alike if snapshot.nodes[one.ref].flags & OPENERS]
    words = set(wording(thing).stems)
    called = [one for one in opening if words and words <= set(wording(snapshot.nodes[one.ref].name).stems)]
    meant = opening if len(opening) == 1 else called
    return meant[0] if len(meant) == 1 else None


_OF_CONTROLS = frozenset("activate trigger invoke deactivate follow launch load use".split())


def _needs_a_control(intent: Intent, best: Evidence) -> bool:
    """Tell whether a verb is one of controls and what fits best is a text: "activate Ada" may mean a box in her row."""
    verb = intent.text.split()[0].lower() if intent.text else ""
    return intent.action == "click" and verb in _OF_CONTROLS and best.mere


def is_mere_text(candidate: Candidate) -> bool:
    """Tell whether a candidate for a click is a text, a heading or the like, that nothing tells to be pressed."""
    return is_mere(candidate.reasons)


def _why_missing(ranking: Ranking, snapshot: Snapshot) -> str:
    if ranking.lost:
        return f"Nothing on the page fits “{ranking.lost}”."
    return _behind(ranking.found, snapshot) if ranking.found else ""


def _behind(found: Sequence[Evidence], snapshot: Snapshot) -> str:
    """Say so when the only thing against the nearest is that it is hidden or covered."""
    against = " ".join(text for worth, text in found[0].reasons if worth <= -4)
    if "is hidden" in against:
        return "The nearest thing is hidden."
    if "is behind a dialog" in against:
        return "The nearest thing is behind an open dialog."
    return ""
