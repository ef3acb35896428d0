"""Files into the page and out of it: upload, download."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from pathlib import Path

from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.errors import ActionError, UsageError

__all__ = ["download", "upload"]

_INPUT = """(element) => {
  const isFile = (e) => !!e && e.localName === "input" && e.type === "file";
  if (isFile(element)) return element;
  if (isFile(element.control)) return element.control;
  const label = element.closest("label");
  if (label && isFile(label.control)) return label.control;
  const inner = element.querySelectorAll("input[type=file]");
  return inner.length === 1 ? inner[0] : null;
}"""
_NAMES = "(input) => Array.from(input.files || [], (file) => file.name)"
_DROP = """(element, files) => {
  const data = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const box = element.getBoundingClientRect();
  const place = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  let taken = false;
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const bubbling = { bubbles: true, cancelable: true, composed: true };
    const event = new DragEvent(kind, { ...bubbling, dataTransfer: data, ...place });
    taken = !element.dispatchEvent(event) || taken;
  }
  return taken;
}"""
_CHOOSER_S = 2.0  # how long a clicked button may take to ask for files


async def upload(act: Act) -> None:
    """Give files to a file field, to the chooser that a button opens, or to an area that takes dropped files."""
    paths = [_existing(act, value) for value in act.values]
    if not paths:
        raise UsageError(f'"{act.intent.text}" names no file.', mend='name it by its path, as in upload "photo.png".')
    field = (await read_handle(act.target, _INPUT)).as_element()
    if field is not None:
        await _into_field(act, field, paths)
        return
    try:
        async with act.page.expect_file_chooser(timeout=min(_CHOOSER_S, act.deadline.left_s) * 1000) as asked:
            await act.target.click(timeout=act.deadline.left_ms)
        chooser = await asked.value
        await chooser.set_files([str(path) for path in paths])
    except PlaywrightTimeout:
        if not await act.target.evaluate(_DROP, [_packed(path) for path in paths]):
            raise ActionError(
                "The element is no file field, opens no file chooser and takes no dropped files.",
                mend="name the file field or the button that opens the chooser.",
            ) from None


async def download(act: Act) -> None:
    """Click, and see a download begin and end."""
    known = len(act.session.downloads)
    await act.target.click(timeout=act.deadline.left_ms)
    while len(act.session.downloads) == known:
        if act.deadline.passed:
            raise ActionError("No download began.", mend="see whether the element starts one, or click it instead.")
        await asyncio.sleep(0.02)
    await act.session.kept_files.kept(act.deadline.left_s)
    newest = act.session.downloads[-1]
    if newest.failure or not newest.path:
        raise ActionError(
            f'The download "{newest.name}" did not finish: {newest.failure or "it still runs"}.',
            mend="see whether the application delivers the file, or allow more time.",
        )


async def _into_field(act: Act, field: AnyElement, paths: list[Path]) -> None:
    await field.set_input_files([str(path) for path in paths], timeout=act.deadline.left_ms)
    held = await read(field, _NAMES)
    if held and held != [path.name for path in paths]:
        raise ActionError(
            f"The field holds {', '.join(held)}.", mend="see whether it takes that kind and number of files."
        )
    if not held:
        act.session.note("the page took the files and emptied the field")


def _existing(act: Act, value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_file():
        raise UsageError(
            act.scope.mask(f"There is no file {value}."),
            mend="correct the path; it is relative to the test file, or to where the run was started.",
        )
    return path


def _packed(path: Path) -> tuple[str, str, str]:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return path.name, kind, base64.b64encode(path.read_bytes()).decode()
