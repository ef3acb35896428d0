"""Archives of folders: zip and tar, read with care and written the same way every time."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Literal

from app.core.errors import Invalid

__all__ = ["Format", "is_archive", "pack", "unpack"]

Format = Literal["zip", "tar"]

_MOST_FILES = 5_000
_MOST_BYTES = 128 * 1024 * 1024  # unpacked
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that zip knows: the same files give the same archive


def is_archive(name: str, data: bytes) -> bool:
    """Tell whether a file is a zip or tar archive by its first bytes or, for a plain tar, its name."""
    return data[:4] in (b"PK\3\4", b"PK\5\6") or data[:2] == b"\x1f\x8b" or name.lower().endswith(".tar")


def unpack(name: str, data: bytes) -> dict[str, bytes]:
    """Return the regular files of an archive by path, in its order.

    Raises:
        Invalid: it is damaged, or unpacks to more than the server takes.
    """
    try:
        files = _unzip(data) if data[:2] == b"PK" else _untar(data)
        found: dict[str, bytes] = {}
        size = 0
        for path, content in files:
            size += len(content)
            found[path] = content
            if size > _MOST_BYTES or len(found) > _MOST_FILES:
                raise Invalid(
                    f"`{name}` unpacks to more than {_MOST_BYTES >> 20} MB or {_MOST_FILES} files.",
                    mend="leave out what tests do not need.",
                )
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as exc:
        raise Invalid(f"`{name}` cannot be unpacked: {exc}.", mend="make a zip or tar.gz anew.") from exc
    return found


def _unzip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            link = (entry.external_attr >> 16) & 0o170000 == 0o120000
            if not entry.is_dir() and not link:
                with archive.open(entry) as file:
                    yield _path(entry.filename), _limited(file.read(_MOST_BYTES + 1))


def _untar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for entry in archive:
            if entry.isreg() and (file := archive.extractfile(entry)) is not None:
                yield _path(entry.name), _limited(file.read(_MOST_BYTES + 1))


def _limited(content: bytes) -> bytes:
    if len(content) > _MOST_BYTES:
        raise Invalid(f"A file in it is larger than {_MOST_BYTES >> 20} MB.", mend="leave it out.")
    return content


def _path(name: str) -> str:
    """Return an entry's name without `./` in front; what leads elsewhere is refused where paths are checked."""
    return str(PurePosixPath(name)) if not name.startswith("/") else name


def pack(files: Mapping[str, bytes], form: Format) -> bytes:
    """Return the files as an archive; the same files give the same bytes."""
    buffer = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(files):
                entry = zipfile.ZipInfo(path, _EPOCH)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
                archive.writestr(entry, files[path])
        return buffer.getvalue()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(files[path]), 0o644
            tar.addfile(info, io.BytesIO(files[path]))
    return buffer.getvalue()
