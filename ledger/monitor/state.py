"""What a monitor remembers between two looks: a small file, and the log's leaf hashes beside it.

    FILE          canonical JSON: the last checkpoint, key records, summaries, times, lasting alarms
    FILE.leaves   32 bytes an entry, in the log's order
    FILE.lock     empty: locked by the one monitor that writes the others

Leaves are written first, and the file that says how many of them count is then replaced whole: a
crash leaves some that the next look writes again. They are kept because a log that goes back to a
smaller tree will not help anybody to prove that it is another one.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeAlias

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import InputError, LedgerError, MalformedError, StorageError
from ledger.log.folder import replace_file
from ledger.monitor.remote import Signed
from ledger.record.batch import parse_batch
from ledger.record.canonical import JSON, decode_object, encode
from ledger.record.keyring import KeyRing
from ledger.record.record import Record
from ledger.record.schema import Fields
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.note import Note
from ledger.tree.hashing import HASH_SIZE, Hash, root_of_joined
from ledger.tree.proofs import Range

TYPE = "tdl/monitor/v1"
MAX_ALARMS = 100

SummaryKey: TypeAlias = tuple[str, str, str, int]
"""Provider, release, template and version: what only one summary of a log may have."""


@dataclass(frozen=True, slots=True)
class SeenSummary:
    """The first record of a version of a summary, its form, and the formats there are of it."""

    place: str
    form: str
    media_types: tuple[str, ...]

    @classmethod
    def of(cls, record: Record, place: str) -> Self:
        """Return what a summary record at `place` says."""
        renditions = record.value("renditions")
        assert isinstance(renditions, list)  # the schema of the kind says so
        named = {str(one["media_type"]) for one in renditions if isinstance(one, dict)}
        return cls(place, str(record.fields.get("form", "")), tuple(sorted(named)))

    def is_joined_by(self, other: "SeenSummary") -> bool:
        """Say whether another record adds formats of the same form: no second summary, then."""
        same = bool(self.form) and self.form == other.form
        return same and not set(self.media_types) & set(other.media_types)

    def joined(self, other: "SeenSummary") -> "SeenSummary":
        """Return this with the formats that another record adds."""
        return replace(self, media_types=tuple(sorted({*self.media_types, *other.media_types})))


@dataclass(frozen=True, slots=True)
class KeyBatch:
    """A key entry that was checked: its index, its bytes, and the fields of all its records."""

    index: int
    note: str
    records: tuple[Fields, ...]


@dataclass(slots=True)
class State:
    """What is remembered of one log.

    `checkpoint` is the newest one that was found consistent, as served; `checked` says how many
    entries were read and judged, and is at most its size.
    """

    origin: str
    checkpoint: bytes | None = None
    checked: int = 0
    keys: list[KeyBatch] = field(default_factory=list)
    summaries: dict[SummaryKey, SeenSummary] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    """The newest time that each witness stated, by its name in the trust file."""
    alarms: list[str] = field(default_factory=list)

    def kept(self) -> Signed | None:
        """Return the last checkpoint; its signatures were checked when it was taken in."""
        if self.checkpoint is None:
            return None
        text = Note.from_bytes(self.checkpoint).text
        return Signed(self.checkpoint, Checkpoint.from_text(text))

    def ring(self) -> KeyRing:
        """Return the keys of the log, as far as it was checked."""
        ring = KeyRing()
        for batch in self.keys:
            _, note = parse_batch(batch.note.encode())
            records = [Record.parse("key", fields) for fields in batch.records]
            ring.add_batch(note, records, batch.index)
        return ring

    def to_bytes(self) -> bytes:
        """Return the state as its file holds it."""
        keys: list[JSON] = [
            {"index": one.index, "note": one.note, "records": [dict(r) for r in one.records]}
            for one in self.keys
        ]
        summaries: list[JSON] = [
            [*key, told.place, told.form, list(told.media_types)]
            for key, told in sorted(self.summaries.items())
        ]
        value: dict[str, JSON] = {
            "type": TYPE,
            "origin": self.origin,
            "checkpoint": encode_base64(self.checkpoint or b""),
            "checked": self.checked,
            "keys": keys,
            "summaries": summaries,
            "times": dict(self.times),
            "alarms": list(self.alarms),
        }
        return encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "State":
        """Return the state of a file.

        Raises:
            MalformedError: It is none.
        """
        value = decode_object(data.removesuffix(b"\n"), "the state of a monitor")
        match value:
            case {
                "type": "tdl/monitor/v1",
                "origin": str(origin),
                "checkpoint": str(checkpoint),
                "checked": int(checked),
                "keys": list(keys),
                "summaries": list(summaries),
                "times": dict(times),
                "alarms": list(alarms),
            }:
                return cls(
                    origin=origin,
                    checkpoint=decode_base64(checkpoint, "the checkpoint") or None,
                    checked=checked,
                    keys=[_key_batch(one) for one in keys],
                    summaries=dict(map(_summary, summaries)),
                    times={name: time for name, time in times.items() if isinstance(time, int)},
                    alarms=[str(one) for one in alarms],
                )
        raise MalformedError(f"expected {TYPE!r} with all its members")


def _key_batch(value: JSON) -> KeyBatch:
    match value:
        case {"index": int(index), "note": str(note), "records": list(records)}:
            fields = tuple(one for one in records if isinstance(one, dict))
            return KeyBatch(index, note, fields)
    raise MalformedError("a key entry has index, note and records")


def _summary(value: JSON) -> tuple[SummaryKey, SeenSummary]:
    match value:
        case [str(provider), str(release), int(version), str(place)]:
            # As it was written before there were several templates.
            return (provider, release, "eu", version), SeenSummary(place, "", ())
        case [
            str(provider),
            str(release),
            str(template),
            int(version),
            str(place),
            str(form),
            list(named),
        ]:
            told = SeenSummary(place, form, tuple(str(one) for one in named))
            return (provider, release, template, version), told
    raise MalformedError("a summary has provider, release, template, version, record and form")


class StateFile:
    """A monitor's state on disk; nobody but one monitor writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._leaves = path.with_name(f"{path.name}.leaves")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other monitors from the state; a process that dies gives it back.

        Where the system has no `flock` (Windows), nothing is kept from anybody.

        Raises:
            InputError: Another monitor has it.
            StorageError: The file cannot be made.
        """
        try:
            import fcntl
        except ImportError:
            yield
            return
        path = self.path.with_name(f"{self.path.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError(
                    f"another monitor is at work with {self.path}",
                    hint="--state FILE, one for each monitor, or stop the other one",
                ) from error
            yield
        finally:
            os.close(handle)

    def load(self, origin: str) -> State:
        """Return the state; a new one if there is no file yet.

        Raises:
            InputError: The file is no state, or that of another log, or leaves are missing.
            StorageError: It cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return State(origin)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror}") from error
        hint = f"move {self.path} away; the next look then starts from the first entry"
        try:
            state = State.from_bytes(data)
            state.ring()
            state.kept()
        except LedgerError as error:
            raise InputError(f"{self.path} is no state of a monitor: {error}", hint=hint) from error
        if state.origin != origin:
            raise InputError(
                f"{self.path} is about the log {state.origin}, and this is {origin}",
                hint="--state FILE, one for each log",
            )
        return state

    def save(self, state: State) -> None:
        """Keep the state, durably.

        Raises:
            StorageError: It cannot be written.
        """
        replace_file(self.path, state.to_bytes())

    def add_leaves(self, first: int, tiles: Iterable[bytes]) -> None:
        """Keep leaf hashes from number `first` on; what stood there and after it is replaced.

        Raises:
            StorageError: They cannot be written, or those before them are missing.
        """
        try:
            self._leaves.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._leaves, os.O_RDWR | os.O_CREAT, 0o644)
            with os.fdopen(handle, "r+b") as file:
                if file.seek(0, os.SEEK_END) < first * HASH_SIZE:
                    raise self._damaged(first)
                file.seek(first * HASH_SIZE)
                for tile in tiles:
                    file.write(tile)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(f"{self._leaves} cannot be written: {error.strerror}") from error

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        """Return the hash of each subtree, from the leaves that are kept (a `HashReader`).

        Raises:
            StorageError: They cannot be read, or some are missing.
        """
        hashes = []
        try:
            with open(self._leaves, "rb") as file:
                for lo, hi in ranges:
                    file.seek(lo * HASH_SIZE)
                    data = file.read((hi - lo) * HASH_SIZE)
                    if len(data) != (hi - lo) * HASH_SIZE:
                        raise self._damaged(hi)
                    hashes.append(root_of_joined(data))
        except OSError as error:
            raise StorageError(f"{self._leaves} cannot be read: {error.strerror}") from error
        return hashes

    def _damaged(self, size: int) -> StorageError:
        return StorageError(
            f"{self._leaves} holds fewer than the {size} leaves that {self.path.name} speaks of",
            hint=f"keep {self.path} as a proof of what was seen, and begin with another --state",
        )
