"""A new secret key for a server that does not run: everything is encrypted anew."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.config import ServerSettings
from app.core.database import Database
from app.core.migrations import migrate
from app.services import secrets
from app.services.actor import system
from app.services.platform import open_platform
from app.services.secret_key import forget_key, grow_key, settle_key

__all__ = ["Rotated", "rotate"]


@dataclass(frozen=True, slots=True)
class Rotated:
    """How much was encrypted anew, and what was deleted since its key is lost."""

    renewed: int
    lost: secrets.Unreadable


async def rotate(settings: ServerSettings, *, lost: bool = False) -> Rotated:
    """Encrypt all with a new secret key. At whatever moment it is interrupted, it can be called again.

    With `lost`, the key that the database knows is not there: what it encrypted is deleted, the key of now counts.
    """
    gone = secrets.Unreadable((), ())
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if lost:
        migrate(settings.database)
        async with Database(settings.database) as database:
            await forget_key(database)
    else:
        grow_key(settings)
    async with open_platform(settings) as platform:
        if lost:
            gone = await secrets.drop_unreadable(platform)
        renewed = await secrets.renew(platform, platform.keys, system("command line"))
        await settle_key(settings, platform.database, platform.keys)
    return Rotated(renewed, gone)
