"""Snapshots of real pages: what a person sees is in them, whatever the page is built of, and nothing is changed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from playwright.async_api import Page

from aiwebtest.browser import inpage
from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.core.errors import ActionError
from aiwebtest.core.snapshot import Flag, Node, Snapshot


async def seen(page: Page, html: str) -> Snapshot:
    """Return the snapshot of a page with that content."""
    await page.set_content(html)
    return await take_snapshot(page)


def node(snapshot: Snapshot, ident: str) -> Node:
    """Return the node with that id."""
    return next(n for n in snapshot.nodes if ident in n.ident.split()[:1])


async def test_refs_parents_and_ends_describe_one_tree(page: Page) -> None:
    """Everything that ranks walks this tree."""
    snapshot = await seen(page, "<ul><li>a <b>c</b></li><li><p>d</p><p>e</p></li></ul><p>f</p>")

    for ref, one in enumerate(snapshot.nodes):
        assert one.ref == ref < one.end
        if one.parent >= 0:
            assert one.parent < ref
            assert one.end <= snapshot.nodes[one.parent].end


@pytest.mark.parametrize(
    ("html", "role"),
    [
        ("<header id=x>a</header>", "banner"),
        ("<article><header id=x>a</header></article>", ""),
        ("<footer id=x>a</footer>", "contentinfo"),
        ("<section><footer id=x>a</footer></section>", ""),
        ("<section id=x>a</section>", ""),
        ("<section id=x aria-label=A>a</section>", "region"),
        ("<input id=x type=checkbox>", "checkbox"),
        ("<input id=x type=search>", "searchbox"),
        ("<input id=x type=number>", "spinbutton"),
        ("<input id=x type=range>", "slider"),
        ("<input id=x list=d><datalist id=d></datalist>", "combobox"),
        ("<select id=x><option>a</select>", "combobox"),
        ("<select id=x multiple><option>a</select>", "listbox"),
        ("<details><summary id=x>a</summary></details>", "button"),
        ("<table><tr><th id=x>a</th><th>b</th></tr></table>", "columnheader"),
        ("<table><tr><th id=x>a</th><td>b</td></tr></table>", "rowheader"),
        ("<table role=grid><tr><td id=x>a</td></tr></table>", "gridcell"),
        ("<a id=x>no address</a>", ""),
        ("<a id=x href=#>a</a>", "link"),
        ("<div id=x role='nonsense switch'>a</div>", "switch"),
        ("<ul id=x role=presentation><li>a</ul>", ""),
        ("<img id=x alt='' src=data:,>", ""),
    ],
)
async def test_roles_follow_the_html_mapping(page: Page, html: str, role: str) -> None:
    """Role words in sentences mean these roles."""
    snapshot = await seen(page, html)

    assert node(snapshot, "x").role == role


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<span id=a>One</span><span id=b>Two</span><input id=x aria-labelledby='a b'>", "One Two"),
        ("<button id=x aria-label='Close dialog'>×</button>", "Close dialog"),
        ("<label for=x>First <i>name</i></label><input id=x>", "First name"),
        ("<label>Agree <input id=x type=checkbox> to all</label>", "Agree to all"),
        ("<label>Size <select id=x><option>S</option></select></label>", "Size"),
        ("<button id=x>Save <span aria-hidden=true>now</span><span style='display:none'>later</span></button>", "Save"),
        ("<button id=x><img src=data:, alt=Print></button>", "Print"),
        ("<button id=x><svg><title>Star</title></svg></button>", "Star"),
        ("<a id=x href=#>Read<div>more</div></a>", "Read more"),
        ("<fieldset id=x><legend>Plan</legend></fieldset>", "Plan"),
        ("<figure id=x><figcaption>Fig. 1</figcaption></figure>", "Fig. 1"),
        ("<table id=x><caption>Orders</caption><tr><td>1</table>", "Orders"),
        ("<input id=x placeholder='Your name'>", "Your name"),
        ("<input id=x title=T placeholder=P>", "T"),
        ("<input id=x type=submit>", "Submit"),
        ("<input id=x type=button value=Go>", "Go"),
        ("<h2 id=x>Hel<b>lo</b></h2>", "Hello"),
        ("<div id=x>plain text has no name</div>", ""),
    ],
)
async def test_names_follow_the_accessible_name_computation(page: Page, html: str, name: str) -> None:
    """Testers name things as assistive technology does, knowingly or not."""
    snapshot = await seen(page, html)

    assert node(snapshot, "x").name == name


async def test_labels_are_those_of_the_moment(page: Page) -> None:
    """They are looked up once for all controls of a snapshot, never for the next one; shadow trees have their own."""
    await page.set_content(
        "<label for=x>Name</label><label for=x>of the guest</label><input id=x>"
        "<div id=host></div><svg><label>none</label></svg>"
    )
    inner = "<label for=y>Inner</label><input id=y>"
    await page.evaluate(
        "(html) => document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML = html", inner
    )
    before = await take_snapshot(page)

    await page.evaluate("document.querySelector('label').textContent = 'Title'")
    await page.evaluate("document.querySelectorAll('label')[1].htmlFor = 'nothing'")
    after = await take_snapshot(page)

    assert [n.label for n in before.nodes if n.tag == "input"] == ["Name of the guest", "Inner"]
    assert [n.label for n in after.nodes if n.tag == "input"] == ["Title", "Inner"]


async def test_a_word_in_pieces_is_one_word_and_flex_items_are_apart(page: Page) -> None:
    """Text checks compare words as they are read."""
    snapshot = await seen(
        page,
        "<p id=a>Hel<b>lo</b> <i>big</i> world</p><p id=b><span>$</span><span>12</span></p>"
        "<div id=c style='display:flex'><span>A</span><span>B</span></div>",
    )

    assert snapshot.text_of(node(snapshot, "a")) == "Hello big world"
    assert snapshot.text_of(node(snapshot, "b")) == "$12"
    assert snapshot.text_of(node(snapshot, "c")) == "A B"


async def test_hidden_things_are_marked_and_their_text_does_not_count(page: Page) -> None:
    """A hidden message must not satisfy a check, and its element must be found to be hidden."""
    snapshot = await seen(
        page,
        "<p id=a style='display:none'>one</p><p id=b style='visibility:hidden'>two <b id=c style='visibility:visible'>3"
        "</b></p><p id=d hidden>four</p><p id=e style='height:0;overflow:hidden'></p><p id=f style='opacity:0'>six</p>",
    )

    hidden = {one: not node(snapshot, one).visible for one in "abcdef"}
    assert hidden == {"a": True, "b": False, "c": False, "d": True, "e": True, "f": False}
    assert snapshot.text == "3 six"


async def test_passwords_never_leave_the_page(page: Page) -> None:
    """A secret typed into a password field is in no snapshot."""
    snapshot = await seen(page, "<input type=password value=hunter2><input id=x value=plain>")

    assert node(snapshot, "x").value == "plain"
    assert not any("hunter2" in str(one) for one in snapshot.nodes)


async def test_states_are_read_from_properties_and_aria(page: Page) -> None:
    """States decide checks and tell alike elements apart."""
    snapshot = await seen(
        page,
        "<fieldset disabled><input id=a></fieldset><input id=b type=checkbox checked><div id=c role=switch "
        "aria-checked=true>x</div><button id=d aria-expanded=false>x</button><input id=e readonly required>"
        "<details><summary id=f>x</summary></details><input id=g autofocus><div id=h contenteditable>x</div>"
        "<div id=i style='height:20px;overflow:auto'><p style='height:90px'>x</p></div>"
        "<dialog id=j open>x</dialog>"
        "<script>document.getElementById('g').focus()</script>",
    )

    assert node(snapshot, "a").has(Flag.DISABLED)
    assert node(snapshot, "b").has(Flag.CHECKED)
    assert node(snapshot, "c").has(Flag.CHECKED)
    assert node(snapshot, "d").has(Flag.COLLAPSED)
    assert node(snapshot, "e").has(Flag.READONLY | Flag.REQUIRED)
    assert node(snapshot, "f").has(Flag.COLLAPSED)
    assert node(snapshot, "g").has(Flag.FOCUSED)
    assert node(snapshot, "h").has(Flag.EDITABLE)
    assert node(snapshot, "i").has(Flag.SCROLLABLE)
    assert not node(snapshot, "j").has(Flag.MODAL)


async def test_what_reacts_to_clicks_is_marked_by_many_signs(page: Page) -> None:
    """Clicks go to what looks or says that it takes them, whatever its tag."""
    snapshot = await seen(
        page,
        "<div id=a onclick='1'>x</div><div id=b tabindex=0>x</div>"
        "<div id=c style='cursor:pointer'>x <b id=d>y</b></div>"
        "<div id=e role=button>x</div><div id=f>x</div><script>document.getElementById('f').onclick = () => 1</script>",
    )

    assert all(node(snapshot, one).has(Flag.CLICKABLE) for one in "abcef")
    assert not node(snapshot, "d").has(Flag.CLICKABLE)


async def test_shadow_content_stands_in_its_host_and_slotted_nodes_in_their_slots(page: Page) -> None:
    """A person sees one page, not trees of several kinds."""
    snapshot = await seen(
        page,
        "<div id=host><b slot=s>slotted</b></div><script>document.getElementById('host').attachShadow({mode:'open'})"
        ".innerHTML='<p>before</p><slot name=s></slot><p>after</p>'</script>",
    )

    assert snapshot.text_of(node(snapshot, "host")) == "before slotted after"


@contextmanager
def serving(html: str) -> Iterator[str]:
    """Serve one page on a free port of 127.0.0.1; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_frame_of_another_origin_is_merged_in_place_with_boxes_of_the_whole_page(page: Page) -> None:
    """A payment frame is part of the page for the person who pays."""
    with serving(
        "<body style='margin:0'><button style='width:50px;height:20px' onclick='this.id=1'>Pay</button>"
    ) as inner:
        outer = f"<p id=a>before</p><iframe id=f src='{inner}' style='position:absolute;left:100px;top:200px;border:0'>"
        with serving(outer + "</iframe><p id=b>after</p>") as address:
            await page.goto(address)
            snapshot = await take_snapshot(page)
            pay = next(n for n in snapshot.nodes if n.name == "Pay")
            handle = await element(page, snapshot, pay.ref)
            await handle.click()

            assert snapshot.frames[pay.frame].url == inner
            assert snapshot.frames[pay.frame].owner == node(snapshot, "f").ref
            assert pay.box == (100, 200, 50, 20)
            assert node(snapshot, "a").ref < node(snapshot, "f").ref < pay.ref < node(snapshot, "f").end
            assert node(snapshot, "b").ref >= node(snapshot, "f").end
            assert await handle.evaluate("(button) => button.id") == "1"


async def test_frames_inside_shadow_trees_and_frames_are_found(page: Page) -> None:
    """Windows do not count frames in shadow trees; people see them all the same."""
    snapshot = await seen(
        page,
        "<div id=host></div><iframe srcdoc=\"<iframe srcdoc='<p>deep</p>'></iframe>\"></iframe><script>"
        "document.getElementById('host').attachShadow({mode:'open'}).innerHTML='<iframe srcdoc=\"<p>shadowed</p>\">'"
        "</script>",
    )
    await page.wait_for_function("window.frames[0].frames.length === 1")
    snapshot = await take_snapshot(page)

    assert snapshot.text == "shadowed deep"


async def test_a_hidden_frame_stays_empty(page: Page) -> None:
    """Nobody reads a frame that is not shown."""
    snapshot = await seen(page, "<p>a</p><iframe style='display:none' srcdoc='<p>secret</p>'></iframe>")

    assert [n.text for n in snapshot.nodes if n.text] == ["a"]


async def test_numbers_are_stable_for_the_life_of_an_element(page: Page) -> None:
    """The element of the step before is known again on the next snapshot."""
    first = await seen(page, "<p id=a>a</p><p id=b>b</p>")
    await page.evaluate("document.body.prepend(document.createElement('hr'))")

    second = await take_snapshot(page)

    assert node(first, "b").local == node(second, "b").local
    assert node(first, "b").ref != node(second, "b").ref


async def test_an_element_that_left_the_page_is_told_as_gone(page: Page) -> None:
    """Acting on what is no longer there must not act on something else."""
    snapshot = await seen(page, "<button id=x>Go</button>")
    await page.evaluate("document.getElementById('x').remove()")

    with pytest.raises(ActionError, match="left the page"):
        await element(page, snapshot, node(snapshot, "x").ref)


async def test_an_element_of_a_document_that_was_replaced_is_gone(page: Page) -> None:
    """Numbers begin anew in a new document: the same number there is another element."""
    with serving("<button id=x>Go</button>") as address:
        await page.goto(address)
        snapshot = await take_snapshot(page)
        await page.goto(address)

        with pytest.raises(ActionError):
            await element(page, snapshot, node(snapshot, "x").ref)


async def test_pages_that_replace_built_ins_are_read_all_the_same(page: Page) -> None:
    """Old libraries hang functions on prototypes; hostile pages do worse."""
    await page.context.add_init_script(inpage.source())
    with serving(
        "<form id=f><input name=id value=1><input name=children><input name=nodeType><button>Send</button></form>"
        "<script>"
        "Array.prototype.toJSON = () => 'broken'; String.prototype.toJSON = () => 'broken';"
        "Array.prototype.map = () => { throw 1 };"
        "JSON.stringify = () => 'broken'; WeakMap.prototype.get = () => { throw 1 };"
        "Element.prototype.getAttribute = () => 'broken'; Node.prototype.getRootNode = () => { throw 1 };</script>"
    ) as address:
        await page.goto(address)

        snapshot = await take_snapshot(page)

    assert [n.name for n in snapshot.nodes if n.role == "button"] == ["Send"]
    assert len([n for n in snapshot.nodes if n.role == "textbox"]) == 3


async def test_reading_leaves_the_page_as_it_was(page: Page) -> None:
    """A test must not change what it tests."""
    html = "<div id=a><p>x</p><input value=1><select><option>o</select></div>"
    await page.set_content(html)
    before = await page.evaluate("[document.documentElement.outerHTML, Object.keys(window).length, Math.random.name]")
    await page.evaluate(
        "window.changes = 0; new MutationObserver(m => changes += m.length).observe(document, "
        "{subtree: true, childList: true, attributes: true, characterData: true})"
    )

    await take_snapshot(page)

    assert await page.evaluate("changes") == 0
    await page.evaluate("delete window.changes")
    after = await page.evaluate("[document.documentElement.outerHTML, Object.keys(window).length, Math.random.name]")
    assert after == before


async def test_cells_of_even_tables_have_the_boxes_that_the_browser_gives_them(page: Page) -> None:
    """Their boxes are taken from the first row's columns; a span or a stretched row must not mislead."""
    await page.set_content(
        "<table>"
        + "<tr><td>a</td><td>bbbb</td><td>c</td></tr>" * 3
        + "<tr><td>tall<br>cell</td><td>b</td><td>c</td></tr>"
        "<tr><td colspan=2>a</td><td>c</td></tr>"
        "<tr><td rowspan=2>a</td><td>b</td><td>c</td></tr><tr><td>b</td>"
        "<td>c</td></tr><tr><td style='display:none'>a</td><td>b</td><td>c</td></tr></table>"
    )

    snapshot = await take_snapshot(page)

    cells = [n for n in snapshot.nodes if n.tag == "td"]
    real = await page.evaluate(
        "[...document.querySelectorAll('td')].map(c => c.getBoundingClientRect())"
        ".map(b => [b.x, b.y, b.width, b.height])"
    )
    for cell, box in zip(cells, real, strict=True):
        assert cell.box == pytest.approx(box, abs=1)


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("<tr hidden><td>Ada<td>1</tr><tr><td>Bo<td>2</tr><tr><td>Cy<td>3</tr>", ["Bo", "2", "Cy", "3"]),
        ("<tr class=off><td>Ada<td>1</tr><tr class=off><td>Bo<td>2</tr><tr><td>Cy<td>3</tr>", ["Cy", "3"]),
        ("<tr><td>Ada<td>1</tr><tr hidden><td>Bo<td>2</tr><tr><td>Cy<td>3</tr>", ["Ada", "1", "Cy", "3"]),
        ("<tr><td>Ada<td>1</tr><tr><td class=off>Bo<td>2</tr><tr><td>Cy<td hidden>3</tr>", ["Ada", "1", "2", "Cy"]),
    ],
)
async def test_a_hidden_row_or_cell_does_not_tell_of_the_others(page: Page, rows: str, shown: list[str]) -> None:
    """A filter hides the first rows of a table, and a narrow window some of its cells."""
    await page.set_content(f"<style>.off {{ display: none }}</style><table>{rows}</table>")

    snapshot = await take_snapshot(page)

    assert [n.text for n in snapshot.nodes if n.text and n.visible] == shown


async def test_options_and_values_of_selects_are_listed(page: Page) -> None:
    """Choosing needs to know what there is to choose."""
    snapshot = await seen(
        page,
        "<select id=x multiple><option>A</option><option selected>B</option><option selected label=C>c</option>"
        "</select>",
    )

    assert node(snapshot, "x").extra["options"] == "A\nB\nC"
    assert node(snapshot, "x").value == "B\nC"
    assert [n.has(Flag.SELECTED) for n in snapshot.nodes if n.role == "option"] == [False, True, True]


async def test_a_page_that_is_cut_says_so(page: Page) -> None:
    """What is not in the snapshot may yet be on the page: an absence must not be concluded."""
    await page.set_content(
        "<div id=x></div><script>let d = document.getElementById('x');"
        "for (let i = 0; i < 900; i++) { const e = document.createElement('section');"
        "e.id = 's' + i; d.appendChild(e); d = e } d.textContent = 'bottom'</script>"
    )

    snapshot = await take_snapshot(page)

    assert snapshot.truncated


_ROWS = (
    "<h1 id=h>0 people</h1><p aria-level=1>Level</p><table>"
    + "".join(f"<tr><td>name {i}<td>{i}</tr>" for i in range(300))
    + "</table>"
)


@pytest.mark.parametrize(
    "change",
    [
        "rows[200].cells[1].textContent = 'changed'",
        "document.querySelector('p').setAttribute('aria-level', '2')",
        "document.querySelector('h1').style.marginTop = '90px'",
        "rows[5].remove()",
        "rows[299].remove()",
        "rows[0].insertAdjacentHTML('beforebegin', '<tr><td>new<td>1</tr>')",
        "rows[299].insertAdjacentHTML('afterend', '<tr><td>new<td>1</tr>'.repeat(90))",
        "document.body.innerHTML = '<p>empty</p>'",
        "document.open(), document.write('<p>other</p>'), document.close()",
    ],
)
async def test_what_is_not_sent_again_is_what_it_was(page: Page, change: str) -> None:
    """Only the pieces that changed cross a second time; the page must come out as if all of it had."""
    await seen(page, _ROWS)
    await page.evaluate(f"const rows = document.querySelectorAll('tr'); {change}")

    again = await take_snapshot(page)

    whole = await inpage.call(page, "snapshot", "")  # nothing of it is held
    texts = await page.evaluate("text => JSON.parse(text.replaceAll('\\x7f', '\"')).pieces.flat()", whole)
    assert [[n.ref, n.parent, n.end, n.local, n.tag, n.text, [*n.box], n.extra] for n in again.nodes] == [
        [*row[:3], row[4], row[7], *(row[10:11] or [""]), row[6], (row[20:21] or [{}])[0]] for row in texts
    ]


async def test_a_page_as_it_was_crosses_in_a_few_bytes_and_gives_the_same_snapshot(page: Page) -> None:
    """Steps wait for pages that do not change: they are looked at again and again."""
    first = await seen(page, _ROWS)

    assert await take_snapshot(page) is first
    whole = await inpage.call(page, "snapshot", "")
    edition = await page.evaluate("text => JSON.parse(text.replaceAll('\\x7f', '\"')).rest.edition", whole)
    again = await inpage.call(page, "snapshot", edition)
    assert len(again) < 1000 < len(whole)


async def test_looks_at_the_same_time_do_not_mix_their_pieces(page: Page) -> None:
    """A picture, a check and a person may look at one page at once; each tells the edition that it holds."""
    await seen(page, _ROWS)
    change = "document.querySelector('h1').textContent = '301 people'"

    _, one, other = await asyncio.gather(page.evaluate(change), take_snapshot(page), take_snapshot(page))

    assert node(one, "h").text == node(other, "h").text == "301 people"


async def test_the_next_document_takes_nothing_from_the_one_before(page: Page) -> None:
    """Two documents alike, one after the other in a frame, are two."""
    await page.goto("data:text/html," + quote(_ROWS))
    before = await take_snapshot(page)
    await page.reload()

    after = await take_snapshot(page)

    assert after.frames[0].token != before.frames[0].token
    assert [n.text for n in after.nodes] == [n.text for n in before.nodes]
