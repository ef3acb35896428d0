"""Names of keys, as people write them and as Playwright wants them."""

from __future__ import annotations

import re

from aiwebtest.core.errors import UsageError

__all__ = ["playwright_keys"]

_NAMES = {
    "ctrl": "Control", "control": "Control", "strg": "Control", "alt": "Alt", "option": "Alt", "opt": "Alt",
    "shift": "Shift", "meta": "Meta", "win": "Meta", "windows": "Meta", "super": "Meta", "cmd": "ControlOrMeta",
    "command": "ControlOrMeta", "mod": "ControlOrMeta", "controlormeta": "ControlOrMeta",
    "control or meta": "ControlOrMeta",
    "enter": "Enter", "return": "Enter", "tab": "Tab", "esc": "Escape", "escape": "Escape", "space": "Space",
    "spacebar": "Space", "space bar": "Space", "backspace": "Backspace", "delete": "Delete", "del": "Delete",
    "insert": "Insert", "ins": "Insert", "home": "Home", "end": "End", "pageup": "PageUp", "page up": "PageUp",
    "pgup": "PageUp", "pagedown": "PageDown", "page down": "PageDown", "pgdn": "PageDown", "up": "ArrowUp",
    "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight", "arrowup": "ArrowUp", "arrow up": "ArrowUp",
    "arrowdown": "ArrowDown", "arrow down": "ArrowDown", "arrowleft": "ArrowLeft", "arrow left": "ArrowLeft",
    "arrowright": "ArrowRight", "arrow right": "ArrowRight", "up arrow": "ArrowUp", "down arrow": "ArrowDown",
    "left arrow": "ArrowLeft", "right arrow": "ArrowRight", "context menu": "ContextMenu", "contextmenu": "ContextMenu",
    "plus": "+", "minus": "-", "comma": ",", "period": ".", "dot": ".", "slash": "/", "capslock": "CapsLock",
    "caps lock": "CapsLock", "print screen": "PrintScreen", "pause": "Pause",
}  # fmt: skip
_MODIFIERS = frozenset({"Control", "Alt", "Shift", "Meta", "ControlOrMeta"})
_FUNCTION = re.compile(r"f([1-9]|1\d|2[0-4])", re.IGNORECASE)


def playwright_keys(written: str) -> list[str]:
    """Return the chords in `written` in Playwright's names: "ctrl + a" gives ["Control+a"].

    Several chords stand apart by commas or "then". "cmd" means Command on a Mac and Control elsewhere.

    Raises:
        UsageError: a name is no key.
    """
    whole = written.strip()
    if not whole:
        raise UsageError("The sentence names no key.", mend='name one, as in "press Enter" or "press Ctrl+A".')
    parts = [whole] if len(whole) == 1 else re.split(r"\s*,\s*(?:then\s+)?|\s+then\s+", whole)
    return [_chord(part) for part in parts if part]


def _chord(part: str) -> str:
    if len(part) == 1:
        return part
    pieces = [piece.strip() for piece in re.split(r"\s*\+\s*(?=.)|(?<=\w)-(?=\w+$)", part)]
    keys = [_key(piece, part) for piece in pieces]
    if any(key not in _MODIFIERS for key in keys[:-1]):
        raise UsageError(
            f'"{part}" is no chord: only its last key may be an ordinary one.', mend='write as in "Ctrl+Shift+K".'
        )
    if len(keys) > 1 and len(keys[-1]) == 1:
        keys[-1] = keys[-1].lower()
    return "+".join(keys)


def _key(name: str, chord: str) -> str:
    known = _NAMES.get(" ".join(name.lower().split()))
    if known:
        return known
    if len(name) == 1:
        return name
    if _FUNCTION.fullmatch(name):
        return name.upper()
    raise UsageError(
        f'"{name}" in "{chord}" is no key.', mend="use names such as Enter, Tab, Escape, ArrowDown, F5, Ctrl+A."
    )
