"""Exit codes: what a script or a CI system can tell from the end of a command."""

from __future__ import annotations

from enum import IntEnum

from aiwebtest.core.events import RunFinished

__all__ = ["Exit", "of_run"]


class Exit(IntEnum):
    """How a command ended."""

    PASSED = 0
    """Everything asked for was done, and every case passed."""
    FAILED = 1
    """At least one case failed: the application is not as its tests say."""
    USAGE = 2
    """The files, settings or arguments cannot be used as they are; nothing was run."""
    ERROR = 3
    """At least one case could not be judged, or a browser or a provider was missing."""
    NOTHING = 5
    """No case was selected, so nothing was tested."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; what was recorded until then is in the reports."""


def of_run(end: RunFinished | None) -> Exit:
    """Return the code of a run. An error is graver than a failure: it may hide one."""
    if end is None or end.interrupted:
        return Exit.INTERRUPTED
    return {"passed": Exit.PASSED, "failed": Exit.FAILED, "error": Exit.ERROR, "skipped": Exit.NOTHING}[end.outcome]
