"""An execution's report as one plain page without scripts: to be printed, kept as a file, or shown by a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core.clock import now
from app.core.errors import Problem
from app.schemas.executions import ArtifactAnswer, StepAnswer
from app.services import reports, shares
from app.services.listing import LARGEST
from app.services.reports import Report
from app.web import kit
from app.web.kit import words
from app.web.pages.step import SOURCES, boxes, picture_title
from app.web.session import actor_of, platform_of
from app.web.theme import FOLDER

__all__ = ["report_of", "router"]

router = APIRouter(include_in_schema=False)

_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER.parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
_TEMPLATES.filters["prose"] = kit.prose
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def report_of(execution_id: int) -> str:
    """Return the address of an execution's report."""
    return f"/report/{execution_id}"


@router.get("/report/{execution_id}")
async def show(request: Request, execution_id: str) -> Response:
    """Show a report to those who are logged in."""
    platform = platform_of(request)
    actor = await actor_of(platform, request)
    if actor is None or not actor.may("read"):
        return RedirectResponse(f"/login?next=/report/{execution_id}" if execution_id.isdigit() else "/login", 303)
    if not (execution_id.isascii() and execution_id.isdigit()) or int(execution_id) > LARGEST:
        return _refusal("There is no such execution.", "look it up in the list.", 404)
    try:
        return _page(await reports.of_execution(platform, int(execution_id)), inside=True)
    except Problem as exc:
        return _refusal(exc.what, exc.mend, exc.status)


@router.get("/shared/{link}")
async def show_shared(request: Request, link: str) -> Response:
    """Show a report to whoever has a link that still works."""
    platform = platform_of(request)
    try:
        return _page(await reports.of_execution(platform, await shares.look(platform, link)), inside=False)
    except Problem as exc:
        return _refusal(exc.what, exc.mend, exc.status)


def _page(report: Report, *, inside: bool) -> Response:
    seen = report.execution
    page = _TEMPLATES.get_template("report.html").render(
        seen=seen,
        state="flaky" if seen.flaky else words.state_of(seen.state, seen.outcome),
        steps=[_step(report, step) for step in seen.steps],
        loose=[_shown(one.file, one.data) for one in report.pictures if one.file.step is None],
        last_pass=report.last_pass,
        inside=inside,
        made_at=now(),
        words=words,
        moment=_moment,
    )
    return HTMLResponse(page, headers=_HEADERS)


def _step(report: Report, step: StepAnswer) -> dict[str, Any]:
    attempts = [one for one in report.execution.attempts if one.step == step.index]
    return {
        "step": step,
        "source": SOURCES.get(step.source, step.source),
        "problem": step.detail.get("problem") or {},
        "verdicts": step.detail.get("verdicts") or [],
        "actions": step.detail.get("actions") or [],
        "attempts": attempts,
        "pictures": [_shown(one.file, one.data) for one in report.pictures if one.file.step == step.index],
    }


def _shown(file: ArtifactAnswer, data: str) -> dict[str, Any]:
    return {"caption": picture_title(file), "data": data, "boxes": boxes(file)}


def _moment(at: datetime | None) -> str:
    return f"{at:%d %b %Y, %H:%M:%S} UTC" if at else "\N{EN DASH}"


def _refusal(what: str, mend: str, status: int) -> Response:
    page = _TEMPLATES.get_template("refusal.html").render(what=what, mend=mend)
    return HTMLResponse(page, status, headers=_HEADERS)
