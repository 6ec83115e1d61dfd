"""The statement of a summary: made with it, kept beside it, and opened as it was committed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.client.backup import make_backup
from ledger.client.client import Ledger
from ledger.client.releasing import find_release, training_root
from ledger.errors import ConflictError, MalformedError, NotFoundError, VerificationError
from ledger.log.audit import audit
from ledger.query.leaves import check_leaves
from ledger.query.sections import MEASURES, NOTHING, is_counted
from ledger.query.statement import Context
from ledger.record.leaf import RecordId
from ledger.store.engine import sqlite_path
from ledger.store.rows import RecordRange
from ledger.store.statements import KeptStatement
from ledger.store.store import Store
from ledger.summary.statement_field import statement_of
from ledger.tree.sums import SumLeaf, sum_root
from tests.client.audited import RELEASE, record_all
from tests.databases import KINDS, drop, new_url, tamper


class Lab:
    """A ledger with a tree of every sort, on one of the databases; nothing is changed in it."""

    def __init__(self, ledger: Ledger, folder: Path, mode: str) -> None:
        self.ledger = ledger
        ledger.home.profile.write_text(
            f"publication:\n  audit: {mode}\nshow:\n  sizes: figures\n", encoding="utf-8"
        )
        self.folder = folder / "out"
        self.summary = record_all(ledger, self.folder)

    @property
    def fields(self) -> dict[str, Any]:
        return dict(self.ledger.show(self.summary).record.fields)

    @property
    def audit(self) -> dict[str, Any]:
        return dict(self.fields["audit"])

    @property
    def kept(self) -> KeptStatement:
        return self.ledger.store.statements.find(bytes.fromhex(self.audit["root"]))

    def leaf(self, name: str, record: RecordId) -> SumLeaf | None:
        found = [one for one in self.kept.section(name).leaves() if one.key == record.key]
        return found[0] if found else None


@pytest.fixture(scope="module", params=KINDS)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("stating")
    url = new_url(request.param, folder)
    with Ledger.create(folder, url=url, origin="lab.example/stating") as ledger:
        yield Lab(ledger, folder / "data", "counters")
    drop(url)


def test_every_tree_can_be_built_again_from_what_is_kept(lab: Lab) -> None:
    kept = lab.kept
    assert [one.name for one in kept.sections] == lab.audit["sections"]
    for one in kept.sections:
        assert sum_root(one.name, kept.audit_secret, one.leaves()) == one.root
    assert kept.size == lab.fields["summary"]["size"] <= lab.summary.index
    statement = statement_of(lab.fields)
    assert statement is not None
    assert statement.sections == kept.table()
    assert statement.context == Context.of(lab.fields["summary"])
    assert statement.audit_root() == kept.root


def test_each_record_of_the_training_set_is_in_one_section_that_counts(lab: Lab) -> None:
    keys = [leaf.key for one in lab.kept.sections if is_counted(one.name) for leaf in one.leaves()]
    release = find_release(lab.ledger.store, RELEASE)
    ranges = lab.ledger.store.training.ranges(training_root(release))
    leaves = dict(lab.ledger.store.training.leaves(ranges))
    assert sorted(keys) == [place.key for place in leaves]
    assert lab.audit["coverage"]["count"] == len(keys) == 24


def test_what_became_of_a_record_before_the_summary_is_in_its_leaf(lab: Lab) -> None:
    """Of the books, the first was replaced by the fifth, the second corrected, the third erased."""
    store = lab.ledger.store
    ranges = store.training.ranges(training_root(find_release(store, RELEASE)))
    members = dict(store.training.leaves(ranges))
    books = [one for one in members if one.index == min(place.index for place in members)]
    corrected = {one.record: one for one in store.training.corrected_members(lab.kept.training)}
    replaced = lab.leaf("replaced", books[0])
    assert replaced == SumLeaf(key=books[0].key, ref=members[books[4]], values=NOTHING)
    erased = lab.leaf("erased", books[2])
    assert erased == SumLeaf(key=books[2].key, ref=members[books[2]], values=NOTHING)
    newest = corrected[books[1]].newest
    here = RecordRange(newest.index, newest.position, newest.position + 1)
    found = lab.leaf("public-dataset.text", books[1])
    assert found is not None
    assert found.ref == dict(store.training.leaves([here]))[newest] != members[books[1]]
    stated: Any = lab.ledger.show(newest).record.fields["measures"]
    assert found.values[0] == stated["bytes"]
    withdrawn = lab.leaf("public-dataset.text", books[3])
    assert withdrawn is not None
    assert withdrawn.ref == members[books[3]]


def test_a_statement_over_a_shorter_log_than_corrections_reach_is_refused(lab: Lab) -> None:
    kept = lab.kept
    records = lab.ledger.store.statements.records
    assert len(list(records(kept.training, before=kept.size))) == 24
    with pytest.raises(ConflictError):
        list(records(kept.training, before=kept.size - 1))


def test_the_leaves_file_is_the_whole_statement(lab: Lab) -> None:
    statement = statement_of(lab.fields)
    assert statement is not None
    (path,) = lab.folder.glob("*leaves.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    assert check_leaves(lines, statement) == len(lines)
    (named,) = [one for one in lab.fields["attachments"] if one["name"] == "leaves.jsonl"]
    digest = named["digest"].removeprefix("sha256:")
    kept = lab.ledger.home.public / "documents" / f"{digest}.jsonl"
    assert kept.read_bytes() == path.read_bytes()


def test_a_leaves_file_that_says_otherwise_is_refused(lab: Lab) -> None:
    statement = statement_of(lab.fields)
    assert statement is not None
    (path,) = lab.folder.glob("*leaves.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines = [one for one in lines if json.loads(one)["section"] > "crawled.rank"]
    named = {name: one for name, one in statement.sections.items() if name > "crawled.rank"}
    statement = replace(statement, sections=named)
    first = json.loads(lines[0])
    assert check_leaves(lines, statement) == len(lines)

    def respelled(**changes: Any) -> bytes:
        text = json.dumps({**first, **changes}, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    assert respelled() == lines[0]
    more = [str(int(first["values"][0]) + 1), *first["values"][1:]]
    with pytest.raises(VerificationError, match="have the totals"):
        check_leaves([respelled(values=more), *lines[1:]], statement)
    with pytest.raises(VerificationError, match="do not hash to its root"):
        check_leaves([respelled(ref="00" * 32), *lines[1:]], statement)
    with pytest.raises(VerificationError, match="have the totals"):
        check_leaves(lines[1:], statement)
    last = json.loads(lines[-1])["section"]
    with pytest.raises(VerificationError, match="are missing"):
        check_leaves([one for one in lines if json.loads(one)["section"] != last], statement)
    with pytest.raises(VerificationError, match="not the statement's, or is split"):
        check_leaves([*lines, lines[0]], statement)
    with pytest.raises(MalformedError, match="cut off"):
        check_leaves([*lines[:-1], lines[-1][:-1]], statement)


def test_what_happens_later_changes_nothing_that_can_be_opened(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/later") as ledger:
        lab = Lab(ledger, tmp_path / "data", "sections")
        before = {one.name: list(one.leaves()) for one in lab.kept.sections}
        (first, *_) = [one.id for one in ledger.find(dataset="web")]
        ledger.erase(first, reason="a request")
        assert {one.name: list(one.leaves()) for one in lab.kept.sections} == before
        assert audit(ledger.store).is_clean
        again = ledger.summary(RELEASE, folder=tmp_path / "again")
        (root, newest) = ledger.store.statements.roots()
        assert root == lab.kept.root
        kept = ledger.store.statements.find(newest)
        assert kept.section("erased").root.count == 3
        assert kept.audit_secret != lab.kept.audit_secret
        later = ledger.show(again.id).record.fields["audit"]
        assert isinstance(later, dict)
        assert later["root"] == newest.hex()
        later_rendition = ledger.render(
            RELEASE, version=1, template="eu", to=["docx"], folder=tmp_path
        )
        assert ledger.show(later_rendition.id).record.fields["audit"] == lab.audit


def test_a_sealed_statement_shows_no_total_and_other_forms_have_none(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/sealed") as ledger:
        lab = Lab(ledger, tmp_path / "data", "sealed")
        assert "table" not in lab.audit
        assert lab.audit["measures"] == list(MEASURES)
        assert not list(lab.folder.glob("*leaves*"))
        other = ledger.summary(RELEASE, template="ab2013", folder=tmp_path)
        assert "audit" not in ledger.show(other.id).record.fields


DAMAGE = {
    "UPDATE statement SET secret = name_key": "do not hash to its root",
    "UPDATE statement SET name_key = secret": "name_key is",
    "UPDATE statement SET size = size + 1": "size is",
    "UPDATE statement_leaves SET leaves = secret FROM statement": "cannot be built again",
    "DELETE FROM statement_leaves WHERE section = 0": "do not hash to its root",
    "DELETE FROM statement_section WHERE number = 0": "root is",
    "UPDATE statement_section SET node = '{}' WHERE number = 0": "it cannot be read",
    "UPDATE statement SET root = secret": "is missing",
}


def test_fsck_names_what_is_wrong_with_a_kept_statement(lab: Lab, tmp_path: Path) -> None:
    assert audit(lab.ledger.store).is_clean
    url = lab.ledger.store.engine.url
    path = sqlite_path(url)
    if path is None:
        pytest.skip("the same rows, and a copy of this database takes a second each")
    for statement, problem in DAMAGE.items():
        copy = tmp_path / "copy.db"
        lab.ledger.store.engine.wipe(())  # the write-ahead log goes into the file
        copy.write_bytes(Path(path).read_bytes())
        tamper(f"sqlite:///{copy}", statement)
        with Store.open(f"sqlite:///{copy}") as store:
            found = audit(store).findings
        assert any(problem in one.problem for one in found), (statement, found)
        assert all(one.table.startswith("statement") for one in found), found


def test_a_backup_opens_what_the_ledger_opens(lab: Lab, tmp_path: Path) -> None:
    made = make_backup(lab.ledger.home, lab.ledger.store, tmp_path / "backup")
    with Store.open(f"sqlite:///{made.path / 'ledger.db'}") as copy:
        assert copy.statements.find(lab.kept.root).table() == lab.kept.table()
    with pytest.raises(NotFoundError, match="is not kept here"):
        lab.ledger.store.statements.find(bytes(32))
