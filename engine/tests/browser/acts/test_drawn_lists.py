"""Lists, trees and dates as libraries of components draw them: an unseen input, and a list drawn elsewhere."""

from __future__ import annotations

import pytest

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import ActionError

from .conftest import Do

_MENU = "<ul role=menu><li role=menuitem onclick=\"document.title = 'left'\">Paid</ul>"

# An input lies unseen in its block, and what is chosen is drawn over it; the list opens at the end of the document.
_CHOOSER = """<label for=c>Status</label><div id=block style="position:relative;height:32px;width:200px"
  onmousedown="if (event.target !== c) show()"><input id=c role=combobox readonly aria-haspopup=listbox
  aria-expanded=false style="opacity:0;position:absolute;inset:0;height:30px;width:180px"><span id=shown
  style="position:absolute;inset:0;z-index:1">Draft</span></div><script>
  function show() {
    c.setAttribute("aria-expanded", "true");
    const list = document.createElement("div");
    list.style = "position:absolute;top:90px";
    list.innerHTML = ["Draft", "Sent"].map((word) => `<div role=option>${word}</div>`).join("");
    list.onclick = (event) => { shown.textContent = event.target.textContent; list.remove(); };
    document.body.append(list);
  }</script>"""


async def test_a_list_is_opened_by_what_is_drawn_over_its_input(session: Session, do: Do) -> None:
    """A person clicks what is seen; its label only gives it the focus."""
    await session.page.set_content(_CHOOSER)

    await do("select", "#c", "Sent")

    assert await session.page.inner_text("#shown") == "Sent"


async def test_a_list_that_takes_no_typing_is_chosen_from_when_it_is_set(session: Session, do: Do) -> None:
    """What is set by "Change the status to Sent" is a field that is read-only, and a list."""
    await session.page.set_content(_CHOOSER)

    await do("set", "#c", "Sent")

    assert await session.page.inner_text("#shown") == "Sent"


async def test_entries_of_a_menu_that_stood_there_before_are_no_options_of_a_list(session: Session, do: Do) -> None:
    """A list that does not have the option must not lead to another page."""
    await session.page.set_content(_MENU + _CHOOSER)

    with pytest.raises(ActionError, match='"Draft", "Sent"'):
        await do("select", "#c", "Paid", timeout_s=2)

    assert await session.page.title() == ""


async def test_a_way_through_a_list_of_lists_is_taken_level_by_level(session: Session, do: Do) -> None:
    """Each level shows only once the one before it was chosen."""
    await session.page.set_content(
        """<input id=c role=combobox readonly aria-haspopup=listbox onclick="level(0)"><script>
          const tree = [["Asia", "Europe"], ["Norway", "Portugal"], ["Bergen", "Oslo"]], taken = [];
          function level(n) {
            const list = document.createElement("ul");
            list.style = `position:absolute;top:40px;left:${n * 120}px`;
            list.innerHTML = tree[n].map((word) => `<li role=menuitemcheckbox>${word}</li>`).join("");
            list.onclick = (event) => {
              taken.push(event.target.textContent);
              if (n < 2) level(n + 1); else document.title = taken.join(" > ");
            };
            document.body.append(list);
          }</script>"""
    )

    await do("select", "#c", "Europe / Norway / Oslo")

    assert await session.page.title() == "Europe > Norway > Oslo"


async def test_an_option_in_a_branch_that_is_shut_is_looked_for(session: Session, do: Do) -> None:
    """A person unfolds the tree until it is there."""
    await session.page.set_content(
        """<input id=c role=combobox readonly aria-haspopup=listbox onclick="t.hidden = false">
          <div id=t role=tree hidden style="position:absolute;top:60px">
          <div role=treeitem aria-expanded=true><i>-</i><span>All</span></div>
          <div role=treeitem aria-expanded=false><i class=switcher onclick="unfold(this)">+</i><span>Lamps</span></div>
          </div><script>
          function unfold(sign) {
            sign.parentElement.setAttribute("aria-expanded", "true");
            const leaf = document.createElement("div");
            leaf.setAttribute("role", "treeitem");
            leaf.innerHTML = "<span>Desk lamps</span>";
            leaf.onclick = () => { document.title = "taken"; };
            t.append(leaf);
          }</script>"""
    )

    await do("select", "#c", "Desk lamps")

    assert await session.page.title() == "taken"


_FORGETS = """<input id=d value="%s" onblur="if (!/^\\d+-\\d+-\\d+$/.test(value)) value = '%s'"%s>
  <div id=sheet role=dialog hidden style="position:absolute;top:60px"><button id=back aria-label=Previous>‹</button>
  <span id=head></span><button id=ahead aria-label=Next>›</button><table id=days></table></div><script>
  let month = 10;
  const names = ["October", "November", "December"];
  function draw() {
    head.textContent = `${names[month - 9]} 2026`;
    days.innerHTML = "";
    for (let day = 1; day <= 31; day++) days.insertAdjacentHTML("beforeend", `<tr><td>${day}</td></tr>`);
  }
  ahead.onclick = () => { month++; draw(); };
  back.onclick = () => { month--; draw(); };
  days.onclick = (event) => { d.value = `2026-${month + 1}-${event.target.textContent}`; sheet.hidden = true; };
  draw();
</script>"""


@pytest.mark.parametrize(("before", "after"), [("", ""), ("2026-01-05", "2026-01-05"), ("", "2026-01-05")])
async def test_a_date_that_the_field_lets_go_of_is_picked_from_its_calendar(
    session: Session, do: Do, before: str, after: str
) -> None:
    """It holds what was typed until it is left, and then nothing, what it held before, or today."""
    await session.page.set_content(_FORGETS % (before, after, " onclick='sheet.hidden = false'"))

    await do("set", "#d", "24 December 2026")

    assert await session.page.input_value("#d") == "2026-12-24"


async def test_a_date_that_the_field_lets_go_of_is_no_date_set(session: Session, do: Do) -> None:
    """Without a calendar nothing is left to try."""
    await session.page.set_content(_FORGETS % ("", "", ""))

    with pytest.raises(ActionError):
        await do("set", "#d", "24 December 2026", timeout_s=2)


async def test_a_period_is_given_to_both_of_its_fields(session: Session, do: Do) -> None:
    """The label is tied to the first; the other is the only one that stands beside it."""
    await session.page.set_content("<div><div><input id=a><span>to</span><input id=b></div></div><p><input id=c></p>")

    await do("set", "#a", "24 December 2026 to 2 January 2027")

    values = [await session.page.input_value(field) for field in ("#a", "#b", "#c")]
    assert values == ["24 December 2026", "2 January 2027", ""]


async def test_a_period_is_not_given_to_a_field_of_something_else(session: Session, do: Do) -> None:
    """Nothing tells which of the fields further on is the end of it."""
    await session.page.set_content("<form><p><input id=a></p><p><input id=b></p><p><input id=c></p></form>")

    with pytest.raises(ActionError):
        await do("set", "#a", "24 December 2026 to 2 January 2027", timeout_s=2)


async def test_a_period_that_takes_no_typing_is_picked_from_its_calendar(session: Session, do: Do) -> None:
    """Such a calendar asks for the end once it has the start, and lets go of both if it is left without it."""
    await session.page.set_content(
        """<div><input id=a onclick="sheet.hidden = false" onblur="drop()"><input id=b onblur="drop()"></div>
        <div id=sheet role=dialog hidden style="position:absolute;top:60px"><button aria-label=Previous>‹</button>
        <span>December 2026</span><button aria-label=Next>›</button><table id=days></table></div><script>
          let start = "", end = "";
          function drop() { if (!end) start = a.value = b.value = ""; }
          for (let day = 1; day <= 31; day++) days.insertAdjacentHTML("beforeend", `<tr><td>${day}</td></tr>`);
          days.onclick = (event) => {
            const day = `2026-12-${event.target.textContent}`;
            if (start) { end = b.value = day; sheet.hidden = true; } else start = a.value = day;
          };
        </script>"""
    )

    await do("set", "#a", "24 December 2026 to 31 December 2026")

    values = [await session.page.input_value(field) for field in ("#a", "#b")]
    assert values == ["2026-12-24", "2026-12-31"]


# One field for a whole period; days of the months beside are shown, in classes that name the month before or behind.
_PERIOD = """<input id=p%s onclick="sheet.hidden = false">
  <div id=sheet role=dialog hidden style="position:absolute;top:60px"><div><span class=prev-month id=back>‹</span>
  <select id=head><option>March<option>April</select><input id=year type=number value=2027><span class=next-month
  id=ahead>›</span></div><div id=days class=dayContainer></div></div><script>
  let month = 2, start = "";
  function draw() {
    head.selectedIndex = month - 2;
    const length = [31, 30][month - 2];
    days.innerHTML = "<span class=prevMonthDay>28</span>";
    for (let day = 1; day <= length; day++) days.insertAdjacentHTML("beforeend", `<span>${day}</span>`);
    days.insertAdjacentHTML("beforeend", "<span class=nextMonthDay>1</span><span class=nextMonthDay>2</span>");
  }
  ahead.onclick = () => { month = 3; draw(); };
  back.onclick = () => { month = 2; draw(); };
  days.onclick = (event) => {
    if (event.target.className) return;
    const day = `2027-0${month + 1}-${event.target.textContent.padStart(2, "0")}`;
    if (start) { p.value = %s; sheet.hidden = true; start = ""; } else { start = day; }
  };
  draw();
</script>"""


async def test_a_period_is_picked_in_the_one_calendar_of_its_one_field(session: Session, do: Do) -> None:
    """It takes no typing; an arrow is none of the days that its class tells to be of the month before."""
    await session.page.set_content(_PERIOD % (" readonly", "start + ' to ' + day"))

    await do("set", "#p", "30 March 2027 to 3 April 2027")

    assert await session.page.input_value("#p") == "2027-03-30 to 2027-04-03"


async def test_a_period_that_the_field_does_not_take_is_not_set(session: Session, do: Do) -> None:
    """It shows another end than the one that was clicked."""
    await session.page.set_content(_PERIOD % (" readonly", "start + ' to ' + start"))

    with pytest.raises(ActionError, match="2027-03-30 to 2027-03-30"):
        await do("set", "#p", "30 March 2027 to 3 April 2027", timeout_s=4)


async def test_a_list_that_is_there_for_the_form_is_chosen_from_by_the_field_behind_what_is_chosen(
    session: Session, do: Do
) -> None:
    """What is chosen stands in a list of its own before the field, and has no area while it is empty."""
    await session.page.set_content(
        """<div id=block role=combobox aria-expanded=false><select id=s multiple hidden><option>Tea<option>Milk</select>
        <div id=chosen role=listbox></div><input type=search id=q></div>
        <div id=list role=listbox hidden><div role=option>Tea</div><div role=option>Milk</div></div><script>
          q.onclick = () => { list.hidden = false; block.setAttribute("aria-expanded", true); };
          list.onclick = (event) => {
            chosen.insertAdjacentHTML("beforeend", `<div role=option>${event.target.textContent} ×</div>`);
            event.target.remove();
          };
        </script>"""
    )

    await do("select", "#s", "Tea", "Milk")

    assert (await session.page.inner_text("#chosen")).split() == ["Tea", "×", "Milk", "×"]


_STILL = """<input id=q onclick="drop.style.display = 'block'">
<ul id=drop style="position:absolute;top:40px;margin:0"><li id=a>Storgata 1<li id=b>Storgata 12</ul>
<script>
  let moves = 0, active = "", last = "";
  drop.onmousemove = (event) => {
    const at = `${event.clientX} ${event.clientY}`;
    if (at !== last && moves++) active = event.target.textContent;
    last = at;
  };
  drop.onclick = () => { q.value = active; };
</script>"""


@pytest.mark.parametrize("action", ["click", "select"])
async def test_an_entry_is_chosen_though_its_list_waits_for_the_pointer_to_move(
    session: Session, do: Do, action: str
) -> None:
    """A list that opens under a pointer which lies still must not let it choose: it takes two moves, as hands make."""
    await session.page.set_content(_STILL if action == "click" else _STILL.replace("margin:0", "margin:0;display:none"))

    await do(action, "#b" if action == "click" else "#q", *([] if action == "click" else ["Storgata 12"]))

    assert await session.page.input_value("#q") == "Storgata 12"


_CLOCK = """<input id=t readonly onclick="dial.hidden = false">%s
  <div id=dial hidden style="position:absolute;top:60px"><input type=number aria-label=Hour id=h value=12>
  <span>:</span><input type=number aria-label=Minute id=m value=0>%s</div>
<script>
  const half = document.querySelector("#half");
  if (half) half.onclick = () => { half.textContent = half.textContent === "AM" ? "PM" : "AM"; show(); };
  const show = () => {
    const time = `${h.value.padStart(2, "0")}:${m.value.padStart(2, "0")}`;
    t.value = half ? `${time} ${half.textContent}` : time;
  };
  h.onchange = m.onchange = %s;
</script>"""


@pytest.mark.parametrize(
    ("half", "time", "held"),
    [("", "07:30", "07:30"), ("", "19:05", "19:05"), ("<span id=half>AM</span>", "7:05 pm", "07:05 PM")],
)
async def test_a_time_that_takes_no_typing_is_set_by_the_hours_and_minutes_that_open(
    session: Session, do: Do, half: str, time: str, held: str
) -> None:
    """Numbers that stood there before are no part of the clock."""
    await session.page.set_content(_CLOCK % ("<input type=number aria-label='Hours worked'>", half, "show"))

    await do("set", "#t", time)

    assert await session.page.input_value("#t") == held


async def test_a_time_that_the_clock_does_not_take_is_not_set(session: Session, do: Do) -> None:
    """Typing into the numbers came to nothing."""
    await session.page.set_content(_CLOCK % ("", "", "() => {}"))

    with pytest.raises(ActionError, match="after its clock was set"):
        await do("set", "#t", "07:30", timeout_s=3)


async def test_a_list_without_roles_is_chosen_from_by_how_its_option_begins(session: Session, do: Do) -> None:
    """Lists for the size of a page say "24 / page"; its parts are plain, and so is the field that opens it."""
    await session.page.set_content(
        """<div id=c tabindex=0 onclick="menu.hidden = false" style="border:1px solid;width:120px;height:30px;
        position:relative"><b id=shown>6 / page</b><svg width=16 height=16 style="position:absolute;right:8px"></svg>
        </div>
        <div id=menu hidden style="position:absolute;top:80px" onclick="shown.textContent = event.target.textContent;
        this.hidden = true"><div class=list-option>6 / page</div><div class=list-option>24 / page</div></div>"""
    )

    await do("select", "#c", "24")

    assert await session.page.inner_text("#shown") == "24 / page"


async def test_a_row_that_does_not_tell_whether_it_is_open_is_unfolded_by_its_arrow(session: Session, do: Do) -> None:
    """A click on the row itself may do anything else, such as leave the page."""
    await session.page.set_content(
        """<table><tr id=row onclick="document.title = 'left'"><td><div class=expand-trigger
        style="width:16px;height:16px" onclick="event.stopPropagation(); more.hidden = false"></div></td><td>Lamp</td>
        </tr><tr id=more hidden><td>Brass</td></tr></table>"""
    )

    await do("click", "#row", makes="expanded")

    assert await session.page.is_visible("#more")
    assert await session.page.title() == ""


async def test_a_part_that_is_drawn_open_already_is_left_so(session: Session, do: Do) -> None:
    """Nothing but its height tells; a second click would close it again."""
    await session.page.set_content(
        """<div class=ui-collapse-item><div class=ui-collapse-item__header id=head onclick="more.hidden = !more.hidden">
        Warranty</div><div id=more hidden style="height:60px">Two years</div></div>"""
    )

    for _ in range(2):
        await do("click", "#head", makes="expanded")

    assert await session.page.is_visible("#more")


_MONTH = "<table id=month><tr>{}</tr></table><script>month.onclick = () => {{ document.title = 'page' }}</script>"


@pytest.mark.parametrize("period", [False, True])
async def test_a_month_that_the_page_shows_is_not_the_calendar_of_a_field(
    session: Session, do: Do, period: bool
) -> None:
    """The days of a planner stand there before the field is opened; a click on one of them does something else."""
    month = "<h2>March 2027</h2>" + _MONTH.format("".join(f"<td>{day}</td>" for day in range(1, 32)))
    end = "start + ' to ' + day" if period else "day"
    page = _PERIOD % (" readonly", end)
    page = page if period else page.replace('start = "";', 'start = "x";', 1)
    await session.page.set_content("<div>" + month + "</div>" + page)

    await do("set", "#p", "30 March 2027 to 3 April 2027" if period else "2027-04-03")

    assert await session.page.input_value("#p") == ("2027-03-30 to 2027-04-03" if period else "2027-04-03")
    assert await session.page.title() == ""
