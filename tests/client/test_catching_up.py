"""T20: a restored log takes back what is published, and goes on without a second history."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from ledger.client.backup import make_backup
from ledger.client.catching_up import catch_up_home
from ledger.client.checking import check_ledger
from ledger.client.client import Ledger
from ledger.client.restoring import restore
from ledger.client.sealing import batches
from ledger.errors import CannotTellError, InputError, StorageError, VerificationError
from ledger.keys.files import load_key
from ledger.log.folder import FolderSink
from ledger.record.batch import SignedBatch
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer
from ledger.store.engine import sqlite_path
from tests.api.serving import serving
from tests.databases import KINDS, drop, empty, new_url
from tests.log.everything import correction
from tests.makers import key_event, seed, shard

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Lab:
    """A ledger that was backed up, went on, and lost its database."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.url = new_url(kind, folder)
        self.folder = folder
        self.sent: list[SignedBatch] = []
        with Ledger.create(folder / "home", url=self.url, origin="lab.example/again") as ledger:
            self.home = ledger.home
            self.send(ledger, range(3))
            self.backup = make_backup(ledger.home, ledger.store, folder / "backup", now=NOW).path
            self.old = ledger.store.head().size
            self.sent.clear()

    def send(self, ledger: Ledger, numbers: range, size: int = 1) -> None:
        """Append shards as a producer does who keeps what was sent, and publish."""
        records = [Record.parse("shard", shard(number)) for number in numbers]
        made = list(batches(records, origin=ledger.origin, signer=ledger.producer, size=size))
        ledger.log.append(made)
        ledger.publish()
        self.sent += made

    def go_on(self) -> None:
        """Go on after the backup: 300 shards, an entry each."""
        with Ledger.open(self.home.folder) as ledger:
            self.send(ledger, range(10, 310))
            self.head = ledger.store.head()

    def lose(self) -> None:
        """Lose the database, and restore the backup in its place."""
        path = sqlite_path(self.url)
        if path is None:
            empty(self.url)
        else:
            for end in ("", "-wal", "-shm"):
                Path(f"{path}{end}").unlink(missing_ok=True)
        restore(self.backup, self.home.folder)


@pytest.fixture(params=KINDS)
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path, request.param)
    yield made
    drop(made.url)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path, "sqlite")
    yield made
    drop(made.url)


def test_t20_the_entries_come_back_and_the_log_goes_on(lab: Lab) -> None:
    lab.go_on()
    lab.lose()
    with Ledger.open(lab.home.folder) as behind, pytest.raises(StorageError, match="are published"):
        lab.send(behind, range(400, 401))
    caught = catch_up_home(lab.home)
    assert (caught.lo, caught.hi) == (lab.old, lab.head.size)
    assert len(caught.lacking) == 300
    with Ledger.open(lab.home.folder) as ledger:
        head = ledger.store.head()
        assert (head.size, head.root, head.edge) == (lab.head.size, lab.head.root, lab.head.edge)
        assert head.records == lab.head.records
        lab.send(ledger, range(500, 502))
    report = check_ledger(lab.home)
    assert report.is_sound
    assert (report.losses, report.is_clean) == (300, False)
    assert str(report.findings[0]) == f"entry {lab.old}: its record is missing"
    assert "submit the same batch again" in report.findings[0].remedy


def test_t20_whoever_submits_the_same_batch_again_fills_it_in(lab: Lab) -> None:
    lab.go_on()
    with Ledger.open(lab.home.folder) as ledger:
        lab.send(ledger, range(900, 905), size=5)
        before = list(ledger.find())
    lab.lose()
    catch_up_home(lab.home)
    with Ledger.open(lab.home.folder) as ledger:
        assert len(list(ledger.find())) == 3
        indices = ledger.log.append(lab.sent[::-1])
        assert indices == sorted(indices, reverse=True), "nothing is appended twice"
        assert list(ledger.find()) == before
        assert ledger.log.append(lab.sent[:1]) == [lab.old]
        assert ledger.prove(RecordId(lab.old, 0)).entries
    assert check_ledger(lab.home).findings == ()


def test_catching_up_twice_changes_nothing(small: Lab) -> None:
    small.go_on()
    small.lose()
    first = catch_up_home(small.home)
    again = catch_up_home(small.home)
    assert (again.lo, again.hi, again.lacking) == (first.hi, first.hi, ())


def test_what_is_published_elsewhere_is_read_over_http(small: Lab, tmp_path: Path) -> None:
    small.go_on()
    small.lose()
    elsewhere = tmp_path / "mirror"
    small.home.public.rename(elsewhere)
    with pytest.raises(InputError, match="holds no checkpoint"):
        catch_up_home(small.home)
    app = FastAPI()
    app.mount("/", StaticFiles(directory=elsewhere))
    with serving(app) as url:
        assert catch_up_home(small.home, source=url).hi == small.head.size


def test_a_backup_of_a_log_with_lost_records_can_be_made_and_restored(
    small: Lab, tmp_path: Path
) -> None:
    small.go_on()
    small.lose()
    catch_up_home(small.home)
    with Ledger.open(small.home.folder) as ledger:
        made = make_backup(ledger.home, ledger.store, tmp_path / "later", now=NOW)
    assert made.manifest.losses == 300
    restored = restore(made.path, tmp_path / "again")
    assert restored.report.losses == 300
    assert restored.report.root == small.head.root


def test_rotation_keeps_the_last_backup_that_holds_what_was_lost(
    small: Lab, tmp_path: Path
) -> None:
    small.go_on()
    folder = tmp_path / "backups"
    with Ledger.open(small.home.folder) as ledger:
        whole = make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW).path
    small.lose()
    catch_up_home(small.home)
    with Ledger.open(small.home.folder) as ledger:
        small.send(ledger, range(700, 701))
        made = make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW)
        assert (made.removed, whole.is_dir()) == ((), True)
        ledger.log.append(small.sent)
        mended = make_backup(ledger.home, ledger.store, folder, keep=1, now=NOW.replace(hour=5))
    assert set(mended.removed) == {whole, made.path}


class TestKeys:
    def test_without_the_records_of_a_key_batch_nothing_is_written(self, small: Lab) -> None:
        self.register(small)
        small.lose()
        with pytest.raises(CannotTellError, match=r"registers or revokes keys") as caught:
            catch_up_home(small.home)
        assert "--evidence" in str(caught.value.hint)
        with Ledger.open(small.home.folder) as ledger:
            assert ledger.store.head().size == small.old

    def test_evidence_that_rests_on_the_key_shows_them(self, small: Lab, tmp_path: Path) -> None:
        self.register(small)
        with Ledger.open(small.home.folder) as ledger:
            keys = ledger.log.keys
            small.send(ledger, range(600, 601))
            evidence = tmp_path / "e.json"
            evidence.write_bytes(ledger.prove(RecordId(small.old, 0)).to_bytes())
        small.lose()
        caught = catch_up_home(small.home, evidence=[evidence])
        assert caught.lacking == (small.old + 1,), "the shard alone is not in it"
        with Ledger.open(small.home.folder) as ledger:
            assert ledger.log.keys == keys
            ledger.log.append(small.sent)
        assert check_ledger(small.home).findings == ()

    def test_a_published_summary_shows_its_release_and_itself(
        self, small: Lab, tmp_path: Path
    ) -> None:
        with Ledger.open(small.home.folder) as ledger:
            ledger.release("model-1", datasets=["example"])
            ledger.summary("model-1", folder=tmp_path)
        small.lose()
        assert catch_up_home(small.home).lacking == ()
        with Ledger.open(small.home.folder) as ledger:
            assert len(ledger.store.open_records("summary")) == 1

    @staticmethod
    def register(lab: Lab) -> None:
        """Register another producer after the backup."""
        with Ledger.open(lab.home.folder) as ledger:
            root = load_key(ledger.home.keys / "root.key")
            event = key_event("add", Ed25519Signer("lab.example/other", seed(99)), "producer")
            records = [Record.parse("key", event)]
            ledger.log.append(list(batches(records, origin=ledger.origin, signer=root)))
            ledger.publish()


class TestNothingElseIsTaken:
    def test_a_changed_entry(self, small: Lab) -> None:
        small.go_on()
        small.lose()
        path = max(small.home.public.glob("tile/entries/*.p/*"), key=lambda one: int(one.name))
        data = path.read_bytes()
        path.write_bytes(data[:-10] + bytes([data[-10] ^ 1]) + data[-9:])
        with pytest.raises(VerificationError, match="do not lead from this database"):
            catch_up_home(small.home)

    def test_a_missing_bundle(self, small: Lab) -> None:
        small.go_on()
        small.lose()
        shutil.rmtree(small.home.public / "tile" / "entries")
        with pytest.raises(StorageError, match="is missing"):
            catch_up_home(small.home)

    def test_a_checkpoint_that_somebody_else_signed(self, small: Lab, tmp_path: Path) -> None:
        small.go_on()
        small.lose()
        with Ledger.create(tmp_path / "other", origin="lab.example/again") as other:
            checkpoint = FolderSink(other.home.public).read("checkpoint")
        assert checkpoint is not None
        (small.home.public / "checkpoint").write_bytes(checkpoint)
        with pytest.raises(CannotTellError):
            catch_up_home(small.home)


def test_what_was_erased_since_the_backup_is_erased_again(small: Lab, tmp_path: Path) -> None:
    with Ledger.open(small.home.folder) as ledger:
        (victim, *_) = list(ledger.find())
        record = Record.parse("correction", correction("erase", str(victim.id)))
        (said,) = ledger.record([record])
        ledger.store.finish_erasures(at=0)
        ledger.publish()
        evidence = tmp_path / "e.json"
        evidence.write_bytes(ledger.prove(said).to_bytes())
    small.lose()
    path = Path(sqlite_path(small.url) or "")
    assert victim.secret in path.read_bytes(), "the backup brought it back"
    catch_up_home(small.home, evidence=[evidence])
    assert victim.secret not in path.read_bytes()
    assert check_ledger(small.home).findings == ()


def test_what_the_log_erased_does_not_come_back_with_its_batch(small: Lab, tmp_path: Path) -> None:
    with Ledger.open(small.home.folder) as ledger:
        small.send(ledger, range(30, 33), size=3)
        record = Record.parse("correction", correction("erase", f"{small.old}.1"))
        (said,) = ledger.record([record])
        ledger.store.finish_erasures(at=0)
        ledger.publish()
        evidence = tmp_path / "e.json"
        evidence.write_bytes(ledger.prove(said).to_bytes())
    small.lose()
    assert catch_up_home(small.home, evidence=[evidence]).lacking == (small.old,)
    with Ledger.open(small.home.folder) as ledger:
        assert ledger.log.append(small.sent) == [small.old]
        positions = [one.id.position for one in ledger.find() if one.id.index == small.old]
        assert positions == [0, 2]
    assert check_ledger(small.home).findings == ()
    erased = small.sent[0].records[1]
    assert erased.secret not in Path(sqlite_path(small.url) or "").read_bytes()
