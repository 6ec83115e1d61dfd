"""When a summary or an update is due, by the template's points and our reading of material."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.summary.document import Document
from ledger.summary.due import OUR_READING, Due, Published, due
from ledger.summary.eu import summarise
from ledger.summary.facts import Facts, Group, Total
from ledger.summary.filing import Filing
from tests.summary.example import FINEWEB, SYNTHETIC, WORDNET, filing, group

TODAY = "2026-11-24"


def stated(**release: Any) -> dict[str, Any]:
    return {"release": {"release": {"name": "m-1", **release}}}


def first(today: str = TODAY, **release: Any) -> Due:
    one = filing(FINEWEB, **stated(**release))
    return due(one, summarise(one), None, today)


@pytest.mark.parametrize(
    ("placed", "today", "by", "now", "says"),
    [
        ("2026-12-01", TODAY, "2026-12-01", False, "is due by 01/12/2026"),
        ("2026-12-01", "2026-12-01", "2026-12-01", True, "is due by 01/12/2026"),
        ("2026-11-20", TODAY, "2026-11-20", True, "was due by 20/11/2026"),
        ("2025-08-01", TODAY, "2027-08-02", False, "is due by 02/08/2027"),
        ("2025-08-02", TODAY, "2025-08-02", True, "was due by 02/08/2025"),
        ("2025-08-01", "2027-08-03", "2027-08-02", True, "was due by 02/08/2027"),
    ],
)
def test_the_first_summary_is_due_at_placement(
    placed: str, today: str, by: str, now: bool, says: str
) -> None:
    found = first(today, market_date=placed)
    assert (found.what, found.by, found.now) == ("first", by, now)
    assert says in found.sentence


def test_the_earliest_of_several_models_counts() -> None:
    models = [{"name": "a", "market_date": "2026-10-01"}, {"name": "b"}]
    assert first(market_date="2026-12-01", models=models).by == "2026-10-01"


def test_without_a_date_of_placement_no_day_follows() -> None:
    found = first()
    assert (found.what, found.by, found.now) == ("first", "", False)
    assert "no date of placement is stated" in found.sentence


def published(*groups: Group, form: Filing | None = None, facts: bool = True) -> Published:
    was = form or filing(*groups)
    return Published(
        version=2,
        last_update="2026-08-31",
        form=summarise(was),
        facts=Facts(groups) if facts else None,
    )


def update(before: Published, *groups: Group, today: str = TODAY, **release: Any) -> Due:
    one = filing(*groups, **stated(**release))
    return due(one, summarise(one), before, today)


def test_no_further_training_no_duty() -> None:
    found = update(published(FINEWEB, facts=False), FINEWEB, continues_training=False)
    assert (found.what, found.by, found.now) == ("nothing", "", False)
    assert "that of version 2 of 31/08/2026" in found.sentence
    # Whatever else is said of the same data today.
    labelled = replace(FINEWEB, fields={**FINEWEB.fields, "languages": ["de", "en"]})
    again = update(published(FINEWEB, facts=False), labelled)
    assert again.what == "nothing"
    assert "Answers have changed since" in again.sentence


def test_a_model_that_goes_on_training_is_told_to_record_it() -> None:
    found = update(published(FINEWEB, facts=False), FINEWEB, continues_training=True)
    assert (found.what, found.now) == ("nothing", False)
    assert "freeze what was added" in found.sentence


def grown(percent: int) -> Group:
    total = FINEWEB.measures["tokens"]
    more = replace(total, sum=total.sum + total.sum * percent // 100 + (percent == 11))
    return replace(FINEWEB, measures={**FINEWEB.measures, "tokens": more})


@pytest.mark.parametrize(
    ("today", "now", "verb"), [("2027-02-27", False, "is due"), ("2027-02-28", True, "was due")]
)
def test_six_months_after_the_last_when_little_was_added(today: str, now: bool, verb: str) -> None:
    found = update(published(FINEWEB), grown(10), today=today)
    # The 31st of August and six months: February has no such day.
    assert (found.what, found.by, found.now) == ("update", "2027-02-28", now)
    assert f"An update {verb} by 28/02/2027, six months after version 2" in found.sentence
    assert OUR_READING in found.sentence


WEB = group("crawled", "crawl", 3, measures={"bytes": 10, "tokens": 10})
FEW = {"bytes": Total(10, SYNTHETIC.records), "tokens": Total(10, SYNTHETIC.records)}
MARKET = replace(SYNTHETIC, measures=FEW)
PICTURES = group("public_dataset", "pictures", 1, modality=["image"], measures={"images": 2})


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ((FINEWEB, WEB), "a new kind of source, crawled data"),
        ((FINEWEB, MARKET), "data of further generators on the market, Qwen3-32B"),
        ((FINEWEB, PICTURES), "a new modality, image"),
        ((grown(11),), "more than 10 % more text"),
        ((grown(2800),), "text in another size range"),
    ],
)
def test_a_material_change_is_due_at_once(groups: tuple[Group, ...], reason: str) -> None:
    found = update(published(FINEWEB), *groups)
    assert (found.what, found.by, found.now) == ("update", TODAY, True)
    assert reason in found.reasons
    assert reason in found.sentence
    assert OUR_READING in found.sentence


def test_growth_is_judged_when_the_form_is_not_kept() -> None:
    was = replace(published(FINEWEB), form=None)
    assert update(was, grown(11)).reasons == ("more than 10 % more text",)
    assert update(was, FINEWEB, WORDNET).by == "2027-02-28"


def test_what_is_not_measured_is_counted_in_records() -> None:
    silent = group("public_dataset", "s", 10, measures={"bytes": 10})
    more = group("public_dataset", "s", 12, measures={"bytes": 12})
    (reason,) = update(published(silent), more).reasons
    assert reason.startswith("more than 10 % more text, by records (12")


def test_a_document_of_another_form_has_none_of_these_fields() -> None:
    one = filing(FINEWEB)
    empty: Document = replace(summarise(one), sections=())
    was = replace(published(FINEWEB), form=empty)
    assert "a new kind of source, publicly available datasets" in update(was, FINEWEB).reasons
