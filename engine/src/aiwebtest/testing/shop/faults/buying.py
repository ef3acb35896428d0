"""Faults in the basket and the checkout."""

from __future__ import annotations

from aiwebtest.testing.shop import broken
from aiwebtest.testing.shop.faults.fault import Fault, edit

__all__ = ["BASKET", "CHECKOUT"]

BASKET = (
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
        edits=edit("templates/_basket.html", "{{ line.total|money }}", "{{ line.price|money }}"),
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
        edits=edit("templates/_basket.html", 'id="code-error" role="alert"', 'id="code-error" role="alert" hidden'),
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
        edits=edit(
            "templates/_basket.html",
            '<div class="grand"><dt>Total</dt><dd>{{ totals.total|money }}',
            '<div class="grand"><dt>Total</dt><dd>{{ totals.total|money|replace("$", "€") }}',
        ),
    ),
    Fault(
        name="dead-checkout-link",
        notice='"Go to checkout" leads nowhere.',
        caught_by="Buy something as a guest",
        edits=edit("templates/_basket.html", 'href="/checkout"', 'href="#"'),
    ),
)

CHECKOUT = (
    Fault(
        name="dead-place-order",
        notice='"Place order" does nothing.',
        caught_by="Buy something as a guest",
        edits=edit(
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
            *edit("templates/checkout.html", '"postcode", "Postcode"', '"postcode", "City"'),
            *edit("templates/checkout.html", '"city", "City"', '"city", "Postcode"'),
        ),
    ),
    Fault(
        name="email-unchecked",
        notice='An order goes through with "ada at example" for an e-mail address.',
        caught_by="The checkout refuses a bad e-mail address",
        trade=broken.EmailUnchecked,
        edits=edit(
            "static/checkout.js",
            "email: (text) => /^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$/.test(text) ||",
            "email: () => true ||",
        ),
    ),
    Fault(
        name="postcode-error-hidden",
        notice="A wrong postcode is refused without a word.",
        caught_by="The checkout says what is missing",
        edits=edit("static/checkout.js", "line.hidden = !wrong;", 'line.hidden = !wrong || name === "postcode";'),
    ),
    Fault(
        name="terms-not-required",
        notice="An order goes through without the terms accepted.",
        caught_by="The checkout says what is missing",
        trade=broken.TermsNotRequired,
        edits=edit("static/checkout.js", "form.elements.terms.checked || ", "true || "),
    ),
    Fault(
        name="street-lost",
        notice="When the server refuses the form, the street typed is gone.",
        caught_by="Nothing typed is lost when the server refuses",
        edits=edit("templates/checkout.html", "value=form.street", 'value="" if errors else form.street'),
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
        edits=edit("templates/confirmation.html", "{{ order.email }}", "{{ visitor.profile.email }}"),
    ),
    Fault(
        name="order-number-off",
        notice="The order number on the confirmation is not the order's.",
        caught_by="Buy something as a guest",
        edits=edit(
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
