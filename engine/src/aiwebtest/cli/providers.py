"""`aiwebtest providers`: what is known of each provider and model."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aiwebtest.providers.catalog import KnownModel, KnownProvider

__all__ = ["providers"]

_WORDS = {"schema": "JSON schema", "object": "JSON object", "prompt": "words only"}


def providers(
    name: Annotated[str | None, typer.Argument(help="Only this provider.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Tell what is known of each provider and model: context, price, structured output, vision, end; with its date."""
    from aiwebtest.config.words import did_you_mean
    from aiwebtest.core.errors import UsageError
    from aiwebtest.providers.catalog import KNOWLEDGE_DATE, KNOWN
    from aiwebtest.providers.pricing import TABLE_VERSION

    if name is not None and name not in KNOWN:
        raise UsageError(f"`{name}` is not a model provider.", mend=did_you_mean(name, KNOWN))
    shown = [KNOWN[name]] if name else list(KNOWN.values())
    if as_json:
        told = {"known_on": KNOWLEDGE_DATE.isoformat(), "prices": TABLE_VERSION, "providers": [_json(p) for p in shown]}
        typer.echo(json.dumps(told, indent=2))
        return
    for provider in shown:
        _print(provider)
    typer.echo(f"Known on {KNOWLEDGE_DATE}; prices per million tokens by {TABLE_VERSION}. Names that you set are used.")


def _end(model: KnownModel, today: date) -> str:
    if model.ends_on is None:
        return ""
    return f"{'ended' if model.ends_on <= today else 'ends'} {model.ends_on}, then {model.successor}"


def _print(provider: KnownProvider) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{provider.name}[/]  {provider.title}; {provider.key_variable} from {provider.key_url}")
    console.print(f"  {provider.note} Sources: {'; '.join(provider.sources)}.", style="dim")
    table = Table(show_edge=False, pad_edge=True, box=None)
    for column in ("model", "context", "in", "out", "structured", "vision", "note"):
        table.add_column(column, justify="right" if column in ("context", "in", "out") else "left")
    for model in provider.models:
        price_in, price_out = _prices(provider, model)
        ends = _end(model, datetime.now(UTC).date())
        context = f"{model.context_tokens:,}" if model.context_tokens else "unknown"
        table.add_row(
            model.name, context, _money(price_in), _money(price_out), _WORDS[model.structured],
            "yes" if model.vision else "no", "; ".join(filter(None, (ends, model.note))),
        )  # fmt: skip
    console.print(table)
    console.print()


def _json(provider: KnownProvider) -> dict[str, Any]:
    return {
        "name": provider.name, "title": provider.title, "key_variable": provider.key_variable,
        "key_url": provider.key_url, "base_url": provider.base_url, "default_model": provider.default_model,
        "note": provider.note, "sources": list(provider.sources),
        "models": [_model_json(provider, model) for model in provider.models],
    }  # fmt: skip


def _model_json(provider: KnownProvider, model: KnownModel) -> dict[str, Any]:
    price_in, price_out = _prices(provider, model)
    return {
        "name": model.name, "context_tokens": model.context_tokens, "structured_output": model.structured,
        "vision": model.vision, "ends_on": model.ends_on.isoformat() if model.ends_on else None,
        "successor": model.successor or None, "usd_per_million_input": price_in, "usd_per_million_output": price_out,
        "note": model.note,
    }  # fmt: skip


def _prices(provider: KnownProvider, model: KnownModel) -> tuple[float | None, float | None]:
    from aiwebtest.providers.pricing import table_price

    # A thousand tokens, not a million at once: some models are dearer for long prompts, and ours are short.
    found = (table_price(provider.name, model.name, *tokens) for tokens in ((1_000, 0), (0, 1_000)))
    price_in, price_out = (None if price is None else float(price * 1_000) for price in found)
    return price_in, price_out


def _money(usd: float | None) -> str:
    return "unknown" if usd is None else f"${usd:.2f}"
