"""Verifying a document that carries its own evidence.

The steps of `ledger.proof.verify`, and one more:

    5 Document     the file, but for its evidence, is what the logged summary record names

So a changed word is found by step 5, and changed evidence by one of the steps before it.
`ledger.summary.verify` goes on from here: it reads the form inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.document_slot import SplitDocument, split_evidence
from ledger.proof.evidence import MAX_SIZE, Evidence
from ledger.proof.verify import Verified, VerifiedRecord, Walk, verify
from ledger.record.canonical import JSON

KIND = "summary"


class ChangedError(VerificationError):
    """No summary that the evidence shows names this document; `summaries` are those it shows."""

    def __init__(self, message: str, summaries: Sequence[VerifiedRecord]) -> None:
        super().__init__(message)
        self.summaries = tuple(summaries)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDocument:
    """A document that is, byte for byte, a rendition of a logged summary record."""

    verified: Verified
    record: VerifiedRecord
    media_type: str
    digest: str


def verify_document(data: bytes, trust: Trust) -> VerifiedDocument:
    """Return what the evidence inside a document proves, and that the document is what it proves.

    Raises:
        MalformedError: It is no document of a ledger, or too large for one.
        CannotTellError: It carries no evidence, or its evidence cannot be judged.
        VerificationError: A step failed.
    """
    if len(data) > MAX_SIZE:
        raise MalformedError(f"a document has at most {MAX_SIZE} bytes, not {len(data)}")
    split = split_evidence(data)
    if split.evidence is None:
        raise CannotTellError(
            "the document carries no evidence",
            hint="ask its publisher for the copy that `ledger summary` wrote",
        )
    verified = verify(Evidence.from_bytes(split.evidence), trust)
    walk = Walk(list(verified.steps))
    with walk.step("Document") as outcome:
        record, media_type = _rendition(verified, split)
        digest = f"sha256:{split.digest.hex()}"
        outcome.computed = f"SHA-256 of the {media_type} file but for its evidence: {digest[:23]}…"
        outcome.means = f"the text is the one that record {record.id} logged, to the last character"
    return VerifiedDocument(
        verified=replace(verified, steps=tuple(walk.done)),
        record=record,
        media_type=media_type,
        digest=digest,
    )


def _rendition(verified: Verified, split: SplitDocument) -> tuple[VerifiedRecord, str]:
    """Return the summary record that names the document's digest, and the media type it gives."""
    digest = f"sha256:{split.digest.hex()}"
    summaries = [
        record
        for record in verified.records
        if record.kind == KIND and "renditions" in record.fields
    ]
    if not summaries:
        raise CannotTellError("the evidence inside the document shows no summary's renditions")
    for record in summaries:
        for rendition in _list(record.fields["renditions"]):
            if isinstance(rendition, dict) and rendition.get("digest") == digest:
                return record, str(rendition["media_type"])
    raise ChangedError(
        f"the document's digest is {digest}, and record {summaries[0].id} names another: "
        "something in the text was changed after it was logged",
        summaries,
    )


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
