"""A check sentence brought into one plain form, so that few patterns read many ways of saying it.

Quoted text, `{placeholders}` and `/patterns/` are put out of reach first, each as one private character; what is
in them is never read as language. Then leads ("Verify that", "Then I should"), contractions, modal verbs, tenses and
the places of a negation are levelled: "the banner should no longer be shown" becomes "the banner ¬is shown".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.grounding.rules.words import PERSON

__all__ = ["NOT", "QUOTED", "Wording", "both", "plain", "readable"]

NOT = "¬"
QUOTED = r"[\ue100-\ue1ff]"
_FIRST, _LAST = 0xE100, 0xE1FF
_ANY_MASK = re.compile("[\ue100-\ue3ff]")

_QUOTES = re.compile(
    r"""(?<![^\W_])(?:"(?P<a>[^"]*)"|“(?P<b>[^”]*)”|„(?P<c>[^“”]*)[“”]|«\s?(?P<d>[^»]*?)\s?»|`(?P<e>[^`]*)`
    |‘(?P<f>[^’]*)’(?!\w)|「(?P<g>[^」]*)」|『(?P<h>[^』]*)』|'(?P<i>(?:[^']|'(?=\w))*)'(?!\w))""",
    re.VERBOSE,
)
_REPORTED = re.compile(
    r"""(?P<lead>\b(?i:messages?|toast|notification|notice|alert|banner|snackbar|pop-?up|confirmation|warning|error|hint|dialog|it)
    (?i:(?:\ should|\ must|\ will|\ appears?|\ (?:is|be)\ (?:shown|displayed)|\ pops?\ up|\ that)*,?
    \ (?:says?|saying|reads?|reading|states?|stating|tells\ (?:me|us|you)))(?i:\ that)?|\bmessage\ (?i:that))
    \ (?P<said>[^\W_][^\ue100-\ue3ff]*?)
    (?=[.!]?$|\ (?i:(?:is|be|should\ be|was|gets)\ (?:shown|displayed|visible|there|present)|appears)[.!]?$
    |,?\ (?:and|but)\ (?:the|an?|i|I|it|there|no|not|my)\b)""",
    re.VERBOSE,
)
"""What a message is said to say, without quotes: "a message says that Ada was added". Small words begin no message."""
_PATTERN = re.compile(r"(?<=\s)/((?:[^/\\]|\\.)+)/(?=[\s,.;]|$)")


@dataclass(slots=True)
class Wording:
    """A sentence with its quotes, placeholders and patterns masked. `text` is what remains to be read."""

    text: str
    kept: dict[str, tuple[str, str, bool]] = field(default_factory=dict)  # mask -> as written, content, is a quote

    @classmethod
    def of(cls, sentence: str) -> Wording:
        """Mask a sentence."""
        wording = cls("")
        text = _QUOTES.sub(wording._mask(lambda m: next(g for g in m.groups() if g is not None), quote=True), sentence)
        if re.search(r"\b(?:match|regex|pattern|regular)", text, re.IGNORECASE):
            text = _PATTERN.sub(wording._mask(lambda m: m[1], quote=True), text)
        text = PLACEHOLDER.sub(wording._mask(lambda m: m[0], quote=False), text)
        text = _REPORTED.sub(wording._reported, text)
        wording.text = " ".join(text.split())
        return wording

    def _mask(self, content: Callable[[re.Match[str]], str], *, quote: bool) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            base = _FIRST if quote else _LAST + 1
            mask = chr(base + len(self.kept))
            self.kept[mask] = (match[0], content(match), quote)
            return mask

        return replace

    def _reported(self, match: re.Match[str]) -> str:
        """Put what is reported out of reach as it is written: "was added" is no tense to be levelled there."""
        lead = re.sub(r"\bthat says\b|(?<=message )that\Z", "saying", match["lead"])
        mask = chr(_FIRST + len(self.kept))
        self.kept[mask] = (match["said"], match["said"], False)
        return f"{re.sub(' that$', '', lead)} {mask}"

    def written(self, text: str) -> str:
        """Return `text` with everything masked put back as written, quotes included."""
        text = re.sub(rf"{NOT}is\b", "is not", text)
        text = re.sub(rf"{NOT}(?=\w)", "does not ", text)
        return _ANY_MASK.sub(lambda m: self.kept[m[0]][0], text).strip()

    def content(self, text: str) -> str:
        """Return `text` with everything masked put back without its quotes."""
        return _ANY_MASK.sub(lambda m: self.kept[m[0]][1], text).strip()

    def is_quoted(self, text: str) -> bool:
        """Tell whether `text` is one quoted piece and nothing else."""
        known = self.kept.get(text.strip())
        return known is not None and known[2]

    def is_masked(self, text: str) -> bool:
        """Tell whether `text` is one quoted piece or placeholder and nothing else."""
        return text.strip() in self.kept


_LEADS = re.compile(
    r"""^(?:
      (?:given|then|and|but|also|finally|now|so|afterwards|after\ that|please|kindly|therefore)\b
      (?!\ (?:is|isn't|is\ not|should|must|has|shows)\b)[,:]?
    | next\b (?:[,:]|(?=\ (?:the|an?|my|your|our|i|we|it|there|this|that|these|those|all|check|verify)\b|\ "))
    | (?:i|we|you|let's|let\ us|let\ me|the\ test|the\ tester)\ (?:can\ )?
      (?=(?:check|verify|assert|ensure|make\ sure|confirm|expect|validate)\b)
    | (?:(?:double[- ])?check|verify|assert|ensure|make\ sure|confirm|validate|expect|be\ sure|see\ to\ it
      |see|observe|notice)
      (?:\ (?:again|once\ more))? (?:\ (?:that|if|whether)\b|:)
    | (?:it\ (?:should\ be|is)\ (?:true|the\ case)|i\ expect|we\ expect|it\ is\ expected|you\ should\ see)\ that\b
    | (?:i|we)\ (?:should\ |can\ |must\ )?see\ that\b (?=\ (?:the|an?|my|all|every|each|no|there|it)\b)
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_BARE_LEAD = re.compile(
    r"^(?:(?:double[- ])?check|verify|assert|ensure|make sure|confirm|validate|expect)\s+(?=\S)", re.IGNORECASE
)
_CONTRACTIONS = (
    (r"\bcan(?:'t|not)\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"\b(is|are|was|were|does|do|did|has|have|had|should|must|could|would|need)n't\b", r"\1 not"),
    (r"\b(there|it|that|here|what|who|everything|nothing|page|i)'s\b", r"\1 is"),
    (r"\b(i|we)'m\b", r"\1 am"),
    (r"\b(i|we|they|you)'(?:re)\b", r"\1 are"),
    (r"\bnone of (the|these|those|my|its)\b", r"\1 @none"),
)
_ADVERBS = r"(?:now|still|then|also|currently|already|again|successfully|always|just|indeed|only then|all now)"
_BASE = {
    "be": "is", "have": "has", "show": "shows", "display": "displays", "read": "reads", "say": "says",
    "contain": "contains", "include": "includes", "equal": "equals", "match": "matches", "start": "starts",
    "begin": "begins", "end": "ends", "appear": "appears", "disappear": "disappears", "exist": "exists",
    "point": "points", "link": "links", "lead": "leads", "go": "goes", "exceed": "exceeds", "list": "lists",
    "hold": "holds", "remain": "remains", "stay": "stays", "come": "comes", "state": "states", "tell": "tells",
    "open": "opens", "stand": "stands", "cost": "costs", "see": "see", "find": "see", "view": "see", "observe": "see",
    "notice": "see", "look": "looks", "seem": "seems", "become": "becomes", "carry": "carries", "mention": "mentions",
    "indicate": "indicates", "offer": "offers", "refer": "refers", "load": "loads", "succeed": "succeeds",
    "fail": "fails", "report": "reports", "announce": "announces", "ask": "asks", "log": "logs", "belong": "belongs",
    "use": "uses", "follow": "follows", "precede": "precedes", "make": "makes", "explain": "explains",
    "describe": "describes", "add": "adds", "vanish": "disappears", "fit": "fits", "land": "lands", "get": "gets",
}  # fmt: skip
_VERB = "|".join(sorted(_BASE, key=len, reverse=True))
_FORMS = "|".join(sorted(set(_BASE.values()), key=len, reverse=True))
_MODAL = (
    r"(?:should|must|shall|will|would|can|could|may|needs? to|ha(?:s|ve) to|ought to|is to|are to|am able to"
    r"|is able to)"
)
_HOLDING = r"\b(shows?|displays?|lists?|contains?|includes?|has|reports?|says?)"


def _finite(verb: str) -> str:
    return _BASE.get(verb.lower(), verb.lower())


_DENYING = re.compile(rf"\b(?P<who>I|we|they)? ?does not (?P<verb>{_FORMS})\b", re.IGNORECASE)


def readable(text: str) -> str:
    """Return the wording of a claim as one would say it: "I do not see Ada", "the table does not show Ada"."""
    base = {finite: verb for verb, finite in reversed(_BASE.items())}

    def said(match: re.Match[str]) -> str:
        lead = f"{match['who']} do not" if match["who"] else " does not"
        return f"{lead} {base[match['verb'].lower()]}"

    return _DENYING.sub(said, text)


def _modal(match: re.Match[str]) -> str:
    negated = match["no1"] or match["no2"]
    return (NOT if negated else "") + _finite(match["verb"])


_HAPPENED = {
    "appeared": "appears", "disappeared": "disappears", "vanished": "disappears", "gone": "disappears",
    "loaded": "is loaded", "opened": "opens", "closed": "closes",
}  # fmt: skip
_PAST = {"appeared": "appears", "disappeared": "disappears", "vanished": "disappears", "popped up": "appears"}
_LEVELLED: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(shown|visible|displayed|listed|see [\ue100-\ue3ff]) twice\b", r"\1 2 times"),
    (r"\b(shown|visible|displayed|listed|see [\ue100-\ue3ff]) thrice\b", r"\1 3 times"),
    (r"\b(?:pops|shows|comes) up\b", "appears"),
    (r"^it (?:says|reads|states|tells (?:me|us|you))(?: that)? (?=[\ue100-\ue3ff])", "i see "),
    (
        (r"\b(?:appears|(?:should|must|will) appear),? (?:(?:that|which) (?:says|reads)|saying|reading"
        r"|with the (?:text|words|message)) (?P<said>[\ue100-\ue3ff])$"),
        lambda m: f"saying {m['said']} is shown",
    ),
    (r"^the browser (?:asks|says|tells|warns)(?: me)?(?= [\ue100-\ue3ff])", "the browser dialog says"),
    (
        (rf"^({PERSON}) (?:{_MODAL} )?(?:gets?|receives?|am shown|are shown|is shown|is presented with)"
        r" (?!redirected|taken|sent|brought|forwarded|led|returned|logged|to\b)"),
        r"\1 see ",
    ),
    (
        (rf"^({PERSON}) {_MODAL}"
        rf"(?P<no> not)?(?: (?:{_ADVERBS}|be able to))* read\b(?= \S)"),
        lambda m: f"{m[1]} {NOT if m['no'] else ''}see",
    ),
    (rf"^({PERSON}) (?:do|does) (?=see\b)", r"\1 "),
    (rf"^({PERSON}) (?:lands?|arrives?|ends? up) (?=(?:on|at|in)\b)", r"\1 is "),
    (r" again$", ""),
    (r"\b(?:(?:is|gets) (?:now )?(?:updated|changed)|changes|updates) to (?=\S)", "is "),
    (r"^there (?:is|are) (\d+) to (\d+) ", r"there is between \1 and \2 "),
    (r"\bno longer\b", "not"),
    (r"\b(?-i:never)\b", "not"),  # "the Never option" is called so
    (r"(\bnot\b.*?),? (?:any ?more|any longer|at all)\b", r"\1"),
    (r",? (?:any ?more|any longer)\b", ""),
    (
        rf"\b{_MODAL} (?:{_ADVERBS} )*(?P<no1>not )?(?:{_ADVERBS} )*(?:be able to )?(?P<no2>not )?(?P<verb>{_VERB})\b",
        _modal,
    ),
    (rf"\b(?:does|do|did) (?:{_ADVERBS} )*not (?:{_ADVERBS} )*(?P<verb>{_VERB})\b", lambda m: NOT + _finite(m["verb"])),
    (rf"\bnot (?:{_ADVERBS} )*(?P<verb>{_FORMS})\b", lambda m: NOT + m["verb"].lower()),
    (r"\b(?:has|have|had) not been\b", NOT + "is"),
    (r"\b(?:has|have|had) (?:now |already |just |successfully )?been\b", "is"),
    (rf"\b(?:is|are|was|were|am|be) (?:{_ADVERBS} )*not\b", NOT + "is"),
    (r"^(the (?:[\w-]+ ){0,2}[\w-]+s) (say|show|contain|list|mention)(?= [\ue100-\ue3ff])", r"\1 \2s"),
    (r"\b(?:are|was|were|am)\b", "is"),
    (r"(?<!is )\b(?:remains?|stays?|becomes?|became|remained|stayed|turned|gets?)\b(?= \w)", "is"),
    (r"\bhave\b", "has"),
    (rf"(?<!has )\b(?P<verb>{'|'.join(_PAST)})\b", lambda m: _PAST[m["verb"].lower()]),
    (rf"\bhas (?P<verb>{'|'.join(_HAPPENED)})\b", lambda m: _HAPPENED[m["verb"].lower()]),
    (r"\b(?:has|have) not\b", NOT + "has"),
    (
        rf"{_HOLDING} (?:no|zero|neither) (?!more|less|fewer|later)",
        lambda m: f"{NOT}{_finite(m[1])} ",
    ),
    (rf"^{PERSON} (?:sees?|finds?) (?:no|zero|neither) (?!more|less|fewer|later)", "there ¬is "),
    (
        rf"^{PERSON} (¬?)has (?=\d|(?:any|no|one|two|three|four|five|ten|at least|at most|more than|only)\b)",
        r"there \1is ",
    ),
    (r"^(?:the |an? )?(?:user|visitor|customer|tester)s? (¬?)sees?\b", r"i \1see"),
    (rf"{_HOLDING} nothing\b", lambda m: f"{NOT}{_finite(m[1])} anything"),
    (r"\bthere (?P<no>¬)?is (?:no|zero|not any) (?!more|less|fewer)", "there ¬is "),
    (r"^there ¬is (?:any |an? )?[a-z]+(?: [a-z]+)? (?:called|named) (?=\S)", "i ¬see "),
    (r"¬is (?:being|been) ", "¬is "),
    (r"\bis (?:being|been) ", "is "),
    (rf"(¬?is|¬?has) (?:{_ADVERBS} )+", r"\1 "),
    (rf"\b{_ADVERBS} (¬?(?:{_FORMS}))\b", r"\1"),
    (r"^((?:the|my) (?:(?!is\b|has\b)[\w-]+ ){1,4})(passed|failed|succeeded|finished|expired)(?= with |$)", r"\1is \2"),
    (rf"\b(?P<verb>{_VERB})\b(?! (?:of|for|in|button|link|field)\b)", lambda m: _BASE[m["verb"].lower()]),
)  # fmt: skip
_PLAIN_VERBS = frozenset(
    {"show", "display", "contain", "include", "exist", "appear", "disappear", "equal", "match", "have"}
)
_EXPECT_TO = re.compile(
    rf"^(?:(?:i|we) )?expects? (?P<who>.+?) (?P<no1>not )?to (?P<no2>not )?(?P<verb>{_VERB})\b", re.IGNORECASE
)
_PRESENCE = re.compile(
    r"^(?:(?:check|verify|confirm|assert|validate|ensure|test|look|expect|search)s?\s+)?(?:for )?"
    r"(?:the )?(?P<which>presence|existence|visibility|appearance|absence) of ",
    re.IGNORECASE,
)
_EXPECT_SEE = re.compile(r"^(?:i |we )?expects? (?P<no>not )?to (?P<no2>not )?(?:see|find)\b", re.IGNORECASE)
_SEE = re.compile(
    r"^(?:(?:should|must|will|can|do) )?(?P<no>not )?(?:be able to )?(?:see|observe|notice)\b(?! (?:to|of|also)\b) ?",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?<!that )(?<!which )\b(?:is|are|has|have|shows?|says?|contains?|equals?|reads?)\b", re.IGNORECASE
)
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
_SHOWN = (
    "text|words?|phrase|message|heading|headline|label|link|button|tab|error|warning|notification|alert|toast|banner"
    "|badge|tag|item|option|row|column|section|card|image|picture|icon|field|checkbox|box"
)
_THING = re.compile(
    rf"(?:(?:(?:the |an? )?(?:[a-z-]+ )?(?:{_SHOWN}) |the )?[\ue100-\ue3ff](?: (?:{_SHOWN}))?(?: and [\ue100-\ue3ff])?"
    rf"|(?:no|{_NUMBER}|(?:at least|at most|exactly|more than|fewer than) {_NUMBER})(?: (?!is\b|are\b)[a-z-]+){{1,2}})"
    r"(?: (?:in|on|under|within)(?: (?!is\b|are\b|and\b)[\w-]+)+)?",
    re.IGNORECASE,
)
"""What is to be seen where nothing is said of it: `Verify "Saved"`, `Expect the message "Saved"`, `Assert 3 rows`."""
_CHECK_FOR = re.compile(r"^(?:check|look|search|expect)s? for ", re.IGNORECASE)


_BOTH = re.compile(
    r"(?P<lead>(?:(?:[Gg]iven|[Tt]hen|[Aa]nd|[Bb]ut) )*(?:[Bb]oth )?)"
    r"(?:(?P<a>(?:[Tt]he|[Mm]y) [\w-]+(?: [\w-]+)?) and (?P<b>(?:the|my) [\w-]+(?: [\w-]+)?)"
    r"|(?P<c>(?!(?:The|My|I|We) )[A-Z][\w-]*(?: [\w-]+)?) and (?P<d>[A-Z][\w-]*(?: [\w-]+)?))"
    r" (?P<verb>(?:are|were|aren't|should|must)\b.+)"
)


def both(text: str) -> str:
    """Return "Save and Cancel are visible" as two statements; only a plural tells that it is no name of one thing."""
    found = _BOTH.fullmatch(text)
    if found is None:
        return text
    first, second = found["a"] or found["c"], found["b"] or found["d"]
    if len(first.split()) != len(second.split()):  # "the Save and the Cancel button", "Click Save and Cancel"
        return text
    return f"{found['lead']}{first} {found['verb']} and {second} {found['verb']}"


def plain(text: str) -> str:
    """Return a masked sentence in plain form: leads gone, verbs in the present, negation as `¬` before its verb."""
    text = re.sub(r"(?<=\w)’(?=\w)", "'", text.strip().rstrip(".!;,").rstrip("?").strip())
    text = re.sub(r"(?<=\w),? (?:too|as well)$", "", text)
    for pattern, new in _CONTRACTIONS:
        text = re.sub(pattern, new, text, flags=re.IGNORECASE)
    text = _without_leads(text)
    text = _EXPECT_TO.sub(lambda m: f"{m['who']} {NOT if m['no1'] or m['no2'] else ''}{_finite(m['verb'])}", text)
    text = _EXPECT_SEE.sub(lambda m: f"i {NOT if m['no'] or m['no2'] else ''}see", text)
    text = _PRESENCE.sub(lambda m: "i ¬see " if m["which"].lower() == "absence" else "i see ", text)
    text = _CHECK_FOR.sub("i see ", text)
    text = _seen(text)
    lead, text = text, _BARE_LEAD.sub("", text)
    if text != lead and _THING.fullmatch(text):
        text = f"i see {text}"
    return " ".join(_level(text).split())


def _seen(text: str) -> str:
    """Return `See "Saved"` as what somebody sees, and "See the total is $5" as what is stated."""
    found = _SEE.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    return rest if not found["no"] and _STATED.search(rest) else f"i {NOT if found['no'] else ''}see {rest}"


def _without_leads(text: str) -> str:
    while True:
        shorter = _LEADS.sub("", text, count=1)
        if shorter == text:
            return text
        text = shorter


def _level(text: str) -> str:
    for pattern, new in _LEVELLED[:-1]:
        text = re.sub(pattern, new, text, flags=re.IGNORECASE)
    return re.sub(
        rf"(?<=\w )(?<!\b[Tt]he )(?<!\b[Mm]y )(?<!\b[Aa] )({'|'.join(sorted(_PLAIN_VERBS))})\b"
        r"(?! (?:of|for|button|link|field))",
        lambda m: _finite(m[1]),
        text,
    )
