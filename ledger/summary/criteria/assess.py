"""All 242 checks over one document."""

import re
from dataclasses import replace

from ledger.summary import remedies
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
    judgement = gate(reading, check.field) or check.judge(reading, check.field)
    remedy = _as_question(_for_recorded(judgement.remedy, check, reading))
    return Finding(check, replace(judgement, remedy=remedy))


def _as_question(remedy: str) -> str:
    """Return a remedy that leaves the answer open: a better grade is no reason for a No."""
    return re.sub(
        r"set (confirm\.[a-z_]+): (?:yes|no) in (\S+)", r"answer \1 in \2: yes or no", remedy
    )


def _for_recorded(remedy: str, check: Check, reading: Reading) -> str:
    """Return a remedy that states a fact of the data as one for data that is recorded already.

    Where a gap of the field asks for the same, its remedy is better: it names the datasets.
    """
    stating = re.fullmatch(r"ledger add PATH --set ([a-z_.]+)=(\S+)", remedy)
    if not stating:
        return remedy
    path, example = stating.groups()
    gaps = [gap for gap in reading.document.gaps if gap.field == check.field]
    better = [gap.remedy for gap in gaps if f"--set {path}=" in gap.remedy]
    return better[0] if better else remedies.correct_record(path, example, ())
