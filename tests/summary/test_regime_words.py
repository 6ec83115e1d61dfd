"""What the other regimes' documents say of time and place, and how they spell it."""

from ledger.summary.document import Labelled, Moment, Text
from ledger.summary.regimes.ab2013 import REGIME as AB2013
from ledger.summary.regimes.model_documentation import REGIME as MODEL_DOCUMENTATION
from ledger.summary.wording import named_date
from tests.summary.example import filing, group
from tests.summary.reading import rows

MADE = [
    {
        "provider": "P",
        "model": "M",
        "role": "generator",
        "period": {"start": "2026-01-02", "end": "2026-02-03"},
    }
]
SCORE = {"selection": "Pages with a score above 0.8."}


def test_synthetic_data_was_made_when_its_generators_ran() -> None:
    document = MODEL_DOCUMENTATION.fill(filing(group("synthetic", "x", generator=MADE)))
    (told, _) = rows(document, "how_obtained").values()
    assert told == "1\u00a0dataset; made 01/2026 to 02/2026"


def test_a_sentence_in_a_list_loses_its_stop() -> None:
    document = MODEL_DOCUMENTATION.fill(filing(group("crawled", "x", source=SCORE)))
    assert ".;" not in repr(document.field("how_obtained").values)
    assert rows(document, "how_obtained").popitem()[1].endswith("; Pages with a score above 0.8")


def test_the_provider_may_tell_the_geography_of_the_data() -> None:
    profile = {"describe": {"geography": "Mostly the Union."}}
    field = MODEL_DOCUMENTATION.fill(filing(group("crawled", "x"), profile=profile)).field("scope")
    told = rows(MODEL_DOCUMENTATION.fill(filing(group("crawled", "x"), profile=profile)), "scope")
    assert told["Geography"] == "Mostly the Union."
    at = next(
        at
        for at, value in enumerate(field.values)
        if isinstance(value, Labelled) and "Geography" in [row.label for row in value.rows]
    )
    assert {one.owner for one in field.rests_on if at in one.of} == {"profile"}
    assert rows(MODEL_DOCUMENTATION.fill(filing(group("crawled", "x"))), "scope")["Geography"] == (
        "not known"
    )


def test_californias_document_spells_days_as_they_are_spelt_there() -> None:
    document = AB2013.fill(filing(group("crawled", "x")))
    assert Moment("2026-11-24", "November 24, 2026") in document.field("version").values
    assert named_date("2026-01-05") == "January 5, 2026"


def test_a_heading_of_sources_is_not_repeated_below_them() -> None:
    known, hidden = (
        group("private_third_party", name, source={"publicly_known": known})
        for name, known in (("known", True), ("hidden", False))
    )
    values = AB2013.fill(filing(known, hidden)).field("sources").values
    assert values[1] == Text(("Besides: 1\u00a0dataset, not named here.",))
