"""The verifier: evidence and trust in, what is proved out, in numbered steps.

    1 Checkpoint   a log that we trust signed this tree, and the quorum of witnesses saw it
    2 Entries      each entry is at its index in that tree
    3 Records      each record is at its position in its entry's batch, and is what is shown
    4 Producers    each batch was meant for this log, and a key valid at its index signed it

A step says what was computed and what that means. The first that fails stops, and the error names
it. There is no boolean for somebody to forget: a `Verified` comes back, or an error is raised.
Nothing here reads a clock, a file or the network.

What this cannot do: evidence holds the key records and the corrections that its maker put in. One
who leaves out the entry that revokes a key, or the one that replaces a record, is noticed by
whoever reads the log, not here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.differences import Difference, DifferentError
from ledger.proof.evidence import (
    ClosedRecord,
    EntryEvidence,
    Evidence,
    FieldsOpening,
    RecordEvidence,
    WholeOpening,
)
from ledger.record.batch import Batch, parse_batch
from ledger.record.commitment import FieldOpening
from ledger.record.corrections import Correction, Corrections
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.record.kinds import SCHEMAS
from ledger.record.leaf import RecordId
from ledger.record.record import Record, check_fields
from ledger.record.schema import Fields
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note
from ledger.tree.hashing import leaf_hash
from ledger.tree.proofs import check_inclusion
from ledger.tree.tiles import MAX_ENTRY_SIZE


@dataclass(frozen=True, slots=True)
class Step:
    """One finished step: its number and name, what was computed, and what that means."""

    number: int
    name: str
    computed: str
    means: str


class StepFailedError(VerificationError):
    """A step showed the opposite of what the evidence claims.

    `differences` says of a document where, as far as it can be told.
    """

    def __init__(
        self,
        number: int,
        name: str,
        reason: str,
        done: tuple[Step, ...],
        differences: tuple[Difference, ...] = (),
    ) -> None:
        super().__init__(f"step {number}, {name}: {reason}")
        self.number, self.name, self.reason, self.done = number, name, reason, done
        self.differences = differences


class StepUnclearError(CannotTellError):
    """A step could not be done: a key or an input is missing."""

    def __init__(
        self, number: int, name: str, reason: str, done: tuple[Step, ...], hint: str | None
    ) -> None:
        super().__init__(f"step {number}, {name}: {reason}", hint=hint)
        self.number, self.name, self.reason, self.done = number, name, reason, done


@dataclass(slots=True)
class Walk:
    """Goes from step to step and remembers those that are done."""

    done: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator["Outcome"]:
        """Do one step: its body sets what it found, or raises why it failed."""
        number = len(self.done) + 1
        outcome = Outcome()
        try:
            yield outcome
        except CannotTellError as error:
            raise StepUnclearError(
                number, name, str(error), tuple(self.done), error.hint
            ) from error
        except LedgerError as error:
            found = error.differences if isinstance(error, DifferentError) else ()
            raise StepFailedError(number, name, str(error), tuple(self.done), found) from error
        self.done.append(Step(number, name, outcome.computed, outcome.means))


@dataclass(slots=True)
class Outcome:
    """What a step reports when it is done."""

    computed: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRecord:
    """A record that is proved to be in the log, and what of it was shown.

    `record` is there if it was shown whole, `fields` holds what was shown, `producer` is the name
    of the key that signed its batch.
    """

    id: RecordId
    kind: str
    producer: str
    fields: Fields
    record: Record | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the evidence proves, under the trust it was checked with.

    `keys` are those that its key records register, with what became of each as far as it shows.
    """

    checkpoint: VerifiedCheckpoint
    records: tuple[VerifiedRecord, ...]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    keys: tuple[RegisteredKey, ...]


_Opened: TypeAlias = list[tuple[RecordEvidence, Record | None]]


def verify(evidence: Evidence, trust: Trust) -> Verified:
    """Return what `evidence` proves to somebody who holds `trust`.

    Raises:
        StepFailedError: A step showed that the evidence is false.
        StepUnclearError: A step could not be done: another log's evidence, an unknown producer.
    """
    walk = Walk()
    checkpoint = checkpoint_step(walk, evidence.checkpoint, trust)
    _check_entries(walk, evidence, checkpoint)
    opened = _check_records(walk, evidence)
    ring = KeyRing()
    records, later = _check_producers(walk, evidence, checkpoint, opened, ring)
    return Verified(
        checkpoint=checkpoint,
        records=records,
        steps=tuple(walk.done),
        warnings=(*unwitnessed(checkpoint), *later, *_superseded(records)),
        keys=tuple(ring.keys),
    )


def checkpoint_step(walk: Walk, checkpoint: bytes, trust: Trust) -> VerifiedCheckpoint:
    """Do the step that every proof begins with: a signed checkpoint, by a trust file."""
    with walk.step("Checkpoint") as outcome:
        verified = trust.check(Note.from_bytes(checkpoint))
        tree = verified.checkpoint
        outcome.computed = (
            f"{verified.log.name} signed size {tree.size}, root {tree.root.hex()[:16]}…, "
            f"{_count(len(verified.cosigned), 'cosignature')}"
        )
        outcome.means = f"the log {tree.origin} states that this is its whole tree" + (
            "" if trust.quorum is None else f", and the quorum {trust.quorum} saw it"
        )
    return verified


def _check_entries(walk: Walk, evidence: Evidence, verified: VerifiedCheckpoint) -> None:
    tree = verified.checkpoint
    with walk.step("Entries") as outcome:
        for entry in evidence.entries:
            check_inclusion(
                leaf=leaf_hash(entry.note),
                index=entry.index,
                size=tree.size,
                root=tree.root,
                proof=entry.proof,
            )
        indexes = ", ".join(str(entry.index) for entry in evidence.entries[:8])
        more = "" if len(evidence.entries) <= 8 else ", …"
        outcome.computed = f"inclusion of entry {indexes}{more} in the tree of size {tree.size}"
        outcome.means = "the log holds these entries, and cannot take them back"


def _check_records(walk: Walk, evidence: Evidence) -> dict[int, _Opened]:
    """Return, by entry, the records with what their openings state."""
    opened: dict[int, _Opened] = {}
    shown = 0
    with walk.step("Records") as outcome:
        for entry in evidence.entries:
            if len(entry.note) > MAX_ENTRY_SIZE:
                raise MalformedError(f"entry {entry.index} has {len(entry.note)} bytes")
            batch, _ = parse_batch(entry.note)
            opened[entry.index] = [
                (record, _check_record(batch, record)) for record in entry.records
            ]
            shown += sum(not isinstance(one.opening, ClosedRecord) for one in entry.records)
        total = sum(map(len, opened.values()))
        outcome.computed = f"{_count(total, 'record')} hashed into the signed batch roots"
        outcome.means = (
            f"{_count(shown, 'record')} shown here: as recorded, not a character changed"
        )
    return opened


def _check_record(batch: Batch, record: RecordEvidence) -> Record | None:
    check_inclusion(
        leaf=record.opening.leaf(),
        index=record.position,
        size=batch.count,
        root=batch.root,
        proof=record.proof,
    )
    if isinstance(record.opening, FieldsOpening):
        for field_opening in record.opening.fields:
            _check_field(batch.kind, field_opening)
        _check_hidden(batch.kind, record.opening)
    if not isinstance(record.opening, WholeOpening):
        return None
    check_fields(batch.kind, record.opening.fields)
    return Record(batch.kind, record.opening.encoded)


def _check_field(kind: str, opening: FieldOpening) -> None:
    """Check an opened field by itself, so that part of a record shows only what the whole could."""
    member = SCHEMAS[kind].members.get(opening.name)
    if member is None:
        raise MalformedError(f"a record of kind {kind} has no field {opening.name[:60]!r}")
    member.shape.check(opening.value, opening.name)


def _check_hidden(kind: str, opening: FieldsOpening) -> None:
    """Check that fields of the kind fit where fields are hidden: beside and between those shown.

    A hidden field has a name that nobody sees. This leaves little room for one that is no field of
    the kind, or that has the name of one shown.
    """
    shown = [(field.index, field.name) for field in opening.fields]
    for (place, name), (later, follower) in pairwise([(-1, ""), *shown, (opening.size, "~")]):
        members = SCHEMAS[kind].members
        between = [member.needed for known, member in members.items() if name < known < follower]
        if not sum(between) <= later - place - 1 <= len(between):
            raise MalformedError(
                f"{_count(later - place - 1, 'field')} hidden after {name!r}: a record of kind "
                f"{kind} has {sum(between)} to {len(between)} there"
            )


def _check_producers(
    walk: Walk,
    evidence: Evidence,
    verified: VerifiedCheckpoint,
    opened: dict[int, _Opened],
    ring: KeyRing,
) -> tuple[tuple[VerifiedRecord, ...], tuple[str, ...]]:
    """Return the records, and a warning for each key that was rotated or revoked later.

    `ring` comes in empty, and holds all key events afterwards.
    """
    records: list[VerifiedRecord] = []
    signed: list[tuple[int, VerifierKey]] = []
    with walk.step("Producers") as outcome:
        for entry in evidence.entries:
            batch, note = parse_batch(entry.note)
            if batch.origin != verified.checkpoint.origin:
                raise VerificationError(
                    f"entry {entry.index} is a batch for the log {batch.origin!r}"
                )
            if (key := _check_signature(ring, entry, batch, note, opened[entry.index])) is not None:
                signed.append((entry.index, key))
            for record, whole in opened[entry.index]:
                records.append(_verified(entry, batch, note, record, whole))
        # Not before the last entry: a revocation may reach back over those in front of it.
        try:
            later = ring.look_back(signed)
        except VerificationError as error:
            raise VerificationError(f"{error}: it was signed and logged, and disowned") from error
        names = sorted({record.producer for record in records})
        outcome.computed = f"{_count(len(evidence.entries), 'signature')} by {', '.join(names)}"
        outcome.means = (
            "each batch is signed by a key that the log had registered before it, and that no key "
            "record shown here revokes before it"
        )
    return tuple(records), later


def _check_signature(
    ring: KeyRing, entry: EntryEvidence, batch: Batch, note: Note, opened: _Opened
) -> VerifierKey | None:
    """Return the key that signed a batch; None for key events, which nothing later takes back."""
    if batch.kind != "key":
        return ring.check(note, kind=batch.kind, index=entry.index).key
    whole = [record for _, record in opened if record is not None]
    if len(whole) != batch.count:
        # What is held back could be the revocation of the very key that is shown.
        raise CannotTellError(
            f"entry {entry.index} has {_count(batch.count, 'key record')}, of which {len(whole)} "
            "are shown whole; all must be"
        )
    ring.add_batch(note, whole, entry.index)
    return None


def _verified(
    entry: EntryEvidence, batch: Batch, note: Note, record: RecordEvidence, whole: Record | None
) -> VerifiedRecord:
    fields: Fields = {}
    if isinstance(record.opening, WholeOpening):
        fields = dict(record.opening.fields)
    elif isinstance(record.opening, FieldsOpening):
        fields = {opened.name: opened.value for opened in record.opening.fields}
    return VerifiedRecord(
        id=RecordId(entry.index, record.position),
        kind=batch.kind,
        producer=note.signatures[0].name,
        fields=fields,
        record=whole,
    )


def unwitnessed(verified: VerifiedCheckpoint) -> tuple[str, ...]:
    """Return the warning that nobody but the log vouches for a checkpoint, if it is so."""
    if verified.quorum is None:
        return (
            "not witnessed: the trust file asks for no cosignatures, so only the log itself says "
            "that it showed everybody the same tree, and when",
        )
    return ()


def _superseded(records: tuple[VerifiedRecord, ...]) -> tuple[str, ...]:
    """Return what the corrections in the evidence say about the records in it."""
    corrections = Corrections(
        Correction.of(one.id, one.record)
        for one in records
        if one.kind == "correction" and one.record is not None
    )
    verdicts = (corrections.verdict(one.id) for one in records)
    return tuple(verdict for verdict in verdicts if verdict is not None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
