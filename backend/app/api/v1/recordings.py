"""Recordings: a browser session turned into a test that says it in sentences."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.deps import Editor, PlatformDep
from app.api.documents import errors
from app.schemas.recording import RecordAnswer, RecordedStep, Recording, Skipped
from app.schemas.tests import FileFault
from app.services import recording, tests

__all__ = ["router"]

router = APIRouter(prefix="/tests", tags=["generation"])


@router.post("/record", operation_id="recordTest", responses=errors(409))
async def record_test(platform: PlatformDep, actor: Editor, body: Recording) -> RecordAnswer:
    """Turn a recorded browser session into a test: each sentence is one that the rules read back as what was done.

    Values of secrets must not be sent: an event names the secret, and the sentence holds its name in braces. What
    cannot be said is told in `skipped`, with the reason.
    """
    events = list(body.events)
    url = events.pop(0).url if events[0].kind == "navigate" else ""
    first = len(body.events) - len(events)
    if body.base_url and url.startswith(f"{body.base_url.rstrip('/')}/"):
        url = url[len(body.base_url.rstrip("/")) :]
    made = recording.sentences(events, body.base_url)
    said = [one for one in made if one.text]
    secrets = list(dict.fromkeys(event.secret for event in events if event.secret))
    content = recording.document(body.name, body.tags, url, secrets, said)
    test_id = None
    if body.save:
        test, seen = await tests.create(platform, actor, body.save, content, "Recorded")
        test_id = test.id
    else:
        seen = await tests.read(platform, "recorded.test.yaml", content)
    return RecordAnswer(
        content=content,
        steps=[
            RecordedStep(sentence=one.text, kind=one.kind, read_as=one.read_as, events=[n + first for n in one.events])
            for one in said
        ],
        skipped=[Skipped(event=one.events[-1] + first, why=one.why) for one in made if not one.text],
        problems=[FileFault.model_validate(problem) for problem in seen.problems],
        test_id=test_id,
    )
