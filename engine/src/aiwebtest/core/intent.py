"""Intents: an act sentence, understood. Pure values; the parser makes them, the ranker and the browser read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Action", "Attribute", "Intent", "OptionPattern", "Relation", "RelationKind", "State", "Target"]

Action = Literal[
    "open",  # value: URL or path; no value: the address at which the case starts
    "back",
    "forward",
    "reload",
    "click",
    "double_click",
    "right_click",
    "hover",
    "focus",
    "type",  # value: text; the field is emptied first
    "append",  # value: text; typed behind what the field holds
    "clear",
    "press",  # value: key or chord in Playwright's names ("Enter", "Control+a"); target None means the focused element
    "select",  # values: one or several options (native select, combobox, list box, autocomplete, menu); target: the
    # control that holds them; None when only the options are named: they may be options, radios, boxes, tabs, links
    "deselect",
    "check",  # checkbox, radio, switch: make it on
    "uncheck",
    "toggle",
    "set",  # value: what a control is to hold, whatever its kind: date, time, number, range, text, select
    "submit",  # target None: the form of the last field
    "upload",  # values: file paths
    "download",  # click that must start a download
    "drag",  # to: destination, or offset
    "scroll",  # target: brought into view, or what scrolls; value: "top", "bottom", "up", "down", "left", "right"
    "switch_tab",  # value: title, URL part, number, "last", "new", "previous"
    "close_tab",
    "enter_frame",  # target: the frame that the following steps mean
    "leave_frame",
    "accept_dialog",  # value: text for a prompt
    "dismiss_dialog",
    "wait",  # target: a thing to appear (in its states); value: "hidden" for it to go; amount: seconds, with a target
    # at most so many; without target and amount: until the page is quiet
    "copy",  # target's text or value into the variable `into`
    "resize",  # value: "WIDTHxHEIGHT"
    "read",  # of a check: nothing is done; `target` is what its claim was found to hold for
]

Attribute = Literal["label", "placeholder", "alt", "title", "testid", "text", "value", "id", "class", "href", "name"]

State = Literal[
    "disabled", "enabled", "checked", "unchecked", "selected", "unselected", "expanded", "collapsed", "pressed",
    "focused", "readonly", "required", "invalid", "empty", "visible", "hidden", "active",
]  # fmt: skip

RelationKind = Literal[
    "in",  # inside the anchor, or in the section, card, dialog, list or frame that the anchor names
    "row",  # in the table row, list item or card that holds the anchor
    "column",  # in the column with that header
    "near",  # next to, beside, by
    "below",
    "above",
    "left_of",
    "right_of",
    "before",  # in reading order
    "after",
    "with",  # the thing itself contains the anchor
    "for",  # belongs to (a label's field, a message of a field, a button for a product)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a sentence says of the element it means.

    All strings may hold `{placeholders}`; they are filled before ranking.
    """

    text: str  # the words of the description as written, for messages
    name: str | None = None  # wording to match: visible text, accessible name, label ...
    quoted: bool = False  # the writer put `name` into quotes: it is meant to the letter
    whole: bool = False  # what has `name` as a part of a longer name is not meant: "Add" is not "Add to basket"
    role: str | None = (
        None  # role word in its canonical form: "button", "link", "field", "row" ...; see grounding.rules.words
    )
    attribute: Attribute | None = None  # the writer says which attribute carries `name`
    ordinal: int | None = None  # 1-based; -1 is the last, -2 the one before
    states: tuple[State, ...] = ()
    relations: tuple[Relation, ...] = ()
    anaphora: bool = False  # "it", "that field": the element of the step before
    modifiers: tuple[str, ...] = ()  # further words: colour, size, shape; a soft hint for ranking
    alternatives: tuple[Target, ...] = ()  # other readings of unquoted words, of equal right: the page decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where the target is in respect of another thing."""

    kind: RelationKind
    anchor: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPattern:
    """An option described by its letters instead of named: "an item that starts with Sa and ends with ino"."""

    starts: str = ""
    ends: str = ""
    contains: str = ""

    def fits(self, label: str) -> bool:
        """Tell whether an option's label is so; capitals do not count."""
        low = label.strip().casefold()
        return (
            low.startswith(self.starts.casefold())
            and low.endswith(self.ends.casefold())
            and self.contains.casefold() in low
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One action of a sentence. A sentence with several actions yields several, in order."""

    action: Action
    text: str  # the part of the sentence that it stands for
    target: Target | None = None
    values: tuple[str, ...] = ()
    to: Target | None = None  # where a drag ends
    offset: tuple[float, float] | None = None  # CSS pixels: of a drag, or of a scroll
    amount: float | None = (
        None  # seconds of a wait, pages or pixels of a scroll as `unit` says, times of a repeated press or click
    )
    unit: Literal["s", "px", "page", "times", "by"] | None = None  # by: so much more or less than it was
    into: str | None = None  # variable that a copy fills
    position: int | None = None  # select: the option by its place among the options, 1-based; -1 is the last
    side: Literal["before", "after"] | None = None  # drag: drop at the near or the far edge of `to`, not in its middle
    pattern: OptionPattern | None = None  # select: any option that is so; `values` holds what to type to call the list
    read_by: Literal["rules", "model"] = "rules"  # of a sentence that a model read, only a model may choose the element
    makes: (
        Literal[
            "expanded",
            "collapsed",
            "sorted",
            "ascending",
            "descending",
            "shown",
            "hidden",
            "only",
            "agreed",
            "added",
            "raised",
            "lowered",
        ]
        | None
    ) = None  # click: what for; left alone where it is so already. select: how `target` or `values` sort or filter
    thing: str = ""  # click: what is to be shown, hidden, agreed to, raised or lowered, where nothing is called as the
    # sentence says it; or the field that `values` are to be added to
    opens: bool = False  # an entry on the way through a menu: hovered, and clicked if the next entry does not show

    @property
    def value(self) -> str | None:
        """Return the single value, if there is one."""
        return self.values[0] if self.values else None
