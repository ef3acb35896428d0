"""What the fields of a run request make of what is stored: they show a part of it, and change only that."""

from __future__ import annotations

from typing import Any

import pytest

from app.schemas.runs import RunRequest
from app.web import kit
from app.web.pages import running
from app.web.pages.running import request_of

HIDDEN: dict[str, Any] = {
    "secrets": {"PW": "STAGING_PW"}, "timeout_s": 90.0, "mode": "sequential", "max_parallel": 2, "alone": True,
}  # fmt: skip
SHOWN: dict[str, Any] = {
    "provider": "cerebras/gpt-oss-120b", "base_url": "https://staging.example", "variables": {"city": "Rome"},
    "fallbacks": ["google", "openai"], "retries": 0, "priority": 5, "frozen": True, "fail_on_heal": False,
}  # fmt: skip


def sent(stored: RunRequest, **changed: str | None) -> kit.Values:
    """Return what a browser sends of the fields of a stored request; a box that is not ticked is not sent."""
    texts = running.texts_of(stored) | changed
    return kit.Values([(name, text) for name, text in texts.items() if text])


def test_what_no_field_shows_stays_as_it_is_stored() -> None:
    """Changing the name of a schedule took its secrets and its time limit away."""
    stored = RunRequest.model_validate({**HIDDEN, **SHOWN})

    assert request_of(sent(stored), stored).stored() == {**HIDDEN, **SHOWN}


@pytest.mark.parametrize("changed", SHOWN)
def test_a_field_that_is_emptied_takes_that_one_thing_away(changed: str) -> None:
    """A box that is not ticked is such a field; one that shows a stored "no" was not ticked before."""
    stored = RunRequest.model_validate({**HIDDEN, **SHOWN})

    left = request_of(sent(stored, **{changed: ""}), stored).stored()

    kept = {name: value for name, value in {**HIDDEN, **SHOWN}.items() if name != changed or value is False}
    assert left == kept


def test_a_value_of_several_lines_is_kept_while_nobody_touches_it() -> None:
    """The field has one variable a line; what the API stored need not keep to that."""
    stored = RunRequest.model_validate({"variables": {"note": "one\ntwo", "city": "Rome"}})

    assert request_of(sent(stored, retries="2"), stored).variables == {"note": "one\ntwo", "city": "Rome"}
    with pytest.raises(kit.Unfit, match="no equals sign"):
        request_of(sent(stored, variables="note=one\ntwo\ncity=Oslo"), stored)


def test_what_is_entered_is_read_over_what_was_stored() -> None:
    """Texts become what the API takes."""
    stored = RunRequest.model_validate({**HIDDEN, "frozen": False})
    entered = {
        "provider": "google", "base_url": "https://shop.example", "variables": "city = Oslo\n\nuser=ada",
        "fallbacks": "openai, cerebras", "retries": "3", "priority": "-1", "frozen": "on", "fail_on_heal": "on",
    }  # fmt: skip

    assert request_of(sent(stored, **entered), stored).stored() == {
        **HIDDEN, "provider": "google", "base_url": "https://shop.example",
        "variables": {"city": "Oslo", "user": "ada"}, "fallbacks": ["openai", "cerebras"], "retries": 3,
        "priority": -1, "frozen": True, "fail_on_heal": True,
    }  # fmt: skip
