"""Pruning on instructions that it was not made on: 62 written once, before any was tried, and left as they were.

The 204 of `pruning` were at hand while pruning was made, so their figure is a ceiling. These are worded by hand, about
the same three pages and two that others wrote (the actions and traversal pages of the Cypress kitchen sink). Whoever
changes pruning because of one of them must write new ones, else this figure means nothing any more.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from playwright.async_api import Page

from aiwebtest.core.generation import StructuredRequest
from benchmarks import material
from benchmarks.pages import PAGES
from benchmarks.pruning import MOST_TOKENS, Labelled, Tree, counter, measure, reading
from benchmarks.report import Report
from benchmarks.serving import serving

Wanted = tuple[str, str, str, int]
"""Instruction, and of its element in the whole tree: role, name and which of those alike, from 1 or, negative, -1."""

_RADIO_TWO = 'Radio two has value "radio2". When checked, it will uncheck Radio one.'
_BOX_THREE = 'Checkbox three has value "checkbox3"'

INSTRUCTIONS: Mapping[str, Sequence[Wanted]] = {
    "login": (
        ("Go back to the start page of the site", "link", "Home", 1),
        ("Show me what it costs: open the plans", "link", "Plans", 1),
        ("Read the latest from the blog", "link", "Blog", 1),
        ("I cannot get in, take me to where I can reset it", "link", "Forgot your password?", 1),
        ("Keep me logged in on this computer", "checkbox", "Remember me", 1),
        ("Put the caret where the address for mail goes", "textbox", "E-mail", 1),
        ("Type hunter2 as the secret word", "textbox", "Password", 1),
        ("Send the log-in form off", "button", "Log in", 1),
        ("Register as somebody new", "link", "Sign up", 1),
        ("Open the fourth entry under Legal in the footer", "link", "Legal 4", 1),
    ),
    "shop": (
        ("Search for something bright", "searchbox", "Search products", 1),
        ("Start the search", "button", "Search", 1),
        ("Have a look at what is in my cart", "link", "Cart (0)", 1),
        ("I already have an account, let me in", "link", "Sign in", 1),
        ("Back to the shop's front page", "link", "Lamps", 1),
        ("Order the very first article", "button", "Add to cart", 1),
        ("Take lamp number 88 home", "link", "Lamp 088", 1),
        ("Read more about Lamp 142", "link", "Lamp 142", 1),
        ("Show the photo of Lamp 019 in large", "image", "Picture of Lamp 019", 1),
        ("Raise how many of the second lamp I want", "spinbutton", "Quantity", 2),
        ("Buy the lamp at the very end of the page", "button", "Add to cart", -1),
        ("Visit the page of the lamp for room 64", "link", "Lamp 064", 1),
    ),
    "table": (
        ("Modify the entry of User 0311", "button", "Edit User 0311", 1),
        ("Change user 77's data", "button", "Edit User 0077", 1),
        ("Open the form for user0456@example.com", "button", "Edit User 0456", 1),
        ("Let me alter the person in the topmost row", "button", "Edit User 0001", 1),
        ("Edit whoever comes last", "button", "Edit User 1000", 1),
        ("In the line of user 0901, press its button", "button", "Edit User 0901", 1),
        ("Correct the city of User 0690", "button", "Edit User 0690", 1),
        ("Use the edit button that belongs to “user0123@example.com”", "button", "Edit User 0123", 1),
        ("Edit the eighth person", "button", "Edit User 0008", 1),
        ("Unblock User 0538 by editing it", "button", "Edit User 0538", 1),
    ),
    "actions": (
        ("Give a@b.example as the mail address", "textbox", "Email address", 1),
        ("Set the password to open sesame", "textbox", "Password", 1),
        ("My whole name is Ada Lovelace, enter it", "textbox", "Full Name", 1),
        ("Write a few words of description", "textbox", "Describe:", 1),
        ("Redeem the voucher HALFOFF", "textbox", "Coupon Code", 1),
        ("Send the coupon", "button", "Submit", 1),
        ("Make the popover appear", "button", "Click to toggle popover", 1),
        ("Press the button that something lies on", "button", "I'm being covered", 1),
        ("Tick the first checkbox", "checkbox", 'Checkbox one has value "checkbox1"', 1),
        ("Choose the second radio", "radio", _RADIO_TWO, 1),
        ("Take radio one", "radio", 'Radio one has value "radio1"', 1),
        ("Pick oranges from the fruit", "option", "oranges", 1),
        ("Move the slider to the right", "slider", "", 1),
        ("Clear the tick of the third box that is ticked", "checkbox", f"{_BOX_THREE} [checked]", 1),
        ("Read the documentation on double clicks", "link", ".dblclick()", 1),
        ("Go to the project on GitHub", "link", "GitHub", 1),
        ("Unfold the menu of commands", "button", "Commands", 1),
        ("Look up how scrolling is done in the reference", "link", "cy.scrollTo()", 1),
    ),
    "traversal": (
        ("Follow the pager to page 4", "link", "4", 1),
        ("One page further, please", "link", "»", 1),
        ("Page back", "link", "«", 1),
        ("Choose Shirts under Clothes", "link", "Shirts", 1),
        ("Show the pants", "link", "Pants", 1),
        ("Open the services", "link", "Services", 1),
        ("Who are they? Open About", "link", "About", 1),
        ("Press the submit button of the button group", "button", "Submit", 1),
        ("Press the button that is disabled", "button", "Disabled", 1),
        ("Mark the row of John Doe", "cell", "John", 1),
        ("Look at the reference of parentsUntil", "link", ".parentsUntil()", 1),
        ("Visit the utilities", "link", "Utilities", 1),
    ),
}  # fmt: skip


async def read_pages(kitchen_sink: str) -> dict[str, StructuredRequest]:
    """Return, for each page, the request that Stagehand makes of it, nothing left out."""
    found: dict[str, StructuredRequest] = {}
    async with reading() as read:
        for name in INSTRUCTIONS:
            if name in PAGES:
                found[name] = await read(partial(Page.set_content, html=PAGES[name]()))
            else:
                found[name] = await read(partial(Page.goto, url=f"{kitchen_sink}/commands/{name}"))
    return found


def main() -> int:
    """Measure, print and keep; return 0 when the tokens stay below their limit."""
    try:
        count = counter()
        with serving(material.kitchen_sink()) as url:
            pages = asyncio.run(read_pages(url))
    except material.MaterialMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return report_on(
        "pruning_held_out", "Pruning on instructions that it was not made on", INSTRUCTIONS, pages, count, share=None
    )


def report_on(
    name: str,
    title: str,
    instructions: Mapping[str, Sequence[Wanted]],
    pages: Mapping[str, StructuredRequest],
    count: Callable[[str], int],
    *,
    share: float | None,
) -> int:
    """Measure, print and keep; return 0 when the aims are met. `share` is of elements to be kept, None for no aim."""
    report = Report(name, title)
    rows, lost, every = [], [], []
    for page, wanted in instructions.items():
        tree = Tree(pages[page].prompt)
        labelled = [Labelled(page, text, tree.id(role, element, n)) for text, role, element, n in wanted]
        mine = [measure(pages[page], one, count) for one in labelled]
        every += mine
        lost += [
            (page, o.labelled.text, element) for o, (_, _, element, _) in zip(mine, wanted, strict=True) if not o.kept
        ]
        rows.append((
            page, len(mine), sum(o.kept for o in mine), round(statistics.median(o.tokens_whole for o in mine)),
            round(statistics.median(o.tokens for o in mine)), max(o.tokens for o in mine),
        ))  # fmt: skip
    report.table("Pages", ("page", "instructions", "element kept", "tokens whole", "tokens sent", "at most"), rows)
    report.table("Elements left out (found with the whole tree, which is sent next)", ("page", "text", "element"), lost)
    kept, most = sum(o.kept for o in every), max(o.tokens for o in every)
    report.note(f"Kept: {kept} of {len(every)} ({kept / len(every):.1%}).")
    if share is not None:
        report.aim("element kept", round(kept / len(every), 4), f">= {share}", met=kept >= share * len(every))
    report.aim("tokens of a request, at most", most, f"<= {MOST_TOKENS}", met=most <= MOST_TOKENS)
    return report.close()


if __name__ == "__main__":
    raise SystemExit(main())
