"""Recorded browser sessions turned into sentences that the rules understand."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from aiwebtest.core.intent import Intent
from aiwebtest.engine.wording import read_intent
from aiwebtest.grounding.rules.checks import describe_claim
from aiwebtest.grounding.rules.sentence import Understood, understand
from app.schemas.recording import RecordedEvent

__all__ = ["Sentence", "document", "sentences"]

_WORDS = {
    "button": "button", "link": "link", "textbox": "field", "searchbox": "field", "combobox": "dropdown",
    "listbox": "list", "checkbox": "checkbox", "radio": "radio button", "switch": "switch", "tab": "tab",
    "menuitem": "menu item", "option": "option", "img": "image", "spinbutton": "field", "slider": "slider",
    "heading": "heading",
}  # fmt: skip
_VERBS = {"click": "Click", "double-click": "Double-click", "right-click": "Right-click", "hover": "Hover over"}
_ACTIONS = {
    "navigate": {"open"}, "click": {"click"}, "double-click": {"double_click"}, "right-click": {"right_click"},
    "hover": {"hover"}, "type": {"type", "clear"}, "select": {"select"}, "check": {"check"}, "uncheck": {"uncheck"},
    "press": {"press"}, "upload": {"upload"}, "accept": {"accept_dialog"}, "dismiss": {"dismiss_dialog"},
    "back": {"back"},
}  # fmt: skip
_PAGE = {"dismiss": "Dismiss the dialog", "back": "Go back"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_FIELDS = frozenset({"textbox", "searchbox", "combobox", "spinbutton"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One step of the test, with the events it stands for. `why` says why there is none, "" when there is one."""

    events: tuple[int, ...]
    text: str = ""
    kind: Literal["act", "check"] = "act"
    read_as: str = ""
    why: str = ""


def sentences(events: Sequence[RecordedEvent], base_url: str) -> list[Sentence]:
    """Return the steps of a recording: what belongs together is one sentence, and each is read back by the rules."""
    return [_sentence(places, events[places[-1]], base_url) for places in _together(events)]


def _together(events: Sequence[RecordedEvent]) -> Iterator[tuple[int, ...]]:
    """Yield the places of events that make one step: a click into a field and all that was typed there are one."""
    waiting: list[int] = []
    for place, event in enumerate(events):
        if event.kind == "navigate" and event.caused:
            continue
        if waiting and not _continues(events[waiting[-1]], event):
            yield tuple(waiting)
            waiting = []
        waiting.append(place)
    if waiting:
        yield tuple(waiting)


def _continues(before: RecordedEvent, event: RecordedEvent) -> bool:
    same = _identity(before) == _identity(event) and any(_identity(event)[1:])
    if event.kind == "type":
        return same and before.kind in ("type", "click")
    return event.kind in ("select", "check", "uncheck") and same and before.kind in ("click", event.kind)


def _identity(event: RecordedEvent) -> tuple[object, ...]:
    return (
        event.role,
        event.name,
        event.label,
        event.placeholder,
        event.testid,
        event.row,
        event.section,
        event.position,
    )


def _sentence(places: tuple[int, ...], event: RecordedEvent, base_url: str) -> Sentence:
    kind: Literal["act", "check"] = "check" if event.kind == "see" else "act"
    why = "nothing names the element: no name, label or text."
    for text in _forms(event, base_url):
        understood = understand(text, kind)
        why = understood.problem or f"the rules read “{text}” as something else."
        if not understood.problem and _means(understood, event):
            return Sentence(events=places, text=text, kind=kind, read_as=_read_back(understood))
    return Sentence(events=places, kind=kind, why=why)


def _means(understood: Understood, event: RecordedEvent) -> bool:
    """Tell whether a sentence, read back, is the very thing that was recorded."""
    if event.kind == "see":
        return len(understood.claims) == 1 and understood.claims[0].kind != "semantic"
    if len(understood.intents) != 1 or understood.claims:
        return False
    intent: Intent = understood.intents[0]
    said = (
        "{" + event.secret + "}" if event.secret else {"press": event.key, "navigate": ""}.get(event.kind, event.value)
    )
    return intent.action in _ACTIONS[event.kind] and (not said or said in intent.values)


def _read_back(understood: Understood) -> str:
    return "; ".join([*map(read_intent, understood.intents), *map(describe_claim, understood.claims)])


def _forms(event: RecordedEvent, base_url: str) -> Iterator[str]:
    """Yield ways to say an event, the most telling first."""
    if event.kind == "navigate":
        if event.url:
            base = base_url.rstrip("/")
            below = base and (event.url == base or event.url.startswith(f"{base}/"))
            yield f"Go to {event.url[len(base) :] or '/'}" if below else f"Go to {event.url}"
        return
    if event.kind == "see":
        if event.value or event.text:
            yield f"the page shows {quoted(event.value or event.text)}"
        return
    if event.kind == "accept":
        yield f"Accept the dialog with {quoted(event.value)}" if event.value else "Accept the dialog"
        return
    if event.kind in _PAGE:
        yield _PAGE[event.kind]
        return
    if event.kind == "press":
        if event.key:
            yield from (f"Press {event.key} in {target}" for target in _targets(event))
            yield f"Press {event.key}"
        return
    for target in _targets(event):
        yield from _said(event, target)


def _said(event: RecordedEvent, target: str) -> Iterator[str]:
    value = "{" + event.secret + "}" if event.secret else quoted(event.value)
    match event.kind:
        case "type" if not event.value and not event.secret:
            yield f"Clear {target}"
        case "type":
            yield f"Type {value} into {target}"
        case "select":
            yield f"Select {value} from {target}"  # noqa: S608 - a sentence, not SQL
            yield f"Choose {value} in {target}"
        case "check":
            yield f"Check {target}"
            yield f"Tick {target}"
        case "uncheck":
            yield f"Uncheck {target}"
            yield f"Untick {target}"
        case "upload":
            yield f"Upload {value} to {target}"
        case _:
            yield f"{_VERBS[event.kind]} {target}"


def _targets(event: RecordedEvent) -> Iterator[str]:
    """Yield names for the element: with its kind and place first, then without the kind."""
    names = (event.label, event.name, event.placeholder, event.text, event.title, event.testid)
    if event.role not in _FIELDS:
        names = (event.name, event.text, event.label, event.title, event.placeholder, event.testid)
    said = next((" ".join(name.split()) for name in names if name.strip()), "")
    if not said:
        return
    place = f" in the row of {quoted(event.row)}" if event.row else ""
    place = place or (f" in the section {quoted(event.section)}" if event.section else "")
    nth = f"{_ORDINALS[event.position - 1]} " if event.position and event.position <= len(_ORDINALS) else ""
    word = _WORDS.get(event.role, "")
    if word:
        yield f"the {nth}{quoted(said)} {word}{place}"
        yield f"the {nth}{word} {quoted(said)}{place}"
    yield f"the {nth}{quoted(said)}{place}" if nth else f"{quoted(said)}{place}"


def quoted(text: str) -> str:
    """Return a text in quotes that do not occur in it."""
    for begin, end in (('"', '"'), ("“", "”"), ("'", "'")):
        if begin not in text and end not in text:
            return f"{begin}{text}{end}"
    return f'"{text}"'


def document(name: str, tags: Sequence[str], url: str, secrets: Sequence[str], steps: Sequence[Sentence]) -> str:
    """Return a test file. A check stands under `check`, so that nobody reads it as an action."""
    value: dict[str, Any] = {"name": _plain(name)}
    if url:
        value["url"] = _plain(url)
    if tags:
        value["tags"] = [_plain(tag) for tag in tags]
    if secrets:
        value["secrets"] = list(secrets)
    value["steps"] = [_plain(step.text) if step.kind == "act" else {"check": _plain(step.text)} for step in steps]
    yaml = YAML()
    yaml.width, yaml.allow_unicode = 10_000, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(value, written)
    return written.getvalue()


def _plain(text: str) -> str:
    """Return a text that comes back from YAML as itself, also where YAML would read it as something else."""
    read = YAML(typ="safe", pure=True)
    try:
        same = read.load(text) == text and " #" not in text and "{" not in text
    except YAMLError:
        same = False
    return text if same else DoubleQuotedScalarString(text)
