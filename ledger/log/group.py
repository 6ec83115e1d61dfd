"""Group commit: submitters who come at the same time share a transaction, and a checkpoint.

A commit waits for the disk, whatever it holds. So while one is under way, all batches that arrive
gather, and the next commit takes them all. The same goes for publishing, in a second thread: while
witnesses are asked, commits go on.

    submit     answered after the commit that holds the batch
    publish    answered after a publication that began later, with the proof of an entry under it

One batch that is refused does not spoil its group. After a storage error all of its group are told;
the next group reopens the log first, which is a full reload.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from ledger.errors import LedgerError, LogClosedError
from ledger.log.appending import Candidate, Logged
from ledger.log.log import Log
from ledger.log.publish import Published
from ledger.record.batch import SignedBatch
from ledger.store.advance import Submission
from ledger.store.engine import BUSY_SECONDS
from ledger.tree.hashing import Hash


@dataclass(frozen=True, slots=True)
class Proved:
    """What is served after publishing, and the proof of an entry under it."""

    published: Published
    proof: tuple[Hash, ...] | None
    """From the entry to the tree that is served; None if that does not cover the entry."""


MAX_BATCHES = 1_000
MAX_RECORDS = 20_000
"""What one transaction takes at most: it holds the write lock, and others wait for that."""

PUBLISH_SECONDS = 1
"""How long closing waits for a publication that is under way."""

_Work = TypeVar("_Work")
_Answer = TypeVar("_Answer")
Tell: TypeAlias = Callable[[_Answer | Exception], object]
"""Takes an answer, or the error that came instead."""


class GroupCommit:
    """Takes batches from any number of threads into a log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._reopening = threading.Lock()
        self._commits = _Gathering(self._commit, "commit")
        self._publications = _Gathering(self._publish, "publish")

    def submit(self, batch: SignedBatch, submission: Submission | None = None) -> Logged:
        """Log a batch, unless its bytes are there already, and return where it is.

        Raises:
            LedgerError: As `Log.append`; and `ReusedKeyError` if the Idempotency-Key of the
                submission came before with another body.
        """
        return self.enqueue(batch, submission).result()

    def enqueue(self, batch: SignedBatch, submission: Submission | None = None) -> "Future[Logged]":
        """Do as `submit`, and return before the commit: what comes of it is in the future.

        Raises:
            LedgerError: The batch is refused without a look at the log.
        """
        future: Future[Logged] = Future()
        self.begin(batch, submission, partial(_settle, future))
        return future

    def begin(
        self, batch: SignedBatch, submission: Submission | None, tell: "Tell[Logged]"
    ) -> None:
        """Do as `enqueue`; `tell` is called, in another thread, with what became of the batch.

        Raises:
            LedgerError: The batch is refused without a look at the log.
        """
        self._commits.add(_Waiting(self.log.admit(batch, submission), tell, batch.batch.count))

    def publish(self, index: int, tell: "Tell[Proved]") -> None:
        """Publish what was logged before the call, and prove entry `index` under it.

        One publication serves all who wait for it, and none is made if another server made it.
        `tell` is called with what came of it.
        """
        self._publications.add(_Waiting(index, tell))

    def close(self) -> None:
        """Finish what was begun, within a few seconds.

        A commit is waited for as long as a database may keep a writer waiting. A publication is
        not, since witnesses may be slow: the next one takes it up, as after a crash.
        """
        self._commits.close(BUSY_SECONDS)
        self._publications.close(PUBLISH_SECONDS)

    def _reopen(self) -> None:
        """Read everything again if an error closed the log."""
        with self._reopening:
            if self.log.is_closed:
                self.log.reopen()

    def _commit(self, group: "list[_Waiting[Candidate, Logged]]") -> None:
        """Commit a group, and tell each what became of its batch."""
        try:
            self._reopen()
            answers = self.log.append_each([one.work for one in group])
        except LedgerError as error:
            answers = [error] * len(group)
        for one, answer in zip(group, answers, strict=True):
            one.tell(answer)

    def _publish(self, group: "list[_Waiting[int, Proved]]") -> None:
        """Publish once for all who wait, and prove what each has."""
        try:
            self._reopen()
            # An entry that another server has published since is not published again.
            published = self.log.publish(1 + max(one.work for one in group))
            covered = [one.work for one in group if one.work < published.size]
            proofs = self.log.store.prove_entries(covered, published.size) if covered else []
        except LedgerError as error:
            for one in group:
                one.tell(error)
            return
        found = dict(zip(covered, map(tuple, proofs), strict=True))
        for one in group:
            one.tell(Proved(published, found.get(one.work)))


@dataclass(slots=True)
class _Waiting(Generic[_Work, _Answer]):
    """Work that somebody waits for: called with the answer, or with the error."""

    work: _Work
    tell: "Tell[_Answer]"
    records: int = 0
    """How many records it brings."""


def _settle(future: "Future[_Answer]", answer: "_Answer | Exception") -> None:
    """Answer whoever waits, unless they went away."""
    if future.set_running_or_notify_cancel():
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)


class _Gathering(Generic[_Work, _Answer]):
    """Work that gathers while a thread of its own does what had gathered before."""

    def __init__(self, do: "Callable[[list[_Waiting[_Work, _Answer]]], None]", name: str) -> None:
        self._do = do
        self._name = name
        self._news = threading.Condition()
        self._waiting: list[_Waiting[_Work, _Answer]] = []
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def add(self, one: "_Waiting[_Work, _Answer]") -> None:
        """Add work to what gathers.

        Raises:
            LogClosedError: `close` was called.
        """
        with self._news:
            if self._is_closed:
                raise LogClosedError("the log is being closed", hint="send it again in a moment")
            self._waiting.append(one)
            if self._thread is None:
                # A daemon: a process that is told to stop does not wait for it (see `close`).
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self, seconds: float) -> None:
        """Take no more, and wait until what has gathered is done, but no longer than that."""
        with self._news:
            self._is_closed = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        while group := self._take():
            try:
                self._do(group)
            except Exception as error:
                # A fault of ours: whoever waits hears of it, and the next group is served.
                for one in group:
                    one.tell(error)

    def _take(self) -> "list[_Waiting[_Work, _Answer]]":
        """Wait for the next group and take it; none comes after closing."""
        with self._news:
            while not self._waiting and not self._is_closed:
                self._news.wait()
            records, count = 0, 0
            for one in self._waiting[:MAX_BATCHES]:
                records += one.records
                if count and records > MAX_RECORDS:
                    break
                count += 1
            group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group
