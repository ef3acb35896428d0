"""Judging claims about the page as a whole: address, title, console, requests, downloads, dialogs, tabs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import DialogSeen, Facts
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, nearest_text, passed
from aiwebtest.grounding.rules.checks.comparing import compare_amounts
from aiwebtest.grounding.rules.checks.presence import shows_nothing
from aiwebtest.grounding.rules.checks.quantities import read_amount
from aiwebtest.grounding.rules.checks.readings import readings_of
from aiwebtest.grounding.rules.checks.seek import content_first, seek
from aiwebtest.grounding.rules.checks.shown import Reading, text_in
from aiwebtest.grounding.rules.checks.text import contains_words, fold, matches, words_of

__all__ = ["PAGE_JUDGES"]


def _told(claim: Claim, *, holds: bool, actual: str, refs: tuple[int, ...] = ()) -> Answer:
    return (passed if holds != claim.negated else failed)(actual, refs=refs)


# --- address and title ----------------------------------------------------------------------------------------------


def _url(claim: Claim, facts: Facts) -> Answer:
    url, wanted = facts.snapshot.url, claim.values[0]
    if claim.match == "regex":
        return _told(claim, holds=re.search(wanted, url) is not None, actual=url)
    known = _part(url, claim.attribute)
    if claim.match == "exact":
        return _told(claim, holds=_same_url(known, wanted, claim.attribute), actual=url)
    holds = any(_has_part(text, wanted, claim.match) for text in {known, unquote(known)})
    return _told(claim, holds=holds, actual=url)


def _part(url: str, part: str) -> str:
    parts = urlsplit(url)
    return {"path": parts.path, "query": parts.query, "hash": parts.fragment}.get(part, url)


def _same_url(known: str, wanted: str, part: str) -> bool:
    """Compare addresses; a wanted path is compared with the path, and with query and fragment only if it names them."""
    if part in {"query", "hash"}:
        return known == wanted.lstrip("?#")
    have, want = urlsplit(known), urlsplit(wanted)
    if want.scheme and want.netloc:
        whole = (have.scheme, have.netloc.lower(), have.query, have.fragment) == (
            want.scheme,
            want.netloc.lower(),
            want.query,
            want.fragment,
        )
        return whole and have.path.rstrip("/") == want.path.rstrip("/")
    if not wanted.startswith(("/", "?", "#")):
        return known == wanted or (part == "path" and have.path.strip("/") == wanted.strip("/"))
    same = unquote(have.path).rstrip("/") == unquote(want.path).rstrip("/") or not want.path
    return (
        same and (not want.query or have.query == want.query) and (not want.fragment or have.fragment == want.fragment)
    )


def _has_part(text: str, wanted: str, how: str) -> bool:
    """Tell whether an address holds a piece; a number at its edge has to be whole: "/item/1" is not in "/item/10"."""
    if how == "starts":
        return text.startswith(wanted) and not _splits_number(text, len(wanted))
    if how == "ends":
        return text.rstrip("/").endswith(wanted.rstrip("/")) and not _splits_number(
            text.rstrip("/"), len(text.rstrip("/")) - len(wanted.rstrip("/"))
        )
    at = text.find(wanted)
    while wanted and at >= 0:
        if not _splits_number(text, at) and not _splits_number(text, at + len(wanted)):
            return True
        at = text.find(wanted, at + 1)
    return False


def _splits_number(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isdigit() and text[at].isdigit()


def _title(claim: Claim, facts: Facts) -> Answer:
    """Judge the title of the document; "the title" may be what a field called Title holds as well."""
    if claim.negated and (blank := shows_nothing(facts)):
        return blank
    title, quoted = facts.snapshot.title, claim.quoted and not claim.negated
    fields = _fields_called_title(claim, facts) if _BARE_TITLE.match(claim.text) else []
    holds = any(
        matches(text, claim.values[0], claim.match, quoted=quoted) for text in (title, *(f.text for f in fields))
    )
    told = "; ".join(f'"{field.text}" in the field' for field in fields)
    refs = tuple(ref for field in fields for ref in field.refs)
    return _told(claim, holds=holds, actual="; ".join(filter(None, [title or "(no title)", told])), refs=refs)


_BARE_TITLE = re.compile(r"(?:the )?title (?!of\b)", re.IGNORECASE)


def _fields_called_title(claim: Claim, facts: Facts) -> list[Reading]:
    asked = replace(claim, kind="value", subject=Target(text="the title", name="title"))
    return [reading for reading in readings_of(asked, facts, None) if reading.field]


def _page(claim: Claim, facts: Facts) -> Answer:
    """Judge "I am on the Checkout page": its main heading, its title or the last part of its path says so."""
    snapshot, wanted = facts.snapshot, fold(claim.values[0])
    headings = [n for n in snapshot.nodes if n.role == "heading" and n.visible and n.tag in {"h1", "h2"}]
    headings = content_first(headings, snapshot)  # the name of the application may head its navigation
    main = [n for n in headings if n.tag == "h1"] or headings
    path = [part for part in urlsplit(snapshot.url).path.split("/") if part]
    slug = words_of(re.sub(r"\.\w+$", "", unquote(path[-1]))) if path else ("home",)
    home = not path and wanted in {"home", "start", "main", "landing", "index", "front"}
    by_heading = [n for n in main if contains_words(fold(snapshot.text_of(n)), wanted)]
    holds = bool(by_heading) or contains_words(fold(snapshot.title), wanted) or slug == words_of(wanted) or home
    shown = " / ".join(filter(None, [snapshot.title, *(snapshot.text_of(n) for n in main[:2]), snapshot.url]))
    return _told(claim, holds=holds, actual=shown, refs=tuple(n.ref for n in by_heading[:1]))


# --- console and requests -------------------------------------------------------------------------------------------


def _console(claim: Claim, facts: Facts) -> Answer:
    if claim.attribute == "line":
        wanted = claim.values[0]
        said = [line.text for line in facts.console if contains_words(fold(line.text), fold(wanted))]
        actual = said[0] if said else "; ".join(line.text for line in facts.console[-3:]) or "(the console is empty)"
        return _told(claim, holds=bool(said), actual=actual)
    levels = {"error": {"error"}, "warning": {"warning"}}.get(claim.attribute, {"error", "warning"})
    lines = [f"{line.level}: {line.text}" for line in facts.console if line.level in levels]
    return _told(claim, holds=not lines, actual="; ".join(lines[:3]) or "no such lines in the console")


def _requests(claim: Claim, facts: Facts) -> Answer:
    lines = [f"{r.method} {r.url} {r.status or r.reason or 'no answer'}" for r in facts.failed_requests]
    return _told(claim, holds=not lines, actual="; ".join(lines[:3]) or "no request failed")


# --- downloads, dialogs, tabs ---------------------------------------------------------------------------------------


def _download(claim: Claim, facts: Facts) -> Answer:
    done = [download.name for download in facts.downloads if not download.failure]
    hits = [
        name
        for name in done
        if not claim.values or matches(name, claim.values[0], claim.match, quoted=claim.match != "contains")
    ]
    broken = [f"{download.name}: {download.failure}" for download in facts.downloads if download.failure]
    actual = ", ".join(hits or done) or "; ".join(broken) or "nothing was downloaded"
    return _told(claim, holds=bool(hits), actual=actual)


def _dialog(claim: Claim, facts: Facts) -> Answer:
    """Judge the last browser dialog; without any, "alert" may mean a message of the page."""
    seen = [d for d in facts.dialogs if not claim.attribute or d.kind == claim.attribute]
    if not seen:
        return _alert_on_page(claim, facts)
    if not claim.values:
        return _told(claim, holds=True, actual=_says(seen[-1]))
    holds = _dialog_matches(seen[-1], claim)
    answer = _told(claim, holds=holds, actual=_says(seen[-1]))
    if holds or claim.negated or len(seen) == 1:
        return answer
    return failed(answer.actual, nearest=nearest_text(claim.values[0], (d.text for d in seen[:-1])))


def _says(dialog: DialogSeen) -> str:
    return f'{dialog.kind}: "{dialog.text}"'


def _dialog_matches(dialog: DialogSeen, claim: Claim) -> bool:
    return matches(dialog.text, claim.values[0], claim.match, quoted=claim.quoted and not claim.negated)


def _alert_on_page(claim: Claim, facts: Facts) -> Answer:
    nodes = seek(Target(text="the alert", role="alert"), facts.snapshot).shown if claim.attribute == "alert" else ()
    if not nodes:
        if claim.values and claim.negated:
            return error(
                "No dialog was shown, so what it does not say cannot be confirmed.",
                mend="Check first that it was shown.",
            )
        return _told(claim, holds=False, actual="no dialog was shown")
    texts = [text_in(node, facts.snapshot) for node in nodes]
    refs = tuple(node.ref for node in nodes)
    said = "; ".join(reading.text for reading in texts)
    if not claim.values:
        return _told(claim, holds=True, actual=said, refs=refs)
    quoted = claim.quoted and not claim.negated
    holds = any(matches(t, claim.values[0], claim.match, quoted=quoted) for r in texts for t in (r.text, *r.parts))
    return _told(claim, holds=holds, actual=said, refs=refs)


def _tabs(claim: Claim, facts: Facts) -> Answer:
    titles = "; ".join(facts.tabs)
    if claim.attribute == "title":
        quoted = claim.quoted and not claim.negated
        holds = any(matches(title, claim.values[0], claim.match, quoted=quoted) for title in facts.tabs)
        return _told(claim, holds=holds, actual=titles)
    bounds = [amount for value in claim.values if (amount := read_amount(value))]
    if len(bounds) != len(claim.values) or not facts.tabs:
        return error("The number of tabs is not known.", mend="Give the number of tabs in digits.")
    holds = compare_amounts(len(facts.tabs), claim.comparison, [int(bound.value) for bound in bounds])
    return _told(claim, holds=holds, actual=f"{len(facts.tabs)}: {titles}")


PAGE_JUDGES: dict[str, Callable[[Claim, Facts], Answer]] = {
    "url": _url,
    "title": _title,
    "page": _page,
    "console": _console,
    "requests": _requests,
    "download": _download,
    "dialog": _dialog,
    "tabs": _tabs,
}
