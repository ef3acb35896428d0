"""The planted faults, as data: what a visitor notices, which case of the suite must fail, and the change itself.

A fault is a broken rule (`trade`), or edits of the shop's own files, or both. Nothing else of the shop knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.testing.shop import broken
from aiwebtest.testing.shop.source import Edit
from aiwebtest.testing.shop.trade import Trade

__all__ = ["FAULTS", "Fault", "fault_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a twin."""

    name: str
    notice: str  # what a visitor would notice
    caught_by: str  # name of the case that must fail
    trade: type[Trade] = Trade
    edits: tuple[Edit, ...] = ()


def fault_named(name: str) -> Fault:
    """Return a fault.

    Raises:
        KeyError: there is none of that name; the message lists them.
    """
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise KeyError(f"No fault {name!r}. Known: {', '.join(fault.name for fault in FAULTS)}")


def _edit(file: str, old: str, new: str) -> tuple[Edit, ...]:
    return (Edit(file=file, old=old, new=new),)


_SIGNING_IN = (
    Fault(
        name="dead-sign-in",
        notice="The sign-in button does nothing.",
        caught_by="Sign in and out again",
        edits=_edit("templates/login.html", '<button type="submit">', '<button type="button">'),
    ),
    Fault(
        name="sign-in-error-hidden",
        notice="After a wrong password the form comes back without a word.",
        caught_by="A wrong password is refused",
        edits=_edit("templates/login.html", 'class="error box" role="alert"', 'class="error box" role="alert" hidden'),
    ),
    Fault(
        name="any-password",
        notice="Any password opens the account.",
        caught_by="A wrong password is refused",
        trade=broken.AnyPassword,
    ),
    Fault(
        name="sign-out-forgotten",
        notice="After signing out the account is still open.",
        caught_by="Sign in and out again",
        trade=broken.SignOutForgotten,
    ),
)

_FINDING = (
    Fault(
        name="match-missing",
        notice="A search leaves out one of the products that match.",
        caught_by="Search finds every match",
        trade=broken.LastMatchMissing,
    ),
    Fault(
        name="suggestion-ignored",
        notice="Choosing a suggestion searches for the letters typed, not for the suggestion.",
        caught_by="A suggestion completes the search",
        edits=_edit("static/shop.js", "    search.value = name;\n", ""),
    ),
    Fault(
        name="category-ignored",
        notice="Ticking a category changes nothing.",
        caught_by="Filter by category and price",
        trade=broken.CategoryIgnored,
    ),
    Fault(
        name="price-ceiling-ignored",
        notice="Products dearer than the highest price are shown.",
        caught_by="Filter by category and price",
        trade=broken.CeilingIgnored,
    ),
    Fault(
        name="sold-out-among-in-stock",
        notice='"In stock only" still shows what is sold out.',
        caught_by="Show only what is in stock",
        trade=broken.StockIgnored,
    ),
    Fault(
        name="prices-sorted-as-text",
        notice="Sorted by price, $119.00 comes before $12.75.",
        caught_by="Sort the catalogue",
        trade=broken.PricesAsText,
    ),
    Fault(
        name="count-stale",
        notice="The number of products stays the same whatever is filtered.",
        caught_by="Filter by category and price",
        edits=_edit(
            "static/catalogue.js",
            "if (now === asked) results.replaceChildren(...fresh.childNodes);",
            "if (now !== asked) return;\n"
            '  fresh.querySelector("#count").replaceWith(results.querySelector("#count"));\n'
            "  results.replaceChildren(...fresh.childNodes);",
        ),
    ),
    Fault(
        name="second-page-repeats",
        notice="The second page of the catalogue shows the products of the first.",
        caught_by="Page through the catalogue",
        trade=broken.FirstPageAgain,
    ),
    Fault(
        name="card-links-elsewhere",
        notice="The camp lantern's card opens the page of the cotton hammock.",
        caught_by="A card opens its product",
        trade=broken.LanternLinksToHammock,
    ),
    Fault(
        name="dead-hover-menu",
        notice="The menu under Shop does not open when the mouse is over it.",
        caught_by="The menu opens under the mouse",
        edits=_edit(
            "static/shop.css",
            ".has-menu:hover .menu, .has-menu:focus-within .menu { display: flex }",
            ".has-menu.open .menu { display: flex }",
        ),
    ),
)

_PRODUCT = (
    Fault(
        name="gallery-stuck",
        notice="The small pictures do not change the large one.",
        caught_by="Look at a product from all sides",
        edits=_edit(
            "static/product.js",
            "    picture.src = thumb.dataset.src;\n    picture.alt = thumb.dataset.alt;\n",
            "",
        ),
    ),
    Fault(
        name="picture-missing",
        notice="One of the small pictures does not load.",
        caught_by="Look at a product from all sides",
        edits=_edit(
            "templates/product.html",
            '<img src="/media/{{ item.slug }}-{{ loop.index }}.svg" alt="" width="72"',
            '<img src="/media/{{ item.slug }}-{{ loop.index0 }}.svg" alt="" width="72"',
        ),
    ),
    Fault(
        name="tabs-mixed-up",
        notice="The tab Delivery shows the reviews.",
        caught_by="Look at a product from all sides",
        edits=(
            *_edit("templates/product.html", 'aria-controls="panel-delivery"', 'aria-controls="panel-review"'),
            *_edit("templates/product.html", 'aria-controls="panel-reviews"', 'aria-controls="panel-delivery"'),
            *_edit("templates/product.html", 'aria-controls="panel-review"', 'aria-controls="panel-reviews"'),
        ),
    ),
    Fault(
        name="wrong-title",
        notice="The title of the browser tab names another product.",
        caught_by="Look at a product from all sides",
        edits=_edit(
            "templates/product.html",
            "{% block title %}{{ named(item) }}",
            "{% block title %}{{ named(related[0][0]) }}",
        ),
    ),
    Fault(
        name="add-stays-disabled",
        notice="The button stays grey although a colour is chosen.",
        caught_by="Choose a colour and a quantity",
        edits=_edit("static/product.js", ".disabled = !buy.elements.colour.value;", ".disabled = true;"),
    ),
    Fault(
        name="colour-lost",
        notice="The basket holds another colour than the one chosen.",
        caught_by="Choose a colour and a quantity",
        trade=broken.FirstColour,
    ),
    Fault(
        name="quantity-ignored",
        notice="Three were chosen, one is in the basket.",
        caught_by="Choose a colour and a quantity",
        trade=broken.OnePieceOnly,
    ),
    Fault(
        name="badge-stale",
        notice="The number beside Basket does not grow when something is added.",
        caught_by="Choose a colour and a quantity",
        edits=_edit("static/product.js", "    setBasketCount(answer.count);\n", ""),
    ),
    Fault(
        name="sold-out-button-alive",
        notice="The button of a sold-out product can be pressed.",
        caught_by="Sold out means sold out",
        edits=_edit("templates/product.html", "if item.colours or not item.stock }}", "if item.colours }}"),
    ),
    Fault(
        name="stars-off-by-one",
        notice="A review with four stars is published with three.",
        caught_by="Write a review",
        edits=_edit("static/stars.js", "setFormValue(String(value))", "setFormValue(String(value - 1))"),
    ),
    Fault(
        name="review-count-stale",
        notice="The tab still counts two reviews after a third was written.",
        caught_by="Write a review",
        edits=_edit(
            "static/product.js",
            '  document.querySelector("#review-count").textContent = reviews.querySelectorAll("li").length;\n',
            "",
        ),
    ),
    Fault(
        name="wish-forgotten",
        notice="A product put on the wish list is not on it.",
        caught_by="Wish for something",
        trade=broken.WishForgotten,
    ),
)

_BASKET = (
    Fault(
        name="wrong-total",
        notice="The total leaves out the tax.",
        caught_by="Change the basket",
        trade=broken.TaxForgotten,
    ),
    Fault(
        name="line-total-per-piece",
        notice="A line's total is the price of a single piece.",
        caught_by="Change the basket",
        edits=_edit("templates/_basket.html", "{{ line.total|money }}", "{{ line.price|money }}"),
    ),
    Fault(
        name="removed-line-stays",
        notice="What was removed is still in the basket.",
        caught_by="Change the basket",
        trade=broken.NothingRemoved,
    ),
    Fault(
        name="discount-not-applied",
        notice="The code is accepted, and the total stays the same.",
        caught_by="Discount codes",
        trade=broken.NoDiscount,
    ),
    Fault(
        name="code-error-hidden",
        notice="A wrong code is refused without a word.",
        caught_by="A wrong code is refused",
        edits=_edit("templates/_basket.html", 'id="code-error" role="alert"', 'id="code-error" role="alert" hidden'),
    ),
    Fault(
        name="shipping-never-free",
        notice="Shipping is charged although the basket is worth more than $75.00.",
        caught_by="Shipping is free from seventy-five dollars on",
        trade=broken.ShippingNeverFree,
    ),
    Fault(
        name="wrong-currency",
        notice="The total of the basket is in euros.",
        caught_by="Change the basket",
        edits=_edit(
            "templates/_basket.html",
            '<div class="grand"><dt>Total</dt><dd>{{ totals.total|money }}',
            '<div class="grand"><dt>Total</dt><dd>{{ totals.total|money|replace("$", "€") }}',
        ),
    ),
    Fault(
        name="dead-checkout-link",
        notice='"Go to checkout" leads nowhere.',
        caught_by="Buy something as a guest",
        edits=_edit("templates/_basket.html", 'href="/checkout"', 'href="#"'),
    ),
)

_CHECKOUT = (
    Fault(
        name="dead-place-order",
        notice='"Place order" does nothing.',
        caught_by="Buy something as a guest",
        edits=_edit(
            "static/checkout.js",
            "if (wrong.length === 0) return;",
            "if (wrong.length === 0) return event.preventDefault();",
        ),
    ),
    Fault(
        name="swapped-labels",
        notice="The field for the postcode is labelled City, and the other way round.",
        caught_by="Buy something as a guest",
        edits=(
            *_edit("templates/checkout.html", '"postcode", "Postcode"', '"postcode", "City"'),
            *_edit("templates/checkout.html", '"city", "City"', '"city", "Postcode"'),
        ),
    ),
    Fault(
        name="email-unchecked",
        notice='An order goes through with "ada at example" for an e-mail address.',
        caught_by="The checkout refuses a bad e-mail address",
        trade=broken.EmailUnchecked,
        edits=_edit(
            "static/checkout.js",
            "email: (text) => /^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$/.test(text) ||",
            "email: () => true ||",
        ),
    ),
    Fault(
        name="postcode-error-hidden",
        notice="A wrong postcode is refused without a word.",
        caught_by="The checkout says what is missing",
        edits=_edit("static/checkout.js", "line.hidden = !wrong;", 'line.hidden = !wrong || name === "postcode";'),
    ),
    Fault(
        name="terms-not-required",
        notice="An order goes through without the terms accepted.",
        caught_by="The checkout says what is missing",
        trade=broken.TermsNotRequired,
        edits=_edit("static/checkout.js", "form.elements.terms.checked || ", "true || "),
    ),
    Fault(
        name="street-lost",
        notice="When the server refuses the form, the street typed is gone.",
        caught_by="Nothing typed is lost when the server refuses",
        edits=_edit("templates/checkout.html", "value=form.street", 'value="" if errors else form.street'),
    ),
    Fault(
        name="frame-total-differs",
        notice="The payment frame asks for another amount than the order.",
        caught_by="Buy something as a guest",
        trade=broken.FrameShowsMore,
    ),
    Fault(
        name="double-charge",
        notice="The card is charged twice.",
        caught_by="Buy something as a guest",
        trade=broken.ChargedTwice,
    ),
    Fault(
        name="wrong-confirmation-email",
        notice="The confirmation goes to somebody else's address.",
        caught_by="Buy something as a guest",
        edits=_edit("templates/confirmation.html", "{{ order.email }}", "{{ visitor.profile.email }}"),
    ),
    Fault(
        name="order-number-off",
        notice="The order number on the confirmation is not the order's.",
        caught_by="Buy something as a guest",
        edits=_edit(
            "templates/confirmation.html",
            '<strong id="order-number">{{ order.number }}',
            '<strong id="order-number">FH-{{ order.number[3:]|int + 1 }}',
        ),
    ),
    Fault(
        name="delivered-a-day-early",
        notice="The confirmation names the day before the chosen delivery date.",
        caught_by="Buy something as a guest",
        trade=broken.DeliveredTheDayBefore,
    ),
    Fault(
        name="basket-not-emptied",
        notice="After buying, everything is still in the basket.",
        caught_by="Buy something as a guest",
        trade=broken.BasketNotEmptied,
    ),
    Fault(
        name="gift-forgotten",
        notice="Gift wrap was ticked, and the order knows nothing of it.",
        caught_by="Express delivery and gift wrap",
        trade=broken.GiftForgotten,
    ),
    Fault(
        name="express-not-charged",
        notice="Choosing express does not change what is to be paid.",
        caught_by="Express delivery and gift wrap",
        trade=broken.ExpressForNothing,
    ),
)

_ACCOUNT = (
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
        edits=_edit(
            "static/orders.js",
            'dialog.querySelector("[data-order]").textContent = number;',
            'dialog.querySelector("[data-order]").textContent = orders.querySelector("tr[data-order]").dataset.order;',
        ),
    ),
    Fault(
        name="keep-cancels",
        notice='"Keep order" cancels it.',
        caught_by="Think again before cancelling",
        edits=_edit("static/orders.js", 'if (event.target.value === "cancel") cancel', "cancel"),
    ),
    Fault(
        name="reorder-fails-silently",
        notice="Reorder fails on the server, and the page says nothing.",
        caught_by="Order the same again",
        trade=broken.ReorderBreaksDown,
        edits=_edit(
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
        edits=_edit("static/profile.js", "  form.elements.budget.value = value;\n", ""),
    ),
    Fault(
        name="no-photo-preview",
        notice="After choosing a photo there is no preview of it.",
        caught_by="Upload a photo",
        edits=_edit("static/profile.js", "  preview.hidden = false;\n", ""),
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
        edits=_edit("static/addresses.js", "  form.elements.name.focus();\n", ""),
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
        edits=_edit(
            "static/profile.js",
            'if (!confirm("Delete your account and all its orders?")) event.preventDefault();',
            "event.target.dataset.sent = true;",
        ),
    ),
    Fault(
        name="dialog-misleads",
        notice="The question before deleting the account speaks of the photo.",
        caught_by="Deleting the account asks first",
        edits=_edit("static/profile.js", "Delete your account and all its orders?", "Delete your photo?"),
    ),
)

_AROUND = (
    Fault(
        name="offers-stale",
        notice="Another house is chosen, and the offers of the first stay.",
        caught_by="Each house has its own offers",
        edits=_edit(
            "static/offers.js",
            "const offers = await send(",
            "const offers = load.kept ??= await send(",
        ),
    ),
    Fault(
        name="loading-stays",
        notice='"Loading offers" never goes away.',
        caught_by="Each house has its own offers",
        edits=_edit("static/offers.js", "  loading.hidden = true;\n", ""),
    ),
    Fault(
        name="console-exception",
        notice="A script of the offers page breaks off with an error.",
        caught_by="Each house has its own offers",
        edits=_edit(
            "static/offers.js",
            'house.addEventListener("change", load);',
            "setTimeout(() => stock.count());\nhouse.onchange = load;",
        ),
    ),
    Fault(
        name="archive-item-missing",
        notice="One article of the archive is not in the list.",
        caught_by="Find something old in the archive",
        edits=_edit(
            "static/archive.js",
            'const items = await send("GET", "/api/archive");',
            'const items = (await send("GET", "/api/archive")).filter(([number]) => number !== 437);',
        ),
    ),
    Fault(
        name="request-hits-neighbour",
        notice="Request asks for the article below.",
        caught_by="Find something old in the archive",
        edits=_edit("static/archive.js", "/api/archive/${number}/request", "/api/archive/${number + 1}/request"),
    ),
    Fault(
        name="help-link-wrong",
        notice="Help opens the archive.",
        caught_by="Help opens beside the shop",
        edits=_edit("templates/base.html", 'href="/help" target="_blank"', 'href="/archive" target="_blank"'),
    ),
    Fault(
        name="counter-stuck",
        notice="The characters left are not counted down.",
        caught_by="Help opens beside the shop",
        edits=_edit("static/help.js", 'message.addEventListener("input", count);\n', ""),
    ),
    Fault(
        name="dead-language-switch",
        notice="Choosing a language changes nothing.",
        caught_by="The shop speaks other languages",
        edits=_edit("static/shop.js", "(event) => event.target.form.submit());", "(event) => event.target.blur());"),
    ),
    Fault(
        name="letter-silent",
        notice="Subscribing to the letter is never confirmed.",
        caught_by="Subscribe to the letter",
        edits=_edit("static/shop.js", "    toast(answer.text);\n", ""),
    ),
)

FAULTS: tuple[Fault, ...] = (*_SIGNING_IN, *_FINDING, *_PRODUCT, *_BASKET, *_CHECKOUT, *_ACCOUNT, *_AROUND)
