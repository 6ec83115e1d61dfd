"""T01: the date that is proven is the earliest one, however often the log is cosigned again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import Ledger
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.checkpoint.trust import Trust
from ledger.client.dating import find_first, first_checkpoint, prove_earliest
from ledger.client.entry_proofs import entry_file
from ledger.client.history import logged
from ledger.client.quorum import add_witness, write_trust
from ledger.client.sealing import batches
from ledger.errors import CannotTellError
from ledger.log.kept import keep_checkpoint, kept_path
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.verify import verify
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.tree.hashing import leaf_hash
from tests.fakes import MemorySink
from tests.makers import TIME, seed, shard
from tests.witness.making import Clock
from tests.witness.scripted import scripted

DAY = 86_400


@dataclass
class Scene:
    """A ledger, its witness's clock, and what they did."""

    ledger: Ledger
    clock: Clock

    def record(self, number: int) -> None:
        """Record one shard more: an entry."""
        records = [Record.parse("shard", shard(number))]
        new = batches(records, origin=self.ledger.origin, signer=self.ledger.producer)
        self.ledger.log.append(list(new))

    def publish(self, day: float) -> None:
        """Publish at a time of the witness, in days."""
        self.clock.time = TIME + int(day * DAY)
        assert self.ledger.publish().is_current

    @property
    def public(self) -> Path:
        """What is published."""
        return self.ledger.home.public

    @property
    def trust(self) -> Trust:
        """The trust file."""
        return Trust.parse(self.ledger.home.trust.read_bytes())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    clock = Clock()
    Ledger.create(tmp_path, origin="lab.example/dated").close()
    with scripted([Ed25519Cosigner("w.example", seed(50), clock)]) as witness:
        trust = tmp_path / "ledger.d" / "trust.policy"
        write_trust(trust, add_witness(trust.read_text(), witness.lines))
        with Ledger.open(tmp_path) as ledger:
            yield Scene(ledger, clock)


def test_t01_an_entry_keeps_its_first_date(scene: Scene) -> None:
    scene.publish(0)
    scene.record(1)
    scene.publish(1)
    scene.record(2)
    for day in (2, 2.2, 30, 365):
        scene.publish(day)
    dates = [logged(scene.ledger, index).seen_at for index in range(3)]
    assert dates == [TIME, TIME + DAY, TIME + 2 * DAY]
    kept = sorted(path.name for path in (scene.public / "checkpoints").iterdir())
    days = (0, 1, 2, 30, 365)
    assert kept == [f"{datetime.fromtimestamp(TIME + day * DAY, UTC):%Y-%m-%d}" for day in days]


def test_one_a_day_is_kept_the_first(scene: Scene) -> None:
    scene.publish(0)
    scene.record(1)
    scene.publish(0.1)
    scene.record(2)
    scene.publish(0.2)
    (path,) = (scene.public / "checkpoints").iterdir()
    assert path.read_text().split("\n")[1] == "1"
    # What came later that day is covered by what is served, and tomorrow by what is kept then.
    assert logged(scene.ledger, 1).seen_at == TIME + int(0.2 * DAY)


def test_evidence_and_proofs_with_the_earliest_date(scene: Scene) -> None:
    scene.record(1)
    scene.publish(0)
    scene.record(2)
    scene.publish(100)
    newest = verify(scene.ledger.prove("1.0"), scene.trust)
    earliest = verify(prove_earliest(scene.ledger, RecordId(1, 0)), scene.trust)
    assert [one.checkpoint.seen_at for one in (newest, earliest)] == [TIME + 100 * DAY, TIME]
    assert [one.checkpoint.checkpoint.size for one in (newest, earliest)] == [3, 2]
    assert earliest.records[0].fields == newest.records[0].fields
    proof = TlogProof.from_bytes(entry_file(scene.ledger, 1, ".tlog-proof", earliest=True))
    leaf = leaf_hash(scene.ledger.store.entry(1).note)
    assert proof.check(leaf, scene.trust).seen_at == TIME


def test_what_no_witness_dates(scene: Scene) -> None:
    scene.publish(0)
    scene.record(1)
    assert logged(scene.ledger, 1).seen_at is None
    with pytest.raises(CannotTellError, match="covers entry 1 is dated by a quorum"):
        first_checkpoint(scene.ledger, 1)


def test_a_damaged_or_foreign_kept_checkpoint_is_passed_over(scene: Scene) -> None:
    scene.publish(0)
    scene.publish(1)
    first, second = sorted((scene.public / "checkpoints").iterdir())
    for bad in (b"", b"no note", second.read_bytes().replace(b"\n1\n", b"\n9\n")):
        first.write_bytes(bad)
        found = find_first(scene.public, scene.trust, 0)
        assert found is not None
        assert found[1].seen_at == TIME + DAY
    (scene.public / "checkpoints" / "notes.txt").write_text("mine")
    assert logged(scene.ledger, 0).seen_at == TIME + DAY


def test_two_publishers_on_one_day() -> None:
    sink = MemorySink({kept_path(TIME): b"theirs"})
    keep_checkpoint(sink, b"ours", TIME)
    assert sink.files == {kept_path(TIME): b"theirs"}
