"""The router of a run: orders each question's providers, learns from how the steps turned out, and remembers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt, CaseFinished, Event, StepFinished
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.blame import Suspicion, judged
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.routing import Routing, RoutingPolicy

if TYPE_CHECKING:  # with the vendors' libraries, which take seconds to import
    from aiwebtest.providers.chain import Link

__all__ = ["Router", "policy_of"]

_TYPICAL = (2000, 100)  # tokens in and out of a question, for a first guess at its price


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
        self._suspicions: dict[str, Suspicion] = {}  # by execution
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
        """Learn from a step: a failed request is bad, and so is an answer that the step could not go on with.

        At a failure the answers that the case went on with since its last passed check are in doubt.
        """
        if isinstance(event, CaseFinished):
            self._suspicions.pop(event.execution, None)
        if not isinstance(event, StepFinished):
            return
        for attempt, good in zip(event.attempts, judged(event), strict=True):
            if good is not None:
                self._learn(attempt, good=good)
        for step in self._suspicions.setdefault(event.execution, Suspicion()).hear(event):
            for attempt, good in zip(step.attempts, judged(step), strict=True):
                if good:
                    self.routing.doubt(attempt.purpose, _arm(attempt), now_s=time.time())

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
            attempt.purpose, _arm(attempt), good=good, now_s=time.time(),
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


def _arm(attempt: Attempt) -> str:
    return f"{attempt.provider}/{attempt.model_asked}"


def _require_scipy() -> None:
    from importlib.util import find_spec

    if find_spec("scipy") is None:
        raise UsageError(
            "MODEL_ROUTING=learned needs scipy, which is not installed.", mend='pip install "aiwebtest[experiments]"'
        )
