"""The log: the single writer of a store, and of what is published of it.

What is acknowledged is committed. What is signed was derived twice. After any storage error the log
is closed, since what it remembers may no longer be what is stored; `reopen` is a full reload, and
the same code that opened it in the first place (Raio2025h2a died of carrying on).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TypeVar

from ledger.checkpoint.trust import Trust
from ledger.errors import ConflictError, LedgerError, LogClosedError, StorageError
from ledger.log.admission import admit
from ledger.log.appending import Candidate, Logged, Plan, filling, plan_all
from ledger.log.ports import Checkpoints, Clock, SystemClock, TileSink, Witnesses
from ledger.log.publish import Published, Publisher
from ledger.record.batch import SignedBatch, parse_batch
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.signing.keys import Signer
from ledger.store.advance import Advance, Found, Submission
from ledger.store.rows import Head
from ledger.store.store import Store

_T = TypeVar("_T")
_ATTEMPTS = 10


class Log:
    """A log over a store, usable from several threads; several logs may share a database.

    Args:
        store: Where the entries are.
        signers: The log's own keys, for checkpoints; at least one is plain Ed25519.
        sink: Where tiles and checkpoints are published.
        checkpoints: Remembers what was signed, outside of the database and its backups.
        witnesses: Who is asked to cosign what is published; None asks nobody.
        trust: Whose cosignatures a checkpoint needs before it is served; None needs none.
        clock: Tells when an entry was appended; for display only.

    Raises:
        StorageError: The database is damaged, or behind what was signed, served or witnessed.
        VerificationError: It is a fork of what was signed or served.
    """

    def __init__(
        self,
        store: Store,
        signers: Sequence[Signer],
        sink: TileSink,
        *,
        checkpoints: Checkpoints,
        witnesses: Witnesses | None = None,
        trust: Trust | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.store = store
        self.sink = sink
        self._clock = clock or SystemClock()
        self._checkpoints = checkpoints
        self._publisher = Publisher(
            *(store, signers, sink, checkpoints),
            witnesses=witnesses,
            trust=trust,
            clock=self._clock,
        )
        # Two locks, taken in this order: asking the witnesses takes seconds, and appending goes on.
        self._publishing = threading.Lock()
        self._appending = threading.Lock()
        self._failure: LedgerError | None = None
        self._origin = ""
        self._read = 0
        self._ring = KeyRing()
        self.reopen()

    @property
    def keys(self) -> tuple[RegisteredKey, ...]:
        """The keys that entries may be signed with, as far as the log has read."""
        return tuple(self._ring.keys)

    @property
    def clock(self) -> Clock:
        """The clock that says when an entry was appended."""
        return self._clock

    @property
    def is_closed(self) -> bool:
        """Whether an error closed the log; `reopen` is the way back."""
        return self._failure is not None

    def close(self) -> None:
        """Close the store and the checkpoint store."""
        self.store.close()
        self._checkpoints.close()

    def reopen(self) -> None:
        """Forget everything, read it again, and be open. The way back after a storage error.

        Raises:
            StorageError: The database fails still, or is behind what was signed, served or seen.
            VerificationError: It is a fork.
        """
        with self._publishing, self._appending:
            self._publisher.check_standing()
            head = self.store.head()
            self._origin = head.origin
            self._read, self._ring = 0, KeyRing()
            self._catch_up(head.size)
            self._failure = None

    def append(self, batches: Sequence[SignedBatch], *, at: int | None = None) -> list[int]:
        """Append batches in one transaction, and return their log indices once it is committed.

        Bytes that are in the log already are not appended again: they have their index.

        Args:
            batches: All of them are appended, or none.
            at: The size that the log must have: for a caller whose batches rest on having looked
                at the first `at` entries. Default: whatever it has.

        Raises:
            ConflictError: The log has not the size `at`.
            MalformedError: A batch is none, or names a key that is none.
            InputError: A batch is meant for another log.
            VerificationError: A batch does not match its records, or its signature fails, or its
                key may not sign that here.
            CannotTellError: The key that signed is not registered.
            StorageError: The database failed, now or before (then: `reopen`).
        """
        candidates = [self.admit(batch) for batch in batches]
        return [one.index for one in self._append(candidates, _all_or_nothing, at)]

    def append_each(self, candidates: Sequence[Candidate]) -> list[Logged | LedgerError]:
        """Append what can be appended in one transaction; return what became of each batch.

        A batch that is refused, with the error that `append` would raise, does not spoil the
        others. Nothing is returned before the commit.

        Raises:
            ConflictError: Other writers were faster, again and again. Nothing was written.
            StorageError: The database failed, now or before (then: `reopen`).
        """
        return self._append(candidates, list)

    def admit(self, batch: SignedBatch, submission: Submission | None = None) -> Candidate:
        """Check all of a batch that needs no look at the log; in whatever thread has the time.

        Args:
            batch: Becomes an entry, if its key may sign it.
            submission: The Idempotency-Key that it came with.

        Raises:
            MalformedError: It is none.
            InputError: It is meant for another log.
            VerificationError: It does not match its records.
        """
        return Candidate.of(admit(batch, origin=self._origin), submission)

    def publish(self, enough: int | None = None) -> Published:
        """Publish everything appended so far; ask the witnesses, even if nothing is new.

        If so many entries are served already that it is `enough`, nothing is done. Appending goes
        on meanwhile. If the quorum is not met, the checkpoint before stays served
        (see `Published.is_current`); that is no error.

        Raises:
            StorageError: The database, the checkpoint store or the sink failed, now or before
                (then: `reopen`).
            VerificationError: What is published or signed contradicts the log.
        """
        with self._publishing, self._open():
            return self._publisher.publish(enough)

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Do nothing after an error that closed the log; such an error closes it."""
        if self._failure is not None:
            raise LogClosedError(
                f"the log is closed after an error: {self._failure}",
                hint=self._failure.hint or "open it again",
            )
        try:
            yield
        except StorageError as error:
            self._failure = error
            raise

    def _append(
        self,
        candidates: Sequence[Candidate],
        judge: Callable[[list[Logged | LedgerError]], list[_T]],
        at: int | None = None,
    ) -> list[_T]:
        """Append in one transaction; `judge` sees the answers before it, and may refuse them."""
        if not candidates:
            return []
        with self._appending, self._open():
            for _ in range(_ATTEMPTS - 1 if at is None else 0):
                try:
                    return self._transaction(candidates, judge, at)
                except ConflictError:
                    # Another writer was first; each conflict means that one succeeded.
                    continue
            return self._transaction(candidates, judge, at)

    def _transaction(
        self,
        candidates: Sequence[Candidate],
        judge: Callable[[list[Logged | LedgerError]], list[_T]],
        at: int | None,
    ) -> list[_T]:
        plans: list[Plan] = []
        judged: list[_T] = []

        def plan(head: Head, found: Found) -> Advance:
            if at is not None and head.size != at:
                raise ConflictError(expected=at, found=head.size)
            self._catch_up(head.size)
            now, entries = self._clock.milliseconds(), self.store.entry
            plans.append(plan_all(head, found, candidates, self._ring, now, entries))
            judged.extend(judge(plans[-1].answers))
            return plans[-1].advance()

        leaves = [one.leaf for one in candidates]
        keys = [one.submission.key for one in candidates if one.submission is not None]
        new = self.store.append(plan, leaves, keys)
        # Not before the commit: keys that these batches bring do not exist until then.
        self._ring, self._read = plans[-1].ring, new.size
        self._fill(candidates, plans[-1].answers)
        return judged

    def _fill(
        self, candidates: Sequence[Candidate], answers: Sequence[Logged | LedgerError]
    ) -> None:
        """Give entries that lost their records (`catching_up`) what was just submitted again."""
        again = {
            answer.index: candidate
            for candidate, answer in zip(candidates, answers, strict=True)
            if isinstance(answer, Logged) and not answer.is_new
        }
        lacking = self.store.lacking_records(list(again)) if again else []
        if lacking:
            self.store.fill([filling(again[at], self.store.entry(at)) for at in lacking])
            # Among what came back may be what the log has erased meanwhile.
            self.store.finish_erasures(at=self._clock.milliseconds())

    def _catch_up(self, size: int) -> None:
        """Take in the key records that other writers have appended since we last looked."""
        if size <= self._read:
            return
        ring = KeyRing(list(self._ring.keys))
        stored = self.store.open_records("key", since=self._read)
        for index, group in groupby(stored, key=lambda one: one.id.index):
            _, note = parse_batch(self.store.entry(index).note)
            ring.add_batch(note, [one.record for one in group], index)
        self._ring, self._read = ring, size


def _all_or_nothing(answers: list[Logged | LedgerError]) -> list[Logged]:
    """Return the answers if none is an error.

    Raises:
        LedgerError: The first that is.
    """
    for one in answers:
        if isinstance(one, LedgerError):
            raise one
    return [one for one in answers if isinstance(one, Logged)]
