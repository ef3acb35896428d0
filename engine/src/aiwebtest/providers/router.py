"""The router of a run: orders each question's providers, learns from how the steps turned out, and remembers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt, Event, StepFinished
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.chain import Link
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.routing import Routing, RoutingPolicy

__all__ = ["Router", "judged", "policy_of"]

_NOT_SENT = frozenset({"breaker_open", "budget", "unsuited"})
_TYPICAL = (2000, 100)  # tokens in and out of a question, for a first guess at its price


def judged(step: StepFinished) -> list[bool | None]:
    """Return for each request of a step whether it served: None where nobody can say.

    A request without a valid answer did not, nor did an answer with which the step could not go on. Of several answers
    the last is the one that was taken. What was never sent says nothing.
    """
    answers = [place for place, attempt in enumerate(step.attempts) if attempt.outcome == "ok"]
    found: list[bool | None] = []
    for place, attempt in enumerate(step.attempts):
        if attempt.outcome in _NOT_SENT:
            found.append(None)
        elif attempt.outcome != "ok":
            found.append(False)
        else:
            found.append(step.outcome in ("passed", "failed") if place == answers[-1] else None)
    return found


def policy_of(settings: ProviderSettings) -> RoutingPolicy:
    """Return how to choose, as the settings say."""
    return RoutingPolicy(
        mode=settings.model_routing, target=settings.model_routing_target, explore=settings.model_routing_explore
    )


class Router:
    """Gives `Chain` its order, and hears a run's events. What it learned is in `file` between runs.

    Without a file it begins with nothing and keeps nothing; who made it may teach `routing` by what was kept elsewhere.
    """

    def __init__(self, policy: RoutingPolicy, file: Path | None, *, chance: random.Random | None = None) -> None:
        if policy.mode == "learned":
            _require_scipy()
        self._file, self._chance = file, chance or random.Random()
        self.routing = Routing(policy)
        self.routing.load(self._read())

    def order(self, request: StructuredRequest, links: Sequence[Link]) -> tuple[Sequence[Link], str]:
        """Return the links in the order to ask them for this question, and why."""
        by_arm = {link.vendor.label: link for link in links}
        for arm in by_arm.keys() - self.routing.prices.keys():
            vendor, _, model = arm.partition("/")
            price = table_price(vendor, model, *_TYPICAL)
            if price is not None:
                self.routing.prices[arm] = float(price)
        choice = self.routing.choose(request.purpose, list(by_arm), now_s=time.time(), chance=self._chance)
        return [by_arm[arm] for arm in choice.order], choice.why

    def on_event(self, event: Event) -> None:
        """Learn from a step: a failed request is bad, and so is an answer that the step could not go on with."""
        if isinstance(event, StepFinished):
            for attempt, good in zip(event.attempts, judged(event), strict=True):
                if good is not None:
                    self._learn(attempt, good=good)

    def close(self) -> None:
        """Write what was learned to the file."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._file}.lock"):
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps(self.routing.as_json(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
            beside.replace(self._file)

    def _learn(self, attempt: Attempt, *, good: bool) -> None:
        self.routing.learn(
            attempt.purpose, f"{attempt.provider}/{attempt.model_asked}", good=good, now_s=time.time(),
            cost_usd=attempt.cost_usd, latency_s=attempt.latency_s,
        )  # fmt: skip

    def _read(self) -> dict[str, dict[str, dict[str, float]]]:
        if self._file is None:
            return {}
        try:
            stored: dict[str, dict[str, dict[str, float]]] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as exc:
            mend = "delete the file; it is learned anew."
            raise UsageError(f"{self._file} does not hold what routing learned: {exc}.", mend=mend) from exc
        return stored


def _require_scipy() -> None:
    from importlib.util import find_spec

    if find_spec("scipy") is None:
        raise UsageError(
            "MODEL_ROUTING=learned needs scipy, which is not installed.", mend='pip install "aiwebtest[experiments]"'
        )
