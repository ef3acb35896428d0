"""Queued work and who carries it out: claiming, executing, sweeping, scheduling."""
