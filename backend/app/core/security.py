"""Secrets and how they are kept: digests of tokens, Argon2id of passwords, and the keys derived from the secret key.

The secret key is `AIWEBTEST_SECRET_KEY`, or made once and kept in `secret.key` of the data folder, readable by its
owner only. Nothing uses it directly: each purpose has a key of its own, derived by HKDF, so that what leaks from one
says nothing about the others.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.config import ServerSettings
from app.core.errors import Unavailable

__all__ = [
    "KEY_FILE",
    "Keys",
    "check_binding",
    "digest",
    "hash_password",
    "kept_keys",
    "new_secret",
    "replace_key_file",
    "verify_password",
]

KEY_FILE = "secret.key"

_HASHER = PasswordHasher()  # Argon2id with the second recommended parameters of RFC 9106: 64 MiB, 3 passes
_HASHING = ThreadPoolExecutor(2, "argon2")  # bounds what many log-ins at once take of memory and processors


def digest(text: str) -> str:
    """Return what is kept of a token: its SHA-256 as 64 hex digits. Enough, since tokens are random and long."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_secret(prefix: str = "") -> str:
    """Return a new random token of 256 bits, safe in URLs and headers, with `prefix` in front."""
    return prefix + secrets.token_urlsafe(32)


async def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, its parameters in it."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)


async def verify_password(hashed: str, password: str) -> bool:
    """Tell whether `password` is what `hashed` was made of. "" fits nothing, and takes as long to say so."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _verify, hashed, password)


@cache
def _nobody() -> str:
    """Return what an unknown account's password is compared with: it takes as long, in vain."""
    return _HASHER.hash(secrets.token_urlsafe())


def _verify(hashed: str, password: str) -> bool:
    nobody = _nobody()  # made for the first password of all, so that no answer tells whether there is an account
    try:
        _HASHER.verify(hashed or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


class Keys:
    """Keys of one server, each for one purpose, derived from its secret key.

    `older` are secret keys that were in use before: they still decrypt, and nothing new is encrypted with them.
    """

    def __init__(self, secret_key: str, *older: str) -> None:
        self._secret_key = secret_key
        self.fingerprints = tuple(_derive(key, "fingerprint").hex() for key in (secret_key, *older))
        self._fernet = MultiFernet([_fernet(key) for key in (secret_key, *older)])

    @classmethod
    def load(cls, settings: ServerSettings) -> Keys:
        """Return the keys of a server; its secret key is made now if it has none."""
        if settings.secret_key is not None:
            old = settings.old_secret_key
            return cls(settings.secret_key.get_secret_value(), *([old.get_secret_value()] if old else []))
        return cls(*kept_keys(settings.data_dir))

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that are always the same for one purpose and say nothing about those of another."""
        return _derive(self._secret_key, purpose)

    def encrypt(self, plain: bytes) -> bytes:
        """Return `plain` encrypted and authenticated."""
        return self._fernet.encrypt(plain)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return what was encrypted; raises `Unavailable` when that was done with another secret key."""
        try:
            return self._fernet.decrypt(ciphertext)
        except InvalidToken as exc:
            raise Unavailable(
                "What is stored encrypted was encrypted with another secret key than this process has.",
                mend=f"give it the AIWEBTEST_SECRET_KEY, or the {KEY_FILE} of the data folder, that was in use before.",
            ) from exc

    def renew(self, ciphertext: bytes) -> bytes:
        """Return the same content encrypted with the secret key of now."""
        return self.encrypt(self.decrypt(ciphertext))


def check_binding(settings: ServerSettings) -> None:
    """Raise `Unavailable` when other machines could reach a server whose secret key nobody has chosen."""
    if not settings.loopback and settings.secret_key is None:
        raise Unavailable(
            f"The server would listen on {settings.host}, for other machines too, without a secret key of its own.",
            mend="set AIWEBTEST_SECRET_KEY to at least 32 random characters (openssl rand -base64 32), "
            "the same for all servers and workers, or listen on 127.0.0.1.",
        )


def replace_key_file(data_dir: Path, *secret_keys: str) -> None:
    """Write the secret keys of a data folder, the one in use first, so that a crash leaves the old file or the new."""
    _written(data_dir / KEY_FILE, "\n".join(secret_keys)).replace(data_dir / KEY_FILE)


def kept_keys(data_dir: Path) -> list[str]:
    """Return the secret keys of a data folder, the one in use first; it is made first when there is none."""
    path = data_dir / KEY_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _written(path, new_secret())
        try:
            os.link(draft, path)  # whole or not at all, and never over a key that another process made meanwhile
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if keys := path.read_text(encoding="utf-8").split():
        return keys
    raise Unavailable(f"{path} is empty.", mend="put the secret key back from where you keep it, or delete the file.")


def _written(path: Path, text: str) -> Path:
    """Write a draft of a file beside it, for its owner only, and return it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _fernet(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive(secret_key, "encrypt")))


def _derive(secret_key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"aiwebtest {purpose}".encode()).derive(
        secret_key.encode()
    )
