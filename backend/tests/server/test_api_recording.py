"""Recorded sessions become tests, through the API, on both databases."""

from __future__ import annotations

from typing import Any

from served import Served

API = "/api/v1"
LOG_IN: list[dict[str, Any]] = [
    {"kind": "navigate", "url": "https://shop.example/login"},
    {"kind": "click", "role": "textbox", "label": "Email"},
    {"kind": "type", "role": "textbox", "label": "Email", "value": "ada"},
    {"kind": "type", "role": "textbox", "label": "Email", "value": "ada@shop.example"},
    {"kind": "type", "role": "textbox", "label": "Password", "secret": "SHOP_PASSWORD"},
    {"kind": "press", "role": "textbox", "label": "Password", "key": "Enter"},
    {"kind": "navigate", "url": "https://shop.example/", "caused": True},
    {"kind": "click", "role": "button", "name": "Add to basket", "row": "Desk lamp"},
    {"kind": "select", "role": "combobox", "label": "Size", "value": "Large"},
    {"kind": "see", "value": "1 item: Desk lamp #5"},
    {"kind": "click"},
]


async def test_a_recording_becomes_sentences_that_the_rules_read_back(served: Served) -> None:
    """What belongs together is one sentence; what cannot be said is told instead of guessed."""
    client = await served.machine("write")
    body = {"name": "Log in: by hand", "base_url": "https://shop.example", "events": LOG_IN}

    answer = await client.post(f"{API}/tests/record", json=body)

    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert [(step["sentence"], step["events"]) for step in made["steps"]] == [
        ('Type "ada@shop.example" into the "Email" field', [1, 2, 3]),
        ('Type {SHOP_PASSWORD} into the "Password" field', [4]),
        ('Press Enter in the "Password" field', [5]),
        ('Click the "Add to basket" button in the row of "Desk lamp"', [7]),
        ('Select "Large" from the "Size" dropdown', [8]),
        ('the page shows "1 item: Desk lamp #5"', [9]),
    ]
    assert [one["event"] for one in made["skipped"]] == [10]
    assert "url: /login" in made["content"]
    assert [problem["what"] for problem in made["problems"]] == [
        "The secret `SHOP_PASSWORD` has no value; looked in the secrets of the platform."
    ]


async def test_a_recording_is_stored_when_it_is_asked_for(served: Served) -> None:
    """Names and texts that YAML reads as something else come back as they were."""
    client = await served.machine("write")
    body = {"name": "no", "tags": ["on", "a: b"], "events": LOG_IN[:4] + LOG_IN[-2:-1], "save": "rec/a.test.yaml"}

    made = (await client.post(f"{API}/tests/record", json=body)).json()

    test = (await client.get(f"{API}/tests/{made['test_id']}")).json()
    assert (test["name"], test["tags"], test["problems"]) == ("no", ["a: b", "on"], [])
    assert test["content"] == made["content"]
