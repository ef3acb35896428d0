"""What commands print: figures as a table that stays readable whatever the width, and sentences."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["cut_in_the_middle", "printed", "say", "shortened"]

_NARROWEST = 16  # of the first column
_GAP = 2  # characters between two columns
_WRAPS = 12  # what is longer, in any other column, may have several lines
_PIPED = 1000  # columns of what is no terminal: nothing needs to be cut


def shortened(name: str, room: int) -> str:
    """Return a name in so many characters: the provider and the end stay, which tell models from each other."""
    if len(name) <= room:
        return name
    vendor, slash, _ = name.partition("/")
    head = f"{vendor}{slash}…" if slash and len(vendor) + 8 < room else "…"
    return head + name[len(head) - room :]


def cut_in_the_middle(name: str, room: int) -> str:
    """Return a name in so many characters: how it begins and how it ends stay."""
    if len(name) <= room:
        return name
    end = room // 3
    return f"{name[: room - end - 1]}…{name[-end:]}"


def printed(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1, total: bool = False,
    cut: Callable[[str, int], str] = shortened,
) -> str:  # fmt: skip
    """Return figures as a table: the first `left` columns to the left, figures to the right, none cut in two.

    Names in the first column are shortened by `cut` where the terminal is too narrow. `total`: the last row is a sum.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from aiwebtest.reporting.words import clean

    lines = [tuple(map(clean, row)) for row in rows]
    longest = [max(len(cells[at]) for cells in (columns, *lines)) for at in range(len(columns))]
    others = sum(min(each, _WRAPS) + _GAP for each in longest[1:])
    out = _console(at_least=_NARROWEST + others)
    room = out.width - others
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1))
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at < left else "right", no_wrap=not at or longest[at] <= _WRAPS)
    for number, (name, *figures) in enumerate(lines, start=1):
        if total and number == len(lines):
            table.add_section()
        table.add_row(Text(cut(name, room)), *map(Text, figures))
    with out.capture() as captured:
        out.print(table)
    return _without_ends(captured.get())


def say(*sentences: str, below: Iterable[str] = ()) -> None:
    """Print sentences, each on lines of its own; those `below` stand indented under them."""
    from rich.padding import Padding
    from rich.text import Text

    from aiwebtest.reporting.words import clean

    out = _console()
    with out.capture() as captured:
        for one in sentences:
            out.print(Text(clean(one)))
        for one in below:
            out.print(Padding(Text(clean(one)), (0, 0, 0, 2), expand=False))
    typer.echo(_without_ends(captured.get()))


def _without_ends(text: str) -> str:
    """Return lines without the spaces that fill them up to the console's width."""
    return "\n".join(line.rstrip() for line in text.splitlines())


def _console(*, at_least: int = 0) -> Console:
    """Return the console of standard output: as wide as the terminal, and as wide as need be where there is none."""
    from rich.console import Console

    found = Console()
    width = _PIPED if not found.is_terminal and not os.environ.get("COLUMNS") else max(found.width, at_least)
    return Console(highlight=False, markup=False, width=width)
