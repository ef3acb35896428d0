"""Keys and chords: what testers call them, in Playwright's names."""

from __future__ import annotations

import re

from aiwebtest.grounding.rules.lexer import Phrases, fold

__all__ = ["AMBIGUOUS_KEYS", "key_at", "read_key"]

_KEYS = {
    "Enter": "enter, return, carriage return, enter/return, ⏎, ↵",
    "Tab": "tab, tabulator",
    "Escape": "escape, esc",
    "Space": "space, spacebar, space bar",
    "Backspace": "backspace, back space, ⌫",
    "Delete": "delete, del",
    "Insert": "insert, ins",
    "Home": "home",
    "End": "end",
    "PageUp": "pageup, page up, page-up, pgup",
    "PageDown": "pagedown, page down, page-down, pgdn, pgdown",
    "ArrowUp": "arrowup, arrow up, up arrow, up-arrow, cursor up, ↑",
    "ArrowDown": "arrowdown, arrow down, down arrow, down-arrow, cursor down, ↓",
    "ArrowLeft": "arrowleft, arrow left, left arrow, left-arrow, cursor left, ←",
    "ArrowRight": "arrowright, arrow right, right arrow, right-arrow, cursor right",
    "Control": "control, ctrl, ctl, strg, ⌃",
    "ControlOrMeta": "controlormeta, mod, ctrl/cmd, cmd/ctrl, ctrl or cmd",
    "Shift": "shift, ⇧",
    "Alt": "alt, option key, opt, ⌥",
    "Meta": "meta, cmd, command, win, windows, windows key, super, ⌘",
    "CapsLock": "capslock, caps lock",
    "ContextMenu": "contextmenu, context menu key, menu key",
    "Minus": "minus",
    "Equal": "equals",
} | {f"F{n}": f"f{n}" for n in range(1, 13)}
_NAMES = {phrase: key for key, phrases in _KEYS.items() for phrase in phrases.split(", ")}
_TABLE: Phrases[str] = Phrases(_NAMES)
_MODIFIERS = frozenset({"Control", "ControlOrMeta", "Shift", "Alt", "Meta"})
_JOINT = re.compile(r"(?<=.)[+\-](?=.)")
# Keys whose names are also common names of buttons, and single characters other than letters.
AMBIGUOUS_KEYS = frozenset({"Delete", "Home", "End", "Insert", "Minus", "Equal"})


def read_key(text: str) -> str | None:
    """Return Playwright's name for a key or chord such as "Ctrl + Shift + a" or "arrow down", or None."""
    found = key_at(tuple(fold(text).replace(" + ", "+").split()), 0)
    return found[0] if found and found[1] == len(fold(text).replace(" + ", "+").split()) else None


def key_at(lows: tuple[str, ...], start: int) -> tuple[str, int] | None:
    """Return the key or chord that starts at `start`, and its number of words."""
    single = _single(lows, start)
    if not single:
        return None
    key, size = single
    if key not in _MODIFIERS or start + size >= len(lows):
        return single
    place = start + size
    joined = lows[place] in ("+", "-", "and", "plus")
    rest = key_at(lows, place + 1 if joined else place)
    if rest is None:
        return single
    return f"{key}+{rest[0]}", rest[1] + size + joined


def _single(lows: tuple[str, ...], start: int) -> tuple[str, int] | None:
    if start >= len(lows):
        return None
    if found := _TABLE.at(lows, start):
        return found
    word = lows[start]
    if len(word) == 1 and not word.isspace():
        return word, 1
    parts = _JOINT.split(word)
    if len(parts) < 2:
        return None
    names = [_NAMES.get(part) or (part if len(part) == 1 else None) for part in parts]
    if None in names or any(name not in _MODIFIERS for name in names[:-1]):
        return None
    return "+".join(name for name in names if name), 1
