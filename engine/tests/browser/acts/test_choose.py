"""Options, boxes, switches and radios."""

from __future__ import annotations

import pytest

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import ActionError
from aiwebtest.core.intent import Action

from .conftest import Do, Site


async def test_an_option_is_chosen_by_its_label(session: Session, do: Do) -> None:
    """Labels are what people see, in whatever case they write them."""
    await session.page.set_content("<select><option value=r>Red<option value=b>Dark  Blue</select>")

    effects = await do("select", "select", "dark blue")

    assert await session.page.input_value("select") == "b"
    assert ("selected", "Dark Blue") in [(e.kind, e.detail) for e in effects.seen]


async def test_an_option_is_chosen_by_its_value_or_place(session: Session, do: Do) -> None:
    """Values serve where labels are only icons; "the last option" names a place."""
    await session.page.set_content("<select><option value=r>Red<option value=b>Blue<option value=g>Green</select>")

    await do("select", "select", "b")
    by_value = await session.page.input_value("select")
    await do("select", "select", position=-1)

    assert by_value == "b"
    assert await session.page.input_value("select") == "g"


async def test_an_option_that_was_found_itself_is_chosen_whatever_words_led_to_it(session: Session, do: Do) -> None:
    """“South as plot” is the option South of the list that is called Plot."""
    await session.page.set_content("<label>Plot <select><option>North<option>South</select></label>")

    await do("select", "option:last-child", "South as plot")

    assert await session.page.input_value("select") == "South"


async def test_a_missing_option_lists_those_there_are(session: Session, do: Do) -> None:
    """The reader sees at once what to write."""
    await session.page.set_content("<select><option>Red<option>Blue</select>")

    with pytest.raises(ActionError) as caught:
        await do("select", "select", "Green")

    assert 'no option "Green"' in caught.value.what
    assert '"Red", "Blue"' in caught.value.what


async def test_an_ambiguous_option_is_not_guessed(session: Session, do: Do) -> None:
    """Two labels that both hold the words are two meanings."""
    await session.page.set_content("<select><option>-<option>Norway (NO)<option>Norway (old)</select>")

    with pytest.raises(ActionError, match="fits several"):
        await do("select", "select", "Norway")


async def test_a_disabled_option_is_refused(session: Session, do: Do) -> None:
    """A person could not choose it either."""
    await session.page.set_content("<select><option>Red<option disabled>Blue</select>")

    with pytest.raises(ActionError, match="disabled"):
        await do("select", "select", "Blue")


async def test_several_options_are_chosen_and_one_taken_back(session: Session, do: Do) -> None:
    """In a list that takes several."""
    await session.page.set_content("<select multiple><option>Red<option>Blue<option>Green</select>")
    chosen = "() => [...document.querySelector('select').selectedOptions].map((o) => o.text)"

    await do("select", "select", "Red", "Green")
    both = await session.page.evaluate(chosen)
    await do("deselect", "select", "Red")

    assert both == ["Red", "Green"]
    assert await session.page.evaluate(chosen) == ["Green"]


_COMBOBOX = """<button id=c role=combobox aria-haspopup=listbox aria-expanded=false aria-controls=l
  onclick="l.hidden = !l.hidden; this.setAttribute('aria-expanded', !l.hidden)">Choose</button>
<ul id=l role=listbox hidden></ul><ul role=listbox><li role=option>Blue (another list)</li></ul>
<script>
  for (const color of ["Red", "Blue", "Green"]) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.textContent = color;
    option.onclick = () => { c.textContent = color; l.hidden = true; c.setAttribute("aria-expanded", false); };
    l.append(option);
  }
</script>"""


async def test_a_drawn_combobox_is_opened_and_its_own_option_clicked(session: Session, do: Do) -> None:
    """Options of another list must not be taken for it."""
    await session.page.set_content(_COMBOBOX)

    effects = await do("select", "#c", "Blue")

    assert await session.page.inner_text("#c") == "Blue"
    assert effects


async def test_a_drawn_combobox_lists_its_options_when_none_fits(session: Session, do: Do) -> None:
    """As a native one does."""
    await session.page.set_content(_COMBOBOX)

    with pytest.raises(ActionError, match='"Red", "Blue", "Green"'):
        await do("select", "#c", "Pink", timeout_s=2)


async def test_an_autocomplete_is_typed_into_and_its_suggestion_taken(session: Session, do: Do) -> None:
    """Suggestions come only after something is typed, and often without any roles."""
    await session.page.set_content(
        """<input id=i><ul id=s style='position:absolute'></ul><script>
          const all = ["Norway", "Northern Ireland", "Oman"];
          i.oninput = () => setTimeout(() => {
            s.innerHTML = "";
            for (const name of all.filter((n) => n.startsWith(i.value))) {
              const item = document.createElement("li");
              item.innerHTML = `<div>${name}</div>`;
              item.onclick = () => { i.value = name; s.innerHTML = ""; i.dataset.taken = name; };
              s.append(item);
            }
          }, 50);
        </script>"""
    )

    await do("select", "#i", "Norway")

    assert await session.page.get_attribute("#i", "data-taken") == "Norway"


async def test_a_menu_without_roles_is_opened(session: Session, do: Do) -> None:
    """Many drop-downs are plain elements with classes."""
    await session.page.set_content(
        """<div id=d onclick="m.style.display='block'">Sort by</div>
        <div id=m style='display:none;position:absolute'>
          <div onclick="document.title='price'">Price</div><div>Name</div></div>"""
    )

    await do("select", "#d", "Price")

    assert await session.page.title() == "price"


async def test_a_suggestion_of_a_datalist_is_entered(session: Session, do: Do) -> None:
    """The browser draws that list itself, where no page can click."""
    await session.page.set_content(
        "<input list=l><datalist id=l><option value=NO>Norway<option value=OM>Oman</datalist>"
    )

    await do("select", "input", "Oman")

    assert await session.page.input_value("input") == "OM"


async def test_a_list_box_takes_several(session: Session, do: Do) -> None:
    """Its options are in plain sight."""
    await session.page.set_content(
        """<ul role=listbox aria-multiselectable=true>
          <li role=option aria-selected=false onclick="this.setAttribute('aria-selected', 'true')">Red</li>
          <li role=option aria-selected=false onclick="this.setAttribute('aria-selected', 'true')">Blue</li>
          <li role=option aria-selected=false onclick="this.setAttribute('aria-selected', 'true')">Green</li></ul>"""
    )

    effects = await do("select", "ul", "Red", "Green")

    assert await session.page.locator("[aria-selected=true]").all_inner_texts() == ["Red", "Green"]
    assert "selected" in effects.kinds


async def test_a_radio_of_a_group_is_chosen_by_its_label(session: Session, do: Do) -> None:
    """As in "select Express from the shipping options"."""
    await session.page.set_content(
        "<fieldset><legend>Shipping</legend><label><input type=radio name=s>Post</label>"
        "<label><input id=e type=radio name=s>Express</label></fieldset>"
    )

    await do("select", "fieldset", "Express")

    assert await session.page.is_checked("#e")


async def test_a_select_behind_a_widget_is_served_by_the_widget(session: Session, do: Do) -> None:
    """Libraries hide the native select and draw another one beside it."""
    await session.page.set_content(
        """<select id=s style='display:none'><option>Red<option>Blue</select>
        <div id=w onclick='l.hidden = false'>Red</div>
        <ul id=l hidden><li>Red</li><li onclick="s.value='Blue'; w.textContent='Blue'; l.hidden=true">Blue</li></ul>"""
    )

    await do("select", "#s", "Blue")

    assert await session.page.inner_text("#w") == "Blue"


async def test_a_box_is_checked_and_unchecked(session: Session, do: Do) -> None:
    """And its state is what the action ends with."""
    await session.page.set_content("<input type=checkbox>")

    checked = await do("check", "input")
    on = await session.page.is_checked("input")
    await do("uncheck", "input")

    assert "checked" in checked.kinds
    assert on
    assert not await session.page.is_checked("input")


async def test_a_box_that_is_on_already_stays_on(session: Session, do: Do) -> None:
    """To check means to make it on, not to click."""
    await session.page.set_content("<input type=checkbox checked>")

    effects = await do("check", "input")

    assert not effects
    assert await session.page.is_checked("input")
    assert session.take_notes() == ("it was on already",)


async def test_a_styled_switch_is_toggled(session: Session, do: Do) -> None:
    """Its state is in an attribute."""
    await session.page.set_content(
        """<div role=switch aria-checked=false tabindex=0
          onclick="this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')">Dark</div>"""
    )

    effects = await do("toggle", "div")

    assert await session.page.get_attribute("div", "aria-checked") == "true"
    assert "checked" in effects.kinds


async def test_a_box_that_is_cut_off_to_a_point_is_checked_through_its_label(session: Session, do: Do) -> None:
    """Hidden from sight and kept for screen readers, it has its usual size in a wrapper of one pixel."""
    cut = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:-1px"
    await session.page.set_content(
        f"<label style='position:relative'><span style='{cut}'><input id=c type=checkbox></span>"
        "<i style='display:inline-block;width:30px;height:20px;background:#ccc'></i>News</label>"
    )

    await do("check", "#c", timeout_s=2.0)

    assert await session.page.is_checked("#c")


async def test_a_box_behind_its_label_is_checked_through_it(session: Session, do: Do) -> None:
    """The native box is hidden; the label draws it."""
    await session.page.set_content("<input id=c type=checkbox style='display:none'><label for=c>News</label>")

    await do("check", "#c")

    assert await session.page.is_checked("#c")


async def test_a_box_that_does_not_stay_on_is_an_error(session: Session, do: Do) -> None:
    """A refused change must not pass."""
    await session.page.set_content("<input type=checkbox onclick='event.preventDefault()'>")

    with pytest.raises(ActionError, match="still off"):
        await do("check", "input")


DRAWN_ANEW = """
<div id=list></div>
<script>
  const on = { Mail: false, Calls: false };
  const takes = (name) => name !== "Calls" || !window.refuses;
  const draw = () => {
    list.innerHTML = (on.Mail ? "<p>Mail is on</p>" : "") + Object.keys(on).map((name) =>
      `<div><button role=switch aria-label="${name}" aria-checked=${on[name]}>o</button></div>`).join("");
    for (const box of list.querySelectorAll("button")) box.onclick = () => {
      const name = box.getAttribute("aria-label");
      if (takes(name)) on[name] = !on[name];
      draw();
    };
  };
  draw();
</script>
"""


async def test_a_switch_that_the_page_draws_anew_is_seen_to_be_on(session: Session, do: Do) -> None:
    """Many pages replace a list whole after each click: the old switch is gone, and never changes."""
    await session.page.set_content(DRAWN_ANEW)

    await do("check", "[aria-label=Mail]")  # a line comes in front of it as well
    await do("uncheck", "[aria-label=Mail]")
    await session.page.evaluate("window.refuses = true")

    assert await session.page.get_attribute("[aria-label=Mail]", "aria-checked") == "false"
    with pytest.raises(ActionError, match="still off"):
        await do("check", "[aria-label=Calls]")


async def test_a_plain_element_has_no_state_to_check(session: Session, do: Do) -> None:
    """A click alone would prove nothing."""
    await session.page.set_content("<p>News</p>")

    with pytest.raises(ActionError, match="no state"):
        await do("check", "p")


async def test_a_radio_cannot_be_unchecked(session: Session, do: Do) -> None:
    """There is no such gesture."""
    await session.page.set_content("<input type=radio checked>")

    with pytest.raises(ActionError, match="radio"):
        await do("uncheck", "input")


@pytest.mark.parametrize(
    ("action", "control", "values"),
    [
        (
            "select",
            "<select id=c onchange=go()><option>English</option><option>Deutsch</option></select>",
            ("Deutsch",),
        ),
        ("check", "<input id=c type=checkbox onchange=go()>", ()),
    ],
)
async def test_a_choice_that_opens_another_page_is_made(
    session: Session, do: Do, site: Site, action: Action, control: str, values: tuple[str, ...]
) -> None:
    """As the choice of a language does; the page that would be asked about it is gone then, at any moment."""
    site.add("/next", "<p>Weiter</p>")
    for wait_ms in (0, 1, 2, 3, 5, 8):
        await session.goto(
            site.add(
                "/",
                f"<script>function go() {{ setTimeout(() => {{ location = '/next' }}, {wait_ms}) }}</script>{control}",
            )
        )

        effects = await do(action, "#c", *values)

        assert await session.settle(5)
        assert await session.page.inner_text("p") == "Weiter"
        assert effects.seen


async def test_what_is_the_choice_itself_is_clicked(session: Session, do: Do) -> None:
    """A plain element in a row of them has no role and opens no list."""
    await session.page.set_content("<div><span>5%</span><span id=ten onclick='this.after(` chosen`)'>10%</span></div>")

    await do("select", "#ten", "10%")

    assert "10% chosen" in await session.page.inner_text("div")


async def test_one_of_a_group_of_buttons_that_stay_pressed_is_pressed(session: Session, do: Do) -> None:
    """The group is no list to be opened: a click in its middle would press another."""
    buttons = "".join(f"<button aria-pressed={on} onclick='told.textContent += innerText'>{name}</button>"
                      for name, on in (("1 h", "false"), ("24 h", "true"), ("7 d", "false")))  # fmt: skip
    await session.page.set_content(f"<div role=group aria-label='Time range'>{buttons}</div><p id=told></p>")

    await do("select", "[role=group]", "1 h")
    await do("select", "[role=group]", "24 h")

    assert await session.page.inner_text("#told") == "1 h"


@pytest.mark.parametrize(("button", "asked"), [("10A", "seat 10A"), ("Select", "the 12:00 sailing")])
async def test_what_stands_for_the_choice_is_clicked(session: Session, do: Do, button: str, asked: str) -> None:
    """It is called by a code in the words, or is the button beside them; no list opens."""
    await session.page.set_content(f"<button onclick='this.after(`chosen`)'>{button}</button>")

    await do("select", "button", asked)

    assert "chosen" in await session.page.inner_text("body")


async def test_a_button_that_says_the_whole_sentence_is_pressed(session: Session, do: Do) -> None:
    """It asks for a choice in a dialog, and is no list with an option of that name."""
    asking = "<button aria-haspopup=dialog onclick='this.after(`asked`)'>Select button colour</button>"
    await session.page.set_content(asking)

    await do("select", "button", "colour")

    assert "asked" in await session.page.inner_text("body")


_MENU = """<button aria-haspopup=menu onclick="menu.hidden = !menu.hidden">Sort</button>
<ul role=menu id=menu hidden><li role=menuitem tabindex=0 onclick="told.textContent = innerText">Name</li>
<li role=menuitem tabindex=0>Name of owner</li></ul><p id=told></p>"""


async def test_an_entry_is_chosen_in_the_menu_that_a_button_opens(session: Session, do: Do) -> None:
    """It is not there before, and one that the menu lacks is never taken for another."""
    await session.page.set_content(_MENU)

    await do("select", "button", "Name")
    chosen = await session.page.inner_text("#told")
    await session.page.set_content(_MENU)
    with pytest.raises(ActionError, match="Price"):
        await do("select", "button", "Price", timeout_s=1.0)

    assert chosen == "Name"
    assert await session.page.inner_text("#told") == ""


_FACED = """<style>.f{position:relative;width:200px;height:30px;border:1px solid} .f input{width:100%;border:0}
  .f span{position:absolute;inset:4px;background:#fff}</style>
<form><label for=city>City</label><div class=f id=face><input id=city role=combobox aria-haspopup=listbox readonly>
<span>Any city</span></div></form><ul role=listbox id=list hidden></ul><script>
const list = document.getElementById("list"), field = document.getElementById("city");
const levels = { Bern: ["Central", "Riverside"], Basel: ["Harbour", "Old Town"] };
function fill(names, next) {
  list.replaceChildren(...names.map((name) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.textContent = name;
    item.onclick = () => next(name);
    return item;
  }));
  list.hidden = false;
}
face.onclick = () => fill(Object.keys(levels), (town) => fill(levels[town], (name) => {
  list.hidden = true;
  face.querySelector("span").textContent = town + " / " + name;
}));
</script>"""


async def test_a_list_that_shows_its_choice_over_its_field_is_opened_by_that(session: Session, do: Do) -> None:
    """Clicks never reach the field below; of a path, each part is chosen in its turn."""
    await session.page.set_content(_FACED)

    await do("select", "#city", "Basel / Harbour")

    assert await session.page.inner_text("#face") == "Basel / Harbour"


async def test_a_path_that_the_list_does_not_offer_is_not_chosen_halfway(session: Session, do: Do) -> None:
    """What was opened on the way is no choice."""
    await session.page.set_content(_FACED)

    with pytest.raises(ActionError):
        await do("select", "#city", "Basel / Riverside", timeout_s=1.5)

    assert await session.page.inner_text("#face") == "Any city"


async def test_the_box_of_a_branch_is_ticked_and_not_the_branch_opened(session: Session, do: Do) -> None:
    """The item tells the state; a click on the rest of it does something else."""
    await session.page.set_content(
        "<div role=tree><div role=treeitem aria-checked=false id=top onclick='opened = (window.opened || 0) + 1'>"
        "<label onclick='event.stopPropagation()'><input type=checkbox></label><span>Medicine</span>"
        "<div role=group><div role=treeitem aria-checked=false>Heart <input type=checkbox></div></div></div></div>"
        "<script>const box = document.querySelector('input');"
        "box.onchange = () => document.getElementById('top').setAttribute('aria-checked', box.checked);</script>"
    )

    await do("check", "#top")

    assert await session.page.get_attribute("#top", "aria-checked") == "true"
    assert await session.page.evaluate("window.opened") is None


async def test_a_box_without_an_area_is_switched_by_what_draws_it(session: Session, do: Do) -> None:
    """Its label stands elsewhere, and a click on that would be undone by the drawn switch."""
    await session.page.set_content(
        "<style>#sw input{position:absolute;opacity:0;width:0;height:0;margin:0}"
        "#sw i{display:block;width:40px;height:20px;background:#ccc}</style>"
        "<label for=sms onclick='event.preventDefault()'>SMS</label>"
        "<div id=sw><input id=sms type=checkbox><i></i></div>"
        "<script>sw.onclick = (event) => { if (event.target.id !== 'sms') sms.click(); };</script>"
    )

    await do("check", "#sms")

    assert await session.page.is_checked("#sms")


async def test_a_box_under_the_open_suggestions_of_a_field_is_reached(session: Session, do: Do) -> None:
    """Who clicks elsewhere leaves the field first, and its list closes."""
    await session.page.set_content(
        '<input role=combobox aria-expanded=true aria-controls=pop onblur="pop.remove()">'
        "<ul role=listbox id=pop style='position:absolute;top:20px;margin:0;background:#fff;width:300px;height:200px'>"
        "<li role=option>Lundby</ul><p><label><input type=checkbox checked> Invite</label>"
    )
    await session.page.focus("[role=combobox]")

    await do("uncheck", "[type=checkbox]")

    assert not await session.page.is_checked("[type=checkbox]")


async def test_what_lies_over_a_box_for_another_reason_stays(session: Session, do: Do) -> None:
    """Only the list of the field that has the focus goes away with it."""
    await session.page.set_content(
        '<input role=combobox aria-expanded=false onblur="pop.remove()">'
        "<div id=pop style='position:absolute;top:20px;margin:0;background:#fff;width:300px;height:200px'>Wait</div>"
        "<p><label><input type=checkbox checked> Invite</label>"
    )
    await session.page.focus("[role=combobox]")

    with pytest.raises(ActionError, match="on top of it"):
        await do("uncheck", "[type=checkbox]")
