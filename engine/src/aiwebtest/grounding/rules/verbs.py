"""The lexicon of actions: verbs, their forms, and the frame in which each stands.

A frame says how the words behind a verb are read; `aiwebtest.grounding.rules.act` has one reader a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aiwebtest.core.intent import Action
from aiwebtest.grounding.rules.lexer import Phrases

__all__ = ["VERBS", "Form", "Frame", "Verb", "VerbForm", "implied_objects"]

Form = Literal["base", "s", "ing", "ed"]
Frame = Literal[
    "point", "press", "type", "fill", "clear", "set", "select", "deselect", "mark", "open", "wait", "drag", "scroll",
    "upload", "download", "tab", "close", "frame", "answer", "submit", "copy", "resize", "login", "search", "find",
    "use", "history", "named", "expand", "collapse", "verify",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as testers use it. `plain` verbs name no browser action: the page has something of that name."""

    phrase: str
    frame: Frame
    action: Action


@dataclass(frozen=True, slots=True)
class VerbForm:
    """A verb in one of its forms: click, clicks, clicking, clicked."""

    verb: Verb
    form: Form


_LEXICON: dict[tuple[Frame, Action], str] = {
    ("point", "click"): "click, click on, click onto, click at, click in, click into, left click, left-click, "
    "left click on, left-click on, tap, tap on, single click, single-click, touch, push, activate, follow, trigger, "
    "invoke, click through, click the mouse on",
    ("point", "double_click"): "double click, double-click, doubleclick, double click on, double-click on, dblclick, "
    "double tap, double-tap, double tap on, double-tap on",
    ("point", "right_click"): "right click, right-click, rightclick, right click on, right-click on, context click, "
    "context-click, secondary click",
    ("point", "hover"): "hover, hover over, hover on, hover above, hover the mouse over, hover mouse over, "
    "mouse over, mouseover, mouse-over, move the mouse over, move mouse over, move the mouse to, move mouse to, "
    "move the cursor over, move the cursor to, move the pointer over, point at, point to, place the cursor over, "
    "roll over",
    ("point", "focus"): "focus, focus on, focus into, focus in, set focus on, set focus to, set the focus to, "
    "set the focus on, put focus on, put the focus on, move focus to, move the focus to, give focus to, "
    "place the cursor in, put the cursor in, place the cursor into, put the cursor into",
    ("press", "press"): "press, hit, strike, press on, press down, depress",
    ("type", "type"): "type, type in, enter, input, key in, write, put, insert, supply, provide, fill in with, "
    "populate with, punch in, specify, paste, send keys, send, retype, re-enter, reenter, write down",
    ("type", "append"): "append, add text, additionally type, also type, type additionally",
    ("fill", "type"): "fill, fill in, fill out, fill up, complete, populate, replace, overwrite",
    ("clear", "clear"): "clear, empty, clear out, erase, blank, clear the text in, clear the content of, "
    "clear the contents of, clear the value of, clear the text from, remove the text from, delete the text in, "
    "delete the text from, delete the contents of",
    ("set", "set"): "set, change, adjust, update, modify, move, increase, decrease, raise, lower, reset",
    ("select", "select"): "select, choose, pick, opt for, pick out, pick up",
    ("deselect", "deselect"): "deselect, unselect, de-select, un-select",
    ("mark", "check"): "check, tick, check off, tick off, mark, enable, turn on, switch on, toggle on, activate the",
    ("mark", "uncheck"): "uncheck, untick, un-check, un-tick, unmark, disable, turn off, switch off, toggle off, "
    "clear the checkbox",
    ("mark", "toggle"): "toggle, flip",
    (
        "open",
        "open",
    ): "open, open up, go to, navigate to, visit, browse to, load, goto, navigate, head to, head over to, "
    "land on, launch, proceed to, go over to, surf to, start at, start on, return to, go back to, navigate back to, "
    "access, move to, go up to, jump to, look at, have a look at, take a look at, "
    "show me, let me see, let me look at, let me have a look at, take me to, "
    "bring me to, get me to, "
    "enter the url, am on, are on, is on, i'm on, am at, start from, go",
    ("history", "back"): "go back, navigate back, press back, move back, step back, return, hit back",
    ("history", "forward"): "go forward, navigate forward, move forward, step forward",
    ("history", "reload"): "reload, refresh, hard refresh, hard reload, reload again",
    ("wait", "wait"): "wait, pause, sleep, hold on, wait up",
    ("drag", "drag"): "drag, drag and drop, drag-and-drop, drag & drop, drop, pull",
    ("scroll", "scroll"): "scroll, swipe, scroll through, bring",
    ("upload", "upload"): "upload, attach, import",
    ("download", "download"): "download",
    ("tab", "switch_tab"): "switch, switch to, change to, switch over to, switch back, switch back to",
    ("close", "click"): "close, dismiss, shut, close out",
    ("frame", "enter_frame"): "enter the frame, enter the iframe, enter frame, enter iframe, go into the frame, "
    "switch to the frame, switch to the iframe, switch to frame, switch to iframe, switch into the frame, "
    "switch into the iframe",
    ("frame", "leave_frame"): "leave the frame, leave the iframe, exit the frame, exit the iframe, leave frame, "
    "leave iframe, exit frame, exit iframe, switch to the main page, switch back to the main page, "
    "switch to the main frame, switch back to the main frame, switch to default content, "
    "switch to the default content, switch to the top frame, switch to the parent frame, switch out of the frame, "
    "switch out of the iframe, go back to the main page content",
    ("answer", "accept_dialog"): "accept, ok, confirm, answer",
    ("answer", "dismiss_dialog"): "cancel, decline, reject",
    ("submit", "submit"): "submit",
    ("copy", "copy"): "copy, remember, store, save, extract, read, grab, capture, note, note down, record, get, "
    "fetch, keep, memorize, memorise, retrieve, make a note of, take note of, write down, take, scrape",
    ("resize", "resize"): "resize, set the viewport, set the viewport to, set viewport to, set the window size, "
    "set the window size to, set the browser size to, set window size to, set the viewport size to, maximize, "
    "maximise",
    ("login", "click"): "log in, login, log on, sign in, logon, log me in, sign me in, sign on, authenticate",
    ("search", "type"): "search, search for, look up, google",
    ("verify", "wait"): "verify, assert, ensure, expect, validate, check that, check if, check whether, check for, "
    "check there, check how, check no, confirm that, confirm if, confirm whether, make sure, make sure that, see, "
    "see that, observe, notice, double check, double-check, double check that, expect to see, be able to see, "
    "validate that, verify that, ensure that, assert that, be shown, be on, be at, be redirected, be taken, "
    "be logged, be presented, be able, not see, no longer see, cannot see, can't see, cannot read, can't read, "
    "not read, inspect",
    ("find", "click"): "find, locate, look for, find the, identify, spot",
    ("use", "click"): "use, using, with the help of",
    ("expand", "click"): "expand, unfold, uncollapse",
    ("collapse", "click"): "collapse, fold, minimize, minimise",
    ("named", "click"): "add, remove, delete, edit, log out, logout, sign out, log off, sign off, sign up, register, "
    "continue, proceed, apply, buy, order, check in, check out, checkout, purchase, pay, create, share, like, unlike, "
    "archive, approve, publish, unpublish, show, hide, view, display, print, export, sort, sort by, filter, filter by, "
    "group, group by, "
    "subscribe, unsubscribe, block, report, retweet, reply, reply to, forward, rename, duplicate, move up, "
    "move down, restore, undo, redo, start, stop, play, mute, unmute, run, agree, agree to, deny, allow, finish, "
    "skip, join, leave, invite, assign, unassign, star, unstar, pin, unpin, bookmark, rate, vote, upvote, downvote, "
    "book, reserve, schedule, place, generate, test, verify email, connect, disconnect, install, uninstall, "
    "activate account, deactivate, increment, decrement, zoom in, zoom out, trash, flag, request, redeem, preview, "
    "discard, withdraw, post, transfer, deposit, complete order, empty the cart",
}

_IRREGULAR: dict[str, tuple[str, str, str]] = {  # base: (-s, -ing, past participle)
    "choose": ("chooses", "choosing", "chosen"),
    "hit": ("hits", "hitting", "hit"),
    "put": ("puts", "putting", "put"),
    "set": ("sets", "setting", "set"),
    "get": ("gets", "getting", "got"),
    "go": ("goes", "going", "gone"),
    "goto": ("goes to", "going to", "gone to"),
    "write": ("writes", "writing", "written"),
    "send": ("sends", "sending", "sent"),
    "find": ("finds", "finding", "found"),
    "see": ("sees", "seeing", "seen"),
    "be": ("is", "being", "been"),
    "buy": ("buys", "buying", "bought"),
    "pay": ("pays", "paying", "paid"),
    "hold": ("holds", "holding", "held"),
    "keep": ("keeps", "keeping", "kept"),
    "leave": ("leaves", "leaving", "left"),
    "read": ("reads", "reading", "read"),
    "take": ("takes", "taking", "taken"),
    "bring": ("brings", "bringing", "brought"),
    "shut": ("shuts", "shutting", "shut"),
    "strike": ("strikes", "striking", "struck"),
    "give": ("gives", "giving", "given"),
    "hide": ("hides", "hiding", "hidden"),
    "show": ("shows", "showing", "shown"),
    "undo": ("undoes", "undoing", "undone"),
    "redo": ("redoes", "redoing", "redone"),
    "make": ("makes", "making", "made"),
    "land": ("lands", "landing", "landed"),
    "sleep": ("sleeps", "sleeping", "slept"),
    "withdraw": ("withdraws", "withdrawing", "withdrawn"),
    "run": ("runs", "running", "run"),
    "am": ("is", "being", "been"),
    "are": ("are", "being", "been"),
    "is": ("is", "being", "been"),
    "i'm": ("is", "being", "been"),
    "focus": ("focuses", "focusing", "focused"),
    "enter": ("enters", "entering", "entered"),
    "open": ("opens", "opening", "opened"),
    "visit": ("visits", "visiting", "visited"),
    "edit": ("edits", "editing", "edited"),
    "hover": ("hovers", "hovering", "hovered"),
    "select": ("selects", "selecting", "selected"),
    "deselect": ("deselects", "deselecting", "deselected"),
    "follow": ("follows", "following", "followed"),
    "trigger": ("triggers", "triggering", "triggered"),
    "filter": ("filters", "filtering", "filtered"),
    "register": ("registers", "registering", "registered"),
    "view": ("views", "viewing", "viewed"),
    "play": ("plays", "playing", "played"),
    "display": ("displays", "displaying", "displayed"),
}
_DOUBLED = frozenset("tap submit drag drop swap flip log unpin pin scrap step stop skip get grab".split())


def _inflect(word: str) -> tuple[str, str, str]:
    """Return the -s, -ing and -ed form of a verb's first word."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _DOUBLED:
        return word + "s", word + word[-1] + "ing", word + word[-1] + "ed"
    if word.endswith("e"):
        return word + "s", word[:-1] + "ing", word + "d"
    if word.endswith(("s", "sh", "ch", "x")):
        return word + "es", word + "ing", word + "ed"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies", word + "ing", word[:-1] + "ied"
    return word + "s", word + "ing", word + "ed"


_FIRST_IS_ADVERB = frozenset("left right double single context secondary hard additionally also".split())


def _forms(phrase: str) -> tuple[str, str, str]:
    """Return the -s, -ing and -ed form of a verb of one or several words."""
    words = phrase.split()
    head = 1 if words[0] in _FIRST_IS_ADVERB and len(words) > 1 else 0
    s, ing, ed = _inflect(words[head])
    return (
        " ".join([*words[:head], s, *words[head + 1 :]]),
        " ".join([*words[:head], ing, *words[head + 1 :]]),
        " ".join([*words[:head], ed, *words[head + 1 :]]),
    )


def _table() -> dict[str, VerbForm]:
    table: dict[str, VerbForm] = {}
    verbs = [Verb(phrase, frame, action) for (frame, action), line in _LEXICON.items() for phrase in line.split(", ")]
    for verb in verbs:
        table.setdefault(verb.phrase, VerbForm(verb, "base"))
    for verb in verbs:
        s, ing, ed = _forms(verb.phrase)
        table.setdefault(s, VerbForm(verb, "s"))
        table.setdefault(ing, VerbForm(verb, "ing"))
        table.setdefault(ed, VerbForm(verb, "ed"))
    return table


# Every form of every verb -> the verb and the form.
VERBS: Phrases[VerbForm] = Phrases(_table())


# What a command of an interface is done to without saying it: "Mute" mutes the sound.
_IMPLIED = {
    "mute, unmute": "sound audio volume video player",
    "play, pause, stop, resume": "video film movie clip audio music song track sound recording playback media player",
    "undo, redo": "last change action edit step move",
    "zoom in, zoom out": "map picture image photo view page document",
    "save": "change edit modification progress work form input entry",
    "print": "page document",
    "full screen, fullscreen": "mode view",
    "next, previous": "page question step slide picture item",
}
_OBJECTS = {
    tuple(verb.split()): frozenset(nouns.split()) for verbs, nouns in _IMPLIED.items() for verb in verbs.split(", ")
}


def implied_objects(stems: tuple[str, ...]) -> frozenset[str]:
    """Return the nouns, as stems, that go without saying behind a command of those words."""
    return _OBJECTS.get(stems, frozenset())
