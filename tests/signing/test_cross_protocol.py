"""Threat T15: a signature made for one thing is no signature on any other.

Seven kinds of signature, made with one Ed25519 seed and one ML-DSA-44 seed under one name where the
kinds allow it, so that nothing but what is signed keeps them apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import (
    CosignatureVerifier,
    Ed25519Cosigner,
    MLDSA44Cosigner,
    cosigned_message,
)
from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.proof.cose_receipt import SignedRoot
from ledger.record.batch import Batch
from ledger.record.key_event import KeyEvent, rotation_text
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.signing.keys import Ed25519Signer, Signer, VerifierKey
from ledger.signing.note import Note, NoteSignature, signature_by
from ledger.tree.hashing import Hash
from tests.makers import ORIGIN, seed

KEY = Ed25519Signer(ORIGIN, seed(60))
SUCCESSOR = Ed25519Signer(ORIGIN, seed(61))
TIME = 1_800_000_000
WITNESS = Ed25519Cosigner(ORIGIN, seed(60), lambda: TIME)
PQ_LOG = MLDSA44Cosigner(ORIGIN, seed(62), lambda: 0)
PQ_WITNESS = MLDSA44Cosigner("witness.example/pq", seed(62), lambda: TIME)
ROOT = Hash(bytes(range(32)))
TREE = Checkpoint(origin=ORIGIN, size=1, root=ROOT).to_text()
BATCH = Batch(origin=ORIGIN, kind="shard", count=1, root=ROOT).to_text()
ROTATION = rotation_text(ORIGIN, KEY.key, SUCCESSOR.key)


def line(key: VerifierKey, signature: bytes) -> NoteSignature:
    return NoteSignature(key.name, key.id, signature)


def as_batch(text: str, signature: bytes) -> None:
    """Read a log entry and check who signed it, as the log and the verifier do."""
    Batch.from_text(text)
    ring = KeyRing([RegisteredKey(KEY.key, "producer", 0)])
    ring.check(Note(text, (line(KEY.key, signature),)), kind="shard", index=1)


def as_checkpoint(key: VerifierKey) -> Callable[[str, bytes], None]:
    trust = Trust.parse(f"log {key}\nquorum none\n".encode())

    def present(text: str, signature: bytes) -> None:
        trust.check(Note(text, (line(key, signature),)))

    return present


def as_key_note(text: str, signature: bytes) -> None:
    signed = (line(KEY.key, signature), signature_by(SUCCESSOR, text))
    event = KeyEvent(
        action="rotate",
        key=KEY.key,
        role="log",
        successor=SUCCESSOR.key,
        note=Note(text, signed).to_bytes().decode(),
    )
    event.check_rotation(ORIGIN)


def as_cosignature(key: VerifierKey) -> Callable[[str, bytes], None]:
    """Present bytes as a witness's line; those without a time get one."""

    def present(text: str, signature: bytes) -> None:
        CosignatureVerifier(key).verify(text, signature)

    return present


def as_receipt(text: str, signature: bytes) -> None:
    SignedRoot(KEY.key.id, signature).check(ROOT, KEY.key)


@dataclass(frozen=True)
class Kind:
    """A kind of signature: what is signed, by whom, and who accepts it."""

    text: str
    signature: bytes
    present: Callable[[str, bytes], None]
    is_timed: bool = False

    @classmethod
    def of(cls, text: str, signer: Signer, present: Callable[[str, bytes], None]) -> "Kind":
        return cls(text, signer.sign(text), present, is_timed=signer is not KEY)

    @property
    def proper(self) -> bytes:
        """The signature without the time in front of it."""
        return self.signature[8:] if self.is_timed else self.signature


KINDS = {
    "batch": Kind.of(BATCH, KEY, as_batch),
    "checkpoint": Kind.of(TREE, KEY, as_checkpoint(KEY.key)),
    "key note": Kind.of(ROTATION, KEY, as_key_note),
    "Ed25519 cosignature": Kind.of(TREE, WITNESS, as_cosignature(WITNESS.key)),
    "ML-DSA-44 checkpoint": Kind.of(TREE, PQ_LOG, as_checkpoint(PQ_LOG.key)),
    "ML-DSA-44 cosignature": Kind.of(TREE, PQ_WITNESS, as_cosignature(PQ_WITNESS.key)),
    "receipt": Kind(TREE, SignedRoot.sign(ROOT, KEY).signature, as_receipt),
}
PAIRS = list(permutations(KINDS, 2))


@pytest.mark.parametrize("name", KINDS)
def test_t15_each_signature_is_accepted_as_what_it_is(name: str) -> None:
    kind = KINDS[name]
    kind.present(kind.text, kind.signature)


def test_t15_the_matrix_is_whole() -> None:
    assert len(PAIRS) == len(KINDS) * (len(KINDS) - 1) == 42


@pytest.mark.parametrize(("made", "shown"), PAIRS, ids=[" as ".join(pair) for pair in PAIRS])
def test_t15_no_signature_is_accepted_as_another_kind(made: str, shown: str) -> None:
    one, other = KINDS[made], KINDS[shown]
    texts = {one.text, other.text, cosigned_message(TIME, one.text).decode()}
    times = [b"", (0).to_bytes(8), TIME.to_bytes(8)] if other.is_timed else [b""]
    for text in texts:
        for time in times:
            for signature in {one.signature, time + one.proper}:
                with pytest.raises(LedgerError):
                    other.present(text, signature)
