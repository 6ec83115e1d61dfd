"""What `ledger verify` says of a document beside what its evidence proves."""

from ledger.cli.output import counted
from ledger.summary.statement_check import CheckedStatement
from ledger.summary.verify import VerifiedSummary


def summary_details(summary: VerifiedSummary) -> list[tuple[str, str]]:
    """Return the lines on a verified document that evidence alone does not have."""
    details = []
    if summary.figures is not None:
        details.append(("figures", f"{summary.figures} derived again from the record, as shown"))
    elif summary.form is not None and _hides(summary):
        details.append(("figures", "not shown by the evidence, so not derived again"))
    if summary.statement is not None:
        details.append(("statement", _statement(summary.statement)))
    if summary.ranking is not None:
        details.append(("domains listed", f"proof: {summary.ranking.told()}"))
    if summary.rendition_of:
        later = f"a later rendition of the version that record {summary.rendition_of} logged"
        details.append(("rendition", later))
    return details


def _statement(statement: CheckedStatement) -> str:
    """Return what is known of the totals behind the figures, and what an audit would add."""
    records = counted(statement.counted, "record")
    if statement.table is None:
        return f"committed over {records}; its totals are sealed: ledger audit challenge"
    figures = counted(statement.figures or 0, "figure")
    return (
        f"committed over {records}, and consistent: {figures} from "
        f"{counted(len(statement.sections), 'total')}. Whether the totals are those of the "
        "records is for an audit: ledger audit challenge"
    )


def _hides(summary: VerifiedSummary) -> bool:
    """Answer whether the evidence shows only part of the record, which may have figures."""
    shown = {one.id: one.record for one in summary.verified.records}
    return shown.get(summary.document.record.id) is None
