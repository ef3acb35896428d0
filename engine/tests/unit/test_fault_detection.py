"""Which provider notices more of the same faults: said where it is shown, and left open where it is not."""

from __future__ import annotations

from aiwebtest.mutation.measure import Broken, Tried, Verdict
from aiwebtest.mutation.mutants import Mutant
from aiwebtest.mutation.quality import Examined, Quality


def quality(provider: str, verdicts: list[Verdict], *, alarms: int = 0, cases: int = 10) -> Quality:
    """What a provider made of as many faults as there are verdicts."""
    mutants = [Mutant(kind="hide", page="/", selector=f"#{at}", text="", thing="x") for at in range(len(verdicts))]
    return Quality(
        provider=provider, cases=cases,
        alarms=[Broken(case=str(at), outcome="failed", why="") for at in range(alarms)],
        tried=[Tried(mutant=one, verdict=verdict) for one, verdict in zip(mutants, verdicts, strict=True)],
    )  # fmt: skip


def test_who_notices_more_is_said_where_it_is_shown() -> None:
    """Ten faults to nothing are no chance; faults that took no hold for one of both say nothing."""
    found = Examined(
        qualities=[quality("google", ["survived"] * 11), quality("cerebras", ["caught"] * 10 + ["idle"])],
        sound=10, asked=True,
    )  # fmt: skip

    assert found.verdicts() == ["cerebras notices more of the faults than google: 10 against 0 of 10 (p = 0.002)."]
    assert found.open_questions() == []


def test_what_is_not_shown_stays_open() -> None:
    """A small difference, catches that may be chance, and faults that nobody noticed."""
    found = Examined(
        qualities=[quality("google", ["caught", "survived"]), quality("cerebras", ["noticed", "survived"], alarms=3)],
        sound=7, asked=False,
    )  # fmt: skip

    assert found.verdicts() == []
    assert found.open_questions() == [
        "Whether google or cerebras notices more: 1 and 1 of 2 faults (p = 1).",
        "How many faults cerebras noticed by chance: it also fails 3 of 10 cases without any.",
        "Whether all providers missed what nobody noticed (1 of the faults), or no test is about it.",
        "Anything about models: rules decided every step, and no provider was asked.",
    ]


def test_where_no_fault_was_tried_nothing_is_counted() -> None:
    """Zero of zero is no figure."""
    found = Examined(qualities=[quality("google", []), quality("cerebras", [])], sound=0, asked=True)

    assert found.open_questions() == ["Whether google or cerebras notices more: no fault says it of both."]
