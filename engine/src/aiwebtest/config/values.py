"""Values that settings and test files share: durations, sizes, locales, providers; what they may be."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from aiwebtest.config.words import did_you_mean, nearest
from aiwebtest.core.case import PROVIDERS, Viewport

__all__ = [
    "NAMED_VIEWPORTS",
    "PERMISSIONS",
    "Duration",
    "LanguageTag",
    "Origin",
    "Permission",
    "Provider",
    "Size",
    "Timezone",
    "mistake",
    "parse_duration",
    "parse_provider",
    "parse_variable",
    "parse_viewport",
]

NAMED_VIEWPORTS = {
    "phone": Viewport(width=390, height=844),
    "tablet": Viewport(width=820, height=1180),
    "laptop": Viewport(width=1280, height=720),
    "desktop": Viewport(width=1920, height=1080),
}
PERMISSIONS = (
    "accelerometer", "ambient-light-sensor", "background-sync", "camera", "clipboard-read", "clipboard-write",
    "geolocation", "gyroscope", "local-fonts", "local-network-access", "magnetometer", "microphone", "midi",
    "midi-sysex", "notifications", "payment-handler", "screen-wake-lock", "storage-access",
)  # fmt: skip
"""What Playwright can grant in Chromium (BrowserContext.grant_permissions, 1.65)."""

_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds?|m|min|minutes?)?\s*$")
_SECONDS = {"ms": 0.001, "m": 60.0, "min": 60.0, "minute": 60.0, "minutes": 60.0}
_SIZE = re.compile(r"^\s*(\d{2,5})\s*[x×]\s*(\d{2,5})\s*$")
_LONGEST_S = 3600.0


def mistake(what: str, mend: str = "") -> PydanticCustomError:
    """Return a validation error with our own words."""
    return PydanticCustomError("mistake", "{what}", {"what": what, "mend": mend})


def parse_duration(value: Any) -> float:
    """Return seconds from `10`, `1.5`, `"10s"`, `"500ms"` or `"2 min"`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise mistake("A duration is a number of seconds, or a text such as `10s`.")
    match = _DURATION.match(str(value))
    if not match:
        raise mistake(f"`{value}` is not a duration.", "write seconds (`10`), `10s`, `500ms` or `2m`.")
    seconds = float(match[1]) * _SECONDS.get(match[2] or "s", 1.0)
    if not 0 < seconds <= _LONGEST_S:
        raise mistake(f"A duration of {value} is out of range.", "stay between 1ms and 60m.")
    return seconds


def parse_viewport(value: Any) -> Viewport:
    """Return a size from `"1280x720"`, a named size, or a mapping with `width` and `height`."""
    if isinstance(value, Viewport):
        return value
    if isinstance(value, dict):
        numbers = [value.get("width"), value.get("height")]
        if set(value) != {"width", "height"} or not all(isinstance(n, int) and n > 0 for n in numbers):
            raise mistake("A viewport has `width` and `height`, both whole numbers of CSS pixels.")
        return Viewport(width=value["width"], height=value["height"])
    if not isinstance(value, str):
        raise mistake("A viewport is a text such as `1280x720`, a named size, or `width` and `height`.")
    match = _SIZE.match(value)
    if match:
        return Viewport(width=int(match[1]), height=int(match[2]))
    if value.casefold() in NAMED_VIEWPORTS:
        return NAMED_VIEWPORTS[value.casefold()]
    raise mistake(f"`{value}` is not a viewport.", f"write `1280x720`; {did_you_mean(value, NAMED_VIEWPORTS)}")


def parse_provider(value: str) -> str:
    """Return the value if it names a provider: `cerebras`, or `cerebras/gpt-oss-120b`."""
    vendor, slash, model = value.partition("/")
    if vendor not in PROVIDERS:
        raise mistake(f"`{vendor}` is not a provider.", did_you_mean(vendor, PROVIDERS))
    if slash and not model.strip():
        raise mistake(f"`{value}` names no model behind the slash.", f"write `{vendor}` or `{vendor}/MODEL`.")
    if slash and vendor == "builtin":
        raise mistake(f"`{value}` names a model, and `builtin` asks none.", "write `builtin`, or name a provider.")
    return value


def parse_locale(value: str) -> str:
    """Return the value if it is a language tag that is known, such as `de-CH`."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(value, sep="-")
    except (ValueError, UnknownLocaleError):
        raise mistake(f"`{value}` is not a locale.", "write a language tag such as `en-GB` or `de`.") from None
    return value


def parse_timezone(value: str) -> str:
    """Return the value if it is a time zone of the IANA database, such as `Europe/Zurich`."""
    from zoneinfo import available_timezones

    zones = available_timezones()
    if value not in zones:
        near = nearest(value, zones)
        hint = f"did you mean `{near}`?" if near else "write a name such as `Europe/Zurich` or `UTC`."
        raise mistake(f"`{value}` is not a time zone.", hint)
    return value


def parse_permission(value: str) -> str:
    """Return the value if Playwright can grant it in Chromium."""
    if value not in PERMISSIONS:
        raise mistake(f"`{value}` is not a permission.", did_you_mean(value, PERMISSIONS))
    return value


def parse_origin(value: str) -> str:
    """Return the value if it is an origin: scheme, host and port, the host perhaps with a leading `*.`."""
    if not re.fullmatch(r"(https?|wss?)://(\*\.)?[^\s/?#*@]+", value):
        raise mistake(f"`{value}` is not an origin.", "write scheme and host, such as `https://shop.example.com`.")
    return value


def parse_variable(value: str) -> str:
    """Return the value if it can be written as `{value}` in a sentence."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", value):
        likely = re.sub(r"[^A-Za-z0-9_.-]+", "_", value).strip("_.-") or "name"
        likely = likely if re.match(r"[A-Za-z_]", likely) else f"_{likely}"
        raise mistake(
            f"`{value}` cannot be a variable's name: letters, digits, `_`, `.` and `-` only.", f"write `{likely}`."
        )
    return value


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": _LONGEST_S},
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*(ms|s|sec|seconds?|m|min|minutes?)?\s*$"},
            ],
            "examples": ["10s", "500ms", 30],
        }
    ),
]
Size = Annotated[
    Viewport,
    BeforeValidator(parse_viewport),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": list(NAMED_VIEWPORTS)},
                {"type": "string", "pattern": r"^\s*\d{2,5}\s*[x×]\s*\d{2,5}\s*$"},
                {
                    "type": "object",
                    "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}},
                    "required": ["width", "height"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["1280x720", "phone"],
        }
    ),
]
Provider = Annotated[
    str,
    AfterValidator(parse_provider),
    Field(
        json_schema_extra={
            "anyOf": [{"enum": list(PROVIDERS)}, {"pattern": rf"^({'|'.join(PROVIDERS)})/.+$"}],
            "examples": ["builtin", "cerebras", "google/gemini-2.5-flash"],
        }
    ),
]
LanguageTag = Annotated[str, AfterValidator(parse_locale), Field(json_schema_extra={"examples": ["en-GB", "de"]})]
Timezone = Annotated[str, AfterValidator(parse_timezone), Field(json_schema_extra={"examples": ["Europe/Zurich"]})]
Permission = Annotated[str, AfterValidator(parse_permission), Field(json_schema_extra={"enum": list(PERMISSIONS)})]
Origin = Annotated[str, AfterValidator(parse_origin), Field(json_schema_extra={"examples": ["https://example.com"]})]
