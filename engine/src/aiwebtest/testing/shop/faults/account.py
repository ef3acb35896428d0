"""Faults in the account, and around the shop."""

from __future__ import annotations

from aiwebtest.testing.shop import broken
from aiwebtest.testing.shop.faults.fault import Fault, edit

__all__ = ["ACCOUNT", "AROUND"]

ACCOUNT = (
    Fault(
        name="orders-sorted-as-text",
        notice="Sorted by total, $99.34 counts for more than $314.28.",
        caught_by="Sort and page through the orders",
        trade=broken.TotalsAsText,
    ),
    Fault(
        name="order-pages-overlap",
        notice="The second page of the orders begins with the last row of the first.",
        caught_by="Sort and page through the orders",
        trade=broken.PagesOverlap,
    ),
    Fault(
        name="cancel-forgotten",
        notice="A cancelled order is still being processed.",
        caught_by="Cancel an order",
        trade=broken.CancelForgotten,
    ),
    Fault(
        name="dialog-names-another-order",
        notice="The dialog asks about another order than the one to be cancelled.",
        caught_by="Cancel an order",
        edits=edit(
            "static/orders.js",
            'dialog.querySelector("[data-order]").textContent = number;',
            'dialog.querySelector("[data-order]").textContent = orders.querySelector("tr[data-order]").dataset.order;',
        ),
    ),
    Fault(
        name="keep-cancels",
        notice='"Keep order" cancels it.',
        caught_by="Think again before cancelling",
        edits=edit("static/orders.js", 'if (event.target.value === "cancel") cancel', "cancel"),
    ),
    Fault(
        name="reorder-fails-silently",
        notice="Reorder fails on the server, and the page says nothing.",
        caught_by="Order the same again",
        trade=broken.ReorderBreaksDown,
        edits=edit(
            "static/orders.js",
            '    toast(error.message, "bad");\n  }\n}\n\nfunction askToCancel',
            "  }\n}\n\nfunction askToCancel",
        ),
    ),
    Fault(
        name="invoice-misnamed",
        notice='Every invoice is saved as "export.csv".',
        caught_by="Download an invoice",
        trade=broken.InvoiceMisnamed,
    ),
    Fault(
        name="newsletter-forgotten",
        notice="The newsletter is switched on, and off again after a reload.",
        caught_by="The profile survives a reload",
        trade=broken.NewsletterForgotten,
    ),
    Fault(
        name="birthday-a-day-early",
        notice="The birthday moves by a day when saved.",
        caught_by="The profile survives a reload",
        trade=broken.BirthdayTheDayBefore,
    ),
    Fault(
        name="country-forgotten",
        notice="The country chosen from the list is not kept.",
        caught_by="The profile survives a reload",
        trade=broken.CountryForgotten,
    ),
    Fault(
        name="budget-forgotten",
        notice="The slider jumps back after a reload.",
        caught_by="The profile survives a reload",
        edits=edit("static/profile.js", "  form.elements.budget.value = value;\n", ""),
    ),
    Fault(
        name="no-photo-preview",
        notice="After choosing a photo there is no preview of it.",
        caught_by="Upload a photo",
        edits=edit("static/profile.js", "  preview.hidden = false;\n", ""),
    ),
    Fault(
        name="edit-adds-address",
        notice="Editing an address leaves the old one and adds another.",
        caught_by="Keep an address book",
        trade=broken.EditAddsAddress,
    ),
    Fault(
        name="dialog-focus-lost",
        notice="The address dialog opens with the cursor outside its first field.",
        caught_by="Keep an address book",
        edits=edit("static/addresses.js", "  form.elements.name.focus();\n", ""),
    ),
    Fault(
        name="wish-order-forgotten",
        notice="The wish list falls back to its old order after a reload.",
        caught_by="Put the wish list in order",
        trade=broken.WishOrderForgotten,
    ),
    Fault(
        name="delete-without-asking",
        notice="The account is deleted without a question.",
        caught_by="Deleting the account asks first",
        edits=edit(
            "static/profile.js",
            'if (!confirm("Delete your account and all its orders?")) event.preventDefault();',
            "event.target.dataset.sent = true;",
        ),
    ),
    Fault(
        name="dialog-misleads",
        notice="The question before deleting the account speaks of the photo.",
        caught_by="Deleting the account asks first",
        edits=edit("static/profile.js", "Delete your account and all its orders?", "Delete your photo?"),
    ),
)

AROUND = (
    Fault(
        name="offers-stale",
        notice="Another house is chosen, and the offers of the first stay.",
        caught_by="Each house has its own offers",
        edits=edit(
            "static/offers.js",
            "const offers = await send(",
            "const offers = load.kept ??= await send(",
        ),
    ),
    Fault(
        name="loading-stays",
        notice='"Loading offers" never goes away.',
        caught_by="Each house has its own offers",
        edits=edit("static/offers.js", "  loading.hidden = true;\n", ""),
    ),
    Fault(
        name="console-exception",
        notice="A script of the offers page breaks off with an error.",
        caught_by="Each house has its own offers",
        edits=edit(
            "static/offers.js",
            'house.addEventListener("change", load);',
            "setTimeout(() => stock.count());\nhouse.onchange = load;",
        ),
    ),
    Fault(
        name="archive-item-missing",
        notice="The last article of the archive is not in the list.",
        caught_by="The archive goes on to its last article",
        edits=edit(
            "static/archive.js",
            'const items = await send("GET", "/api/archive");',
            'const items = (await send("GET", "/api/archive")).filter(([number]) => number < 500);',
        ),
    ),
    Fault(
        name="request-hits-neighbour",
        notice="Request asks for the article below.",
        caught_by="Find something old in the archive",
        edits=edit("static/archive.js", "/api/archive/${number}/request", "/api/archive/${number + 1}/request"),
    ),
    Fault(
        name="help-link-wrong",
        notice="Help opens the archive.",
        caught_by="Help opens beside the shop",
        edits=edit("templates/base.html", 'href="/help" target="_blank"', 'href="/archive" target="_blank"'),
    ),
    Fault(
        name="counter-stuck",
        notice="The characters left are not counted down.",
        caught_by="Help opens beside the shop",
        edits=edit("static/help.js", 'message.addEventListener("input", count);\n', ""),
    ),
    Fault(
        name="dead-language-switch",
        notice="Choosing a language changes nothing.",
        caught_by="The shop speaks other languages",
        edits=edit("static/shop.js", "(event) => event.target.form.submit());", "(event) => event.target.blur());"),
    ),
    Fault(
        name="letter-silent",
        notice="Subscribing to the letter is never confirmed.",
        caught_by="Subscribe to the letter",
        edits=edit("static/shop.js", "    toast(answer.text);\n", ""),
    ),
)
