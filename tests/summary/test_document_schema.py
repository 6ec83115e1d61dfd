"""The JSON Schema says of a filled form what the reader says."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ledger.errors import MalformedError
from ledger.proof.document_slot import with_evidence
from ledger.summary import document_schema, jsonld
from ledger.summary.document import Document
from ledger.summary.document_json import from_json, to_json
from ledger.summary.eu import summarise
from ledger.summary.regime import regimes
from tests.summary.example import example, filing
from tests.summary.test_html_pages import CHARTS
from tests.summary.test_renderers import EVIDENCE, PAYLOADS, with_payload

FILE = Path(__file__).parents[2] / "docs/formats/document.schema.json"
SCHEMA = document_schema.schema()
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLE = replace(
    summarise(example()), show="figures", charts=CHARTS, salt="5f", standing="A working copy."
)

DOCUMENTS: list[Document] = [
    EXAMPLE,
    *(one.fill(facts) for one in regimes() for facts in (example(), filing())),
    with_payload(PAYLOADS[0]),
    with_payload("語" * 100),
]


def test_it_is_a_schema_and_the_file_is_the_one_that_the_code_makes() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert document_schema.to_bytes() == FILE.read_bytes(), (
        "write it anew: ledger.summary.document_schema.to_bytes() into docs/formats/"
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_form_fits_alone_and_as_json_ld(document: Document) -> None:
    data = jsonld.render(document)
    for value in (to_json(document), json.loads(data), json.loads(with_evidence(data, EVIDENCE))):
        assert [error.message for error in VALIDATOR.iter_errors(value)] == []


def put(path: str, value: Any, form: dict[str, Any]) -> None:
    """Set a member of a form, at a path of names and places."""
    *init, last = path.split(".")
    at: Any = form
    for step in init:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value


def drop(name: str, form: dict[str, Any]) -> None:
    """Take a member out."""
    del form[name]


SMALL = to_json(replace(EXAMPLE, sections=EXAMPLE.sections[:1]))
FIRST = "sections.0.fields.0"
WRONG: dict[str, Callable[[dict[str, Any]], None]] = {
    "another format": partial(put, "format", "tdl/document/v2"),
    "no format": partial(drop, "format"),
    "no version": partial(drop, "version"),
    "a member too many": partial(put, "colour", "blue"),
    "a text for a number": partial(put, "size", "42"),
    "a yes for a number": partial(put, "size", True),
    "a number for a text": partial(put, "origin", 42),
    "a list for a text": partial(put, "title", ["a"]),
    "a text for a list": partial(put, "models", "m-1"),
    "a number in a list of texts": partial(put, "models.0", 1),
    "a default spelt out": partial(put, "link", ""),
    "an empty list spelt out": partial(put, "gaps", []),
    "a default choice spelt out": partial(put, "show", "ranges"),
    "a choice that there is not": partial(put, "show", "everything"),
    "a section without its number": partial(put, "sections.0", {"label": ""}),
    "a field with a member too many": partial(put, f"{FIRST}.colour", "blue"),
    "a value without its type": partial(put, f"{FIRST}.values.0", {"paragraphs": []}),
    "a value of no type": partial(put, f"{FIRST}.values.0", {"type": "prose", "paragraphs": []}),
    "a value of another type": partial(put, f"{FIRST}.values.0", {"type": "yes_no", "reason": "a"}),
    "an answer that is no yes": partial(put, f"{FIRST}.values.0", {"type": "yes_no", "answer": 1}),
    "an owner that there is not": partial(put, f"{FIRST}.rests_on.0.owner", "nobody"),
    "a none that is no": partial(put, f"{FIRST}.rests_on.0.none", False),
    "a count of nothing spelt out": partial(put, f"{FIRST}.rests_on.0.count", 0),
    "a severity that there is not": partial(put, "gaps.0.severity", "awful"),
    "a share that is text": partial(put, "charts.0.shares.0.permille", "812"),
    "null": partial(put, "provider", None),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_the_reader_refuses_does_not_fit(wrong: Callable[[dict[str, Any]], None]) -> None:
    form = json.loads(json.dumps(SMALL))
    assert VALIDATOR.is_valid(form)
    wrong(form)
    assert not VALIDATOR.is_valid(form)
    with pytest.raises(MalformedError):
        from_json(form)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("last_update", "24/11/2026"),
        ("version", 0),
        ("size", -1),
        ("records", 2**53),
        ("charts.0.shares.0.permille", 1001),
        ("evidence", "text"),
    ],
)
def test_it_refuses_what_no_form_says(path: str, value: Any) -> None:
    form = json.loads(json.dumps(SMALL))
    put(path, value, form)
    assert not VALIDATOR.is_valid(form)


def test_each_type_of_value_is_told_from_the_others() -> None:

    value = {"type": "labelled", "rows": [{"label": "a", "text": "b"}]}
    shape = {"$ref": "#/$defs/value", "$defs": SCHEMA["$defs"]}
    assert Draft202012Validator(shape).is_valid(value)
    assert not Draft202012Validator(shape).is_valid({**value, "type": "items"})
