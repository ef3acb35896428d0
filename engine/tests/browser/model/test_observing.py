"""What a model observed becomes an element of the snapshot, wherever it stands."""

from __future__ import annotations

import asyncio
import re

import pytest

from aiwebtest.core.errors import GroundingError, ProviderUnavailable
from aiwebtest.core.intent import Intent, Target
from aiwebtest.testing.scripted import observed

PAGE = """<button>Plain</button><div id=o></div><ul><li><a href=#>One <b>bold</b></a></li>
<li><button aria-label="Two">x</button></li></ul>
<iframe title=outer srcdoc="<div><button>In frame</button>
<iframe srcdoc='<p><button>Deep</button></p>'></iframe></div>"></iframe>
<svg width=20 height=20><g><circle r=5 cx=9 cy=9 role=button aria-label="Circle"></circle></g></svg>
<label>Colour <select><option>Red</option><option>Blue</option></select></label>
<script>o.attachShadow({mode:'open'}).innerHTML='<p>t</p><div><button>Open</button></div><div id=oo></div>';
o.shadowRoot.getElementById('oo').attachShadow({mode:'open'}).innerHTML='<button>Nested</button>'</script>"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("button: Plain", "Plain"), ("button: Open", "Open"), ("button: Nested", "Nested"), ("button: Two", "Two"),
        ("link: One bold", "One bold"), ("StaticText: bold", ""), ("button: In frame", "In frame"),
        ("button: Deep", "Deep"), ("button: Circle", "Circle"),
    ],
)  # fmt: skip
async def test_an_observed_element_is_found_in_the_snapshot(ask, line: str, name: str) -> None:
    """Shadow roots, frames in frames and drawings have paths of their own kind."""
    page = await ask.page(PAGE)
    ask.answers(observed(line))

    node = await ask.chosen(page, "Press the thing")

    assert node.name == name


async def test_an_option_is_chosen_on_its_list(ask) -> None:
    """A model points at the option; the list is what takes the choice."""
    page = await ask.page(PAGE)
    ask.answers(observed("option: Blue"))

    node = await ask.chosen(page, "Pick blue", intent=Intent(action="select", text="Pick blue", values=("Blue",)))

    assert node.tag == "select"


async def test_the_sentence_says_what_to_do_even_if_the_model_says_otherwise(ask) -> None:
    """A model only chooses the element of a sentence that the rules understood."""
    page = await ask.page(PAGE)
    ask.answers(observed("button: Plain", method="fill", arguments=("evil",)))
    hover = Intent(action="hover", text="Hover over it", target=Target(text="it"))

    answer = await ask.model.ground(await ask.question(page, "Hover over it", intent=hover))

    assert answer.intents[0][0] == hover


async def test_nothing_found_names_the_model_and_keeps_its_requests(ask) -> None:
    """The reader sees who was asked, and pays for nothing unrecorded."""
    page = await ask.page(PAGE)
    ask.answers(every={"elements": []})

    with pytest.raises(GroundingError, match="scripted/v1 finds nothing") as caught:
        await ask.chosen(page, "Press the lever")

    assert len(caught.value.attempts) == 1


async def test_a_provider_that_does_not_answer_is_told_as_it_was(ask) -> None:
    """The error passes the browser as text; ours comes back whole."""
    page = await ask.page(PAGE)
    ask.answers(ProviderUnavailable("The plug is out.", mend="put it in."))

    with pytest.raises(ProviderUnavailable, match="The plug is out"):
        await ask.chosen(page, "Press the thing")


async def test_eight_questions_at_once_are_answered_each_for_its_own(ask) -> None:
    """Contexts of one browser share one Stagehand; the mark in the instruction tells their requests apart."""
    pages = [await ask.page(f"<button>Button {n}</button><button>Other</button>") for n in range(8)]

    async def late(request):  # the first asked answers last
        number = int(re.search(r"button number (\d)", request.prompt)[1])
        await asyncio.sleep(0.2 - 0.02 * number)
        return observed(f"button: Button {number}")(request)

    provider = ask.answers()
    provider.generate = _through(provider, late)
    questions = [
        await ask.question(page, f"Press button number {n}", execution=f"e{n}") for n, page in enumerate(pages)
    ]

    answers = await asyncio.gather(*(ask.model.ground(question) for question in questions))

    chosen = [question.snapshot.nodes[a.intents[0][1]].name for question, a in zip(questions, answers, strict=True)]
    assert chosen == [f"Button {n}" for n in range(8)]
    assert [a.attempts[0].execution for a in answers] == [f"e{n}" for n in range(8)]
    assert not any("question" in request.prompt for request in provider.requests)


def _through(provider, answer):
    """Return `generate` that answers by a coroutine."""
    from aiwebtest.core.generation import StructuredAnswer

    async def generate(request):
        provider.requests.append(request)
        data = await answer(request)
        return StructuredAnswer(data=data, text="", attempts=(provider._attempt(request),))

    return generate
