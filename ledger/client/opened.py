"""An open ledger: a folder's rows, keys and log, which every verb works on."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.founding import found
from ledger.client.home import Home, find_home, new_home
from ledger.client.own_log import open_log, open_producer
from ledger.client.sealing import batches
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.log.log import Log
from ledger.log.publish import Published
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import Signer
from ledger.signing.note import Note
from ledger.store.store import Store


class OpenLedger:
    """A ledger in a folder of this machine, and how it is opened, written to and closed."""

    def __init__(self, home: Home, store: Store, key: str | Path | None = None) -> None:
        self.home = home
        self.store = store
        self._key = key
        self._log: Log | None = None
        self.published: Published | None = None
        self._producer: Signer | None = None

    @classmethod
    def create(
        cls, folder: str | Path = ".", *, url: str | None = None, origin: str | None = None
    ) -> Self:
        """Make a ledger: keys, database, first entry, trust file, profile; and return it open.

        Args:
            folder: Where `ledger.d` goes, and `ledger.db` unless `url` says otherwise.
            url: The database; default `sqlite:///ledger.db`.
            origin: The log's name for ever, such as `lab.example/training`; default by the folder.

        Raises:
            InputError: There is a ledger already, or the folder cannot hold one.
            StorageError: The database cannot be made. Nothing is left behind in any case.
        """
        home = new_home(Path(folder), url=url, origin=origin)
        return cls(home, found(home, url))

    @classmethod
    def open(cls, folder: str | Path | None = None, *, key: str | Path | None = None) -> Self:
        """Return the ledger of a folder; default: here or above, or `$LEDGER_HOME`.

        Args:
            folder: The folder that holds `ledger.d`.
            key: Who signs: a key's name in the ledger, or its file; default: `$LEDGER_KEY`, or
                `producer`.

        Raises:
            NotFoundError: There is none; with the command that makes one.
            StorageError: Its database cannot be opened, or is damaged.
        """
        home = find_home(Path(folder) if folder is not None else None)
        return cls(home, Store.open(home.url), key)

    def close(self) -> None:
        """Close the database."""
        (self._log or self.store).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.home.origin

    @property
    def log(self) -> Log:
        """The log, opened for writing when it is first needed."""
        if self._log is None:
            self._log = open_log(self.home, self.store)
        return self._log

    @property
    def producer(self) -> Signer:
        """The key that signs this ledger's batches."""
        if self._producer is None:
            self._producer = open_producer(self.home, self.store, self._key)
        return self._producer

    def record(self, records: Iterable[Record]) -> list[RecordId]:
        """Append records, a thousand a batch, and return their ids. Each batch is one commit."""
        ids: list[RecordId] = []
        for batch in batches(records, origin=self.origin, signer=self.producer):
            (index,) = self.log.append([batch])
            ids += [RecordId(index, position) for position in range(batch.batch.count)]
        return ids

    def publish(self) -> Published:
        """Publish tiles and a signed checkpoint of everything recorded; say what is served now."""
        self.published = self.log.publish()
        return self.published

    def checkpoint(self, index: int = 0) -> bytes:
        """Return a published checkpoint that covers entry `index`; publish one if none does."""
        published = FolderSink(self.home.public).read(CHECKPOINT)
        if published is not None and _size(published) > index:
            return published
        return self.publish().covering(index)


def _size(checkpoint: bytes) -> int:
    return Checkpoint.from_text(Note.from_bytes(checkpoint).text).size
