"""The JSON-LD as a reader of linked data gets it: the triples we mean, in terms that exist."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCMITYPE
from rdflib.term import Node

from ledger.errors import MalformedError
from ledger.proof.document_slot import with_evidence
from ledger.summary import jsonld
from ledger.summary.document import Document
from ledger.summary.eu import summarise
from ledger.summary.filing import Filing
from ledger.summary.jsonld_context import CONTEXT, PREFIXES
from ledger.summary.jsonld_values import tags
from ledger.summary.regime import find_regime, regimes
from tests.summary.example import PROFILE, example, filing
from tests.summary.test_renderers import EVIDENCE, PAYLOADS, with_payload

# The library's reader of JSON-LD uses a class of its own that it calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")

AI = Namespace(PREFIXES["ai"])
AIACT = Namespace(PREFIXES["eu-aiact"])
DPV = Namespace(PREFIXES["dpv"])
OURS = Namespace("urn:tdl:")
VERSION = URIRef(f"{DCAT}version")
"""DCAT 3 has it; the library knows DCAT 2."""

DEFINED = {
    AI: {"Model", "TrainingData", "hasTrainingData"},
    AIACT: {"AIProvider", "AuthorisedRepresentative", "GPAIModel", "TrainingData"},
    DPV: {
        "CollectedData",
        "Data",
        "DataSource",
        "NotApplicable",
        "NotAvailable",
        "ProvidedData",
        "SyntheticData",
        "TechnicalOrganisationalMeasure",
        "hasContact",
        "hasData",
        "hasDataSource",
        "hasRepresentative",
        "hasTechnicalOrganisationalMeasure",
    },
}
"""Terms that DPV 2.3 of 25 February 2026 and its extensions define, of those that we use."""

EXAMPLE = summarise(example())
SUMMARY = URIRef("urn:tdl:summary:log.example.org%2F2026:m-1:eu:2")
DATA = URIRef("urn:tdl:data:log.example.org%2F2026:m-1")


@cache
def graph(document: Document) -> Graph:
    return Graph().parse(data=jsonld.render(document), format="json-ld")


@cache
def filled(regime: str, is_full: bool) -> Document:
    facts: Filing = example() if is_full else filing()
    return find_regime(regime).fill(facts)


EVERY = pytest.mark.parametrize(
    "document",
    [filled(one.name, is_full) for one in regimes() for is_full in (True, False)],
    ids=lambda document: f"{document.template}-{document.records}",
)


def only(graph: Graph, subject: Node | None, predicate: Node) -> Node:
    """Return the one thing that is said of a subject."""
    (found,) = graph.objects(subject, predicate)
    return found


def labelled(graph: Graph, label: str, kind: Node) -> Node:
    """Return the one node of a class with this label."""
    (found,) = (
        one for one in graph.subjects(RDFS.label, Literal(label)) if (one, RDF.type, kind) in graph
    )
    return found


@EVERY
def test_every_form_reads_back_and_uses_only_terms_that_exist(document: Document) -> None:
    data = jsonld.render(document)
    assert jsonld.read(data) == document
    assert jsonld.read(with_evidence(data, EVIDENCE)) == document
    known = {str(DCAT): DCAT, str(DCTERMS): DCTERMS, str(PROV): PROV, str(DCMITYPE): DCMITYPE}
    for term in terms(graph(document)):
        space, _, name = str(term).rpartition("#" if "#" in str(term) else "/")
        space += "#" if "#" in str(term) else "/"
        if term == VERSION:
            continue
        if (defined := DEFINED.get(Namespace(space))) is not None:
            assert name in defined, term
        elif space in known:
            assert term in known[space], term
        else:
            assert term.startswith(OURS) or space in (str(RDF), str(RDFS)), term


def terms(graph: Graph) -> set[URIRef]:
    """Return all predicates and classes of a graph, and kinds of Dublin Core."""
    found = {*graph.predicates(), *graph.objects(None, RDF.type)}
    return {one for one in found | {*graph.objects(None, DCTERMS.type)} if isinstance(one, URIRef)}


@EVERY
def test_every_field_is_a_node_with_its_number_label_and_answers(document: Document) -> None:
    found = graph(document)
    for field in document.fields():
        nodes = [
            node
            for node in found.subjects(DCTERMS.identifier, Literal(field.id))
            if (node, RDF.value, None) in found
        ]
        (node,) = nodes
        assert (node, RDFS.label, Literal(field.label)) in found
        assert len(Collection(found, only(found, node, RDF.value))) == len(field.values)


def test_the_document_its_versions_and_what_it_follows() -> None:
    found = graph(EXAMPLE)
    assert (SUMMARY, DCTERMS.title, Literal(EXAMPLE.title)) in found
    assert (SUMMARY, DCTERMS.language, Literal("en")) in found
    assert (SUMMARY, DCTERMS.modified, Literal("2026-11-24", datatype=XSD.date)) in found
    assert (SUMMARY, VERSION, Literal(2)) in found
    assert (SUMMARY, DCTERMS.isVersionOf, URIRef(str(SUMMARY)[:-2])) in found
    assert (SUMMARY, DCTERMS.replaces, URIRef(f"{str(SUMMARY)[:-1]}1")) in found
    assert (SUMMARY, DCAT.landingPage, URIRef("https://example.org/ai/summary/m-1")) in found
    law = only(found, SUMMARY, DCTERMS.conformsTo)
    assert law == URIRef("http://data.europa.eu/eli/reg/2024/1689/oj")
    assert (law, RDF.type, DCTERMS.Standard) in found
    first = graph(summarise(filing()))
    assert list(first.triples((None, DCTERMS.replaces, None))) == []


def test_summaries_of_one_release_by_other_forms_have_other_names() -> None:
    names = {json.loads(jsonld.render(filled(one.name, True)))["@id"] for one in regimes()}
    assert len(names) == len(regimes())


def test_the_provider_and_whom_to_ask() -> None:
    found = graph(EXAMPLE)
    provider = only(found, SUMMARY, DCTERMS.publisher)
    assert (provider, RDF.type, AIACT.AIProvider) in found
    assert (provider, RDF.type, PROV.Organization) in found
    assert (provider, RDFS.label, Literal("Example Labs SAS")) in found
    assert "12 rue des Exemples" in str(only(found, provider, DPV.hasContact))
    assert not list(found.objects(provider, DPV.hasRepresentative))  # not applicable is no name


def test_the_models_and_what_they_were_trained_on() -> None:
    found = graph(EXAMPLE)
    model = labelled(found, "m-1-base-2026-11", AIACT.GPAIModel)
    assert (SUMMARY, DCTERMS.subject, model) in found
    assert (model, AI.hasTrainingData, DATA) in found
    assert (model, DCAT.landingPage, URIRef("https://example.org/ai/m-1-base")) in found
    assert (model, DCTERMS.available, Literal("2026-11-20", datatype=XSD.date)) in found
    assert (DATA, RDF.type, AIACT.TrainingData) in found
    assert (DATA, OURS.records, Literal(EXAMPLE.records)) in found
    assert set(found.objects(DATA, DCTERMS.type)) == {DCMITYPE.Text, DCMITYPE.Image}
    assert {str(tag) for tag in found.objects(DATA, DCTERMS.language)} >= {"bg", "fr", "ru"}
    until = only(found, DATA, DCTERMS.temporal)
    assert str(only(found, until, DCAT.endDate)) == "2026-08"


def parts(graph: Graph, predicate: Node) -> dict[str, Node]:
    """Return the parts of the training data by their section."""
    return {
        str(only(graph, part, DCTERMS.identifier)): part for part in graph.objects(DATA, predicate)
    }


def test_what_was_used_what_was_not_and_what_nobody_said() -> None:
    found = graph(EXAMPLE)
    assert sorted(parts(found, DCTERMS.hasPart)) == ["2.1", "2.2.2", "2.3", "2.5"]
    assert sorted(parts(found, OURS.hasNoPart)) == ["2.2.1", "2.4.a", "2.4.b"]
    assert sorted(parts(found, OURS.mayHavePart)) == ["2.6"]
    empty = graph(summarise(filing()))
    assert not parts(empty, DCTERMS.hasPart)
    assert not parts(empty, OURS.hasNoPart)
    assert len(parts(empty, OURS.mayHavePart)) == 8


def test_a_dataset_with_licence_version_and_period() -> None:
    found = graph(EXAMPLE)
    dataset = labelled(found, "FineWeb-Edu", DCAT.Dataset)
    assert (parts(found, DCTERMS.hasPart)["2.1"], DCTERMS.hasPart, dataset) in found
    licence = only(found, dataset, DCTERMS.license)
    assert (licence, RDFS.label, Literal("ODC-By-1.0")) in found
    assert only(found, dataset, VERSION) == Literal("v1.0.0")
    span = only(found, dataset, DCTERMS.temporal)
    assert (span, RDF.type, DCTERMS.PeriodOfTime) in found
    ends = [only(found, span, end) for end in (DCAT.startDate, DCAT.endDate)]
    assert [str(end) for end in ends] == ["2013-05", "2024-04"]
    assert {end.datatype for end in ends if isinstance(end, Literal)} == {XSD.gYearMonth}


def test_crawlers_and_generators_are_software_that_acts_for_somebody() -> None:
    found = graph(EXAMPLE)
    crawled = parts(found, DCTERMS.hasPart)["2.3"]
    crawler = only(found, crawled, PROV.wasAttributedTo)
    assert (crawler, RDF.type, PROV.SoftwareAgent) in found
    operator = only(found, crawler, PROV.actedOnBehalfOf)
    assert (operator, RDFS.label, Literal("Example Labs SAS")) in found
    source = only(found, crawled, DPV.hasDataSource)
    assert (source, OURS.total, Literal(143)) in found
    synthetic = parts(found, DCTERMS.hasPart)["2.5"]
    assert (synthetic, RDF.type, DPV.SyntheticData) in found
    agents = {
        str(only(found, only(found, activity, PROV.wasAssociatedWith), RDFS.label))
        for activity in found.objects(synthetic, PROV.wasGeneratedBy)
    }
    assert agents == {"Qwen3-32B", "tutor-7b (internal)"}


def test_another_form_has_its_datasets_crawlers_and_period_too() -> None:
    found = graph(filled("ab2013", True))
    dataset = labelled(found, "FineWeb-Edu", DCAT.Dataset)
    assert (DATA, DCTERMS.hasPart, dataset) in found
    assert (DATA, RDF.type, AI.TrainingData) in found
    crawler = only(found, DATA, PROV.wasAttributedTo)
    assert (crawler, RDFS.label, Literal("examplebot")) in found
    assert str(only(found, only(found, DATA, DCTERMS.temporal), DCAT.startDate)) == "1998-01"
    law = only(found, None, DCTERMS.conformsTo)
    assert (law, DCTERMS.title, Literal(filled("ab2013", True).legal_basis)) in found


def test_what_nobody_answered_is_not_available_and_gives_its_reason() -> None:
    found = graph(EXAMPLE)
    reasons = {
        str(only(found, one, RDFS.comment)) for one in found.subjects(RDF.type, DPV.NotAvailable)
    }
    assert any("2.6.a is not answered" in reason for reason in reasons)


def test_a_representative_is_named_where_there_is_one() -> None:
    stated: dict[str, Any] = dict(PROFILE)
    provider_ = {**stated["provider"], "established_in": "US"}
    represented = {"name": "Example Europe BV", "contact": "eu@example.org"}
    profile = {**stated, "provider": provider_, "representative": represented}
    document = summarise(example(profile=profile))
    found = graph(document)
    provider = only(found, SUMMARY, DCTERMS.publisher)
    representative = only(found, provider, DPV.hasRepresentative)
    assert (representative, RDF.type, AIACT.AuthorisedRepresentative) in found
    assert "Example Europe BV" in str(only(found, representative, DPV.hasContact))


def test_languages_are_told_by_name_or_not_at_all() -> None:
    assert tags("English, French and Portuguese.") == ["en", "fr", "pt"]
    assert tags("Welsh") == ["cy"]
    assert tags("English and Klingon") == []
    assert tags("") == []


@pytest.mark.parametrize(
    "payload", [*PAYLOADS[:4], *PAYLOADS[9:14]], ids=lambda text: repr(text[:24])
)
def test_whatever_a_form_says_its_names_are_names(payload: str) -> None:
    document = replace(with_payload(payload), link=payload)
    found = graph(document)
    for node in found.all_nodes():
        if isinstance(node, URIRef):
            assert str(node).startswith(("urn:tdl:", "http://", "https://")), node
            assert not set(node) & set('<>"{}|\\^` \n')


def test_it_loads_no_context_from_elsewhere() -> None:
    value = json.loads(jsonld.render(EXAMPLE))
    assert value["@context"] == CONTEXT
    for term in CONTEXT.values():
        assert isinstance(term, str | dict)
        assert "@context" not in term
    used = {key.partition(":")[0] for key in keys_of(value) if ":" in key}
    assert used <= PREFIXES.keys()


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from keys_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from keys_of(member)


@pytest.mark.parametrize(
    ("said", "forged"),
    [
        (b'"eu-aiact:AIProvider"],"dpv:hasContact"', b'"eu-aiact:AIOffice"],"dpv:hasContact"'),
        (b'"2013-05"}', b'"2014-05"}'),
        (b'"dcterms:license":{', b'"dcterms:rights":{'),
        (b'"@vocab":"urn:tdl:"', b'"@vocab":"urn:tdm:"'),
        (b'"hasNoPart":[', b'"hasPart":['),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(said: bytes, forged: bytes) -> None:
    data = jsonld.render(EXAMPLE)
    assert said in data
    with pytest.raises(MalformedError):
        jsonld.read(data.replace(said, forged))
