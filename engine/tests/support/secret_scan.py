"""Looks for secrets in everything that a run leaves: any encoding that tools commonly make, inside archives too."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

__all__ = ["files_under", "forms", "leaks"]

_SHORTEST = 6  # bytes of an encoded form; what is shorter occurs by chance


def forms(secret: str) -> dict[str, bytes]:
    """Return the ways in which a secret may be written, by name."""
    raw = secret.encode()
    escaped, in_unicode = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]
    found = {
        "plain": secret, "JSON": escaped, "JSON, unicode": in_unicode, "JSON in JSON": json.dumps(escaped)[1:-1],
        "Python": repr(secret)[1:-1], "HTML": html.escape(secret), "HTML, text": html.escape(secret, quote=False),
        "HTML, decimal": html.escape(secret).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        "URL": urllib.parse.quote(secret, safe=""), "URL path": urllib.parse.quote(secret),
        "URL form": urllib.parse.quote_plus(secret), "hex": raw.hex(), "HEX": raw.hex().upper(),
    }  # fmt: skip
    found["url"] = found["URL"].replace("%", "\0").lower().replace("\0", "%") if secret.islower() else found["URL"]
    encoded = {name: text.encode() for name, text in found.items()}
    encoded["UTF-16"] = secret.encode("utf-16-le")
    for offset in range(3):  # what stays the same, whatever stands in front and behind
        whole = base64.b64encode(bytes(offset) + raw)
        fixed = whole[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6]
        encoded[f"base64 at {offset}"] = fixed
        encoded[f"base64 for URLs at {offset}"] = fixed.translate(bytes.maketrans(b"+/", b"-_"))
    return {name: data for name, data in encoded.items() if len(data) >= _SHORTEST}


def leaks(written: Mapping[str, bytes], secrets: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return place, form and secret of each leak; archives and compressed parts are looked into."""
    wanted = [(secret, name, data) for secret in secrets for name, data in forms(secret).items()]
    return [
        (place, name, secret)
        for place, data in written.items()
        for inner in _opened(place, data)
        for place, data in [inner]
        for secret, name, form in wanted
        if form in data
    ]


def _opened(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield some data, and what is packed in it."""
    yield place, data
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield f"{place}:{name}", name.encode()
                yield from _opened(f"{place}:{name}", packed.read(name))
    elif data[:2] == b"\x1f\x8b":
        yield from _opened(f"{place}:gzip", gzip.decompress(data))
    elif data[:8] == b"\x89PNG\r\n\x1a\n":  # compressed text in a picture's metadata
        for start in _all(data, b"zTXt"):
            _, _, packed_text = data[start + 4 :].partition(b"\0")
            yield f"{place}:zTXt", zlib.decompressobj().decompress(packed_text[1:])


def _all(data: bytes, wanted: bytes) -> Iterator[int]:
    at = data.find(wanted)
    while at >= 0:
        yield at
        at = data.find(wanted, at + 1)


def files_under(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of a folder, and the names of all of them."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {"names": "\n".join(files).encode(), **{name: path.read_bytes() for name, path in files.items()}}
