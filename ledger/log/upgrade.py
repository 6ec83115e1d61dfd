"""Bring a log's database to the schema of this version, and prove that the log is the same.

    1  keep everybody else out; all of it is one transaction
    2  hash every entry as it is stored, and compare with the head
    3  run the steps
    4  audit everything, inside the transaction
    5  compare the roots, and only then commit

A migration once lost entries of a log that was to be trusted (Oak 2022, December 2021): its counts
were right. So nothing is believed here that the entries' bytes do not say.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import StorageError, VerificationError
from ledger.log.audit import audit
from ledger.log.deriving import rederive
from ledger.store.migrate import upgrading
from ledger.store.private import PrivateReader
from ledger.store.reader import Reader, check_head
from ledger.store.rows import Head
from ledger.tree.growth import RightEdge


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What an upgrade did."""

    found: str
    """The schema before."""
    steps: tuple[str, ...]
    """What was done, in order; nothing if the schema was the newest."""
    head: Head
    records: int
    """How many records were derived again, after the steps."""
    left_out: tuple[str, ...]
    """What could not be checked inside the transaction."""


def upgrade(url: str, before_commit: Callable[[Reader, str], object] | None = None) -> Upgraded:
    """Upgrade the database at `url`.

    Args:
        url: Of a ledger's database, of whatever older schema.
        before_commit: Called when all is checked, with a reader of what will be committed and the
            schema before. If it raises, nothing was changed.

    Raises:
        NotFoundError: There is no ledger.
        StorageError: Somebody else uses the database, it is damaged, or of a later version. It is
            as it was.
        VerificationError: The steps changed the log. They were undone.
    """
    with upgrading(url) as work:
        steps = work.steps()
        before = _derived(Reader(work.engine))
        if steps:
            work.run()
        report = audit(PrivateReader(work.engine))
        if not report.is_sound:
            first = next(one for one in report.findings if not one.is_loss)
            raise StorageError(
                f"the audit finds {report.total} things wrong, and nothing was changed; the "
                f"first: {first}",
                hint="run `ledger fsck` with the version that made the database, or restore",
            )
        after = Reader(work.engine).head()
        if (after, report.size, report.root) != (before, before.size, before.root):
            raise VerificationError("the steps changed the log, and were undone")
        if before_commit is not None:
            before_commit(Reader(work.engine), work.found)
    return Upgraded(
        found=work.found,
        steps=tuple(steps),
        head=before,
        records=report.records,
        left_out=report.left_out,
    )


def _derived(reader: Reader) -> Head:
    """Return the head, after deriving its root from every entry's bytes."""
    head = reader.head()
    check_head(head)
    rederive(reader, RightEdge.empty(), head)
    return head
