"""Problems of a user's files: where, what is wrong, what to write instead; and their listing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiwebtest.core.case import Place

__all__ = ["FileProblem", "listing", "order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """One thing in a file that keeps its tests from being run as meant."""

    place: Place
    what: str
    mend: str = ""

    def __str__(self) -> str:
        lines = [f"{self.place.path}:{self.place.line}:{self.place.column}: {self.what}"]
        via = self.place.via
        while via:
            lines.append(f"    used in {via.path}:{via.line}:{via.column}")
            via = via.via
        if self.mend:
            lines.append(f"    Try: {self.mend}")
        return "\n".join(lines)


def order(problems: Iterable[FileProblem]) -> tuple[FileProblem, ...]:
    """Return the problems by place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.place.path, p.place.line, p.place.column, p.what)))


def listing(problems: Iterable[FileProblem]) -> str:
    """Return the problems as text for people, with a count at the end."""
    all_of_them = order(problems)
    files = len({problem.place.path for problem in all_of_them})
    count, in_files = _plural(len(all_of_them), "problem"), _plural(files, "file")
    return "\n".join([*map(str, all_of_them), f"{count} in {in_files}; nothing was run."])


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
