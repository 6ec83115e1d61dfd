"""Making evidence: from a log's rows to a file that proves some of its records offline.

The maker chooses what is shown of each record. What a verifier needs besides is added here, so that
no evidence is useless or misleading for want of it: the key records that say whose signatures
count, and the corrections that say what became of the records.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeAlias

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.key_entries import key_records
from ledger.errors import InputError, NotFoundError, StorageError
from ledger.proof.evidence import (
    MAX_SIZE,
    ClosedRecord,
    EntryEvidence,
    Evidence,
    FieldsOpening,
    Opening,
    RecordEvidence,
    WholeOpening,
)
from ledger.record.commitment import FieldOpening
from ledger.record.leaf import RecordId
from ledger.record.schema import nearest
from ledger.signing.note import Note
from ledger.store.private import PrivateReader
from ledger.store.reader import Reader, RecordProof
from ledger.store.rows import StoredRecord

_PER_PART = 4_000
"""Records in one part of evidence: some 20 MB of it."""


class Shown(Protocol):
    """Decides what is shown of a stored record."""

    def __call__(self, stored: StoredRecord) -> Opening:
        """Return the opening."""


Wanted: TypeAlias = Mapping[RecordId, Opening | None]
"""The records that evidence is about, each with what is shown of it; None shows nothing of it."""


def whole(stored: StoredRecord) -> Opening:
    """Show everything the record says."""
    return WholeOpening.of(stored.record, stored.secret)


def only(*names: str) -> Shown:
    """Show these fields and hide the others."""

    def show(stored: StoredRecord) -> Opening:
        fields = stored.record.fields
        for name in names:
            if name not in fields:
                raise NotFoundError(
                    f"record {stored.id} has no field {name!r}{nearest(name, tuple(fields))}",
                    hint=f"ledger show {stored.id}",
                )
        return opening_of(stored, names)

    return show


def opening_of(stored: StoredRecord, names: Iterable[str]) -> FieldsOpening:
    """Return an opening that shows fields of a record, and of those it has not that it has none.

    A field that is not there is shown to be absent by the two beside its place.
    """
    fields, encoded = stored.record.fields, stored.record.encoded
    ordered, shown = sorted(fields), set[str]()
    for name in names:
        if name in fields:
            shown.add(name)
        else:
            at = bisect_left(ordered, name)
            shown.update(ordered[max(0, at - 1) : at + 1])
    opened = (FieldOpening.of(encoded, stored.secret, name, fields[name]) for name in sorted(shown))
    return FieldsOpening(len(encoded), tuple(opened))


def openings_of(
    store: PrivateReader, wanted: Mapping[RecordId, Sequence[str] | None]
) -> dict[RecordId, Opening | None]:
    """Return what is shown of each record: whole if no field is named, nothing for None.

    Raises:
        NotFoundError: There is no such record, or no such field; or it was erased, and more than
            nothing is to be shown of it.
        InputError: No record is wanted.
    """
    if not wanted:
        raise InputError("evidence is about at least one record")
    openings: dict[RecordId, Opening | None] = {}
    for record_id, names in wanted.items():
        if names is None:
            openings[record_id] = None
        else:
            stored = store.record(record_id)
            openings[record_id] = only(*names)(stored) if names else whole(stored)
    return openings


def build_parts(reader: Reader, checkpoint: bytes, wanted: Wanted) -> Iterator[Evidence]:
    """Yield evidence for `wanted` in parts that are small enough to be files, in order.

    Args and errors are those of `build_evidence`.
    """
    rest = iter(sorted(wanted))
    while places := list(islice(rest, _PER_PART)):
        yield from _cut(reader, checkpoint, {one: wanted[one] for one in places})


def _cut(reader: Reader, checkpoint: bytes, wanted: Wanted) -> Iterator[Evidence]:
    """Yield evidence for these records: one part, or more if one would be too large."""
    made = build_evidence(reader, checkpoint, wanted)
    if len(made.to_bytes()) <= MAX_SIZE or len(wanted) == 1:
        yield made
        return
    places = sorted(wanted)
    half = len(places) // 2
    for some in (places[:half], places[half:]):
        yield from _cut(reader, checkpoint, {one: wanted[one] for one in some})


def build_evidence(reader: Reader, checkpoint: bytes, wanted: Wanted) -> Evidence:
    """Return evidence for `wanted` under a signed checkpoint of the reader's log.

    Args:
        reader: The log's public rows.
        checkpoint: A signed checkpoint, as published; every wanted record is below its size.
        wanted: What is shown of each record.

    Raises:
        NotFoundError: A record is not in the log, or not yet under this checkpoint.
        StorageError: A record's rows do not match its place in the log.
    """
    size = Checkpoint.from_text(Note.from_bytes(checkpoint).text).size
    openings = dict(wanted)
    for correction in reader.corrections(wanted, size=size):
        openings[correction.id] = whole(reader.open_record(correction.id))
    for stored in key_records(reader, size, {record_id.index for record_id in openings}):
        openings[stored.id] = whole(stored)
    entries: dict[int, list[tuple[RecordProof, RecordEvidence]]] = {}
    places = sorted(openings)
    for record_id, proof in zip(places, reader.prove_all(places, size), strict=True):
        opening = openings[record_id] or ClosedRecord(proof.leaf)
        if opening.leaf() != proof.leaf:
            # Evidence that would not verify must not leave the house: better to hear it here.
            raise StorageError(
                f"record {record_id}: its values do not hash to what was logged",
                hint="ledger fsck",
            )
        shown = RecordEvidence(record_id.position, proof.in_batch, opening)
        entries.setdefault(record_id.index, []).append((proof, shown))
    return Evidence(
        checkpoint,
        tuple(
            EntryEvidence(
                index,
                found[0][0].entry.note,
                found[0][0].in_log,
                tuple(record for _, record in found),
            )
            for index, found in sorted(entries.items())
        ),
    )
