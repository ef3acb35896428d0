"""What a doctor looks at: is each provider set up, reached, and does it take what will be asked of it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import httpx2

from aiwebtest.core.errors import ProviderUnavailable, UsageError
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.catalog import KNOWN
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers, Resolved
from aiwebtest.providers.stagehand_schemas import SCHEMAS

__all__ = ["Finding", "Report", "examine"]

State = Literal["good", "bad", "warning", "not asked"]

_TREE = "[0-1] RootWebArea: Sign in\n  [0-2] heading: Sign in\n  [0-3] textbox: Email\n  [0-4] button: Sign in"
_PROMPTS = {
    "Observation": f"instruction: find the button that signs in\nAccessibility Tree: \n{_TREE}",
    "Extraction": f'Instruction: the heading says "Sign in"\nDOM: {_TREE}',
    "Metadata": 'Instruction: the heading says "Sign in"\nExtracted content: {"verdict": "holds"}',
}
_LIST_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `mend` is the next move, "" when all is well."""

    what: str
    state: State
    told: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found about one provider, with the requests that it took."""

    provider: str
    model: str
    findings: tuple[Finding, ...]
    attempts: tuple[Attempt, ...] = ()

    @property
    def well(self) -> bool:
        """Tell whether nothing is bad."""
        return all(finding.state != "bad" for finding in self.findings)


async def examine(providers: Providers, wanted: str, *, live: bool) -> Report:
    """Look at one provider. Only `live` sends requests: one for its list of models, one for each schema."""
    try:
        resolved = providers.resolve(wanted)
    except UsageError as exc:
        return Report(
            provider=wanted, model="", findings=(Finding(what="model", state="bad", told=exc.what, mend=exc.mend),)
        )
    findings = [_key(providers, resolved), _model(providers, resolved), _price(resolved)]
    attempts: list[Attempt] = []
    if live and providers.has_key(resolved.vendor):
        listed = await _listed(providers, resolved)
        findings.append(listed)
        if listed.state != "bad":
            for name in SCHEMAS:
                finding, made = await _schema(providers, resolved, name)
                findings.append(finding)
                attempts += made
    elif not live:
        findings.append(Finding(what="endpoint", state="not asked", told="--live asks it, as does `live` in the API"))
    return Report(provider=resolved.vendor, model=resolved.model, findings=tuple(findings), attempts=tuple(attempts))


def _key(providers: Providers, resolved: Resolved) -> Finding:
    known = KNOWN[resolved.vendor]
    if providers.settings.key_of(resolved.vendor) is not None:
        return Finding(what="key", state="good", told=f"{known.key_variable} is set")
    if providers.has_key(resolved.vendor):
        return Finding(what="key", state="good", told="none is set, and a server of one's own may need none")
    return Finding(
        what="key", state="bad", told=f"{known.key_variable} is not set", mend=f"get one at {known.key_url}."
    )


def _model(providers: Providers, resolved: Resolved) -> Finding:
    told = providers.advice(resolved)
    return Finding(what="model", state="warning" if told else "good", told=told or resolved.model)


def _price(resolved: Resolved) -> Finding:
    vendor, own = resolved.vendor, resolved.model
    price = table_price(vendor, own, 1_000_000, 0), table_price(vendor, own, 0, 1_000_000)
    if price[0] is None or price[1] is None:
        told = "unknown; its costs will be recorded as unknown"
        return Finding(what="price", state="good" if vendor == "openrouter" else "warning", told=told)
    return Finding(what="price", state="good", told=f"${price[0]:.2f} in, ${price[1]:.2f} out for a million tokens")


async def _listed(providers: Providers, resolved: Resolved) -> Finding:
    """Ask for the provider's own list of models."""
    settings, vendor = providers.settings, resolved.vendor
    secret = settings.key_of(vendor)
    key, base = secret.get_secret_value().strip() if secret else "", settings.base_url_of(vendor)
    address = (base or KNOWN[vendor].base_url).rstrip("/") + ("/v1beta/models" if vendor == "google" else "/models")
    headers = {"x-goog-api-key": key} if vendor == "google" else {"authorization": f"Bearer {key or 'none'}"}
    params = {"pageSize": "1000"} if vendor == "google" else {}
    try:
        async with httpx2.AsyncClient(timeout=_LIST_TIMEOUT_S) as client:
            answer = await client.get(address, headers=headers, params=params)
    except httpx2.HTTPError as exc:
        return Finding(
            what="endpoint", state="bad", told=f"{address} does not answer ({type(exc).__name__})",
            mend="check the network and the base URL.",
        )  # fmt: skip
    if answer.status_code in (401, 403) or "API key not valid" in answer.text:
        return Finding(what="endpoint", state="bad", told="the key is refused", mend="make a new key there.")
    if answer.status_code != 200:
        return Finding(
            what="endpoint", state="bad", told=f"status {answer.status_code} for the list of models",
            mend="check the base URL.",
        )  # fmt: skip
    names = _names(answer)
    if names and resolved.model not in names:
        return Finding(
            what="endpoint", state="bad", told=f"it has {len(names)} models, and {resolved.model} is none of them",
            mend=_nearest(resolved.model, names),
        )  # fmt: skip
    took = answer.elapsed.total_seconds()
    return Finding(what="endpoint", state="good", told=f"reached in {took:.2f} s; it has {len(names)} models")


def _names(answer: httpx2.Response) -> list[str]:
    try:
        body = answer.json()
    except ValueError:
        return []
    entries = body.get("models") or body.get("data") or [] if isinstance(body, dict) else []
    return [str(one.get("name") or one.get("id", "")).removeprefix("models/") for one in entries]


def _nearest(model: str, names: Sequence[str]) -> str:
    from aiwebtest.config.words import nearest

    near = nearest(model, names)
    return f"did you mean {near}?" if near else f"it has, for example, {', '.join(sorted(names)[:5])}."


async def _schema(providers: Providers, resolved: Resolved, name: str) -> tuple[Finding, tuple[Attempt, ...]]:
    """Ask one small question whose answer has the shape that Stagehand asks for."""
    request = StructuredRequest(
        system="You find elements of a web page.", prompt=_PROMPTS[name], schema=SCHEMAS[name], schema_name=name,
        purpose="doctor", execution="doctor", deadline_s=60.0,
    )  # fmt: skip
    what = f"schema {name}"
    try:
        answer = await providers.chain(str(resolved), ()).generate(request)
    except ProviderUnavailable as exc:
        attempts = tuple(a for a in exc.attempts if isinstance(a, Attempt))
        return Finding(what=what, state="bad", told=exc.what, mend=exc.mend), attempts
    last = answer.attempts[-1]
    how = {"schema": "as a schema", "object": "as a JSON object only", "prompt": "in words only"}[last.form]
    cost = "cost unknown" if last.cost_usd is None else f"${last.cost_usd:.6f}"
    told = f"taken {how}; {last.latency_s:.2f} s, {last.input_tokens} + {last.output_tokens} tokens, {cost}"
    state: State = "good" if last.form == "schema" and len(answer.attempts) == 1 else "warning"
    return Finding(what=what, state=state, told=told), answer.attempts
