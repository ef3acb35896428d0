"""Tests and suites: what people wrote, with every version of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.models.base import Base, Identity, Json

__all__ = ["Heal", "Lock", "Resource", "Suite", "SuiteTest", "Test", "TestVersion"]


class Test(Identity, Base):
    """A test file of the platform. `content` is the YAML of its current version, as the command line would read it.

    `path` is where the file stands in the project's tree: `use`, data files and lockfiles are relative to it.
    """

    __tablename__ = "tests"
    __test__: ClassVar[bool] = False  # not a class of tests
    __table_args__ = (
        Index(
            "ix_tests_path", "path", unique=True, sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    path: Mapped[str] = mapped_column(String(400))  # unique among those that are not in the bin
    name: Mapped[str] = mapped_column(String(200), index=True)
    tags: Mapped[list[Any]] = mapped_column(Json, default=list)
    provider: Mapped[str | None] = mapped_column(String(80))
    preferred_provider: Mapped[str | None] = mapped_column(String(80))  # asked where the file names nobody
    url: Mapped[str] = mapped_column(String(2000), default="")
    cases: Mapped[int] = mapped_column(default=1)  # executions that one run of it makes
    version: Mapped[int] = mapped_column(default=1)
    content: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)  # in the bin, until retention takes it

    versions: Mapped[list[TestVersion]] = relationship(back_populates="test", cascade="all, delete-orphan")


class TestVersion(Identity, Base):
    """One state of a test; never changed."""

    __tablename__ = "test_versions"
    __test__: ClassVar[bool] = False
    __table_args__ = (UniqueConstraint("test_id", "number"), {"sqlite_autoincrement": True})

    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[str]
    message: Mapped[str] = mapped_column(String(400), default="")
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    test: Mapped[Test] = relationship(back_populates="versions")


class Resource(Identity, Base):
    """A file that tests use: shared steps, a table of data, something to upload. `path` is in the same tree."""

    __tablename__ = "resources"

    path: Mapped[str] = mapped_column(String(400), unique=True)
    content: Mapped[bytes]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the content, in hexadecimal digits
    size_bytes: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Lock(Base):
    """A test's lockfile: the groundings of its steps that passed, as the command line would keep them beside it."""

    __tablename__ = "locks"

    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Heal(Identity, Base):
    """A stored grounding that no longer fitted, and what took its place: waits for a person's word."""

    __tablename__ = "heals"
    __table_args__ = (Index("ix_heals_waiting", "state", "created_at"), {"sqlite_autoincrement": True})

    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id", ondelete="CASCADE"), index=True)
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("executions.id", ondelete="SET NULL"), index=True)
    case: Mapped[str] = mapped_column(String(400), default="")
    step: Mapped[int]
    text: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    entry: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what the lockfile would say, when approved
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting | approved | rejected
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Suite(Identity, Base):
    """Tests chosen together. `settings` are the defaults of its runs, in the shape of a run request."""

    __tablename__ = "suites"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[Any]] = mapped_column(Json, default=list)  # tests with one of these belong to it as well
    mode: Mapped[str] = mapped_column(String(12), default="parallel")  # parallel | sequential
    max_parallel: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    members: Mapped[list[SuiteTest]] = relationship(
        back_populates="suite", cascade="all, delete-orphan", order_by="SuiteTest.position"
    )


class SuiteTest(Base):
    """A test's place in a suite."""

    __tablename__ = "suite_tests"

    suite_id: Mapped[int] = mapped_column(ForeignKey("suites.id", ondelete="CASCADE"), primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    suite: Mapped[Suite] = relationship(back_populates="members")
    test: Mapped[Test] = relationship()
