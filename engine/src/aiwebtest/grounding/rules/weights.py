"""What each piece of evidence is worth, in one place.

Points are log-odds: they add up, and `probability` turns the sum into a score between 0 and 1.
`benchmarks/calibrate.py`
compares the scores with how often they were right over labelled examples and says what SCALE and SHIFT should be.
"""

from __future__ import annotations

from math import exp
from typing import Final

__all__ = ["ALIKE", "CARRIER", "CLEAR", "FITS", "LEAD", "NEAREST", "POINTS", "SCALE", "SHIFT", "probability"]

SCALE: Final = 1.0  # stretches points to what they proved to be worth
SHIFT: Final = -2.5  # what an element is worth before anything speaks for it: most elements are not meant

CLEAR: Final = 0.58  # a score from which the rules may act alone
LEAD: Final = 0.9  # points by which the first must lead the second to be clear
FITS: Final = 0.5  # a score from which an element counts as what the words describe
ALIKE: Final = 0.75  # points within which elements fit equally well, so that "the second" counts them together
NEAREST: Final = 3  # how many are shown as the nearest things when nothing fits

POINTS: Final[dict[str, float]] = {
    # How the wording compares with the element's.
    "name is exactly so": 4.0,  # the same characters
    "name is so but for case": 3.85,  # "Sign In" for "sign in"
    "name is so but for punctuation": 3.6,  # "E-mail:" for "email", "Inbox (3)" for "Inbox"
    "name means the same": 3.0,  # interface synonyms and plurals: "log in" for "Sign in"
    "name begins so": 1.7,  # "Save" for "Save changes"; the share of words covered adds "share covered"
    "name contains it": 0.9,  # "changes" for "Save changes"; the share covered is added likewise
    "share covered": 1.5,
    "place has the other words": 2.6,  # "Express delivery" for "Express" in the group "Delivery", "edit Ada" in her row
    "another is called just so": -0.5,  # "New password confirmation" where there is a "New password"
    "words contain the name": 0.2,  # "profile settings" for "Settings": words of the sentence are left over
    "share used": 1.2,
    "name is nearly so": 1.6,  # spelled a little differently; never for quoted words
    "text holds it": 2.2,  # a quoted line of a longer text, where nothing else says where something is
    # What the sentence says besides the name.
    "role fits": 1.0,  # it is what the role word says, or can pass for it
    "role fits less": -2.0,  # times what it lacks: a link called a button
    "role alone": 3.1,  # there is no name: the role word is all there is to go by; times the fit
    "role does not fit": -4.0,  # a link is not a checkbox
    "anything": 0.6,  # neither name nor role: "click it", "type x"
    "state fits": 0.6,
    "state does not fit": -4.0,
    "modifier fits": 0.9,  # colour, size, shape, kind of item
    "place fits": 0.6,  # a relation holds
    "place fits less": -2.2,  # it holds better for others, times how much
    "place does not fit": -5.0,
    # What the action needs.
    "can be acted on": 0.8,  # clickable for a click, editable for typing
    "is what one scrolls to": 1.0,  # a heading, rather than a link of the same words
    "is acted on through a part": 0.3,  # a label for its checkbox, a row for its link
    "cannot be acted on": -0.5,  # clicking plain text is possible, if rarely meant
    "wrong kind for the action": -6.0,  # typing into a heading
    "is disabled": -0.7,  # a disabled twin is rarely the one meant
    # Where it stands.
    "is hidden": -5.0,
    "is behind a dialog": -4.0,
    "is in view": 0.15,
    "is near the last step": 1.0,  # in the form or dialog of the element acted on just before
    "is page furniture": -1.0,  # a row, table, item ... of the navigation or the footer: content is what is meant
}

CARRIER: Final[dict[str, float]] = {
    # Which text of the element has the wording: a deduction from the name's points.
    "name": 0.0,
    "text": 0.0,
    "label": 0.0,
    "content": -0.1,  # text spread over several elements
    "caption": -0.2,  # heading, legend or first cell of a container
    "placeholder": -0.25,
    "alt": -0.2,
    "title": -0.3,
    "sign": -0.3,  # what is commonly meant by a sign: "🗑"
    "beside": -0.5,  # text next to a control without a label
    "described": -1.0,
    "value": -0.9,
    "testid": -0.9,
    "icon": -0.6,  # id, class or picture name of an element without words of its own
    "ident": -2.2,  # the same of an element that has words
    "href": -1.8,
    "within": -1.2,  # somewhere in the text of a container
    "given": 0.0,  # the attribute that the sentence names
}


def probability(points: float) -> float:
    """Return the score of a sum of points."""
    return 1.0 / (1.0 + exp(-(SCALE * points + SHIFT)))
