"""Section 2: Yes rests on records, No on the provider's word, and rules hold to the letter."""

from typing import Any

import pytest

from ledger.summary.document import (
    Domains,
    Field,
    Gap,
    Items,
    Labelled,
    NotApplicable,
    Period,
    Row,
    Text,
    Unstated,
    YesNo,
)
from ledger.summary.document_json import to_bytes
from ledger.summary.eu import summarise
from ledger.summary.eu.crawled import to_list
from ledger.summary.eu.describe import few, sizes
from ledger.summary.eu.public import is_large, rank
from ledger.summary.facts import DomainTally, Facts, Group, Total, gather
from tests.summary.example import CRAWL, FINEWEB, PROFILE, SYNTHETIC, example, filing, group

QUESTIONS = {
    "2.1.a": "public_dataset",
    "2.2.1.a": "private_licensed",
    "2.2.2.a": "private_third_party",
    "2.3.a": "crawled",
    "2.4.a": "user_data_model",
    "2.4.b": "user_data_other_service",
    "2.5.a": "synthetic",
    "2.6.a": "other",
}
NO_FOLLOW_UP = {"2.4.a", "2.4.b"}


def another(category: str) -> Group:
    return group("other" if category != "other" else "crawled", "another", 7)


def of(field_id: str, gaps: tuple[Gap, ...]) -> list[Gap]:
    return [gap for gap in gaps if gap.field == field_id]


def items_in(field: Field) -> list[str]:
    return [i.name for value in field.values if isinstance(value, Items) for i in value.items]


@pytest.mark.parametrize(("question", "category"), QUESTIONS.items())
@pytest.mark.parametrize("confirmed", [None, True, False])
def test_yes_rests_on_records(question: str, category: str, confirmed: bool | None) -> None:
    profile = {"confirm": {category: confirmed}}
    document = summarise(filing(group(category, "x", 3), profile=profile))
    field = document.field(question)
    assert field.values == (YesNo(True),)
    assert [(one.owner, one.count) for one in field.rests_on] == [("ledger", 3)]
    severities = [gap.severity for gap in of(question, document.gaps)]
    assert severities == (["contradiction"] if confirmed is False else [])


@pytest.mark.parametrize(("question", "category"), QUESTIONS.items())
def test_no_is_never_inferred_from_absence(question: str, category: str) -> None:
    document = summarise(filing(another(category)))
    (value,) = document.field(question).values
    assert isinstance(value, Unstated)
    (gap,) = of(question, document.gaps)
    assert gap.severity == "missing"
    assert gap.remedy == f"set confirm.{category}: no in provider.yaml"


@pytest.mark.parametrize(("question", "category"), QUESTIONS.items())
def test_no_is_what_the_provider_confirms(question: str, category: str) -> None:
    document = summarise(filing(another(category), profile={"confirm": {category: False}}))
    field = document.field(question)
    assert field.values == (YesNo(False),)
    assert [(one.owner, one.none) for one in field.rests_on] == [
        ("profile", False),
        ("ledger", True),
    ]
    assert of(question, document.gaps) == []


@pytest.mark.parametrize(("question", "category"), QUESTIONS.items())
def test_a_yes_without_records_is_a_contradiction(question: str, category: str) -> None:
    document = summarise(filing(another(category), profile={"confirm": {category: True}}))
    assert document.field(question).values == (YesNo(True),)
    (gap,) = of(question, document.gaps)
    assert gap.severity == "contradiction"
    assert gap.remedy == f"ledger add PATH --set source.category={category}"


@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - NO_FOLLOW_UP))
def test_what_follows_a_no_is_not_applicable_and_says_why(question: str) -> None:
    category = QUESTIONS[question]
    document = summarise(filing(another(category), profile={"confirm": {category: False}}))
    (value,) = document.field(question.removesuffix("a") + "b").values
    assert value == NotApplicable(f"Not applicable: {question} is No.")


def test_what_follows_an_open_question_is_open_without_a_gap_of_its_own() -> None:
    document = summarise(filing(another("crawled")))
    for name in "bcdefgh":
        (value,) = document.field(f"2.3.{name}").values
        assert value == Unstated("Asked for after a Yes; 2.3.a is not answered.")
        assert of(f"2.3.{name}", document.gaps) == []


def test_either_kind_of_user_data_asks_for_the_services() -> None:
    user = group("user_data_other_service", "mail", source={"service": "Example Mail"})
    document = summarise(filing(user, profile={"confirm": {"user_data_model": False}}))
    assert items_in(document.field("2.4.c")) == ["Example Mail"]
    both = {"confirm": {"user_data_model": False, "user_data_other_service": False}}
    document = summarise(filing(another("crawled"), profile=both))
    assert document.field("2.4.c").values == (
        NotApplicable("Not applicable: 2.4.a and 2.4.b are No."),
    )


@pytest.mark.parametrize(
    ("size", "large"), [(0, False), (29, False), (30, False), (31, True), (1000, True)]
)
def test_large_is_strictly_more_than_three_percent(size: int, large: bool) -> None:
    assert is_large(size, 1000) is large


def test_three_percent_is_exact_beyond_the_reach_of_floats() -> None:
    total = 10**18
    assert not is_large(3 * 10**16, total)
    assert is_large(3 * 10**16 + 1, total)


def public(name: str, tokens: int, **more: Any) -> Group:
    return group("public_dataset", name, measures={"bytes": 1, "tokens": tokens}, **more)


def test_a_dataset_is_not_split_by_version_or_language() -> None:
    halves = [public("d", 20, dataset={"name": "d", "version": v}) for v in ("1", "2")]
    assert rank(gather([*halves, public("big", 960)])).large == ("big", "d")


def test_the_share_is_taken_of_the_public_data_of_one_modality() -> None:
    image = group("public_dataset", "pics", modality=["image"], measures={"bytes": 1, "images": 1})
    crawl = group("crawled", "web", measures={"bytes": 1, "tokens": 10**12})
    facts = gather([public("a", 100), public("b", 3), image, crawl]).category("public_dataset")
    ranking = rank(facts)
    assert ranking.large == ("a", "pics")
    assert ranking.measures == {"text": "tokens", "image": "images"}


def test_a_measure_that_some_records_lack_is_not_compared() -> None:
    partly = group("public_dataset", "b", 2, measures={"bytes": 900, "tokens": Total(1, 1)})
    ranking = rank(gather([public("a", 100), partly]))
    assert ranking.measures == {"text": "bytes"}
    assert ranking.large == ("b",)


def test_what_cannot_be_measured_is_listed_rather_than_left_out() -> None:
    mixed = group("public_dataset", "m", modality=["image", "text"], measures={"bytes": 9})
    document = summarise(filing(mixed))
    assert items_in(document.field("2.1.c")) == ["m"]
    assert any("no measure" in gap.message for gap in of("2.1.c", document.gaps))


def test_a_listed_dataset_needs_a_link_or_a_description() -> None:
    document = summarise(filing(public("x", 10)))
    remedy = (
        "ledger correct --dataset x --set source.link=URL --reason TEXT; "
        "for new data: ledger add PATH --set source.link=URL"
    )
    assert ("missing", remedy) in [(gap.severity, gap.remedy) for gap in of("2.1.c", document.gaps)]
    described = public("x", 10, source={"description": "Words."})
    assert "missing" not in [
        g.severity for g in summarise(filing(described)).gaps if g.field == "2.1.c"
    ]


@pytest.mark.parametrize("name", ["Common Crawl", "commoncrawl", "CC-MAIN-2024-10"])
def test_common_crawl_needs_its_selection(name: str) -> None:
    bare = summarise(filing(public(name, 10, source={"link": "https://commoncrawl.org"})))
    assert any("selected" in gap.message for gap in of("2.1.c", bare.gaps))
    told = public(name, 10, source={"link": "https://commoncrawl.org", "selection": "WET, en"})
    assert not any("selected" in gap.message for gap in summarise(filing(told)).gaps)


def test_private_datasets_are_named_only_when_publicly_known() -> None:
    known = group("private_third_party", "Known", source={"publicly_known": True})
    hidden = group("private_third_party", "Hidden", source={"publicly_known": False})
    silent = group("private_third_party", "Silent")
    document = summarise(filing(known, hidden, silent))
    assert items_in(document.field("2.2.2.c")) == ["Known"]
    severities = [gap.severity for gap in of("2.2.2.c", document.gaps)]
    assert severities == ["missing", "advice", "advice", "advice"]
    assert "Hidden" not in repr(document)
    assert "Silent" not in repr(document)


def test_the_names_of_licensors_are_nowhere() -> None:
    licensed = group("private_licensed", "Big Publisher", source={"provider": "Big Publisher"})
    assert "Big Publisher" not in repr(summarise(filing(licensed)))


@pytest.mark.parametrize(
    ("total", "sme", "wanted"),
    [(1, False, 1), (10, False, 1), (11, False, 2), (143, False, 15), (10**6, False, 10**5),
     (20, True, 1), (21, True, 2), (20_000, True, 1000), (20_001, True, 1000), (10**6, True, 1000)],
)  # fmt: skip
def test_how_many_domains_are_named(total: int, sme: bool, wanted: int) -> None:
    assert to_list(total, sme=sme) == wanted


def test_domains_are_the_top_of_the_tally() -> None:
    (value,) = summarise(example()).field("2.3.h").values
    assert isinstance(value, Domains)
    assert (len(value.names), value.names[0], value.total) == (15, "europa.eu", 143)


@pytest.mark.parametrize("tally", [None, DomainTally((), 0), DomainTally(("a.example",), 100)])
def test_domains_that_are_not_at_hand_are_a_gap(tally: DomainTally | None) -> None:
    document = summarise(filing(CRAWL, domains=tally))
    assert isinstance(document.field("2.3.h").values[0], Unstated)
    assert [gap.severity for gap in of("2.3.h", document.gaps)] == ["missing"]


def test_a_crawl_without_a_crawler_is_a_gap() -> None:
    document = summarise(filing(CRAWL, group("crawled", "old", 5)))
    assert items_in(document.field("2.3.b")) == ["examplebot"]
    (gap,) = of("2.3.b", document.gaps)
    assert gap.message == "5\u00a0crawled records name no crawler"


def made(role: str = "generator", category: str = "synthetic", **more: Any) -> Group:
    stages = more.pop("stages", [])
    one = {"provider": "P", "model": "M", "role": role, **more}
    return group(category, "s", generator=[one], stages=stages)


@pytest.mark.parametrize(
    ("market", "in_c", "in_d", "severity"),
    [(True, ["M"], [], "advice"), (False, [], ["M"], "advice"), (None, [], ["M"], "missing")],
)
def test_generators_are_split_by_the_market(
    market: bool | None, in_c: list[str], in_d: list[str], severity: str
) -> None:
    said: dict[str, Any] = {} if market is None else {"on_eu_market": market}
    document = summarise(filing(made(**said)))
    assert items_in(document.field("2.5.c")) == in_c
    assert items_in(document.field("2.5.d")) == in_d
    assert [g.severity for g in document.gaps if g.field in ("2.5.c", "2.5.d")] == [severity]


def test_an_unstated_market_is_listed_apart() -> None:
    document = summarise(filing(made(on_eu_market=False), made(model="N")))
    titles = [v.title for v in document.field("2.5.d").values if isinstance(v, Items)]
    assert titles == ["Not on the Union market", "Not stated whether on the Union market"]


def test_a_contested_market_is_a_contradiction() -> None:
    document = summarise(filing(made(on_eu_market=True), made(on_eu_market=False)))
    assert [gap.severity for gap in of("2.5.d", document.gaps)] == ["contradiction"]
    assert items_in(document.field("2.5.c")) == []


def test_an_unknown_generator_is_a_gap_and_no_model() -> None:
    document = summarise(filing(group("synthetic", "s", 4, generator="unknown")))
    assert document.field("2.5.a").values == (YesNo(True),)
    (gap,) = of("2.5.c", document.gaps)
    assert gap.message == "4\u00a0records of synthetic data state no known generator"


@pytest.mark.parametrize(
    ("role", "stages", "counts"),
    [
        ("generator", [], True),
        ("rewriter", [], True),
        ("translator", [], True),
        ("labeller", [], False),
        ("judge", ["pretraining"], False),
        ("filter", ["preference"], False),
        ("judge", ["preference"], True),
        ("labeller", ["reinforcement"], True),
    ],
)
def test_enrichment_is_not_synthetic_data(role: str, stages: list[str], counts: bool) -> None:
    document = summarise(filing(made(role, "crawled", stages=stages)))
    (value,) = document.field("2.5.a").values
    assert isinstance(value, YesNo if counts else Unstated)


def test_public_synthetic_datasets_stay_in_2_1() -> None:
    document = summarise(filing(made("generator", "public_dataset")))
    assert isinstance(document.field("2.5.a").values[0], Unstated)
    assert items_in(document.field("2.1.c")) == ["s"]


def test_only_enriching_generators_in_synthetic_records_are_pointed_out() -> None:
    document = summarise(filing(made("filter", on_eu_market=True)))
    assert [gap.severity for gap in of("2.5.a", document.gaps)] == ["advice"]


def test_merged_records_are_split_by_their_breakdown() -> None:
    merged = group(
        "public_dataset",
        "mix",
        10,
        source={
            "breakdown": [
                {"category": "public_dataset", "name": "A", "bytes": 70, "tokens": 7},
                {"category": "public_dataset", "name": "B", "bytes": 10, "tokens": 1},
                {"category": "crawled", "bytes": 20},
            ]
        },
        measures={"bytes": 1000, "tokens": 100},
    )
    facts = gather([merged])
    part = facts.category("public_dataset")
    assert (part.records, part.size("tokens").sum, part.size("tokens").missing) == (10, 80, 0)
    assert list(part.by_name) == ["A", "B"]
    assert part.statements("source.category") == {"public_dataset": 10}
    crawled = facts.category("crawled")
    assert (crawled.records, crawled.size("tokens").missing) == (10, 10)
    assert crawled.stating("source.breakdown") == 0
    assert summarise(filing(merged)).field("2.3.a").values == (YesNo(True),)


def test_comments_rest_on_the_profile() -> None:
    profile = {"comments": {"2.4.e": "One.\n\nTwo\nlines."}}
    field = summarise(filing(FINEWEB, profile=profile)).field("2.4.e")
    assert field.values == (Text(("One.", "Two lines.")),)
    assert [one.what for one in field.rests_on] == ["comments.2.4.e"]


def test_facts_do_not_depend_on_the_order_of_groups() -> None:
    forward, backward = gather([FINEWEB, CRAWL, SYNTHETIC]), gather([SYNTHETIC, CRAWL, FINEWEB])
    assert forward == backward
    assert isinstance(forward, Facts)


def test_figures_are_shown_only_where_the_provider_chose_them() -> None:
    figures = {**PROFILE, "show": {"sizes": "figures"}}
    shown, hidden = summarise(example(profile=figures)), summarise(example())
    size = "351\u202f204\u202f118\u202f903\u00a0tokens"
    assert size in to_bytes(shown).decode()
    assert size not in to_bytes(hidden).decode()
    for field_id in ("1.3.b", "2.1.c", "2.1.e", "2.2.2.e", "2.5.e"):
        assert "tokens" in str(shown.field(field_id))


def test_sizes_are_told_in_the_unit_of_their_modality() -> None:
    hour = 3_600_000
    audio = group("other", "a", modality=["audio"], measures={"audio_milliseconds": 5 * hour})
    other = group("other", "o", modality=["other"], measures={"bytes": 2_000})
    bare = group("other", "t", measures={"bytes": 3_000_000})
    assert sizes(gather([audio])) == ["5\u00a0hours of audio"]
    assert sizes(gather([other])) == ["2\u00a0kB of other data"]
    assert sizes(gather([bare])) == ["3\u00a0MB of text"]


def test_other_sources_are_told_by_records_and_provider() -> None:
    one = group("other", "exercises", source={"description": "Written by staff."})
    profile = {"describe": {"other_sources": "Written and reviewed by hand."}}
    field = summarise(filing(one, profile=profile)).field("2.6.b")
    assert field.values[:2] == (
        Text(("Written and reviewed by hand.",)),
        Text(("Written by staff.", "Sources: exercises.")),
    )
    owners = [(support.owner, support.of) for support in field.rests_on]
    assert owners == [("profile", (0,)), ("ledger", (1,)), ("ledger", (2,))]


def test_the_provider_may_describe_what_records_do_not() -> None:
    profile = {
        "confirm": dict.fromkeys(QUESTIONS.values(), True),
        "describe": {
            "crawled_content": "News.",
            "crawler_purposes": "Training.",
            "crawler_behaviour": "Polite.",
            "user_services": "Chat.",
            "other_sources": "Hand-written.",
            "private_datasets": "Archives.",
        },
    }
    document = summarise(filing(profile=profile))
    told = {"2.2.2.d", "2.3.c", "2.3.d", "2.3.f", "2.4.c", "2.6.b"}
    assert {f for f in told if isinstance(document.field(f).values[0], Text)} == told


def test_several_crawlers_each_have_their_period() -> None:
    crawl = {"crawlers": [{"name": "second"}]}
    second = group("crawled", "b", source={"crawl": crawl, "period": {"start": "2020-01"}})
    period, each = summarise(filing(CRAWL, second)).field("2.3.e").values
    assert period == Period("2020-01", "2026-06")
    assert each == Labelled(
        (Row("examplebot", "01/2025 to 06/2026"), Row("second", "01/2020 to not known"))
    )


def test_long_lists_count_what_they_leave_out() -> None:
    assert few("abcd", 2) == "a, b and 2 more"
