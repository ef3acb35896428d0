"""Names in braces: that each has a value by the time its sentence runs, and that rules can read the sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiwebtest.casefiles.problem import FileProblem
from aiwebtest.config.words import did_you_mean, nearest
from aiwebtest.core.case import Place, StepKind
from aiwebtest.core.scope import PLACEHOLDER, placeholders

if TYPE_CHECKING:
    from aiwebtest.casefiles.expand import Source
    from aiwebtest.casefiles.load import Reading

__all__ = ["NEEDS_MODEL", "Names", "check_names"]

NEEDS_MODEL = "name a provider whose model reads it."
"""How the remedy for a sentence ends that rules cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What sentences may name in braces."""

    variables: Mapping[str, str]
    secrets: Collection[str]
    row: str = ""  # label of the data row they belong to
    columns: Collection[str] = ()  # of all rows; a row may lack one

    def unknown(self, text: str, more: Collection[str] = ()) -> tuple[str, ...]:
        """Return the names in `text` that have no value."""
        known = {*self.variables, *self.secrets, *more}
        return tuple(name for name in placeholders(text) if name not in known)

    def secrets_in(self, text: str) -> tuple[str, ...]:
        """Return the secrets that `text` names."""
        return tuple(name for name in placeholders(text) if name in self.secrets)

    def filled(self, text: str) -> str:
        """Return `text` with its variables filled in; other names in braces stay."""
        return PLACEHOLDER.sub(lambda match: self.variables.get(match[1], match[0]), text)

    def problem(self, name: str, place: Place, more: Collection[str] = ()) -> FileProblem:
        """Return the problem of a name without a value."""
        known = [*self.variables, *self.secrets, *more]
        near = nearest(name, known)
        which = f" in the row `{self.row}`" if name in self.columns else ""
        mend = f"{did_you_mean(name, known)} Or s" if near else "s"
        mend += "et it under `variables`, name it under `secrets`, or fill it in an earlier step."
        return FileProblem(place=place, what=f"Nothing gives {{{name}}} a value{which}.", mend=mend)


def check_names(
    sources: Iterable[Source],
    names: Names,
    read: Callable[[str, StepKind | None], Reading],
    *,
    has_model: bool,
) -> Iterable[FileProblem]:
    """Yield the problems of sentences in order: names without a value, and what rules cannot read and no model will."""
    filled: set[str] = set()
    for source in sources:
        step = source.step
        reading = read(step.text, step.kind)
        coming = {name.strip("{}") for name in (*reading.into, *([step.into] if step.into else []))}
        via = step.place.via if step.place else None
        for name in names.unknown(step.text, filled | coming):
            place = source.document.place_of_text(source.way, "{" + name + "}", via=via)
            yield names.problem(name, place, filled)
        filled |= coming
        modelled = (step.provider or "builtin") != "builtin" or (has_model and step.provider is None)
        if reading.problem and not modelled:
            place = step.place or source.document.place(source.way)
            said = " or ".join(f"`{words}`" for words in reading.rewordings)
            mend = f"{f'write {said}, or ' if said else ''}{NEEDS_MODEL}"
            yield FileProblem(place=place, what=_sentence(reading.problem), mend=mend)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
