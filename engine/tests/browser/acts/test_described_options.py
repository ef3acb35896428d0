"""Suggestions chosen by their letters, on a field without any role of its own."""

from __future__ import annotations

import pytest

from aiwebtest.core.errors import ActionError
from aiwebtest.core.intent import OptionPattern

PAGE = """<label>Tags <input id=tags></label><div id=popup style="position:absolute"></div><script>
const all = ["Samoa", "San Marino", "Senegal"], field = document.getElementById("tags");
field.addEventListener("input", () => {
  const fits = all.filter((one) => one.toLowerCase().startsWith(field.value.toLowerCase()));
  popup.innerHTML = fits.map((one) => `<li onclick="field.value='${one}';popup.innerHTML=''">${one}</li>`).join("");
});</script>"""


async def test_the_suggestion_that_is_as_described_is_chosen(session, do) -> None:
    """The first that starts so may end otherwise."""
    await session.page.set_content(PAGE)

    await do("select", "#tags", "Sa", pattern=OptionPattern(starts="Sa", ends="ino"))

    assert await session.page.input_value("#tags") == "San Marino"


async def test_no_suggestion_of_that_kind_is_told(session, do) -> None:
    """Never any other one instead."""
    await session.page.set_content(PAGE)

    with pytest.raises(ActionError):
        await do("select", "#tags", "Sa", pattern=OptionPattern(starts="Sa", ends="xyz"), timeout_s=2.0)

    assert await session.page.input_value("#tags") == "Sa"
