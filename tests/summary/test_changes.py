"""What a new version says of the one before."""

from dataclasses import replace

import pytest

from ledger.summary.changes import NOTHING, changes
from ledger.summary.document import (
    Choice,
    Choices,
    Document,
    Domains,
    Field,
    Item,
    Items,
    Moment,
    NotApplicable,
    Period,
    Range,
    Ranges,
    Section,
    Text,
    Unstated,
    Value,
    YesNo,
)


def form(*values: Value, records: int = 7, label: str = "Label:") -> Document:
    field = Field("2.1.c", label, values)
    head = Field("0.a", "Version", (Text(("Version 1",)),))
    return Document(
        template="eu",
        template_number="1",
        title="T",
        legal_basis="L",
        language="en",
        provider="P",
        release="m",
        models=("m-1",),
        version=1,
        last_update="2026-11-24",
        origin="log.example/1",
        size=9,
        records=records,
        sections=(Section("2.1", "", (head, field)),),
    )


def boxes(*ticked: str) -> Choices:
    return Choices(tuple(Choice(name, name in ticked) for name in ("Text", "Image")))


SIZES = Ranges((Range("Text", (Choice("Less", True), Choice("More", False))),))
GROWN = Ranges((Range("Text", (Choice("Less", False), Choice("More", True))),))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (YesNo(False), YesNo(True), "2.1.c Label: Yes, before No."),
        (boxes("Text"), boxes("Image"), "ticked now: Image; not ticked any more: Text."),
        (SIZES, GROWN, "ticked now: Text: More; not ticked any more: Text: Less."),
        (Items((Item("A"),)), Items((Item("A"), Item("B"))), "added B."),
        (Items((Item("A"), Item("B"))), Items((Item("B"),)), "removed A."),
        (Items((Item("A", "https://a"),)), Items((Item("A"),)), "links or details were changed."),
        (Domains(("a.org",), 1, ""), Domains(("b.org",), 1, ""), "added b.org, removed a.org."),
        (
            Domains(("a.org",), 9, "", "sha256:0"),
            Domains(("a.org", "b.org"), 9, "", "sha256:0"),
            "lists 2 of 9\u00a0domains, before 1 of 9.",
        ),
        (Moment("2025-01", "01/2025"), Moment("2025-06", "06/2025"), "06/2025, before 01/2025."),
        (Period("2025-01", ""), Period("2025-01", "2026-01"), "01/2025 to 01/2026, before"),
        (Unstated("?"), YesNo(True), "answered now."),
        (NotApplicable("no"), Items((Item("A"),)), "applies now; added A."),
        (YesNo(True), Unstated("?"), "not stated any more."),
        (Text(("one",)), Text(("two",)), "the text was changed."),
        (Text(("in 12 records",)), Text(("in 13 records",)), "brought up to date."),
        (Text((f"root {'ab' * 32}",)), Text((f"root {'cd' * 32}",)), "brought up to date."),
        (Text(("1\u00a0file",)), Text(("2\u00a0files",)), "brought up to date."),
    ],
)
def test_a_changed_answer_is_told_in_one_sentence(before: Value, after: Value, told: str) -> None:
    (sentence,) = changes(form(before), form(after))
    assert sentence.startswith("2.1.c Label: ")
    assert told in sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (form(YesNo(True)), form(YesNo(True))),
        (form(Unstated("of 3 records")), form(Unstated("of 4 records"))),
        (
            form(Text(("x", "the log log.example/1 at size 3"))),
            form(Text(("x", "the log log.example/1 at size 9"))),
        ),
        (form(YesNo(True)), replace(form(YesNo(True)), version=2, last_update="2027-01-01")),
        (
            form(Items((Item("All domains", "https://a.example/m/eu/v1/domains.txt"),))),
            form(Items((Item("All domains", "https://a.example/m/eu/v2/domains.txt"),))),
        ),
    ],
)
def test_what_grows_by_itself_is_no_change(before: Document, after: Document) -> None:
    assert changes(before, after) == (NOTHING,)


def test_the_training_set_and_the_models_come_first() -> None:
    after = replace(form(YesNo(True), records=9), models=("m-1", "m-2"))
    assert changes(form(YesNo(False), records=7), after) == (
        "The training set has 9\u00a0records; it had 7.",
        "Models covered: added m-2.",
        "2.1.c Label: Yes, before No.",
    )


def test_what_is_shown_of_amounts_and_who_provides_are_told() -> None:
    after = replace(form(YesNo(True)), show="shares", provider="Q")
    assert changes(form(YesNo(True)), after) == (
        "Provider: Q, before P.",
        "Amounts shown: size ranges and shares, as the provider chose; "
        "before, size ranges only, as the provider chose.",
    )


def test_fields_that_come_and_go_are_named() -> None:
    before = form(YesNo(True))
    after = replace(before, sections=(Section("2.2", "", (Field("2.2.a", "Other:", ()),)),))
    assert changes(before, after) == (
        "2.2.a is new in the form.",
        "0.a is no longer in the form.",
        "2.1.c is no longer in the form.",
    )


def test_a_long_list_of_names_is_counted_and_not_shown_whole() -> None:
    names = tuple(f"site-{n:02}.example" for n in range(40))
    (told,) = changes(form(Domains((), 0, "")), form(Domains(names, 40, "")))
    assert "site-11.example and 28 more" in told
    assert "site-12.example" not in told
