"""Cosignatures of both types, and the matrix of threat T15: no signature counts as another kind."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import (
    MAX_TIME,
    CosignatureVerifier,
    Ed25519Cosigner,
    MLDSA44Cosigner,
    cosigned_message,
    split_timed,
    subtree_message,
    verifier_of,
    verify_ml_dsa_44,
)
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.record.batch import Batch, parse_batch
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.signing.keys import Ed25519Signer, KeyType, NoteVerifier, Signer, VerifierKey
from ledger.signing.note import Note, NoteSignature, check_note, sign_note
from ledger.tree.hashing import Hash
from tests.makers import LOG, ORIGIN, TIME, WITNESS, WITNESS_PQ, keys_batch, seed
from tests.vectors import FOLDER, load

GO_LOG = FOLDER / "go-made-log"
TREE = Checkpoint(origin=ORIGIN, size=5, root=Hash(bytes(range(32))))
TEXT = TREE.to_text()


def test_the_worked_example() -> None:
    text = "ledger.example/prod-1\n3\nWqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=\n"
    cosigner = Ed25519Cosigner("witness.example/w1", bytes(range(1, 33)), lambda: 1_800_000_000)
    assert str(cosigner.key) == (
        "witness.example/w1+468d99bb+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"
    )
    assert str(sign_note(text, [cosigner]).signatures[0]) == (
        "\u2014 witness.example/w1 Ro2ZuwAAAABrSdIAQPGOmvrHQbh1SaZB8YdoCjX9AufQTCgxIBoZD4YULEGwOBP"
        "jDL6vQan+O9GkSgNiWEo5Dyd31WZXZlYnC2KUBw=="
    )


def test_the_messages_that_are_signed() -> None:
    assert cosigned_message(7, TEXT) == b"cosignature/v1\ntime 7\n" + TEXT.encode()
    assert subtree_message("w", 7, TREE) == (
        b"subtree/v1\n\0\x01w"
        + (7).to_bytes(8)
        + bytes([len(ORIGIN)])
        + ORIGIN.encode()
        + (0).to_bytes(8)
        + (5).to_bytes(8)
        + bytes(range(32))
    )


def test_every_checkpoint_of_the_go_made_log_under_its_log_and_both_witnesses() -> None:
    names = ("log.vkey", "witness-ed25519.vkey", "witness-mldsa44.vkey")
    log, ed, pq = ((GO_LOG / name).read_text().strip() for name in names)
    policy = f"log {log}\nwitness ed {ed}\nwitness pq {pq}\ngroup both all ed pq\nquorum both\n"
    trust = Trust.parse(policy.encode())
    paths = [*sorted(GO_LOG.glob("checkpoint.*")), GO_LOG / "log/checkpoint"]
    assert len(paths) == 14
    for path in paths:
        note = Note.from_bytes(path.read_bytes())
        verified = trust.check(note)
        assert {one.name for one in verified.cosigned} == {"ed", "pq"}
        assert verified.checkpoint.size == int(path.suffix[1:] or 700)
        for line in note.signatures:
            broken = NoteSignature(line.name, line.key_id, flip(line.signature))
            changed = tuple(broken if one is line else one for one in note.signatures)
            with pytest.raises(VerificationError, match="fails"):
                trust.check(Note(note.text, changed))


def test_every_checkpoint_of_the_tessera_log() -> None:
    folder = FOLDER / "tessera-testdata-log"
    trust = Trust.parse(f"log {(folder / 'log.vkey').read_text().strip()}\nquorum none\n".encode())
    for size in range(16):
        note = Note.from_bytes((folder / f"checkpoint.{size}").read_bytes())
        assert trust.check(note).checkpoint.size == size


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("cosigner", [WITNESS, WITNESS_PQ], ids=lambda one: one.key.name)
def test_a_cosignature_covers_time_origin_size_and_root(cosigner: Signer) -> None:
    verifier = verifier_of(cosigner.key)
    line = cosigner.sign(TEXT)
    verifier.verify(TEXT, line)
    for changed in (
        TEXT.replace(ORIGIN, "other.example/log"),
        TEXT.replace("\n5\n", "\n6\n"),
        Checkpoint(origin=ORIGIN, size=5, root=Hash(bytes(32))).to_text(),
    ):
        with pytest.raises(VerificationError):
            verifier.verify(changed, line)
    for at in (0, 7, 8, 40, len(line) - 1):
        broken = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        with pytest.raises(LedgerError):
            verifier.verify(TEXT, broken)
    for wrong in (line[:-1], line + b"\0", line[:8], b""):
        with pytest.raises(MalformedError):
            verifier.verify(TEXT, wrong)
    with pytest.raises(MalformedError):
        verifier.verify("no checkpoint\n", line)


def test_extension_lines_are_covered_by_ed25519_alone() -> None:
    more = TEXT + "an extension\n"
    with pytest.raises(VerificationError):
        verifier_of(WITNESS.key).verify(more, WITNESS.sign(TEXT))
    verifier_of(WITNESS_PQ.key).verify(more, WITNESS_PQ.sign(TEXT))


def test_an_ml_dsa_44_cosignature_names_its_cosigner() -> None:
    other = MLDSA44Cosigner("witness.example/other", seed(7), lambda: TIME + 1)
    assert other.key.public == WITNESS_PQ.key.public
    with pytest.raises(VerificationError):
        verifier_of(other.key).verify(TEXT, WITNESS_PQ.sign(TEXT))


def test_a_time_is_one_that_can_be_shown() -> None:
    assert split_timed(MAX_TIME.to_bytes(8) + b"s") == (MAX_TIME, b"s")
    for time in (MAX_TIME + 1, 2**63, 2**64 - 1):
        with pytest.raises(MalformedError, match="not a POSIX time"):
            split_timed(time.to_bytes(8) + b"s")


def test_an_origin_too_long_for_ml_dsa_44() -> None:
    tree = Checkpoint(origin="o" * 256, size=5, root=TREE.root)
    with pytest.raises(MalformedError, match="255"):
        subtree_message("w", 0, tree)
    subtree_message("w", 0, Checkpoint(origin="o" * 255, size=5, root=TREE.root))


@pytest.mark.parametrize("size", [0, 7, 8])
def test_a_cosignature_has_something_after_its_time(size: int) -> None:
    with pytest.raises(MalformedError, match=f"not {size} bytes"):
        split_timed(bytes(size))


def test_a_note_key_does_not_cosign() -> None:
    with pytest.raises(MalformedError, match="does not cosign"):
        CosignatureVerifier(LOG.key)


def test_wycheproof_ml_dsa_44() -> None:
    """Ours has no context: those with one are refused, and the rest gives Wycheproof's verdict."""
    verdicts = {True: 0, False: 0}
    for group in load("wycheproof/mldsa_44_verify_test.json")["testGroups"]:
        for test in group["tests"]:
            expected = test["result"] == "valid" and not test.get("ctx")
            assert accepts(group["publicKey"], test) == expected, test["tcId"]
            verdicts[expected] += 1
    assert verdicts == {True: 38, False: 52}


def accepts(public: str, test: Any) -> bool:
    message, signature = (bytes.fromhex(test[name]) for name in ("msg", "sig"))
    try:
        verify_ml_dsa_44(public=bytes.fromhex(public), message=message, signature=signature)
    except LedgerError:
        return False
    return True


# T15. One seed for all Ed25519 kinds and one name for every key: only what is signed keeps the
# kinds apart, which is the worst case.
SEED = seed(99)
NOTE_KEY = Ed25519Signer(ORIGIN, SEED)
ED = Ed25519Cosigner(ORIGIN, SEED, lambda: TIME)
PQ = MLDSA44Cosigner(ORIGIN, SEED, lambda: TIME)
BATCH = Batch(origin=ORIGIN, kind="shard", count=5, root=TREE.root)


def batch_signature() -> tuple[str, bytes]:
    return BATCH.to_text(), NOTE_KEY.sign(BATCH.to_text())


def checkpoint_signature() -> tuple[str, bytes]:
    return TEXT, NOTE_KEY.sign(TEXT)


def ed25519_cosignature() -> tuple[str, bytes]:
    return TEXT, ED.sign(TEXT)


def ml_dsa_cosignature() -> tuple[str, bytes]:
    return TEXT, PQ.sign(TEXT)


KINDS = {
    "batch": batch_signature,
    "checkpoint": checkpoint_signature,
    "ed25519 cosignature": ed25519_cosignature,
    "ml-dsa cosignature": ml_dsa_cosignature,
}


def as_batch(text: str, signature: bytes) -> None:
    line = NoteSignature(NOTE_KEY.key.name, NOTE_KEY.key.id, signature)
    _, note = parse_batch(Note(text, (line,)).to_bytes())
    KeyRing([RegisteredKey(NOTE_KEY.key, "producer", 0)]).check(note, kind="shard", index=1)


def as_checkpoint(text: str, signature: bytes) -> None:
    line = NoteSignature(NOTE_KEY.key.name, NOTE_KEY.key.id, signature)
    Trust.parse(f"log {NOTE_KEY.key}\nquorum none\n".encode()).check(Note(text, (line,)))


def as_cosignature(key: VerifierKey, text: str, signature: bytes) -> None:
    line = NoteSignature(key.name, key.id, signature)
    check_note(Note(text, (line,)), [verifier_of(key)])


READERS: dict[str, Callable[[str, bytes], None]] = {
    "batch": as_batch,
    "checkpoint": as_checkpoint,
    "ed25519 cosignature": lambda text, signature: as_cosignature(ED.key, text, signature),
    "ml-dsa cosignature": lambda text, signature: as_cosignature(PQ.key, text, signature),
}


@pytest.mark.parametrize("made", KINDS)
@pytest.mark.parametrize("read", READERS)
def test_t15_a_signature_counts_as_what_it_was_made_for(made: str, read: str) -> None:
    text, signature = KINDS[made]()
    if made == read:
        READERS[read](text, signature)
        return
    own_text = BATCH.to_text() if read == "batch" else TEXT
    candidates = [signature, TIME.to_bytes(8) + signature, signature[8:], signature[:64]]
    for candidate in candidates:
        for shown in (text, own_text, cosigned_message(TIME, TEXT).decode()):
            with pytest.raises(LedgerError):
                READERS[read](shown, candidate)


def test_t15_a_batch_that_looks_like_a_checkpoint_is_none() -> None:
    # A batch's text has a line where a checkpoint has its size; an origin made to fit is refused.
    root = base64.b64encode(TREE.root).decode()
    text = f"tdl/batch/v1\n5\n{root}\n"
    note = sign_note(text, [NOTE_KEY])
    with pytest.raises(MalformedError, match="not a checkpoint"):
        Trust.parse(f"log {NOTE_KEY.key}\nquorum none\n".encode()).check(note)


def test_t16_a_log_that_signs_with_ml_dsa_44_alone_is_believed_by_that_key_alone() -> None:
    log = MLDSA44Cosigner(ORIGIN, seed(50), lambda: 0)
    both = sign_note(TEXT, [LOG, log])
    for key in (LOG.key, log.key):
        trust = Trust.parse(f"log {key}\nquorum none\n".encode())
        assert trust.check(both).log == key
        assert trust.check(both).seen_at is None
    with pytest.raises(CannotTellError):
        Trust.parse(f"log {log.key}\nquorum none\n".encode()).check(sign_note(TEXT, [LOG]))


def test_a_key_batch_is_no_checkpoint_for_the_same_key() -> None:
    note = Note.from_bytes(keys_batch().note)
    key = VerifierKey("lab.example/root", KeyType.ED25519, Ed25519Signer("x", seed(2)).key.public)
    check_note(note, [NoteVerifier(key)])
    with pytest.raises(LedgerError):
        Trust.parse(f"log {key}\nquorum none\n".encode()).check(note)
