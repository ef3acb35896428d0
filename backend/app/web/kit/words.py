"""How numbers, money, durations and states are written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiwebtest.core.generation import PURPOSES

__all__ = [
    "OUTCOMES",
    "action_of",
    "amount",
    "count",
    "difference",
    "initials",
    "limit",
    "moment",
    "money",
    "percent",
    "provider_of",
    "purpose_of",
    "seconds",
    "state_of",
    "title_of",
    "value_of",
]

OUTCOMES = ("passed", "failed", "error", "skipped")

_TITLES = {
    "passed": "Passed",
    "failed": "Failed",
    "error": "Error",
    "skipped": "Skipped",
    "flaky": "Flaky",
    "healed": "Healed",
    "running": "Running",
    "queued": "Queued",
    "stopped": "Stopped",
    "never": "Never run",
    "waiting": "Waiting",
    "approved": "Approved",
    "rejected": "Rejected",
}


_PROVIDERS = {
    "builtin": "Built-in rules",
    "google": "Google",
    "cerebras": "Cerebras",
    "openrouter": "OpenRouter",
    "openai": "OpenAI",
}
_DEEDS = {
    "begin": "begun", "close": "closed", "create": "created", "delete": "deleted", "end": "ended", "import": "imported",
    "invite": "invited", "keep": "kept", "label": "labelled", "load": "loaded", "make": "made", "open": "opened",
    "password": "changed the password", "password-link": "got a link for a password", "prefer": "given a provider",
    "profile": "changed", "revoke": "revoked", "rotate": "changed", "run": "begun", "share": "shared",
    "start": "started", "stop": "stopped", "test": "tried", "undelete": "taken back", "update": "changed",
    "use": "used",
}  # fmt: skip


def provider_of(name: str) -> str:
    """Return how people call a provider: `cerebras` is Cerebras, of `vendor/model` the model is told too."""
    vendor, _, model = name.partition("/")
    return " ".join(filter(None, (_PROVIDERS.get(vendor, vendor), model)))


def purpose_of(purpose: str) -> str:
    """Return what a model was asked for: `ground` is placing a step."""
    return PURPOSES.get(purpose, purpose)


def action_of(action: str) -> str:
    """Return what the audit trail's `suite.create` says: Suite created."""
    kind, _, deed = action.partition(".")
    return f"{kind.replace('-', ' ')} {_DEEDS.get(deed, deed.replace('-', ' '))}".strip().capitalize()


def title_of(state: str) -> str:
    """Return how a state or an outcome is called on the screen."""
    return _TITLES.get(state, state.replace("-", " ").capitalize())


def state_of(state: str, outcome: str | None) -> str:
    """Return the one word for an execution: its outcome once it has one, else its state."""
    return outcome if state == "finished" and outcome else state


def value_of(value: object) -> str:
    """Return a value that was set, as people say it: yes and no, lists and pairs with commas."""
    if value is None or value in ("", [], {}):
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={value_of(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_of, value))
    return str(value)


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 test", "38 tests"."""
    return f"{amount(number)} {one if number == 1 else many or one + 's'}"


def amount(number: float) -> str:
    """Return a whole number with spaces between thousands, where no line breaks."""
    return f"{number:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def money(usd: float | None, *, unknown: int = 0) -> str:
    """Return US dollars with as many digits as tell something; None is unknown, never nothing."""
    if usd is None:
        return "unknown"
    if 0 < usd < 0.00005:
        return "<$0.0001"
    digits = 2 if usd >= 1 or usd == 0 else 3 if usd >= 0.1 else 4
    more = " +?" if unknown else ""
    return f"${usd:,.{digits}f}{more}"


def limit(usd: float) -> str:
    """Return an amount that somebody set: two digits, more only where they say something."""
    text = f"{usd:,.4f}".rstrip("0")
    whole, _, digits = text.partition(".")
    return f"${whole}.{digits:0<2}"


def seconds(duration_s: float | None) -> str:
    """Return a duration: "0.8 s", "38 s", "4 min 05 s", "2 h 10 min"."""
    if duration_s is None:
        return "\N{EN DASH}"
    if duration_s < 0.0995:
        return f"{duration_s * 1000:.0f} ms"
    if duration_s < 60:
        return f"{duration_s:.1f} s"
    minutes, rest = divmod(round(duration_s), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def percent(part: float, whole: float) -> str:
    """Return a share with one digit; of nothing it is a dash."""
    return f"{100 * part / whole:.1f} %" if whole else "\N{EN DASH}"


def difference(value: float, unit: str = "", digits: int = 1) -> str:
    """Return a change with its sign."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return f"{sign}{abs(value):.{digits}f}{unit}"


def initials(name: str) -> str:
    """Return one or two letters for somebody's picture."""
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part]
    letters: Sequence[str] = [part[0] for part in parts[:2]] or ["?"]
    return "".join(letters).upper()


def moment(at: datetime) -> str:
    """Return a moment as the page's script reads it."""
    return at.isoformat(timespec="milliseconds")
