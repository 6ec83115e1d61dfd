"""The audit of corrections: their columns say what they say, and what was erased is gone.

An erasure is a logged correction and a row of `erased_record`; then the values are deleted, and the
record's leaf hash stays. A backup that is older than the erasure brings the values back: nothing
in its rows says so, only the correction in the log does.
"""

from ledger.errors import LedgerError
from ledger.log.findings import Findings, as_bytes
from ledger.record.canonical import decode_object, encode_checked
from ledger.record.corrections import Correction
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.record.vocabulary import OPEN_KINDS
from ledger.store.corrections import CORRECTION
from ledger.store.engine import Connection
from ledger.store.reader import Reader
from ledger.store.rows import ERASED, row_check

_OPEN = """
    SELECT o.log_index, o.position, {fields}, {columns} FROM open_record o
    LEFT JOIN correction c ON c.log_index = o.log_index AND c.position = o.position
    WHERE o.kind = 'correction' ORDER BY o.log_index, o.position
"""
_STRAYS = """
    SELECT c.log_index, c.position FROM correction c LEFT JOIN open_record o
    ON o.log_index = c.log_index AND o.position = c.position AND o.kind = 'correction'
    WHERE o.log_index IS NULL
"""
_ERASED = """
    SELECT {columns}, {fields} FROM erased_record x LEFT JOIN open_record o
    ON o.log_index = x.correction_index AND o.position = x.correction_position
        AND o.kind = 'correction'
    ORDER BY x.log_index, x.position
"""
_UNWIPED = """
    SELECT u.log_index, u.position FROM unwiped u LEFT JOIN erased_record x
    ON x.log_index = u.log_index AND x.position = u.position WHERE x.log_index IS NULL
"""


def audit_corrections(reader: Reader, findings: Findings, *, is_private: bool) -> None:
    """Audit the columns of every correction, and everything that was or is to be erased."""
    text = reader.engine.text_bytes
    names = ", ".join(text("c.action") if one == "action" else f"c.{one}" for one in CORRECTION)
    with reader.engine.reading() as db:
        for index, position, fields, *cells in db.stream(
            _OPEN.format(fields=text("o.fields"), columns=names)
        ):
            said = _correction(RecordId(index, position), as_bytes(fields))
            if said is None:
                continue  # the audit of records has named this row
            _audit_columns(said, cells, findings)
            if said.action == "erase" and said.is_late:
                _audit_target(db, said, findings, is_private=is_private)
        for row in db.stream(_STRAYS):
            findings.add("correction", ".".join(map(str, row)), "there is no such open record")
        _audit_erased(db, text("o.fields"), findings)
        if is_private:
            for row in db.stream(_UNWIPED):
                problem = "it is to be wiped, and nothing says that it was erased"
                findings.add("unwiped", ".".join(map(str, row)), problem)


def _audit_columns(said: Correction, cells: list[object], findings: Findings) -> None:
    """Audit that a correction's row says what the record says; one that says nothing has none."""
    place = str(said.id)
    if cells[0] is None:
        if _counts(said):
            findings.add("correction", place, "the row is missing")
        return
    action = CORRECTION.index("action")
    cells[action] = as_bytes(cells[action]).decode(errors="replace")
    for name, found, expected in zip(CORRECTION, cells, _cells(said), strict=True):
        findings.expect("correction", place, name, found, expected)


def _cells(said: Correction) -> tuple[object, ...]:
    new = said.replacement
    named = (None, None) if new is None else (new.index, new.position)
    old = said.record
    return (said.id.index, said.id.position, old.index, old.position, said.action, *named)


def _counts(said: Correction) -> bool:
    """Say whether a correction says anything: old versions let in some that do not."""
    if (said.action == "replace") != (said.replacement is not None) or not said.is_late:
        return False
    return said.replacement is None or said.record < said.replacement


def _audit_target(
    db: Connection, said: Correction, findings: Findings, *, is_private: bool
) -> None:
    """Audit that a record that a correction erases is gone, and that its absence is accounted for.

    Open records are published: there is nothing to destroy.
    """
    place, target = said.record, str(said.record)
    # An entry without leaf hashes has lost its records: nothing is there to be erased.
    entry = db.row(
        "SELECT kind, count FROM entry e WHERE log_index = ? AND EXISTS "
        "(SELECT 1 FROM batch_tile t WHERE t.log_index = e.log_index)",
        [place.index],
    )
    if entry is None or entry[0] in OPEN_KINDS or place.position >= entry[1]:
        return
    key = [place.index, place.position]
    where = "WHERE log_index = ? AND position = ?"
    advice = f"ledger erase {target}"
    if is_private and db.row(f"SELECT 1 FROM sealed_record {where}", key):
        problem = f"correction {said.id} erased it, and its values are here"
        findings.add("sealed_record", target, problem, advice=advice)
    elif not db.row(f"SELECT 1 FROM erased_record {where}", key):
        problem = f"correction {said.id} erased it, and the row is missing"
        findings.add("erased_record", target, problem, advice=advice)


def _audit_erased(db: Connection, fields_sql: str, findings: Findings) -> None:
    """Audit that every erased record has a correction that erases it."""
    columns = ", ".join(f"x.{name}" for name in ERASED)
    for *cells, check, fields in db.stream(_ERASED.format(columns=columns, fields=fields_sql)):
        index, position, by, at, _ = cells
        place = f"{index}.{position}"
        if check != row_check(*cells):
            findings.add("erased_record", place, "it is not what its row_check was made of")
        if fields is None:
            findings.add("erased_record", place, f"there is no correction {by}.{at}")
            continue
        said = _correction(RecordId(by, at), as_bytes(fields))
        if said is not None and (said.action, str(said.record)) != ("erase", place):
            findings.add("erased_record", place, f"correction {by}.{at} does not erase it")


def _correction(place: RecordId, fields: bytes) -> Correction | None:
    """Return what a correction record says; None if its row is damaged."""
    try:
        values = decode_object(fields, "the row")
        encoded = {name: encode_checked(value) for name, value in values.items()}
        return Correction.of(place, Record("correction", encoded))
    except (LedgerError, LookupError, TypeError, AssertionError):
        return None
