"""Verifying one entry by either proof: the steps, the warnings, and other logs' entries."""

from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.cose_receipt import InclusionReceipt, SignedRoot
from ledger.proof.entry import RECEIPT_WARNING, is_entry_proof, verify_entry
from ledger.proof.tlog_proof import TlogProof
from tests.makers import LOG, ORIGIN, STRANGER, TIME, TRUST, UNWITNESSED, example_log
from tests.proof.test_tlog_proof import PROOFS, go_trust

MADE = example_log()
ENTRY = MADE.batches[1].note
TLOG = TlogProof(index=1, proof=MADE.prove(1), checkpoint=MADE.checkpoint()).to_bytes()
COSE = InclusionReceipt(
    signed=SignedRoot.sign(MADE.tiles.edge.root(), LOG), size=4, index=1, proof=MADE.prove(1)
).to_bytes()


def test_a_witnessed_proof_says_by_when() -> None:
    verified = verify_entry(TLOG, ENTRY, TRUST)
    assert (verified.origin, verified.index, verified.size) == (ORIGIN, 1, 4)
    assert verified.seen_at == TIME + 1
    assert verified.warnings == ()
    assert verified.batch == MADE.batches[1].batch
    assert verified.producer == "lab.example/producer"
    assert [step.name for step in verified.steps] == ["Checkpoint", "Entry"]


def test_a_receipt_says_less_and_says_so() -> None:
    verified = verify_entry(COSE, ENTRY, UNWITNESSED)
    assert (verified.origin, verified.index, verified.size) == (ORIGIN, 1, 4)
    assert verified.seen_at is None
    assert verified.warnings == (RECEIPT_WARNING,)
    assert [step.name for step in verified.steps] == ["Root", "Signature"]
    with pytest.raises(CannotTellError, match=r"step 2, Signature: .* no cosignatures"):
        verify_entry(COSE, ENTRY, TRUST)


@pytest.mark.parametrize("data", [TLOG, COSE], ids=["tlog-proof", "COSE"])
def test_another_entry_fails_in_the_second_step(data: bytes) -> None:
    assert is_entry_proof(data)
    trust = UNWITNESSED
    with pytest.raises(VerificationError, match="step 2"):
        verify_entry(data, MADE.batches[2].note, trust)
    stranger = Trust.parse(f"log {STRANGER.key}\nquorum none\n".encode())
    with pytest.raises(CannotTellError):
        verify_entry(data, ENTRY, stranger)
    with pytest.raises(MalformedError, match="at most 65535 bytes"):
        verify_entry(data, bytes(65_536), trust)


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v1", b"{}", b"\x84", ENTRY])
def test_what_does_not_begin_like_a_proof(data: bytes) -> None:
    assert not is_entry_proof(data)
    with pytest.raises(MalformedError):
        verify_entry(data, ENTRY, TRUST)


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_entries_of_other_kinds_of_logs_are_proved_too(path: Path) -> None:
    verified = verify_entry(path.read_bytes(), path.with_suffix(".leaf").read_bytes(), go_trust())
    assert (verified.batch, verified.producer) == (None, None)
