"""Record a test: a person clicks and types in a browser's picture, and reads the sentences as they come about."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.core.errors import Invalid, Problem
from app.schemas.recording import RecordedEvent
from app.services import recording, secrets, tests
from app.services.recording import Sentence
from app.services.settings import check_origin
from app.web import kit
from app.web.bench import OpenBench
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.editor.new import slug
from app.web.session import Visit

__all__ = ["show"]

_MODES = (("click", "Click"), ("see", "Check a text"), ("hover", "Hover"))
_EVENTS = ("click", "mousemove", "wheel", "keydown", "paste", "contextmenu")
_STEER = "(event) => awSteer(event, emit)"


async def show(visit: Visit) -> None:
    """Show the page."""
    visit.actor.require("write")
    kit.page_top("Record a test", sub="Do it once in the picture; the sentences are written for you.", back=_BACK)
    names = [secret.name for secret in await secrets.list_secrets(visit.platform)]
    _Record(visit, names).begin()


_BACK = [("Tests", "/tests")]


class _Record:
    """One recording in one browser."""

    def __init__(self, visit: Visit, secret_names: list[str]) -> None:
        self.visit, self.secret_names = visit, secret_names
        self.bench: OpenBench
        self.base_url = self.url = ""
        self.events: list[RecordedEvent] = []
        self.unclear: list[int] = []
        self.made: list[Sentence] = []
        self.mode = "click"
        self.dialog: kit.Dialog | None = None
        self.box = self.stage = Tag("div")

    def begin(self, why: str = "") -> None:
        """Ask where to begin."""
        self.box.clear()
        with self.box, Tag("section", cls="aw-card", aria_label="Begin"), Tag("div", cls="aw-body"):
            if why:
                kit.note(why, state="note")
            with kit.form(kit.guarded(self._open), label="Begin a recording"):
                kit.field(
                    "Begins at", "url", self.url, kind="url", required=True, focus=True,
                    placeholder="https://shop.example.com/", hint="The page on which you begin, in full.",
                )  # fmt: skip
                kit.field(
                    "Base URL", "base_url", self.base_url, kind="url", placeholder="the address above",
                    hint="Addresses below it are written relative to it, so that the test runs elsewhere too.",
                )  # fmt: skip
                with Tag("div", cls="aw-acts"):
                    kit.button("Begin", ico="play", look="pri", kind="submit")

    async def _open(self, values: kit.Values) -> None:
        self.url, self.base_url = values["url"], values["base_url"] or _origin(values["url"])
        await check_origin(self.visit.platform, self.url)
        content = recording.document(
            "Recording", [], self.url, self.secret_names, [Sentence(events=(), text="Go to /")]
        )
        self.box.clear()
        with self.box:
            Tag("p", "A browser is being opened…", cls="aw-sub", role="status")
        opened = None
        try:
            opened = self.bench = await OpenBench.open(self.visit, self.box, "record", ended=self._ended)
            self.bench.on_event = self._heard
            draft = {"path": "recorded.test.yaml", "content": content, "request": {"base_url": self.base_url}}
            await self.bench.do("open", draft=draft, record=True)
        except Problem as exc:
            if opened is not None:
                await opened.close()
            self.begin(kit.refusal(exc))
            return
        self._paint()

    async def _ended(self, why: str) -> None:
        kit.toast(why, state="warn")
        self.stage.clear()
        with self.stage, Tag("div", cls="aw-body"):
            kit.note(f"{why} What was recorded can still be saved.", state="warn")
            kit.button("Begin anew", kit.guarded(lambda: self.begin()), ico="history")

    # --- the page -----------------------------------------------------------------------------------------------------

    def _paint(self) -> None:
        self.box.clear()
        with self.box, Tag("div", cls="aw-run"):
            with Tag("section", cls="aw-card", aria_label="Browser") as self.stage:
                view = self.bench.picture(self.url, steered=True)
                for event in _EVENTS:
                    view.when(event, kit.guarded(self._steered), js=_STEER)
                self._bar()
            with Tag("div", cls="aw-lcol"):
                with kit.card("Sentences", sub="What was recorded so far", body=False):
                    self.list = Raw(_NOTHING, role="log", aria_label="Recorded sentences")
                    kit.when_pressed(self.list, self._forget, "forget")
                self._save_card()

    def _bar(self) -> None:
        with Tag("div", cls="aw-body aw-stack aw-tight"):
            with Tag("div", cls="aw-acts", role="radiogroup", aria_label="What a click means"):
                self.modes = {mode: self._mode(mode, text) for mode, text in _MODES}
            with Tag("div", cls="aw-acts"):
                kit.button("Back", kit.guarded(lambda: self._do("back")), ico="left", look="small")
                with kit.form(kit.guarded(self._go), label="Go to an address", cls="aw-acts"):
                    Tag("input", cls="aw-inp", name="url", placeholder="/basket", aria_label="Address", required=True)
                    kit.button("Go", look="small", kind="submit")
            if self.secret_names:
                with kit.form(kit.guarded(self._type_secret), label="Type a secret", cls="aw-acts"):
                    names = [(name, f"{{{name}}}") for name in self.secret_names]
                    kit.choice("Secret", "secret", names, hidden_label=True)
                    kit.button("Type it into the field", look="small", kind="submit")
            keys = "Keys go to the page while the picture has the focus; Shift and Tab lead out of it."
            Tag("p", keys, cls="aw-sub")

    def _mode(self, mode: str, text: str) -> Raw:
        made = kit.button(text, lambda: self._choose(mode), look="small")
        return made.set(role="radio", aria_checked="true" if mode == self.mode else "false")

    def _choose(self, mode: str) -> None:
        self.mode = mode
        for name, made in self.modes.items():
            made.set(aria_checked="true" if name == mode else "false").update()

    def _save_card(self) -> None:
        with kit.card("Save as a test"):
            with kit.form(kit.guarded(self._save), label="Save as a test"):
                kit.field("Name", "name", required=True, placeholder="Buy a lamp as a guest")
                kit.field("Tags", "tags", placeholder="smoke, checkout")
                kit.field("File", "path", placeholder="from the name", hint="Ends in .test.yaml.")
                kit.button("Save", ico="check", look="pri", kind="submit", key="save")

    # --- hands --------------------------------------------------------------------------------------------------------

    async def _steered(self, event: GenericEventArguments) -> None:
        wish = dict(event.args)
        do = wish.pop("do")
        if do == "move":
            self.bench.tell("move", **wish)
            return
        if do == "click" and self.mode != "click" and wish["button"] == "left":
            do, wish = self.mode, {"x": wish["x"], "y": wish["y"]}
        await self._do(do, **wish)

    async def _do(self, do: str, **wish: Any) -> None:
        done = await self.bench.do(do, **wish)
        if "choices" in done:
            self._offer(done["name"], done["choices"])

    def _offer(self, name: str, choices: list[str]) -> None:
        """Show the options of a native list, which a picture cannot."""
        with kit.dialog(name or "Choose") as dialog, Tag("div", cls="aw-chips"):
            for label in filter(None, choices):

                async def choose(label: str = label) -> None:
                    dialog.close()
                    await self._do("choose", label=label)

                kit.button(label, kit.guarded(choose))

    async def _go(self, values: kit.Values) -> None:
        address = values["url"]
        if "://" in address:
            await check_origin(self.visit.platform, address)
        await self._do("go", url=address)

    async def _type_secret(self, values: kit.Values) -> None:
        await self._do("type", secret=values["secret"])

    async def _forget(self, event: GenericEventArguments) -> None:
        await self.bench.do("forget", places=[int(place) for place in str(event.args).split(",")])

    # --- what is told -------------------------------------------------------------------------------------------------

    def _heard(self, told: dict[str, Any]) -> None:
        if told["event"] == "recorded":
            self.events = [RecordedEvent.model_validate(event) for event in told["events"]]
            self.unclear = told["unclear"]
            self.made = recording.sentences(self.events, self.base_url)
            self.list.show(_sentences(self.made, self.unclear))
            self.list.update()
        elif told["event"] == "page":
            self._ask(told["dialog"])

    def _ask(self, about: dict[str, str] | None) -> None:
        """Show the browser dialog that is open, which a picture cannot."""
        if about is None:
            if self.dialog is not None:
                self.dialog.close()
                self.dialog = None
            return
        if self.dialog is not None:
            return
        with kit.dialog("The page asks", sub=about["text"]) as self.dialog:

            async def answer(values: kit.Values) -> None:
                if self.dialog is not None:
                    self.dialog.close()
                    self.dialog = None
                await self._do("dialog", accept=values["answer"] == "yes", text=values["text"])

            with kit.form(kit.guarded(answer), label="The page asks"):
                if about["kind"] == "prompt":
                    kit.field("Answer", "text", focus=True)
                with Tag("div", cls="aw-ends"):
                    if about["kind"] != "alert":
                        kit.button("Dismiss", kind="submit", name="answer", value="no")
                    kit.button("Accept", look="pri", kind="submit", name="answer", value="yes")

    async def _save(self, values: kit.Values) -> None:
        self.visit.actor.require("write")
        said = [one for one in self.made if one.text]
        if not said:
            raise Invalid("Nothing was recorded yet.", mend="click or type in the picture.")
        tags = [tag.strip() for tag in values["tags"].split(",") if tag.strip()]
        used = list(dict.fromkeys(event.secret for event in self.events if event.secret))
        base = self.base_url.rstrip("/")
        url = self.url[len(base) :] if base and self.url.startswith(f"{base}/") else self.url
        content = recording.document(values["name"], tags, url if base != _origin(self.url) else self.url, used, said)
        path = values["path"] or f"{slug(values['name'])}.test.yaml"
        test, _ = await tests.create(self.visit.platform, self.visit.actor, path, content, "Recorded")
        ui.navigate.to(f"/tests/{test.id}")


_NOTHING = markup("p", "Click or type in the picture.", cls="aw-body aw-sub")


def _sentences(made: list[Sentence], unclear: list[int]) -> Markup:
    """Return what was recorded so far, with what is not sure."""
    rows = []
    for place, one in enumerate(made, 1):
        places = ",".join(map(str, one.events))
        note = ""
        if not one.text:
            note = f"Left out: {one.why}"
        elif set(one.events) & set(unclear):
            note = "Several things on the page fit; make it clearer in the editor."
        rows.append(
            markup(
                "li",
                markup("span", str(place), cls="aw-no aw-sub"),
                markup(
                    "div",
                    markup("b", one.text or "not said"),
                    markup("span", note, cls="aw-sub") if note else markup("span", one.read_as, cls="aw-sub"),
                    cls="aw-grow",
                ),
                markup(
                    "button",
                    kit.icon_markup("cross"),
                    cls="aw-btn aw-ghost aw-small aw-only",
                    type="button",
                    data_forget=places,
                    aria_label=f"Take sentence {place} out",
                ),
            )
        )
    return markup("ol", *rows, cls="aw-list") if rows else _NOTHING


def _origin(url: str) -> str:
    scheme, sign, rest = url.partition("://")
    return f"{scheme}{sign}{rest.partition('/')[0]}" if sign else ""
