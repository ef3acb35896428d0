"""Model providers: one file a vendor, the chain, metering, prices and budgets."""
