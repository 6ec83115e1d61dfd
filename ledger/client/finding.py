"""Finding records again: by a file's content, by a digest, by a dataset."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.content.digest import Digest
from ledger.errors import InputError

if TYPE_CHECKING:
    # The verifier asks for digests only, and has no database.
    from ledger.store.rows import StoredRecord
    from ledger.store.store import Store

_BLOCK = 1 << 20


def find(
    store: "Store", *, digest: Digest | None, dataset: str | None, current: bool
) -> Iterator["StoredRecord"]:
    """Yield the shard records about a digest, a dataset, or both; all of them if neither.

    `current` leaves out those that no longer stand.
    """
    if digest is None:
        yield from store.records(dataset=dataset, current=current)
        return
    found = store.find_by_digest(digest)
    corrections = store.corrections(one.id for one in found)
    for stored in found:
        stands = not current or corrections.deciding(stored.id) is None
        if stands and (dataset is None or dataset_of(stored) == dataset):
            yield stored


def dataset_of(stored: "StoredRecord") -> str | None:
    """Return the dataset that a record belongs to, if it is of a shard."""
    dataset = stored.record.fields.get("dataset")
    return str(dataset["name"]) if isinstance(dataset, dict) else None


def file_digest(path: str | Path) -> Digest:
    """Return the digest of a file's content.

    Raises:
        InputError: It cannot be read.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InputError(f"{path} is no file")
        with open(path, "rb") as file:
            return Digest.of_blocks(iter(lambda: file.read(_BLOCK), b""))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
