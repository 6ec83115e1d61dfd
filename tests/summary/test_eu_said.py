"""What the form says of single matters is true, grammatical, and said of the right records."""

import pytest

from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Labelled, Row, Text
from ledger.summary.eu import summarise
from ledger.summary.eu.lint_head import families
from ledger.summary.wording import period
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
