"""The secret key and its database belong together: a process with another key is stopped before it does harm."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.core.config import ServerSettings
from app.core.database import Database
from app.core.errors import Conflict, Unavailable
from app.core.security import KEY_FILE, Keys, kept_keys, new_secret, replace_key_file
from app.models import Setting

__all__ = ["forget_key", "grow_key", "know_key", "settle_key"]

_NAME = "secret-key"


async def know_key(database: Database, keys: Keys) -> None:
    """Remember a new database's key by its fingerprint; raises `Unavailable` when it was another one."""
    async with database.read() as session:
        known = await session.get(Setting, _NAME)
    if known is None:
        insert = sqlite.insert if database.on_sqlite else postgresql.insert
        mine = {"fingerprint": keys.fingerprints[0]}
        async with database.write() as session:
            await session.execute(insert(Setting).values(name=_NAME, value=mine).on_conflict_do_nothing())
            known = await session.get_one(Setting, _NAME)
    if known.value["fingerprint"] not in keys.fingerprints:
        raise Unavailable(
            "This database belongs to another secret key than this process has.",
            mend=f"give it the AIWEBTEST_SECRET_KEY, or the {KEY_FILE} of the data folder, that was in use before; "
            "if that is lost: aiwebtest-server rotate-key --lost.",
        )


async def forget_key(database: Database) -> None:
    """Let the next process that opens the database decide its key."""
    async with database.write() as session:
        await session.execute(delete(Setting).where(Setting.name == _NAME))


def grow_key(settings: ServerSettings) -> None:
    """Put a new secret key before the old one in the data folder, or see that settings name both.

    From then on the new one encrypts and both decrypt; should the machine fail now, nothing is lost.
    """
    if settings.secret_key is None:
        replace_key_file(settings.data_dir, new_secret(), *kept_keys(settings.data_dir))
    elif settings.old_secret_key is None:
        raise Conflict(
            "AIWEBTEST_OLD_SECRET_KEY is not set.",
            mend="set it to the secret key of before, and AIWEBTEST_SECRET_KEY to the new one, and call this again.",
        )


async def settle_key(settings: ServerSettings, database: Database, keys: Keys) -> None:
    """Drop the old secret key, after all was encrypted with the new one."""
    async with database.write() as session:
        known = await session.get_one(Setting, _NAME)
        known.value = {"fingerprint": keys.fingerprints[0]}
    if settings.secret_key is None:
        replace_key_file(settings.data_dir, kept_keys(settings.data_dir)[0])
