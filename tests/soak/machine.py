"""Everything that happens to a log, in any order; and a Python list that says what must be in it.

Whatever happened, after each step the log holds what the list holds, its root is the root over the
list, every tree that was ever signed is a beginning of it, and erased values are nowhere in the
database's files.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import BehindError, NotFoundError, StorageError, VerificationError
from ledger.log.audit import audit
from ledger.log.log import Log
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.signing.keys import Ed25519Signer
from ledger.signing.note import Note
from ledger.store.checkpoints import CheckpointStore
from ledger.store.engine import open_engine
from ledger.store.store import Store
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import Hash, leaf_hash
from ledger.tree.proofs import check_consistency
from tests.fakes import (
    Fault,
    FlakyCheckpoints,
    FlakyEngine,
    FlakySink,
    FrozenClock,
    MemorySink,
    ScriptedWitnesses,
)
from tests.makers import (
    CLAIMED_AT,
    LOG,
    ORIGIN,
    PRODUCER,
    ROOT,
    TRUST,
    WITNESS,
    WITNESS_PQ,
    batch,
    key_event,
    keys_batch,
    rotation,
    shard,
)
from tests.makers import seed as secret
from tests.soak.figure import Figure

RUNS = 2_000
STEPS = 50
_LATEST = 4_102_444_800_000


@dataclass(frozen=True)
class Item:
    """An entry, as the model remembers it."""

    leaf: Hash
    producer: int
    """The number of the key that may sign shards after this entry."""
    numbers: tuple[int, ...] = ()
    """The shards that it records."""
    erased: RecordId | None = None
    """The record that it erases."""


@cache
def signer(number: int) -> Ed25519Signer:
    """Return the producer's key number `number`; 0 is the one that the log began with."""
    return Ed25519Signer(PRODUCER.key.name, secret(100 + number)) if number else PRODUCER


@cache
def beginning() -> tuple[bytes, bytes]:
    """Return the files of a new log: its database, and its checkpoint store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            Store.create(str(folder / "ledger.db"), origin=ORIGIN) as store,
            CheckpointStore.open(str(folder / "checkpoints.db"), create=True) as checkpoints,
        ):
            log = Log(store, [LOG], MemorySink(), checkpoints=checkpoints, clock=FrozenClock(0))
            log.append([keys_batch()])
        return (folder / "ledger.db").read_bytes(), (folder / "checkpoints.db").read_bytes()


class LogMachine(RuleBasedStateMachine):
    """A log, and the list of what is in it."""

    @initialize()
    def begin(self) -> None:
        """Begin with the keys, nothing published, everybody up."""
        shared = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
        self.database = self.folder / "ledger.db"
        database, checkpoints = beginning()
        self.database.write_bytes(database)
        (self.folder / "checkpoints.db").write_bytes(checkpoints)
        self.sink = MemorySink()
        self.clock = FrozenClock()
        self.witnesses = ScriptedWitnesses({"ed": WITNESS, "pq": WITNESS_PQ})
        self.model: list[Item] = []
        self.edges = [RightEdge.empty()]
        self.signed: dict[int, Hash] = {}
        self.copies: list[tuple[bytes, int]] = []
        self.numbers = 0
        self.keys = 0
        self.remember([Item(leaf_hash(keys_batch().note), 0)])
        self.open()

    # What the model does.

    def remember(self, items: Sequence[Item]) -> None:
        """Take these entries into the model."""
        for one in items:
            self.model.append(one)
            self.edges.append(grow(self.edges[-1], [one.leaf]).edge)

    def forget(self, size: int) -> None:
        """Keep the first `size` entries of the model alone."""
        del self.model[size:], self.edges[size + 1 :]

    @property
    def producer(self) -> int:
        """The number of the key that may sign shards now."""
        return self.model[-1].producer

    def erased(self) -> dict[RecordId, int]:
        """Return the records that were erased, with the number of the shard in each."""
        ids = [one.erased for one in self.model if one.erased is not None]
        return {one: self.model[one.index].numbers[one.position] for one in ids}

    def present(self) -> list[RecordId]:
        """Return the records of shards that were not erased."""
        gone = self.erased()
        return [
            place
            for index, item in enumerate(self.model)
            for position in range(len(item.numbers))
            if (place := RecordId(index, position)) not in gone
        ]

    # What a process does.

    def open(self) -> None:
        """Start a process: the code of every start."""
        self.fault = Fault()
        self.engine = open_engine(str(self.database))
        self.checkpoints = CheckpointStore.open(str(self.folder / "checkpoints.db"))
        try:
            self.log = Log(
                *(Store(FlakyEngine(self.engine, self.fault)), [LOG]),
                FlakySink(self.sink, self.fault),
                checkpoints=FlakyCheckpoints(self.checkpoints, self.fault),
                witnesses=self.witnesses,
                trust=TRUST,
                clock=self.clock,
            )
        except BaseException:
            self.end()
            raise
        self.log.store.finish_erasures(at=self.clock.now)

    def end(self) -> None:
        """End the process; what it had open is closed by the system."""
        self.engine.close()
        self.checkpoints.close()

    def do(self, work: Callable[[], object], items: Sequence[Item] = ()) -> bool:
        """Do what appends `items`; on an error start again, and see whether it happened.

        Return whether it did.
        """
        before = len(self.model)
        try:
            work()
        except StorageError:
            self.end()
            self.open()
            size = self.log.store.head().size
            assert size in (before, before + len(items)), "half of a transaction"
            if size == before:
                return False
        self.remember(items)
        return True

    def new_shards(self, count: int, key: int) -> tuple[SignedBatch, Item]:
        """Return a batch of shards that were never recorded before, signed by key number `key`."""
        numbers = tuple(range(self.numbers, self.numbers + count))
        self.numbers += count
        fields = [shard(number) for number in numbers]
        signed = batch(signer(key), "shard", fields, first_secret=1_000 + numbers[0])
        return signed, Item(leaf_hash(signed.note), key, numbers)

    def append(self, *pairs: tuple[SignedBatch, Item]) -> bool:
        """Append batches in one transaction."""
        batches = [signed for signed, _ in pairs]
        return self.do(lambda: self.log.append(batches), [item for _, item in pairs])

    # What happens.

    @rule(counts=st.lists(st.integers(1, 3), min_size=1, max_size=3))
    def append_shards(self, counts: list[int]) -> None:
        """Some batches in one transaction."""
        self.append(*(self.new_shards(count, self.producer) for count in counts))

    @rule(count=st.integers(1, 2))
    def append_twice(self, count: int) -> None:
        """A batch, and the same again: it has its index."""
        signed, item = self.new_shards(count, self.producer)
        if self.append((signed, item)):
            assert self.log.append([signed]) == [len(self.model) - 1]

    @rule()
    def append_from_another_process(self) -> None:
        """A second log over the same database appends."""
        signed, item = self.new_shards(1, self.producer)
        with Store.open(str(self.database)) as store:
            other = Log(
                *(store, [LOG], self.sink),
                checkpoints=self.checkpoints,
                witnesses=self.witnesses,
                trust=TRUST,
                clock=self.clock,
            )
            assert other.append([signed]) == [len(self.model)]
        self.remember([item])

    @rule(at=st.integers(0, 40), kept=st.booleans(), publishes=st.booleans())
    def crash(self, at: int, kept: bool, publishes: bool) -> None:
        """An operation of an append or of publishing fails, and the process with it."""
        self.fault.count, self.fault.at, self.fault.kept = 0, at, kept
        if publishes:
            self.publish()
        else:
            self.append(self.new_shards(2, self.producer))
        self.fault.heal()

    @rule()
    def restart(self) -> None:
        """A process ends, and another one starts."""
        self.end()
        self.open()

    @rule()
    def publish(self) -> None:
        """Publish; the quorum is met or not."""
        self.do(self.log.publish)
        self.note_signed()

    @rule(name=st.sampled_from(["ed", "pq"]))
    def witness_down(self, name: str) -> None:
        """A witness stops answering."""
        self.witnesses.down.add(name)

    @rule(name=st.sampled_from(["ed", "pq"]))
    def witness_up(self, name: str) -> None:
        """A witness answers again, if it did not."""
        self.witnesses.down.discard(name)

    @rule(now=st.integers(0, _LATEST))
    def clock_jump(self, now: int) -> None:
        """The clock shows anything."""
        self.clock.now = now

    @rule()
    def rotate(self) -> None:
        """The producer's key is replaced, with the signatures of both."""
        self.keys += 1
        event = rotation(signer(self.producer), signer(self.keys))
        signed = batch(ROOT, "key", [event], first_secret=5_000_000 + self.keys)
        self.append((signed, Item(leaf_hash(signed.note), self.keys)))

    @rule()
    def revoke(self) -> None:
        """The producer's key is revoked, and another one registered."""
        self.keys += 1
        events = [
            key_event("revoke", signer(self.producer), "producer"),
            key_event("add", signer(self.keys), "producer"),
        ]
        signed = batch(ROOT, "key", events, first_secret=6_000_000 + 2 * self.keys)
        self.append((signed, Item(leaf_hash(signed.note), self.keys)))

    @precondition(lambda self: self.producer != 0)
    @rule()
    def sign_with_an_old_key(self) -> None:
        """Whoever has a key that was replaced or revoked appends nothing."""
        old = next(one.producer for one in self.model if one.producer != self.producer)
        signed, _ = self.new_shards(1, old)
        with pytest.raises(VerificationError):
            self.log.append([signed])

    @precondition(lambda self: self.present())
    @rule(choice=st.integers(0, 1_000_000), action=st.sampled_from(["replace", "withdraw"]))
    def correct(self, choice: int, action: str) -> None:
        """A record is replaced or withdrawn by a record."""
        places = self.present()
        stated = {"record": str(places[choice % len(places)]), "action": action}
        pairs = []
        if action == "replace":
            pairs.append(self.new_shards(1, self.producer))
            stated["replacement"] = f"{len(self.model)}.0"
        self.append(*pairs, self.correction(stated))

    @precondition(lambda self: self.present())
    @rule(choice=st.integers(0, 1_000_000), at=st.integers(0, 30), kept=st.booleans())
    def erase(self, choice: int, at: int, kept: bool) -> None:
        """A record is erased, with or without an error on the way."""
        places = self.present()
        place = places[choice % len(places)]
        self.fault.count, self.fault.at, self.fault.kept = 0, at, kept
        stated = {"record": str(place), "action": "erase"}
        if self.append(self.correction(stated, erased=place)):
            self.do(lambda: self.log.store.finish_erasures(at=self.clock.now))
        self.fault.heal()
        self.check_erased()

    def correction(
        self, stated: dict[str, str], erased: RecordId | None = None
    ) -> tuple[SignedBatch, Item]:
        """Return a batch with one correction."""
        self.numbers += 1
        fields: dict[str, JSON] = {
            "correction": {"reason": "because", **stated},
            "basis": {"correction": "declared"},
            "claimed_at": CLAIMED_AT,
        }
        signed = batch(
            signer(self.producer), "correction", [fields], first_secret=7_000_000 + self.numbers
        )
        return signed, Item(leaf_hash(signed.note), self.producer, erased=erased)

    @rule()
    def copy(self) -> None:
        """Somebody copies the database."""
        self.copies.append((self.bytes_of_database(), len(self.model)))

    @precondition(lambda self: self.copies)
    @rule(choice=st.integers(0, 1_000_000))
    def restore(self, choice: int) -> None:
        """An older copy is put in place. If more was signed since, no log starts from it."""
        copy, size = self.copies[choice % len(self.copies)]
        newest = self.bytes_of_database()
        last = self.checkpoints.last(ORIGIN)
        self.end()
        self.put_in_place(copy)
        if last is not None and last.size > size:
            with pytest.raises(BehindError, match=f"{size} to {last.size - 1} are|entry {size} is"):
                self.open()
            self.put_in_place(newest)
            self.open()
            return
        # What was acknowledged since and never signed is lost: by whoever restored the copy.
        self.copies = [one for one in self.copies if one[1] <= size]
        self.forget(size)
        self.open()

    # What must hold.

    @invariant()
    def the_log_is_the_list(self) -> None:
        """The head is that of the list, and so is the newest entry."""
        head = self.log.store.head()
        assert head.size == len(self.model)
        assert head.root == self.edges[-1].root()
        assert leaf_hash(self.log.store.entry(head.size - 1).note) == self.model[-1].leaf

    @invariant()
    def what_was_signed_is_a_beginning_of_it(self) -> None:
        """Every tree that may have been signed is one that the list had."""
        self.note_signed()
        assert self.witnesses.forks == []
        for size, root in self.signed.items():
            assert self.edges[size].root() == root

    def note_signed(self) -> None:
        """Remember what may be signed, and what is served."""
        last = self.checkpoints.last(ORIGIN)
        if last is not None:
            assert self.signed.setdefault(last.size, last.root) == last.root
        served = self.sink.files.get("checkpoint")
        if served is not None:
            tree = Checkpoint.from_text(Note.from_bytes(served).text)
            assert self.signed.setdefault(tree.size, tree.root) == tree.root

    def check_erased(self) -> None:
        """Check that the values of erased records are gone, from the files too."""
        files = b"".join(path.read_bytes() for path in self.folder.glob("ledger.db*"))
        for place, number in self.erased().items():
            assert b"part-%d.txt" % number not in files, f"{place} is still in the files"
            with pytest.raises(NotFoundError, match="was erased"):
                self.log.store.record(place)

    def bytes_of_database(self) -> bytes:
        """Return the database as a file of its own."""
        import sqlite3

        raw = sqlite3.connect(self.database)
        try:
            return raw.serialize()
        finally:
            raw.close()

    def put_in_place(self, database: bytes) -> None:
        """Replace the database, which nobody has open."""
        for path in self.folder.glob("ledger.db*"):
            path.unlink()
        self.database.write_bytes(database)

    def teardown(self) -> None:
        """Look at all of it once more, when the story is over."""
        if not hasattr(self, "log"):
            return
        try:
            self.fault.heal()
            self.restart()
            self.check_all()
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)

    def check_all(self) -> None:
        """Check every entry, every signed tree, every time; and the audit."""
        store = self.log.store
        entries = list(store.entries(0, len(self.model)))
        assert [leaf_hash(one.note) for one in entries] == [one.leaf for one in self.model]
        times = [one.appended_at for one in entries]
        assert times == sorted(times)
        size, root = len(self.model), self.edges[-1].root()
        for old, old_root in self.signed.items():
            if 0 < old < size:
                proof = store.prove_consistency(old, size)
                check_consistency(old=old, new=size, old_root=old_root, new_root=root, proof=proof)
        self.check_erased()
        report = audit(store)
        assert report.is_clean, report.findings


def tell(runs: int, steps: int, *, number: int | None = None) -> None:
    """Let so many stories of so many steps happen; the first that goes wrong is an error."""
    configured = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        derandomize=number is None,
    )
    machine = LogMachine if number is None else seed(number)(LogMachine)
    run_state_machine_as_test(machine, settings=configured)


def run(scale: float) -> list[Figure]:
    """Return one figure."""
    runs = max(1, round(RUNS * scale))
    began = monotonic()
    tell(runs, STEPS)
    minutes = (monotonic() - began) / 60
    return [
        Figure(
            what="state machine: append, crash, restart, restore, rotate, revoke, witness down, "
            "clock jump, correct, erase",
            goal="2,000 runs of 50 steps",
            found=f"{runs:,} runs of {STEPS} steps in {minutes:.0f} minutes: the log was the list",
            ok=True,
        )
    ]
