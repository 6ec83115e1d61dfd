"""Correcting, withdrawing, erasing: never an update, always a later record that says so.

    look       are the records there, and may this be said about them?
    append     the replacements and the corrections, in one transaction, at the size looked at
    conflict   somebody else appended meanwhile: look again

So no record has two replacements because two people corrected it at once. An erasure destroys
values after it is logged (`ledger.store.erasure`); the next one that writes finishes it if need be.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from ledger.client.restating import Restatement, explained
from ledger.client.sealing import BATCH_SIZE, batches, timestamp
from ledger.errors import ConflictError, InputError, MalformedError
from ledger.log.ports import SystemClock
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.record.changes import Change, changes
from ledger.record.corrections import CORRECTABLE, DONE, Corrections
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.store.rows import StoredRecord, content_digest

if TYPE_CHECKING:
    from ledger.client.client import Ledger

Ids: TypeAlias = str | RecordId | Iterable[str | RecordId]
"""A record id or several, as text or not."""

Restate: TypeAlias = Callable[[StoredRecord], Record | None]
"""Returns what replaces a record; None where nothing does."""

_INSTEAD = {
    ("replace", "release"): "ledger release create NAME --dataset …, which supersedes it",
    ("replace", "summary"): "ledger summary RELEASE, which is its next version",
    ("replace", "terms"): "ledger withdraw ID, and record the right terms",
    ("erase", "terms"): "ledger withdraw ID",
    ("erase", "release"): "ledger withdraw ID",
    ("erase", "summary"): "ledger withdraw ID, and take its documents away yourself",
}
_OF_KEYS = "ledger keys revoke"
_OF_CORRECTIONS = "ledger correct, of the record that it speaks about or made"
_OF_AUDITS = "ledger audit log REPORT, of a later report on the same summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A record that something was said about, and where."""

    old: StoredRecord | None
    """The record as it was; None if it had been erased before."""
    record: RecordId
    correction: RecordId
    replacement: RecordId | None = None
    changes: tuple[Change, ...] = ()
    """What the replacement says otherwise."""


def correct(
    ledger: "Ledger",
    record_ids: Ids,
    dataset: str | None,
    reason: str,
    *,
    settings: Sequence[str],
    unset: Sequence[str],
) -> list[Corrected]:
    """Replace records by others that say it right (`Ledger.correct`)."""
    restatement = Restatement.parse(settings, unset)
    if dataset is not None:
        return _correct_dataset(ledger, dataset, restatement, reason)
    work = _Work(ledger, "replace", reason, _restating(restatement))
    return work.do(chosen(ledger, record_ids, None))


def _correct_dataset(
    ledger: "Ledger", dataset: str, restatement: Restatement, reason: str
) -> list[Corrected]:
    """Replace all current records of a dataset that do not say so already."""
    work = _Work(ledger, "replace", reason, _restating(restatement), lenient=True)
    try:
        done = [one for some in _pages(ledger, dataset) for one in work.log(some)]
    finally:
        work.publish()
    if not done:
        raise InputError(f"all current records of dataset {dataset!r} say so already")
    return done


def withdraw(ledger: "Ledger", record_ids: Sequence[RecordId], reason: str) -> list[Corrected]:
    """Say that records are not to be used any more (`Ledger.withdraw`)."""
    return _Work(ledger, "withdraw", reason).do(record_ids)


def erase(ledger: "Ledger", record_ids: Sequence[RecordId], reason: str) -> list[Corrected]:
    """Log that records are erased, then destroy their values (`Ledger.erase`)."""
    work = _Work(ledger, "erase", reason)
    try:
        done = work.log(record_ids)
        # Also when all were erased before: a run that was interrupted may have left some of it.
        ledger.store.finish_erasures(at=SystemClock().milliseconds())
        _forget_documents(ledger, done)
    finally:
        work.publish()
    return done


def _forget_documents(ledger: "Ledger", done: Iterable[Corrected]) -> None:
    """Remove the kept digests of documents whose shard no record speaks of any more.

    With a digest anybody can tell whether a document that they have was in the shard.
    """
    if not ledger.home.digests.is_dir():
        return
    from ledger.capture.kept_digests import forget_digests

    for one in done:
        digest = None if one.old is None else content_digest(one.old.record)
        if digest is not None and not ledger.store.find_by_digest(digest):
            forget_digests(ledger.home.digests, str(digest).removeprefix("blake3:"))


def chosen(ledger: "Ledger", record_ids: Ids, dataset: str | None) -> list[RecordId]:
    """Return the records that are named, or all current ones of a dataset.

    Raises:
        InputError: None is named.
    """
    if dataset is not None:
        return [one for some in _pages(ledger, dataset) for one in some]
    several = [record_ids] if isinstance(record_ids, str | RecordId) else record_ids
    ids = [RecordId.parse(one) if isinstance(one, str) else one for one in several]
    if not ids:
        raise InputError("no record is named", hint="ledger list")
    return ids


def twins(ledger: "Ledger", done: Iterable[Corrected]) -> list[RecordId]:
    """Return other current records about the same contents: nothing was said about them."""
    digests = {one.old.digest for one in done if one.old is not None}
    found = ledger.store.find_by_digests(one for one in digests if one is not None)
    ids = [one.id for several in found.values() for one in several]
    corrections = ledger.store.corrections(ids)
    new = {one.replacement for one in done}
    return sorted(one for one in ids if corrections.deciding(one) is None and one not in new)


def _pages(ledger: "Ledger", dataset: str) -> Iterator[list[RecordId]]:
    """Yield the current records of a dataset, a thousand at a time, as of now."""
    from ledger.client.releasing import no_such_dataset

    store, size, after = ledger.store, ledger.store.head().size, None
    while True:
        found = store.records(dataset=dataset, after=after, before=size, current=True)
        page = [one.id for one in islice(found, BATCH_SIZE)]
        if not page and after is None:
            raise no_such_dataset(store, dataset)
        if not page:
            return
        after = page[-1]
        yield page


def _restating(restatement: Restatement) -> Restate:
    now = timestamp()

    def restate(stored: StoredRecord) -> Record:
        try:
            return restatement.of(stored.record, now)
        except MalformedError as error:
            raise explained(error, stored.id) from error

    return restate


class _Work:
    """One action on many records.

    Args:
        ledger: The ledger.
        action: `replace`, `withdraw` or `erase`.
        reason: Why; published with the correction.
        restate: Makes the replacement.
        lenient: Leave out the records that this cannot be said about, or that say so already.
    """

    def __init__(
        self,
        ledger: "Ledger",
        action: str,
        reason: str,
        restate: Restate = lambda _: None,
        *,
        lenient: bool = False,
    ) -> None:
        self._ledger = ledger
        self._action = action
        self._reason = _checked(reason)
        self._restate = restate
        self._lenient = lenient
        self._now = timestamp()
        self._has_logged = False

    def do(self, record_ids: Sequence[RecordId]) -> list[Corrected]:
        """Log it, and publish."""
        try:
            return self.log(record_ids)
        finally:
            self.publish()

    def publish(self) -> None:
        """Publish what was logged, if anything was: also when the rest failed."""
        if self._has_logged:
            self._ledger.publish()

    def log(self, record_ids: Sequence[RecordId]) -> list[Corrected]:
        """Log it, a thousand records a transaction; all are looked at before the first is said."""
        ids = list(dict.fromkeys(record_ids))
        portions = [ids[at : at + BATCH_SIZE] for at in range(0, len(ids), BATCH_SIZE)]
        if len(portions) > 1:
            for portion in portions:
                self._look(portion)
        return [one for portion in portions for one in self._append(portion)]

    def _append(self, ids: Sequence[RecordId]) -> list[Corrected]:
        while True:
            size = self._ledger.store.head().size
            known, found = self._look(ids)
            if not found:
                return known
            made, done = self._batches(found, size)
            try:
                self._ledger.log.append(made, at=size)
                self._has_logged = True
            except ConflictError:
                continue
            return known + done

    def _look(
        self, ids: Sequence[RecordId]
    ) -> tuple[list[Corrected], list[tuple[StoredRecord, Record | None]]]:
        """Return the records that were erased before, and the others with what replaces them.

        Raises:
            NotFoundError: There is no such record.
            InputError: This cannot be said about a record.
        """
        store = self._ledger.store
        corrections = store.corrections(ids)
        known: list[Corrected] = []
        found: list[tuple[StoredRecord, Record | None]] = []
        for one in ids:
            erasure = corrections.erasure(one)
            if erasure is not None and self._action == "erase":
                known.append(Corrected(old=None, record=one, correction=erasure.id))
                continue
            try:
                _check_standing(one, self._action, corrections)
                stored = store.record(one)
                _check_kind(stored, self._action)
                found.append((stored, self._restated(stored, corrections)))
            except InputError:
                if not self._lenient:
                    raise
        return known, found

    def _restated(self, stored: StoredRecord, corrections: Corrections) -> Record | None:
        record = self._restate(stored)
        is_back = corrections.deciding(stored.id) is not None
        if record is not None and record.says_the_same(stored.record) and not is_back:
            raise InputError(f"record {stored.id} says so already", hint=f"ledger show {stored.id}")
        return record

    def _batches(
        self, found: Sequence[tuple[StoredRecord, Record | None]], size: int
    ) -> tuple[list[SignedBatch], list[Corrected]]:
        """Return the batches to append at `size`, and what they say, with the ids they get."""
        origin, signer = self._ledger.origin, self._ledger.producer
        newer = [record for _, record in found if record is not None]
        made = list(batches(newer, origin=origin, signer=signer))
        at = size + len(made)
        done = []
        for place, (stored, record) in enumerate(found):
            done.append(
                Corrected(
                    old=stored,
                    record=stored.id,
                    correction=RecordId(at, place),
                    replacement=None if record is None else RecordId(size, place),
                    changes=() if record is None else changes(stored.record, record),
                )
            )
        said = [self._correction(one) for one in done]
        return [*made, *batches(said, origin=origin, signer=signer)], done

    def _correction(self, done: Corrected) -> Record:
        stated: dict[str, JSON] = {
            "record": str(done.record),
            "action": self._action,
            "reason": self._reason,
        }
        if done.replacement is not None:
            stated["replacement"] = str(done.replacement)
        return Record.parse(
            "correction",
            {
                "correction": stated,
                "basis": {"correction": "declared"},
                "claimed_at": self._now,
            },
        )


def _checked(reason: str) -> str:
    text = normalize("NFC", reason.strip())
    if not text:
        raise InputError(
            "a correction says why, for everybody to read",
            hint='--reason "the licence was misread"',
        )
    return text


def _check_standing(record_id: RecordId, action: str, corrections: Corrections) -> None:
    """Check that what was said about a record before leaves room for this.

    Raises:
        InputError: It was replaced: the newest is what to correct. Or it was withdrawn or erased.
    """
    decided = corrections.deciding(record_id)
    if action == "erase" or decided is None:
        return
    verb = {"replace": "correct", "withdraw": "withdraw"}[action]
    if decided.action == "replace":
        newest = corrections.newest(record_id)
        raise InputError(f"record {record_id} was {decided}", hint=f"ledger {verb} {newest}")
    erasure = corrections.erasure(record_id)
    if erasure is not None:
        again = "record the file again: ledger add" if action == "replace" else None
        raise InputError(f"record {record_id} was {erasure}; nothing is left of it", hint=again)
    if action == "withdraw":
        raise InputError(
            f"record {record_id} was {decided}; to bring it back, correct it",
            hint=f"ledger correct {record_id} --reason …",
        )


def _check_kind(stored: StoredRecord, action: str) -> None:
    """Check that records of this kind are corrected so.

    Raises:
        InputError: They are not; with what to do instead.
    """
    kind = stored.record.kind
    allowed = {"shard"} if action == "replace" else CORRECTABLE[action]
    if kind in allowed:
        return
    instead = {"key": _OF_KEYS, "correction": _OF_CORRECTIONS, "audit": _OF_AUDITS}.get(kind)
    hint = instead or _INSTEAD[action, kind].replace("ID", str(stored.id))
    why = "its values are public" if action == "erase" else "it stands as it was logged"
    raise InputError(
        f"record {stored.id} is {'an' if kind == 'audit' else 'a'} {kind} and cannot be "
        f"{DONE[action]}: {why}",
        hint=hint,
    )
