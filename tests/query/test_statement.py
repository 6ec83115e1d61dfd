"""Statements: every hash of the worked example, and what a table of something else leads to."""

from dataclasses import replace

import pytest

from ledger.errors import MalformedError, VerificationError
from ledger.query.statement import Context, Statement, section_hash
from ledger.record.canonical import decode_object, encode
from tests.query.worked_example import CONTEXT, EXAMPLE, STATEMENT, tree


def test_the_worked_example_has_its_context_sections_and_root() -> None:
    assert CONTEXT.hash().hex() == EXAMPLE["context"]
    for name, expected in EXAMPLE["sections"].items():
        assert section_hash(name, STATEMENT.sections[name]).hex() == expected["section_hash"]
        assert tree(name).root == STATEMENT.sections[name]
    assert STATEMENT.audit_root().hex() == EXAMPLE["audit_root"]
    STATEMENT.check(bytes.fromhex(EXAMPLE["audit_root"]))


@pytest.mark.parametrize(
    "context",
    [
        replace(CONTEXT, provider="other-lab"),
        replace(CONTEXT, release="Example-2"),
        replace(CONTEXT, version=2),
        replace(CONTEXT, size=13),
    ],
)
def test_a_table_of_another_summary_has_another_root(context: Context) -> None:
    foreign = replace(STATEMENT, context=context)
    with pytest.raises(VerificationError, match="the summary commits to"):
        foreign.check(STATEMENT.audit_root())


def test_names_of_sections_and_measures_are_bound() -> None:
    moved = dict(zip(("crawled", "licensee"), STATEMENT.sections.values(), strict=True))
    renamed = replace(STATEMENT, sections=moved)
    swapped = replace(STATEMENT, measures=("documents", "bytes"))
    fewer = replace(STATEMENT, sections={"crawled": STATEMENT.sections["crawled"]})
    roots = {one.audit_root() for one in (STATEMENT, renamed, swapped, fewer)}
    assert len(roots) == 4


def test_the_order_in_which_sections_are_given_does_not_matter() -> None:
    backwards = dict(reversed(list(STATEMENT.sections.items())))
    assert replace(STATEMENT, sections=backwards).audit_root() == STATEMENT.audit_root()


def test_a_section_that_is_not_there_is_named() -> None:
    assert STATEMENT.section("crawled").count == 5
    with pytest.raises(VerificationError, match="no section 'synthetic'"):
        STATEMENT.section("synthetic")


def test_a_file_is_read_back_and_no_other_spelling_of_it() -> None:
    data = STATEMENT.to_bytes()
    assert Statement.from_bytes(data) == STATEMENT
    for wrong in (data[:-1], b" " + data, data + b"\n", data.replace(b'"79360"', b'"079360"')):
        with pytest.raises(MalformedError):
            Statement.from_bytes(wrong)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("type", "tdl/audit-statement/v2", "we read"),
        ("measures", [], "1 to 16 measures"),
        ("measures", ["bytes", "bytes"], "each once"),
        ("measures", ["Bytes"], "no name of a measure"),
        ("sections", {}, "1 to 65535 sections"),
        ("sections", [], "a root for each name"),
        ("sections", {"Crawled": {}}, "no name of a tree"),
        ("version", 0, "from 1 on"),
        ("size", "12", "non-negative integer"),
        ("more", 1, "found measures, more"),
    ],
)
def test_a_file_that_states_something_else_is_refused(
    member: str, value: object, message: str
) -> None:
    stated = decode_object(STATEMENT.to_bytes()[:-1], "a statement")
    stated[member] = value  # type: ignore[assignment]
    with pytest.raises(MalformedError, match=message):
        Statement.from_bytes(encode(stated) + b"\n")
