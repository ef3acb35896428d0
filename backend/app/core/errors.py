"""The errors that the server raises on purpose. Each knows its HTTP status and becomes a problem document (RFC 9457).

```
Problem
├── NotFound          404
├── Conflict          409  the thing has changed, or is in a state that does not allow it
├── Gone              410  it was there, and works no more: a link that was used
├── Invalid           422  the content cannot be used; `problems` says where and why
├── Unauthenticated   401
├── Forbidden         403
├── TooMany           429
└── Unavailable       503  something that the server needs is not there: a provider, a browser, a worker
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

__all__ = [
    "Conflict",
    "Forbidden",
    "Gone",
    "Invalid",
    "NotFound",
    "Problem",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
]


class Problem(Exception):
    """Base of all of them. `what` is the fact, `mend` the next move, `more` further members of the document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[str] = "The request could not be carried out"

    def __init__(self, what: str, *, mend: str = "", **more: Any) -> None:
        super().__init__(what)
        self.what, self.mend, self.more = what, mend, more


class NotFound(Problem):
    """There is no such thing, or not for this user."""

    status, code, title = 404, "not-found", "Not found"

    def __init__(
        self, kind: str, key: object, *, mend: str = "look it up in the list; it may have been deleted."
    ) -> None:
        super().__init__(f"There is no {kind} {key}.", mend=mend)


class Conflict(Problem):
    """The thing has changed meanwhile, exists already, or is in a state that does not allow this."""

    status, code, title = 409, "conflict", "Conflict"


class Gone(Problem):
    """It was there, and works no more."""

    status, code, title = 410, "gone", "No longer there"


class Invalid(Problem):
    """The content cannot be used. `problems`: a list of {path, line, column, what, mend}.

    `field` is the name of what is wrong, "" when it is not one thing: pages say it there.
    """

    status, code, title = 422, "invalid", "The content cannot be used"

    def __init__(self, what: str, *, mend: str = "", problems: Sequence[dict[str, Any]] = (), field: str = "") -> None:
        super().__init__(what, mend=mend, problems=list(problems))
        self.field = field


class Unauthenticated(Problem):
    """Nobody is logged in, or the token is not valid."""

    status, code, title = 401, "unauthenticated", "Log in first"


class Forbidden(Problem):
    """The user's role or the token's scope does not reach so far."""

    status, code, title = 403, "forbidden", "Not allowed"


class TooMany(Problem):
    """Too many requests or log-in attempts. `retry_after_s` says when to come back."""

    status, code, title = 429, "too-many", "Too many requests"

    def __init__(self, what: str, *, retry_after_s: float) -> None:
        super().__init__(what, mend=f"try again in {max(1, round(retry_after_s))} s.", retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class Unavailable(Problem):
    """Something that the server needs is not there now."""

    status, code, title = 503, "unavailable", "Not available"
