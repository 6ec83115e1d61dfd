"""The Model Documentation Form's sections on model and data: limits, digits, and no claim."""

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
    NotApplicable,
    Text,
    Unstated,
)
from ledger.summary.document_json import from_bytes, to_bytes
from ledger.summary.facts import Group, Total
from ledger.summary.regimes.model_documentation import REGIME
from ledger.summary.regimes.model_documentation.words import count_words, significant
from tests.summary.example import ARCHIVE, CRAWL, FINEWEB, SYNTHETIC, filing, group
from tests.summary.regime_example import DIGEST, full, plain

VECTOR = Path(__file__).parents[1] / "vectors" / "regulation" / "model-documentation-form.yaml"
FORM: dict[str, Any] = yaml.safe_load(VECTOR.read_text(encoding="utf-8"))
SECTIONS = {section["id"]: section for section in FORM["sections"]}
DATA = {field["id"]: field for field in SECTIONS["data"]["fields"]}
LIMITS = {name: field["words"] for name, field in DATA.items() if "words" in field}
OWN_WORDS = {
    "how_obtained": "describe.selection",
    "scope": "describe.characteristics",
    "curation": "describe.curation",
    "unsuitable": "illegal_content.measures",
    "biases": "describe.biases",
}


def fill(*groups: Group, **profile: Any) -> Document:
    return REGIME.fill(filing(*groups, profile=profile))


def gaps(document: Document, field: str) -> list[Gap]:
    return [gap for gap in document.gaps if gap.field == field]


def rows(document: Document, field: str) -> dict[str, str]:
    values = document.field(field).values
    found = {row.label: row.text for v in values if isinstance(v, Labelled) for row in v.rows}
    return {name: text.replace("\u202f", "").replace("\u00a0", " ") for name, text in found.items()}


@pytest.mark.parametrize("number", [1, 2])
def test_two_sections_have_the_forms_fields_in_its_order(number: int) -> None:
    section = REGIME.fill(full()).sections[number]
    expected = SECTIONS[section.id]
    assert section.label == expected["label"]
    assert [(field.id, field.label) for field in section.fields] == [
        (field["id"], field["label"]) for field in expected["fields"]
    ]


def test_the_document_must_not_be_called_official_and_is_not_for_the_public() -> None:
    document = REGIME.fill(full())
    assert document.standing.startswith("Not the official form")
    assert "have not been compared with the original" in document.standing
    assert "to be checked against the original" in FORM["confidence"]["data_section"]
    assert "Not made for the public" in document.standing
    assert not REGIME.public


def test_a_full_example_is_answered_and_reads_back() -> None:
    document = REGIME.fill(full())
    assert [gap.field for gap in document.gaps] == ["data_points"]  # records that state no tokens
    assert not [f.id for f in document.fields() for v in f.values if isinstance(v, Unstated)]
    assert not [f.id for f in document.fields() if not f.rests_on]
    assert from_bytes(to_bytes(document)) == document


def test_an_empty_filing_asks_for_every_field_of_the_data_section() -> None:
    asked = {gap.field for gap in REGIME.fill(filing()).gaps if gap.severity == "missing"}
    assert asked >= set(DATA)
    assert asked >= {"legal_name", "model_authenticity", "release_date"}


def test_a_model_is_told_by_the_digest_of_its_weights() -> None:
    (items,) = REGIME.fill(full()).field("model_authenticity").values
    assert isinstance(items, Items)
    assert {row.text for item in items.items for row in item.details} == {DIGEST}
    models = [{"name": "a", "digest": DIGEST}, {"name": "b"}]
    release = {"release": {"name": "m-1", "models": models}}
    (gap,) = gaps(REGIME.fill(filing(FINEWEB, release=release)), "model_authenticity")
    assert gap.message == "no digest of b is stated"


def test_dependencies_and_market_dates_are_those_of_the_release() -> None:
    document = REGIME.fill(full())
    assert isinstance(document.field("model_dependencies").values[0], NotApplicable)
    assert "20/11/2026" in plain(document.field("union_market_release_date"))


def test_provenance_is_ticked_by_records_and_left_empty_on_the_providers_word() -> None:
    document = fill(CRAWL, SYNTHETIC, confirm={"other": False, "private_licensed": False})
    choices, opened = document.field("data_provenance").values
    assert isinstance(choices, Choices)
    assert [(one.label.split()[0], one.ticked) for one in choices.options] == [
        ("Web", True),
        ("Data", False),
        ("Synthetic", True),
    ]
    assert isinstance(opened, Unstated)
    (gap,) = gaps(document, "data_provenance")
    assert gap.remedy.startswith("set confirm.private_third_party: no, ")


@pytest.mark.parametrize(("said", "severity"), [(False, "contradiction"), (True, None)])
def test_a_profile_that_denies_records_is_a_contradiction(said: bool, severity: str | None) -> None:
    everything_else = dict.fromkeys(
        ("public_dataset", "private_licensed", "private_third_party", "other", "synthetic"), False
    )
    users = {"user_data_model": False, "user_data_other_service": False}
    document = fill(CRAWL, confirm={**everything_else, **users, "crawled": said})
    found = [gap.severity for gap in gaps(document, "data_provenance")]
    assert found == ([severity] if severity else [])
    denied = fill(FINEWEB, confirm={**everything_else, **users, "crawled": True})
    severities = {gap.severity for gap in gaps(denied, "data_provenance")}
    assert severities == {"contradiction"}


def test_numbers_have_two_digits_for_the_office_and_one_for_authorities() -> None:
    found = rows(REGIME.fill(filing(ARCHIVE)), "data_points")
    assert found == {
        "Training, text: two significant figures, for the AI Office": "9400000000 tokens",
        "Training, text: one, for national authorities": "9000000000 tokens",
        "Training, images: two significant figures, for the AI Office": "2100000 images",
        "Training, images: one, for national authorities": "2000000 images",
    }


def test_what_is_not_counted_in_every_record_is_at_least_so_much() -> None:
    one = group("other", "x", 3, measures={"bytes": 1, "tokens": Total(19_900, 2)})
    found = rows(fill(one), "data_points")
    assert list(found.values()) == ["at least 19000 tokens", "at least 10000 tokens"]
    none = group("other", "x", 3, measures={"bytes": 1})
    assert set(rows(fill(none), "data_points").values()) == {"not known"}
    (gap, *_) = gaps(fill(none), "data_points")
    assert "do not say how many tokens they hold" in gap.message
    assert gap.remedy == "ledger add PATH --tokenizer FILE"
    heard = group("other", "x", modality=["audio"], measures={"bytes": 1})
    (gap, *_) = gaps(fill(heard), "data_points")
    assert (
        gap.remedy == "ledger add PATH --manifest FILE, with a column measures.audio_milliseconds"
    )


def test_no_exact_amount_is_in_the_document_whatever_the_public_is_shown() -> None:
    for sizes in ("ranges", "shares", "figures"):
        text = plain(REGIME.fill(full({"show": {"sizes": sizes}})))
        for one in (FINEWEB, ARCHIVE, CRAWL, SYNTHETIC):
            assert not [total for total in one.measures.values() if str(total.sum) in text]


def test_evaluation_data_in_the_set_is_testing_data() -> None:
    held_out = group("other", "x", stages=["evaluation"], measures={"bytes": 1, "tokens": 7})
    found = rows(fill(FINEWEB, held_out), "data_points")
    assert found["Testing, text: one, for national authorities"] == "7 tokens"
    remedies = [gap.remedy for gap in gaps(fill(FINEWEB, held_out), "data_points")]
    assert remedies == ["set describe.validation_data in provider.yaml"]


@pytest.mark.parametrize("field", LIMITS)
def test_the_limit_on_words_is_the_forms(field: str) -> None:
    path = OWN_WORDS[field]
    section, _, key = path.partition(".")
    bare = group("other", "x")
    rest = count_words(fill(bare, **{section: {key: "word"}}).field(field).values) - 1
    for words, lacking in ((LIMITS[field] - rest, []), (LIMITS[field] - rest + 1, [path])):
        document = fill(bare, **{section: {key: " ".join(["word"] * words)}})
        over = [gap for gap in gaps(document, field) if "allows" in gap.message]
        assert [gap.remedy for gap in over] == [
            f"shorten: set {one} in provider.yaml" for one in lacking
        ]
        assert count_words(document.field(field).values) == words + rest  # shown whole


@pytest.mark.parametrize(
    ("value", "digits", "down", "expected"),
    [
        (0, 2, False, 0),
        (7, 2, False, 7),
        (99, 1, False, 100),
        (149, 2, False, 150),
        (144, 2, False, 140),
        (150, 1, False, 200),
        (199, 1, True, 100),
        (995, 2, False, 1000),
        (10**15 + 1, 2, False, 10**15),
    ],
)
def test_significant_digits(value: int, digits: int, down: bool, expected: int) -> None:
    assert significant(value, digits, down=down) == expected


def test_words_are_counted_in_texts_rows_and_names() -> None:
    document = REGIME.fill(full())
    assert count_words(document.field("biases").values) == 13
    assert count_words((Text(("a b", "c")), *document.field("legal_name").values)) == 6


def test_generators_are_named_and_licensors_are_not() -> None:
    text = plain(REGIME.fill(full()).field("how_obtained"))
    assert "Qwen3-32B (Alibaba Cloud)" in text
    assert "grader-1" not in text
    assert "Regional press archive" not in plain(REGIME.fill(full()))
