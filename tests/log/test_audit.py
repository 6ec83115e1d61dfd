"""What somebody who may write to the database can change, and that each change is found."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ledger.log.audit import audit
from ledger.record.record import joined
from ledger.store.engine import sqlite_path
from ledger.store.reader import Reader
from ledger.store.store import Store
from tests.databases import KINDS, copy_of, drop, new_url, tamper
from tests.log.everything import build
from tests.makers import LOG, ORIGIN, STRANGER
from tests.soak.flips import flip_bits, full_file
from tests.store.ledgers import folder_log


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Give the URL of a full database of either kind; nobody writes to it, all take copies."""

    @cache
    def build_once(kind: str) -> str:
        made = new_url(kind, tmp_path_factory.mktemp("built"))
        with Store.create(made, origin=ORIGIN) as store:
            build(store)
        return made

    return build_once


@pytest.fixture(params=KINDS)
def url(
    request: pytest.FixtureRequest, built: Callable[[str], str], tmp_path: Path
) -> Iterator[str]:
    """The URL of a full database, of each kind in turn."""
    made = copy_of(built(request.param), tmp_path)
    yield made
    drop(made)


@pytest.fixture
def full(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


def test_an_untouched_log_is_clean(full: Store, tmp_path: Path) -> None:
    folder_log(full, tmp_path).publish()
    report = audit(full, tmp_path, keys=[LOG.key])
    assert report.findings == ()
    assert report.is_clean
    head = full.head()
    assert (report.origin, report.size, report.root) == (ORIGIN, 263, head.root)
    assert (report.records, report.published) == (head.records, 263)


def test_the_public_half_is_audited_without_the_private_one(full: Store, url: str) -> None:
    with Reader.open(url) as reader:
        assert audit(reader).is_clean


ZEROS = "00" * 32
TILE = "00" * 8192
BLOB = {"sqlite": "X'{}'", "postgresql": "'\\x{}'"}

# What is done, and the row that must be named. {…} is a blob of these hexadecimal digits.
EDITS = {
    "head size": ("UPDATE log_head SET size = 262", "log_head lab.example/log"),
    "head root": (f"UPDATE log_head SET root = {{{ZEROS}}}", "log_head lab.example/log"),
    "head edge": ("UPDATE log_head SET edge = {0000}", "log_head lab.example/log"),
    "head records": ("UPDATE log_head SET records = 9999", "log_head lab.example/log"),
    "head time": ("UPDATE log_head SET appended_at = 1", "log_head lab.example/log"),
    "head gone": ("DELETE FROM log_head", "log_head -"),
    "note": ("UPDATE entry SET note = {6162} WHERE log_index = 2", "entry 2"),
    "note swapped": (
        "UPDATE entry SET note = (SELECT note FROM entry WHERE log_index = 5) WHERE log_index = 6",
        "log_tile 0, 0",
    ),
    "entry gone": ("DELETE FROM entry WHERE log_index = 7", "entry 7"),
    "last entry gone": ("DELETE FROM entry WHERE log_index = 262", "log_head lab.example/log"),
    "kind": ("UPDATE entry SET kind = 'terms' WHERE log_index = 2", "entry 2"),
    "count": ("UPDATE entry SET count = 3 WHERE log_index = 2", "entry 2"),
    "producer": (f"UPDATE entry SET producer = '{STRANGER.key}' WHERE log_index = 2", "entry 2"),
    "time": ("UPDATE entry SET appended_at = 5 WHERE log_index = 2", "entry 2"),
    "log tile": (f"UPDATE log_tile SET hashes = {{{TILE}}}", "log_tile 0, 0"),
    "log tile gone": ("DELETE FROM log_tile", "log_tile 0, 0"),
    "log tile more": (f"INSERT INTO log_tile VALUES (1, 0, {{{TILE}}})", "log_tile 1, 0"),
    "batch tile": (
        f"UPDATE batch_tile SET hashes = {{{TILE}}} WHERE log_index = 1 AND level = 0 "
        "AND number = 0",
        "batch_tile 1, 0, 0",
    ),
    "batch tile above": (
        f"UPDATE batch_tile SET hashes = {{{ZEROS}}} WHERE log_index = 1 AND level = 1",
        "batch_tile 1, 1, 0",
    ),
    "batch tile gone": (
        "DELETE FROM batch_tile WHERE log_index = 1 AND level = 1",
        "batch_tile 1, 1, 0",
    ),
    "leaves gone": (
        "DELETE FROM batch_tile WHERE log_index = 1 AND level = 0 AND number = 1",
        "batch_tile 1, 0, 1",
    ),
    "batch tile more": (
        f"INSERT INTO batch_tile VALUES (2, 1, 0, {{{ZEROS}}})",
        "batch_tile 2, 1, 0",
    ),
    "batch tile astray": (
        f"INSERT INTO batch_tile VALUES (900, 0, 0, {{{ZEROS}}})",
        "batch_tile 900, 0, 0",
    ),
    "open fields": (
        "UPDATE open_record SET fields = replace(fields, 'Example-1', 'Example-2') "
        "WHERE kind = 'release'",
        "open_record 3.0",
    ),
    "open fields not canonical": (
        "UPDATE open_record SET fields = replace(fields, ':', ': ') WHERE kind = 'release'",
        "open_record 3.0",
    ),
    "open secret": (
        f"UPDATE open_record SET secret = {{{ZEROS}}} WHERE kind = 'release'",
        "open_record 3.0",
    ),
    "open name": ("UPDATE open_record SET name = 'X' WHERE kind = 'release'", "open_record 3.0"),
    "open kind": (
        "UPDATE open_record SET kind = 'summary' WHERE kind = 'release'",
        "open_record 3.0",
    ),
    "open gone": ("DELETE FROM open_record WHERE kind = 'release'", "open_record 3.0"),
    "open more": (
        "INSERT INTO open_record SELECT log_index, 1, kind, name, secret, fields FROM open_record "
        "WHERE kind = 'release'",
        "open_record 3.1",
    ),
    "key record": (
        "UPDATE open_record SET fields = replace(fields, 'publisher', 'producer') "
        "WHERE log_index = 0 AND position = 2",
        "open_record 0.2",
    ),
    "sealed fields": (
        "UPDATE sealed_record SET fields = replace(fields, 'part-7', 'part-8') "
        "WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "sealed secret": (
        f"UPDATE sealed_record SET secret = {{{ZEROS}}} WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "sealed gone": (
        "DELETE FROM sealed_record WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "sealed more": (
        "INSERT INTO sealed_record SELECT log_index, 300, secret, fields, description_id, segment, "
        "digest_prefix, tally_digest, bytes, documents, tokens, images, audio_milliseconds, "
        "video_milliseconds FROM sealed_record WHERE log_index = 1 AND position = 7",
        "sealed_record 1.300",
    ),
    "sealed description": (
        "UPDATE sealed_record SET description_id = (SELECT id FROM description "
        "WHERE dataset = 'other') WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "sealed prefix": (
        "UPDATE sealed_record SET digest_prefix = 1 WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "sealed segment": (
        "UPDATE sealed_record SET segment = 1 WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "a measure": (
        "UPDATE sealed_record SET bytes = bytes * 10 WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "a measure made up": (
        "UPDATE sealed_record SET tokens = 10 WHERE log_index = 1 AND position = 7",
        "sealed_record 1.7",
    ),
    "description": (
        "UPDATE description SET fields = replace(fields, 'public_dataset', 'private_licensed') "
        "WHERE id = 2",
        "description 2",
    ),
    "description digest": (
        f"UPDATE description SET digest = {{{ZEROS}}} WHERE id = 2",
        "description 2",
    ),
    "description dataset": ("UPDATE description SET dataset = 'x' WHERE id = 2", "description 2"),
    "description gone": ("DELETE FROM description WHERE dataset = 'other'", "sealed_record 2.0"),
    "training count": ("UPDATE training_set SET count = 299", "training_set 1"),
    "training root": (f"UPDATE training_set SET root = {{{ZEROS}}}", "training_set"),
    "training secret": (f"UPDATE training_set SET secret = {{{ZEROS}}}", "training_set 1"),
    "training gone": ("DELETE FROM training_set", "training_set"),
    "training smaller": ("UPDATE training_range SET hi = 299", "training_set 1"),
    "training elsewhere": ("UPDATE training_range SET hi = 301", "training_range 1, 1, 0"),
    "training shifted": (
        "UPDATE training_range SET log_index = 2, hi = 2",
        "training_set 1",
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_t27_an_edit_is_found_and_its_row_is_named(full: Store, url: str, edit: str) -> None:
    statement, row = EDITS[edit]
    blob = BLOB["sqlite" if sqlite_path(url) else "postgresql"]
    tamper(url, statement.replace("{", blob.partition("{")[0]).replace("}", "'"))
    report = audit(full)
    assert not report.is_clean
    named = [str(finding) for finding in report.findings]
    assert any(one.startswith(row) for one in named), named[:5]
    assert all(finding.remedy and finding.problem for finding in report.findings)
    assert report.total < 300, "one edit does not drown the report"


def test_a_description_changed_with_its_digest_is_found_in_its_records(
    full: Store, url: str
) -> None:
    from hashlib import sha256

    with full.engine.reading() as db:
        row = db.row("SELECT fields FROM description WHERE dataset = 'other'")
    assert row is not None
    fields = row[0].replace("public_dataset", "private_licensed")
    digest = sha256(fields.encode()).hexdigest()
    literal = BLOB["sqlite" if sqlite_path(url) else "postgresql"].format(digest)
    edit = f"UPDATE description SET fields = '{fields}', digest = {literal}"
    tamper(url, f"{edit} WHERE dataset = 'other'")
    assert {str(one).split(":")[0] for one in audit(full).findings} == {
        "sealed_record 2.0",
        "sealed_record 2.1",
    }


def test_a_record_is_not_moved_between_table_halves(full: Store, url: str) -> None:
    """Own fields that were put into the shared half hash alike, and are found all the same."""
    encoded = next(full.records()).record.encoded
    text = joined(encoded, encoded).decode()
    tamper(url, f"UPDATE sealed_record SET fields = '{text}' WHERE log_index = 1 AND position = 0")
    assert [str(one.row) for one in audit(full).findings] == ["1.0"]


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("checkpoint", b"no note", "a note is"),
        ("tile/0/000", b"\0" * 8192, "not what the log has"),
        ("tile/0/001.p/7", b"", "not what the log has"),
        ("tile/entries/000", b"\0\0", "not what the log has"),
        ("tile/0/002", b"\0" * 8192, "no tile|is not 1 to 256"),
        ("tile/entries/009", b"", "no tile/entries/009 yet"),
        ("tile/0/notes.txt", b"mine", "is not the path of a tile"),
        ("tile/1/000.p/1", None, "the file is missing"),
        ("tile/entries/001.p/7", None, "the file is missing"),
    ],
)
def test_a_changed_publication_is_found(
    full: Store, tmp_path: Path, file: str, content: bytes | None, problem: str
) -> None:
    folder = tmp_path / "public"
    folder_log(full, folder).publish()
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    report = audit(full, folder, keys=[LOG.key])
    assert [(one.table, one.row) for one in report.findings] == [("published", file)]
    import re

    assert re.search(problem, report.findings[0].problem)


def test_a_checkpoint_that_somebody_else_signed_is_found(full: Store, tmp_path: Path) -> None:
    folder_log(full, tmp_path).publish()
    assert not audit(full, tmp_path, keys=[STRANGER.key]).is_clean
    assert audit(full, tmp_path).is_clean


def test_what_a_crash_left_half_written_is_no_finding(full: Store, tmp_path: Path) -> None:
    folder_log(full, tmp_path).publish()
    (tmp_path / "tile" / "0" / ".abc.new").write_bytes(b"half")
    assert audit(full, tmp_path, keys=[LOG.key]).is_clean


def test_t21_every_flipped_bit_that_changes_a_value_is_found(tmp_path: Path) -> None:
    """The short form of `make soak ARGS=flips`: reported, or every value is what it was."""
    flips = list(flip_bits(full_file(tmp_path), 40, seed=4))
    assert [flip for flip in flips if flip.is_missed] == []
    assert sum(flip.changes for flip in flips) > 15


def test_an_audit_does_not_grow_with_the_findings(full: Store, url: str) -> None:
    tamper(url, "DELETE FROM sealed_record")
    report = audit(full)
    assert report.total == 300 + 2 + 256 + 2
    assert len(report.findings) <= 1_000


def test_a_fresh_database_of_each_kind_is_clean(tmp_path: Path) -> None:
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as store:
        assert audit(store).is_clean
