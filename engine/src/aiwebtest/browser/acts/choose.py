"""Options chosen: in native selects, list boxes, comboboxes, autocompletes, menus and groups of radios."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.acts.act import Act, Deadline, no_such
from aiwebtest.browser.acts.fields import put
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read_handle
from aiwebtest.core.errors import ActionError
from aiwebtest.core.intent import OptionPattern
from aiwebtest.core.ordering import says_order

__all__ = ["affirm", "approach", "asking", "deselect", "match", "select"]

_POLL_S = 0.05
_OPEN_S = 1.0  # how long a list may take to open before something is typed to call it
_UNFOLDS_S = 0.4  # how long a branch of a tree may take to show what is in it
_COMPANION = """(select) => {
  const drawn = (other) => other && other.offsetWidth && other.offsetHeight;
  for (const side of ["nextElementSibling", "previousElementSibling"]) {
    for (let other = select[side]; other; other = other[side]) {  // behind what is chosen may stand where one types
      if (drawn(other) && other.matches("input, [role=combobox]")) return other;
    }
    if (drawn(select[side])) return select[side];
  }
  return null;
}"""

_PATH = re.compile(r"\s+[/>›»]\s+")  # between a group and what is in it: "Europe / France"
_CHOOSING = frozenset(["select", "choose", "pick"])
_CLOSES_S = 0.6  # how long a dialog may take to close by itself once something was chosen in it
_NUMBER = "(element) => window[Symbol.for('aiwebtest')].numberOf(element)"
_IS_OPEN = "(element) => element.closest('[aria-expanded=true]') !== null"


@dataclass(frozen=True, slots=True)
class _Option:
    n: int
    label: str
    value: str
    selected: bool
    disabled: bool


async def select(act: Act) -> None:
    """Choose the options named by the values, or the one at the intent's position, and see that they are chosen."""
    chooser = await act.first("chooser")
    options = _options(chooser["options"])
    kind = chooser["kind"]
    if kind == "native":
        await _native(act, chooser, options, on=True)
    elif kind == "datalist":
        wanted = options[match(act, options, act.values[0] if act.values else "")]
        await put(act, wanted.value)
    elif kind == "option":
        await _pick(act, options[0])
    elif kind == "popup" and (
        (not chooser["opens"] and _is_choice(act, chooser["label"])) or _says_it_all(act, chooser["label"])
    ):
        await _click(act, _Option(chooser["n"], chooser["label"], "", selected=False, disabled=False))
    elif kind == "within":
        for index in _chosen(act, options):
            await _pick(act, options[index])
    else:
        asked = None
        for value in act.values or [""]:
            named = _but_for_name(value, chooser["label"]) if act.intent.target is None else value
            asked = await _from_popup(act, named, editable=kind == "editable", asked=asked)
        await affirm(act, asked)


def _but_for_name(wanted: str, name: str) -> str:
    """Return "Cardiology" for "ward Cardiology" and "Cardiology ward", of the list that is called "Ward"."""
    want, said = _folded(wanted), _folded(name)
    if not said or want == said:
        return wanted
    if want.startswith(f"{said} "):
        return " ".join(wanted.split())[len(said) + 1 :]
    return " ".join(wanted.split())[: -len(said) - 1] if want.endswith(f" {said}") else wanted


def _is_choice(act: Act, label: str) -> bool:
    """Tell whether an element that is no list is what is to be chosen: "10%" is chosen by a click.

    Where the sentence names nothing to choose in, it may be called by the code in the words, "10A" of "seat 10A", or be
    the button beside them, "Select" in "the 12:00 sailing". A drawn list shows what is chosen now, which is neither.
    """
    if len(act.values) != 1:
        return False
    asked, seen = _folded(act.values[0]), _folded(label)
    if asked == seen:
        return True
    is_code = any(c.isdigit() for c in seen) and any(c.isalpha() for c in seen) and seen in asked.split()
    return act.intent.target is None and (is_code or seen in _CHOOSING)


def _says_it_all(act: Act, label: str) -> bool:
    """Tell whether an element says the whole sentence, as a button "Choose a page" that opens a dialog does."""
    return bool(act.values) and _folded(act.intent.text) == _folded(label)


async def deselect(act: Act) -> None:
    """Take the options named by the values out of the choice; all of them when none is named."""
    chooser = await act.first("chooser")
    options = _options(chooser["options"])
    if chooser["kind"] == "native":
        await _native(act, chooser, options, on=False)
        return
    chosen = _chosen(act, options) if act.values else [i for i, option in enumerate(options) if option.selected]
    for index in chosen:
        if options[index].selected:
            await _click(act, options[index])


def match(act: Act, options: Sequence[_Option], wanted: str) -> int:
    """Return the index of the option that `wanted` names: by label, then by value, then by a part of just one label.

    Raises:
        ActionError: none fits, or several fit alike.
    """
    if act.intent.pattern is not None:
        return _any_that_fits(act, act.intent.pattern, options)
    want = _folded(wanted)
    makes = act.intent.makes
    direction = makes if makes in ("ascending", "descending") else None
    for test in (
        *((lambda option: says_order(option.label, wanted, direction),) if makes is not None else ()),
        lambda option: " ".join(option.label.split()) == " ".join(wanted.split()),
        lambda option: _folded(option.label) == want,
        lambda option: option.value == wanted,
        lambda option: _folded(option.label).startswith(want),
        lambda option: want in _folded(option.label),
    ):
        fits = [index for index, option in enumerate(options) if want and test(option)]
        enabled = [index for index in fits if not options[index].disabled]
        if len(fits) == 1 or (fits and len({options[index].label for index in fits}) == 1):
            return (enabled or fits)[0]
        if fits:
            raise ActionError(
                act.scope.mask(f'"{wanted}" fits several options: {_listed([options[i] for i in fits])}.'),
                mend="write the option's whole label.",
            )
    raise ActionError(
        act.scope.mask(f'There is no option "{wanted}". There are: {_listed(options)}.'),
        mend="write one of these labels, or do first what fills the list.",
    )


_CAPTION = """(element) => {
  const labels = [...(element.labels || [])].map((label) => label.innerText);
  const block = element.closest("label, fieldset, td, li, p, div");
  return [element.getAttribute("aria-label") || "", ...labels, block ? block.innerText : ""].join(" ");
}"""


async def _without_caption(act: Act, wanted: str, options: Sequence[_Option]) -> str:
    """Return "Offer" for "stage Offer", where the list is called Stage and has no other option that fits."""
    want = _folded(wanted)
    fits = {
        option.label
        for option in options
        if _folded(option.label) and f" {want} ".endswith(f" {_folded(option.label)} ")
    }
    if len(fits) != 1 or any(_folded(option.label) == want for option in options):
        return wanted
    label = fits.pop()
    noun = want.removesuffix(_folded(label)).strip()
    return label if noun and noun in _folded(await act.ask(_CAPTION)).split() else wanted


def _any_that_fits(act: Act, pattern: OptionPattern, options: Sequence[_Option]) -> int:
    fits = [index for index, option in enumerate(options) if pattern.fits(option.label) and not option.disabled]
    if not fits:
        raise ActionError(
            act.scope.mask(f'No option is as "{act.intent.text}" says. There are: {_listed(options)}.'),
            mend="name one of these, or do first what fills the list.",
        )
    return fits[0]


async def _native(act: Act, chooser: dict[str, Any], options: list[_Option], *, on: bool) -> None:
    handle = act.target if chooser["itself"] else await act.element_number(chooser["n"])
    if not chooser["drawn"]:
        companion = (await read_handle(handle, _COMPANION)).as_element()
        if companion is not None:
            await select(replace(act, element=companion))
            return
    if act.intent.target is None and len(act.intent.values) == 1:
        wanted = await _without_caption(act, act.values[0], options)
        act = replace(act, intent=replace(act.intent, values=(wanted,))) if wanted != act.values[0] else act
    own = [index for index, option in enumerate(options) if option.n == chooser["own"]]
    chosen = own or (_chosen(act, options) if on or act.values else list(range(len(options))))
    for index in chosen:
        if on and options[index].disabled:
            raise ActionError(
                f'The option "{options[index].label}" is disabled.', mend="do first what enables it, or choose another."
            )
    if not on:
        chosen = [i for i, option in enumerate(options) if option.selected and i not in chosen]
    elif not chooser["multiple"] and len(chosen) > 1:
        raise ActionError("The list takes only one option.", mend="name one option only.")
    await handle.select_option(index=[options[index].n for index in chosen], timeout=act.deadline.left_ms)
    after = await act.last("chooser", handle)
    now = _options(after["options"]) if after and after.get("drawn") else []
    held = {option.label for option in now if option.selected}
    missing = [options[index].label for index in chosen if options[index].label not in held]
    if now and missing:
        raise ActionError(
            f"The list shows {_quoted(held)} after {_quoted(missing)} was chosen.",
            mend="see whether the application refuses the option.",
        )


def _chosen(act: Act, options: list[_Option]) -> list[int]:
    position = act.intent.position
    if position is not None and not act.values:
        index = position - 1 if position > 0 else len(options) + position
        if not 0 <= index < len(options):
            raise ActionError(f"There are only {len(options)} options.", mend=f"one of: {_listed(options)}.")
        return [index]
    if not act.values:
        raise ActionError(f'"{act.intent.text}" names no option.', mend=f"name one of: {_listed(options)}.")
    return [match(act, options, value) for value in act.values]


async def _pick(act: Act, option: _Option) -> None:
    if option.selected:
        act.session.note(f'"{option.label}" was chosen already')
        return
    await _click(act, option)


async def _click(act: Act, option: _Option) -> None:
    handle = await act.clickable(await act.element_number(option.n))
    await approach(act, handle)
    await handle.click(timeout=act.deadline.left_ms)


async def approach(act: Act, entry: AnyElement) -> None:
    """Move the pointer onto an entry of a list, to be clicked then.

    A list that opens under a pointer which lies still lets it choose nothing until it moves twice, as hands do.
    """
    with suppress(PlaywrightError):
        box = await entry.bounding_box()
        if box is not None:
            await act.page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2 + 1)


async def asking(act: Act, entry: AnyElement) -> dict[str, Any] | None:
    """Return the dialog that an entry to be clicked stands in, with its button that affirms the choice, if any."""
    own = await act.ask(_NUMBER)
    found: dict[str, Any] | None = await act.call("asking", own, on=entry)
    return found


async def affirm(act: Act, asked: dict[str, Any] | None) -> None:
    """Press "OK" or the like in the dialog in which something was chosen, where it stays open for that."""
    patience = Deadline(min(_CLOSES_S, act.deadline.left_s))
    while asked is not None and await act.call("isShown", asked["dialog"]):
        if patience.passed:
            await (await act.element_number(asked["yes"])).click(timeout=act.deadline.left_ms)
            return
        await asyncio.sleep(_POLL_S)


async def _from_popup(act: Act, wanted: str, *, editable: bool, asked: dict[str, Any] | None) -> dict[str, Any] | None:
    """Open the list of a combobox, menu or autocomplete, type to filter it if need be, and click the option.

    Return the dialog that asks for more than that click; `asked` is the one of the option before.
    """
    known = {option.n for option in await _visible(act, wanted)}
    is_open = await act.ask(_IS_OPEN) or (asked is not None and await act.call("isShown", asked["dialog"]))
    found = await _find(act, wanted, Deadline(0.0), among=known) if is_open else None
    if found is None:
        await act.target.scroll_into_view_if_needed(timeout=act.deadline.left_ms)
        await (await act.clickable(act.target)).click(timeout=act.deadline.left_ms)
        found = await _find(act, wanted, Deadline(min(_OPEN_S, act.deadline.left_s)), but=known)
    if found is None and len(levels := _PATH.split(wanted)) > 1:
        for level in levels[:-1]:
            await _take(act, await _find(act, level, act.deadline, but=known, strict=True))
        found = await _find(act, levels[-1], act.deadline, but=known, strict=True)
    found = found or await _in_branches(act, wanted, known)
    if found is None and editable and wanted:
        await put(act, wanted)
        found = await _find(act, wanted, act.deadline, but=known)
    if found is None:
        opened = any(option.n not in known for option in await _visible(act, wanted))
        found = await _find(act, wanted, act.deadline, but=known if opened else frozenset(), strict=True)
    return await _take(act, found)


async def _in_branches(act: Act, wanted: str, known: Set[int]) -> _Option | None:
    """Unfold the branches of the tree that was opened, one after the other, until one holds an option that fits."""
    unfolded: set[int] = set()
    while not act.deadline.passed:
        folded = [n for n in await act.call("foldedBranches", sorted(known)) if n not in unfolded]
        if not folded:
            return None
        unfolded.add(folded[0])
        await (await act.element_number(folded[0])).click(timeout=act.deadline.left_ms)
        if found := await _find(act, wanted, Deadline(min(_UNFOLDS_S, act.deadline.left_s)), but=known):
            return found
    return None


async def _take(act: Act, option: _Option | None) -> dict[str, Any] | None:
    """Click an option; return the dialog that asks for more than that click."""
    if option is None:
        raise await no_such(act, "The list shows no options.", "see whether the element opens a list at all.")
    if option.disabled:
        raise ActionError(
            f'The option "{option.label}" is disabled.', mend="do first what enables it, or choose another."
        )
    entry = await act.element_number(option.n)
    asked = await asking(act, entry)
    await approach(act, entry)
    await entry.click(timeout=act.deadline.left_ms)
    return asked


async def _find(
    act: Act,
    wanted: str,
    deadline: Deadline,
    *,
    among: Set[int] | None = None,
    but: Set[int] = frozenset(),
    strict: bool = False,
) -> _Option | None:
    """Wait for an option that fits; None when none came. With `strict`, raise what `match` says at the end.

    `but` names the options of other lists, which were there before this one was opened.
    """
    while True:
        options = [o for o in await _visible(act, wanted) if o.n not in but and (among is None or o.n in among)]
        if not act.values and act.intent.position is not None and options:
            return options[_chosen(act, options)[0]]
        try:
            return options[match(act, options, wanted)]
        except ActionError:
            if deadline.passed:
                if strict and options:
                    raise
                return None
        await asyncio.sleep(_POLL_S)


async def _visible(act: Act, wanted: str) -> list[_Option]:
    return _options(await act.call("options", wanted, act.intent.pattern is not None))


def _options(raw: list[dict[str, Any]]) -> list[_Option]:
    return [_Option(o["n"], o["label"], o["value"], o["selected"], o["disabled"]) for o in raw]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _listed(options: Sequence[_Option]) -> str:
    labels = [f'"{option.label}"' for option in options[:12] if option.label]
    more = f" and {len(options) - 12} more" if len(options) > 12 else ""
    return (", ".join(labels) or "none") + more


def _quoted(labels: Sequence[str] | set[str]) -> str:
    return ", ".join(f'"{label}"' for label in sorted(labels)) or "nothing"
