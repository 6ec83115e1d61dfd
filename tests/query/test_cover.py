"""Covers: whatever is recorded and asked, no record that is meant is outside the opened trees."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.query.cover import Trees
from ledger.query.expression import All, Any, Not, Query, Term, matches
from ledger.query.expression_text import parse_query
from ledger.query.names import generator_code
from ledger.query.sections import place
from ledger.record.canonical import JSON

KEY = bytes(32)
MODELS = [("OpenAI", "gpt"), ("OpenAI", "o3"), ("Anthropic", "gpt")]
CODES = {generator_code(KEY, *model): model for model in MODELS}
ONE, TWO, THREE = (generator_code(KEY, *model) for model in MODELS)
NAMES = [
    "crawled.text",
    "crawled.names",
    "erased",
    "merged.text",
    "other.text.generated",
    "synthetic.image",
    "synthetic.text",
    "synthetic.text.part",
    *(f"generator.{ONE}.text", f"generator.{TWO}.text", f"generator.{TWO}.text.other"),
    f"generator.{THREE}.image",
    "generator.unknown.text",
]


def test_sections_cover_by_kind_and_modality_without_any_key() -> None:
    trees = Trees(NAMES)
    query = parse_query("source.category=synthetic")
    assert trees.cover_by_sections(query) == ["merged.text", "synthetic.image", "synthetic.text"]
    query = parse_query("source.category=synthetic and modality=image")
    assert trees.cover_by_sections(query) == ["synthetic.image"]
    assert not trees.is_cover(query, ["synthetic.text"])


def test_models_cover_by_a_proof_or_a_promise() -> None:
    query = parse_query("source.category=synthetic and generator.provider=OpenAI")
    opened = Trees(NAMES, CODES).cover_by_models(query)
    assert opened == sorted(NAMES[8:11])
    assert Trees(NAMES, CODES).is_cover(query, opened)
    assert not Trees(NAMES).is_cover(query, opened)
    assert Trees(NAMES, promised=True).is_cover(query, opened)


def test_a_tree_of_the_model_that_is_left_closed_is_noticed() -> None:
    query = parse_query("generator.provider=OpenAI")
    opened = Trees(NAMES, CODES).cover_by_models(query)
    for name in opened:
        assert not Trees(NAMES, CODES).is_cover(query, [one for one in opened if one != name])


def test_records_that_say_nothing_are_never_covered() -> None:
    assert "erased" not in Trees(NAMES).cover_by_sections(parse_query("dataset.name=x"))


_MODALITIES = st.sampled_from([["text"], ["image"], ["image", "text"]])
_CATEGORIES = st.sampled_from(["crawled", "synthetic", "other", "public_dataset"])
_GENERATORS = st.lists(st.sampled_from(MODELS), min_size=1, max_size=2, unique=True)


@st.composite
def records(draw: st.DrawFn) -> dict[str, JSON]:
    """What decides where a record stands."""
    source: dict[str, JSON] = {"category": draw(_CATEGORIES)}
    if draw(st.booleans()):
        source["breakdown"] = [{"category": draw(_CATEGORIES), "bytes": 1}]
    fields: dict[str, JSON] = {
        "modality": list[JSON](draw(_MODALITIES)),
        "source": source,
        "dataset": {"name": draw(st.sampled_from("xy"))},
    }
    kind = draw(st.sampled_from(["none", "unknown", "named"]))
    if kind == "unknown":
        fields["generator"] = "unknown"
    elif kind == "named":
        role = draw(st.sampled_from(["generator", "filter"]))
        fields["generator"] = [
            {"provider": provider, "model": model, "role": role}
            for provider, model in draw(_GENERATORS)
        ]
    return fields


_TERMS = st.sampled_from(
    [
        Term(("modality",), ("text",)),
        Term(("modality",), ("image", "audio")),
        Term(("source", "category"), ("synthetic",)),
        Term(("source", "category"), ("crawled", "other")),
        Term(("generator", "provider"), ("OpenAI",)),
        Term(("generator", "model"), ("gpt",)),
        Term(("generator",), ("unknown",)),
        Term(("dataset", "name"), ("x",)),
    ]
)
_QUERIES: st.SearchStrategy[Query] = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.tuples(inner, inner).map(All),
        st.tuples(inner, inner).map(Any),
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(records(), min_size=1, max_size=12), _QUERIES)
def test_no_record_that_is_meant_is_outside_of_a_cover(
    recorded: list[dict[str, JSON]], query: Query
) -> None:
    filed: dict[str, set[int]] = defaultdict(set)
    for number, fields in enumerate(recorded):
        placement = place(fields, KEY)
        for name, _ in placement.leaves((0,) * 13):
            filed[name].add(number)
    meant = {number for number, fields in enumerate(recorded) if matches(query, fields)}
    trees = Trees(list(filed), CODES)
    for opened in (trees.cover_by_sections(query), trees.cover_by_models(query)):
        assert trees.is_cover(query, opened)
        assert meant <= {number for name in opened for number in filed[name]}
