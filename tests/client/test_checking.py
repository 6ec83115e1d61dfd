"""`ledger fsck` on a whole ledger: it opens what other commands refuse, and says table and row."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.client.checking import check_ledger
from ledger.client.client import Ledger
from ledger.client.home import Home
from ledger.errors import InputError, StorageError
from ledger.store.checkpoints import CheckpointStore, Signed
from ledger.store.engine import sqlite_path
from ledger.tree.hashing import Hash
from tests.cli.conftest import empty, prepared, shell
from tests.cli.prepared import Shell
from tests.databases import KINDS, drop, new_url, tamper

__all__ = ["empty", "prepared", "shell"]

Make = Callable[[str], Home]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make a ledger of one entry on a database of this kind, and close it."""
    urls: list[str] = []

    def make_one(kind: str) -> Home:
        urls.append(new_url(kind, tmp_path))
        with Ledger.create(tmp_path, url=urls[-1], origin="lab.example/fsck") as ledger:
            return ledger.home

    yield make_one
    for url in urls:
        drop(url)


def found(home: Home) -> list[str]:
    return [str(finding) for finding in check_ledger(home).findings]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_ledger_is_clean(make: Make, kind: str) -> None:
    report = check_ledger(make(kind))
    assert report.findings == ()
    # A server whose files nobody may read has more to say about itself, and says what it lacks.
    assert all("amcheck" in one or "checksums" in one for one in report.left_out)
    assert report.left_out == () or kind == "postgresql"


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_that_no_other_command_opens_is_a_finding(make: Make, kind: str) -> None:
    home = make(kind)
    tamper(home.url, "UPDATE log_head SET size = 2, records = 9")
    with pytest.raises(StorageError, match="log_head is damaged"):
        Ledger.open(home.folder)
    assert "log_head lab.example/fsck: size is 2, and should be 1" in found(home)


@pytest.mark.parametrize("kind", KINDS)
def test_a_guard_that_was_taken_away_is_a_finding(make: Make, kind: str) -> None:
    home = make(kind)
    if kind == "sqlite":
        with closing(sqlite3.connect(sqlite_path(home.url) or "")) as raw:
            raw.execute("DROP TRIGGER guard_entry_update")
        assert found(home) == ["file -: the definition of guard_entry_update is missing"]
    else:
        tamper(home.url, "ALTER TABLE entry DISABLE TRIGGER guard_entry_never")
        assert found(home) == ["entry -: the trigger guard_entry_never was changed"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_names_one_that_is_not_there_is_a_finding(make: Make, kind: str) -> None:
    home = make(kind)
    tamper(home.url, "INSERT INTO training_range VALUES (7, 0, 0, 1)")
    expected = "training_range 7, 0, 0: it names a row of training_set that is not there"
    assert expected in found(home)


def test_a_value_of_another_type_is_a_finding(make: Make) -> None:
    """Bytes read as the text that they spell: only the type tells."""
    home = make("sqlite")
    tamper(home.url, "UPDATE open_record SET fields = CAST(fields AS BLOB) WHERE position = 1")
    assert found(home) == ["open_record 0.1: fields is stored as blob, not as text"]


def test_an_index_that_lost_a_row_is_a_finding_of_its_table(make: Make) -> None:
    home = make("sqlite")
    path = sqlite_path(home.url)
    assert path is not None
    tamper(
        home.url,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
        "WHERE name = 'ix_description_dataset') WHERE name = 'ix_entry_kind_log_index'",
    )
    named = [one for one in found(home) if one.startswith("entry 0: row 1 missing from index")]
    assert named, found(home)


class TestWhatWasSigned:
    def test_a_database_behind_it_is_a_finding(self, make: Make) -> None:
        home = make("sqlite")
        self.sign(home, 5, Hash(bytes(32)))
        (finding,) = check_ledger(home).findings
        assert (finding.table, finding.row) == ("checkpoints", home.origin)
        assert "entries 1 to 4 were signed, and are missing" in finding.problem
        assert "restore a backup" in finding.remedy

    def test_another_tree_is_a_finding(self, make: Make, tmp_path: Path) -> None:
        home = make("sqlite")
        Path(sqlite_path(home.checkpoints) or "").unlink()
        with CheckpointStore.open(home.checkpoints, create=True) as store:
            store.swap(home.origin, None, Signed(1, Hash(b"\1" * 32)))
        (finding,) = check_ledger(home).findings
        assert finding.table == "checkpoints"
        assert "do not hash to the root that was signed" in finding.problem

    def test_that_nobody_remembers_it_is_said(self, make: Make) -> None:
        home = make("sqlite")
        Path(sqlite_path(home.checkpoints) or "").unlink()
        report = check_ledger(home)
        assert report.is_clean
        assert report.left_out == ("what was signed last: the checkpoint store is not there",)

    @staticmethod
    def sign(home: Home, size: int, root: Hash) -> None:
        with CheckpointStore.open(home.checkpoints) as store:
            store.swap(home.origin, store.last(home.origin), Signed(size, root))


def test_a_file_to_compare_with_must_hold_a_checkpoint(make: Make, tmp_path: Path) -> None:
    home = make("sqlite")
    (tmp_path / "note.txt").write_text("no note")
    for path in (tmp_path / "note.txt", tmp_path / "none"):
        with pytest.raises(InputError):
            check_ledger(home, against=[path])
    assert check_ledger(home, against=[home.public / "checkpoint"]).is_clean


def test_the_command_prints_what_is_wrong_and_what_to_do(shell: Shell) -> None:
    tamper(f"sqlite:///{shell.folder}/ledger.db", "UPDATE log_head SET records = 99")
    ran = shell("fsck", "--against", "ledger.d/public/checkpoint")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("✗ log_head lab.example/cli: records is 99, and should be ")
    assert lines[1].startswith("    restore a backup")
    assert "1 finding" in lines[-2]
    assert max(map(len, lines)) <= 80
    assert shell("fsck", "--json").json["findings"][0]["table"] == "log_head"


def test_the_command_needs_something_to_restore(shell: Shell) -> None:
    ran = shell("restore")
    assert (ran.code, "name a backup" in ran.err) == (2, True)
