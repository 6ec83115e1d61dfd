"""A witness in memory's place: real state in a file, keys from small numbers, a clock to set."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner, Now
from ledger.log.witnesses import request_of
from ledger.signing.keys import Signer, VerifierKey
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import prove_consistency
from ledger.witness.service import Outcome, WitnessService
from ledger.witness.state import WitnessState
from tests.makers import LOG, ORIGIN, TIME, LeafReader, seed

NAME = "witness.example/regulator"
LEAVES = [leaf_hash(b"%d" % number) for number in range(300)]
FORKED = [*LEAVES[:5], *(leaf_hash(b"fork %d" % number) for number in range(295))]


def cosigners(now: Now) -> list[Signer]:
    """Return the two keys of the witness."""
    return [Ed25519Cosigner(NAME, seed(70), now), MLDSA44Cosigner(NAME, seed(71), now)]


@dataclass
class Clock:
    """A clock of seconds that shows what it was set to."""

    time: int = TIME

    def __call__(self) -> int:
        """Return the POSIX seconds."""
        return self.time


@dataclass
class Made:
    """A witness, its clock, and what it told of its decisions."""

    state: WitnessState
    clock: Clock = field(default_factory=Clock)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = WitnessService(
            self.state, cosigners, now=self.clock, report=self.outcomes.append
        )


def witness(folder: Path, *logs: VerifierKey) -> Made:
    """Return a new witness whose state is in `folder`, and which knows these logs."""
    state = WitnessState.open(folder / "witness.db", create=True)
    for key in logs or (LOG.key,):
        state.add_log(key)
    return Made(state)


def checkpoint(
    size: int, *, leaves: Sequence[bytes] = LEAVES, by: Sequence[Signer] = (LOG,)
) -> Note:
    """Return the signed checkpoint of the first leaves."""
    tree = Checkpoint(origin=ORIGIN, size=size, root=root_of(leaves[:size]))
    return sign_note(tree.to_text(), by)


def proof(old: int, new: int, leaves: Sequence[bytes] = LEAVES) -> list[Hash]:
    """Return the consistency proof between two sizes; none where none is due."""
    return prove_consistency(old, new, LeafReader(leaves)) if 0 < old < new else []


def request(old: int, new: int, *, leaves: Sequence[bytes] = LEAVES) -> bytes:
    """Return the body that asks for a checkpoint of `new` leaves to be cosigned."""
    return request_of(old, proof(old, new, leaves), checkpoint(new, leaves=leaves))
