"""`ledger fsck`: the audit of a ledger's folder, against all that remembers what it signed."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ledger.client.home import Home
from ledger.client.own_log import read_trust
from ledger.errors import InputError, LedgerError, NotFoundError
from ledger.keys.files import public_key
from ledger.log.audit import audit
from ledger.log.audit_saved import Kept
from ledger.log.findings import Report
from ledger.signing.keys import VerifierKey
from ledger.store.checkpoints import CheckpointStore
from ledger.store.engine import open_engine
from ledger.store.private import PrivateReader


def check_ledger(
    home: Home, *, against: Sequence[str | Path] = (), rows_only: bool = False
) -> Report:
    """Audit a ledger: its rows, what it signed, what it published.

    The database is opened without the checks that other commands begin with: a damaged one is what
    this is for.

    Args:
        home: The ledger's folder.
        against: Files with a checkpoint that somebody kept: a signed note, evidence, a tlog-proof,
            a document.
        rows_only: Leave out what is published.

    Raises:
        InputError: A file cannot be read, or holds no checkpoint.
        NotFoundError: There is no database.
        StorageError: The database or the checkpoint store cannot be reached.
    """
    # Before the database: whatever was signed by now is in it already.
    signed = _signed(home)
    kept = [*map(_read, against), *(signed or ())]
    with closing(open_engine(home.url)) as engine:
        report = audit(
            PrivateReader(engine),
            None if rows_only else home.public,
            keys=log_keys(home),
            saved=kept,
        )
    if signed is None:
        missing = "what was signed last: the checkpoint store is not there"
        return replace(report, left_out=(*report.left_out, missing))
    return report


def log_keys(home: Home) -> list[VerifierKey]:
    """Return the keys that the log signs with, by its key files and its trust file."""
    keys = {str(key): key for key in map(public_key, sorted(home.keys.glob("log*.key")))}
    trust = read_trust(home)
    if trust is not None:
        keys.update((str(log.key), log.key) for log in trust.logs)
    return list(keys.values())


def _signed(home: Home) -> list[Kept] | None:
    """Return what was signed last; None if there is no checkpoint store."""
    try:
        store = CheckpointStore.open(home.checkpoints)
    except NotFoundError:
        return None
    with store:
        last = store.last(home.origin)
    if last is None:
        return []
    return [
        Kept(
            table="checkpoints",
            place=home.origin,
            origin=home.origin,
            size=last.size,
            root=last.root,
        )
    ]


def _read(path: str | Path) -> Kept:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return Kept.from_bytes(data, str(path))
    except LedgerError as error:
        raise InputError(
            f"{path} holds no checkpoint: {error}",
            hint="--against a signed checkpoint, evidence, a .tlog-proof, or a summary",
        ) from error
