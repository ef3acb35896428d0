"""Bodies of everything about access: log-ins, users, tokens, secrets, the audit trail."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, SecretStr, StringConstraints

from app.schemas.base import Answer, Body, Line

__all__ = [
    "AuditEntryOut",
    "ChangePassword",
    "ChangeProfile",
    "ChangeUser",
    "Invite",
    "LinkOut",
    "LogInOut",
    "LogInWith",
    "Me",
    "NewLink",
    "NewToken",
    "SecretName",
    "SecretOut",
    "SetSecret",
    "TokenMade",
    "TokenOut",
    "UseLink",
    "UserOut",
]

RoleName = Literal["viewer", "editor", "owner"]
Scope = Literal["read", "run", "write", "admin"]

_PREFERENCES_BYTES = 8_000


def _whole(secret: SecretStr) -> SecretStr:
    if "\0" in secret.get_secret_value():
        raise ValueError("must not hold a NUL character")
    return secret


def _small(preferences: dict[str, JsonValue]) -> dict[str, JsonValue]:
    text = json.dumps(preferences, allow_nan=False)
    if len(text) > _PREFERENCES_BYTES or "\\u0000" in text:
        raise ValueError(f"must be plain JSON of at most {_PREFERENCES_BYTES} bytes")
    return preferences


Email = Annotated[Line, Field(min_length=3, max_length=254, examples=["ada@example.com"])]
Name = Annotated[Line, Field(max_length=200, examples=["Ada Lovelace"])]
Password = Annotated[
    SecretStr, Field(min_length=1, max_length=200, examples=["four words and a number 7"]), AfterValidator(_whole)
]
SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]


class Exact(Body):
    """A body with a password or secret in it: blanks at its ends belong to it."""

    model_config = ConfigDict(str_strip_whitespace=False)


class LogInWith(Exact):
    """A log-in by password."""

    email: Email
    password: Password


class Me(Answer):
    """Who makes the request, and what they may do."""

    id: int
    email: str
    name: str
    role: RoleName
    kind: Literal["person", "token"]
    token: str = Field("", description="Name of the token, when it is one.")
    may: list[Scope] = Field(description="What role and scopes allow: read, run, write, admin.")
    preferences: dict[str, Any] = Field({}, description="What the web pages remember for a person.")


class ChangeProfile(Body):
    """One's own name, and what the web pages remember."""

    name: Name | None = None
    preferences: Annotated[dict[str, JsonValue], AfterValidator(_small)] | None = Field(
        None, description="Members given replace those of the same name.", examples=[{"theme": "dark"}]
    )


class ChangePassword(Exact):
    """A new password for oneself."""

    old: Password
    new: Password


class LogInOut(Answer):
    """A browser that is logged in."""

    id: int
    agent: str
    address: str
    created_at: datetime
    expires_at: datetime
    current: bool = Field(False, description="Whether it is the one that asks.")


class LinkOut(Answer):
    """What a one-time link is for."""

    purpose: Literal["owner", "invite", "password"]
    role: RoleName
    email: str = Field(description="Whom it is for; empty: whoever uses it says so.")
    expires_at: datetime


class UseLink(Exact):
    """What becomes of a one-time link. `email` is needed where the link names none."""

    email: Annotated[Line, Field(max_length=254)] = ""
    name: Name = ""
    password: Password


class NewLink(Answer):
    """A link to hand over. It works once, and is shown only now."""

    link: str


class UserOut(Answer):
    """A user."""

    id: int
    email: str
    name: str
    role: RoleName
    active: bool
    created_at: datetime
    last_seen_at: datetime | None


class Invite(Body):
    """Somebody who is to join."""

    email: Email
    role: RoleName = "viewer"


class ChangeUser(Body):
    """What is to change of a user; what is left out stays."""

    name: Name | None = None
    role: RoleName | None = None
    active: bool | None = None


class NewToken(Body):
    """A token to be made."""

    name: Annotated[Line, Field(min_length=1, max_length=200, examples=["nightly build"])]
    scopes: Annotated[
        list[Scope],
        Field(
            min_length=1,
            max_length=4,
            description="read: look; run: look, run and stop; write: look and change tests; admin: everything.",
            examples=[["run"]],
        ),
    ]
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(90, description="null: never.")


class TokenOut(Answer):
    """A token, without its text."""

    id: int
    user: str = Field(description="E-mail address of the person it belongs to.")
    name: str
    start: str = Field(description="Its first characters, to tell it apart.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenMade(TokenOut):
    """A new token. `token` is shown only now."""

    token: str


class SetSecret(Exact):
    """A secret's value. It can be replaced and deleted, never read."""

    value: Annotated[SecretStr, Field(min_length=1, max_length=20_000), AfterValidator(_whole)]


class SecretOut(Answer):
    """A secret, without its value."""

    name: str
    updated_by: str
    created_at: datetime
    updated_at: datetime


class AuditEntryOut(Answer):
    """Something that somebody did."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    address: str
