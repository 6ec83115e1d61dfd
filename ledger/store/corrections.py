"""Corrections in the database: of records, of training sets, and as SQL that others put together.

The truth is the open record. The table `correction` repeats in columns which record it is about,
so that "is it still current" is one look-up, for one record or for a hundred million.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ledger.record.corrections import Correction, Corrections
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.store.engine import Cells, Connection, Value
from ledger.store.rows import assemble, chunks

CORRECTION: Final = (
    *("log_index", "position", "record_index", "record_position", "action"),
    *("replacement_index", "replacement_position"),
)

IS_CORRECTED: Final = """EXISTS (
    SELECT 1 FROM correction c WHERE c.record_index = s.log_index AND c.record_position = s.position
)"""
"""SQL: whether a correction speaks about the row `s` of `sealed_record`, so it is not current."""

_STATED = """
    SELECT c.log_index, c.position, o.fields FROM correction c
    JOIN open_record o ON o.log_index = c.log_index AND o.position = c.position
"""


def correction_cells(index: int, position: int, record: Record) -> Cells:
    """Return the row of a correction record, in the order of `CORRECTION`."""
    stated = Correction.of(RecordId(index, position), record)
    old, new = stated.record, stated.replacement
    named = (None, None) if new is None else (new.index, new.position)
    return (index, position, old.index, old.position, stated.action, *named)


def find_corrections(
    db: Connection, record_ids: Iterable[RecordId], *, earlier: bool = False
) -> Corrections:
    """Return the corrections of records, and of what replaced them, down to the newest.

    Args:
        db: The transaction.
        record_ids: The records.
        earlier: Also those of the records whose place they took, up to the first.
    """
    found: dict[RecordId, Correction] = {}
    if not has_corrections(db):
        return Corrections()
    wanted, asked = set(record_ids), set[RecordId]()
    while wanted := wanted - asked:
        asked |= wanted
        read = list(_about(db, "record", wanted))
        if earlier:
            read += _about(db, "replacement", wanted)
        found.update((one.id, one) for one in read)
        wanted = {one.replacement for one in read if one.replacement is not None}
        if earlier:
            wanted |= {one.record for one in read}
    return Corrections(found.values())


def has_corrections(db: Connection) -> bool:
    """Say whether the log holds any correction: mostly it does not, and much work is saved."""
    return db.row("SELECT 1 FROM correction LIMIT 1") is not None


def _about(db: Connection, column: str, record_ids: Iterable[RecordId]) -> Iterator[Correction]:
    for chunk in chunks(sorted(record_ids)):
        sql = f"{_STATED} WHERE (c.{column}_index, c.{column}_position) IN ({places(chunk)})"
        yield from map(correction_of, db.rows(sql, place_values(chunk)))


def correction_of(row: Cells) -> Correction:
    """Return what a row of `log_index, position, fields` of a correction says."""
    index, position, fields = row
    return Correction.of(RecordId(index, position), assemble("correction", fields))


def places(record_ids: Sequence[RecordId]) -> str:
    """Return SQL for a list of places, to compare a pair of columns with."""
    return f"VALUES {', '.join(['(CAST(? AS BIGINT), CAST(? AS BIGINT))'] * len(record_ids))}"


def place_values(record_ids: Sequence[RecordId]) -> list[Value]:
    """Return what the marks of `places` stand for."""
    return [number for one in record_ids for number in (one.index, one.position)]
