"""What became of a record: every correction of it and of what replaced it, with when it was known.

When something was logged, the log's own clock says to the millisecond, and nobody vouches for it.
The first kept checkpoint that covers it, cosigned by witnesses, says no later than when
(`Logged.seen_at`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ledger.client.dating import seen_at
from ledger.errors import NotFoundError
from ledger.record.changes import Change, changes
from ledger.record.corrections import Correction, Corrections
from ledger.record.leaf import RecordId
from ledger.store.rows import StoredRecord
from ledger.tree.hashing import Hash

if TYPE_CHECKING:
    from ledger.client.client import Ledger


_PORTION = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """When an entry was logged, as far as is known."""

    appended_at: int
    """Milliseconds since 1970, by the log's own clock."""
    seen_at: int | None
    """Seconds since 1970: no later than then, by witnesses; None if none says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A correction, when it was logged, and what the replacement says otherwise."""

    correction: Correction
    logged: Logged
    changes: tuple[Change, ...] = ()
    """Empty also if one of the two records is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of a record, and of the others that stood or stand in its place."""

    record: RecordId
    newest: RecordId
    """What is to be shown in its place; itself if nothing replaced it."""
    chain: tuple[RecordId, ...]
    """All of them, oldest first."""
    events: tuple[Event, ...]
    """In the order of the log."""
    corrections: Corrections

    @property
    def is_current(self) -> bool:
        """Whether this very record stands."""
        return self.corrections.deciding(self.record) is None

    @property
    def verdict(self) -> str | None:
        """What a reader of this record must know, in words; None if it stands."""
        return self.corrections.verdict(self.record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabelled:
    """A record of a frozen training set that was corrected since."""

    record: RecordId
    """The record that the set was frozen with."""
    newest: RecordId
    """What stands in its place, or stood there last."""
    verdict: str
    """What became of it, and why, in words."""
    decided: Correction
    """The correction that decided it last; its `claimed_at` and its place say when."""
    changes: tuple[Change, ...]
    """What the newest says otherwise; empty also if one of the two was erased."""


def relabelled(ledger: "Ledger", root: Hash) -> Iterator[Relabelled]:
    """Yield each record of a training set that was corrected since (`Ledger.relabelled`)."""
    store = ledger.store
    members = store.training.corrected_members(root)
    while some := list(islice(members, _PORTION)):
        found = store.corrections(one.record for one in some)
        for one in some:
            old, new = _find(ledger, one.record), _find(ledger, one.newest)
            yield Relabelled(
                record=one.record,
                newest=one.newest,
                verdict=found.verdict(one.record) or "",
                decided=found.forward(one.record)[-1],
                changes=() if old is None or new is None else changes(old.record, new.record),
            )


def history(ledger: "Ledger", record_id: RecordId) -> History:
    """Return what became of a record (`Ledger.history`)."""
    found = ledger.store.corrections([record_id], earlier=True)
    chain = found.chain(record_id)
    about = [one for one in found if one.record in chain]
    if not about:
        ledger.store.record(record_id)  # to be heard if there is none
    records = {one: _find(ledger, one) for one in chain}
    return History(
        record=record_id,
        newest=found.newest(record_id),
        chain=tuple(chain),
        events=tuple(_event(ledger, one, records) for one in about),
        corrections=found,
    )


def logged(ledger: "Ledger", index: int) -> Logged:
    """Return when the entry at `index` was logged, as far as is known."""
    return Logged(
        appended_at=ledger.store.entry(index).appended_at, seen_at=seen_at(ledger.home, index)
    )


def _event(
    ledger: "Ledger", correction: Correction, records: dict[RecordId, StoredRecord | None]
) -> Event:
    old = records[correction.record]
    new = records.get(correction.replacement) if correction.replacement is not None else None
    return Event(
        correction=correction,
        logged=logged(ledger, correction.id.index),
        changes=() if old is None or new is None else changes(old.record, new.record),
    )


def _find(ledger: "Ledger", record_id: RecordId) -> StoredRecord | None:
    """Return a record; None if it was erased."""
    try:
        return ledger.store.record(record_id)
    except NotFoundError:
        return None
