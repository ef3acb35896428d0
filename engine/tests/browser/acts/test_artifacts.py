"""Pictures and traces: there, marked, cheap, and without secrets."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path

import pytest

from aiwebtest.browser.artifacts import Camera, Tracing
from aiwebtest.browser.reading import read
from aiwebtest.browser.session import Session
from aiwebtest.core.scope import Scope

from .conftest import Do, Site

SECRET = b"tr0ub4dor&3"  # as in the `scope` fixture


async def _colour(session: Session, picture: Path, x: int, y: int) -> list[int]:
    """Return red, green and blue of one pixel, decoded by a second page."""
    data = base64.b64encode(picture.read_bytes()).decode()
    page = await session.context.new_page()
    colour = await page.evaluate(
        """async ([data, x, y]) => {
          const picture = new Image();
          picture.src = "data:image/jpeg;base64," + data;
          await picture.decode();
          const canvas = document.createElement("canvas");
          canvas.width = picture.width; canvas.height = picture.height;
          const brush = canvas.getContext("2d");
          brush.drawImage(picture, 0, 0);
          return [...brush.getImageData(x, y, 1, 1).data].slice(0, 3);
        }""",
        [data, x, y],
    )
    await page.close()
    return list(colour)


async def test_a_picture_shows_the_tab_and_carries_its_marks(session: Session, tmp_path: Path) -> None:
    """The report draws the marks; the page is left alone."""
    await session.page.set_content("<body style='background:rgb(200,0,0)'><p>Hi</p>")
    before = await session.page.content()

    artifact = await Camera(session, tmp_path).shoot("001", caption="Step 1", marks=[(8, 8, 50, 20)], wait=True)

    assert artifact is not None
    assert artifact.marks == ((8, 8, 50, 20),)
    assert artifact.size == (1280.0, 720.0)
    assert (await _colour(session, tmp_path / artifact.path, 600, 400))[0] > 180
    assert await session.page.content() == before


async def test_a_picture_is_taken_before_the_next_action_changes_the_page(
    session: Session, do: Do, tmp_path: Path
) -> None:
    """It is not waited for, and yet must not show what comes after it."""
    await session.page.set_content(
        """<body style='background:rgb(200,0,0)'>
        <button onclick="document.body.style.background='rgb(0,0,200)'">B</button>
        <input oninput="document.body.style.background='rgb(0,200,0)'">"""
    )
    camera = Camera(session, tmp_path)

    await camera.shoot("before-click")
    await do("click", "button")
    await camera.shoot("before-typing")
    await do("type", "input", "x")
    await camera.finish()

    assert (await _colour(session, tmp_path / "before-click.jpeg", 600, 400))[0] > 180
    assert (await _colour(session, tmp_path / "before-typing.jpeg", 600, 400))[2] > 180


async def test_a_picture_serves_two_steps_only_as_long_as_nobody_looked_again(session: Session, tmp_path: Path) -> None:
    """A check that looked twice waited for something, which the picture of the step before does not show."""
    await session.page.set_content("<body style='background:rgb(200,0,0)'>")
    camera = Camera(session, tmp_path)

    await camera.shoot("acted")
    looks = [session.expose(), session.expose()]
    await camera.shoot("checked", same=True)
    await camera.finish()
    await session.page.evaluate("document.body.style.background = 'rgb(0,0,200)'")
    await camera.shoot("later")
    await camera.finish()

    assert looks == [True, False]
    assert (tmp_path / "acted.jpeg").read_bytes() == (tmp_path / "checked.jpeg").read_bytes()
    assert (await _colour(session, tmp_path / "checked.jpeg", 600, 400))[0] > 180
    assert (await _colour(session, tmp_path / "later.jpeg", 600, 400))[2] > 180


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
async def test_a_full_disk_leaves_no_half_picture_and_is_told(session: Session, tmp_path: Path) -> None:
    """What cannot be written is no picture of the step, and whoever reads the report learns why."""
    await session.page.set_content("<p>Hi</p>")
    (tmp_path / "001.jpeg").symlink_to("/dev/full")
    camera = Camera(session, tmp_path)

    assert await camera.shoot("001", wait=True) is None
    assert camera.lost == "A picture of this case could not be kept (001.jpeg): No space left on device."
    assert not (tmp_path / "001.jpeg").is_symlink()


async def test_there_is_no_picture_while_a_dialog_is_open(session: Session, do: Do, tmp_path: Path) -> None:
    """The page draws nothing then; waiting for it would hang."""
    await session.page.set_content("<button onclick=\"alert('x')\">A</button>")
    await do("click", "button")

    assert await Camera(session, tmp_path).shoot("001", wait=True) is None


async def test_a_field_that_shows_a_secret_is_covered(session: Session, do: Do, tmp_path: Path) -> None:
    """In the picture, not on the page."""
    await session.page.set_content("<input id=i style='background:rgb(0,200,0);border:0;width:300px;height:60px'>")
    await do("type", "#i", "{PASSWORD}")

    await Camera(session, tmp_path).shoot("001", wait=True)

    red, green, blue = await _colour(session, tmp_path / "001.jpeg", 250, 40)
    assert abs(red - green) < 30
    assert abs(green - blue) < 30


async def test_no_secret_is_in_a_trace(session: Session, do: Do, site: Site, scope: Scope, tmp_path: Path) -> None:
    """Traces hold typed values, form bodies, headers and copies of the page."""
    site.add("/login", "<p>Hello</p>")
    await session.goto(
        site.add(
            "/",
            """<form action=/login method=post>
              <input name=user><input name=password type=password><button>Go</button></form>
            <script>document.querySelector("form").onsubmit = () => {
              const p = document.querySelector("[type=password]").value;
              localStorage.p = p; console.log(p);
              fetch("/login?p=" + encodeURIComponent(p), { method: "POST", body: JSON.stringify({ p }),
                headers: { Authorization: "Basic " + btoa("ada:" + p) } });
            };</script>""",
        )
    )
    tracing = Tracing(session)
    await tracing.start()
    await do("type", "[name=user]", "{PASSWORD}")
    await do("type", "[type=password]", "{PASSWORD}")
    await do("click", "button")

    artifact = await tracing.stop(tmp_path / "trace.zip", scope)

    assert artifact is not None
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        content = {name: trace.read(name) for name in trace.namelist()}
    forms = [SECRET, b"tr0ub4dor%263", b"tr0ub4dor&amp;3", base64.b64encode(b"ada:" + SECRET)]
    leaks = [name for name, data in content.items() for form in forms if form in data]
    assert leaks == []
    assert any(b"{PASSWORD}" in data for data in content.values())
    assert not [name for name in content if name.startswith("resources/page@")]


async def test_a_trace_without_secrets_keeps_its_film(session: Session, do: Do, site: Site, tmp_path: Path) -> None:
    """Nothing is lost where nothing is secret."""
    tracing = Tracing(session)
    await tracing.start()
    await session.goto(site.add("/", "<button onclick=\"this.after('x')\">Go</button>"))
    await do("click", "button")

    await tracing.stop(tmp_path / "trace.zip", Scope())

    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        assert any(name.endswith(".trace") for name in trace.namelist())


@pytest.mark.parametrize("ahead", [False, True])
async def test_a_trace_shows_what_was_done_and_how_it_ended(
    session: Session, do: Do, site: Site, tmp_path: Path, ahead: bool
) -> None:
    """Each call in a trace costs two copies of the page: what is only read stays out of it, but not the last page.

    A session that was made ready for it has recorded nothing before.
    """
    if ahead:
        await session.ready_trace()
        await session.goto(site.add("/earlier", "<p>Earlier</p>"))
    tracing = Tracing(session)
    await tracing.start(film=False)
    await session.goto(site.add("/", "<button onclick=\"this.after('x')\">Go</button>"))
    await do("click", "button")
    await read(session.page, "document.body.append('later')")

    await tracing.stop(tmp_path / "trace.zip", Scope())

    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        events = [json.loads(line) for line in trace.read("trace.trace").splitlines()]
    called = [event["method"] for event in events if event["type"] == "before"]
    assert {"goto", "click", "content"} <= set(called)
    assert called.count("goto") == 1
    assert not [method for method in called if method.startswith("evaluate")]
    assert any("later" in json.dumps(event) for event in events if event["type"] == "frame-snapshot")


async def test_a_trace_that_is_not_wanted_leaves_nothing(session: Session, tmp_path: Path) -> None:
    """As of a case that passed."""
    tracing = Tracing(session)
    await tracing.start()

    assert await tracing.stop(None, Scope()) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["text", "password"])
async def test_no_secret_is_in_effects_or_notes(session: Session, do: Do, kind: str) -> None:
    """They go into every report."""
    await session.page.set_content(f"<input type={kind} oninput='document.title = this.value; localStorage'><p></p>")

    effects = await do("type", "input", "{PASSWORD}")

    told = repr(effects) + repr(session.take_notes())
    assert SECRET.decode() not in told
    assert await session.page.input_value("input") == SECRET.decode()


async def test_a_secret_that_the_page_reshapes_is_masked_too(session: Session, do: Do, scope: Scope) -> None:
    """A card number in groups of four is still the card number."""
    await session.page.set_content("<input oninput=\"this.value = this.value.replace(/(.{4})(?=.)/g, '$1 ').trim()\">")
    await session.page.evaluate("document.querySelector('input').addEventListener('input', (e) => {})")

    effects = await do("type", "input", "{PASSWORD}")

    held = await session.page.input_value("input")
    assert held != SECRET.decode()
    assert held not in repr(effects)
    assert held not in scope.mask(f"The page says {held}")


async def test_errors_name_secrets_by_their_placeholder(session: Session, do: Do) -> None:
    """Messages of the browser repeat what was typed."""
    await session.page.set_content("<input maxlength=3>")

    with pytest.raises(Exception, match=r"\{PASSWORD\}") as caught:
        await do("type", "input", "{PASSWORD}")

    assert "tr0" not in str(caught.value)
