"""Tests proposed by a model for a requirement: what it does, what it found, and how each proposal's run ended."""

from __future__ import annotations

import asyncio

from markupsafe import Markup
from nicegui import background_tasks

from aiwebtest.core.case import PROVIDERS
from aiwebtest.core.errors import AiWebTestError
from app.core.clock import now
from app.core.errors import Invalid, Problem
from app.schemas.generation import Generated, GeneratedTest, Requirement
from app.services import generation, secrets, tests
from app.services.project import server_project
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import checked
from app.web.pages.editor.new import slug
from app.web.pages.running import provider_options
from app.web.session import Visit

__all__ = ["show"]


async def show(visit: Visit) -> None:
    """Show the page."""
    visit.actor.require("write")
    visit.actor.require("run")
    kit.page_top(
        "Generate tests", sub="Say what must work; a model proposes tests, and each is run once to prove it.",
        back=[("Tests", "/tests")],
    )  # fmt: skip
    names = [secret.name for secret in await secrets.list_secrets(visit.platform)]
    _Generate(visit, names)


class _Generate:
    """One requirement in one browser."""

    def __init__(self, visit: Visit, secret_names: list[str]) -> None:
        self.visit = visit
        self.work: asyncio.Task[Generated] | None = None
        with Tag("div", cls="aw-stack") as self.box:
            self._no_provider()
            self._form(secret_names)
            self.state = Tag("div", role="status")
            self.found = Tag("div", cls="aw-stack")

    def _no_provider(self) -> None:
        """Say at once when nobody can be asked."""
        project = server_project()
        known = [name for name in PROVIDERS if name != "builtin" and project.providers.key_of(name)]
        if not known and not project.providers.base_url_of("openai"):
            kit.note(
                "No model provider is set up, so nobody can propose tests.",
                "set a key where the server runs, such as CEREBRAS_API_KEY; the page Providers lists them.",
                state="warn",
            )

    def _form(self, secret_names: list[str]) -> None:
        with Tag("section", cls="aw-card", aria_label="Requirement"), Tag("div", cls="aw-body"):
            with kit.form(kit.guarded(self._begin), label="Requirement"):
                kit.text_area(
                    "What must work", "requirement", rows=4, required=True,
                    placeholder="A visitor finds a lamp by searching and puts it into the basket.",
                )  # fmt: skip
                with Tag("div", cls="aw-two"):
                    kit.field(
                        "Begins at", "url", kind="url", required=True, placeholder="https://shop.example.com/",
                        hint="Its pages are looked at by following links; nothing is changed.",
                    )  # fmt: skip
                    kit.choice("Provider", "provider", [("", "The server's"), *provider_options()[2:]])
                with Tag("div", cls="aw-two"):
                    kit.field("Tests at most", "max_tests", "3", kind="number", min="1", max="10")
                    kit.field("Pages at most", "max_pages", "5", kind="number", min="1", max="20")
                for name in secret_names:
                    kit.checkbox(f"May type {{{name}}}", "secrets", value=name)
                with Tag("div", cls="aw-acts"):
                    self.button = kit.button("Propose tests", ico="play", look="pri", kind="submit")

    # --- at work ------------------------------------------------------------------------------------------------------

    async def _begin(self, values: kit.Values) -> None:
        if self.work is not None and not self.work.done():
            raise Invalid("Tests are being proposed.", mend="wait for them, or stop it.")
        wanted = _wanted(values)
        self.found.clear()
        self._at_work()
        self.work = asyncio.create_task(
            generation.generate(self.visit.platform, self.visit.actor, wanted, progress=self._progress)
        )
        background_tasks.create(self._wait(self.work), name="generation of a page")

    def _at_work(self) -> None:
        self.state.clear()
        with self.state, Tag("section", cls="aw-card", aria_label="At work"), Tag("div", cls="aw-body aw-acts"):
            with Tag("span", cls="aw-spin"):
                kit.icon("spinner")
            self.told = Tag("span", "Beginning…")
            Raw(markup("aw-elapsed", since=words.moment(now())), tag="span", cls="aw-sub aw-num")
            kit.button("Stop", self._stop, ico="stop", look="small bad")

    def _progress(self, sentence: str) -> None:
        if not self.told.is_deleted:
            self.told.say(sentence)

    def _stop(self) -> None:
        if self.work is not None:
            self.work.cancel()

    async def _wait(self, work: asyncio.Task[Generated]) -> None:
        """Wait for the proposals, as long as somebody looks at the page."""
        while not work.done() and not self.box.is_deleted:
            await asyncio.wait({work}, timeout=0.5)
        if self.box.is_deleted:
            work.cancel()
            return
        with self.box.client:
            self.state.clear()
            with self.state:
                if work.cancelled():
                    kit.note("It was stopped. Nothing was stored.", state="note")
                    return
                fault = work.exception()
                if isinstance(fault, (Problem, AiWebTestError)):
                    kit.note(fault.what, fault.mend, state="bad")
                    return
            self._show(work.result())

    # --- what was found -----------------------------------------------------------------------------------------------

    def _show(self, answer: Generated) -> None:
        seen, asked = words.count(len(answer.pages), "page"), words.count(answer.requests, "request")
        told = f"{seen} seen, {asked} to {answer.provider}, {words.money(answer.cost_usd)}"
        with self.state:
            Tag("p", told, cls="aw-sub")
        with self.found:
            if not answer.tests:
                with kit.empty(
                    "Nothing was proposed", "Say the requirement in other words, or begin elsewhere.", ico="search"
                ):
                    pass
            for test in answer.tests:
                self._proposal(test)

    def _proposal(self, test: GeneratedTest) -> None:
        with kit.card(test.name) as card:
            with card.head:
                kit.pill(test.outcome or "error", "" if test.outcome else "Not run")
            if test.problem or test.problems:
                why = test.problem or "; ".join(f"line {one.line}: {one.what}" for one in test.problems)
                kit.note(why, "edit it below, or propose again.", state="warn")

            async def accept(values: kit.Values) -> None:
                stored, _ = await tests.create(
                    self.visit.platform, self.visit.actor, values["path"], values.exactly("content"), "Generated"
                )
                card.box.clear()
                with card.box, Tag("div", cls="aw-body aw-acts"):
                    Raw(_stored(test.name))
                    kit.link_button("Open it", f"/tests/{stored.id}", look="small")

            with kit.form(kit.guarded(accept), label=f"Proposal {test.name}"):
                rows = min(20, test.content.count("\n") + 1)
                kit.text_area("As it would be stored", "content", test.content, mono=True, rows=rows)
                kit.field("File", "path", f"generated/{slug(test.name)}.test.yaml", required=True)
                with Tag("div", cls="aw-acts"):
                    kit.button("Accept", ico="check", look="pri" if test.outcome == "passed" else "", kind="submit")
                    kit.button("Leave it out", lambda: card.box.delete())


def _stored(name: str) -> Markup:
    return markup("span", kit.icon_markup("check"), f" “{name}” is stored.")


def _wanted(values: kit.Values) -> Requirement:
    given = {
        "requirement": values["requirement"],
        "url": values["url"],
        "provider": values["provider"] or None,
        "max_tests": values["max_tests"] or 3,
        "max_pages": values["max_pages"] or 5,
        "secrets": values.all("secrets"),
    }
    return checked(Requirement, given)
