"""One step of an execution in full: what was read, sought, found and done, as markup. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app.schemas.executions import PICTURES, ArtifactAnswer, AttemptAnswer, StepAnswer
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import icon_markup, markup

__all__ = [
    "SOURCES",
    "attempts_markup",
    "boxes",
    "figure_markup",
    "picture_of",
    "picture_title",
    "pictures",
    "step_markup",
    "steps_markup",
]

SOURCES = {"rules": "rules", "replay": "replay", "model": "a model", "healed": "healed"}
_TOLD = {"replay": "replayed", "model": "placed by a model", "healed": "healed"}
_ICONS = {"passed": "check", "failed": "cross", "error": "alert", "skipped": "right"}
_EFFECTS = {
    "dom": "page changed", "value": "value set", "request": "request sent", "focus": "focus moved",
    "scroll": "scrolled", "download": "download started", "dialog": "dialog opened", "popup": "window opened",
    "closed": "window closed", "hover": "hovered", "storage": "kept by the browser", "none_expected": "none expected",
}  # fmt: skip
_MOST_CANDIDATES = 5
_BEFORE = "screenshot-before"


def steps_markup(steps: Iterable[StepAnswer], current: int | None) -> Markup:
    """Return the list of steps; each can be pressed."""
    return markup("ol", *(markup("li", _entry(step, on=step.index == current)) for step in steps), cls="aw-steps")


def _entry(step: StepAnswer, *, on: bool) -> Markup:
    outcome = markup("span", words.title_of(step.outcome), cls="aw-vh")
    told = (step.detail.get("problem") or {}).get("what") if step.outcome in {"failed", "error"} else ""
    note = told or _TOLD.get(step.source, "")
    return markup(
        "button",
        markup("span", icon_markup(_ICONS.get(step.outcome, "right")), outcome, cls="aw-dot"),
        markup("span", step.text, cls="aw-t"),
        markup("span", "" if step.outcome == "skipped" else words.seconds(step.duration_s), cls="aw-ms"),
        markup("span", kit.prose(note), cls="aw-n") if note else None,
        cls="aw-step",
        type="button",
        data_step=step.index,
        data_s=step.outcome,
        aria_current="true" if on else None,
    )


def step_markup(
    step: StepAnswer,
    files: Sequence[ArtifactAnswer],
    attempts: Sequence[AttemptAnswer],
    execution_id: int,
    *,
    said: str = "",
) -> Markup:
    """Return everything about one step; `said` is what the page says above of what went wrong."""
    detail = step.detail
    parts = [
        _facts(step),
        _problem(detail.get("problem") or {}, step.outcome, said),
        *(_verdict(verdict) for verdict in detail.get("verdicts") or ()),
        *(_action(action) for action in detail.get("actions") or ()),
        _extracted(detail.get("extracted") or {}),
        pictures(files, execution_id),
        _attempts(attempts),
    ]
    return markup("div", *(part for part in parts if part), cls="aw-body aw-stack")


def _facts(step: StepAnswer) -> Markup:
    pairs: list[tuple[str, object]] = [("Understood", step.detail.get("understood") or "\N{EN DASH}")]
    if step.source:
        pairs.append(("Placed by", SOURCES.get(step.source, step.source)))
    if step.phase != "main":
        pairs.append(("Part", step.phase))
    if step.url:
        pairs.append(("Page", markup("span", step.url, cls="aw-mono")))
    pairs += [("Note", note) for note in step.detail.get("notes") or ()]
    return kit.facts(pairs)


def _problem(problem: Mapping[str, Any], outcome: str, said: str) -> Markup:
    """Return why a step did not pass, with the next move, clearer words, and what the page had to offer."""
    new = problem.get("what") and problem["what"] != said
    rewordings = [markup("li", "“", wording, "”") for wording in problem.get("rewordings") or ()]
    parts = [
        markup("b", kit.prose(problem["what"])) if new else None,
        markup("div", kit.prose(f"Try: {problem['mend']}"), cls="aw-mend") if new and problem.get("mend") else None,
        markup("div", "Clearer would be:", markup("ul", *rewordings), cls="aw-mend") if rewordings else None,
    ]
    state = "bad" if outcome == "failed" else "warn"
    inner = markup("div", *parts) if any(parts) else None
    note = markup("div", icon_markup("alert"), inner, cls="aw-note", data_s=state) if inner else Markup("")
    found = _ranked(problem.get("candidates") or ())
    return note + (_section("What the page offered", found) if found else Markup(""))


def _section(title: str, *content: object) -> Markup:
    return markup("section", markup("h3", title), *content, cls="aw-sect")


def _verdict(verdict: Mapping[str, Any]) -> Markup:
    pairs: list[tuple[str, object]] = [
        (title, markup("span", verdict[key], cls="aw-mono"))
        for title, key in (("Expected", "expected"), ("Actual", "actual"), ("Nearest", "nearest"))
        if verdict.get(key) and verdict[key] != verdict.get("claim")
    ]
    pairs += [("Evidence", markup("span", "“", quote, "”")) for quote in verdict.get("evidence") or ()]
    pairs.append(("Decided by", verdict.get("decided_by") or "rules"))
    head = markup("div", kit.pill_markup(str(verdict.get("outcome", ""))), " ", markup("b", verdict.get("claim", "")))
    return _section("Check", head, kit.facts(pairs))


def _action(action: Mapping[str, Any]) -> Markup:
    grounding = action.get("grounding") or {}
    effects = [_effect(effect) for effect in (action.get("effects") or {}).get("seen") or ()]
    pairs: list[tuple[str, object]] = [("Did", str(grounding.get("action", "")).replace("_", " "))]
    if action.get("described"):
        pairs.append(("On", action["described"]))
    if grounding.get("reason"):
        pairs.append(("Because", grounding["reason"]))
    if grounding.get("model"):
        pairs.append(("Chosen by", grounding["model"]))
    pairs.append(("Effect", markup("span", ", ".join(effects) or "none seen")))
    heal = action.get("heal")
    healed = _heal(heal) if heal else None
    ranked = _ranked(action.get("candidates") or ())
    more = (
        markup(
            "details",
            markup("summary", f"What was found ({len(action.get('candidates') or ())})"),
            ranked,
            cls="aw-fold",
        )
        if ranked
        else None
    )
    return _section("Action", kit.facts(pairs), healed, more)


def _effect(effect: Mapping[str, Any]) -> str:
    kind = str(effect.get("kind", ""))
    return ": ".join(filter(None, (_EFFECTS.get(kind, kind), effect.get("detail"))))


def _heal(heal: Mapping[str, Any]) -> Markup:
    return markup(
        "div",
        icon_markup("heals"),
        markup(
            "div",
            markup("b", "Healed: "),
            heal.get("before", ""),
            " became ",
            heal.get("after", ""),
            markup("div", heal.get("reason", ""), cls="aw-mend"),
        ),
        cls="aw-note",
        data_s="warn",
    )


def _ranked(candidates: Sequence[Mapping[str, Any]]) -> Markup | None:
    if not candidates:
        return None
    rows = [
        markup(
            "li",
            markup("span", f"{100 * float(each.get('score', 0)):.0f} %", cls="aw-num"),
            markup("div", each.get("described", ""), markup("div", "; ".join(each.get("reasons") or ()), cls="aw-sub")),
        )
        for each in candidates[:_MOST_CANDIDATES]
    ]
    return markup("ol", *rows, cls="aw-ranked")


def _extracted(values: Mapping[str, str]) -> Markup | None:
    return (
        _section("Read from the page", kit.facts([(f"{{{name}}}", value) for name, value in values.items()]))
        if values
        else None
    )


def picture_of(file: ArtifactAnswer, execution_id: int) -> str:
    """Return the address of a file."""
    return f"/api/v1/executions/{execution_id}/artifacts/{file.id}"


def pictures(files: Sequence[ArtifactAnswer], execution_id: int) -> Markup | None:
    """Return pictures with boxes around what was acted on or looked at; before and after stand side by side."""
    shots = sorted(
        (file for file in files if file.kind in PICTURES),
        key=lambda file: (file.name.rpartition("step-")[0], file.kind != _BEFORE),  # "try-2-" is in front of the name
    )
    if not shots:
        return None
    pair = any(file.kind == _BEFORE for file in shots)
    figures = [figure_markup(file, execution_id, picture_title(file), shown=pair) for file in shots]
    return _section("The page before and after" if pair else "The page then", markup("div", *figures, cls="aw-shots"))


def figure_markup(
    file: ArtifactAnswer, execution_id: int, caption: object, *, shown: bool = True, title: str = ""
) -> Markup:
    """Return one picture with its marks; it leads to the file. The caption may be for screen readers only.

    `title` says what it shows where that is not what it is within its execution.
    """
    to = picture_of(file, execution_id)
    image = Markup('<img src="{}" alt="{}" loading="lazy">').format(to, f"Screenshot: {title or picture_title(file)}")
    inner = markup("a", image, *_marks(file), href=to, target="_blank")
    return markup(
        "figure",
        markup("div", inner, cls="aw-shot"),
        markup("figcaption", caption, cls="aw-sub" if shown else "aw-vh"),
    )


def picture_title(file: ArtifactAnswer) -> str:
    """Return what a picture shows, for people."""
    return {_BEFORE: "Before", "screenshot": "After" if file.step is not None else "At the end"}[file.kind]


def _marks(file: ArtifactAnswer) -> list[Markup]:
    return [markup("span", cls="aw-box-mark", style=place) for place in boxes(file)]


def boxes(file: ArtifactAnswer) -> list[str]:
    """Return where a picture's marks are, as styles of what is laid over it."""
    if not file.width or not file.height:
        return []
    places = []
    for mark in file.marks:
        left, top, width, height = map(float, mark)
        place = (
            f"left:{100 * left / file.width:.2f}%;top:{100 * top / file.height:.2f}%;"
            f"width:{100 * width / file.width:.2f}%;height:{100 * height / file.height:.2f}%"
        )
        places.append(place)
    return places


def _attempts(attempts: Sequence[AttemptAnswer]) -> Markup | None:
    return _section("Requests to models", attempts_markup(attempts)) if attempts else None


def attempts_markup(attempts: Sequence[AttemptAnswer]) -> Markup:
    """Return requests to models: who was asked, what came of it, what it took."""
    rows: list[Sequence[Markup | str]] = [
        [
            kit.named(words.provider_of(one.provider), sub=one.model_served or one.model_asked),
            kit.pill_markup(
                "passed" if one.outcome == "ok" else "error",
                "OK" if one.outcome == "ok" else one.outcome.replace("_", " "),
            ),
            words.seconds(one.latency_s),
            words.amount(one.input_tokens or 0),
            words.amount(one.output_tokens or 0),
            words.money(one.cost_usd),
        ]
        for one in attempts
    ]
    headings = ["Provider", "Outcome", "Time", "Tokens in", "out", "Cost"]
    return kit.table_markup(headings, rows, label="Requests to models", right=(2, 3, 4, 5), told=(3, 4))
