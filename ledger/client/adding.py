"""Recording files: capture reads them, a thousand at a time are sealed, signed and committed.

What is committed stays committed: after an interruption the same command goes on where it stopped,
because what is recorded already, with the same content and metadata, is not recorded again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.capture import Captured, Failed, Metadata, Options, Progress, Skipped, capture, survey
from ledger.client.sealing import BATCH_SIZE, timestamp
from ledger.content.digest import Digest
from ledger.errors import MalformedError
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import OWN_FIELDS, Record
from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.client.client import Ledger

__all__ = ["AddReport", "Failed", "Progress", "Recorder", "Skipped", "add_paths"]


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


def add_paths(
    ledger: "Ledger",
    paths: Sequence[str],
    *,
    metadata: Metadata,
    exclude: Iterable[str | Path] = (),
    options: Options,
    progress: Progress | None = None,
) -> AddReport:
    """Record files, folders and URLs (see `Ledger.add`)."""
    found = survey(paths, exclude=map(str, exclude))
    report = AddReport(skipped=found.skipped)
    results = capture(found, metadata, options=options, progress=progress)
    records = _records(results, report)
    fresh = ledger.store.stats().sealed == 0
    while chunk := list(islice(records, BATCH_SIZE)):
        new = chunk if fresh else _without_known(ledger, chunk, report)
        if new:
            (first, *_) = ledger.record(new)
            report.entries.append((first.index, len(new)))
            report.bytes += sum(map(_size, new))
    # Also when nothing is new: the run before may have been interrupted just before this.
    if report.entries or report.same:
        ledger.publish()
    return report


def _records(results: Iterable[Captured | Failed], report: AddReport) -> Iterator[Record]:
    """Yield a record a file that was read; note the others in the report."""
    recorder = Recorder()
    for result in results:
        if isinstance(result, Failed):
            report.failed.append(result)
            continue
        report.notes += [(result.path, note) for note in result.notes]
        try:
            yield recorder.record(result.fields)
        except MalformedError as error:
            report.failed.append(Failed(result.path, str(error), error.hint))


def _without_known(ledger: "Ledger", chunk: list[Record], report: AddReport) -> list[Record]:
    known = ledger.store.find_by_digests(map(_digest, chunk))
    new = [
        record
        for record in chunk
        if not any(one.record.says_the_same(record) for one in known.get(_digest(record), ()))
    ]
    report.same += len(chunk) - len(new)
    return new


def _digest(record: Record) -> Digest:
    return Digest.parse(str(_content(record)["digest"]))


def _size(record: Record) -> int:
    size = _content(record)["size"]
    assert isinstance(size, int)
    return size


def _content(record: Record) -> Fields:
    content = record.value("content")
    assert isinstance(content, dict)
    return content
