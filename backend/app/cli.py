"""`aiwebtest-server`: starts servers and workers, and keeps the database."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from aiwebtest.core.errors import AiWebTestError
from app.core.config import ServerSettings, load_settings
from app.core.errors import Problem, Unavailable

__all__ = ["app", "main"]

Result = TypeVar("Result")

app = typer.Typer(
    name="aiwebtest-server",
    help="AI Web Test as a platform for a team. Settings: docs/server.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DataDir = Annotated[Path | None, typer.Option(help="Folder of database, artifacts and key: AIWEBTEST_DATA_DIR.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on: AIWEBTEST_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, 0 for a free one: AIWEBTEST_PORT.")] = None,
    data_dir: DataDir = None,
    worker: Annotated[
        bool | None, typer.Option("--worker/--no-worker", help="Start a worker process beside it: AIWEBTEST_WORKER.")
    ] = None,
) -> None:
    """Start the server: API, web pages and, unless told otherwise, a worker beside it."""
    from app.core.security import check_binding

    _speak("server")
    settings = _settings(
        host=host, port=port, data_dir=data_dir, worker=None if worker is None else ("embedded" if worker else "none")
    )
    check_binding(settings)
    with _listening(settings) as listening:
        import uvicorn  # and the rest late: what is wrong with the settings is told at once

        from app.main import create_app

        told = settings.model_copy(update={"port": listening.getsockname()[1]})
        logging.getLogger(__name__).info("Listening on %s port %d.", told.host, told.port)
        config = uvicorn.Config(
            create_app(told, web=True),
            log_config=None,
            access_log=False,  # one-time links are in addresses
            server_header=False,
            timeout_graceful_shutdown=2,  # for streams of events that would go on
        )
        uvicorn.Server(config).run(sockets=[listening])


@app.command()
def worker(
    concurrency: Annotated[int | None, typer.Option(help="Executions at the same time: AIWEBTEST_CONCURRENCY.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Start one more worker, on this machine or on any other that reaches the database."""
    from app.core.database import told_of
    from app.workers import process

    with told_of():
        process.main(_settings(concurrency=concurrency, data_dir=data_dir))


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision to go to; `-1` is one back.")] = "head", data_dir: DataDir = None
) -> None:
    """Bring the database to the tables of this version. The server does so itself when it starts."""
    from app.core import migrations
    from app.core.database import told_of

    settings = _settings(data_dir=data_dir)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with told_of():
        migrations.migrate(settings.database, to=to)
    typer.echo(f"The database is at {to}.")


@app.command("owner-link")
def owner_link(data_dir: DataDir = None) -> None:
    """Print a link by which somebody becomes an owner, once: also for an owner who lost the password."""
    from app.services import links
    from app.services.platform import open_platform

    async def make(settings: ServerSettings) -> str:
        async with open_platform(settings) as platform:
            return await links.owner_link(platform)

    typer.echo(_run(make(_settings(data_dir=data_dir))))


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="File to write; unset: named after the moment.")] = None,
    artifacts: Annotated[bool, typer.Option(help="Whether screenshots, traces and reports go with it.")] = True,
    include_key: Annotated[
        bool, typer.Option("--include-key", help="Put the secret key in as well: whoever has the file has it all.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Save everything to one file, while the server runs or not."""
    from app.services import backup as backups
    from app.services.platform import open_platform

    target = file or Path(f"aiwebtest-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup.tar.gz")

    async def save(settings: ServerSettings) -> backups.Saved:
        async with open_platform(settings) as platform:
            return await backups.backup(platform, target, with_artifacts=artifacts, with_key=include_key)

    saved = _run(save(_settings(data_dir=data_dir)))
    typer.echo(f"{target}: {saved.rows} rows, {saved.artifacts} artifacts, {saved.size_bytes / 1e6:.1f} MB.")
    if saved.missing:
        typer.echo(f"{saved.missing} artifacts were not there any more.")
    if not include_key:
        typer.echo("The secret key is not in it; keep it apart, stored secrets cannot be read without it.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what the database holds now.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Put a backup back, into SQLite or PostgreSQL, whichever it came from. Stop server and workers first."""
    from app.services import backup as backups

    restored = _run(backups.restore(_settings(data_dir=data_dir), file, replace=replace))
    typer.echo(f"{restored.rows} rows and {restored.artifacts} artifacts are back.")
    for secret in restored.lost.secrets:
        typer.echo(f"The secret {secret} was encrypted with another key and is gone: set it anew.")
    for url in restored.lost.webhooks:
        typer.echo(f"The webhook to {url} was encrypted with another key and is gone: make it anew.")


@app.command()
def clean(data_dir: DataDir = None) -> None:
    """Delete what is older than AIWEBTEST_RETENTION_DAYS, and files of nothing. Workers do so by themselves."""
    from app.services import retention
    from app.services.platform import open_platform

    async def sweep(settings: ServerSettings) -> retention.Cleaned:
        async with open_platform(settings) as platform:
            return await retention.clean(platform)

    gone = _run(sweep(_settings(data_dir=data_dir)))
    told = f"{gone.executions} executions, {gone.files + gone.orphans} files, {gone.tests} tests"
    typer.echo(f"Deleted: {told}, {gone.decisions} recorded decisions.")


@app.command("rotate-key")
def rotate_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is lost: delete the secrets that it encrypted.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Take a new secret key and encrypt all secrets anew. Stop server and workers first."""
    from app.services import rotation

    told = _run(rotation.rotate(_settings(data_dir=data_dir), lost=lost))
    typer.echo(f"{told.renewed} secrets are encrypted with the new key. Start the server again.")
    for name in (*told.lost.secrets, *told.lost.webhooks):
        typer.echo(f"Gone with the old key: {name}")


def main() -> None:
    """Run the command line; problems are told in two lines, without a traceback."""
    try:
        app()
    except (Problem, AiWebTestError) as exc:
        _complain(exc.what, exc.mend)


def _settings(**given: object) -> ServerSettings:
    return load_settings(None, **{name: value for name, value in given.items() if value is not None})


def _complain(what: str, mend: str) -> None:
    typer.echo(f"error: {what}" + (f"\n  Try: {mend}" if mend else ""), err=True)
    sys.exit(2)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    from app.core.database import told_of

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with told_of():
        return asyncio.run(work)


def _speak(who: str) -> None:
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s %(levelname)s {who} %(process)d: %(message)s")
    for chatty in ("procrastinate", "httpx", "httpx2", "alembic"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def _listening(settings: ServerSettings) -> socket.socket:
    """Return a listening socket, so that the port is known before anything is said about it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as exc:
        raise Unavailable(
            f"{settings.host}:{settings.port} cannot be listened on: {exc.strerror or exc}.",
            mend="end what listens there, or take another port: --port 0 finds a free one.",
        ) from exc


if __name__ == "__main__":
    main()
