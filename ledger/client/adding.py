"""Recording files: capture reads them, they are sealed, and signed and committed by the thousand.

What is committed stays committed: after an interruption the same command goes on where it stopped,
because what is recorded already, with the same content and metadata, is not recorded again.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ledger.capture import Captured, Failed, Progress, Skipped
from ledger.client.reading import Reading
from ledger.client.sealer import Refused, Sealer
from ledger.client.sealing import BATCH_SIZE, timestamp
from ledger.content.digest import Digest
from ledger.content.domains import Tally
from ledger.errors import ConflictError, MalformedError
from ledger.record.batch import SealedRecord, sign_batch
from ledger.record.canonical import JSON, encode
from ledger.record.leaf import RecordId
from ledger.record.record import OWN_FIELDS, Record
from ledger.record.schema import Fields
from ledger.store.rows import StoredRecord, content_digest

if TYPE_CHECKING:
    from ledger.client.client import Ledger

_LINES_IN_MEMORY = 200_000
_ALL: frozenset[str] = frozenset()
_BUT_TREES = frozenset({"documents"})
"""What is not compared when a file is looked up: records from before there were trees have none."""

__all__ = ["AddReport", "Failed", "Progress", "Recorder", "Skipped", "add_reading"]


@dataclass(slots=True)
class AddReport:
    """What became of every file."""

    entries: list[tuple[int, int]] = field(default_factory=list)
    """The new entries: log index and number of records."""
    bytes: int = 0
    """Size of the content of the new records."""
    same: int = 0
    """Files that were recorded already, with the same content and metadata."""
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Path and remark for files that are recorded with something left out."""

    @property
    def recorded(self) -> int:
        """How many records are new."""
        return sum(count for _, count in self.entries)

    def ids(self) -> Iterator[RecordId]:
        """Yield the ids of the new records."""
        for index, count in self.entries:
            for position in range(count):
                yield RecordId(index, position)


class Recorder:
    """Turns captured files into records, and the description that they share only once."""

    def __init__(self) -> None:
        self._claimed_at: JSON = timestamp()
        self._shared: dict[tuple[int, ...], tuple[list[JSON], Record]] = {}

    def record(self, fields: Fields) -> Record:
        """Return the record of one file's fields.

        Capture gives files with the same description the same objects, so their identities tell
        whether the description has been checked and encoded before.
        """
        shared = [value for name, value in fields.items() if name not in OWN_FIELDS]
        key = tuple(map(id, shared))
        known = self._shared.get(key)
        if known is None:
            record = Record.parse("shard", {**fields, "claimed_at": self._claimed_at})
            # The values are kept with the record: as long as they live, nothing takes their ids.
            self._shared[key] = (shared, record)
            return record
        own = {name: value for name, value in fields.items() if name in OWN_FIELDS}
        own["claimed_at"] = self._claimed_at
        return known[1].sharing(own)


def add_reading(ledger: "Ledger", reading: Reading) -> AddReport:
    """Record what is being read, and publish (see `Ledger.add`)."""
    report = AddReport(skipped=reading.survey.skipped)
    appender = _Appender(ledger, report)
    shards = _read(reading, report)
    # In an empty ledger nothing can be known, so nothing is looked up.
    if ledger.store.stats().sealed:
        tree = reading.documents
        compared = _ALL if tree is not None and tree.asked else _BUT_TREES
        shards = _without_known(ledger, shards, report, compared)
    tallies = _TallyKeeper(ledger)
    with Sealer(timestamp(), expected=len(reading.survey.files)) as sealer:
        records = _sealed(tallies.taken(shards), sealer, report)
        while some := list(islice(records, BATCH_SIZE)):
            # Before the records that name them: a crash in between loses nothing.
            tallies.keep()
            appender.append(some)
    # Also when nothing is new: the run before may have been interrupted just before this.
    if report.entries or report.same:
        ledger.publish()
    return report


class _TallyKeeper:
    """Takes the tallies of domains off shards and keeps them, so many lines at a time."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._waiting: list[Tally] = []
        self._lines = 0

    def taken(self, shards: Iterator[Captured]) -> Iterator[Captured]:
        """Yield the shards without their tallies, which nobody else needs to hold in memory."""
        for shard in shards:
            if shard.tally is None:
                yield shard
                continue
            self._waiting.append(shard.tally)
            self._lines += len(shard.tally.shares)
            if self._lines >= _LINES_IN_MEMORY:
                self.keep()
            yield shard._replace(tally=None)

    def keep(self) -> None:
        """Keep all that were taken so far."""
        if self._waiting:
            self._ledger.store.tallies.keep(self._waiting)
        self._waiting = []
        self._lines = 0


class _Appender:
    """Appends batches, and notices when somebody else appended what was looked up in vain.

    Two runs over the same files at once must not record them twice. So a batch is appended only
    while the log still has the size at which the look-up began; once it has not, every batch is
    looked up again just before it is appended.
    """

    def __init__(self, ledger: "Ledger", report: AddReport) -> None:
        self._ledger = ledger
        self._report = report
        self._size = ledger.store.head().size
        self._alone = True

    def append(self, records: list[SealedRecord]) -> None:
        """Append those of the records that nobody else has recorded meanwhile."""
        ledger = self._ledger
        while True:
            if not self._alone:
                self._size = ledger.store.head().size
                records = self._still_new(records)
                if not records:
                    return
            batch = sign_batch(ledger.origin, records, ledger.producer)
            try:
                (index,) = ledger.log.append([batch], at=self._size)
            except ConflictError:
                self._alone = False
                continue
            self._size = index + 1
            self._report.entries.append((index, len(records)))
            return

    def _still_new(self, records: list[SealedRecord]) -> list[SealedRecord]:
        digests = [content_digest(sealed.record) for sealed in records]
        known = self._ledger.store.find_by_digests(one for one in digests if one is not None)
        new = []
        for sealed, digest in zip(records, digests, strict=True):
            same = known.get(digest, ()) if digest is not None else ()
            if any(one.record.says_the_same(sealed.record) for one in same):
                self._report.same += 1
                self._report.bytes -= _size(sealed.record.fields)
            else:
                new.append(sealed)
        return new


def _read(reading: Reading, report: AddReport) -> Iterator[Captured]:
    """Yield what was read; note the rest in the report."""
    for result in reading:
        if isinstance(result, Failed):
            report.failed.append(result)
        else:
            report.notes += [(result.path, note) for note in result.notes]
            yield result


def _without_known(
    ledger: "Ledger", shards: Iterator[Captured], report: AddReport, but: frozenset[str]
) -> Iterator[Captured]:
    """Leave out what is recorded already, with the same content and metadata, `but` apart.

    Before it is checked and sealed, which costs more than all the rest of a second run.
    """
    while some := list(islice(shards, BATCH_SIZE)):
        known = ledger.store.find_by_digests(_digest(shard.fields) for shard in some)
        for shard in some:
            same = known.get(_digest(shard.fields), ())
            if same and _is_said(shard.fields, same, but):
                report.same += 1
            else:
                yield shard


def _is_said(fields: Fields, known: Sequence[StoredRecord], but: frozenset[str]) -> bool:
    """Say whether one of the records states exactly these fields, whenever it was claimed."""
    try:
        said = Record("shard", {name: encode(value) for name, value in fields.items()})
    except MalformedError:  # so nobody can have recorded it; the sealer will say what is wrong
        return False
    return any(one.record.says_the_same(said, but=but) for one in known)


def _sealed(
    shards: Iterator[Captured], sealer: Sealer, report: AddReport
) -> Iterator[SealedRecord]:
    """Yield the records of shards; note in the report what cannot be one."""
    under_way: deque[Captured] = deque()

    def fields() -> Iterator[Fields]:
        for shard in shards:
            under_way.append(shard)
            yield shard.fields

    for sealed in sealer.seal(fields()):
        shard = under_way.popleft()
        if isinstance(sealed, Refused):
            report.failed.append(Failed(shard.path, sealed.reason, sealed.hint))
        else:
            report.bytes += _size(shard.fields)
            yield sealed


def _digest(fields: Fields) -> Digest:
    return Digest.parse(str(_content(fields)["digest"]))


def _size(fields: Fields) -> int:
    size = _content(fields)["size"]
    assert isinstance(size, int)
    return size


def _content(fields: Fields) -> Fields:
    content = fields["content"]
    assert isinstance(content, dict)
    return content
