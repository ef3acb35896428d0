"""Masking: every text of a value, however deep, put through one function."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

__all__ = ["mask_value"]

T = TypeVar("T")


def mask_value(value: T, mask: Callable[[str], str]) -> T:
    """Return `value` with `mask` applied to each string in it; dataclasses, tuples and mappings are rebuilt."""
    masked: Any = _masked(value, mask)
    return masked  # type: ignore[no-any-return]


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _masked(getattr(value, f.name), mask) for f in dataclasses.fields(value) if f.init}
        return dataclasses.replace(value, **fields)
    if isinstance(value, tuple | list | frozenset):
        return type(value)(_masked(item, mask) for item in value)
    if isinstance(value, Mapping):
        return {key: _masked(item, mask) for key, item in value.items()}
    return value
