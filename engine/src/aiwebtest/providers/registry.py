"""The providers of a run: made from the settings, shared by all its workers, closed with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from aiwebtest.config.providers import ProviderSettings, split
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.budget import Budget
from aiwebtest.providers.catalog import KNOWN, advice, known_model
from aiwebtest.providers.limits import Limits

if TYPE_CHECKING:  # with the vendors' libraries, which take seconds to import: not before a model is asked
    from aiwebtest.providers.chain import Chain, Link, Order
    from aiwebtest.providers.vendor import Vendor

__all__ = ["Providers", "Resolved"]

_NEAR = 75  # of 100: how like a known name an unknown one must be to be called its slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """One provider with the model that the settings give it."""

    vendor: str
    model: str

    def __str__(self) -> str:
        return f"{self.vendor}/{self.model}"


class Providers:
    """Makes chains, and owns what they share: connections, breakers, limits and the budget.

    ```python
    async with Providers(settings, on_attempt=ledger_of_the_run) as providers:
        answer = await providers.chain("cerebras").generate(request)
    ```
    """

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        looked_in: Sequence[str] = ("the environment",),
        on_attempt: Callable[[Attempt], None] = lambda _: None,
        spent_file: Path | None = None,
        order: Order | None = None,
    ) -> None:
        """`order` routes: it says which provider of a chain is asked first."""
        self.settings = settings
        self._order = order
        self._looked_in, self._on_attempt = tuple(looked_in), on_attempt
        self._budget = Budget(
            per_execution_usd=settings.budget_usd_per_execution, per_day_usd=settings.budget_usd_per_day,
            state_file=spent_file, now=lambda: datetime.now(UTC),
        )  # fmt: skip
        self._links: dict[Resolved, Link] = {}
        self._shared: dict[tuple[str, str, str], tuple[Breaker, Limits]] = {}
        self._chains: dict[tuple[str, tuple[str, ...]], Chain] = {}

    async def __aenter__(self) -> Providers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for link in self._links.values():
            await link.vendor.close()
        self._links.clear()

    def know_spent(self, today_usd: float) -> None:
        """Take over what today has cost on other machines too, for the day's budget."""
        self._budget.know(today_usd)

    def resolve(self, provider: str) -> Resolved:
        """Return vendor and model of `cerebras` or `cerebras/gpt-oss-120b`: as named, as set, or the current default.

        Raises UsageError for `builtin`, an unknown vendor, and a server of one's own without a model.
        """
        vendor, model = split(provider)
        if vendor not in KNOWN:
            from aiwebtest.config.words import did_you_mean

            raise UsageError(f"`{vendor}` is not a model provider.", mend=did_you_mean(vendor, KNOWN))
        model = model or self.settings.model_of(vendor)
        if not model and vendor == "openai" and self.settings.base_url_of(vendor):
            raise UsageError(
                f"OPENAI_API_BASE is {self.settings.base_url_of(vendor)}, and no model is named.",
                mend="set OPENAI_MODEL to one that the server has.",
            )
        return Resolved(vendor=vendor, model=model or KNOWN[vendor].default_model)

    def check(self, providers: Iterable[str]) -> tuple[str, ...]:
        """Return what should be told about the choices, fallbacks included; raise UsageError for what cannot work."""
        asked = dict.fromkeys(one for one in providers if one != "builtin")
        if not asked:
            return ()
        wanted = [self.resolve(name) for name in (*asked, *self.settings.model_fallbacks) if name != "builtin"]
        self._check_keys(dict.fromkeys(one.vendor for one in wanted))
        return tuple(filter(None, map(self.advice, dict.fromkeys(wanted))))

    def advice(self, one: Resolved) -> str:
        """Return what should be told about the choice of a model: retired, ending soon, or like a known one's name.

        "" for nothing. The model is asked all the same: a server of one's own has what it has, and new ones come.
        """
        told = advice(one.vendor, one.model, today=datetime.now(UTC).date())
        own_server = one.vendor == "openai" and self.settings.base_url_of("openai")
        return told if told or own_server or known_model(one.vendor, one.model) else _slip(one)

    def load(self, providers: Iterable[str]) -> None:
        """Import the libraries of those vendors. It takes seconds: in a thread, so that whoever runs a loop goes on."""
        asked = [one for one in providers if one != "builtin"]
        vendors = {self.resolve(name).vendor for name in (*asked, *self.settings.model_fallbacks) if name != "builtin"}
        for name in ("chain", *sorted(vendors)) if asked else ():
            import_module(f"aiwebtest.providers.{name}")

    def _check_keys(self, vendors: Iterable[str]) -> None:
        missing = [vendor for vendor in vendors if not self.has_key(vendor)]
        if not missing:
            return
        where = ", ".join(self._looked_in)
        facts = [f"{KNOWN[v].key_variable} is not set, and {v} needs it (looked in {where})." for v in missing]
        mends = [f"get a key at {KNOWN[v].key_url} and put `{KNOWN[v].key_variable}=...` into .env" for v in missing]
        raise UsageError(
            "\n".join(facts), mend="; ".join(mends) + "; or take `--provider builtin`, which needs no key and no model."
        )

    def has_key(self, vendor: str) -> bool:
        """Tell whether a vendor can be asked: its key is set, or it is a server of one's own."""
        own_server = vendor == "openai" and bool(self.settings.base_url_of(vendor))
        return own_server or self.settings.key_of(vendor) is not None

    def chain(self, provider: str, fallbacks: Sequence[str] | None = None) -> Chain:
        """Return the chain that begins with `provider`; `fallbacks` None takes those of the settings.

        Chains share breakers and limits by key, and the budget. Raises UsageError as `check` does.
        """
        then = self.settings.model_fallbacks if fallbacks is None else tuple(fallbacks)
        key = (provider, tuple(then))
        if key not in self._chains:
            from aiwebtest.providers.chain import Chain

            self.check([provider])
            wanted = dict.fromkeys(self.resolve(name) for name in (provider, *then) if name != "builtin")
            self._chains[key] = Chain(
                [self._link(one) for one in wanted], self._budget, timeout_s=self.settings.model_timeout_s,
                on_attempt=self._on_attempt, order=self._order if then else None,
            )  # fmt: skip
        return self._chains[key]

    def vendor(self, provider: str) -> Vendor:
        """Return a vendor by itself, for questions about it."""
        return self._link(self.resolve(provider)).vendor

    def _link(self, wanted: Resolved) -> Link:
        if wanted not in self._links:
            from aiwebtest.providers.chain import Link

            vendor = self._made(wanted)
            breaker, limits = self._shared.setdefault(vendor.key, (self._breaker(), self._limits()))
            self._links[wanted] = Link(vendor=vendor, breaker=breaker, limits=limits)
        return self._links[wanted]

    def _made(self, wanted: Resolved) -> Vendor:
        key, settings = self.settings.key_of(wanted.vendor), self.settings
        told = {
            "model_name": wanted.model,
            "api_key": key.get_secret_value().strip() if key else "",
            "base_url": settings.base_url_of(wanted.vendor) or None,
        }
        match wanted.vendor:  # the vendors' libraries take seconds to import: only what is asked for
            case "google":
                from aiwebtest.providers.google import google as make
            case "cerebras":
                from aiwebtest.providers.cerebras import cerebras as make
            case "openrouter":
                from aiwebtest.providers.openrouter import openrouter as make
            case _:
                from aiwebtest.providers.openai import openai as make
        return make(**told)  # type: ignore[arg-type]

    def _breaker(self) -> Breaker:
        return Breaker(time.monotonic)

    def _limits(self) -> Limits:
        settings = self.settings
        return Limits(
            time.monotonic, at_once=settings.model_max_concurrency, per_minute=settings.model_requests_per_minute
        )


def _slip(one: Resolved) -> str:
    """Return which name was likely meant by one that neither the catalogue nor the price table has, "" for none."""
    from aiwebtest.config.words import nearest
    from aiwebtest.providers.pricing import priced_models, table_price

    if table_price(one.vendor, one.model, 1, 1) is not None:
        return ""
    current = [known.name for known in KNOWN[one.vendor].models if known.ends_on is None]
    near = nearest(one.model, (*current, *priced_models(one.vendor)), at_least=_NEAR)
    return f"{one} is no model known here: did you mean {near}? It is asked as it is written." if near else ""
