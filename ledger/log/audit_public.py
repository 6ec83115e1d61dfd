"""The audit of the published folder: every file against the rows, byte by byte."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.errors import LedgerError, MalformedError
from ledger.log.findings import Findings
from ledger.log.folder import CHECKPOINT
from ledger.log.receipts import FOLDER as RECEIPTS
from ledger.log.receipts import parse_receipt_name
from ledger.log.tile_files import tile_file
from ledger.proof.cose_receipt import SignedRoot
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note, check_note
from ledger.store.reader import Reader
from ledger.tree.tiles import BundleId, TileId, bundles_between, tiles_between

_TABLE = "published"


def audit_public(
    reader: Reader, folder: Path, keys: Sequence[VerifierKey], findings: Findings
) -> int | None:
    """Audit the checkpoint, the tiles it needs, and whatever else lies there; return its size."""
    size = _audit_checkpoint(reader, folder, keys, findings)
    if size:
        needed: list[TileId | BundleId] = [*tiles_between(0, size), *bundles_between(0, size)]
        for tile in needed:
            if not (folder / tile.path()).is_file():
                findings.add(_TABLE, tile.path(), "the file is missing")
    for path in _files(folder / "tile"):
        _audit_file(reader, folder, path.relative_to(folder).as_posix(), findings)
    for path in _files(folder / RECEIPTS):
        _audit_receipt(reader, path, keys, findings)
    return size


def _audit_checkpoint(
    reader: Reader, folder: Path, keys: Sequence[VerifierKey], findings: Findings
) -> int | None:
    path = folder / CHECKPOINT
    if not path.is_file():
        return None
    try:
        note = Note.from_bytes(path.read_bytes())
        if keys:
            check_note(note, [verifier_of(key) for key in keys])
        checkpoint = Checkpoint.from_text(note.text)
        head = reader.head()
        if checkpoint.origin != head.origin:
            raise MalformedError(f"it is of the log {checkpoint.origin}, not {head.origin}")
        if checkpoint.size > head.size:
            raise MalformedError(f"it is of size {checkpoint.size}, and the log of {head.size}")
        if reader.edge(checkpoint.size).root() != checkpoint.root:
            raise MalformedError(f"the log has another root at size {checkpoint.size}")
    except (LedgerError, OSError) as error:
        findings.add(_TABLE, CHECKPOINT, str(error))
        return None
    return checkpoint.size


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder`, except those that a crash left half-written."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not (path.name.startswith(".") and path.suffix == ".new"):
            yield path


def _audit_file(reader: Reader, folder: Path, path: str, findings: Findings) -> None:
    try:
        expected = tile_file(reader, path)
        found = (folder / path).read_bytes()
    except (LedgerError, OSError) as error:
        findings.add(_TABLE, path, str(error))
        return
    if found != expected:
        findings.add(_TABLE, path, "it is not what the log has")


def _audit_receipt(
    reader: Reader, path: Path, keys: Sequence[VerifierKey], findings: Findings
) -> None:
    """Audit what receipts of a size need: a signature on the root that the log had at it."""
    name = f"{RECEIPTS}/{path.name}"
    try:
        size, key_id = parse_receipt_name(path.name)
        signed = SignedRoot.from_bytes(path.read_bytes())
        root = reader.edge(size).root()
        if signed.key_id != key_id:
            raise MalformedError(f"it is signed by the key {signed.key_id.hex()}")
        for key in keys:
            if key.id == key_id:
                signed.check(root, key)
    except (LedgerError, OSError) as error:
        findings.add(_TABLE, name, str(error))
