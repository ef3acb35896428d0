"""Listeners that write reports: terminal, HTML, JUnit, JSON, Markdown."""
