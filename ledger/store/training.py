"""Training sets: which records a release was trained on, frozen.

The `release` record commits to the set by count, first and last key, and the root of a tree over
it. Here is the set itself, known by that root, as ranges of positions within entries: exact, in the
order of the tree, and small, since one run of a pipeline fills whole batches with one dataset.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import merge
from itertools import groupby, pairwise

from ledger.content.domains import Share
from ledger.errors import InputError, NotFoundError, StorageError
from ledger.record.canonical import JSON, decode_object
from ledger.record.leaf import RecordId
from ledger.store.corrections import IS_CORRECTED
from ledger.store.engine import Cells, Connection, Engine
from ledger.store.newest import CHAINS, IN_SET, is_touched, newest_of_set
from ledger.store.private import SEALED_RECORD, stored
from ledger.store.reader import read_head
from ledger.store.rows import MEASURES, RecordRange, StoredRecord, count_of, marks
from ledger.store.tallies import SetDomains, Sum
from ledger.tree.hashing import HASH_SIZE, Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The records of a set that share one description and one tokenizer, added up."""

    shared: dict[str, JSON]
    """The shared fields: dataset, source, rights, generator …"""
    tokenizer: dict[str, JSON] | None
    """What the tokens were counted with; None for records that state no tokens."""
    records: int
    totals: dict[str, int]
    """The sum of each measure over the records that state it."""
    stated: dict[str, int]
    """How many records state each measure. Fewer than `records`: the total is a lower bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPart:
    """Records of a set that were corrected in the same way on the same day."""

    action: str
    """What became of them in the end: `replace`, `withdraw` or `erase`."""
    day: str
    """`YYYY-MM-DD`, as the corrections claim."""
    records: int
    bytes: int | None
    """As the newest records state it; None for those erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedMember:
    """A record of a set with the one that stands in its place now, and what became of that."""

    record: RecordId
    newest: RecordId
    action: str
    """`replace`: the newest stands. `withdraw`, `erase`: it does not."""
    dataset: str | None
    """What the newest is in; None if it was erased."""


_TRUE = ("true", "1")
"""A flag that is set, as PostgreSQL and SQLite write a part of JSON."""


class TrainingSets:
    """The frozen training sets of a ledger (`Store.training`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(
        self,
        datasets: Sequence[str],
        *,
        before: int | None = None,
        withdrawn: Collection[RecordId] = (),
        erased: Collection[RecordId] = (),
    ) -> list[RecordRange]:
        """Return the records of these datasets as ranges, in order: what a release may freeze.

        Of several records of one content under one name, the newest: whoever records a file again
        with better metadata restates it, and did not train on it twice (docs/decisions/0016). If
        that was replaced, withdrawn or erased, the content is not taken (docs/decisions/0024).

        Args:
            datasets: Names, as in `dataset.name`.
            before: Only entries below this index.
            withdrawn: Records that are taken although they were withdrawn, if they are the newest.
            erased: Records that are taken although nothing is left of them.

        Raises:
            NotFoundError: A dataset has no records.
        """
        gone = sorted((one.index, one.position) for one in erased)
        if gone and not datasets:
            return list(_ranges(gone))
        with self._engine.reading() as db:
            missing = [name for name in datasets if not _is_recorded(db, name)]
            if missing:
                raise NotFoundError(f"no records of dataset {missing[0]!r}", hint="ledger list")
            digest, name = (
                self._engine.json_part("s.fields", "content", part) for part in ("digest", "name")
            )
            bound = "" if before is None else f"AND s.log_index < {int(before)}"
            sql = f"""
                SELECT log_index, position, corrected FROM (
                    SELECT s.log_index, s.position, {IS_CORRECTED} AS corrected, ROW_NUMBER() OVER (
                        PARTITION BY d.dataset, {digest}, {name}
                        ORDER BY s.log_index DESC, s.position DESC
                    ) AS age
                    FROM sealed_record s JOIN description d ON d.id = s.description_id
                    WHERE d.dataset IN ({marks(datasets)}) {bound}
                ) x WHERE age = 1 ORDER BY log_index, position
            """
            rows = db.stream(sql, list(datasets))
            taken = (
                (index, position)
                for index, position, corrected in rows
                if not corrected or RecordId(index, position) in withdrawn
            )
            return list(_ranges(merge(taken, gone)))

    def is_recorded(self, dataset: str) -> bool:
        """Say whether there is any record of a dataset, current or not."""
        with self._engine.reading() as db:
            return _is_recorded(db, dataset)

    def leaves(self, ranges: Sequence[RecordRange]) -> Iterator[tuple[RecordId, Hash]]:
        """Yield each record with its leaf hash: what the tree of a training set is made of.

        Args:
            ranges: In order, as `select` and `ranges` return them.
        """
        sql = "SELECT hashes FROM batch_tile WHERE log_index = ? AND level = 0 ORDER BY number"
        with self._engine.reading() as db:
            for index, group in groupby(ranges, key=lambda one: one.index):
                hashes = b"".join(row[0] for row in db.rows(sql, [index]))
                for one in group:
                    if len(hashes) < one.hi * HASH_SIZE:
                        raise StorageError(
                            f"batch_tile lacks {index}.{one.hi - 1}", hint="ledger fsck"
                        )
                    for position in range(one.lo, one.hi):
                        at = position * HASH_SIZE
                        yield RecordId(index, position), Hash(hashes[at : at + HASH_SIZE])

    def freeze(self, root: Hash, ranges: Sequence[RecordRange], secret: bytes) -> None:
        """Keep a set under its root. Freezing the same set again changes nothing.

        Args:
            root: The hash of the tree's root, as in `training.root` of the release record.
            ranges: Not empty, ascending, without overlap.
            secret: The 32 bytes that the tree's leaves are salted with; needed to open them later.

        Raises:
            InputError: The ranges are empty or out of order, or another set is kept under this
                root: two sets cannot have one root, so the caller computed it wrongly.
        """
        _check_order(ranges)
        count = count_of(ranges)
        with self._engine.writing() as db:
            read_head(db, self._engine.locking)  # numbers are given out by one writer at a time
            known = db.row("SELECT count FROM training_set WHERE root = ?", [root])
            if known is not None:
                if known[0] != count:
                    raise InputError(f"another set is kept under this root, of {known[0]} records")
                return
            last = db.row("SELECT COALESCE(MAX(id), 0) FROM training_set")
            number = (last[0] if last else 0) + 1
            db.insert(
                "training_set", ("id", "root", "secret", "count"), [(number, root, secret, count)]
            )
            rows = [(number, one.index, one.lo, one.hi) for one in ranges]
            db.insert("training_range", ("set_id", "log_index", "lo", "hi"), rows)

    def count(self, root: Hash) -> int:
        """Return how many records a set holds.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        with self._engine.reading() as db:
            return _find(db, root)[1]

    def secret(self, root: Hash) -> bytes:
        """Return what the leaves of a set's tree are salted with."""
        with self._engine.reading() as db:
            row = db.row("SELECT secret FROM training_set WHERE id = ?", [_find(db, root)[0]])
        if row is None:
            raise NotFoundError(f"no training set with root {root.hex()} is kept here")
        return bytes(row[0])

    def ranges(self, root: Hash) -> list[RecordRange]:
        """Return a set, as it was frozen."""
        sql = "SELECT log_index, lo, hi FROM training_range WHERE set_id = ? ORDER BY log_index, lo"
        with self._engine.reading() as db:
            return [RecordRange(*row) for row in db.stream(sql, [_find(db, root)[0]])]

    def members(self, root: Hash) -> Iterator[StoredRecord]:
        """Yield the records of a set in order, a few thousand in memory at a time."""
        sql = f"""
            {SEALED_RECORD} JOIN training_range r
                ON s.log_index = r.log_index AND s.position >= r.lo AND s.position < r.hi
            WHERE r.set_id = ? ORDER BY s.log_index, s.position
        """
        with self._engine.reading() as db:
            yield from map(stored, db.stream(sql, [_find(db, root)[0]]))

    def datasets(self, root: Hash) -> list[str]:
        """Return the names of the datasets that the records of a set are of, sorted.

        As the set was frozen: whatever replaced a record may be of another dataset. Of records that
        were erased nobody knows it any more.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        sql = f"""
            SELECT DISTINCT d.dataset FROM description d
            WHERE d.id IN (SELECT s.description_id FROM {IN_SET} WHERE r.set_id = ?)
        """
        with self._engine.reading() as db:
            # Sorted here: databases sort texts by rules of their own.
            return sorted(str(row[0]) for row in db.rows(sql, [_find(db, root)[0]]))

    def groups(self, root: Hash) -> list[Group]:
        """Return a set added up in the database: one group per distinct metadata and tokenizer.

        What is added up is what the newest records say in the place of the set's; those erased say
        nothing (`corrected` counts them).

        Raises:
            NotFoundError: No set is kept under this root.
        """
        sums = ", ".join(f"CAST(SUM(s.{name}) AS BIGINT), COUNT(s.{name})" for name in MEASURES)
        with self._engine.reading() as db:
            newest, values = newest_of_set(db, _find(db, root)[0])
            sql = f"""
                SELECT d.fields, t.* FROM (
                    SELECT s.description_id, {self._tokenizer} AS tokenizer, COUNT(*), {sums}
                        {newest} GROUP BY 1, 2
                ) t JOIN description d ON d.id = t.description_id ORDER BY d.id, t.tokenizer
            """
            return [_group(row) for row in db.rows(sql, values)]

    def places(
        self, root: Hash, is_meant: Callable[[dict[str, JSON], dict[str, JSON] | None], bool]
    ) -> Iterator[RecordRange]:
        """Yield where the newest records of a set are whose group is meant, in order.

        Args:
            root: The set's root.
            is_meant: Asked once for each group, with its shared fields and its tokenizer, as
                `groups` has them.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        group = f"s.description_id, {self._tokenizer} AS tokenizer"
        with self._engine.reading() as db:
            newest, values = newest_of_set(db, _find(db, root)[0])
            sql = f"""
                SELECT d.fields, t.* FROM (SELECT DISTINCT {group} {newest}) t
                JOIN description d ON d.id = t.description_id
            """
            meant = {
                (number, tokenizer)
                for fields, number, tokenizer in db.rows(sql, values)
                if is_meant(*_described(fields, tokenizer))
            }
            sql = f"SELECT s.log_index, s.position, {group} {newest} ORDER BY 1, 2"
            rows = db.stream(sql, values) if meant else ()
            yield from _ranges((row[0], row[1]) for row in rows if (row[2], row[3]) in meant)

    @property
    def _tokenizer(self) -> str:
        """What the tokens of a row `s` were counted with, as SQL; NULL where it has none."""
        tokenizer = self._engine.json_part("s.fields", "measures", "tokenizer")
        return f"CASE WHEN s.tokens IS NOT NULL THEN {tokenizer} END"

    def corrected(self, root: Hash) -> list[CorrectedPart]:
        """Return how many records of a set, and how much, were corrected how and when.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        claimed = self._engine.json_part("o.fields", "claimed_at")
        sql = f"""
            {CHAINS}
            SELECT CASE WHEN n.action = 'withdraw' AND s.log_index IS NULL THEN 'erase'
                ELSE n.action END AS became, SUBSTR({claimed}, 2, 10) AS day, COUNT(*),
                CAST(SUM(s.bytes) AS BIGINT)
            FROM newest n
            JOIN open_record o ON o.log_index = n.by_index AND o.position = n.by_position
            LEFT JOIN sealed_record s ON s.log_index = n.at_index AND s.position = n.at_position
            GROUP BY became, day ORDER BY became, day
        """
        with self._engine.reading() as db:
            set_id = _find(db, root)[0]
            rows = db.rows(sql, [set_id]) if is_touched(db, set_id) else []
        return [
            CorrectedPart(action=action, day=day, records=records, bytes=size)
            for action, day, records, size in rows
        ]

    def corrected_members(self, root: Hash) -> Iterator[CorrectedMember]:
        """Yield the records of a set that were corrected, in order, with what became of each."""
        sql = f"""
            {CHAINS}
            SELECT n.first_index, n.first_position, n.at_index, n.at_position, n.action, d.dataset
            FROM newest n
            LEFT JOIN sealed_record s ON s.log_index = n.at_index AND s.position = n.at_position
            LEFT JOIN description d ON d.id = s.description_id
            ORDER BY n.first_index, n.first_position
        """
        with self._engine.reading() as db:
            set_id = _find(db, root)[0]
            for row in db.stream(sql, [set_id]) if is_touched(db, set_id) else ():
                old, new = RecordId(*row[:2]), RecordId(*row[2:4])
                yield CorrectedMember(record=old, newest=new, action=row[4], dataset=row[5])

    def digests(self, root: Hash) -> dict[str, str]:
        """Return one digest over all files of each source that a public document may name.

        Those are the public datasets, and private ones that the public knows of; a source is known
        by `source.name`, else by its dataset's name. The digest is the SHA-256 of the files' BLAKE3
        digests in lower-case hex, sorted, each ended by LF, as `sha256:<hex>`. Records that were
        merged from several sources are left out.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        part = self._engine.json_part
        own, dataset = part("d.fields", "source", "name"), part("d.fields", "dataset", "name")
        category = part("d.fields", "source", "category")
        known = part("d.fields", "source", "publicly_known")
        merged = part("d.fields", "source", "breakdown")
        content = part("s.fields", "content", "digest")
        with self._engine.reading() as db:
            newest, values = newest_of_set(db, _find(db, root)[0])
            sql = f"""
                SELECT n.name, t.content FROM (
                    SELECT d.id, COALESCE({own}, {dataset}) AS name FROM description d
                    WHERE {merged} IS NULL
                        AND ({category} = ? OR ({category} = ? AND {known} IN (?, ?)))
                ) n JOIN (SELECT s.description_id, {content} AS content {newest}) t
                ON t.description_id = n.id ORDER BY n.name, t.content
            """
            named = [json.dumps("public_dataset"), json.dumps("private_third_party"), *_TRUE]
            return dict(_digested(db.stream(sql, [*named, *values])))

    def domains(
        self, root: Hash, *, listed: Callable[[int], int], category: str = "crawled"
    ) -> SetDomains | None:
        """Return the domains of a set's records of one category; None if none has a tally.

        Args:
            root: The set's root.
            listed: How many domains are to be named out of a total.
            category: Only records whose `source.category` is this. A record that was merged from
                several sources counts with the category of the whole: its tally has no parts.

        Raises:
            NotFoundError: No set is kept under this root.
        """
        with self._engine.reading() as db:
            return self._sum(db, root, category).domains(listed)

    def domain_shares(self, root: Hash) -> Iterator[Share]:
        """Yield by name what came from each domain that `domains` counts, and from `(none)`."""
        with self._engine.reading() as db:
            yield from self._sum(db, root, "crawled").shares()

    def _sum(self, db: Connection, root: Hash, category: str) -> Sum:
        part = self._engine.json_part("d.fields", "source", "category")
        of_category = f"s.description_id IN (SELECT d.id FROM description d WHERE {part} = ?)"
        newest, values = newest_of_set(db, _find(db, root)[0])
        return Sum(db, f"{newest} AND {of_category}", [*values, json.dumps(category)])


def _digested(rows: Iterable[Cells]) -> Iterator[tuple[str, str]]:
    """Yield each name with the digest over its contents; both are JSON texts, in order."""
    for name, contents in groupby(rows, key=lambda row: str(row[0])):
        hasher = sha256()
        for _, content in contents:
            hasher.update(json.loads(content).removeprefix("blake3:").encode() + b"\n")
        yield json.loads(name), f"sha256:{hasher.hexdigest()}"


def _described(
    fields: str, tokenizer: str | None
) -> tuple[dict[str, JSON], dict[str, JSON] | None]:
    """Return the shared fields and the tokenizer of a group from their JSON."""
    shared = decode_object(fields.encode(), "a description")
    return shared, json.loads(tokenizer) if tokenizer else None


def _group(row: Cells) -> Group:
    fields, _, told, records, *numbers = row
    shared, tokenizer = _described(fields, told)
    totals = dict(zip(MEASURES, numbers[0::2], strict=True))
    stated = dict(zip(MEASURES, numbers[1::2], strict=True))
    return Group(
        shared=shared,
        tokenizer=tokenizer,
        records=records,
        totals={name: total for name, total in totals.items() if stated[name]},
        stated={name: count for name, count in stated.items() if count},
    )


def _find(db: Connection, root: Hash) -> tuple[int, int]:
    """Return the id and the count of the set under `root`."""
    row = db.row("SELECT id, count FROM training_set WHERE root = ?", [root])
    if row is None:
        raise NotFoundError(f"no training set with root {root.hex()} is kept here")
    return row[0], row[1]


def _is_recorded(db: Connection, dataset: str) -> bool:
    return db.row("SELECT 1 FROM description WHERE dataset = ?", [dataset]) is not None


def _ranges(rows: Iterable[tuple[int, int]]) -> Iterator[RecordRange]:
    """Join neighbouring positions."""
    index, lo, hi = -1, 0, 0
    for row_index, position in rows:
        if (row_index, position) != (index, hi):
            if hi > lo:
                yield RecordRange(index, lo, hi)
            index, lo = row_index, position
        hi = position + 1
    if hi > lo:
        yield RecordRange(index, lo, hi)


def _check_order(ranges: Sequence[RecordRange]) -> None:
    if not ranges:
        raise InputError("a training set has at least one record")
    for one, two in pairwise(ranges):
        if (one.index, one.hi) > (two.index, two.lo):
            raise InputError(f"{two.index}.{two.lo} does not come after {one.index}.{one.hi - 1}")
