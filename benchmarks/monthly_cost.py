"""What 1,000 tests a month cost at each provider, by the price table and a stated formula.

    .venv/bin/python -m benchmarks.monthly_cost [--tests 1000] [--steps 2] [--tokens-in 3000] [--tokens-out 150]

cost = tests x steps x (tokens in x price in + tokens out x price out), where `steps` are the steps of one test that a
model is asked about. The defaults are assumptions, not measurements: 3,000 is the most that a step's prompt may have
after shortening. `aiwebtest usage` tells a project's own figures, to be put in here. Prices are the price table's
(genai-prices); a provider's bill may differ, by cached tokens and reasoning for two.
"""

from __future__ import annotations

import argparse

from aiwebtest.providers.catalog import KNOWN
from aiwebtest.providers.pricing import TABLE_VERSION, table_price


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description="Cost of a month of tests by the price table.")
    parser.add_argument("--tests", type=int, default=1000, help="tests a month")
    parser.add_argument("--steps", type=int, default=2, help="steps of a test that a model is asked about")
    parser.add_argument("--tokens-in", type=int, default=3000, help="of one such step")
    parser.add_argument("--tokens-out", type=int, default=150, help="of one such step, reasoning included")
    asked = parser.parse_args()
    requests = asked.tests * asked.steps
    print(f"{asked.tests:,} tests x {asked.steps} steps x ({asked.tokens_in:,} tokens in + {asked.tokens_out:,} out).")
    print(f"Prices by {TABLE_VERSION}.\n")
    print("| provider/model | USD per million in | out | USD a month |\n|---|---:|---:|---:|")
    for provider in KNOWN.values():
        for model in provider.models:
            # A thousand tokens, not a million at once: some models are dearer for long prompts.
            prices = [table_price(provider.name, model.name, *tokens) for tokens in ((1_000, 0), (0, 1_000))]
            one = table_price(provider.name, model.name, asked.tokens_in, asked.tokens_out)
            if model.ends_on is None and one is not None:
                million = " | ".join("unknown" if price is None else f"{price * 1000:.2f}" for price in prices)
                print(f"| {provider.name}/{model.name} | {million} | {one * requests:.2f} |")


if __name__ == "__main__":
    main()
