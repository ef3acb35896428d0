"""What the rules raise when a sentence cannot be understood: the unclear part, and sentences that would be clear."""

from __future__ import annotations

__all__ = ["Unclear"]


class Unclear(ValueError):
    """A sentence, or a part of it, has no reading that the rules dare to act on.

    `problem` names the unclear part; `rewordings` are up to two concrete sentences that would be clear.
    """

    def __init__(self, problem: str, *rewordings: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.rewordings = rewordings[:2]
