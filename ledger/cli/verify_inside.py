"""What `ledger verify` says about a proof of one document in a shard, and about that document."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ledger.checkpoint.trust import Trust
from ledger.cli.titles import title_of
from ledger.cli.verdicts import SHARD, Finding, refused
from ledger.client.document_files import spellings
from ledger.errors import CannotTellError, InputError, MalformedError, VerificationError
from ledger.proof.document_proof import UNITS, DocumentProof, ProvedDocument, verify_document_proof

ABOUT = "document proof"
PREFIX = "document:"
"""Before the digest of a document, among the digests of shards that are known by now."""


def check_document_proof(path: str, data: bytes, trust: Trust, known: dict[str, str]) -> Finding:
    """Verify a document proof; remember the document's digest, for the file that may come."""
    try:
        proved = verify_document_proof(DocumentProof.from_bytes(data), trust)
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, ABOUT, error)
    known[PREFIX + proved.digest.hex()] = f"{proved.index} of record {proved.record}"
    return Finding(
        path,
        "verified",
        ABOUT,
        steps=proved.verified.steps,
        warnings=proved.verified.warnings,
        details=_details(proved),
        is_dated=True,
        seen_at=proved.verified.checkpoint.seen_at,
        tree=proved.verified.checkpoint.checkpoint,
    )


def find_document(path: str, known: Mapping[str, str]) -> Finding | None:
    """Return what is known of a file that may be a proved document; None if it is none of them."""
    if not any(name.startswith(PREFIX) for name in known):
        return None
    try:
        written = spellings(path)
    except InputError:
        return None
    for one in written:
        place = known.get(PREFIX + one.digest.hex())
        if place is not None:
            details = [("document", place), ("digest", one.digest.hex())]
            if one.how:
                details.insert(1, ("spelled", one.how))
            return Finding(path, "verified", SHARD, details=details)
    return None


def _details(proved: ProvedDocument) -> list[tuple[str, str]]:
    tree = proved.verified.checkpoint.checkpoint
    seen = proved.verified.checkpoint.seen_at
    when = (
        datetime.fromtimestamp(seen, UTC).strftime("%Y-%m-%d %H:%M UTC, by a witness")
        if seen is not None
        else "not known: no witness says"
    )
    what = UNITS.get(proved.unit, "its record does not say what a document is")
    if proved.column:
        what = f"the text in column {proved.column!r} of {what}"
    signed = next(one.producer for one in proved.verified.records if one.id == proved.record)
    details = [
        ("document", f"number {proved.index} of {proved.count:,}, from 0: {what}"),
        ("its digest", f"{proved.digest.hex()} (give the file to compare it)"),
        ("shard", f"record {proved.record}, signed by {signed}"),
        ("log", f"{tree.origin}, size {tree.size}"),
        ("logged no later than", when),
    ]
    if proved.release is not None:
        name = title_of("release", proved.release.fields)
        details.append(("trained on it", f"{name}, record {proved.release.id}"))
    return details
