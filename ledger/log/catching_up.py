"""Taking entries back from what is published, so that a log that was restored can go on.

A restored database is behind what was signed, and from behind nothing may be signed. The published
bundles hold every entry's bytes. Hashed onto the database's own right edge they must give exactly
the root that was signed; then they are appended, in one transaction, like any entries, and the log
is where it was. No second history is possible on this way: it ends at the signed root or nowhere.

What is not in bundles is the records. Entries come back without them, and stay valid and proved;
`ledger fsck` lists them, and a producer who submits the same batch again fills them in. Records
that evidence shows whole are taken from there: of releases and summaries every published document
does, of keys the evidence of whatever they signed. A batch of keys must be among them: without its
records nobody could say whose signatures count after it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import CannotTellError, LedgerError, StorageError, VerificationError
from ledger.log.admission import Admitted, admit
from ledger.proof.evidence import EntryEvidence, Evidence, WholeOpening
from ledger.record.batch import Batch, SealedRecord, SignedBatch, parse_batch
from ledger.record.keyring import KeyRing
from ledger.record.record import Record
from ledger.record.vocabulary import OPEN_KINDS
from ledger.signing.note import Note
from ledger.store.advance import Advance, Found, NewEntry
from ledger.store.reader import Reader
from ledger.store.rows import Entry, Head
from ledger.store.store import Store
from ledger.tree.growth import grow
from ledger.tree.hashing import leaf_hash
from ledger.tree.tiles import TILE_WIDTH

ReadBundle = Callable[[int], Sequence[bytes]]
"""Returns the entries of bundle `number`: those from 256 × `number` on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """The entries `lo <= index < hi` that were taken back, and those that have no records."""

    lo: int
    hi: int
    lacking: tuple[int, ...]


def catch_up(
    store: Store,
    checkpoint: Checkpoint,
    bundle: ReadBundle,
    *,
    known: Mapping[bytes, SignedBatch],
    now: int,
) -> CaughtUp:
    """Append the entries that a database lacks below a checkpoint.

    Args:
        store: The restored database.
        checkpoint: What was signed; its signature has been checked.
        bundle: Reads what was published with it.
        known: Batches whose records are at hand, by the entry's bytes.
        now: Milliseconds since 1970: when these rows were written. When the entries were first
            appended is not published.

    Raises:
        VerificationError: The entries do not lead from this database to that root, or one is not
            signed by a key that might. Nothing was written.
        CannotTellError: The records of a key batch are missing.
        StorageError: A bundle is missing, or the database failed.
    """
    ring = _ring(store)
    lacking: list[int] = []

    def plan(head: Head, _: Found) -> Advance:
        notes = _notes(head.size, checkpoint.size, bundle)
        growth = grow(head.edge, [leaf_hash(note) for note in notes])
        _check_leads_to(checkpoint, head, growth.edge.root())
        at = max(now, head.appended_at)
        entries = []
        for index, data in enumerate(notes, start=head.size):
            entries.append(_entry(index, data, known.get(data), ring, head.origin, at))
            if not entries[-1].records:
                lacking.append(index)
        new = Head(
            origin=head.origin,
            size=growth.edge.size,
            root=growth.edge.root(),
            edge=growth.edge,
            records=head.records + sum(one.entry.count for one in entries),
            appended_at=at,
        )
        return Advance(old=head, new=new, entries=entries, tiles=growth.full)

    size = store.head().size
    if checkpoint.size > size:
        store.append(plan)
    return CaughtUp(lo=size, hi=max(size, checkpoint.size), lacking=tuple(lacking))


def whole_batches(evidence: Iterable[Evidence]) -> dict[bytes, SignedBatch]:
    """Return the batches that evidence shows whole, every record of them, by the entry's bytes.

    They are checked like any batch when they are used: against the root in their own note.
    """
    found: dict[bytes, SignedBatch] = {}
    for one in evidence:
        for entry in one.entries:
            batch = _whole_batch(entry)
            if batch is not None:
                found[entry.note] = batch
    return found


def _whole_batch(entry: EntryEvidence) -> SignedBatch | None:
    try:
        batch, _ = parse_batch(entry.note)
        records = []
        for shown in entry.records:
            if not isinstance(shown.opening, WholeOpening):
                return None
            record = Record.parse(batch.kind, shown.opening.fields)
            records.append(SealedRecord.of(record, shown.opening.secret))
    except LedgerError:
        return None  # evidence of another log, or no good evidence: others may have it
    if len(records) != batch.count:
        return None
    return SignedBatch(batch, entry.note, tuple(records))


def _ring(reader: Reader) -> KeyRing:
    ring = KeyRing()
    for index, group in groupby(reader.open_records("key"), key=lambda one: one.id.index):
        _, note = parse_batch(reader.entry(index).note)
        ring.add_batch(note, [one.record for one in group], index)
    return ring


def _notes(lo: int, hi: int, bundle: ReadBundle) -> list[bytes]:
    """Return the bytes of the entries `lo <= index < hi`."""
    notes: list[bytes] = []
    for number in range(lo // TILE_WIDTH, (hi - 1) // TILE_WIDTH + 1):
        first = number * TILE_WIDTH
        held = bundle(number)
        if first + len(held) < min(hi, first + TILE_WIDTH):
            raise StorageError(
                f"the bundle of entries {first} on holds {len(held)}, and is to reach {hi}"
            )
        notes += held[max(0, lo - first) : hi - first]
    return notes


def _check_leads_to(checkpoint: Checkpoint, head: Head, root: bytes) -> None:
    if checkpoint.origin != head.origin or root != checkpoint.root:
        raise VerificationError(
            f"the published entries {head.size} to {checkpoint.size - 1} do not lead from this "
            f"database to the root that {checkpoint.origin} signed: one of them is another log's, "
            "or was changed. Nothing was written",
            hint="ledger fsck --against ledger.d/public/checkpoint",
        )


def _entry(
    index: int, data: bytes, known: SignedBatch | None, ring: KeyRing, origin: str, at: int
) -> NewEntry:
    batch, note = parse_batch(data)
    if known is None and batch.kind == "key":
        raise CannotTellError(
            f"entry {index} registers or revokes keys, and its records are not at hand: without "
            "them nobody can say whose signatures count after it",
            hint="--evidence FILE: of that record, or of anything that a key of it signed",
        )
    admitted = None if known is None else admit(known, origin=origin)
    entry = Entry(
        index=index,
        note=data,
        kind=batch.kind,
        count=batch.count,
        producer=_signer(index, batch, note, admitted, ring),
        appended_at=at,
    )
    if admitted is None:
        return NewEntry(entry=entry, tiles=(), records=(), is_open=batch.kind in OPEN_KINDS)
    return NewEntry(
        entry=entry, tiles=admitted.tiles, records=admitted.records, is_open=admitted.is_open
    )


def _signer(index: int, batch: Batch, note: Note, admitted: Admitted | None, ring: KeyRing) -> str:
    """Return the vkey that may, and did, sign an entry; take in the keys that it brings."""
    signer = ring.check(note, kind=batch.kind, index=index)
    if admitted is not None and batch.kind == "key":
        ring.add_batch(note, [sealed.record for sealed in admitted.records], index)
    return str(signer.key)
