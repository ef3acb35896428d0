"""The shop's templates, scripts and styles, read from the package, with a twin's edits applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Edit", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of one place in one file, such as a careless developer might make."""

    file: str  # "templates/login.html", "static/basket.js"
    old: str  # occurs exactly once in the file
    new: str


@cache
def _packaged(path: str) -> str | None:
    resource = files(__package__).joinpath(path)
    return resource.read_text(encoding="utf-8") if resource.is_file() else None


class Source:
    """Text files of one instance of the shop."""

    def __init__(self, edits: Sequence[Edit] = ()) -> None:
        """Apply the edits.

        Raises:
            ValueError: an edit does not fit the file any more, so the twin would be as sound as the shop.
        """
        self._edited: dict[str, str] = {}
        for edit in edits:
            text = self.text(edit.file) or ""
            if (found := text.count(edit.old)) != 1:
                raise ValueError(f"{edit.file} holds {edit.old!r} {found} times, not once")
            self._edited[edit.file] = text.replace(edit.old, edit.new)

    def text(self, path: str) -> str | None:
        """Return a file's text, or None when there is no such file."""
        return self._edited.get(path) or _packaged(path)
