"""The code that runs inside pages: one script, installed once a document, that reads and never changes the page.

What `_SHARED` names comes first and is seen by all; each of the other parts has a scope of its own and may use what
stands in these. Every part adds what Python, or another part, may call to `awt`:

```js
awt.snapshot = () => ...;  // called by `call(frame, "snapshot")`
```

Nothing is left on the page but `awt` itself, under a symbol that no loop over properties meets.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Error, Frame, Page

from aiwebtest.browser.reading import read

__all__ = ["answer", "call", "source"]

_DOCUMENTS = 4  # in a row may take the place of each other between being prepared and being asked
_SHARED = ("semantics", "drawn", "attributes", "tree", "neighbours", "looks", "grid")
_PARTS = ("layers", "snapshot", "locate", "rivals", "effects", "choices")

_OPENING = """(() => {
"use strict";
const key = Symbol.for("aiwebtest");
if (window[key]) return;
const awt = {};
"""
_CLOSING = """
Object.defineProperty(window, key, { value: Object.freeze(awt) });
})();
"""
_CALL = """async (call) => {
  const awt = window[Symbol.for("aiwebtest")];
  return awt ? [await awt[call[0]].apply(awt, call[1])] : null;
}"""  # no destructuring and no spread: both go through iterators that a page may have replaced


@cache
def source() -> str:
    """Return the script, for `context.add_init_script`; running it twice in a document does nothing."""
    parts = [f"{{\n{_text(part)}\n}}\n" for part in _PARTS]  # braces: a scope of its own
    return _OPENING + "".join(map(_text, _SHARED)) + "".join(parts) + _CLOSING


def _text(name: str) -> str:
    return (files(__package__) / f"{name}.js").read_text(encoding="utf-8")


async def call(frame: Frame | Page, name: str, *args: Any, waits_s: float = 0.0) -> Any:
    """Return what `awt.<name>(...args)` returns in the frame's document, installing the script where it is missing.

    It may wait there for `waits_s`. Raises Playwright's `Error` when the frame goes away or navigates meanwhile, or the
    called function throws, and what `read` raises.
    """
    return (await answer(frame, _CALL, [name, list(args)], waits_s=waits_s))[0]


async def answer(frame: Frame | Page, script: str, argument: Any, *, waits_s: float = 0.0) -> Any:
    """Return what `script` says in the frame's document; it says null where `awt` is missing, which is then installed.

    It may wait there for `waits_s`. Raises Playwright's `Error` when the frame goes away or navigates meanwhile, or the
    script throws, and what `read` raises.
    """
    for _ in range(_DOCUMENTS):
        said = await read(frame, script, argument, waits_s=waits_s)
        if said is not None:
            return said
        await read(frame, source())
    raise Error("The frame navigated each time that it was asked.")
