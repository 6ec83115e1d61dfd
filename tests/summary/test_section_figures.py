"""Figures derived from the totals of trees are those that are derived from records."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.query.sections import (
    COUNTED,
    ERASED,
    MEASURES,
    NOTHING,
    REPLACED,
    is_counted,
    leaf_values,
    place,
    read_section_name,
)
from ledger.record.leaf import RecordId
from ledger.record.vocabulary import CATEGORIES, MODALITIES, ROLES, STAGES
from ledger.summary.facts import CorrectedPart, Facts, Group, Total, gather
from ledger.summary.figures import figures_of
from ledger.summary.filing import Filing, Identity
from ledger.summary.profile import check_profile
from ledger.summary.section_figures import (
    check_section_figures,
    counted_records,
    facts_of_sections,
    generator_facts,
)
from ledger.tree.sums import SumBuilder, SumLeaf, SumNode
from tests.summary.example import RELEASE

KEY, SECRET = bytes(range(32)), bytes(32)
SHOWS = ("ranges", "shares", "figures")

Shard = tuple[Mapping[str, Any], tuple[int | None, ...]]
"""Shared fields, and a value for each measure."""

_COUNT = st.integers(0, 10**13)
_ENTRY = st.fixed_dictionaries(
    {"category": st.sampled_from(CATEGORIES)},
    optional={
        "name": st.sampled_from(("a", "b")),
        "bytes": _COUNT,
        "documents": _COUNT,
        "tokens": _COUNT,
    },
)
_GENERATOR = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(("P", "Q")),
        "model": st.sampled_from(("m", "n")),
        "role": st.sampled_from(ROLES),
    },
    optional={"on_eu_market": st.booleans()},
)
_FIELDS = st.fixed_dictionaries(
    {
        "dataset": st.just({"name": "d"}),
        "modality": st.lists(st.sampled_from(MODALITIES), min_size=1, max_size=3, unique=True).map(
            sorted
        ),
        "source": st.fixed_dictionaries(
            {"category": st.sampled_from(CATEGORIES)},
            optional={
                "name": st.sampled_from(("x", "y")),
                "breakdown": st.lists(_ENTRY, min_size=1, max_size=3),
            },
        ),
    },
    optional={
        "generator": st.one_of(st.just("unknown"), st.lists(_GENERATOR, min_size=1, max_size=3)),
        "stages": st.lists(st.sampled_from(STAGES), min_size=1, max_size=2, unique=True),
    },
)
_MEASURES = st.tuples(_COUNT, *(st.none() | _COUNT for _ in COUNTED[1:]))


@st.composite
def training_sets(draw: st.DrawFn) -> tuple[list[Shard], int, int]:
    """Return records in few groups, how many more were erased, and how many replaced."""
    described = draw(st.lists(_FIELDS, min_size=1, max_size=5))
    shards: list[Shard] = [
        (fields, measures)
        for fields in described
        for measures in draw(st.lists(_MEASURES, min_size=1, max_size=3))
    ]
    return shards, draw(st.integers(0, 2)), draw(st.integers(0, 2))


def facts_of(shards: list[Shard], erased: int) -> Facts:
    """Return what SQL would give: a group for each description, added up."""
    groups: list[Group] = []
    for fields in [
        one for n, (one, _) in enumerate(shards) if one not in [f for f, _ in shards[:n]]
    ]:
        rows = [measures for other, measures in shards if other == fields]
        totals = {
            name: Total(sum(v for v in column if v is not None), sum(v is not None for v in column))
            for name, column in zip(COUNTED, zip(*rows, strict=True), strict=True)
        }
        known = {name: total for name, total in totals.items() if total.known}
        groups.append(Group(fields=fields, records=len(rows), measures=known))
    parts = [CorrectedPart(action="erase", day="2026-01-01", records=erased, bytes=None)]
    return gather(groups, corrected=parts if erased else ())


def sections_of(shards: list[Shard], erased: int, replaced: int) -> dict[str, SumNode]:
    """Return the trees of a statement over the records, as `ledger summary` files them."""
    trees: dict[str, SumBuilder] = {}

    def add(name: str, key: bytes, values: tuple[int, ...]) -> None:
        tree = trees.setdefault(name, SumBuilder(name, SECRET))
        tree.add(SumLeaf(key=key, ref=SECRET, values=values))

    place_of = 0
    for fields, measures in shards:
        place_of += 1
        for name, values in place(fields, KEY).leaves(leaf_values(measures, None)):
            add(name, RecordId(1, place_of).key, values)
    for name, count in ((ERASED, erased), (REPLACED, replaced)):
        for _ in range(count):
            place_of += 1
            add(name, RecordId(1, place_of).key, NOTHING)
    return {name: root for name, tree in trees.items() if (root := tree.root())}


def figures(facts: Facts, show: str) -> dict[str, Any]:
    profile = check_profile({"provider": {"name": "Lab"}, "show": {"sizes": show}})
    identity = Identity(version=1, last_update="2026-11-20", origin="o.example/l", size=9)
    filing = Filing(facts=facts, profile=profile, release=RELEASE, identity=identity)
    return figures_of(filing)


@settings(max_examples=80, deadline=None)
@given(training=training_sets(), show=st.sampled_from(SHOWS))
def test_figures_of_trees_are_those_of_records(
    training: tuple[list[Shard], int, int], show: str
) -> None:
    shards, erased, replaced = training
    sections = sections_of(shards, erased, replaced)
    facts = facts_of(shards, erased)
    assert check_section_figures(figures(facts, show), sections) == ()
    assert counted_records(sections) == len(shards) + erased + replaced
    derived = facts_of_sections(sections)
    for name in CATEGORIES:
        one, other = facts.category(name), derived.category(name)
        assert one.records == other.records
        assert all(one.size(measure) == other.size(measure) for measure in COUNTED)


def changed(value: Any) -> Iterator[Any]:
    """Yield a value with each of its amounts changed by one, one at a time."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in ("sum", "bytes"):
                yield {**value, name: str(int(item) + 1)}
            elif name in ("records", "missing") and isinstance(item, int):
                yield {**value, name: item + 1}
            else:
                yield from ({**value, name: one} for one in changed(item))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from ([*value[:at], one, *value[at + 1 :]] for one in changed(item))


def test_every_amount_that_is_off_by_one_is_named() -> None:
    shards = [
        shard("public_dataset", ["text"]),
        shard("crawled", ["image", "text"]),
        shard("synthetic", ["text"], generator=[MODEL]),
        shard("other", ["text"], generator=[{**MODEL, "model": "n", "role": "rewriter"}]),
        shard("crawled", ["text"], breakdown=[{"category": "synthetic", "tokens": 3}]),
    ]
    sections = sections_of(shards, 1, 1)
    said = figures(facts_of(shards, 1), "figures")
    assert check_section_figures(said, sections) == ()
    wrong = list(changed({k: said[k] for k in ("records", "sizes", "sources", "generators")}))
    assert len(wrong) > 30
    assert [one for one in wrong if not check_section_figures({**said, **one}, sections)] == []


MODEL = {"provider": "P", "model": "m", "role": "generator"}


def shard(
    category: str, modality: list[str], breakdown: Any = None, **more: Any
) -> tuple[Mapping[str, Any], tuple[int | None, ...]]:
    source = {"category": category, **({"breakdown": breakdown} if breakdown else {})}
    fields = {"dataset": {"name": "d"}, "modality": modality, "source": source, **more}
    return fields, (1000, 10, 300, 5 if "image" in modality else None, None, None)


@pytest.mark.parametrize(
    ("given_", "trees"),
    [
        (shard("crawled", ["text"]), ["crawled.text"]),
        (shard("public_dataset", ["image", "text"]), ["public-dataset.image-text"]),
        (shard("public_dataset", ["text"], generator="unknown"), [
            "generator.unknown.text.other", "public-dataset.text",
        ]),
        (shard("synthetic", ["text"], generator=[MODEL]), ["generator.*.text", "synthetic.text"]),
        (shard("crawled", ["text"], generator=[MODEL]), [
            "crawled.text.generated", "generator.*.text",
        ]),
        (shard("crawled", ["text"], generator=[{**MODEL, "role": "filter"}]), [
            "crawled.text", "generator.*.text.other",
        ]),
        (shard("other", ["text"], generator=[{**MODEL, "role": "judge"}], stages=["preference"]), [
            "generator.*.text", "other.text.generated",
        ]),
        (shard("crawled", ["text"], breakdown=[{"category": "crawled"}, {"category": "other"}]), [
            "crawled.text.part", "merged.text", "other.text.part",
        ]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)  # fmt: skip
def test_what_a_record_says_decides_its_trees(given_: Shard, trees: list[str]) -> None:
    found = [name for name, _ in place(given_[0], KEY).leaves(leaf_values(given_[1], None))]
    named = [".".join("*" if len(p) == 16 else p for p in n.split(".")) for n in sorted(found)]
    assert named == trees
    assert sum(map(is_counted, found)) == 1


def test_the_tally_of_a_merged_record_is_of_its_own_kind_of_source() -> None:
    parts = [{"category": "crawled", "bytes": 7}, {"category": "other", "bytes": 3}]
    fields, measures = shard("crawled", ["text"], breakdown=parts)
    found = dict(place(fields, KEY).leaves(leaf_values(measures, 40)))
    assert {name: values[-1] for name, values in found.items()} == {
        "merged.text": 40,
        "crawled.text.part": 40,
        "other.text.part": 0,
    }
    assert found["crawled.text.part"][0] == 7
    assert dict(zip(MEASURES, found["other.text.part"], strict=True))["stated.tokens"] == 0


def test_generators_have_the_portion_that_they_made() -> None:
    parts = [{"category": "synthetic", "tokens": 7}, {"category": "crawled"}]
    sections = sections_of([shard("crawled", ["text"], breakdown=parts, generator=[MODEL])], 0, 0)
    (made,) = generator_facts(sections).values()
    assert (made.records, made.size("tokens").sum, made.size("bytes").missing) == (1, 7, 1)


@pytest.mark.parametrize(
    "name",
    [
        "crawled", "Crawled.text", "public_dataset.text", "crawled.text-image", "crawled.text.x",
        "crawled.txt", "merged.text.part", "erased.text", "generator.abc.text", "other.names",
        "generator.0123456789abcdef.text.part", "crawled..text", "", "crawled.text-text",
    ],
)  # fmt: skip
def test_a_name_that_no_tree_has_is_refused(name: str) -> None:
    with pytest.raises(MalformedError, match="no section of a statement"):
        read_section_name(name)


@pytest.mark.parametrize(
    "fields",
    [
        {"modality": ["text"], "source": {"category": "stolen"}},
        {"modality": ["smell"], "source": {"category": "other"}},
        {"modality": [], "source": {"category": "other"}},
        {"modality": ["text"]},
    ],
)
def test_fields_of_no_shard_have_no_place(fields: Mapping[str, Any]) -> None:
    with pytest.raises(MalformedError, match=r"source|modalit"):
        place(fields, KEY)
