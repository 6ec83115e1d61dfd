"""The values of a field as statements in public terms, by the role that the field has in its form.

Only what a value says outright becomes a statement. What is not stated, and what does not apply,
gives none: the field itself, which is in the same file, says why.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from ledger.summary.document import (
    Choices,
    Domains,
    Field,
    Item,
    Items,
    Labelled,
    Moment,
    Period,
    Ranges,
    Row,
    Text,
    YesNo,
)
from ledger.summary.jsonld_layouts import Role
from ledger.summary.kinds import KINDS
from ledger.summary.languages import EU_OFFICIAL, OTHERS
from ledger.summary.profile import is_link

Node: TypeAlias = dict[str, Any]
Statement: TypeAlias = tuple[str, Any]

_MODALITIES: Final = {
    "audio": "dcmitype:Sound",
    "image": "dcmitype:Image",
    "text": "dcmitype:Text",
    "video": "dcmitype:MovingImage",
}
_LANGUAGES: Final = {name: tag for tag, name in (*EU_OFFICIAL.items(), *OTHERS.items())}
_LANGUAGE_ROWS: Final = ("Official languages of the European Union", "Other languages", "Languages")
_DAY: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_COLLECTED: Final = re.compile(r"(?:(\d\d)/(\d{4})|not known) to (?:(\d\d)/(\d{4})|not known)\.?")
_COLLECTED_IN: Final = re.compile(r"(\d\d)/(\d{4})\.?")


def statements(field: Field, role: Role) -> Iterator[Statement]:
    """Yield the statements of a field: a term and what it says."""
    yield from _ROLES[role](field)


def node(pairs: Iterable[Statement]) -> Node:
    """Return a node of statements; a term that is said several times gets an array."""
    gathered: dict[str, list[Any]] = {}
    for term, said in pairs:
        gathered.setdefault(term, []).append(said)
    return {term: said[0] if len(said) == 1 else said for term, said in gathered.items()}


def prose(field: Field) -> str:
    """Return the texts of a field as one text; empty if it has none."""
    lines: list[str] = []
    for value in field.values:
        if isinstance(value, Text):
            lines += value.paragraphs
        elif isinstance(value, Labelled):
            lines += (f"{row.label}: {row.text}" for row in value.rows)
    return "\n".join(lines)


def items(field: Field) -> Iterator[Item]:
    """Yield the named things that a field lists."""
    for value in field.values:
        if isinstance(value, Items):
            yield from value.items


def named(item: Item, *classes: str) -> Node:
    """Return a named thing with its page."""
    page = {"dcat:landingPage": {"@id": item.link}} if is_link(item.link) else {}
    return {"@type": list(classes), "name": item.name, **page}


def answer(field: Field) -> bool | None:
    """Return the Yes or No that a field says; None if it says neither."""
    return next((value.answer for value in field.values if isinstance(value, YesNo)), None)


def day(text: str) -> Node | None:
    """Return a day, `20/11/2026`, as a date; None for any other text."""
    found = _DAY.fullmatch(text)
    return {"@type": "xsd:date", "@value": "-".join(found.groups()[::-1])} if found else None


def period(start: str, end: str) -> Node:
    """Return a span of time; an end that is not known is left out."""
    ends = {"start": start, "end": end}
    return {"@type": "dcterms:PeriodOfTime", **{name: at for name, at in ends.items() if at}}


def _text(term: str) -> Callable[[Field], Iterator[Statement]]:
    def said(field: Field) -> Iterator[Statement]:
        if text := prose(field):
            yield term, text

    return said


def _modality(field: Field) -> Iterator[Statement]:
    for value in field.values:
        for option in value.options if isinstance(value, Choices) else ():
            if option.ticked:
                known = _MODALITIES.get(option.label.lower(), "OtherModality")
                yield "dcterms:type", {"@id": known if ":" in known else f"urn:tdl:{known}"}


def _extent(field: Field) -> Iterator[Statement]:
    for value in field.values:
        for row in value.rows if isinstance(value, Ranges) else ():
            ticked = [option.label for option in row.options if option.ticked]
            if said := ", ".join(filter(None, (*ticked, row.figure))):
                size = {"@type": "dcterms:SizeOrDuration", "modality": row.modality, "label": said}
                yield "dcterms:extent", size


def _until(field: Field) -> Iterator[Statement]:
    for value in field.values:
        if isinstance(value, Moment):
            yield "dcterms:temporal", period("", value.iso[:7])


def _period(field: Field) -> Iterator[Statement]:
    for value in field.values:
        if isinstance(value, Period) and (value.start or value.end):
            yield "dcterms:temporal", period(value.start, value.end)


def _languages(field: Field) -> Iterator[Statement]:
    for value in field.values:
        for row in value.rows if isinstance(value, Labelled) else ():
            if row.label.startswith(_LANGUAGE_ROWS):
                yield from (("dcterms:language", tag) for tag in tags(row.text))


def tags(text: str) -> list[str]:
    """Return the tags of languages that a text lists by name; none if it says anything else."""
    names = re.split(r", | and ", text.removesuffix("."))
    return [_LANGUAGES[name] for name in names] if _LANGUAGES.keys() >= set(names) else []


def _domains(field: Field) -> Iterator[Statement]:
    for value in field.values:
        if isinstance(value, Domains):
            digest = {"dcterms:identifier": value.digest} if value.digest else {}
            told = {"total": value.total, "shown": len(value.names), "rdfs:comment": value.rule}
            yield "dpv:hasDataSource", {"@type": "dpv:DataSource", **told, **digest}


def _measure(field: Field) -> Iterator[Statement]:
    if text := prose(field):
        measure = {"@type": "dpv:TechnicalOrganisationalMeasure", "label": field.label}
        yield "dpv:hasTechnicalOrganisationalMeasure", {**measure, "dcterms:description": text}


def _datasets(field: Field) -> Iterator[Statement]:
    for item in items(field):
        details = node(_details(item.details, "prov:wasAttributedTo"))
        yield "dcterms:hasPart", {**named(item, "dcat:Dataset"), **details}


def _crawlers(field: Field) -> Iterator[Statement]:
    for item in items(field):
        details = node(_details(item.details, "prov:actedOnBehalfOf"))
        yield "prov:wasAttributedTo", {**named(item, "prov:SoftwareAgent"), **details}


def _sources(field: Field) -> Iterator[Statement]:
    """Yield the datasets and crawlers of a field that lists each kind of source by its title."""
    for value in field.values:
        title = value.title if isinstance(value, Items) else ""
        if role := _BY_TITLE.get(title):
            yield from role(replace(field, values=(value,)))


def _generators(field: Field) -> Iterator[Statement]:
    for item in items(field):
        details = node(_details(item.details, "prov:actedOnBehalfOf"))
        agent = {**named(item, "ai:Model", "prov:SoftwareAgent"), **details}
        activity = {"@type": "prov:Activity", "prov:wasAssociatedWith": agent}
        yield "prov:wasGeneratedBy", activity


def _details(rows: tuple[Row, ...], party: str) -> Iterator[Statement]:
    """Yield the details of a thing; `party` is the term for who is behind it."""
    for row in rows:
        if row.label in _PARTIES:
            yield party, {"@type": "prov:Organization", "name": row.text}
        elif row.label in _DETAILS:
            yield from _DETAILS[row.label](row.text)


def _plain(term: str) -> Callable[[str], Iterator[Statement]]:
    def said(text: str) -> Iterator[Statement]:
        yield term, text

    return said


def _collected(text: str) -> Iterator[Statement]:
    if within := _COLLECTED_IN.fullmatch(text):
        only = f"{within[2]}-{within[1]}"
        yield "dcterms:temporal", period(only, only)
    elif found := _COLLECTED.fullmatch(text):
        first, start, last, end = found.groups()
        span = period(f"{start}-{first}" if start else "", f"{end}-{last}" if end else "")
        if start or end:
            yield "dcterms:temporal", span


def _licence(text: str) -> Iterator[Statement]:
    yield "dcterms:license", {"@type": "dcterms:LicenseDocument", "label": text}


_BY_TITLE: Final[Mapping[str, Callable[[Field], Iterator[Statement]]]] = {
    KINDS["public_dataset"]: _datasets,
    KINDS["private_licensed"]: _datasets,
    KINDS["private_third_party"]: _datasets,
    KINDS["crawled"]: _crawlers,
}
_PARTIES: Final = frozenset({"Operated by", "Provider"})
_DETAILS: Final[Mapping[str, Callable[[str], Iterator[Statement]]]] = {
    "Collected": _collected,
    "Digest": _plain("dcterms:identifier"),
    "Digest of its weights": _plain("dcterms:identifier"),
    "Geography": _plain("dcterms:spatial"),
    "Languages": lambda text: (("dcterms:language", tag) for tag in tags(text)),
    "Licence": _licence,
    "Modalities": _plain("modality"),
    "Selection": _plain("dcterms:description"),
    "Snapshot": _plain("dcat:version"),
    "User agent": _plain("dcterms:identifier"),
    "Version": _plain("dcat:version"),
    "Versions that answered": _plain("dcat:version"),
    "What it did": _plain("role"),
}
_ROLES: Final[Mapping[Role, Callable[[Field], Iterator[Statement]]]] = {
    "behaviour": _text("behaviour"),
    "comment": _text("rdfs:comment"),
    "crawlers": _crawlers,
    "datasets": _datasets,
    "description": _text("dcterms:description"),
    "domains": _domains,
    "extent": _extent,
    "generators": _generators,
    "languages": _languages,
    "measure": _measure,
    "modality": _modality,
    "period": _period,
    "purpose": _text("purpose"),
    "sources": _sources,
    "until": _until,
}
