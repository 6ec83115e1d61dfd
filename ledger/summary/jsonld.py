"""A document as JSON-LD: every field, machine-readable, with the context inline.

The members of `document_json.py` stand at the top of the object, so the file reads back into the
same `Document`; beside them stand `@context`, `@type` and a few statements in public vocabularies:
Dublin Core for the document, DCAT and DPV for the data, PROV-O for where it came from. What has no
public term is in our own namespace `urn:tdl:`, by `@vocab`. The bytes are canonical JSON and a
line feed; `ledger.proof.document_slot` adds the evidence as the member `evidence`.
"""

from typing import Any
from urllib.parse import quote

from ledger.errors import MalformedError
from ledger.proof.document_slot import split_evidence
from ledger.record.canonical import decode_object, encode
from ledger.summary.document import Document, Item, Items, YesNo
from ledger.summary.document_json import from_json, to_json

FILE = "summary.jsonld"

CONTEXT: dict[str, Any] = {
    "@vocab": "urn:tdl:",
    "ai": "https://w3id.org/dpv/ai#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcat:landingPage": {"@type": "@id"},
    "dcterms:conformsTo": {"@type": "@id"},
    "dcterms:modified": {"@type": "xsd:date"},
    "evidence": {"@type": "@json"},
    "fields": {"@container": "@list"},
    "items": {"@container": "@list"},
    "names": {"@container": "@list"},
    "options": {"@container": "@list"},
    "paragraphs": {"@container": "@list"},
    "rows": {"@container": "@list"},
    "sections": {"@container": "@list"},
    "values": {"@container": "@list"},
}

AI_ACT = "http://data.europa.eu/eli/reg/2024/1689/oj"
"""The regulation's European Legislation Identifier."""


def render(document: Document) -> bytes:
    """Return the document as JSON-LD without evidence."""
    return encode({**to_json(document), **_public_terms(document)}) + b"\n"


def read(data: bytes) -> Document:
    """Return the document whose `render`, with or without evidence, is exactly `data`.

    Raises:
        MalformedError: Anything else, a public term that disagrees with the document included.
    """
    bare = split_evidence(data).document
    members = decode_object(bare[:-1], "a JSON-LD document")
    own = {name: value for name, value in members.items() if not _is_public(name)}
    document = from_json(own)
    if render(document) != bare:
        raise MalformedError("the JSON-LD document says one thing in its fields and another beside")
    return document


def _is_public(name: str) -> bool:
    return name.startswith("@") or ":" in name


def _public_terms(document: Document) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": _name(document),
        "@type": ["Document", "prov:Entity"],
        "dcterms:conformsTo": AI_ACT,
        "dcterms:language": document.language,
        "dcterms:modified": document.last_update,
        "dcterms:subject": [{"@type": "ai:TrainedModel", "name": n} for n in document.models],
        "dcterms:title": document.title,
        "dpv:hasData": _training_data(document),
        "prov:wasDerivedFrom": {
            "@type": "prov:Entity",
            "origin": document.origin,
            "size": document.size,
        },
    }
    if document.provider:
        terms["dcterms:publisher"] = {"@type": "prov:Organization", "name": document.provider}
    return terms


def _name(document: Document) -> str:
    """Return a URN that tells this version of this summary from every other."""
    parts = ("summary", document.origin, document.release, str(document.version))
    return "urn:tdl:" + ":".join(quote(part, safe="") for part in parts)


def _training_data(document: Document) -> list[dict[str, Any]]:
    whole: dict[str, Any] = {
        "@type": ["ai:TrainingData", "dcat:Dataset"],
        "records": document.records,
    }
    if parts := [_dataset(item) for item in _datasets(document)]:
        whole["prov:wasDerivedFrom"] = parts
    if YesNo(True) in document.field("2.5.a").values:
        return [whole, {"@type": ["ai:TrainingData", "dpv:SyntheticData"]}]
    return [whole]


def _datasets(document: Document) -> list[Item]:
    """Return the datasets that the form lists by name: 2.1.c and 2.2.2.c."""
    values = (*document.field("2.1.c").values, *document.field("2.2.2.c").values)
    return [item for value in values if isinstance(value, Items) for item in value.items]


def _dataset(item: Item) -> dict[str, Any]:
    described: dict[str, Any] = {"@type": "dcat:Dataset", "dcterms:title": item.name}
    if item.link:
        described["dcat:landingPage"] = item.link
    return described
