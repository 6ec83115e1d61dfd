"""What a witness remembers, in a SQLite file of its own.

    witness_state   version                                     of these tables
    trusted_log     vkey, origin                                whose checkpoints it takes
    cosigned        origin, log_id, size, root, time, checkpoint   the newest of each log
    contradiction   origin, size, root, time, checkpoint        signed by a log against `cosigned`

A witness that forgets can be made to cosign a fork. So the file is in write-ahead mode with
`synchronous = FULL`, a row of `cosigned` can only grow (a trigger says so), and whoever restores it
from a backup takes away what the witness is for: docs/witness.md says what to do instead.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.errors import InputError, NotFoundError, StorageError
from ledger.signing.keys import VerifierKey
from ledger.store.engine import Cells, Connection
from ledger.store.sqlite import SqliteEngine, make_file
from ledger.tree.hashing import Hash

VERSION = 1
BUSY_SECONDS = 30.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS witness_state (version INTEGER PRIMARY KEY)",
    f"INSERT INTO witness_state VALUES ({VERSION}) ON CONFLICT DO NOTHING",
    "CREATE TABLE IF NOT EXISTS trusted_log (vkey TEXT PRIMARY KEY, origin TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS cosigned (origin TEXT PRIMARY KEY, log_id TEXT NOT NULL UNIQUE, "
    "size INTEGER NOT NULL CHECK (size >= 0), root BLOB NOT NULL CHECK (length(root) = 32), "
    "time INTEGER NOT NULL CHECK (time > 0), checkpoint BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS contradiction (origin TEXT, size INTEGER, root BLOB, "
    "time INTEGER NOT NULL, checkpoint BLOB NOT NULL, PRIMARY KEY (origin, size, root))",
    "CREATE TRIGGER IF NOT EXISTS cosigned_grows BEFORE UPDATE ON cosigned "
    "WHEN new.size < old.size OR new.origin <> old.origin "
    "OR (new.size = old.size AND new.root <> old.root) "
    "BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END",
    "CREATE TRIGGER IF NOT EXISTS cosigned_stays BEFORE DELETE ON cosigned "
    "BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The checkpoint of a log that was cosigned last."""

    origin: str
    size: int
    root: Hash
    time: int
    """POSIX seconds, as the cosignatures say."""
    checkpoint: bytes
    """The note, with the log's signatures and the witness's."""


def log_id(origin: str) -> str:
    """Return the name of a log on the monitoring path."""
    return sha256(origin.encode()).hexdigest()


class WitnessState:
    """The file, usable from several threads; several processes may share it."""

    def __init__(self, engine: SqliteEngine) -> None:
        self._engine = engine
        # SQLite lets waiting writers try again now and then, and under a crowd some wait too long.
        # Those of one process queue here instead.
        self._turn = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Return the state in the file at `path`.

        Raises:
            NotFoundError: There is none, and it is not to be made.
            InputError: The file is something else.
            StorageError: It cannot be read or written, or is of another version.
        """
        if create:
            make_file(str(path))
        if not path.is_file():
            raise NotFoundError(f"there is no witness state at {path}", hint="ledger witness init")
        engine = SqliteEngine(str(path), busy_seconds=BUSY_SECONDS)
        try:
            _prepare(engine, path, create=create)
        except BaseException:
            engine.close()
            raise
        return cls(engine)

    def logs(self) -> list[VerifierKey]:
        """Return the keys of all logs whose checkpoints are taken, by origin and type."""
        with self._engine.reading() as db:
            rows = db.rows("SELECT vkey FROM trusted_log")
        keys = [VerifierKey.parse(vkey) for (vkey,) in rows]
        return sorted(keys, key=lambda key: (key.name, key.type, key.id))

    def keys(self, origin: str) -> list[VerifierKey]:
        """Return the keys that may sign the checkpoints of one log; none if it is unknown."""
        with self._engine.reading() as db:
            rows = db.rows("SELECT vkey FROM trusted_log WHERE origin = ?", [origin])
        return [VerifierKey.parse(vkey) for (vkey,) in rows]

    def add_log(self, key: VerifierKey) -> bool:
        """Take checkpoints that are signed by `key`, whose name is the log's origin.

        Returns:
            Whether it is new.
        """
        with self._turn, self._engine.writing() as db:
            sql = "INSERT INTO trusted_log (vkey, origin) VALUES (?, ?) ON CONFLICT DO NOTHING"
            return db.run(sql, [str(key), key.name]) == 1

    def remove_log(self, key: VerifierKey) -> bool:
        """Take no more checkpoints signed by `key`; what was seen of its log stays known.

        Returns:
            Whether it was there.
        """
        with self._turn, self._engine.writing() as db:
            return db.run("DELETE FROM trusted_log WHERE vkey = ?", [str(key)]) == 1

    def seen(self) -> list[Seen]:
        """Return the newest cosigned checkpoint of each log, by origin."""
        with self._engine.reading() as db:
            return [_seen(row) for row in db.rows(f"{_SEEN} ORDER BY origin")]

    def shown(self, log: str) -> Seen | None:
        """Return the newest cosigned checkpoint of the log with this id (see `log_id`)."""
        with self._engine.reading() as db:
            row = db.row(f"{_SEEN} WHERE log_id = ?", [log])
        return None if row is None else _seen(row)

    def contradictions(self) -> list[Seen]:
        """Return the checkpoints that logs signed against what had been cosigned."""
        with self._engine.reading() as db:
            rows = db.rows(
                "SELECT origin, size, root, time, checkpoint FROM contradiction "
                "ORDER BY origin, size, time"
            )
        return [_seen(row) for row in rows]

    @contextmanager
    def deciding(self) -> Iterator["Decision"]:
        """One decision: nobody else decides meanwhile, and at its end it is on the disk.

        Raises:
            StorageError: It could not be stored, or it is not known whether it was.
        """
        with self._turn, self._engine.writing() as db:
            yield Decision(db)

    def close(self) -> None:
        """Close the file."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Decision:
    """What a decision may look at and write, inside its transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def last(self, origin: str) -> Seen | None:
        """Return what was cosigned last for a log."""
        row = self._db.row(f"{_SEEN} WHERE origin = ?", [origin])
        return None if row is None else _seen(row)

    def last_time(self) -> int:
        """Return the time of the latest cosignature for any log; 0 if there is none."""
        row = self._db.row("SELECT max(time) FROM cosigned")
        return (row[0] if row else None) or 0

    def cosign(self, seen: Seen) -> None:
        """Remember that `seen` is cosigned; the transaction must end well before it is shown."""
        self._db.run(
            "INSERT INTO cosigned (origin, log_id, size, root, time, checkpoint) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, "
            "root = excluded.root, time = excluded.time, checkpoint = excluded.checkpoint",
            [
                *(seen.origin, log_id(seen.origin), seen.size, bytes(seen.root)),
                *(seen.time, seen.checkpoint),
            ],
        )

    def contradict(self, seen: Seen) -> None:
        """Keep a checkpoint that its log signed against the one that was cosigned."""
        self._db.run(
            "INSERT INTO contradiction (origin, size, root, time, checkpoint) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [seen.origin, seen.size, bytes(seen.root), seen.time, seen.checkpoint],
        )


_SEEN = "SELECT origin, size, root, time, checkpoint FROM cosigned"


def _seen(row: Cells) -> Seen:
    origin, size, root, time, checkpoint = row
    return Seen(origin, size, Hash(root), time, checkpoint)


def _prepare(engine: SqliteEngine, path: Path, *, create: bool) -> None:
    """Check that the file is a witness's state, or make it one."""
    with engine.writing() if create else engine.reading() as db:
        tables = {name for (name,) in db.rows("SELECT name FROM sqlite_schema")}
        if "witness_state" not in tables and (tables or not create):
            raise InputError(f"{path} is no witness state", hint="ledger witness init")
        if create:
            for statement in _TABLES:
                db.run(statement)
        versions = [row[0] for row in db.rows("SELECT version FROM witness_state")]
    if versions != [VERSION]:
        raise StorageError(
            f"the witness state at {path} has version {versions}, this needs {VERSION}",
            hint="use the version of `ledger` that made it",
        )
