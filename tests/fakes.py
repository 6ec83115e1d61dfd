"""Real little classes that misbehave on purpose, and a clock that stands still."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from ledger.errors import ConflictError, StorageError, VerificationError
from ledger.store.checkpoints import Signed
from ledger.store.engine import Cells, Connection, Engine, Inspection, Value


@dataclass
class FrozenClock:
    """A clock that shows what it was set to."""

    now: int = 1_800_000_000_000

    def milliseconds(self) -> int:
        """Return the milliseconds since 1970."""
        return self.now


@dataclass
class Fault:
    """Fails the write number `at` (counted from 0), before its effect or after it.

    `kept` means that the write happens and only the answer is lost. With `at` None nothing fails,
    and `count` says in the end how many points of failure there are.
    """

    at: int | None = None
    kept: bool = False
    count: int = 0

    def around(self, write: Callable[[], object]) -> None:
        """Do `write`, or fail instead of it, or fail after it."""
        is_struck = self.count == self.at
        self.count += 1
        if is_struck and not self.kept:
            raise StorageError("the write was lost")
        write()
        if is_struck:
            raise StorageError("the answer was lost")


class FlakyEngine:
    """An engine whose writes and commits pass through a fault."""

    def __init__(self, inner: Engine, fault: Fault) -> None:
        self.url = inner.url
        self.locking = inner.locking
        self._inner = inner
        self._fault = fault

    def reading(self) -> AbstractContextManager[Connection]:
        """Read, without faults."""
        return self._inner.reading()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write; the commit is a point of failure like any other."""
        transaction = self._inner.writing()
        connection = transaction.__enter__()
        try:
            yield _FlakyConnection(connection, self._fault)
            is_struck = self._fault.count == self._fault.at
            self._fault.count += 1
            if is_struck and not self._fault.kept:
                raise StorageError("the commit was lost")
        except BaseException as error:
            transaction.__exit__(type(error), error, error.__traceback__)
            raise
        transaction.__exit__(None, None, None)
        if is_struck:
            raise StorageError("the answer to the commit was lost")

    def text_bytes(self, column: str) -> str:
        """Return SQL for the bytes of a text column."""
        return self._inner.text_bytes(column)

    def json_part(self, column: str, *path: str) -> str:
        """Return SQL for a part of a column's JSON."""
        return self._inner.json_part(column, *path)

    def inspect(self) -> Inspection:
        """Return what the database's own checks find."""
        return self._inner.inspect()

    def close(self) -> None:
        """Close the inner engine."""
        self._inner.close()


class _FlakyConnection:
    """A connection whose writes pass through a fault."""

    def __init__(self, inner: Connection, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        return self._inner.rows(sql, values)

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        return self._inner.row(sql, values)

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Cells]:
        return self._inner.stream(sql, values)

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        changed: list[int] = []
        self._fault.around(lambda: changed.append(self._inner.run(sql, values)))
        return changed[0]

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        self._fault.around(lambda: self._inner.insert(table, columns, rows))


@dataclass
class MemorySink:
    """Keeps what is published in a dictionary, in the order it came; its writes may fail."""

    files: dict[str, bytes] = field(default_factory=dict)
    fault: Fault = field(default_factory=Fault)

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`."""
        return self.files.get(path)

    def write(self, path: str, data: bytes) -> None:
        """Keep `data` at `path`."""
        if self.files.get(path, data) != data:
            raise VerificationError(f"{path} holds other bytes")
        self.fault.around(lambda: self.files.setdefault(path, data))

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint."""
        if self.files.get("checkpoint") != old:
            raise ConflictError(expected=0, found=0)
        self.fault.around(lambda: self.files.update(checkpoint=new))


@dataclass
class MemoryCheckpoints:
    """Remembers in a dictionary what was signed; reading and swapping may fail."""

    signed: dict[str, Signed] = field(default_factory=dict)
    fault: Fault = field(default_factory=Fault)

    def last(self, origin: str) -> Signed | None:
        """Return what was signed last."""
        return self.signed.get(origin)

    def swap(self, origin: str, old: Signed | None, new: Signed) -> None:
        """Replace it."""
        found = self.signed.get(origin)
        if found != old:
            raise ConflictError(expected=old.size if old else 0, found=found.size if found else 0)
        self.fault.around(lambda: self.signed.update({origin: new}))

    def close(self) -> None:
        """Keep everything: a process that opens it again is another one."""
