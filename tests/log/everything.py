"""A log with a row in every table: what an audit has to look at."""

from ledger.content.domains import Tally
from ledger.query.names import key_commit
from ledger.query.statement import Context, Statement
from ledger.record.canonical import JSON
from ledger.store.advance import Submission
from ledger.store.statements import LeafSpool
from ledger.store.store import Store
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumBuilder, SumLeaf, sum_root
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


def summarise(store: Store) -> None:
    """Keep a statement over the training set, and log a summary that names it."""
    log = open_log(store)
    log.append([batch(PUBLISHER, "summary", [_state(store)], first_secret=5_000)])


def _state(store: Store) -> dict[str, JSON]:
    """Keep a statement, and return the fields of the summary that names it.

    What it sums up is of no matter here: every record counts as one byte.
    """
    (stored,) = store.open_records("release")
    training = stored.record.fields["training"]
    assert isinstance(training, dict)
    root = Hash(bytes.fromhex(str(training["root"])))
    spool, builder = LeafSpool(), SumBuilder("other.text", seed(SECRET))
    for place, leaf in store.training.leaves(store.training.ranges(root)):
        counted = SumLeaf(key=place.key, ref=leaf, values=(1,))
        builder.add(counted)
        spool.add("other.text", counted)
    node = builder.root()
    assert node is not None
    stated: dict[str, JSON] = {
        "provider": "Example Lab",
        "release": "Example-1",
        "version": 1,
        "template": "eu",
        "template_number": "C(2025) 5235",
        "language": "en",
        "last_update": CLAIMED_AT[:10],
        "size": store.head().size,
    }
    statement = Statement(Context.of(stated), ("bytes",), {"other.text": node})
    store.statements.keep(
        statement.audit_root(),
        training=root,
        audit_secret=seed(SECRET),
        name_key=seed(1),
        size=store.head().size,
        sections={"other.text": node},
        leaves=spool,
    )
    spool.close()
    return {
        "summary": stated,
        "release_record": str(stored.id),
        "renditions": [
            {"media_type": "text/html", "name": "summary.html", "digest": f"sha256:{'1a' * 32}"}
        ],
        "audit": {
            "root": statement.audit_root().hex(),
            "mode": "sealed",
            "measures": ["bytes"],
            "sections": ["other.text"],
            "key_commit": key_commit(seed(1)).hex(),
            "coverage": {"training": root.hex(), "count": node.count},
            "counting": {"bytes": "one for each record"},
        },
        "basis": dict.fromkeys(("summary", "release_record", "renditions", "audit"), "observed"),
        "claimed_at": CLAIMED_AT,
    }


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
