"""What a document says of itself, its provider, its models and its training data, in public terms.

The statements repeat what the fields say; `jsonld.read` refuses a file in which they do not.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from ledger.summary.document import Document, Field, Labelled
from ledger.summary.jsonld_context import OURS
from ledger.summary.jsonld_layouts import LAYOUTS, NONE, Layout, PartLayout, Role
from ledger.summary.jsonld_values import (
    Node,
    Statement,
    answer,
    day,
    items,
    named,
    node,
    prose,
)
from ledger.summary.jsonld_values import statements as statements_of
from ledger.summary.profile import is_link

AI_ACT: Final = "http://data.europa.eu/eli/reg/2024/1689/oj"
"""The regulation's European Legislation Identifier."""


def statements(document: Document) -> Node:
    """Return the statements about a document, and inside them about what it speaks of."""
    version = [document.release, document.template, str(document.version)]
    said: Node = {
        "@id": _urn("summary", document.origin, *version),
        "@type": ["Document", "prov:Entity"],
        "dcterms:conformsTo": _standard(document),
        "dcterms:isVersionOf": {"@id": _urn("summary", document.origin, *version[:2])},
        "dcterms:subject": list(_models(document)),
        "dpv:hasData": _training_data(document),
        "prov:wasDerivedFrom": {
            "@id": _urn("log", document.origin, str(document.size)),
            "@type": "prov:Entity",
            "origin": document.origin,
            "size": document.size,
        },
    }
    if document.version > 1:
        before = _urn("summary", document.origin, *version[:2], str(document.version - 1))
        said["dcterms:replaces"] = {"@id": before}
    if document.provider:
        said["dcterms:publisher"] = _provider(document)
    if is_link(document.link):
        said["dcat:landingPage"] = {"@id": document.link}
    return said


def _urn(*parts: str) -> str:
    return OURS + ":".join(quote(part, safe="") for part in parts)


def _is_ai_act(document: Document) -> bool:
    return "2024/1689" in document.legal_basis


def _layout(document: Document) -> Layout:
    return LAYOUTS.get(document.template, NONE)


def _field(document: Document, field_id: str) -> Field:
    """Return a field; one without values if the form has none of this id."""
    try:
        return document.field(field_id)
    except KeyError:
        return Field(field_id, "", ())


def _standard(document: Document) -> Node:
    name = {"@id": AI_ACT} if _is_ai_act(document) else {}
    standard = {"@type": "dcterms:Standard", "dcterms:title": document.legal_basis}
    return {**name, **standard, "dcterms:identifier": document.template_number}


def _provider(document: Document) -> Node:
    layout = _layout(document)
    role = ["eu-aiact:AIProvider"] if _is_ai_act(document) else []
    said: Node = {"@type": ["prov:Organization", *role], "name": document.provider}
    if contact := prose(_field(document, layout.contact)):
        said["dpv:hasContact"] = contact
    if representative := prose(_field(document, layout.representative)):
        said["dpv:hasRepresentative"] = {
            "@type": "eu-aiact:AuthorisedRepresentative",
            "dpv:hasContact": representative,
        }
    return said


def _models(document: Document) -> Iterator[Node]:
    layout = _layout(document)
    kind = "eu-aiact:GPAIModel" if _is_ai_act(document) else "ai:Model"
    listed = {item.name: item for item in items(_field(document, layout.models))}
    dates = _by_name(_field(document, layout.market))
    bases = [named(item, "ai:Model") for item in items(_field(document, layout.bases))]
    for name in document.models:
        known = named(listed[name], kind) if name in listed else {"@type": [kind], "name": name}
        placed = day(dates.get(name, ""))
        dated = {"dcterms:available": placed} if placed else {}
        derived = {"prov:wasDerivedFrom": bases} if bases else {}
        yield {**known, **dated, **derived, "ai:hasTrainingData": {"@id": _data(document)}}


def _by_name(field: Field) -> Mapping[str, str]:
    tables = [value for value in field.values if isinstance(value, Labelled)]
    return {row.label: row.text for table in tables for row in table.rows}


def _data(document: Document) -> str:
    return _urn("data", document.origin, document.release)


def _training_data(document: Document) -> Node:
    layout = _layout(document)
    kind = "eu-aiact:TrainingData" if _is_ai_act(document) else "ai:TrainingData"
    parts = [_part(document, part) for part in layout.parts]
    return {
        "@id": _data(document),
        "@type": ["dcat:Dataset", kind],
        "records": document.records,
        **node((*_said(document, layout.whole), *parts)),
    }


def _part(document: Document, part: PartLayout) -> Statement:
    """Return that there is such data, that there is none, or that nobody said; never by silence."""
    used = answer(_field(document, part.used))
    term = {True: "dcterms:hasPart", False: "hasNoPart", None: "mayHavePart"}[used]
    said = node(_said(document, part.roles))
    return term, {"@type": ["dcat:Dataset", *part.classes], "id": part.section, **said}


def _said(document: Document, roles: Mapping[str, Role]) -> Iterator[Statement]:
    for field_id, role in roles.items():
        yield from statements_of(_field(document, field_id), role)
