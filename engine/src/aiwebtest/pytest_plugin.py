"""Collects `*.test.yaml` files, each case a pytest item."""
