"""Queries: what they mean, and what is said of those that cannot be read."""

import pytest

from ledger.errors import InputError
from ledger.query.expression import decide, fields_of, matches
from ledger.query.expression_text import parse_query
from ledger.record.canonical import JSON

RECORD: dict[str, JSON] = {
    "dataset": {"name": "books"},
    "modality": ["image", "text"],
    "measures": {"bytes": 12},
    "source": {"category": "synthetic", "name": "it's"},
    "generator": [
        {"provider": "OpenAI", "model": "gpt-4o", "role": "generator", "on_eu_market": True},
        {"provider": "Anthropic", "model": "claude", "role": "judge"},
    ],
    "lineage": {"parameters": {"k": 3}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("source.category=synthetic", True),
        ("source.category = crawled", False),
        ("source.category!=crawled", True),
        ("generator.provider=Anthropic", True),
        ("generator.provider=Mistral", False),
        ("generator.provider!=OpenAI", False),
        ("modality=text and modality=image", True),
        ("modality in (audio, video)", False),
        ("modality not in (audio, video)", True),
        ("dataset.name=x or measures.bytes=12", True),
        ("measures.bytes=13", False),
        ("generator.on_eu_market=true", True),
        ("source.name='it''s'", True),
        ('source.name="it\'s"', True),
        ("lineage.parameters.k=3", True),
        ("rights.licence=MIT", False),
        ("not rights.licence=MIT", True),
        ("rights.licence!=MIT", True),
        ("generator=unknown", False),
        # `and` binds closer than `or`, `not` closer than both.
        ("dataset.name=books or dataset.name=x and dataset.name=y", True),
        ("(dataset.name=books or dataset.name=x) and dataset.name=y", False),
        ("not dataset.name=x and dataset.name=books", True),
        ("NOT (dataset.name=books OR dataset.name=x)", False),
    ],
)
def test_what_a_query_means(text: str, expected: bool) -> None:
    assert matches(parse_query(text), RECORD) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source.categry=x", "column 1: source.categry: there is no field 'categry'; did you mean"),
        ("modality=text and sorce.name=x", "column 19: sorce: there is no field"),
        ("source.category=syntetic", "column 17: .*did you mean 'synthetic'"),
        ("source=x", "column 1: source has no value of its own; name a member: source.breakdown"),
        ("measures.bytes=many", "column 16: .*expected an integer"),
        ("(source.name=x", "column 15: the query ends here; expected a closing parenthesis"),
        ("source.name=", "column 13: the query ends here; expected a value for source.name"),
        ("source.name='x", "column 13: a text that does not end"),
        ("source.name in (a b)", "column 19: found 'b'; expected a comma or a closing"),
        ("source.name ~ x", "column 13: found '~'; expected =, != or in"),
        ("modality=text extra", "column 15: found 'extra'; expected and, or, or the end"),
        ("and", "column 1: found 'and'; expected a field"),
        ("", "column 1: the query ends here"),
        ("   ", "column 1: the query ends here"),
        ("(" * 50 + "modality=text" + ")" * 50, "more than 40 parts within one another"),
        ("modality=text or " * 300 + "modality=text", "at most 4,096 characters"),
    ],
)
def test_an_error_says_where_and_what(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_query(text)


def test_what_is_not_known_decides_nothing_unless_it_does_not_matter() -> None:
    query = parse_query("source.category=synthetic and dataset.name=books or modality=audio")
    facts = {"source.category": False, "modality": False}
    assert decide(query, lambda term: facts.get(term.name)) is False
    assert decide(query, lambda term: {"modality": True}.get(term.name)) is True
    assert decide(query, lambda term: {"source.category": True}.get(term.name)) is None


def test_the_fields_that_a_query_reads() -> None:
    query = parse_query("not (source.category=other or source.name=x) and generator.model=m")
    assert fields_of(query) == ("source", "generator")
