"""Backups: every table and every artifact of a running server in one file, and back, on either database.

A backup is a gzipped tar: `manifest.json`, `tables/<name>.jsonl` (a row a line), `artifacts/<key>`. Tables are read in
one transaction, so that they fit each other while the server goes on writing. The format does not depend on the
database: a backup of SQLite can be restored into PostgreSQL, which is how a server grows. The secret key is left out
unless asked for: a backup alone then gives no secret away.
"""

from __future__ import annotations

import base64
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.types import JSON, DateTime

from aiwebtest import __version__
from app.core.clock import now
from app.core.config import ServerSettings
from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotFound
from app.core.migrations import migrate
from app.core.security import KEY_FILE, replace_key_file
from app.models import Base
from app.services import audit, secrets
from app.services.actor import system
from app.services.artifacts import Store
from app.services.platform import Platform, open_platform
from app.services.secret_key import forget_key

__all__ = ["Restored", "Saved", "backup", "restore"]

_FORMAT = 1
_PASSING = ("workers",)  # tables that tell of this moment only
_BATCH = 1_000
_COMMAND_LINE = system("command line")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds. `missing` are artifacts that were deleted while it was written."""

    rows: int
    artifacts: int
    missing: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `lost` are secrets and webhooks that the secret key of now cannot decrypt; they are deleted."""

    rows: int
    artifacts: int
    lost: secrets.Unreadable = field(default_factory=lambda: secrets.Unreadable((), ()))


# Saving


async def backup(platform: Platform, file: Path, *, with_artifacts: bool = True, with_key: bool = False) -> Saved:
    """Write a backup of a server, running or not. `file` appears whole or not at all, readable by its owner only."""
    if file.exists():
        raise Conflict(f"{file} exists already.", mend="give another name, or delete it first.")
    file.parent.mkdir(parents=True, exist_ok=True)
    keys: list[str] = []
    missing = 0
    with tempfile.NamedTemporaryFile(prefix=f".{file.name}-", dir=file.parent, delete=False) as draft:
        try:
            with tarfile.open(fileobj=draft, mode="w:gz", compresslevel=3) as archive:
                async with platform.database.snapshot() as connection:
                    rows = await connection.run_sync(_save_tables, archive)
                    if with_artifacts:
                        artifacts = Base.metadata.tables["artifacts"]
                        keys = list((await connection.execute(select(artifacts.c.key))).scalars())
                if with_key and platform.settings.secret_key is None:
                    _add(archive, KEY_FILE, (platform.settings.data_dir / KEY_FILE).read_bytes())
                for key in keys:
                    missing += not await _save_artifact(archive, platform.artifacts, key)
            draft.flush()
            Path(draft.name).replace(file)
        finally:
            Path(draft.name).unlink(missing_ok=True)  # nothing, once it is the backup
    async with platform.database.write() as session:
        audit.note(session, _COMMAND_LINE, "server.backup", file.name, rows=rows)
    return Saved(rows, len(keys) - missing, missing, file.stat().st_size)


def _save_tables(connection: Connection, archive: tarfile.TarFile) -> int:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _PASSING]
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for table in tables:
            counts[table.name] = _save_table(connection, table, Path(folder, table.name))
        manifest = {
            "format": _FORMAT,
            "version": __version__,
            "revision": revision,
            "made_at": now().isoformat(),
            "database": connection.dialect.name,
            "rows": counts,
            "last_ids": {table.name: _last_id(connection, table.name) for table in tables if "id" in table.c},
        }
        _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
        for table in tables:
            archive.add(Path(folder, table.name), f"tables/{table.name}.jsonl", filter=_nobodys)
    return sum(counts.values())


def _save_table(connection: Connection, table: Table, path: Path) -> int:
    count = 0
    query = select(table).order_by(*table.primary_key)
    rows = connection.execute(query, execution_options={"yield_per": _BATCH})
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            values = {name: _plain(value) for name, value in row._mapping.items()}  # noqa: SLF001 - its public name
            file.write(json.dumps(values) + "\n")
            count += 1
    return count


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _last_id(connection: Connection, table: str) -> int:
    """Return the last id that a table has given, which may be gone by now: it must not be given again."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(query, {"table": table}).scalar() or 0
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table}).scalar_one()
    last, called = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - ours
    return int(last) if called else 0


async def _save_artifact(archive: tarfile.TarFile, store: Store, key: str) -> bool:
    """Add an artifact; return False when retention was faster."""
    try:
        part = await store.open(key)
        with tempfile.TemporaryFile() as file:
            async for chunk in part.chunks:
                file.write(chunk)
            _add_file(archive, f"artifacts/{key}", file)
    except NotFound:
        return False
    return True


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    _add_file(archive, name, io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = file.seek(0, io.SEEK_END), 0o600, int(now().timestamp())
    file.seek(0)
    archive.addfile(info, file)


def _nobodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


# Restoring


async def restore(settings: ServerSettings, file: Path, *, replace: bool = False) -> Restored:
    """Put a backup into the database and artifact store of a server that does not run.

    Raises `Conflict` when there is something already and `replace` is not said, `Invalid` for a file that cannot be
    used; nothing is changed then.
    """
    manifest = _checked(file)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(settings.database.replace("+aiosqlite", ""))
    try:
        if not replace and _in_use(engine):
            raise Conflict("The database holds something already.", mend="give --replace to delete all of it first.")
        _empty(settings, engine, str(manifest["revision"]))
        rows = _restore_tables(engine, file, manifest)
    finally:
        engine.dispose()
    migrate(settings.database)
    _restore_key(settings, file)
    async with Database(settings.database) as database:
        await forget_key(database)
    async with open_platform(settings, migrated=True) as platform:
        artifacts = await _restore_artifacts(platform.artifacts, file)
        lost = await secrets.drop_unreadable(platform)
        async with platform.database.write() as session:
            audit.note(session, _COMMAND_LINE, "server.restore", file.name, rows=rows, made_at=manifest["made_at"])
    return Restored(rows, artifacts, lost)


def _checked(file: Path) -> dict[str, Any]:
    """Return the manifest of a backup that has been read through to its end."""
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if member.name == "manifest.json" and content is not None:
                    manifest = json.load(content)
    except (OSError, EOFError, tarfile.TarError, ValueError) as exc:
        raise Invalid(f"{file} cannot be read as a backup: {exc}.", mend="take another one.") from exc
    if manifest.get("format") != _FORMAT:
        raise Invalid(
            f"{file} is no backup that this version ({__version__}) can read.",
            mend=f"restore it with the version that made it: {manifest.get('version', 'unknown')}.",
        )
    return manifest


def _in_use(engine: Engine) -> bool:
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return any(
            connection.execute(select(func.count()).select_from(Base.metadata.tables[name])).scalar_one()
            for name in ("users", "tests", "executions")
            if name in there
        )


def _empty(settings: ServerSettings, engine: Engine, revision: str) -> None:
    """Make all tables anew, as they were in the revision of the backup."""
    with engine.connect() as connection:
        is_new = "alembic_version" not in inspect(connection).get_table_names()
    if not is_new:
        migrate(settings.database, to="base")
    migrate(settings.database, to=revision)


def _restore_tables(engine: Engine, file: Path, manifest: dict[str, Any]) -> int:
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=list(manifest["rows"]))
        count = 0
        for table in tables.sorted_tables:
            for batch in _batches(file, table):
                connection.execute(table.insert(), batch)
                count += len(batch)
        for name, last in manifest["last_ids"].items():
            _go_on_from(connection, name, last)
    return count


def _batches(file: Path, table: Table) -> Iterator[list[dict[str, Any]]]:
    moments = {column.name for column in table.c if isinstance(column.type, DateTime)}
    blobs = {column.name for column in table.c if isinstance(column.type, LargeBinary)}
    for column in table.c:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    zoned = any(isinstance(column.type, DateTime) and column.type.timezone for column in table.c)
    batch: list[dict[str, Any]] = []
    for row in _lines(file, f"tables/{table.name}.jsonl"):
        for name in moments & row.keys():
            row[name] = _moment(row[name], zoned=zoned)
        for name in blobs & row.keys():
            row[name] = None if row[name] is None else base64.b64decode(row[name])
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _lines(file: Path, name: str) -> Iterator[dict[str, Any]]:
    with tarfile.open(file) as archive:
        content = archive.extractfile(name)
        assert content is not None
        for line in content:
            yield json.loads(line)


def _moment(value: str | None, *, zoned: bool) -> datetime | None:
    """Return a moment as the column keeps it: SQLite has no zones, and keeps UTC."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return moment if zoned else moment.replace(tzinfo=None)


def _go_on_from(connection: Connection, table: str, last: int) -> None:
    """Let ids go on where they were, also when the last row is gone."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), {"table": table, "last": last}
        )
    else:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last, :called)"),
            {"table": table, "last": max(last, 1), "called": last > 0},
        )


def _restore_key(settings: ServerSettings, file: Path) -> None:
    if settings.secret_key is not None:
        return
    with tarfile.open(file) as archive:
        if KEY_FILE in archive.getnames():
            content = archive.extractfile(KEY_FILE)
            assert content is not None
            replace_key_file(settings.data_dir, *content.read().decode().split())


async def _restore_artifacts(store: Store, file: Path) -> int:
    count = 0
    with tarfile.open(file) as archive, tempfile.TemporaryDirectory() as folder:
        for member in archive:
            key = member.name.removeprefix("artifacts/")
            if not member.isfile() or key == member.name or ".." in key.split("/") or key.startswith("/"):
                continue
            content = archive.extractfile(member)
            assert content is not None
            draft = Path(folder, "artifact")
            draft.write_bytes(content.read())
            await store.put(key, draft)
            count += 1
    return count
