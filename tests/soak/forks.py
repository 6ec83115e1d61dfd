"""Threats T03, T04 and T13: the log's key in the wrong hands, and what comes of it.

A fork: two heads under one key, equal up to a random size. The first is cosigned by a real witness.
The second asks the same witness in every way that could work, and shows itself to a monitor.

An edit: a log whose past was changed, under a head that is signed again and cosigned again, as if
all witnesses were in on it. What catches it is the checkpoint that the monitor kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner
from ledger.checkpoint.trust import Trust
from ledger.cli.main import main
from ledger.log.web import Answer
from ledger.log.witnesses import parse_lines, request_of
from ledger.record.batch import SignedBatch
from ledger.signing.note import Note
from ledger.tree.hashing import Hash
from ledger.tree.proofs import prove_consistency
from ledger.witness.service import WitnessService
from ledger.witness.state import WitnessState, log_id
from tests.makers import LOG, TIME, WITNESS, LeafReader, keys_batch, seed
from tests.monitor.published import PublishedLog, leaves_of, shards
from tests.monitor.watching import Watch
from tests.soak.figure import Figure

POLICY = f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum w\n".encode()
TRUST = Trust.parse(POLICY)
LARGEST = 600
"""Entries of a head: enough for full tiles, partial ones, and two levels."""


@dataclass
class Tally:
    """What became of the trials."""

    trials: int = 0
    cosigned: int = 0
    """Second heads that the witness cosigned."""
    proofs: int = 0
    """Proofs of misbehaviour that the monitor wrote."""
    accepted: int = 0
    """Of these, how many `ledger verify` accepts."""
    caught: int = 0


@dataclass(frozen=True)
class Entries:
    """Entries to build heads from; the two kinds have nothing in common but the first."""

    honest: Sequence[SignedBatch]
    others: Sequence[SignedBatch]

    @classmethod
    def make(cls, count: int = LARGEST) -> "Entries":
        """Sign them, once for all trials."""
        return cls([keys_batch(), *shards(count - 1)], shards(count, first=100_000))


class Witness:
    """A witness with a state of its own."""

    def __init__(self, folder: Path) -> None:
        self._state = WitnessState.open(folder / "witness.db", create=True)
        self._state.add_log(LOG.key)
        self._service = WitnessService(
            self._state,
            lambda now: [Ed25519Cosigner(WITNESS.key.name, seed(6), now)],
            now=lambda: TIME,
        )

    def ask(self, old: int, proof: Sequence[Hash], note: Note) -> Answer:
        """Ask for a cosignature."""
        return self._service.add_checkpoint(request_of(old, proof, note))

    def shown(self, origin: str) -> Answer:
        """Return what it shows of a log on its monitoring path."""
        return self._service.checkpoint(log_id(origin))

    def close(self) -> None:
        """Close the state."""
        self._state.close()


def forks(trials: int, *, start: int = 0) -> Tally:
    """Fork a log that many times, at sizes that follow from the trial's number."""
    tally, entries = Tally(), Entries.make()
    for number in range(start, start + trials):
        with TemporaryDirectory() as folder:
            _fork(Random(number), entries, Path(folder), tally)
    return tally


def _fork(random: Random, entries: Entries, folder: Path, tally: Tally) -> None:
    first_size = random.randint(2, LARGEST)
    at = random.randint(1, first_size - 1)
    second_size = random.choice((first_size, random.randint(at + 1, LARGEST)))
    first = PublishedLog.of(entries.honest[:first_size], cosigners=())
    second = first.forked(at, *entries.others[: second_size - at])
    tally.trials += 1
    witness = Witness(folder)
    try:
        note = first.log.checkpoint()
        answer = witness.ask(0, (), note)
        first.signed = note.with_signatures(parse_lines(answer.body)).to_bytes()
        tally.cosigned += sum(one.status == 200 for one in _tries(witness, first, second, at))
    finally:
        witness.close()
    if random.random() < 0.5:
        # The cosignature of the first head, on the second: it fails there.
        lines = Note.from_bytes(first.signed).signatures[1:]
        second.signed = second.log.checkpoint().with_signatures(lines).to_bytes()
    watch = Watch(folder, TRUST)
    assert watch(first.ask).exit_code == 0
    look = watch(second.ask)
    assert look.exit_code == 1, look
    tally.proofs += len(watch.files)
    (folder / "trust.policy").write_bytes(POLICY)
    tally.accepted += sum(_is_accepted(path, folder / "trust.policy") for path in watch.files)


def _tries(
    witness: Witness, first: PublishedLog, second: PublishedLog, at: int
) -> Iterator[Answer]:
    """Ask for the second head in every way that a holder of the log's key could."""
    note, leaves = second.log.checkpoint(), leaves_of(second)
    seen, size = first.log.size, second.log.size
    for old in {0, at, seen, size}:
        yield witness.ask(old, (), note)
        if 0 < old <= size:
            yield witness.ask(old, prove_consistency(old, size, LeafReader(leaves)), note)


def _is_accepted(path: Path, trust: Path) -> bool:
    with redirect_stdout(StringIO()):
        return main(["verify", str(path), "--trust", str(trust), "--json", "--quiet"]) == 0


def edits(trials: int, *, start: int = 0) -> Tally:
    """Change a log's past that many times; return how often it was noticed."""
    tally, entries = Tally(), Entries.make()
    for number in range(start, start + trials):
        random = Random(number)
        with TemporaryDirectory() as folder:
            size = random.randint(3, LARGEST)
            log = PublishedLog.of(entries.honest[:size], cosigners=(WITNESS,))
            watch = Watch(Path(folder), TRUST)
            assert watch(log.ask).exit_code == 0
            changed = _changed(random, list(log.log.batches), entries)
            head = PublishedLog.of(changed, cosigners=(WITNESS,))
            look = watch(head.ask)
            tally.trials += 1
            tally.caught += look.exit_code == 1 and look.tree == _tree(log)
    return tally


def _tree(log: PublishedLog) -> Checkpoint:
    return Checkpoint.from_text(Note.from_bytes(log.signed).text)


def _changed(random: Random, batches: list[SignedBatch], entries: Entries) -> list[SignedBatch]:
    """Swap two entries, edit one, or cut the log short; often go on after that."""
    size = len(batches)
    what = random.choice(("swap", "edit", "truncate"))
    if what == "swap":
        one, other = random.sample(range(1, size), 2)
        batches[one], batches[other] = batches[other], batches[one]
    elif what == "edit":
        batches[random.randrange(size)] = entries.others[-1]
    else:
        del batches[random.randint(1, size - 1) :]
    more = random.choice((0, 0, random.randint(1, 20)))
    return [*batches, *entries.others[:more]]


def run(scale: float) -> list[Figure]:
    """Do 1,000 of each, times `scale`."""
    count = max(1, round(1000 * scale))
    forked, edited = forks(count), edits(count)
    return [
        Figure(
            "two heads forked at random sizes under one key: cosignatures on the second",
            "0",
            f"{forked.cosigned} on {forked.trials:,}",
            forked.cosigned == 0,
        ),
        Figure(
            "the same: proofs written by `monitor`, accepted by `ledger verify`",
            f"{count:,} and {count:,}",
            f"{forked.proofs:,} and {forked.accepted:,}",
            forked.proofs == forked.accepted == count,
        ),
        Figure(
            "swaps, edits and truncations under a head signed and cosigned again: caught",
            f"{count:,}",
            f"{edited.caught:,} of {edited.trials:,}",
            edited.caught == count,
        ),
    ]
