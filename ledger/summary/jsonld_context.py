"""The context of a document as JSON-LD: prefixes, and a term for each of its members.

Dublin Core, DCAT, PROV-O and RDF Schema where they have a term; the Data Privacy Vocabulary (DPV
2.3) with its extensions on AI and on the EU's AI Act for data, models and roles. What has no public
term is in our own namespace `urn:tdl:`, by `@vocab`. Nothing is loaded from elsewhere: the context
stands in each file. Why these: docs/decisions/0028-vocabularies-of-documents.md.
"""

from typing import Any, Final

OURS: Final = "urn:tdl:"

PREFIXES: Final = {
    "ai": "https://w3id.org/dpv/ai#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-aiact": "https://w3id.org/dpv/legal/eu/aiact#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_TERMS: Final = {
    "id": "dcterms:identifier",
    "label": "rdfs:label",
    "language": "dcterms:language",
    "message": "rdfs:comment",
    "name": "rdfs:label",
    "not_applicable": "dpv:NotApplicable",
    "period": "dcterms:PeriodOfTime",
    "reason": "rdfs:comment",
    "rests_on": "prov:wasDerivedFrom",
    "standing": "rdfs:comment",
    "title": "dcterms:title",
    "type": "@type",
    "unstated": "dpv:NotAvailable",
    "version": "dcat:version",
}
"""Members, and types of values, that mean what a public term means."""

_TYPED: Final = {
    "end": ("dcat:endDate", "xsd:gYearMonth"),
    "last_update": ("dcterms:modified", "xsd:date"),
    "link": ("link", "xsd:anyURI"),
    "no_later_than": ("no_later_than", "xsd:dateTime"),
    "start": ("dcat:startDate", "xsd:gYearMonth"),
}

_LISTS: Final = (
    "charts",
    "details",
    "fields",
    "gaps",
    "items",
    "models",
    "names",
    "of",
    "options",
    "paragraphs",
    "rows",
    "sections",
    "shares",
)
"""Members whose order says something."""

CONTEXT: Final[dict[str, Any]] = {
    "@vocab": OURS,
    **PREFIXES,
    **_TERMS,
    **{name: {"@id": _id, "@type": _type} for name, (_id, _type) in _TYPED.items()},
    **{name: {"@container": "@list"} for name in _LISTS},
    "values": {"@container": "@list", "@id": "rdf:value"},
    # What stands there is defined elsewhere, and says nothing to readers of linked data.
    "evidence": {"@type": "@json"},
}
