"""Reading of claims about the page as a whole: address, title, console, requests, downloads, dialogs, tabs."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.grounding.rules.checks.clause import Clause, Reader, match_of, read_number, reads
from aiwebtest.grounding.rules.words import PERSON

__all__ = ["PAGE_READERS"]

_VERB = (
    r"(?P<verb>is|equals|says|reads|contains|includes|has|shows|displays|starts with|begins with|ends with|ends in"
    r"|matches)"
)
_PAGE = (
    r"(?:the )?(?:current |browser(?:'s)? |page(?:'s)? |tab(?:'s)? |document(?:'s)? |window(?:'s)? |html |web"
    r" ?site(?:'s)? )*"
)

_URL = reads(
    rf"{_PAGE}(?:full )?(?P<part>url|uri|address(?: bar)?|location|web address|path(?:name)?|url path|query(?:"
    rf" string)?|hash|fragment"
    rf"|url (?:query|hash|fragment))(?: of the (?:current )?page)? (?:<NOT>){_VERB}"
    r"(?: (?:at|to|now|changed to|updated to))? (?P<value>.+)"
)
_LIKE_AN_ADDRESS = re.compile(r"[/?#{]|\.\w{2,}")
_AT = reads(
    r"(?:i|we|you|the (?:user|browser|page|visitor|customer)|it|they|(?:the )?(?:current )?page) <NOT>"
    r"(?:is|lands|ends up|gets)(?: (?:redirected|taken|sent|brought|forwarded|navigated|returned|led))?"
    r"(?: back)? (?:on|at|to|in)(?: the)?(?: (?:url|address|path|location|page))? "
    r"(?P<value><Q>|/\S*|https?://\S+)(?: (?:page|url|path|address))?"
)
_ON_PAGE = reads(
    r"(?:i|we|you|the (?:user|browser|visitor|customer)|they) <NOT>(?:is|lands|ends up|gets)"
    r"(?: (?:redirected|taken|sent|brought|forwarded|navigated|returned|led))?(?: back)? (?:on|at|to|in) "
    r"(?:the |a |an |my )?(?P<value>.+?) (?:web ?)?(?:page|screen|view)"
)
_ON_PLACE = reads(
    rf"{PERSON} <NOT>(?:is|gets)(?: (?:redirected|taken|sent|brought|forwarded|navigated|returned|led))?(?: back)?"
    r" (?:on|at|to) (?:the |my )(?P<value>[a-z]+(?:[ -][a-z]+)?)"
)
_NO_PAGES = frozenset("tab step list top bottom left right end start row section internet phone line".split())
_ON_TAB = reads(
    r"(?:i|we|you|the (?:user|visitor|customer)|they) <NOT>(?:is|lands|ends up) (?:on|in|at) (?P<value>the .+? tab)"
)
_PAGE_SHOWN = reads(
    r"(?:i ¬?see )?the (?P<value>.+?) (?:page|screen) <NOT>(?:is (?:shown|displayed|open|opened|loaded|visible"
    r"|reached|active)"
    r"|appears|opens|loads)"
)
_TITLE = reads(
    rf"{_PAGE}title(?: of the (?:page|tab|document|window|site))? <NOT>{_VERB}(?: (?:now|set to))? (?P<value>.+)"
)
_TITLED = reads(
    r"the (?:page|tab|document|window) <NOT>(?:is (?:titled|entitled)|has (?:the|a) title(?: of)?|has title)"
    r" (?P<value>.+)"
)

_NO_CONSOLE = reads(
    r"(?:(?:there|i) (?P<no1>¬)?(?:is|see) (?:any )?(?:(?:javascript|js|console) )*(?P<what1>errors?|warnings?"
    r"|errors? or warnings?)"
    r"(?: (?:logged|shown|reported|printed))?(?: (?:in|on|to) (?:the )?(?:browser(?:'s)? )?(?:console|log))?"
    r"|the (?:browser(?:'s)? |javascript |js )?console (?:(?P<no2>¬)?(?:has|shows|contains|logs|reports) (?:any"
    r" )?(?:javascript |js )?"
    r"(?P<what2>errors?|warnings?|errors? or warnings?|anything|messages?|output)"
    r"|is (?P<clean>clean|clear|empty|free of errors|error[- ]free))"
    r"|(?P<no3>no|zero) (?:(?:javascript|js|console) )*(?P<what3>errors?|warnings?)(?: (?:is|¬is|appears))?"
    r"(?: (?:logged|shown|reported|printed|thrown))?(?: (?:in|on|to) (?:the )?(?:browser(?:'s)? )?(?:console|log))?)"
)
_CONSOLE_SAYS = reads(
    r"the (?:browser(?:'s)? |javascript )?console <NOT>(?:shows|says|contains|has|logs|reports|displays|includes)"
    r"(?: (?:the|a|an) )?(?: ?(?:message|error|text|line|warning))?(?: (?:saying|with|containing))? ?(?P<value><V>)"
)
_REQUESTS = reads(
    r"(?:(?:there|i) (?P<no1>¬)(?:is|see) (?:any )?(?:failed|failing|broken) (?:network |http )?requests?(?: on the"
    r" page)?"
    r"|(?:there|i) (?P<no2>¬)(?:is|see) (?:any )?(?:network|http) (?:errors?|failures?)"
    r"|(?P<no3>no|none of the) (?:network |http )?requests? (?:fails|failed|is failed|has failed|is failing)"
    r"|(?:all|every) (?:network |http |of the )*requests? (?P<all>succeeds|succeeded|is successful|is answered|is ok"
    r"|passed)"
    r"|the (?:network|page) (?P<no4>¬)?has (?:any )?(?:failed (?:network )?requests|network errors)"
    r"|no (?:network|http) (?:errors?|failures?)(?: ¬?(?:is|appears).*)?(?P<bare>))"
)

_FILE = r"(?:(?:the|a|an|one) )?(?:(?P<type>\w+) )?(?:file|download|document|report|attachment)"
_DOWNLOADED = reads(
    rf"(?:{_FILE}(?: (?:named|called|titled|with (?:the )?(?:file ?)?name))? )?(?P<value><V>|[\w.()-]+\.\w+)"
    r"(?: file)? <NOT>(?:is|gets) (?:downloaded|saved|being downloaded)"
)
_DOWNLOAD_IS = reads(
    r"the (?:name of the )?(?:downloaded file|download|downloaded document|file name of the download)(?:'s)?(?:"
    r" file)?(?: ?name)? "
    rf"<NOT>(?:is (?:named|called)|has the (?:file ?)?name|{_VERB}) (?P<value>.+)"
)
_DOWNLOAD_ANY = reads(
    rf"(?:{_FILE} (?P<no1>¬)?(?:is|gets) (?:downloaded|saved|started|complete[d]?)|(?:a|the) download"
    rf" (?P<no2>¬)?(?:starts|is (?:started|complete|finished))"
    r"|there (?P<no3>¬)?is (?:a |any )?(?:downloads?|downloaded files?)|(?P<nothing>nothing|no file) is downloaded)"
)
_DOWNLOAD_NAMED = reads(
    r"(?:there|i) <NOT>(?:is|see) (?:a|the) (?:download|downloaded file)(?: of)?(?: (?:named|called|with (?:the"
    r" )?name))? (?P<value><V>|[\w.()-]+\.\w+)"
)

_BOX = (
    r"(?:(?:a|an|the|any) )?(?:(?P<native>browser|javascript|js|native|system) )?(?P<box>alert|confirm"
    r"|prompt|dialog|popup|pop-up|message)"
    r"(?:(?: |-)(?:dialog|box|window|popup|pop-up|message))?"
)
_BOX_SAYS = reads(
    rf"{_BOX} <NOT>(?P<verb>says|shows|reads|is|contains|asks|has|displays|states|tells|includes|equals|starts with"
    rf"|ends with|matches)"
    r"(?: (?:the|a) (?:text|message))?(?: of)? (?P<value>.+)"
)
_BOX_TEXT_IS = reads(rf"the (?:text|message) (?:of|in) {_BOX} <NOT>{_VERB} (?P<value>.+)")
_BOX_WITH = reads(
    rf"(?:(?:there|i) (?P<no1>¬)?(?:is|see) )?{_BOX} (?:with|saying|that says|reading|that reads|showing|asking"
    rf"|containing)"
    r"(?: the)?(?: (?:text|message|words))? (?P<value><V>)(?: (?P<no2>¬)?(?:is (?:shown|displayed|open|opened"
    r"|visible)|appears|pops up|opens))?"
)
_BOX_SHOWN = reads(
    rf"(?:(?:there|i) (?P<no1>¬)?(?:is|see) {_BOX}|{_BOX.replace('<native>', '<native2>').replace('<box>', '<box2>')} "
    r"(?P<no2>¬)?(?:is (?:shown|displayed|open|opened|visible|present|raised)|appears|pops up|opens))"
)

_TABS = reads(
    r"(?:(?:there|i) (?P<no1>¬)?(?:is|see) |the browser (?P<no3>¬)?has )?(?P<count>.+?) (?P<kind>browser (?:tabs?"
    r"|windows?)|tabs?|windows?)"
    r"(?: (?P<no2>¬)?(?:is )?(?P<open>open|opened)(?: in the browser)?)?"
)
_NEW_TAB = reads(
    r"(?:the (?:link|page|article|document) )?(?:(?:a|an|the) )?(?:new|second|another|additional) (?:browser )?(?:tab"
    r"|window|page) "
    r"<NOT>(?:is (?:open|opened|shown|created)|opens|appears|has opened)"
)
_TAB_NAMED = reads(
    r"(?:(?:there|i) <NOT>(?:is|see) )?(?:a|the) (?:browser |new )*(?:tab|window) (?:named|called|titled|with (?:the"
    r" )?title) (?P<value><V>)"
    r"(?: (?P<no2>¬)?(?:is open|is opened|opens))?"
)


def _value_claim(clause: Clause, found: re.Match[str], kind: str, **fields: object) -> tuple[Claim, ...]:
    how, phrase = match_of(found["verb"], found["value"])
    values, quoted = clause.value(phrase)
    return (clause.claim(kind, negated=bool(found["no"]), match=how, values=values, quoted=quoted, **fields),)


def _url(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_URL):
        part = found["part"].lower().removeprefix("url ")
        attribute = {"path": "path", "pathname": "path", "query": "query", "query string": "query", "hash": "hash"}.get(
            part, "hash" if part == "fragment" else ""
        )
        if found["verb"].lower() == "has" and not re.fullmatch(r"\S+", clause.wording.content(found["value"])):
            return None
        said = clause.wording.content(found["value"])
        if part == "location" and not _LIKE_AN_ADDRESS.search(said):
            return None  # "the location is Leeds" is about a field of the page
        if part in ("address", "location") and re.fullmatch(r"[\w',. -]+ [\w',. -]+", said):
            return None  # "Address is the current step" is about something that the page calls so
        return _value_claim(clause, found, "url", attribute=attribute)
    if found := clause.match(_AT):
        values, _ = clause.value(found["value"])
        if re.match(r"/|https?://|\{", values[0]):
            return (clause.claim("url", negated=bool(found["no"]), match="exact", values=values),)
        return (clause.claim("page", negated=bool(found["no"]), values=values),)
    return None


def _page(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_TITLE):
        return _value_claim(clause, found, "title")
    if found := clause.match(_TITLED):
        values, quoted = clause.value(found["value"])
        return (clause.claim("title", negated=bool(found["no"]), match="exact", values=values, quoted=quoted),)
    if found := clause.match(_ON_TAB):
        tab = clause.target(found["value"])
        return (clause.claim("state", negated=bool(found["no"]), subject=tab, state="selected"),)
    if (found := clause.match(_ON_PLACE)) and found["value"].split()[-1].lower() not in _NO_PAGES | {"page", "screen"}:
        values, _ = clause.value(found["value"])
        return (clause.claim("page", negated=bool(found["no"]), values=values),)
    found = clause.match(_ON_PAGE) or clause.match(_PAGE_SHOWN)
    if found and found["value"].lower() not in {
        "same",
        "right",
        "correct",
        "new",
        "next",
        "previous",
        "whole",
        "first",
    }:
        values, quoted = clause.value(found["value"])
        return (clause.claim("page", negated=bool(found["no"]), values=values, quoted=quoted),)
    return None


def _console(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_CONSOLE_SAYS):
        values, quoted = clause.value(found["value"])
        return (clause.claim("console", negated=bool(found["no"]), values=values, quoted=quoted, attribute="line"),)
    found = clause.match(_NO_CONSOLE)
    if not found or not re.search(r"console|javascript|\bjs\b|\blog\b", clause.text, re.IGNORECASE):
        return None
    none = bool(found["no1"] or found["no2"] or found["no3"] or found["clean"])
    what = (found["what1"] or found["what2"] or found["what3"] or "error").lower()
    level = "error" if what in {"error", "errors"} else "warning" if "error" not in what and "warn" in what else "any"
    level = "error" if found["clean"] and found["clean"].lower() != "empty" else level
    return (clause.claim("console", negated=not none, attribute=level),)


def _requests(clause: Clause) -> tuple[Claim, ...] | None:
    return (clause.claim("requests"),) if clause.match(_REQUESTS) else None


def _download(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_DOWNLOAD_ANY):
        none = any(found[name] for name in ("no1", "no2", "no3", "nothing"))
        extension = (found["type"] or "").lower()
        if extension in {"new", "downloaded", "single", "no", "any"}:
            none, extension = none or extension == "no", ""
        ending = ("." + extension,) if extension else ()
        return (clause.claim("download", negated=none, match="ends", values=ending),)
    found = clause.match(_DOWNLOADED) or clause.match(_DOWNLOAD_NAMED)
    if found:
        values, quoted = clause.value(found["value"])
        return (clause.claim("download", negated=bool(found["no"]), match="exact", values=values, quoted=True),)
    if found := clause.match(_DOWNLOAD_IS):
        if found["verb"]:
            return _value_claim(clause, found, "download")
        values, quoted = clause.value(found["value"])
        return (clause.claim("download", negated=bool(found["no"]), match="exact", values=values, quoted=quoted),)
    return None


def _is_native(found: re.Match[str]) -> bool:
    """Tell whether a browser dialog is meant: "alert", "confirm", "prompt", or any dialog said to be the browser's."""
    box, native = (found["box"] or "").lower(), found["native"]
    return bool(native) or box in {"alert", "confirm", "prompt"}


def _dialog(clause: Clause) -> tuple[Claim, ...] | None:
    found = clause.match(_BOX_WITH)
    if found and _is_native(found):
        values, quoted = clause.value(found["value"])
        negated = bool(found["no1"] or found["no2"])
        return (clause.claim("dialog", attribute=_box(found), negated=negated, values=values, quoted=quoted),)
    found = clause.match(_BOX_SHOWN)
    if found:
        native, box = found["native"] or found["native2"], (found["box"] or found["box2"]).lower()
        if native or box in {"alert", "confirm", "prompt"}:
            kind = "" if box in {"dialog", "popup", "pop-up", "message"} else box[:7]
            return (clause.claim("dialog", attribute=kind, negated=bool(found["no1"] or found["no2"])),)
        return None
    found = clause.match(_BOX_SAYS) or clause.match(_BOX_TEXT_IS)
    if found and _is_native(found) and not re.match(r"(?:shown|visible|hidden|gone|open|closed)\b", found["value"]):
        return _value_claim(clause, found, "dialog", attribute=_box(found))
    return None


def _box(found: re.Match[str]) -> str:
    box = (found["box"] or "").lower()
    return "" if box in {"dialog", "popup", "pop-up", "message"} else box[:7]


def _tabs(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_NEW_TAB):
        return (clause.claim("tabs", negated=bool(found["no"]), comparison=">=", values=("2",)),)
    if found := clause.match(_TAB_NAMED):
        values, quoted = clause.value(found["value"])
        negated = bool(found["no"] or found["no2"])
        return (clause.claim("tabs", negated=negated, attribute="title", match="exact", values=values, quoted=quoted),)
    found = clause.match(_TABS)
    if not found or not (found["open"] or "browser" in found["kind"] or found["no3"]):
        return None
    number = read_number(found["count"])
    if not number or number[2]:
        return None
    comparison, values, _ = number
    negated = any(found[name] for name in ("no1", "no2", "no3"))
    return (clause.claim("tabs", negated=negated, comparison=comparison, values=_content(clause, values)),)


def _content(clause: Clause, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clause.wording.content(value) for value in values)


PAGE_READERS: tuple[Reader, ...] = (_url, _page, _console, _requests, _download, _tabs, _dialog)
