"""Users: invited, given roles, sent away. For owners."""

from __future__ import annotations

from fastapi import APIRouter, status

from app.api.deps import Owner, PlatformDep
from app.api.documents import errors
from app.api.parameters import Id
from app.schemas.access import ChangeUser, Invite, NewLink, UserOut
from app.schemas.base import Page
from app.services import users

__all__ = ["router"]

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", operation_id="listUsers", responses=errors())
async def list_users(platform: PlatformDep, _actor: Owner) -> Page[UserOut]:
    """List all users by e-mail address."""
    found = [UserOut.model_validate(user) for user in await users.list_users(platform)]
    return Page(items=found, total=len(found))


@router.post("/invitations", status_code=status.HTTP_201_CREATED, operation_id="inviteUser", responses=errors(409))
async def invite(platform: PlatformDep, actor: Owner, body: Invite) -> NewLink:
    """Make a link by which somebody joins; hand it over yourself. It works once, for a week."""
    return NewLink(link=await users.invite(platform, actor, email=body.email, role=body.role))


@router.get("/{user_id}", operation_id="getUser", responses=errors(404))
async def get_user(platform: PlatformDep, _actor: Owner, user_id: Id) -> UserOut:
    """Return one user."""
    return UserOut.model_validate(await users.user(platform, user_id))


@router.patch("/{user_id}", operation_id="changeUser", responses=errors(404, 409))
async def change_user(platform: PlatformDep, actor: Owner, user_id: Id, body: ChangeUser) -> UserOut:
    """Change name or role, or shut somebody out. Refused (409) when no owner would be left."""
    changed = await users.change(platform, actor, user_id, name=body.name, role=body.role, active=body.active)
    return UserOut.model_validate(changed)


@router.delete(
    "/{user_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteUser", responses=errors(404, 409)
)
async def delete_user(platform: PlatformDep, actor: Owner, user_id: Id) -> None:
    """Delete a user with log-ins and tokens. Refused (409) for the last owner."""
    await users.remove(platform, actor, user_id)


@router.post(
    "/{user_id}/password-link",
    status_code=status.HTTP_201_CREATED,
    operation_id="makePasswordLink",
    responses=errors(404, 409),
)
async def make_password_link(platform: PlatformDep, actor: Owner, user_id: Id) -> NewLink:
    """Make a link by which a user sets a new password; hand it over yourself. It works once, for a day."""
    return NewLink(link=await users.password_link(platform, actor, user_id))
