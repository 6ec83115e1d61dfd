"""A log with a row in every table: what an audit has to look at."""

from ledger.content.domains import Tally
from ledger.record.canonical import JSON
from ledger.store.advance import Submission
from ledger.store.store import Store
from ledger.tree.sums import SumLeaf, sum_root
from tests.makers import CLAIMED_AT, PRODUCER, PUBLISHER, batch, keys_batch, release, seed, shard
from tests.store.ledgers import open_log, shards

SECRET = 700


def build(store: Store, *, entries: int = 260) -> None:
    """Fill a store with some of everything: a training set, tallies, descriptions, an erasure."""
    amounts = {f"site-{number}.example": (number, 1) for number in range(200)}
    tally = Tally.of(f"sha256:{'5a' * 32}", amounts)
    store.tallies.keep([tally])
    log = open_log(store)
    log.append([keys_batch(), shards(range(300)), shards([300, 301], dataset={"name": "other"})])
    log.append([batch(PUBLISHER, "release", [freeze(store)])])
    log.append([shards([number]) for number in range(400, 396 + entries)])
    count: JSON = {"digest": tally.digest, "count": tally.count}
    wide = shard(302, domains=count, dataset={"name": "gone"})
    log.append([batch(PRODUCER, "shard", [wide, shard(303, domains=count)], first_secret=3_000)])
    submitted = shards([304])
    log.append_each([log.admit(submitted, Submission("key-1", seed(1)))])
    erase(store, f"{entries}.0")


def freeze(store: Store) -> dict[str, JSON]:
    """Freeze the dataset `example` as a training set, and return the fields of its release."""
    ranges = store.training.select(["example"])
    leaves = [SumLeaf(key=place.key, ref=leaf) for place, leaf in store.training.leaves(ranges)]
    node = sum_root("training", seed(SECRET), leaves)
    assert node is not None
    store.training.freeze(node.hash, ranges, seed(SECRET))
    fields = release()
    fields["training"] = {
        "count": node.count,
        "lo": node.lo.hex(),
        "hi": node.hi.hex(),
        "root": node.hash.hex(),
    }
    return fields


def correction(action: str, record: str) -> dict[str, JSON]:
    """Return the fields of a correction record."""
    return {
        "correction": {"action": action, "reason": "asked for", "record": record},
        "basis": {"correction": "declared"},
        "claimed_at": CLAIMED_AT,
    }


def erase(store: Store, record: str) -> None:
    """Log that a record is erased, and erase it."""
    log = open_log(store)
    log.append([batch(PRODUCER, "correction", [correction("erase", record)], first_secret=4_000)])
    store.finish_erasures(at=1_800_000_000_000)
