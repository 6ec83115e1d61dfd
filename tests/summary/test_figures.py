"""What a summary's numbers follow from: as exact as the provider shows, and enough to check."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proof.differences import Difference, narrowed
from ledger.record.canonical import JSON, decode, encode
from ledger.record.summary_fields import FIGURES
from ledger.summary.document import Document, Gap, YesNo
from ledger.summary.eu import summarise
from ledger.summary.facts import Group, Total
from ledger.summary.figure_checks import check_figures
from ledger.summary.figures import figures_of, summary_extras
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS
from tests.summary.example import DOMAINS, PROFILE, RELEASE, example, filing

SHOWS = ("ranges", "shares", "figures")


def showing(show: str, **changes: Any) -> Filing:
    return example(profile={**PROFILE, "show": {"sizes": show}}, **changes)


def names(value: Any) -> Iterator[str]:
    """Yield the names of all members at any depth."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)


@pytest.mark.parametrize(
    ("show", "hidden"),
    [("ranges", {"sum", "bytes", "permille"}), ("shares", {"sum", "bytes"}), ("figures", set())],
)
def test_figures_show_no_more_of_amounts_than_the_provider(show: str, hidden: set[str]) -> None:
    found = set(names(figures_of(showing(show))))
    assert not found & hidden
    assert {"sum", "permille"} - hidden <= found
    assert {"records", "range", "total", "latest"} <= found


def test_in_ranges_every_number_is_a_place_or_a_count_of_records_or_domains() -> None:
    found = figures_of(showing("ranges"))
    assert found["sizes"] == [
        # 22 records do not count their tokens, and text shares bytes with images.
        {"modality": "text", "measure": "tokens"},
        {"modality": "image", "measure": "images", "range": 1},
    ]
    assert found["sources"] == [
        {"category": "public_dataset", "records": 3093, "modality": ["text"]},
        {"category": "private_third_party", "records": 64, "modality": ["image", "text"]},
        {"category": "crawled", "records": 420, "modality": ["text"]},
        {"category": "synthetic", "records": 37, "modality": ["text"]},
    ]


def test_only_the_summary_of_the_union_has_figures() -> None:
    given_ = showing("figures")
    document = summarise(given_)
    assert set(summary_extras(given_, document)) == {"form", "figures"}
    assert set(summary_extras(given_, replace(document, template="ab2013"))) == {"form"}


def test_sums_past_the_integers_of_json_are_text() -> None:
    huge = Group(
        fields={"modality": ["text"], "source": {"category": "other", "name": "x"}},
        records=1,
        measures={"tokens": Total(10**20, 1), "bytes": Total(10**21, 1)},
    )
    given_ = filing(huge, profile={**PROFILE, "show": {"sizes": "figures"}}, release=RELEASE)
    found = figures_of(given_)
    FIGURES.check(found, "figures")
    assert b'"sum":"100000000000000000000"' in encode(found)
    assert check_figures(summarise(given_), found) == ()


CONFIRMED = ("private_licensed", "user_data_model", "user_data_other_service", "modified_model")
MEASURES = ("bytes", "tokens", "images", "audio_milliseconds", "video_milliseconds")
ROLES = ("generator", "filter", "judge", "rewriter")


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Records of any kind: mixed, uncounted, split by a breakdown, made by models."""
    records = draw(st.sampled_from([1, 2, 1000]))
    measures = {}
    for name in draw(st.sets(st.sampled_from(MEASURES))):
        known = draw(st.sampled_from([records, records, 0, 1]))
        sums = st.sampled_from([0, 1, 999, 10**9, 10**13 + 1, 10**20])
        measures[name] = Total(draw(sums) if known else 0, known)
    source: dict[str, Any] = {"category": draw(st.sampled_from(list(KINDS)))}
    source["name"] = draw(st.sampled_from(["a", "b", "c"]))
    if draw(st.booleans()):
        source["period"] = {"end": draw(st.sampled_from(["2024-01", "2025-12"]))}
    if draw(st.integers(0, 5)) == 0:
        kinds = st.sampled_from(list(KINDS))
        parts = draw(st.sets(kinds, min_size=2, max_size=2))
        source["breakdown"] = [{"category": one, "tokens": 7, "bytes": 9} for one in parts]
    modality = draw(st.sets(st.sampled_from(["text", "image", "audio", "other"]), min_size=1))
    fields: dict[str, Any] = {
        "dataset": {"name": "d"},
        "modality": sorted(modality),
        "source": source,
    }
    made = draw(st.sampled_from([None, None, "unknown", *ROLES]))
    if made == "unknown":
        fields["generator"] = made
    elif made:
        market = draw(st.sampled_from([{}, {"on_eu_market": True}, {"on_eu_market": False}]))
        model = draw(st.sampled_from(["m", "n"]))
        fields["generator"] = [{"provider": "p", "model": model, "role": made, **market}]
    return Group(fields=fields, records=records, measures=measures)


@given(
    made=st.lists(groups(), max_size=6),
    show=st.sampled_from(SHOWS),
    confirmed=st.dictionaries(st.sampled_from(CONFIRMED), st.booleans()),
    has_domains=st.booleans(),
)
@settings(max_examples=120)
def test_what_we_fill_follows_from_the_figures_that_we_log(
    made: list[Group], show: str, confirmed: dict[str, bool], has_domains: bool
) -> None:
    profile = {**PROFILE, "show": {"sizes": show}, "confirm": confirmed}
    domains = DOMAINS if has_domains else None
    given_ = filing(*made, profile=profile, release=RELEASE, domains=domains)
    figures = figures_of(given_)
    FIGURES.check(figures, "figures")
    assert check_figures(summarise(given_), read(figures)) == ()


def read(figures: dict[str, JSON]) -> Any:
    """Return figures as a verifier reads them."""
    return decode(encode(figures))


def answered(document: Document, field: str, answer: bool) -> Document:
    def section(one: Any) -> Any:
        fields = tuple(
            replace(f, values=(YesNo(answer),)) if f.id == field else f for f in one.fields
        )
        return replace(one, fields=fields, sections=tuple(map(section, one.sections)))

    return replace(document, sections=tuple(map(section, document.sections)))


def test_a_no_over_records_and_a_yes_over_none_are_named() -> None:
    given_ = showing("ranges")
    form, figures = summarise(given_), figures_of(given_)
    assert check_figures(answered(form, "2.3.a", False), figures) == (
        Difference("2.3.a", "No", "Yes: 420\xa0records"),
    )
    yes = answered(form, "2.4.a", True)
    assert check_figures(yes, figures) == (
        Difference("2.4.a", "Yes", "No, or no answer: there is no record of it"),
    )
    # A form that says itself that its Yes contradicts the records is an honest one.
    gap = Gap("2.4.a", "contradiction", "the profile says yes", "")
    assert check_figures(replace(yes, gaps=(*yes.gaps, gap)), figures) == ()


def test_a_form_without_its_fields_is_named_and_never_an_accident() -> None:
    given_ = showing("figures")
    figures = figures_of(given_)
    bare = replace(summarise(given_), sections=(), charts=())
    named = {one.field for one in check_figures(bare, figures)}
    assert named >= {"1.3.a", "1.3.b", "1.3.d", "2.1.a", "2.3.h", "2.5.c", "2.5.e", "chart sources"}


def test_a_field_that_stands_twice_is_named() -> None:
    given_ = showing("figures")
    form = summarise(given_)
    twice = replace(form, sections=(*form.sections, *form.sections))
    named = {one.field for one in check_figures(twice, figures_of(given_))}
    assert named >= {"1.3.a", "1.3.b", "1.3.d", "2.3.h"}


@pytest.mark.parametrize(
    ("shown", "expected", "found"),
    [
        ("12 tokens", "13 tokens", ("12 tokens", "13 tokens")),
        ("", "13", ("", "13")),
        ("1\u202f234 tokens", "1\u202f235 tokens", ("1\u202f234 tokens", "1\u202f235 tokens")),
        (
            f"{'word ' * 30}12 {'word ' * 30}",
            f"{'word ' * 30}13 {'word ' * 30}",
            (
                "… word word word word word word 12 word word word word word word …",
                "… word word word word word word 13 word word word word word word …",
            ),
        ),
        ("a" * 500, "a" * 499, (f"{'a' * 200} …", f"{'a' * 200} …")),
    ],
    ids=["short", "nothing", "a number is whole", "long", "one long word"],
)
def test_what_two_texts_have_in_common_is_cut(
    shown: str, expected: str, found: tuple[str, str]
) -> None:
    one = narrowed("1.3.b", shown, expected)
    assert (one.shown, one.expected) == found
