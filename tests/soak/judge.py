"""Whether a log kept what it promised: looked at from outside, opened by its normal code."""

from dataclasses import dataclass, field

from ledger.log.audit import audit
from ledger.log.audit_saved import Kept
from ledger.log.log import Log
from ledger.store.rows import Head
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, Hash, leaf_hash
from ledger.tree.proofs import check_consistency
from tests.makers import LOG, ORIGIN
from tests.soak.place import Place, lines
from tests.store.ledgers import shards


@dataclass
class Judge:
    """Follows a log through everything that happens to it. Every complaint is an AssertionError.

    It keeps its own tree over the entries' bytes, so that no root is believed that the log says.
    """

    place: Place
    slots: int
    edge: RightEdge = field(default_factory=RightEdge.empty)
    roots: list[Hash] = field(default_factory=lambda: [EMPTY_ROOT])
    """The root at every size."""
    index: dict[Hash, int] = field(default_factory=dict)
    """Where each leaf is."""
    promised: int = 0
    """How many acknowledgements were checked."""
    signed: dict[int, Hash] = field(default_factory=dict)
    """Every checkpoint that was ever published."""
    _read: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        """Check everything that was promised since the last look."""
        # The journals first: what they say was there before the log is opened.
        said = [words for slot in range(self.slots) for words in self._news(slot)]
        with self.place.opened() as log:
            self._follow(log)
            for words in said:
                if words[0] == "kept":
                    self._check_kept(int(words[1]), int(words[2]))
                elif words[0] == "signed":
                    self.signed[int(words[1])] = Hash(bytes.fromhex(words[2]))
            self._check_signed(log)

    def finish(self) -> None:
        """Look once more, and audit everything there is."""
        self.look()
        with self.place.opened() as log:
            log.publish()
            kept = [
                Kept(table="signed", place=str(size), origin=ORIGIN, size=size, root=root)
                for size, root in self.signed.items()
            ]
            report = audit(log.store, self.place.public, keys=[LOG.key], saved=kept)
        assert report.is_clean, report.findings
        assert report.size == len(self.roots) - 1

    def _news(self, slot: int) -> list[list[str]]:
        said = lines(self.place.journal(slot))
        before = self._read.get(slot, 0)
        self._read[slot] = len(said)
        return said[before:]

    def _follow(self, log: Log) -> None:
        head = log.store.head()
        for entry in log.store.entries(self.edge.size, head.size):
            assert entry.index == self.edge.size, f"a gap before entry {entry.index}"
            leaf = leaf_hash(entry.note)
            assert leaf not in self.index, f"entries {self.index[leaf]} and {entry.index} are one"
            self.index[leaf] = entry.index
            self.edge = grow(self.edge, [leaf]).edge
            self.roots.append(self.edge.root())
        self._check_head(head)

    def _check_head(self, head: Head) -> None:
        assert head.size == self.edge.size, "the head is not where the entries end"
        assert head.root == self.roots[-1], "the head has another root than the entries"

    def _check_kept(self, number: int, index: int) -> None:
        found = self.index.get(leaf_hash(shards([number]).note))
        assert found == index, f"batch {number} was acknowledged as {index} and is at {found}"
        self.promised += 1

    def _check_signed(self, log: Log) -> None:
        served = self.place.served()
        self.signed[served.size] = served.root
        for size, root in self.signed.items():
            assert self.roots[size] == root, f"a fork: another root was signed at size {size}"
        # By the proof that a witness would ask for, too.
        if 0 < served.size < self.edge.size:
            check_consistency(
                old=served.size,
                new=self.edge.size,
                old_root=served.root,
                new_root=self.roots[-1],
                proof=log.store.prove_consistency(served.size, self.edge.size),
            )
