"""`ledger restore --catch-up`: a restored ledger takes back the entries that are published."""

import time
from collections.abc import Sequence
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.client.home import Home
from ledger.client.own_log import read_trust
from ledger.errors import CannotTellError, InputError, LedgerError, StorageError
from ledger.log.catching_up import CaughtUp, ReadBundle, catch_up, whole_batches
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.proof.document_slot import is_document, split_evidence
from ledger.proof.evidence import Evidence
from ledger.signing.note import Note
from ledger.store.store import Store
from ledger.tree.tiles import TILE_WIDTH, BundleId, decode_bundle


def catch_up_home(
    home: Home, *, source: str | None = None, evidence: Sequence[str | Path] = ()
) -> CaughtUp:
    """Take back the entries that a restored ledger lacks.

    Args:
        home: The ledger.
        source: Where the log is published: a folder or an http address; default: its own folder.
        evidence: Files that show records whole, besides the documents that are published here.

    Raises:
        CannotTellError: Nothing says whose checkpoint to believe, or key records are missing.
        InputError: A file is no evidence.
        VerificationError: What is published does not continue this database.
        StorageError: Something cannot be read or written.
    """
    trust = read_trust(home)
    if trust is None:
        raise CannotTellError(
            f"there is no {home.trust}, so no checkpoint can be believed",
            hint="restore the trust file first",
        )
    checkpoint, bundle = _published(home, source or str(home.public), trust)
    shown = [*map(_evidence, evidence), *_documents(home.public)]
    with Store.open(home.url) as store:
        caught = catch_up(
            store,
            checkpoint,
            bundle,
            known=whole_batches(shown),
            now=time.time_ns() // 1_000_000,
        )
        # What the log erases must not have come back with the backup.
        store.finish_erasures(at=time.time_ns() // 1_000_000)
    return caught


def _published(home: Home, source: str, trust: Trust) -> tuple[Checkpoint, ReadBundle]:
    if source.startswith(("http://", "https://")):
        from ledger.monitor.remote import RemoteLog

        remote = RemoteLog(source, trust, origin=home.origin)
        checkpoint = remote.check(remote.checkpoint()).checkpoint
        return checkpoint, remote.tree(checkpoint).entries
    sink = FolderSink(Path(source))
    data = sink.read(CHECKPOINT)
    if data is None:
        raise InputError(f"{source} holds no checkpoint", hint="--from the published folder or URL")
    checkpoint = trust.check(Note.from_bytes(data)).checkpoint
    return checkpoint, lambda number: _bundle(sink, number, checkpoint.size)


def _bundle(sink: FolderSink, number: int, size: int) -> list[bytes]:
    """Read a bundle; a full one where the partial one is gone, since it begins with it."""
    width = min(TILE_WIDTH, size - number * TILE_WIDTH)
    for bundle in (BundleId(number, width), BundleId(number)):
        data = sink.read(bundle.path())
        if data is not None:
            return decode_bundle(data, bundle.width)
    raise StorageError(
        f"{sink.folder / BundleId(number, width).path()} is missing",
        hint="--from another copy of what is published",
    )


def _evidence(path: str | Path) -> Evidence:
    try:
        return _read(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except LedgerError as error:
        raise InputError(f"{path} is no evidence: {error}", hint="ledger prove ID") from error


def _documents(public: Path) -> list[Evidence]:
    """Return the evidence in published documents: each shows the keys that were valid for it."""
    found = []
    for path in sorted((public / "documents").glob("*")):
        try:
            found.append(_read(path.read_bytes()))
        except (OSError, LedgerError):
            continue
    return found


def _read(data: bytes) -> Evidence:
    if is_document(data):
        data = split_evidence(data).evidence or b""
    return Evidence.from_bytes(data)
