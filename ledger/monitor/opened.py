"""Records that a log shows whole: key records and summaries, checked against their batch.

A log serves the evidence of each record at `/api/v1/records/<id>/proof`, with all key records about
the keys it rests on. None of that is believed. What we hold is the entry, from the signed tree; an
opening counts if it hashes into the root that this entry states.
"""

from collections.abc import Mapping

from ledger.errors import MalformedError, NotFoundError, VerificationError
from ledger.monitor.remote import RemoteLog
from ledger.proof.evidence import Evidence, RecordEvidence, WholeOpening
from ledger.record.batch import Batch, parse_batch
from ledger.record.leaf import RecordId
from ledger.record.record import Record, check_fields
from ledger.tree.proofs import check_inclusion

MAX_EVIDENCE = 32 * 2**20
"""Bytes of an answer that is read: ten thousand key records are a third of it."""


def fetch_records(
    log: RemoteLog, wanted: RecordId, entries: Mapping[int, bytes]
) -> dict[RecordId, Record]:
    """Return the records that the evidence of one record shows whole, of these entries.

    Args:
        log: Where to ask.
        wanted: Whose evidence; it must be among what comes back.
        entries: The bytes of entries by log index, as they stand in the signed tree.

    Raises:
        NotFoundError: The server does not give it.
        StorageError: The server cannot be asked.
        MalformedError: What it gives is no evidence, or shows no such record.
        VerificationError: It shows a record that is not in the entry.
    """
    path = f"api/v1/records/{wanted}/proof"
    data = log.get(path, MAX_EVIDENCE)
    if data is None:
        raise NotFoundError(f"{log.url}/{path} is not served")
    try:
        evidence = Evidence.from_bytes(data)
    except MalformedError as error:
        raise MalformedError(f"the evidence of record {wanted}: {error}") from error
    found: dict[RecordId, Record] = {}
    for entry in evidence.entries:
        if entry.index not in entries:
            continue
        if entry.note != entries[entry.index]:
            raise VerificationError(
                f"the evidence of record {wanted} shows another entry {entry.index} than the log"
            )
        batch, _ = parse_batch(entry.note)
        for record in entry.records:
            if isinstance(record.opening, WholeOpening):
                place = RecordId(entry.index, record.position)
                found[place] = _checked(batch, place, record, record.opening)
    if wanted not in found:
        raise MalformedError(f"the evidence of record {wanted} does not show that record whole")
    return found


def _checked(
    batch: Batch, place: RecordId, record: RecordEvidence, opening: WholeOpening
) -> Record:
    try:
        check_inclusion(
            leaf=opening.leaf(),
            index=place.position,
            size=batch.count,
            root=batch.root,
            proof=record.proof,
        )
    except VerificationError as error:
        raise VerificationError(f"record {place} is shown with other fields: {error}") from error
    check_fields(batch.kind, opening.fields)
    return Record(batch.kind, opening.encoded)
