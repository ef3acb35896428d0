"""Checks that name a secret: decided like any other, and nothing of the secret is in what is told of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aiwebtest.core.case import Step

TOKEN = "Tok-12345-xyz"
SECRETS = {"TOKEN": TOKEN, "PIN": "4711-zz"}
PAGE = f"""<title>Token</title><main><h1>Token</h1><label>Token <input value="{TOKEN}"></label>
<label>Old token <input value="TOK-12345-XYZ"></label><label>Cut token <input value="{TOKEN[:-2]}"></label>
<label>Long token <input value="{TOKEN} more"></label>
<label>Password <input type=password value="{TOKEN}"></label><p>Your token is {TOKEN}</p></main>"""


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("The Token field shows {TOKEN}", "passed"),
        ('The Token field contains "{TOKEN}"', "passed"),
        ("The Token field does not show {TOKEN}", "failed"),
        ("The Token field shows {PIN}", "failed"),
        ("The Old token field shows {TOKEN}", "failed"),
        ("The Cut token field is {TOKEN}", "failed"),
        ("The Long token field is {TOKEN}", "failed"),
        ('The Long token field contains "{TOKEN}"', "passed"),
        ("The Password field shows {TOKEN}", "passed"),
        ("The Password field shows {PIN}", "failed"),
        ('The page shows "Your token is {TOKEN}"', "passed"),
        ('The page shows "Your PIN is {PIN}"', "failed"),
        ("The page does not show {PIN}", "passed"),
        ("The page does not show {TOKEN}", "failed"),
        ("The Tocken box shows {TOKEN}", "failed"),
    ],
)
async def test_a_check_that_names_a_secret(sentence: str, outcome: str, run: Any) -> None:
    """Compared to the letter. Half of a secret, and one in capitals, are not told either: nothing would mask them."""
    case = {"secrets": tuple(SECRETS)}
    ran = await run(PAGE, Step(index=0, text=sentence, timeout_s=0.2), case=case, secrets=SECRETS)

    [step] = ran.steps
    assert step.outcome == outcome, step
    told = json.dumps([step.verdicts, step.problem, step.notes], default=str).lower()
    assert "tok-" not in told
    assert "4711" not in told
    assert "{token}" in told or "{pin}" in told
    assert "has no value" not in told


async def test_a_text_cut_in_the_middle_of_a_secret_shows_no_half_of_it(run: Any) -> None:
    """A long text is quoted in part; where the cut goes through a secret, what is left of it is masked too."""
    page = f"<title>x</title><main><p>{'word ' * 30}{TOKEN} and more</p></main>"
    ran = await run(page, 'The page shows "word word"', case={"secrets": tuple(SECRETS)}, secrets=SECRETS)

    [step] = ran.steps
    told = json.dumps(step.verdicts, default=str, ensure_ascii=False)
    assert "{TOKEN}…" in told
    assert "Tok-" not in told
