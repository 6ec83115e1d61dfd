"""Official size ranges: every threshold from both sides, and only what is certain ticked."""

import pytest

from ledger.summary.document import Ranges
from ledger.summary.eu import summarise
from ledger.summary.eu.sizes import HOUR, SCALES
from ledger.summary.facts import Total
from tests.summary.example import filing, group

CASES = [
    ("text", 0, 0),
    ("text", 10**9 - 1, 0),
    ("text", 10**9, 1),
    ("text", 10**13, 1),
    ("text", 10**13 + 1, 2),
    ("image", 10**6 - 1, 0),
    ("image", 10**6, 1),
    ("image", 10**9, 1),
    ("image", 10**9 + 1, 2),
    *[
        (modality, size, position)
        for modality in ("audio", "video")
        for size, position in (
            (10_000 * HOUR - 1, 0),
            (10_000 * HOUR, 1),
            (1_000_000 * HOUR, 1),
            (1_000_000 * HOUR + 1, 2),
        )
    ],
]
MEASURES = {"text": "tokens", "image": "images"}


@pytest.mark.parametrize(("modality", "size", "position"), CASES)
def test_a_boundary_falls_into_the_middle_range(modality: str, size: int, position: int) -> None:
    measure = MEASURES.get(modality, f"{modality}_milliseconds")
    one = group("other", "x", modality=[modality], measures={"bytes": 1, measure: size})
    (ranges,) = summarise(filing(one)).field("1.3.b").values
    assert isinstance(ranges, Ranges)
    assert [choice.ticked for choice in ranges.rows[0].options] == [
        position == at for at in range(3)
    ]


@pytest.mark.parametrize("modality", SCALES)
def test_no_range_is_ticked_while_uncounted_records_could_change_it(modality: str) -> None:
    scale = SCALES[modality]
    for size in (0, scale.low * scale.per_unit, scale.high * scale.per_unit):
        assert not any(choice.ticked for choice in scale.choices(size, 1))
    top = scale.choices(scale.high * scale.per_unit + 1, 1)
    assert [choice.ticked for choice in top] == [False, False, True]


def test_text_that_is_not_counted_in_tokens_is_given_in_bytes() -> None:
    counted = {"bytes": 5_000_000, "tokens": Total(100, 3)}
    document = summarise(filing(group("other", "x", 4, measures=counted)))
    (ranges,) = document.field("1.3.b").values
    assert isinstance(ranges, Ranges)
    assert not any(choice.ticked for choice in ranges.rows[0].options)
    assert ranges.rows[0].note.endswith("unit: between 1\u00a0MB and 10\u00a0MB")
    (gap,) = [gap for gap in document.gaps if gap.field == "1.3.b"]
    assert (gap.severity, gap.remedy) == ("advice", "ledger add PATH --tokenizer FILE")


def test_bytes_that_hold_several_modalities_are_no_size_of_text() -> None:
    mixed = group("other", "x", modality=["image", "text"], measures={"bytes": 5, "images": 1})
    document = summarise(filing(mixed))
    assert [g.severity for g in document.gaps if g.field == "1.3.b"] == ["missing"]


def test_other_data_is_sized_in_bytes_and_must_be_named() -> None:
    one = group("other", "x", modality=["other"], measures={"bytes": 2_500_000_000})
    document = summarise(filing(one))
    (ranges,) = document.field("1.3.b").values
    assert isinstance(ranges, Ranges)
    assert ranges.rows[0].figure == "between 1\u00a0GB and 10\u00a0GB"
    assert {g.remedy for g in document.gaps if g.field == "1.3.a"} == {
        "set describe.other_modality in provider.yaml"
    }


def test_exact_figures_are_shown_only_by_choice() -> None:
    one = group("other", "x", measures={"bytes": 1, "tokens": 1_234_567})
    shown = filing(one, profile={"show": {"sizes": "figures"}})
    for given, figure in ((filing(one), ""), (shown, "1\u202f234\u202f567\u00a0tokens")):
        (ranges,) = summarise(given).field("1.3.b").values
        assert isinstance(ranges, Ranges)
        assert ranges.rows[0].figure == figure
