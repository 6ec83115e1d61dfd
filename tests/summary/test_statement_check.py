"""Step 7: each way in which a statement can contradict itself has an answer of its own."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ledger.client.client import Ledger
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.proof.differences import DifferentError
from ledger.proof.sum_json import encode_node
from ledger.proof.verify import Outcome, VerifiedRecord
from ledger.record.leaf import RecordId
from ledger.summary.statement_check import CheckedStatement, check_statement, has_statement
from ledger.summary.statement_field import statement_of
from tests.client.audited import RELEASE, record_all

Fields = dict[str, Any]
Shown = tuple[VerifiedRecord, VerifiedRecord]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A summary record with its totals, and its release's record."""
    folder = tmp_path_factory.mktemp("statement")
    with Ledger.create(folder, origin="lab.example/statement") as ledger:
        ledger.home.profile.write_text(
            "publication:\n  audit: sections\nshow:\n  sizes: figures\n", encoding="utf-8"
        )
        summary = record_all(ledger, folder / "data")
        (release,) = ledger.store.open_records("release", name=RELEASE)
        yield tuple(  # type: ignore[misc]
            VerifiedRecord(
                id=one.id,
                kind=one.record.kind,
                producer="lab",
                fields=one.record.fields,
                record=one.record,
            )
            for one in (ledger.show(summary), release)
        )


def check(
    shown: Shown, change: Callable[[Fields], object] = lambda fields: None
) -> CheckedStatement:
    """Do step 7 with the summary's fields changed."""
    fields = copy.deepcopy(shown[0].fields)
    change(fields)
    summary = replace(shown[0], fields=fields)
    return check_statement(summary, (summary, shown[1]), Outcome())


def again(fields: Fields) -> None:
    """Give a changed table the root that it leads to, as a lab that lies throughout would."""
    statement = statement_of(fields)
    assert statement is not None
    fields["audit"]["root"] = statement.audit_root().hex()


def row(fields: Fields, name: str) -> Fields:
    (found,) = [one for one in fields["audit"]["table"] if one["name"] == name]
    return dict(found) if not isinstance(found, dict) else found


def more(fields: Fields, name: str, measure: int, by: int = 1) -> None:
    """Add to a total, and to the root accordingly."""
    sums = row(fields, name)["sums"]
    sums[measure] = str(int(sums[measure]) + by)
    again(fields)


def test_an_honest_statement_is_consistent(shown: Shown) -> None:
    found = check(shown)
    assert has_statement(shown[0])
    assert (found.covers, found.counted, found.mode) == (True, 24, "sections")
    assert found.figures is not None
    assert found.figures > 20


def test_without_the_releases_record_coverage_stays_open(shown: Shown) -> None:
    assert not check_statement(shown[0], (shown[0],), Outcome()).covers


def drop(name: str) -> Callable[[Fields], None]:
    def change(fields: Fields) -> None:
        audit = fields["audit"]
        audit["sections"] = [one for one in audit["sections"] if one != name]
        audit["table"] = [one for one in audit["table"] if one["name"] != name]
        again(fields)

    return change


def rename(old: str, new: str) -> Callable[[Fields], None]:
    def change(fields: Fields) -> None:
        audit = fields["audit"]
        row(fields, old)["name"] = new
        audit["table"].sort(key=lambda one: one["name"])
        audit["sections"] = [one["name"] for one in audit["table"]]
        again(fields)

    return change


def setting(*path: str, to: Any) -> Callable[[Fields], None]:
    def change(fields: Fields) -> None:
        place: Any = fields
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = to

    return change


def moved(fields: Fields) -> None:
    """Move bytes from one kind of source to another; the whole stays the same."""
    more(fields, "crawled.text", 0)
    more(fields, "public-dataset.text", 0, by=-1)


LIES: dict[str, tuple[Callable[[Fields], object], type[LedgerError], str]] = {
    "another release": (
        setting("summary", "release", to="other"), VerificationError, "leads to"),
    "another version": (setting("summary", "version", to=2), VerificationError, "leads to"),
    "a later log": (setting("summary", "size", to=10**6), VerificationError, "logged after it"),
    "a shorter log": (setting("summary", "size", to=1), VerificationError, "not among"),
    "another root": (setting("audit", "root", to="00" * 32), VerificationError, "leads to"),
    "other measures": (setting("audit", "measures", to=["bytes"]), VerificationError, "adds up"),
    "sealed totals": (setting("audit", "mode", to="sealed"), VerificationError, "and has totals"),
    "no totals": (lambda fields: fields["audit"].pop("table"), VerificationError, "has no totals"),
    "another set": (
        setting("audit", "coverage", "training", to="00" * 32), VerificationError, "another"),
    "fewer records": (
        setting("audit", "coverage", "count", to=23), VerificationError, "was trained on 24"),
    "an omitted section": (drop("private-licensed.text.part"), DifferentError, "follow from"),
    "an omitted section of records": (
        drop("synthetic.text"), VerificationError, "count 18 records"),
    "a section that is none": (
        rename("synthetic.text", "stolen.text"), MalformedError, "no section of a statement"),
    "a relabelled section": (rename("synthetic.text", "other.text"), DifferentError, "follow"),
    "more tokens": (lambda fields: more(fields, "merged.text", 0), DifferentError, "follow"),
    "moved bytes": (moved, DifferentError, "follow from"),
    "fewer crawled bytes": (
        lambda fields: more(fields, "crawled.text", 12), VerificationError, "crawl list have"),
    "a domain left out": (drop("crawled.names"), VerificationError, "both trees of names"),
    "a figure": (setting("figures", "records", to=25), DifferentError, "follow from"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_statement_that_contradicts_itself_is_refused(shown: Shown, lie: str) -> None:
    change, error, message = LIES[lie]
    with pytest.raises(error, match=message):
        check(shown, change)


def test_a_statement_without_totals_is_checked_as_far_as_it_goes(shown: Shown) -> None:
    def seal(fields: Fields) -> None:
        del fields["audit"]["table"]
        fields["audit"]["mode"] = "sealed"

    found = check(shown, seal)
    assert (found.table, found.figures, found.covers) == (None, None, True)


def test_a_release_that_was_logged_after_what_is_counted(shown: Shown) -> None:
    late = replace(shown[1], id=RecordId(shown[0].fields["summary"]["size"], 0))  # type: ignore[index,call-overload,arg-type]
    fields = {**shown[0].fields, "release_record": str(late.id)}
    with pytest.raises(VerificationError, match="is not among the first"):
        check_statement(replace(shown[0], fields=fields), (late,), Outcome())


def test_a_key_that_is_no_records_is_refused(shown: Shown) -> None:
    def change(fields: Fields) -> None:
        statement = statement_of(fields)
        assert statement is not None
        root = statement.sections["crawled.text"]
        node = encode_node(replace(root, lo=b"\0" * 32, hi=b"\1" * 32))
        row(fields, "crawled.text").update(node)  # type: ignore[arg-type]
        again(fields)

    with pytest.raises(VerificationError, match="keys of 32 bytes"):
        check(shown, change)
