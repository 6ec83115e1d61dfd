"""The audit of training sets: what is frozen is what the release records commit to."""

from ledger.errors import LedgerError
from ledger.log.findings import Findings
from ledger.store.engine import Connection
from ledger.store.private import PrivateReader
from ledger.store.rows import RecordRange
from ledger.store.training import TrainingSets
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumLeaf, sum_root


def audit_training(reader: PrivateReader, findings: Findings) -> None:
    """Audit every frozen set by itself, and that each release record has its set.

    A set that no release speaks of is left by a crash between the two; it is audited all the same.
    """
    with reader.engine.reading() as db:
        sets = {
            bytes(root): (number, count)
            for number, root, count in db.rows("SELECT id, root, count FROM training_set")
        }
        for number, count in sets.values():
            _audit_ranges(db, number, count, findings)
    for root, (number, _) in sets.items():
        _audit_root(reader, Hash(root), number, findings)
    for stored in reader.open_records("release"):
        training = stored.record.fields["training"]
        assert isinstance(training, dict)
        wanted = bytes.fromhex(str(training["root"]))
        if wanted not in sets:
            problem = f"the set of release {stored.id} is missing"
            findings.lose("training_set", wanted.hex(), problem)
        else:
            number, count = sets[wanted]
            findings.expect("training_set", number, "count", count, training["count"])


def _audit_ranges(db: Connection, number: int, count: int, findings: Findings) -> None:
    """Audit that a set's ranges ascend, lie within their entries, and hold as many as it says."""
    sql = """
        SELECT r.log_index, r.lo, r.hi, e.count FROM training_range r
        LEFT JOIN entry e ON e.log_index = r.log_index
        WHERE r.set_id = ? ORDER BY r.log_index, r.lo
    """
    total, last = 0, (-1, 0)
    for index, lo, hi, held in db.stream(sql, [number]):
        if held is None or not 0 <= lo < hi <= held or (index, lo) < last:
            row = f"{number}, {index}, {lo}"
            findings.add("training_range", row, f"{lo} to {hi} are no records of entry {index}")
        total, last = total + hi - lo, (index, hi)
    findings.expect("training_set", number, "count", count, total)


def _audit_root(reader: PrivateReader, root: Hash, number: int, findings: Findings) -> None:
    """Audit that a set hashes to the root that its release record commits to."""
    training = TrainingSets(reader.engine)
    try:
        ranges: list[RecordRange] = training.ranges(root)
        leaves = (SumLeaf(key=place.key, ref=leaf) for place, leaf in training.leaves(ranges))
        node = sum_root("training", training.secret(root), leaves)
    except LedgerError as error:
        findings.add("training_set", number, f"it cannot be derived: {error}")
        return
    if node is None or node.hash != root:
        findings.add("training_set", number, "its records and secret do not hash to its root")
