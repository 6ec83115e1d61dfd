"""What is checked of one record that an audit opened: steps 1 to 5 of docs/formats/audit.md.

    1  each leaf shown opens under its tree's root
    3  the leaf refers to the record as the log holds it, from before the summary
    4  the record's fields put it into the trees where it is, with the values it has there
    5  no correction from before the summary is passed over, and the record is in the training set

A record is judged as a whole: every leaf that its answer shows under its key, and every leaf that
it must have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ledger.content.domains import Tally
from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.proof.audit_answer import Names
from ledger.proof.audit_lines import TRAINING, AbsentKey, OpenedLeaf
from ledger.query.names import generator_code
from ledger.query.sections import (
    COUNTED,
    ERASED,
    GENERATOR,
    MEASURES,
    NOTHING,
    REPLACED,
    Placement,
    generators_of,
    is_counted,
    leaf_values,
    place,
)
from ledger.query.shown import DECIDING, ShownRecord, ShownRecords
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.record.schema import Fields
from ledger.tree.sums import SumNode, check_absence, check_opening

Outcome: TypeAlias = Literal["broken", "misreported", "unavailable"]
BROKEN: Final = "broken"
MISREPORTED: Final = "misreported"
UNAVAILABLE: Final = "unavailable"

_NO_KEY: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record, or a leaf, did not pass: in which step, and how bad that is."""

    outcome: Outcome
    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one record."""

    record: RecordId
    fault: Fault | None
    notes: tuple[str, ...] = ()
    """What a report mentions although it is no fault: that it was withdrawn."""


class _Failed(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, outcome: Outcome, step: int, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(outcome, step, reason)


@dataclass(slots=True)
class RecordChecks:
    """Judges records by what an answer shows under their keys.

    Args:
        roots: The root of every tree that leaves may be opened of; `training` is one.
        size: N0, the log's size that the statement speaks about.
        shown: What the evidence shows.
        names: Which generators the labels stand for.
        opened: All leaves that the answer opens.
        absent: All keys that it shows to be in no leaf of the training tree.
        tallies: The tallies of domains that it hands over, by digest.
        complete: Every correction before N0, if the log was asked; else those that are shown count.
    """

    roots: Mapping[str, SumNode]
    size: int
    shown: ShownRecords
    names: Names
    opened: Sequence[OpenedLeaf]
    absent: Sequence[AbsentKey] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    complete: Corrections | None = None
    is_whole: bool = False
    """At level 2: `opened` is every leaf of every tree, and was checked before."""
    faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    """Openings that do not hold, by tree and index."""
    prefixes: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    """Of those that hold, the sums of all leaves left of each."""
    _leaves: dict[bytes, list[OpenedLeaf]] = field(default_factory=dict)
    _absent: dict[bytes, Fault | None] = field(default_factory=dict)
    _judged: dict[bytes, Judged] = field(default_factory=dict)
    _corrections: Corrections = field(default_factory=Corrections)
    _admitted: Corrections = field(default_factory=Corrections)

    def __post_init__(self) -> None:
        for one in self.opened:
            self._leaves.setdefault(one.opening.leaf.key, []).append(one)
            fault = None if self.is_whole else self._check_opening(one)
            if fault is not None:
                self.faults[one.place] = fault
        for absent in self.absent:
            try:
                check_absence(absent.proof, key=absent.key, root=self.roots[TRAINING])
                self._absent[absent.key] = None
            except VerificationError as error:
                self._absent[absent.key] = Fault(BROKEN, 5, str(error))
        self._admitted = self.shown.corrections(self.size)
        self._corrections = self.complete or self._admitted

    def _check_opening(self, one: OpenedLeaf) -> Fault | None:
        root = self.roots.get(one.tree)
        if root is None:
            return Fault(BROKEN, 1, f"the statement has no tree {one.tree}")
        try:
            prefix = check_opening(one.opening, tree_name=one.tree, root=root)
        except VerificationError as error:
            return Fault(
                BROKEN, 1, f"leaf {one.opening.index} of {one.tree} does not open: {error}"
            )
        self.prefixes[one.place] = prefix
        return None

    def judge(self, key: bytes) -> Judged:
        """Return what comes of the record with this key; each is judged once."""
        if key not in self._judged:
            self._judged[key] = self._judge(key)
        return self._judged[key]

    def _judge(self, key: bytes) -> Judged:
        record = RecordId.of_key(key)
        notes: list[str] = []
        try:
            self._check(record, notes)
        except _Failed as error:
            return Judged(record, error.fault, tuple(notes))
        return Judged(record, None, tuple(notes))

    def key_at(self, place: tuple[str, int]) -> bytes | None:
        """Return the key that the opening at a place states."""
        return next((one.opening.leaf.key for one in self.opened if one.place == place), None)

    def _check(self, record: RecordId, notes: list[str]) -> None:
        leaves = self._by_tree(record)
        section = self._section(record, leaves)
        original = self._original(record, leaves)
        newest = self._newest(record, notes)
        if self._is_erased(newest):
            self._check_empty(ERASED, section, leaves, original)
        elif newest != record and self._is_counted_elsewhere(record, newest):
            self._check_empty(REPLACED, section, leaves, self._record(newest))
        else:
            self._check_values(section, leaves, self._record(newest))

    def _by_tree(self, record: RecordId) -> dict[str, OpenedLeaf]:
        found: dict[str, OpenedLeaf] = {}
        for one in self._leaves.get(record.key, ()):
            fault = self.faults.get(one.place)
            if fault is not None:
                raise _Failed(fault.outcome, fault.step, fault.reason)
            found[one.tree] = one
        return found

    def _section(self, record: RecordId, leaves: Mapping[str, OpenedLeaf]) -> OpenedLeaf:
        """Return the one leaf that counts the record; it is in the training tree too."""
        if record.index >= self.size:
            raise _Failed(
                BROKEN,
                3,
                f"it was logged at {record.index}, and the summary ends before {self.size}",
            )
        counted = [tree for tree in leaves if tree != TRAINING and is_counted(tree)]
        if len(counted) > 1:
            raise _Failed(BROKEN, 5, f"it is counted twice: in {' and in '.join(counted)}")
        if TRAINING not in leaves:
            raise _Failed(UNAVAILABLE, 5, "its leaf in the tree of the training set is not opened")
        if not counted:
            raise _Failed(UNAVAILABLE, 1, "its leaf is opened in no section that counts it")
        return leaves[counted[0]]

    def _original(self, record: RecordId, leaves: Mapping[str, OpenedLeaf]) -> ShownRecord:
        shown = self._record(record)
        if leaves[TRAINING].opening.leaf.ref != shown.leaf:
            raise _Failed(
                BROKEN,
                5,
                "the training set's leaf refers to another record than the log holds there",
            )
        return shown

    def _record(self, record: RecordId) -> ShownRecord:
        shown = self.shown.records.get(record)
        if shown is None:
            raise _Failed(UNAVAILABLE, 3, f"the evidence does not show record {record}")
        if shown.kind != "shard":
            raise _Failed(BROKEN, 3, f"record {record} is of kind {shown.kind}, and no shard")
        if record.index >= self.size:
            raise _Failed(BROKEN, 5, f"record {record} was logged after the summary's {self.size}")
        return shown

    def _newest(self, record: RecordId, notes: list[str]) -> RecordId:
        newest = self._corrections.newest(record)
        if newest != self._admitted.newest(record):
            raise _Failed(
                BROKEN,
                5,
                f"the log replaced it by {newest} before the summary, which passes over that",
            )
        decided = self._corrections.deciding(newest)
        if decided is not None and decided.action == "withdraw":
            notes.append(f"record {newest} was {decided}")
        return newest

    def _is_erased(self, newest: RecordId) -> bool:
        """Answer whether a record's values are gone, also if it was withdrawn before."""
        return self._corrections.erasure(newest) is not None

    def _is_counted_elsewhere(self, record: RecordId, newest: RecordId) -> bool:
        """Answer whether what replaced this record counts under another key.

        It does under its own, if it is of the training set itself; else under the first record of
        the set that it replaced.
        """
        others = [one for one in self._corrections.chain(newest) if one < record or one == newest]
        return any(self._is_member(one, record) for one in others)

    def _is_member(self, other: RecordId, record: RecordId) -> bool:
        """Answer whether a record is of the training set; the answer has to show either."""
        if other.key in self._absent:
            fault = self._absent[other.key]
            if fault is None:
                return False
            reason = f"that {other} is not of the training set is not proved: {fault.reason}"
            raise _Failed(fault.outcome, fault.step, reason)
        for one in self._leaves.get(other.key, ()):
            if one.tree == TRAINING and one.place not in self.faults:
                return True
        if self.is_whole:
            return False
        raise _Failed(
            UNAVAILABLE,
            5,
            f"whether {other} is of the training set too is not shown, and {record} was replaced",
        )

    def _check_empty(
        self,
        expected: str,
        section: OpenedLeaf,
        leaves: Mapping[str, OpenedLeaf],
        meant: ShownRecord,
    ) -> None:
        """Check the leaf of a record without values of its own."""
        leaf = section.opening.leaf
        if section.tree != expected:
            raise _Failed(
                MISREPORTED,
                4,
                f"it was {expected} before the summary, which counts it in {section.tree}",
            )
        if leaf.ref != meant.leaf:
            raise _Failed(BROKEN, 3, f"its leaf in {section.tree} refers to another record")
        if leaf.values != NOTHING:
            raise _Failed(MISREPORTED, 4, f"it has values, and it is in {expected}")
        self._check_no_more(leaves, {section.tree: NOTHING})

    def _check_values(
        self, section: OpenedLeaf, leaves: Mapping[str, OpenedLeaf], newest: ShownRecord
    ) -> None:
        if section.opening.leaf.ref != newest.leaf:
            raise _Failed(
                BROKEN, 3, f"its leaf in {section.tree} refers to another record than {newest.id}"
            )
        placement, fields = self._placement(newest)
        if placement.section != section.tree:
            raise _Failed(
                MISREPORTED,
                4,
                f"its fields put it into {placement.section}, and it is counted in {section.tree}",
            )
        expected = dict(placement.leaves(self._values(fields, section)))
        for tree, values in expected.items():
            self._check_leaf(leaves.get(tree), tree, values, newest)
        self._check_no_more(leaves, expected)

    def _values(self, fields: Fields, section: OpenedLeaf) -> tuple[int, ...]:
        """Return the values that a record's fields give.

        The sum of its tally of domains is not in its fields. Where the record names a tally that is
        not handed over, it is as the leaf has it: that much is the lab's word at level 1.
        """
        measures, domains = fields["measures"], fields.get("domains")
        assert isinstance(measures, dict)  # the schema of the kind says so
        own = [measures.get(name) for name in COUNTED]
        size: int | None = None
        if isinstance(domains, dict):
            tally = self.tallies.get(str(domains["digest"]))
            if tally is not None:
                size = sum(one.bytes for one in tally.shares)
            elif not self.is_whole:
                size = section.opening.leaf.values[-1]
        return leaf_values([one if isinstance(one, int) else None for one in own], size)

    def _placement(self, newest: ShownRecord) -> tuple[Placement, Fields]:
        try:
            fields = newest.stated(DECIDING)
            missing = {"measures", "modality", "source"} - fields.keys()
            if missing:
                raise MalformedError(f"it has no {min(missing)}")
            return self._placed(fields), fields
        except CannotTellError as error:
            raise _Failed(UNAVAILABLE, 4, str(error)) from error
        except LedgerError as error:
            raise _Failed(MISREPORTED, 4, f"record {newest.id}: {error}") from error

    def _placed(self, fields: Fields) -> Placement:
        """Return where a record belongs; without the name key, by the labels handed over."""
        if self.names.name_key is not None:
            return place(fields, self.names.name_key)
        labels = {one: label for label, one in self.names.generators.items()}
        renamed = {}
        for one in generators_of(fields):
            pair = str(one["provider"]), str(one["model"])
            if pair not in labels:
                raise MalformedError(
                    f"it names the model {pair[1]} of {pair[0]}, of which the statement has no tree"
                )
            renamed[generator_code(_NO_KEY, *pair)] = labels[pair]
        found = place(fields, _NO_KEY)
        trees = tuple(_renamed(tree, renamed) for tree in found.generators)
        return Placement(found.section, found.portions, trees, found.made)

    def _check_leaf(
        self, leaf: OpenedLeaf | None, tree: str, values: tuple[int, ...], newest: ShownRecord
    ) -> None:
        if tree not in self.roots:
            raise _Failed(MISREPORTED, 4, f"its fields put it into {tree}, which is no tree here")
        if leaf is None:
            raise _Failed(
                UNAVAILABLE, 4, f"its leaf in {tree}, where it belongs too, is not opened"
            )
        if leaf.opening.leaf.ref != newest.leaf:
            raise _Failed(
                BROKEN, 3, f"its leaf in {tree} refers to another record than {newest.id}"
            )
        if leaf.opening.leaf.values != values:
            raise _Failed(MISREPORTED, 4, _otherwise(tree, leaf.opening.leaf.values, values))

    def _check_no_more(
        self, leaves: Mapping[str, OpenedLeaf], expected: Mapping[str, tuple[int, ...]]
    ) -> None:
        for tree in leaves:
            if tree != TRAINING and tree not in expected:
                raise _Failed(MISREPORTED, 4, f"it is in {tree}, where its fields do not put it")


def _otherwise(tree: str, found: Sequence[int], expected: Sequence[int]) -> str:
    said = [
        f"{name} is {one}, and the record says {other}"
        for name, one, other in zip(MEASURES, found, expected, strict=False)
        if one != other
    ]
    return f"its leaf in {tree} says otherwise: {'; '.join(said) or 'other measures'}"


def _renamed(tree: str, labels: Mapping[str, str]) -> str:
    head, label, *rest = tree.split(".")
    assert head == GENERATOR
    return ".".join((head, labels.get(label, label), *rest))
