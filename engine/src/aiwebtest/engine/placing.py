"""Place an intent on the page: replay first, then the rules, then the model. Never a guess."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.locate import Found, Miss, find_again, wait_again
from aiwebtest.browser.perform import may_open, opening_of
from aiwebtest.browser.scrolling import scroll_through
from aiwebtest.core.errors import ActionError, GroundingError, ReplayMiss
from aiwebtest.core.events import Alternative, Heal, Problem
from aiwebtest.core.grounding import Candidate, Decision, Grounding, GroundingSource
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.snapshot import Box, Flag, Node, Snapshot
from aiwebtest.engine.asking import ask, may_ask
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.locators import locator_for
from aiwebtest.grounding.rules.chosen_rows import counts_a_thing, is_of_all
from aiwebtest.grounding.rules.decide import Context, decide, reworded
from aiwebtest.grounding.rules.describe import describe
from aiwebtest.grounding.rules.drawn import is_the_choice
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.showing import ON_OR_OFF, is_filtering, switched
from aiwebtest.grounding.rules.sorting import is_sorting
from aiwebtest.lockfile import heal_of

__all__ = ["Chosen", "NotPlaced", "Placed", "needs_element", "place"]

PATIENCE_S = 1.0
"""How long a settled page may leave a sentence unplaced before the list is scrolled or the model is asked."""

_PAGE_ACTIONS: frozenset[Action] = frozenset(
    {
        "open",
        "back",
        "forward",
        "reload",
        "switch_tab",
        "close_tab",
        "leave_frame",
        "accept_dialog",
        "dismiss_dialog",
        "resize",
    }
)
_MOST_OTHERS = 4  # that a heal tells of
_ELEMENT_OPTIONAL: frozenset[Action] = frozenset({"press", "scroll", "wait"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An intent with the element it means, at hand."""

    grounding: Grounding
    element: AnyElement | None = None
    to: AnyElement | None = None
    key: tuple[int, int] | None = None  # (frame, local) of the element
    described: str = ""
    box: Box | None = None
    candidates: tuple[Candidate, ...] = ()
    heal: Heal | None = None
    told: Any = None  # what the element said as the watch over it began, if it has begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a model chose when it read the whole sentence: an intent with its element in a snapshot."""

    intent: Intent
    ref: int
    snapshot: Snapshot
    model: str


class NotPlaced(GroundingError):
    """A sentence could not be placed; carries what was found instead."""

    def __init__(self, intent: Intent, decision: Decision, waited_s: float) -> None:
        sought = intent.target.text if intent.target and intent.target.text else intent.text
        if decision.verdict == "ambiguous":
            what = f"Several things on the page could be meant by “{sought}”."
            mend = "say which one, as in the rewordings below."
        else:
            what = f"Nothing on the page fits “{sought}” (waited {waited_s:.1f} s)."
            nearest = decision.candidates[0].described if decision.candidates else ""
            mend = (
                f"name it as the page does; the nearest thing is {nearest}."
                if nearest
                else "check that this is the right page."
            )
        if decision.reason:
            what += f" {decision.reason}"
        super().__init__(what, mend=mend)
        self.decision = decision

    @property
    def problem(self) -> Problem:
        """Return it as it goes into events."""
        return Problem(
            code=self.code,
            what=self.what,
            mend=self.mend,
            candidates=self.decision.candidates,
            rewordings=self.decision.rewordings,
        )


class ManyThings(Exception):
    """A choice of several values means several things, such as boxes: `intents` has one for each."""

    def __init__(self, intents: tuple[Intent, ...]) -> None:
        super().__init__(f"{len(intents)} things")
        self.intents = intents


def _others(decision: Decision, chosen: int, snapshot: Snapshot, intent: Intent) -> tuple[Alternative, ...]:
    """Return what else could have been meant, best first, each with the recipe to find it again."""
    left = [one for one in decision.candidates if one.ref != chosen]
    return tuple(
        Alternative(described=one.described, score=one.score, locator=locator, identity=identity)
        for one in left[:_MOST_OTHERS]
        for locator, identity in [locator_for(snapshot.nodes[one.ref], snapshot, intent)]
    )


def split_like(intents: tuple[Intent, ...], stored: int) -> tuple[Intent, ...]:
    """Return the intents, a choice of several values taken apart if it was so when it was stored."""
    surplus = stored - sum(map(needs_element, intents))
    made: list[Intent] = []
    for intent in intents:
        if surplus > 0 and len(intent.values) == surplus + 1 and _choice_of_several(intent):
            made += _apart(intent)
            surplus = 0
        else:
            made.append(intent)
    return tuple(made)


def _choice_of_several(intent: Intent) -> bool:
    return intent.action in ("select", "deselect") and len(intent.values) > 1


def _apart(intent: Intent) -> tuple[Intent, ...]:
    return tuple(replace(intent, values=(value,)) for value in intent.values)


_PRESSED = frozenset({"button", "link", "menuitem"})
_CHOOSERS = frozenset({"combobox", "listbox", "option", "radiogroup"})


def _action_on(node: Node, intent: Intent, snapshot: Snapshot) -> Action:
    """Return what a choice comes to on an element: a radio is checked, a link that is named alone is clicked.

    A row without a box of its own is selected by a click. What is filled in is chosen where it cannot be typed.
    """
    if (switch := switched(intent, node)) is not None:
        return switch
    if intent.action == "click" and node.role == "checkbox" and is_of_all(intent):
        return "check"
    if intent.action in ("select", "deselect") and node.role not in ON_OR_OFF and not _says_which(intent):
        return "click"
    if is_sorting(intent) and (node.role in _PRESSED or node.role not in _CHOOSERS):
        return "click"
    if intent.action in ("type", "set") and node.role == "radio":
        return "check"
    if intent.action == "type" and node.tag == "select":
        return "select"
    if intent.action in ("type", "set") and node.role == "combobox" and node.has(Flag.READONLY):
        return "select"  # it takes no letters
    if intent.action in ("select", "deselect") and node.role in ON_OR_OFF:
        return "check" if intent.action == "select" else "uncheck"
    if intent.action == "select" and counts_a_thing(intent) and node.role not in _CHOOSERS | ON_OR_OFF:
        return "click"
    if intent.action == "select" and intent.value and is_the_choice(node, intent.value, view_of(snapshot)):
        return "click"
    opens = bool(node.extra) and node.extra.get("aria-haspopup") == "listbox"
    pressed = node.role in _PRESSED and not opens
    if intent.action == "select" and pressed and (intent.target is None or is_filtering(intent)):
        return "click"
    return intent.action


def _says_which(intent: Intent) -> bool:
    return bool(intent.values) or intent.position is not None or intent.pattern is not None


def needs_element(intent: Intent) -> bool:
    """Tell whether the intent means an element, rather than the page itself."""
    if intent.action in _PAGE_ACTIONS:
        return False
    return intent.target is not None or intent.action not in _ELEMENT_OPTIONAL


async def place(
    state: ExecutionState, intent: Intent, stored: Grounding | None, deadline: Deadline, chosen: Chosen | None = None
) -> Placed:
    """Return the intent placed on the page, waiting for its element up to the deadline.

    Raises NotPlaced when nothing or too much fits, ReplayMiss in a frozen run whose stored grounding does not fit.
    """
    if not needs_element(intent):
        source: GroundingSource = "model" if chosen is not None else "replay" if stored is not None else "none"
        model = chosen.model if chosen is not None else stored.model if stored is not None else ""
        grounding = Grounding(intent=intent, action=intent.action, source=source, model=model)
        return Placed(grounding=grounding, described="the page")
    placing = _Placing(state, intent, stored, deadline)
    if chosen is not None:
        placed = await placing.placed(intent, chosen.ref, None, chosen.snapshot, "model", Decision(verdict="clear"))
        return replace(placed, grounding=replace(placed.grounding, model=chosen.model))
    return await placing.place()


@dataclass
class _Placing:
    """The search for one intent's element."""

    state: ExecutionState
    intent: Intent
    stored: Grounding | None
    deadline: Deadline
    miss: str = ""
    unplaced_since_s: float | None = None
    searched: bool = False  # lists were scrolled
    asked: bool = False  # the model was asked

    async def place(self) -> Placed:
        decision = Decision(verdict="missing")
        async for _ in self.deadline.tries():
            if placed := await self.replayed():
                return placed
            if self.state.settings.frozen:
                if self.stored is None:  # waiting changes nothing
                    break
                continue
            snapshot = await self.state.look()
            decision = self.decide(self.intent, snapshot)
            if (
                decision.verdict == "clear"
                and self.intent.read_by == "rules"
                and (placed := await self.by_rules(decision, snapshot))
            ):
                return placed
            if _choice_of_several(self.intent) and self.each_is_clear(snapshot):
                raise ManyThings(_apart(self.intent))
            if await self.patience_is_over():
                if placed := await self.otherwise(snapshot, decision):
                    return placed
                if self.model_reads():
                    break
            if decision.verdict == "ambiguous" and self.patience_spent_s() > 2 * PATIENCE_S:
                break
        if self.state.settings.frozen:
            raise ReplayMiss(
                f"Frozen, and “{self.intent.text}” has no stored grounding that fits: {self.miss or 'none is stored'}.",
                mend="run once without “frozen” (--frozen), look at what changed in the lockfile, and keep it.",
            )
        raise self.not_placed(decision)

    def not_placed(self, decision: Decision) -> NotPlaced:
        """Return the error for what was last decided, with sentences that would be clear on the page as it was."""
        seen = self.state.seen
        told = decision if seen is None else reworded(decision, self.intent, seen, Context(last=self.state.last))
        return NotPlaced(self.intent, told, self.deadline.spent_s)

    def decide(self, intent: Intent, snapshot: Snapshot) -> Decision:
        return decide(intent, snapshot, Context(last=self.state.last))

    def each_is_clear(self, snapshot: Snapshot) -> bool:
        """Tell whether each value of a choice is a clear thing of its own."""
        return all(self.decide(one, snapshot).verdict == "clear" for one in _apart(self.intent))

    async def replayed(self) -> Placed | None:
        """Return the stored grounding found again, if exactly one element is what it was."""
        if self.stored is None or self.stored.locator is None or self.stored.identity is None:
            return None
        session = self.state.session
        page, action = session.page, self.stored.action
        opening = opening_of(action) if may_open(session, action) and not session.dialogs_open else None
        found = await find_again(page, self.stored.locator, self.stored.identity, opening=opening)
        if isinstance(found, Miss):
            self.miss = found.reason
            return None
        to = None
        if self.stored.to and self.stored.to_identity:
            to = await find_again(page, self.stored.to, self.stored.to_identity)
            if isinstance(to, Miss):
                self.miss = to.reason
                return None
        grounding = replace(self.stored, intent=self.intent, source="replay", reason="as it was when it last passed")
        return Placed(
            grounding=grounding,
            element=found.element,
            to=to.element if isinstance(to, Found) else None,
            key=(found.frame, found.local),
            described=found.described,
            box=found.box,
            told=found.told,
        )

    async def by_rules(self, decision: Decision, snapshot: Snapshot) -> Placed | None:
        """Return the rules' clear choice; a stored grounding gets a last chance on the settled page first."""
        if self.stored is not None:
            await self.state.session.settle(self.deadline.left_s)
            if placed := await self.replayed():
                return placed
            snapshot = await self.state.look()
            decision = self.decide(self.intent, snapshot)
            if decision.verdict != "clear":
                return None
        best = decision.candidates[0]
        to_ref = None
        if self.intent.to is not None:
            destination = self.decide(replace(self.intent, action="hover", target=self.intent.to, to=None), snapshot)
            if destination.verdict != "clear":
                return None
            to_ref = destination.candidates[0].ref
        try:
            return await self.placed(self.intent, best.ref, to_ref, snapshot, "rules", decision, confidence=best.score)
        except ActionError:  # it left the page, as what is in a dialog that closes does: the next look tells
            if self.deadline.passed:
                raise
            return None

    async def otherwise(self, snapshot: Snapshot, decision: Decision) -> Placed | None:
        """Scroll lists to find what is missing; then ask the model, if there is one. Each is done once."""
        if decision.verdict == "missing" and not self.searched and self.intent.read_by == "rules":
            self.searched = True
            return await self.scrolled()
        if may_ask(self.state) and not self.asked and self.state.step.kind != "extract":
            self.asked = True
            return await self.by_model(snapshot, decision)
        return None

    def model_reads(self) -> bool:
        """Tell whether a model is to read the value itself, without an element."""
        return self.state.step.kind == "extract" and may_ask(self.state, "extract")

    async def scrolled(self) -> Placed | None:
        """Return what a list or the page shows further down, scrolling as a person would."""
        async for _ in scroll_through(self.state.session.page, self.deadline):
            snapshot = await self.state.look()
            decision = self.decide(self.intent, snapshot)
            if decision.verdict == "clear":
                return await self.by_rules(decision, snapshot)
        return None

    async def by_model(self, snapshot: Snapshot, decision: Decision) -> Placed | None:
        """Return the model's choice among the page's elements."""
        answer = await ask(
            self.state, "ground", self.intent.text, snapshot, deadline_s=self.deadline.left_s, intent=self.intent,
            candidates=decision.candidates,
        )  # fmt: skip
        if not answer.intents:
            return None
        intent, ref = answer.intents[0]
        placed = await self.placed(intent, ref, None, snapshot, "model", decision)
        return replace(placed, grounding=replace(placed.grounding, model=answer.model))

    async def placed(
        self,
        intent: Intent,
        ref: int,
        to_ref: int | None,
        snapshot: Snapshot,
        source: GroundingSource,
        decision: Decision,
        confidence: float = 1.0,
    ) -> Placed:
        node = snapshot.nodes[ref]
        locator, identity = locator_for(node, snapshot, intent)
        grounding = Grounding(
            intent=intent,
            action=_action_on(node, intent, snapshot),
            locator=locator,
            identity=identity,
            source=source,
            confidence=confidence,
            reason=decision.reason,
        )
        to = None
        if to_ref is not None:
            to_locator, to_identity = locator_for(snapshot.nodes[to_ref], snapshot, intent, target=intent.to)
            grounding = replace(grounding, to=to_locator, to_identity=to_identity)
            to = await self.state.element(snapshot, to_ref)
        heal = None
        if self.stored is not None and not self.state.settings.update_lock:
            heal = heal_of(self.stored, grounding, self.miss)
            heal = replace(heal, others=_others(decision, ref, snapshot, intent))
            grounding = replace(grounding, source="healed-rules" if source == "rules" else "healed-model")
        element, key = await self.at_hand(snapshot, node, locator, identity)
        return Placed(
            grounding=grounding,
            element=element,
            to=to,
            key=key,
            described=describe(node, snapshot),
            box=node.box,
            candidates=decision.candidates,
            heal=heal,
        )

    async def at_hand(
        self, snapshot: Snapshot, node: Node, locator: Locator, identity: Identity
    ) -> tuple[AnyElement, tuple[int, int]]:
        """Return a node's element with its key; one that the page drew anew meanwhile is found again by its recipe."""
        try:
            return await self.state.element(snapshot, node.ref), (node.frame, node.local)
        except ActionError:
            wait_s = min(self.deadline.left_s, PATIENCE_S)
            found = await wait_again(self.state.session.page, locator, identity, timeout_s=wait_s)
            if isinstance(found, Miss):
                raise
            return found.element, (found.frame, found.local)

    async def patience_is_over(self) -> bool:
        """Tell whether a settled page has left the sentence unplaced for long enough to do something else."""
        if self.unplaced_since_s is None:
            await self.state.session.settle(self.deadline.left_s)
            self.unplaced_since_s = self.deadline.spent_s
        return self.patience_spent_s() >= min(PATIENCE_S, self.deadline.left_s)

    def patience_spent_s(self) -> float:
        return 0.0 if self.unplaced_since_s is None else self.deadline.spent_s - self.unplaced_since_s
