"""The router of a run: orders each question's providers, learns from how the steps turned out, and remembers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from aiwebtest.config.files import keep_out_of_git
from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt, CaseFinished, Event, StepFinished
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.blame import Suspicion, judged
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.routing import Routing, RoutingPolicy

if TYPE_CHECKING:  # with the vendors' libraries, which take seconds to import
    from aiwebtest.providers.chain import Link

__all__ = ["Router", "RoutingFile", "policy_of"]

_TYPICAL = (2000, 100)  # tokens in and out of a question, for a first guess at its price


def policy_of(settings: ProviderSettings) -> RoutingPolicy:
    """Return how to choose, as the settings say."""
    return RoutingPolicy(
        mode=settings.model_routing, target=settings.model_routing_target, explore=settings.model_routing_explore
    )


class RoutingFile:
    """What routing learned, between runs. Whoever changes it takes in what others wrote meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, routing: Routing) -> None:
        """Let a routing know what is kept; nothing where nothing is. Raises UsageError for a file that is damaged."""
        try:
            routing.load(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return
        except (ValueError, TypeError, AttributeError) as exc:
            mend = "delete the file; it is learned anew."
            raise UsageError(f"{self.path} does not hold what routing learned: {exc}.", mend=mend) from exc

    def change(self, policy: RoutingPolicy, change: Callable[[Routing], object]) -> None:
        """Change what is kept. Raises UsageError for a file that is damaged."""
        keep_out_of_git(self.path.parent)
        with FileLock(f"{self.path}.lock"):
            routing = Routing(policy)
            self.load(routing)
            change(routing)
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps(routing.as_json(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
            beside.replace(self.path)


class Router:
    """Gives `Chain` its order, and hears a run's events. What it learned is in `file` between runs.

    Without a file it begins with nothing and keeps nothing; who made it may teach `routing` by what was kept elsewhere.
    """

    def __init__(self, policy: RoutingPolicy, file: Path | None, *, chance: random.Random | None = None) -> None:
        if policy.mode == "learned":
            _require_scipy()
        self._chance = chance or random.Random()
        self._suspicions: dict[str, Suspicion] = {}  # by execution
        self._lessons: list[Callable[[Routing], object]] = []  # of this run, in their order
        self._file = None if file is None else RoutingFile(file)
        self.routing = Routing(policy)
        if self._file is not None:
            self._file.load(self.routing)

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
        now_s = time.time()
        for attempt, good in zip(event.attempts, judged(event), strict=True):
            if good is not None:
                self._learn(
                    partial(
                        Routing.learn, kind=attempt.purpose, arm=_arm(attempt), good=good, now_s=now_s,
                        cost_usd=attempt.cost_usd, latency_s=attempt.latency_s,
                    )
                )  # fmt: skip
        for step in self._suspicions.setdefault(event.execution, Suspicion()).hear(event):
            for attempt, good in zip(step.attempts, judged(step), strict=True):
                if good:
                    self._learn(partial(Routing.doubt, kind=attempt.purpose, arm=_arm(attempt), now_s=now_s))

    def close(self) -> None:
        """Write what was learned to the file, beside what other runs learned meanwhile."""
        if self._file is not None and self._lessons:
            lessons, self._lessons = self._lessons, []
            self._file.change(self.routing.policy, lambda routing: [lesson(routing) for lesson in lessons])

    def _learn(self, lesson: Callable[[Routing], object]) -> None:
        lesson(self.routing)
        if self._file is not None:
            self._lessons.append(lesson)


def _arm(attempt: Attempt) -> str:
    return f"{attempt.provider}/{attempt.model_asked}"


def _require_scipy() -> None:
    from importlib.util import find_spec

    if find_spec("scipy") is None:
        raise UsageError(
            "MODEL_ROUTING=learned needs scipy, which is not installed.", mend='pip install "aiwebtest[experiments]"'
        )
