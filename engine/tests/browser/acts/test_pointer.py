"""Clicks, hovering, focus, drags and scrolling."""

from __future__ import annotations

import pytest

from aiwebtest.browser.session import Session
from aiwebtest.core.errors import ActionError

from .conftest import Do, Site


async def test_a_click_that_changes_the_page_has_an_effect(session: Session, do: Do) -> None:
    """The reader wants to know what the click did."""
    await session.page.set_content("<button onclick=\"this.after('Saved')\">Save</button>")

    effects = await do("click", "button")

    assert [(e.kind, e.detail) for e in effects.seen] == [("dom", '1 added: "Saved"')]


async def test_a_dead_button_has_no_effect(session: Session, do: Do) -> None:
    """That focus moved to the button itself says nothing about the application."""
    await session.page.set_content("<button>Save</button>")

    effects = await do("click", "button")

    assert not effects


async def test_an_effect_that_comes_late_is_waited_for(session: Session, do: Do) -> None:
    """Pages often answer after a moment; that is not "no effect"."""
    await session.page.set_content("<button onclick=\"setTimeout(() => this.after('Saved'), 150)\">Save</button>")

    effects = await do("click", "button")

    assert "dom" in effects.kinds


async def test_an_effect_in_a_shadow_root_is_seen(session: Session, do: Do) -> None:
    """Components change inside their shadow trees."""
    await session.page.set_content("<x-box></x-box>")
    await session.page.evaluate(
        """() => {
          const root = document.querySelector("x-box").attachShadow({ mode: "open" });
          root.innerHTML = "<button>Save</button>";
          root.querySelector("button").onclick = (event) => event.target.after("Saved");
        }"""
    )

    effects = await do("click", "x-box >> button")

    assert "dom" in effects.kinds


async def test_a_clock_is_no_effect_of_a_click(session: Session, do: Do) -> None:
    """What ticks by itself would make every dead button look alive."""
    await session.page.set_content("<p id=clock>0</p><button>Save</button>")
    await do("focus", "button")
    await session.page.evaluate(
        """() => new Promise((done) => {
          let ticks = 0;
          setInterval(() => {
            document.getElementById("clock").textContent = ++ticks;
            if (ticks === 6) done();
          }, 60);
        })"""
    )

    effects = await do("click", "button")

    assert not effects


async def test_a_click_that_sends_a_request_waits_for_the_answer(session: Session, do: Do, site: Site) -> None:
    """The next step sees what the answer brought."""
    site.add("/data", "fresh", "text/plain")
    script = "fetch('/data').then((r) => r.text()).then((t) => (document.title = t))"
    await session.goto(site.add("/", f'<title>old</title><button onclick="{script}">Load</button>'))

    effects = await do("click", "button")

    assert {"request", "dom"} <= effects.kinds
    assert await session.page.title() == "fresh"


async def test_what_an_answer_brings_a_moment_later_is_seen(session: Session, do: Do, site: Site) -> None:
    """The browser tells that the answer has come before the page has done anything with it."""
    site.add("/data", "fresh", "text/plain")
    script = "fetch('/data').then((r) => r.text()).then((t) => setTimeout(() => (document.title = t), 20))"
    await session.goto(site.add("/", f'<title>old</title><button onclick="{script}">Load</button>'))

    effects = await do("click", "button")

    assert {"request", "dom"} <= effects.kinds


async def test_a_link_navigates(session: Session, do: Do, site: Site) -> None:
    """The new document is there when the action ends."""
    site.add("/next", "<h1>Next</h1>")
    await session.goto(site.add("/", "<a href=/next>Go</a>"))

    effects = await do("click", "a")

    assert any(e.kind == "navigated" and e.detail == site.url + "/next" for e in effects.seen)
    assert await session.page.inner_text("h1") == "Next"


async def test_the_history_api_counts_as_navigation(session: Session, do: Do, site: Site) -> None:
    """Single-page applications change the address without loading anything."""
    await session.goto(site.add("/", "<button onclick=\"history.pushState({}, '', '/cart')\">Cart</button>"))

    effects = await do("click", "button")

    assert "navigated" in effects.kinds


async def test_a_covered_element_names_what_covers_it(session: Session, do: Do) -> None:
    """The remedy is to close what is on top, so it must be named."""
    await session.page.set_content(
        "<button>Buy</button><div role=dialog aria-label='We use cookies' style='position:fixed;inset:0'>x</div>"
    )

    with pytest.raises(ActionError) as caught:
        await do("click", "button", timeout_s=1)

    assert 'the dialog "We use cookies"' in caught.value.what
    assert "on top" in caught.value.what


async def test_the_label_of_a_disabled_box_says_that_it_is_disabled(session: Session, do: Do) -> None:
    """Libraries hide the box itself and draw it with the label, which can be clicked without anything coming of it."""
    await session.page.set_content(
        "<input type=checkbox id=box disabled style='opacity:0;position:absolute;z-index:-1'><label for=box>Bug</label>"
    )

    with pytest.raises(ActionError, match="disabled"):
        await do("check", "label", timeout_s=1.0)


async def test_a_disabled_button_is_named_as_such(session: Session, do: Do) -> None:
    """A time-out alone would send the reader the wrong way."""
    await session.page.set_content("<button disabled>Buy</button>")

    with pytest.raises(ActionError, match="disabled"):
        await do("click", "button", timeout_s=0.5)


async def test_hovering_opens_a_menu(session: Session, do: Do) -> None:
    """Also one that only a style sheet opens."""
    await session.page.set_content(
        "<style>ul{display:none} nav:hover ul{display:block}</style><nav>Menu<ul><li>A</ul></nav>"
    )

    effects = await do("hover", "nav")

    assert "hover" in effects.kinds
    assert await session.page.is_visible("li")


async def test_focusing_a_field_is_an_effect(session: Session, do: Do) -> None:
    """Focus is what the sentence asked for."""
    await session.page.set_content("<input>")

    effects = await do("focus", "input")

    assert effects.kinds == {"focus"}


async def test_double_and_right_clicks_reach_their_handlers(session: Session, do: Do) -> None:
    """Each is a gesture of its own."""
    await session.page.set_content(
        "<p ondblclick=\"this.textContent='double'\" oncontextmenu=\"this.title='menu'\">x</p>"
    )

    await do("double_click", "p")
    await do("right_click", "p")

    assert await session.page.inner_text("p") == "double"
    assert await session.page.get_attribute("p", "title") == "menu"


async def test_a_click_can_be_repeated(session: Session, do: Do) -> None:
    """As in "click Plus three times"."""
    await session.page.set_content("<button onclick='this.textContent++'>0</button>")

    await do("click", "button", amount=3.0, unit="times")

    assert await session.page.inner_text("button") == "3"


async def test_the_browsers_drag_and_drop_is_served(session: Session, do: Do) -> None:
    """Pages with `draggable` elements get dragstart, dragover and drop."""
    await session.page.set_content(
        """<p id=a draggable=true ondragstart="event.dataTransfer.setData('text', 'cargo')">Box</p>
        <div id=b style='height:80px' ondragover='event.preventDefault()'
          ondrop="this.textContent = event.dataTransfer.getData('text')">here</div>"""
    )

    effects = await do("drag", "#a", to="#b")

    assert await session.page.inner_text("#b") == "cargo"
    assert "dom" in effects.kinds


_FOLLOWER = """<div id=a style='position:absolute;left:20px;top:20px;width:40px;height:40px;background:red'></div>
<div id=b style='position:absolute;left:300px;top:200px;width:80px;height:80px'></div>
<script>
  const a = document.getElementById("a");
  a.onpointerdown = (down) => {
    const x = down.clientX - a.offsetLeft, y = down.clientY - a.offsetTop;
    document.onpointermove = (move) => {
      a.style.left = move.clientX - x + "px";
      a.style.top = move.clientY - y + "px";
    };
    document.onpointerup = () => { document.onpointermove = null; };
  };
</script>"""


async def test_a_drag_that_follows_the_pointer_ends_on_its_destination(session: Session, do: Do) -> None:
    """Most libraries do without the browser's own drag and drop."""
    await session.page.set_content(_FOLLOWER)

    await do("drag", "#a", to="#b")

    assert await session.page.evaluate("[a.offsetLeft, a.offsetTop]") == [320, 220]


async def test_a_drag_can_go_by_an_offset(session: Session, do: Do) -> None:
    """As in "drag the box 100 pixels to the right"."""
    await session.page.set_content(_FOLLOWER)

    await do("drag", "#a", offset=(100.0, 30.0))

    assert await session.page.evaluate("[a.offsetLeft, a.offsetTop]") == [120, 50]


async def test_a_drag_reaches_a_destination_below_the_fold(session: Session, do: Do) -> None:
    """The page scrolls under the held thing, as it does for a hand with a wheel."""
    await session.page.set_content(
        """<p id=a draggable=true ondragstart="event.dataTransfer.setData('text', 'cargo')">Box</p>
        <div style='height:2000px'></div>
        <div id=b style='height:80px' ondragover='event.preventDefault()'
          ondrop="this.textContent='got it'">here</div>"""
    )

    await do("drag", "#a", to="#b")

    assert await session.page.inner_text("#b") == "got it"


async def test_scrolling_brings_an_element_into_view(session: Session, do: Do) -> None:
    """As in "scroll to the footer"."""
    await session.page.set_content("<div style='height:3000px'></div><footer>End</footer>")

    effects = await do("scroll", "footer")

    assert "scroll" in effects.kinds
    assert await session.page.evaluate("scrollY") > 1000


async def test_the_page_scrolls_to_its_end_and_by_a_distance(session: Session, do: Do) -> None:
    """Without a target, the page is meant."""
    await session.page.set_content("<div style='height:3000px'></div>")

    await do("scroll", None, "bottom")
    bottom = await session.page.evaluate("scrollY")
    await do("scroll", None, "up", amount=300.0, unit="px")

    assert bottom == 3016 - 720
    assert await session.page.evaluate("scrollY") == bottom - 300


async def test_an_inner_box_scrolls_by_itself(session: Session, do: Do) -> None:
    """As in "scroll the list to the bottom"."""
    await session.page.set_content(
        "<div id=list style='height:100px;overflow:auto'><div style='height:900px'>x</div></div>"
    )

    effects = await do("scroll", "#list", "bottom")

    assert "scroll" in effects.kinds
    assert await session.page.evaluate("document.getElementById('list').scrollTop") == 800


async def test_a_hidden_box_behind_a_drawn_one_is_clicked_by_its_label(session: Session, do: Do) -> None:
    """Style sheets often hide the native box."""
    await session.page.set_content("<label><input id=c type=checkbox style='display:none'>Agree</label>")

    effects = await do("click", "#c")

    assert "checked" in effects.kinds
    assert await session.page.is_checked("#c")


async def test_clicking_an_option_of_a_select_chooses_it(session: Session, do: Do) -> None:
    """A closed select shows no options that a pointer could reach."""
    await session.page.set_content("<select><option>Red<option>Blue</select>")

    await do("click", "option >> nth=1")

    assert await session.page.input_value("select") == "Blue"


async def test_a_request_that_the_page_sends_anyway_is_no_effect(session: Session, do: Do, site: Site) -> None:
    """Pages that poll would make every dead button look alive."""
    site.add("/news", "none", "text/plain")
    await session.goto(site.add("/", "<button>Save</button>"))
    await session.page.evaluate(
        """async () => {
          for (let i = 0; i < 3; i++) await fetch("/news?" + i);
          setInterval(() => fetch("/news?x"), 50);
        }"""
    )

    effects = await do("click", "button")

    assert not effects


async def test_a_click_that_misses_what_is_swapped_under_the_pointer_is_made_again(session: Session, do: Do) -> None:
    """A picture of no size yet lets the press fall on what is behind it, and the page does nothing."""
    await session.page.set_content(
        """<div style="width: 100px; height: 40px"><b id=icon style="display: block; width: 40px; height: 40px"
        onclick="this.parentNode.after('Shared')"></b></div>
        <script>icon.onmousedown = () => {
          icon.onmousedown = null;
          icon.style.pointerEvents = "none";
          onmouseup = () => setTimeout(() => { icon.style.pointerEvents = ""; });
        }</script>"""
    )

    effects = await do("click", "#icon")

    assert "Shared" in await session.page.inner_text("body")
    assert effects.kinds >= {"dom"}


async def test_a_click_that_only_ever_reaches_something_else_is_told(session: Session, do: Do) -> None:
    """Counted as done it would be a false pass."""
    await session.page.set_content(
        """<section aria-label="Tools"><b id=icon style="display: block; width: 40px; height: 40px"></b></section>
        <script>icon.onmousedown = () => {
          icon.style.pointerEvents = "none";
          onmouseup = () => setTimeout(() => { icon.style.pointerEvents = ""; });
        }</script>"""
    )

    with pytest.raises(ActionError, match='reached the region "Tools" instead'):
        await do("click", "#icon")


async def test_what_changes_where_nothing_is_drawn_is_no_effect(session: Session, do: Do) -> None:
    """A hidden clock would make every dead button look alive."""
    await session.page.set_content(
        """<p hidden id=clock>0</p><button>Save</button>
        <script>document.querySelector("button").onclick = () => { clock.textContent = "1"; }</script>"""
    )

    effects = await do("click", "button")

    assert not effects


async def test_a_field_that_hands_the_focus_on_was_focused(session: Session, do: Do) -> None:
    """The page may take it away at once; that it came is what the step asked for."""
    await session.page.set_content("""<input id=field onfocus="this.blur(); this.after('Seen')">""")

    effects = await do("focus", "#field")

    assert "dom" in effects.kinds


@pytest.mark.parametrize(
    ("makes", "opened", "texts"), [("expanded", True, ""), ("expanded", False, "shut"), ("collapsed", True, "shut")]
)
async def test_what_is_open_already_is_not_opened_again(
    session: Session, do: Do, makes: str, opened: bool, texts: str
) -> None:
    """A click on what opens and closes would close it."""
    state = "true" if opened else "false"
    await session.page.set_content(
        f"""<button aria-expanded={state} onclick="this.after('shut'); this.ariaExpanded = {str(not opened).lower()}">
        More</button>"""
    )

    await do("click", "button", makes=makes)

    assert (await session.page.inner_text("body")).replace("More", "").strip() == texts


async def test_a_box_drawn_by_its_label_is_clicked_by_it(session: Session, do: Do) -> None:
    """The box itself is a pixel under another part of the page."""
    await session.page.set_content(
        """<input type=checkbox id=box style="position: absolute; width: 1px; height: 1px; opacity: 0">
        <div style="position: relative; height: 20px">cover</div><label for=box>All</label>"""
    )

    await do("click", "#box")

    assert await session.page.is_checked("#box")


async def test_what_serves_as_a_button_submits_where_there_is_no_form(session: Session, do: Do) -> None:
    """Enter means nothing to a plain element; a click is what a person would do."""
    await session.page.set_content("""<input><div id=go onclick="this.after('Sent')">Submit</div>""")

    effects = await do("submit", "#go")

    assert "dom" in effects.kinds


async def test_a_branch_of_a_tree_is_opened_by_its_arrow_where_a_click_on_it_does_not(session: Session, do: Do) -> None:
    """Trees of component kits select by the name and open by the arrow before it."""
    await session.page.set_content(
        """<div role=tree><div role=treeitem aria-expanded=false id=branch style="width: 300px"><span class=switcher
        onclick="branch.ariaExpanded = true; inner.hidden = false">></span><span>North</span></div>
        <div role=treeitem id=inner hidden>Turku</div></div>"""
    )

    await do("click", "#branch", makes="expanded")

    assert await session.page.is_visible("#inner")


_OPENS_LATE = """setTimeout(() => { const shut = branch.ariaExpanded !== 'true'; branch.ariaExpanded = shut;
  inner.hidden = !shut }, 900)"""


@pytest.mark.parametrize("role", ["treeitem", "button"])
async def test_a_branch_that_opens_late_is_clicked_once(session: Session, do: Do, role: str) -> None:
    """A second click, on the arrow, would close it again."""
    await session.page.set_content(
        f"""<div role=tree><div role={role} aria-expanded=false id=branch style="width: 300px"
        onclick="clicks.textContent++; {_OPENS_LATE}"><span class=arrow>></span><span>North</span></div>
        <div role=treeitem id=inner hidden>Turku</div></div><p id=clicks>0</p>"""
    )

    await do("click", "#branch", makes="expanded")

    assert await session.page.inner_text("#clicks") == "1"
    assert await session.page.is_visible("#inner")


@pytest.mark.parametrize("role", ["treeitem", "button"])
async def test_a_page_that_shows_something_else_has_not_opened_the_branch(session: Session, do: Do, role: str) -> None:
    """A clock ticks, and a click on the name may only select it."""
    await session.page.set_content(
        f"""<p id=clock>0</p><div role=tree><div role={role} aria-expanded=false id=branch style="width: 300px"
        onclick="chosen.textContent = 'North is chosen'"><span class=switcher onclick="event.stopPropagation();
        branch.ariaExpanded = true; inner.hidden = false">></span><span>North</span></div>
        <div role=treeitem id=inner hidden>Turku</div></div><p id=chosen></p>
        <script>setInterval(() => clock.textContent++, 100)</script>"""
    )

    await do("click", "#branch", makes="expanded")

    assert await session.page.is_visible("#inner")


async def test_what_says_that_it_is_shut_after_all_was_not_opened(session: Session, do: Do) -> None:
    """The page changed, and not as the sentence says."""
    await session.page.set_content("""<button aria-expanded=false onclick="this.after('Chosen')">North</button>""")

    with pytest.raises(ActionError, match="not expanded"):
        await do("click", "button", makes="expanded")


async def test_what_stands_in_an_open_branch_is_not_open_for_that(session: Session, do: Do) -> None:
    """What the branch says of itself says nothing of a button in it."""
    await session.page.set_content(
        """<ul role=tree><li role=treeitem aria-expanded=true>North<ul role=group><li><button
        onclick="this.after('shown')">Details</button></li></ul></li></ul>"""
    )

    await do("click", "button", makes="expanded")

    assert "shown" in await session.page.inner_text("body")


@pytest.mark.parametrize("grip", ["<b>⠿</b>", "<b style='cursor:grab'>::</b>"])
async def test_what_shows_where_it_is_taken_is_dragged_there(session: Session, do: Do, grip: str) -> None:
    """A line that is moved by its grip alone does not follow a pointer that presses on its middle."""
    await session.page.set_content(
        f"""<ul style="width:300px"><li id=a>{grip} One<li id=b>{grip} Two<li id=c>{grip} Three</ul><script>
          let held = null;
          for (const grip of document.querySelectorAll("b")) grip.onmousedown = () => {{ held = grip.parentElement; }};
          document.onmouseup = (event) => {{ if (held) event.target.closest("li").before(held); held = null; }};
        </script>"""
    )

    await do("drag", "#c", to="#a", side="before")

    assert (await session.page.inner_text("ul")).replace("⠿", "").replace("::", "").split() == ["Three", "One", "Two"]
