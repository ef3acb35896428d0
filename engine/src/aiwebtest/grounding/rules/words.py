"""The lexicon of descriptions: role words, ordinals, states, relations and the small words between them.

All of it is data. Words are written folded (lower case, straight apostrophes), phrases with single spaces.
Roles stand in a canonical form of our own, which is close to ARIA but follows what testers say:

- `field` is anything that takes a value, `box` a field or a check box, `textbox` a field of text, `textarea` one of
  several lines, `select` anything that opens a choice, `list` a list that is open already;
- `item` is one of several like things (a list item, a card, a row, a post), `result` one found by a search;
- `alert` is any message of the application: alert, toast, banner, notice, error message;
- `section` is any titled part of a page: section, panel, area, group;
- `page` is what a link, tab or menu entry of that name leads to.
"""

from __future__ import annotations

from typing import get_args

from aiwebtest.core.intent import Attribute, RelationKind, State
from aiwebtest.grounding.rules.lexer import Phrases

__all__ = [
    "ANAPHORA", "ATTRIBUTES", "COLLECTIVE", "CONTAINERS", "CONTRACTIONS", "DETERMINERS", "FIELD_NOUNS", "GENERIC",
        "ITEM_NOUNS",
    "LONGEST_NAME", "MODIFIERS", "NAMERS", "NUMBERED", "OPPOSITES", "ORDINALS", "ORDINAL_NAMES", "PERSON", "PHRASAL",
        "PLURALS", "POSSESSIVES", "QUANTIFIERS", "RELATIONS",
    "ROLES", "STATES", "STATE_WORDS", "VALUE_NOUNS",
]  # fmt: skip

PERSON = r"(?:i|we|you|they|(?:the |an? )?(?:user|visitor|customer|tester)s?)"
"""Who sees and does things in sentences, as a part of patterns that ignore case."""

_ROLE_WORDS: dict[str, str] = {
    "button": "button, btn, push button, command button, submit button, cta",
    "link": "link, hyperlink, anchor link, text link",
    "field": "field, input, input field, form field, entry field, input element, blank",
    "box": "box, input box, entry box",
    "textbox": "textbox, text box, text field, text input, text input field, text entry, input textbox, "
    "input text box, input text field, edit box, edit field, textfield, single line text field",
    "searchbox": "searchbox, search box, search bar, search field, search input",
    "textarea": "textarea, text area, multi-line text box, multiline field, multi-line field, text editor, editor, "
    "rich text editor",
    "checkbox": "checkbox, check box, tick box, tickbox, check-box, checkmark",
    "radio": "radio button, radio, radio option, radiobutton, option button, radio input, radio-button",
    "switch": "switch, toggle, toggle switch, toggle button",
    "select": "dropdown, drop-down, drop down, dropdown list, drop-down list, drop down list, dropdown menu, "
    "drop-down menu, drop down menu, dropdown box, drop-down box, dropdown field, drop-down field, select, "
    "select box, select field, select list, select menu, selection list, select element, selectbox, combobox, "
    "combo box, combo, combo-box, pulldown, pull-down, pull-down menu, selector, autocomplete, typeahead, "
    "multiselect, multi-select",
    "list": "list, scroll list, scrolling list, scrollable list",
    "listbox": "list box, listbox",
    "quote": "quote, quotation, blockquote, block quote",
    "option": "option, choice, suggestion, dropdown option, list option, autocomplete suggestion",
    "item": "item, list item, entry, listitem, record",
    "result": "result, search result, hit",
    "menu": "menu, context menu, popup menu, pop-up menu, row menu, kebab menu, actions menu, action menu, "
    "overflow menu, three-dot menu, three dots menu, three-dots menu, three dots, kebab",
    "menuitem": "menu item, menu option, menu entry, menuitem, menu link",
    "tab": "tab",
    "row": "row, table row, grid row, line",
    "cell": "cell, table cell, grid cell",
    "column": "column, table column",
    "columnheader": "column header, column heading, header cell, table header, columnheader",
    "table": "table, grid, data table, data grid",
    "heading": "heading, headline, subheading, sub-heading, page heading, section heading",
    "image": "image, picture, photo, img, thumbnail, avatar, photograph, illustration",
    "logo": "logo",
    "icon": "icon, glyph, pictogram, symbol",
    "dialog": "dialog, dialogue, dialog box, dialogue box, modal, modal dialog, modal window, modal box, popup, "
    "pop-up, pop up, popup window, pop-up window, popup dialog, overlay, lightbox, dialog window, action sheet, "
    "bottom sheet",
    "slider": "slider, slider handle, slider thumb, slider knob, range slider, range input, range control",
    "spinner": "spinner, spin box, spinbox, spin button, spinbutton, stepper, number spinner, number input, "
    "numeric field",
    "section": "section, area, region, panel, pane, fieldset, field set, group, block, accordion, collapsible, "
    "widget area, zone",
    "card": "card, tile, product card",
    "form": "form",
    "sidebar": "sidebar, side bar, side panel, side menu, drawer, aside",
    "header": "header, page header, top bar, site header, app bar",
    "footer": "footer, page footer, site footer",
    "navigation": "navigation, nav, navbar, nav bar, navigation bar, nav menu, navigation menu, main navigation, "
    "main menu, breadcrumbs",
    "toolbar": "toolbar, tool bar, button bar, action bar",
    "page": "page, screen, webpage, web page, view",
    "frame": "frame, iframe, inline frame",
    "tooltip": "tooltip, tool tip, hover text",
    "alert": "alert, message, toast, notification, snackbar, banner, notice, alert message, error message, "
    "toast message, flash message, success message, warning message, validation message, warning, validation error",
    "progressbar": "progress bar, progressbar, loading bar, progress indicator, loading spinner, loader, "
    "loading indicator, busy indicator, loading icon, loading animation",
    "tree": "tree, tree view, treeview",
    "treeitem": "tree item, tree node, treeitem, node",
    "datepicker": "date picker, datepicker, calendar, date selector",
    "timepicker": "time picker, timepicker",
    "fileinput": "file input, file upload, file chooser, file selector, file picker, upload field, upload area, "
    "upload control, file field, upload input, drop zone, dropzone, upload zone",
    "colorpicker": "color picker, colour picker, color input, colour input, color field, colour field",
    "label": "label, caption",
    "text": "text, wording, sentence, words",
    "paragraph": "paragraph",
    "video": "video, video player",
    "audio": "audio player",
    "canvas": "canvas",
    "badge": "badge, tag, chip, pill",
    "code": "code block",
}

_IRREGULAR_PLURALS = {
    "select": None,
    "navigation": None,
    "blank": None,
    "aside": None,
    "text": None,
    "words": None,
    "wording": None,
    "nav": None,
    "field set": "field sets",
}


def _plural(phrase: str) -> str | None:
    if phrase in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[phrase]
    if phrase.endswith(("x", "ch", "sh", "ss")):
        return phrase + "es"
    if phrase.endswith("y") and phrase[-2] not in "aeiou":
        return phrase[:-1] + "ies"
    return None if phrase.endswith("s") else phrase + "s"


def _roles() -> dict[str, str]:
    entries = {}
    for role, phrases in _ROLE_WORDS.items():
        for phrase in phrases.split(", "):
            entries[phrase] = role
            if plural := _plural(phrase):
                entries.setdefault(plural, role)
    return entries


def _plurals() -> frozenset[str]:
    phrases = (phrase for line in _ROLE_WORDS.values() for phrase in line.split(", "))
    return frozenset(plural for phrase in phrases if (plural := _plural(phrase)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Role phrase, singular or plural -> canonical role.
ROLES: Phrases[str] = Phrases(_roles())
# The role phrases that are plural.
PLURALS: frozenset[str] = _plurals()
# Words for any element: they say nothing of its role.
GENERIC = _words("element elements widget widgets control controls component components object thing one ones")

# Roles of things that hold other things: "of" and "under" with them mean "in".
CONTAINERS = frozenset(
    "dialog section form sidebar header footer navigation toolbar page frame table list menu card item tree row column "
    "result alert tooltip canvas select tab".split()
)
# Roles whose members are counted: "row 3" is the third row, "page 3" is the thing named so.
NUMBERED = frozenset("row column item result cell card image checkbox radio field textbox slider textarea".split())

# What applications have many of. The page rarely says these words, so they act as "item" and need not match.
ITEM_NOUNS = _words(
    "email e-mail mail post product order user article comment task todo to-do record person member customer account "
    "invoice ticket file document folder event contact book movie film song message tweet review question answer "
    "listing issue project booking reservation flight room hotel category notification property apartment conversation "
    "thread device vehicle car job course lesson recipe offer deal employee student patient appointment meeting "
    "transaction payment subscription repository server supplier lead campaign template album playlist game team player"
    " channel"
)

DETERMINERS = _words("the a an this that these those my your his her its our their some any")
POSSESSIVES = _words("my your his her its our their")
QUANTIFIERS = _words("all both every each")
ANAPHORA = frozenset(
    [
        "it",
        "them",
        "this",
        "that",
        "there",
        "this one",
        "that one",
        "the same",
        "same",
        "the same one",
        "these",
        "those",
    ]
)

_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_BACK = {"last": -1, "final": -1, "bottommost": -1}


def _ordinals() -> dict[str, int]:
    entries = {word: n for n, word in enumerate(_ORDINAL_WORDS, 1)} | _BACK | {"very first": 1, "very last": -1}
    entries |= {"topmost": 1, "penultimate": -2, "next to last": -2, "next-to-last": -2}
    for n, word in enumerate(_ORDINAL_WORDS[1:9], 2):
        for phrase in (f"{word} to last", f"{word}-to-last", f"{word} last", f"{word}-last", f"{word} from last"):
            entries[phrase] = -n
        entries[f"{word} from the end"] = entries[f"{word} from the bottom"] = -n
    for n in range(1, 13):
        entries[f"{_numeral(n)} from the end"] = entries[f"{_numeral(n)} to last"] = -n
    return entries


def _numeral(n: int) -> str:
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n if n < 20 else n % 10, 'th') }"


# Ordinal phrase -> 1-based place; negative from the end. Numerals such as "21st" are read by pattern.
ORDINALS: Phrases[int] = Phrases(_ordinals())
# Words behind an ordinal word that make a name of the two: "first name", "last updated".
ORDINAL_NAMES = _words(
    "name names login seen updated modified visit visited changed initial aid class step_name played"
)

_STATE_SYNONYMS: dict[str, State] = {
    "greyed": "disabled", "greyed-out": "disabled", "grayed-out": "disabled", "inactive": "disabled",
    "ticked": "checked", "unticked": "unchecked", "unselected": "unselected", "open": "expanded", "opened": "expanded",
    "closed": "collapsed", "read-only": "readonly", "mandatory": "required", "blank": "empty", "highlighted": "active",
    "current": "active", "chosen": "selected",
}  # fmt: skip
STATES: dict[str, State] = {state: state for state in get_args(State)} | _STATE_SYNONYMS
# State words that are also ordinary names ("Active", "Open", "Current"): taken as states in front of a role word only.
STATE_WORDS = frozenset(STATES)

MODIFIERS = _words(
    "red green blue yellow orange purple violet pink brown black white gray grey cyan magenta teal navy maroon olive "
    "turquoise gold silver lime indigo beige dark light bright pale colored coloured "
    "big large huge small tiny little medium wide narrow tall short long thin thick bold italic underlined "
    "round rounded square rectangular circular triangular oval "
    "primary secondary main top bottom upper lower left right middle center central centre floating sticky new empty "
    "success error warning info danger top-level nested inner outer adjacent corresponding respective appropriate "
    "only single native custom standard regular hidden blank"
)
OPPOSITES: dict[State, State] = {
    "disabled": "enabled", "enabled": "disabled", "checked": "unchecked", "unchecked": "checked",
    "selected": "unselected", "unselected": "selected", "expanded": "collapsed", "collapsed": "expanded",
    "visible": "hidden", "hidden": "visible",
}  # fmt: skip
CONTRACTIONS = _words("what's it's that's who's let's here's there's how's where's today's yesterday's tomorrow's")
# A longer description is not tried as one name.
LONGEST_NAME = 8
# Quantity words that stay as modifiers of a description; the act parser decides what to do about them.
COLLECTIVE = QUANTIFIERS

_RELATION_PHRASES: dict[RelationKind, str] = {
    "in": "in, inside, inside of, within, on, from, at, into, in the area of, contained in, located in, that is in, "
    "which is in, that are in, found in, on top of the page in, shown in, displayed in, listed in, from within, "
    "in the context of",
    "near": "next to, beside, near, near to, close to, adjacent to, alongside, by the side of, nearest to, "
    "closest to, beside of, opposite, around, that is next to, which is next to, right next to, directly next to, "
    "just next to",
    "below": "below, beneath, underneath, under, directly below, directly under, right below, just below, "
    "right under, that is below, under the heading, below the heading",
    "above": "above, over, directly above, right above, just above, on top of, that is above",
    "left_of": "left of, to the left of, on the left of, on the left side of, at the left of, left from, "
    "immediately left of, to the left side of",
    "right_of": "right of, to the right of, on the right of, on the right side of, at the right of, right from, "
    "immediately right of, to the right side of",
    "before": "before, preceding, in front of, just before, right before",
    "after": "after, following, behind, just after, right after, that follows, that comes after",
    "with": "with, containing, that contains, which contains, that has, which has, having, including, that includes, "
    "showing, that shows, which shows, displaying, that displays, by, whose",
    "for": "for, belonging to, of, that belongs to, which belongs to, about, concerning, associated with, "
    "related to, corresponding to, assigned to",
}
RELATIONS: Phrases[RelationKind] = Phrases(
    {phrase: kind for kind, phrases in _RELATION_PHRASES.items() for phrase in phrases.split(", ")}
)
# Words in front of "in", "on", "for" ... that make one expression of the two: "sign in", "ship to", "terms of".
PHRASAL: dict[str, frozenset[str]] = {
    "in": _words("sign log check opt zoom plug logged signed fill trade tune dial clock buy walk step break fade tick"),
    "on": _words("sign log turn switch add carry move hold go based click signed logged hands read later pass tap"),
    "over": _words("start carry take hand hover roll mouse"),
    "of": _words("terms out table proof date place country point list state type number kind"),
    "with": _words("continue in up pay login log agree connect share start compatible"),
    "for": _words("search apply look register up wait ask save pay"),
    "at": _words("look"),
    "by": _words("sort order group filter sorted filtered ordered stand powered pay created updated passer search"),
    "under": _words("down"),
    "from": _words("away import choose start load download"),
    "about": _words("learn read more find all"),
    "after": _words("look"),
    "before": _words("the"),
}

# Phrases that introduce the name of a thing, behind it: "the button labelled Save".
NAMERS: Phrases[str] = Phrases(
    dict.fromkeys(
        "labelled, labeled, labelled as, labeled as, named, called, titled, entitled, captioned, marked, marked as, "
        "saying, that says, which says, that reads, which reads, reading, with the words, with the word, "
        "with the wording, with the name, with name, with the caption, with caption, that is labelled, that is "
        "labeled, "
        "that is named, that is called, which is labelled, which is labeled, which is called, which is named, "
        "with accessible name, with the accessible name, with the title text".split(", "),
        "",
    )
)
_ATTRIBUTE_WORDS: dict[Attribute, str] = {
    "label": "label, label text, aria-label, aria label",
    "placeholder": "placeholder, placeholder text, hint, hint text",
    "alt": "alt, alt text, alternative text, alternate text, alt-text",
    "title": "title, title attribute",
    "testid": "test id, testid, test-id, data-testid, data-test-id, data-test, data-cy, data-qa, data test id, "
    "test identifier",
    "text": "text, content, text content, inner text, visible text, link text",
    "value": "value, current value",
    "id": "id, element id, html id",
    "class": "class, css class, class name, classname",
    "href": "href, url, link target, destination, address",
    "name": "name attribute, html name",
}
# Attribute phrase -> which one carries the name: "the field with placeholder 'Search'".
ATTRIBUTES: Phrases[Attribute] = Phrases(
    {phrase: attribute for attribute, phrases in _ATTRIBUTE_WORDS.items() for phrase in phrases.split(", ")}
)

# Nouns for a value itself; any other noun in front of a value names its field.
VALUE_NOUNS = _words("text value word words string number phrase letters characters digits amount combination sentence "
                     "content input values texts data line query term keyword integer figure")  # fmt: skip

# What fields are commonly called, for reading "name Ada, e-mail ada@x.org" without quotes. The longest match counts.
FIELD_NOUNS: Phrases[str] = Phrases(
    {
        phrase: phrase
        for phrase in (
            "name, full name, first name, last name, surname, family name, given name, middle name, nickname, "
            "display name, user name, username, user, user id, login, login name, password, new password, "
            "current password, old password, confirm password, password confirmation, repeat password, passcode, pin, "
            "pin code, e-mail, email, e-mail address, email address, mail, phone, phone number, telephone, "
            "telephone number, mobile, mobile number, fax, address, street, street address, address line 1, "
            "address line 2, house number, city, town, zip, zip code, postal code, postcode, post code, state, "
            "province, region, county, country, company, company name, organization, organisation, department, "
            "job title, title, position, role, salutation, gender, sex, age, birthday, birth date, birthdate, "
            "date of birth, dob, date, start date, end date, due date, from, to, from date, to date, departure, "
            "departure date, return date, arrival date, check-in date, check-out date, time, start time, end time, "
            "year, month, day, hour, card number, credit card number, credit card, card, cardholder, cardholder name, "
            "name on card, expiry, expiry date, expiration, expiration date, cvc, cvv, security code, iban, "
            "account number, amount, price, quantity, qty, number, total, discount code, coupon, coupon code, "
            "promo code, voucher code, code, subject, message, comment, comments, note, notes, description, summary, "
            "review, feedback, question, answer, website, url, link, search, keyword, category, type, color, colour, "
            "size, weight, height, language, currency, time zone, timezone, id, tag, tags, bio, headline, recipient, "
            "cc, bcc, body, label, sku, origin, destination, genre, director, status, priority, reason, rating"
        ).split(", ")
    }
)
