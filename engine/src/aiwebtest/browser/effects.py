"""Effects of an action: armed before it, read after it, in the page and around it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from aiwebtest.browser import inpage
from aiwebtest.browser.dialogs import let_go
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.network import leaves_page
from aiwebtest.browser.reading import DialogOpened, read
from aiwebtest.core.effect import Effect, EffectKind, Effects
from aiwebtest.core.scope import Scope

if TYPE_CHECKING:
    from aiwebtest.browser.session import Session

__all__ = ["Opening", "Watch", "ignoring_navigation"]

_WATCH = """(element, how) => {
  const awt = window[Symbol.for("aiwebtest")];
  return awt ? awt.watch(element, how[0], how[1]) : false;
}"""
_REPLACED = ("context was destroyed", "navigat", "detached", "has been closed", "Cannot find context", "Target closed")
_MOST_FRAMES = 12
_ANSWERED_S = 0.05  # a page has for doing something with an answer that has just come
_MOST_EFFECTS = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """How a watch begins: whether its element is brought into view first, and what is asked of it at once."""

    reveal: bool = True
    question: str = ""  # the name of an in-page function of the element


@dataclass(slots=True)
class Watch:
    """One look at a session, from just before an action until its effects are known."""

    session: Session
    page: Page
    frames: list[Frame]
    url: str
    tabs: int
    downloads: int
    dialogs: int
    closed: int
    asked: tuple[AnyElement | None, str] = (None, "")  # the element and the question that `told` answers
    told: Any = None
    glimpsed: list[Any] | None = None  # what the last call of the action saw of its effects
    missed: str = ""  # what a click reached in the place of its element
    loading: bool = True  # unless the page, asked last, was there already

    @classmethod
    async def arm(cls, session: Session, element: AnyElement | None, opening: Opening, told: Any = None) -> Watch:
        """Begin to look; costs one call into each frame, so one on an ordinary page.

        `told` is the page's answer where the call that found the element has opened the watch already.
        """
        page = session.page
        frames = page.frames[:_MOST_FRAMES]
        watched, session.watched = session.watched, None
        session.traffic.mark()
        watch = cls(
            session=session,
            page=page,
            frames=frames,
            url=page.url,
            tabs=session.opened_tabs,
            downloads=len(session.downloads),
            dialogs=len(session.dialogs),
            closed=session.closed_tabs,
            asked=(element, opening.question),
        )
        if session.dialogs_open:  # the page answers nothing
            return watch
        if element is None and watch.alone and watched == (page, page.url):
            return watch
        if len(frames) > 1 or element is None:
            await asyncio.gather(*(_watch_frame(frame) for frame in frames))
        elif told is not None:
            watch.told = told
            return watch
        if element is not None:
            how = [opening.reveal, opening.question]
            watch.told = await read(element, _WATCH, how)
            if not watch.told:  # a document in which our script was not installed yet
                await _watch_frame(await element.owner_frame() or page.main_frame)
                watch.told = await read(element, _WATCH, how)
        return watch

    @property
    def alone(self) -> bool:
        """Tell whether the page is one document, without frames."""
        return len(self.frames) == 1

    async def read(
        self,
        *,
        patience_s: float,
        limit_s: float,
        scope: Scope,
        wanted: Iterable[EffectKind] = (),
        hurry: bool = False,
    ) -> Effects:
        """Return what was seen. Waits up to `patience_s` for a first effect, and for the requests it began.

        On a page that answers at once this costs one call. `limit_s` bounds the whole. With `hurry`, what comes of the
        action a moment later is left to later steps: for actions whose effect is there when they end.
        """
        wanted = [kind for kind in wanted if kind in _IN_PAGE]
        seen = [*self._outside(), *await self._at_first(hurry)]
        before = [] if self.session.watched is None else seen  # of what is watched now the page tells them no more
        if not self.session.dialogs_open:
            missing = [kind for kind in wanted if kind not in {effect.kind for effect in seen}]
            if not _telling(seen) or missing:
                seen = [*before, *await self._patiently(patience_s, missing)]
            shown = _telling([effect for effect in seen if effect.kind in _IN_PAGE])
            if self.session.traffic.pending or (self.session.traffic.started and not shown):
                await self.session.traffic.idle(limit_s)
                seen = [*before, *await self._inside(_ANSWERED_S, ())]
            await self.session.traffic.tabs_known(limit_s)
            self.session.follow()
            if self.session.closed_tabs == self.closed and (self.loading or self.session.page is not self.page):
                await self.session.navigated(limit_s)
        self.session.traffic.rest()
        return _effects([*self._outside(), *seen], scope)

    async def _at_first(self, hurry: bool) -> list[Effect]:
        """Return what is seen now, or was by the last call of the action where that looked at the whole page."""
        glimpsed, self.glimpsed = self.glimpsed, None
        if glimpsed is None or len(self.frames) > 1 or self.session.dialogs_open or self.page.is_closed():
            return await self._inside(0, (), hurry=hurry)
        return self._understood(glimpsed)

    def _understood(self, answer: list[Any]) -> list[Effect]:
        """Return the effects that the page's main document tells, and note whether it is there."""
        seen, self.loading, *more = answer
        self.missed = more[0] if more else ""
        if len(more) > 1 and more[1]:
            self.session.watched = (self.page, self.page.url)
        return [Effect(kind=kind, detail=detail) for kind, detail in seen]

    async def _patiently(self, patience_s: float, wanted: Sequence[str]) -> list[Effect]:
        """Wait for the page to show something, or for something around it to happen."""
        if patience_s <= 0:
            return await self._inside(0, ())
        inside = asyncio.ensure_future(self._inside(patience_s, wanted))
        around = asyncio.ensure_future(self.session.traffic.activity.wait())
        try:
            await asyncio.wait({inside, around}, return_when=asyncio.FIRST_COMPLETED)
            if self.session.dialogs_open:
                return []
            return await inside
        finally:
            let_go(around)
            let_go(inside)

    async def _inside(self, patience_s: float, wanted: Iterable[str], *, hurry: bool = False) -> list[Effect]:
        if self.session.dialogs_open or self.page.is_closed():
            return []
        self.loading, self.session.watched = True, None
        answers = await asyncio.gather(*(_read_frame(frame, patience_s, list(wanted), hurry) for frame in self.frames))
        main, *others = answers
        effects = self._understood(main) if main else []
        self.missed = self.missed or next((other[2] for other in others if other and other[2]), "")
        return [*effects, *(Effect(kind=kind, detail=detail) for other in others if other for kind, detail in other[0])]

    def _outside(self) -> list[Effect]:
        session = self.session
        seen: list[Effect] = []
        if _place(self.page.url) != _place(self.url):
            seen.append(Effect(kind="navigated", detail=self.page.url))
        if session.opened_tabs > self.tabs:
            seen.append(Effect(kind="popup", detail=session.tabs[-1].url if session.tabs else ""))
        if session.closed_tabs > self.closed:
            seen.append(Effect(kind="closed"))
        seen += [Effect(kind="download", detail=download.name) for download in session.downloads[self.downloads :]]
        seen += [
            Effect(kind="dialog", detail=f"{dialog.kind}: {dialog.text}") for dialog in session.dialogs[self.dialogs :]
        ]
        for request in session.traffic.started:
            if leaves_page(request):
                seen.append(Effect(kind="navigated", detail=request.url))
            else:
                seen.append(Effect(kind="request", detail=f"{request.method} {request.url}"))
        return seen


def _place(url: str) -> str:
    """Return where an address leads to: one that ends in an empty fragment, as dead links do, leads nowhere else."""
    return url.removesuffix("#")


_IN_PAGE = frozenset(
    {"hover", "value", "checked", "selected", "expanded", "navigated", "dom", "focus", "scroll", "storage"}
)


async def _watch_frame(frame: Frame) -> None:
    with ignoring_navigation():
        await inpage.call(frame, "watch")


async def _read_frame(frame: Frame, patience_s: float, wanted: list[str], hurry: bool) -> list[Any] | None:
    answer: list[Any] | None = None
    with ignoring_navigation():  # it is the effect, seen from outside
        answer = await inpage.call(frame, "effects", round(patience_s * 1000), wanted, hurry)
    return answer  # noqa: RET504 - still None where the call was cut off


@contextmanager
def ignoring_navigation() -> Iterator[None]:
    """Let pass the error of a call into a document that was replaced, closed or blocked meanwhile, and no other."""
    try:
        yield
    except DialogOpened:
        return
    except PlaywrightError as exc:
        if not any(sign in exc.message for sign in _REPLACED):
            raise


def _telling(seen: list[Effect]) -> bool:
    return any(effect.kind not in {"focus", "scroll", "hover"} for effect in seen)


def _effects(seen: list[Effect], scope: Scope) -> Effects:
    known: dict[tuple[str, str], Effect] = {}
    for effect in seen:
        masked = Effect(kind=effect.kind, detail=scope.mask(effect.detail))
        known.setdefault((masked.kind, masked.detail), masked)
    return Effects(seen=tuple(known.values())[:_MOST_EFFECTS])
