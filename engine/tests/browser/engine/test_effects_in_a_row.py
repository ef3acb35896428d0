"""Two actions of one sentence: the watch over the second may begin with the last call of the first."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest
from playwright.async_api import Frame

from aiwebtest.browser import effects

FORM = """<form onsubmit="event.preventDefault(); said.textContent = 'Sent ' + box.value; box.value = ''">
<label>Coupon <input id=box></label></form><p id=said></p>"""
FETCHING = """<label>Coupon <input id=box onchange="done.textContent = 'left'"
  oninput="fetch('/take').then(() => { if (!said.textContent) said.textContent = 'looked up'; })"></label>
<p id=said></p><p id=done></p>"""
SHAPING = """<form onsubmit="event.preventDefault(); said.textContent = 'Sent ' + box.value">
<label>Coupon <input id=box oninput="this.value = this.value.toUpperCase()"></label></form><p id=said></p>"""
FRAMED = FORM + "<iframe srcdoc='<p>beside</p>'></iframe>"


def _effects(ran) -> list[list[tuple[str, str]]]:
    [step] = ran.steps
    assert step.outcome == "passed", step.problem
    return [[(effect.kind, effect.detail) for effect in action.effects.seen] for action in step.actions]


@pytest.mark.parametrize("page", [FORM, FRAMED], ids=["alone", "beside a frame"])
async def test_each_of_two_actions_is_told_what_came_of_it(run, page: str) -> None:
    """What was typed is an effect of typing alone, what was sent one of the key."""
    typed, pressed = _effects(await run(page, 'Type "HALF" into Coupon and press Enter'))

    assert ("value", "HALF") in typed
    assert not any("Sent" in detail for _, detail in typed)
    assert ("dom", '1 added: "Sent HALF"') in pressed
    assert ("value", "") in pressed


async def test_what_was_typed_is_told_though_the_page_answers_it_late(run) -> None:
    """A request that typing began is waited for before the key is pressed, and the page looked at once more."""

    def take(_: BaseHTTPRequestHandler) -> str:
        return "taken"

    typed, pressed = _effects(await run({"/": FETCHING, "/take": take}, 'Type "HALF" into Coupon and press Enter'))

    kinds = [kind for kind, _ in typed]
    assert ("value", "HALF") in typed
    assert "request" in kinds
    assert kinds.count("value") == 1
    assert not any("looked up" in detail for _, detail in pressed)


async def test_a_field_that_shapes_what_is_typed_tells_it_too(run) -> None:
    """What it then holds is another text than the sentence has."""
    typed, pressed = _effects(await run(SHAPING, 'Type "half" into Coupon and press Enter'))

    assert ("value", "HALF") in typed
    assert ("dom", '1 added: "Sent HALF"') in pressed


async def test_a_key_that_does_nothing_is_told_no_effect_of_the_typing(run) -> None:
    """The watch over it begins behind what was typed."""
    typed, pressed = _effects(await run("<label>Coupon <input></label>", 'Type "HALF" into Coupon and press Escape'))

    assert ("value", "HALF") in typed
    assert pressed == []


async def test_one_call_ends_the_first_watch_and_begins_the_second(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the field holds what was typed, and the page is a single document."""
    watched: list[Frame] = []
    watch_frame = effects._watch_frame

    async def counted(frame: Frame) -> None:
        watched.append(frame)
        await watch_frame(frame)

    monkeypatch.setattr(effects, "_watch_frame", counted)

    await run(FORM, 'Type "HALF" into Coupon and press Enter')
    assert watched == []
    await run(FRAMED, 'Type "HALF" into Coupon and press Enter')
    assert watched
