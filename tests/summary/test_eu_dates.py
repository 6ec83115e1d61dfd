"""Dates that cannot be are contradictions, and never printed as if they were fine."""

from typing import Any

import pytest

from ledger.summary.document import Moment, Period, Unstated
from ledger.summary.eu import summarise
from ledger.summary.figures import figures_of
from tests.summary.example import example, filing, group
from tests.summary.reading import gaps

FINE = group("crawled", "old", source={"period": {"start": "2024-01", "end": "2024-06"}})


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ({"start": "2025-01", "end": "2027-08"}, "(01/2025 to 08/2027) that lies after the last"),
        ({"start": "2026-12"}, "(12/2026 to …) that lies after the last update (24/11/2026)"),
        ({"start": "2026-05", "end": "2026-01"}, "(05/2026 to 01/2026) that ends before it starts"),
    ],
)
def test_a_period_that_cannot_be_is_a_contradiction_and_not_shown(
    period: dict[str, str], told: str
) -> None:
    wrong = group("crawled", "new", 2, source={"period": period})
    given = filing(FINE, wrong)
    document = summarise(given)
    for field_id in ("1.3.d", "2.3.e"):
        first = gaps(document, field_id)[0]
        assert first.severity == "contradiction"
        assert told in first.message, field_id
        assert "2\u00a0records state a period" in first.message
        assert "ledger correct --dataset new --set source.period.end=YYYY-MM" in first.remedy
    assert document.field("1.3.d").values[0] == Moment("2024-06", "06/2024")
    assert document.field("2.3.e").values[0] == Period("2024-01", "2024-06")
    assert figures_of(given)["latest"] == "2024-06"


@pytest.mark.parametrize("period", [{"end": "2026-11"}, {"start": "2026-01", "end": "2026-01"}])
def test_a_period_may_end_in_the_month_of_the_summary_or_in_which_it_starts(
    period: dict[str, str],
) -> None:
    document = summarise(filing(group("crawled", "new", source={"period": period})))
    assert not [gap for gap in document.gaps if gap.message.endswith(("starts", ")"))]
    assert isinstance(document.field("2.3.e").values[0], Period)


def test_a_model_cannot_have_made_data_after_the_summary() -> None:
    made = [
        {"provider": "P", "model": "M", "role": "generator", "period": {"end": "2026-11-25"}},
        {"provider": "P", "model": "N", "role": "generator", "period": {"end": "2026-11-20"}},
    ]
    document = summarise(filing(group("synthetic", "s", generator=made)))
    first = gaps(document, "1.3.d")[0]
    assert "1\u00a0record states a period of generation (… to 25/11/2026)" in first.message
    assert "generator.period.end" in first.remedy
    assert document.field("1.3.d").values[0] == Moment("2026-11", "11/2026")


@pytest.mark.parametrize(
    ("goes_on", "placed", "is_told"),
    [(False, "2026-07-31", True), (False, "2026-08-01", False), (True, "2026-07-31", False)],
)
def test_data_cannot_come_after_the_market_unless_training_goes_on(
    goes_on: bool, placed: str, is_told: bool
) -> None:
    release: dict[str, Any] = {"name": "m", "market_date": placed, "continues_training": goes_on}
    document = summarise(example(release={"release": release}))
    told = [gap for gap in gaps(document, "1.2.c") if gap.severity == "contradiction"]
    shown = [one for one in document.field("1.2.c").values if isinstance(one, Unstated)]
    assert bool(told) is bool(shown) is is_told
    if told:
        assert "on 31/07/2026, but data was collected until 08/2026" in told[0].message
        assert told[0].remedy.startswith("ledger release create m ")
