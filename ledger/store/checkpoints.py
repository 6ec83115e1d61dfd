"""The checkpoint store: what was signed last, kept where no restored backup reaches it.

    signed_checkpoint   origin, size, root     one row a log; it only grows

Before a checkpoint is signed its size and root are swapped in here, by compare-and-swap, and are on
the disk when the swap returns. So of two servers, on one database or on two copies of it, only one
can sign; and a database that was restored from an older copy is found to be behind
(docs/decisions/0017). For that the store must never be part of what is backed up and restored with
the ledger: it is a SQLite file of its own, or a PostgreSQL database of its own.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ledger.errors import ConflictError, InputError, NotFoundError, StorageError, VerificationError
from ledger.store.engine import BUSY_SECONDS, Connection, Engine, open_engine, sqlite_path
from ledger.tree.hashing import Hash

VERSION = 1
"""Of the two tables below. There are no steps: a later version would make another table."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS checkpoint_store (version BIGINT PRIMARY KEY)",
    f"INSERT INTO checkpoint_store VALUES ({VERSION}) ON CONFLICT DO NOTHING",
    "CREATE TABLE IF NOT EXISTS signed_checkpoint (origin TEXT PRIMARY KEY, "
    "size BIGINT NOT NULL CHECK (size >= 0), root {bytes} NOT NULL CHECK (length(root) = 32))",
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A tree that may have been signed: the swap comes first, the signature after it."""

    size: int
    root: Hash


class CheckpointStore:
    """The size and root that each log signed last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, create: bool = False, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Return the checkpoint store at `url`, made if `create` says so and it is not there.

        Raises:
            InputError: The URL names no kind of database that we know, or a ledger's own.
            NotFoundError: There is none at `url`.
            StorageError: It cannot be opened, or is of another version.
        """
        path = sqlite_path(url)
        if path is not None and create:
            from ledger.store.sqlite import make_file

            make_file(path)
        try:
            engine = open_engine(url, busy_seconds=busy_seconds)
        except NotFoundError as error:
            raise NotFoundError(f"there is no checkpoint store at {url}", hint=_LOST) from error
        try:
            _prepare(engine, url, create=create)
        except BaseException:
            engine.close()
            raise
        return cls(engine)

    def last(self, origin: str) -> Signed | None:
        """Return what the log `origin` signed last; None if it never did.

        Raises:
            StorageError: It cannot be read.
        """
        with self._engine.reading() as db:
            return _read(db, origin)

    def swap(self, origin: str, old: Signed | None, new: Signed) -> None:
        """Put `new` in the place of `old`, durably: after this, and only then, it may be signed.

        Raises:
            ConflictError: The last one is not `old`. Nothing was changed.
            VerificationError: `new` is smaller, or another tree of the same size: a fork.
            StorageError: It could not be written, or it is not known whether it was.
        """
        with self._engine.writing() as db:
            if old is None:
                changed = db.run(
                    "INSERT INTO signed_checkpoint (origin, size, root) VALUES (?, ?, ?) "
                    "ON CONFLICT DO NOTHING",
                    (origin, new.size, bytes(new.root)),
                )
            else:
                # Two servers cannot both sign because the WHERE clause says so. Its last line
                # holds whatever the caller believes: no size is signed twice with two roots.
                changed = db.run(
                    "UPDATE signed_checkpoint SET size = ?, root = ? "
                    "WHERE origin = ? AND size = ? AND root = ? "
                    "AND (size < ? OR (size = ? AND root = ?))",
                    (
                        *(new.size, bytes(new.root), origin, old.size, bytes(old.root)),
                        *(new.size, new.size, bytes(new.root)),
                    ),
                )
            if changed == 1:
                return
            found = _read(db, origin)
        if found != old:
            raise ConflictError(expected=old.size if old else 0, found=found.size if found else 0)
        raise VerificationError(
            f"the log signed {_told(old)} and cannot sign {_told(new)}: that would be a fork",
            hint="ledger fsck",
        )

    def close(self) -> None:
        """Close the database."""
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


_LOST = "if it was lost: ledger upgrade --new-checkpoints"


def _prepare(engine: Engine, url: str, *, create: bool) -> None:
    """Check that the database is a checkpoint store, or make it one."""
    with engine.writing() if create else engine.reading() as db:
        tables = _tables(db, url)
        if "log_head" in tables:
            raise InputError(
                f"{url} is the ledger's own database: restoring it would restore this too",
                hint="name another file or database for the checkpoint store",
            )
        if create:
            kind = "BLOB" if sqlite_path(url) is not None else "BYTEA"
            for statement in _TABLES:
                db.run(statement.format(bytes=kind))
        elif "checkpoint_store" not in tables:
            raise NotFoundError(f"there is no checkpoint store at {url}", hint=_LOST)
        versions = [row[0] for row in db.rows("SELECT version FROM checkpoint_store")]
    if versions != [VERSION]:
        raise StorageError(
            f"the checkpoint store at {url} has version {versions}, this needs {VERSION}",
            hint="use the version of `ledger` that made it",
        )


def _tables(db: Connection, url: str) -> set[str]:
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    if sqlite_path(url) is not None:
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    return {name for (name,) in db.rows(sql)}


def _read(db: Connection, origin: str) -> Signed | None:
    row = db.row("SELECT size, root FROM signed_checkpoint WHERE origin = ?", [origin])
    return None if row is None else Signed(row[0], Hash(row[1]))


def _told(signed: Signed | None) -> str:
    return f"{signed.size} entries with root {signed.root.hex()[:16]}…" if signed else "nothing"
