"""Dates, times, numbers, colours, ranges, sliders, spinners and calendars."""

from __future__ import annotations

import pytest

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import ActionError, UsageError

from .conftest import Do


@pytest.mark.parametrize(
    ("kind", "written", "held"),
    [
        ("date", "22 November 2026", "2026-11-22"),
        ("time", "7:55 pm", "19:55"),
        ("datetime-local", "2026-11-22 19:55", "2026-11-22T19:55"),
        ("month", "November 2026", "2026-11"),
        ("week", "2026-W47", "2026-W47"),
        ("number", "-7.5", "-7.5"),
        ("range", "70", "70"),
        ("color", "red", "#ff0000"),
    ],
)
async def test_native_inputs_take_what_people_write(
    session: Session, do: Do, kind: str, written: str, held: str
) -> None:
    """Browsers take one form only; people have many."""
    await session.page.set_content(f"<input type={kind} step=any>" if kind == "number" else f"<input type={kind}>")

    effects = await do("set", "input", written)

    assert await session.page.input_value("input") == held
    assert "value" in effects.kinds


async def test_typing_into_a_date_input_sets_it(session: Session, do: Do) -> None:
    """A sentence may as well say "type"."""
    await session.page.set_content("<input type=date>")

    await do("type", "input", "11/22/2026")

    assert await session.page.input_value("input") == "2026-11-22"


_SHOWN = [
    ("placeholder=MM/DD/YYYY", "24 December 2026", "12/24/2026"),
    ("placeholder=tt.mm.jjjj", "5 December 2026", "05.12.2026"),
    ("placeholder='Select date' value=2026-11-27", "30 November 2026", "2026-11-30"),
    ("placeholder='Select date' data-date-format=YYYY-MM-DD", "5 December 2026", "2026-12-05"),
    ("placeholder='When?' value=12/11/2026", "30 November 2026", "30 November 2026"),
    ("placeholder=MM/DD/YYYY", "24.12.2026", "24.12.2026"),
]


@pytest.mark.parametrize(("field", "written", "held"), _SHOWN)
async def test_a_date_in_words_is_written_as_the_field_shows_dates(
    session: Session, do: Do, field: str, written: str, held: str
) -> None:
    """A person who reads "MM/DD/YYYY" types no "24 December 2026"; digits and quotations stay as they are."""
    await session.page.set_content(f"<input {field}>")

    await do("set", "input", written)

    assert await session.page.input_value("input") == held


async def test_what_is_no_date_is_refused_with_an_example(session: Session, do: Do) -> None:
    """The reader learns how to write it."""
    await session.page.set_content("<input type=date>")

    with pytest.raises(UsageError) as caught:
        await do("set", "input", "someday")

    assert "2026-11-22" in caught.value.mend


async def test_a_range_outside_its_limits_is_an_error(session: Session, do: Do) -> None:
    """The browser would quietly take the nearest."""
    await session.page.set_content("<input type=range min=0 max=50>")

    with pytest.raises(ActionError):
        await do("set", "input", "70")


_SLIDER = """<div style='width:200px;height:20px;position:relative'>
  <div id=h role=slider tabindex=0 aria-valuemin=0 aria-valuemax=100 aria-valuenow=20
    style='position:absolute;left:40px;width:20px;height:20px;background:red'></div></div>
<script>
  const put = (wish) => {
    const v = Math.max(0, Math.min(100, wish));
    h.setAttribute("aria-valuenow", v);
    h.style.left = v * 2 + "px";
  };
  KEYS
  h.onmousedown = () => {
    document.onmousemove = (e) => put(Math.round((e.clientX - h.parentElement.getBoundingClientRect().x) / 2));
    document.onmouseup = () => { document.onmousemove = null; };
  };
</script>"""
_KEYS = """h.onkeydown = (e) => {
    put(+h.getAttribute("aria-valuenow") + ({ ArrowRight: 5, ArrowLeft: -5 }[e.key] || 0));
  };"""


async def test_a_drawn_slider_is_moved_by_its_keys(session: Session, do: Do) -> None:
    """Whatever the size of its step."""
    await session.page.set_content(_SLIDER.replace("KEYS", _KEYS))

    effects = await do("set", "#h", "75")

    assert await session.page.get_attribute("#h", "aria-valuenow") == "75"
    assert "value" in effects.kinds


async def test_a_slider_without_keys_is_dragged(session: Session, do: Do) -> None:
    """Until it shows the value."""
    await session.page.set_content(_SLIDER.replace("KEYS", ""))

    await do("set", "#h", "63")

    assert await session.page.get_attribute("#h", "aria-valuenow") == "63"


async def test_a_slider_that_cannot_stand_there_is_an_error(session: Session, do: Do) -> None:
    """The nearest value is not the value."""
    await session.page.set_content(_SLIDER.replace("KEYS", _KEYS))

    with pytest.raises(ActionError, match="does not reach 300"):
        await do("set", "#h", "300")


async def test_a_slider_is_read_from_the_number_that_moves_with_it(session: Session, do: Do) -> None:
    """Older widgets tell their value only in a text beside them."""
    await session.page.set_content(
        """<p>Page 7</p>
        <div class=slider><span id=h class=slider-handle tabindex=0 style='display:inline-block'>|</span></div>
        <label id=v>13</label><script>
          h.onkeydown = (e) => { v.textContent = +v.textContent + (e.key === "ArrowRight" ? 1 : -1); };
        </script>"""
    )

    await do("set", ".slider", "5")

    assert await session.page.inner_text("#v") == "5"


_CALENDAR = """<input id=i readonly onclick='c.hidden = false'>
<div id=c hidden class=datepicker style='position:absolute'>
  <a class=prev title=Prev onclick='turn(-1)'>&lt;</a> <span id=t></span>
  <a class=next title=Next onclick='turn(1)'>&gt;</a>
  <table id=g></table></div>
<script>
  let shown = new Date(2026, 10, 1);
  const turn = (n) => { shown = new Date(shown.getFullYear(), shown.getMonth() + n, 1); draw(); };
  const draw = () => {
    t.textContent = shown.toLocaleString("en", { month: "long", year: "numeric" });
    const lead = (shown.getDay() + 6) % 7, days = new Date(shown.getFullYear(), shown.getMonth() + 1, 0).getDate();
    let html = "<tr>";
    for (let n = 1 - lead; n <= days; n++) {
      const old = new Date(shown.getFullYear(), shown.getMonth(), n).getDate();
      html += n < 1 ? `<td class=off>${old}</td>` : `<td><a onclick='pick(${n})'>${n}</a></td>`;
      if ((n + lead) % 7 === 0) html += "</tr><tr>";
    }
    g.innerHTML = html;
  };
  const pick = (n) => { i.value = `${shown.getMonth() + 1}/${n}/${shown.getFullYear()}`; c.hidden = true; };
  draw();
</script>"""


@pytest.mark.parametrize("day", ["2026-11-05", "2026-08-31", "2027-02-28"])
async def test_a_day_is_picked_from_a_drawn_calendar(session: Session, do: Do, day: str) -> None:
    """Where the field takes no typing, in any month, before or ahead."""
    await session.page.set_content(_CALENDAR)

    await do("set", "#i", day)

    year, month, date = (int(part) for part in day.split("-"))
    assert await session.page.input_value("#i") == f"{month}/{date}/{year}"


async def test_a_calendar_may_be_made_of_plain_parts(session: Session, do: Do) -> None:
    """Many a page draws one without a table."""
    plain = _CALENDAR.replace("class=datepicker", "class='cal open'").replace(
        "<table id=g></table>", "<div id=g></div>"
    )
    await session.page.set_content(plain)

    await do("set", "#i", "2026-12-24")

    assert await session.page.input_value("#i") == "12/24/2026"


async def test_a_spinner_is_set_by_typing(session: Session, do: Do) -> None:
    """It takes its value when it is left."""
    await session.page.set_content("<input role=spinbutton value=1 onchange='document.title = this.value'>")

    await do("set", "input", "5")

    assert await session.page.title() == "5"


async def test_a_spinner_that_refuses_typing_is_turned_by_its_keys(session: Session, do: Do) -> None:
    """As a person would, then."""
    await session.page.set_content(
        """<input role=spinbutton value=0 onkeydown="event.preventDefault();
          if (event.key === 'ArrowUp') this.value++; if (event.key === 'ArrowDown') this.value--">"""
    )

    await do("set", "input", "-4")

    assert await session.page.input_value("input") == "-4"


async def test_a_drawn_spinner_is_stepped_by_keys(session: Session, do: Do) -> None:
    """One without a field."""
    await session.page.set_content(
        """<div role=spinbutton tabindex=0 aria-valuenow=3 onkeydown="this.setAttribute('aria-valuenow',
          +this.getAttribute('aria-valuenow') + (/Up|Right/.test(event.key) ? 1 : -1))">x</div>"""
    )

    await do("set", "div", "9")

    assert await session.page.get_attribute("div", "aria-valuenow") == "9"


STEPPER = """<div><button onclick="n.textContent = Math.max(1, +n.textContent - 1)">-</button> <b id=n>2</b>
<button id=more onclick="setTimeout(() => { n.textContent = Math.min(5, +n.textContent + 1) }, 30)">+</button></div>"""


@pytest.mark.parametrize("wanted", [4, 1, 2])
async def test_buttons_beside_a_number_are_pressed_until_it_is_reached(session: Session, do: Do, wanted: int) -> None:
    """Baskets often have no field for the quantity, and answer late."""
    await session.page.set_content(STEPPER)

    await do("set", "#more", str(wanted))

    assert await session.page.inner_text("#n") == str(wanted)


async def test_a_number_that_buttons_do_not_reach_is_an_error(session: Session, do: Do) -> None:
    """Five of them is all there are."""
    await session.page.set_content(STEPPER)

    with pytest.raises(ActionError, match="stands at 5"):
        await do("set", "#more", "7")


_LISTED = """<input id=doctor role=combobox aria-haspopup=listbox aria-expanded=false value="Ada Berg">
<ul role=listbox id=list hidden><li role=option>Ada Berg<li role=option>Bo Diaz</ul><script>
const field = document.getElementById("doctor"), list = document.getElementById("list");
let chosen = field.value;
field.onclick = () => { list.hidden = false; };
list.onmousedown = (event) => { chosen = event.target.textContent; };
list.onclick = () => { field.value = chosen; list.hidden = true; };
field.onblur = () => { if (!window.free) field.value = chosen; };
</script>"""


async def test_a_value_that_a_list_offers_is_chosen_from_it(session: Session, do: Do) -> None:
    """What is merely typed into such a field is gone when it is left."""
    await session.page.set_content(_LISTED)

    await do("set", "#doctor", "Bo Diaz")

    assert await session.page.input_value("#doctor") == "Bo Diaz"


async def test_a_value_that_a_list_does_not_offer_must_stay_in_the_field(session: Session, do: Do) -> None:
    """A closed list drops it; a field that takes any text keeps it."""
    await session.page.set_content(_LISTED)
    with pytest.raises(ActionError, match="no option"):
        await do("set", "#doctor", "Cy Lund", timeout_s=3.0)

    await session.page.evaluate("window.free = true")
    await do("set", "#doctor", "Cy Lund", timeout_s=3.0)

    assert await session.page.input_value("#doctor") == "Cy Lund"


async def test_a_day_is_picked_once_the_months_stand_still(session: Session, do: Do) -> None:
    """The days of the month before stay in place for a moment after the title has changed."""
    await session.page.set_content(
        "<input id=day readonly><div class=calendar hidden><b id=title></b><button id=next>›</button><button>‹</button>"
        "<div id=days></div></div><script>"
        "let month = 10, drawn = 10; const names = ['November 2026', 'December 2026', 'January 2027'];"
        "const draw = () => { drawn = month; days.replaceChildren(...Array.from({ length: month === 10 ? 30 : 31 },"
        "(_, i) => { const b = document.createElement('button'); b.textContent = i + 1; const of = names[drawn - 10];"
        "b.onclick = () => { day.value = (i + 1) + ' ' + of; }; return b; })); };"
        "const head = () => { title.textContent = names[month - 10]; };"
        "day.onclick = () => { document.querySelector('.calendar').hidden = false; head(); draw(); };"
        "next.onclick = () => { month++; head(); setTimeout(draw, 250); };</script>"
    )

    await do("set", "#day", "18 January 2027")

    assert await session.page.input_value("#day") == "18 January 2027"


_CUT = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:-1px"
_TIME = f"""<div role=group id=g><span role=spinbutton tabindex=0 aria-label="hour, Start" aria-valuemax=23>hh</span>
<span>:</span><span role=spinbutton tabindex=0 aria-label="minute, Start" aria-valuemax=59>mm</span></div>
<style>.cut {{ {_CUT} }}</style><script>
for (const one of document.querySelectorAll("[role=spinbutton]")) {{
  let typed = "";
  one.addEventListener("focus", () => {{ typed = ""; }});
  one.addEventListener("keydown", (event) => {{
    if (!/[0-9]/.test(event.key) || window.refuses) return;
    typed = (typed + event.key).slice(-2);
    one.textContent = typed.padStart(2, "0");
    one.setAttribute("aria-valuenow", +typed);
  }});
}}</script>"""


async def test_a_time_drawn_in_segments_gets_each_figure_in_its_own(session: Session, do: Do) -> None:
    """Accessible libraries draw a date or time of spinners, and no field that takes it whole."""
    await session.page.set_content(_TIME)

    await do("set", "#g", "7:05 pm")

    assert await session.page.eval_on_selector_all("[role=spinbutton]", "all => all.map(e => e.textContent)") == [
        "19",
        "05",
    ]


async def test_a_segment_that_takes_no_figure_is_told(session: Session, do: Do) -> None:
    """What was not taken must not pass."""
    await session.page.set_content(_TIME + "<script>window.refuses = true</script>")

    with pytest.raises(ActionError, match="hour does not show"):
        await do("set", "#g", "19:05")


async def test_what_is_no_time_is_refused_before_anything_is_typed(session: Session, do: Do) -> None:
    """Half a time would be left there."""
    await session.page.set_content(_TIME)

    with pytest.raises(UsageError, match="no time"):
        await do("set", "#g", "soon")

    assert await session.page.text_content("[role=spinbutton]") == "hh"


async def test_the_last_step_of_a_slider_is_made_by_a_key(session: Session, do: Do) -> None:
    """Many a page takes what a slider stands at when the key or the pointer is let go, not while it moves."""
    await session.page.set_content(
        f"<div role=group id=g aria-label=Size><div style='{_CUT}'><input type=range min=0 max=10></div></div><p>-</p>"
        "<script>const s = document.querySelector('input');"
        "s.addEventListener('keyup', () => { document.querySelector('p').textContent = s.value })</script>"
    )

    await do("set", "#g", "8")

    assert await session.page.text_content("p") == "8"


@pytest.mark.parametrize(
    ("makes", "more", "held"),
    [
        ("raised", {}, "3"),
        ("lowered", {"amount": 2.0, "unit": "times"}, "0"),
        ("raised", {"amount": 5.0, "unit": "by"}, "7"),
    ],
)
async def test_a_number_is_raised_and_lowered(
    session: Session, do: Do, makes: str, more: dict[str, object], held: str
) -> None:
    """To increase the quantity, lower it twice or raise it by 5 is said with nothing left open."""
    await session.page.set_content("<input type=number value=2 min=0>")

    await do("click", "input", makes=makes, **more)

    assert await session.page.input_value("input") == held


async def test_a_number_that_stands_at_its_end_is_told(session: Session, do: Do) -> None:
    """A key that does nothing is no step done."""
    await session.page.set_content("<input type=number value=2 max=2>")

    with pytest.raises(ActionError, match="stands at 2 and cannot be raised"):
        await do("click", "input", makes="raised")


async def test_a_number_between_buttons_is_lowered_by_so_much(session: Session, do: Do) -> None:
    """The button that lowers is given; the number says when it is enough."""
    await session.page.set_content(
        "<div><button id=less onclick='n.textContent--'>−</button><span id=n>5</span>"
        "<button onclick='n.textContent++'>+</button></div>"
    )

    await do("click", "#less", makes="lowered", amount=3.0, unit="by")

    assert await session.page.text_content("#n") == "2"


@pytest.mark.parametrize("at", [1, 5])
async def test_a_slider_is_moved_on_where_the_page_takes_the_focus_away(session: Session, do: Do, at: int) -> None:
    """A panel that has just opened takes the focus for itself, at the first key or in the middle of the keys."""
    await session.page.set_content(
        """<div id=panel tabindex=-1><div id=s role=slider tabindex=0 aria-valuenow=0>o</div></div><script>
          let keys = 0;
          s.onkeydown = () => {
            if (++keys === AT) panel.focus();
            else s.setAttribute("aria-valuenow", +s.getAttribute("aria-valuenow") + 100);
          };
        </script>""".replace("AT", str(at))
    )

    await do("set", "#s", "2000")

    assert await session.page.get_attribute("#s", "aria-valuenow") == "2000"


async def test_a_thing_dragged_onto_a_title_comes_into_the_list_below(session: Session, do: Do) -> None:
    """Nothing can be dropped on a title; the list is alike the one that the thing comes from."""
    await session.page.set_content(
        """<div><b>To do</b><div class="lane a"><p id=p>Call</p></div></div>
        <div><div><b id=t>Done</b></div><div class="lane b" id=l style="height:40px"></div></div><script>
          let held = null;
          p.onmousedown = () => { held = p; };
          document.onmouseup = (event) => { if (held) event.target.closest(".lane")?.append(held); held = null; };
        </script>"""
    )

    await do("drag", "#p", to="#t")

    assert await session.page.inner_text("#l") == "Call"


@pytest.mark.parametrize(("makes", "held"), [("raised", "13"), ("lowered", "7")])
async def test_buttons_behind_a_field_raise_and_lower_the_number_in_it(
    session: Session, do: Do, makes: str, held: str
) -> None:
    """Both are behind the field in the document, and a style draws one before it."""
    await session.page.set_content(
        "<div><input type=number value=10><button id=lowered aria-label='Decrease value'>−</button>"
        "<button id=raised aria-label='Increase value'>+</button></div><script>const field = document.querySelector("
        "'input'); lowered.onclick = () => { field.value--; }; raised.onclick = () => { field.value++; };</script>"
    )

    await do("click", f"#{makes}", makes=makes, amount=3.0, unit="by")

    assert await session.page.input_value("input") == held
