"""Variables and secrets: how `{name}` in a sentence becomes text, and how secrets stay out of everything else."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from aiwebtest.core.errors import UsageError

__all__ = ["PLACEHOLDER", "Scope", "placeholders"]

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}")
_MASK = "•••"
_SHORTEST_BASE64 = 6  # of a piece; shorter ones occur by chance
_URL_SAFE = str.maketrans("+/", "-_")
_CUT = "…"  # ends a text that was cut short
_SHORTEST_CUT = 4  # characters left of a secret
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
        pairs = {form: "{" + name + "}" for name, value in secrets.items() for form in _forms(value)}
        self._masked = sorted(pairs.items(), key=lambda pair: -len(pair[0]))  # the longest first

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

    def learn(self, text: str, form: str) -> None:
        """Mask `form` too: what a page made of the secret that `text` names, as a card number in groups of four."""
        names = [name for name in PLACEHOLDER.findall(text) if name in self._secrets]
        if names and len(form) >= _SHORTEST_MASKED:
            self._masked = sorted([*self._masked, (form, "{" + names[0] + "}")], key=lambda pair: -len(pair[0]))

    def mask(self, text: str) -> str:
        """Return `text` with every secret value, encoded forms included, put back to its `{NAME}`."""
        for form, placeholder in self._masked:
            if form in text:
                text = text.replace(form, placeholder)
        return self._mask_cut(text) if _CUT in text else text

    def _mask_cut(self, text: str) -> str:
        """Mask what is left of a secret where a text was cut short in its middle."""
        pieces = text.split(_CUT)
        for at, piece in enumerate(pieces[:-1]):
            for form, placeholder in self._masked:
                cut = next((n for n in range(len(form) - 1, _SHORTEST_CUT - 1, -1) if piece.endswith(form[:n])), 0)
                if cut:
                    pieces[at] = piece[:-cut] + placeholder
                    break
        return _CUT.join(pieces)

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
    """Return the ways in which a secret shows up in text: plain, URL-encoded, JSON- and HTML-escaped, hex, base64."""
    if len(value) < _SHORTEST_MASKED:
        return ()
    escaped = json.dumps(value)[1:-1]
    forms = {value, escaped, json.dumps(escaped)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], html.escape(value)}
    forms |= {quote(value, safe=""), quote(value), quote_plus(value), value.encode().hex()}
    return {form for form in forms | _in_base64(value.encode()) if len(form) >= _SHORTEST_MASKED}


def _in_base64(raw: bytes) -> set[str]:
    """Return what of a secret's base64 is the same whatever stands before and behind it, as in "user:password"."""
    forms = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        fixed = whole[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6].decode()
        if len(fixed) >= _SHORTEST_BASE64:
            forms |= {fixed, fixed.translate(_URL_SAFE)}
    return forms
