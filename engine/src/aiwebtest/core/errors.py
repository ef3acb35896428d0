"""The errors that we raise on purpose: what happened, and what to do about it.

```
AiWebTestError
├── UsageError            the user's files, settings, arguments or sentences cannot be used
├── BrowserUnavailable    no Chromium could be found, installed or kept alive
├── GroundingError        a sentence could not be placed on the page
├── ActionError           the placed action could not be carried out
├── Undecided             a check could be neither confirmed nor refuted
├── ReplayMiss            a frozen run met a step whose stored grounding does not fit
└── ProviderUnavailable   no model provider could answer
```
A *failed check* is a verdict on the application, not an error of this tree: see `aiwebtest.core.verdict`.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "LONGER",
    "ActionError",
    "AiWebTestError",
    "BrowserUnavailable",
    "ElementGone",
    "GroundingError",
    "LeftMidway",
    "ProviderUnavailable",
    "ReplayMiss",
    "Undecided",
    "UsageError",
]

LONGER = "raise `timeout`: of the step, of its file or in aiwebtest.toml, or --timeout."
"""What to do where only the time was too short."""


class AiWebTestError(Exception):
    """Base of every error raised on purpose. `what` is the fact, `mend` the next move.

    `attempts` holds the requests to model providers that were made before it came to the error.
    """

    code: ClassVar[str] = "error"  # stable: used in JSON, exit codes and as anchors in the documents
    attempts: tuple[object, ...] = ()

    def __init__(self, what: str, *, mend: str) -> None:
        super().__init__(f"{what}\n  Try: {mend}")
        self.what, self.mend = what, mend


class UsageError(AiWebTestError):
    """The user's files, settings, arguments or sentences cannot be used as they are."""

    code = "usage"


class BrowserUnavailable(AiWebTestError):
    """No Chromium could be found or installed, or the one in use went away."""

    code = "browser-unavailable"


class GroundingError(AiWebTestError):
    """A sentence could not be placed on the page: nothing fits, or several things fit alike."""

    code = "not-grounded"


class ActionError(AiWebTestError):
    """The element was found, and the browser could not do what the sentence asks of it."""

    code = "action-failed"


class ElementGone(ActionError):
    """The element left the page before the browser was done with it, as one does that the page draws anew."""


class LeftMidway(ActionError):
    """Of several clicks on an element some were made, and then the page drew another one in its place."""

    def __init__(self, done: int) -> None:
        super().__init__("The element left the page.", mend="wait for the page to come to rest before this step.")
        self.done = done


class Undecided(AiWebTestError):
    """A check could be neither confirmed nor refuted; never counted as passed."""

    code = "undecided"


class ReplayMiss(AiWebTestError):
    """A frozen run met a step with no stored grounding, or one that does not fit the page."""

    code = "replay-miss"


class ProviderUnavailable(AiWebTestError):
    """No model provider could answer, retries and fallbacks spent. `attempts` holds each request that was made."""

    code = "provider-unavailable"

    def __init__(self, what: str, *, mend: str, attempts: tuple[object, ...] = ()) -> None:
        super().__init__(what, mend=mend)
        self.attempts = attempts
