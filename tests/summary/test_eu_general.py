"""The head, section 1 and section 3: who owns each fact, and what an empty filing still says."""

from collections import Counter
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.summary.document import (
    Document,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Text,
    Unstated,
    YesNo,
)
from ledger.summary.eu import Identity, summarise
from ledger.summary.facts import Group, Total
from tests.summary.example import FINEWEB, PROFILE, example, filing, group


def gaps_of(document: Document, field: str) -> list[tuple[str, str]]:
    return [(gap.severity, gap.remedy) for gap in document.gaps if gap.field == field]


def test_the_document_says_what_it_is_about() -> None:
    document = summarise(example())
    assert len(list(document.fields())) == 53
    assert document.title == "Public Summary of Training Content for General-Purpose AI models"
    assert (document.origin, document.size, document.records) == (
        "log.example.org/2026",
        1184,
        3614,
    )
    assert document.models == ("m-1-base-2026-11", "m-1-chat-2026-11")
    with pytest.raises(KeyError):
        document.field("9.z")


def test_an_empty_filing_answers_nothing_and_asks_for_everything() -> None:
    document = summarise(filing())
    answers = [value for field in document.fields() for value in field.values]
    assert not [value for value in answers if isinstance(value, YesNo)]
    asked = {gap.field for gap in document.gaps if gap.severity == "missing"}
    assert asked >= {
        "1.1.a",
        "1.1.b",
        "1.2.b",
        "1.2.c",
        "1.3.a",
        "1.3.b",
        "1.3.c",
        "1.3.d",
        "1.3.e",
    }
    assert asked >= {"2.1.a", "2.2.1.a", "2.3.a", "2.4.a", "2.4.b", "2.5.a", "2.6.a"}
    assert asked >= {"3.1.a", "3.1.b", "3.2.a"}


@pytest.mark.parametrize("document", [summarise(filing()), summarise(example())])
def test_no_field_is_blank_and_every_gap_names_its_field_and_remedy(document: Document) -> None:
    fields = {field.id: field for field in document.fields()}
    assert all(field.values for field in fields.values())
    assert all(gap.field in fields and gap.message and gap.remedy for gap in document.gaps)


def test_an_open_field_has_a_gap_and_an_answered_one_rests_on_something() -> None:
    for document in (summarise(filing()), summarise(example())):
        missing = {gap.field for gap in document.gaps}
        for field in document.fields():
            if any(isinstance(value, Unstated) for value in field.values):
                hangs = any(
                    isinstance(v, Unstated) and v.reason.startswith("Asked for after a Yes")
                    for v in field.values
                )
                assert hangs or field.id in missing
            else:
                assert field.rests_on


def test_contradictions_come_first() -> None:
    profile = {**PROFILE, "confirm": {"crawled": False}}
    severities = [gap.severity for gap in summarise(example(profile=profile)).gaps]
    order = ["contradiction", "missing", "advice"]
    assert severities == sorted(severities, key=order.index)
    assert Counter(severities)["contradiction"] == 1


def test_dates_have_the_form_of_the_form() -> None:
    document = summarise(example())
    assert document.field("0.b").values == (Moment("2026-11-24", "24/11/26"),)
    assert document.field("1.3.d").values[0] == Moment("2026-08", "08/2026")


def test_earlier_versions_are_linked() -> None:
    lists = [v for v in summarise(example()).field("0.a").values if isinstance(v, Items)]
    assert lists[-1].title == "Earlier versions"
    assert lists[-1].items[0].link == "https://example.org/ai/summary/m-1/1"


def test_versions_count_from_one() -> None:
    with pytest.raises(MalformedError):
        Identity(version=0, last_update="2026-01-01", origin="o", size=1)


@pytest.mark.parametrize(
    ("profile", "kind", "remedies"),
    [
        ({"provider": {"established_in": "DE"}}, NotApplicable, []),
        ({"provider": {"established_in": "EL"}}, NotApplicable, []),
        ({}, Unstated, ["set provider.established_in in provider.yaml"]),
        (
            {"provider": {"established_in": "US"}},
            Unstated,
            [f"set representative.{key} in provider.yaml" for key in ("name", "contact")],
        ),
        (
            {"provider": {"established_in": "US"}, "representative": {"name": "R"}},
            Text,
            ["set representative.contact in provider.yaml"],
        ),
        ({"representative": {"name": "R", "contact": "C"}}, Text, []),
    ],
)
def test_only_a_provider_outside_the_union_needs_a_representative(
    profile: Any, kind: type, remedies: list[str]
) -> None:
    document = summarise(filing(FINEWEB, profile=profile))
    assert isinstance(document.field("1.1.b").values[0], kind)
    assert [remedy for _, remedy in gaps_of(document, "1.1.b")] == remedies


def release(**stated: Any) -> dict[str, Any]:
    return {"release": {"name": "m-1", **stated}}


@pytest.mark.parametrize(
    ("stated", "confirmed", "kind", "gaps"),
    [
        ({}, None, Unstated, ["missing"]),
        ({}, False, NotApplicable, []),
        ({}, True, Unstated, ["missing"]),
        ({"modified": False}, None, NotApplicable, []),
        ({"dependencies": [{"model": "base"}]}, None, Items, ["advice"]),
        ({"dependencies": [{"model": "b", "summary_link": "https://b.example"}]}, False, Items, []),
    ],
)
def test_dependencies_are_stated_or_asked_for(
    stated: Any, confirmed: bool | None, kind: type, gaps: list[str]
) -> None:
    profile = {"confirm": {"modified_model": confirmed}}
    document = summarise(filing(FINEWEB, profile=profile, release=release(**stated)))
    assert isinstance(document.field("1.2.b").values[0], kind)
    assert [severity for severity, _ in gaps_of(document, "1.2.b")] == gaps


def test_each_model_has_its_date_of_placement() -> None:
    (dates,) = summarise(example()).field("1.2.c").values
    assert isinstance(dates, Labelled)
    assert [(row.label, row.text) for row in dates.rows] == [
        ("m-1-base-2026-11", "20/11/2026"),
        ("m-1-chat-2026-11", "20/11/2026"),
    ]
    assert gaps_of(summarise(filing(FINEWEB)), "1.2.c") == [
        ("missing", "ledger release create m-1 --facts release.yaml --market-date YYYY-MM-DD")
    ]


@pytest.mark.parametrize(("goes_on", "verb"), [(True, "continues to be"), (False, "is not")])
def test_continued_training_is_said_either_way(goes_on: bool, verb: str) -> None:
    given = filing(FINEWEB, release=release(continues_training=goes_on))
    text = summarise(given).field("1.3.d").values[-1]
    assert text == Text((f"The model {verb} trained on new or dynamic data after this date.",))


def test_languages_of_the_union_come_first() -> None:
    (value,) = (
        summarise(filing(group("other", "x", languages=["pt-BR", "ru", "tlh"])))
        .field("1.3.e")
        .values
    )
    assert isinstance(value, Labelled)
    official, others = value.rows
    assert (official.label, official.text) == (
        "Official languages of the European Union (1 of 24)",
        "Portuguese",
    )
    assert (others.label, others.text) == ("Other languages (2)", "Russian and tlh")


def test_images_alone_have_no_languages() -> None:
    one = group("other", "x", modality=["image"], measures={"bytes": 1, "images": 1})
    assert isinstance(summarise(filing(one)).field("1.3.e").values[0], NotApplicable)


def test_types_of_content_are_asked_for_per_modality() -> None:
    one = group("other", "x", modality=["audio", "text"], source={"content_types": ["radio"]})
    assert gaps_of(summarise(filing(one)), "1.3.c") == []
    bare = group("other", "x", modality=["audio", "text"])
    document = summarise(filing(bare, profile={"content_types": {"text": "letters"}}))
    assert gaps_of(document, "1.3.c") == [("missing", "set content_types.audio in provider.yaml")]


def test_each_basis_is_counted_in_records() -> None:
    observed = group("other", "a", 3, basis={"measures": "declared", "measures.tokens": "observed"})
    declared = group("other", "b", 2, basis={"measures": "declared"})
    (support,) = summarise(filing(observed, declared)).field("1.3.b").rests_on
    assert [(one.name, one.count) for one in support.basis] == [("declared", 2), ("observed", 3)]
    assert (support.owner, support.count, support.what) == ("ledger", 5, "measures.tokens")


def test_opt_out_signals_on_record_stand_beside_the_measures() -> None:
    field = summarise(example()).field("3.1.b")
    assert [one.owner for one in field.rests_on] == ["profile", "ledger"]
    (rows,) = [value for value in field.values if isinstance(value, Labelled)]
    assert [row.label for row in rows.rows] == [
        "Signals on record: robots.txt",
        "Signals on record: tdmrep",
    ]


def test_the_limit_of_any_log_is_said() -> None:
    assert "never recorded" in repr(summarise(example()).field("3.3.a"))


def test_the_tokenizer_is_named_where_the_groups_carry_it() -> None:
    one = group("other", "x", tokenizer={"name": "tekken", "version": "3"})
    (text,) = summarise(filing(one)).field("1.3.g").values
    assert text == Text(("Tokens are counted with tekken 3, after pre-processing.",))


@pytest.mark.parametrize(
    ("records", "total"), [(0, Total(0, 0)), (1, Total(1, 2)), (1, Total(-1, 1))]
)
def test_a_group_that_cannot_be_is_refused(records: int, total: Total) -> None:
    with pytest.raises(MalformedError):
        Group(fields={}, records=records, measures={"bytes": total})
