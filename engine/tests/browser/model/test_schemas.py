"""What Stagehand asks a model for is what a doctor asks the providers for."""

from __future__ import annotations

from stagehand import LLMStructuredGenerateParams

from aiwebtest.core.case import Step
from aiwebtest.grounding.model.callback import ModelCallback
from aiwebtest.providers.stagehand_schemas import SCHEMAS
from aiwebtest.testing.scripted import observed


async def test_the_schemas_are_those_that_stagehand_sends(ask, monkeypatch) -> None:
    """Look-alikes would prove nothing about a provider."""
    sent = {}
    answer = ModelCallback.__call__

    async def kept(self: ModelCallback, params: LLMStructuredGenerateParams) -> object:
        form = params.model_dump(mode="json", by_alias=True, exclude_none=True)["response_format"]
        sent[form["name"]] = form["schema"]
        return await answer(self, params)

    monkeypatch.setattr(ModelCallback, "__call__", kept)
    page = await ask.page("<button>Save</button><p>Thank you")
    ask.answers(observed("button: Save"), {"verdict": "holds", "reason": "it thanks", "evidence": ["Thank you"]})

    await ask.model.ground(await ask.question(page, "Keep it"))
    await ask.model.judge(await ask.question(page, "It is polite", step=Step(index=1, text="It is polite")))

    assert sent == SCHEMAS
