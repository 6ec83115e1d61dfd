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

from ledger.errors import ConflictError, StorageError, VerificationError
from ledger.log.admission import Admitted, admit
from ledger.log.ports import Clock, SystemClock, TileSink
from ledger.log.publish import last_published, publish
from ledger.record.batch import SignedBatch, parse_batch
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.signing.keys import Signer
from ledger.store.rows import Entry, Head
from ledger.store.store import Advance, NewEntry, Store
from ledger.tree.growth import grow
from ledger.tree.hashing import leaf_hash

_T = TypeVar("_T")
_ATTEMPTS = 10


class Log:
    """A log over a store, usable from several threads; several logs may share a database.

    Args:
        store: Where the entries are.
        signers: The log's own keys, for checkpoints; at least one is plain Ed25519.
        sink: Where tiles and checkpoints are published.
        clock: Tells when an entry was appended; for display only.

    Raises:
        StorageError: The database is damaged, or behind what it published.
        VerificationError: The published checkpoint is not of this log.
    """

    def __init__(
        self,
        store: Store,
        signers: Sequence[Signer],
        sink: TileSink,
        clock: Clock | None = None,
    ) -> None:
        self.store = store
        self.sink = sink
        self._signers = tuple(signers)
        self._clock = clock or SystemClock()
        self._turn = threading.Lock()
        self._failure: StorageError | None = None
        self._read = 0
        self._ring = KeyRing()
        self.reopen()

    @property
    def keys(self) -> tuple[RegisteredKey, ...]:
        """The keys that entries may be signed with, as far as the log has read."""
        return tuple(self._ring.keys)

    def reopen(self) -> None:
        """Forget everything, read it again, and be open. The way back after a storage error."""
        with self._turn:
            head = self.store.head()
            last_published(self.sink, head, self._signers)
            self._read, self._ring = 0, KeyRing()
            self._catch_up(head.size)
            self._failure = None

    def append(self, batches: Sequence[SignedBatch], *, at: int | None = None) -> list[int]:
        """Append batches in one transaction, and return their log indices once it is committed.

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
        if not batches:
            return []
        origin = self.store.head().origin
        admitted = [admit(batch, origin=origin) for batch in batches]
        with self._working():
            rings: list[KeyRing] = []

            def plan(head: Head) -> Advance:
                if at is not None and head.size != at:
                    raise ConflictError(expected=at, found=head.size)
                self._catch_up(head.size)
                brings_keys = any(batch.batch.kind == "key" for batch in admitted)
                ring = KeyRing(list(self._ring.keys)) if brings_keys else self._ring
                rings.append(ring)
                return _advance(head, admitted, ring, self._clock.milliseconds())

            if at is None:
                new = self._retrying(lambda: self.store.append(plan))
            else:
                new = self.store.append(plan)
            # Not before the commit: keys that these batches bring do not exist until then.
            self._ring, self._read = rings[-1], new.size
        return list(range(new.size - len(batches), new.size))

    def publish(self) -> bytes:
        """Publish everything appended so far, and return the signed checkpoint.

        Raises:
            StorageError: The database or the sink failed, now or before (then: `reopen`).
            VerificationError: What is published contradicts the log.
        """
        with self._working():
            return self._retrying(lambda: publish(self.store, self.sink, self._signers))

    @contextmanager
    def _working(self) -> Iterator[None]:
        """One piece of work at a time, and none after a storage error."""
        with self._turn:
            if self._failure is not None:
                raise StorageError(
                    f"the log is closed after an error: {self._failure}",
                    hint=self._failure.hint or "open it again",
                )
            try:
                yield
            except StorageError as error:
                self._failure = error
                raise

    def _retrying(self, work: Callable[[], _T]) -> _T:
        """Do it again when another writer was first; each conflict means that one succeeded."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return work()
            except ConflictError:
                continue
        return work()

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


def _advance(head: Head, batches: Sequence[Admitted], ring: KeyRing, now: int) -> Advance:
    """Return what these batches make of the log; `ring` takes in the keys that they register.

    Pure: it may be thrown away and computed again for another head.
    """
    # A clock that was set back must not make an entry older than the one before it.
    now = max(now, head.appended_at)
    growth = grow(head.edge, [leaf_hash(batch.data) for batch in batches])
    entries = [
        _new_entry(batch, index, _signer(batch, index, ring), now)
        for index, batch in enumerate(batches, start=head.size)
    ]
    new = Head(
        origin=head.origin,
        size=growth.edge.size,
        root=growth.edge.root(),
        edge=growth.edge,
        records=head.records + sum(batch.batch.count for batch in batches),
        appended_at=now,
    )
    return Advance(old=head, new=new, entries=entries, tiles=growth.full)


def _signer(batch: Admitted, index: int, ring: KeyRing) -> RegisteredKey:
    """Return the registered key that may, and did, sign the batch at `index`."""
    kind, is_first = batch.batch.kind, index == 0
    if is_first and kind != "key":
        raise VerificationError(
            "the first entry of a log registers its keys, and this is a batch of kind " + kind,
            hint="ledger init",
        )
    # The first batch brings the key that signs it; a later one may revoke the key that signs it.
    signer = None if is_first else ring.check(batch.note, kind=kind, index=index)
    if kind == "key":
        ring.add_batch(batch.note, [sealed.record for sealed in batch.records], index)
    return signer or ring.check(batch.note, kind=kind, index=index)


def _new_entry(batch: Admitted, index: int, signer: RegisteredKey, now: int) -> NewEntry:
    entry = Entry(
        index=index,
        note=batch.data,
        kind=batch.batch.kind,
        count=batch.batch.count,
        producer=str(signer.key),
        appended_at=now,
    )
    return NewEntry(entry=entry, tiles=batch.tiles, records=batch.records, is_open=batch.is_open)
