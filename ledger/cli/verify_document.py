"""What `ledger verify` says of a document: its form, its figures, and what was changed in it."""

from ledger.proof.verify import Verified
from ledger.summary.verify import VerifiedSummary


def summary_details(summary: VerifiedSummary) -> list[tuple[str, str]]:
    """Return the lines on a verified document that evidence alone does not have."""
    form, details = summary.form, []
    if form is not None:
        details.append(("document", f"{form.title}: {form.release}, version {form.version}"))
        details.append(("form inside", "as logged, to the last character"))
    if summary.figures is not None:
        details.append(
            ("figures", f"{summary.figures} derived again from the record, all as shown")
        )
    elif form is not None:
        details.append(("figures", _unseen(summary.verified, str(summary.document.record.id))))
    if summary.rendition_of:
        later = f"a later rendition of the version that record {summary.rendition_of} logged"
        details.append(("rendition", later))
    return details


def _unseen(verified: Verified, record: str) -> str:
    """Return why no figure was derived: the record has none, or the evidence hides them."""
    whole = any(one.record is not None for one in verified.records if str(one.id) == record)
    return "the record has none" if whole else "not shown by the evidence"
