"""What is answered while the database is being restarted."""

from __future__ import annotations

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import text

from app.api import problems
from app.core.database import Database


async def test_a_request_that_meets_no_database_is_told_to_come_back() -> None:
    """An answer of 500 would look like a fault of the server."""
    app = FastAPI()
    problems.install(app)

    @app.get("/tests")
    async def tests() -> None:
        async with Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing") as database, database.read() as session:
            await session.execute(text("SELECT 1"))

    async with AsyncClient(transport=ASGITransport(app), base_url="http://server") as client:
        answer = await client.get("/tests")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["type"] == "urn:aiwebtest:problem:unavailable"
