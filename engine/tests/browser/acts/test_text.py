"""Typing, clearing and keys, in every kind of field."""

from __future__ import annotations

import pytest

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import ActionError, UsageError

from .conftest import Do


async def test_typing_replaces_what_the_field_held(session: Session, do: Do) -> None:
    """A person means the field to hold just that."""
    await session.page.set_content("<input value=old>")

    effects = await do("type", "input", "Grüße 你好")

    assert await session.page.input_value("input") == "Grüße 你好"
    assert ("value", "Grüße 你好") in [(e.kind, e.detail) for e in effects.seen]


async def test_variables_are_filled_in(session: Session, do: Do) -> None:
    """Values travel with placeholders until the last moment."""
    await session.page.set_content("<input>")

    await do("type", "input", "from {CITY}")

    assert await session.page.input_value("input") == "from Oslo"


async def test_pages_that_listen_to_keys_notice_what_is_typed(session: Session, do: Do) -> None:
    """Old searches start on keyup, with the whole text in the field."""
    await session.page.set_content("<input onkeyup='document.title = this.value'>")

    await do("type", "input", "lamp")

    assert await session.page.title() == "lamp"


async def test_appending_keeps_what_is_there(session: Session, do: Do) -> None:
    """The text goes behind the old one."""
    await session.page.set_content("<textarea>Dear</textarea>")

    await do("append", "textarea", " Ada")

    assert await session.page.input_value("textarea") == "Dear Ada"


async def test_clearing_empties_the_field(session: Session, do: Do) -> None:
    """And says so."""
    await session.page.set_content("<input value=old>")

    effects = await do("clear", "input")

    assert await session.page.input_value("input") == ""
    assert "value" in effects.kinds


async def test_rich_text_takes_and_loses_text(session: Session, do: Do) -> None:
    """An editable element is a field like any other."""
    await session.page.set_content("<div contenteditable=true>old <b>text</b></div>")

    await do("type", "div", "new")
    await do("append", "div", " words")
    typed = await session.page.inner_text("div")
    await do("clear", "div")

    assert typed == "new words"
    assert (await session.page.inner_text("div")).strip() == ""


async def test_an_editor_that_draws_its_own_text_takes_keys(session: Session, do: Do) -> None:
    """Code editors catch keys in a hidden field that they focus themselves."""
    await session.page.set_content(
        """<div id=editor onclick='box.focus()' style='height:50px'>line</div>
        <textarea id=box style='position:absolute;opacity:0;width:1px;height:1px'
          oninput='editor.textContent = this.value'></textarea>"""
    )

    await do("type", "#editor", "let x = 1")

    assert await session.page.inner_text("#editor") == "let x = 1"


async def test_a_mask_may_shape_what_is_typed(session: Session, do: Do) -> None:
    """A telephone number in another shape is the same number."""
    await session.page.set_content(
        """<input oninput="const digits = this.value.replace(/\\D/g, '');
          this.value = digits.replace(/^(\\d{3})(\\d{3})(\\d+)/, '($1) $2-$3')">"""
    )

    await do("type", "input", "5551234567")

    assert await session.page.input_value("input") == "(555) 123-4567"
    assert session.take_notes() == ('the field shows it as "(555) 123-4567"',)


async def test_a_field_that_filters_keys_is_told_of(session: Session, do: Do) -> None:
    """A value that did not arrive must not pass."""
    await session.page.set_content("<input oninput=\"this.value = this.value.replace(/\\D/g, '')\">")

    with pytest.raises(ActionError) as caught:
        await do("type", "input", "12ab")

    assert '"12"' in caught.value.what
    assert '"12ab"' in caught.value.what


async def test_a_field_that_takes_keys_only_one_by_one_is_served(session: Session, do: Do) -> None:
    """Some masks build the value from key presses and ignore everything else."""
    await session.page.set_content(
        """<input id=i><script>
          let text = "";
          i.addEventListener("keypress", (e) => { e.preventDefault(); text += e.key; i.value = text; });
          i.addEventListener("keydown", (e) => { if (e.key === "Backspace") text = ""; });
          i.addEventListener("input", () => { i.value = text; });
        </script>"""
    )

    await do("type", "#i", "1234")

    assert await session.page.input_value("#i") == "1234"


async def test_a_field_with_a_limit_keeps_what_it_can(session: Session, do: Do) -> None:
    """That is how a person's typing ends, too; the report notes it."""
    await session.page.set_content("<input maxlength=4>")

    await do("type", "input", "123456")

    assert await session.page.input_value("input") == "1234"
    assert session.take_notes() == ('the field shows it as "1234"',)


async def test_a_tag_field_that_empties_itself_took_the_text(session: Session, do: Do) -> None:
    """Typing again would make a second tag."""
    await session.page.set_content(
        """<ul id=tags></ul><input id=i oninput="if (this.value.endsWith(',')) {
          tags.insertAdjacentHTML('beforeend', '<li>' + this.value.slice(0, -1)); this.value = ''; }">"""
    )

    await do("type", "#i", "red,")

    assert await session.page.locator("li").all_inner_texts() == ["red"]


async def test_typing_into_a_label_reaches_its_field(session: Session, do: Do) -> None:
    """The sentence names what people see."""
    await session.page.set_content("<label>Name <input></label>")

    await do("type", "label", "Ada")

    assert await session.page.input_value("input") == "Ada"


async def test_typing_on_something_that_takes_no_text_is_an_error(session: Session, do: Do) -> None:
    """Keys sent into nowhere would look like success."""
    await session.page.set_content("<p>Hello</p>")

    with pytest.raises(ActionError, match="no field"):
        await do("type", "p", "x")


async def test_a_read_only_field_is_named_as_such(session: Session, do: Do) -> None:
    """Not as a time-out."""
    await session.page.set_content("<input readonly value=old>")

    with pytest.raises(ActionError, match="read-only"):
        await do("type", "input", "new", timeout_s=0.5)


async def test_enter_submits_the_form_of_the_field(session: Session, do: Do) -> None:
    """A key goes to what has the focus."""
    await session.page.set_content("<form onsubmit=\"document.title='sent'; return false\"><input></form>")
    await do("type", "input", "Ada")

    await do("press", None, "Enter")

    assert await session.page.title() == "sent"


async def test_chords_are_pressed_as_people_write_them(session: Session, do: Do) -> None:
    """Names of keys vary from keyboard to keyboard."""
    await session.page.set_content(
        "<input onkeydown='document.title += [event.ctrlKey, event.shiftKey, event.key].join()'>"
    )

    await do("press", "input", "ctrl + shift + K")

    assert (await session.page.title()).endswith("true,true,k")


async def test_a_key_can_be_repeated(session: Session, do: Do) -> None:
    """As in "press Arrow Down 3 times"."""
    await session.page.set_content("<input onkeydown='document.title += event.key'>")

    await do("press", "input", "arrow down", amount=3.0, unit="times")

    assert await session.page.title() == "ArrowDown" * 3


async def test_an_unknown_key_is_an_error(session: Session, do: Do) -> None:
    """Playwright's own words would not help."""
    with pytest.raises(UsageError, match="no key"):
        await do("press", None, "Hyper")


async def test_a_field_that_reads_half_of_a_date_as_another_one_gets_it_whole(session: Session, do: Do) -> None:
    """Some date fields write what they understood back after every key: "2027-03-1" becomes "2027-03-01"."""
    await session.page.set_content(
        """<input oninput="const m = /^(\\d{4}-\\d\\d-)(\\d)$/.exec(value); if (m) value = m[1] + 0 + m[2]">"""
    )

    await do("type", "input", "2027-03-17")

    assert await session.page.input_value("input") == "2027-03-17"
