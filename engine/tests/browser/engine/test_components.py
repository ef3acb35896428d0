"""Controls that libraries of components draw: parts in shadow trees, lists that open as dialogs, late values."""

from __future__ import annotations

MULTIPLE = """<title>Services</title><main><x-select></x-select><p id=s></p></main><script>
class Select extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: "open"}).innerHTML = `<style>
      .box{position:relative;width:300px;height:40px;border:1px solid}
        input{position:absolute;inset:0;width:100%;height:100%;opacity:0;box-sizing:border-box}</style>
      <span id=l>Services</span><div class=box><input role=combobox readonly aria-labelledby=l
      aria-controls=list aria-expanded=false aria-haspopup=listbox value="none"><input class=sent tabindex=-1
        aria-hidden=true></div>
      <div id=list role=listbox aria-multiselectable=true hidden><slot></slot></div>`;
    for (const name of ["Water", "Power", "Crane"]) {
      const option = document.createElement("div");
      option.role = "option";
      option.textContent = name;
      option.onclick = () => { option.ariaSelected = option.ariaSelected === "true" ? "false" : "true"; this.tell(); };
      this.append(option);
    }
    const box = this.shadowRoot.querySelector(".box"), list = this.shadowRoot.querySelector("#list");
    box.onclick = () => {
      list.hidden = LIFELESS;
      box.firstElementChild.ariaExpanded = String(!list.hidden);
    };
  }
  tell() {
    const chosen = [...this.children].filter((o) => o.ariaSelected === "true");
    s.textContent = chosen.map((o) => o.textContent).join(" and ");
  }
}
customElements.define("x-select", Select);
</script>"""


async def test_a_list_is_opened_though_a_hidden_field_of_it_lies_over_the_shown_one(run) -> None:
    """The field that a component sends its value by covers the one with the role; a click reaches both."""
    ran = await run(
        MULTIPLE.replace("LIFELESS", "false"),
        "Select Power and Crane as services",
        'The page shows "Power and Crane"',
    )

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


CHOICES = """<title>Expense</title><main><label>Category
<button aria-haspopup=dialog id=b aria-label="Category, Pick one" onclick="d.hidden = false; m.inert = true">
</button></label>
<button onclick="s.textContent += '!'">OK</button><p id=s>nothing</p></main>
<div role=alertdialog aria-modal=true aria-label=Category id=d hidden style="position:fixed;inset:0;background:#fff">
<button role=radio onclick="kept = 'Food'">Food</button><button role=radio onclick="kept = 'Rent'">Rent</button>
<button onclick="d.hidden = true">Cancel</button>
<button onclick="if (SAVES) s.textContent = kept; d.hidden = true">OK</button></div>
<script>let kept = ""; const m = document.querySelector("main");</script>"""


async def test_a_choice_in_a_dialog_is_affirmed(run) -> None:
    """A list that opens as a dialog keeps what is chosen once its "OK" is pressed; no other "OK" is."""
    ran = await run(CHOICES.replace("SAVES", "true"), "Select Rent as the category", 'The page shows "Rent"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


IN_A_FORM = """<title>Boat</title><div role=dialog aria-modal=true aria-label="Edit boat"><label id=l>Kind</label>
<button aria-labelledby=l aria-haspopup=listbox aria-expanded=false id=k onclick="u.hidden = false">Yacht</button>
<ul role=listbox id=u hidden><li role=option onclick="k.textContent = 'Ferry'; u.hidden = true">Ferry</li></ul>
<button onclick="s.textContent = 'applied'">Apply</button></div><p id=s>open</p>"""


async def test_the_dialog_that_a_list_stands_in_is_not_affirmed(run) -> None:
    """Choosing in a form is not sending it."""
    ran = await run(IN_A_FORM, "Select Ferry as the kind", 'The page shows "Ferry"', 'The page shows "open"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed", "passed"]


LATE_SLIDER = """<title>Limit</title><main><div role=slider tabindex=0 aria-label="Monthly limit" aria-valuemin=0
aria-valuemax=1000 aria-valuenow=400 id=s style="width:200px;height:20px;background:#ccc"></div></main><script>
let now = 400;
s.onkeydown = (event) => {
  now += {ArrowRight: 50, ArrowLeft: -50}[event.key] || 0;
  setTimeout(() => s.setAttribute("aria-valuenow", now), 60);
};
</script>"""


async def test_a_slider_that_is_drawn_a_little_after_its_key_is_moved_to_its_value(run) -> None:
    """What it stands at is told once it is drawn; read at once it seems not to move."""
    ran = await run(LATE_SLIDER, "Set the monthly limit to 650", "The monthly limit is 650")

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


HIDDEN_LOADER = """<title>Backup</title><main>
<button onclick="l.hidden = false; setTimeout(() => (l.hidden = true), 300)">Back up</button>
<div role=dialog aria-label="Backing up..." id=l hidden><p>Backing up...</p></div><p id=never hidden>Ready at
last</p></main>"""


async def test_what_is_hidden_has_gone_and_has_not_appeared(run) -> None:
    """An overlay may stay in the document for its next use; nobody sees it there."""
    gone = await run(HIDDEN_LOADER, "Click Back up", 'Wait until "Backing up..." is gone')
    never = await run(HIDDEN_LOADER, 'Wait for "Ready at last" to appear', timeout_s=0.6)

    assert [step.outcome for step in gone.steps] == ["passed", "passed"]
    assert never.outcome == "error"


TREE = """<title>Berths</title><style>x-item{display:block;width:300px}</style><main>
<div role=tree><x-item aria-expanded=false role=treeitem>South pier</x-item></div><p id=s>none</p></main>
<script>
class Item extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: "open"}).innerHTML = `<div class="item item--has-expand-part"
      style="display:flex;width:300px">
      <div class="item__expand-part item__expand-part--visible" style="width:30px;height:20px"></div><slot></slot>
        </div>`;
    const arrow = this.shadowRoot.querySelector(".item__expand-part");
    arrow.onclick = (event) => { event.stopPropagation(); this.ariaExpanded = String(this.ariaExpanded !== "true"); };
    this.shadowRoot.firstElementChild.onclick = () => { s.textContent = "chosen"; };
  }
}
customElements.define("x-item", Item);
</script>"""


async def test_a_branch_is_opened_by_the_arrow_in_its_shadow_tree(run) -> None:
    """A click on the words chooses the branch, and opens nothing."""
    ran = await run(TREE, "Expand South pier", "South pier is expanded", 'The page shows "none"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed", "passed"]


SCROLLER = """<title>Payments</title><style>html,body{height:100%;margin:0;overflow:hidden}</style>
<x-content></x-content><script>
class Content extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: "open"}).innerHTML = `<div style="height:400px;overflow-y:auto"><slot></slot></div>`;
    for (let i = 1; i <= 60; i++) this.insertAdjacentHTML("beforeend", `<p>Payment ${i}</p>`);
    const inner = this.shadowRoot.firstElementChild;
    inner.onscroll = () => { if (inner.scrollTop > 100) document.title = "Further down"; };
  }
}
customElements.define("x-content", Content);
</script>"""


async def test_a_page_is_scrolled_by_its_main_part_where_it_does_not_scroll_itself(run) -> None:
    """In many an application a part in a shadow tree scrolls, and the window never does."""
    ran = await run(SCROLLER, "Scroll to the bottom", 'The title is "Further down"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


SLIDING = """<title>List</title><main>
<div id=i role=listitem style="width:300px;height:40px;touch-action:none">Butter</div>
<button id=d hidden>Delete</button></main><script>
let from = null;
i.onpointerdown = (event) => { from = event.clientX; };
i.onpointermove = (event) => { if (from !== null && from - event.clientX > 80) d.hidden = false; };
i.onpointerup = () => { from = null; };
</script>"""


async def test_a_line_is_swiped_aside(run) -> None:
    """A thumb draws it to the left; nothing there scrolls."""
    ran = await run(SLIDING, "Swipe Butter to the left", "The Delete button is visible")

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


MONTHS = """<title>Trip</title><main><label>Paid on</label> <button id=b onclick="c.hidden = false">Nov 2, 2026</button>
<div id=c class=calendar hidden><div class=head><span id=t>November 2026</span><button aria-label=Previous>‹</button>
<button aria-label=Next>›</button></div>
<div style="width:280px;overflow:hidden scroll;display:flex" id=body></div></div>
<script>
for (const [month, count] of [["October", 31], ["November", 30], ["December", 31]]) {
  const grid = document.createElement("div");
  grid.className = "calendar-month";
  grid.style.cssText = "flex:0 0 280px";
  for (let day = 1; day <= count; day++) {
    const cell = document.createElement("button");
    cell.textContent = day;
    cell.style.width = "36px";
    cell.ariaLabel = `Some day, ${month} ${day}`;
    cell.onclick = () => { b.textContent = `${month.slice(0, 3)} ${day}, 2026`; };
    grid.append(cell);
  }
  body.append(grid);
}
b.addEventListener("click", () => setTimeout(() => { body.scrollLeft = 280; }, 150));
</script></main>"""


async def test_a_day_is_picked_in_the_month_that_is_in_sight_and_in_no_other(run) -> None:
    """The months beside it are there as well, scrolled out of sight, and the calendar may still slide to its month."""
    ran = await run(MONTHS, "Set the date to 18 November 2026", 'The page shows "Nov 18, 2026"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


SEARCHBAR = """<title>List</title><main><div class=searchbar role=search><input type=search aria-label="Search" id=q>
<button aria-label=reset onclick="q.value = ''; s.textContent = 'emptied'">x</button></div><p id=s>all</p></main>
<script>q.onkeydown = (event) => { if (event.key === "Enter") s.textContent = "found " + q.value; };
</script>"""


async def test_a_search_is_not_sent_by_the_button_that_empties_it(run) -> None:
    """It may be the only button beside the field; Enter sends what was typed."""
    ran = await run(SEARCHBAR, 'Search for "milk"', 'The page shows "found milk"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]
