"""All 242 checks over one document."""

from ledger.summary.criteria import (
    crawled,
    document,
    general,
    private,
    processing,
    public,
    synthetic,
    user,
)
from ledger.summary.criteria.assessment import Assessment, Finding, SectionFindings
from ledger.summary.criteria.check import Check, CheckSection
from ledger.summary.criteria.kinds import gate
from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Document
from ledger.summary.filing import Filing

SECTIONS: tuple[CheckSection, ...] = (
    document.CHECKS,
    general.CHECKS,
    public.CHECKS,
    private.CHECKS,
    crawled.CHECKS,
    user.CHECKS,
    synthetic.CHECKS,
    processing.CHECKS,
)


def assess(document: Document, filing: Filing) -> Assessment:
    """Return what each check finds in an EU summary and in what it was filled from."""
    reading = Reading(document, filing)
    return Assessment(
        tuple(
            SectionFindings(section, tuple(_found(check, reading) for check in section.checks))
            for section in SECTIONS
        )
    )


def _found(check: Check, reading: Reading) -> Finding:
    decided = gate(reading, check.field)
    return Finding(check, decided or check.judge(reading, check.field))
