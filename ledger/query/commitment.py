"""What a challenged summary committed to, and that the answer's table of trees is that.

The summary record fixes the audit root, the release record the training set. Between them and the
table nothing is free: context, names, measures, counts and ranges of keys have one value each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.audit_answer import Names
from ledger.proof.audit_lines import TRAINING
from ledger.query.challenge import Challenge
from ledger.query.names import check_codes
from ledger.query.sections import (
    MEASURES,
    read_section_name,
)
from ledger.query.shown import ShownRecords
from ledger.query.statement import Context, Statement
from ledger.query.table_checks import check_crawl, check_keys, check_roots
from ledger.record.leaf import RecordId
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumNode

Stated = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A statement that is the one which a verified summary record names."""

    summary: RecordId
    fields: Stated
    """All that the summary record says."""
    release: RecordId
    statement: Statement
    training: SumNode
    """The root of the tree over the release's training set."""

    @property
    def stated(self) -> Stated:
        """The member `summary` of the record: provider, release, version, size and more."""
        return cast(Stated, self.fields["summary"])

    @property
    def audit(self) -> Stated:
        """The member `audit` of the record."""
        return cast(Stated, self.fields["audit"])

    @property
    def size(self) -> int:
        """N0: every record that counts was logged before this entry."""
        return self.statement.context.size

    @property
    def roots(self) -> dict[str, SumNode]:
        """The root of every tree, that of the training set too."""
        return {**self.statement.sections, TRAINING: self.training}


def check_commitment(
    challenge: Challenge, table: bytes, shown: ShownRecords, names: Names
) -> Commitment:
    """Return what was committed to; check that an answer's table and names are that.

    Args:
        challenge: The challenge.
        table: The statement's file, as answered.
        shown: What the answer's evidence shows.
        names: What it says of labels.

    Raises:
        VerificationError: The table, the coverage or the names are not those of the summary.
        CannotTellError: The evidence does not show the summary or the release record whole, or the
            summary has no statement that could be audited.
    """
    place = RecordId.parse(challenge.summary)
    fields = _whole(shown, place, "summary")
    audit = fields.get("audit")
    if not isinstance(audit, Mapping):
        raise CannotTellError(f"summary {place} was logged without a statement, so none is audited")
    if audit["root"] != challenge.audit_root.hex():
        raise VerificationError(
            f"the challenge is for the audit root {challenge.audit_root.hex()}, and summary "
            f"{place} commits to {audit['root']}"
        )
    if (version := fields.get("rendition_of")) is not None:
        # A later rendition repeats the statement at a later entry, and would be a second draw.
        raise VerificationError(
            f"record {place} is a later rendition; the challenge is for its version, {version}"
        )
    statement = Statement.from_bytes(table)
    statement.check(challenge.audit_root)
    _check_context(statement, fields, place)
    _check_table(statement, cast(Stated, audit))
    release = RecordId.parse(str(fields["release_record"]))
    training = _training(shown, release, statement)
    _check_coverage(statement, training, cast(Stated, audit))
    _check_names(names, statement, str(audit["key_commit"]))
    return Commitment(
        summary=place, fields=fields, release=release, statement=statement, training=training
    )


def _whole(shown: ShownRecords, place: RecordId, kind: str) -> Stated:
    found = shown.records.get(place)
    if found is None or found.record is None:
        raise CannotTellError(f"the evidence does not show the {kind} record {place} whole")
    if found.kind != kind:
        raise VerificationError(f"record {place} is of kind {found.kind}, and no {kind}")
    return found.record.fields


def _check_context(statement: Statement, fields: Stated, place: RecordId) -> None:
    expected = Context.of(fields["summary"])
    for name in ("provider", "release", "version", "size"):
        found, meant = getattr(statement.context, name), getattr(expected, name)
        if found != meant:
            raise VerificationError(
                f"the statement is for {name} {found!r}, and summary {place} says {meant!r}"
            )
    expected.check_before(place.index)


def _check_table(statement: Statement, audit: Stated) -> None:
    """Check the table against the record, and each root against the kind of its tree."""
    if list(statement.measures) != audit["measures"]:
        raise VerificationError("the statement has other measures than the summary record says")
    if sorted(statement.sections) != audit["sections"]:
        raise VerificationError("the statement has other sections than the summary record says")
    if statement.measures != MEASURES:
        raise CannotTellError(
            f"the statement adds up {', '.join(statement.measures)[:200]}, which this program does "
            "not know how to check"
        )
    check_roots(statement.sections, statement.context.size)


def _training(shown: ShownRecords, release: RecordId, statement: Statement) -> SumNode:
    """Return the root of the training set that a release record froze."""
    fields = _whole(shown, release, "release")
    named, size = fields["release"]["name"], statement.context.size
    if named != statement.context.release:
        raise VerificationError(
            f"release record {release} is of {named!r}, and the statement is for "
            f"{statement.context.release!r}"
        )
    if release.index >= size:
        raise VerificationError(
            f"release record {release} was logged after the {size} entries that are summarised"
        )
    said = fields["training"]
    keys = bytes.fromhex(said["lo"]), bytes.fromhex(said["hi"])
    try:
        root = SumNode(said["count"], *keys, (), Hash(bytes.fromhex(said["root"])))
    except MalformedError as error:
        raise VerificationError(f"release record {release}: {error}") from error
    check_keys(TRAINING, root, release.index)
    return root


def _check_coverage(statement: Statement, training: SumNode, audit: Stated) -> None:
    counted = {name: root for name, root in statement.sections.items() if _is_counted(name)}
    total = sum(root.count for root in counted.values())
    if total != training.count:
        raise VerificationError(
            f"the sections count {total} records, and the release was trained on {training.count}"
        )
    coverage = audit["coverage"]
    if coverage != {"count": training.count, "training": training.hash.hex()}:
        raise VerificationError(
            "the summary record names another training set than its release record"
        )
    for name, root in counted.items():
        if root.lo < training.lo or root.hi > training.hi:
            raise VerificationError(f"{name} counts a record that is not in the training set")
    check_crawl(statement.sections)


def _is_counted(name: str) -> bool:
    return read_section_name(name).is_counted


def _check_names(names: Names, statement: Statement, commit: str) -> None:
    labels = {
        kind.generator
        for kind in map(read_section_name, statement.sections)
        if kind.generator and kind.generator != "unknown"
    }
    for label in names.generators:
        if label not in labels:
            raise VerificationError(f"the statement has no tree of the generator {label}")
    if len(set(names.generators.values())) != len(names.generators):
        raise VerificationError("two labels of generators are said to stand for one model")
    if names.name_key is not None:
        check_codes(names.name_key, names.generators, commit)
