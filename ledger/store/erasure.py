"""Erasure: the values and the secret of a record are destroyed, and no proof above them changes.

    the correction is logged        erasing is a statement like any other, and comes first
    one transaction                 erased_record says so; the row goes, and what only it needed
    the files are rewritten         deleted rows lie in them until something is written over
    unwiped forgets the record      nothing is left to do

A crash in between leaves work that `due` and `unwiped` name. The next one that opens the ledger to
write does it, with the same functions; so does whoever restores a backup from before.

What is not reached from here: backups, copies, replicas, archived logs of the database, and
documents that were published. `docs/corrections.md` says what to do about each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.record.leaf import RecordId
from ledger.store.corrections import place_values, places
from ledger.store.engine import Connection, Engine, Value
from ledger.store.reader import read_head
from ledger.store.rows import ERASED, chunks, marks, row_check

_CHUNK = 200
_DUE = """
    SELECT c.record_index, c.record_position, c.log_index, c.position FROM correction c
    JOIN sealed_record s ON s.log_index = c.record_index AND s.position = c.record_position
    WHERE c.action = 'erase' ORDER BY c.log_index DESC, c.position DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A record that a correction erases."""

    record: RecordId
    correction: RecordId


class Erasures:
    """The erasures of a ledger (`Store.erasures`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self) -> list[Erasure]:
        """Return the records that a logged correction erases and whose values are still here."""
        with self._engine.reading() as db:
            return _due(db)

    def unwiped(self) -> list[RecordId]:
        """Return erased records whose values may still lie in the database's files."""
        with self._engine.reading() as db:
            return _unwiped(db)

    def finish(self, *, at: int) -> list[RecordId]:
        """Destroy whatever is to be destroyed, and return the records that were erased.

        Nothing happens if nothing is due, so it may be called whenever a ledger is opened.

        Args:
            at: The time, in milliseconds since 1970, for display.

        Raises:
            StorageError: The database failed or is in use. What is left to do stays known.
        """
        due = self.due()
        for some in _portions(due):
            self._destroy(some, at)
        self.wipe()
        return [one.record for one in due]

    def wipe(self) -> None:
        """Rewrite the files in which deleted rows may still lie."""
        left = self.unwiped()
        if not left:
            return
        self._engine.wipe(("sealed_record", "description", "tally", "tally_domain"))
        with self._engine.writing() as db:
            for chunk in chunks(left):
                sql = f"DELETE FROM unwiped WHERE (log_index, position) IN ({places(chunk)})"
                db.run(sql, place_values(chunk))

    def _destroy(self, due: Sequence[Erasure], at: int) -> None:
        """Delete the rows of these records and what no other record needs, in one transaction."""
        ids = [one.record for one in due]
        this = f"(log_index, position) IN ({places(ids)})"
        with self._engine.writing() as db:
            # Appending waits until descriptions that it may rely on are there or gone.
            read_head(db, self._engine.locking)
            # Another process may have been quicker; what is erased already stays as it was said.
            sql = f"SELECT log_index, position FROM erased_record WHERE {this}"
            known = {RecordId(*row) for row in db.rows(sql, place_values(ids))}
            sql = f"SELECT description_id, tally_digest FROM sealed_record WHERE {this}"
            needed = db.rows(sql, place_values(ids))
            _note(db, [one for one in due if one.record not in known], ids, at)
            db.run(f"DELETE FROM sealed_record WHERE {this}", place_values(ids))
            _drop_descriptions(db, {row[0] for row in needed})
            _drop_tallies(db, {bytes(row[1]) for row in needed if row[1] is not None})


def _portions(due: Sequence[Erasure]) -> Iterable[Sequence[Erasure]]:
    for at in range(0, len(due), _CHUNK):
        yield due[at : at + _CHUNK]


def _due(db: Connection) -> list[Erasure]:
    # The first correction of several comes last in the rows, and stays.
    found = {RecordId(*row[:2]): RecordId(*row[2:]) for row in db.rows(_DUE)}
    return [Erasure(record=one, correction=found[one]) for one in sorted(found)]


def _unwiped(db: Connection) -> list[RecordId]:
    rows = db.rows("SELECT log_index, position FROM unwiped ORDER BY log_index, position")
    return [RecordId(*row) for row in rows]


def _note(db: Connection, new: Sequence[Erasure], ids: Sequence[RecordId], at: int) -> None:
    places_of = [(one.record, one.correction) for one in new]
    cells = [(old.index, old.position, by.index, by.position, at) for old, by in places_of]
    if cells:
        db.insert("erased_record", ERASED, [(*one, row_check(*one)) for one in cells])
    waiting = set(_unwiped(db))
    left = [(one.index, one.position) for one in ids if one not in waiting]
    if left:
        db.insert("unwiped", ("log_index", "position"), left)


def _drop_descriptions(db: Connection, numbers: set[int]) -> None:
    """Delete the descriptions that no record has any more. What others say too stays theirs."""
    for chunk in chunks(sorted(numbers)):
        db.run(
            f"DELETE FROM description WHERE id IN ({marks(chunk)}) AND NOT EXISTS "
            "(SELECT 1 FROM sealed_record s WHERE s.description_id = description.id)",
            chunk,
        )


def _drop_tallies(db: Connection, digests: set[bytes]) -> None:
    """Delete the tallies that no record names any more.

    Somebody may have kept one a moment ago, for a record that is not appended yet: then that record
    comes without its tally, `fsck` says so, and adding the file again keeps it.
    """
    for chunk in chunks(sorted(digests)):
        orphans: list[Value] = [
            row[0]
            for row in db.rows(
                f"SELECT t.id FROM tally t WHERE t.digest IN ({marks(chunk)}) AND NOT EXISTS "
                "(SELECT 1 FROM sealed_record s WHERE s.tally_digest = t.digest)",
                chunk,
            )
        ]
        if orphans:
            db.run(f"DELETE FROM tally_domain WHERE tally_id IN ({marks(orphans)})", orphans)
            db.run(f"DELETE FROM tally WHERE id IN ({marks(orphans)})", orphans)
