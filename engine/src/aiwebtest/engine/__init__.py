"""The run loop: a table of contents. Yields events, knows no report."""
