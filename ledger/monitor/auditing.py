"""What an auditor asks a log for: what became of records, and which checkpoint came first.

An answer to a challenge shows the corrections that its maker put in. That there is no other before
the summary, only the log's entries tell: all of them are read here, up to the summary's size, and
every correction among them has to be seen whole. Key records take signatures back, so all of them
are read too. Later entries say whether the summary was replaced by a newer version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, StorageError, VerificationError
from ledger.log.kept import FOLDER
from ledger.log.web import Answer
from ledger.monitor.divergence import find_divergence
from ledger.monitor.opened import fetch_records
from ledger.monitor.remote import RemoteLog, RemoteTree
from ledger.record.batch import Batch, parse_batch
from ledger.record.corrections import Correction, Corrections
from ledger.record.keyring import KeyRing
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import VerifierKey
from ledger.signing.note import MAX_NOTE_SIZE, Note
from ledger.summary.audit_check import LogWord
from ledger.tree.tiles import TILE_WIDTH, TileHashReader

_DAYS = 7
"""Days before a checkpoint's for which an earlier one is looked for."""
_OPEN = ("correction", "key", "release", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What of a summary is asked about."""

    checkpoint: Checkpoint
    """The one that the challenge was drawn under."""
    seen_at: int | None
    """When its quorum had seen it, in POSIX seconds."""
    summary: RecordId
    stated: Mapping[str, object]
    """The member `summary` of its record: provider, release, version, template, size."""
    known: Mapping[RecordId, Record]
    """Records that were verified under `checkpoint`, whole."""
    entries: Mapping[int, bytes]
    """The entries that the answer's evidence shows, by index."""

    @property
    def size(self) -> int:
        """How many entries the summary speaks about."""
        size = self.stated["size"]
        assert isinstance(size, int)
        return size


def open_place(place: str, trust: Trust, *, origin: str) -> RemoteLog:
    """Return a log that is served at a URL, or whose published files are in a folder.

    Raises:
        InputError: The trust file does not name it.
        StorageError: There is no such folder.
    """
    if place.startswith(("http://", "https://")):
        return RemoteLog(place, trust, origin=origin)
    folder = Path(place)
    if not folder.is_dir():
        raise StorageError(
            f"{place} is no folder with a log's files, and no address",
            hint="--log https://log.example, or the folder that holds `checkpoint` and `tile`",
        )
    return RemoteLog(place, trust, origin=origin, ask=_Folder(folder))


class _Folder:
    """Answers what a web server over this folder would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 10,
        limit: int = 2**20,
    ) -> Answer:
        """Return the file that a URL below the folder names; status 404 if there is none."""
        path = Path(url)
        try:
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return Answer(404, "", b"", {})
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}") from error
        if len(data) > limit:
            raise StorageError(f"{path} has more than {limit} bytes")
        return Answer(200, "", data, {})


def ask_log(log: RemoteLog, audited: Audited) -> LogWord:
    """Return what a log says of the records before a summary, and of what came after it.

    Raises:
        VerificationError: What is served is not the signed tree, or the checkpoint of the
            challenge is of another tree: the log showed two.
        StorageError, NotFoundError, MalformedError, CannotTellError: It cannot be read.
    """
    served = log.check(log.checkpoint()).checkpoint
    tree = log.tree(served)
    _check_same(audited.checkpoint, served, tree)
    reading = _Reading(log, tree, audited)
    corrections = reading.corrections()
    newer = reading.newer()
    newest = reading.newest_release()
    reading.check_keys()
    is_first = _is_first(log, audited, reading.untold)
    return LogWord(
        size=served.size,
        corrections=corrections,
        is_first=is_first,
        newer=newer,
        newest_release=newest,
        untold=tuple(reading.untold),
    )


def _check_same(first: Checkpoint, served: Checkpoint, tree: RemoteTree) -> None:
    if served.size < first.size:
        raise CannotTellError(
            f"the log serves size {served.size}, and the challenge was drawn at {first.size}",
            hint="ask again later, or another mirror",
        )
    if find_divergence(first, served, TileHashReader(served.size, tree)) is not None:
        raise VerificationError(
            f"the log shows another tree: its {served.size} entries do not begin with the "
            f"{first.size} under the checkpoint of the challenge"
        )


class _Reading:
    """Reads a log's batches of two kinds, and the records in them."""

    def __init__(self, log: RemoteLog, tree: RemoteTree, audited: Audited) -> None:
        self._log, self._tree, self._audited = log, tree, audited
        self.untold: list[str] = []
        self._batches = {
            index: (batch, data)
            for index, data in self._entries()
            if (batch := _batch(data)) is not None and batch.kind in _OPEN
        }

    def corrections(self) -> Corrections | None:
        """Return all corrections before the summary's size; None if one is not shown."""
        found: list[Correction] = []
        for index, (batch, _) in self._batches.items():
            if batch.kind == "correction" and index < self._audited.size:
                records = self._records(index)
                if records is None:
                    return None
                found += [Correction.of(place, record) for place, record in records.items()]
        return Corrections(found)

    def newer(self) -> tuple[str, ...] | None:
        """Return the later summaries of the same release by the same template."""
        stated, found = self._audited.stated, []
        for index, (batch, _) in self._batches.items():
            if batch.kind != "summary" or index <= self._audited.summary.index:
                continue
            records = self._records(index)
            if records is None:
                return None
            for place, record in records.items():
                said = record.value("summary")
                assert isinstance(said, dict)  # the schema of the kind says so
                same = all(said[k] == stated[k] for k in ("provider", "release", "template"))
                if same and said["version"] != stated["version"]:
                    found.append(f"version {said['version']} (record {place})")
        return tuple(found)

    def newest_release(self) -> RecordId | None:
        """Return the newest record of the release that the summary could have been made of."""
        found: RecordId | None = None
        for index, (batch, _) in self._batches.items():
            if batch.kind != "release" or index >= self._audited.size:
                continue
            records = self._records(index)
            if records is None:
                return None
            for place, record in records.items():
                said = record.value("release")
                assert isinstance(said, dict)  # the schema of the kind says so
                if said["name"] == self._audited.stated["release"]:
                    found = place
        return found

    def check_keys(self) -> None:
        """Check who signed the answer's entries again, with every key record of the log.

        Raises:
            VerificationError: A key record that the answer does not show takes a signature back.
        """
        ring = KeyRing()
        for index, (batch, data) in self._batches.items():
            if batch.kind == "key":
                records = self._records(index)
                if records is None:
                    return
                ring.add_batch(parse_batch(data)[1], records.values(), index)
        signed: list[tuple[int, VerifierKey]] = []
        for index, data in sorted(self._audited.entries.items()):
            batch, note = parse_batch(data)
            if batch.kind != "key":
                try:
                    signed.append((index, ring.check(note, kind=batch.kind, index=index).key))
                except LedgerError as error:
                    raise VerificationError(
                        f"entry {index}, by all key records of the log: {error}"
                    ) from error
        ring.look_back(signed)

    def _entries(self) -> Iterator[tuple[int, bytes]]:
        for number in range(-(-self._tree.checkpoint.size // TILE_WIDTH)):
            yield from enumerate(self._tree.entries(number), number * TILE_WIDTH)

    def _records(self, index: int) -> dict[RecordId, Record] | None:
        """Return the records of an entry, from what is verified or from the log; None if hidden."""
        batch, data = self._batches[index]
        places = [RecordId(index, position) for position in range(batch.count)]
        known = {one: record for one in places if (record := self._audited.known.get(one))}
        for place in places:
            if place not in known:
                try:
                    known.update(fetch_records(self._log, place, {index: data}))
                except VerificationError:
                    raise
                except LedgerError as error:
                    self.untold.append(f"record {place} of kind {batch.kind} is not shown: {error}")
                    return None
        return {place: known[place] for place in places}


def _batch(data: bytes) -> Batch | None:
    try:
        return parse_batch(data)[0]
    except LedgerError:
        return None  # an entry that is no batch is a matter for `ledger monitor`


def _is_first(log: RemoteLog, audited: Audited, untold: list[str]) -> bool | None:
    """Answer whether no smaller witnessed checkpoint covers the summary; None if nobody can say.

    Of each day, a log keeps the first checkpoint that its witnesses saw.
    """
    if audited.checkpoint.size == audited.summary.index + 1:
        return True
    for data in _kept(log, audited):
        try:
            tree = log.check(data).checkpoint
        except LedgerError:
            continue  # perhaps from before a change of witnesses
        if audited.summary.index < tree.size < audited.checkpoint.size:
            untold.append(f"a witnessed checkpoint of size {tree.size} covers the summary already")
            return False
    untold.append("whether an earlier checkpoint covers the summary, nobody here can say")
    return None


def _kept(log: RemoteLog, audited: Audited) -> Iterator[bytes]:
    """Yield the kept checkpoints of the days up to that of the challenge's checkpoint."""
    if audited.seen_at is None:
        return
    day = datetime.fromtimestamp(audited.seen_at, UTC)
    for back in range(_DAYS):
        path = f"{FOLDER}/{day - timedelta(days=back):%Y-%m-%d}"
        try:
            data = log.get(path, MAX_NOTE_SIZE)
        except LedgerError:
            return
        if data is not None and Note.from_bytes(data):
            yield data
