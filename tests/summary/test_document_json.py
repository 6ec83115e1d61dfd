"""A document and its JSON are the same thing, with one spelling."""

from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.record.canonical import decode, encode
from ledger.summary.document import Document, Field, Period, Section, Unstated
from ledger.summary.document_json import VALUE_TYPES, from_bytes, from_json, to_bytes, to_json
from ledger.summary.eu import summarise
from tests.summary.example import example, filing

DOCUMENTS = [summarise(example()), summarise(filing())]


@pytest.mark.parametrize("document", DOCUMENTS, ids=["example", "empty training set"])
def test_the_round_trip(document: Document) -> None:
    assert from_bytes(to_bytes(document)) == document
    assert from_json(to_json(document)) == document
    assert decode(encode(to_json(document))) == to_json(document)


def test_the_example_uses_nearly_every_type_of_value() -> None:
    kinds = {type(value) for field in DOCUMENTS[0].fields() for value in field.values}
    assert set(VALUE_TYPES.values()) - kinds == set()


def small() -> dict[str, Any]:
    field = Field("1.a", "Label", (Unstated("Nobody said."), Period("2025-01")))
    document = Document(
        template="eu",
        template_number="n",
        title="t",
        legal_basis="l",
        language="en",
        provider="p",
        release="r",
        models=("m",),
        version=1,
        last_update="2026-01-01",
        origin="o",
        size=1,
        records=1,
        sections=(Section("1", "S", (field,)),),
    )
    return to_json(document)


def test_defaults_are_left_out() -> None:
    assert small()["sections"][0]["fields"][0]["values"][1] == {
        "type": "period",
        "start": "2025-01",
    }


def changed(path: str, value: object) -> dict[str, Any]:
    whole = small()
    at: Any = whole
    *walk, last = path.split(".")
    for name in walk:
        at = at[int(name)] if name.isdigit() else at[name]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return whole


VALUE = "sections.0.fields.0.values.1"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "tdl/document/v2"),
        ("format", None),
        ("version", None),
        ("version", "1"),
        ("version", True),
        ("colour", "red"),
        ("models", "m"),
        ("models", [1]),
        ("gaps", []),
        ("gaps", [{"field": "1.a", "severity": "grave", "message": "m", "remedy": "r"}]),
        ("gaps", ["x"]),
        (f"{VALUE}.end", ""),
        (f"{VALUE}.end", 7),
        (f"{VALUE}.type", "date"),
        (f"{VALUE}.type", None),
        (f"{VALUE}.type", ["period"]),
        ("sections.0.fields.0.values", {}),
        ("sections.0.fields.0.values", ["text"]),
    ],
)
def test_any_other_spelling_is_refused(path: str, value: object) -> None:
    with pytest.raises(MalformedError):
        from_json(changed(path, value))


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(MalformedError):
        from_json([])
