"""The pages of docs/formats are held to the code: every worked vector is made anew and compared."""

import json
import re
from typing import Any

import pytest

from ledger.record import kinds, patterns, vocabulary
from ledger.record.schema import Either, ListOf, MapOf, Object, Shape
from tests.formats import cases, document_cases, make_vectors
from tests.formats.make_vectors import FORMATS, SHOWN, VECTORS

MADE = make_vectors.vectors()
EVIDENCE: dict[str, Any] = json.loads(json.dumps(MADE["evidence.json"]))
DOCUMENTS: dict[str, Any] = json.loads(json.dumps(MADE["document.json"]))
PAGES = [path.name for path in make_vectors.pages()]


@pytest.mark.parametrize("name", MADE)
def test_a_vector_file_is_what_the_code_makes(name: str) -> None:
    kept = (VECTORS / name).read_text("utf-8")
    assert kept == make_vectors.written(MADE[name]), "run python -m tests.formats.make_vectors"


def test_there_are_no_other_vector_files() -> None:
    others = {path.name for path in VECTORS.glob("*.json")} - MADE.keys()
    assert [name for name in others if (FORMATS / name).with_suffix(".md").name not in PAGES] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_the_numbers_of_its_vectors(name: str) -> None:
    text = (FORMATS / name).read_text("utf-8")
    marked = SHOWN.findall(text)
    assert len(marked) == text.count("<!-- vector:"), "a marker has no block after it"
    assert make_vectors.filled(text, MADE) == text, "run python -m tests.formats.make_vectors"


@pytest.mark.parametrize("name", MADE)
def test_every_format_with_vectors_has_a_page_that_shows_some(name: str) -> None:
    page = (FORMATS / name).with_suffix(".md").read_text("utf-8")
    assert f"<!-- vector: {name}" in page
    assert f"(vectors/{name})" in page


def test_a_changed_number_in_a_page_is_noticed() -> None:
    page = "<!-- vector: batch.json /root -->\n```text\n00\n```\n"
    assert make_vectors.filled(page, MADE) != page


@pytest.mark.parametrize("name", PAGES)
def test_the_index_lists_every_page(name: str) -> None:
    assert name == "index.md" or f"({name})" in (FORMATS / "index.md").read_text("utf-8")


@pytest.mark.parametrize("case", EVIDENCE["cases"], ids=lambda case: str(case["name"]))
def test_evidence_gets_the_verdict_that_the_vector_says(case: dict[str, Any]) -> None:
    trust = EVIDENCE["trust"][case["trust"]]
    found, step, reason = cases.verdict(case["evidence"], trust)
    assert (found, step) == (case["verdict"], case["step"]), reason


def test_only_the_good_cases_verify() -> None:
    good = [case["name"] for case in EVIDENCE["cases"] if case["verdict"] == "verified"]
    assert good == [
        *("example", "no-witness-asked", "keys-alone"),
        *("entry-left-out", "field-not-shown", "unknown-signature-line"),
        *("revoked-afterwards", "revocation-left-out", "rotated-afterwards"),
        *("added-and-revoked", "name-twice"),
    ]
    assert len({case["evidence"] + case["trust"] for case in EVIDENCE["cases"]}) == len(
        EVIDENCE["cases"]
    )


def test_what_the_vectors_say_became_of_a_record_is_all_there_is() -> None:
    became: dict[str, set[str]] = {}
    for case in EVIDENCE["corrected"]:
        verdict = cases.verdict(case["evidence"], EVIDENCE["trust"][case["trust"]])
        assert verdict == ("verified", 4, ""), case["name"]
        first = case["expected"]["1.0"]
        became.setdefault(first["became"], set()).add(first["newest"])
    assert became == {
        "stands": {"1.0", "2.0", "3.0"},
        "withdrawn": {"1.0"},
        "erased": {"1.0", "2.0"},
    }


def test_no_key_entry_that_must_be_refused_is_accepted() -> None:
    cases: list[dict[str, Any]] = json.loads(json.dumps(MADE["keyring.json"]["refused"]))
    unknown = [case["name"] for case in cases if case["verdict"] != "not verified"]
    assert len({case["name"] for case in cases}) == len(cases)
    assert unknown == ["root rotation signed by the new root"]


def test_what_a_key_entry_that_is_accepted_does_to_its_key() -> None:
    cases: list[dict[str, Any]] = json.loads(json.dumps(MADE["keyring.json"]["accepted"]))
    later = {case["name"]: [one["later"] for one in case["may_sign"]] for case in cases}
    assert later == {
        # The revocation is named, not the rotation before it.
        "revoke of a rotated key": [
            *["verified, key later revoked at entry 10"] * 2,
            "not verified",
            "verified",
        ],
        "revoke of a rotated key with from": [
            "verified, key later revoked at entry 10",
            "not verified",
        ],
        "revoke in another role": ["not verified"],
        "add and revoke in one batch": ["not verified"],
        "revoke of a log key with from": [],
    }


@pytest.mark.parametrize("case", DOCUMENTS["cases"], ids=lambda case: str(case["name"]))
def test_a_document_gets_the_verdict_that_the_vector_says(case: dict[str, Any]) -> None:
    found = document_cases.verdict(document_cases.content(case), DOCUMENTS["trust"][case["trust"]])
    assert found == (case["verdict"], case["step"])


def test_no_document_stands_twice_among_the_cases() -> None:
    files = [(document_cases.content(case), case["trust"]) for case in DOCUMENTS["cases"]]
    assert len(set(files)) == len(files)


# The record page names every field and every word, so that it cannot lag behind the schemas.

RECORD_PAGE = (FORMATS / "record.md").read_text("utf-8")


def member_names(shape: Shape) -> set[str]:
    """Return the names of all members of a shape, at any depth."""
    match shape:
        case Object(members=members):
            below = (member_names(member.shape) for member in members.values())
            return set(members).union(*below)
        case ListOf(item=item) | MapOf(item=item):
            return member_names(item)
        case Either(shapes=shapes):
            return set().union(*map(member_names, shapes))
    return set()


@pytest.mark.parametrize("kind", vocabulary.KINDS)
def test_the_record_page_names_every_field(kind: str) -> None:
    section = RECORD_PAGE.split(f"\n## Kind `{kind}`\n")[1].split("\n## ")[0]
    written = set(re.findall(r"[a-z][a-z0-9_]*", " ".join(re.findall(r"`([^`]+)`", section))))
    assert sorted(member_names(kinds.SCHEMAS[kind]) - written - {"basis", "claimed_at"}) == []


@pytest.mark.parametrize(
    "words",
    [
        vocabulary.KINDS,
        vocabulary.BASES,
        vocabulary.MODALITIES,
        vocabulary.CATEGORIES,
        vocabulary.STAGES,
        vocabulary.ROLES,
        vocabulary.SURFACES,
        vocabulary.OPT_OUT_MECHANISMS,
        vocabulary.OPT_OUT_ACTIONS,
        vocabulary.DOCUMENT_UNITS,
        vocabulary.KEY_ACTIONS,
        vocabulary.KEY_ROLES,
        vocabulary.VERDICTS,
        vocabulary.CORRECTION_ACTIONS,
    ],
    ids=lambda words: str(words[0]),
)
def test_the_record_page_lists_every_word(words: tuple[str, ...]) -> None:
    assert ", ".join(f"`{word}`" for word in words) in RECORD_PAGE.replace("\n", " ")


@pytest.mark.parametrize(
    "pattern",
    [
        *("LANGUAGE", "MONTH", "DATE", "TIME", "RECORD_ID", "KEY12", "HEX32", "LICENCE"),
        *("TEMPLATE", "KEYS", "SECTION"),
    ],
)
def test_the_record_page_shows_each_pattern(pattern: str) -> None:
    form = getattr(patterns, pattern).form.pattern.replace("(?:", "(")
    assert form in RECORD_PAGE


def test_the_pages_are_for_a_stranger() -> None:
    promises = re.compile(r"\b(TODO|FIXME|TBD|coming soon)\b", re.IGNORECASE)
    assert [name for name in PAGES if promises.search((FORMATS / name).read_text("utf-8"))] == []
