"""Versions of a test: listed, compared, made current again."""

from __future__ import annotations

import difflib

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.schemas.tests import TestAnswer, VersionSummary
from app.services import versions
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["diff_markup", "show"]

_MOST = 100


def diff_markup(before: str, after: str) -> Markup | None:
    """Return how two texts differ, None when they do not."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]
    tags = {"+": "ins", "-": "del"}
    told = [markup(tags.get(line[:1], "span"), line or " ") for line in lines]
    return markup("pre", *told, cls="aw-code aw-wrap aw-diff", tabindex="0", aria_label="Differences") if told else None


async def show(visit: Visit, test: TestAnswer) -> None:
    """Show the versions of a test."""
    found, _ = await read(visit, versions.listed, test.id, after=None, limit=_MOST)
    rows: list[list[Markup | str]] = []
    for version in map(VersionSummary.model_validate, found):
        commands = [_command("diff", version.number, "Changes", "compare")] if version.number > 1 else []
        if version.number < test.version - 1:
            commands.append(_command("now", version.number, "Against now", "compare"))
        if visit.edits and version.number != test.version:
            commands.append(_command("restore", version.number, "Restore", "history"))
        current = kit.pill_markup("passed", "Current") if version.number == test.version else Markup("")
        rows.append(
            [
                markup(
                    "div",
                    markup("b", f"Version {version.number}"),
                    markup("span", version.message or "no note", cls="aw-sub"),
                    cls="aw-name",
                ),
                current,
                version.author or "\N{EN DASH}",
                kit.time_markup(version.created_at),
                markup("div", *commands, cls="aw-acts aw-end"),
            ]
        )
    with Tag("section", cls="aw-card", aria_label="Versions"):
        table = Raw(kit.table_markup(["Version", "", "By", "When", ""], rows, label="Versions"))

    async def pressed(event: GenericEventArguments) -> None:
        what, number = event.args
        if what == "diff":
            await _changes(visit, test, int(number) - 1, int(number))
        elif what == "now":
            await _changes(visit, test, int(number), test.version)
        else:
            await _restore(visit, test, int(number))

    kit.when_pressed(table, pressed, "do", "v")


def _command(what: str, number: int, text: str, ico: str) -> Markup:
    return markup(
        "button",
        kit.icon_markup(ico),
        markup("span", text),
        cls="aw-btn aw-small",
        type="button",
        data_do=what,
        data_v=number,
        aria_label=f"{text} of version {number}",
    )


async def _changes(visit: Visit, test: TestAnswer, old: int, new: int) -> None:
    before, after = await read(visit, versions.get, test.id, old), await read(visit, versions.get, test.id, new)
    with kit.dialog(f"Version {new}", sub=f"What changed since version {old}", wide=True):
        Raw(diff_markup(before.content, after.content) or markup("p", "The sentences are the same.", cls="aw-sub"))


async def _restore(visit: Visit, test: TestAnswer, number: int) -> None:
    visit.actor.require("write")
    stored, _ = await versions.restore(visit.platform, visit.actor, test.id, number, version=test.version, message="")
    kit.toast(f"Version {number} is current again, as version {stored.version}.")
    kit.again()
