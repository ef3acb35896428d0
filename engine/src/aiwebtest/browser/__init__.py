"""Playwright: find and launch a browser, take snapshots, perform actions, observe effects, keep artifacts."""
