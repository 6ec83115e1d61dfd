"""The audit of kept statements: what opens a summary is what its record commits to."""

from ledger.errors import LedgerError
from ledger.log.findings import Findings
from ledger.query.names import key_commit
from ledger.query.statement import Context, Statement
from ledger.store.private import PrivateReader
from ledger.store.rows import StoredRecord
from ledger.store.statements import KeptSection, KeptStatement, Statements
from ledger.tree.sums import sum_root


def audit_statements(reader: PrivateReader, findings: Findings) -> None:
    """Audit every statement by itself, and that each summary record has its statement.

    A statement that no summary names is left by a crash between the two; it is audited all the
    same. Each tree is built again, which takes as long as building it did.
    """
    statements = Statements(reader.engine)
    kept: dict[str, KeptStatement] = {}
    for root in statements.roots():
        try:
            found = statements.find(root)
        except LedgerError as error:
            findings.add("statement", root.hex(), f"it cannot be read: {error}")
            continue
        kept[root.hex()] = found
        for section in found.sections:
            _audit_section(found, section, findings)
    for stored in reader.open_records("summary"):
        audit = stored.record.fields.get("audit")
        if not isinstance(audit, dict):
            continue
        root_hex = str(audit["root"])
        if root_hex not in kept:
            problem = f"what opens the statement of summary {stored.id} is missing"
            findings.lose("statement", root_hex, problem)
        else:
            _audit_root(stored, kept[root_hex], findings)


def _audit_section(kept: KeptStatement, section: KeptSection, findings: Findings) -> None:
    row = f"{kept.number}, {section.name}"
    try:
        root = sum_root(section.name, kept.audit_secret, section.leaves())
    except LedgerError as error:
        findings.add("statement_leaves", row, f"the tree cannot be built again: {error}")
        return
    if root != section.root:
        findings.add("statement_leaves", row, "its leaves and secret do not hash to its root")


def _audit_root(stored: StoredRecord, kept: KeptStatement, findings: Findings) -> None:
    """Audit that a statement is the one that a summary record speaks of."""
    fields = stored.record.fields
    audit, stated = fields["audit"], fields["summary"]
    assert isinstance(audit, dict)
    assert isinstance(stated, dict)
    measures = audit["measures"]
    assert isinstance(measures, list)
    row = str(kept.number)
    try:
        statement = Statement(Context.of(stated), tuple(map(str, measures)), kept.table())
        findings.expect("statement", row, "root", kept.root.hex(), statement.audit_root().hex())
    except LedgerError as error:
        findings.add("statement", row, f"its root cannot be derived: {error}")
    findings.expect(
        "statement", row, "name_key", key_commit(kept.name_key).hex(), audit["key_commit"]
    )
    findings.expect("statement", row, "size", kept.size, stated["size"])
    coverage = audit["coverage"]
    assert isinstance(coverage, dict)
    findings.expect("statement", row, "training", kept.training.hex(), coverage["training"])
