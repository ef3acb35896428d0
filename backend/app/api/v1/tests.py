"""Tests: stored, searched, changed, run; their versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Header, Path, Query, Response, status

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.pages import page_of
from app.api.parameters import After, Id, Limit, Number, RunAsked
from app.core.errors import Invalid
from app.models import Test
from app.schemas.base import Page
from app.schemas.runs import RunAnswer
from app.schemas.tests import (
    DiffAnswer,
    FileFault,
    Restore,
    TestAnswer,
    TestChange,
    TestNew,
    TestSummary,
    ToValidate,
    Validation,
    VersionAnswer,
    VersionSummary,
)
from app.services import executions, runs, tests, versions

__all__ = ["router"]

router = APIRouter(prefix="/tests", tags=["tests"])

IfMatch = Annotated[
    str | None, Header(max_length=40, description='The version that this is based on, as the ETag tells it: `"3"`.')
]


@router.get("", operation_id="listTests", response_model=Page[TestSummary], responses=errors(404))
async def list_tests(
    platform: PlatformDep,
    _actor: Viewer,
    search: Annotated[str, Query(max_length=200, description="Words in name, path or text.")] = "",
    tag: Annotated[list[str] | None, Query(max_length=20, description="Tests with all of these tags.")] = None,
    suite_id: Annotated[Number | None, Query(description="Tests that belong to this suite.")] = None,
    deleted: Annotated[bool, Query(description="Those in the bin instead.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List tests, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await tests.listed(
            session, search=search, tag=tag or (), suite_id=suite_id, deleted=deleted, after=after, limit=limit
        )
    return page_of(rows, cursor)


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createTest", responses=errors(409))
async def create_test(platform: PlatformDep, actor: Editor, body: TestNew, response: Response) -> TestAnswer:
    """Store a new test. Mistakes in it are told, and keep it from being run, not from being stored."""
    test, seen = await tests.create(platform, actor, body.path, body.content, body.message)
    return _answer(test, seen, response)


@router.get("/tags", operation_id="listTags", responses=errors())
async def list_tags(platform: PlatformDep, _actor: Viewer) -> dict[str, int]:
    """Return the tags in use, and how many tests have each."""
    async with platform.database.read() as session:
        return await tests.tags(session)


@router.post("/validate", operation_id="validateTest", responses=errors())
async def validate_test(platform: PlatformDep, _actor: Viewer, body: ToValidate) -> Validation:
    """Check a test without storing it: every problem with path, line and column, as `aiwebtest validate` tells it."""
    more = {path: tests.as_bytes(text) for path, text in body.files.items()}
    seen = await tests.read(platform, body.path, body.content, more=more)
    faults = [FileFault.model_validate(problem) for problem in seen.problems]
    return Validation(valid=not faults, cases=list(seen.titles), problems=faults)


@router.get("/{test_id}", operation_id="getTest", responses=errors(404))
async def get_test(platform: PlatformDep, _actor: Viewer, test_id: Id, response: Response) -> TestAnswer:
    """Return a test with its content and what is wrong with it. The ETag is its version."""
    async with platform.database.read() as session:
        test = await tests.get(session, test_id, deleted=True)
    return _answer(test, await tests.read(platform, test.path, test.content), response)


@router.patch("/{test_id}", operation_id="changeTest", responses=errors(404, 409))
async def change_test(
    platform: PlatformDep, actor: Editor, test_id: Id, body: TestChange, response: Response, if_match: IfMatch = None
) -> TestAnswer:
    """Change a test. When somebody else changed it since `version` (or If-Match), nothing is done: 409."""
    draft = tests.Draft(
        path=body.path, content=body.content, message=body.message, version=_expected(body.version, if_match)
    )
    test, seen = await tests.change(platform, actor, test_id, draft)
    return _answer(test, seen, response)


@router.delete(
    "/{test_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteTest", responses=errors(404, 409)
)
async def delete_test(platform: PlatformDep, actor: Editor, test_id: Id, if_match: IfMatch = None) -> None:
    """Put a test into the bin. Its executions stay; it can be taken out until retention empties the bin."""
    await tests.delete(platform, actor, test_id, _expected(None, if_match))


@router.post("/{test_id}/undelete", operation_id="undeleteTest", responses=errors(404, 409))
async def undelete_test(platform: PlatformDep, actor: Editor, test_id: Id) -> TestSummary:
    """Take a test out of the bin."""
    return TestSummary.model_validate(await tests.restore_deleted(platform, actor, test_id))


@router.get("/{test_id}/versions", operation_id="listVersions", responses=errors(404))
async def list_versions(
    platform: PlatformDep, _actor: Viewer, test_id: Id, after: After = None, limit: Limit = 50
) -> Page[VersionSummary]:
    """List a test's versions, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await versions.listed(session, test_id, after=after, limit=limit)
    return Page(items=[VersionSummary.model_validate(row) for row in rows], next=cursor)


VersionNumber = Annotated[Number, Path(description="Number of a version, from 1.")]


@router.get("/{test_id}/versions/{number}", operation_id="getVersion", responses=errors(404))
async def get_version(platform: PlatformDep, _actor: Viewer, test_id: Id, number: VersionNumber) -> VersionAnswer:
    """Return one version with its content."""
    async with platform.database.read() as session:
        return VersionAnswer.model_validate(await versions.get(session, test_id, number))


@router.post("/{test_id}/versions/{number}/restore", operation_id="restoreVersion", responses=errors(404, 409))
async def restore_version(
    platform: PlatformDep,
    actor: Editor,
    test_id: Id,
    number: VersionNumber,
    response: Response,
    body: Annotated[Restore, Body(default_factory=Restore)],
    if_match: IfMatch = None,
) -> TestAnswer:
    """Make an older version's content the current one, as a new version."""
    test, seen = await versions.restore(
        platform, actor, test_id, number, version=_expected(body.version, if_match), message=body.message
    )
    return _answer(test, seen, response)


@router.get("/{test_id}/diff", operation_id="diffVersions", responses=errors(404))
async def diff_versions(
    platform: PlatformDep,
    _actor: Viewer,
    test_id: Id,
    before: Annotated[Number | None, Query(description="Unset: the version before the other one.")] = None,
    after: Annotated[Number | None, Query(description="Unset: the current version.")] = None,
) -> DiffAnswer:
    """Return how two versions differ, as a unified diff."""
    async with platform.database.read() as session:
        old, new, text = await versions.diff(session, test_id, before, after)
    return DiffAnswer(before=old, after=new, diff=text)


@router.post("/{test_id}/run", status_code=status.HTTP_202_ACCEPTED, operation_id="runTest", responses=errors(404, 503))
async def run_test(platform: PlatformDep, actor: Runner, test_id: Id, body: RunAsked) -> RunAnswer:
    """Run a test: one execution for each case and row of data. The call is the same whatever the provider."""
    run = await runs.begin(platform, actor, body, test_id=test_id)
    async with platform.database.read() as session:
        return await executions.run_answer(session, run)


def _answer(test: Test, seen: tests.Read, response: Response) -> TestAnswer:
    response.headers["ETag"] = f'"{test.version}"'
    summary = TestSummary.model_validate(test).model_dump()
    faults = [FileFault.model_validate(problem) for problem in seen.problems]
    return TestAnswer(**summary, content=test.content, problems=faults)


def _expected(version: int | None, if_match: str | None) -> int | None:
    """Return the version that a change is based on, from its body or the header."""
    if if_match is None or if_match.strip() == "*":
        return version
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Invalid(f"If-Match is `{if_match}`, not a version.", mend='send the ETag, such as "3".')
    if version is not None and version != int(text):
        raise Invalid("If-Match and `version` differ.", mend="send one of them.")
    return int(text)
