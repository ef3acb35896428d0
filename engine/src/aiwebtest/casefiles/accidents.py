"""Accidents: plain sentences that YAML reads as something else, and how to quote them.

A colon with a space, a hash, or a bracket, quote, star or other mark at the start gives a line another meaning in YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

__all__ = ["Accident", "cut_by_hash", "explain", "quoted"]

_LEAD = re.compile(r"^(?P<lead>\s*(?:-\s+)?(?:[A-Za-z_]+:\s+)?)(?P<rest>\S.*?)\s*$")
_SPECIAL = {
    "{": "a mapping", "[": "a list", '"': "a quoted text that ends at the second quote",
    "'": "a quoted text that ends at the second quote", "@": "a reserved mark", "`": "a reserved mark",
    "%": "a directive", "&": "an anchor", "*": "an alias", "!": "a tag", "|": "a block of text", ">": "a block of text",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Accident:
    """What happened in a line. `line` and `column` count from 0; `repaired` is the line as it was likely meant."""

    line: int
    column: int
    what: str
    mend: str
    repaired: str | None = None


def quoted(text: str) -> str:
    """Return `text` as a YAML scalar in the quotes that need the least escaping."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def explain(error: MarkedYAMLError, lines: Sequence[str]) -> Accident:
    """Return what a YAML error means for someone who meant to write a sentence."""
    mark = error.problem_mark or error.context_mark
    line, column = (min(mark.line, len(lines) - 1), mark.column) if mark else (0, 0)
    problem = str(error.problem or error.context or "it cannot be read")
    opened = error.context_mark
    if opened and "quoted scalar" in str(error.context):
        return _unclosed_quote(opened.line, opened.column, lines)
    if "found character '\\t'" in problem or "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]:
        repaired = lines[line].replace("\t", "  ")
        return Accident(
            line=line, column=column, what="A tab stands in the indentation.", mend="use spaces.", repaired=repaired
        )
    if "another document" in problem:
        return Accident(
            line=line, column=column, what="`---` begins a second document.",
            mend="put several cases under `cases:`, or in files of their own.",
        )  # fmt: skip
    for number in dict.fromkeys((line, opened.line if opened else line)):
        accident = _sentence(number, lines[number])
        if accident:
            return accident
    return Accident(
        line=line, column=column, what=f"YAML cannot read this: {problem}.",
        mend="look at the indentation of this line and the one above, and quote texts with special characters.",
    )  # fmt: skip


def _unclosed_quote(line: int, column: int, lines: Sequence[str]) -> Accident:
    accident = _sentence(line, lines[line])
    return Accident(
        line=line, column=column, what="The quote that opens here is never closed.",
        mend="close it, or quote the whole text with the other kind of quotes.",
        repaired=accident.repaired if accident else None,
    )  # fmt: skip


def _sentence(number: int, line: str) -> Accident | None:
    """Return the accident of a line that holds a sentence which needs quotes, if that is what it is."""
    match = _LEAD.match(line)
    if not match:
        return None
    lead, rest = match["lead"], match["rest"]
    first = rest[0]
    if first == "[" and not lead.lstrip().startswith("-"):
        what = "YAML cannot read this list: texts with brackets, braces, commas or colons need quotes in it."
        return Accident(line=number, column=len(lead), what=what, mend="write one text a line, each behind a dash.")
    if first in _SPECIAL:
        what = f"A text that begins with {first} must be in quotes: YAML reads it as {_SPECIAL[first]}."
    elif ": " in rest or rest.endswith(":"):
        what = "A text with a colon and a space must be in quotes: YAML reads it as a key and a value."
    else:
        return None
    repaired = lead + quoted(rest)
    return Accident(line=number, column=len(lead), what=what, mend=f"write {repaired.strip()}", repaired=repaired)


def cut_by_hash(line: str, end: int) -> str | None:
    """Return what a `#` cut off a plain text that ends at column `end`, if it looks like a part of the sentence.

    A comment written as one has a space after its `#`; `#basket` or `#1` is what testers write for names and numbers.
    """
    match = re.match(r"\s+(#\S.*)$", line[end:])
    return match[1].rstrip() if match else None
