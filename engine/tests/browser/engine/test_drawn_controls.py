"""Fields, lists, dialogs and menus that a page draws itself, of parts without a role."""

from __future__ import annotations

FORM = """<title>Form</title><style>.in{cursor:pointer;border:1px solid;width:9em}li{cursor:pointer}</style><main>
<div class=field><div class=label>Departure</div>
<div class=in id=dep onclick="cal.hidden = LIFELESS">Select date</div></div>
<div class=field><label>Supplier</label><div class=in id=sup onclick="list.hidden = LIFELESS">Any ▾</div></div>
<ul id=list hidden><li>Nordic Paper</li><li>Office World</li></ul>
<div id=cal class=calendar hidden><span style="cursor:pointer">‹</span><b>December 2026</b>
<span style="cursor:pointer">›</span><div id=days></div></div></main><script>
for (let day = 1; day <= 31; day++) {
  const cell = document.createElement("div");
  cell.textContent = day;
  cell.style.cssText = "cursor:pointer;display:inline-block;width:2em";
  cell.onclick = () => { dep.textContent = day + " Dec 2026"; cal.hidden = true; };
  days.append(cell);
}
for (const item of document.querySelectorAll("li"))
  item.onclick = () => { sup.textContent = item.textContent; list.hidden = true; };
</script>"""
DIALOG = """<title>Order</title><main><button>Save</button><p id=said>open</p></main>
<div role=alertdialog aria-modal=true aria-labelledby=t id=d><h2 id=t>Delete the order?</h2>
<button onclick="said.textContent = 'kept'; d.remove()">Not yet</button>
<button onclick="said.textContent = 'gone'; d.remove()">Yes, delete it</button></div>"""
MENU = """<title>Player</title><main><span style="cursor:pointer" onclick="m.hidden = false">1x</span>
<div id=m role=menu hidden>
<div role=menuitemradio tabindex=0 onclick="s.textContent = 'half'; m.hidden = true">0.5x</div>
<div role=menuitemradio tabindex=0 onclick="s.textContent = 'double'; m.hidden = true">2x</div></div>
<p id=s>normal</p></main>"""
STAGE = """<title>Jobs</title><main><label>Stage <select onchange="s.textContent = 'now ' + this.value">
<option>Any</option><option>Offer</option></select></label><p id=s>all</p></main>"""


async def test_a_day_and_an_option_are_chosen_in_fields_without_a_role(run) -> None:
    """A label and a box that opens something is all that a person sees of such a field."""
    ran = await run(
        FORM.replace("LIFELESS", "false"),
        "Set the departure to 24 December 2026",
        'Choose "Office World" as supplier',
        'The page shows "24 Dec 2026" and "Office World"',
    )

    assert [step.outcome for step in ran.steps] == ["passed", "passed", "passed"]


async def test_a_plain_element_that_opens_nothing_is_not_blamed(run) -> None:
    """Nothing tells that it is a field, so that another may have been meant: an error, and no failure."""
    page = FORM.replace("LIFELESS", "true")

    assert (await run(page, "Set the departure to 24 December 2026")).outcome == "error"
    assert (await run(page, 'Choose "Office World" as supplier')).outcome == "error"


CHOOSER = """<title>Ticket</title><main><div><span>Status</span>
<button id=st onclick="p.hidden = LIFELESS">Open ▾</button></div><ul id=p hidden><li>Closed</li><li>Waiting</li></ul>
</main><script>
for (const item of document.querySelectorAll("li"))
  item.onclick = () => { st.textContent = item.textContent + " ▾"; p.hidden = true; };
</script>"""


async def test_a_value_is_chosen_in_a_button_that_shows_it_beside_its_label(run) -> None:
    """The arrow behind "Open" is all that tells a list; of a button that opens none nothing tells that it was meant."""
    ran = await run(CHOOSER.replace("LIFELESS", "false"), "Set the status to Closed", "The status is Closed")
    lifeless = await run(CHOOSER.replace("LIFELESS", "true"), "Set the status to Closed")

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]
    assert lifeless.outcome == "error"


WARD = """<title>Visits</title><main><span id=l hidden>Ward</span>
<button id=b aria-haspopup=listbox aria-labelledby="l b" onclick="u.hidden = !u.hidden">All wards</button>
<ul id=u role=listbox hidden><li role=option>Cardiology</li><li role=option>Radiology</li></ul></main><script>
for (const item of document.querySelectorAll("li"))
  item.onclick = () => { b.textContent = item.textContent; u.hidden = true; };
</script>"""


async def test_a_value_is_told_by_the_name_of_the_list_that_a_button_opens(run) -> None:
    """The button was clicked, which chose nothing and passed."""
    for sentence in ("Select the ward Radiology", "Choose Radiology as ward", "Set the ward to Radiology"):
        ran = await run(WARD, sentence, "The ward is Radiology")

        assert [step.outcome for step in ran.steps] == ["passed", "passed"], sentence


async def test_a_dialog_of_the_page_is_accepted_and_dismissed_by_its_buttons(run) -> None:
    """Whether the browser or the page draws a dialog is nothing that the writer of a test knows."""
    accepted = await run(DIALOG, "Accept the dialog", 'The page shows "gone"')
    dismissed = await run(DIALOG, "Dismiss the dialog", 'The page shows "kept"')
    declined = await run(DIALOG, "Decline", 'The page shows "kept"')

    assert [accepted.outcome, dismissed.outcome, declined.outcome] == ["passed", "passed", "passed"]


async def test_an_item_of_a_menu_that_closes_needs_no_state(run) -> None:
    """It is marked as one of several, and tells by nothing which is chosen, as the menu is gone."""
    ran = await run(MENU, "Click 1x and choose 2x", 'The page shows "double"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


async def test_the_name_of_a_list_may_stand_before_its_option(run) -> None:
    """What is meant by “the stage Offer” is the option Offer of the list Stage."""
    ran = await run(STAGE, "Choose the stage Offer", 'The page shows "now Offer"')

    assert [step.outcome for step in ran.steps] == ["passed", "passed"]


CLOSED = """<title>Members</title><main><label>Records per page
<input role=combobox readonly aria-haspopup=listbox aria-expanded=false value=5 id=n onclick="open_(true)"></label>
<div role=listbox id=l hidden><div role=option>5</div><div role=option>10</div></div><p id=s>5 of 8</p></main><script>
function open_(shown) { l.hidden = !shown; n.setAttribute("aria-expanded", shown); }
for (const one of document.querySelectorAll("[role=option]"))
  one.onclick = () => { n.value = one.textContent; s.textContent = one.textContent + " of 8"; open_(false); };
</script>"""


async def test_a_list_that_takes_no_letters_is_set_by_choosing(run) -> None:
    """Component libraries draw a closed list as a field that is read-only."""
    for sentence in ("Set records per page to 10", 'Type "10" into Records per page'):
        ran = await run(CLOSED, sentence, 'The page shows "10 of 8"')

        assert [step.outcome for step in ran.steps] == ["passed", "passed"]

    assert (await run(CLOSED, "Set records per page to 15")).outcome == "failed"
