"""Generation: tests for a requirement, proposed by a model and proven by running them once."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.deps import PlatformDep, RunningEditor
from app.api.documents import errors
from app.schemas.generation import Generated, Requirement
from app.services import generation

__all__ = ["router"]

router = APIRouter(prefix="/tests", tags=["generation"])


@router.post("/generate", operation_id="generateTests", responses=errors(409, 503))
async def generate_tests(platform: PlatformDep, actor: RunningEditor, body: Requirement) -> Generated:
    """Explore an application from `url` within the allowed origins, let a model propose tests, and run each once.

    Exploring follows links and changes nothing. What did not pass is shown to the model once, to be mended. It takes
    a minute or so, and a server does one at a time. Without a provider the answer is 409. A token needs the
    scopes `run` and `write`.
    """
    return await generation.generate(platform, actor, body)
