"""A log where several processes find it: database, checkpoint store, published folder, journals."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import ConflictError
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.signing.note import Note
from ledger.store.checkpoints import CheckpointStore
from ledger.store.engine import BUSY_SECONDS
from ledger.store.store import Store
from tests.databases import new_url
from tests.makers import LOG, ORIGIN, keys_batch


@dataclass(frozen=True)
class Place:
    """Where everything of a log is. It can be sent to another process."""

    url: str
    checkpoints: str
    folder: Path

    @classmethod
    def found(cls, kind: str, folder: Path) -> "Place":
        """Make an empty log with its first entry, on a database of a kind."""
        place = cls(new_url(kind, folder), f"sqlite:///{folder / 'checkpoints.db'}", folder)
        if kind != "sqlite":
            place = cls(place.url, new_url(kind, folder), folder)
        Store.create(place.url, origin=ORIGIN).close()
        CheckpointStore.open(place.checkpoints, create=True).close()
        with place.opened() as log:
            log.append([keys_batch()])
            log.publish()
        return place

    @property
    def public(self) -> Path:
        """The published folder."""
        return self.folder / "public"

    @contextmanager
    def opened(self, *, busy_seconds: float = BUSY_SECONDS) -> Iterator[Log]:
        """The log, opened by the code that always opens it."""
        store = Store.open(self.url, busy_seconds=busy_seconds)
        with store, CheckpointStore.open(self.checkpoints, busy_seconds=busy_seconds) as signed:
            yield Log(store, [LOG], FolderSink(self.public), checkpoints=signed)

    def served(self) -> Checkpoint:
        """Return the checkpoint that is served."""
        note = Note.from_bytes((self.public / "checkpoint").read_bytes())
        return Checkpoint.from_text(note.text)

    def journal(self, slot: int) -> Path:
        """Return what the writer in a slot writes down for whoever checks it."""
        return self.folder / f"journal-{slot}"


def publish(log: Log) -> Checkpoint | None:
    """Publish, and return the checkpoint; None if other publishers were faster every time."""
    try:
        published = log.publish()
    except ConflictError:
        return None
    return Checkpoint.from_text(Note.from_bytes(published.checkpoint).text)


class Journal:
    """Lines that are out of the process when `note` returns: a kill does not reach them."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, *words: object) -> None:
        """Write a line."""
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def lines(path: Path) -> list[list[str]]:
    """Return the words of each whole line of a journal."""
    if not path.exists():
        return []
    return [line.split() for line in path.read_text().splitlines(keepends=True) if line[-1] == "\n"]
