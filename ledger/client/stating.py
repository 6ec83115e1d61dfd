"""Making the statement of a summary: every record of the training set, filed into its trees.

One pass over the set: the trees grow side by side, one node a level in memory, and their leaves
go compressed into the store. The statement is kept before the summary record is appended.
"""

import secrets
from contextlib import closing
from dataclasses import dataclass

from ledger.client.naming import name_leaves
from ledger.errors import VerificationError
from ledger.query.names import key_commit
from ledger.query.sections import (
    CRAWLED_NAMES,
    CRAWLED_RANK,
    ERASED,
    MEASURES,
    NOTHING,
    REPLACED,
    is_counted,
    leaf_values,
    place,
)
from ledger.query.statement import Context, Statement
from ledger.record.canonical import JSON
from ledger.store.statements import LeafSpool
from ledger.store.store import Store
from ledger.summary.document import Document
from ledger.summary.eu.template import TEMPLATE
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.section_figures import check_section_figures
from ledger.summary.statement_field import (
    Mode,
    counting_rules,
    mode_of,
    provider_of,
    table_json,
)
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumBuilder, SumLeaf, SumNode


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that is kept, and what commits to its key of names."""

    statement: Statement
    root: Hash
    training: Hash
    key_commit: Hash

    def field(self, mode: Mode, facts: Facts) -> dict[str, JSON]:
        """Return what the summary record says of it: the field `audit`."""
        sections = self.statement.sections
        counted = sum(root.count for name, root in sections.items() if is_counted(name))
        field: dict[str, JSON] = {
            "root": self.root.hex(),
            "mode": mode,
            "measures": list(self.statement.measures),
            "sections": list[JSON](sorted(sections)),
            "key_commit": self.key_commit.hex(),
            "coverage": {"training": self.training.hex(), "count": counted},
            "counting": dict(counting_rules(facts)),
        }
        if mode != "sealed":
            field["table"] = table_json(sections)
        return field


def state(
    store: Store, training: Hash, filing: Filing, document: Document, *, name_key: bytes
) -> Stated | None:
    """Make the statement of a summary and keep what opens it; None for forms that have none.

    Only the EU's summary has figures that follow from records' totals. `name_key` is the key that
    the document was drafted with.

    Raises:
        ConflictError: A record of the set was corrected after the document was drafted.
        StorageError: Values of a record are lost, or the database failed.
    """
    if document.template != TEMPLATE:
        return None
    context = Context(
        provider=provider_of(document),
        release=document.release,
        version=document.version,
        size=document.size,
    )
    return keep_statement(store, training, context, name_key=name_key)


def audit_field(stated: Stated, filing: Filing, figures: JSON) -> dict[str, JSON]:
    """Return the field `audit` of a summary record, and check that its figures follow from it."""
    if not isinstance(figures, dict):
        raise AssertionError("a summary with a statement has figures")
    found = check_section_figures(figures, stated.statement.sections)
    if found:
        # Two ways to add up the same records, in SQL and in trees, must not differ.
        raise AssertionError(f"figures do not follow from the statement: {found[0]}")
    return stated.field(mode_of(filing.profile), filing.facts)


class Trees:
    """The trees of a statement while they grow."""

    def __init__(self, secret: bytes, spool: LeafSpool) -> None:
        self._secret = secret
        self._spool = spool
        self._builders: dict[str, SumBuilder] = {}

    def add(self, name: str, leaf: SumLeaf) -> None:
        """Take the next leaf of a tree."""
        builder = self._builders.get(name)
        if builder is None:
            builder = self._builders[name] = SumBuilder(name, self._secret)
        builder.add(leaf)
        self._spool.add(name, leaf)

    def roots(self) -> dict[str, SumNode]:
        """Return the root of each tree by name."""
        found = ((name, self._builders[name].root()) for name in sorted(self._builders))
        return {name: root for name, root in found if root is not None}


def keep_statement(store: Store, training: Hash, context: Context, *, name_key: bytes) -> Stated:
    """Make the statement of a summary, keep what opens it, and return it.

    Args:
        store: The ledger's database.
        training: The root of the training set.
        context: The summary that it belongs to.
        name_key: 32 random bytes of this version alone, for pseudonyms.

    Raises:
        ConflictError: A record of the set was corrected after the log had the context's size.
        StorageError: Values of a record are lost, or the database failed.
    """
    secret = secrets.token_bytes(32)
    with closing(LeafSpool()) as spool:
        trees = Trees(secret, spool)
        _file_records(store, training, context.size, name_key, trees)
        names = name_leaves(store, training, name_key)
        if names.count:
            for tree, leaves in ((CRAWLED_NAMES, names.names()), (CRAWLED_RANK, names.rank())):
                for leaf in leaves:
                    trees.add(tree, leaf)
        statement = Statement(context, MEASURES, trees.roots())
        root = statement.audit_root()
        _check_coverage(statement, store.training.count(training))
        store.statements.keep(
            root,
            training=training,
            audit_secret=secret,
            name_key=name_key,
            size=context.size,
            sections=statement.sections,
            leaves=spool,
        )
    return Stated(statement, root, training, key_commit(name_key))


def _file_records(store: Store, training: Hash, size: int, name_key: bytes, trees: Trees) -> None:
    """File every record of a training set into its trees, in the order of the log."""
    placements = {
        number: place(shared, name_key)
        for number, shared in store.statements.descriptions(training)
    }
    for one in store.statements.records(training, before=size):
        if one.standing != "counted":
            name = ERASED if one.standing == "erased" else REPLACED
            trees.add(name, SumLeaf(key=one.id.key, ref=one.leaf, values=NOTHING))
            continue
        key, values = one.id.key, leaf_values(one.measures, one.domain_bytes)
        for name, parts in placements[one.description].leaves(values):
            trees.add(name, SumLeaf(key=key, ref=one.leaf, values=parts))


def _check_coverage(statement: Statement, records: int) -> None:
    """Check what every verifier will: each record of the set is counted once."""
    counted = sum(root.count for name, root in statement.sections.items() if is_counted(name))
    if counted != records:
        raise VerificationError(
            f"the statement counts {counted} records, and the training set has {records}",
            hint="ledger fsck",
        )
