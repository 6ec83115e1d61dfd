"""What the evidence of an answer shows of records: their fields, their leaves, their corrections.

A field that is hidden and a field that is not there look alike unless the answer shows which: that
a record has no field of some name is proved by the two fields between which it would stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, VerificationError
from ledger.proof.evidence import (
    ClosedRecord,
    EntryEvidence,
    Evidence,
    FieldsOpening,
    Opening,
    WholeOpening,
)
from ledger.proof.verify import StepFailedError, Verified, verify
from ledger.record.batch import parse_batch
from ledger.record.corrections import Correction, Corrections
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.record.schema import Fields
from ledger.tree.hashing import Hash

DECIDING = ("domains", "generator", "measures", "modality", "source", "stages")
"""The fields of a shard record that its trees and values follow from."""

NEEDED = ("content", "documents", *DECIDING)
"""What an answer shows of a record that is opened: also what its content is checked against."""


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record that is proved to be in the log."""

    id: RecordId
    kind: str
    leaf: Hash
    opening: Opening
    record: Record | None
    """If it is shown whole."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it is shown."""
        return not isinstance(self.opening, WholeOpening | FieldsOpening)

    def stated(self, names: Sequence[str]) -> Fields:
        """Return the fields of these names that the record has.

        Raises:
            CannotTellError: A field is hidden, or may be.
        """
        if isinstance(self.opening, WholeOpening):
            fields = self.opening.fields
            return {name: fields[name] for name in names if name in fields}
        if not isinstance(self.opening, FieldsOpening):
            raise CannotTellError(f"nothing of record {self.id} is shown")
        shown = {one.name: one.value for one in self.opening.fields}
        for name in names:
            if name not in shown and not is_absent(self.opening, name):
                raise CannotTellError(
                    f"record {self.id} does not show its field {name!r}, nor that it has none"
                )
        return {name: shown[name] for name in names if name in shown}


def is_absent(opening: FieldsOpening, name: str) -> bool:
    """Answer whether an opening shows that the record has no field `name`.

    Fields stand in the order of their names: two neighbours leave no room between them.
    """
    places = [(-1, ""), *((one.index, one.name) for one in opening.fields), (opening.size, "~")]
    return any(
        before < name < after and later == place + 1
        for (place, before), (later, after) in pairwise(places)
    )


@dataclass(frozen=True, slots=True)
class ShownRecords:
    """All records of an answer's evidence, each part of it verified under one checkpoint."""

    parts: tuple[Verified, ...]
    records: Mapping[RecordId, ShownRecord]

    def corrections(self, before: int) -> Corrections:
        """Return the corrections shown that were logged before entry `before`."""
        return Corrections(
            Correction.of(one.id, one.record)
            for one in self.records.values()
            if one.kind == "correction" and one.record is not None and one.id.index < before
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the parts warn of, each once."""
        return tuple(dict.fromkeys(text for part in self.parts for text in part.warnings))


def verify_parts(parts: Sequence[Evidence], trust: Trust) -> ShownRecords:
    """Return what all parts of an answer's evidence show.

    Every part is judged with the key records of all: a revocation in one holds for the others.

    Raises:
        VerificationError: A part does not hold; with its number and, if it can be told, the entry.
            Or two parts show one record in two ways.
        CannotTellError: It cannot be judged with this trust file.
    """
    if not parts:
        raise VerificationError("the answer holds no evidence")
    verified: list[Verified] = []
    records: dict[RecordId, ShownRecord] = {}
    keys = _key_entries(parts)
    for number, alone in enumerate(parts, 1):
        entries = {**{one.index: one for one in alone.entries}, **keys}
        part = replace(alone, entries=tuple(one for _, one in sorted(entries.items())))
        if part.checkpoint != parts[0].checkpoint:
            raise VerificationError(
                f"evidence-{number}.json rests on another checkpoint than evidence-1.json"
            )
        try:
            one = verify(part, trust)
        except CannotTellError:
            raise
        except LedgerError as error:
            raise VerificationError(
                f"evidence-{number}.json{_where(part, trust)}: {error}"
            ) from error
        verified.append(one)
        for shown in _shown(part, one):
            _add(records, shown)
    return ShownRecords(tuple(verified), records)


def _add(records: dict[RecordId, ShownRecord], shown: ShownRecord) -> None:
    """Keep a record; what one part keeps closed, another may open."""
    before = records.get(shown.id)
    if before is None or before.is_closed:
        records[shown.id] = shown
    elif not shown.is_closed and shown.opening != before.opening:
        raise VerificationError(f"two parts of the evidence show record {shown.id} in two ways")


def _key_entries(parts: Sequence[Evidence]) -> dict[int, EntryEvidence]:
    """Return the key entries of all parts by index, each with all that any part shows of it."""
    found: dict[int, EntryEvidence] = {}
    for entry in (one for part in parts for one in part.entries):
        if _is_key(entry):
            before = found.get(entry.index)
            found[entry.index] = entry if before is None else _joined(before, entry)
    return found


def _joined(one: EntryEvidence, other: EntryEvidence) -> EntryEvidence:
    records = {record.position: record for record in one.records}
    for record in other.records:
        known = records.get(record.position)
        if known is None or isinstance(known.opening, ClosedRecord):
            records[record.position] = record
    return replace(one, records=tuple(record for _, record in sorted(records.items())))


def _shown(part: Evidence, verified: Verified) -> Iterable[ShownRecord]:
    openings = [record.opening for entry in part.entries for record in entry.records]
    for one, opening in zip(verified.records, openings, strict=True):
        yield ShownRecord(one.id, one.kind, opening.leaf(), opening, one.record)


def _where(part: Evidence, trust: Trust) -> str:
    """Return which entry of a part that does not hold is to blame, as far as one alone is."""
    keys = [entry for entry in part.entries if _is_key(entry)]
    for entry in part.entries:
        entries = sorted({one.index: one for one in (*keys, entry)}.items())
        alone = replace(part, entries=tuple(one for _, one in entries))
        try:
            verify(alone, trust)
        except StepFailedError:
            records = ", ".join(f"{entry.index}.{one.position}" for one in entry.records[:8])
            return f", entry {entry.index} (record {records})"
        except LedgerError:
            continue
    return ""


def _is_key(entry: EntryEvidence) -> bool:
    try:
        return parse_batch(entry.note)[0].kind == "key"
    except LedgerError:
        return False
