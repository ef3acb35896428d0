"""Models that answer from a script: for tests without a provider, and for trying things out.

`ScriptedModel` stands in the place of the whole model side, `ScriptedGenerator` only in the place of the providers, so
that real Stagehand and a real browser are in between. Both keep what they were asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aiwebtest.core.errors import GroundingError, ProviderUnavailable
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredAnswer, StructuredRequest
from aiwebtest.core.intent import Action, Intent, Target
from aiwebtest.core.model import ModelAnswer, ModelQuestion
from aiwebtest.core.verdict import Outcome, Verdict

__all__ = ["ScriptedGenerator", "ScriptedModel", "chosen", "judged", "observed", "read"]

ModelReply = ModelAnswer | Exception | Callable[[ModelQuestion], ModelAnswer]
GeneratorReply = Mapping[str, Any] | Exception | Callable[[StructuredRequest], Any]


class ScriptedModel:
    """Answers questions in their order from the replies given; an exception among them is raised.

    ```python
    model = ScriptedModel(chosen("button", "Save"), judged("passed", evidence=("Saved.",)))
    ```
    """

    def __init__(self, *replies: ModelReply, name: str = "scripted/v1") -> None:
        self.name = name
        self.questions: list[ModelQuestion] = []
        self._replies = iter(replies)

    async def ground(self, question: ModelQuestion) -> ModelAnswer:
        """Return the next reply."""
        return self._next(question)

    async def judge(self, question: ModelQuestion) -> ModelAnswer:
        """Return the next reply."""
        return self._next(question)

    async def extract(self, question: ModelQuestion) -> ModelAnswer:
        """Return the next reply."""
        return self._next(question)

    def _next(self, question: ModelQuestion) -> ModelAnswer:
        self.questions.append(question)
        reply = next(self._replies, None)
        if reply is None:
            raise ProviderUnavailable(f"The script has no reply left for “{question.text}”.", mend="add one to it.")
        if isinstance(reply, Exception):
            raise reply
        return reply(question) if callable(reply) else reply


def chosen(role: str, name: str, action: Action = "click", *values: str) -> Callable[[ModelQuestion], ModelAnswer]:
    """Return a reply that chooses the first visible element of this role and name, whatever is asked."""

    def answer(question: ModelQuestion) -> ModelAnswer:
        nodes = question.snapshot.nodes
        ref = next((n.ref for n in nodes if n.visible and n.role == role and name in (n.name, n.text)), None)
        if ref is None:
            raise GroundingError(f"The script's {role} “{name}” is not on the page.", mend="look at the page.")
        own = Intent(
            action=action, text=question.text, target=Target(text=question.text), values=values, read_by="model"
        )
        return ModelAnswer(intents=((question.intent or own, ref),), model="scripted/v1")

    return answer


def judged(
    outcome: Outcome, actual: str = "", evidence: tuple[str, ...] = ()
) -> Callable[[ModelQuestion], ModelAnswer]:
    """Return a reply that gives a verdict on whatever is claimed."""
    return lambda question: ModelAnswer(
        verdict=Verdict(
            outcome=outcome, claim=question.text, actual=actual, evidence=evidence, decided_by="scripted/v1"
        ),
        model="scripted/v1",
    )


def read(value: str) -> ModelAnswer:
    """Return a reply that gives a value."""
    return ModelAnswer(value=value, model="scripted/v1")


class ScriptedGenerator:
    """Answers requests in their order from the replies given, or all of them with `every`.

    ```python
    generator = ScriptedGenerator(observed("button: Save"), every=lambda request: {"elements": []})
    ```
    """

    def __init__(
        self, *replies: GeneratorReply, every: GeneratorReply | None = None, name: str = "scripted/v1"
    ) -> None:
        self.name, self.time_s = name, 30.0
        self.requests: list[StructuredRequest] = []
        self._replies, self._every = iter(replies), every

    async def generate(self, request: StructuredRequest) -> StructuredAnswer:
        """Return the next reply; raise it, if it is an exception."""
        self.requests.append(request)
        reply = next(self._replies, self._every)
        if reply is None:
            raise ProviderUnavailable("The script has no reply left.", mend="add one to it.")
        if isinstance(reply, Exception):
            raise reply
        data = reply(request) if callable(reply) else reply
        return StructuredAnswer(data=data, text="", attempts=(self._attempt(request),))

    def _attempt(self, request: StructuredRequest) -> Attempt:
        vendor, _, model = self.name.partition("/")
        return Attempt(
            provider=vendor, model_asked=model, model_served=model, purpose=request.purpose,
            input_tokens=len(request.prompt) // 4, output_tokens=10, execution=request.execution, step=request.step,
            tokens_before_pruning=request.tokens_before_pruning,
        )  # fmt: skip


def observed(*lines: str, method: str = "click", arguments: tuple[str, ...] = ()) -> Callable[[StructuredRequest], Any]:
    """Return a reply that points at the tree's lines that read so, such as `button: Save`; none where none does."""

    def answer(request: StructuredRequest) -> Any:
        found = [re.search(rf"^ *\[(\d+-\d+)\] {re.escape(line)}\s*$", request.prompt, re.MULTILINE) for line in lines]
        return {
            "elements": [
                {"elementId": match[1], "description": line, "method": method, "arguments": list(arguments)}
                for line, match in zip(lines, found, strict=True)
                if match
            ]
        }

    return answer
