"""Logging in and out, one-time links, and one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response, status

from app.api import cookies
from app.api.deps import ActorDep, Anybody, Person, PlatformDep
from app.api.documents import errors
from app.api.parameters import Id
from app.models import User
from app.schemas.access import ChangePassword, ChangeProfile, LinkOut, LogInOut, LogInWith, Me, UseLink
from app.schemas.base import Page
from app.services import access, links, users
from app.services.access import ACTIONS, Actor

__all__ = ["router"]

router = APIRouter(prefix="/auth", tags=["auth"])

_ANYBODY = (400, 403, 413, 422, 429)  # what a route that asks for no actor may answer

Link = Annotated[str, Path(min_length=20, max_length=100, description="The last part of the link's address.")]


@router.post("/login", operation_id="logIn", responses=errors(401, always=_ANYBODY))
async def log_in(request: Request, response: Response, platform: PlatformDep, address: Anybody, body: LogInWith) -> Me:
    """Log in by password; the answer sets the cookie. Failed tries make the next ones of account and address wait."""
    actor, secret = await access.log_in(
        platform, body.email, body.password.get_secret_value(), address=address, agent=_agent(request)
    )
    cookies.give(response, platform.settings, secret)
    return _me(actor, await users.user(platform, actor.user_id or 0))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, operation_id="logOut", responses=errors())
async def log_out(response: Response, platform: PlatformDep, actor: Person) -> None:
    """End the log-in that the request came by."""
    await access.log_out(platform, actor)
    cookies.clear(response, platform.settings)


@router.get("/links/{link}", operation_id="lookAtLink", responses=errors(410, always=_ANYBODY))
async def look_at_link(platform: PlatformDep, _address: Anybody, link: Link) -> LinkOut:
    """Tell what a link is for, without using it."""
    return LinkOut.model_validate(await links.look(platform, link))


@router.post("/links/{link}", operation_id="useLink", responses=errors(409, 410, always=_ANYBODY))
async def use_link(
    request: Request, response: Response, platform: PlatformDep, address: Anybody, link: Link, body: UseLink
) -> Me:
    """Become the owner, join, or set a new password; the answer sets the cookie of a log-in. Works once."""
    actor, secret = await links.use(
        platform,
        link,
        password=body.password.get_secret_value(),
        email=body.email,
        name=body.name,
        address=address,
        agent=_agent(request),
    )
    cookies.give(response, platform.settings, secret)
    return _me(actor, await users.user(platform, actor.user_id or 0))


@router.get("/me", operation_id="whoIAm", responses=errors())
async def who_i_am(platform: PlatformDep, actor: ActorDep) -> Me:
    """Tell who makes the request and what they may do."""
    return _me(actor, await users.user(platform, actor.user_id or 0))


@router.patch("/me", operation_id="changeMe", responses=errors())
async def change_me(platform: PlatformDep, actor: Person, body: ChangeProfile) -> Me:
    """Change one's own name, or what the web pages remember."""
    changed = await access.change_profile(platform, actor, name=body.name, preferences=body.preferences)
    return _me(actor, changed)


@router.post("/password", status_code=status.HTTP_204_NO_CONTENT, operation_id="changePassword", responses=errors())
async def change_password(platform: PlatformDep, actor: Person, body: ChangePassword) -> None:
    """Set a new password; all other log-ins of one's own end."""
    await access.change_password(platform, actor, body.old.get_secret_value(), body.new.get_secret_value())


@router.get("/sessions", operation_id="listSessions", responses=errors())
async def my_log_ins(platform: PlatformDep, actor: Person) -> Page[LogInOut]:
    """List one's own log-ins, newest first."""
    found = [LogInOut.model_validate(log_in) for log_in in await access.log_ins(platform, actor)]
    for log_in in found:
        log_in.current = log_in.id == actor.log_in_id
    return Page(items=found, total=len(found))


@router.delete("/sessions", status_code=status.HTTP_204_NO_CONTENT, operation_id="endOtherSessions", responses=errors())
async def end_other_log_ins(platform: PlatformDep, actor: Person) -> None:
    """End all of one's own log-ins but this one."""
    await access.end_log_ins(platform, actor)


@router.delete(
    "/sessions/{log_in_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    operation_id="endSession",
    responses=errors(404),
)
async def end_log_in(platform: PlatformDep, actor: Person, log_in_id: Id) -> None:
    """End one of one's own log-ins."""
    await access.end_log_ins(platform, actor, log_in_id)


def _agent(request: Request) -> str:
    return "".join(letter for letter in request.headers.get("user-agent", "") if letter.isprintable())


def _me(actor: Actor, user: User) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        name=user.name,
        role=actor.role,
        kind="person" if actor.person else "token",
        token=actor.token,
        may=[action for action in ACTIONS if actor.may(action)],
        preferences=user.preferences if actor.person else {},
    )
