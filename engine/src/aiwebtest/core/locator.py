"""Locators: recipes to find an element again, by meaning first; and the identity that a found one must have."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FrameStep", "Identity", "Locator", "described"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStep:
    """One frame on the way down: found by name, title or URL path, first that is given."""

    name: str = ""
    title: str = ""
    url_path: str = ""
    index: int = 0  # among the frames that match alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """How to find the element again. Every field that is given must fit; meaning comes first, structure last.

    Texts are compared without regard to case and white space. A `#` in a text stands for any number or date, because
    those change while the thing stays the same: `Basket (#)`.

    As `within`, a locator is one of three things:

    - with `count` 0, a place: the element is, or is in, the `index`-th of those that match ("the second row");
    - with a role, tag or ident, an ancestor told by its `name` or by a `text` in it (a row, a section, a dialog);
    - with a `text` alone, the largest part of the page that holds just one of the alike elements and that text.

    `within` of a place narrows the places, otherwise it is asked of the elements that are left.
    """

    role: str = ""
    name: str = ""
    testid: str = ""
    label: str = ""
    placeholder: str = ""
    text: str = ""  # of the element and all below it; as `within`, the whole text of some element there
    tag: str = ""
    href: str = ""  # of a link: path, query and fragment, with scheme and host only for another origin
    ident: str = ""  # its id, its name attribute or one of its classes
    within: Locator | None = None  # tells alike elements apart
    index: int = 0  # among those that match alike, in document order; negative counts from the end
    count: int = 1  # how many match alike; 0: however many, since the position is what the sentence means
    hidden: bool = False  # the element may be invisible, as a file field behind a button is
    frames: tuple[FrameStep, ...] = ()
    css: str = ""  # not used by recipes of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a found element must still be, so that a replay does not act on a stranger."""

    tag: str
    role: str
    name: str  # "" when the position is the meaning and the name is whatever stands there
    type: str = ""
    near: tuple[str, ...] = ()  # heading of its section, name of its dialog, first text of its row
    marks: tuple[str, ...] = ()  # test id, id, name or class that it alone had; may vanish, must not be another's
    position: int = 0  # the sentence's ordinal (-1 is the last), 0 when it names none


def described(locator: Locator, identity: Identity) -> str:
    """Return the element in words: `button "Delete" in the row "Ada"`."""
    words = [identity.role or identity.tag]
    name = (
        identity.name
        or locator.name
        or locator.text
        or locator.ident
        or locator.label
        or locator.placeholder
        or locator.testid
    )
    if name:
        words.append(f"“{name}”")
    if identity.position:
        words.append(f"(number {identity.position} of its list)" if identity.position > 0 else "(counted from the end)")
    place = locator.within
    while place is not None:
        if told := place.name or place.text:
            words.append(f"in the {place.role or 'part'} “{told}”")
        place = place.within
    return " ".join(words)
