"""The audit of Idempotency-Keys: what was submitted under which, and where it went."""

from ledger.log.findings import Findings, as_text
from ledger.store.private import PrivateReader
from ledger.store.rows import SUBMISSION, row_check


def audit_submissions(reader: PrivateReader, findings: Findings) -> None:
    """Audit the Idempotency-Keys: that no row was changed, and that each names an entry."""
    names = ", ".join(f"s.{name}" for name in SUBMISSION)
    key = reader.engine.text_bytes("s.key")
    sql = (
        f"SELECT {key}, {names}, e.log_index FROM submission s "
        "LEFT JOIN entry e ON e.log_index = s.log_index"
    )
    with reader.engine.reading() as db:
        for key_bytes, _, *cells, check, entry in db.stream(sql):
            row = as_text(key_bytes) or "-"
            if check != row_check(row, *cells):
                findings.add("submission", row, "it is not what its row_check was made of")
            elif entry is None:
                findings.add("submission", row, f"there is no entry {cells[1]}")
