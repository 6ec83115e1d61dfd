"""California's twelve items: each answered by its owner, No never inferred, nothing leaked."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.summary.document import (
    Choices,
    Document,
    Gap,
    Items,
    Labelled,
    Period,
    Text,
    Unstated,
    YesNo,
)
from ledger.summary.document_json import from_bytes, to_bytes
from ledger.summary.facts import Group
from ledger.summary.regimes.ab2013 import REGIME
from tests.summary.example import ARCHIVE, CRAWL, FINEWEB, SYNTHETIC, filing, group
from tests.summary.regime_example import full, plain

VECTOR = Path(__file__).parents[1] / "vectors" / "regulation" / "ab2013.yaml"
LAW: dict[str, Any] = yaml.safe_load(VECTOR.read_text(encoding="utf-8"))
ITEMS = [str(item["id"]) for item in LAW["items"]]

YES_NO = ["purchased_or_licensed", "personal_information", "aggregate_consumer_information"]
SHOWN: dict[str, dict[str, Any]] = {"show": {"sizes": "figures"}}
SECRET = "Northern Press Licensing AG"
LICENSED = group(
    "private_licensed",
    SECRET,
    9,
    source={"provider": SECRET},
    rights={"agreement": f"contract with {SECRET}"},
)


def fill(*groups: Group, **profile: Any) -> Document:
    return REGIME.fill(filing(*groups, profile=profile))


def gaps(document: Document, field: str, severity: str = "") -> list[Gap]:
    found = [gap for gap in document.gaps if gap.field == field]
    return [gap for gap in found if severity in ("", gap.severity)]


def is_open(document: Document, field: str) -> bool:
    return any(isinstance(value, Unstated) for value in document.field(field).values)


def ticked(document: Document, field: str) -> dict[str, bool]:
    values = document.field(field).values
    return {o.label: o.ticked for v in values if isinstance(v, Choices) for o in v.options}


def test_every_item_is_a_field_in_the_order_of_the_statute() -> None:
    document = REGIME.fill(full())
    assert [field.id for field in document.sections[1].fields] == ITEMS
    labels = [field.label for field in document.sections[1].fields]
    assert [label.split()[0] for label in labels] == [f"({item['n']})" for item in LAW["items"]]


def test_the_document_claims_no_official_form_and_says_how_sure_it_is() -> None:
    document = REGIME.fill(full())
    assert "prescribes no form" in document.standing
    assert "items 10 to 12" in document.standing
    assert "cut off" in LAW["confidence"]["items_10_to_12"]
    assert "cut off" in document.standing
    assert "3110 and 3111" in document.legal_basis


def test_a_full_example_is_answered_and_reads_back() -> None:
    document = REGIME.fill(full())
    left = [gap for gap in document.gaps if gap.severity != "advice"]
    assert [gap.field for gap in left] == ["data_points"], left  # records that state no tokens
    assert not [f.id for f in document.fields() if not f.rests_on]
    assert not [f.id for f in document.fields() if is_open(document, f.id)]
    assert from_bytes(to_bytes(document)) == document


def test_an_empty_filing_answers_nothing_and_asks_for_all_twelve() -> None:
    document = REGIME.fill(filing())
    assert {gap.field for gap in document.gaps if gap.severity == "missing"} >= set(ITEMS)
    assert all(is_open(document, item) for item in ITEMS)
    assert all(gap.message and gap.remedy for gap in document.gaps)


def test_the_head_names_developer_systems_and_versions() -> None:
    document = REGIME.fill(full())
    (developer,) = document.field("developer").values
    assert isinstance(developer, Text)
    assert developer.paragraphs[0] == "Example Labs SAS"
    lists = [value for value in document.field("version").values if isinstance(value, Items)]
    assert lists[0].items[0].link == "https://example.org/ai/summary/m-1/1"


def test_sources_are_named_where_the_public_may_know_them() -> None:
    document = REGIME.fill(full())
    values = document.field("sources").values
    named = {v.title: [i.name for i in v.items] for v in values if isinstance(v, Items)}
    assert named["Publicly available datasets"] == [
        "Common Crawl",
        "FineWeb-Edu",
        "Open Multilingual Wordnet",
    ]
    assert ["examplebot"] in named.values()
    assert "Regional press archive" not in repr(document)
    known = group("private_third_party", "Known archive", source={"publicly_known": True})
    assert "Known archive" in repr(fill(known).field("sources"))


@pytest.mark.parametrize("chosen", ["ranges", "shares", "figures"])
def test_licensors_are_named_only_on_the_developers_word(chosen: str) -> None:
    silent = fill(LICENSED, show={"sizes": chosen})
    assert SECRET not in repr(silent)
    assert "1 dataset, not named here" in plain(silent.field("sources"))
    assert SECRET in repr(fill(LICENSED, show={"licensors": True}).field("sources"))


def test_each_source_rests_on_its_own_records() -> None:
    field = REGIME.fill(full()).field("sources")
    assert [(one.count, one.of) for one in field.rests_on] == [
        (3093, (0,)),
        (64, (1,)),
        (420, (2,)),
        (37, (3,)),
    ]


def test_ranges_mode_shows_no_amount_but_ranges() -> None:
    document = REGIME.fill(full())
    text = plain(document)
    for facts in (FINEWEB, ARCHIVE, CRAWL, SYNTHETIC):
        for total in facts.measures.values():
            assert str(total.sum) not in text
    assert str(CRAWL.measures["tokens"].sum) in plain(REGIME.fill(full(SHOWN)))
    assert "% of all bytes" not in repr(document)


def test_shares_and_figures_show_more() -> None:
    shares = plain(REGIME.fill(full({"show": {"sizes": "shares"}})).field("data_points"))
    assert "14.8 % of all bytes" in shares  # 802 of 5,432.081 GB
    assert "180411006150" not in shares
    figures = plain(REGIME.fill(full(SHOWN)).field("data_points"))
    assert "180411006150 tokens" in figures


def test_charts_are_there_where_amounts_are_shown() -> None:
    assert REGIME.fill(full()).charts == ()
    charts = REGIME.fill(full({"show": {"sizes": "shares"}})).charts
    assert "sources" in [chart.id for chart in charts]


def test_each_value_names_what_it_alone_rests_on() -> None:
    document = REGIME.fill(full(SHOWN))
    for field in ("data_points", "cleaning", "collection_period", "synthetic_generation"):
        owners = {(one.owner, one.of) for one in document.field(field).rests_on}
        assert len({owner for owner, _ in owners}) == 2
        assert not [of for _, of in owners if not of]


def test_ongoing_collection_makes_numbers_estimates() -> None:
    ongoing = REGIME.fill(full()).field("data_points")
    assert "estimates" in repr(ongoing.values[-1])
    done = REGIME.fill(full({"confirm": {"collection_ongoing": False}})).field("data_points")
    assert "estimates" not in repr(done)


def test_labels_are_asked_for_where_data_is_labelled() -> None:
    tuned = fill(SYNTHETIC)
    assert gaps(tuned, "data_point_types", "missing")[-1].remedy == (
        "set describe.labels in provider.yaml"
    )
    plain = fill(FINEWEB)
    assert [gap.severity for gap in gaps(plain, "data_point_types")] == ["advice"]
    judged = group("other", "x", generator=[{"provider": "p", "model": "m", "role": "judge"}])
    assert gaps(fill(judged), "data_point_types", "missing")


@pytest.mark.parametrize("field", YES_NO)
def test_no_is_the_developers_word_and_never_inferred(field: str) -> None:
    assert is_open(fill(FINEWEB), field)
    document = fill(FINEWEB, confirm={field: False})
    assert document.field(field).values[0] == YesNo(False)
    assert document.field(field).rests_on[0].owner == "profile"
    assert fill(FINEWEB, confirm={field: True}).field(field).values[0] == YesNo(True)


def test_no_yes_or_no_stands_in_an_unanswered_document() -> None:
    document = fill(FINEWEB, CRAWL)
    values = [value for field in document.fields() for value in field.values]
    assert not [value for value in values if isinstance(value, YesNo)]


def test_licensed_records_mean_yes_whatever_the_profile_says() -> None:
    document = fill(LICENSED, confirm={"purchased_or_licensed": False})
    assert document.field("purchased_or_licensed").values[0] == YesNo(True)
    (gap,) = gaps(document, "purchased_or_licensed", "contradiction")
    assert "9 records" in gap.message.replace("\u00a0", " ")
    agreed = group("private_third_party", "x", rights={"agreement": "contract 7"})
    field = fill(agreed).field("purchased_or_licensed")
    assert field.values[0] == YesNo(True)
    assert "contract 7" not in repr(field)


@pytest.mark.parametrize(
    ("licence", "protected"),
    [
        ("CC-BY-4.0", True),
        ("MIT AND CC0-1.0", True),
        ("MIT OR CC0-1.0", False),
        ("CC0-1.0", False),
        ("NOASSERTION", False),
        ("LicenseRef-contract-7", False),
        ("(MIT OR Apache-2.0)", True),
    ],
)
def test_a_copyright_licence_on_record_means_that_something_is_protected(
    licence: str, protected: bool
) -> None:
    document = fill(group("public_dataset", "x", rights={"licence": licence}))
    found = ticked(document, "ip_status").get("some protected by copyright")
    assert found is (True if protected else None)
    assert is_open(document, "ip_status")


def test_what_nobody_answered_is_no_empty_box() -> None:
    document = fill(FINEWEB, confirm={"patent": False})
    assert ticked(document, "ip_status") == {
        "some protected by copyright": True,
        "some protected by patent": False,
        "entirely public domain": False,
    }
    (gap,) = gaps(document, "ip_status")
    assert gap.remedy == "set confirm.trademark in provider.yaml"


def test_public_domain_only_excludes_the_rest() -> None:
    document = fill(group("other", "x"), confirm={"public_domain_only": True})
    assert list(ticked(document, "ip_status").values()) == [False, False, False, True]
    assert gaps(document, "ip_status") == []
    denied = fill(FINEWEB, confirm={"public_domain_only": True, "copyright": False})
    assert len(gaps(denied, "ip_status", "contradiction")) == 2
    both = fill(group("other", "x"), confirm={"public_domain_only": True, "patent": True})
    assert len(gaps(both, "ip_status", "contradiction")) == 1


def test_user_data_without_personal_information_needs_a_word() -> None:
    users = group("user_data_model", "chats", source={"service": "Chat"})
    document = fill(users, confirm={"personal_information": False})
    assert [gap.severity for gap in gaps(document, "personal_information")] == ["advice"]
    cleaned = group("other", "x", processing={"personal_data": "E-mail addresses are removed."})
    field = fill(cleaned).field("personal_information")
    assert isinstance(field.values[0], Unstated)
    assert isinstance(field.values[1], Labelled)


def test_cleaning_needs_steps_and_a_purpose() -> None:
    assert len(gaps(fill(group("other", "x")), "cleaning", "missing")) == 2
    assert [gap.remedy for gap in gaps(fill(FINEWEB), "cleaning")] == [
        "set describe.cleaning_purpose in provider.yaml"
    ]
    told = fill(group("other", "x"), describe={"cleaning_purpose": "To keep what is useful."})
    assert [gap.severity for gap in gaps(told, "cleaning")] == ["advice"]


def test_the_period_is_over_all_and_by_kind() -> None:
    values = REGIME.fill(full()).field("collection_period").values
    assert values[0] == Period("1998-01", "2026-08")
    assert values[-1] == Text(("Collection is ongoing.",))
    made = group(
        "synthetic",
        "x",
        generator=[
            {"provider": "p", "model": "m", "role": "generator", "period": {"start": "2026-02-03"}}
        ],
    )
    assert fill(made).field("collection_period").values[0] == Period("2026-02", "")
    rewritten = group("crawled", "y", generator=made.fields["generator"])
    assert is_open(fill(rewritten), "collection_period")


@pytest.mark.parametrize(
    ("records", "synthetic", "continuous", "answer", "severity"),
    [
        (True, None, None, {"not used": False, "used": True}, "missing"),
        (True, None, False, "used", ""),
        (True, None, True, "continuously used", ""),
        (True, False, False, "used", "contradiction"),
        (False, None, None, {}, "missing"),
        (False, None, False, {}, "missing"),
        (False, False, None, "not used", ""),
        (False, False, False, "not used", ""),
        (False, False, True, "not used", "contradiction"),
        (False, None, True, "continuously used", "contradiction"),
        (False, True, False, "used", "contradiction"),
    ],
)
def test_synthetic_generation_has_three_answers_and_a_fourth_when_nobody_knows(
    records: bool, synthetic: bool | None, continuous: bool | None, answer: Any, severity: str
) -> None:
    confirm = {"synthetic": synthetic, "continuous_synthetic": continuous}
    why = {"synthetic_purpose": "There is too little else."}
    document = fill(SYNTHETIC if records else FINEWEB, confirm=confirm, describe=why)
    boxes = {name: name == answer for name in ("not used", "used", "continuously used")}
    expected = answer if isinstance(answer, dict) else boxes
    assert ticked(document, "synthetic_generation") == expected
    found = [gap.severity for gap in gaps(document, "synthetic_generation")]
    assert found == ([severity] if severity else [])


def test_why_synthetic_data_was_needed_may_be_left_out() -> None:
    document = fill(SYNTHETIC, confirm={"continuous_synthetic": False})
    assert [gap.severity for gap in gaps(document, "synthetic_generation")] == ["advice"]


def test_a_release_may_speak_for_itself() -> None:
    release = {
        "release": {"name": "m-1"},
        "statements": {"describe.first_used": "In May 2026."},
    }
    document = REGIME.fill(filing(FINEWEB, release=release))
    field = document.field("first_used")
    assert field.values == (Text(("In May 2026.",)),)
    assert field.rests_on[0].owner == "release"
