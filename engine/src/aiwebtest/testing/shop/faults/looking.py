"""Faults in signing in, finding things and looking at them."""

from __future__ import annotations

from aiwebtest.testing.shop import broken
from aiwebtest.testing.shop.faults.fault import Fault, edit

__all__ = ["FINDING", "PRODUCT", "SIGNING_IN"]

SIGNING_IN = (
    Fault(
        name="dead-sign-in",
        notice="The sign-in button does nothing.",
        caught_by="Sign in and out again",
        edits=edit("templates/login.html", '<button type="submit">', '<button type="button">'),
    ),
    Fault(
        name="sign-in-error-hidden",
        notice="After a wrong password the form comes back without a word.",
        caught_by="A wrong password is refused",
        edits=edit("templates/login.html", 'class="error box" role="alert"', 'class="error box" role="alert" hidden'),
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

FINDING = (
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
        edits=edit("static/shop.js", "    search.value = name;\n", ""),
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
        edits=edit(
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
        edits=edit(
            "static/shop.css",
            ".has-menu:hover .menu, .has-menu:focus-within .menu { display: flex }",
            ".has-menu.open .menu { display: flex }",
        ),
    ),
)

PRODUCT = (
    Fault(
        name="gallery-stuck",
        notice="The small pictures do not change the large one.",
        caught_by="Look at a product from all sides",
        edits=edit(
            "static/product.js",
            "    picture.src = thumb.dataset.src;\n    picture.alt = thumb.dataset.alt;\n",
            "",
        ),
    ),
    Fault(
        name="picture-missing",
        notice="One of the small pictures does not load.",
        caught_by="Look at a product from all sides",
        edits=edit(
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
            *edit("templates/product.html", 'aria-controls="panel-delivery"', 'aria-controls="panel-review"'),
            *edit("templates/product.html", 'aria-controls="panel-reviews"', 'aria-controls="panel-delivery"'),
            *edit("templates/product.html", 'aria-controls="panel-review"', 'aria-controls="panel-reviews"'),
        ),
    ),
    Fault(
        name="wrong-title",
        notice="The title of the browser tab names another product.",
        caught_by="Look at a product from all sides",
        edits=edit(
            "templates/product.html",
            "{% block title %}{{ named(item) }}",
            "{% block title %}{{ named(related[0][0]) }}",
        ),
    ),
    Fault(
        name="add-stays-disabled",
        notice="The button stays grey although a colour is chosen.",
        caught_by="Choose a colour and a quantity",
        edits=edit("static/product.js", ".disabled = !buy.elements.colour.value;", ".disabled = true;"),
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
        edits=edit("static/product.js", "    setBasketCount(answer.count);\n", ""),
    ),
    Fault(
        name="sold-out-button-alive",
        notice="The button of a sold-out product can be pressed.",
        caught_by="Sold out means sold out",
        edits=edit("templates/product.html", "if item.colours or not item.stock }}", "if item.colours }}"),
    ),
    Fault(
        name="stars-off-by-one",
        notice="A review with four stars is published with three.",
        caught_by="Write a review",
        edits=edit("static/stars.js", "setFormValue(String(value))", "setFormValue(String(value - 1))"),
    ),
    Fault(
        name="review-count-stale",
        notice="The tab still counts two reviews after a third was written.",
        caught_by="Write a review",
        edits=edit(
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
