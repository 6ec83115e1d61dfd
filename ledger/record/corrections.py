"""Corrections: nothing in a log is changed, so what no longer holds is said by a later record.

    replace    another record says it instead: `replacement`
    withdraw   nothing says it any more
    erase      the record's values and secret were destroyed; that it was logged stays provable

Of several corrections of one record the newest decides, except that an erasure decides only where
there is no other: a record that was replaced and then erased is still replaced. A replacement may
be corrected in its turn. Each is newer than what it replaces, so the chain has an end, and that is
the newest: what is shown instead of all the others (docs/formats/record.md).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from ledger.errors import MalformedError
from ledger.record.leaf import RecordId
from ledger.record.record import Record

CORRECTABLE: Final = {
    "replace": frozenset({"shard", "terms"}),
    "withdraw": frozenset({"shard", "terms", "release", "summary"}),
    "erase": frozenset({"shard"}),
}
"""The kinds of record that each action may speak about."""

DONE: Final = {"replace": "replaced", "withdraw": "withdrawn", "erase": "erased"}
"""What has become of a record, by the action that decided it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a correction record says, and where it is in the log."""

    id: RecordId
    record: RecordId
    """What it is about: an earlier record."""
    action: str
    reason: str
    replacement: RecordId | None
    """Of `replace` alone."""
    claimed_at: str

    @classmethod
    def of(cls, record_id: RecordId, record: Record) -> Self:
        """Return what a correction record at this place says.

        Raises:
            MalformedError: It is no correction.
        """
        if record.kind != "correction":
            raise MalformedError(f"a record of kind {record.kind} corrects nothing")
        stated = record.value("correction")
        assert isinstance(stated, dict)
        replacement = stated.get("replacement")
        return cls(
            id=record_id,
            record=RecordId.parse(str(stated["record"])),
            action=str(stated["action"]),
            reason=str(stated["reason"]),
            replacement=None if replacement is None else RecordId.parse(str(replacement)),
            claimed_at=str(record.value("claimed_at")),
        )

    @property
    def is_late(self) -> bool:
        """Whether it comes after all that it speaks about; else it says nothing."""
        named = (self.record, self.replacement or self.record)
        return max(named).index < self.id.index

    def __str__(self) -> str:
        """Say in words what became of the record, and why."""
        by = f" by {self.replacement}" if self.replacement is not None else ""
        return f"{DONE[self.action]}{by}: {self.reason} (correction {self.id})"


class Corrections:
    """The corrections of a log, or those of some of its records, in any order.

    One that speaks about what is not yet in the log says nothing: it could decide about a record
    before anybody has seen it.
    """

    def __init__(self, corrections: Iterable[Correction] = ()) -> None:
        self._of: dict[RecordId, list[Correction]] = {}
        self._replaced: dict[RecordId, list[RecordId]] = {}
        late = (one for one in corrections if one.is_late)
        for one in sorted(late, key=lambda one: one.id):
            self._of.setdefault(one.record, []).append(one)
            if one.replacement is not None:
                self._replaced.setdefault(one.replacement, []).append(one.record)

    def __iter__(self) -> Iterator[Correction]:
        """Yield all of them in the order of the log."""
        found = (one for several in self._of.values() for one in several)
        yield from sorted(found, key=lambda one: one.id)

    def of(self, record_id: RecordId) -> tuple[Correction, ...]:
        """Return the corrections of one record, oldest first."""
        return tuple(self._of.get(record_id, ()))

    def deciding(self, record_id: RecordId) -> Correction | None:
        """Return the correction that says what became of a record; None if it stands."""
        found = self._of.get(record_id)
        if not found:
            return None
        others = [one for one in found if one.action != "erase"]
        return (others or found)[-1]

    def erasure(self, record_id: RecordId) -> Correction | None:
        """Return the first correction that erases a record; None if there is none."""
        return next((one for one in self.of(record_id) if one.action == "erase"), None)

    def forward(self, record_id: RecordId) -> list[Correction]:
        """Return what became of a record, step by step; the last may be no replacement."""
        steps: list[Correction] = []
        at: RecordId | None = record_id
        while at is not None and (decided := self.deciding(at)) is not None:
            steps.append(decided)
            at = decided.replacement
        return steps

    def newest(self, record_id: RecordId) -> RecordId:
        """Return the record that stands in the place of this one now; itself if nothing does."""
        replaced = [one.replacement for one in self.forward(record_id) if one.replacement]
        return replaced[-1] if replaced else record_id

    def is_current(self, record_id: RecordId) -> bool:
        """Say whether the newest record in the place of this one was neither withdrawn nor erased.

        It may be another one (`newest`).
        """
        return self.deciding(self.newest(record_id)) is None

    def replaced_by(self, record_id: RecordId) -> tuple[RecordId, ...]:
        """Return the records whose place this one took, directly."""
        return tuple(
            one
            for one in self._replaced.get(record_id, ())
            if (decided := self.deciding(one)) is not None and decided.replacement == record_id
        )

    def chain(self, record_id: RecordId) -> list[RecordId]:
        """Return all records that say the same thing one after the other, this one among them."""
        found = {record_id}
        earlier = list(self.replaced_by(record_id))
        while earlier:
            one = earlier.pop()
            found.add(one)
            earlier += self.replaced_by(one)
        found.update(one.replacement for one in self.forward(record_id) if one.replacement)
        return sorted(found)

    def verdict(self, record_id: RecordId) -> str | None:
        """Return what a reader of this record must know; None if it stands."""
        steps = self.forward(record_id)
        if not steps:
            return None
        newest, last = self.newest(record_id), steps[-1]
        if newest == record_id:
            return f"record {record_id} was {last}"
        via = next(one for one in steps if one.replacement == newest)
        text = f"record {record_id} is superseded by {newest}: {via.reason} (correction {via.id})"
        return text if last is via else f"{text}, and that was {last}"
