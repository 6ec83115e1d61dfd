"""Backing up and restoring, on both databases and across: the same root, or no backup at all."""

import base64
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.client.backup import Backup, make_backup
from ledger.client.checking import check_ledger
from ledger.client.client import Ledger
from ledger.client.lacking import find_lacks, has_checkpoint_store
from ledger.client.manifest import find_backups, read_manifest
from ledger.client.restoring import restore
from ledger.client.sealing import batches
from ledger.errors import InputError, LedgerError, StorageError, VerificationError
from ledger.record.record import Record
from ledger.store.engine import sqlite_path
from tests.databases import KINDS, drop, new_url, tamper
from tests.log.everything import correction
from tests.makers import shard
from tests.soak.snapshots import try_snapshots

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Make = Callable[[str], Ledger]


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give the URLs of new databases."""
    made: list[str] = []

    def give(kind: str) -> str:
        made.append(new_url(kind, tmp_path))
        return made[-1]

    yield give
    for url in made:
        drop(url)


@pytest.fixture
def make(urls: Callable[[str], str], tmp_path: Path) -> Iterator[Make]:
    """Make a ledger with records, a release, a summary and an erasure, on either database."""
    opened: list[Ledger] = []

    def make_one(kind: str) -> Ledger:
        made = Ledger.create(tmp_path / "home", url=urls(kind), origin="lab.example/backup")
        opened.append(made)
        grow(made, 0, 3)
        made.release("model-1", datasets=["example"])
        made.summary("model-1", folder=tmp_path)
        return made

    yield make_one
    for one in opened:
        one.close()


def grow(ledger: Ledger, lo: int, hi: int, *, size: int = 2) -> None:
    """Append shards, some a batch, and publish."""
    records = [Record.parse("shard", shard(number)) for number in range(lo, hi)]
    made = batches(records, origin=ledger.origin, signer=ledger.producer, size=size)
    ledger.log.append(list(made))
    ledger.publish()


def back_up(ledger: Ledger, folder: Path, **options: int) -> Backup:
    return make_backup(ledger.home, ledger.store, folder, now=NOW, **options)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_t28_a_restored_backup_has_the_same_root_on_either_database(
    make: Make, urls: Callable[[str], str], tmp_path: Path, kind: str, other: str
) -> None:
    ledger = make(kind)
    made = back_up(ledger, tmp_path / "backup")
    head = ledger.store.head()
    manifest = made.manifest
    assert (manifest.size, manifest.root) == (head.size, head.root)
    assert manifest.database == kind
    restored = restore(made.path, tmp_path / "again", url=urls(other))
    assert restored.report.is_clean
    assert (restored.report.size, restored.report.root) == (head.size, head.root)
    assert files(restored.home.public) == files(ledger.home.public), "tiles are derived again"
    with Ledger.open(tmp_path / "again") as again:
        assert again.origin == ledger.origin
        assert list(again.find()) == list(ledger.find())
        assert again.store.open_records("key") == ledger.store.open_records("key")
    # With its keys and its memory of what it signed, the ledger goes on where it was.
    shutil.copytree(ledger.home.keys, restored.home.keys)
    shutil.copy(sqlite_path(ledger.home.checkpoints) or "", restored.home.config.parent)
    with Ledger.open(tmp_path / "again") as again:
        grow(again, 50, 52)
    assert check_ledger(restored.home).findings == ()


def test_a_backup_of_a_restored_backup_holds_the_same_bytes(make: Make, tmp_path: Path) -> None:
    ledger = make("sqlite")
    first = back_up(ledger, tmp_path / "backup")
    restore(first.path, tmp_path / "again")
    with Ledger.open(tmp_path / "again") as again:
        second = back_up(again, tmp_path / "second")
    assert second.manifest.root == first.manifest.root
    assert second.manifest.partial_tiles == first.manifest.partial_tiles


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_is_made_while_others_write(make: Make, tmp_path: Path, kind: str) -> None:
    ledger = make(kind)
    stop = threading.Event()
    counts: list[int] = []

    def write() -> None:
        with Ledger.open(ledger.home.folder) as other:
            number = 100
            while not stop.is_set():
                grow(other, number, number + 1)
                number += 1
            counts.append(number - 100)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(ledger, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    assert counts[0] > 0
    assert made.manifest.size <= ledger.store.head().size
    assert check_ledger(ledger.home, against=[made.path / "public" / "checkpoint"]).is_clean


def test_no_private_key_is_in_a_backup(make: Make, tmp_path: Path) -> None:
    ledger = make("sqlite")
    held = b"".join(files(back_up(ledger, tmp_path / "backup").path).values())
    keys = sorted(ledger.home.keys.glob("*.key"))
    assert len(keys) >= 3
    for path in keys:
        secret = base64.b64decode(path.read_text().strip().split("+", 4)[-1])
        for form in (secret[-32:], secret[-32:].hex().encode(), base64.b64encode(secret[-32:])):
            assert form not in held
        assert path.read_text().strip().encode() not in held


def test_a_password_of_the_database_is_not_in_a_backup(make: Make, tmp_path: Path) -> None:
    ledger = make("sqlite")
    config = ledger.home.config
    text = config.read_text() + 'checkpoints = "postgresql://log:s3cret@db.example/signed"\n'
    config.write_text(text)
    made = back_up(ledger, tmp_path / "backup")
    assert b"s3cret" not in b"".join(files(made.path).values())
    assert "postgresql://log@db.example/signed" in (made.path / "config.toml").read_text()
    restored = restore(made.path, tmp_path / "again")
    assert restored.home.checkpoints == "postgresql://log@db.example/signed"
    assert 'checkpoints = "postgresql://log@' in restored.home.config.read_text()


def test_what_was_erased_is_not_in_a_backup(make: Make, tmp_path: Path) -> None:
    ledger = make("sqlite")
    grow(ledger, 70, 71)
    index = ledger.store.head().size - 1
    secret = ledger.store.record(next(iter(ledger.find(dataset="example"))).id).secret
    (erased,) = [one for one in ledger.find() if one.id.index == index]
    record = Record.parse("correction", correction("erase", str(erased.id)))
    ledger.record([record])
    # The backup is made between saying and doing so: restoring erases what the log erases.
    made = back_up(ledger, tmp_path / "backup")
    restored = restore(made.path, tmp_path / "again")
    assert erased.secret not in Path(sqlite_path(restored.home.url) or "").read_bytes()
    assert secret in Path(sqlite_path(restored.home.url) or "").read_bytes()
    ledger.store.finish_erasures(at=0)
    later = back_up(ledger, tmp_path / "later")
    assert erased.secret not in (later.path / "ledger.db").read_bytes()


class TestNoHalfBackup:
    def test_of_a_damaged_ledger_there_is_none(self, make: Make, tmp_path: Path) -> None:
        ledger = make("sqlite")
        tamper(ledger.home.url, "UPDATE sealed_record SET bytes = bytes + 1 WHERE position = 0")
        with pytest.raises(VerificationError, match=r"sealed_record 1\.0: bytes is"):
            back_up(ledger, tmp_path / "backup")
        assert sorted(path.name for path in tmp_path.iterdir() if "back" in path.name) == []
        assert not any(path.name.startswith(".") for path in tmp_path.iterdir())

    def test_what_is_there_is_never_written_over(self, make: Make, tmp_path: Path) -> None:
        ledger = make("sqlite")
        back_up(ledger, tmp_path / "backup")
        with pytest.raises(InputError, match="nothing is written over"):
            back_up(ledger, tmp_path / "backup")

    @pytest.mark.parametrize(
        "file", ["ledger.db", "keys.txt", "trust.policy", "public/checkpoint", "manifest.json"]
    )
    @pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
    def test_with_a_damaged_file_it_is_none(
        self, whole: Path, tmp_path: Path, file: str, damage: str
    ) -> None:
        copy = tmp_path / "copy"
        shutil.copytree(whole, copy)
        data = (copy / file).read_bytes()
        if damage == "gone":
            (copy / file).unlink()
        elif damage == "cut":
            (copy / file).write_bytes(data[: len(data) // 2])
        else:
            (copy / file).write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        with pytest.raises(LedgerError):
            restore(copy, tmp_path / "again")
        assert not (tmp_path / "again" / "ledger.d").exists()
        assert not (tmp_path / "again" / "ledger.db").exists()

    def test_a_folder_of_backups_is_none_and_the_newest_is_named(
        self, whole: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(InputError, match="is no backup") as caught:
            restore(whole.parent, tmp_path / "again")
        assert caught.value.hint == f"ledger restore {whole}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished backup that nobody changes."""
    folder = tmp_path_factory.mktemp("whole")
    with Ledger.create(folder / "home", origin="lab.example/whole") as ledger:
        grow(ledger, 0, 5)
        return back_up(ledger, folder / "backup").path


class TestNothingIsWrittenOver:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_database_stays(
        self, whole: Path, urls: Callable[[str], str], tmp_path: Path, kind: str
    ) -> None:
        url = urls(kind)
        restore(whole, tmp_path / "one", url=url)
        with pytest.raises(InputError, match="nothing is written over"):
            restore(whole, tmp_path / "two", url=url)
        assert not (tmp_path / "two" / "ledger.d").exists()

    def test_another_log_stays(self, whole: Path, tmp_path: Path) -> None:
        with Ledger.create(tmp_path / "other", origin="other.example") as other:
            path = sqlite_path(other.home.url) or ""
        Path(path).unlink()
        with pytest.raises(InputError, match=r"is of the log other.example, and the backup of lab"):
            restore(whole, tmp_path / "other")

    def test_another_database_than_the_configuration_names_is_refused(
        self, whole: Path, tmp_path: Path
    ) -> None:
        restored = restore(whole, tmp_path / "again")
        Path(sqlite_path(restored.home.url) or "").unlink()
        with pytest.raises(InputError, match="names another database than --url"):
            restore(whole, tmp_path / "again", url="sqlite:///elsewhere.db")
        assert restore(whole, tmp_path / "again").kept == (
            *("public", "trust.policy", "provider.yaml", "config.toml"),
        )

    def test_a_postgresql_database_that_is_not_there_is_said_to_be_missing(
        self, whole: Path, urls: Callable[[str], str], tmp_path: Path
    ) -> None:
        url = urls("postgresql")
        with pytest.raises(LedgerError, match="no such database"):
            restore(whole, tmp_path / "again", url=url.replace("/ledger_", "/none_"))


class TestRotation:
    def test_the_oldest_go_once_the_new_one_is_verified(self, make: Make, tmp_path: Path) -> None:
        ledger = make("sqlite")
        folder = tmp_path / "backups"
        names = []
        for number in range(4):
            grow(ledger, 20 + number, 21 + number)
            # The clock is set back by a day each time: sizes tell the order all the same.
            now = NOW - timedelta(days=number)
            made = make_backup(ledger.home, ledger.store, folder, keep=2, now=now)
            names.append(made.path.name)
            assert made.path.name == f"{now:%Y-%m-%dT%H%M%SZ}-{ledger.store.head().size}"
        assert sorted(path.name for path in folder.iterdir()) == sorted(names[2:])
        assert [path.name for path in made.removed] == [names[1]]

    def test_other_logs_and_other_files_stay(self, make: Make, whole: Path, tmp_path: Path) -> None:
        ledger = make("sqlite")
        folder = tmp_path / "backups"
        shutil.copytree(whole, folder / "2020-01-01T000000Z-1")
        (folder / "notes.txt").write_text("mine")
        (folder / ".backup-1234").mkdir()
        make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW)
        grow(ledger, 30, 31)
        make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW)
        names = {path.name for path in folder.iterdir()}
        assert names > {"2020-01-01T000000Z-1", "notes.txt", ".backup-1234"}
        assert len(names) == 4
        assert len(find_backups(folder, ledger.origin)) == 1

    def test_a_failed_one_removes_nothing(self, make: Make, tmp_path: Path) -> None:
        ledger = make("sqlite")
        folder = tmp_path / "backups"
        made = make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW)
        tamper(ledger.home.url, "UPDATE entry SET producer = 'x' WHERE log_index = 1")
        with pytest.raises(VerificationError):
            make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW)
        assert list(folder.iterdir()) == [made.path]


@pytest.mark.parametrize("kind", KINDS)
def test_t20_no_log_starts_from_an_older_snapshot(tmp_path: Path, kind: str) -> None:
    """The short form of `make soak ARGS=snapshots`."""
    starts = list(try_snapshots(kind, tmp_path, 3))
    assert len(starts) == 3
    assert [start.message for start in starts if not start.is_refused] == []


class TestLacks:
    def test_t20_what_an_older_backup_lacks_is_named(self, make: Make, tmp_path: Path) -> None:
        ledger = make("sqlite")
        made = back_up(ledger, tmp_path / "backup")
        old = ledger.store.head().size
        grow(ledger, 40, 60)
        size = ledger.store.head().size
        ledger.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{sqlite_path(ledger.home.url)}{end}").unlink(missing_ok=True)
        restored = restore(made.path, ledger.home.folder)
        lacks = find_lacks(restored.home, restored.report.size)
        assert [str(one) for one in lacks] == [
            f"entries {old} to {size - 1} were {how} and are missing"
            for how in ("signed", "published")
        ]
        with (
            Ledger.open(ledger.home.folder) as behind,
            pytest.raises(StorageError, match=f"entries {old} to {size - 1} are"),
        ):
            grow(behind, 90, 91)

    def test_a_place_without_a_checkpoint_store_is_said_to_have_none(
        self, whole: Path, tmp_path: Path
    ) -> None:
        home = restore(whole, tmp_path / "again").home
        assert not has_checkpoint_store(home)
        assert find_lacks(home, read_manifest(whole).size) == []
