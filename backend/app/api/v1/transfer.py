"""Import and export: the very files that the command line runs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from app.api.deps import Editor, PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import Id, Number
from app.schemas.base import Line
from app.schemas.tests import ImportAnswer, ImportedFile
from app.services import tests, transfer
from app.services.archives import Format, pack

__all__ = ["router"]

router = APIRouter(prefix="/tests", tags=["tests"])

_FILE = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
"""Schema of a file: generators of clients know one by its format, as OpenAPI 3.0 had it."""

_TYPES = {"zip": "application/zip", "tar": "application/gzip"}


@router.post("/import", operation_id="importTests", responses=errors(409))
async def import_tests(
    platform: PlatformDep,
    actor: Editor,
    files: Annotated[
        list[UploadFile],
        File(
            description="Test files, files that they use, lockfiles; or a zip or tar of a whole folder.",
            json_schema_extra={"items": _FILE},
        ),
    ],
    folder: Annotated[Line, Form(max_length=200, description="Where in the tree they go.")] = "",
    message: Annotated[Line, Form(max_length=400, description="What these versions are about.")] = "",
    replace: Annotated[bool, Form(description="False refuses to change a file that is there already.")] = True,
    dry_run: Annotated[bool, Form(description="Tell what would be done, and do nothing.")] = False,
) -> ImportAnswer:
    """Import tests with all that belongs to them: `curl -F files=@suite.zip`, or `-F files=@a.test.yaml -F files=...`.

    All or nothing. What is there already becomes a new version. Mistakes in tests are told with line and column, and
    do not keep them from being stored.
    """
    incoming = transfer.Incoming()
    for file in files:
        incoming.add(file.filename or "new.test.yaml", await file.read(), folder=folder)
    taken = await transfer.import_files(platform, actor, incoming, message=message, replace=replace, dry_run=dry_run)
    answer = [ImportedFile.model_validate(one) for one in taken]
    return ImportAnswer(files=answer, problems=sum(len(one.problems) for one in answer))


@router.get(
    "/export",
    operation_id="exportTests",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "description": "An archive of the tests with their lockfiles, and of all resources.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES.values()},
        },
    },
)
async def export_tests(
    platform: PlatformDep,
    _actor: Viewer,
    test_id: Annotated[list[Number] | None, Query(max_length=200, description="Unset: all tests.")] = None,
    suite_id: Annotated[Number | None, Query(description="The tests of this suite.")] = None,
    form: Annotated[Format, Query(alias="format")] = "zip",
) -> Response:
    """Export tests, byte for byte as they were stored: unpack them and run `aiwebtest run`."""
    async with platform.database.read() as session:
        files = await transfer.export(session, test_ids=test_id or (), suite_id=suite_id)
    name = "tests.zip" if form == "zip" else "tests.tar.gz"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pack(files, form), media_type=_TYPES[form], headers=headers)


@router.get(
    "/{test_id}/export",
    operation_id="exportTest",
    response_class=Response,
    responses={
        **errors(404),
        200: {"description": "The test file, as it was written.", "content": {"application/yaml": {"schema": {}}}},
    },
)
async def export_test(platform: PlatformDep, _actor: Viewer, test_id: Id) -> Response:
    """Export one test file, byte for byte as it was stored."""
    async with platform.database.read() as session:
        test = await tests.get(session, test_id)
    name = quote(test.path.rpartition("/")[2])
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "ETag": f'"{test.version}"'}
    return Response(test.content.encode(), media_type="application/yaml", headers=headers)
