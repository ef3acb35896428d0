"""The look: one stylesheet, three small scripts, one sprite of icons, one font, all served by us."""

from __future__ import annotations

import hashlib
from pathlib import Path

from markupsafe import Markup

__all__ = ["FOLDER", "page_head"]

FOLDER = Path(__file__).parent


def _version() -> str:
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in {".css", ".js", ".svg"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]


_VERSION = _version()


def page_head(*, script: bool = True) -> Markup:
    """Return what every page has in its head."""
    head = Markup(
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">'
        '<link rel="preload" href="/assets/inter.woff2?4" as="font" type="font/woff2" crossorigin>'
        '<link rel="stylesheet" href="/assets/app.css?{0}">'
    ).format(_VERSION)
    if script:
        for name in ("app", "editor", "typed"):
            head += Markup('<script src="/assets/{1}.js?{0}" defer></script>').format(_VERSION, name)
    return head
