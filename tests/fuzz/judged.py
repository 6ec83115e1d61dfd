"""Files that somebody judges, changed: refused with a proper error, or what they say is the same.

Not every byte of a file is signed: a signature line of nobody we know, the time somebody noted, a
comment in a trust file. So a changed file may still be accepted; what it then means must be what
the unchanged one meant. A judge returns that meaning, and raises a LedgerError for all else.
"""

import random
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.log.admission import admit
from ledger.proof.cose_receipt import (
    ConsistencyReceipt,
    InclusionReceipt,
    SignedRoot,
    parse_receipt,
)
from ledger.proof.entry import verify_entry
from ledger.proof.evidence import Evidence
from ledger.proof.misbehaviour import Misbehaviour
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.verify import verify
from ledger.record.batch import parse_batch
from ledger.record.keyring import KeyRing
from ledger.record.submission import decode_submission, encode_submission
from ledger.signing.note import Note
from ledger.summary.verify import verify_summary
from ledger.tree.hashing import leaf_hash, root_of
from ledger.tree.proofs import prove_consistency
from tests.formats.document_cases import content, document_vector
from tests.formats.form_cases import form_cases
from tests.formats.misbehaviour_cases import example_fork, misbehaviour_vector
from tests.fuzz.changes import BINARY, JSON, TEXT, Change
from tests.makers import LOG, ORIGIN, TRUST, TRUST_TEXT, UNWITNESSED, LeafReader, example_log
from tests.proof.mutate import Mutator, check_true, other_log

MADE = example_log()
ENTRY = MADE.batches[1].note
CHECKPOINT = MADE.checkpoint()
SIGNED = SignedRoot.sign(MADE.tiles.edge.root(), LOG)
LEAVES = [leaf_hash(one.note) for one in MADE.batches]
EVIDENCE = MADE.evidence().to_bytes()
DONORS = [other_log().evidence().to_bytes()]


@dataclass(frozen=True)
class Judged:
    """A kind of file: one that is good, who judges it, and how it is changed."""

    good: bytes
    judge: Callable[[bytes], Hashable]
    changes: tuple[Change, ...]

    @cached_property
    def meaning(self) -> Hashable:
        """What the good file means."""
        return self.judge(self.good)

    def changed(self, number: int) -> bytes:
        """Return change `number` of the good file; the same number gives the same change."""
        pick = random.Random(number)
        data = self.good
        for _ in range(pick.choice((1, 1, 1, 2, 4))):
            data = pick.choice(self.changes)(data, pick)
        return data

    def outcome(self, number: int) -> str:
        """Judge change `number`; say what came of it.

        Raises:
            AssertionError: It was accepted, and means something else.
        """
        data = self.changed(number)
        if data == self.good:
            return "unchanged"
        try:
            meaning = self.judge(data)
        except LedgerError as error:
            return "refused" if str(error) else "refused without a word"
        assert meaning == self.meaning, f"change {number} means something else"
        return "same meaning"


class JudgedEvidence(Judged):
    """Evidence, changed as values and with parts of other evidence too: less may be shown."""

    def changed(self, number: int) -> bytes:
        """Return change `number`."""
        mutator = Mutator(self.good, DONORS, number)
        ways = (
            mutator.bytes_changed,
            mutator.value_changed,
            mutator.parts_moved,
            mutator.parts_removed,
        )
        return ways[number % 4]()


def _note(data: bytes) -> Hashable:
    note = Note.from_bytes(data)
    verified = TRUST.check(note)
    return verified.checkpoint, verified.quorum


def _batch(data: bytes) -> Hashable:
    ring = KeyRing()
    keys = MADE.batches[0]
    ring.add_batch(parse_batch(keys.note)[1], [one.record for one in keys.records], 0)
    batch, note = parse_batch(data)
    return batch, ring.check(note, kind=batch.kind, index=1).key


def _submission(data: bytes) -> Hashable:
    admitted = admit(decode_submission(data), origin=ORIGIN)
    records = tuple(tuple(sorted(one.record.encoded.items())) for one in admitted.records)
    return _batch(admitted.data), records


def _tlog_proof(data: bytes) -> Hashable:
    verified = verify_entry(data, ENTRY, TRUST)
    return verified.origin, verified.index, verified.size, verified.batch


def _receipt(data: bytes) -> Hashable:
    # Neither size nor index is signed, and the verdict says so: see docs/formats/cose-receipt.md.
    receipt = InclusionReceipt.from_bytes(data)
    return receipt.check(leaf_hash(ENTRY), UNWITNESSED), receipt.root(leaf_hash(ENTRY))


def _growth(data: bytes) -> Hashable:
    receipt = parse_receipt(data)
    if not isinstance(receipt, ConsistencyReceipt):
        return InclusionReceipt.from_bytes(data).check(leaf_hash(ENTRY), UNWITNESSED)
    return receipt.check(root_of(LEAVES[:3]), UNWITNESSED)


def _evidence(data: bytes) -> Hashable:
    verified = verify(Evidence.from_bytes(data), TRUST)
    check_true(verified, MADE)  # whatever is shown of it is so: all of it, or less
    return verified.checkpoint.checkpoint


def _policy(data: bytes) -> Hashable:
    return Trust.parse(data).check(CHECKPOINT).checkpoint


_DOCUMENTS = document_vector()
_FILES = {str(case["name"]): content(case) for case in form_cases()}
_CLAIMS = misbehaviour_vector()


def _document(data: bytes) -> Hashable:
    verified = verify_summary(data, Trust.parse(_DOCUMENT_TRUST.encode())).document
    return verified.digest, verified.record.id


def _misbehaviour(data: bytes) -> Hashable:
    found = Misbehaviour.from_bytes(data).check(Trust.parse(_CLAIM_TRUST.encode()))
    return found.first.tree, found.second.tree


def _text(vector: Mapping[str, object], *path: str | int) -> str:
    value: object = vector
    for name in path:
        value = value[name]  # type: ignore[index]
    assert isinstance(value, str)
    return value


_DOCUMENT_TRUST = _text(_DOCUMENTS, "trust", _text(_DOCUMENTS, "cases", 0, "trust"))
_CLAIM_TRUST = _text(_CLAIMS, "trust", "witnessed")
_SUBMISSION = encode_submission(MADE.batches[1])
_GROWTH = ConsistencyReceipt(
    signed=SIGNED, old=3, new=4, proof=tuple(prove_consistency(3, 4, LeafReader(LEAVES)))
)
_INCLUSION = InclusionReceipt(signed=SIGNED, size=4, index=1, proof=MADE.prove(1))
_TLOG = TlogProof(index=1, proof=MADE.prove(1), checkpoint=CHECKPOINT)

JUDGED: Mapping[str, Judged] = {
    "signed checkpoint": Judged(CHECKPOINT.to_bytes(), _note, TEXT),
    "signed batch": Judged(ENTRY, _batch, TEXT),
    "submission": Judged(_SUBMISSION, _submission, JSON),
    "tlog-proof": Judged(_TLOG.to_bytes(), _tlog_proof, TEXT),
    "COSE receipt": Judged(_INCLUSION.to_bytes(), _receipt, BINARY),
    "COSE receipt of growth": Judged(_GROWTH.to_bytes(), _growth, BINARY),
    "evidence": JudgedEvidence(EVIDENCE, _evidence, ()),
    "document": Judged(_text(_DOCUMENTS, "cases", 0, "document").encode(), _document, TEXT),
    "DOCX": Judged(_FILES["docx-figures"], _document, BINARY),
    "PDF": Judged(_FILES["pdf-figures"], _document, BINARY),
    "trust file": Judged(TRUST_TEXT.encode(), _policy, TEXT),
    "misbehaviour": Judged(example_fork().to_bytes(), _misbehaviour, JSON),
}
