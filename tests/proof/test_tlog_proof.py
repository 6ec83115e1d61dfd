"""Offline proofs of one entry (c2sp.org/tlog-proof): ours, and thirteen that a Go program made."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.proof.tlog_proof import HEADER, MAX_HASHES, TlogProof, decode_hashes
from ledger.tree.hashing import Hash, leaf_hash
from tests.makers import TRUST, UNWITNESSED, MemoryLog, example_log
from tests.vectors import FOLDER

GO_LOG = FOLDER / "go-made-log"
PROOFS = sorted((GO_LOG / "proofs").glob("*.tlog-proof"))


def go_trust() -> Trust:
    names = ("log.vkey", "witness-ed25519.vkey", "witness-mldsa44.vkey")
    log, ed, pq = ((GO_LOG / name).read_text().strip() for name in names)
    policy = f"log {log}\nwitness ed {ed}\nwitness pq {pq}\ngroup both all ed pq\nquorum both\n"
    return Trust.parse(policy.encode())


def ours(log: MemoryLog, index: int) -> TlogProof:
    return TlogProof(index=index, proof=log.prove(index), checkpoint=log.checkpoint())


LOG = example_log()
PROOF = ours(LOG, 1)
LEAF = leaf_hash(LOG.batches[1].note)


def test_there_are_thirteen() -> None:
    assert len(PROOFS) == 13


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_a_proof_that_go_made(path: Path) -> None:
    data = path.read_bytes()
    proof = TlogProof.from_bytes(data)
    assert proof.to_bytes() == data
    index, size = path.stem.split("-of-")
    leaf = leaf_hash(path.with_suffix(".leaf").read_bytes())
    assert proof.index == int(index)
    assert proof.check(leaf, go_trust()).checkpoint.size == int(size)
    with pytest.raises(VerificationError):
        proof.check(leaf_hash(b"another entry"), go_trust())
    with pytest.raises(LedgerError):
        proof.check(leaf, TRUST)


@pytest.mark.parametrize("extra", [None, b"", b"anything"])
def test_our_proofs_come_back_and_hold(extra: bytes | None) -> None:
    for index in range(LOG.size):
        proof = replace(ours(LOG, index), extra=extra)
        again = TlogProof.from_bytes(proof.to_bytes())
        assert again == proof
        assert again.check(leaf_hash(LOG.batches[index].note), TRUST).quorum == "both"


def test_a_log_of_one_entry_needs_no_hash() -> None:
    log = MemoryLog()
    log.append(LOG.batches[0])
    proof = TlogProof.from_bytes(ours(log, 0).to_bytes())
    assert proof.proof == ()
    proof.check(leaf_hash(log.batches[0].note), TRUST)


@given(st.data())
def test_every_changed_byte_is_noticed(data: st.DataObject) -> None:
    whole = PROOF.to_bytes()
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(LedgerError):
        found = TlogProof.from_bytes(bytes(changed))
        assert found != PROOF
        # Only the name and id of a line may change: then that key has not signed.
        found.check(LEAF, TRUST)
        pytest.fail("a changed proof was believed")


def test_no_part_of_a_proof_is_a_proof() -> None:
    whole = PROOF.to_bytes()
    for end in range(len(whole)):
        with suppress(LedgerError):
            TlogProof.from_bytes(whole[:end]).check(LEAF, TRUST)
            pytest.fail(f"the first {end} bytes were believed")


TEXT = PROOF.to_bytes().decode()
FIRST = TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        HEADER,
        f"{HEADER}\n\n",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 1", "index 01"),
        TEXT.replace("index 1", "index -1"),
        TEXT.replace("index 1", "index  1"),
        TEXT.replace("index 1", "index " + "9" * 5000),
        TEXT.replace("index 1", "index"),
        TEXT.replace("index 1\n", ""),
        TEXT.replace("index 1", "Index 1"),
        TEXT.replace("index 1", "index 1\nindex 1"),
        TEXT.replace("index 1", "extra\nindex 1"),
        TEXT.replace("index 1", "extra A\nindex 1"),
        TEXT.replace("index 1", "extra AA==\nextra AA==\nindex 1"),
        TEXT.replace("index 1", "index 1\nextra AA=="),
        TEXT.replace(FIRST, FIRST[:-1]),
        TEXT.replace(FIRST, f" {FIRST}"),
        TEXT.replace(FIRST, "AAAA"),
        TEXT.replace(FIRST, "\n".join([FIRST] * (MAX_HASHES + 1))),
        TEXT.replace("\n\n", "\n", 1),
        TEXT.replace("\n", "\r\n"),
        f" {TEXT}",
        f"\ufeff{TEXT}",
    ],
    ids=range(25),
)
def test_what_is_not_a_proof(text: str) -> None:
    with pytest.raises(MalformedError):
        TlogProof.from_bytes(text.encode())


def test_a_note_that_is_no_checkpoint_proves_nothing() -> None:
    proof = TlogProof.from_bytes(TEXT.replace("\n\n", "\n\n\n", 1).encode())
    with pytest.raises(MalformedError, match="is not a tree size"):
        proof.check(LEAF, TRUST)


def test_bytes_that_are_not_utf_8() -> None:
    with pytest.raises(MalformedError, match="UTF-8"):
        TlogProof.from_bytes(b"\xff" + PROOF.to_bytes())


@pytest.mark.parametrize("index", [0, 2, 3, 4, 2**62])
def test_another_index_does_not_hold(index: int) -> None:
    with pytest.raises(LedgerError):
        replace(PROOF, index=index).check(LEAF, TRUST)


def test_a_proof_is_checked_under_the_trust_that_is_given() -> None:
    assert PROOF.check(LEAF, UNWITNESSED).quorum is None
    alone = MemoryLog(cosigners=())
    alone.append(*LOG.batches)
    with pytest.raises(VerificationError, match="quorum"):
        ours(alone, 1).check(LEAF, TRUST)


def test_the_hashes_of_a_proof_are_hashes() -> None:
    assert decode_hashes([]) == ()
    with pytest.raises(MalformedError, match="at most 63"):
        decode_hashes([FIRST] * 64)
    with pytest.raises(MalformedError, match="32 bytes"):
        decode_hashes(["AAAA"])
    assert decode_hashes([FIRST]) == (Hash(PROOF.proof[0]),)
