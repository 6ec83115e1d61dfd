"""What `ledger verify` says of a document beside what its evidence proves."""

from ledger.summary.verify import VerifiedSummary


def summary_details(summary: VerifiedSummary) -> list[tuple[str, str]]:
    """Return the lines on a verified document that evidence alone does not have."""
    details = []
    if summary.figures is not None:
        details.append(("figures", f"{summary.figures} derived again from the record, as shown"))
    elif summary.form is not None and _hides(summary):
        details.append(("figures", "not shown by the evidence, so not derived again"))
    if summary.rendition_of:
        later = f"a later rendition of the version that record {summary.rendition_of} logged"
        details.append(("rendition", later))
    return details


def _hides(summary: VerifiedSummary) -> bool:
    """Answer whether the evidence shows only part of the record, which may have figures."""
    shown = {one.id: one.record for one in summary.verified.records}
    return shown.get(summary.document.record.id) is None
