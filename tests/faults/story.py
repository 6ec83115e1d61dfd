"""One story of a log, told under every fault there is.

    two entries and a refused one, a repeated one, a key, publications, a heartbeat

All that can fail counts its operations in one `Fault`, in the order in which they happen: queries,
inserts and commits, reads and writes of what is published, the system calls below those, swaps of
the checkpoint store, answers of witnesses. So a run without a fault says how many points there are,
and a run for each of them strikes it. Whoever works with the log never gives up: after an error
everything is read again and the same step is done again. If the fault is for ever, somebody mends
the machine in the end.

Then everything is checked, with nothing failing any more.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, StorageError
from ledger.log import folder as folder_module
from ledger.log.appending import Logged
from ledger.log.audit import audit
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.record.batch import SignedBatch
from ledger.signing.keys import Signer, VerifierKey
from ledger.signing.note import Note
from ledger.store.advance import Submission
from ledger.store.checkpoints import CheckpointStore, Signed
from ledger.store.store import Store
from ledger.tree.tiles import bundles_between, tiles_between
from tests.databases import copy_of, new_url
from tests.fakes import (
    Fault,
    FlakyCheckpoints,
    FlakyEngine,
    FlakySink,
    FrozenClock,
    ScriptedWitnesses,
)
from tests.makers import LOG, ORIGIN, STRANGER, TIME, batch, keys_batch, seed, shard
from tests.store.ledgers import shards

_T = TypeVar("_T")

ADDED = 4
"""Entries that the story adds."""
_NUMBERS = count()
FOREVER = 1 << 30
PATIENCE = 4
"""Attempts before the machine is mended."""


@cache
def shards_of(number: int) -> SignedBatch:
    """Return the batch that becomes entry `number`."""
    return keys_batch() if number == 0 else shards([number])


@cache
def stranger() -> SignedBatch:
    """Return a batch that is refused."""
    return batch(STRANGER, "shard", [shard(1)])


COSIGNERS: dict[str, Signer] = {
    "ed": Ed25519Cosigner("ed.example", seed(61), lambda: TIME),
    "pq": MLDSA44Cosigner("pq.example", seed(62), lambda: TIME),
}
TRUST = Trust.parse(
    f"log {LOG.key}\nwitness ed {COSIGNERS['ed'].key}\nwitness pq {COSIGNERS['pq'].key}\n"
    "group either any ed pq\nquorum either\n".encode()
)


@dataclass(frozen=True)
class Template:
    """A log before the story, to be copied for each telling."""

    folder: Path
    url: str
    first: int
    """Entries that are there before the story begins."""
    last: dict[str, Signed]

    @classmethod
    def make(cls, kind: str, folder: Path, first: int) -> "Template":
        """Make it, published and cosigned: 254 entries, and the story fills a tile."""
        url = new_url(kind, folder)
        witnesses = ScriptedWitnesses(COSIGNERS)
        with (
            Store.create(url, origin=ORIGIN) as store,
            CheckpointStore.open(_checkpoints(folder), create=True) as checkpoints,
        ):
            log = Log(
                *(store, [LOG], FolderSink(folder / "public")),
                checkpoints=checkpoints,
                witnesses=witnesses,
                trust=TRUST,
                clock=FrozenClock(),
            )
            log.append([shards_of(number) for number in range(first)])
            assert log.publish().is_current
        return cls(folder, url, first, dict(witnesses.last))

    def copy(self, folder: Path) -> str:
        """Copy it into an empty folder, and return the URL of its database."""
        shutil.copytree(self.folder / "public", folder / "public")
        shutil.copy(self.folder / "checkpoints.db", folder / "checkpoints.db")
        return copy_of(self.url, folder)


def tell(template: Template, folder: Path, fault: Fault) -> str:
    """Tell the story under a fault, check what came of it, and return the database's URL.

    Args:
        template: What it begins with.
        folder: An empty folder for this telling.
        fault: What fails.
    """
    url = template.copy(folder)
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(url))
        checkpoints = CheckpointStore.open(_checkpoints(folder))
        stack.callback(checkpoints.close)
        sink = Watched(folder)
        signer = Recording()
        witnesses = ScriptedWitnesses(COSIGNERS, fault=fault, last=dict(template.last))
        teller = Teller(fault)
        log = teller.insist(
            lambda: Log(
                Store(FlakyEngine(store.engine, fault, reads=True)),
                [signer],
                FlakySink(sink, fault),
                checkpoints=FlakyCheckpoints(checkpoints, fault),
                witnesses=witnesses,
                trust=TRUST,
                clock=FrozenClock(),
            )
        )
        with failing_files(fault):
            told = work(teller, log, template.first)
            fault.heal()
            teller.step(log, lambda: log.publish())
        check(Telling(store, checkpoints, sink, signer, witnesses), told, template.first)
    return url


def work(teller: "Teller", log: Log, first: int) -> list[tuple[int, SignedBatch]]:
    """Do the story's steps, each until it is acknowledged; return what was acknowledged."""
    told: list[tuple[int, SignedBatch]] = []

    def submit(numbers: list[int], key: str | None = None) -> None:
        batches = [shards_of(number) for number in numbers]
        submission = Submission(key, bytes(32)) if key else None
        candidates = [log.admit(one, submission) for one in batches]
        answers = log.append_each([*candidates, log.admit(stranger()), candidates[0]])
        assert isinstance(answers[-2], CannotTellError)
        for place, answer in enumerate(answers):
            if place != len(answers) - 2:
                assert isinstance(answer, Logged)
                told.append((answer.index, [*batches, batches[0], batches[0]][place]))

    teller.step(log, lambda: submit([first, first + 1]))
    teller.step(log, log.publish)
    teller.step(log, lambda: submit([first + 2], "key"))
    teller.step(log, lambda: submit([first + 3]))
    teller.step(log, log.publish)
    teller.step(log, log.publish)
    return told


@dataclass
class Teller:
    """Does things again until they work, and mends the machine when patience ends."""

    fault: Fault

    def insist(self, work: Callable[[], _T]) -> _T:
        """Return what `work` returns once it does."""
        for attempt in range(100):
            if attempt == PATIENCE:
                self.fault.heal()
            try:
                return work()
            except StorageError:
                continue
        raise AssertionError("it never works")

    def step(self, log: Log, work: Callable[[], object]) -> None:
        """Do a step of the work; after an error everything is read again first."""

        def attempt() -> None:
            if log.is_closed:
                log.reopen()
            work()

        self.insist(attempt)


class FlakyOs:
    """The system calls by which files are published, each of which may fail."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> object:
        """Return what does not fail."""
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        """Open a file, or fail."""
        return self._around(lambda: os.open(path, flags, mode), undo=os.close)

    def fsync(self, handle: int) -> None:
        """Flush a file to the disk, or fail."""
        self._around(lambda: os.fsync(handle))

    def replace(self, old: Path, new: Path) -> None:
        """Rename a file, or fail."""
        self._around(lambda: os.replace(old, new))

    def makedirs(self, path: Path, *, exist_ok: bool) -> None:
        """Make a folder, or fail."""
        self._around(lambda: os.makedirs(path, exist_ok=exist_ok))

    def fdopen(self, handle: int, mode: str) -> "_FlakyFile":
        """Return a file whose writes may fail, half of the bytes written."""
        return _FlakyFile(handle, self._fault)

    def _around(
        self, work: Callable[[], _T], *, undo: Callable[[_T], object] = lambda _: None
    ) -> _T:
        is_struck = self._fault.is_struck()
        if is_struck and not self._fault.kept:
            raise OSError(errno.EIO, "input/output error, on purpose")
        done = work()
        if is_struck:
            undo(done)
            raise OSError(errno.EIO, "input/output error after the effect, on purpose")
        return done


class _FlakyFile:
    """A file to write once, whose write may break off in the middle."""

    def __init__(self, handle: int, fault: Fault) -> None:
        self._file = os.fdopen(handle, "wb")
        self._fault = fault

    def __enter__(self) -> "_FlakyFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Write, or fail with half of it written."""
        is_struck = self._fault.is_struck()
        self._file.write(data[: len(data) // 2] if is_struck else data)
        if is_struck:
            raise OSError(errno.ENOSPC, "no space left, on purpose")

    def flush(self) -> None:
        """Give all to the system."""
        self._file.flush()

    def fileno(self) -> int:
        """Return the file's handle."""
        return self._file.fileno()


@contextmanager
def failing_files(fault: Fault) -> Iterator[None]:
    """Let the system calls of the folder sink fail while the block runs."""
    setattr(folder_module, "os", FlakyOs(fault))  # noqa: B010
    try:
        yield
    finally:
        setattr(folder_module, "os", os)  # noqa: B010


class Watched(FolderSink):
    """A folder that checks at every swap that what the checkpoint speaks of is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "public")
        self.shown: list[Checkpoint] = []

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint, which nobody may see before its tiles."""
        tree = TRUST.check(Note.from_bytes(new)).checkpoint
        paths = [one.path() for one in tiles_between(0, tree.size)]
        paths += [one.path() for one in bundles_between(0, tree.size)]
        assert [path for path in paths if not (self.folder / path).is_file()] == []
        self.shown.append(tree)
        super().swap_checkpoint(old, new)


class Recording:
    """The log's key, and a list of all that it signed."""

    key: VerifierKey = LOG.key

    def __init__(self) -> None:
        self.signed: list[Checkpoint] = []

    def sign(self, text: str) -> bytes:
        """Sign, and remember it."""
        self.signed.append(Checkpoint.from_text(text))
        return LOG.sign(text)


@dataclass(frozen=True)
class Telling:
    """What is left when a story has been told."""

    store: Store
    checkpoints: CheckpointStore
    sink: Watched
    signer: Recording
    witnesses: ScriptedWitnesses


def check(end: Telling, told: list[tuple[int, SignedBatch]], first: int) -> None:
    """Check that nothing acknowledged is lost, nothing is doubled, and nothing forked."""
    expected = [shards_of(number).note for number in range(first + ADDED)]
    assert [entry.note for entry in end.store.entries(0, 1_000)] == expected
    assert all(end.store.entry(index).note == one.note for index, one in told)
    assert {index for index, _ in told} == set(range(first, first + ADDED))
    known = end.store.submission("key")
    assert known is not None
    assert known.log_index == first + 2
    for tree in (*end.signer.signed, *end.sink.shown):
        assert end.store.edge(tree.size).root() == tree.root, f"a fork at {tree.size}"
    sizes = [tree.size for tree in end.sink.shown]
    assert sizes == sorted(sizes)
    assert sizes[-1] == first + ADDED
    assert end.witnesses.forks == []
    last = end.checkpoints.last(ORIGIN)
    assert last == Signed(first + ADDED, end.store.head().root)
    report = audit(end.store, end.sink.folder, keys=[LOG.key])
    assert report.is_clean, report.findings


def _checkpoints(folder: Path) -> str:
    return f"sqlite:///{folder / 'checkpoints.db'}"


def points(template: Template, folder: Path) -> int:
    """Return how many operations the story has when nothing fails: a dry run counts them."""
    fault = Fault()
    tell(template, new_folder(folder), fault)
    return fault.count


def new_folder(folder: Path) -> Path:
    """Return a new folder in `folder`."""
    made = folder / f"telling-{next(_NUMBERS)}"
    made.mkdir()
    return made
