"""Each value knows what it rests on, whose word that is, and how what is lacking can be closed."""

from typing import Any

import pytest

from ledger.record.vocabulary import CATEGORIES
from ledger.summary.answer import Piece, on_profile, on_release, own_rows, pieced
from ledger.summary.document import (
    Choices,
    Document,
    Domains,
    Field,
    Labelled,
    NotApplicable,
    Ranges,
    Row,
    Text,
    Unstated,
    Value,
)
from ledger.summary.eu import Filing, summarise
from ledger.summary.eu.answer import state
from ledger.summary.facts import gather
from ledger.summary.profile import check_profile
from ledger.summary.remedies import correct_record
from tests.summary.complete import DOMAINS, GROUPS, IDENTITY, PROFILE, RELEASE
from tests.summary.example import example, filing, group

NOTED = (Choices, Ranges, Domains)
"""Values with room for a note: what "Other" stands for and who is an SME is the provider's word."""

MERGED = ("1.3.c", "2.3.f")
"""Fields with one row for what provider and records both say; what records add is marked."""


def complete(**show: Any) -> Filing:
    profile = {**PROFILE, "show": {**PROFILE["show"], **show}}
    facts = gather(GROUPS, DOMAINS)
    return Filing(facts=facts, profile=check_profile(profile), release=RELEASE, identity=IDENTITY)


def statements() -> Filing:
    """Return a filing in which the release file says some things and the profile others."""
    said = {"crawling.robots_txt": "Obeyed.", "describe.languages": "French alone."}
    return Filing(
        facts=gather(GROUPS, DOMAINS),
        profile=check_profile(PROFILE),
        release={**RELEASE, "statements": said},
        identity=IDENTITY,
    )


def other(**more: Any) -> Filing:
    one = group("other", "x", modality=["other"], measures={"bytes": 5}, **more)
    return filing(one, profile={"describe": {"other_modality": "Sensor readings"}})


FILINGS: dict[str, Filing] = {
    "empty": filing(),
    "example": example(),
    **{mode: complete(sizes=mode) for mode in ("ranges", "shares", "figures")},
    "statements": statements(),
    "other modality": other(),
    "nothing more": filing(profile={"confirm": {"no_other_comments": True}}),
    "all no": filing(profile={"confirm": dict.fromkeys(CATEGORIES, False)}),
    **{kind: filing(group(kind, "x")) for kind in CATEGORIES},
}
DOCUMENTS = {name: summarise(one) for name, one in FILINGS.items()}

each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


def owners(field: Field, at: int) -> set[str]:
    return {one.owner for one in field.rests_on if not one.of or at in one.of}


@each_document
def test_every_value_rests_on_something_unless_nobody_stated_it(document: Document) -> None:
    for field in document.fields():
        for at, value in enumerate(field.values):
            assert bool(owners(field, at)) or isinstance(value, Unstated), (field.id, value)


@each_document
def test_supports_speak_of_values_that_are_there(document: Document) -> None:
    for field in document.fields():
        for support in field.rests_on:
            assert all(0 <= at < len(field.values) for at in support.of), field.id
            assert list(support.of) == sorted(set(support.of))
            assert support.of or len(field.values) == 1, field.id
        assert len({(one.owner, one.what, one.of) for one in field.rests_on}) == len(field.rests_on)


@each_document
def test_no_value_mixes_the_words_of_two_owners(document: Document) -> None:
    for field in document.fields():
        for at, value in enumerate(field.values):
            told = owners(field, at) - {"rule"}
            is_no = any(one.none for one in field.rests_on)
            is_merged = field.id in MERGED and isinstance(value, Labelled)
            parted = len(told) <= 1 or isinstance(value, NOTED) or is_no or is_merged
            assert parted, (field.id, told)


@each_document
def test_no_field_is_blank_and_no_text_is_a_field_name(document: Document) -> None:
    for field in document.fields():
        assert field.values
        for text in texts(field.values):
            assert text.strip(), field.id
            assert "_" not in text.replace("report_once", ""), (field.id, text)


@each_document
def test_what_is_not_known_in_a_field_is_a_gap_of_it(document: Document) -> None:
    asked = {gap.field for gap in document.gaps}
    open_ = {f.id for f in document.fields() if "not known" in repr(f.values).lower()}
    assert open_ - asked == set()


def texts(values: tuple[Value, ...]) -> list[str]:
    """Return the words that are ours: not links, domains, digests or names."""
    found: list[str] = []
    for value in values:
        if isinstance(value, Text):
            found += value.paragraphs
        if isinstance(value, Labelled):
            found += [text for row in value.rows for text in (row.label, row.text)]
        if isinstance(value, NotApplicable | Unstated):
            found.append(value.reason)
    return found


def test_what_release_and_profile_say_stands_apart() -> None:
    field = DOCUMENTS["statements"].field("2.3.d")
    rows = [(at, v) for at, v in enumerate(field.values) if isinstance(v, Labelled)]
    (first, from_release), (second, from_profile) = rows
    assert owners(field, first) == {"release"}
    assert owners(field, second) == {"profile"}
    assert from_release.rows == (Row("robots.txt", "Obeyed."),)
    assert [row.label for row in from_profile.rows] == [
        "Captchas",
        "Password-protected sites",
        "Paywalls",
        "Other protocols",
    ]
    languages = DOCUMENTS["statements"].field("1.3.e")
    assert languages.values[0] == Text(("French alone.",))
    assert languages.rests_on[0].what == "statements.describe.languages"


def test_pieces_share_their_supports() -> None:
    one, two = on_profile("a.b"), on_release("c")
    pieces = [Piece(Text(("1",)), (one,)), Piece(Text(("2",)), (two, one)), Piece(Text(("3",)), ())]
    answer = pieced(pieces)
    assert [(support.what, support.of) for support in answer.rests_on] == [
        ("a.b", (0, 1)),
        ("c", (1,)),
    ]
    assert [support.of for support in pieced(pieces[:1]).rests_on] == [()]


def test_lists_of_the_profile_read_as_lists() -> None:
    given = filing(profile={"illegal_content": {"methods": ["block lists", "keywords"]}})
    (piece,) = own_rows(given, {"illegal_content.methods": "Methods"})
    assert piece.value == Labelled((Row("Methods", "block lists and keywords"),))
    given = filing(profile={"illegal_content": {"methods": ["Lists, by hash.", "Keywords."]}})
    (piece,) = own_rows(given, {"illegal_content.methods": "Methods"})
    assert piece.value == Labelled((Row("Methods", "Lists, by hash.; Keywords."),))


def test_optional_fields_say_that_nothing_is_added() -> None:
    for name, said in (("empty", "None given."), ("nothing more", "None.")):
        assert DOCUMENTS[name].field("2.4.e").values == (NotApplicable(said),)
    (support,) = DOCUMENTS["nothing more"].field("2.4.e").rests_on
    assert (support.owner, support.what) == ("profile", "confirm.no_other_comments")


@pytest.mark.parametrize(
    ("groups", "command"),
    [
        ((), "ledger add PATH --set source.link=URL"),
        ((group("public_dataset", "a b"),), "ledger correct --dataset 'a b' --set source.link=URL"),
        (
            (group("public_dataset", "a"), group("crawled", "b")),
            "ledger correct --dataset NAME --set source.link=URL --reason TEXT, for each NAME of",
        ),
        (
            (group("private_licensed", "secret"),),
            "ledger correct --dataset NAME --set source.link=URL",
        ),
        (
            (group("public_dataset", "a"), group("private_third_party", "secret")),
            "ledger correct --dataset NAME --set source.link=URL --reason TEXT; for new data",
        ),
        (
            (group("private_third_party", "k", source={"publicly_known": True}),),
            "ledger correct --dataset k --set source.link=URL",
        ),
    ],
)
def test_what_is_recorded_is_corrected_and_what_is_not_is_added(groups: Any, command: str) -> None:
    remedy = state(gather(groups), "source.link", "URL")
    assert remedy.startswith(command)
    assert "secret" not in remedy


def test_only_datasets_that_lack_a_fact_are_named() -> None:
    stated = group("public_dataset", "has", source={"link": "https://example.org"})
    remedy = state(gather([stated, group("public_dataset", "lacks")]), "source.link", "URL")
    assert remedy.startswith("ledger correct --dataset lacks ")


def test_a_command_can_be_pasted_whatever_the_name() -> None:
    remedy = correct_record("source.link", "a text", ["it's; rm"])
    assert remedy.startswith("ledger correct --dataset 'it'\\''s; rm' --set source.link='a text' ")
    many = correct_record("a.b", "c", [f"d{n}" for n in range(10)])
    assert "for each NAME of d0, d1, d2, d3, d4, d5, d6, d7 and 2 more" in many
