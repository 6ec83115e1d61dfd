"""A log with a summary whose statement has a crawl list, to ask about domains."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ledger.query.domain_answer import CrawlList, DomainAnswer
from ledger.query.names import key_commit, name_leaf, pseudonym, rank_leaf
from ledger.query.sections import CRAWLED_NAMES, CRAWLED_RANK, DOMAIN_BYTES, MEASURES
from ledger.query.statement import Context, Statement, section_hash
from ledger.record.canonical import JSON
from ledger.signing.keys import Signer
from ledger.tree.sums import SumLeaf, SumNode, SumTree
from tests.makers import CLAIMED_AT, PRODUCER, MemoryLog, batch, keys_batch, release

SECRET = bytes(range(32))
NAME_KEY = bytes([7]) * 32
SIZES = {
    "news.example": 70_000,
    "wiki.example": 5_000,
    "example.org": 900,
    "blog.example": 900,
    "shop.example": 20,
    "(none)": 80,
}


def crawled_section(total: int) -> SumTree:
    """Return the tree of one crawled record whose tally has so many bytes."""
    values = tuple(total if name in ("bytes", DOMAIN_BYTES) else 0 for name in MEASURES)
    leaf = SumLeaf(key=bytes(12), ref=bytes(32), values=values)
    return SumTree.build("crawled.text", SECRET, [leaf])


def trees(sizes: Mapping[str, int] = SIZES, key: bytes = NAME_KEY) -> dict[str, SumTree]:
    """Return the trees of a crawl of these domains."""
    names = {pseudonym(key, name): size for name, size in sizes.items()}
    ranked = sorted((rank_leaf(size, name) for name, size in names.items()), key=lambda o: o.key)
    return {
        "crawled.text": crawled_section(sum(sizes.values())),
        CRAWLED_NAMES: SumTree.build(CRAWLED_NAMES, SECRET, map(name_leaf, sorted(names))),
        CRAWLED_RANK: SumTree.build(CRAWLED_RANK, SECRET, ranked),
    }


@dataclass(frozen=True)
class Asked:
    """A log, the statement of its summary, and what a lab answers from it."""

    log: MemoryLog
    crawl: CrawlList

    def answer(
        self,
        domain: str,
        *,
        asked: str = "",
        with_key: bool = True,
        ranks: SumTree | None = None,
        signer: Signer = PRODUCER,
    ) -> DomainAnswer:
        """Return the answer about a domain; with its bytes from a tree of ranks."""
        return replace(self.crawl, ranks=ranks).answer(
            domain, asked=asked or domain, origin=self.log.origin, signer=signer, with_key=with_key
        )


def summary_fields(statement: Statement) -> dict[str, JSON]:
    """Return the fields of the summary record that commits to a statement."""
    context = statement.context
    names = sorted(statement.sections)
    fields: dict[str, JSON] = {
        "summary": {
            "provider": context.provider,
            "release": context.release,
            "version": context.version,
            "template": "eu",
            "template_number": "2025",
            "language": "en",
            "last_update": "2026-09-01",
            "size": context.size,
        },
        "renditions": [
            {"media_type": "text/html", "name": "summary.html", "digest": f"sha256:{'0' * 64}"}
        ],
        "release_record": "1.0",
        "audit": {
            "root": statement.audit_root().hex(),
            "mode": "sealed",
            "measures": list(statement.measures),
            "sections": list[JSON](names),
            "key_commit": key_commit(NAME_KEY).hex(),
            "coverage": {"training": "00" * 32, "count": 1},
            "counting": {"bytes": "as stored"},
        },
    }
    basis: dict[str, JSON] = dict.fromkeys(fields, "observed")
    return {**fields, "basis": basis, "claimed_at": CLAIMED_AT}


def crawl_log(
    roots: Mapping[str, SumNode], tree: SumTree | None, log: MemoryLog | None = None
) -> Asked:
    """Return a log whose summary commits to these sections, and the list to answer from."""
    context = Context(provider="Example Lab", release="Example-1", version=1, size=2)
    statement = Statement(context, MEASURES, dict(roots))
    log = log or MemoryLog()
    log.append(
        keys_batch(),
        batch(PRODUCER, "release", [release()]),
        batch(PRODUCER, "summary", [summary_fields(statement)]),
    )
    crawl = CrawlList(
        summary="2.0",
        root=statement.audit_root().hex(),
        tree=tree,
        sections=tuple(section_hash(name, roots[name]) for name in sorted(roots)),
        name_key=NAME_KEY,
        evidence=log.evidence(log.entry(0), log.entry(2)),
    )
    return Asked(log, crawl)


def example_crawl() -> Asked:
    """Return the log of a summary of six names."""
    made = trees()
    return crawl_log({name: tree.root for name, tree in made.items()}, made[CRAWLED_NAMES])
