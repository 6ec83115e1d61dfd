"""Real little classes that misbehave on purpose, and a clock that stands still."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import ConflictError, LedgerError, StorageError, VerificationError
from ledger.log.ports import Checkpoints, TileSink
from ledger.signing.keys import Signer
from ledger.signing.note import Note, NoteSignature, signature_by
from ledger.store.checkpoints import Signed
from ledger.store.engine import Cells, Connection, Engine, Inspection, Value
from ledger.tree.hashing import Hash
from ledger.tree.proofs import check_consistency

_T = TypeVar("_T")


@dataclass
class FrozenClock:
    """A clock that shows what it was set to."""

    now: int = 1_800_000_000_000

    def milliseconds(self) -> int:
        """Return the milliseconds since 1970."""
        return self.now


@dataclass
class Fault:
    """Fails `times` operations from number `at` on (counted from 0), before or after their effect.

    `kept` means that the operation happens and only its answer is lost. With `at` None nothing
    fails, and `count` says in the end how many points of failure there are.
    """

    at: int | None = None
    kept: bool = False
    times: int = 1
    count: int = 0

    def is_struck(self) -> bool:
        """Count one operation, and say whether it fails."""
        number, self.count = self.count, self.count + 1
        return self.at is not None and self.at <= number < self.at + self.times

    def around(self, work: Callable[[], _T]) -> _T:
        """Do `work`, or fail instead of it, or fail after it."""
        is_struck = self.is_struck()
        if is_struck and not self.kept:
            raise StorageError("the write was lost")
        done = work()
        if is_struck:
            raise StorageError("the answer was lost")
        return done

    def heal(self) -> None:
        """Fail no more."""
        self.at = None


class FlakyEngine:
    """An engine whose writes and commits pass through a fault, and its reads too if `reads`."""

    def __init__(self, inner: Engine, fault: Fault, *, reads: bool = False) -> None:
        self.url = inner.url
        self.locking = inner.locking
        self._inner = inner
        self._fault = fault
        self._reads = reads

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read; each query is a point of failure if reads are."""
        with self._inner.reading() as connection:
            yield _FlakyConnection(connection, self._fault, reads=self._reads)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write; the commit is a point of failure like any other."""
        transaction = self._inner.writing()
        connection = transaction.__enter__()
        try:
            yield _FlakyConnection(connection, self._fault, reads=self._reads)
            is_struck = self._fault.is_struck()
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

    def wipe(self, tables: Sequence[str]) -> None:
        """Rewrite what these tables are kept in."""
        self._fault.around(lambda: self._inner.wipe(tables))

    def close(self) -> None:
        """Close the inner engine."""
        self._inner.close()


class _FlakyConnection:
    """A connection whose writes pass through a fault, and its queries too if `reads`."""

    def __init__(self, inner: Connection, fault: Fault, *, reads: bool) -> None:
        self._inner = inner
        self._fault = fault
        self._reading = fault if reads else Fault()

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        return self._reading.around(lambda: self._inner.rows(sql, values))

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        return self._reading.around(lambda: self._inner.row(sql, values))

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Cells]:
        return self._reading.around(lambda: self._inner.stream(sql, values))

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self._fault.around(lambda: self._inner.run(sql, values))

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

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Keep several."""
        for path, data in files.items():
            self.write(path, data)

    def turn(self) -> AbstractContextManager[None]:
        """Wait for nobody."""
        return nullcontext()

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint."""
        if self.files.get("checkpoint") != old:
            raise ConflictError(expected=0, found=0)
        self.fault.around(lambda: self.files.update(checkpoint=new))


@dataclass
class MemoryCheckpoints:
    """Remembers in a dictionary what was signed; its swaps may fail."""

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


class FlakyCheckpoints:
    """A checkpoint store whose every operation passes through a fault."""

    def __init__(self, inner: Checkpoints, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def last(self, origin: str) -> Signed | None:
        """Return what was signed last."""
        return self._fault.around(lambda: self._inner.last(origin))

    def swap(self, origin: str, old: Signed | None, new: Signed) -> None:
        """Replace it."""
        self._fault.around(lambda: self._inner.swap(origin, old, new))

    def close(self) -> None:
        """Close the inner store."""
        self._inner.close()


class FlakySink:
    """A sink whose every operation passes through a fault."""

    def __init__(self, inner: TileSink, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`."""
        return self._fault.around(lambda: self._inner.read(path))

    def write(self, path: str, data: bytes) -> None:
        """Keep `data` at `path`."""
        self._fault.around(lambda: self._inner.write(path, data))

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Keep several."""
        self._fault.around(lambda: self._inner.write_all(files))

    def turn(self) -> AbstractContextManager[None]:
        """Wait for other publishers."""
        return self._inner.turn()

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint."""
        self._fault.around(lambda: self._inner.swap_checkpoint(old, new))


@dataclass(frozen=True)
class Answers:
    """What `ScriptedWitnesses` say."""

    lines: tuple[NoteSignature, ...]
    failures: tuple[str, ...]
    ahead: tuple[tuple[str, int], ...]


@dataclass
class ScriptedWitnesses:
    """Witnesses by name, who keep what they saw and cosign nothing that contradicts it.

    Those in `down` do not answer; any answer may be lost to `fault`. `forks` lists the sizes at
    which one of them was shown a tree that does not extend what it saw.
    """

    cosigners: Mapping[str, Signer]
    down: set[str] = field(default_factory=set)
    fault: Fault = field(default_factory=Fault)
    last: dict[str, Signed] = field(default_factory=dict)
    forks: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def cosign(self, note: Note, prove: Callable[[int], Sequence[Hash]]) -> Answers:
        """Cosign what extends what was seen, as c2sp.org/tlog-witness has it."""
        tree = Checkpoint.from_text(note.text)
        self.asked.append(tree.size)
        lines: list[NoteSignature] = []
        failures: list[str] = []
        ahead: list[tuple[str, int]] = []
        for name, cosigner in self.cosigners.items():
            seen = self.last.get(name)
            if name in self.down:
                failures.append(f"{name}: it does not answer")
            elif seen is not None and seen.size > tree.size:
                ahead.append((name, seen.size))
            else:
                try:
                    lines.append(self._cosign(name, cosigner, note, tree, prove))
                except LedgerError as error:
                    failures.append(f"{name}: {error}")
        return Answers(tuple(lines), tuple(failures), tuple(ahead))

    def seen(self, origin: str, note: Note | None) -> dict[str, int]:
        """Return what those saw last that answer."""
        answering = self.last.keys() - self.down
        return {name: self.last[name].size for name in answering if not self.fault.is_struck()}

    def _cosign(
        self,
        name: str,
        cosigner: Signer,
        note: Note,
        tree: Checkpoint,
        prove: Callable[[int], Sequence[Hash]],
    ) -> NoteSignature:
        seen = self.last.get(name)
        if seen is not None:
            try:
                proof = prove(seen.size) if seen.size < tree.size else []
                _check_extends(seen, tree, proof)
            except VerificationError:
                self.forks.append(tree.size)
                raise
        return self.fault.around(lambda: self._answer(name, cosigner, note, tree))

    def _answer(self, name: str, cosigner: Signer, note: Note, tree: Checkpoint) -> NoteSignature:
        self.last[name] = Signed(tree.size, tree.root)
        return signature_by(cosigner, note.text)


def _check_extends(seen: Signed, tree: Checkpoint, proof: Sequence[Hash]) -> None:
    check_consistency(
        old=seen.size, new=tree.size, old_root=seen.root, new_root=tree.root, proof=proof
    )
