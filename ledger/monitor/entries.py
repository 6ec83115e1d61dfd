"""Reading a log's entries and judging each: is it a batch, and did a valid key sign it?

Key entries and summaries have to be opened for that. Where the log does not show them, reading
stops, and goes on from there at the next look: what follows could not be judged.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ledger.errors import LedgerError, VerificationError
from ledger.monitor.events import Event, Level
from ledger.monitor.opened import fetch_records
from ledger.monitor.remote import RemoteLog, RemoteTree
from ledger.monitor.state import KeyBatch, SeenSummary, State, SummaryKey
from ledger.record.batch import Batch, parse_batch
from ledger.record.key_event import KeyEvent
from ledger.record.keyring import KeyRing
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note
from ledger.tree.tiles import TILE_WIDTH

_SHOWN = 20
_BUNDLES = 16
"""Bundles between two points where progress is kept: 4,096 entries."""


class Parsed(NamedTuple):
    """An entry that is a batch: what it says, its note, and its bytes."""

    batch: Batch
    note: Note
    data: bytes


class Reading:
    """One pass over the entries that were not judged yet; what it learns goes into `state`.

    Args:
        log: Where the entries and open records are.
        tree: The signed tree.
        state: Which entries were judged before, and what they said about keys and summaries.
        is_first: Whether this log was never looked at: then its keys are no news.
    """

    def __init__(self, log: RemoteLog, tree: RemoteTree, state: State, *, is_first: bool) -> None:
        self._log = log
        self._tree = tree
        self._state = state
        self._level = Level.NOTE if is_first else Level.WARNING
        self._ring = state.ring()
        self._is_stopped = False

    @property
    def ring(self) -> KeyRing:
        """The log's keys, as far as entries were judged."""
        return self._ring

    def run(self) -> Iterator[list[Event]]:
        """Yield what was found, part by part; after each, the state may be kept.

        Raises:
            LedgerError: The server cannot be asked, or what it serves is not the signed tree.
        """
        size = self._tree.checkpoint.size
        while self._state.checked < size and not self._is_stopped:
            first = self._state.checked // TILE_WIDTH
            last = min(first + _BUNDLES, -(-size // TILE_WIDTH))
            entries: dict[int, bytes] = {}
            for number in range(first, last):
                entries.update(enumerate(self._tree.entries(number), number * TILE_WIDTH))
            new = {i: data for i, data in entries.items() if i >= self._state.checked}
            yield list(self._judge(new))

    def _judge(self, entries: Mapping[int, bytes]) -> Iterator[Event]:
        parsed = {index: self._parse(index, data) for index, data in entries.items()}
        keys = {
            index: one.data
            for index, one in parsed.items()
            if isinstance(one, Parsed) and one.batch.kind == "key"
        }
        opened: dict[RecordId, Record] = {}
        for index in sorted(keys, reverse=True):
            # Evidence brings all key records about the keys it rests on: few questions are enough.
            if RecordId(index, 0) not in opened:
                yield from self._open(RecordId(index, 0), keys, opened)
            if RecordId(index, 0) not in opened:
                break
        for index, one in parsed.items():
            if isinstance(one, Event):
                yield one
            else:
                yield from self._judge_batch(index, one, opened)
            if self._is_stopped:
                return
            self._state.checked = index + 1

    def _parse(self, index: int, data: bytes) -> Parsed | Event:
        try:
            batch, note = parse_batch(data)
            if batch.origin != self._log.origin:
                raise VerificationError(f"it is a batch for the log {batch.origin!r}")
        except LedgerError as error:
            return _bad(index, error)
        return Parsed(batch, note, data)

    def _judge_batch(
        self, index: int, one: Parsed, opened: dict[RecordId, Record]
    ) -> Iterator[Event]:
        batch, note, data = one
        if batch.kind == "summary":
            for position in range(batch.count):
                wanted = RecordId(index, position)
                yield from self._open(wanted, {index: data}, opened)
        if batch.kind in ("key", "summary"):
            records = [opened.get(RecordId(index, place)) for place in range(batch.count)]
            whole = [record for record in records if record is not None]
            if len(whole) != batch.count:
                self._is_stopped = True
                yield _unread(index, batch)
                return
        try:
            if batch.kind == "key":
                # A copy: a batch that contradicts itself leaves nothing behind.
                ring = KeyRing(list(self._ring.keys))
                ring.add_batch(note, whole, index)
                self._ring = ring
            else:
                self._ring.check(note, kind=batch.kind, index=index)
        except LedgerError as error:
            yield _bad(index, error)
            return
        if batch.kind == "key":
            yield from self._take_keys(index, one, whole)
        elif batch.kind == "summary":
            yield from self._take_summaries(index, whole)

    def _open(
        self, wanted: RecordId, entries: Mapping[int, bytes], opened: dict[RecordId, Record]
    ) -> Iterator[Event]:
        try:
            opened.update(fetch_records(self._log, wanted, entries))
        except VerificationError as error:
            yield Event(Level.ALARM, "false-record", str(error))
        except LedgerError as error:
            yield Event(Level.UNCLEAR, "no-record", str(error), error.hint)

    def _take_keys(self, index: int, one: Parsed, records: list[Record]) -> Iterator[Event]:
        for event in map(KeyEvent.of, records):
            yield Event(self._level, "key-event", f"entry {index} {told(event)}")
            if event.since is not None and event.role != "log":
                yield from self._take_back(event.key, event.since, index)
        # Last, since looking back can fail: then this entry was not judged.
        fields = tuple(record.fields for record in records)
        self._state.keys.append(KeyBatch(index, one.data.decode(), fields))

    def _take_back(self, key: VerifierKey, since: int, until: int) -> Iterator[Event]:
        """Say which entries a revocation that reaches back takes their signature from."""
        found = []
        for number in range(since // TILE_WIDTH, -(-until // TILE_WIDTH)):
            for index, data in enumerate(self._tree.entries(number), number * TILE_WIDTH):
                one = self._parse(index, data) if since <= index < until else None
                if isinstance(one, Parsed) and one.note.signatures[0].is_by(key):
                    found.append((index, one.batch.kind))
        if found:
            shown = ", ".join(f"{index} ({kind})" for index, kind in found[:_SHOWN])
            more = "" if len(found) <= _SHOWN else ", …"
            yield Event(
                Level.WARNING,
                "taken-back",
                f"{len(found)} earlier entries are signed by that key and do not count any more: "
                f"{shown}{more}",
                hint="ask who relies on them whether they know",
            )

    def _take_summaries(self, index: int, records: list[Record]) -> Iterator[Event]:
        for position, record in enumerate(records):
            place = str(RecordId(index, position))
            key = _summary_key(record)
            seen = SeenSummary.of(record, place)
            before = self._state.summaries.setdefault(key, seen)
            if before.is_joined_by(seen):
                self._state.summaries[key] = before.joined(seen)
            elif before.place != place:
                provider, release, template, version = key
                yield Event(
                    Level.ALARM,
                    "two-summaries",
                    f"records {before.place} and {place} are two {template} summaries of "
                    f"{release!r} by {provider!r}, both called version {version}",
                    is_lasting=True,
                )


def told(event: KeyEvent) -> str:
    """Return what a key record says, in words: `adds the producer key lab.example/a+1234abcd`."""
    name = f"{event.key.name}+{event.key.id.hex()}"
    verb = {"add": "adds", "rotate": "replaces", "revoke": "revokes"}[event.action]
    text = f"{verb} the {event.role} key {name}"
    if event.successor is not None:
        text += f" by {event.successor.name}+{event.successor.id.hex()}"
    if event.since is not None:
        text += f" from entry {event.since} on"
    return text + (f": {event.reason}" if event.reason else "")


def _summary_key(record: Record) -> SummaryKey:
    stated = record.value("summary")
    assert isinstance(stated, dict)  # the schema of the kind says so
    version = stated["version"]
    assert isinstance(version, int)
    return str(stated["provider"]), str(stated["release"]), str(stated["template"]), version


def _bad(index: int, error: LedgerError) -> Event:
    return Event(
        Level.ALARM,
        "bad-entry",
        f"entry {index} should not be in the log: {error}",
        is_lasting=True,
    )


def _unread(index: int, batch: Batch) -> Event:
    return Event(
        Level.UNCLEAR,
        "unread",
        f"entry {index} has {batch.count} open records of kind {batch.kind}, which the log does "
        "not all show; what follows it was not judged",
        hint="the log must be served by `ledger serve`, or its operator asked for these records",
    )
