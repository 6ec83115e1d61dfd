"""The audit of domain tallies: each hashes to its digest, and none that records name is missing."""

from ledger.errors import LedgerError
from ledger.log.findings import Findings
from ledger.store.private import PrivateReader
from ledger.store.tallies import Tallies

_LOST = """
    SELECT s.log_index, s.position FROM sealed_record s
    WHERE s.tally_digest IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM tally t WHERE t.digest = s.tally_digest)
    ORDER BY s.log_index, s.position
"""


def audit_tallies(reader: PrivateReader, findings: Findings) -> None:
    """Audit every tally that is kept, and every record that names one."""
    with reader.engine.reading() as db:
        kept = [(number, bytes(digest)) for number, digest in db.rows(_KEPT)]
        for index, position in db.stream(_LOST):
            findings.add("tally", f"{index}.{position}", "the record's tally of domains is missing")
    tallies = Tallies(reader.engine)
    for number, digest in kept:
        name = f"sha256:{digest.hex()}"
        try:
            found = tallies.tally(name).digest
        except LedgerError as error:
            findings.add("tally", number, f"it cannot be read: {error}")
            continue
        findings.expect("tally", number, "digest", name, found)


_KEPT = "SELECT id, digest FROM tally ORDER BY id"
