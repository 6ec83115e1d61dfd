"""What came of every draw of a challenge: the leaf that answers it, and what is wrong with it.

A draw by records names a leaf. A draw by size names a point on the running sum, which the leaf
answers that it falls into; only opened leaves say where they begin and end. What no opened leaf
answers is unavailable, whatever reason is given: refusing must never be better than failing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.errors import VerificationError
from ledger.proof.audit_lines import TRAINING, OpenedLeaf, Refusal
from ledger.query.record_checks import UNAVAILABLE, Fault, Judged, RecordChecks
from ledger.query.sample import BY_RECORDS, BY_SIZE, Sample, SectionSample
from ledger.query.sections import read_section_name
from ledger.record.leaf import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One draw and what came of it."""

    tree: str
    kind: int
    """1 by records, 2 by size."""
    number: int
    """Which draw of its kind, from 0 on."""
    drawn: int
    """The index of a leaf, or the point on the running sum."""
    index: int | None
    """The leaf that answers; None if none does."""
    record: RecordId | None
    fault: Fault | None
    """None: it passed."""
    refused: str = ""
    """Why the lab says that it does not answer."""

    @property
    def told(self) -> str:
        """What was drawn, in words: `draw 7 by size of crawled.text`."""
        how = "records" if self.kind == BY_RECORDS else "size"
        return f"draw {self.number} by {how} of {self.tree}"


class DrawChecks:
    """Finds for every draw of a sample what answers it.

    Args:
        sample: What was drawn.
        opened: All leaves that the answer opens.
        checks: Judges records; it has checked every opening.
        refused: What the lab says of draws that it does not answer.
        names: At level 2, when trees of names are drawn too: what is wrong with leaves of them.
    """

    def __init__(
        self,
        sample: Sample,
        opened: Sequence[OpenedLeaf],
        checks: RecordChecks,
        refused: Sequence[Refusal],
        names: Mapping[tuple[str, int], Fault] | None = None,
    ) -> None:
        self._sample = sample
        self._checks = checks
        self._names = names or {}
        self._refused = {one.place: one.reason for one in refused}
        self._opened = {one.place: one for one in opened}
        self._ranges = {name: self._spans(name) for name in sample.sections if name != TRAINING}

    def run(self) -> tuple[Drawn, ...]:
        """Return what came of every draw, in the order of trees, kinds and numbers.

        Raises:
            VerificationError: A draw is refused that is none.
        """
        found = tuple(one for sample in self._sample for one in self._of(sample))
        places = {(one.tree, one.kind, one.number) for one in found}
        for tree, kind, number in self._refused:
            if (tree, kind, number) not in places:
                raise VerificationError(
                    f"the answer refuses draw {number} of kind {kind} of {tree}, and there is none"
                )
        return found

    def _of(self, sample: SectionSample) -> Iterator[Drawn]:
        for number, index in enumerate(sample.records):
            yield self._drawn(sample.name, BY_RECORDS, number, index, index)
        for number, point in enumerate(sample.sizes):
            yield self._drawn(sample.name, BY_SIZE, number, point, self._at(sample.name, point))

    def _drawn(self, tree: str, kind: int, number: int, drawn: int, index: int | None) -> Drawn:
        refused = self._refused.get((tree, kind, number), "")
        opened = None if index is None else self._opened.get((tree, index))
        judged = None
        if is_of_names(tree):
            return Drawn(
                tree=tree,
                kind=kind,
                number=number,
                drawn=drawn,
                index=index,
                record=None,
                fault=self._names.get((tree, drawn)),
            )
        if opened is None:
            fault: Fault | None = Fault(UNAVAILABLE, 1, _unanswered(kind, drawn, refused))
        elif opened.place in self._checks.faults:
            fault = self._checks.faults[opened.place]
        else:
            judged = self._judged(opened)
            fault = judged.fault
        return Drawn(
            tree=tree,
            kind=kind,
            number=number,
            drawn=drawn,
            index=None if opened is None else index,
            record=None if judged is None else judged.record,
            fault=fault,
            refused=refused,
        )

    def _judged(self, opened: OpenedLeaf) -> Judged:
        return self._checks.judge(opened.opening.leaf.key)

    def _spans(self, tree: str) -> list[tuple[int, int, int]]:
        """Return from where to where each opened leaf of a tree goes, and its index, in order."""
        spans = []
        for (name, index), prefix in self._checks.prefixes.items():
            if name == tree and prefix:
                value = self._opened[name, index].opening.leaf.values[0]
                spans.append((prefix[0], prefix[0] + value, index))
        return sorted(spans)

    def _at(self, tree: str, point: int) -> int | None:
        spans = self._ranges[tree]
        at = bisect_right(spans, point, key=lambda span: span[0]) - 1
        # Leaves without size begin where the next one does: those are passed over.
        while at >= 0 and spans[at][0] <= point:
            start, end, index = spans[at]
            if start <= point < end:
                return index
            if end > start:
                return None
            at -= 1
        return None


def is_of_names(tree: str) -> bool:
    """Answer whether the keys of a tree are domains and not records."""
    return tree != TRAINING and read_section_name(tree).is_of_names


def _unanswered(kind: int, drawn: int, refused: str) -> str:
    what = (
        f"leaf {drawn} is not opened" if kind == BY_RECORDS else f"no leaf opened holds {drawn:,}"
    )
    return f"{what}; the lab says: {refused}" if refused else what


def count_faults(drawn: Sequence[Drawn]) -> Mapping[str, int]:
    """Return how many draws have each outcome; those that passed are `passed`."""
    counts = {"passed": 0, "broken": 0, "misreported": 0, "unavailable": 0}
    for one in drawn:
        counts["passed" if one.fault is None else one.fault.outcome] += 1
    return counts
