"""Writing every leaf of a statement into a file, where a provider publishes them."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.errors import InputError
from ledger.query.leaves import MEDIA_TYPE, NAME, leaf_line
from ledger.record.canonical import JSON
from ledger.store.statements import KeptStatement
from ledger.tree.sums import leaf_salt


@dataclass(frozen=True, slots=True)
class LeavesFile:
    """A written file, and what a summary record says of it."""

    path: Path
    digest: str

    @property
    def attachment(self) -> dict[str, JSON]:
        """The item of the record's `attachments`."""
        return {"media_type": MEDIA_TYPE, "name": NAME, "digest": self.digest}


def write_leaves(kept: KeptStatement, folder: Path) -> LeavesFile:
    """Write all leaves into a folder, under the file's digest, a line at a time.

    Raises:
        InputError: The folder cannot be written.
        StorageError: The leaves are damaged.
    """
    draft, hasher = folder / f".{kept.root.hex()}.tmp", sha256()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            for section in kept.sections:
                for index, leaf in enumerate(section.leaves()):
                    salt = leaf_salt(kept.audit_secret, section.name, index)
                    line = leaf_line(section.name, leaf, salt)
                    hasher.update(line)
                    file.write(line)
        path = folder / f"{hasher.hexdigest()}{Path(NAME).suffix}"
        draft.replace(path)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return LeavesFile(path, f"sha256:{hasher.hexdigest()}")
