"""Write a new test."""

from __future__ import annotations

from nicegui import ui

from app.core.errors import Invalid
from app.services import sheets, tests
from app.web import kit
from app.web.kit.elements import Tag
from app.web.session import Visit

__all__ = ["new", "slug"]


async def new(visit: Visit) -> None:
    """Write a new test."""
    visit.actor.require("write")
    kit.page_top("New test", sub="Write what a person would do, one sentence a line.", back=[("Tests", "/tests")])

    async def create(values: kit.Values) -> None:
        steps = [line.strip() for line in values["steps"].splitlines() if line.strip()]
        if not steps:
            raise Invalid("The test has no sentence yet.", mend="write at least one, such as: Open /", field="steps")
        tags = [tag.strip() for tag in values["tags"].split(",") if tag.strip()]
        content = sheets.new_content(values["name"], values["url"], tags, steps)
        path = values["path"] or f"{slug(values['name'])}.test.yaml"
        test, _ = await tests.create(visit.platform, visit.actor, path, content, "Written")
        ui.navigate.to(f"/tests/{test.id}")

    with Tag("section", cls="aw-card", aria_label="New test"):
        with Tag("div", cls="aw-body"):
            with kit.form(kit.guarded(create), label="New test"):
                kit.field("Name", "name", required=True, focus=True, placeholder="Buy a lamp as a guest")
                kit.field(
                    "Begins at",
                    "url",
                    placeholder="https://shop.example.com/",
                    hint="Absolute, or relative to the base URL.",
                )
                kit.text_area(
                    "Sentences",
                    "steps",
                    rows=6,
                    required=True,
                    hint="One a line. You see how each is understood on the next page.",
                    placeholder='Search for "lamp"\nClick on "Desk lamp"\nThe page shows "$49.00"',
                )
                with Tag("div", cls="aw-two"):
                    kit.field("Tags", "tags", placeholder="smoke, checkout", hint="With commas between.")
                    kit.field(
                        "File", "path", placeholder="from the name", hint="Ends in .test.yaml; folders with slashes."
                    )
                with Tag("div", cls="aw-ends aw-acts"):
                    kit.button("Create", ico="check", look="pri", kind="submit", key="save")
                    kit.link_button("Cancel", "/tests")


def slug(name: str) -> str:
    """Return a file name for a test of that name, without ending."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part)[:80] or "test"
