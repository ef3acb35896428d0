"""Act: place one intent, do it, and see what it did."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from pathlib import Path

from aiwebtest.browser.perform import perform
from aiwebtest.browser.reading import DialogOpened
from aiwebtest.core.effect import Effects
from aiwebtest.core.errors import ActionError, ElementGone, GroundingError, LeftMidway, UsageError
from aiwebtest.core.events import ActionRecord, Heal
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Action, Intent, Relation, Target
from aiwebtest.core.snapshot import Box, Flag, Node
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.placing import Chosen, Placed, place
from aiwebtest.engine.sorting import until_sorted
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.rules.checks import read_value
from aiwebtest.grounding.rules.decide import decide, is_mere_text
from aiwebtest.grounding.rules.fill import fill_intent
from aiwebtest.grounding.rules.find import Context, find
from aiwebtest.grounding.rules.sorting import is_sorting
from aiwebtest.lockfile import fits

__all__ = ["Acted", "NoEffect", "act", "meant_in_page"]

_EFFECT_EXPECTED = frozenset(
    {"click", "double_click", "submit", "check", "uncheck", "toggle", "select", "drag", "download"}
)
_TYPING = frozenset({"type", "append", "clear"})
_MENU_S = 0.6
_YES = frozenset({"ok", "okay", "yes", "accept", "confirm", "continue", "leave"})
_NO = frozenset({"cancel", "no", "dismiss", "stay"})
_STEADY_S = 0.3  # a thing waited for to go must stay away this long


class NoEffect(ActionError):
    """An action changed nothing, and the run is strict about that."""

    code = "no-effect"

    def __init__(self, intent: Intent, described: str) -> None:
        super().__init__(
            f"“{intent.text}” was done on {described}, and nothing changed: no value, no request, no page change.",
            mend="look whether the application reacts to it; without “strict effects” (--strict-effects) this is only "
            "noted.",
        )


class MereText(GroundingError):
    """What fits a sentence best is a text that nothing tells to be pressed, and pressing it changed nothing."""

    def __init__(self, intent: Intent, described: str) -> None:
        super().__init__(
            f"“{intent.text}” was done on {described}, the nearest thing there is. It is no link, button or the like, "
            "and nothing changed.",
            mend="name what is to be pressed as the page does; if it is this, look why the page does not react.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """One action that was done, with the boxes that a picture of it should mark."""

    record: ActionRecord
    notes: tuple[str, ...] = ()
    box: Box | None = None


async def act(
    state: ExecutionState, intent: Intent, stored: Grounding | None, deadline: Deadline, chosen: Chosen | None = None
) -> Acted:
    """Do one intent, on the element that a model has `chosen` for it already, if any.

    Raises GroundingError, ActionError or BrowserUnavailable when it could not be done.
    """
    state.session.expose()
    intent = _within_frame(fill_intent(intent, state.scope.fill), state.frame)
    if intent.action == "wait":
        return await _wait(state, intent, deadline)
    if state.session.dialogs_open:
        intent = _answer(intent)
    if intent.action not in ("accept_dialog", "dismiss_dialog"):
        await state.session.ensure_unblocked()
        await state.session.booted(deadline.left_s)
    placed = await _placed(state, intent, stored, deadline, chosen)
    if intent.action == "enter_frame":
        state.frame = intent.target
        return _acted(placed, Effects())
    if intent.action == "leave_frame":
        state.frame = None
        return _acted(placed, Effects())
    if intent.action == "copy":
        return await _copy(state, placed)
    state.session.field_gone = False
    try:
        acted = await _performed_to_its_end(state, placed, stored, deadline)
    except ElementGone:
        if placed.grounding.action not in _REPEATABLE:
            raise
        placed = await _placed(state, intent, stored, deadline)
        acted = await _perform(state, placed, stored, deadline)
    if placed.grounding.action == "type" and await _is_lost(state, placed.grounding.intent):
        placed = await _placed(state, intent, stored, deadline)
        acted = await _perform(state, placed, stored, deadline)
    if placed.grounding.action != "click" or not is_sorting(intent):
        return acted
    async for _ in until_sorted(state, placed.grounding.intent, deadline, moved=bool(acted.record.effects)):
        acted = await _perform(state, await _placed(state, intent, stored, deadline), stored, deadline)
    return acted


async def _is_lost(state: ExecutionState, intent: Intent) -> bool:
    """Tell whether what was typed went with its field, and an empty one stands in its place that the page drew anew."""
    if not state.session.field_gone or not intent.value or state.session.dialogs_open:
        return False
    snapshot = await state.look()
    decision = decide(intent, snapshot, Context(last=None))
    if decision.verdict != "clear":
        return False
    field = snapshot.nodes[decision.candidates[0].ref]
    empty = field.extra.get("filled") == "false" if field.type == "password" else not field.value
    return empty and field.has(Flag.EDITABLE) and intent.value not in snapshot.text


_REPEATABLE: frozenset[Action] = frozenset({"type", "clear", "set", "select", "check", "uncheck"})
"""What comes to the same when it is done once more: on a field, say, that a page draws anew as soon as it is used."""


async def _performed_to_its_end(
    state: ExecutionState, placed: Placed, stored: Grounding | None, deadline: Deadline
) -> Acted:
    """Do what is to be done several times on what the page draws anew each time, as "up" in a list that it sorts."""
    whole = placed.grounding.intent
    while True:
        try:
            acted = await _perform(state, placed, stored, deadline)
        except LeftMidway as left:
            intent = placed.grounding.intent
            rest = replace(intent, amount=(intent.amount or 1) - left.done)
            placed = await _placed(state, rest, stored, deadline)
            placed = replace(placed, grounding=replace(placed.grounding, intent=rest))
        else:
            grounding = replace(acted.record.grounding, intent=whole)
            return replace(acted, record=replace(acted.record, grounding=grounding))


async def _placed(
    state: ExecutionState, intent: Intent, stored: Grounding | None, deadline: Deadline, chosen: Chosen | None = None
) -> Placed:
    """Return the intent placed; an alert that opens by itself meanwhile is accepted, any other dialog an error."""
    while True:
        try:
            return await place(state, intent, stored, deadline, chosen)
        except DialogOpened:
            await state.session.ensure_unblocked()


async def _perform(state: ExecutionState, placed: Placed, stored: Grounding | None, deadline: Deadline) -> Acted:
    deadline_began_s = deadline.spent_s
    action = replace(placed.grounding.intent, action=placed.grounding.action)
    if action.action == "upload":
        action = replace(action, values=tuple(_beside_test(state, value) for value in action.values))
    if placed.element is not None:
        await state.picture_before(placed.element)
    effects = await perform(
        state.session,
        action,
        placed.element,
        placed.to,
        scope=state.scope,
        timeout_s=deadline.seconds,
        expected=stored.effects if stored is not None else (),
        told=placed.told,
        followed=state.followed,
    )
    if placed.key is not None:
        state.last = placed.key
    if "navigated" in effects.kinds:
        state.last = None
    answered, state.answered = state.answered, placed.key if action.action in _TYPING and _answers(effects) else None
    live = placed.key is not None and answered == placed.key  # it searched while the words were typed
    if not effects and action.action == "submit" and not live:
        raise ActionError(
            f"“{action.text}” was done on {placed.described}, and nothing was submitted: no form reacted to it.",
            mend="name the button that sends it.",
        )
    notes: list[str] = []
    if not effects and action.action in _EFFECT_EXPECTED:
        if state.settings.strict_effects:
            raise NoEffect(action, placed.described)
        if placed.candidates and is_mere_text(placed.candidates[0]) and not is_sorting(action):
            raise MereText(action, placed.described)
        notes.append(f"No effect was seen after “{action.text}”.")
    heal = placed.heal
    if placed.grounding.source == "replay" and stored is not None and (reason := fits(stored.effects, effects)):
        heal = Heal(before=placed.described, after=placed.described, reason=reason)
        notes.append(f"Replayed on the same element with another effect: {reason}.")
    acted = _acted(placed, effects, heal=heal, duration_s=deadline.spent_s - deadline_began_s)
    return replace(acted, notes=(*notes, *state.session.take_notes()))


def _answers(effects: Effects) -> bool:
    """Tell whether the page did more than take what was typed, as one does that searches at once."""
    return bool(effects.kinds & {"dom", "request", "navigated"})


def _beside_test(state: ExecutionState, name: str) -> str:
    """Return the path of a file that stands beside the test, as `data` and `use` name theirs; else the name itself."""
    written, within = state.step.place or state.case.place, state.settings.files_within
    path = Path(written.path).parent / Path(name).expanduser()
    if within is not None and not path.resolve().is_relative_to(within.resolve()):
        raise UsageError(
            state.scope.mask(f"The file {name} is not in the folder that the tests are in."),
            mend="put it beside the test and name it by its path from there.",
        )
    return str(path) if path.is_file() or within is not None else name


def _acted(placed: Placed, effects: Effects, *, heal: Heal | None = None, duration_s: float = 0.0) -> Acted:
    grounding = replace(placed.grounding, effects=effects.kinds)
    record = ActionRecord(
        grounding=grounding,
        described=placed.described,
        candidates=placed.candidates,
        effects=effects,
        heal=heal or placed.heal,
        duration_s=duration_s,
    )
    return Acted(record=record, box=placed.box)


async def _copy(state: ExecutionState, placed: Placed) -> Acted:
    """Put the text or value of the element into the variable that the sentence names."""
    intent = placed.grounding.intent
    assert intent.into is not None
    assert intent.target is not None
    value = read_value(intent.target, await state.look())
    state.scope.set(intent.into, value)
    return replace(_acted(placed, Effects()), notes=(f"{{{intent.into}}} is now “{value}”.",))


async def _wait(state: ExecutionState, intent: Intent, deadline: Deadline) -> Acted:
    """Wait for seconds, for a thing to be there, or for it to be gone."""
    if intent.target is None:
        if intent.amount is None:  # "wait for the page to load"
            await state.session.settle(deadline.left_s)
        else:
            await asyncio.sleep(intent.amount)
        return _acted(
            Placed(grounding=Grounding(intent=intent, action="wait", source="none"), described="the page"), Effects()
        )
    gone = intent.value == "hidden"
    await state.session.ensure_unblocked()
    held_since_s: float | None = None
    limit = deadline if intent.amount is None else Deadline(intent.amount)
    async for _ in limit.tries():
        snapshot = await state.look()
        fitting = find(intent.target, snapshot, context=Context(last=state.last), purpose="check")
        found = [c for c in fitting if c.score > 0 and _is_there(snapshot.nodes[c.ref])]
        if bool(found) == gone:
            held_since_s = None
            continue
        held_since_s = limit.spent_s if held_since_s is None else held_since_s
        if not gone or limit.spent_s - held_since_s >= _STEADY_S:
            grounding = Grounding(intent=intent, action="wait", source="rules")
            placed = Placed(grounding=grounding, described=found[0].described if found else intent.target.text)
            return _acted(placed, Effects())
    wanted = " and ".join(intent.target.states)
    state_word = "is still there" if gone else f"was not {wanted}" if wanted else "did not appear"
    raise GroundingError(
        f"“{intent.target.text}” {state_word} after {limit.spent_s:.1f} s.",
        mend="give the step a longer `timeout`, or look at what the page shows instead.",
    )


def _is_there(node: Node) -> bool:
    """Tell whether somebody who waits for an element can see it: itself, or the list or label that stands for it."""
    return node.visible or node.tag in ("option", "input", "select")


async def shows(state: ExecutionState, intent: Intent) -> bool:
    """Tell whether the page comes to show what an intent means, within the time that a menu takes to open."""
    filled = fill_intent(intent, state.scope.fill)
    async for _ in Deadline(_MENU_S).tries():
        if decide(filled, await state.look(), Context(last=state.last)).verdict == "clear":
            return True
    return False


def _answer(intent: Intent) -> Intent:
    """Return the intent, a click on a dialog's button meant as the answer to the browser's dialog that is open."""
    name = (intent.target.name or "").casefold() if intent.target else ""
    if intent.action != "click" or name not in _YES | _NO:
        return intent
    return replace(intent, action="accept_dialog" if name in _YES else "dismiss_dialog", target=None)


_ANSWERS: dict[Action, str] = {"accept_dialog": "confirm", "dismiss_dialog": "cancel"}


_OF_THE_BROWSER: frozenset[Action] = frozenset({"reload", "back", "forward"})
_ALONE = re.compile(r"[^\W\d_]+(?: back| forward)?", re.IGNORECASE)


async def meant_in_page(state: ExecutionState, intent: Intent) -> Intent:
    """Return the intent, a click where the page has what the sentence may as well mean of the browser.

    So it is with an answer to a dialog where the page draws one, and with "Refresh" or "Go back" by itself where that
    is a button.
    """
    if intent.action in _OF_THE_BROWSER and _ALONE.fullmatch(intent.text):
        button = Target(text=intent.text, name=intent.text, whole=True, role="button")
        click = replace(intent, action="click", target=replace(button, alternatives=(replace(button, role="link"),)))
        decision = decide(click, await state.look(), Context(last=state.last))
        return intent if decision.verdict == "missing" else click
    return await _answered_in_page(state, intent)


async def _answered_in_page(state: ExecutionState, intent: Intent) -> Intent:
    name = _ANSWERS.get(intent.action)
    if name is None or intent.values or state.session.dialogs_open:
        return intent
    click = replace(intent, action="click", target=Target(text=intent.text, name=name))
    try:
        snapshot = await state.look()
    except ActionError:
        if state.session.prompts.current is not None:  # it opened as the page was looked at
            return intent
        raise
    drawn = any(node.role in ("dialog", "alertdialog") and node.visible for node in snapshot.nodes)
    clear = drawn and decide(click, snapshot, Context(last=state.last)).verdict == "clear"
    if not clear and intent.action == "dismiss_dialog" and "alert" in intent.text.casefold():  # a message with a "×"
        place = Relation(kind="in", anchor=Target(text="the alert", role="alert"))
        click = replace(click, target=Target(text=intent.text, name="Close", relations=(place,)))
        clear = decide(click, snapshot, Context(last=state.last)).verdict == "clear"
    return click if clear else intent


def _within_frame(intent: Intent, frame: Target | None) -> Intent:
    """Return the intent meant inside the frame that an earlier sentence entered."""
    if frame is None or intent.target is None or intent.action in ("enter_frame", "leave_frame"):
        return intent
    relation = Relation(kind="in", anchor=frame)
    return replace(intent, target=replace(intent.target, relations=(*intent.target.relations, relation)))
