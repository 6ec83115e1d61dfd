"""The public folder: what the log has published, as files that are served as they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.settings import DOCUMENTS
from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import MalformedError, NotFoundError, StorageError
from ledger.log.receipts import find_signed_root
from ledger.proof.cose_receipt import SignedRoot
from ledger.signing.note import Note
from ledger.tree.tiles import BundleId, TileId

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}
"""Files that a summary record names by digest, by their ending; `json` is the filled form."""

_DOCUMENT = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(MEDIA_TYPES)})")


@dataclass(frozen=True, slots=True)
class Published:
    """The checkpoint that is published now: its bytes, and what they say."""

    data: bytes
    note: Note
    tree: Checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "Published":
        """Return the checkpoint that a signed note holds."""
        note = Note.from_bytes(data)
        return cls(data, note, Checkpoint.from_text(note.text))


class PublicFolder:
    """Reads published files. Only names that the log itself could have written lead to a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def published(self) -> Published:
        """Return the checkpoint.

        Raises:
            NotFoundError: Nothing has been published yet.
            StorageError: What is there is no checkpoint.
        """
        data = self._read("checkpoint", "nothing is published yet: this log has no checkpoint")
        try:
            return Published.parse(data)
        except MalformedError as error:
            raise StorageError(f"the published checkpoint is damaged: {error}") from error

    def signed_root(self, now: Published) -> SignedRoot | None:
        """Return the log key's signature on a published root, for receipts; None if it made none.

        Raises:
            StorageError: What is there is damaged.
        """
        return find_signed_root(self._find, now.note)

    def tile(self, path: str) -> bytes:
        """Return the tile or entry bundle at `path`, which has exactly one spelling.

        Raises:
            NotFoundError: It is no such path, or was not published.
        """
        parse = BundleId.parse if path.startswith("tile/entries/") else TileId.parse
        try:
            parse(path)
        except MalformedError as error:
            raise NotFoundError(str(error)) from error
        return self._read(path, f"{path} is not published")

    def document(self, name: str) -> bytes:
        """Return the document called `<SHA-256 without its evidence>.<ending>`.

        Raises:
            NotFoundError: It is no such name, or was not published.
        """
        if not _DOCUMENT.fullmatch(name):
            raise NotFoundError(
                f"{name[:80]!r} is no document: expected <64 hex digits>.html, .pdf, "
                ".docx or .jsonld"
            )
        return self._read(f"{DOCUMENTS}/{name}", f"the document {name} is not published")

    def has_document(self, name: str) -> bool:
        """Say whether `document` would find it."""
        return _DOCUMENT.fullmatch(name) is not None and (self._folder / DOCUMENTS / name).is_file()

    def _find(self, path: str) -> bytes | None:
        try:
            return self._read(path, path)
        except NotFoundError:
            return None

    def _read(self, path: str, missing: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFoundError(missing) from error
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error}") from error
