"""A document proof: that one document was in a shard, and if asked, the shard in a release.

    {"document": {"digest": hex, "index": 17, "proof": [<base64>...], "salt": hex},
     "evidence": <evidence>,
     "record": "3.0",
     "training": {"opening": <opening>, "release": "9.0"},
     "type": "tdl/document-proof/v1"}

`evidence` is evidence as in ledger.proof.evidence, of which the record shows at least the field
`documents`; `training`, which may be left out, opens the record in the training set of a release
that the evidence shows too. The document itself is not in the file: whoever has it compares.
The file is canonical JSON and one line feed. docs/formats/document-tree.md is normative.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from ledger.checkpoint.trust import Trust
from ledger.errors import MalformedError, VerificationError
from ledger.proof.evidence import MAX_SIZE, Evidence
from ledger.proof.json_members import bytes_of, list_of, members, number_of, text_of
from ledger.proof.sum_json import decode_opening, encode_opening
from ledger.proof.tlog_proof import MAX_HASHES, decode_hashes
from ledger.proof.verify import Verified, VerifiedRecord, Walk, verify
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.leaf import RecordId
from ledger.signing.base64 import encode_base64
from ledger.tree.documents import DocumentOpening
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import SumNode, SumOpening, check_opening

TYPE: Final = "tdl/document-proof/v1"
START: Final = b'{"document":{"digest":"'
TREE: Final = "training"
"""The name of the ordered tree over a training set (docs/formats/audit.md)."""

UNITS: Final = {
    "file": "the whole shard",
    "line": "a line of it",
    "member": "a member of the archive",
    "record": "a record of its table",
    "row": "a row of its table",
}


@dataclass(frozen=True, slots=True)
class Membership:
    """The opening of a record in the training set of a release."""

    release: RecordId
    opening: SumOpening


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProof:
    """One document of one shard. Nothing in it has been checked yet."""

    record: RecordId
    index: int
    digest: bytes
    salt: bytes
    proof: tuple[Hash, ...]
    evidence: Evidence
    membership: Membership | None = None

    def to_bytes(self) -> bytes:
        """Return the proof in its one byte form."""
        value: dict[str, JSON] = {
            "document": {
                "digest": self.digest.hex(),
                "index": self.index,
                "proof": [encode_base64(one) for one in self.proof],
                "salt": self.salt.hex(),
            },
            "evidence": self.evidence.to_json(),
            "record": str(self.record),
            "type": TYPE,
        }
        if self.membership is not None:
            value["training"] = {
                "opening": encode_opening(self.membership.opening),
                "release": str(self.membership.release),
            }
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the proof whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, of another version, or no such proof.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"a document proof has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("a document proof ends with a line feed; this file is cut off")
        return cls._of_json(decode_object(data[:-1], "a document proof"))

    @classmethod
    def _of_json(cls, value: JSON) -> Self:
        document, evidence, record, kind = members(
            value,
            "a document proof",
            "document",
            "evidence",
            "record",
            "type",
            optional=("training",),
        )
        if kind != TYPE:
            raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
        digest, index, proof, salt = members(
            document, "a document", "digest", "index", "proof", "salt"
        )
        training = value.get("training") if isinstance(value, dict) else None
        return cls(
            record=RecordId.parse(text_of(record, "record")),
            index=number_of(index, "index"),
            digest=bytes_of(digest, "a document's digest", HASH_SIZE),
            salt=bytes_of(salt, "a document's salt", HASH_SIZE),
            proof=_hashes(proof),
            evidence=Evidence.from_json(evidence),
            membership=None if training is None else _membership(training),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedDocument:
    """What a document proof shows, under the trust it was checked with."""

    verified: Verified
    """Of the evidence, with the steps about the document after its own."""
    record: RecordId
    index: int
    count: int
    digest: bytes
    unit: str
    """What a document of this shard is; empty if its record does not say."""
    column: str
    release: VerifiedRecord | None
    """The release record in whose training set the shard is; None if nothing was shown of it."""


def verify_document_proof(proof: DocumentProof, trust: Trust) -> ProvedDocument:
    """Return what a document proof shows to somebody who holds `trust`.

    Raises:
        StepFailedError: A step showed that it is false.
        StepUnclearError: A step could not be done.
    """
    verified = verify(proof.evidence, trust)
    walk = Walk(list(verified.steps))
    with walk.step("Document") as outcome:
        shown = _documents(verified, proof.record)
        count = number_of(shown["count"], "documents.count")
        root = bytes.fromhex(text_of(shown["root"], "documents.root").removeprefix("sha256:"))
        DocumentOpening(proof.index, count, proof.digest, proof.salt, proof.proof).check(root)
        outcome.computed = (
            f"document {proof.index} of {count:,} hashed into the root that record "
            f"{proof.record} states"
        )
        outcome.means = (
            "a document with this digest was in the shard when it was recorded; nothing is shown "
            "of the others"
        )
    release = None
    if proof.membership is not None:
        release = _member_step(walk, proof, proof.membership, verified)
    return ProvedDocument(
        verified=replace(verified, steps=tuple(walk.done)),
        record=proof.record,
        index=proof.index,
        count=count,
        digest=proof.digest,
        unit=str(shown.get("unit", "")),
        column=str(shown.get("column", "")),
        release=release,
    )


def _member_step(
    walk: Walk, proof: DocumentProof, membership: Membership, verified: Verified
) -> VerifiedRecord:
    """Do the step that puts the record into the training set of a release."""
    with walk.step("Training set") as outcome:
        release = _record(verified, membership.release)
        root = _training(release)
        _check_member(proof, membership, root)
        outcome.computed = (
            f"record {proof.record} hashed into the training set of release record "
            f"{release.id}, as number {membership.opening.index} of {root.count:,}"
        )
        outcome.means = "the shard is in the set that this release was trained on"
    return release


def _documents(verified: Verified, record_id: RecordId) -> dict[str, JSON]:
    record = _record(verified, record_id)
    documents = record.fields.get("documents")
    if record.kind != "shard" or not isinstance(documents, dict):
        raise VerificationError(f"record {record_id} shows no tree of documents")
    return documents


def _record(verified: Verified, record_id: RecordId) -> VerifiedRecord:
    for record in verified.records:
        if record.id == record_id:
            return record
    raise VerificationError(f"the evidence does not show record {record_id}")


def _training(release: VerifiedRecord) -> SumNode:
    """Return the root of the training set that a release record freezes."""
    training = release.fields.get("training")
    if release.kind != "release" or not isinstance(training, dict):
        raise VerificationError(f"record {release.id} shows no training set")
    return SumNode(
        number_of(training["count"], "training.count"),
        bytes_of(training["lo"], "training.lo"),
        bytes_of(training["hi"], "training.hi"),
        (),
        Hash(bytes_of(training["root"], "training.root")),
    )


def _check_member(proof: DocumentProof, membership: Membership, root: SumNode) -> None:
    leaf = membership.opening.leaf
    if leaf.key != proof.record.key:
        raise VerificationError(
            f"the training set is opened at record {RecordId.of_key(leaf.key)}, and the document "
            f"is in record {proof.record}"
        )
    if leaf.ref != _leaf_of(proof.evidence, proof.record):
        raise VerificationError(f"the training set has another record as {proof.record}")
    check_opening(membership.opening, tree_name=TREE, root=root)


def _leaf_of(evidence: Evidence, record_id: RecordId) -> Hash:
    for entry in evidence.entries:
        if entry.index == record_id.index:
            for record in entry.records:
                if record.position == record_id.position:
                    return record.opening.leaf()
    raise VerificationError(f"the evidence does not show record {record_id}")


def _membership(value: JSON) -> Membership:
    opening, release = members(value, "training", "opening", "release")
    return Membership(RecordId.parse(text_of(release, "release")), decode_opening(opening))


def _hashes(value: JSON) -> tuple[Hash, ...]:
    lines = list_of(value, "a proof")
    if len(lines) > MAX_HASHES:
        raise MalformedError(f"a proof has at most {MAX_HASHES} hashes, not {len(lines)}")
    return decode_hashes([text_of(line, "a hash") for line in lines])
