"""The audit of domain tallies: each hashes to its digest, and each record's is kept and fits it."""

from collections.abc import Callable

from ledger.content.domains import NO_DOMAIN, Share, Tally
from ledger.errors import LedgerError, MalformedError
from ledger.log.findings import Findings, as_bytes, as_text
from ledger.record.canonical import decode_object
from ledger.store.engine import Cells, Connection
from ledger.store.private import PrivateReader


def audit_tallies(reader: PrivateReader, findings: Findings) -> None:
    """Audit every tally that is kept, one in memory at a time, and every record that names one."""
    text = reader.engine.text_bytes
    with reader.engine.reading() as db:
        for row in db.stream(f"SELECT id, digest, {text('suffix_lists')} FROM tally ORDER BY id"):
            number, digest, lists = row
            try:
                expected = _tally(db, text, number, as_text(lists) or "").digest
            except LedgerError as error:
                findings.add("tally", number, f"it cannot be read: {error}")
                continue
            stored = f"sha256:{as_bytes(digest).hex()}"
            findings.expect("tally", number, "digest", stored, expected)
        _audit_records(db, text, findings)


def _tally(db: Connection, text: Callable[[str], str], number: object, lists: str) -> Tally:
    sql = (
        f"SELECT {text('domain')}, bytes, documents FROM tally_domain "
        "WHERE tally_id = ? ORDER BY domain"
    )
    if not isinstance(number, int):
        raise MalformedError("its id is no number")
    return Tally(tuple(lists.split(" ")), tuple(_share(row) for row in db.rows(sql, [number])))


def _share(row: Cells) -> Share:
    domain, size, documents = row
    if not isinstance(size, int) or not isinstance(documents, int):
        raise MalformedError("a line holds something else than numbers")
    return Share(as_text(domain) or "", size, documents)


def _audit_records(db: Connection, text: Callable[[str], str], findings: Findings) -> None:
    """Audit that the tally a record names is kept, and has as many domains as the record says."""
    sql = f"""
        SELECT s.log_index, s.position, {text("s.fields")}, t.id, (
            SELECT COUNT(*) FROM tally_domain l WHERE l.tally_id = t.id AND l.domain <> ?
        )
        FROM sealed_record s LEFT JOIN tally t ON t.digest = s.tally_digest
        WHERE s.tally_digest IS NOT NULL ORDER BY s.log_index, s.position
    """
    for index, position, fields, number, count in db.stream(sql, [NO_DOMAIN]):
        place = f"{index}.{position}"
        if number is None:
            findings.add("tally", place, "the record's tally of domains is missing")
            continue
        try:
            domains = decode_object(as_bytes(fields), "the row").get("domains")
        except LedgerError:
            continue  # the audit of records has named this row
        if isinstance(domains, dict) and domains.get("count") != count:
            stated = domains.get("count")
            findings.add(
                "tally", place, f"the record states {stated} domains, its tally has {count}"
            )
