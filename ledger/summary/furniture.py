"""What every format says around a form, in plain words.

Which document this is, how to check it, what an answer rests on, what is open.

Renderers decide how it looks and nothing of what it says. Names inside a sentence stand between
U+2068 and U+2069 where they may run in another direction than the sentence (UAX 9).
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from ledger.summary.document import Document, Field, Gap, Owner, Show, Support, Unstated, Value
from ledger.summary.wording import counted, listed, long_date, number, sentence

DRAFT = "Draft: this document is not logged and carries no proof."
"""Begins what is said of the standing of a document that was only looked at."""

CHECKING = "How to check this document"
CHARTS = "Parts of the whole"
OPEN_POINTS = "Open points"
LOGGING = "ledger summary RELEASE"
_COLUMNS = ("Field", "Kind", "What is open", "What closes it")

KINDS = {
    "contradiction": "Contradiction",
    "missing": "Missing",
    "advice": "Recommended",
}
"""What the severities of gaps are called."""

SHOWN: dict[Show, str] = {
    "ranges": "size ranges only, as the provider chose",
    "shares": "size ranges and shares, as the provider chose",
    "figures": "exact figures, as the provider chose",
}
"""What is said of the amounts that a provider shows."""

OWNERS: dict[Owner, str] = {
    "ledger": "from records",
    "profile": "from the provider",
    "release": "from the release",
    "rule": "from the form",
}
"""Who keeps a fact, in words for readers who know nothing of a ledger."""

_POINTS = (
    ("contradiction", "contradiction", "contradictions"),
    ("missing", "missing answer", "missing answers"),
    ("advice", "recommendation", "recommendations"),
)


class Line(NamedTuple):
    """One fact that identifies a document; an empty text is one that nobody stated."""

    label: str
    text: str
    link: str = ""
    is_code: bool = False
    """Whether it is for machines, such as a digest."""


class Step(NamedTuple):
    """One step of checking a document, and the command that does it."""

    text: str
    command: str = ""


class Rest(NamedTuple):
    """Who keeps a fact that an answer rests on, and how it is known on how many records."""

    owner: str
    known: str


_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
_END = "\u202c"
_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")


def isolated(name: str) -> str:
    """Return a name for use inside a sentence: its own direction must not turn that around.

    Every change of direction in it ends with it, and none ends before it.
    """
    if name.isascii():
        return name
    plain = name.translate(_ISOLATES)
    unclosed = sum(map(plain.count, _EMBEDDINGS)) - plain.count(_END)
    return f"\u2068{plain}{_END * unclosed}\u2069"


def identity(document: Document, digest: str) -> Iterator[Line]:
    """Yield what tells this document from every other; `digest` is the 64 hex of its form."""
    yield Line("Provider", isolated(document.provider))
    names = listed(isolated(name) for name in document.models)
    yield Line("Model" if len(document.models) == 1 else "Models", names)
    yield Line("Version", number(document.version))
    yield Line("Last update", long_date(document.last_update))
    if document.link:
        yield Line("Authoritative copy", document.link, document.link)
    yield Line("Training set", _training_set(document))
    yield Line("Computed from", log(document))
    if document.no_later_than:
        yield Line("Records logged", f"no later than {moment(document.no_later_than)}")
    yield Line("Amounts shown", SHOWN[document.show])
    yield Line("Digest of the form", f"sha256:{digest}", is_code=True)


def _training_set(document: Document) -> str:
    record = f" · release record {document.release_record}" if document.release_record else ""
    return f"{isolated(document.release)}, {counted(document.records, 'record')}{record}"


def log(document: Document) -> str:
    """Return which state of which log the answers were computed from."""
    return f"log {isolated(document.origin)} at size {number(document.size)}"


def moment(iso: str) -> str:
    """Return `2026-11-24T10:31:07Z` as `24/11/2026, 10:31:07 UTC`; anything else as it is."""
    day, _, time = iso.partition("T")
    is_whole = day.count("-") == 2 and bool(time)
    return f"{long_date(day)}, {time.removesuffix('Z')} UTC" if is_whole else iso


def published(document: Document) -> Document:
    """Return a document as readers get it: what it lacks, and not how its maker mends that.

    Recommendations are for the maker alone, and so are commands and keys.
    """
    gaps = tuple(replace(gap, remedy="") for gap in document.gaps if gap.severity != "advice")
    return replace(document, gaps=gaps)


def columns(document: Document) -> tuple[str, ...]:
    """Return the heads of the table of open points; the last one if anything is said there."""
    return _COLUMNS if any(gap.remedy for gap in document.gaps) else _COLUMNS[:-1]


def count_of_points(document: Document) -> str:
    """Return how many points of which kind are open: `1 missing answer and 2 recommendations`."""
    counts = [
        counted(sum(gap.severity == severity for gap in document.gaps), one, many)
        for severity, one, many in _POINTS
        if any(gap.severity == severity for gap in document.gaps)
    ]
    return listed(counts) or "none"


def is_draft(document: Document) -> bool:
    """Answer whether this is a document that was only looked at."""
    return document.standing.startswith(DRAFT)


def steps(document: Document, file: str) -> tuple[Step, ...]:
    """Return five lines for a reader who wants to know whether this is what was logged."""
    if is_draft(document):
        return (
            Step("Nothing can be checked yet. The summary is published and logged by:", LOGGING),
        )
    origin = isolated(document.origin)
    return (
        Step(
            "Keep the file as you received it. Its proof is inside; a program that saves it anew "
            "writes another file, without the proof."
        ),
        Step(
            f"Get the trust file of the log {origin} from somebody whom you trust, not from "
            "whoever gave you this file."
        ),
        Step("Run, without network or account:", f"ledger verify {file} --trust trust.policy"),
        Step(
            f"See that the verdict names the log {origin}. It holds the digest of every other byte "
            "of this file: a changed word is found, and a changed figure is named."
        ),
        Step(
            "Judge the answers. The proof shows what was recorded and when, not that it is true; "
            "the notes beside them say who keeps each fact, how it is known, and on how many "
            "records."
        ),
    )


def supported(field: Field) -> Iterator[tuple[tuple[Value, ...], tuple[Rest, ...]]]:
    """Yield the values of a field, those together that rest on the same, and what that is."""
    numbered = enumerate(field.values)
    for rests, group in groupby(numbered, lambda one: _rests(field, one[0])):
        yield tuple(value for _, value in group), rests
    if not field.values:
        yield (), tuple(dict.fromkeys(map(_rest, field.rests_on)))


def _rests(field: Field, place: int) -> tuple[Rest, ...]:
    supports = (one for one in field.rests_on if not one.of or place in one.of)
    return tuple(dict.fromkeys(map(_rest, supports)))


def _rest(support: Support) -> Rest:
    if support.owner == "rule":
        return Rest(OWNERS["rule"], "")
    if support.none:
        return Rest(OWNERS[support.owner], f"none in {counted(support.count, 'record')}")
    known: list[str] = [basis.name for basis in support.basis]
    if len(known) > 1:
        shares = " · ".join(f"{basis.name} {number(basis.count)}" for basis in support.basis)
        return Rest(OWNERS[support.owner], f"{shares} records")
    if support.owner == "ledger":
        known.append(counted(support.count, "domain" if support.what == "domains" else "record"))
    return Rest(OWNERS[support.owner], " · ".join(known))


def said_beside(field: Field, document: Document) -> Iterator[Gap]:
    """Yield the gaps of a field that its answer does not already tell."""
    told = {value.reason for value in field.values if isinstance(value, Unstated)}
    for gap in document.gaps:
        if gap.field == field.id and sentence(gap.message) not in told:
            yield gap
