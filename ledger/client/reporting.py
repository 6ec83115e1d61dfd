"""Logging the report of an audit, so that everybody sees that there was one, and its outcome."""

from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.sealing import timestamp
from ledger.errors import InputError, LedgerError
from ledger.query.report import Report, SectionResult
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import Record

if TYPE_CHECKING:
    from ledger.client.client import Ledger


def log_report(
    ledger: "Ledger", report: Report, *, auditor: str | None = None, link: str | None = None
) -> tuple[RecordId, bool]:
    """Log what an audit came to, and return its record and whether it is new.

    A report that is logged already is not logged again.

    Args:
        ledger: The ledger that holds the summary.
        report: The report. Its verdict is logged, whatever it is.
        auditor: Who checked.
        link: Where the report can be had.

    Raises:
        InputError: The report is a self-check, or of a summary that this ledger does not hold.
    """
    _check_summary(ledger, report)
    fields = report_fields(report, auditor=auditor, link=link)
    stated = fields["audit"]
    assert isinstance(stated, dict)
    for one in ledger.store.open_records("audit", name=report.challenge.summary):
        before = one.record.value("audit")
        if isinstance(before, dict) and before["report"] == stated["report"]:
            return one.id, False
    record = Record.parse("audit", {**fields, "claimed_at": timestamp()})
    (record_id,) = ledger.record([record])
    ledger.publish()
    return record_id, True


def report_fields(
    report: Report, *, auditor: str | None = None, link: str | None = None
) -> dict[str, JSON]:
    """Return the fields of a report's record, but for the time: nothing of a section's size."""
    challenge = report.challenge
    stated: dict[str, JSON] = {
        "summary": challenge.summary,
        "audit_root": challenge.audit_root.hex(),
        "level": report.level,
        "mode": int(challenge.mode),
        "seed": challenge.seed().hex(),
        "draws": challenge.draws,
        "confidence": challenge.confidence,
        "precision": challenge.precision,
        "claims": challenge.claims,
        "attempt": challenge.attempt,
        "checked_at": report.checked_at,
        "answer": report.answer,
        "report": f"sha256:{sha256(report.to_bytes()).hexdigest()}",
        "verdict": str(report.verdict),
        "sections": [_section(one) for one in (*report.sections, report.coverage)],
    }
    if auditor:
        stated["auditor"] = auditor
    if link:
        stated["link"] = link
    return {"audit": stated, "basis": {"audit": "observed"}}


def _section(result: SectionResult) -> JSON:
    value: dict[str, JSON] = {
        "name": result.name,
        "failures": result.failures,
        "records_below": result.record_bound.percent(),
    }
    if result.size_bound is not None:
        value["bytes_below"] = result.size_bound.percent()
    return value


def _check_summary(ledger: "Ledger", report: Report) -> None:
    """Check that the report is on a summary which this ledger holds."""
    challenge = report.challenge
    if not challenge.is_an_audit:
        raise InputError(
            "a check that the lab drew for itself (mode 4) is no audit, and is not logged as one",
            hint="ledger audit challenge FILE, drawn by somebody else",
        )
    origin = Checkpoint.from_text(challenge.note.text).origin
    if origin != ledger.origin:
        raise InputError(
            f"the report is on a summary in the log {origin}, and this is {ledger.origin}",
            hint="--ledger DIR",
        )
    try:
        summary = ledger.show(challenge.summary)
        audit = summary.record.fields.get("audit")
    except LedgerError as error:
        raise InputError(
            f"the report is on the summary {challenge.summary}, which is not here: {error}",
            hint="ledger list --kind summary",
        ) from error
    root = audit.get("root") if isinstance(audit, dict) else None
    if root != challenge.audit_root.hex():
        raise InputError(
            f"record {challenge.summary} commits to {root or 'no statement'}, and the report is on"
            f" {challenge.audit_root.hex()}",
            hint="ledger list --kind summary",
        )
