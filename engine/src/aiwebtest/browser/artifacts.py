"""What a case leaves behind: pictures of its steps and Playwright traces, with no secret in them."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import shutil
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession, FloatRect, Page, ViewportSize
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.exposure import Exposure
from aiwebtest.browser.reading import read
from aiwebtest.browser.session import Session
from aiwebtest.core.events import Artifact
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Box

__all__ = ["Camera", "Keep", "Tracing", "covered_picture", "redacted_zip"]

Keep = Literal["on", "on-failure", "off"]

_QUALITY = 60  # of JPEG: text stays readable, a picture of 1280x720 has about 40 kB
_COVER = (96, 96, 96)
_IS_SHOWN_AS_TEXT = "(field) => field.isConnected && field.type !== 'password' && field.checkVisibility()"
_SHOT_S = 5.0


class Camera:
    """Takes pictures of a session's current tab, as fast as the browser gives them.

    A picture of a step that passed is taken while the next step begins, so that it costs next to no time; the session
    sees to it that the page does not change before. A check that holds at its first look changes nothing: the picture
    that was taken as it looked serves the step before it and the check. `finish` waits for the last one.
    """

    def __init__(self, session: Session, folder: Path, *, relative_to: Path | None = None) -> None:
        self._session = session
        self._folder = folder
        self._base = relative_to or folder
        self._lines: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
        self._last: Exposure | None = None
        self._lost: dict[str, str] = {}  # file name -> why it could not be written

    @property
    def lost(self) -> str:
        """Return which pictures could not be kept and why, in a sentence; "" when all were."""
        if not self._lost:
            return ""
        *_, why = self._lost.values()
        return f"{_counted(len(self._lost))} of this case could not be kept ({', '.join(self._lost)}): {why}."

    def _lose(self, path: Path, why: OSError) -> None:
        self._lost[path.name] = why.strerror or str(why)

    async def shoot(
        self, name: str, *, caption: str = "", marks: Sequence[Box] = (), wait: bool = False, same: bool = False
    ) -> Artifact | None:
        """Take a picture called `name`, without ending; None when there is nothing to see (an open dialog, no tab).

        With `wait`, the file is there on return; otherwise it is owed: taken when `Session.expose` or `finish` is
        called. With `same`, the last picture shows what this one would, and is kept under this name too.
        """
        session = self._session
        if session.dialogs_open or not session.alive or not session.tabs:
            return None
        page = session.page
        path = self._folder / f"{name}.jpeg"
        if same and self._last is not None:
            self._last.keep(path)
        else:
            await session.exposed()
            self._last = session.exposing = Exposure(lambda: self._taken(page), path, self._lose)
        if wait or session.secret_fields:
            await session.exposed()
            if not path.exists():
                return None
        size = page.viewport_size
        return Artifact(
            kind="screenshot",
            path=path.relative_to(self._base).as_posix(),
            media_type="image/jpeg",
            caption=caption,
            marks=tuple(marks),
            size=(float(size["width"]), float(size["height"])) if size else None,
        )

    async def shoot_before(self, element: AnyElement, name: str, *, caption: str = "") -> Artifact | None:
        """Take a picture of the page with an element in view and marked, before something is done to it."""
        await self._session.exposed()
        with suppress(PlaywrightError):  # it left the page; whoever acts on it finds that out
            await read(element, "(element) => element.scrollIntoViewIfNeeded?.()")
            box = await element.bounding_box()
            marks = [(box["x"], box["y"], box["width"], box["height"])] if box else []
            shot = await self.shoot(name, caption=caption, marks=marks, wait=True)
            return replace(shot, kind="screenshot-before") if shot is not None else None
        return None

    async def finish(self) -> None:
        """Wait until the last picture is there."""
        await self._session.exposed()

    async def _taken(self, page: Page) -> bytes | None:
        if self._session.dialogs_open:
            return None
        with suppress(PlaywrightError, TimeoutError):  # the tab went away: there is nothing to take a picture of
            line = self._lines.get(page)
            if line is None:
                line = self._lines[page] = await page.context.new_cdp_session(page)
            async with asyncio.timeout(_SHOT_S):
                secret = await _secret_boxes(self._session)
                how = {"format": "jpeg", "quality": _QUALITY, "optimizeForSpeed": True}
                answer = await line.send("Page.captureScreenshot", how)
            picture = base64.b64decode(answer["data"])
            return await asyncio.to_thread(_covered, picture, secret, page.viewport_size) if secret else picture
        return None


def _counted(pictures: int) -> str:
    return "A picture" if pictures == 1 else f"{pictures} pictures"


async def covered_picture(session: Session, line: CDPSession) -> bytes | None:
    """Return a JPEG of the tab with every secret painted over, None while they move. Raises Playwright's `Error`."""
    size = session.page.viewport_size
    before = await _secret_boxes(session)
    how = {"format": "jpeg", "quality": _QUALITY, "optimizeForSpeed": True}
    answer = await line.send("Page.captureScreenshot", how)
    if await _secret_boxes(session) != before:
        return None
    return await asyncio.to_thread(_covered, base64.b64decode(answer["data"]), before, size)


async def _secret_boxes(session: Session) -> list[FloatRect]:
    """Return where fields show a secret now, in CSS pixels of the viewport."""
    boxes = [box for field in session.secret_fields if (box := await _shown(field)) is not None]
    session.secret_shown = session.secret_shown or bool(boxes)
    return boxes


class Tracing:
    """A Playwright trace of one case, which opens in Playwright's own viewer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def start(self, *, film: bool = True) -> None:
        """Begin to record; the film strip, a picture of every frame drawn, costs more than all the rest of a trace."""
        tracing = self._session.context.tracing
        if self._session.ready_for_trace and not film:
            await tracing.start_chunk()
        else:
            await tracing.start(screenshots=film, snapshots=True)

    async def stop(self, path: Path | None, scope: Scope, *, relative_to: Path | None = None) -> Artifact | None:
        """End the recording and keep it at `path` with every secret masked; None throws it away.

        Raises OSError when there is no room for it.
        """
        with suppress(PlaywrightError):  # the browser went away and took the recording with it
            if path is None:
                await self._session.context.tracing.stop()
                return None
            path.parent.mkdir(parents=True, exist_ok=True)
            await self._last_look()
            with TemporaryDirectory(prefix="aiwebtest-") as folder:
                raw = Path(folder) / "trace.zip"
                await self._session.context.tracing.stop(path=raw)
                shown = self._session.secret_shown
                await asyncio.to_thread(redacted_zip, raw, path, scope, without_film=shown)
            return Artifact(
                kind="playwright-trace",
                path=path.relative_to(relative_to or path.parent).as_posix(),
                media_type="application/zip",
                caption="Playwright trace",
            )
        return None

    async def _last_look(self) -> None:
        """Let the trace end with the page as it is now: what checks and searches read is not in it."""
        session, tracing = self._session, self._session.context.tracing
        if session.dialogs_open or not session.alive or not session.tabs:
            return
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_SHOT_S):
                await tracing.group("The page as the case ended")
                await session.page.content()
                await tracing.group_end()


def redacted_zip(source: Path, target: Path, scope: Scope, *, without_film: bool = False) -> None:
    """Copy a trace, every secret in it put back to its placeholder.

    Typed values, form bodies, answers and page copies in it are text. Pictures cannot be searched: with `without_film`
    those of the film strip are left out.
    """
    if not scope.has_secrets:
        shutil.copyfile(source, target)
        return
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            film = name.startswith("resources/page@")
            if film and without_film:
                continue
            data = old.read(name)
            new.writestr(scope.mask(name), data if film else _redacted(name, data, scope.mask, without_film))


def _redacted(name: str, data: bytes, mask: Callable[[str], str], without_film: bool) -> bytes:
    text = mask(data.decode("utf-8", "surrogateescape"))
    if without_film and name.endswith(".trace"):
        text = "".join(_without_film(text.splitlines(keepends=True)))
    return text.encode("utf-8", "surrogateescape")


def _without_film(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if json.loads(line).get("type") != "screencast-frame")


def _covered(picture: bytes, boxes: Sequence[FloatRect], viewport: ViewportSize | None) -> bytes:
    """Return the picture with these places painted over.

    In the picture and not on the page, which must not notice; a headless shell draws no overlay of the browser's own.
    """
    from PIL import Image, ImageDraw  # only a few cases show a secret

    with Image.open(BytesIO(picture)) as image:
        scale = image.width / viewport["width"] if viewport else 1.0
        draw = ImageDraw.Draw(image)
        for box in boxes:
            left, top = math.floor(box["x"] * scale), math.floor(box["y"] * scale)
            right, bottom = math.ceil((box["x"] + box["width"]) * scale), math.ceil((box["y"] + box["height"]) * scale)
            draw.rectangle((left, top, max(left, right), max(top, bottom)), fill=_COVER)
        painted = BytesIO()
        image.save(painted, "JPEG", quality=_QUALITY)
    return painted.getvalue()


async def _shown(field: AnyElement) -> FloatRect | None:
    with suppress(PlaywrightError):  # its document is gone, and the secret with it
        if await read(field, _IS_SHOWN_AS_TEXT):
            return await field.bounding_box()
    return None
