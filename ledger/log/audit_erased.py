"""The audit of erasures: what a correction erased is gone, and what is gone was erased by one.

An erasure is a logged correction and a row of `erased_record`; then the values are deleted, and the
record's leaf hash stays. A backup that is older than the erasure brings the values back: nothing
in its rows says so, only the correction in the log does.
"""

from ledger.errors import LedgerError
from ledger.log.findings import Findings, as_bytes
from ledger.record.canonical import decode_object
from ledger.record.leaf import RecordId
from ledger.record.vocabulary import OPEN_KINDS
from ledger.store.engine import Connection
from ledger.store.reader import Reader
from ledger.store.rows import ERASED, row_check

_CORRECTIONS = """
    SELECT log_index, position, {fields} FROM open_record WHERE kind = 'correction'
    ORDER BY log_index, position
"""
_ERASED = """
    SELECT {columns}, {fields}
    FROM erased_record x LEFT JOIN open_record c ON c.log_index = x.correction_index
        AND c.position = x.correction_position AND c.kind = 'correction'
    ORDER BY x.log_index, x.position
"""


def audit_erasures(reader: Reader, findings: Findings, *, is_private: bool) -> None:
    """Audit every erased record against its correction, and every correction that erases."""
    text = reader.engine.text_bytes
    with reader.engine.reading() as db:
        columns = ", ".join(f"x.{name}" for name in ERASED)
        sql = _ERASED.format(columns=columns, fields=text("c.fields"))
        for *cells, check, fields in db.stream(sql):
            index, position, by, at, _ = cells
            place = f"{index}.{position}"
            if check != row_check(*cells):
                findings.add("erased_record", place, "it is not what its row_check was made of")
            if fields is None:
                findings.add("erased_record", place, f"there is no correction {by}.{at}")
            elif _erases(as_bytes(fields)) != place:
                findings.add("erased_record", place, f"correction {by}.{at} does not erase it")
        for index, position, fields in db.stream(_CORRECTIONS.format(fields=text("fields"))):
            target = _erases(as_bytes(fields))
            if target is not None:
                _audit_target(db, target, f"{index}.{position}", findings, is_private=is_private)


def _audit_target(
    db: Connection, target: str, correction: str, findings: Findings, *, is_private: bool
) -> None:
    """Audit that a record that a correction erases is gone, and that its absence is accounted for.

    Open records are published: there is nothing to destroy.
    """
    place = RecordId.parse(target)
    entry = db.row("SELECT kind FROM entry WHERE log_index = ?", [place.index])
    if entry is None or entry[0] in OPEN_KINDS:
        return
    key = [place.index, place.position]
    where = "WHERE log_index = ? AND position = ?"
    advice = f"ledger erase {target}"
    if is_private and db.row(f"SELECT 1 FROM sealed_record {where}", key):
        problem = f"correction {correction} erased it, and its values are here"
        findings.add("sealed_record", target, problem, advice=advice)
    elif not db.row(f"SELECT 1 FROM erased_record {where}", key):
        problem = f"correction {correction} erased it, and the row is missing"
        findings.add("erased_record", target, problem, advice=advice)


def _erases(fields: bytes) -> str | None:
    """Return the id of the record that a correction erases; None if it does something else."""
    try:
        correction = decode_object(fields, "the row").get("correction")
    except LedgerError:
        return None  # the audit of records has named this row
    if not isinstance(correction, dict) or correction.get("action") != "erase":
        return None
    return str(correction.get("record"))
