"""Pruning on pages and instructions that it was never looked at with: written before the last change to it was begun.

`pruning` holds what pruning was made on, `pruning_held_out` what it was mended by. These are other pages (six that
others wrote: five of the Cypress kitchen sink and a form of the Django admin; a mailbox of 400 mails and a page of 150
settings of ours) and 110 instructions worded by hand. Whoever changes pruning because of one of them must write new
ones, else this figure means nothing any more.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial

from playwright.async_api import Page

from aiwebtest.core.generation import StructuredRequest
from benchmarks import material
from benchmarks.admin import serving_admin
from benchmarks.pages import inbox, preferences
from benchmarks.pruning import counter, reading
from benchmarks.pruning_held_out import Wanted, report_on
from benchmarks.serving import serving

KEPT_SHARE = 0.99
_CAN = "Bookshop | "

INSTRUCTIONS: Mapping[str, Sequence[Wanted]] = {
    "querying": (
        ("Get in touch by mail: fill in ada@example.com", "textbox", "Email", 1),
        ("My name is Ada, put it into the form", "textbox", "Name", 1),
        ("Choose a password: open sesame", "textbox", "Password", 1),
        ("Save the form", "button", "Save Form", 1),
        ("Press the button called Button", "button", "Button", 1),
        ("Send it with the submit button", "button", "Submit", 1),
        ("See how to select elements the best way", "link", "Selecting Elements: Best Practices Guide", 1),
        ("Read about assertions", "link", "assertions documentation", 1),
        ("Go to the reference of within", "link", ".within()", 1),
        ("Open the documentation of cy.root", "link", "cy.root()", 1),
        ("Where is the source? Visit GitHub", "link", "GitHub", 1),
        ("Back to the home page of cypress", "link", "cypress.io", 1),
    ),
    "network-requests": (
        ("Fetch the comment", "button", "Get Comment", 1),
        ("Write a new comment", "button", "Post Comment", 1),
        ("Change the comment by the button for it", "button", "Update Comment", 1),
        ("How are requests intercepted? Open that reference", "link", "cy.intercept()", 1),
        ("Look up cy.request", "link", "cy.request()", 1),
        ("Show the API of Cypress in the top navigation", "link", "Cypress API", 1),
        ("Unfold the list of commands", "button", "Commands", 1),
        ("Open the utilities page", "link", "Utilities", 1),
    ),
    "index": (
        ("Learn how to go to the parent elements", "link", "parents", 1),
        ("Open the page about double clicking", "link", "dblclick", 1),
        ("Show how a checkbox is unchecked", "link", "uncheck", 1),
        ("Go to the cookies in the commands", "link", "Cookies", 1),
        ("Follow the link on scrolling an element into view", "link", "scrollIntoView", 1),
        ("I want to know about screenshots", "link", "screenshot", 1),
        ("How do I reload the page? Open it", "link", "reload", 1),
        ("Take me to aliasing", "link", "Aliasing", 1),
        ("Spies, please", "link", "Spies, Stubs & Clocks", 1),
        ("Open minimatch under Utilities", "link", "minimatch", 1),
        ("Look at the platform in the API", "link", "platform", 1),
        ("Show the siblings", "link", "siblings", 1),
        ("Files: how do I read one?", "link", "readFile", 1),
        ("Clear everything in the local storage", "link", "clearAllLocalStorage", 1),
        ("Open the last link of the page", "link", "version", 1),
    ),
    "cypress-api": (
        ("See how a custom command is added", "link", "Cypress.Commands.add()", 1),
        ("Debug the cookies", "link", "Cypress.Cookies.debug()", 1),
        ("Which processor is it? Open the docs on the architecture, arch", "link", "Cypress.arch", 1),
        ("Open the reference of the configuration", "link", "Cypress.config()", 1),
        ("How can I tell whether an element is hidden?", "link", "Cypress.dom.isHidden()", 1),
        ("Read about logging", "link", "Cypress.log()", 1),
        ("Which version is it? Look it up", "link", "Cypress.version", 1),
        ("Open the documentation site", "link", "docs.cypress.io", 1),
    ),
    "utilities": (
        ("Open the docs about blobs", "link", "Cypress.Blob", 1),
        ("How do promises work here?", "link", "Cypress.Promise", 1),
        ("Match files by a pattern with minimatch", "link", "Cypress.minimatch", 1),
        ("Open the list of commands in the header", "button", "Commands", 1),
    ),
    "group": (
        ("Call the new group Editors", "textbox", "Name:", 1),
        ("Allow them to add a book", "option", f"{_CAN}book | Can add book", 1),
        ("They may delete reviews too", "option", f"{_CAN}review | Can delete review", 1),
        ("Let the group view publishers", "option", f"{_CAN}publisher | Can view publisher", 1),
        ("Grant the right to change users", "option",
         "Authentication and Authorization | user | Can change user", 1),
        ("Move everything over to the chosen ones", "button", "Choose all permissions", 1),
        ("Take the selected permission", "button", "Choose selected permissions", 1),
        ("Put the permission back again", "button", "Remove selected permissions", 1),
        ("Save and create another group right away", "button", "Save and add another", 1),
        ("Store it and stay here", "button", "Save and continue editing", 1),
        ("Sign off", "button", "LOG OUT", 1),
        ("Change my password", "link", "CHANGE PASSWORD", 1),
        ("Make it dark", "button", "Toggle theme (current theme: auto)", 1),
        ("Find a permission about sessions", "textbox",
         "Type into this box to filter down the list of available permissions.", 1),
        ("Go to the list of authors", "link", "Authors", 1),
    ),
    "inbox": (
        ("Write a new mail", "button", "Compose", 1),
        ("Look for mails from the bank", "searchbox", "Search mail", 1),
        ("Show the junk", "link", "Spam", 1),
        ("Open what I have sent", "link", "Sent", 1),
        ("Show unfinished mails", "link", "Drafts", 1),
        ("Open the invoice 2026-0117", "link", "Invoice 2026-0117", 1),
        ("Read “Invoice 2026-0341”", "link", "Invoice 2026-0341", 1),
        ("Archive the mail about invoice 2026-0049", "button", "Archive", 49),
        ("Delete the message with the subject Invoice 2026-0261", "button", "Delete", 261),
        ("Throw the newest mail away", "button", "Delete", 1),
        ("Star the first message", "button", "Star", 1),
        ("Mark the third mail with a star", "button", "Star", 3),
        ("Tick the box of the fifth mail", "checkbox", "Select mail 5", 1),
        ("Select mail 222", "checkbox", "Select mail 222", 1),
        ("Open the oldest message, at the bottom of the list", "link", "Minutes of week 40", 1),
        ("Archive the last mail on the page", "button", "Archive", -1),
        ("Open the minutes of week 8", "link", "Minutes of week 8", 1),
        ("Delete the minutes of week 31", "button", "Delete", 310),
        ("Read the mail from Noor Haddad about the invoice 2026-0005", "link", "Invoice 2026-0005", 1),
        ("Empty the bin", "button", "Empty trash", 1),
        ("Show older mails", "button", "Older", 1),
        ("Refresh", "button", "Refresh", 1),
        ("Choose all mails at once", "checkbox", "Select all", 1),
        ("Mark what is selected as read", "button", "Mark as read", 1),
    ),
    "preferences": (
        ("Turn the newsletter off", "switch", "Newsletter", 1),
        ("Switch to dark mode", "switch", "Dark mode", 1),
        ("Speak German to me", "select", "Display language", 1),
        ("Change the time zone to Oslo", "select", "Time zone", 1),
        ("Enable two-step verification", "switch", "Two-factor authentication", 1),
        ("Send me a text message when somebody logs in", "switch", "SMS on new sign-in", 1),
        ("Set the session timeout to 30", "spinbutton", "Session timeout", 1),
        ("Nobody may see my birthday", "select", "Who sees my birthday", 1),
        ("Save the security settings", "button", "Save Security", 1),
        ("Save what I changed under Team", "button", "Save Team", 1),
        ("Reset the appearance to how it was", "button", "Reset Appearance", 1),
        ("Give the card number", "textbox", "Card number", 1),
        ("Invoices should go to billing@example.com", "textbox", "Billing e-mail", 1),
        ("Connect Slack", "button", "Connect Slack", 1),
        ("Stop syncing with the calendar", "button", "Disconnect Google Calendar", 1),
        ("Back up every night", "select", "Backup frequency", 1),
        ("Get a copy of all my data", "button", "Download my data", 1),
        ("Close my account for good", "button", "Delete account", 1),
        ("Make the letters bigger", "select", "Font size", 1),
        ("Invite a colleague", "button", "Invite member", 1),
        ("Set option 61 on", "switch", "Option 61", 1),
        ("Fill in the value of option 88", "textbox", "Option 88", 1),
        ("Go to the privacy section", "link", "Privacy", 1),
        ("Change the first name to Ada", "textbox", "First name", 1),
    ),
}  # fmt: skip

_FROM_KITCHEN_SINK = {
    "querying": "commands/querying", "network-requests": "commands/network-requests", "index": "",
    "cypress-api": "cypress-api", "utilities": "utilities",
}  # fmt: skip
_OURS = {"inbox": inbox, "preferences": preferences}


async def read_pages(kitchen_sink: str, admin: str) -> dict[str, StructuredRequest]:
    """Return, for each page, the request that Stagehand makes of it, nothing left out."""
    found: dict[str, StructuredRequest] = {}
    async with reading() as read:
        for name, path in _FROM_KITCHEN_SINK.items():
            found[name] = await read(partial(Page.goto, url=f"{kitchen_sink}/{path}"))
        for name, made in _OURS.items():
            found[name] = await read(partial(Page.set_content, html=made()))
        found["group"] = await read(partial(_group_form, admin=admin))
    return found


async def _group_form(page: Page, admin: str) -> None:
    await page.goto(f"{admin}/fresh/")
    await page.goto(f"{admin}/admin/")
    await page.fill("#id_username", "admin")
    await page.fill("#id_password", "correct horse battery")
    await page.click("input[type=submit]")
    await page.goto(f"{admin}/admin/auth/group/add/")


def main() -> int:
    """Measure, print and keep; return 0 when the aims are met."""
    try:
        count = counter()
        with serving(material.kitchen_sink()) as kitchen_sink, serving_admin() as admin:
            pages = asyncio.run(read_pages(kitchen_sink, admin))
    except material.MaterialMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return report_on(
        "pruning_fresh", "Pruning on pages it was never looked at with", INSTRUCTIONS, pages, count, share=KEPT_SHARE
    )


if __name__ == "__main__":
    raise SystemExit(main())
