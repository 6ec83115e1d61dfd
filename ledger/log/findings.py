"""What an audit finds: which row of which table, what is wrong with it, what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.tree.hashing import Hash

MAX_FINDINGS = 1_000

_RESTORE = "restore this row from a backup; the log's root says which copy is right"
_REMEDIES = {
    "file": "copy the file away, then restore the newest backup that this audit finds sound",
    "log_head": "restore a backup; append nothing until the head matches the entries",
    "entry": "restore the entry from a backup, or from tile/entries of any published copy",
    "log_tile": "delete the row and restore it from tile/ of any published copy",
    "batch_tile": "restore the row from a backup, or derive it again from the records",
    "published": "delete the file and publish again; if readers saw it, tell them",
    "tally": "restore from a backup; the record names the tally by its digest",
    "training_set": "restore from a backup, or freeze the release's selection again",
    "training_range": "restore from a backup, or freeze the release's selection again",
    "statement": "restore from a backup made after the summary; nothing else opens it",
    "statement_section": "restore from a backup made after the summary; nothing else opens it",
    "statement_leaves": "restore from a backup made after the summary; nothing else opens it",
    "tally_domain": "restore from a backup; the record names the tally by its digest",
    "entry_leaf": "restore this row from a backup, or hash the entry's note again",
    "erased_record": "restore this row from a backup; the correction says what was erased",
    "correction": "restore this row from a backup; the open record says what it holds",
    "unwiped": "delete this row: the record is still there, and is nobody's to wipe",
    "submission": "restore this row from a backup, or delete it: its key then counts as unused",
    "alembic_version": "ledger upgrade, or the version of ledger that made the database",
    "checkpoints": "append and publish nothing; restore a backup that reaches what was signed",
    "saved": "believe the saved checkpoint, not this database; tell whoever relies on the log",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the signed log says."""

    table: str
    """A table's name; `file` for the database as a whole, `published` for the folder,
    `checkpoints` for what was signed last, `saved` for a checkpoint that somebody kept."""
    row: str
    """The primary key, as `12` or `12.3`, or a path."""
    problem: str
    advice: str = ""
    """What to do, where that does not follow from the table."""
    is_loss: bool = False
    """Whether values are gone and nothing is false: it may never be mended, and proofs hold."""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.advice or _REMEDIES.get(self.table, _RESTORE)

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of an audit."""

    origin: str
    size: int
    root: Hash
    """Derived from the entries, not read."""
    records: int
    published: int | None
    """The size of the published checkpoint, if a folder was audited and has one."""
    findings: tuple[Finding, ...]
    total: int
    """How many findings there were; only the first 1,000 are kept."""
    losses: int
    """How many of the findings are losses."""
    left_out: tuple[str, ...]
    """What the database could not check about itself, each with what would make it possible."""

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it should be."""
        return self.total == 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong but that something is lost."""
        return self.total == self.losses


class Findings:
    """Collects findings, and keeps the first thousand of them."""

    # What damaged bytes can make of code that reads our own rows, which it otherwise trusts.
    _DAMAGE = (LedgerError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError)

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.total = 0
        self.losses = 0

    def add(
        self, table: str, row: object, problem: str, *, advice: str = "", is_loss: bool = False
    ) -> None:
        """Note that something is wrong with a row."""
        self.total += 1
        if len(self.kept) < MAX_FINDINGS:
            self.kept.append(Finding(table, str(row), problem, advice, is_loss))

    def lose(self, table: str, row: object, problem: str, *, advice: str = "") -> None:
        """Note that something is gone, and nothing false stands in its place."""
        self.losses += 1
        self.add(table, row, problem, advice=advice, is_loss=True)

    @contextmanager
    def surviving(self, part: str) -> Iterator[None]:
        """Note it, if damage keeps a part of the audit from going on; the other parts still run."""
        try:
            yield
        except self._DAMAGE as error:
            self.add("file", "-", f"the audit of {part} could not go on: {error}")

    def expect(self, table: str, row: object, name: str, found: object, expected: object) -> None:
        """Note it, if a column holds something else than what follows from the signed bytes."""
        if found != expected or type(found) is not type(expected):
            self.add(table, row, f"{name} is {_short(found)}, and should be {_short(expected)}")


def _short(value: object) -> str:
    if isinstance(value, bytes):
        return value[:16].hex() + ("…" if len(value) > 16 else "")
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def as_bytes(cell: object) -> bytes:
    """Return a cell as bytes; a damaged SQLite file may hold anything in any column."""
    return cell if isinstance(cell, bytes) else b""


def as_text(cell: object) -> str | None:
    """Return the text of a cell that was read as bytes."""
    return cell.decode(errors="replace") if isinstance(cell, bytes) else None
