"""Brings a database to the tables of this version; the scripts stand in `alembic/`."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic.config import Config

from alembic import command

__all__ = ["migrate", "scripts"]

_ONE_AT_A_TIME = threading.Lock()
_PACKAGE = Path(__file__).resolve().parent.parent


def scripts() -> Path:
    """Return the folder of the migration scripts: beside the package in a checkout, inside it in a wheel."""
    beside, inside = _PACKAGE.parent / "alembic", _PACKAGE / "_alembic"
    return inside if inside.is_dir() else beside


def migrate(url: str, *, to: str = "head") -> None:
    """Bring the database at SQLAlchemy's `url` up (or down) to a revision. Blocks, on a connection of its own."""
    with _ONE_AT_A_TIME:  # Alembic's context is the whole process's
        _migrate(url, to)


def _migrate(url: str, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.attributes["url"] = url
    if to == "base" or to.startswith("-"):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
