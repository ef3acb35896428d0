"""Who can act, and what they may do: roles of people, scopes of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from app.core.errors import Forbidden

__all__ = ["ACTIONS", "ROLES", "Action", "Actor", "Role", "system"]

Role = Literal["viewer", "editor", "owner"]
Action = Literal["read", "run", "write", "admin"]
"""What can be allowed: to look, to run and stop, to change tests and what belongs to them, to rule over access."""

ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)

_ROLE_MAY: dict[Role, frozenset[str]] = {
    "viewer": frozenset({"read"}),
    "editor": frozenset({"read", "run", "write"}),
    "owner": frozenset(ACTIONS),
}
_SCOPE_MAY: dict[str, frozenset[str]] = {
    "read": frozenset({"read"}),
    "run": frozenset({"read", "run"}),
    "write": frozenset({"read", "write"}),
    "admin": frozenset(ACTIONS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who is known to the server: a person, a token of theirs, or a part of the server itself.

    A token may what its user's role allows and one of its scopes allows as well. `scopes` is None for a person.
    """

    user_id: int | None
    email: str
    name: str = ""
    role: Role
    scopes: frozenset[str] | None = None
    token: str = ""  # name of the token
    log_in_id: int | None = None
    token_id: int | None = None
    address: str = ""

    @property
    def label(self) -> str:
        """Return how the audit trail and "author" columns name them."""
        return f"{self.email} ({self.token})"[:200] if self.token else self.email

    @property
    def person(self) -> bool:
        """Tell whether somebody is logged in, other than a token or the server itself."""
        return self.log_in_id is not None

    def may(self, action: Action) -> bool:
        """Tell whether role and scopes allow an action."""
        return action in _ROLE_MAY[self.role] and (
            self.scopes is None or any(action in _SCOPE_MAY.get(scope, ()) for scope in self.scopes)
        )

    def require(self, action: Action) -> None:
        """Raise `Forbidden` unless the action is allowed."""
        if self.may(action):
            return
        if action not in _ROLE_MAY[self.role]:
            needed = next(role for role in ROLES if action in _ROLE_MAY[role])
            raise Forbidden(f"This needs the role {needed}; yours is {self.role}.", mend="ask an owner.")
        scopes = ", ".join(sorted(self.scopes or ())) or "none"
        raise Forbidden(
            f"This needs a token with the scope {action}; this one has {scopes}.",
            mend="make a token that has it, at /api/v1/tokens.",
        )


def system(name: str) -> Actor:
    """Return the actor of what the server does by itself: `system("schedule 3")`, `system("command line")`."""
    return Actor(user_id=None, email=name, name=name, role="owner")
