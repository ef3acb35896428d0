"""Take snapshots of a page, frames included, and turn their nodes back into elements."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from weakref import WeakKeyDictionary

import msgspec
from playwright.async_api import Error, Frame, Page

from aiwebtest.browser import inpage
from aiwebtest.browser.element import Element
from aiwebtest.browser.locate import recipe
from aiwebtest.browser.reading import DialogOpened, read
from aiwebtest.browser.split_tables import joined
from aiwebtest.core.errors import ActionError
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.core.snapshot import Frame as FrameFacts

__all__ = ["Rivals", "element", "take_part", "take_snapshot"]

_FRAME_PATIENCE_S = 2.0  # a frame that is still loading does not keep the rest of the page waiting

_IS_THERE = """(wanted) => {
  const awt = window[Symbol.for("aiwebtest")];
  return !!awt && awt.element(wanted[0], wanted[1]) !== null;
}"""

_OFFSCREEN = int(Flag.OFFSCREEN)
_HIDDEN = int(Flag.HIDDEN)


class _Document(msgspec.Struct, gc=False):
    """What the in-page side tells of one document."""

    edition: str
    frames: list[tuple[int, int, float, float]]  # of iframes: ref, index in the window's frames, x, y of the content
    url: str
    title: str
    token: str
    name: str
    index: int
    viewport: tuple[float, float]
    scroll: tuple[float, float]
    height: float
    truncated: bool
    nodes: list[Node] = []  # those of all pieces


class _Answer(msgspec.Struct, gc=False):
    """What crosses: the document, its rows in pieces; None where a piece is as it was in the answer before."""

    pieces: list[list[Node] | None]
    rest: _Document


@dataclass(frozen=True, slots=True)
class _Held:
    """The last answer of a frame, kept as long as the frame: only what has changed since is sent again."""

    edition: str
    pieces: list[list[Node]]


_decoder = msgspec.json.Decoder(_Answer)
_held: WeakKeyDictionary[Frame, _Held] = WeakKeyDictionary()
_last: WeakKeyDictionary[Page, Snapshot] = WeakKeyDictionary()


async def take_snapshot(page: Page) -> Snapshot:
    """Return the page as it is now, hidden elements marked, frames merged under their iframes.

    A frame that is gone, hidden or still loading stands as an empty iframe. A page that is as it was at the last look
    gives the snapshot of that look, with all that was worked out about it. Raises Playwright's `Error` when the page
    itself is gone or navigates meanwhile, and what `read` raises.
    """
    top = await _read(page.main_frame)
    nodes = top.nodes
    frames = [_facts(top, -1)]
    truncated = top.truncated
    if top.frames:
        merge = _Merge(top)
        await merge.children(page.main_frame, top, 0, (0.0, 0.0))
        nodes, frames, truncated = merge.finish()
    now = Snapshot(
        url=top.url,
        title=top.title,
        nodes=tuple(nodes),
        frames=tuple(frames),
        viewport=top.viewport,
        scroll=top.scroll,
        truncated=truncated,
    )
    last = _last.get(page)
    if last == now:
        return last
    _last[page] = now
    return now


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """What a sentence may mean as well as one element, so that no part of a page decides where it stands elsewhere."""

    name: str = ""  # anything with these letters, in a text or in an attribute that names
    but_alike: bool = False  # other than what the recipe gives as well, of which the position tells the one
    roles_before: tuple[str, ...] = ()  # anything of these roles that stands above the part


async def take_part(page: Page, locator: Locator, identity: Identity, rivals: Rivals | None = None) -> Snapshot | None:
    """Return what stands around one element and what that stands in, as a snapshot without the rest of the page.

    None where the recipe does not give exactly one element that is what it was, where that is in a frame, where a
    dialog that it is no part of is shown, and where the rest of the page has one of `rivals`, or a frame which may hold
    one. Raises what `take_snapshot` does.
    """
    if locator.frames:
        return None
    told: str = await inpage.call(page.main_frame, "around", recipe(locator, identity), asdict(rivals or Rivals()))
    if not told:
        return None
    answer = _decoder.decode(told.replace("\x7f", '"'))
    (rows,), top = answer.pieces, answer.rest
    return Snapshot(
        url=top.url,
        title=top.title,
        nodes=tuple(joined(rows or [])),
        frames=(_facts(top, -1),),
        viewport=top.viewport,
        scroll=top.scroll,
        truncated=top.truncated,
    )


async def element(page: Page, snapshot: Snapshot, ref: int) -> Element:
    """Return the element of a node; a run of text gives the element it stands in.

    Raises `ActionError` when it is no longer on the page.
    """
    node = snapshot.nodes[ref]
    facts = snapshot.frames[node.frame]
    for frame in _likely(page, facts):
        if await _has(frame, node.local, facts.token):
            return Element(frame, node.local, facts.token)
    raise ActionError(
        "The element left the page after it was found.", mend="wait for the page to settle before this step."
    )


async def _read(frame: Frame) -> _Document:
    held = _held.get(frame) or _Held("", [])
    told: str = await inpage.call(frame, "snapshot", held.edition)
    with _without_collection():
        answer = _decoder.decode(told.replace("\x7f", '"'))
        pieces = [held.pieces[i] if piece is None else piece for i, piece in enumerate(answer.pieces)]
        answer.rest.nodes = joined([node for piece in pieces for node in piece])
    _held[frame] = _Held(answer.rest.edition, pieces)
    return answer.rest


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through thousands of new values of which none is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _facts(document: _Document, owner: int) -> FrameFacts:
    return FrameFacts(url=document.url, owner=owner, name=document.name, title=document.title, token=document.token)


def _likely(page: Page, facts: FrameFacts) -> list[Frame]:
    """Return the page's frames, the one that a document came from first as far as its address tells."""
    if facts.owner < 0:
        return [page.main_frame]
    return sorted(page.frames, key=lambda frame: frame.url != facts.url)


async def _has(frame: Frame, local: int, token: str) -> bool:
    try:
        return bool(await read(frame, _IS_THERE, [local, token]))
    except DialogOpened:
        raise
    except Error:  # the frame went away: its element with it
        return False


class _Merge:
    """Puts the documents of frames under their iframes, in the top document's order and coordinates."""

    def __init__(self, top: _Document) -> None:
        self._top = top
        self._documents: list[tuple[_Document, int, int, tuple[float, float]]] = [(top, -1, -1, (0.0, 0.0))]
        self._under: dict[tuple[int, int], int] = {}  # (document, ref of its iframe) -> document
        self._next = 1

    async def children(self, frame: Frame, document: _Document, number: int, origin: tuple[float, float]) -> None:
        """Read the frames below one, level by level, those of a level at the same time."""
        shown = {ref: (i, x, y) for ref, i, x, y in document.frames if not document.nodes[ref].flags & _HIDDEN}
        if not shown:
            return
        found = await asyncio.gather(*(self._try(child) for child in frame.child_frames))
        for child, below in zip(frame.child_frames, found, strict=False):
            if below is None:
                continue
            ref = await self._owner(child, below, shown)
            if ref is None:
                continue
            _, x, y = shown.pop(ref)
            place = (origin[0] + x, origin[1] + y)
            mine = len(self._documents)
            self._documents.append((below, number, ref, place))
            self._under[number, ref] = mine
            await self.children(child, below, mine, place)

    async def _try(self, frame: Frame) -> _Document | None:
        try:
            return await asyncio.wait_for(_read(frame), _FRAME_PATIENCE_S)
        except DialogOpened:  # it blocks the whole page
            raise
        except (Error, TimeoutError):  # gone or still loading
            return None

    async def _owner(self, frame: Frame, document: _Document, shown: dict[int, tuple[int, float, float]]) -> int | None:
        """Return the ref of the iframe that shows a document, in the document above."""
        if document.index >= 0:
            return next((ref for ref, (index, _, _) in shown.items() if index == document.index), None)
        return await self._owner_in_shadow(frame, shown)

    async def _owner_in_shadow(self, frame: Frame, shown: dict[int, tuple[int, float, float]]) -> int | None:
        """Find an iframe inside a shadow root: windows do not count those, so the element itself is asked for."""
        try:
            owner = await frame.frame_element()
            number = await read(owner, '(e) => window[Symbol.for("aiwebtest")].numberOf(e)')
        except DialogOpened:
            raise
        except Error:
            return None
        above = next(d for d, *_ in self._documents if any(d.nodes[r].local == number for r in shown))
        return next((ref for ref in shown if above.nodes[ref].local == number), None)

    def finish(self) -> tuple[list[Node], list[FrameFacts], bool]:
        """Return the merged nodes, the frames and whether any document was cut."""
        nodes: list[Node] = []
        owners = {0: -1}
        self._emit(0, -1, nodes, owners)
        frames = [_facts(document, owners[i]) for i, (document, *_) in enumerate(self._documents)]
        return nodes, frames, any(document.truncated for document, *_ in self._documents)

    def _emit(self, number: int, parent: int, nodes: list[Node], owners: dict[int, int]) -> None:
        """Append a document's nodes, each frame's in its place, with refs, frames and boxes made those of the whole."""
        document, _, _, origin = self._documents[number]
        new: list[int] = []  # old ref -> new ref
        for node in document.nodes:
            ref = len(nodes)
            new.append(ref)
            above = new[node.parent] if node.parent >= 0 else parent
            nodes.append(self._moved(node, ref, above, number, origin))
            child = self._under.get((number, node.ref))
            if child is not None:
                owners[child] = ref
                self._emit(child, ref, nodes, owners)
        last = len(nodes)
        for node in document.nodes:
            end = new[node.end] if node.end < len(new) else last
            nodes[new[node.ref]] = msgspec.structs.replace(nodes[new[node.ref]], end=end)

    def _moved(self, node: Node, ref: int, parent: int, frame: int, origin: tuple[float, float]) -> Node:
        x, y, width, height = node.box
        x, y = x + origin[0], y + origin[1]
        flags = node.flags & ~_OFFSCREEN
        wide, high = self._top.viewport
        if not flags & _HIDDEN and (x >= wide or y >= high or x + width <= 0 or y + height <= 0):
            flags |= _OFFSCREEN
        return msgspec.structs.replace(
            node, ref=ref, parent=parent, frame=frame, flags=flags, box=(x, y, width, height)
        )
