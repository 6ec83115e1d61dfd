"""Step 7 of a document: the statement behind its figures, as far as it is published (level L0).

    7 Statement    it is committed, covers the training set, and the figures follow from it

Everything here follows from signed records alone. It shows that the numbers were fixed with the
summary, are the same for everybody, and agree with each other. That the totals are those of the
records, only openings show (L1): the words here never say "correct". docs/formats/audit.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import VerificationError
from ledger.proof.differences import DifferentError
from ledger.proof.verify import Outcome, VerifiedRecord
from ledger.query.sections import MEASURES, SectionName, is_counted, read_section_name
from ledger.query.statement import Context, Statement
from ledger.query.table_checks import check_crawl, check_roots
from ledger.summary.statement_field import statement_of

STEP: Final = "Statement"
COUNTERS: Final = "counters"
SEALED: Final = "sealed"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStatement:
    """The statement of a summary record, consistent in itself and with the release's record."""

    root: bytes
    mode: str
    sections: tuple[str, ...]
    counted: int
    """How many records count."""
    covers: bool
    """Whether the release's own record was shown, and its set has as many."""
    table: Statement | None
    """The totals; None if they are sealed."""
    figures: int | None
    """How many figures were derived from the totals; None without totals or figures."""


def has_statement(record: VerifiedRecord) -> bool:
    """Answer whether a summary record shows that it has a statement."""
    return "audit" in record.fields and "summary" in record.fields


def check_statement(
    record: VerifiedRecord, shown: tuple[VerifiedRecord, ...], outcome: Outcome
) -> CheckedStatement:
    """Check what a summary record says of its statement, and say what that means.

    Args:
        record: The summary record; `has_statement` is true of it.
        shown: All records that the evidence shows.
        outcome: What the step reports.

    Raises:
        MalformedError: It is no statement.
        VerificationError: It does not agree with itself, its place in the log, or the release.
        DifferentError: Figures do not follow from it.
    """
    fields: Fields = record.fields
    audit, size = fields["audit"], fields["summary"]["size"]
    names = {str(name): read_section_name(str(name)) for name in audit["sections"]}
    if tuple(audit["measures"]) != MEASURES:
        raise VerificationError(
            f"the statement adds up {', '.join(audit['measures'])}, and a statement of this "
            f"version adds up {', '.join(MEASURES)}"
        )
    Context.of(fields["summary"]).check_before(record.id.index)
    covers = _check_training(audit["coverage"], fields, size, shown)
    table = _check_table(fields, names, size)
    figures = _check_figures(fields, table) if table is not None else None
    checked = CheckedStatement(
        root=bytes.fromhex(audit["root"]),
        mode=audit["mode"],
        sections=tuple(names),
        counted=audit["coverage"]["count"],
        covers=covers,
        table=table,
        figures=figures,
    )
    outcome.computed, outcome.means = _told(checked, size)
    return checked


def _check_training(
    coverage: Fields, fields: Fields, size: int, shown: tuple[VerifiedRecord, ...]
) -> bool:
    """Check a statement against the set that the release froze; False if that is not shown."""
    named = fields.get("release_record")
    for one in shown:
        training: Any = one.fields.get("training")
        if one.kind != "release" or str(one.id) != named or training is None:
            continue
        if one.id.index >= size:
            raise VerificationError(
                f"the release's record {one.id} is not among the first {size} entries, which the "
                "statement is over"
            )
        if training["root"] != coverage["training"]:
            raise VerificationError(
                "the statement is over another training set than the release's record freezes"
            )
        if training["count"] != coverage["count"]:
            raise VerificationError(
                f"the statement counts {coverage['count']} records, and the release was trained "
                f"on {training['count']}"
            )
        return True
    return False


def _check_table(fields: Fields, names: Mapping[str, SectionName], size: int) -> Statement | None:
    """Check the totals that a record publishes; None if it seals them."""
    audit, statement = fields["audit"], statement_of(fields)
    if (statement is None) != (audit["mode"] == SEALED):
        found = "no totals" if statement is None else "totals"
        raise VerificationError(f"the statement is {audit['mode']!r} and has {found}")
    if statement is None:
        return None
    if tuple(statement.sections) != tuple(names):
        raise VerificationError("the table of totals is of other sections than the statement names")
    statement.check(bytes.fromhex(audit["root"]))
    check_roots(statement.sections, size)
    counted = sum(root.count for name, root in statement.sections.items() if is_counted(name))
    if counted != audit["coverage"]["count"]:
        raise VerificationError(
            f"the sections count {counted} records, and the statement says "
            f"{audit['coverage']['count']}"
        )
    check_crawl(statement.sections)
    return statement


def _check_figures(fields: Fields, statement: Statement) -> int | None:
    """Check that a record's figures follow from totals; return how many were derived."""
    from ledger.summary.section_figures import check_section_figures, count_derived

    figures = fields.get("figures")
    if figures is None:
        return None
    if found := check_section_figures(figures, statement.sections):
        raise DifferentError(
            f"{len(found)} of the figures {'does' if len(found) == 1 else 'do'} not follow from "
            "the totals of the statement",
            found,
        )
    return count_derived(figures)


def _told(checked: CheckedStatement, size: int) -> tuple[str, str]:
    """Return what was computed in step 7, and what that means."""
    computed = [f"over the first {size} entries, before the summary itself"]
    if checked.covers:
        computed.append(f"{checked.counted} records, as many as the release was trained on")
    if checked.table is None:
        means = (
            "the numbers were fixed with the summary; the totals behind them are sealed, and what "
            "they are is left to an audit"
        )
        return "; ".join(computed), means
    computed.append(
        f"the totals of {len(checked.sections)} trees hash to its root {checked.root.hex()[:16]}…"
    )
    if checked.figures is not None:
        computed.append(f"{checked.figures} figures follow from them")
    means = (
        "the numbers are committed and consistent; that the totals are those of the records is "
        "left to an audit"
    )
    return "; ".join(computed), means
