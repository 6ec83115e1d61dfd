"""The records of a training set one by one, as a statement counts them.

A record keeps its place in the set. What it counts with is what the newest says that stands in its
place: the rules are those of `newest.py`, where the same records are added up in SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ledger.errors import ConflictError, StorageError
from ledger.record.leaf import RecordId
from ledger.store.engine import Cells, Connection, Value
from ledger.store.newest import CHAINS, IN_SET, is_touched
from ledger.store.rows import MEASURES
from ledger.tree.hashing import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH

Standing = Literal["counted", "erased", "replaced"]

_OWN: Final = ", ".join(f"s.{name}" for name in ("description_id", *MEASURES))

_TALLIES: Final = """
    LEFT JOIN (
        SELECT t.digest, CAST(SUM(l.bytes) AS BIGINT) AS size
        FROM tally t JOIN tally_domain l ON l.tally_id = t.id
        GROUP BY t.digest
    ) k ON k.digest = s.tally_digest
"""

_AS_FROZEN: Final = f"""
    SELECT s.log_index, s.position, {_OWN}, k.size
    FROM {IN_SET} {_TALLIES} WHERE r.set_id = ? ORDER BY s.log_index, s.position
"""

_CORRECTED: Final = f"""
    {CHAINS}, placed AS (
        SELECT n.*, EXISTS (
            SELECT 1 FROM training_range r WHERE r.set_id = ? AND r.log_index = n.at_index
                AND n.at_position >= r.lo AND n.at_position < r.hi
        ) AS in_set, ROW_NUMBER() OVER (
            PARTITION BY n.at_index, n.at_position ORDER BY n.first_index, n.first_position
        ) AS age
        FROM newest n
    )
    SELECT n.first_index, n.first_position, n.at_index, n.at_position, EXISTS (
        SELECT 1 FROM correction c WHERE c.record_index = n.at_index
            AND c.record_position = n.at_position AND c.action = 'erase'
    ) AS erased, n.in_set, n.age, (
        SELECT SUBSTR(
            b.hashes,
            CAST((n.at_position - b.number * {TILE_WIDTH}) * {HASH_SIZE} + 1 AS INTEGER),
            {HASH_SIZE}
        )
        FROM batch_tile b WHERE b.level = 0 AND b.log_index = n.at_index
            AND b.number = n.at_position / {TILE_WIDTH}
    ), {_OWN}, k.size
    FROM placed n
    LEFT JOIN sealed_record s ON s.log_index = n.at_index AND s.position = n.at_position {_TALLIES}
    ORDER BY n.first_index, n.first_position
"""


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """A record of a training set, and what it counts with."""

    id: RecordId
    """Its place, which corrections never change."""
    leaf: bytes
    """The record leaf of what stands there: of the newest; of the record itself if erased."""
    standing: Standing
    """`replaced`: what stands there is another record of the set, and counts there."""
    description: int = 0
    """The number of its shared fields."""
    measures: tuple[int | None, ...] = ()
    """In the order of `rows.MEASURES`."""
    domain_bytes: int | None = None
    """The sum of its tally of domains; None if none is kept."""


def counted_records(
    db: Connection, set_id: int, leaves: Iterator[tuple[RecordId, bytes]], *, before: int
) -> Iterator[CountedRecord]:
    """Yield the records of a set in order, a few thousand in memory at a time.

    Args:
        db: One transaction: all is of one moment.
        set_id: The set's number.
        leaves: Each record of the set with its own leaf, in order.
        before: The size of the log that is meant.

    Raises:
        ConflictError: A record of the set was corrected after that.
        StorageError: The values of a record are lost.
    """
    corrected: Iterator[Cells] = iter(())
    if is_touched(db, set_id):
        _check_still(db, set_id, before)
        values: list[Value] = [set_id, set_id]
        corrected = db.stream(_CORRECTED, values)
    frozen = db.stream(_AS_FROZEN, [set_id])
    change, row = next(corrected, None), next(frozen, None)
    for place, leaf in leaves:
        at = (place.index, place.position)
        is_kept = row is not None and row[:2] == at
        if change is not None and change[:2] == at:
            yield _corrected(place, leaf, change)
            change = next(corrected, None)
        elif row is not None and is_kept:
            yield CountedRecord(place, leaf, "counted", row[2], row[3:-1], row[-1])
        else:
            raise _lost(place)
        if is_kept:
            row = next(frozen, None)


def _corrected(place: RecordId, leaf: bytes, row: Cells) -> CountedRecord:
    _, _, index, position, erased, in_set, age, newest, description, *values = row
    newest_id = RecordId(index, position)
    # Also one that was withdrawn before: that decides what became of it, and its values are gone.
    if erased:
        return CountedRecord(place, leaf, "erased")
    # A record that was withdrawn is its own newest. Of several that one record replaced, the first
    # stands for it.
    if newest_id != place and (in_set or age > 1):
        return CountedRecord(place, bytes(newest), "replaced")
    if description is None:
        raise _lost(newest_id)
    return CountedRecord(
        place, bytes(newest), "counted", description, tuple(values[:-1]), values[-1]
    )


def _lost(place: RecordId) -> StorageError:
    return StorageError(f"the values of record {place} are lost", hint="ledger fsck")


def _check_still(db: Connection, set_id: int, before: int) -> None:
    """Check that what the set counts with is what it counted with when the log had that size."""
    sql = f"""
        {CHAINS} SELECT MAX(x.said_at) FROM (
            SELECT n.by_index AS said_at FROM newest n
            UNION ALL
            SELECT c.log_index FROM newest n JOIN correction c ON c.record_index = n.at_index
                AND c.record_position = n.at_position AND c.action = 'erase'
        ) x
    """
    row = db.row(sql, [set_id])
    if row is not None and row[0] is not None and row[0] >= before:
        raise ConflictError(expected=before, found=row[0] + 1)
