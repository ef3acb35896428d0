"""What a recipe survives, and what it must not fall for."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from aiwebtest.browser.locate import Found, Miss, find_again, wait_again
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.grounding.locators import locator_for

from .pages import DIVS, FORM, SHOP, TABLE


async def learn(
    page: Page, html: str, css: str, sentence: str = "Click it", target: Target | None = None
) -> tuple[Locator, Identity]:
    """Return the recipe for the element that `css` gives on the page `html`."""
    await page.set_content(html)
    snapshot = await take_snapshot(page)
    number = await page.locator(css).evaluate('(e) => window[Symbol.for("aiwebtest")].numberOf(e)')
    [node] = [n for n in snapshot.nodes if n.local == number and n.tag != "#text"]
    return locator_for(node, snapshot, Intent(action="click", text=sentence, target=target))


async def again(page: Page, html: str, recipe: tuple[Locator, Identity]) -> Found | Miss:
    """Return what the recipe finds on the page `html`."""
    await page.set_content(html)
    return await find_again(page, *recipe)


async def is_at(found: Found | Miss, css: str) -> bool:
    """Tell whether the element found is the one that `css` gives."""
    assert isinstance(found, Found), found
    return await found.element.evaluate("(e, css) => e === document.querySelector(css)", css)


RED = "li:has-text('Red mug') button"


async def test_survives_reordered_siblings(page: Page) -> None:
    """The button of the red mug is found wherever the red mug stands."""
    recipe = await learn(page, SHOP, RED)

    script = "const l = document.getElementById('list'); l.append(l.children[1]); l.children[0].classList.add('first')"
    found = await again(page, f"{SHOP}<script>{script}</script>", recipe)

    assert await is_at(found, "li:last-child button")


async def test_survives_an_inserted_banner(page: Page) -> None:
    """Something new above the page moves everything and changes nothing."""
    recipe = await learn(page, SHOP, RED)

    found = await again(page, f"<div role=banner><p>Sale!</p><button>Close</button></div>{SHOP}", recipe)

    assert await is_at(found, "li:nth-child(2) button")


async def test_survives_changed_classes_and_wrappers(page: Page) -> None:
    """Classes and wrapping elements belong to the style, not to the meaning."""
    recipe = await learn(page, SHOP, RED)
    changed = SHOP.replace("card", "tile-9f8e").replace("<button>Add", "<div class=w><div><button class=b>Add")
    changed = changed.replace("basket</button></li>", "basket</button></div></div></li>")

    assert await is_at(await again(page, changed, recipe), "li:nth-child(2) button")


@pytest.mark.parametrize("now", ["Basket (3)", "Basket (17)", "basket (2)", "Basket  (1,024)"])
async def test_survives_counters_in_names(page: Page, now: str) -> None:
    """How much is in the basket does not make it another basket."""
    recipe = await learn(page, SHOP, "a[href='/basket']", "Open the basket")

    assert await is_at(await again(page, SHOP.replace("Basket (2)", now), recipe), "a[href='/basket']")


async def test_survives_a_date_that_moves_on(page: Page) -> None:
    """A date in a name is as fleeting as a number."""
    recipe = await learn(page, "<button>Due 28 November 2026</button>", "button")

    assert isinstance(await again(page, "<button>Due 1 Dec 2027</button>", recipe), Found)


async def test_keeps_to_numbers_that_the_sentence_names(page: Page) -> None:
    """Who says "page 2" does not mean page 3."""
    recipe = await learn(page, "<a href=/2>Page 2</a>", "a", "Click page 2", Target(text="page 2", name="page 2"))

    assert isinstance(await again(page, "<a href=/3>Page 3</a>", recipe), Miss)


async def test_tells_alike_names_apart_by_their_numbers_when_nothing_else_does(page: Page) -> None:
    """Folding the numbers must not make two links one."""
    pager = "<a href=/1>Page 1</a> <a href=/2>Page 2</a> <a href=/3>Page 3</a>"
    recipe = await learn(page, pager, "a[href='/2']")

    assert await is_at(await again(page, f"<a href=/9>New</a> {pager}", recipe), "a[href='/2']")


async def test_row_is_known_by_its_text_not_by_its_place(page: Page) -> None:
    """The row of Bob is found when rows above it are gone, and missed when it is gone itself."""
    recipe = await learn(page, TABLE, "tr:has-text('Bob') button:has-text('Delete')")
    fewer = TABLE.replace(TABLE[TABLE.index("<tr><td>1001") : TABLE.index("<tr><td>1002")], "")
    without = TABLE.replace(TABLE[TABLE.index("<tr><td>1003") : TABLE.index("</tbody></table>\n<table>")], "")

    assert await is_at(await again(page, fewer, recipe), "tr:nth-child(2) button:last-child")
    assert isinstance(await again(page, without, recipe), Miss)


async def test_the_same_name_in_another_row_is_a_miss(page: Page) -> None:
    """With one row left the button is unique, and yet it is another's."""
    row = "<h1>Users</h1><table><tr><td>Ada</td><td><button>Delete</button></td></tr></table>"
    recipe = await learn(page, row, "button")

    missed = await again(page, row.replace("Ada", "Bob"), recipe)

    assert isinstance(missed, Miss)
    assert missed.reason == "the button stood by “Ada” and now stands by “Users, Bob”"


async def test_row_named_by_the_sentence_is_the_row_that_counts(page: Page) -> None:
    """A row "of 1002" is kept in the words of the sentence, not in those of the first cell."""
    anchor = Relation(kind="row", anchor=Target(text="1002", name="1002"))
    target = Target(text="Edit in the row of 1002", name="Edit", relations=(anchor,))
    recipe = await learn(
        page, TABLE, "tr:has-text('1002') button:has-text('Edit')", "Click Edit in the row of 1002", target
    )

    assert recipe[0].within == Locator(role="row", text="1002")


async def test_two_alike_are_a_miss(page: Page) -> None:
    """A second button of the same name makes the sentence ambiguous, so nothing is clicked."""
    recipe = await learn(page, "<h1>A</h1><button>Save</button>", "button")

    missed = await again(page, "<h1>A</h1><button>Save</button><p>x</p><button>Save</button>", recipe)

    assert missed == Miss(reason="2 elements match button “Save”", matches=2)


async def test_a_renamed_button_is_told_by_its_new_name(page: Page) -> None:
    """The mark that stayed tells what became of it."""
    recipe = await learn(page, "<button id=store>Save</button>", "button")

    missed = await again(page, "<button id=store>Store</button>", recipe)

    assert missed == Miss(reason="the button “Save” is now called “Store”", matches=0)


async def test_what_is_known_by_its_mark_must_keep_its_name(page: Page) -> None:
    """A test id that stayed on a button with another meaning is not enough."""
    target = Target(text="the test id save", name="save", attribute="testid")
    recipe = await learn(page, "<button data-testid=save>Save</button>", "button", "Click the test id save", target)

    missed = await again(page, "<button data-testid=save>Delete all</button>", recipe)

    assert recipe[0].testid == "save"
    assert missed == Miss(reason="the button was called “Save” and is now called “Delete all”", matches=1)


async def test_heading_behind_the_navigation_does_not_bind_it(page: Page) -> None:
    """What the page is about today says nothing of the links above it."""
    html = "<nav><a href=/basket>Basket</a> <a href=/help>Help</a></nav><h1>Good morning, Ada</h1><p>Hello</p>"
    recipe = await learn(page, html, "a[href='/help']")

    assert isinstance(await again(page, html.replace("Ada", "Bob"), recipe), Found)


async def test_swapped_labels_are_a_miss(page: Page) -> None:
    """A name that moved to an element with another's mark is not trusted."""
    recipe = await learn(
        page, "<label>First <input id=first-name></label><label>Last <input id=last-name></label>", "#first-name"
    )

    missed = await again(
        page, "<label>Last <input id=first-name></label><label>First <input id=last-name></label>", recipe
    )

    assert isinstance(missed, Miss)
    assert "first-name" in missed.reason


async def test_sections_tell_alike_fields_apart(page: Page) -> None:
    """The street of the shipping section stays that when the sections change places."""
    recipe = await learn(page, FORM, "#ss")
    start, middle, end = (
        FORM.index("<section><h2>Billing"),
        FORM.index("<section><h2>Shipping"),
        FORM.index("<fieldset>"),
    )
    swapped = FORM[:start] + FORM[middle:end] + FORM[start:middle] + FORM[end:]

    assert await is_at(await again(page, swapped, recipe), "#ss")


async def test_another_dialog_with_the_same_button_is_a_miss(page: Page) -> None:
    """OK under another question is another OK."""
    recipe = await learn(page, FORM, "[role=dialog] button:last-child")

    missed = await again(page, FORM.replace("Delete account?", "Publish account?"), recipe)

    assert isinstance(missed, Miss)


async def test_elements_without_role_are_known_by_the_text_beside_them(page: Page) -> None:
    """A cross in a list of plain divs belongs to the text in its item."""
    recipe = await learn(page, DIVS, ".item:nth-child(2) .x")
    first = '<div class="item"><div class="text">Pay rent</div><div class="x" onclick="0">×</div></div>'

    found = await again(page, DIVS.replace('<div class="list">', f'<div class="list">{first}'), recipe)

    assert await is_at(found, ".item:nth-child(3) .x")


async def test_nameless_button_is_known_by_a_word_of_its_class(page: Page) -> None:
    """An icon has no other name than the one its author gave it; hashes beside it may change."""
    recipe = await learn(page, FORM, ".icon-trash")

    assert recipe[0].ident == "icon-trash"
    assert await is_at(await again(page, FORM.replace("css-1x2y3z", "css-zzz999"), recipe), ".icon-trash")


async def test_links_without_a_name_are_known_by_where_they_lead(page: Page) -> None:
    """A picture without a text leads somewhere all the same; another host of the same site leads there too."""
    cards = '<a href="/p/mug"><img alt="" src="data:,"></a> <a href="/p/pot"><img alt="" src="data:,"></a>'
    recipe = await learn(page, cards, "a:last-child")

    assert recipe[0].href == "/p/pot"
    assert await is_at(await again(page, f'<a href="/x"><b></b></a>{cards}', recipe), "a[href='/p/pot']")


async def test_what_is_found_is_called_by_its_name_of_now(page: Page) -> None:
    """Reports show the counter as the page shows it, though the recipe does not rely on it."""
    recipe = await learn(page, SHOP, "a[href='/basket']", "Open the basket")

    found = await again(page, SHOP.replace("Basket (2)", "Basket (5)"), recipe)

    assert isinstance(found, Found)
    assert found.described == "link “Basket (5)”"


SECOND = Target(text="the second product", name="product", ordinal=2)


async def test_ordinal_keeps_its_meaning_when_the_order_changes(page: Page) -> None:
    """What is meant by "the second product" is whatever is second now."""
    recipe = await learn(page, SHOP, "li:nth-child(2) a", "Click the second product", SECOND)
    swap = "<script>const l = document.getElementById('list'); l.prepend(l.children[2])</script>"

    assert recipe[1].position == 2
    assert await is_at(await again(page, SHOP + swap, recipe), "li:nth-child(2) a")


async def test_ordinal_of_named_things_counts_only_those(page: Page) -> None:
    """Sought as "the second Add to basket", it counts these buttons, whatever else is on the page."""
    target = Target(text="the second Add to basket", name="Add to basket", role="button", ordinal=2)
    recipe = await learn(page, SHOP, "li:nth-child(2) button", "Click the second Add to basket", target)

    assert await is_at(await again(page, f"<button>Close</button>{SHOP}", recipe), "li:nth-child(2) button")


async def test_last_counts_from_the_end(page: Page) -> None:
    """Sought as "the last row", it is the last one however many there are."""
    last = Relation(kind="row", anchor=Target(text="the last row", role="row", ordinal=-1))
    target = Target(text="Delete in the last row", name="Delete", relations=(last,))
    one = TABLE[: TABLE.index("<table><caption>Robots")]
    recipe = await learn(page, one, "tr:nth-child(3) button:last-child", "Click Delete in the last row", target)
    more = one.replace(
        "</tbody>",
        "<tr><td>1004</td><td>Cy</td><td>-</td><td><button>Edit</button> <button>Delete</button></td></tr></tbody>",
    )

    assert await is_at(await again(page, more, recipe), "tr:nth-child(4) button:last-child")


async def test_waits_in_the_page_until_it_is_there(page: Page) -> None:
    """An element that comes late is found when it comes."""
    recipe = await learn(page, "<h1>A</h1><button>Save</button>", "button")
    add = "document.body.append(Object.assign(document.createElement('button'), {textContent: 'Save'}))"
    late = f"<h1>A</h1><script>setTimeout(() => {add}, 150)</script>"
    await page.set_content(late)

    assert isinstance(await find_again(page, *recipe), Miss)
    assert isinstance(await wait_again(page, *recipe, timeout_s=5), Found)


async def test_waiting_ends_with_the_reason(page: Page) -> None:
    """What never comes is a miss that says what was sought."""
    recipe = await learn(page, "<h1>A</h1><button>Save</button>", "button")
    await page.set_content("<h1>A</h1>")

    assert await wait_again(page, *recipe, timeout_s=0.2) == Miss(reason="nothing on the page is button “Save”")


async def test_waiting_survives_a_navigation(page: Page) -> None:
    """The element may be on the next page, which is on its way."""
    recipe = await learn(page, "<h1>A</h1><button>Save</button>", "button")
    await page.goto("data:text/html,<script>setTimeout(() => location.reload, 50)</script>")
    await page.evaluate("setTimeout(() => document.location = 'about:blank', 50)")

    missed = await wait_again(page, *recipe, timeout_s=0.5)

    assert isinstance(missed, Miss)


FRAME = "<h1>Outside</h1><iframe name=pay srcdoc='<h2>Card</h2><label>Number <input></label>'></iframe>"


async def test_finds_into_frames(page: Page) -> None:
    """A field in a frame is found through the frame's name."""
    await page.set_content(FRAME)
    await page.frame_locator("iframe").locator("input").wait_for()
    snapshot = await take_snapshot(page)
    [node] = [n for n in snapshot.nodes if n.role == "textbox"]

    locator, identity = locator_for(node, snapshot, Intent(action="type", text="Type 1 into Number"))
    found = await find_again(page, locator, identity)

    assert [step.name for step in locator.frames] == ["pay"]
    assert isinstance(found, Found)
    assert (found.frame, found.local) == (1, node.local)


async def test_frame_that_is_gone_is_a_miss(page: Page) -> None:
    """Without the frame there is nothing to look in."""
    await page.set_content(FRAME)
    await page.frame_locator("iframe").locator("input").wait_for()
    snapshot = await take_snapshot(page)
    [node] = [n for n in snapshot.nodes if n.role == "textbox"]
    recipe = locator_for(node, snapshot, Intent(action="type", text="Type 1 into Number"))

    assert await again(page, "<h1>Outside</h1>", recipe) == Miss(reason="the frame that it stood in is not there")


async def test_leaves_nothing_on_the_page(page: Page) -> None:
    """Looking for an element does not change the document."""
    recipe = await learn(page, SHOP, RED)
    before = await page.content()

    await find_again(page, *recipe)

    assert await page.content() == before
