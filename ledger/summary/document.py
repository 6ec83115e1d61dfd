"""A document for a regulator, as a value: sections, fields, answers, and what each rests on.

A `Document` is what every regime's module makes and every renderer takes. It holds answers, never
markup, and a closed set of value types, so a renderer is complete when it knows each of them.
Its JSON form is in `document_json.py` and `docs/formats/document.md`.

Each field says on what it rests: `owner` is who keeps the fact (design, decision 10), `basis` how
it is known, counted in records. A required answer that nobody gave is a `Gap`, with the act that
closes it, and the field says `Unstated`; it is never guessed.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

Owner = Literal["ledger", "profile", "release", "rule"]
"""`ledger`: the records. `profile`: provider.yaml. `release`: the release record. `rule`: the form
itself, for instance that a field is not asked for after a No."""

BasisName = Literal["observed", "declared", "inferred", "imported"]

Severity = Literal["contradiction", "missing", "advice"]
"""`contradiction`: two statements exclude each other. `missing`: the form requires it.
`advice`: the form allows it, a careful reader will ask for it."""


Show = Literal["ranges", "shares", "figures"]
"""`ranges`: the form's size ranges and no more. `shares`: parts of the whole too, in thousandths.
`figures`: exact amounts too."""


@dataclass(frozen=True, slots=True)
class Text:
    """Prose, one string per paragraph."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or No; the official form knows no third answer."""

    answer: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One box and whether it is ticked."""

    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """All the boxes of the form, ticked or not, and what "Other" stands for."""

    options: tuple[Choice, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """The size of one modality: official ranges with at most one ticked, and words beside it."""

    modality: str
    options: tuple[Choice, ...] = ()
    figure: str = ""
    """An exact or approximate size, where the provider shows one or the form asks for one."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ranges:
    """The sizes of all modalities in the data."""

    rows: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what is said about it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A short text for each of several names: per modality, per model, per crawler."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One named thing in a list, with its link and details."""

    name: str
    link: str = ""
    details: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of named things; `title` sets one list of a field apart from another."""

    items: tuple[Item, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or month: `YYYY-MM-DD` or `YYYY-MM`; `shown` is the form's own spelling of it."""

    iso: str
    shown: str


@dataclass(frozen=True, slots=True)
class Period:
    """From one month to another; an end that nobody stated is empty."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Domains:
    """The most relevant domain names, the largest first, out of `total`."""

    names: tuple[str, ...]
    total: int
    rule: str
    digest: str = ""
    """Digest of the full tally that the names were taken from."""
    proof: tuple[str, ...] = ()
    """That they are the top of the ranking that was committed to (`ledger.summary.ranking`)."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The form does not ask for this here, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unstated:
    """The form asks for this and nobody has answered. Never a No."""

    reason: str


Value: TypeAlias = (
    Text
    | YesNo
    | Choices
    | Ranges
    | Labelled
    | Items
    | Moment
    | Period
    | Domains
    | NotApplicable
    | Unstated
)


@dataclass(frozen=True, slots=True)
class Basis:
    """How many statements are known in one way."""

    name: BasisName
    count: int


@dataclass(frozen=True, slots=True)
class Support:
    """What an answer rests on.

    For the ledger `count` is the number of records behind the answer, for the other owners the
    number of statements. `what` names the path: `measures.tokens`, `provider.name`.
    """

    owner: Owner
    what: str
    count: int = 0
    basis: tuple[Basis, ...] = ()
    none: bool = False
    """The records were searched, and none is of the kind in question."""
    of: tuple[int, ...] = ()
    """Which of the field's values rest on it, by their place from 0; all of them when empty."""
    groups: tuple[Mapping[str, Any], ...] = dataclasses.field(default=(), compare=False, repr=False)
    """For the ledger the shared fields of every group of records behind the answer, by which the
    records are found again. It is in no form: what is read from one has none."""

    @property
    def key(self) -> tuple["Support", frozenset[int]]:
        """Equal for what is said of the very same records, whichever values rest on it."""
        return replace(self, of=()), frozenset(map(id, self.groups))


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a field lacks, and the act that closes it."""

    field: str
    severity: Severity
    message: str
    remedy: str


_WEIGHTS: dict[Severity, int] = {"contradiction": 0, "missing": 1, "advice": 2}


def by_severity(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Return gaps with the contradictions first and advice last, in their order otherwise."""
    return tuple(sorted(gaps, key=lambda gap: _WEIGHTS[gap.severity]))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form with its answer."""

    id: str
    label: str
    values: tuple[Value, ...]
    rests_on: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form; its fields come before its subsections."""

    id: str
    label: str
    fields: tuple[Field, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in thousandths, rounded to the nearest."""

    label: str
    permille: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Parts of a whole where people would rather look than read; the shares add up to 1,000.

    There is one only where the provider shows amounts (`Document.show`).
    """

    id: str
    title: str
    measure: str
    """What is counted: `tokens`, `bytes`, `records`."""
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A filled form, and which version of what it speaks about."""

    template: str
    template_number: str
    title: str
    legal_basis: str
    language: str
    provider: str
    release: str
    models: tuple[str, ...]
    version: int
    last_update: str
    """`YYYY-MM-DD`."""
    origin: str
    """The log that the answers were computed from."""
    size: int
    """The log's size then; a later record cannot have changed an answer."""
    records: int
    """Records in the training set."""
    release_record: str = ""
    show: Show = "ranges"
    """How much of the amounts the provider chose to disclose."""
    link: str = ""
    """Where the authoritative copy is; the QR code leads there."""
    no_later_than: str = ""
    """UTC time of the cosignature by which a witness had seen the log at `size`; or empty."""
    standing: str = ""
    """What must be said of the form's labels, where they are not the official ones."""
    salt: str = ""
    """Random hex digits in a document that is not for everybody, which no format shows: without
    them, who knows all but one answer could try answers out by the digests in the open log."""
    sections: tuple[Section, ...] = ()
    charts: tuple[Chart, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def fields(self) -> Iterator[Field]:
        """Yield every field in the order of the form."""
        return _fields(self.sections)

    def field(self, field_id: str) -> Field:
        """Return the field with this id; `KeyError` if the form has none."""
        for field in self.fields():
            if field.id == field_id:
                return field
        raise KeyError(field_id)


def _fields(sections: tuple[Section, ...]) -> Iterator[Field]:
    for section in sections:
        yield from section.fields
        yield from _fields(section.sections)
