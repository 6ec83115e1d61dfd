"""Evidence: one file that proves records offline, and shows of them what its maker chose.

    {"checkpoint": "<signed note>",
     "entries": [{"index": 7, "note": "<signed batch>", "proof": [<base64>...],
                  "records": [{"position": 3, "proof": [<base64>...], "opening": <opening>}]}],
     "type": "tdl/evidence/v1"}

An opening is one of three: the record whole, some of its fields, or nothing but its leaf hash.

    {"fields": {<name>: <value>...}, "secret": <base64>}
    {"fields": [{"index": 4, "name": "source", "proof": [...], "salt": <base64>,
                 "value": {...}}...], "size": 10}
    {"leaf": <base64>}

The file is these values as canonical JSON and one line feed, and nothing else: any other spelling
is refused, so that no byte of it can change unnoticed. docs/formats/evidence.md is normative.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self, TypeAlias

from ledger.errors import MalformedError
from ledger.proof.json_members import list_of, members, number_of, text_of
from ledger.proof.tlog_proof import MAX_HASHES, decode_hashes
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.commitment import MAX_FIELDS, SECRET_SIZE, FieldOpening, commit
from ledger.record.record import Record
from ledger.record.schema import Fields
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.tree.hashing import Hash, leaf_hash

TYPE = "tdl/evidence/v1"
MAX_SIZE = 64 * 2**20
"""Bytes of an evidence file; a larger one is refused before it is parsed."""


@dataclass(frozen=True)
class WholeOpening:
    """Everything a record says, with the secret that shows there is nothing more."""

    fields: Fields
    secret: bytes

    @classmethod
    def of(cls, record: Record, secret: bytes) -> Self:
        """Return the opening that shows `record` whole."""
        opening = cls(record.fields, secret)
        opening.__dict__["encoded"] = dict(record.encoded)  # what the property would encode again
        return opening

    @cached_property
    def encoded(self) -> dict[str, bytes]:
        """The fields as canonical bytes."""
        return {name: encode(value) for name, value in self.fields.items()}

    def leaf(self) -> Hash:
        """Return the record's leaf hash in its batch's tree."""
        return leaf_hash(commit(self.encoded, self.secret))

    def to_json(self) -> JSON:
        """Return the opening as its JSON value."""
        return {"fields": dict(self.fields), "secret": encode_base64(self.secret)}


@dataclass(frozen=True, slots=True)
class FieldsOpening:
    """Some fields of a record of `size` fields; the others stay hidden."""

    size: int
    fields: tuple[FieldOpening, ...]

    def leaf(self) -> Hash:
        """Return the record's leaf hash, which every opened field must lead to."""
        if not 1 <= len(self.fields) <= self.size <= MAX_FIELDS:
            raise MalformedError(f"{len(self.fields)} of {self.size} fields cannot be opened")
        places = [(field.index, field.name.encode()) for field in self.fields]
        for (index, name), (later, follower) in pairwise(places):
            if index >= later or name >= follower:
                raise MalformedError("opened fields are in the order of the record, each once")
        roots = {field.root(self.size) for field in self.fields}
        if len(roots) != 1:
            raise MalformedError("the opened fields are of different records")
        return leaf_hash(roots.pop())

    def to_json(self) -> JSON:
        """Return the opening as its JSON value."""
        fields: list[JSON] = [
            {
                "index": field.index,
                "name": field.name,
                "proof": [encode_base64(one) for one in field.proof],
                "salt": encode_base64(field.salt),
                "value": field.value,
            }
            for field in self.fields
        ]
        return {"fields": fields, "size": self.size}


@dataclass(frozen=True, slots=True)
class ClosedRecord:
    """A record of which nothing is shown: that it was logged, and no more."""

    leaf_hash: Hash

    def leaf(self) -> Hash:
        """Return the record's leaf hash in its batch's tree."""
        return self.leaf_hash

    def to_json(self) -> JSON:
        """Return the opening as its JSON value."""
        return {"leaf": encode_base64(self.leaf_hash)}


Opening: TypeAlias = WholeOpening | FieldsOpening | ClosedRecord


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    """One record: its position in the batch, the proof of it, and what is shown."""

    position: int
    proof: tuple[Hash, ...]
    opening: Opening


@dataclass(frozen=True, slots=True)
class EntryEvidence:
    """One entry of the log: its index, its bytes (a signed batch), its proof, and its records."""

    index: int
    note: bytes
    proof: tuple[Hash, ...]
    records: tuple[RecordEvidence, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Entries under one checkpoint, in the log's order. Nothing in it has been checked yet."""

    checkpoint: bytes
    entries: tuple[EntryEvidence, ...]

    def __post_init__(self) -> None:
        places = [entry.index for entry in self.entries]
        if not places or places != sorted(set(places)):
            raise MalformedError("evidence holds entries in the order of the log, each once")
        for entry in self.entries:
            positions = [record.position for record in entry.records]
            if not positions or positions != sorted(set(positions)):
                raise MalformedError("an entry of evidence holds records in order, each once")

    def to_bytes(self) -> bytes:
        """Return the evidence in its one byte form."""
        return encode(self.to_json()) + b"\n"

    def to_json(self) -> JSON:
        """Return the evidence as its JSON value."""
        entries: list[JSON] = [
            {
                "index": entry.index,
                "note": entry.note.decode(),
                "proof": [encode_base64(one) for one in entry.proof],
                "records": [
                    {
                        "opening": record.opening.to_json(),
                        "position": record.position,
                        "proof": [encode_base64(one) for one in record.proof],
                    }
                    for record in entry.records
                ],
            }
            for entry in self.entries
        ]
        return {"checkpoint": self.checkpoint.decode(), "entries": entries, "type": TYPE}

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the evidence whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, of another version, or no evidence.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"evidence has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError(
                "evidence ends with a line feed; this file is cut off or no evidence"
            )
        return cls.from_json(decode_object(data[:-1], "evidence"))

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Return the evidence that a JSON value states."""
        checkpoint, entries, kind = members(value, "evidence", "checkpoint", "entries", "type")
        if kind != TYPE:
            raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
        return cls(
            text_of(checkpoint, "checkpoint").encode(),
            tuple(_entry(entry) for entry in list_of(entries, "entries")),
        )


def _entry(value: JSON) -> EntryEvidence:
    index, note, proof, records = members(value, "an entry", "index", "note", "proof", "records")
    return EntryEvidence(
        number_of(index, "index"),
        text_of(note, "note").encode(),
        _hashes(proof),
        tuple(_record(record) for record in list_of(records, "records")),
    )


def _record(value: JSON) -> RecordEvidence:
    opening, position, proof = members(value, "a record", "opening", "position", "proof")
    return RecordEvidence(number_of(position, "position"), _hashes(proof), _opening(opening))


def _opening(value: JSON) -> Opening:
    if not isinstance(value, dict):
        raise MalformedError("an opening is an object")
    if "leaf" in value:
        (leaf,) = members(value, "a closed record", "leaf")
        return ClosedRecord(Hash(decode_base64(text_of(leaf, "leaf"), "a record's leaf hash")))
    if "secret" in value:
        fields, secret = members(value, "an opening", "fields", "secret")
        if not isinstance(fields, dict):
            raise MalformedError("the fields of a whole record are an object")
        data = decode_base64(text_of(secret, "secret"), "a record's secret")
        if len(data) != SECRET_SIZE:
            raise MalformedError(f"a record's secret has {SECRET_SIZE} bytes, not {len(data)}")
        return WholeOpening(fields, data)
    fields, size = members(value, "an opening", "fields", "size")
    opened = tuple(_field(field) for field in list_of(fields, "fields"))
    return FieldsOpening(number_of(size, "size"), opened)


def _field(value: JSON) -> FieldOpening:
    index, name, proof, salt, shown = members(
        value, "a field", "index", "name", "proof", "salt", "value"
    )
    return FieldOpening(
        name=text_of(name, "name"),
        value=shown,
        salt=decode_base64(text_of(salt, "salt"), "a field's salt"),
        index=number_of(index, "index"),
        proof=_hashes(proof),
    )


def _hashes(value: JSON) -> tuple[Hash, ...]:
    lines = list_of(value, "a proof")
    if len(lines) > MAX_HASHES:
        raise MalformedError(f"a proof has at most {MAX_HASHES} hashes, not {len(lines)}")
    return decode_hashes([text_of(line, "a hash") for line in lines])
