"""With a policy, the checkpoint that is served is the newest that meets the quorum."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import (
    BehindError,
    CannotTellError,
    LogClosedError,
    VerificationError,
)
from ledger.log.log import Log
from ledger.signing.note import Note, signature_by
from ledger.store.checkpoints import Signed
from ledger.store.store import Store
from ledger.tree.hashing import Hash
from tests.databases import copy_of
from tests.fakes import Answers, FrozenClock, MemoryCheckpoints, MemorySink, ScriptedWitnesses
from tests.makers import LOG, ORIGIN, STRANGER, TIME, keys_batch, seed
from tests.store.ledgers import open_log, shards


class Watch:
    """The witnesses' clock."""

    now = TIME

    def __call__(self) -> int:
        """Return the time it shows."""
        return self.now


class Scene:
    """A log over a store, with three witnesses of which two must cosign."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.watch = Watch()
        self.sink = MemorySink()
        self.checkpoints = MemoryCheckpoints()
        self.clock = FrozenClock(TIME * 1_000)
        self.witnesses = ScriptedWitnesses(
            {
                "one": Ed25519Cosigner("one.example", seed(61), self.watch),
                "two": MLDSA44Cosigner("two.example", seed(62), self.watch),
                "three": Ed25519Cosigner("three.example", seed(63), self.watch),
            }
        )
        lines = [f"log {LOG.key}"]
        lines += [f"witness {name} {one.key}" for name, one in self.witnesses.cosigners.items()]
        lines += ["group two-of-three 2 one two three", "quorum two-of-three", ""]
        self.trust = Trust.parse("\n".join(lines).encode())

    def open(self, store: Store | None = None) -> Log:
        """Return the log, opened anew."""
        return open_log(
            *(store or self.store, self.sink, self.clock),
            checkpoints=self.checkpoints,
            witnesses=self.witnesses,
            trust=self.trust,
        )

    @property
    def served(self) -> Note:
        """The served checkpoint."""
        return Note.from_bytes(self.sink.files["checkpoint"])

    @property
    def size(self) -> int:
        """Its size."""
        return Checkpoint.from_text(self.served.text).size

    def times(self) -> dict[str, int]:
        """Return when each witness cosigned what is served; what is served is believed."""
        return {one.name: one.time for one in self.trust.check(self.served).cosigned}


@pytest.fixture
def scene(store: Store) -> Scene:
    """A log of two entries that all witnesses have cosigned."""
    made = Scene(store)
    log = made.open()
    log.append([keys_batch(), shards([0])])
    assert log.publish().is_current
    return made


def test_what_is_served_is_believed_and_has_one_line_a_witness(scene: Scene) -> None:
    assert scene.times() == dict.fromkeys(("one", "two", "three"), TIME)
    assert [line.name for line in scene.served.signatures] == [
        ORIGIN,
        "one.example",
        "two.example",
        "three.example",
    ]


def test_t03_without_the_quorum_the_checkpoint_before_stays(scene: Scene) -> None:
    log = scene.open()
    before = scene.served
    log.append([shards([1])])
    scene.witnesses.down = {"one", "three"}
    published = log.publish()
    assert not published.is_current
    assert (published.size, published.latest) == (2, 3)
    assert published.checkpoint == before.to_bytes() == scene.served.to_bytes()
    assert "one: it does not answer" in published.failures
    assert any("the quorum 'two-of-three' is not met" in one for one in published.failures)
    assert log.append([shards([2])]) == [3], "appending goes on"
    scene.witnesses.down = {"one"}
    assert log.publish().size == scene.size == 4


def test_t03_a_first_checkpoint_is_not_served_without_its_quorum(store: Store) -> None:
    scene = Scene(store)
    scene.witnesses.down = {"one", "two", "three"}
    log = scene.open()
    log.append([keys_batch()])
    published = log.publish()
    assert (published.checkpoint, published.size, published.is_current) == (b"", 0, False)
    assert "checkpoint" not in scene.sink.files
    with pytest.raises(CannotTellError, match="no checkpoint that covers it is served yet"):
        published.covering(0)


def test_cosignatures_that_came_one_at_a_time_add_up(scene: Scene) -> None:
    log = scene.open()
    log.append([shards([1])])
    scene.witnesses.down = {"one", "three"}
    assert not log.publish().is_current
    scene.witnesses.down = {"two", "three"}
    assert log.publish().is_current
    assert scene.times().keys() == {"one", "two"}


def test_publishing_with_nothing_new_makes_the_cosignatures_newer(scene: Scene) -> None:
    log = scene.open()
    scene.watch.now = TIME + 3_600
    scene.clock.now += 3_600_000
    scene.witnesses.down = {"two"}
    published = log.publish()
    assert published.is_current
    assert scene.times() == {"one": TIME + 3_600, "two": TIME, "three": TIME + 3_600}
    assert scene.size == 2
    assert scene.witnesses.asked == [2, 2]


def test_a_heartbeat_that_nobody_answers_takes_nothing_away(scene: Scene) -> None:
    before = scene.served
    scene.witnesses.down = {"one", "two", "three"}
    published = scene.open().publish()
    assert published.is_current
    assert len(published.failures) == 3
    assert {one.name for one in published.cosigned} == {"one", "two", "three"}
    assert scene.served.to_bytes() == before.to_bytes()


def test_appending_goes_on_while_witnesses_are_asked(scene: Scene) -> None:
    log = scene.open()
    log.append([shards([1])])
    appended: list[int] = []
    inner = scene.witnesses.cosign

    class Slow(ScriptedWitnesses):
        """Answers after somebody has appended."""

        def cosign(self, note: Note, prove: Callable[[int], Sequence[Hash]]) -> Answers:
            appended.extend(log.append([shards([2])]))
            return inner(note, prove)

    log = open_log(
        *(scene.store, scene.sink, scene.clock),
        checkpoints=scene.checkpoints,
        witnesses=Slow({}),
        trust=scene.trust,
    )
    published = log.publish()
    assert appended == [3]
    assert (published.size, scene.size) == (3, 3), "the checkpoint is of what was there before"
    assert published.is_current
    assert log.publish().size == 4


def test_a_line_that_does_not_hold_is_not_served(scene: Scene) -> None:
    log = scene.open()
    log.append([shards([1])])
    liar = Ed25519Cosigner("one.example", seed(61), lambda: TIME)
    honest = scene.witnesses.cosign

    class Lying(ScriptedWitnesses):
        """Witness one signs another text."""

        def cosign(self, note: Note, prove: Callable[[int], Sequence[Hash]]) -> Answers:
            answers = honest(note, prove)
            wrong = signature_by(liar, note.text.replace("\n3\n", "\n4\n"))
            lines = [line for line in answers.lines if line.name != wrong.name]
            return Answers((wrong, *lines), answers.failures, answers.ahead)

    log = open_log(
        *(scene.store, scene.sink, scene.clock),
        checkpoints=scene.checkpoints,
        witnesses=Lying({}),
        trust=scene.trust,
    )
    published = log.publish()
    assert any("one: its cosignature does not hold" in one for one in published.failures)
    assert scene.times().keys() == {"two", "three"}


def test_t26_a_clock_far_from_the_witnesses_is_told(scene: Scene) -> None:
    log = scene.open()
    assert log.publish().warnings == ()
    scene.clock.now += 61_000
    assert log.publish().warnings == tuple(
        f"the clock here is 61 s ahead of that of the witness {name}"
        for name in ("one", "two", "three")
    )
    scene.clock.now -= 86_400_000
    assert "86339 s behind" in log.publish().warnings[0]


def test_t19_of_two_servers_on_two_copies_the_second_cannot_sign(
    store: Store, url: str, tmp_path: Path
) -> None:
    scene = Scene(store)
    scene.open().append([keys_batch(), shards([0])])
    scene.open().publish()
    store.close()
    with Store.open(copy_of(url, tmp_path)) as other_store:
        first, second = scene.open(), scene.open(other_store)
        first.append([shards([1])])
        second.append([shards([7])])
        assert first.publish().size == 3
        served = dict(scene.sink.files)
        with pytest.raises(VerificationError, match=r"disagrees about the first 3 entries"):
            second.publish()
        with pytest.raises(VerificationError, match="fork"):
            scene.open(other_store)
        second = open_log(other_store, checkpoints=MemoryCheckpoints())
        second.append([shards([8]), shards([9])])
        with pytest.raises(VerificationError, match=r"disagrees about the first 3 entries"):
            scene.open(other_store)
    assert scene.sink.files == served
    assert scene.witnesses.forks == []


def test_t19_a_second_server_that_lost_the_race_for_the_checkpoint_store_signs_nothing(
    store: Store, url: str, tmp_path: Path
) -> None:
    """The other copy signs just before our swap: after everything we could have looked at."""
    scene = Scene(store)
    scene.open().append([keys_batch(), shards([0])])
    scene.open().publish()
    store.close()
    with Store.open(copy_of(url, tmp_path)) as other_store:

        class Overtaken(MemoryCheckpoints):
            """Somebody else swaps first, once."""

            def swap(self, origin: str, old: Signed | None, new: Signed) -> None:
                if old == self.signed.get(origin) and old is not None and old.size == 2:
                    self.signed[origin] = Signed(new.size, Hash(b"\x07" * 32))
                super().swap(origin, old, new)

        checkpoints = Overtaken(dict(scene.checkpoints.signed))
        log = open_log(other_store, MemorySink(dict(scene.sink.files)), checkpoints=checkpoints)
        log.append([shards([7])])
        with pytest.raises(VerificationError, match="disagrees about the first 3 entries"):
            log.publish()
        assert (
            Checkpoint.from_text(Note.from_bytes(log.sink.read("checkpoint") or b"").text).size == 2
        )


@pytest.mark.parametrize("memory", ["checkpoint store", "sink", "witness"])
def test_t20_an_older_copy_is_not_opened_whoever_remembers_more(
    store: Store, url: str, tmp_path: Path, memory: str
) -> None:
    scene = Scene(store)
    scene.open().append([keys_batch(), shards([0])])
    scene.open().publish()
    store.close()
    older = copy_of(url, tmp_path)
    log = scene.open()
    log.append([shards([number]) for number in (1, 2, 3)])
    log.publish()
    if memory != "checkpoint store":
        scene.checkpoints = MemoryCheckpoints()
    if memory != "sink":
        scene.sink = MemorySink()
    if memory != "witness":
        scene.witnesses.last.clear()
    told = {
        "checkpoint store": "entries 2 to 4 are signed and not in the database",
        "sink": "entries 2 to 4 are published and not in the database",
        "witness": "entries 2 to 4 are cosigned by the witness two and not in the database",
    }
    with Store.open(older) as restored:
        with pytest.raises(BehindError, match=told[memory]) as caught:
            scene.open(restored)
        assert caught.value.hint is not None
        assert "restore a backup with at least 5 entries" in caught.value.hint


@pytest.mark.parametrize("memory", ["checkpoint store", "sink"])
def test_t20_other_entries_of_the_same_number_are_a_fork(
    store: Store, url: str, tmp_path: Path, memory: str
) -> None:
    scene = Scene(store)
    scene.open().append([keys_batch(), shards([0])])
    scene.open().publish()
    store.close()
    older = copy_of(url, tmp_path)
    log = scene.open()
    log.append([shards([1])])
    log.publish()
    with Store.open(older) as restored:
        open_log(restored).append([shards([9])])
        if memory == "sink":
            scene.checkpoints = MemoryCheckpoints()
        else:
            scene.sink = MemorySink()
        with pytest.raises(VerificationError, match="fork of this log"):
            scene.open(restored)


def test_t20_a_witness_that_is_ahead_stops_a_log_that_is_open(scene: Scene) -> None:
    log = scene.open()
    log.append([shards([1])])
    scene.witnesses.last["two"] = Signed(9, Hash(b"\x07" * 32))
    with pytest.raises(BehindError, match="entries 3 to 8 are cosigned by the witness two"):
        log.publish()
    with pytest.raises(LogClosedError):
        log.append([shards([2])])
    with pytest.raises(BehindError):
        log.reopen()


def test_a_publisher_that_others_overtook_goes_on_from_where_they_are(
    scene: Scene, url: str
) -> None:
    """Two servers on one database: the witnesses have seen the other's newer checkpoint."""
    log = scene.open()
    log.append([shards([1])])
    inner = scene.witnesses.cosign

    class Overtaken(ScriptedWitnesses):
        """Before the first answer the other server appends and publishes."""

        def cosign(self, note: Note, prove: Callable[[int], Sequence[Hash]]) -> Answers:
            if scene.store.head().size == 3:
                with Store.open(url) as again:
                    other = scene.open(again)
                    other.append([shards([2])])
                    assert other.publish().size == 4
            return inner(note, prove)

    log = open_log(
        *(scene.store, scene.sink, scene.clock),
        checkpoints=scene.checkpoints,
        witnesses=Overtaken({}),
        trust=scene.trust,
    )
    published = log.publish()
    assert (published.size, published.is_current) == (4, True)
    assert scene.times().keys() == {"one", "two", "three"}
    assert scene.witnesses.forks == []


def test_an_older_log_is_taken_over_by_an_empty_checkpoint_store(scene: Scene) -> None:
    scene.checkpoints = MemoryCheckpoints()
    scene.open().publish()
    assert scene.checkpoints.signed[ORIGIN] == Signed(2, scene.store.head().root)


def test_a_trust_file_that_does_not_name_the_log_is_told(store: Store) -> None:
    trust = Trust.parse(f"log {STRANGER.key}\nquorum none\n".encode())
    log = open_log(store, trust=trust)
    log.append([keys_batch()])
    published = log.publish()
    assert published.is_current
    assert any("does not believe this log" in one for one in published.warnings)
