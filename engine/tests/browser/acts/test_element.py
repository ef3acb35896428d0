"""Elements known by their numbers: asked and acted on without a handle, and never another element in their place."""

from __future__ import annotations

import pytest
from playwright.async_api import Error

from aiwebtest.browser.element import Element
from aiwebtest.browser.session import Session

_KNOWN = """(css) => {
  const awt = window[Symbol.for("aiwebtest")];
  const host = document.querySelector("#host");
  const element = document.querySelector(css) || host.shadowRoot.querySelector(css);
  return [awt.numberOf(element), JSON.parse(awt.snapshot("").replaceAll("\\x7f", '"')).rest.token];
}"""


async def _element(session: Session, css: str) -> Element:
    number, token = await session.page.evaluate(_KNOWN, css)
    element = Element(session.page.main_frame, number, token)
    await element.evaluate("(element) => window[Symbol.for('aiwebtest')].watch(element)")
    return element


async def test_an_element_is_reached_in_shadow_trees_and_after_the_page_wrote_itself_anew(session: Session) -> None:
    """A page that writes itself anew loses all its listeners, and with them whatever rests on one."""
    await session.page.set_content("<p>before</p>")
    await _element(session, "p")
    await session.page.set_content(
        """<button onclick="this.textContent = 'pressed'">A</button><div id="host"></div><script>
        host.attachShadow({ mode: "open" }).innerHTML = "<input value=old>"</script>"""
    )
    button, field = await _element(session, "button"), await _element(session, "input")

    await button.click(timeout=30000)
    await field.fill("new", timeout=30000)

    assert await button.evaluate("(element) => element.textContent") == "pressed"
    assert await field.input_value() == "new"


async def test_an_element_that_left_is_not_waited_for(session: Session) -> None:
    """Neither is one of its like taken for it."""
    await session.page.set_content("<button>A</button>")
    button = await _element(session, "button")
    await session.page.evaluate("document.querySelector('button').outerHTML = '<button>A</button>'")

    with pytest.raises(Error, match="not attached"):
        await button.click(timeout=30000)


async def test_an_element_of_another_document_is_none_of_this_one(session: Session) -> None:
    """Numbers begin anew in each document; a number alone would name another element there."""
    await session.page.set_content("<button>A</button>")
    number, token = await session.page.evaluate(_KNOWN, "button")
    other = Element(session.page.main_frame, number, token[::-1] + "x")

    with pytest.raises(Error, match="not attached"):
        await other.click(timeout=30000)
    with pytest.raises(Error, match="context was destroyed"):
        await other.evaluate("(element) => element.textContent")
