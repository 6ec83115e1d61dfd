"""What the form says of single matters is true, grammatical, and said of the right records."""

import pytest

from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Labelled, Row, Text
from ledger.summary.eu import summarise
from ledger.summary.eu.lint_head import families
from ledger.summary.eu.merged import says
from ledger.summary.wording import listed, period
from tests.summary.example import example, filing, group
from tests.summary.reading import gaps, rows

DATED = group("crawled", "dated", source={"period": {"end": "2026-01"}})
PICTURES = group("other", "pictures", 3, modality=["image"], measures={"images": 3})


def test_images_state_no_language_because_they_have_none() -> None:
    told = group("crawled", "told", languages=["en"])
    assert gaps(summarise(filing(told, PICTURES)), "1.3.e") == []
    silent = group("crawled", "silent")
    (gap,) = gaps(summarise(filing(told, silent, PICTURES)), "1.3.e")
    assert gap.message == "1\u00a0record of 2 with text, audio or video states no language"
    assert "--dataset silent" in gap.remedy


@pytest.mark.parametrize(
    ("records", "told"), [(1, "1 of 3\u00a0records does not"), (2, "2 of 4\u00a0records do not")]
)
def test_only_records_without_any_date_are_said_to_lack_one(records: int, told: str) -> None:
    made = [{"provider": "P", "model": "M", "role": "generator", "period": {"end": "2026-02-03"}}]
    generated = group("synthetic", "made", generator=made)
    document = summarise(filing(DATED, generated, group("crawled", "bare", records)))
    gap = gaps(document, "1.3.d")[-1]
    assert gap.message == f"{told} state when collection ended"
    assert "--dataset bare --set" in gap.remedy
    text = Text((f"Latest among the records that state one; {told}.",))
    assert text in document.field("1.3.d").values


def test_how_parts_were_selected_is_labelled() -> None:
    profile = {"describe": {"selection": "By a score."}}
    document = summarise(filing(group("public_dataset", "x"), profile=profile))
    row = Row("How parts of datasets were selected", "By a score.")
    assert document.field("2.1.c").values[0] == Labelled((row,))


@pytest.mark.parametrize("show", ["shares", "figures"])
def test_a_modality_whose_datasets_are_all_listed_has_no_rest(show: str) -> None:
    seen = group("public_dataset", "p", modality=["image"], measures={"images": 5})
    big, small = (
        group("public_dataset", name, measures={"tokens": size})
        for name, size in (("big", 1000), ("small", 1))
    )
    document = summarise(filing(seen, big, small, profile={"show": {"sizes": show}}))
    text = repr(document.field("2.1.e").values)
    assert "of all public text" in text
    assert "of all public images" not in text


def test_one_month_is_said_once() -> None:
    assert period("2024-08", "2024-08") == "08/2024"
    one = group("public_dataset", "x", source={"period": {"start": "2024-08", "end": "2024-08"}})
    assert rows(summarise(filing(one)), "2.1.c")["Collected"] == "08/2024"


def test_the_lint_on_families_is_silent_where_one_set_was_frozen_for_all() -> None:
    given = example()
    document = summarise(given)
    assert len(given.models) == 2
    assert list(families(Reading(document, given))) == []


def test_what_a_release_says_is_mended_in_its_file() -> None:
    (gap,) = gaps(summarise(example()), "1.2.a")
    assert gap.remedy == (
        "add link: to m-1-chat-2026-11 in release.yaml, then "
        "ledger release create m-1 --facts release.yaml"
    )


def test_a_version_says_that_it_was_the_latest_when_it_was_made() -> None:
    text = summarise(example()).field("0.a").values[0]
    assert text == Text(("Version 2", "The latest version when it was made, on 24/11/2026."))


@pytest.mark.parametrize(
    ("own", "text", "owners"),
    [
        (["news", "blogs"], "news and blogs", {"profile", "ledger"}),
        (["news", "forums"], "News and forums. On record: blogs.", {"profile", "ledger"}),
        (None, "blogs and news", {"ledger"}),
    ],
)
def test_each_modality_has_one_row_with_each_type_once(
    own: list[str] | None, text: str, owners: set[str]
) -> None:
    one = group("crawled", "x", source={"content_types": ["blogs", "news"]})
    profile = {"content_types": {"text": listed(own)}} if own else {}
    field = summarise(filing(one, profile=profile)).field("1.3.c")
    assert field.values == (Labelled((Row("Text", text),)),)
    assert {support.owner for support in field.rests_on} == owners


def test_languages_of_crawled_content_are_said_once() -> None:
    one = group("crawled", "x", languages=["en"])
    bare = group("crawled", "x")
    profile = {"crawling": {"languages": "English and Irish."}}
    (both, alone) = (summarise(filing(g, profile=profile)).field("2.3.f") for g in (one, bare))
    for field in (both, alone):
        rows_ = [row for value in field.values if isinstance(value, Labelled) for row in value.rows]
        assert [row.text for row in rows_ if row.label == "Languages"] == ["English and Irish."]
        assert "Modalities" not in [row.label for row in rows_]


@pytest.mark.parametrize(
    ("text", "other", "is_said"),
    [
        ("Exercises written by staff.", "Exercises written by our staff.", True),
        ("Exercises written by our staff.", "exercises written by staff", True),
        ("Trained on user data.", "Not trained on user data.", False),
        ("Exercises of 2025.", "Exercises.", False),
    ],
)
def test_what_says_no_more_than_another(text: str, other: str, is_said: bool) -> None:
    assert says(text, other) is is_said


def test_other_sources_are_described_once() -> None:
    one = group("other", "exercises", source={"description": "Exercises written by staff."})
    profile = {"describe": {"other_sources": "Exercises written by our staff."}}
    field = summarise(filing(one, profile=profile)).field("2.6.b")
    assert field.values[0] == Text(("Exercises written by our staff.",))
    assert "Sources: exercises" not in repr(field.values)
    owners = {support.owner for support in field.rests_on if 0 in support.of}
    assert owners == {"profile", "ledger"}


@pytest.mark.parametrize(("own", "times"), [("Public datasets.", 1), ("Licensed books.", 2)])
def test_training_data_of_a_generator_is_told_once(own: str, times: int) -> None:
    tutor = {
        "provider": "P",
        "model": "tutor",
        "role": "generator",
        "on_eu_market": False,
        "training_data": "Large public datasets.",
    }
    one = group("synthetic", "x", generator=[tutor])
    field = summarise(filing(one, profile={"describe": {"generators": own}})).field("2.5.d")
    assert len(field.values) == times


@pytest.mark.parametrize("category", ["public_dataset", "crawled", "synthetic", "other"])
def test_a_yes_without_records_is_one_gap(category: str) -> None:
    given = filing(group("user_data_model", "x"), profile={"confirm": {category: True}})
    document = summarise(given)
    section = {"public_dataset": "2.1", "crawled": "2.3", "synthetic": "2.5", "other": "2.6"}
    (gap,) = [one for one in document.gaps if one.field.startswith(section[category])]
    assert (gap.field, gap.severity) == (f"{section[category]}.a", "contradiction")
    assert "every publicly available dataset" not in repr(document)
