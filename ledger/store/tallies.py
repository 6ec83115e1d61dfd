"""Tallies of domains: kept by digest before the record that names them, added up for a summary."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.content.domains import NO_DOMAIN, Share, Tally, digest_of
from ledger.errors import NotFoundError
from ledger.store.engine import Cells, Connection, Engine, Value
from ledger.store.reader import read_head
from ledger.store.rows import TALLY, TALLY_DOMAIN, chunks, marks

_SHARES = "SELECT domain, bytes, documents FROM tally_domain WHERE tally_id = ? ORDER BY domain"


class Tallies:
    """The tallies of a ledger (`Store.tallies`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, tallies: Iterable[Tally]) -> None:
        """Keep tallies, all or none; one that is kept already stays as it is.

        To be called before the records that name them are appended.
        """
        wanted = {_raw(tally.digest): tally for tally in tallies}
        with self._engine.writing() as db:
            read_head(db, self._engine.locking)  # numbers are given out by one writer at a time
            for chunk in chunks(sorted(wanted)):
                known = f"SELECT digest FROM tally WHERE digest IN ({marks(chunk)})"
                for (digest,) in db.rows(known, chunk):
                    del wanted[bytes(digest)]
            last = db.row("SELECT COALESCE(MAX(id), 0) FROM tally")
            numbered = list(enumerate(wanted.items(), start=last[0] + 1 if last else 1))
            rows = [(at, digest, " ".join(one.suffix_lists)) for at, (digest, one) in numbered]
            db.insert("tally", TALLY, rows)
            lines = ((at, *share) for at, (_, tally) in numbered for share in tally.shares)
            db.insert("tally_domain", TALLY_DOMAIN, lines)

    def tally(self, digest: str) -> Tally:
        """Return the tally with this digest, `sha256:<hex>`.

        Raises:
            NotFoundError: It is not kept here.
        """
        with self._engine.reading() as db:
            row = db.row("SELECT id, suffix_lists FROM tally WHERE digest = ?", [_raw(digest)])
            if row is None:
                raise NotFoundError(f"no tally {digest} is kept here")
            shares = tuple(Share(*cells) for cells in db.rows(_SHARES, [row[0]]))
        return Tally(tuple(row[1].split()), shares)


def _raw(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDomains:
    """The domains of a training set's records of one category, over all their tallies."""

    ranked: tuple[str, ...]
    """The first of them by bytes, equal ones by name; `(none)` is not among them."""
    sizes: tuple[int, ...]
    """Bytes of each of those."""
    total: int
    """How many there are."""
    digest: str
    """The digest of the sum of the tallies."""
    suffix_lists: tuple[str, ...]
    records: int
    """How many records of the category there are."""
    tallied: int
    """How many of them have a tally that is kept."""
    bytes: int
    """Bytes of all, what came from no domain included."""


class Sum:
    """The sum of the tallies of some sealed records, in the database.

    Args:
        db: The transaction.
        records: SQL from `FROM` on, for rows of `sealed_record s`.
        values: What its marks stand for.
    """

    def __init__(self, db: Connection, records: str, values: list[Value]) -> None:
        self._db = db
        self._records = records
        self._values = values
        self._total = self._bytes = 0
        # A tally that several records name counts for each of them.
        self._shares = f"""
            SELECT l.domain, CAST(SUM(l.bytes * u.times) AS BIGINT) AS size,
                CAST(SUM(l.documents * u.times) AS BIGINT) AS documents
            FROM (SELECT s.tally_digest, COUNT(*) AS times {records} GROUP BY s.tally_digest) u
            JOIN tally t ON t.digest = u.tally_digest
            JOIN tally_domain l ON l.tally_id = t.id
            GROUP BY l.domain
        """
        self._sorted = f"SELECT * FROM ({self._shares}) x ORDER BY domain"

    def domains(self, listed: Callable[[int], int]) -> SetDomains | None:
        """Return the domains, of which `listed(total)` are to be named; None without any tally.

        Two passes in the database, whose order it keeps on disk where memory does not suffice: by
        name, for the digest; by size, for the first names.
        """
        records, tallied = self._counts()
        if not tallied:
            return None
        lists = self._suffix_lists()
        digest = digest_of(lists, self._by_name())
        ranked = f"""
            SELECT domain, size FROM ({self._shares}) x
            WHERE domain <> ? ORDER BY size DESC, domain LIMIT ?
        """
        rows = list(self._rows(ranked, NO_DOMAIN, listed(self._total)))
        return SetDomains(
            ranked=tuple(name for name, _ in rows),
            sizes=tuple(size for _, size in rows),
            total=self._total,
            digest=digest,
            suffix_lists=lists,
            records=records,
            tallied=tallied,
            bytes=self._bytes,
        )

    def shares(self) -> Iterator[Share]:
        """Yield what came from each domain, by name; `(none)` is among them."""
        return (Share(*row) for row in self._rows(self._sorted))

    def _rows(self, sql: str, *more: Value) -> Iterator[Cells]:
        return self._db.stream(sql, [*self._values, *more])

    def _counts(self) -> tuple[int, int]:
        kept = "EXISTS (SELECT 1 FROM tally t WHERE t.digest = s.tally_digest)"
        sql = f"SELECT COUNT(*), COUNT(CASE WHEN {kept} THEN 1 END) {self._records}"
        ((records, tallied),) = self._rows(sql)
        return records, tallied

    def _suffix_lists(self) -> tuple[str, ...]:
        named = f"SELECT s.tally_digest {self._records}"
        sql = f"SELECT DISTINCT suffix_lists FROM tally WHERE digest IN ({named})"
        return tuple(sorted({name for (names,) in self._rows(sql) for name in names.split()}))

    def _by_name(self) -> Iterator[Share]:
        for share in self.shares():
            self._total += share.domain != NO_DOMAIN
            self._bytes += share.bytes
            yield share
