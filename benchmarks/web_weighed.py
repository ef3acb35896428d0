"""The server on a scale: `/benchmark/held` tells what lives in its process, by Python's count and by the allocator's.

What a process has of the machine's memory also depends on holes between what lives; a fitted line through that is
mostly noise. What lives is exact, as long as Python takes all its memory from the C library: `PYTHONMALLOC=malloc`.
`LEAK_BYTES` plants a leak of so many bytes a page, to see the check fail.
"""

from __future__ import annotations

import ctypes
import gc
import os
from typing import Any

from nicegui import core
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.main import app as served
from benchmarks.web_visits import HELD

__all__ = ["app"]

core.app.config.reconnect_timeout = (
    8.0  # seconds: the sooner a page that is gone is forgotten, the less is to be waited
)
core.app.storage.max_tab_storage_age = 4.0  # seconds
_LEAK_BYTES = int(os.environ.get("LEAK_BYTES", "0"))
_FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
_kept: list[list[bytearray]] = []


class _Mallinfo(ctypes.Structure):
    """What glibc's `mallinfo2` tells, in bytes (mallinfo(3))."""

    _fields_ = [(name, ctypes.c_size_t) for name in _FIELDS]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the application, and the scale beside it."""
    if scope["type"] == "http" and scope["path"] == HELD:
        await JSONResponse(_held())(scope, receive, send)
        return
    if _LEAK_BYTES and scope["type"] == "http" and not scope["path"].startswith(("/_nicegui", "/assets")):
        _kept.append([bytearray(_LEAK_BYTES)])
    await served(scope, receive, send)


def _held() -> dict[str, Any]:
    while gc.collect():
        pass
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = _Mallinfo
    told = library.mallinfo2()
    kinds: dict[str, int] = {}
    for one in gc.get_objects():
        name = f"{type(one).__module__}.{type(one).__qualname__}"
        kinds[name] = kinds.get(name, 0) + 1
    return {"bytes": told.uordblks + told.hblkhd, "objects": sum(kinds.values()), "kinds": kinds}
