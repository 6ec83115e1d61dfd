"""What goes into a row and what comes out of one: the only place where records meet columns.

A sealed record is two pieces of canonical JSON: the fields it shares with many others (source,
rights …), kept once in `description`, and its own. Joining them gives back the record. The columns
beside them are copies to search and add up by; the audit derives each of them again from here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from ledger.content.digest import Digest
from ledger.errors import MalformedError
from ledger.record.canonical import JSON, decode_object, encode_checked
from ledger.record.leaf import RecordId
from ledger.record.record import Record, joined
from ledger.store.engine import Cells
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import Hash, leaf_hash

_T = TypeVar("_T")
_CHUNK = 500

SEGMENT = 65_536
"""Records per stretch of the digest index (docs/decisions/0013)."""

MEASURES = (
    "bytes",
    "documents",
    "tokens",
    "images",
    "audio_milliseconds",
    "video_milliseconds",
)
"""The measures that have a column, in its order."""

ENTRY = ("log_index", "note", "kind", "count", "producer", "appended_at")
LEAF = ("log_index", "leaf", "row_check")
SUBMISSION = ("key", "digest", "log_index", "made_at", "row_check")
ERASED = (
    *("log_index", "position", "correction_index", "correction_position"),
    *("erased_at", "row_check"),
)
TILE = ("log_index", "level", "number", "hashes")
OPEN = ("log_index", "position", "kind", "name", "secret", "fields")
SEALED = (
    "log_index",
    "position",
    "secret",
    "fields",
    "description_id",
    "segment",
    "digest_prefix",
    "tally_digest",
    *MEASURES,
)
DESCRIPTION = ("id", "digest", "dataset", "fields")
TALLY = ("id", "digest", "suffix_lists")
TALLY_DOMAIN = ("tally_id", "domain", "bytes", "documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a log stands: all that the next append needs to know."""

    origin: str
    size: int
    root: Hash
    edge: RightEdge
    records: int
    appended_at: int
    """Milliseconds since 1970 of the newest entry; 0 in an empty log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A leaf of the log with what its columns say."""

    index: int
    note: bytes
    kind: str
    count: int
    producer: str
    """The vkey that the log accepted the signature under."""
    appended_at: int


@dataclass(frozen=True)
class StoredRecord:
    """A record at its place in the log, with the secret that opens it."""

    id: RecordId
    record: Record
    secret: bytes

    @cached_property
    def digest(self) -> Digest | None:
        """The content digest, if the record is of a shard."""
        return content_digest(self.record)


def row_check(*cells: int | str | bytes | None) -> int:
    """Return the first 8 bytes of the SHA-256 of a row's cells, as a signed number.

    For rows that hold what nothing signed vouches for, such as the log's own clock. It finds what
    a disk changed, not what a person did, who would write the right check beside it.
    """
    return int.from_bytes(sha256(ascii(cells).encode()).digest()[:8], signed=True)


def leaf_cells(entry: Entry) -> Cells:
    """Return the row of `entry_leaf` for an entry, in the order of `LEAF`."""
    columns = (entry.index, entry.kind, entry.count, entry.producer, entry.appended_at)
    return (entry.index, leaf_hash(entry.note), row_check(*columns))


def shared_part(record: Record) -> bytes:
    """Return the canonical JSON of the fields that go into `description`."""
    return record.shared_json


def own_part(record: Record) -> bytes:
    """Return the canonical JSON of the fields that stay with the record."""
    return record.own_json


def assemble(kind: str, *parts: str) -> Record:
    """Return the record whose fields are in these JSON objects.

    What is read from our own rows is not checked again here; that is the audit's work.
    """
    fields: dict[str, JSON] = {}
    for part in parts:
        fields.update(json.loads(part))
    return Record(kind, {name: encode_checked(fields[name]) for name in sorted(fields)})


def content_digest(record: Record) -> Digest | None:
    """Return the digest of the content that a record is about, if it is about any."""
    content = record.encoded.get("content")
    return Digest.parse(json.loads(content)["digest"]) if content else None


_DIGEST = b'{"digest":"blake3:'
"""How a record's content begins: of its names, `digest` is the first in canonical order."""


def _prefix(record: Record) -> int | None:
    """Return the `digest_prefix` of a record's content, if it is about any.

    Cut out of the bytes: to read and check all of the content again takes five times as long, and
    with the measures it was half of what Python spent on a row.
    """
    content = record.encoded.get("content")
    if content is None:
        return None
    start = len(_DIGEST)
    if not content.startswith(_DIGEST):
        raise MalformedError(f"content begins with {content[:start]!r}, expected {_DIGEST!r}")
    return int.from_bytes(_unhex(content[start : start + 16].decode(errors="replace")), signed=True)


def tally_digest(record: Record) -> bytes | None:
    """Return the digest of the tally of domains that a record names, if it names one."""
    encoded = record.encoded.get("domains")
    if encoded is None:
        return None
    digest = decode_object(encoded, "domains").get("digest")
    return _unhex(str(digest).removeprefix("sha256:"))


def _unhex(text: str) -> bytes:
    """Return the bytes of hexadecimal digits; a damaged row may hold something else."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise MalformedError(f"{text[:80]!r} is not hexadecimal") from error


def digest_prefix(digest: Digest) -> int:
    """Return the first 8 bytes of a digest as a number that fits a signed column."""
    return int.from_bytes(digest.value[:8], signed=True)


_read = json.JSONDecoder().decode
"""What `json.loads` calls in the end, without what it does before for every text."""


def measures(record: Record) -> tuple[int | None, ...]:
    """Return a record's measures in the order of `MEASURES`; None where it states none."""
    encoded = record.encoded.get("measures")
    if encoded is None:
        return (None,) * len(MEASURES)
    get = _read(encoded.decode()).get
    return tuple([get(name) for name in MEASURES])


def sealed_cells(
    index: int, position: int, record: Record, secret: bytes, description: int, segment: int
) -> Cells:
    """Return the row of a sealed record, in the order of `SEALED`."""
    own = own_part(record).decode()
    place = (index, position, secret, own, description, segment)
    return (*place, _prefix(record), tally_digest(record), *measures(record))


def dataset_name(shared: bytes) -> str | None:
    """Return the dataset that a description is about."""
    dataset = decode_object(shared, "a description").get("dataset")
    return str(dataset["name"]) if isinstance(dataset, dict) else None


def open_cells(index: int, position: int, record: Record, secret: bytes) -> Cells:
    """Return the row of an open record, in the order of `OPEN`."""
    text = joined(record.encoded, record.encoded).decode()
    return (index, position, record.kind, open_name(record), secret, text)


def open_name(record: Record) -> str | None:
    """Return what people call an open record: a release's name, a summary's release, a title."""
    members = {
        "release": "name",
        "summary": "release",
        "terms": "title",
        "key": "vkey",
        "correction": "record",
        "audit": "summary",
    }
    member = members.get(record.kind)
    if member is None or record.kind not in record.encoded:
        return None
    return str(json.loads(record.encoded[record.kind])[member])


@dataclass(frozen=True, slots=True, order=True)
class RecordRange:
    """The records `lo <= position < hi` of the entry at `index`."""

    index: int
    lo: int
    hi: int

    def __post_init__(self) -> None:
        if not 0 <= self.lo < self.hi:
            raise MalformedError(f"{self.lo} to {self.hi} is no range of positions")


def count_of(ranges: Sequence[RecordRange]) -> int:
    """Return how many records the ranges hold."""
    return sum(one.hi - one.lo for one in ranges)


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield the values in pieces short enough for one IN list."""
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]


def marks(values: Sequence[object]) -> str:
    """Return one value mark for each value."""
    return ", ".join("?" * len(values))
