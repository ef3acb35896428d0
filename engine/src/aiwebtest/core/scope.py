"""Variables and secrets: how `{name}` in a sentence becomes text, and how secrets stay out of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from aiwebtest.core.errors import UsageError

__all__ = ["PLACEHOLDER", "Scope", "placeholders"]

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}")
_MASK = "•••"
_SHORTEST_MASKED = 3  # characters; masking a shorter secret would blot out ordinary text


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in `{...}` in `text`, in order, each once."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


class Scope:
    """The variables and secrets one execution of a case can name.

    Sentences travel with their placeholders in place; only the browser room asks for `reveal`.
    """

    def __init__(self, variables: Mapping[str, str] = {}, secrets: Mapping[str, str] = {}) -> None:
        self._variables = dict(variables)
        self._secrets = dict(secrets)

    def set(self, name: str, value: str) -> None:
        """Give a variable a value, as `extract` and `copy` do."""
        self._variables[name] = value

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the variables as they stand, without any secret."""
        return dict(self._variables)

    def fill(self, text: str) -> str:
        """Return `text` with its variables filled in; placeholders of secrets stay as they are."""
        return PLACEHOLDER.sub(self._variable, text)

    def reveal(self, text: str) -> str:
        """Return `text` with variables and secrets filled in, for the last moment before the browser."""
        return PLACEHOLDER.sub(lambda m: self._secrets.get(m[1]) or self._variable(m), text)

    @property
    def has_secrets(self) -> bool:
        """Tell whether there is anything to mask."""
        return bool(self._secrets)

    def uses_secret(self, text: str) -> bool:
        """Tell whether `text` names a secret."""
        return any(name in self._secrets for name in PLACEHOLDER.findall(text))

    def mask(self, text: str) -> str:
        """Return `text` with every secret value, encoded forms included, put back to its `{NAME}`."""
        for name, value in sorted(self._secrets.items(), key=lambda item: -len(item[1])):
            for form in _forms(value):
                text = text.replace(form, "{" + name + "}")
        return text

    def _variable(self, match: re.Match[str]) -> str:
        name = match[1]
        if name in self._secrets:
            return match[0]
        if name in self._variables:
            return self._variables[name]
        known = ", ".join(sorted([*self._variables, *self._secrets])) or "none"
        raise UsageError(
            f"The variable {match[0]} has no value (known: {known}).",
            mend="set it under `variables`, name it under `secrets`, or fill it in an earlier step.",
        )


def _forms(value: str) -> Iterable[str]:
    """Return the ways in which a secret shows up in text: plain, URL-encoded, JSON- and HTML-escaped, base64."""
    import base64
    import html
    import json

    if len(value) < _SHORTEST_MASKED:
        return ()
    raw = value.encode()
    forms = {value, quote(value, safe=""), quote(value), quote_plus(value), json.dumps(value)[1:-1], html.escape(value)}
    forms |= {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), raw.hex()}
    return sorted(forms, key=len, reverse=True)
