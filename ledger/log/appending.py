"""What a group of batches makes of the log: pure, so that it can be computed again.

    the same bytes as an entry       its index, whoever sent them first
    a key used for this body before  the same answer as then
    a key used for another body      refused
    signed by a key that may         a new entry
    anything else                    refused, and the others go on

Each batch is judged as if it came alone, at the place that it would get.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.errors import InputError, LedgerError, VerificationError
from ledger.log.admission import Admitted
from ledger.log.correcting import EntryAt, check_corrections
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.store.advance import Advance, Found, NewEntry, Submission, Submitted
from ledger.store.rows import Entry, Head
from ledger.tree.growth import grow
from ledger.tree.hashing import Hash, leaf_hash


class ReusedKeyError(InputError):
    """An Idempotency-Key came before, with another body."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Where a batch is in the log, and whether this submission put it there."""

    index: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A batch that may become an entry, with its leaf hash."""

    admitted: Admitted
    leaf: Hash
    submission: Submission | None = None

    @classmethod
    def of(cls, admitted: Admitted, submission: Submission | None = None) -> "Candidate":
        """Return the candidate of a batch that was admitted."""
        return cls(admitted, leaf_hash(admitted.data), submission)


@dataclass(slots=True)
class Plan:
    """What becomes of each candidate, and of the log.

    `answers` are in the order of the candidates. `ring` holds the keys as they are after it.
    """

    head: Head
    found: Found
    ring: KeyRing
    now: int
    logged_entry: EntryAt
    """The entries of the log below `head`: a correction speaks about them."""
    answers: list[Logged | LedgerError] = field(default_factory=list)
    _new: list[NewEntry] = field(default_factory=list)
    _leaves: list[Hash] = field(default_factory=list)
    _indices: dict[Hash, int] = field(default_factory=dict)
    _used: dict[str, Submitted] = field(default_factory=dict)
    _resubmitted: list[tuple[Submission, int]] = field(default_factory=list)

    def take(self, candidate: Candidate) -> Logged:
        """Plan for one more batch.

        Raises:
            LedgerError: It is refused; nothing of it is in the plan.
        """
        submission = candidate.submission
        if submission is not None:
            known = self._submitted(submission.key)
            if known is not None:
                return _again(submission, known)
        index = self._indices.get(candidate.leaf, self.found.get(candidate.leaf))
        if index is None:
            logged = Logged(self._append(candidate), is_new=True)
        else:
            logged = Logged(index, is_new=False)
            if submission is not None:
                self._resubmitted.append((submission, index))
        if submission is not None:
            self._used[submission.key] = Submitted(submission.digest, logged.index)
        return logged

    def advance(self) -> Advance:
        """Return the step of the log that all taken batches make."""
        growth = grow(self.head.edge, self._leaves)
        new = Head(
            origin=self.head.origin,
            size=growth.edge.size,
            root=growth.edge.root(),
            edge=growth.edge,
            records=self.head.records + sum(one.entry.count for one in self._new),
            appended_at=self.now if self._new else self.head.appended_at,
        )
        return Advance(
            old=self.head,
            new=new if self._new else self.head,
            entries=self._new,
            tiles=growth.full,
            resubmitted=self._resubmitted,
        )

    def _submitted(self, key: str) -> Submitted | None:
        return self._used.get(key) or self.found.submissions.get(key)

    def _append(self, candidate: Candidate) -> int:
        index = self.head.size + len(self._new)
        admitted = candidate.admitted
        # What a refused batch did to the ring must not stay: so it works on a copy.
        ring = self.ring
        if admitted.batch.kind == "key":
            ring = KeyRing(list(ring.keys))
        signer = _signer(admitted, index, ring)
        if admitted.batch.kind == "correction":
            check_corrections(admitted, index, self._entry)
        self.ring = ring
        self._new.append(_new_entry(candidate, index, signer, self.now))
        self._leaves.append(candidate.leaf)
        self._indices[candidate.leaf] = index
        return index

    def _entry(self, index: int) -> Entry:
        """Return an entry of the log, or one that this plan has made so far."""
        if index < self.head.size:
            return self.logged_entry(index)
        return self._new[index - self.head.size].entry


def plan_all(
    head: Head,
    found: Found,
    candidates: Sequence[Candidate],
    ring: KeyRing,
    now: int,
    logged_entry: EntryAt,
) -> Plan:
    """Return the plan for all candidates, each with its answer.

    `now` is the time of the clock; a clock that was set back makes no entry older than the one
    before it.
    """
    now = max(now, head.appended_at)
    plan = Plan(head=head, found=found, ring=ring, now=now, logged_entry=logged_entry)
    for candidate in candidates:
        try:
            plan.answers.append(plan.take(candidate))
        except LedgerError as error:
            plan.answers.append(error)
    return plan


def filling(candidate: Candidate, entry: Entry) -> NewEntry:
    """Return what gives an entry its records back, from the batch that it is."""
    admitted = candidate.admitted
    return NewEntry(
        entry=entry, tiles=admitted.tiles, records=admitted.records, is_open=admitted.is_open
    )


def _again(submission: Submission, known: Submitted) -> Logged:
    if bytes(known.digest) != submission.digest:
        raise ReusedKeyError(
            f"the Idempotency-Key {submission.key} came before, with another body, which is entry "
            f"{known.log_index}",
            hint="a new batch takes a new key; the same batch is sent as it was",
        )
    return Logged(known.log_index, is_new=False)


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


def _new_entry(candidate: Candidate, index: int, signer: RegisteredKey, now: int) -> NewEntry:
    batch = candidate.admitted
    entry = Entry(
        index=index,
        note=batch.data,
        kind=batch.batch.kind,
        count=batch.batch.count,
        producer=str(signer.key),
        appended_at=now,
    )
    return NewEntry(
        entry=entry,
        tiles=batch.tiles,
        records=batch.records,
        is_open=batch.is_open,
        submission=candidate.submission,
    )
